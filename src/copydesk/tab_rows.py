"""Tables in a text: lines that follow each other, with a tab between two cells and the same number of cells.

Some programs that read pages write two tabs between cells.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from copydesk.characters import BULLETS

MIN_ROWS: Final = 2
MAX_CELL: Final = 1000
"""Rows of a table, and characters of a cell.  Tables of pages have the same limits (`copydesk.html_tables`), so that
the text of a record is read as the same tables again."""

_LINE = re.compile(r"[^\r\n]+")
_BREAKS: Final = ("\n", "\r\n", "\r")
_MARK = re.compile(rf"[{BULLETS}-]|\d{{1,3}}[.)]|[a-zA-Z][.)]")
"""What is in front of the entry of a list; a tab may follow it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: from `start` to `end`, with `between` tabs from one cell to the next: 1 or 2."""

    start: int
    end: int
    table: int
    """The number of the table, from 1."""

    between: int


def find(text: str) -> Iterator[Row]:
    """The rows of all tables of a text, in order."""
    number = 0
    for run in _runs(text) if "\t" in text else ():
        between = _tabs_between([text[start:end].split("\t") for start, end in run])
        if between:
            number += 1
            for start, end in run:
                yield Row(start, end, number, between)


def _runs(text: str) -> Iterator[list[tuple[int, int]]]:
    """(start, end) of the lines of each stretch of lines with the same number of tabs, at least one."""
    run: list[tuple[int, int]] = []
    tabs = 0
    for line in _LINE.finditer(text):
        count = line[0].count("\t")
        if run and (count != tabs or text[run[-1][1] : line.start()] not in _BREAKS):
            yield run
            run = []
        tabs = count
        if count:
            run.append(line.span())
    if run:
        yield run


def _tabs_between(rows: Sequence[Sequence[str]]) -> int:
    """The number of tabs between two cells; 0 if these are no rows of a table."""
    if not all(map(is_cell, (cell for row in rows for cell in row))):
        return 0
    if is_table(rows):
        return 1
    is_doubled = all(row[0] and row[-1] and not any(row[1::2]) for row in rows)
    return 2 if is_doubled and is_table([row[::2] for row in rows]) else 0


def is_cell(text: str) -> bool:
    """Whether a text without tabs can be a cell: it is not long, and has no spaces at its ends."""
    return len(text) <= MAX_CELL and text == text.strip() and len(text.splitlines()) <= 1


def is_table(rows: Sequence[Sequence[str]]) -> bool:
    """Whether rows with the same number of cells are a table, and not a list, or lines with an indentation.

    A table has words in each of its columns, and more than the marks of entries in its first column.
    """
    if len(rows) < MIN_ROWS or len(rows[0]) < 2:
        return False
    columns = list(zip(*rows, strict=True))
    is_list = len(columns) == 2 and all(not cell or _MARK.fullmatch(cell) for cell in columns[0])
    return all(map(any, columns)) and not is_list
