"""Reads an SQLite database that somebody else may have prepared."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

_READS: Final = frozenset((sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ))


class ForeignDatabaseError(sqlite3.DatabaseError):
    """A database that has other kinds of tables than expected."""


@contextmanager
def foreign_database(path: Path, longest: int) -> Iterator[sqlite3.Connection]:
    """A database of which tables can be read and nothing else can be done: it has no functions, views and triggers.

    A value of more than `longest` bytes is an error.  Nothing in the database or beside it is written.  Raises OSError
    if the file is no regular one.
    """
    if not path.is_file():  # SQLite would wait for a pipe
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as base:
        base.execute("pragma trusted_schema = off")
        base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, longest)
        base.set_authorizer(_may)
        yield base


def _may(action: int, _one: str | None, _other: str | None, _base: str | None, view: str | None) -> int:
    """Whether a statement may do this.  What a view would do could take for ever, or all memory."""
    return sqlite3.SQLITE_OK if action in _READS and view is None else sqlite3.SQLITE_DENY


def check_plain(base: sqlite3.Connection, table: str) -> None:
    """Raise ForeignDatabaseError if there is no such table, or it has no rows of its own but computes them."""
    found = base.execute("select type, sql from sqlite_master where name = ?", (table,)).fetchall()
    words = [(kind, str(sql).lower().split()[:2]) for kind, sql in found]
    if words != [("table", ["create", "table"])]:
        raise ForeignDatabaseError(f"it has no table `{table}`")
