"""Checksums of the rows in the manifest.

A bit that a disk has changed can leave a row that reads well but says something else: another number of dumps, another
fingerprint.  So each row has a checksum, in its column `sum`.  Triggers set it, so no statement can forget it.  It
shows mistakes of disks and programs.  It is no signature: who can write the manifest can also compute it.

`find` names the rows that do not match.  `remove` deletes them, so that the run cleans again what they described.
"""

import sqlite3
import zlib
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from copydesk.store import name_key

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "inputs": (
        *("id", "source", "path", "size", "changed", "seen", "sha256", "key", "profiles", "finished", "run", "count"),
        "keep",
    ),
    "documents": (
        *("input", "number", "source", "config", "profiles", "raw", "name", "files", "reason", "detail", "seconds"),
        *("run", "written", "stale", "articles", "teasers", "boilerplate", "edits", "spacing", "facts"),
        *("measures", "filtered", "moving"),
    ),
    "names": ("name", "input", "number"),
    "runs": ("id", "began", "ended", "version", "state", "result"),
    "shards": ("name", "size", "changed", "made_of"),
    "filtered": ("name", "size", "changed", "made_of"),
    "observed": ("id", "source", "run", "input", "number", "figures"),
    "drifts": ("source", "run", "found"),
    "figures": ("run", "found"),
}
"""The columns of each table that the checksum is made of.  That of a dump also has its records or lines, `lines`."""

TEXTS: Final = frozenset((
    *("source", "path", "sha256", "key", "profiles", "keep", "config", "raw", "name", "files", "reason", "detail"),
    *("measures", "filtered", "version", "state", "result", "made_of", "figures", "found", "observed.id"),
))  # fmt: skip
TIMES: Final = frozenset(("seconds", "began", "ended"))
UNKNOWN: Final = frozenset(("count", "reason", "detail", "measures", "filtered", "ended", "observed.run"))
"""Columns of texts, of seconds, and those that may have no value.  All others are whole numbers.

A name with a table is that of a column in this table only.
"""

OF_HISTORY: Final = ("observed", "drifts")
OF_FIGURES: Final = ("figures",)
OLD: Final = tuple(table for table in COLUMNS if table not in OF_HISTORY + OF_FIGURES)
"""The tables of the history, that of the figures of runs, and those that a manifest without these has."""

LARGE: Final = {"documents": "lines", "observed": "lines"}
"""A column of bytes, which is given to the checksum as it is: as a literal it would have twice its length."""


def _sum(table: str, row: str = "") -> str:
    """The checksum of a row as SQL; `row` is "new." in a trigger.  Literals differ if only the type differs."""
    literals = [f"quote({row}{column})" for column in COLUMNS[table]]
    large = ""
    if table in LARGE:
        literals.append(f"typeof({row}{LARGE[table]})")
        large = f", cast({row}{LARGE[table]} as blob)"
    joined = " || ',' || ".join(literals)
    return f"row_sum(cast({joined} as blob){large})"


def _add_sums(table: str) -> str:
    new, columns = _sum(table, "new."), ", ".join((*COLUMNS[table], *([LARGE[table]] if table in LARGE else [])))
    save = f'begin update {table} set "sum" = {new} where rowid = new.rowid; end;'  # noqa: S608 - our own
    return (
        f'alter table {table} add column "sum" integer;\n'
        f"create trigger {table}_added after insert on {table} {save}\n"
        f"create trigger {table}_changed after update of {columns} on {table} {save}\n"
    )


def add(tables: Iterable[str]) -> str:
    """The statements that add the columns and the triggers to these tables."""
    return "".join(map(_add_sums, tables))


Rows = Mapping[str, list[int]]
"""Row ids by table."""


def _row_sum(literals: bytes, large: bytes | None = None) -> int:
    found = zlib.crc32(literals)
    return found if large is None else zlib.crc32(large, found)


def connect(base: sqlite3.Connection) -> None:
    """Add the function that the triggers call."""
    base.create_function("row_sum", -1, _row_sum, deterministic=True)


def matches(table: str) -> str:
    """The SQL condition that a row of the table has its checksum, and values of the right types.

    SQLite takes any value for any column, and a manifest of somebody else may have other tables than ours.
    """
    return f'"sum" is {_sum(table)} and {_has_types(table)}'


def _has_types(table: str) -> str:
    """The SQL condition that a row of the table has values of the right types."""
    return " and ".join(f"typeof({column}) in ({_types(table, column)})" for column in COLUMNS[table])


def _types(table: str, column: str) -> str:
    """The names of the types that the values of a column may have, as SQL."""
    names = {column, f"{table}.{column}"}
    own = "'text'" if names & TEXTS else "'real', 'integer'" if names & TIMES else "'integer'"
    return f"{own}, 'null'" if names & UNKNOWN else own


def find(base: sqlite3.Connection) -> Rows:
    """The rows that do not match their checksums; empty if all do."""
    return _find(base, matches)


def find_other_types(base: sqlite3.Connection) -> Rows:
    """The rows that have a value of another type; empty if none has.

    It takes a small part of the time of `find`, because the records are not read.
    """
    return _find(base, _has_types)


def _find(base: sqlite3.Connection, condition: Callable[[str], str]) -> Rows:
    there = {name for (name,) in base.execute("select name from sqlite_master where type = 'table'")}
    found = {
        table: [row for (row,) in base.execute(f"select rowid from {table} where not ({condition(table)})")]  # noqa: S608
        for table in COLUMNS
        if table in there
    }
    return {table: rows for table, rows in found.items() if rows}


def remove(base: sqlite3.Connection, rows: Rows) -> None:
    """Delete these rows, and what can't be trusted without them.  Call it in a transaction.

    The run then cleans the dumps again that they described.  Outputs stay as they are.
    """
    for file in rows.get("inputs", ()):
        base.execute("delete from documents where input = ?", (file,))
        base.execute("delete from inputs where id = ?", (file,))
    for row in rows.get("documents", ()):
        found = base.execute("select input, number from documents where rowid = ?", (row,)).fetchone()
        if found is not None:
            base.execute("delete from documents where rowid = ?", (row,))
            base.execute("update inputs set finished = 0, count = null where id = ?", (found[0],))
    if rows.keys() & {"inputs", "documents", "names"}:
        _name_again(base)
    if "runs" in rows:
        _replace_runs(base, rows["runs"])
    for table in ("shards", "filtered"):
        if table in rows:
            base.execute(f"delete from {table}")  # noqa: S608 - our own; the files are written again
    for table in OF_HISTORY + OF_FIGURES:
        base.executemany(f"delete from {table} where rowid = ?", [(row,) for row in rows.get(table, ())])  # noqa: S608


def _name_again(base: sqlite3.Connection) -> None:
    """Fill the table of names from the dumps that have them."""
    named = base.execute("select name, input, number from documents where name != '' order by stale, input, number")
    rows = [(name_key(name), file, number) for name, file, number in named]
    base.execute("delete from names")
    base.executemany("insert or ignore into names (name, input, number) values (?, ?, ?)", rows)


def _replace_runs(base: sqlite3.Connection, rows: list[int]) -> None:
    """Replace rows of runs by one of a run that broke off.  Its number is the highest, so that no number returns."""
    base.executemany("delete from runs where id = ?", [(row,) for row in rows])
    base.execute(
        "insert into runs (id, began, version, state, result) select 1 + max(used), 0, '', 'broken', '' from"
        " (select max(id) as used from runs union all select max(run) from documents union all"
        " select max(run) from inputs union all select 0)"
    )
