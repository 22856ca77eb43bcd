"""Databases of SQLite in which a command puts what is too much for memory."""

import errno
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def database_errors() -> Iterator[None]:
    """Turn an error of SQLite, such as a full disk, into an OSError that names the folder of temporary files."""
    try:
        yield
    except sqlite3.OperationalError as error:
        said = f"{error}: the temporary database can't be written; TMPDIR names another folder"
        raise OSError(errno.EIO, said, tempfile.gettempdir()) from error
