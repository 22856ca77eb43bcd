"""Reads a table that `copydesk copies` has written: how many records are copies, and of which records."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

import msgspec

from copydesk import files
from copydesk.copies.relations import Relation
from copydesk.foreign_database import check_plain, foreign_database
from copydesk.report.tally import Tally

SUFFIXES: Final = (".jsonl", ".parquet", ".sqlite")
LARGEST: Final = 20
"""Clusters that are shown."""

MAX_ROW_BYTES: Final = 100_000
_COLUMNS: Final = ("cluster", "source", "relation")


class Row(msgspec.Struct, frozen=True):
    """What is read of a row."""

    cluster: str
    source: str
    relation: str


@dataclass(frozen=True, slots=True)
class Cluster:
    """The id and the source of a canonical record, and the number of its copies."""

    id: str
    source: str
    copies: int


@dataclass(frozen=True, slots=True)
class Copies:
    """How many rows have each relation, how many clusters there are, and the largest of them."""

    relations: tuple[tuple[str, int], ...]
    clusters: int
    largest: tuple[Cluster, ...]


class CopiesError(ValueError):
    """A file that is no table of copies; the message says why."""


def beside(output: Path) -> Path | None:
    """The table of copies in an output folder, if there is one that is not a link."""
    found = (output / f"copies{suffix}" for suffix in SUFFIXES)
    return next((path for path in found if path.is_file() and not path.is_symlink()), None)


def read(path: Path) -> Copies:
    """Count the rows of a table.  Raises CopiesError if it is none, OSError if it can't be read."""
    reader = {".jsonl": _lines, ".parquet": _parquet, ".sqlite": _sqlite}.get(path.suffix)
    if reader is None:
        raise CopiesError(f"{path}: the name of a table of copies ends in {', '.join(SUFFIXES)}")
    relations, clusters = Tally(len(Relation) + 1), 0
    largest: list[Cluster] = []
    try:
        for _, rows in groupby(reader(path), key=lambda row: row.cluster):
            clusters += 1
            largest.append(_cluster(rows, relations))
            largest = sorted(largest, key=lambda one: -one.copies)[:LARGEST]
    except (msgspec.DecodeError, sqlite3.Error, UnicodeDecodeError, KeyError, ValueError, TypeError) as error:
        raise CopiesError(f"{path}: not a table of copies: {error}") from error
    return Copies(tuple(relations.most()), clusters, tuple(largest))


def _cluster(rows: Iterator[Row], relations: Tally) -> Cluster:
    """Count the rows of a cluster one by one: there may be more than memory holds."""
    first, copies = next(rows), 0
    relations.add([first.relation])
    for row in rows:
        relations.add([row.relation])
        copies += 1
    return Cluster(first.cluster, first.source, copies)


def _lines(path: Path) -> Iterator[Row]:
    with files.open_regular(path) as stream:
        while line := stream.readline(MAX_ROW_BYTES):
            yield msgspec.json.decode(line, type=Row)


def _parquet(path: Path) -> Iterator[Row]:
    try:
        from pyarrow.parquet import ParquetFile
    except ModuleNotFoundError as error:
        raise CopiesError(f"{path}: a Parquet file needs pyarrow: pip install 'copydesk[parquet]'") from error
    with files.open_regular(path) as stream, ParquetFile(stream) as table:
        for batch in table.iter_batches(1_000, columns=_COLUMNS):
            yield from (msgspec.convert(row, Row) for row in batch.to_pylist())


def _sqlite(path: Path) -> Iterator[Row]:
    with foreign_database(path, MAX_ROW_BYTES) as base:
        check_plain(base, "copies")
        for row in base.execute("select cluster, source, relation from copies order by rowid"):
            yield msgspec.convert(dict(zip(_COLUMNS, row, strict=True)), Row)
