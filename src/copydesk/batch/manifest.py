"""The manifest, `.copydesk/manifest.sqlite`: what is in an output directory, and what it was made from.

    inputs      each file that was cleaned: its path, size, times and SHA-256, the number of its dumps (if it is known),
                and digests of the settings, of the profiles with the memory, and of the limits of `[keep]`
    documents   each dump of such a file: its records, its output and the fingerprint of that, or why it was rejected
    names       the output name of each dump; names that differ only in case are the same name
    runs        each run: its time, its version and its result
    shards      each file of many records, as it was written
    filtered    the file of filtered records, as it was written
    observed    the figures of each dump, for the history of its source (`manifest_history`)
    drifts      each source that has changed, and what has changed
    figures     what each run that finished did, in numbers (`run_figures`)

Each row has a checksum (`manifest_sums`).  A run checks all of them, and the structure of the database, when it opens
the manifest.  It removes rows that do not match, and cleans again what they described.

In `inputs`, `run` is the last run that had the file among its paths.  In `documents` it is the last run that changed
the output of the dump.  A dump is `stale` from the moment when its file is cleaned again until the dump itself is: 1 if
only profiles or the memory have changed, 2 if the file has changed, 3 if the settings or the program have changed.  A
file is `finished` when all its dumps have current rows.

In `documents`, `filtered` is the name of the limit below which the dump falls, or null if its records are published,
and `measures` is what decides this.  `moving` is 1 while its files are written or removed because of other limits: some
of its files may be missing then.  In `inputs`, `keep` is empty if not all dumps of the file were compared with the same
limits.

To publish a part, a run first saves in one transaction that the files are being cleaned.  Then it gives the staged
files their names.  Then it saves the dumps in a second transaction.  If the run dies in between, the next one publishes
the part again.

This module has the tables and the rows of files.  `manifest_dumps` has the rows of dumps, `manifest_totals` has sums
and the rows of runs.
"""

import errno
import logging
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal, TypeAlias

from copydesk.batch import manifest_sums
from copydesk.batch.messages import FileState
from copydesk.render.record import RecordError
from copydesk.store import is_inside

LOG: Final = logging.getLogger(__name__)

NAME: Final = "manifest.sqlite"

SCHEMA_VERSION: Final = 5
"""A manifest with another schema version is rebuilt: all dumps are cleaned again, outputs stay as they are."""

WITHOUT_HISTORY: Final = 3
WITHOUT_FIGURES: Final = 4
"""Schema versions without the tables of the history, and without the figures of runs.  A run adds them; other commands
read the manifest as it is."""

Listed: TypeAlias = Literal["shards", "filtered"]
"""The tables of files of many records."""

_TABLES: Final = """
create table inputs (
    id integer primary key, source text not null, path text not null, size integer not null, changed integer not null,
    seen integer not null, sha256 text not null, key text not null, profiles text not null, finished integer not null,
    run integer not null, count integer, keep text not null,
    unique (source, path)
);
create table documents (
    input integer not null, number integer not null, source text not null, config text not null,
    profiles text not null, raw text not null, name text not null,
    files text not null, reason text, detail text, seconds real not null, run integer not null,
    written integer not null, stale integer not null default 0, articles integer not null, teasers integer not null,
    boilerplate integer not null, edits integer not null, spacing integer not null, facts integer not null,
    measures text, filtered text, moving integer not null default 0, lines blob,
    primary key (input, number)
);
create index rejected on documents (reason) where reason is not null;
create index fresh on documents (input, number) where stale = 0;
create table names (name text primary key, input integer not null, number integer not null);
create table runs (
    id integer primary key, began real not null, ended real, version text not null, state text not null,
    result text not null
);
create table shards (name text primary key, size integer not null, changed integer not null, made_of text not null);
create table filtered (name text primary key, size integer not null, changed integer not null, made_of text not null);
"""

_HISTORY: Final = """
create table observed (
    id text primary key, source text not null, run integer, input integer not null, number integer not null,
    figures text not null, lines blob
);
create index history on observed (source, run, id);
create index waiting on observed (source) where run is null;
create index with_lines on observed (source) where lines is not null;
create table drifts (source text not null, run integer not null, found text not null, primary key (source, run));
"""

_FIGURES: Final = "create table figures (run integer primary key, found text not null);"

_SCRIPTS: Final[Mapping[int, str]] = {
    WITHOUT_HISTORY: _TABLES + manifest_sums.add(manifest_sums.OLD),
    WITHOUT_FIGURES: _HISTORY + manifest_sums.add(manifest_sums.OF_HISTORY),
    SCHEMA_VERSION: _FIGURES + manifest_sums.add(manifest_sums.OF_FIGURES),
}
"""The statements that make a manifest of each schema version from one of the version before it."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file that was cleaned, as the module's docstring explains it.

    `count` is the number of its dumps, or None if it is not known.  `keep` is a digest of the limits of `[keep]`.
    """

    id: int
    state: FileState
    key: str
    profiles: str
    finished: bool
    run: int
    count: int | None
    keep: str


class DamagedRowError(sqlite3.DatabaseError):
    """A row of the manifest that copydesk did not write like this; the message says what is wrong."""


class ManifestError(OSError):
    """The manifest can't be read or written; the message says where and why."""


@contextmanager
def manifest_errors(folder: Path) -> Iterator[None]:
    """Turn errors of the database into ManifestError, which names the database file in `folder`."""
    try:
        yield
    except sqlite3.OperationalError as error:  # a full disk, or another program has it open
        raise ManifestError(errno.EIO, f"the manifest can't be read or written: {error}", str(folder / NAME)) from error
    except (sqlite3.Error, UnicodeDecodeError, RecordError) as error:  # the database quotes damaged bytes
        what = "" if isinstance(error, UnicodeDecodeError) else f": {error}"
        detail = f"the manifest is damaged{what}; delete it, and all dumps are cleaned again"
        raise ManifestError(errno.EIO, detail, str(folder / NAME)) from error


def _script(since: int, version: int) -> str:
    """The statements that make a manifest of this version from one of the version `since`; 0 is an empty one."""
    return "".join(script for number, script in _SCRIPTS.items() if since < number <= version)


def _tables_of(base: sqlite3.Connection) -> list[tuple[str, str | None]]:
    return base.execute("select name, sql from sqlite_master where name not like 'sqlite_%' order by name").fetchall()


@cache
def _tables_of_new(version: int) -> list[tuple[str, str | None]]:
    """The tables of a manifest that is not damaged; none for an unknown schema version."""
    with closing(sqlite3.connect(":memory:")) as base:
        base.executescript(_script(0, version) if version in _SCRIPTS else "")
        return _tables_of(base)


class Manifest:
    """The open manifest in a folder.  If there is none, an empty one is made."""

    def __init__(self, folder: Path, *, rebuild: bool = False):
        """Open the manifest.

        With `rebuild`, it is checked: rows that do not match their checksums are removed.  If it has another schema
        version, it is replaced by an empty one; without `rebuild`, this raises ManifestError.  Raises a DatabaseError
        if more of it is damaged.
        """
        path = folder / NAME
        if path.is_symlink() or (path.exists() and not path.is_file()):  # SQLite would write to what a link leads to
            raise ManifestError(errno.EINVAL, "not a file: delete it, and all dumps are cleaned again", str(path))
        version = self._open(path)
        self.has_history = version != WITHOUT_HISTORY or rebuild
        self.has_figures = version not in (WITHOUT_HISTORY, WITHOUT_FIGURES) or rebuild
        if version not in _SCRIPTS and not rebuild:
            self.base.close()
            raise ManifestError(errno.EINVAL, "not a manifest that this version of copydesk can read", str(path))
        if version not in (0, *_SCRIPTS):
            self.base.close()
            for old in folder.glob(f"{NAME}*"):
                old.unlink()
            version = self._open(path)
        try:
            self._begin(version, is_checked=rebuild)
        except BaseException:
            self.base.close()
            raise

    def _begin(self, version: int, *, is_checked: bool) -> None:
        self.base.row_factory = sqlite3.Row
        self.base.execute("pragma journal_mode = wal")
        self.base.execute("pragma synchronous = normal")
        if version == 0:
            self._run_script(_script(0, SCHEMA_VERSION))
        elif is_checked:
            self.check_integrity()
            self._remove_damaged_rows()
            if version < SCHEMA_VERSION:
                self._run_script(_script(version, SCHEMA_VERSION))

    def _open(self, path: Path) -> int:
        """Connect to the database; returns its schema version: 0 for an empty one, -1 if it is none of copydesk."""
        self.base = sqlite3.connect(path, isolation_level=None)
        manifest_sums.connect(self.base)
        try:
            version = int(self.base.execute("pragma user_version").fetchone()[0])
            if version and _tables_of(self.base) != _tables_of_new(version):
                return -1
        except sqlite3.OperationalError:  # a full disk, or another program has it open
            self.base.close()
            raise
        except (sqlite3.DatabaseError, UnicodeDecodeError):  # not a database, or a damaged one
            return -1
        return version

    def _run_script(self, script: str) -> None:
        self.base.executescript(f"begin; {script} pragma user_version = {SCHEMA_VERSION}; commit;")

    def _remove_damaged_rows(self) -> None:
        damaged = manifest_sums.find(self.base)
        if not damaged:
            return
        number = sum(map(len, damaged.values()))
        LOG.warning(
            "%d rows of the manifest were damaged (in %s): what they described is cleaned again",
            number,
            ", ".join(damaged),
        )
        with self.transaction():
            manifest_sums.remove(self.base, damaged)

    def check(self) -> None:
        """Raise DamagedRowError if a row does not match its checksum, or if the database is damaged."""
        self.check_integrity()
        if self.base.execute("pragma user_version").fetchone()[0] in _SCRIPTS:
            for table, rows in manifest_sums.find(self.base).items():
                raise DamagedRowError(f"row {rows[0]} of the table {table!r} does not match its checksum")

    def check_types(self) -> None:
        """Raise DamagedRowError if a row has a value of another type than copydesk writes: a text for a number."""
        for table, rows in manifest_sums.find_other_types(self.base).items():
            raise DamagedRowError(f"row {rows[0]} of the table {table!r} has a value of another type")

    def close(self) -> None:
        """Close the database."""
        self.base.close()

    def copy_without_records(self, path: Path) -> None:
        """Copy the sound rows of the manifest at `path`, if it can be read, but not the records in them."""
        self.base.execute("attach ? as other", (str(path),))
        version = self.base.execute("pragma other.user_version").fetchone()[0]
        if version in _SCRIPTS:
            for table in ("inputs", "documents", "names", "runs"):
                columns = ", ".join(manifest_sums.COLUMNS[table])
                sound = manifest_sums.matches(table)
                self.base.execute(
                    f"insert into main.{table} ({columns}) select {columns} from other.{table} where {sound}"  # noqa: S608 - our own
                )
        self.base.execute("detach other")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Either all changes inside the block are saved, or, after an error, none of them."""
        self.base.execute("begin immediate")
        try:
            yield
            self.base.execute("commit")
        except BaseException:
            if self.base.in_transaction:  # after "disk full" it has already ended
                self.base.execute("rollback")
            raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All that is read inside the block is of the same moment, even if a run is writing the manifest."""
        self.base.execute("begin")
        try:
            yield
        finally:
            self.base.execute("rollback")

    def file(self, source: str, path: str) -> FileRow | None:
        """The row of a file."""
        row = self.base.execute("select * from inputs where source = ? and path = ?", (source, path)).fetchone()
        if row is None:
            return None
        state = FileState(row["size"], row["changed"], row["seen"], row["sha256"])
        own = {name: row[name] for name in ("id", "key", "profiles", "run", "count", "keep")}
        return FileRow(state=state, finished=bool(row["finished"]), **own)

    def files(self) -> Iterator[tuple[int, str, str]]:
        """(id, source, path) of every file, in order."""
        yield from map(tuple, self.base.execute("select id, source, path from inputs order by source, path"))

    def last_run(self, file: int) -> int:
        """The last run that had a file among its paths."""
        (run,) = self.base.execute("select run from inputs where id = ?", (file,)).fetchone()
        return int(run)

    def save_file(
        self, source: str, path: str, state: FileState, key: str, profiles: str, keep: str, *, finished: bool
    ) -> int:
        """Save a file as it was read, and whether it is finished; returns its id.

        `keep` is the digest of the limits with which its dumps are compared from now on.
        """
        digests = {"key": key, "profiles": profiles, "keep": keep}
        self.base.execute(
            "insert into inputs (source, path, size, changed, seen, sha256, key, profiles, keep, finished, run)"
            " values (:source, :path, :size, :changed, :seen, :sha256, :key, :profiles, :keep, :finished, 0)"
            " on conflict (source, path) do update set size = excluded.size, changed = excluded.changed,"
            " seen = excluded.seen, sha256 = excluded.sha256, key = excluded.key, profiles = excluded.profiles,"
            " keep = iif(keep = excluded.keep, keep, ''), finished = excluded.finished",
            {"source": source, "path": path, "finished": finished, **digests, **asdict(state)},
        )
        (found,) = self.base.execute("select id from inputs where source = ? and path = ?", (source, path)).fetchone()
        return int(found)

    def save_times(self, file: int, changed: int, seen: int) -> None:
        """Save the times of a file whose bytes have not changed."""
        self.base.execute("update inputs set changed = ?, seen = ? where id = ?", (changed, seen, file))

    def mark_used(self, files: Sequence[int], run: int) -> None:
        """Save that a run had these files among its paths."""
        with self.transaction():
            self.base.executemany("update inputs set run = ? where id = ?", [(run, file) for file in files])

    def delete_file(self, file: int) -> None:
        """Delete a file with its dumps and their names."""
        self.base.execute("delete from documents where input = ?", (file,))
        self.base.execute("delete from names where input = ?", (file,))
        self.base.execute("delete from inputs where id = ?", (file,))

    def clear_count(self, file: int) -> None:
        """Save that the number of a file's dumps is not known."""
        self.base.execute("update inputs set count = null where id = ?", (file,))

    def limit_count(self, file: int, count: int) -> None:
        """Save that a file has at most `count` dumps."""
        self.base.execute("update inputs set count = min(coalesce(count, ?1), ?1) where id = ?2", (count, file))

    def count_if_unfinished(self, file: int) -> int | None:
        """The number of dumps of an unfinished file; None if it is not known, or if the file is finished."""
        found = self.base.execute("select count from inputs where id = ? and not finished", (file,)).fetchone()
        return found[0] if found else None

    def finish(self, file: int) -> None:
        """Save that a file is finished."""
        self.base.execute("update inputs set finished = 1 where id = ?", (file,))

    def files_to_filter(self, run: int, keep: str) -> list[int]:
        """The ids of the files of a run of which not all dumps were compared with these limits."""
        found = self.base.execute("select id from inputs where run = ? and keep != ? order by id", (run, keep))
        return [file for (file,) in found]

    def save_keep(self, file: int, keep: str) -> None:
        """Save the digest of the limits with which all dumps of a file were compared; "" if that is not so."""
        self.base.execute("update inputs set keep = ? where id = ?", (keep, file))

    def check_integrity(self) -> None:
        """Raise DamagedRowError if tables and indexes of the database do not agree."""
        found = str(self.base.execute("pragma integrity_check(1)").fetchone()[0])
        if found != "ok":
            raise DamagedRowError(found)

    def shards(self, table: Listed = "shards") -> dict[str, tuple[int, int, str]]:
        """For each file in one of these tables, by its name: its size, its time of change, a digest of its records."""
        rows = self.base.execute(f"select * from {table}").fetchall()  # noqa: S608 - our own
        bad = next((row["name"] for row in rows if "/" in row["name"] or not is_inside(row["name"])), None)
        if bad is not None:
            raise DamagedRowError(f"{bad!r} is no file of records")
        return {row["name"]: (row["size"], row["changed"], row["made_of"]) for row in rows}

    def save_shards(self, shards: Mapping[str, tuple[int, int, str]], table: Listed = "shards") -> None:
        """Save that these are all the files in one of these tables."""
        with self.transaction():
            self.base.execute(f"delete from {table}")  # noqa: S608 - our own
            rows = [(name, *found) for name, found in shards.items()]
            self.base.executemany(f"insert into {table} (name, size, changed, made_of) values (?, ?, ?, ?)", rows)  # noqa: S608
