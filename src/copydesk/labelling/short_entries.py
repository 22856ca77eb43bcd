"""Short lines of a list or a poem inside the story that the model doubts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling.model import OUTSIDE_PLACES
from copydesk.labelling.state import LabelState


@dataclass(frozen=True, slots=True)
class EntryThresholds:
    """When such a line is of the story.

    Set in November 2026 with the kit and the hosts: of 15 such lines with a share of .25 or less, 12 are in the gold
    story, the others are code.  `max_share` and `min_verses` were set later, with the poems of the tests' cases.
    """

    max_share: float = 0.3
    max_share_below_colon: float = 0.5
    """The model's largest share for a label outside the story; the second if a line with a colon is above the list."""

    min_verses: int = 2
    """Such lines in a row that need no line with a small letter above them: the verses of a poem."""

    max_entries: int = 4
    """Such lines in a row, and lines from the first of them to the colon."""


THRESHOLDS: Final = EntryThresholds()

ENTRY = Rule("label.entry-between", "begins with a small letter between lines of the story that do, and only has words")
RULES: Final = (ENTRY,)

_ONLY_WORDS = re.compile(r"[^\W\d_]+(?:[ ,;'-]{1,2}[^\W\d_]+){0,11}[,;]?")
_GOES_ON: Final = (":", ",")


def find(state: LabelState) -> None:
    """Make such lines paragraphs of the story."""
    n = 1
    while n < len(state.lines):
        limit = THRESHOLDS.max_share_below_colon if _is_below_colon(state, n) else THRESHOLDS.max_share
        stop = n + sum(1 for _ in _entries_from(state, n, limit))
        is_inside = state.story[n - 1] and stop < len(state.lines) and state.story[stop]
        above = state.lines[n - 1].text
        goes_on = above[:1].islower() or above.endswith(_GOES_ON) or stop - n >= THRESHOLDS.min_verses
        if n < stop <= n + THRESHOLDS.max_entries and is_inside and goes_on:
            for entry in range(n, stop):
                state.set_label(entry, Label.PARAGRAPH, ENTRY)
        n = max(stop, n + 1)


def _is_below_colon(state: LabelState, n: int) -> bool:
    """Whether a line with a colon is above the lines of the story, with small letters, that are right above line n."""
    for above in range(n - 1, max(-1, n - 1 - THRESHOLDS.max_entries), -1):
        if not state.story[above] or state.lines[above].text.endswith(":"):
            return state.story[above]
        if not state.lines[above].text[:1].islower():
            return False
    return False


def _entries_from(state: LabelState, n: int, limit: float) -> Iterator[int]:
    """The lines from n on that have only words, begin with a small letter, and have no other label beyond `limit`."""
    for at in range(n, len(state.lines)):
        text = state.lines[at].text
        most = max(state.shares[at][place] for place in OUTSIDE_PLACES)
        is_open = state.verdicts[at] is None and not state.story[at] and most < limit
        if not is_open or not text[:1].islower() or not _ONLY_WORDS.fullmatch(text):
            return
        yield at
