"""The text of pages with a form of their own, which the model knows as furniture: posts, entries, sections ...

It runs before the other rules, which then see these lines as lines of the story.  Running text is only marked as story,
so that a rule may still find that it is printed twice; short lines get their labels here.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

from copydesk.document import Label, PageKind
from copydesk.edits import Rule
from copydesk.labelling import encyclopaedia, interviews, page_kinds, recipes
from copydesk.labelling.comments import is_button
from copydesk.labelling.form_words import folded
from copydesk.labelling.line import Line, is_item
from copydesk.labelling.state import ENDS, LIKELY, SIGNED, SURE, LabelState
from copydesk.text import fold
from copydesk.vocabulary import VOCABULARY


@dataclass(frozen=True, slots=True)
class FormThresholds:
    """Limits of the text of such pages.  Set in November 2026 with the cases of the tests and the kit of kinds."""

    min_running: float = 0.1
    """The model's share for comments and story of a line of running text in a post."""

    min_post: float = 0.5
    """The model's share for comments and story of a short line in a post."""

    min_signature: float = 0.5
    """The model's share for story of a name or date above a post."""

    min_signatures: int = 3
    """Such lines on a page: a story has one or two."""

    max_signature: int = 8
    """Words of the line with the name and the date of a poster."""

    max_heading: int = 14
    """Words of the heading of an entry."""

    min_point: int = 4
    """Words of a line that says what is known so far, above the entries of a live blog."""

    min_entries: int = 3
    """Entries of a list that its headline announces with a number, and lines that begin with the same words."""

    max_entries: int = 30
    """The largest such number."""

    first_lines: int = 60
    """Lines among which that headline is looked for."""

    min_title: float = 0.05
    """The model's share for "title" of that headline."""

    max_entry: int = 9
    """Words of the heading of an entry."""


THRESHOLDS: Final = FormThresholds()

FORM = Rule("label.form", "belongs to the form of the page: a thread, a live blog, a recipe, an encyclopaedia, a paper")
NUMBERED = Rule("label.numbered-entry", "heads one of the entries that the headline counts, or that are numbered")
ALIKE = Rule("label.begins-alike", 'begins with the same words and a colon as lines of other entries: "Getting there:"')
RULES: Final = (FORM, encyclopaedia.ARTICLE_TITLE, NUMBERED, ALIKE)

_LABELLED = re.compile(r"(?P<head>[^\W\d_][^:.!?\N{FULLWIDTH COLON}]{1,30})(?::\s|\N{FULLWIDTH COLON})\S")
_PRICE = re.compile(r"\d\s?[€$£]|[€$£]\s?\d")
_NUMBER = re.compile(r"\d{1,2}")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_NUMBERED = re.compile(r"(?P<number>\d{1,2})[.)]\s+\S")


def find(state: LabelState, kind: PageKind | None) -> int | None:
    """Keep the text of a page with this form.  The line of its headline, if the form shows it."""
    if kind is PageKind.FORUM:
        _forum(state)
    elif kind is PageKind.LIVE_BLOG:
        _live_blog(state)
    elif kind is PageKind.RECIPE:
        recipes.find(state, FORM)
    elif kind is PageKind.PAPER:
        _paper(state)
    elif kind is PageKind.REFERENCE:
        return encyclopaedia.find(state, FORM)
    else:
        _numbered(state)
        _in_sequence(state)
        _signatures(state)
    _alike(state)
    interviews.find(state)
    return None


def _forum(state: LabelState) -> None:
    """Posts are the story, and after the first one also the lines with the names and dates of posters."""
    lines = state.lines
    if any(map(page_kinds.is_add_comment, lines)):
        return  # comments on answers look like posts, and the model knows them better
    stop = _end_of_thread(state)
    has_post = False
    for n, line in enumerate(lines[:stop]):
        if page_kinds.says_member(line) or (n and page_kinds.is_value(lines[n - 1], line)):
            state.set_label(n, Label.CONTROL, FORM)
            continue
        if page_kinds.marker(line) or is_button(line):
            is_signature = has_post and page_kinds.is_dated(line) and not is_button(line)
            if is_signature and state.label(n) in (None, Label.TIMESTAMP, Label.BYLINE):
                state.set_label(n, Label.PARAGRAPH, FORM)
            elif state.story[n]:
                state.set_label(n, Label.CONTROL, FORM)
            continue
        if line.is_prose and not state.is_furniture(n) and _may_be_post(state, n):
            state.keep(n)
            has_post = has_post or state.story[n]
        elif has_post:
            is_signature = page_kinds.is_dated(line) and line.words <= THRESHOLDS.max_signature
            if is_signature and state.label(n) in (None, Label.TIMESTAMP, Label.BYLINE):
                state.set_label(n, Label.PARAGRAPH, FORM)
            elif state.share(n, Label.COMMENT) + state.story_shares[n] >= THRESHOLDS.min_post:
                state.keep(n)
    for n in range(len(lines) if stop is None else stop, len(lines)):
        state.story[n] = False


def _may_be_post(state: LabelState, n: int) -> bool:
    return state.share(n, Label.COMMENT) + state.story_shares[n] >= THRESHOLDS.min_running


def _end_of_thread(state: LabelState) -> int | None:
    """The first line with other threads, or the like: more running text is above it than below."""
    words = [line.words * line.is_prose for line in state.lines]
    above, whole = 0, sum(words)
    for n, line in enumerate(state.lines):
        is_end = state.label(n) in ENDS and above > 0
        if is_end or (page_kinds.is_one_of(line, "thread_end") and 2 * above >= whole):
            return n
        above += words[n]
    return None


def _signatures(state: LabelState) -> None:
    """The lines with the names and dates of posters, if the model reads them as parts of the story."""
    found = [
        n
        for n, share in enumerate(state.story_shares)
        if share >= THRESHOLDS.min_signature and state.label(n) in SIGNED and not state.lines[n].is_prose
    ]
    if len(found) >= THRESHOLDS.min_signatures:
        for n in found:
            state.set_label(n, Label.PARAGRAPH, FORM)


def _is_prose(line: Line) -> bool:
    return line.is_prose


def _live_blog(state: LabelState) -> None:
    """The text of entries, and the headings below their times."""
    lines = state.lines
    entries = page_kinds.entries(lines)
    stop = next((n for n in range(entries[-1] + 1, len(lines)) if state.label(n) in ENDS), len(lines))
    for n in range(entries[0] + 1, stop):
        if lines[n].is_prose and lines[n].ends and not state.is_furniture(n) and state.other_stories(n) < LIKELY:
            state.keep(n)
    for n in _key_points(state, entries[0]):
        state.set_label(n, Label.LIST_ITEM, FORM)
    for time in entries:
        heading = time + 1
        if (
            heading + 1 < stop
            and state.verdicts[heading] is None
            and not page_kinds.is_clock(lines[heading])
            and not (lines[heading].is_prose and lines[heading].ends)
            and lines[heading].words <= THRESHOLDS.max_heading
            and lines[heading + 1].is_prose
        ):
            state.set_label(heading, Label.HEADING, FORM)


def _key_points(state: LabelState, first: int) -> Iterator[int]:
    """What is known so far: the lines below such a heading, above the first entry."""
    lines = state.lines
    heading = next((n for n in range(first) if page_kinds.is_one_of(lines[n], "key_points")), first)
    for n in range(heading + 1, first):
        is_point = state.verdicts[n] is None and lines[n].words >= THRESHOLDS.min_point
        if not is_point or state.is_furniture(n) or state.other_stories(n) >= LIKELY:
            return
        yield n


def _paper(state: LabelState) -> None:
    """The abstract and its heading, and below the paper the line with which others cite it."""
    for n, line in enumerate(state.lines[:-1]):
        if not line.is_prose and line.folded in folded("citing") and _YEAR.search(state.lines[n + 1].text):
            for at in (n, n + 1):
                state.set_label(at, Label.CONTROL, FORM)
    for n, line in enumerate(state.lines):
        if page_kinds.is_abstract(line):
            if line.words <= page_kinds.THRESHOLDS.max_marker and not line.is_prose:
                state.set_label(n, Label.HEADING, FORM)
            for at in (n, n + 1):
                if at < len(state.lines) and state.lines[at].is_prose:
                    state.keep(at)
            return


@cache
def _numbers() -> dict[str, int]:
    """The numbers from 3 to 12 in words, folded."""
    return {
        fold(word): number for row in VOCABULARY.forms.three_to_twelve for number, word in enumerate(row.split("/"), 3)
    }


def announced(line: Line) -> int | None:
    """The number with which a headline announces its entries: 5 of "5 things small shops swear by"."""
    if not 3 <= line.words <= 30:
        return None
    words = line.folded.split()
    for word in words[:3]:
        number = int(word) if _NUMBER.fullmatch(word) else _numbers().get(word)
        if number is not None and THRESHOLDS.min_entries <= number <= THRESHOLDS.max_entries:
            return number
    return None


def _numbered(state: LabelState) -> None:
    """The entries of a list, if their number is that of the headline: short lines, each between running text."""
    lines = state.lines
    first = next((n for n, line in enumerate(lines) if line.is_prose and line.ends), len(lines))
    numbers = {
        number
        for n, line in enumerate(lines[: min(first, THRESHOLDS.first_lines)])
        if state.share(n, Label.TITLE) >= THRESHOLDS.min_title and (number := announced(line))
    }
    if not numbers:
        return
    stop = next((n for n in range(first, len(lines)) if state.label(n) in ENDS), len(lines))
    heads = [n for n in range(first + 1, min(stop, len(lines) - 1)) if _is_head(state, n)]
    for found in (heads, [n for n in heads if is_item(lines[n])]):
        if len(found) in numbers:
            for n in found:
                state.set_label(n, Label.HEADING, NUMBERED)
                state.keep(n + 1)
            return


def _in_sequence(state: LabelState) -> None:
    """Entries that are numbered from 1 on, with text below each, and the text of an entry below its credit.

    The model takes such a heading for the caption of the picture below.
    """
    lines = state.lines
    entries = _sequence(state)
    for n in entries:
        if state.verdicts[n] is None and state.story_shares[n] < SURE:
            state.set_label(n, Label.LIST_ITEM, NUMBERED)
        text = next((m for m in range(n + 1, len(lines)) if state.label(m) is not Label.CREDIT), n)
        if text != n and lines[text].ends and lines[text].words >= THRESHOLDS.min_point:
            state.keep(text)


def _sequence(state: LabelState) -> list[int]:
    """The lines that are numbered 1, 2, 3 ..., if there is running text below nearly each of them; else none."""
    numbers = {
        n: int(match["number"])
        for n, line in enumerate(state.lines)
        if line.words <= THRESHOLDS.max_heading and not line.is_prose and (match := _NUMBERED.match(line.text))
    }
    found: list[int] = []
    for n, number in numbers.items():
        if number == len(found) + 1:
            found.append(n)
    gaps = [any(state.is_running(m) for m in range(n + 1, below)) for n, below in pairwise(found)]
    return found if len(found) >= THRESHOLDS.min_entries and sum(gaps) >= len(gaps) - 1 else []


def _is_head(state: LabelState, n: int) -> bool:
    """Whether the line may head an entry: a few words below a sentence or a labelled line, above running text."""
    line, above, below = state.lines[n], state.lines[n - 1], state.lines[n + 1]
    if state.verdicts[n] is not None or line.words > THRESHOLDS.max_entry or line.ends or line.is_prose:
        return False
    if state.is_furniture(n) or not line.text[0].isalnum() or _PRICE.search(line.text):
        return False
    is_below_text = above.is_prose or above.ends or _LABELLED.match(above.text) is not None
    return is_below_text and below.is_prose and below.ends and not state.is_furniture(n + 1)


def _alike(state: LabelState) -> None:
    """Lines right below running text that begin with the same words and a colon, a few times on the page."""
    heads = {
        n: fold(match["head"])
        for n, line in enumerate(state.lines)
        if n
        and state.verdicts[n] is None
        and state.is_running(n - 1)
        and state.share(n, Label.CAPTION) < LIKELY
        and (match := _LABELLED.match(line.text))
        and not line.facts.is_marked_in_picture
    }
    times = Counter(heads.values())
    for n, head in heads.items():
        if times[head] >= THRESHOLDS.min_entries:
            state.set_label(n, Label.PARAGRAPH, ALIKE)
