"""All records in one file for each format, or in shards of a given size: JSON Lines, Parquet, CSV and SQLite.

    records.jsonl                      all articles (and dumps without a story)
    records.teasers.jsonl              their teasers, in the same order, if there are any
    records-00000.jsonl ...            with a shard size: this number of articles in each
    records-00000.teasers.jsonl ...    their teasers
    records.parquet ...                the same as tables; `metadata.extra` is JSON
    records.csv                        a row an article (see `copydesk.render.sheet`)
    records.ninjs.jsonl                a news item for each article (see `copydesk.render.ninjs`)
    records.schema.org.jsonl           JSON-LD for each article (see `copydesk.render.schema_org`)
    records.sqlite                     tables of articles, authors, teasers ... (see `copydesk.render.database`)

Shards are written under temporary names.  `commit` gives them their names, and removes shards of earlier runs.
"""

import filecmp
import gzip
import re
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext, suppress
from itertools import chain, islice, zip_longest
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Protocol

import msgspec

from copydesk.document import Json, Kind, Record
from copydesk.files import Readable, open_readable
from copydesk.folders import Folder
from copydesk.foreign_database import foreign_database
from copydesk.output_settings import OUTPUT_DEFAULTS, OutputSettings, chosen_fields
from copydesk.render import database, ninjs, record, schema_org, sheet, table

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetWriter

STEM: Final = "records"
JSONL_GZ: Final = ".jsonl.gz"
PARQUET: Final = ".parquet"
CSV: Final = ".csv"
EXCEL: Final = ".excel.csv"
SQLITE: Final = ".sqlite"

TEASERS: Final = ".teasers"
"""What is between the name and the suffix of a file of teasers."""

NINJS: Final = ".ninjs.jsonl"
SCHEMA_ORG: Final = ".schema.org.jsonl"

TABLES: Final = (CSV, EXCEL, SQLITE, NINJS, SCHEMA_ORG)
"""Formats from which a record can't be made again: they hold what a table or a news item has room for."""

MAX_LINE_BYTES: Final = 2**28
"""Bytes of a line: 60 times the longest dump of `limits.record_size`.  A packed file of a megabyte may unpack to a line
that no memory holds."""

_SCHEMA: Final = "select type, name, sql from sqlite_master where sql is not null"

ROW_GROUP: Final = 200
"""Records that are collected in memory and written to a Parquet file as one group of rows."""


class Writer(Protocol):
    """An open shard."""

    def write(self, lines: Sequence[str]) -> None:
        """Add records, each as a line of JSON."""
        ...

    def close(self) -> None:
        """Finish the file."""
        ...


class Lines:
    """A shard of JSON Lines."""

    def __init__(self, path: Path, *, packed: bool):
        self._file = path.open("wb")
        # No name and no time in the header: the same records give the same bytes.
        self._stream: IO[bytes] = (
            gzip.GzipFile("", "wb", fileobj=self._file, mtime=0) if packed else self._file  # type: ignore[assignment]
        )

    def write(self, lines: Sequence[str]) -> None:
        """Add records, each as a line of JSON."""
        self._stream.writelines((line + "\n").encode() for line in lines)

    def close(self) -> None:
        """Finish the file."""
        self._stream.close()
        self._file.close()


class Table:
    """A shard in Parquet, compressed with Zstandard."""

    def __init__(self, path: Path, names: Sequence[str]):
        self._path, self._names = path, names
        self._rows: list[str] = []
        self._writer: ParquetWriter | None = None

    def write(self, lines: Sequence[str]) -> None:
        """Add records, each as a line of JSON."""
        self._rows += lines
        if len(self._rows) >= ROW_GROUP:
            self._flush()

    def _flush(self) -> None:
        from pyarrow.parquet import ParquetWriter

        if self._writer is None:
            self._writer = ParquetWriter(self._path, table.schema(self._names), compression="zstd")
        self._writer.write_table(table.of(self._rows, self._names))
        self._rows = []

    def close(self) -> None:
        """Finish the file."""
        self._flush()
        if self._writer:
            self._writer.close()


class Sheet:
    """A shard in CSV: a row an article."""

    def __init__(self, path: Path, *, excel: bool):
        self._file = path.open("w", encoding="utf-8", newline="")
        self._excel = excel
        sheet.begin(self._file, excel=excel)

    def write(self, lines: Sequence[str]) -> None:
        """Add the row of an article, which is the first of the records."""
        sheet.write(self._file, [record.from_json(line) for line in lines], excel=self._excel)

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


class Items:
    """A shard with a line of JSON for each article; dumps without a story have none."""

    def __init__(self, path: Path, made: Callable[[Record], dict[str, Json]]):
        self._file = path.open("wb")
        self._made = made

    def write(self, lines: Sequence[str]) -> None:
        """Add the item of an article, which is the first of the records."""
        article = record.from_json(lines[0])
        if article.kind is Kind.ARTICLE:
            made = msgspec.json.encode(self._made(article)).decode()
            self._file.write(record.one_line(made).encode() + b"\n")

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


class Database:
    """A shard in SQLite."""

    def __init__(self, path: Path):
        path.unlink(missing_ok=True)
        self._base = sqlite3.connect(path)
        self._base.execute("pragma journal_mode = off")  # a file that is not finished is never used
        database.create(self._base)

    def write(self, lines: Sequence[str]) -> None:
        """Add an article and its teasers."""
        database.add(self._base, [record.from_json(line) for line in lines])

    def close(self) -> None:
        """Make the index, and finish the file."""
        database.finish(self._base)
        self._base.close()


class Shards:
    """The shards of one format in an output folder, each with `size` articles; if that is None, there is one file.

    `temporary` returns the path of a file until it gets its name.  `form` says which fields and whether teasers are
    written.  A file of teasers is there only if it has any.
    """

    def __init__(
        self,
        folder: Folder,
        suffix: str,
        size: int | None,
        temporary: Callable[[str], Path],
        form: OutputSettings = OUTPUT_DEFAULTS,
    ):
        self._folder, self._suffix, self._size = folder, suffix, size
        self._temporary = temporary
        self._has_teasers, self._fields = form.teasers, chosen_fields(form)
        self._open: dict[str, Writer] = {}
        self._names: list[str] = []
        self._number = self._articles = 0
        self._part("")

    def _part(self, part: str) -> Writer:
        """The open shard of articles (""), or of their teasers; it is opened when it is first needed."""
        if part not in self._open:
            number = "" if self._size is None else f"-{self._number:05}"
            name = f"{STEM}{number}{part}{self._suffix}"
            self._open[part] = _writer(self._temporary(name), self._suffix, self._fields)
            self._names.append(name)
        return self._open[part]

    def add(self, lines: Sequence[str]) -> None:
        """Write an article and its teasers, each as a line of JSON."""
        if self._size is not None and self._articles >= self._size:
            self.close()
            self._number, self._articles = self._number + 1, 0
        for part, own in self._divided(lines):
            self._part(part).write(own)
        self._articles += 1

    def _divided(self, lines: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
        """(part, its records) for the records of a dump.  A table has its teasers in its own way; CSV counts them."""
        if self._suffix in TABLES:
            yield "", lines if self._has_teasers or self._suffix in (CSV, EXCEL) else lines[:1]
            return
        article, *teasers = (record.selected(line, self._fields) for line in lines)
        yield "", [article]
        if teasers and self._has_teasers:
            yield TEASERS, teasers

    def close(self) -> None:
        """Finish the shards that are being written."""
        for one in self._open.values():
            one.close()
        self._open = {}

    def commit(self) -> None:
        """Give all shards their names.  A file that already has the same bytes is not changed."""
        self.close()
        for name in self._names:
            temporary = self._temporary(name)
            self._folder.prepare([name])
            if self._folder.is_same(name, temporary):
                temporary.unlink()
            else:
                self._folder.put(name, temporary)
        self._folder.settle()
        for old in self.there():
            if old not in self._names:
                self._folder.delete(old)
        self._folder.settle()

    def abandon(self) -> None:
        """Remove what was written; shards of earlier runs stay."""
        with suppress(OSError):
            self.close()
        for name in self._names:
            self._temporary(name).unlink(missing_ok=True)

    def there(self) -> list[str]:
        """The names of the shards of this format in the folder."""
        return of_format(self._folder.names(), self._suffix)


def _writer(path: Path, suffix: str, names: Sequence[str]) -> Writer:
    if suffix == PARQUET:
        return Table(path, names)
    if suffix == SQLITE:
        return Database(path)
    if suffix in (NINJS, SCHEMA_ORG):
        return Items(path, ninjs.item if suffix == NINJS else schema_org.thing)
    if suffix in (CSV, EXCEL):
        return Sheet(path, excel=suffix == EXCEL)
    return Lines(path, packed=suffix == JSONL_GZ)


def paths(directory: Path, suffix: str) -> list[Path]:
    """The shards of one format in a directory, in order."""
    return [directory / name for name in of_format((path.name for path in directory.glob(f"{STEM}*")), suffix)]


def of_format(names: Iterable[str], suffix: str) -> list[str]:
    """Those of the names that are shards of one format, in order."""
    return sorted(filter(_own(suffix).fullmatch, names))


def _own(suffix: str) -> re.Pattern[str]:
    """The names of the shards of one format."""
    return re.compile(rf"{STEM}(?:-\d{{5,}})?(?:{re.escape(TEASERS)})?{re.escape(suffix)}")


def suffix_of(name: str) -> str:
    """The suffix of the format of a shard with this name."""
    return "." + name.partition(".")[2].removeprefix(TEASERS[1:] + ".")


def teasers_beside(name: str) -> str:
    """The name of the file with the teasers of a file of records."""
    stem, _, suffix = name.partition(".")
    return f"{stem}{TEASERS}.{suffix}"


def lines(path: Readable) -> Iterator[str]:
    """The records of a shard, each as its line of JSON.  Raises OSError, EOFError or ValueError if it is damaged."""
    with open_readable(path) as stream:
        if path.name.endswith(PARQUET):
            yield from table.lines(stream)
            return
        with gzip.GzipFile(fileobj=stream) if path.name.endswith(JSONL_GZ) else nullcontext(stream) as unpacked:
            try:
                while line := unpacked.readline(MAX_LINE_BYTES):
                    if len(line) == MAX_LINE_BYTES:
                        raise ValueError(f"a line has more than {MAX_LINE_BYTES:,} bytes")
                    yield line.decode().removesuffix("\n")
            except zlib.error as error:
                raise ValueError(f"the file is damaged: {error}") from error


def has_same_rows(found: Path, made: Path) -> bool:
    """Whether a shard of TABLES, which may be prepared, has the rows of the one that was made.

    The same rows are not the same bytes in SQLite: its version is in the file.  Raises OSError or sqlite3.Error if a
    file can't be read.
    """
    if not made.exists():
        return False
    if not made.name.endswith(SQLITE):
        return filecmp.cmp(found, made, shallow=False)
    size = made.stat().st_size  # no value of the same rows is longer
    with foreign_database(found, size) as first, foreign_database(made, size) as second:
        tables = second.execute(_SCHEMA).fetchall()
        if list(islice(first.execute(_SCHEMA), len(tables) + 1)) != tables:
            return False
        # Tables that are virtual have their rows in others.
        names = [name for kind, name, sql in tables if kind == "table" and not sql.startswith("CREATE VIRTUAL")]
        rows = (zip_longest(*(base.execute(f'select * from "{name}"') for base in (first, second))) for name in names)  # noqa: S608
        return all(left == right for left, right in chain.from_iterable(rows))
