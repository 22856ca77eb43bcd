"""Headings below the last paragraph of the story: no text of the story follows them.

Such a line is the heading of a list of other stories that the vocabulary does not have, or of another part of the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from copydesk.labelling.form_words import folded
from copydesk.labelling.line import is_in_heading
from copydesk.labelling.state import LabelState


@dataclass(frozen=True, slots=True)
class LastHeadingThresholds:
    """When such a heading is no part of the story, nor the lines below it.

    Set in November 2026 with the kit and the hosts: of 34 such headings, 23 have no line in the gold story.
    """

    max_share: float = 0.75
    """The model's share for story of the heading."""

    max_share_below: float = 0.6
    """The same for the lines below it."""

    max_lines: int = 8
    """Lines of the story below its last paragraph.  More of them are a list of the story."""


THRESHOLDS: Final = LastHeadingThresholds()


def find(state: LabelState) -> None:
    """Take the last headings out of the story, and the short lines below them.  The model then chooses their labels."""
    last = max(state.running(), default=len(state.lines))
    below = [n for n in range(last + 1, len(state.lines)) if state.story[n] and state.verdicts[n] is None]
    is_short = 0 < len(below) <= THRESHOLDS.max_lines
    if is_short and _may_head(state, below[0]) and _are_doubted(state, below):
        for n in below:
            state.story[n] = False


def _may_head(state: LabelState, n: int) -> bool:
    """Whether the line may be such a heading.  In a page, only the markup of a heading makes one."""
    line = state.lines[n]
    is_marked = not line.origin or is_in_heading(line)
    return is_marked and state.is_heading(n) and line.folded not in folded("references")


def _are_doubted(state: LabelState, below: Sequence[int]) -> bool:
    """Whether the model is unsure of the heading and of all lines below it."""
    first, *others = (state.story_shares[n] for n in below)
    return first < THRESHOLDS.max_share and all(share < THRESHOLDS.max_share_below for share in others)
