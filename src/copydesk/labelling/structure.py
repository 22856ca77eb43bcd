"""Rules for a line among its neighbours: where the story begins and ends, and what stands around it.

The story is the stretch of lines with the most running text and the least furniture.  What is certain of a
line by itself (`patterns`) is decided before; this decides the rest.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from copydesk.characters import BULLETS, SEPARATORS
from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling import patterns
from copydesk.labelling.line import Line, Verdict, fold
from copydesk.metadata import bylines
from copydesk.metadata.people import is_person

LEAST_STORY: Final = 12
"""Words of running text.  A dump with less holds no story."""

MOST_OF_A_LINE: Final = 60
"""Words of one line that count towards the story; a wall of legal text shall not outweigh an article."""

COST: Final = {
    Label.TEASER_HEADING: 12,
    Label.NAVIGATION: 5,
    Label.CONTROL: 5,
    Label.PROMO: 8,
    Label.COPYRIGHT: 12,
    Label.TEASER: 4,
    Label.TAGS: 4,
    Label.TIMESTAMP: 1,
    Label.CREDIT: 1,
    Label.BYLINE: 1,
    Label.NOTE: 0,
}
"""What a line that is no story costs, in words, when the story runs on over it."""

UNSURE_COST: Final = 3
"""The same for a short line of which nothing is known: a subhead, a list item, or a menu."""

LONGEST_HEADING: Final = 15
HEADLINE_WORDS: Final = range(2, 31)

TITLE_REACH: Final = 14
"""Lines between the headline and the story's first sentence, at most, unless the dump prints it twice."""

PARAGRAPH = Rule("label.running-text", "running text inside the story")
IN_STORY = Rule("label.inside-story", "inside the story, and nothing says that it is something else")
HEADING = Rule("label.subhead", "a short line above running text inside the story")
LIST_ITEM = Rule("label.list-item", "begins like the entry of a list, inside the story")
TITLE = Rule("label.headline", "the headline above the story")
GIVEN_TITLE = Rule("label.given-title", "the headline that the container or page names")
PAGE_TITLE = Rule("label.page-title", "the page's own title, printed above its headline")
DECK = Rule("label.deck", "a sentence between the headline and the byline or date")
CAPTION = Rule("label.caption-with-credit", "a line right above a picture's credit")
CAPTION_TWICE = Rule(
    "label.caption-twice", "a sentence printed twice within a few lines: a picture's alternative text and caption"
)
BYLINE_NAME = Rule("label.byline-name", 'a person\'s name below a line that says "By", and that line')
PHOTOGRAPHER = Rule("label.photographer", "a person's name between a caption and an agency")
DUPLICATE = Rule("label.repeated", "repeats a line that is kept")
BIO = Rule("label.bio", "tells of the person whose name it begins with")
BIO_NAME = Rule("label.bio-name", "a person's name above a text that begins with it")
AFTER_HEADING = Rule("label.after-teaser-heading", "stands below the head of a list of other stories")
OUTSIDE = Rule("label.outside-story", "a line above or below the story")
OUTSIDE_PROSE = Rule("label.text-outside-story", "running text far from the story: an appeal, a notice, an address")
NO_STORY = Rule("label.no-story", "the dump holds no story")

RULES: Final = (
    *(PARAGRAPH, IN_STORY, HEADING, LIST_ITEM, TITLE, GIVEN_TITLE, PAGE_TITLE, DECK, CAPTION, CAPTION_TWICE),
    *(PHOTOGRAPHER, BYLINE_NAME, DUPLICATE, BIO, BIO_NAME, AFTER_HEADING, OUTSIDE, OUTSIDE_PROSE, NO_STORY),
)

_ITEM = re.compile(rf"[{BULLETS}-]\s|\d{{1,3}}[.)]\s")
_SITE_TAIL = re.compile(rf"\s[{SEPARATORS}-]\s")

Verdicts = list[Verdict | None]


def complete(lines: Sequence[Line], known: Sequence[Verdict | None], given_title: str | None) -> list[Verdict]:
    """A verdict for every line; those in `known` stand, but for repeats of a line that is kept."""
    verdicts = list(known)
    _pictures(lines, verdicts)
    _bylines(lines, verdicts)
    first, last = _story(lines, verdicts)
    if first == last:
        return [verdict or _is(Label.NAVIGATION, NO_STORY) for verdict in verdicts]
    _title(lines, verdicts, first, given_title)
    _teasers(lines, verdicts, first, last)
    _bios(lines, verdicts, first)
    first, last = _story(lines, verdicts)
    _deck(lines, verdicts, first)
    _inside(lines, verdicts, first, last)
    outside = [
        verdict or (_is(Label.PROMO, OUTSIDE_PROSE) if line.is_prose else _is(Label.NAVIGATION, OUTSIDE))
        for line, verdict in zip(lines, verdicts, strict=True)
    ]
    return _repeats(lines, outside)


def _is(label: Label, rule: Rule) -> Verdict:
    return Verdict(label, rule.name)


def _label(verdict: Verdict | None) -> Label | None:
    return verdict.label if verdict else None


def _pictures(lines: Sequence[Line], verdicts: Verdicts) -> None:
    """Captions, by the credit right below them or because they are printed twice; the photographer's name."""
    spaced = any(line.apart for line in lines[1:])
    for n in range(1, len(lines)):
        if _label(verdicts[n]) is not Label.CREDIT or lines[n].apart:
            continue
        above = n - 1
        if above and verdicts[above] is None and is_person(lines[above].text) and not lines[above].apart:
            verdicts[above] = _is(Label.CREDIT, PHOTOGRAPHER)
            above -= 1
        if verdicts[above] is None and spaced and lines[above].words >= 3:
            verdicts[above] = _is(Label.CAPTION, CAPTION)
    twice = _printed_twice(lines)
    others = sum(line.is_prose and verdict is None for line, verdict in zip(lines, verdicts, strict=True))
    if len(twice) * 3 > others:  # each counts twice among the others: the page doubles its paragraphs
        return
    for before, again in twice:
        if verdicts[before] is None:
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


def _story(lines: Sequence[Line], verdicts: Verdicts) -> tuple[int, int]:
    """(first, last + 1) of the stretch with the most running text and the least furniture; equal for none."""
    best, best_span = 0, (0, 0)
    total, start = 0, 0
    words = 0
    for n, (line, verdict) in enumerate(zip(lines, verdicts, strict=True)):
        is_story = verdict is None and line.is_prose
        if total <= 0:
            total, start, words = 0, n, 0
        if is_story:
            total += min(line.words, MOST_OF_A_LINE)
            words += line.words
        else:
            total -= COST.get(verdict.label, 1) if verdict else UNSURE_COST
        if total > best and words >= LEAST_STORY:
            best, best_span = total, (start, n + 1)
    return best_span


def _title(lines: Sequence[Line], verdicts: Verdicts, first: int, given: str | None) -> None:
    """The headline: what the container names, else what is printed twice, else the best line above the story."""
    open_lines = [
        n
        for n in range(first)
        if verdicts[n] is None and lines[n].words in HEADLINE_WORDS and not _ITEM.match(lines[n].text)
    ]
    if given:
        named = fold(given)
        place = next((n for n in reversed(open_lines) if lines[n].folded == named), None)
        if place is not None:
            verdicts[place] = _is(Label.TITLE, GIVEN_TITLE)
            return
    if not open_lines:
        return
    page_title = open_lines[0]
    headline = _SITE_TAIL.split(lines[page_title].text)[0]
    full, part = lines[page_title].folded, fold(headline)
    for n in reversed(open_lines[1:]):
        if lines[n].folded in (full, part) and lines[n].words >= 3:
            verdicts[n] = _is(Label.TITLE, TITLE)
            verdicts[page_title] = _is(Label.DUPLICATE, PAGE_TITLE)
            return
    near = [n for n in open_lines if first - n <= TITLE_REACH] or open_lines[:1]
    likely = [n for n in near if lines[n].words >= 4 and not lines[n].text.endswith((".", ":"))] or near
    place = likely[-1]
    while place - 1 in likely:  # a deck stands below the headline
        place -= 1
    verdicts[place] = _is(Label.TITLE, TITLE)


def _teasers(lines: Sequence[Line], verdicts: Verdicts, first: int, last: int) -> None:
    """What stands below the head of a list of other stories, until the story goes on."""
    n = first
    while n < len(lines):
        verdict = verdicts[n]
        if _label(verdict) is not Label.TEASER_HEADING:
            n += 1
            continue
        final = verdict is not None and verdict.why == patterns.OPENING.name and patterns.ends_the_story(lines[n])
        stop = len(lines) if final else _resumes(lines, verdicts, n + 1, last)
        for below in range(n + 1, stop):
            line, known = lines[below], _label(verdicts[below])
            goes_on = not line.apart and _label(verdicts[below - 1]) in (Label.TEASER, Label.TEASER_HEADING)
            if known in (None, Label.CAPTION, Label.CREDIT, Label.TIMESTAMP, Label.BYLINE) and (
                known or line.words >= 4 or line.text.startswith("- ") or goes_on
            ):
                verdicts[below] = _is(Label.TEASER, AFTER_HEADING)
        n = stop


def _resumes(lines: Sequence[Line], verdicts: Verdicts, start: int, last: int) -> int:
    """Where two lines of running text on end show that the story goes on; the end where none do."""
    for n in range(start, min(last, len(lines) - 1)):
        if all(verdicts[m] is None and lines[m].is_prose for m in (n, n + 1)):
            return n
    return len(lines)


def _bios(lines: Sequence[Line], verdicts: Verdicts, first: int) -> None:
    """Texts about a person whose name stands above them or in the byline."""
    for n in range(first + 1, len(lines)):
        name, line = lines[n - 1], lines[n]
        if (
            verdicts[n - 1] is None
            and verdicts[n] is None
            and is_person(name.text)
            and line.words > 6
            and line.text.startswith(name.text + " ")
        ):
            verdicts[n - 1] = _is(Label.BYLINE, BIO_NAME)
            verdicts[n] = _is(Label.BIO, BIO)


def _deck(lines: Sequence[Line], verdicts: Verdicts, first: int) -> None:
    """The sentence right below the headline, where a byline or date parts it from the story."""
    title = next((n for n, verdict in enumerate(verdicts) if _label(verdict) is Label.TITLE), None)
    if title is None or title + 2 >= len(lines) or verdicts[title + 1] is not None:
        return
    if lines[title + 1].words >= 6 and _label(verdicts[title + 2]) in (Label.BYLINE, Label.TIMESTAMP):
        verdicts[title + 1] = _is(Label.DECK, DECK)


def _inside(lines: Sequence[Line], verdicts: Verdicts, first: int, last: int) -> None:
    """Paragraphs, subheads and list items; the stretch takes in a subhead above, and what no menu holds below."""
    while (
        first
        and verdicts[first - 1] is None
        and 1 < lines[first - 1].words <= LONGEST_HEADING
        and not _far(lines, verdicts, first - 1)
    ):
        first -= 1
    while last < len(lines) and verdicts[last] is None and (_ITEM.match(lines[last].text) or _stops(lines[last])):
        last += 1
    for n in range(first, last):
        line = lines[n]
        if verdicts[n] is not None:
            continue
        if _ITEM.match(line.text):
            verdicts[n] = _is(Label.LIST_ITEM, LIST_ITEM)
        elif line.is_prose:
            verdicts[n] = _is(Label.PARAGRAPH, PARAGRAPH)
        elif (
            line.words <= LONGEST_HEADING
            and not line.text.endswith((".", ",", ";"))
            and _leads(lines, verdicts, n, last)
        ):
            verdicts[n] = _is(Label.HEADING, HEADING)
        else:
            verdicts[n] = _is(Label.PARAGRAPH, IN_STORY)


def _stops(line: Line) -> bool:
    """Whether the line ends in a mark that no line of a menu ends in."""
    return line.ends or line.text.endswith((",", ";"))


def _far(lines: Sequence[Line], verdicts: Verdicts, n: int) -> bool:
    """Whether the line above the story is anything but the one subhead between headline and story."""
    return n == 0 or _label(verdicts[n - 1]) is not Label.TITLE


def _leads(lines: Sequence[Line], verdicts: Verdicts, n: int, last: int) -> bool:
    """Whether the line stands above running text or a list."""
    below = next((m for m in range(n + 1, last) if verdicts[m] is None), None)
    return below is not None and (lines[below].is_prose or _ITEM.match(lines[below].text) is not None)


KEPT: Final = frozenset(Label) - {
    Label.NAVIGATION,
    Label.CONTROL,
    Label.PROMO,
    Label.COMMENT,
    Label.DUPLICATE,
    Label.TEASER,
}


def _repeats(lines: Sequence[Line], verdicts: list[Verdict]) -> list[Verdict]:
    """A line that repeats one that is kept is a duplicate; so is what repeats the headline above it."""
    counts = Counter(line.folded for line in lines)
    keeper: dict[str, int] = {}
    titles = {line.folded for line, verdict in zip(lines, verdicts, strict=True) if verdict.label is Label.TITLE}
    for n, (line, verdict) in enumerate(zip(lines, verdicts, strict=True)):
        if counts[line.folded] < 2 or line.words < 4:
            continue
        is_title_again = line.folded in titles and verdict.label is not Label.TITLE
        if is_title_again or (line.folded in keeper and verdict.label is not Label.TEASER):
            verdicts[n] = _is(Label.DUPLICATE, DUPLICATE)
        elif verdict.label in KEPT:
            keeper[line.folded] = n
    return verdicts
