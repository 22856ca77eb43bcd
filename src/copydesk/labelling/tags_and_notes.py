"""Tags below the story, and notes: where it first appeared, who helped, what the author earns."""

import re
from dataclasses import dataclass
from typing import Final

from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling.hints import NOTE as HINTS_AT_NOTE
from copydesk.labelling.line import Line, is_item
from copydesk.labelling.state import SURE, LabelState
from copydesk.vocabulary import VOCABULARY, whole_words


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Limits of tags and notes.

    Used since November 2026; what set them is not recorded.  `python -m bench.thresholds` measures half and twice.
    """

    min_note_words: int = 4
    """Words of a note."""

    max_tag_words: int = 4
    """Words of a tag in a list; the first two may have one more."""

    min_tag_share: float = 0.03
    """The model's share for "tags" of a line in a list of tags."""

    max_to_tags: int = 6
    """Lines from the end of the story to the beginning of its tags."""


THRESHOLDS: Final = Thresholds()

NOTE = Rule("label.note", "says where the story first appeared, who helped, what the author earns")

TAG_LIST = Rule("label.tag-list", "short lines in a list below the story, or below a line that says so")

RULES: Final = (NOTE, TAG_LIST)


_NOTE = re.compile(whole_words(VOCABULARY.note.phrases), re.IGNORECASE)


def is_note(line: Line) -> bool:
    """Whether the line says where the story first appeared, who helped, what the author earns, or is a disclaimer."""
    return (
        line.hints & HINTS_AT_NOTE != 0
        and line.words >= THRESHOLDS.min_note_words
        and _NOTE.search(line.text) is not None
    )


def notes(state: LabelState) -> None:
    """Label the notes."""
    for n, line in enumerate(state.lines):
        if state.verdicts[n] is None and state.story_shares[n] < SURE and is_note(line):
            state.set_label(n, Label.NOTE, NOTE)


def tags(state: LabelState, last: int) -> None:
    """Label the list of tags below the last line of the story."""
    listed = False
    for n in range(last + 1, len(state.lines)):
        line, known = state.lines[n], state.label(n)
        if known is Label.TAGS:
            listed = True
            continue
        listed = (
            known is None
            and state.share(n, Label.TAGS) >= THRESHOLDS.min_tag_share
            and line.words <= THRESHOLDS.max_tag_words
            and not line.ends
            and (listed or (n <= last + THRESHOLDS.max_to_tags and _begins_list(state, n)))
        )
        if listed:
            state.set_label(n, Label.TAGS, TAG_LIST)


def _begins_list(state: LabelState, n: int) -> bool:
    """Whether the line and the next are items of a list with a few words each."""
    return n + 1 < len(state.lines) and all(
        state.verdicts[m] is None and state.lines[m].words <= THRESHOLDS.max_tag_words + 1 and is_item(state.lines[m])
        for m in (n, n + 1)
    )
