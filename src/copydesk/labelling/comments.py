"""Readers' comments below the story: those below their heading, and those that only their dates and buttons show."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling.boxes import ENDS
from copydesk.labelling.line import Line
from copydesk.labelling.state import LabelState
from copydesk.text import fold
from copydesk.vocabulary import VOCABULARY


@dataclass(frozen=True, slots=True)
class CommentThresholds:
    """How far comments go.  Set in November 2026 with pages in many languages and with the kits for text and hosts."""

    max_heading: int = 6
    """Words of the heading of readers' comments."""

    to_first_mark: int = 8
    """Lines from that heading to the first date or button of a comment."""

    max_running: int = 3
    """Lines of running text from that heading to the first date or button."""

    between_marks: int = 14
    """Lines from one date or button of a comment to the next."""

    below_last_mark: int = 2
    """Lines of text below the last date of a comment."""

    max_mark: int = 12
    """Words of a line that dates or signs a comment."""


THRESHOLDS: Final = CommentThresholds()

COMMENTS = Rule("label.comments", "is below the heading of readers' comments, among their dates and buttons")

_FIGURES = re.compile(r"\d+")


@cache
def _headings() -> frozenset[str]:
    return frozenset(map(fold, VOCABULARY.boxes.comment_heading))


@cache
def replies() -> frozenset[str]:
    """The buttons below comments and posts, folded."""
    return frozenset(map(fold, VOCABULARY.boxes.reply))


def find(state: LabelState) -> None:
    """Take readers' comments out of the story: what is below their heading, with dates and buttons in between."""
    first = next((n for n in range(len(state.lines)) if state.is_running(n)), len(state.lines))
    for heading in range(first + 1, len(state.lines)):
        if is_comment_heading(state.lines[heading]):
            for n in _thread(state, heading):
                if state.story[n] or state.verdicts[n] is None:
                    state.set_label(n, Label.COMMENT, COMMENTS)


def is_comment_heading(line: Line) -> bool:
    """Whether the line is the heading of readers' comments, perhaps with their number: "Comments (12)"."""
    if line.words > THRESHOLDS.max_heading:
        return False
    words = _FIGURES.sub(" ", line.folded).split()
    return " ".join(words) in _headings()


def _thread(state: LabelState, heading: int) -> Iterator[int]:
    """The lines of the comments below their heading: to the last date or button, and the text below that."""
    lines = state.lines
    last, reach = heading, THRESHOLDS.to_first_mark
    n = heading + 1
    running = 0
    while n < len(lines) and n - last <= reach and state.label(n) not in ENDS:
        running += last == heading and state.is_running(n)
        if running > THRESHOLDS.max_running or (last == heading and is_comment_heading(lines[n])):
            return  # the story goes on below the heading
        if is_mark(lines[n]):
            last, reach = n, THRESHOLDS.between_marks
        n += 1
    if last == heading:
        return
    stop = last + 1
    while stop < n and stop - last <= THRESHOLDS.below_last_mark and not is_button(lines[last]):
        stop += 1
    yield from range(heading, stop)


def is_button(line: Line) -> bool:
    """Whether the line is a button below a comment or a post: "Reply", "3 Likes"."""
    return line.words <= THRESHOLDS.max_heading and " ".join(_FIGURES.sub(" ", line.folded).split()) in replies()


def is_mark(line: Line) -> bool:
    """Whether the line dates a comment, or is a button below one."""
    if line.words > THRESHOLDS.max_mark:
        return False
    return is_button(line) or line.facts.ends_with_age or line.facts.is_age or bool(line.facts.dates)
