"""Cells of a table inside the story, each on a line: some programs write a line for each element of a page.

The model takes such short lines for buttons.  Their order shows the table: rows have figures in the same columns.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling.state import LabelState


@dataclass(frozen=True, slots=True)
class CellThresholds:
    """When short lines between two paragraphs are a table.  Set in November 2026 with the tests' cases and the kit."""

    min_lines: int = 9
    """Lines between the paragraphs: three rows of three cells."""

    max_lines: int = 200
    """The same, at most."""

    max_words: int = 5
    """Words of a cell."""

    min_columns: int = 2
    max_columns: int = 8
    """Columns of the table."""

    min_rows: int = 3
    """Rows with figures in the same columns."""


THRESHOLDS: Final = CellThresholds()

CELL = Rule("label.table-cell", "is a cell of a table between paragraphs of the story, with a line for each cell")
RULES: Final = (CELL,)

_FIGURE = re.compile(r"[-+\N{MINUS SIGN}]?\d[\d.,:%/\N{EN DASH}-]{0,11}")


def find(state: LabelState) -> None:
    """Make the cells of such tables, and the lines above them that name the columns, lines of the story."""
    for above, below in pairwise(state.running()):
        between = range(above + 1, below)
        if not THRESHOLDS.min_lines <= len(between) <= THRESHOLDS.max_lines:
            continue
        is_open = all(state.verdicts[n] is None and state.lines[n].words <= THRESHOLDS.max_words for n in between)
        if is_open and _is_table([_FIGURE.fullmatch(state.lines[n].text) is not None for n in between]):
            for n in between:
                state.set_label(n, Label.PARAGRAPH, CELL)


def _is_table(figures: Sequence[bool]) -> bool:
    """Whether lines, of which `figures` says which are figures, end with rows that have them in the same columns."""
    for columns in range(THRESHOLDS.min_columns, THRESHOLDS.max_columns + 1):
        rows = [figures[end - columns : end] for end in range(len(figures), columns - 1, -columns)]
        last = rows[: THRESHOLDS.min_rows]
        is_same = len(last) == THRESHOLDS.min_rows and all(row == last[0] for row in last)
        if is_same and any(last[0]) and not last[0][0]:
            return True
    return False
