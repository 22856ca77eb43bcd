"""Whole stories below the first one, on pages that go on with the next story.

Each begins as the first one does: a headline, and below it a byline and a date in the same order, then running text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling import line_rules
from copydesk.labelling.state import BESIDE_TITLE, SIGNED, SURE, LabelState, is_signature
from copydesk.labelling.verdict import Role


@dataclass(frozen=True, slots=True)
class FurtherStoryThresholds:
    """When lines are another story.  Set by reading pages with several stories, November 2026."""

    min_words_of_headline: int = 3
    max_words_of_headline: int = 30
    """Words of its headline."""

    min_paragraphs: int = 2
    """Lines of running text of the story above, and of the further story."""

    min_words: int = 40
    """Words of its running text."""


THRESHOLDS: Final = FurtherStoryThresholds()

FURTHER_STORY = Rule("label.further-story", "belongs to another whole story: headline, byline, date and text again")

RULES: Final = (FURTHER_STORY,)


def find(state: LabelState, title: int | None) -> None:
    """Label the lines of further stories as teasers, with the role `Role.FURTHER_STORY`."""
    if title is None:
        return
    signature = _signature(state, title)
    if len(signature) < len(SIGNED):
        return
    running = state.running()
    starts = [n for n in _may_begin(state, running) if _signature(state, n) == signature]
    for start, stop in pairwise([*starts, len(state.lines)]):
        above = [n for n in running if title < n < start]
        body = [n for n in running if start < n < stop]
        words = sum([state.lines[n].words for n in body])
        if min(len(above), len(body)) < THRESHOLDS.min_paragraphs or words < THRESHOLDS.min_words:
            continue
        for n in range(start, body[-1] + 1):
            if n == start or state.story[n] or state.label(n) in SIGNED:
                label = state.label(n)
                part = label if label in SIGNED else Label.PARAGRAPH
                state.set_label(n, Label.TEASER, FURTHER_STORY, Role.FURTHER_STORY)
                state.set_part(n, Label.TITLE if n == start else part, begins=n == start)


def _may_begin(state: LabelState, running: Sequence[int]) -> list[int]:
    """The lines below the first running text that may be headlines: right above a byline or date."""
    found: list[int] = []
    for n in range(running[0] + 1, len(state.lines) - 1) if running else ():
        if state.label(n + 1) not in SIGNED or state.verdicts[n] is not None or state.story_shares[n] >= SURE:
            continue
        line = state.lines[n]
        above = state.verdicts[n - 1]
        is_announced = above is not None and above.label is Label.TEASER_HEADING and above.rule is line_rules.LINE
        is_headline = THRESHOLDS.min_words_of_headline <= line.words <= THRESHOLDS.max_words_of_headline
        if is_headline and not line.text.endswith(".") and not is_announced:
            found.append(n)
    return found


def _signature(state: LabelState, headline: int) -> list[Label]:
    """The labels of the byline and date between the headline and the running text below it, in their order."""
    labels: list[Label] = []
    for n in range(headline + 1, min(headline + 1 + BESIDE_TITLE, len(state.lines))):
        label = state.label(n)
        if label in SIGNED and is_signature(state, n) and label is not None and label not in labels:
            labels.append(label)
        elif state.is_running(n):
            return labels
    return []
