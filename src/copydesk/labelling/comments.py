"""Readers' comments below the story: those below their heading, and those that only their dates and buttons show."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from copydesk.characters import DOUBLE_QUOTES
from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.html_lines import COLUMNS
from copydesk.labelling import line_rules
from copydesk.labelling.form_words import folded, folded_of_boxes
from copydesk.labelling.line import Line
from copydesk.labelling.state import ENDS, LabelState
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

    to_byline: int = 3
    """Lines from the headline of the story that follows to its byline."""

    min_words_of_next_headline: int = 3
    """Words of that headline."""

    max_mark: int = 12
    """Words of a line that dates or signs a comment."""

    max_heading_with_headline: int = 40
    """Words of the heading of readers' comments that quotes the headline.  Bounds the time."""

    min_buttons: int = 2
    """Equal buttons, each below a date of its own, that show comments without a heading."""

    min_words_of_story: int = 80
    """Words of running text above comments without a heading; in a thread, the posts are the story."""


THRESHOLDS: Final = CommentThresholds()

COMMENTS = Rule(
    "label.comments", "is a reader's comment: below their heading, or between a date and a button that come again"
)

_OF_COMMENTS: Final = COLUMNS.index("class above comment")
_FIGURES = re.compile(r"\d+")
_QUOTES = re.compile(
    f"[{DOUBLE_QUOTES}\N{DOUBLE LOW-9 QUOTATION MARK}\N{LEFT CORNER BRACKET}"
    "\N{LEFT DOUBLE ANGLE BRACKET}\N{RIGHT DOUBLE ANGLE BRACKET}]"
)


def find(state: LabelState) -> None:
    """Take readers' comments out of the story."""
    lines = state.lines
    first = next((n for n in range(len(lines)) if state.is_running(n)), len(lines))
    above = {line.folded for line in lines[:first]}
    done = first + 1
    for heading in range(first + 1, len(lines)):
        is_heading = is_comment_heading(lines[heading]) and not _is_of_paper(lines, heading)
        if heading >= done and (is_heading or _names_headline(lines[heading], above)):
            thread = _thread(state, heading)
            _take_out(state, thread)
            done = thread.stop
    for comment in _without_heading(state):
        _take_out(state, comment)
    _take_out(state, _in_element(state))


def _is_of_paper(lines: Sequence[Line], heading: int) -> bool:
    """Whether the heading is that of a part of a paper: "Discussion", with an abstract above."""
    is_part = lines[heading].folded in folded("subheads")
    return is_part and any(line.folded in folded("abstract") for line in lines[:heading])


def _take_out(state: LabelState, numbers: Iterable[int]) -> None:
    for n in numbers:
        if state.story[n] or state.verdicts[n] is None:
            state.set_label(n, Label.COMMENT, COMMENTS)


def is_comment_heading(line: Line) -> bool:
    """Whether the line is the heading of readers' comments, perhaps with their number: "Comments (12)"."""
    if line.words > THRESHOLDS.max_heading:
        return False
    return without_figures(line.folded) in folded_of_boxes("comment_heading")


def _names_headline(line: Line, above: Collection[str]) -> bool:
    """Whether the line is such a heading with the headline: "2 thoughts on “A headline”", "3 comments on A headline".

    Without quotation marks or a number, the headline must be one of the folded lines `above` the story.
    """
    if line.words > THRESHOLDS.max_heading_with_headline:
        return False
    marks = [mark.start() for mark in _QUOTES.finditer(line.text)]
    if len(marks) > 1:
        around = fold(f"{line.text[: marks[0]]} {line.text[marks[-1] + 1 :]}")
        is_counted = _FIGURES.search(around) is not None or around.partition(" ")[0] in VOCABULARY.count.one
        is_counted = is_counted or fold(line.text[marks[0] : marks[-1]]) in above
        return is_counted and without_figures(around) in folded_of_boxes("comments_on")
    number, *words = line.folded.split() or [""]
    return number.isdecimal() and any(
        " ".join(words[:count]) in folded_of_boxes("comments_on") and " ".join(words[count:]) in above
        for count in range(1, THRESHOLDS.max_heading)
    )


def without_figures(folded: str) -> str:
    """The folded text without its figures: "comments" of "comments 12"."""
    return " ".join(_FIGURES.sub(" ", folded).split())


def _thread(state: LabelState, heading: int) -> range:
    """The lines of the comments below their heading: to the last date or button, and the text below that."""
    lines = state.lines
    last, reach = heading, THRESHOLDS.to_first_mark
    n = heading + 1
    running = 0
    while n < len(lines) and n - last <= reach and state.label(n) not in ENDS:
        running += last == heading and state.is_running(n)
        if line_rules.announces_next_story(lines[n]) and _begins_story_below(lines, n):
            break
        if running > THRESHOLDS.max_running or (last == heading and is_comment_heading(lines[n])):
            return range(0)  # the story goes on below the heading
        if is_mark(lines[n]):
            last, reach = n, THRESHOLDS.between_marks
        n += 1
    if last == heading:
        return range(0)
    stop = last + 1
    while stop < n and stop - last <= THRESHOLDS.below_last_mark and not is_button(lines[last]):
        stop += 1
    return range(heading, stop)


def _begins_story_below(lines: Sequence[Line], n: int) -> bool:
    """Whether a headline and a byline are right below the line.  A comment has no headline, and says how old it is."""
    if n + 1 == len(lines) or lines[n + 1].facts.says_by or lines[n + 1].words < THRESHOLDS.min_words_of_next_headline:
        return False
    below = lines[n + 2 : n + 2 + THRESHOLDS.to_byline]
    return any(line.facts.says_by for line in below) and not any(line.facts.ends_with_age for line in below)


def _in_element(state: LabelState) -> list[int]:
    """On a page, the lines below the story in elements for comments, by their classes.

    Some pages call an element around everything so: then most of the story is inside.
    """
    inside = [n for n, line in enumerate(state.lines) if line.origin and line.origin[_OF_COMMENTS]]
    words = sum([line.words for n, line in enumerate(state.lines[: inside[0]]) if state.is_running(n)]) if inside else 0
    rest = sum([state.lines[n].words for n in state.running()]) - words
    return inside if words >= max(THRESHOLDS.min_words_of_story, rest) else []


def _without_heading(state: LabelState) -> list[range]:
    """The comments below the story that have no heading: a date, a text and the same button, again and again.

    Each begins with its date and ends with its button.  Where running text is between two of them, they end.
    """
    lines = state.lines
    times = Counter(line.folded for line in lines if line.folded in folded_of_boxes("answer"))
    words = 0
    date: int | None = None
    found: list[range] = []
    for n, line in enumerate(lines):
        if state.label(n) in ENDS or (date is not None and n - date > THRESHOLDS.between_marks):
            date = None
        if is_dated(line):
            date = n if words >= THRESHOLDS.min_words_of_story else None
        elif times[line.folded] >= THRESHOLDS.min_buttons:
            if date is not None:
                found.append(range(date, n + 1))
                date = None
            elif not found:
                return []  # a thread: its first post has the button too
        elif date is None and state.is_running(n):
            if found:
                break
            words += line.words
    return found if len(found) >= THRESHOLDS.min_buttons else []


def is_dated(line: Line) -> bool:
    """Whether the line is short and has a date, or says how long ago something was."""
    facts = line.facts
    return line.words <= THRESHOLDS.max_mark and bool(facts.ends_with_age or facts.is_age or facts.dates)


def is_button(line: Line) -> bool:
    """Whether the line is a button below a comment or a post: "Reply", "3 Likes"."""
    return line.words <= THRESHOLDS.max_heading and without_figures(line.folded) in folded_of_boxes("reply")


def is_mark(line: Line) -> bool:
    """Whether the line dates a comment, or is a button below one."""
    return (line.words <= THRESHOLDS.max_mark and is_button(line)) or is_dated(line)
