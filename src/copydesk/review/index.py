"""The index of an output for the review desk, `.copydesk/review.sqlite`: its records, the doubtful ones first.

It is a cache: it is made from the manifest, and made again after each run.  The memory does not grow with the output:
rows are sorted by SQLite, in its temporary files.

    about    what it was made from
    queue    a row for each record; `place` is its place in the queue
    marks    the places of the records that have a label, or a line or an edit of a rule
    facets   how many records each value of a filter has
    words    full-text search in titles, sources and stories
"""

import os
import sqlite3
from collections import Counter
from collections.abc import Iterator, Set
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from copydesk.batch.manifest import Manifest
from copydesk.batch.manifest_dumps import Dumps
from copydesk.batch.manifest_history import History
from copydesk.source_memory.sources import CORPUS, folder_of, host_of
from copydesk.temporary_database import database_errors

NAME: Final = "review.sqlite"

SCHEMA: Final = "2"
"""Changes with the tables and with what is in them."""

NO_TITLE: Final = 0.3
DRIFTED: Final = 0.2
CUT_OFF: Final = 0.1
"""What a story without a title, of a source that has changed, or that is cut off, adds to its doubt.

The doubt of a record is 1 minus its confidence, and these.  Chosen, not measured: a page without a title comes before
one of which the confidence is .7.
"""

MAX_FACETS: Final = 200
"""Values of a filter that can be chosen: the commonest."""

FACETS: Final = ("site", "label", "rule", "language", "kind")

_TABLES: Final = """
create table about (made_of text not null, records integer not null);
create table queue (
    place integer primary key, id text not null, file integer not null, number integer not null, source text not null,
    title text, site text not null, language text not null, kind text not null, page text, confidence real,
    reasons text not null
);
create table names (id integer primary key, name text not null unique);
create table marks (mark integer not null, place integer not null, primary key (mark, place)) without rowid;
create table facets (facet text not null, value text not null, records integer not null);
create virtual table words using fts5 (title, source, story, content = '', tokenize = 'unicode61 remove_diacritics 2');
"""
_INDEXES: Final = """
create index by_id on queue (id);
create index by_site on queue (site, place);
create index by_language on queue (language, place);
create index by_kind on queue (kind, place);
"""
_STAGED: Final = "create temp table staged (doubt real not null, source text not null, row blob not null)"


class _Facts(msgspec.Struct, frozen=True):
    title: str | None = None
    language: str | None = None
    url: str | None = None


class _Sureness(msgspec.Struct, frozen=True):
    confidence: float
    complete: bool | None = None


class _Line(msgspec.Struct, frozen=True):
    label: str
    why: str


class _Change(msgspec.Struct, frozen=True):
    rules: tuple[str, ...]


class IndexedRecord(msgspec.Struct, frozen=True):
    """The fields of a record that the index has."""

    id: str
    kind: str
    source: str
    text: str
    metadata: _Facts
    page: str | None = None
    quality: _Sureness | None = None
    blocks: tuple[_Line, ...] = ()
    edits: tuple[_Change, ...] = ()


class _Staged(msgspec.Struct, frozen=True, array_like=True):
    """A record before it has its place."""

    id: str
    file: int
    number: int
    source: str
    title: str | None
    site: str
    language: str
    kind: str
    page: str | None
    confidence: float | None
    reasons: tuple[str, ...]
    marks: tuple[str, ...]
    story: str


_RECORD: Final = msgspec.json.Decoder(IndexedRecord)
_ROW: Final = msgspec.msgpack.Decoder(_Staged)


@dataclass(frozen=True, slots=True)
class Problem:
    """A record that could not be read, and why: it is not in the index."""

    source: str
    what: str


def is_current(folder: Path, manifest: Manifest) -> bool:
    """Whether the index in this folder was made from the manifest as it is now."""
    try:
        with closing(sqlite3.connect(f"{(folder / NAME).absolute().as_uri()}?mode=ro", uri=True)) as base:
            if _tables_of(base) != _own_tables():  # somebody else may have prepared it: a view could run for ever
                return False
            (made_of,) = base.execute("select made_of from about").fetchone()
    except (sqlite3.Error, TypeError):  # there is none, it is damaged, or it is not whole
        return False
    return bool(made_of == _made_of(manifest))


def _tables_of(base: sqlite3.Connection) -> list[tuple[str, str]]:
    sql = "select name, sql from sqlite_master where sql is not null and name not like 'sqlite_%' order by name"
    return base.execute(sql).fetchall()


@cache
def _own_tables() -> list[tuple[str, str]]:
    with closing(sqlite3.connect(":memory:")) as base:
        base.executescript(_TABLES + _INDEXES)
        return _tables_of(base)


def build(folder: Path, manifest: Manifest) -> list[Problem]:
    """Make the index of an output; returns the records that could not be read.

    Raises OSError if it can't be written, and DamagedRowError if a row of the manifest is damaged.
    """
    new = folder / f"{NAME}.{os.getpid()}.new"
    new.unlink(missing_ok=True)
    problems: list[Problem] = []
    try:
        with database_errors(), closing(sqlite3.connect(new, isolation_level=None)) as base:
            base.execute("pragma journal_mode = off")
            base.execute("pragma synchronous = off")
            base.execute("pragma temp_store = file")
            base.execute("begin")
            for statement in _TABLES.split(";"):
                base.execute(statement)
            base.execute(_STAGED)
            with manifest.snapshot():
                made_of = _made_of(manifest)
                for one in _records(manifest):
                    if isinstance(one, Problem):
                        problems.append(one)
                    else:
                        base.execute("insert into staged values (?, ?, ?)", (*one[:2], msgspec.msgpack.encode(one[2])))
            count = _fill(base)
            for statement in _INDEXES.split(";"):
                base.execute(statement)
            base.execute("insert into about values (?, ?)", (made_of, count))
            base.execute("commit")
            base.execute("analyze")
        new.replace(folder / NAME)
    finally:
        new.unlink(missing_ok=True)
    return problems


def _made_of(manifest: Manifest) -> str:
    """What changes with each run.  One that has not ended counts when the next one begins: it may still go on."""
    sql = (
        "select id, began, ended, state from runs"
        " where ended is not null or id < (select max(id) from runs) order by id desc limit 1"
    )
    last = manifest.base.execute(sql).fetchone()
    return f"{SCHEMA} {tuple(last) if last else ''}"


def _records(manifest: Manifest) -> Iterator[tuple[float, str, _Staged] | Problem]:
    """The doubt, the source and the row of each record that is not rejected."""
    dumps = Dumps(manifest)
    drifted = frozenset(drift.source for drift in History(manifest).drifts(0))
    for file, _, _ in manifest.files():
        for dump in dumps.to_filter(file, 0):
            line, *_ = dumps.records_of(file, dump.number)
            try:
                seen = read_line(line)
            except msgspec.DecodeError as error:
                yield Problem(dump.source, f"not a copydesk record: {error}")
                continue
            doubt, reasons = doubt_of(seen, drifted)
            yield doubt, seen.source, _staged(seen, file, dump.number, reasons)


def read_line(line: str) -> IndexedRecord:
    """What the index has of a record, from its JSON.  Raises msgspec.DecodeError if it is none."""
    return _RECORD.decode(line)


def doubt_of(seen: IndexedRecord, drifted: Set[str]) -> tuple[float, tuple[str, ...]]:
    """How doubtful a record is (more is more), and the reasons in words."""
    confidence = seen.quality.confidence if seen.quality else 0.0
    doubt, reasons = 1 - confidence, []
    if seen.kind == "article" and not seen.metadata.title:
        doubt += NO_TITLE
        reasons.append("no title")
    if seen.quality and seen.quality.complete is False:
        doubt += CUT_OFF
        reasons.append("cut off")
    if host_of(seen.metadata.url) in drifted:
        doubt += DRIFTED
        reasons.append("its source has changed")
    return round(doubt, 4), tuple(reasons)


def site_of(url: str | None, source: str) -> str:
    """The source of a record, as a filter has it: the host of its address, else the folder of its dump."""
    container, mark, _ = source.partition("#")
    return host_of(url) or folder_of(source) or (container if mark else CORPUS)


def _staged(seen: IndexedRecord, file: int, number: int, reasons: tuple[str, ...]) -> _Staged:
    labels = {f"label:{line.label}" for line in seen.blocks}
    rules = {f"rule:{line.why}" for line in seen.blocks} | {f"rule:{name}" for one in seen.edits for name in one.rules}
    return _Staged(
        seen.id,
        file,
        number,
        seen.source,
        seen.metadata.title,
        site_of(seen.metadata.url, seen.source),
        seen.metadata.language or "und",
        seen.kind,
        seen.page,
        seen.quality.confidence if seen.quality else None,
        reasons,
        tuple(sorted(labels | rules)),
        seen.text,
    )


def _fill(base: sqlite3.Connection) -> int:
    """Give each staged record its place, and write the tables; returns how many there are."""
    counts: dict[str, Counter[str]] = {facet: Counter() for facet in FACETS}
    names: dict[str, int] = {}
    place = 0
    for (packed,) in base.execute("select row from staged order by doubt desc, source"):
        row = _ROW.decode(packed)
        place += 1
        base.execute(
            f"insert into queue values ({', '.join('?' * 12)})",  # noqa: S608 - question marks only
            (place, *(getattr(row, name) for name in row.__struct_fields__[:10]), "\n".join(row.reasons)),
        )
        base.execute("insert into words (rowid, title, source, story) values (?, ?, ?, ?)",
                     (place, row.title, f"{row.source} {row.site}", row.story))  # fmt: skip
        marks = [(names.setdefault(mark, len(names)), place) for mark in row.marks]
        base.executemany("insert into marks values (?, ?)", marks)
        for facet, value in (("site", row.site), ("language", row.language), ("kind", row.kind)):
            counts[facet][value] += 1
        for mark in row.marks:
            facet, _, value = mark.partition(":")
            counts[facet][value] += 1
    base.executemany("insert into names values (?, ?)", ((number, name) for name, number in names.items()))
    for facet, values in counts.items():
        common = values.most_common(MAX_FACETS)
        base.executemany("insert into facets values (?, ?, ?)", ((facet, *one) for one in common))
    return place
