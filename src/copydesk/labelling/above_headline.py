"""Blurbs of other stories that a page prints above its headline, where the page's own title says which line that is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from copydesk.characters import SEPARATORS
from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling.line import Line, has_clock_time
from copydesk.labelling.state import LabelState
from copydesk.text import fold


@dataclass(frozen=True, slots=True)
class AboveThresholds:
    """Set in November 2026 with the kit's hosts and articles (`python -m bench.kinds hosts text`)."""

    min_words: int = 3
    """Words of the headline in the page's own title."""

    min_words_below: int = 40
    """Words of running text below the headline.  Above it there may be more only if that is a list."""

    min_blurbs: int = 2
    """So many paragraphs above the headline, with dates or times between them, are a list, also if they are longer than
    the story."""

    max_behind: int = 3
    """Words behind the headline in its line: the source, the number of comments."""

    max_to_headline: int = 6
    """Lines above the headline that may be its deck or a note on the story."""


THRESHOLDS: Final = AboveThresholds()

ABOVE = Rule("label.above-headline", "is above the headline, which the page's own title names, and belongs to a list")

_TAIL = re.compile(rf"\s[{SEPARATORS}:-]\s")


def find(state: LabelState) -> str | None:
    """Take running text far above the headline out of the story.  The headline, if there is such text."""
    running = state.running()
    headline = _headline(state)
    if headline is None or not running or headline < running[0]:
        return None
    lines = state.lines
    above = [n for n in running if n < headline]
    words = sum(lines[n].words for n in above)
    below = sum(lines[n].words for n in running if n > headline)
    is_list = _is_list(state, above, headline)
    if below < THRESHOLDS.min_words_below or (below < words and not is_list):
        return None
    for n in range(1, headline - THRESHOLDS.max_to_headline):
        if state.story[n] and state.verdicts[n] is None:
            state.set_label(n, Label.TEASER, ABOVE)
    return lines[headline].text


def _headline(state: LabelState) -> int | None:
    """The first line with the headline of the page's own title, the dump's first line.

    The line may have its source or the number of comments behind the headline.
    """
    own = state.lines[0]
    parts = _TAIL.split(own.text)
    if len(parts) < 2 or own.words < THRESHOLDS.min_words:
        return None
    name = fold(parts[0])
    if len(name.split()) < THRESHOLDS.min_words:
        return None
    return next((n for n in range(1, len(state.lines)) if _has_headline(state.lines[n], name)), None)


def _has_headline(line: Line, name: str) -> bool:
    """Whether the line is the headline, perhaps with a few words behind it."""
    if line.folded == name:
        return True
    if not line.folded.startswith(f"{name} ") or line.is_prose:
        return False
    return len(line.folded[len(name) :].split()) <= THRESHOLDS.max_behind


def _is_list(state: LabelState, above: Sequence[int], headline: int) -> bool:
    """Whether the paragraphs above the headline are blurbs: a date or time is below most of them."""
    if len(above) < THRESHOLDS.min_blurbs:
        return False
    gaps = [state.lines[upper + 1 : lower] for upper, lower in pairwise([*above, headline])]
    dated = sum(any(has_clock_time(line) or line.facts.dates for line in gap) for gap in gaps)
    return all(gaps) and 2 * dated > len(gaps)
