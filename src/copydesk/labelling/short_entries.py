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

    max_share_of_list: float = 0.9
    """The largest such share of the lines of a list right below the colon.  Set with the tests' cases."""

    min_list: int = 3
    max_list: int = 12
    """Lines of such a list.  Set with the tests' cases."""


THRESHOLDS: Final = EntryThresholds()

ENTRY = Rule("label.entry-between", "begins with a small letter between lines of the story that do, and only has words")
RULES: Final = (ENTRY,)

_ONLY_WORDS = re.compile(r"[^\W\d_]+(?:[ ,;'-]{1,2}[^\W\d_]+){0,11}[,;]?")
_GOES_ON: Final = (":", ",")


def find(state: LabelState) -> None:
    """Make such lines paragraphs of the story."""
    n = 1
    while n < len(state.lines):
        is_below_story = state.story[n - 1] and not state.story[n] and state.verdicts[n] is None
        stop = (_end_of_list(state, n) or _end_of_entries(state, n)) if is_below_story else n
        for entry in range(n, stop):
            state.set_label(entry, Label.PARAGRAPH, ENTRY)
        n = max(stop, n + 1)


def _end_of_list(state: LabelState, n: int) -> int:
    """The line behind a list right below a line with a colon; 0 if there is none."""
    if not state.lines[n - 1].text.endswith(":"):
        return 0
    stop = n + sum(1 for _ in _entries_from(state, n, THRESHOLDS.max_share_of_list))
    is_list = THRESHOLDS.min_list <= stop - n <= THRESHOLDS.max_list
    return stop if is_list and _is_story(state, stop) else 0


def _end_of_entries(state: LabelState, n: int) -> int:
    """The line behind entries or verses between two lines of the story; 0 if there are none."""
    limit = THRESHOLDS.max_share_below_colon if _is_below_colon(state, n) else THRESHOLDS.max_share
    stop = n + sum(1 for _ in _entries_from(state, n, limit))
    above = state.lines[n - 1].text
    goes_on = above[:1].islower() or above.endswith(_GOES_ON) or stop - n >= THRESHOLDS.min_verses
    is_short = n < stop <= n + THRESHOLDS.max_entries
    return stop if is_short and goes_on and _is_story(state, stop) else 0


def _is_story(state: LabelState, n: int) -> bool:
    return n < len(state.lines) and state.story[n]


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
        is_open = state.verdicts[at] is None and not state.story[at]
        if not is_open or not text[:1].islower() or not _ONLY_WORDS.fullmatch(text):
            return
        if max([state.shares[at][place] for place in OUTSIDE_PLACES]) >= limit:
            return
        yield at
