"""The head of a story: its headline, kicker, deck and byline."""

import re
from typing import Final

from copydesk.characters import SEPARATORS
from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling.draft import LIKELY, Draft
from copydesk.labelling.lists import is_item
from copydesk.labelling.words import BY, FIGURE
from copydesk.metadata import bylines, credits, dates
from copydesk.metadata.people import is_common, is_person, is_rare
from copydesk.text import fold

HEADLINE_WORDS: Final = range(2, 31)

UNLIKELY_TITLE: Final = 0.03
"""Share of a line of the story that is no headline, though none is better: the dump has none."""

WEAKER_IF_TWICE: Final = 0.1
"""Of the likeliest line's share: what is printed twice is the headline with so little."""

TITLE_REACH: Final = 14
"""Lines between the headline and the story's first line, at most, unless the dump prints it twice."""

BESIDE_TITLE: Final = 6
"""Lines above the headline, and below it, in which its byline and date may stand."""

LIKELY_BYLINE: Final = 0.25
"""Share from which a name in the head is a byline."""

POSSIBLE_BYLINE: Final = 0.02
"""The same right below the headline: the first name there, or beside a date, or printed once more on the page."""

SURE_BYLINE: Final = 0.5
"""The model's share from which such a name is a byline though the story tells of somebody called so."""

BEGINNING: Final = 3
"""Lines below the head in which a story names whom it is about."""

PERHAPS_BYLINE: Final = 0.1
"""The same for a name of common words, where no date stands beside it."""

RIGHT_BELOW: Final = 3
NEAR_BELOW: Final = 12
"""Lines; the second for names of which a word is hardly anything else."""

MOST_WORDS_OF_NAMED: Final = 12
"""Words of a line that begins with its author's name."""

MOST_OPENING_WORDS: Final = 4
"""Words of a line that is nothing but "By": "Medically reviewed by:"."""

MOST_NAMES: Final = 12
"""Lines of names below a "By"."""

MOST_KICKER_WORDS: Final = 4
KICKER_WORDS: Final = re.compile(r"^[^\W\d][^\d]*$")
"""A section's name has letters and no figures."""

POSSIBLE_KICKER: Final = 0.05
"""Share from which a word right above the headline is its section."""

LEAST_DECK_WORDS: Final = 4
MOST_DECK_WORDS: Final = 70
MOST_DECKS: Final = 3
MOST_RUNNING_DECKS: Final = 2
DECK_REACH: Final = 3
"""Lines from the headline to its deck, and from there to the byline or date that shows that the story begins below."""

NO_DECK: Final = (Label.NAVIGATION, Label.CONTROL, Label.PROMO, Label.TEASER, Label.TEASER_HEADING, Label.CAPTION)
SIGNED: Final = frozenset((Label.BYLINE, Label.TIMESTAMP))
BELOW_TITLE: Final = (Label.DECK, Label.BYLINE, Label.TIMESTAMP)

TITLE = Rule("label.headline", "the headline above the story")
GIVEN_TITLE = Rule("label.given-title", "the headline that the container or page names")
PAGE_TITLE = Rule("label.page-title", "the page's own title, printed above its headline")
KICKER = Rule("label.kicker", "a word or few right above the headline: its section or topic")
DECK = Rule("label.deck", "a sentence between the headline and the byline or date")
BYLINE_NAME = Rule("label.byline-name", 'a person\'s name below a line that says "By", and that line')
BYLINE_IN_HEAD = Rule("label.byline-in-head", "a name between headline and story, beside a date or printed again")
BYLINE_WITH_DATE = Rule("label.byline-with-date", 'says "By" and names somebody, beside a date')
ROLE = Rule("label.role", "what the person above does: Staff Writer")

RULES: Final = (BYLINE_NAME, TITLE, GIVEN_TITLE, PAGE_TITLE, BYLINE_WITH_DATE, BYLINE_IN_HEAD, ROLE, DECK, KICKER)

_EMBEDDED = re.compile(r"^\W*[\N{EM DASH}\N{EN DASH}]|\(@")
"""Whose post it is that stands in the story: "\N{EM DASH} Jane Doe (@janedoe) March 3, 2019"."""

_SITE_TAIL = re.compile(rf"\s[{SEPARATORS}-]\s")


def broken_bylines(draft: Draft) -> None:
    """Bylines that a tag broke behind the "By"."""
    for n in range(1, len(draft.lines)):
        opening, name = draft.lines[n - 1], draft.lines[n]
        if draft.verdicts[n] or not opening.hints & BY or opening.words > MOST_OPENING_WORDS:
            continue
        if not bylines.is_opening(opening.text, draft.language) or draft.label(n - 1) not in (None, Label.BYLINE):
            continue
        by = bylines.is_bare_by(opening.text)
        given = by and bylines.is_given_name(name.text, draft.language)
        sure = by or bylines.says_author(opening.text) or draft.share(n, Label.BYLINE) >= POSSIBLE_BYLINE
        if given or (sure and bylines.is_entry(name.text) and not is_common(name.text, draft.language)):
            draft.put(n - 1, Label.BYLINE, BYLINE_NAME)
            draft.put(n, Label.BYLINE, BYLINE_NAME)
            for m in range(n + 1, min(n + MOST_NAMES, len(draft.lines))):
                if given or draft.verdicts[m] or draft.is_running(m) or not bylines.is_entry(draft.lines[m].text):
                    break
                draft.put(m, Label.BYLINE, BYLINE_NAME)


def title(draft: Draft, given: str | None) -> int | None:
    """The headline: what the container names, else what is printed twice, else the model's choice above the story."""
    chosen, rule = _headline(draft, given)
    if chosen is not None:
        draft.put(chosen, Label.TITLE, rule)
    return chosen


def _headline(draft: Draft, given: str | None) -> tuple[int | None, Rule]:
    lines = draft.lines
    first = next((n for n in range(len(lines)) if draft.is_running(n)), len(lines))
    candidates = [
        n
        for n in range(first)
        if draft.verdicts[n] is None
        and lines[n].words in HEADLINE_WORDS
        and not is_item(lines[n])
        and not dates.AGO.search(lines[n].text)
    ]
    if given:
        named = fold(given)
        for n in reversed(candidates):
            if lines[n].folded == named:
                return n, GIVEN_TITLE
    if not candidates:
        return None, TITLE
    head = candidates[0]
    names = (lines[head].folded, fold(_SITE_TAIL.split(lines[head].text)[0]))
    again = [n for n in candidates[1:] if lines[n].folded and lines[n].folded in names and lines[n].words >= 3]
    likeliest = max(draft.share(n, Label.TITLE) for n in candidates)
    if again and max(draft.share(n, Label.TITLE) for n in again) >= likeliest * WEAKER_IF_TWICE:
        draft.put(head, Label.DUPLICATE, PAGE_TITLE)
        return max(again, key=lambda n: (draft.share(n, Label.TITLE), n)), TITLE
    if first == len(lines):
        return None, TITLE
    near = [n for n in candidates if first - n <= TITLE_REACH] + candidates[:1]
    chosen = max(near, key=lambda n: (draft.share(n, Label.TITLE), -n))
    crumbs = lines[chosen].folded  # "Home > News > Headline", with the headline itself below
    ends = (n for n in candidates if n > chosen and crumbs.endswith(" " + lines[n].folded))
    chosen = next(ends, chosen)
    is_none = draft.share(chosen, Label.TITLE) < UNLIKELY_TITLE and draft.story[chosen]
    return (None if is_none else chosen), TITLE


def open_head(draft: Draft, title: int | None) -> None:
    """Right below the headline, what the model takes for a deck or the like is no story, however little else is."""
    if title is not None:
        for n in range(title + 1, min(title + 1 + BESIDE_TITLE, len(draft.lines))):
            if any(draft.share(n, label) >= LIKELY for label in BELOW_TITLE):
                draft.story[n] = False


def below(draft: Draft, title: int | None) -> range:
    """The lines between the headline and the story's first running text, unless a byline or date stands below that."""
    if title is None:
        return range(0)
    stop = next((n for n in range(title, len(draft.lines)) if draft.is_running(n)), title)
    if stop - title > DECK_REACH:
        return range(title + 1, stop)
    below = range(stop + 1, min(stop + 1 + DECK_REACH, len(draft.lines)))
    signed = [n for n in below if _is_signature(draft, n)]
    decks = sum(draft.is_running(n) for n in range(stop, signed[-1])) if signed else 0
    return range(title + 1, signed[-1] + 1 if 0 < decks <= MOST_RUNNING_DECKS else stop)


def _is_signature(draft: Draft, n: int) -> bool:
    """Whether the line is a byline or date, and not that of a post in the story."""
    return draft.label(n) in SIGNED and not _EMBEDDED.search(draft.lines[n].text)


def names(draft: Draft, head: range) -> None:
    """Names without a "By" between headline and story, what these people do, and names beside a date."""
    for n in range(max(0, head.start - BESIDE_TITLE), head.stop):
        if _is_dated_byline(draft, n, head):
            draft.put(n, Label.BYLINE, BYLINE_WITH_DATE)
        elif n in head and _is_byline(draft, n, head):
            draft.put(n, Label.BYLINE, BYLINE_IN_HEAD)
        elif n in head and _is_role(draft, n):
            draft.put(n, Label.BYLINE, ROLE)


def _is_dated_byline(draft: Draft, n: int, head: range) -> bool:
    line, language = draft.lines[n], draft.language
    if not line.hints & FIGURE or draft.label(n) not in (None, Label.TIMESTAMP):
        return False
    if line.is_prose and not bylines.is_signed(line.text, language):
        return False
    if not dates.find(line.text, language) and not dates.AGO.search(line.text):
        return False
    if bylines.says_by(line.text, language):
        return True
    named = bylines.read(line.text, language) if n >= head.start - RIGHT_BELOW else ()
    possible = draft.share(n, Label.BYLINE) >= POSSIBLE_BYLINE
    if not named or is_common(named[0].name, language, all_words=possible):
        return False
    is_alone = len(named) == 1 and abs(n - head.start) < RIGHT_BELOW
    return is_alone or line.text.startswith(named[0].name)


def _is_role(draft: Draft, n: int) -> bool:
    line = draft.lines[n]
    is_open = draft.verdicts[n] is None and not draft.story[n] and line.words <= MOST_WORDS_OF_NAMED
    return is_open and draft.label(n - 1) is Label.BYLINE and bylines.is_role(line.text)


def _is_byline(draft: Draft, n: int, head: range) -> bool:
    """Whether the line says "By", or begins with a name that the model or its place makes an author's.

    A place right below the headline does, where the line is the first name, beside a date, or printed once more.
    """
    line, known, language = draft.lines[n], draft.label(n), draft.language
    if line.words > MOST_WORDS_OF_NAMED or known not in (None, Label.CREDIT):
        return False
    signed = line.hints & BY != 0 and bylines.is_signed(line.text, language)
    if known is Label.CREDIT:
        return signed or (draft.label(n - 1) in (Label.TITLE, *SIGNED) and not credits.says_credit(line.text))
    if not signed and (draft.story[n] or draft.share(n, Label.BYLINE) < POSSIBLE_BYLINE or _is_role(draft, n)):
        return False
    named = bylines.read(line.text, language)
    if not named or signed:
        return signed and bool(named)
    if not line.text.startswith(named[0].name) or is_common(named[0].name, language):
        return False
    if draft.share(n, Label.BYLINE) < SURE_BYLINE and _is_told_of(draft, fold(named[0].name), head):
        return False
    dated = any(draft.label(m) is Label.TIMESTAMP for m in (n - 1, n + 1) if m < len(draft.lines))
    is_first = is_person(line.text) and all(draft.label(m) is not Label.BYLINE for m in range(head.start, n))
    rare = is_rare(named[0].name, language)
    reach = NEAR_BELOW if rare else RIGHT_BELOW
    close = n - head.start <= reach and (dated or draft.times[line.folded] > 1 or is_first)
    least = POSSIBLE_BYLINE if rare or dated else PERHAPS_BYLINE
    return draft.share(n, Label.BYLINE) >= (least if close or named[-1].role else LIKELY_BYLINE)


def _is_told_of(draft: Draft, name: str, head: range) -> bool:
    """Whether the headline or the story's beginning names somebody: then a line with the name is a topic."""
    told = range(max(0, head.start - 1), min(head.stop + BEGINNING, len(draft.lines)))
    return any(f" {name} " in f" {draft.lines[n].folded} " for n in told if n == head.start - 1 or draft.is_running(n))


def deck(draft: Draft, head: range) -> None:
    """The few sentences between the headline and a byline or date that parts them from the story."""
    reach = range(head.start, min(head.start + BESIDE_TITLE, len(draft.lines)))
    signed = [n for n in reach if _is_signature(draft, n)]
    if not head.start or not signed:
        return
    gap = range(head.start, signed[0])
    if not gap and len(signed) > 1 and signed[1] == signed[0] + 2:
        gap = range(signed[0] + 1, signed[1])
    decks = [n for n in gap if draft.verdicts[n] is None and not _is_no_deck(draft, n)]
    if len(decks) <= MOST_DECKS and all(draft.lines[n].words <= MOST_DECK_WORDS for n in decks):
        for n in decks:
            draft.put(n, Label.DECK, DECK)


def _is_no_deck(draft: Draft, n: int) -> bool:
    """Whether a line between headline and byline is a button or the like rather than a sentence."""
    share = sum([draft.share(n, label) for label in NO_DECK])
    return draft.lines[n].words < LEAST_DECK_WORDS or share >= LIKELY


def kicker(draft: Draft, head: range) -> None:
    """The section or topic right above the headline."""
    above = head.start - 2
    if above < 0 or draft.verdicts[above] or not KICKER_WORDS.search(draft.lines[above].text):
        return
    if draft.lines[above].words <= MOST_KICKER_WORDS and draft.share(above, Label.TAGS) >= POSSIBLE_KICKER:
        draft.put(above, Label.TAGS, KICKER)
