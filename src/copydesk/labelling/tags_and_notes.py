"""Tags below the story, and notes: where it first appeared, who helped, what the author earns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling.hints import NOTE as HINTS_AT_NOTE
from copydesk.labelling.line import Line, is_item
from copydesk.labelling.line_rules import announces_next_story
from copydesk.labelling.state import SURE, LabelState
from copydesk.parsing import topics
from copydesk.parsing.notes import is_disclaimer


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Limits of tags and notes.

    Used since November 2026; what set them is not recorded.  `python -m bench.thresholds` measures half and twice.
    """

    min_note_words: int = 4
    """Words of a note."""

    max_from_end: int = 3
    """Lines of running text at the end of the story that may be disclaimers.  The same as for bios."""

    max_head_words: int = 6
    """Words of a line that announces topics."""

    max_to_head: int = 40
    """Lines from the end of the story to a line that announces its topics."""

    min_tag_share: float = 0.03
    """The model's share for "tags" of a topic with a bullet, or below its head in a dump without blank lines."""

    min_listed_share: float = 0.5
    min_listed: float = 0.6
    """The model's share for "tags" of this share of the lines of a list without a head."""

    min_lines: int = 2
    """Lines of a list without a head."""

    max_to_tags: int = 10
    """Lines from the end of the story to the beginning of its tags."""

    max_tags: int = 25
    """Lines of a list."""


THRESHOLDS: Final = Thresholds()

NOTE = Rule("label.note", "says where the story first appeared, who helped, what the author earns")

TAG_LIST = Rule("label.tag-list", "short lines in a list below the story, or below a line that says so")

RULES: Final = (NOTE, TAG_LIST)


_MAY_BE_TAGS: Final = frozenset((Label.TAGS, Label.TEASER, Label.TEASER_HEADING, Label.BYLINE))
"""Labels that rules for single lines give topics too."""


def _may_be_note(line: Line) -> bool:
    return line.hints & HINTS_AT_NOTE != 0 and line.words >= THRESHOLDS.min_note_words


def is_note(line: Line) -> bool:
    """Whether the line says where the story first appeared, who helped, what the author earns, or is a disclaimer."""
    return _may_be_note(line) and line.facts.says_note


def notes(state: LabelState) -> None:
    """Label the notes.

    A line that the model surely takes for the story is one only if it speaks of "this article", or if it is a
    disclaimer and no sentence of the story is below it, except for a few lines at its end.
    """
    running = state.running()
    end = running[-THRESHOLDS.max_from_end] if len(running) > THRESHOLDS.max_from_end else len(state.lines)
    for n, line in enumerate(state.lines):
        if state.verdicts[n] is None and _may_be_note(line):
            may_leave_story = state.story_shares[n] < SURE or line.facts.is_about_story
            may_leave_story = may_leave_story or (n >= end and is_disclaimer(line.text))
            if may_leave_story and line.facts.says_note:  # a slow search, so it comes last
                state.set_label(n, Label.NOTE, NOTE)


def tags(state: LabelState, title: int | None, last: int) -> None:
    """Label the topics of the story: below a line that announces them, and in a list below the story's last line."""
    for n in range(0 if title is None else title + 1, min(last + THRESHOLDS.max_to_head, len(state.lines))):
        line = state.lines[n]
        if line.words <= THRESHOLDS.max_head_words and topics.is_head(line.text):
            below = _below_head(state, n)
            for m in (n, *below) if below else ():
                state.set_label(m, Label.TAGS, TAG_LIST)
            if below:
                return
    start = last + 1
    while start < min(last + 1 + THRESHOLDS.max_to_tags, len(state.lines)):
        block = _block(state, start)
        if not _are_tags(state, block):
            start += max(1, len(block))
            continue
        while _are_tags(state, block):
            for n in block:
                state.set_label(n, Label.TAGS, TAG_LIST)
            block = _block(state, block[-1] + 1)
        return


def _below_head(state: LabelState, head: int) -> list[int]:
    """The lines of topics below the line that announces them: to a blank line, a sentence, a button or a paragraph."""
    lines = state.lines
    is_spaced = state.is_spaced
    found: list[int] = []
    for n in range(head + 1, min(head + 1 + THRESHOLDS.max_tags, len(lines))):
        line, verdict = lines[n], state.verdicts[n]
        is_other = line.ends or line.is_prose or announces_next_story(line)
        listed = [] if is_other else topics.split(line.text)
        if not listed or (found and line.apart and is_spaced) or (verdict and verdict.label not in _MAY_BE_TAGS):
            break
        if not is_spaced and state.share(n, Label.TAGS) < THRESHOLDS.min_tag_share:
            break
        found.append(n)
        if len(listed) > 1:  # all topics are on this line
            break
    return found


def _block(state: LabelState, start: int) -> list[int]:
    """The lines from one blank line to the next, or a list with bullets; none if no block begins at the line."""
    lines = state.lines
    if start >= len(lines):
        return []
    if is_item(lines[start]):
        stop = next((n for n in range(start + 1, len(lines)) if not is_item(lines[n])), len(lines))
    elif state.is_spaced and lines[start].apart:
        stop = next((n for n in range(start + 1, len(lines)) if lines[n].apart), len(lines))
    else:
        return []
    return list(range(start, stop)) if stop - start <= THRESHOLDS.max_tags else []


def _are_tags(state: LabelState, block: Sequence[int]) -> bool:
    """Whether all lines of a block may be topics, and the model takes most of them for such."""
    is_list = all(is_item(state.lines[n]) for n in block)
    min_share = THRESHOLDS.min_tag_share if is_list else THRESHOLDS.min_listed_share
    likely = sum(state.share(n, Label.TAGS) >= min_share for n in block)
    if len(block) < THRESHOLDS.min_lines or likely < THRESHOLDS.min_listed * len(block):
        return False
    if state.lines[block[0] - 1].text.endswith(":"):  # "Sources:"
        return False
    return all(
        state.label(n) in (None, Label.TAGS)
        and not state.lines[n].ends
        and not state.lines[n].facts.is_role
        and topics.may_be_topic(state.lines[n].text)
        for n in block
    )
