"""The rows of dumps in the manifest: the output of each dump, whether it is current, and which names are taken."""

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

import msgspec

from copydesk.batch.counts import Counts
from copydesk.batch.manifest import DamagedRowError, Manifest
from copydesk.batch.messages import NO_FINGERPRINT, Fingerprint, unpack_records
from copydesk.document import Reject
from copydesk.keep import NOTHING_KNOWN, Measures
from copydesk.store import is_inside, name_key

FRESH: Final = 0
OTHER_PROFILES: Final = 1
OTHER_FILE: Final = 2
OTHER_SETTINGS: Final = 3
"""Why a dump is stale: it is not, or because the profiles, its file, or the settings have changed since."""

REST_OF_FILE: Final = -1
"""The number under which the reject for the rest of a file is stored.  Dumps have numbers from 0."""

AFTER_LAST: Final = 2**62
"""Greater than the number of any dump."""

SAME_SOURCE: Final = (
    "a file of another folder has the same source and comes before it: clean the folder above both, so that their"
    " sources differ"
)
"""The detail of a reject with the reason `name_taken`; the manifest has the name there."""

OF_RUN: Final = "from documents d join inputs i on i.id = d.input where i.run = :run"
_IN_ORDER: Final = "order by i.source, i.path, d.number"

_COUNTED: Final = ("articles", "teasers", "boilerplate", "edits", "spacing", "facts")
"""The columns with counts of the dump."""

_COLUMNS: Final = (
    *("input", "number", "source", "config", "profiles", "raw", "name", "files", "reason", "detail", "seconds", "run"),
    *("written", "stale", *_COUNTED, "measures", "filtered", "moving", "lines"),
)
_SAVE: Final = (
    f"insert or replace into documents ({', '.join(_COLUMNS)})"  # noqa: S608 - our own
    f" values ({', '.join(f':{name}' for name in _COLUMNS)})"
)

_SELECT: Final = f"select {', '.join(_COLUMNS[:-1])} from documents"  # noqa: S608 - our own
"""Without the records, which may be a thousand times larger than the rest of a row."""


@dataclass(frozen=True, slots=True)
class DumpRow:
    """A dump: `files` has its output files with their SHA-256.

    `copydesk.batch.manifest` explains `stale`, `run`, `measures`, `filtered` and `moving`.
    """

    number: int
    source: str
    fingerprint: Fingerprint
    name: str
    files: Mapping[str, str]
    reject: Reject | None
    counts: Counts
    seconds: float
    stale: int = FRESH
    run: int = 0
    measures: Measures = NOTHING_KNOWN
    filtered: str | None = None
    moving: bool = False

    @property
    def result(self) -> Counts:
        """The counts of a dump that was not cleaned again."""
        return Counts(filtered=1) if self.filtered else Counts(unchanged=1) + self.counts

    @classmethod
    def rejected(cls, number: int, reject: Reject, seconds: float = 0.0, stale: int = FRESH) -> "DumpRow":
        """The row of a dump that was rejected."""
        return cls(number, reject.source, NO_FINGERPRINT, "", {}, reject, Counts(), seconds, stale)


@dataclass(frozen=True, slots=True)
class Owner:
    """The dump that has a name: the id of its file, its number, source and path of the file, its own source."""

    file: int
    number: int
    source: str
    path: str
    dump: str


@dataclass(frozen=True, slots=True)
class StoredDump:
    """A published dump: the id of its file, its number, source and name, and its files with their SHA-256."""

    file: int
    number: int
    source: str
    name: str
    files: Mapping[str, str]


class Dumps:
    """The rows of dumps.  The parameter `file` is the id of a file."""

    def __init__(self, manifest: Manifest):
        self._base = manifest.base

    def of_file(self, file: int, start: int = 0, stop: int | None = None) -> Iterator[DumpRow]:
        """The dumps of a file from number `start` up to `stop` (not included), in order."""
        found = self._base.execute(
            f"{_SELECT} where input = ? and number >= ? and number < ? order by number",
            (file, start, AFTER_LAST if stop is None else stop),
        )
        yield from map(_dump_row, found)

    def get(self, file: int, number: int) -> DumpRow | None:
        """One dump of a file."""
        found = self._base.execute(f"{_SELECT} where input = ? and number = ?", (file, number)).fetchone()
        return _dump_row(found) if found else None

    def save(self, file: int, dump: DumpRow, lines: bytes | None, run: int, *, written: bool) -> None:
        """Save a dump.  `lines` has its records, as `pack_records` packed them."""
        self._base.execute(
            _SAVE,
            {
                **asdict(dump.counts),
                **asdict(dump.fingerprint),
                "input": file,
                "number": dump.number,
                "source": dump.source,
                "name": dump.name,
                "files": json.dumps(dict(dump.files)),
                "reason": dump.reject and dump.reject.reason,
                "detail": dump.reject and dump.reject.detail,
                "seconds": dump.seconds,
                "run": run,
                "written": written,
                "stale": dump.stale,
                "measures": msgspec.json.encode(dump.measures).decode(),
                "filtered": dump.filtered,
                "moving": dump.moving,
                "lines": lines,
            },
        )

    def delete(self, file: int, number: int) -> None:
        """Delete a dump."""
        self._base.execute("delete from documents where input = ? and number = ?", (file, number))

    def make_stale(self, file: int, stale: int) -> None:
        """Make all dumps of a file stale, with this reason or with the stronger one that they already have."""
        self._base.execute("update documents set stale = max(stale, ?) where input = ?", (stale, file))

    def distrust(self, file: int, number: int) -> None:
        """Mark a dump so that it is cleaned again, even if nothing has changed."""
        sql = "update documents set stale = ? where input = ? and number = ?"
        self._base.execute(sql, (OTHER_SETTINGS, file, number))
        self._base.execute("update inputs set finished = 0 where id = ?", (file,))

    def make_fresh(self, file: int, number: int, profiles: str) -> None:
        """Save that the output of a dump is also current with these profiles."""
        sql = "update documents set stale = ?, profiles = ? where input = ? and number = ?"
        self._base.execute(sql, (FRESH, profiles, file, number))

    def first_missing(self, file: int, start: int = 0) -> int:
        """The number of the first dump of a file, from `start` on, that has no current row."""
        sql = "select number from documents where input = ? and stale = 0 and number >= ? order by number"
        for (number,) in self._base.execute(sql, (file, start)):
            if number != start:
                break
            start += 1
        return start

    def next_number(self, file: int) -> int:
        """The number after that of the last dump that the manifest has for a file, stale dumps included."""
        (last,) = self._base.execute("select max(number) from documents where input = ?", (file,)).fetchone()
        return 0 if last is None else last + 1

    def last_change(self, file: int, number: int, lines: bytes | None) -> int | None:
        """The last run that changed the output of a dump; None if its records are not these."""
        sql = "select run from documents where input = ? and number = ? and lines is ?"
        found = self._base.execute(sql, (file, number, lines)).fetchone()
        return int(found[0]) if found else None

    def broken_files(self, reasons: Sequence[str]) -> frozenset[int]:
        """The files that could not be read to their end, for one of these reasons."""
        marks = ", ".join("?" * len(reasons))
        found = self._base.execute(
            "select i.id from documents d join inputs i on i.id = d.input"  # noqa: S608 - question marks only
            f" where d.reason in ({marks}) and d.source = i.source",
            reasons,
        )
        return frozenset(file for (file,) in found)

    def unfinished_files(self, run: int) -> dict[tuple[str, str], str]:
        """For each file of the run that still misses dumps, by its source and path: a digest of its current dumps.

        As long as the run makes progress with a file, the digest changes: a dump becomes current, gets another name, or
        loses its name to one with a better claim; or the number of dumps becomes known.  Files with a rejected rest are
        left out.
        """
        files = self._base.execute(
            "select id, source, path, count from inputs i where run = ? and not finished and not exists"
            " (select 1 from documents where input = i.id and number = ? and stale = 0)",
            (run, REST_OF_FILE),
        ).fetchall()
        current = "select number, name from documents where input = ? and stale = 0 order by number"
        found: dict[tuple[str, str], str] = {}
        for file, source, path, count in files:
            digest = hashlib.sha256(f"{count}".encode())
            for row in self._base.execute(current, (file,)):
                digest.update(repr(tuple(row)).encode())
            found[source, path] = digest.hexdigest()
        return found

    def records(self, run: int) -> Iterator[list[str]]:
        """For each published dump in the files of a run, in order: its records, each a line of JSON."""
        sql = f"select d.lines {OF_RUN} and d.lines is not null and d.filtered is null {_IN_ORDER}"
        for (lines,) in self._base.execute(sql, {"run": run}):
            yield unpacked(lines)

    def records_digest(self, run: int) -> str:
        """A digest that changes if one of these records changes."""
        return self._digest("d.filtered is null", run)

    def filtered_records(self, run: int) -> Iterator[tuple[str, Measures, list[str]]]:
        """For each filtered dump in the files of a run, in order: its source, its measures, its records."""
        sql = f"select d.source, d.measures, d.lines {OF_RUN} and d.filtered is not null {_IN_ORDER}"
        for source, measures, lines in self._base.execute(sql, {"run": run}):
            yield source, _measures_of(source, measures), unpacked(lines)

    def filtered_digest(self, run: int) -> str:
        """A digest that changes if one of these records changes; "" if there is none."""
        return self._digest("d.filtered is not null", run) if self.limits(run) else ""

    def _digest(self, which: str, run: int) -> str:
        found = hashlib.sha256()
        sql = f"select i.id, d.number, d.run {OF_RUN} and d.lines is not null and {which} {_IN_ORDER}"
        for row in self._base.execute(sql, {"run": run}):
            found.update(repr(tuple(row)).encode())
        return found.hexdigest()

    def limits(self, run: int) -> dict[str, int]:
        """How many dumps of the run's files are filtered, by the name of the limit."""
        sql = f"select d.filtered, count(*) {OF_RUN} and d.filtered is not null group by 1 order by 2 desc, 1"
        return dict(map(tuple, self._base.execute(sql, {"run": run})))

    def to_filter(self, file: int, start: int) -> Iterator[DumpRow]:
        """The dumps of a file, from number `start` on, that are not rejected."""
        sql = f"{_SELECT} where input = ? and number >= ? and reason is null order by number"
        yield from map(_dump_row, self._base.execute(sql, (file, start)))

    def records_of(self, file: int, number: int) -> list[str]:
        """The records of a dump that is not rejected, each a line of JSON."""
        sql = "select lines from documents where input = ? and number = ?"
        (lines,) = self._base.execute(sql, (file, number)).fetchone()
        return unpacked(lines)

    def published(self) -> Iterator[tuple[StoredDump, str]]:
        """All published dumps of the output, also of files that this run was not given, each with its article's JSON.

        They are in the order of the sources of their files.
        """
        sql = (
            "select d.input, d.number, d.source, d.name, d.files, d.lines"  # noqa: S608 - our own
            " from documents d join inputs i on i.id = d.input"
            f" where d.lines is not null and d.filtered is null and d.reason is null {_IN_ORDER}"
        )
        for row in self._base.execute(sql):
            yield (
                StoredDump(row["input"], row["number"], row["source"], row["name"], _files_of(row)),
                unpacked(row["lines"])[0],
            )

    def save_files(self, dump: StoredDump, files: Mapping[str, str]) -> None:
        """Save that these are the files of a dump."""
        sql = "update documents set files = ? where input = ? and number = ?"
        self._base.execute(sql, (json.dumps(dict(files)), dump.file, dump.number))

    def begin_move(self, file: int, number: int, files: Mapping[str, str]) -> None:
        """Save that a dump is moved because of other limits, and all files that it may have while it is."""
        sql = "update documents set moving = 1, files = ? where input = ? and number = ?"
        self._base.execute(sql, (json.dumps(dict(files)), file, number))

    def end_move(self, file: int, dump: DumpRow, run: int) -> None:
        """Save where a dump is now: its files, and the limit below which it falls."""
        sql = (
            "update documents set moving = 0, files = ?, filtered = ?, run = ?, written = ?"
            " where input = ? and number = ?"
        )
        files = json.dumps(dict(dump.files))
        self._base.execute(sql, (files, dump.filtered, run, dump.filtered is None, file, dump.number))

    def rejects(self, run: int) -> Iterator[Reject]:
        """The rejects in the files of a run, in order."""
        sql = f"select d.source, d.reason, d.detail {OF_RUN} and d.reason is not null {_IN_ORDER}"
        for source, reason, detail in self._base.execute(sql, {"run": run}):
            yield Reject(source, reason, SAME_SOURCE if reason == "name_taken" else detail)

    def lesser_names(self, run: int) -> Iterator[tuple[str, str, int, str, str]]:
        """(source of file, path, number of dump, its source, its name) for dumps that may not have their best name.

        These are dumps of the run that were rejected because their names are taken (the name is empty), and dumps with
        a name that looks like a second or third one.
        """
        second = "d.name glob '*-????????' or d.name like '%.txt' or d.name like '%.htm' or d.name like '%html'"
        sql = (
            f"select i.source, i.path, d.number, d.source, d.name {OF_RUN}"
            f" and (d.reason = 'name_taken' or (d.reason is null and ({second}))) {_IN_ORDER}"
        )
        yield from map(tuple, self._base.execute(sql, {"run": run}))

    def owner(self, name: str) -> Owner | None:
        """The dump that has a name."""
        found = self._base.execute(
            "select i.id, n.number, i.source, i.path, coalesce(d.source, '') from names n"
            " join inputs i on i.id = n.input"
            " left join documents d on d.input = n.input and d.number = n.number where n.name = ?",
            (name_key(name),),
        ).fetchone()
        return Owner(*found) if found else None

    def take_name(self, name: str, file: int, number: int) -> None:
        """Give a name to a dump."""
        self._base.execute(
            "insert or replace into names (name, input, number) values (?, ?, ?)", (name_key(name), file, number)
        )

    def free_name(self, name: str, file: int, number: int) -> bool:
        """Free a name if this dump has it; returns whether it had it."""
        sql = "delete from names where name = ? and input = ? and number = ?"
        return self._base.execute(sql, (name_key(name), file, number)).rowcount > 0


def _files_of(row: sqlite3.Row) -> dict[str, str]:
    """The output files of a dump.  Raises DamagedRowError if they are not names in the output with a digest."""
    try:
        files = msgspec.json.decode(row["files"], type=dict[str, str])
    except (msgspec.DecodeError, TypeError) as error:
        raise DamagedRowError(f"the files of {row['source']!r}: {error}") from error
    outside = next((name for name in files if not is_inside(name)), None)
    if outside is not None:
        raise DamagedRowError(f"the files of {row['source']!r} are not all in the output: {outside!r}")
    return files


def unpacked(lines: bytes) -> list[str]:
    """The records of a dump, each a line of JSON.  Raises DamagedRowError if they are damaged."""
    try:
        return unpack_records(lines)
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, TypeError) as error:
        raise DamagedRowError(f"the records of a dump: {error}") from error


def _measures_of(source: str, measures: str | None) -> Measures:
    try:
        return msgspec.json.decode(measures or "", type=Measures)
    except msgspec.DecodeError as error:
        raise DamagedRowError(f"the measures of {source!r}: {error}") from error


def _dump_row(row: sqlite3.Row) -> DumpRow:
    return DumpRow(
        number=row["number"],
        source=row["source"],
        fingerprint=Fingerprint(row["config"], row["profiles"], row["raw"]),
        name=row["name"],
        files=_files_of(row),
        reject=Reject(row["source"], row["reason"], row["detail"] or "") if row["reason"] else None,
        counts=Counts(**{name: row[name] for name in _COUNTED}),
        seconds=row["seconds"],
        stale=row["stale"],
        run=row["run"],
        measures=_measures_of(row["source"], row["measures"]),
        filtered=row["filtered"],
        moving=bool(row["moving"]),
    )
