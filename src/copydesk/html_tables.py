"""Tables of data on an HTML page: each of their rows is one line of text, with a tab between two cells.

Many pages use tables for their layout.  The lines of such a table stay as they are: one for each block.  A table counts
as data only if this is certain: from its markup, or from the form of its cells.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from copydesk import tab_rows
from copydesk.dump import Origin, Picture
from copydesk.edits import has_visible


@dataclass(frozen=True, slots=True)
class TableThresholds:
    """What a table of data may be.  Set with `python -m bench.structure`, November 2026."""

    min_plain_rows: int = 3
    """Rows with words, of a table that has neither heads (`<th>`, `<thead>`) nor a caption."""

    max_plain_cell: int = 300
    """Characters of a cell, of such a table."""

    max_plain_lines: int = 3
    """Lines of a cell, of such a table."""

    min_regular: float = 0.8
    """Share of its rows with as many cells as it has columns."""

    max_linked: float = 0.5
    """Share of the characters that are links, in a table with lists or without heads: else it is a menu, or a list of
    other stories."""

    max_linked_cells: float = 0.3
    """Share of the cells with links.  With fewer, a table is no list of stories, although most of its characters may be
    links: only one of four columns has them."""

    max_columns: int = 100
    max_places: int = 4
    """Places in rows for each cell of the page: `colspan` and `rowspan` can ask for any number."""


THRESHOLDS: Final = TableThresholds()

NEVER: Final = frozenset(
    (
        *("article", "aside", "audio", "blockquote", "dl", "figure", "footer", "form", "h1", "h2", "header", "main"),
        *("nav", "pre", "section", "table", "video"),
    )
)
"""Elements that no table of data has in it."""

LISTS: Final = frozenset(("ol", "ul"))

NEVER_IN_PLAIN: Final = NEVER | LISTS | frozenset(("button", "input", "label"))
"""The same for a table without heads."""

HEADINGS: Final = frozenset(("h3", "h4", "h5", "h6"))
"""Elements that, with text below them in their cell, are headings of a part of the page: the table is a layout."""

HEADS: Final = frozenset(("caption", "th", "thead"))
"""Elements that only tables of data have."""

CELLS: Final = frozenset(("td", "th"))

_BREAKS = re.compile("[\t\n\r\v\f\x1c-\x1e\x85\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}]")
"""What would end a cell or a row."""

_NUMBER = re.compile(r"\s*([0-9]{1,4})\s*")


@dataclass(slots=True)
class Cell:
    """A cell.  It has the lines from `first` to before `end`, and covers a number of columns and rows."""

    columns: int
    rows: int
    first: int
    end: int
    has_heading: bool = False


@dataclass(slots=True)
class OpenTable:
    """A table while its elements are read.  Its lines are counted from the top of the page."""

    is_layout: bool
    pictures: int
    """Pictures above it."""

    has_heads: bool = False
    rows: list[list[Cell]] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    """Names of the elements in it."""

    def open(self, tag: str, attributes: Mapping[str, str], line: int) -> None:
        """An element starts inside the table; `line` is the number of the next line."""
        self.has_heads = self.has_heads or tag in HEADS
        if tag == "tr" or (tag in CELLS and not self.rows):
            self.rows.append([])
        if tag in CELLS:
            spans = (_span(attributes.get("colspan")), _span(attributes.get("rowspan")))
            self.rows[-1].append(Cell(*spans, line, line))
        if tag in HEADINGS and self.rows and self.rows[-1]:
            self.rows[-1][-1].has_heading = True
        self.tags.add(tag)

    def close(self, tag: str, line: int) -> None:
        """An element ends inside the table; `line` is the number of the next line."""
        if tag in CELLS and self.rows and self.rows[-1]:
            self.rows[-1][-1].end = line


def opened(attributes: Mapping[str, str], pictures: int) -> OpenTable:
    """A table that starts below this number of pictures."""
    return OpenTable(attributes.get("role", "").strip().lower() in ("none", "presentation"), pictures)


def _span(value: str | None) -> int:
    """The number of columns or rows that a cell covers."""
    found = _NUMBER.fullmatch(value or "")
    return min(max(1, int(found[1])), THRESHOLDS.max_columns + 1) if found else 1


@dataclass(frozen=True, slots=True)
class Page:
    """What a page has so far: its lines, their origins, its pictures, and its tables of data.

    `below_table` is the number of the line below the last of these tables.
    """

    lines: Sequence[str]
    origins: Sequence[Origin]
    pictures: Sequence[Picture]
    tables: int
    below_table: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table of data as lines: what replaces the lines of the page from number `first` on.

    If another table is right above it, its first line is blank.  `end` is where the next line of the page begins.
    """

    first: int
    lines: tuple[str, ...]
    origins: tuple[Origin, ...]
    pictures: tuple[Picture, ...]
    end: int


@dataclass(frozen=True, slots=True)
class _Content:
    """The text of a cell on one line, and the origins of its lines, with places in this text."""

    text: str
    origins: tuple[Origin, ...]

    @property
    def linked(self) -> int:
        """The number of characters that are links."""
        return sum([link.end - link.start for origin in self.origins for link in origin.links])


def read(table: OpenTable, page: Page) -> Table | None:
    """The table that ended at the end of the page so far, if it is a table of data."""
    cells = [cell for row in table.rows for cell in row]
    if table.is_layout or not cells or not NEVER.isdisjoint(table.tags):
        return None
    first = cells[0].first
    if sum([cell.end - cell.first for cell in cells]) != len(page.origins) - first:
        return None  # there is text outside the cells
    grid = _grid(table.rows, [[_content(page, cell) for cell in row] for row in table.rows])
    return _as_lines(page, first, grid, table.pictures) if grid and _is_data(table, grid) else None


def _content(page: Page, cell: Cell) -> _Content:
    blank = len(page.lines) - len(page.origins)  # above the table
    texts: list[str] = []
    moved: list[Origin] = []
    at = 0
    for n in range(cell.first, cell.end):
        line, origin = page.lines[n + blank], page.origins[n]
        text = _BREAKS.sub(" ", line).strip()
        if not has_visible(text):
            continue
        ahead = at - origin.start - (len(line) - len(line.lstrip()))
        texts.append(text)
        moved.append(_moved(origin, ahead))
        at += len(text) + 1
    return _Content(" ".join(texts), tuple(moved))


def _moved(origin: Origin, distance: int) -> Origin:
    links = tuple([replace(link, start=link.start + distance, end=link.end + distance) for link in origin.links])
    return replace(origin, start=origin.start + distance, links=links)


_EMPTY: Final = _Content("", ())


@dataclass(frozen=True, slots=True)
class _Grid:
    """The rows with words, all with the same number of cells; and for each the number of its first line on the page."""

    rows: tuple[tuple[_Content, ...], ...]
    first_lines: tuple[int, ...]
    whole: int
    """The number of rows with a cell in each column, or one that covers it."""


def _grid(rows: Sequence[Sequence[Cell]], contents: Sequence[Sequence[_Content]]) -> _Grid | None:
    """An empty cell is in each place that another one covers, or that a row does not have.

    Columns without words are left out.  None if there are too many places.
    """
    placed: list[dict[int, _Content]] = []
    first_lines: list[int] = []
    widths: list[int] = []
    covered: dict[int, int] = {}  # the rows that a cell above still covers, by column
    for row, texts in zip(rows, contents, strict=True):
        at: dict[int, _Content] = {}
        below = {column: count - 1 for column, count in covered.items() if count > 1}
        column = 0
        for cell, content in zip(row, texts, strict=True):
            while column in covered:
                column += 1
            if content.text:
                at[column] = content
            if cell.rows > 1:
                below |= dict.fromkeys(range(column, column + cell.columns), cell.rows - 1)
            column += cell.columns
            if column > THRESHOLDS.max_columns:
                return None
        if at:
            placed.append(at)
            widths.append(max(column, *(n + 1 for n in covered), 0))
            first_lines.append(row[0].first)
        covered = below
    columns = sorted({column for at in placed for column in at})
    if len(placed) * len(columns) > THRESHOLDS.max_places * sum(map(len, rows)):
        return None
    return _Grid(
        tuple(tuple(at.get(column, _EMPTY) for column in columns) for at in placed),
        tuple(first_lines),
        sum(width >= len(columns) for width in widths),
    )


def _is_data(table: OpenTable, grid: _Grid) -> bool:
    """Whether the table is certainly one of data."""
    limits = THRESHOLDS
    if not tab_rows.is_table([[content.text for content in row] for row in grid.rows]):
        return False
    every = [content for row in grid.rows for content in row if content.text]
    sizes = [len(content.text) for content in every]
    linked = [content.linked for content in every]
    is_linked = sum(linked) > limits.max_linked * sum(sizes)
    is_linked = is_linked and sum(map(bool, linked)) > limits.max_linked_cells * len(every)
    if table.has_heads:
        return max(sizes) <= tab_rows.MAX_CELL and not (is_linked and not LISTS.isdisjoint(table.tags))
    return (
        NEVER_IN_PLAIN.isdisjoint(table.tags)
        and not is_linked
        and max(sizes) <= limits.max_plain_cell
        and len(grid.rows) >= limits.min_plain_rows
        and max(len(content.origins) for content in every) <= limits.max_plain_lines
        and not any(cell.has_heading and cell.end - cell.first > 1 for row in table.rows for cell in row)
        and grid.whole >= limits.min_regular * len(grid.rows)
    )


def _as_lines(page: Page, first: int, grid: _Grid, pictures: int) -> Table:
    """The rows as lines that begin where the first line of the cells did."""
    is_below_table = first == page.below_table
    start = page.origins[first].start + is_below_table
    lines = ["\t".join([content.text for content in row]) for row in grid.rows]
    found: list[Origin] = []
    for row, line in zip(grid.rows, lines, strict=True):
        found.append(_of_row(row, start, page.tables + 1))
        start += len(line) + 1
    before = [origin.start for origin in page.origins[first:]]

    def moved(picture: Picture) -> Picture:
        following = first + bisect_left(before, picture.start)
        row = bisect_right(grid.first_lines, following) - 1
        return replace(picture, start=start if following == len(page.origins) else found[max(0, row)].start)

    return Table(
        first,
        ("", *lines) if is_below_table else tuple(lines),
        tuple(found),
        tuple(map(moved, page.pictures[pictures:])),
        start,
    )


def _of_row(row: Sequence[_Content], start: int, table: int) -> Origin:
    """The origin of a row: that of its longest line, with the links of all."""
    at = start
    moved: list[Origin] = []
    for content in row:
        moved += [_moved(origin, at) for origin in content.origins]
        at += len(content.text) + 1
    ends = [*[origin.start for origin in moved[1:]], at]
    longest = max(range(len(moved)), key=lambda n: ends[n] - moved[n].start)
    links = tuple([link for origin in moved for link in origin.links])
    return replace(moved[longest], start=start, links=links, table=table)
