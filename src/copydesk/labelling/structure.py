"""Rules for a line among its neighbours, beside the model: what it leaves open, and what a rule knows better.

The model says for each line how much speaks for each label.  Here is decided which lines are the story, which one is
the headline, and what pictures, bylines, bios and lists of other stories bind together.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from copydesk import lexicon
from copydesk.characters import BULLETS, SEPARATORS
from copydesk.document import STORY, Label
from copydesk.edits import Rule
from copydesk.labelling import patterns
from copydesk.labelling.features import Floats
from copydesk.labelling.line import SENTENCE_WORDS, Line, Verdict, fold
from copydesk.labelling.model import LABELS
from copydesk.metadata import bylines, credits, dates
from copydesk.metadata.people import is_person

LIKELY: Final = 0.5
"""Share of the story labels from which a line is story."""

NEARLY_ALL: Final = 0.85
"""Share of a dump's words in likely lines from which it is a story without its page: there, do little."""

UNLIKELY: Final = 0.05
"""Share of the story labels from which a line of such a dump is story."""

SURE: Final = 0.9
"""From here on the model outdoes a rule for lines by themselves, unless that is certain."""

LEAST_STORY: Final = 12
"""Words of likely running text.  A dump with less holds no story, unless the model finds some at half the share."""

MOSTLY: Final = 0.7
"""Share of lines with a blank line above from which blank lines tell nothing."""

MOST_CAPTION_WORDS: Final = 60
MOST_KICKER_WORDS: Final = 4
MOST_TAG_WORDS: Final = 4
LEAST_DECK_WORDS: Final = 4
MOST_DECK_WORDS: Final = 70
TAGS_REACH: Final = 6
"""Lines below the story in which its list of tags begins."""

HEADLINE_WORDS: Final = range(2, 31)

UNLIKELY_TITLE: Final = 0.03
"""Share of a line of the story that is no headline, though none is better: the dump has none."""

TITLE_REACH: Final = 14
"""Lines between the headline and the story's first line, at most, unless the dump prints it twice."""

BESIDE_TITLE: Final = 6
"""Lines above the headline in which its byline and date may stand."""

LIKELY_BYLINE: Final = 0.25
"""Share from which a name in the head is a byline."""

POSSIBLE_BYLINE: Final = 0.02
"""The same right below the headline, beside a date or printed once more on the page."""

COMMON_WORD: Final = 8e-5
"""Share of all words from which a word is commoner than nearly all names."""

RIGHT_BELOW: Final = 3
"""Lines."""

MOST_WORDS_OF_NAMED: Final = 12
"""Words of a line that begins with its author's name."""

MODEL: Final = Rule("label.model", "the trained model's choice; the number says how much spoke for it")
LIST_ITEM = Rule("label.list-item", "begins like the entry of a list, inside the story")
TITLE = Rule("label.headline", "the headline above the story")
GIVEN_TITLE = Rule("label.given-title", "the headline that the container or page names")
PAGE_TITLE = Rule("label.page-title", "the page's own title, printed above its headline")
DECK = Rule("label.deck", "a sentence between the headline and the byline or date")
KICKER = Rule("label.kicker", "a word or few right above the headline: its section or topic")
TAG_LIST = Rule("label.tag-list", "short lines in a list below the story, or below a line that says so")
NOTE = Rule("label.note", "says where it first appeared, who helped, what the writer gains")
CAPTION_OWN_CREDIT = Rule("label.caption-own-credit", 'ends with its picture\'s credit: "... Photo: Jane Doe"')
CAPTION = Rule("label.caption-with-credit", "a line right above a picture's credit")
CAPTION_TWICE = Rule(
    "label.caption-twice", "a sentence printed twice within a few lines: a picture's alternative text and caption"
)
BYLINE_IN_HEAD = Rule("label.byline-in-head", "a name between headline and story, beside a date or printed again")
BYLINE_WITH_DATE = Rule("label.byline-with-date", 'says "By" and names somebody, beside a date')
ROLE = Rule("label.role", "what the person above does: Staff Writer")
BYLINE_NAME = Rule("label.byline-name", 'a person\'s name below a line that says "By", and that line')
PHOTOGRAPHER = Rule("label.photographer", "a person's name between a caption and an agency")
DUPLICATE = Rule("label.repeated", "repeats a line that is kept")
BIO = Rule("label.bio", "tells of the person whose name it begins with")
BIO_TEXT = Rule("label.bio-text", "below the story, tells what a person does for a living")
BIO_NAME = Rule("label.bio-name", "a person's name above a text that begins with it")
AFTER_HEADING = Rule("label.after-teaser-heading", "stands below the head of a list of other stories")

RULES: Final = (
    *(
        MODEL,
        LIST_ITEM,
        TITLE,
        GIVEN_TITLE,
        PAGE_TITLE,
        KICKER,
        DECK,
        CAPTION,
        CAPTION_OWN_CREDIT,
        CAPTION_TWICE,
        PHOTOGRAPHER,
        BYLINE_NAME,
    ),
    *(BYLINE_IN_HEAD, BYLINE_WITH_DATE, ROLE),
    *(DUPLICATE, BIO, BIO_NAME, BIO_TEXT, NOTE, TAG_LIST, AFTER_HEADING),
)

PLACE: Final = {label: place for place, label in enumerate(LABELS)}
STORY_PLACES: Final = [place for place, label in enumerate(LABELS) if label in STORY]
OTHER_PLACES: Final = [n for n, label in enumerate(LABELS) if label not in STORY and label is not Label.TITLE]
ONCE_PLACES: Final = [n for n in OTHER_PLACES if LABELS[n] is not Label.DUPLICATE]
"""The labels among which the model chooses for a line outside the story, and for one that repeats nothing."""

_ITEM = re.compile(rf"[{BULLETS}-]\s|\d{{1,3}}[.)]\s")
_NOTE = re.compile(
    r"\baffiliate (?:link|commission|partner)s?\b|\b(?:first|originally) (?:published|appeared) (?:in|on|at|by)\b|"
    r"\bcontributed to this (?:report|story|article)\b|\bare (?:registered )?trademarks\b|"
    r"\bearn a (?:small )?commission\b|\bzuerst (?:erschienen|veröffentlicht)\b",
    re.IGNORECASE,
)
_LIVING = re.compile(
    r"\b(?:is|was|has been|works as|writes|covers|ist|schreibt|arbeitet|est|es|è)\b.{0,120}"
    r"\b(?:writer|author|journalist|reporter|editor|columnist|correspondent|contributor|blogger|professor|researcher|"
    r"lecturer|founder|playwright|novelist|photographer|freelance|staff|years of experience|advis[eo]r|"
    r"autor(?:in)?|redakteur(?:in)?|journalistin|journaliste|periodista|giornalista)\b",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?:[^\W\d_a-z]\S*\s){1,4}(?=is\b|was\b|has\b|writes\b|works\b|covers\b|ist\b|schreibt\b|est\b|es\b)"
)
_SITE_TAIL = re.compile(rf"\s[{SEPARATORS}-]\s")

Verdicts = list[Verdict | None]


def complete(
    lines: Sequence[Line],
    known: Sequence[Verdict | None],
    shares: Floats,
    language: str | None = None,
    given_title: str | None = None,
) -> list[Verdict]:
    """A verdict for every line, from the verdicts on lines by themselves and the model's shares."""
    told = shares[:, STORY_PLACES].sum(axis=1)
    least = _least(lines, told)
    verdicts = [
        None if verdict and _outdoes(n, line, verdict, told, shares) else verdict
        for n, (line, verdict) in enumerate(zip(lines, known, strict=True))
    ]
    story = [share >= least and verdict is None for share, verdict in zip(told, verdicts, strict=True)]
    _pictures(lines, verdicts, told)
    _bylines(lines, verdicts)
    _title(lines, verdicts, story, shares, given_title)
    _head(lines, verdicts, story, shares, language)
    _bios(lines, verdicts, story)
    _bio_texts(lines, verdicts, story)
    _deck(lines, verdicts, _head_of(lines, verdicts, story))
    _kicker(lines, verdicts, story, _head_of(lines, verdicts, story))
    _notes(lines, verdicts, told)
    _teasers(lines, verdicts, story, told)
    again = Counter(line.folded for line in lines)
    rows = shares.tolist()
    title = next((line for line, verdict in zip(lines, verdicts, strict=True) if _label(verdict) is Label.TITLE), None)
    for n, line in enumerate(lines):
        if verdicts[n] is None:
            may_repeat = again[line.folded] > 1 or _like(title, line)
            verdicts[n] = _by_model(line, rows[n], is_story=story[n], may_repeat=may_repeat)
    return _repeats(lines, [verdict for verdict in verdicts if verdict])


def _least(lines: Sequence[Line], told: Floats) -> float:
    """From which share on a line is story: less where there is hardly any, and where there is hardly anything else."""
    if sum(line.words for line, share in zip(lines, told, strict=True) if share >= LIKELY) >= NEARLY_ALL * sum(
        line.words for line in lines
    ):
        return UNLIKELY
    return LIKELY if _words(lines, told, LIKELY) >= LEAST_STORY else LIKELY / 2


def _outdoes(n: int, line: Line, verdict: Verdict, told: Floats, shares: Floats) -> bool:
    """Whether the model is surer of a line than the rule that knows it by itself."""
    if verdict.label in (Label.BYLINE, Label.TIMESTAMP, Label.CREDIT) and _share(shares, n, Label.TEASER) >= LIKELY:
        return True
    may = line.is_prose or verdict.label is Label.BYLINE
    return may and told[n] >= SURE and verdict.why not in patterns.CERTAIN


def _words(lines: Sequence[Line], told: Floats, least: float) -> int:
    return sum(line.words for line, share in zip(lines, told, strict=True) if share >= least and line.is_prose)


def _is(label: Label, rule: Rule) -> Verdict:
    return Verdict(label, rule.name)


def _label(verdict: Verdict | None) -> Label | None:
    return verdict.label if verdict else None


def _like(title: Line | None, line: Line) -> bool:
    """Whether one of the two says all that the other says."""
    return title is not None and (title.folded in line.folded or line.folded in title.folded)


def _by_model(line: Line, shares: Sequence[float], *, is_story: bool, may_repeat: bool) -> Verdict:
    """The likeliest label among those of the story, or among the others; there is but one title."""
    if is_story and _ITEM.match(line.text):
        return _is(Label.LIST_ITEM, LIST_ITEM)
    places = STORY_PLACES if is_story else OTHER_PLACES if may_repeat else ONCE_PLACES
    best = max(places, key=shares.__getitem__)
    if LABELS[best] is Label.BYLINE and not bylines.read(line.text) and not bylines.is_single_name(line.text):
        best = max((place for place in places if place != best), key=shares.__getitem__)
    share = sum(shares[place] for place in STORY_PLACES) if is_story else shares[best]
    return Verdict(LABELS[best], f"{MODEL.name} {share:.2f}")


def _share(shares: Floats, n: int, label: Label) -> float:
    return float(shares[n, PLACE[label]])


def _pictures(lines: Sequence[Line], verdicts: Verdicts, told: Floats) -> None:
    """Captions, by the credit right below them or because they are printed twice; the photographer's name."""
    spaced = any(line.apart for line in lines[1:])
    all_apart = sum(line.apart for line in lines) > MOSTLY * len(lines)
    for n, line in enumerate(lines):
        if verdicts[n] is None and line.words <= MOST_CAPTION_WORDS and credits.ends_with_credit(line.text):
            verdicts[n] = _is(Label.CAPTION, CAPTION_OWN_CREDIT)
    for n in range(1, len(lines)):
        if _label(verdicts[n]) is not Label.CREDIT or (lines[n].apart and not all_apart):
            continue
        above, likely = n - 1, LIKELY if lines[n].apart else SURE
        if above and verdicts[above] is None and is_person(lines[above].text) and not lines[above].apart:
            verdicts[above] = _is(Label.CREDIT, PHOTOGRAPHER)
            above -= 1
        if (
            verdicts[above] is None
            and spaced
            and 3 <= lines[above].words <= MOST_CAPTION_WORDS
            and told[above] < likely
        ):
            verdicts[above] = _is(Label.CAPTION, CAPTION)
    twice = _printed_twice(lines)
    others = sum(line.is_prose and verdict is None for line, verdict in zip(lines, verdicts, strict=True))
    if len(twice) * 3 > others:  # each counts twice among the others: the page doubles its paragraphs
        return
    for before, again in twice:
        if verdicts[before] is None and (again == before + 1 or min(told[before], told[again]) < SURE):
            verdicts[before] = _is(Label.CAPTION, CAPTION_TWICE)
        if _label(verdicts[before]) is Label.CAPTION:
            verdicts[again] = _is(Label.DUPLICATE, DUPLICATE)


def _printed_twice(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """Sentences that stand again within a few lines: the number of the line, and of the line that repeats it."""
    twice: list[tuple[int, int]] = []
    seen: dict[str, int] = {}
    for n, line in enumerate(lines):
        before = seen.get(line.folded)
        if before is not None and line.words >= 5 and n - before <= 4 and line.ends:
            twice.append((before, n))
        seen[line.folded] = n
    return twice


def _bylines(lines: Sequence[Line], verdicts: Verdicts) -> None:
    """Bylines that a tag broke behind the "By"."""
    for n in range(1, len(lines)):
        opening, name = lines[n - 1], lines[n]
        if verdicts[n] is None and bylines.is_opening(opening.text) and is_person(name.text):
            verdicts[n - 1] = verdicts[n] = _is(Label.BYLINE, BYLINE_NAME)


def _title(lines: Sequence[Line], verdicts: Verdicts, story: list[bool], shares: Floats, given: str | None) -> None:
    """The headline: what the container names, else what is printed twice, else the model's choice above the story."""
    first = next((n for n in range(len(lines)) if story[n] and lines[n].is_prose), len(lines))
    open_lines = [
        n
        for n in range(first)
        if verdicts[n] is None and lines[n].words in HEADLINE_WORDS and not _ITEM.match(lines[n].text)
    ]
    chosen: int | None = None
    rule = TITLE
    if given:
        named = fold(given)
        chosen = next((n for n in reversed(open_lines) if lines[n].folded == named), None)
        rule = GIVEN_TITLE
    if chosen is None and open_lines:
        rule = TITLE
        head = open_lines[0]
        names = (lines[head].folded, fold(_SITE_TAIL.split(lines[head].text)[0]))
        again = [n for n in open_lines[1:] if lines[n].folded in names and lines[n].words >= 3]
        chosen = max(again, key=lambda n: (_share(shares, n, Label.TITLE), n), default=None)
        if chosen is not None:
            verdicts[head] = _is(Label.DUPLICATE, PAGE_TITLE)
        elif first < len(lines):
            near = [n for n in open_lines if first - n <= TITLE_REACH] + open_lines[:1]
            chosen = max(near, key=lambda n: (_share(shares, n, Label.TITLE), -n))
            if _share(shares, chosen, Label.TITLE) < UNLIKELY_TITLE and story[chosen]:
                chosen = None
    if chosen is not None:
        verdicts[chosen] = _is(Label.TITLE, rule)
        story[chosen] = False


def _bio_texts(lines: Sequence[Line], verdicts: Verdicts, story: Sequence[bool]) -> None:
    """Below the story or at its very end: a text that begins with a name and says what the person does."""
    prose = [n for n, line in enumerate(lines) if story[n] and line.is_prose]
    for n in range(prose[-2] if len(prose) > 2 else len(lines), len(lines)):
        line = lines[n]
        if (
            verdicts[n] is None
            and line.words >= SENTENCE_WORDS
            and _NAMED.match(line.text)
            and _LIVING.search(line.text)
        ):
            verdicts[n] = _is(Label.BIO, BIO_TEXT)
            if verdicts[n - 1] is None and lines[n - 1].words <= MOST_KICKER_WORDS and not lines[n - 1].ends:
                verdicts[n - 1] = _is(Label.BIO, BIO_NAME)


def _head_of(lines: Sequence[Line], verdicts: Verdicts, story: Sequence[bool]) -> range:
    """The lines between the headline and the story's first running text."""
    title = next((n for n, verdict in enumerate(verdicts) if _label(verdict) is Label.TITLE), None)
    if title is None:
        return range(0)
    return range(title + 1, next((n for n in range(title, len(lines)) if story[n] and lines[n].is_prose), title))


def _head(
    lines: Sequence[Line], verdicts: Verdicts, story: Sequence[bool], shares: Floats, language: str | None
) -> None:
    """Names without a "By" between headline and story, what these people do, and names beside a date."""
    head = _head_of(lines, verdicts, story)
    again = Counter(line.folded for line in lines)
    for n in range(max(0, head.start - BESIDE_TITLE), head.stop):
        line, known = lines[n], _label(verdicts[n])
        if known in (None, Label.TIMESTAMP) and not line.is_prose and dates.find(line.text, language):
            named = bylines.read(line.text, language)
            leads = bool(named) and line.text.startswith(named[0].name) and n in head
            if leads or bylines.says_by(line.text, language):
                verdicts[n] = _is(Label.BYLINE, BYLINE_WITH_DATE)
                continue
        signed = n in head and line.words <= MOST_WORDS_OF_NAMED and bylines.is_signed(line.text)
        if signed and (known is Label.CREDIT or (known is None and bylines.read(line.text, language))):
            verdicts[n] = _is(Label.BYLINE, BYLINE_IN_HEAD)
            continue
        if n not in head or known or story[n] or line.words > MOST_WORDS_OF_NAMED:
            continue
        below_byline = _label(verdicts[n - 1]) is Label.BYLINE
        if below_byline and bylines.is_role(line.text):
            verdicts[n] = _is(Label.BYLINE, ROLE)
            continue
        named = bylines.read(line.text, language)
        if named and line.text.startswith(named[0].name) and not _is_common(named[0].name, language):
            dated = any(_label(verdicts[m]) is Label.TIMESTAMP for m in (n - 1, n + 1) if m < len(lines))
            close = n - head.start <= RIGHT_BELOW and (dated or again[line.folded] > 1)
            least = POSSIBLE_BYLINE if close or named[-1].role else LIKELY_BYLINE
            if _share(shares, n, Label.BYLINE) >= least:
                verdicts[n] = _is(Label.BYLINE, BYLINE_IN_HEAD)


def _is_common(name: str, language: str | None) -> bool:
    """Whether it is made of common words only: "Save Story", "Learn More"."""
    known = lexicon.words(language)
    return all(known.get(word, 0.0) >= COMMON_WORD for word in name.casefold().split())


def _bios(lines: Sequence[Line], verdicts: Verdicts, story: Sequence[bool]) -> None:
    """Texts about a person whose name stands above them, outside the story, or below it and in its byline."""
    last = max((n for n, line in enumerate(lines) if story[n] and line.is_prose), default=0)
    signed = " ".join(
        line.folded for line, verdict in zip(lines, verdicts, strict=True) if _label(verdict) is Label.BYLINE
    )
    for n in range(1, len(lines)):
        name, line = lines[n - 1], lines[n]
        if (
            verdicts[n - 1] is None
            and verdicts[n] is None
            and (not story[n] or (n >= last and name.folded in signed))
            and is_person(name.text)
            and line.words > 6
            and line.text.startswith(name.text + " ")
        ):
            verdicts[n - 1] = _is(Label.BYLINE, BIO_NAME)
            verdicts[n] = _is(Label.BIO, BIO)


def _deck(lines: Sequence[Line], verdicts: Verdicts, head: range) -> None:
    """The one or two sentences between the headline and a byline or date that parts them from the story."""
    reach = range(head.start, min(head.start + BESIDE_TITLE, len(lines)))
    signed = [n for n in reach if _label(verdicts[n]) in (Label.BYLINE, Label.TIMESTAMP)]
    if not head.start or not signed:
        return
    gap = range(head.start, signed[0])
    if not gap and len(signed) > 1 and signed[1] == signed[0] + 2:
        gap = range(signed[0] + 1, signed[1])
    decks = [n for n in gap if verdicts[n] is None]
    if len(decks) <= 2 and all(LEAST_DECK_WORDS <= lines[n].words <= MOST_DECK_WORDS for n in decks):
        for n in decks:
            verdicts[n] = _is(Label.DECK, DECK)


def _kicker(lines: Sequence[Line], verdicts: Verdicts, story: Sequence[bool], head: range) -> None:
    """The section or topic right above the headline, and the tags below the story."""
    above = head.start - 2
    if head.start and above >= 0 and verdicts[above] is None and lines[above].words <= MOST_KICKER_WORDS:
        verdicts[above] = _is(Label.TAGS, KICKER)
    last = max((n for n, line in enumerate(lines) if story[n] and line.is_prose), default=len(lines))
    n = last + 1
    listed = False
    while n < len(lines):
        line, known = lines[n], _label(verdicts[n])
        short = line.words <= MOST_TAG_WORDS and not line.ends
        if known is Label.TAGS:
            listed = True
        elif known is None and short and (listed or (n <= last + TAGS_REACH and _in_list(lines, verdicts, n))):
            verdicts[n] = _is(Label.TAGS, TAG_LIST)
            listed = True
        else:
            listed = False
        n += 1


def _in_list(lines: Sequence[Line], verdicts: Verdicts, n: int) -> bool:
    """Whether the line and the next are entries of a list of a few words each."""
    return n + 1 < len(lines) and all(
        verdicts[m] is None and lines[m].words <= MOST_TAG_WORDS + 1 and _ITEM.match(lines[m].text) for m in (n, n + 1)
    )


def _notes(lines: Sequence[Line], verdicts: Verdicts, told: Floats) -> None:
    """Where the story first appeared, who helped, what the writer gains."""
    for n, line in enumerate(lines):
        if verdicts[n] is None and told[n] < SURE and _NOTE.search(line.text):
            verdicts[n] = _is(Label.NOTE, NOTE)


def _teasers(lines: Sequence[Line], verdicts: Verdicts, story: list[bool], told: Floats) -> None:
    """What stands below the head of a list of other stories, until the story goes on."""
    head = _head_of(lines, verdicts, story)
    title = head.start - 1
    above = list(accumulate((line.words * told for line, told in zip(lines, story, strict=True)), initial=0))
    n = 0
    while n < len(lines):
        verdict = verdicts[n]
        if _label(verdict) is not Label.TEASER_HEADING:
            n += 1
            continue
        names_source = verdict is not None and verdict.why == patterns.OPENING.name
        final = names_source and patterns.ends_the_story(lines[n]) and above[n] >= above[-1] / 4
        goes_on_at = (
            m for m in range(n + 1, len(lines)) if m == title or (story[m] and (lines[m].is_prose or told[m] >= SURE))
        )
        stop = len(lines) if final else next(goes_on_at, len(lines))
        for below in range(n + 1, stop):
            line, known = lines[below], _label(verdicts[below])
            goes_on = not line.apart and _label(verdicts[below - 1]) in (Label.TEASER, Label.TEASER_HEADING)
            if known is not None and below in head:
                continue
            if known in (None, Label.CAPTION, Label.CREDIT, Label.TIMESTAMP, Label.BYLINE) and (
                known or line.words >= 4 or line.text.startswith("- ") or goes_on
            ):
                verdicts[below] = _is(Label.TEASER, AFTER_HEADING)
        n = stop


KEPT: Final = frozenset(Label) - {
    Label.CREDIT,
    Label.NAVIGATION,
    Label.CONTROL,
    Label.PROMO,
    Label.COMMENT,
    Label.DUPLICATE,
    Label.TEASER,
}


def _repeats(lines: Sequence[Line], verdicts: list[Verdict]) -> list[Verdict]:
    """A line that repeats one that is kept is a duplicate; so is what repeats the headline above it.

    What the story itself says twice, it says twice.
    """
    counts = Counter(line.folded for line in lines)
    keeper: dict[str, int] = {}
    titles = {line.folded for line, verdict in zip(lines, verdicts, strict=True) if verdict.label is Label.TITLE}
    for n, (line, verdict) in enumerate(zip(lines, verdicts, strict=True)):
        if counts[line.folded] < 2 or line.words < 4:
            continue
        is_title_again = line.folded in titles and verdict.label is not Label.TITLE
        is_again = line.folded in keeper and verdict.label not in (*STORY, Label.TEASER, Label.CREDIT)
        if is_title_again or is_again:
            verdicts[n] = _is(Label.DUPLICATE, DUPLICATE)
        elif verdict.label in KEPT:
            keeper[line.folded] = n
    return verdicts
