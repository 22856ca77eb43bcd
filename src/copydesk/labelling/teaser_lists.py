"""Lists of other stories, below a heading that announces them."""

from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from copydesk.document import TEASERS, Label
from copydesk.edits import Rule
from copydesk.labelling.state import LIKELY, SURE, LabelState
from copydesk.labelling.verdict import Role


@dataclass(frozen=True, slots=True)
class TeaserListThresholds:
    """When a line below the heading of a list is a teaser.  Set by reading, October 2026 (`python -m bench.labels`)."""

    min_words: int = 4
    """Words of a line that is a teaser by its length."""

    min_share: float = 0.25
    """The model's share for the labels of teasers, from 0 to 1."""

    min_story_above: float = 0.25
    """If this share of the story's words is above "More from Example Media", the list goes to the end of the page."""


THRESHOLDS: Final = TeaserListThresholds()

AFTER_HEADING = Rule("label.after-teaser-heading", "is below the heading of a list of other stories")

RULES: Final = (AFTER_HEADING,)

_IN_LISTS: Final = frozenset((None, Label.CAPTION, Label.CREDIT, Label.TIMESTAMP, Label.BYLINE))
"""Labels of lines that may be part of a list of stories."""


def teasers(state: LabelState, head: range) -> None:
    """Label the lines below the heading of a list of other stories, down to where the story goes on."""
    lines, verdicts = state.lines, state.verdicts
    above = list(
        accumulate([line.words * is_story for line, is_story in zip(lines, state.story, strict=True)], initial=0)
    )
    stop = 0
    for n, verdict in enumerate(verdicts):
        if n < stop or verdict is None or verdict.label is not Label.TEASER_HEADING:
            continue
        is_final = verdict.role is Role.OTHER_SOURCE and above[n] >= above[-1] * THRESHOLDS.min_story_above
        goes_on = (m for m in range(n + 1, len(lines)) if not is_final and _goes_on(state, m, head.start - 1))
        stop = next(goes_on, len(lines))
        for m in range(n + 1, stop):
            known = state.label(m)
            if known in _IN_LISTS and not (known and m in head) and _is_teaser(state, m, n, is_final=is_final):
                state.set_label(m, Label.TEASER, AFTER_HEADING)


def _is_teaser(state: LabelState, n: int, heading: int, *, is_final: bool) -> bool:
    """Whether a line below the heading belongs to its list.

    Below a final heading, lines that read like a story belong to the list too, unless the line comes from a page: the
    model of pages decides that better.
    """
    line = state.lines[n]
    if any(line.origin) and state.story_shares[n] >= LIKELY:
        return False
    follows = state.label(n - 1) in TEASERS
    if state.label(n):
        return follows or is_final
    is_item = line.words >= THRESHOLDS.min_words or line.text.startswith("- ") or (follows and not line.apart)
    share = sum([state.share(n, label) for label in TEASERS])
    return is_item and (n == heading + 1 or share >= THRESHOLDS.min_share or (is_final and (follows or state.story[n])))


def _goes_on(state: LabelState, n: int, title: int) -> bool:
    """Whether the story begins or continues with the line."""
    return n == title or (state.story[n] and (state.lines[n].is_prose or state.story_shares[n] >= SURE))
