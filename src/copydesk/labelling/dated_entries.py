"""The entries of a list of stories: a headline, and its date below, again and again.

On a page that has nothing else, the model sometimes takes the headlines for the story.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling import page_kinds
from copydesk.labelling.form_words import folded_tuple
from copydesk.labelling.line import Line, has_clock_time
from copydesk.labelling.state import LabelState


@dataclass(frozen=True, slots=True)
class EntryThresholds:
    """When lines are the entries of such a list.  Set in December 2026 with the listings in the kit of kinds."""

    min_entries: int = 5
    """Entries of a list."""

    max_lines: int = 3
    """Lines from one date to the next, beside the date: a mark, the headline, the name of a section."""

    min_words: int = 3
    """Words of a headline."""

    max_date: int = 6
    """Words of the line with the date."""


THRESHOLDS: Final = EntryThresholds()

DATED_ENTRY = Rule("label.dated-entry", "is the entry of a list of stories: a headline and its date, again and again")
RULES: Final = (DATED_ENTRY,)


class _Entry(NamedTuple):
    """The numbers of the lines with the headline and with the date."""

    headline: int
    date: int


def find(state: LabelState) -> None:
    """Make the entries of such lists teasers, on a page without any other running text."""
    running = state.running()
    if any(state.lines[n].ends for n in running):
        return  # a headline does not end like a sentence, and to read the dates takes time
    found = [entry for run in _runs(state.lines) if len(run) >= THRESHOLDS.min_entries for entry in run]
    if not {entry.headline for entry in found}.issuperset(running):
        return
    for entry in found:
        for n in range(entry.headline, entry.date + 1):
            state.set_label(n, Label.TEASER, DATED_ENTRY)
            state.set_part(n, Label.TITLE if n == entry.headline else Label.TIMESTAMP, begins=n == entry.headline)


def _runs(lines: Sequence[Line]) -> Iterator[list[_Entry]]:
    """The entries of each list, however short."""
    dates = [n for n, line in enumerate(lines) if _is_date(line)]
    run: list[_Entry] = []
    for above, date in pairwise((-1, *dates)):
        headline = _headline(lines, range(max(above + 1, date - THRESHOLDS.max_lines), date))
        if run and (headline is None or date - run[-1].date > THRESHOLDS.max_lines + 1):
            yield run
            run = []
        if headline is not None:
            run.append(_Entry(headline, date))
    yield run


def _headline(lines: Sequence[Line], numbers: range) -> int | None:
    """The line with the most words above a date; None if it is no headline."""
    best = max(numbers, key=lambda n: lines[n].words, default=None)
    if best is None or lines[best].ends or lines[best].words < THRESHOLDS.min_words:
        return None
    return best


def _is_date(line: Line) -> bool:
    """Whether the line is only a date, a time, or how long ago it was."""
    facts = line.facts
    if line.words > THRESHOLDS.max_date:
        return False
    is_near = has_clock_time(line) and (line.folded.startswith(folded_tuple("near_days")) or page_kinds.is_clock(line))
    return is_near or facts.is_timestamp or facts.is_age or facts.is_day_without_year
