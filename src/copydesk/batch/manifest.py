"""What an output directory holds and what it was made from: `.copydesk/manifest.sqlite`.

    inputs      a file that was cleaned: path, size, times, SHA-256, the number of its dumps where that is known, and
                the key of what was made of it
    documents   a dump of such a file: what its output was made of, and what it is; or why it was rejected
    names       whose each output is, by its name without case
    runs        when, by which version, with what result
    shards      files of many records, as they were written

`run` is the last run that looked at a file or changed a dump's output; a dump is `stale` while its file is cleaned
anew: 1 where only profiles are others, 2 where the file is, 3 where what is made of any dump is.  A file is `finished`
once all its dumps are entered, in whatever order they came.

A part is entered when its files have their names, in one transaction; one before says that its files are at work.
Whoever comes after one that died in between takes the part up again.
"""

import errno
import hashlib
import json
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final

from copydesk.batch.protocol import Made, State, unpacked
from copydesk.batch.tally import Tally
from copydesk.document import Reject

NAME: Final = "manifest.sqlite"
FORM: Final = 2
"""Of the tables; one of another form is begun anew, which costs a cleaning and no output."""

FRESH: Final = 0
OTHER_PROFILES: Final = 1
OTHER_FILE: Final = 2
OTHER: Final = 3
"""How a dump is stale."""

REST: Final = -1
"""The number under which it is entered that the rest of a file is rejected: no dump has it."""

LAST: Final = 2**62
"""Beyond the number of any dump."""

_TABLES: Final = """
create table inputs (
    id integer primary key, source text not null, path text not null, size integer not null, changed integer not null,
    seen integer not null, sha256 text not null, key text not null, profiles text not null, finished integer not null,
    run integer not null, count integer,
    unique (source, path)
);
create table documents (
    input integer not null, number integer not null, source text not null, config text not null,
    profiles text not null, raw text not null, name text not null,
    files text not null, reason text, detail text, seconds real not null, run integer not null,
    written integer not null, stale integer not null default 0, articles integer not null, teasers integer not null,
    boilerplate integer not null, edits integer not null, spacing integer not null, facts integer not null, lines blob,
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
"""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a file: its row, its state, the keys, and whether all of it was cleaned.

    `run` is the last run that looked at it; `count` says how many dumps it holds, None where that is not known.
    """

    id: int
    state: State
    key: str
    profiles: str
    finished: bool
    run: int
    count: int | None


@dataclass(frozen=True, slots=True)
class Document:
    """A dump's row: `files` are the names of its output's, with SHA-256; `stale` and `run` as in the table."""

    number: int
    source: str
    made: Made
    name: str
    files: Mapping[str, str]
    reject: Reject | None
    tally: Tally
    seconds: float
    stale: int = FRESH
    run: int = 0


@dataclass(frozen=True, slots=True)
class Ran:
    """A run's row: `began` and `ended` in seconds since 1970; `state` is running, finished or broken."""

    number: int
    began: float
    ended: float | None
    version: str
    state: str
    result: str


class ManifestError(OSError):
    """The manifest can't be read or written; the message says where and why."""


@contextmanager
def as_output(folder: Path) -> Iterator[None]:
    """Tell errors of the database as those of the output that they are."""
    try:
        yield
    except sqlite3.Error as error:
        raise ManifestError(errno.EIO, f"the manifest can't be read or written: {error}", str(folder / NAME)) from error


class Manifest:
    """The manifest in a folder, open; made where there is none."""

    def __init__(self, folder: Path, *, anew: bool = False):
        """Open it.  Raises ManifestError where it is broken or of another form, unless it may be begun `anew`."""
        path = folder / NAME
        self._base = sqlite3.connect(path, isolation_level=None)
        try:
            form = self._base.execute("pragma user_version").fetchone()[0]
        except sqlite3.OperationalError:  # a full disk, or somebody has it open
            self._base.close()
            raise
        except sqlite3.DatabaseError:  # no database, or a broken one
            form = -1
        if form != FORM and not anew:
            self._base.close()
            raise ManifestError(errno.EINVAL, "no manifest that this version can read", str(path))
        if form not in (0, FORM):
            self._base.close()
            for old in folder.glob(f"{NAME}*"):
                old.unlink()
            self._base = sqlite3.connect(path, isolation_level=None)
            form = 0
        self._base.execute("pragma journal_mode = wal")
        self._base.execute("pragma synchronous = normal")
        if form == 0:
            self._base.executescript(f"begin; {_TABLES} pragma user_version = {FORM}; commit;")

    def close(self) -> None:
        """Close it."""
        self._base.close()

    @contextmanager
    def change(self) -> Iterator[None]:
        """A transaction: all of what is entered inside counts, or none."""
        self._base.execute("begin immediate")
        try:
            yield
            self._base.execute("commit")
        except BaseException:
            if self._base.in_transaction:  # a full disk has ended it already
                self._base.execute("rollback")
            raise

    def known(self, source: str, path: str) -> Known | None:
        """What is known of a file."""
        row = self._base.execute(
            "select id, size, changed, seen, sha256, key, profiles, finished, run, count from inputs"
            " where source = ? and path = ?",
            (source, path),
        ).fetchone()
        return row and Known(row[0], State(*row[1:5]), row[5], row[6], bool(row[7]), row[8], row[9])

    def inputs(self) -> Iterator[tuple[int, str, str]]:
        """(id, source, path) of every file that is known, in order."""
        yield from self._base.execute("select id, source, path from inputs order by source, path")

    def keep_input(self, source: str, path: str, state: State, key: str, profiles: str, *, finished: bool) -> int:
        """Enter a file as it is read, and whether it is done; its row's id."""
        self._base.execute(
            "insert into inputs (source, path, size, changed, seen, sha256, key, profiles, finished, run)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, 0) on conflict (source, path) do update set size = excluded.size,"
            " changed = excluded.changed, seen = excluded.seen, sha256 = excluded.sha256, key = excluded.key,"
            " profiles = excluded.profiles, finished = excluded.finished",
            (source, path, state.size, state.changed, state.seen, state.sha256, key, profiles, finished),
        )
        (row,) = self._base.execute("select id from inputs where source = ? and path = ?", (source, path)).fetchone()
        return int(row)

    def see_again(self, row: int, changed: int, seen: int) -> None:
        """Enter that a file was seen to be the same, though its time of change may be another."""
        self._base.execute("update inputs set changed = ?, seen = ? where id = ?", (changed, seen, row))

    def look_at(self, rows: Sequence[int], run: int) -> None:
        """Enter that a run looks at these files."""
        with self.change():
            self._base.executemany("update inputs set run = ? where id = ?", [(run, row) for row in rows])

    def forget_input(self, row: int) -> None:
        """Take out a file and all that belongs to it."""
        self._base.execute("delete from documents where input = ?", (row,))
        self._base.execute("delete from names where input = ?", (row,))
        self._base.execute("delete from inputs where id = ?", (row,))

    def documents(self, row: int, start: int = 0, stop: int | None = None) -> Iterator[Document]:
        """A file's dumps from number `start` to before `stop`, in order."""
        found = self._base.execute(
            f"{_DOCUMENT} where input = ? and number >= ? and number < ? order by number",
            (row, start, LAST if stop is None else stop),
        )
        yield from map(_document, found)

    def document(self, row: int, number: int) -> Document | None:
        """One dump of a file."""
        found = self._base.execute(f"{_DOCUMENT} where input = ? and number = ?", (row, number)).fetchone()
        return _document(found) if found else None

    def outdate(self, row: int, stale: int) -> None:
        """Let all dumps of a file be so stale at least: it is cleaned anew."""
        self._base.execute("update documents set stale = max(stale, ?) where input = ?", (stale, row))

    def uncount(self, row: int) -> None:
        """Let it be unknown how many dumps a file holds."""
        self._base.execute("update inputs set count = null where id = ?", (row,))

    def ends(self, row: int, count: int) -> None:
        """Enter that a file holds so many dumps at most."""
        self._base.execute("update inputs set count = min(coalesce(count, ?1), ?1) where id = ?2", (count, row))

    def count_if_unfinished(self, row: int) -> int | None:
        """How many dumps a file holds that is not finished; None for another, and where that is not known."""
        found = self._base.execute("select count from inputs where id = ? and not finished", (row,)).fetchone()
        return found[0] if found else None

    def first_missing(self, row: int, start: int = 0) -> int:
        """The number, from `start` on, of a file's first dump that is not entered."""
        sql = "select number from documents where input = ? and stale = 0 and number >= ? order by number"
        for (number,) in self._base.execute(sql, (row, start)):
            if number != start:
                break
            start += 1
        return start

    def next_number(self, row: int) -> int:
        """The number after the last one that a dump of a file has, or had."""
        (last,) = self._base.execute("select max(number) from documents where input = ?", (row,)).fetchone()
        return 0 if last is None else last + 1

    def broken_off(self, reasons: Sequence[str]) -> frozenset[int]:
        """The files which could not be read to their end for one of these reasons."""
        marks = ", ".join("?" * len(reasons))
        found = self._base.execute(
            "select i.id from documents d join inputs i on i.id = d.input"  # noqa: S608 - question marks only
            f" where d.reason in ({marks}) and d.source = i.source",
            reasons,
        )
        return frozenset(row for (row,) in found)

    def finish(self, row: int) -> None:
        """Enter that a file is finished."""
        self._base.execute("update inputs set finished = 1 where id = ?", (row,))

    def unfinished(self, run: int) -> list[tuple[str, str, int, int]]:
        """(source, path) of the run's files of which dumps are missing, but those whose rest is rejected.

        With them come two numbers that change as long as a run gets on: dumps that are entered, and the file's count.
        """
        found = self._base.execute(
            "select source, path, (select count(*) from documents where input = i.id and stale = 0),"
            " coalesce(count, -1) from inputs i where run = ? and not finished and not exists"
            " (select 1 from documents where input = i.id and number = ? and stale = 0)",
            (run, REST),
        )
        return found.fetchall()

    def distrust(self, row: int, number: int) -> None:
        """Let what is known of a dump count for nothing, so that it is cleaned again."""
        self._base.execute("update documents set stale = ? where input = ? and number = ?", (OTHER, row, number))
        self._base.execute("update inputs set finished = 0 where id = ?", (row,))

    def renew(self, row: int, number: int, profiles: str) -> None:
        """Let a dump be as it was, with these profiles as with those before."""
        sql = "update documents set stale = ?, profiles = ? where input = ? and number = ?"
        self._base.execute(sql, (FRESH, profiles, row, number))

    def keep_document(self, row: int, document: Document, lines: bytes | None, run: int, *, written: bool) -> None:
        """Enter a dump; `lines` are its records for the shards, gzipped."""
        reject, found = document.reject, document.tally
        self._base.execute(
            "insert or replace into documents values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                row, document.number, document.source, *astuple(document.made), document.name,
                json.dumps(dict(document.files)), reject and reject.reason, reject and reject.detail,
                document.seconds, run, written, document.stale, found.articles, found.teasers, found.boilerplate,
                found.edits, found.spacing, found.facts, lines,
            ),
        )  # fmt: skip

    def forget_document(self, row: int, number: int) -> None:
        """Take out a dump."""
        self._base.execute("delete from documents where input = ? and number = ?", (row, number))

    def last_change(self, row: int, number: int, lines: bytes | None) -> int | None:
        """The run that changed the dump's output last, where it has these records already."""
        sql = "select run from documents where input = ? and number = ? and lines is ?"
        found = self._base.execute(sql, (row, number, lines)).fetchone()
        return int(found[0]) if found else None

    def records(self, run: int) -> Iterator[list[str]]:
        """The records of each dump of the run's files, each a line of JSON, in order."""
        for (lines,) in self._base.execute(f"select d.lines {_OF_RUN} and d.lines is not null {_IN_ORDER}", (run,)):
            yield unpacked(lines)

    def fingerprint(self, run: int) -> str:
        """A digest that is another when one of these records is."""
        found = hashlib.sha256()
        for row in self._base.execute(
            f"select i.id, d.number, d.run {_OF_RUN} and d.lines is not null {_IN_ORDER}", (run,)
        ):
            found.update(repr(row).encode())
        return found.hexdigest()

    def rejects(self, run: int) -> Iterator[Reject]:
        """The rejects of the run's files in order."""
        for row in self._base.execute(
            f"select d.source, d.reason, d.detail {_OF_RUN} and d.reason is not null {_IN_ORDER}", (run,)
        ):
            yield self._named(Reject(*row))

    def _named(self, reject: Reject) -> Reject:
        """The reject as it is written: with whose the name is that it lost."""
        if reject.reason != "name_taken":
            return reject
        found = self._base.execute(
            "select d.source from names n join documents d on d.input = n.input and d.number = n.number"
            " where n.name = ?",
            (reject.detail.casefold(),),
        ).fetchone()
        owner = f"that of {found[0]!r}, which comes before it" if found else "another's"
        return Reject(reject.source, reject.reason, f"its output {reject.detail!r} is {owner}")

    def lost_names(self, run: int) -> Iterator[tuple[str, str, int, str]]:
        """(source, path, number, name) of the run's dumps that lost a name, in order."""
        yield from self._base.execute(
            f"select i.source, i.path, d.number, d.detail {_OF_RUN} and d.reason = 'name_taken' {_IN_ORDER}", (run,)
        )

    def tally(self, run: int) -> Tally:
        """What the run's files came to."""
        row = self._base.execute(
            "select coalesce(sum(d.run = :run and d.written and d.reason is null), 0),"
            " coalesce(sum(not (d.run = :run and d.written) and d.reason is null), 0),"
            f" coalesce(sum(d.reason is not null), 0), {_FOUND} {_OF_RUN.replace('?', ':run')}",
            {"run": run},
        ).fetchone()
        return Tally(*row)

    def tally_of(self, row: int) -> Tally:
        """What a file came to that is as it was."""
        results = "0, coalesce(sum(reason is null), 0), coalesce(sum(reason is not null), 0)"
        sql = f"select {results}, {_FOUND} from documents where input = ?"  # noqa: S608 - our own
        return Tally(*self._base.execute(sql, (row,)).fetchone())

    def slowest(self, run: int, most: int) -> list[tuple[str, float]]:
        """(source, seconds) of the dumps that the run took longest for."""
        sql = "select source, seconds from documents where run = ? order by seconds desc, source limit ?"
        return self._base.execute(sql, (run, most)).fetchall()

    def reasons(self, run: int) -> dict[str, int]:
        """How many of the run's dumps were rejected, by reason."""
        return dict(
            self._base.execute(f"select d.reason, count(*) {_OF_RUN} and d.reason is not null group by 1", (run,))
        )

    def all_reasons(self) -> dict[str, int]:
        """How many dumps are rejected, by reason, the commonest first."""
        sql = "select reason, count(*) from documents where reason is not null group by 1 order by 2 desc, 1"
        return dict(self._base.execute(sql))

    def counts(self) -> tuple[int, int, Tally]:
        """How many files and dumps are known, and what they came to."""
        ((files,),) = self._base.execute("select count(*) from inputs").fetchall()
        results = "count(*), 0, coalesce(sum(reason is null), 0), coalesce(sum(reason is not null), 0)"
        row = self._base.execute(f"select {results}, {_FOUND} from documents").fetchone()  # noqa: S608 - our own
        return files, row[0], Tally(*row[1:])

    def owner(self, name: str) -> tuple[int, int, str, str] | None:
        """Whose a name is: the file's row, the dump's number, the file's source and path."""
        found: tuple[int, int, str, str] | None = self._base.execute(
            "select i.id, n.number, i.source, i.path from names n join inputs i on i.id = n.input where n.name = ?",
            (name.casefold(),),
        ).fetchone()
        return found

    def own(self, name: str, row: int, number: int) -> None:
        """Give a name to a dump."""
        self._base.execute("insert or replace into names values (?, ?, ?)", (name.casefold(), row, number))

    def disown(self, name: str, row: int, number: int) -> bool:
        """Free a name where it is the dump's; whether it was."""
        sql = "delete from names where name = ? and input = ? and number = ?"
        return self._base.execute(sql, (name.casefold(), row, number)).rowcount > 0

    def begin(self, version: str) -> int:
        """Enter a run that begins; those that never ended are broken."""
        self._base.execute("update runs set state = 'broken' where state = 'running'")
        found = self._base.execute(
            "insert into runs (began, version, state, result) values (?, ?, 'running', '')", (time.time(), version)
        )
        return int(found.lastrowid or 0)

    def end(self, run: int, state: str, result: str) -> None:
        """Enter how a run ended."""
        sql = "update runs set ended = ?, state = ?, result = ? where id = ?"
        self._base.execute(sql, (time.time(), state, result, run))

    def runs(self, most: int) -> list[Ran]:
        """The last runs, the newest first."""
        rows = self._base.execute(
            "select id, began, ended, version, state, result from runs order by id desc limit ?", (most,)
        )
        return [Ran(*row) for row in rows]

    def last_finished(self) -> tuple[int, str]:
        """The last run that came to its end, and what it came to; 0 and nothing where none did."""
        sql = "select id, result from runs where state = 'finished' order by id desc limit 1"
        return self._base.execute(sql).fetchone() or (0, "")

    def shards(self) -> dict[str, tuple[int, int, str]]:
        """Size, time of change, and what it is made of (a digest), of each shard as it was written, by its name."""
        return {name: (size, changed, of) for name, size, changed, of in self._base.execute("select * from shards")}

    def keep_shards(self, shards: Mapping[str, tuple[int, int, str]]) -> None:
        """Enter the shards; none but these are there."""
        with self.change():
            self._base.execute("delete from shards")
            rows = [(name, *found) for name, found in shards.items()]
            self._base.executemany("insert into shards values (?, ?, ?, ?)", rows)


_DOCUMENT: Final = (
    "select number, source, config, profiles, raw, name, files, reason, detail, seconds, stale, run, articles,"
    " teasers, boilerplate, edits, spacing, facts from documents"
)
_FOUND: Final = ", ".join(
    f"coalesce(sum({name}), 0)" for name in ("articles", "teasers", "boilerplate", "edits", "spacing", "facts")
)
_OF_RUN: Final = "from documents d join inputs i on i.id = d.input where i.run = ?"
_IN_ORDER: Final = "order by i.source, i.path, d.number"


def _document(
    row: tuple[
        int, str, str, str, str, str, str, str | None, str | None, float, int, int, int, int, int, int, int, int
    ],
) -> Document:
    number, source, config, profiles, raw, name, files, reason, detail, seconds, stale, run, *counts = row
    reject = Reject(source, reason, detail or "") if reason else None
    tally = Tally(0, 0, 0, *counts)
    return Document(
        number, source, Made(config, profiles, raw), name, json.loads(files), reject, tally, seconds, stale, run
    )
