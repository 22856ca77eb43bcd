"""The headline of a story, and the lines between it and the story."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from copydesk.characters import SEPARATORS
from copydesk.decisions import DECISION
from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling import page_title
from copydesk.labelling.headline_or_deck import above_deck, have_words_in_common
from copydesk.labelling.line import Line, is_item
from copydesk.labelling.masthead import without_masthead
from copydesk.labelling.state import BESIDE_TITLE, LIKELY, SIGNED, LabelState, is_signature
from copydesk.labelling.verdict import Verdict
from copydesk.parsing.byline_forms import is_interview, unknown_byline
from copydesk.parsing.people import is_common, is_person
from copydesk.parsing.sections import begins_with_way, is_menu, repeats_headline
from copydesk.text import fold
from copydesk.vocabulary import VOCABULARY


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Limits of the headline and the lines below it.

    Used since November 2026; what set them is not recorded.  `python -m bench.thresholds` measures half and twice.
    """

    min_words: int = 2
    """Words of a headline."""

    max_words: int = 30
    """Words of a headline."""

    min_share: float = 0.03
    """The model's share for "title" of a headline that is also taken for story: below it, the dump has no headline."""

    min_share_if_twice: float = 0.1
    """The same for a line that is printed twice, as a fraction of the largest share of all candidates."""

    min_repeated_words: int = 3
    """Words of a line that is printed twice."""

    min_share_of_item: float = 0.1
    """The model's share for "title" of a headline that begins like the entry of a list: "- It will not last"."""

    max_crumbs: int = 5
    """Lines of a breadcrumb above the title at its end, and words of one in a line."""

    max_to_signature: int = 4
    """Lines from a headline to the byline or date below it."""

    max_sentence_ends: int = 1
    """Sentences that end inside a headline.  Set with the kit's headlines, November 2026; so are those below."""

    max_below_first: float = 0.25
    """If the model's share for "title" of a line is larger by this than that of the likely headline below it, the line
    below is the deck.  Set with the kit's titles, November 2026."""

    max_lines_above_bare_story: int = 3
    """Lines above the text of a dump that is a story without its page."""

    min_story_lines: float = 0.9
    """Share of lines that count as story in such a dump."""

    max_to_own_headline: int = 2
    """Lines from the page's own title to the headline that says the same in other words.  Set with the kit's facts,
    November 2026."""

    min_below_path: int = 3
    """Words of a headline right below breadcrumbs in one line: "Pages: 1" is none."""

    max_to_story: int = 28
    """Lines from the headline to the first line of the story, unless the dump has the headline twice.

    Set with `python -m bench.metadata`, November 2026: with 14 lines the titles of 1.7 % fewer pages are right.
    """

    max_to_deck: int = 3
    """Lines from the headline to its deck, and from there to the byline or date above the story."""


THRESHOLDS: Final = Thresholds()

BELOW_TITLE: Final = (Label.DECK, Label.BYLINE, Label.TIMESTAMP)

START_PAGES: Final = frozenset(("home", "start", "startseite", "accueil", "inicio", "início", "hjem", "hem", "forside"))
"""What the first entry of a breadcrumb says."""

TITLE = Rule("label.headline", "the headline above the story")

GIVEN_TITLE = Rule("label.given-title", "the headline that the container or page names")

PAGE_TITLE = Rule("label.page-title", "the page's own title, printed above its headline")

UNKNOWN_BYLINE = Rule(
    "label.byline-beside-headline", "beside the headline, a few words and a name that nothing else on the page has"
)

DECIDED: Final = Verdict(Label.TITLE, DECISION)
"""The verdict on the line that a person has called the headline."""

DOCUMENT = Rule("label.document", "says above the headline what kind of document this is: a press release")

RULES: Final = (TITLE, GIVEN_TITLE, PAGE_TITLE, UNKNOWN_BYLINE, DOCUMENT)

_SENTENCES = re.compile(r"\.\s+(?=[^\W\d_a-z])")

_NUMBER_OF_DOCUMENT = re.compile("\\b(?:no|nr|num|n|\N{NUMERO SIGN}) ?[0-9]+(?: [0-9]+)*$")
_SITE_TAIL = re.compile(rf"\s[{SEPARATORS}-]\s|[|_\N{{FULLWIDTH VERTICAL LINE}}]")
"""Between a headline and the name of the site; Chinese and Japanese pages write some of these marks without spaces."""


_CRUMB = (
    r"[>\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}"
    r"\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}]"
)
_PATH = re.compile(rf"\s{_CRUMB}\s[^>]{{1,80}}\s{_CRUMB}\s")
"""Two signs of breadcrumbs: "Forum > House and garden > Stoves"."""


@cache
def _kinds_of_documents() -> frozenset[str]:
    return frozenset(map(fold, VOCABULARY.document.kinds))


def title(state: LabelState, given: str | None) -> int | None:
    """Label the headline: the container's, else a line that the dump has twice, else the model's choice."""
    decided = next((n for n, one in enumerate(state.verdicts) if one == DECIDED), None)
    if decided is not None:
        return decided
    chosen, rule = _headline(state, given)
    if chosen is not None:
        state.set_label(chosen, Label.TITLE, rule)
        for n in range(chosen):
            if state.verdicts[n] is None and _is_kind_of_document(state.lines[n]):
                state.set_label(n, Label.NAVIGATION, DOCUMENT)
    return chosen


def _is_kind_of_document(line: Line) -> bool:
    """Whether the line says only what kind of document this is, or its number: "Press release", "No. 41/2025"."""
    kind, found = _NUMBER_OF_DOCUMENT.subn("", line.folded)
    return kind.strip() in _kinds_of_documents() or (found > 0 and not kind)


def _headline(state: LabelState, given: str | None) -> tuple[int | None, Rule]:
    """The line that is the headline, or None, and the rule that chose it."""
    lines = state.lines
    first = next((n for n in range(len(lines)) if state.is_running(n)), len(lines))
    candidates = _candidates(state, range(first))
    if given:
        named = fold(given)
        for n in reversed([*candidates, *range(first, min(first + 1, len(lines)))]):  # a question reads as running text
            if lines[n].folded == named:
                return n, GIVEN_TITLE
    bylines = _unknown_bylines(state, candidates)
    candidates = [n for n in candidates if n not in bylines]
    candidates = _without_path(lines, candidates)
    others = without_masthead(state, candidates)
    if any(_is_above_signature(state, n) for n in others):  # a page about the holder has the name as its headline
        candidates = others
    candidates = [n for n in candidates if not is_menu(lines[n].text)] or candidates
    if not candidates:
        is_headline = first == 1 and state.label(0) is Label.BYLINE and is_interview(lines[0].text)
        return (0 if is_headline else None), TITLE
    head = candidates[0]
    names = (lines[head].folded, fold(_SITE_TAIL.split(lines[head].text)[0]))
    again = [
        n
        for n in candidates[1:]
        if lines[n].folded and lines[n].folded in names and lines[n].words >= THRESHOLDS.min_repeated_words
    ]
    likeliest = max(state.share(n, Label.TITLE) for n in candidates)
    if again and max(state.share(n, Label.TITLE) for n in again) >= likeliest * THRESHOLDS.min_share_if_twice:
        state.set_label(head, Label.DUPLICATE, PAGE_TITLE)
        chosen = max(again, key=lambda n: (state.share(n, Label.TITLE), n))
        nearer = _nearer_to_story(state, chosen, candidates)
        own = _in_other_words(state, nearer, candidates)
        if own != nearer:
            state.set_label(nearer, Label.DUPLICATE, PAGE_TITLE)
        return own, TITLE
    if first == len(lines):
        return page_title.first_in_title(lines, candidates), TITLE
    near = [n for n in candidates if first - n <= THRESHOLDS.max_to_story] + candidates[:1]
    if max(state.share(n, Label.TITLE) for n in near) < LIKELY:
        near = [n for n in candidates if state.share(n, Label.TITLE) >= LIKELY] or near
    chosen = max(near, key=lambda n: (state.share(n, Label.TITLE), -n))
    crumbs = lines[chosen].folded  # "Home > News > Headline": the headline itself is below
    ends = (n for n in candidates if n > chosen and crumbs.endswith(" " + lines[n].folded))
    chosen = next(ends, chosen)
    chosen = above_deck(state, _nearer_to_story(state, chosen, candidates), candidates)
    is_alone = first <= THRESHOLDS.max_lines_above_bare_story and _is_without_page(state)
    if is_alone and 0 in candidates:
        chosen = 0  # headings below the first line are those of the story
    elif state.share(chosen, Label.TITLE) < LIKELY:
        later = (n for n in _candidates(state, range(first, len(lines))) if state.share(n, Label.TITLE) >= LIKELY)
        chosen = next((n for n in later if _is_above_signature(state, n)), chosen)
    beside = bylines & {chosen - 1, chosen + 1}
    is_unlikely = state.share(chosen, Label.TITLE) < THRESHOLDS.min_share and state.story[chosen]
    if is_unlikely and not beside and not _is_below_byline(state, chosen):
        return None, TITLE
    for n in beside:
        state.set_label(n, Label.BYLINE, UNKNOWN_BYLINE)
    return chosen, TITLE


def _without_path(lines: Sequence[Line], candidates: list[int]) -> list[int]:
    """The candidates without breadcrumbs in one line, and without the name of the site with which these begin.

    Unless no line that may be a headline is right below the breadcrumbs: then the headline is the end of them.
    """
    near = THRESHOLDS.max_to_own_headline
    for path in candidates:
        below = (n for n in candidates if 0 < n - path <= near and lines[n].words >= THRESHOLDS.min_below_path)
        if _PATH.search(lines[path].text) and any(lines[n].folded not in lines[path].folded for n in below):
            return [n for n in candidates if not lines[path].folded.startswith(lines[n].folded)]
    return candidates


def _is_without_page(state: LabelState) -> bool:
    """Whether the dump is a story without its page: nearly all lines count as story."""
    return sum(state.story) >= THRESHOLDS.min_story_lines * len(state.story)


def _candidates(state: LabelState, places: range) -> list[int]:
    """The lines that may be the headline: short ones that no rule labelled, and entries of lists only if likely."""
    lines = state.lines
    return [
        n
        for n in places
        if state.verdicts[n] is None
        and not state.is_running(n)
        and THRESHOLDS.min_words <= lines[n].words <= THRESHOLDS.max_words
        and not (is_item(lines[n]) and not _may_be_marked(state, n))
        and not lines[n].facts.ends_with_age
        and not begins_with_way(lines[n].text)
        and not _is_kind_of_document(lines[n])
        and len(_SENTENCES.findall(lines[n].text)) <= THRESHOLDS.max_sentence_ends
    ]


def _nearer_to_story(state: LabelState, chosen: int, candidates: Sequence[int]) -> int:
    """A likely headline below the chosen line, if that ends a breadcrumb: there, pages have another title of the story.

    The headline is above a byline or date, and nothing is signed between the two.
    """
    if not any(_begins_breadcrumb(line) for line in state.lines[max(0, chosen - THRESHOLDS.max_crumbs) : chosen]):
        return chosen
    below = [n for n in candidates if n > chosen and state.share(n, Label.TITLE) >= LIKELY]
    best = max(below, key=lambda n: state.share(n, Label.TITLE), default=chosen)
    is_signed_before = any(state.label(n) is Label.BYLINE for n in range(chosen + 1, best))
    is_deck = state.share(chosen, Label.TITLE) - state.share(best, Label.TITLE) > THRESHOLDS.max_below_first
    return best if _is_above_signature(state, best) and not is_signed_before and not is_deck else chosen


def _in_other_words(state: LabelState, page_title: int, candidates: Sequence[int]) -> int:
    """The headline right below the page's own title, which says the same in other words; else the page's title.

    Pages end their breadcrumbs with the title for search engines, and print the headline below it.
    """
    lines = state.lines
    for n in candidates:
        if (
            0 < n - page_title <= THRESHOLDS.max_to_own_headline
            and state.share(n, Label.TITLE) >= LIKELY
            and not lines[n].ends
            and (
                have_words_in_common(lines[page_title], lines[n])
                or repeats_headline(lines[n].text, lines[page_title].folded)
            )
        ):
            return n
    return page_title


def _begins_breadcrumb(line: Line) -> bool:
    """Whether the line is the site's start page, alone or with sections after it."""
    return line.folded.partition(" ")[0] in START_PAGES and line.words <= THRESHOLDS.max_crumbs


def _is_above_signature(state: LabelState, n: int) -> bool:
    """Whether a byline or date is right below the line, or below a deck."""
    below = range(n + 1, min(n + 1 + THRESHOLDS.max_to_signature, len(state.lines)))
    return any(state.label(m) in SIGNED for m in below)


def _may_be_marked(state: LabelState, n: int) -> bool:
    """Whether a line that begins like the entry of a list may be the headline all the same."""
    line, share = state.lines[n], state.share(n, Label.TITLE)
    if line.text[0].isdigit():
        return share >= THRESHOLDS.min_share_of_item
    return share >= LIKELY or (share >= THRESHOLDS.min_share_of_item and state.times[line.folded] > 1)


def _is_below_byline(state: LabelState, n: int) -> bool:
    """Whether the line is no sentence, and right below a byline that begins the dump: the story's head is there."""
    return n == 1 and state.label(0) is Label.BYLINE and not state.lines[n].ends


def _unknown_bylines(state: LabelState, candidates: Sequence[int]) -> frozenset[int]:
    """The candidates that look like a byline beside another candidate, with a name that nothing else names.

    A headline like "Obituary: Jane Doe" has a name that the story names too.
    """
    names = {
        n: fold(name)
        for n in candidates
        if (name := unknown_byline(state.lines[n].text) or _name_before_site(state, n))
        and not is_common(name, state.language)
    }
    if not names:
        return frozenset()
    others = {n for n in candidates if n not in names}
    surnames = {name.split()[-1] for name in names.values()}
    named = {
        word for n, line in enumerate(state.lines) if n not in names for word in line.folded.split() if word in surnames
    }
    beside = {n for n in names if not others.isdisjoint((n - 1, n + 1))}
    return frozenset(n for n in beside if names[n].split()[-1] not in named)


def _name_before_site(state: LabelState, n: int) -> str | None:
    """The person's name in "Jane Doe - Example News", if the name of the site is a line above too."""
    name, *site = _SITE_TAIL.split(state.lines[n].text)
    is_byline = len(site) == 1 and is_person(name) and fold(site[0]) in [line.folded for line in state.lines[:n]]
    return name if is_byline else None


def open_head(state: LabelState, title: int | None) -> None:
    """Take lines right below the headline out of the story that the model takes for a deck, a byline or a date."""
    if title is not None:
        for n in range(title + 1, min(title + 1 + BESIDE_TITLE, len(state.lines))):
            if any(state.share(n, label) >= LIKELY for label in BELOW_TITLE):
                state.story[n] = False


def below(state: LabelState, title: int | None) -> range:
    """The lines from the headline to the first running text, or to a byline or date right below that."""
    if title is None:
        return range(0)
    stop = next((n for n in range(title, len(state.lines)) if state.is_running(n)), title)
    if stop - title > THRESHOLDS.max_to_deck:
        return range(title + 1, stop)
    end = min(stop + 1 + THRESHOLDS.max_to_deck, len(state.lines))
    end = next((n for n in range(stop + 1, end) if state.label(n) is Label.COMMENT), end)  # its date is not the story's
    below = range(stop + 1, end)
    signed = [n for n in below if is_signature(state, n)]
    return range(title + 1, signed[-1] + 1 if signed and state.is_running(stop) else stop)
