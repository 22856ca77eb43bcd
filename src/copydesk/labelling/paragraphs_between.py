"""A paragraph of the story that the model takes for an appeal or an author's note, between two other paragraphs."""

from dataclasses import dataclass
from typing import Final

from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling import notice_signs
from copydesk.labelling.model import LABELS, STORY_PLACES
from copydesk.labelling.state import LabelState


@dataclass(frozen=True, slots=True)
class BetweenThresholds:
    """When such a line is a paragraph of the story.

    Set in November 2026 with the kit and the hosts: of 67 such lines in 4,000 dumps, 50 are in the gold story.
    """

    max_share: float = 0.5
    """The model's share for the label outside the story that it prefers."""

    min_words: int = 20
    """Words of the line."""

    to_above: int = 6
    to_below: int = 3
    """Lines to the paragraphs of the story above and below it: a box and its buttons may be above."""


THRESHOLDS: Final = BetweenThresholds()

BETWEEN = Rule("label.between-paragraphs", "is running text between paragraphs of the story, and the model is not sure")
RULES: Final = (BETWEEN,)

_APPEALS: Final = frozenset(("request", "account", "terms"))
"""Kinds of signs that a line speaks to the reader."""

_OTHERS: Final = tuple(place for place in range(len(LABELS)) if place not in STORY_PLACES)
_DOUBTED: Final = frozenset((Label.PROMO, Label.BIO))


def find(state: LabelState) -> None:
    """Make such lines paragraphs of the story."""
    running = frozenset(state.running())
    for n in range(min(running) + 1, max(running)) if running else ():
        if state.verdicts[n] is None and not state.story[n] and _is_paragraph(state, n, running):
            state.set_label(n, Label.PARAGRAPH, BETWEEN)


def _is_paragraph(state: LabelState, n: int, running: frozenset[int]) -> bool:
    line = state.lines[n]
    if not (line.is_prose and line.ends) or line.words < THRESHOLDS.min_words:
        return False
    place = max(_OTHERS, key=state.shares[n].__getitem__)
    if LABELS[place] not in _DOUBTED or state.shares[n][place] >= THRESHOLDS.max_share:
        return False
    above, below = range(n - THRESHOLDS.to_above, n), range(n + 1, n + 1 + THRESHOLDS.to_below)
    if running.isdisjoint(above) or running.isdisjoint(below):
        return False
    return notice_signs.kinds_in(line).isdisjoint(_APPEALS)
