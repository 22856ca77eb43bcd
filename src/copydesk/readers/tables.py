"""Tables as text (CSV, TSV): one record for each row, with the names of the columns as the names of its fields.

The delimiter, the quotes and the escapes are those with which most of the first rows have as many cells as the header.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from typing import TYPE_CHECKING, Final

from copydesk import decoding
from copydesk.config import Config
from copydesk.document import Json, Reject
from copydesk.dump import Pending, UnreadableError
from copydesk.readers import byte_lines, kinds, record_fields
from copydesk.readers.byte_lines import as_utf8, encoding_of
from copydesk.readers.compressed import Unpacked
from copydesk.readers.jsonl import LINE_OVERHEAD
from copydesk.readers.kinds import SNIFFED_BYTES
from copydesk.readers.record_fields import Names

if TYPE_CHECKING:
    from _csv import Reader

MIN_NAMES: Final = 3
"""Names in the first line of a table, if the file's name does not say that it is one."""

COMPARED_ROWS: Final = 20
"""Rows after the header that show whether a file is a table, and how it is written."""


class Form(Enum):
    """How cells are written that have the delimiter, a quote or a line break in them."""

    DOUBLED = "in quotes; a quote in a cell is doubled"
    ESCAPED = "in quotes; a quote in a cell has a backslash before it"
    PLAIN = "as they are; a quote is a character like any other"


MAX_NAME: Final = 80
"""Characters of a column's name.  In a file without rows, a longer one is a text: a quotation mark swallowed the rows.
Reasoned, not measured."""

LONGEST_NAME: Final = 40
"""Characters of a column's name that a reject names."""

_DELIMITER = re.compile('\ufeff?sep=([^\n\r"])\r?\n')
"""The line before the header in which Excel names the delimiter."""

_BLANK: Final = b" \r\n"
"""Bytes of lines without a cell.  Tabs are none of them: they may divide empty cells."""

DELIMITERS: Final = (",", ";", "\t", "|", "\x1f")


@dataclass(frozen=True, slots=True)
class Table:
    """How a table is written: its delimiter, the form of its cells, and the names of its columns.

    `lines_before` is the number of lines before the header.
    """

    delimiter: str
    form: Form
    header: tuple[str, ...]
    lines_before: int = 0

    def rows(self, lines: Iterable[str]) -> "Reader":
        """The rows of these lines, as lists of cells."""
        escaped = self.form is Form.ESCAPED
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            doublequote=not escaped,
            escapechar="\\" if escaped else None,
            quoting=csv.QUOTE_NONE if self.form is Form.PLAIN else csv.QUOTE_MINIMAL,
        )


def is_table(beginning: bytes, settings: Config) -> bool:
    """Whether a file of any name is a table: by its header, in which a field for text is named, and the next rows."""
    first_lines = b"".join(kinds.as_utf8(beginning).lstrip().split(b"\n", 2)[:2]).lower()
    if not any(name.lower().encode() in first_lines for name in (*settings.fields.text, *settings.fields.html)):
        return False
    table = _table(beginning, settings)
    if table is None or len(table.header) < MIN_NAMES or not _names_text(table.header, settings):
        return False
    text = _decoded(beginning).split("\n", table.lines_before)[-1]
    rows = _first_rows(table, text, is_whole=len(beginning) < SNIFFED_BYTES)
    return len(rows) > 1 and all(len(row) == len(table.header) for row in rows)


def read(stream: io.BufferedReader, name: str, source: str, settings: Config) -> Iterator[Pending | Reject]:
    """The rows as records, in their order.  Raises UnreadableError if no column has a text."""
    beginning = stream.peek(SNIFFED_BYTES)
    table = _table(beginning, settings)
    if table is None:
        raise UnreadableError("empty", "it has no rows")
    if not _names_text(table.header, settings):
        columns = ", ".join(repr(name[:LONGEST_NAME]) for name in table.header)
        raise UnreadableError(
            "no_text", f"no column for text; name it under [fields] in the settings; the columns are: {columns}"[:300]
        )
    yield from _records(table, stream, beginning, source, settings)


@contextmanager
def _field_limit(size: int) -> Iterator[None]:
    """Let a cell have this number of characters.  The limit is one for the whole program, so it is set back."""
    before = csv.field_size_limit(size)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _records(
    table: Table, stream: io.BufferedReader, beginning: bytes, source: str, settings: Config
) -> Iterator[Pending | Reject]:
    limit = settings.limits.record_size * LINE_OVERHEAD
    names = Names(source)
    utf8 = as_utf8(stream, beginning)
    lines = _lines(utf8, stream, encoding_of(beginning), limit)
    blank = _BLANK.replace(table.delimiter.encode(), b"")
    rows = table.rows(islice(lines, table.lines_before, None))
    with _field_limit(limit):
        next(rows, None)  # none if the file breaks off before the end of the header
    number = skipped = 0
    while True:
        number += 1
        skipped += byte_lines.skip_blank(utf8, blank)
        first_line = rows.line_num + 1 + table.lines_before + skipped
        try:
            with _field_limit(limit):
                row = next(rows, None)
        except csv.Error as error:
            yield Reject(names.at(number), "bad_row", f"line {first_line}: {error}")
            continue
        if row is None:
            if number == 1 and any(len(name) > MAX_NAME for name in table.header):
                yield Reject(source, "empty", "it has no rows, and a text in the place of its header")
            return
        if isinstance(stream, Unpacked):
            stream.count_row()
        if not row or (len(row) == 1 and not row[0].strip()):
            number -= 1
        elif len(row) != len(table.header):
            detail = f"line {first_line}: {len(row)} cells, and the header has {len(table.header)}"
            yield Reject(names.at(number), "bad_row", detail)
        else:
            yield _record(table, row, number, first_line, names, settings)


def _record(
    table: Table, row: Sequence[str], number: int, line: int, names: Names, settings: Config
) -> Pending | Reject:
    held: dict[str, Json] = {key: cell for key, cell in zip(table.header, row, strict=True) if cell}
    try:
        raw = json.dumps(held, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return Reject(names.at(number), "bad_row", f"line {line}: bytes that are not in the encoding of the file")
    return record_fields.dump_of(held, raw, number, names, settings)


def _lines(utf8: io.BufferedReader, stream: io.BufferedReader, encoding: str | None, limit: int) -> Iterator[str]:
    """The lines of the file, decoded.  A line over the limit is given as one that no row can have."""
    is_first = True
    for line in byte_lines.lines(utf8, limit, stream):
        if line is None:
            yield "\n"
            continue
        yield _line(line, encoding).removeprefix("\ufeff" if is_first else "")
        is_first = False


def _line(line: bytes, encoding: str | None) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        try:
            return line.decode(encoding or "utf-8")
        except UnicodeDecodeError:
            return line.decode("utf-8", "surrogateescape")


def _decoded(beginning: bytes) -> str:
    text = decoding.decode(kinds.as_utf8(beginning)).text
    return text.replace("\r", "\n") if byte_lines.has_only_cr(beginning) else text


def _table(beginning: bytes, settings: Config) -> Table | None:
    """How the table is written: so that a field for text is named, and most rows have as many cells as the header."""
    text = _decoded(beginning)
    named = _DELIMITER.match(text)
    text = text[named.end() :] if named else text
    found: list[tuple[tuple[bool, float, int], Table]] = []
    with _field_limit(max(len(text), 1)):
        for delimiter in named[1] if named else DELIMITERS:
            for form in Form:
                table = Table(delimiter, form, ())
                rows = _first_rows(table, text, is_whole=len(beginning) < SNIFFED_BYTES)
                if not rows:
                    return None
                header = _header(rows[0])
                same = sum(len(row) == len(header) for row in rows) / len(rows)
                has_text = len(header) > 1 and _names_text(header, settings)
                found.append(((has_text, same, len(header)), Table(delimiter, form, header, int(named is not None))))
    return max(found, key=lambda one: one[0])[1]


def _first_rows(table: Table, text: str, *, is_whole: bool) -> list[list[str]]:
    """The header and COMPARED_ROWS more; without the last row if the text may end inside it."""
    rows: list[list[str]] = []
    reader = table.rows(io.StringIO(text, newline="\n"))
    try:
        for row in reader:
            if row:
                rows.append(row)
            if len(rows) > COMPARED_ROWS:
                return rows
    except csv.Error:
        return rows
    return rows if is_whole or len(rows) < 2 else rows[:-1]


def _header(row: Sequence[str]) -> tuple[str, ...]:
    """The names of the columns; a column without a name, or with that of another, is named by its number."""
    names: list[str] = []
    for number, cell in enumerate(row, 1):
        name = cell.strip()
        names.append(name if name and name not in names else f"column_{number}")
    return tuple(names)


def _names_text(header: Sequence[str], settings: Config) -> bool:
    """Whether one of the columns has the name of a field for text or HTML."""
    called = {name.lower() for name in (*settings.fields.text, *settings.fields.html)}
    return any(name.lower() in called for name in header)
