"""Folders that an output is written to: on this machine, or in a store.

In both, a file is there as a whole or not at all.  A folder in a store is listed once, when a run begins; after that
its list is what the run itself has written.  Files are sent to a store side by side, so `settle` has to be called
before their names are relied on.
"""

import errno
import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path, PurePath
from typing import IO, Final, Protocol

from copydesk.files import Look, Place, Remote

AT_ONCE: Final = 16
"""Files that are sent to a store at the same time.  A store answers in some 30 ms, so one at a time would be slower
than cleaning is."""


CHUNK_BYTES: Final = 2**20
"""Bytes that are compared at a time."""


class Folder(Protocol):
    """A folder.  Names are paths below it, with "/".  All methods raise OSError if the folder can't be used."""

    def begin(self) -> None:
        """Get ready to write."""
        ...

    def prepare(self, names: Iterable[str]) -> None:
        """Make room for files of these names; changes no file."""
        ...

    def has(self, name: str) -> bool:
        """Whether there is such a file."""
        ...

    def is_same(self, name: str, staged: Path) -> bool:
        """Whether the file has the bytes of the staged one."""
        ...

    def put(self, name: str, staged: Path) -> None:
        """Move a staged file to this name."""
        ...

    def delete(self, name: str) -> None:
        """Remove a file, if it is there."""
        ...

    def prune(self, name: str) -> None:
        """Remove a file, if it is there, and the folders that it leaves empty."""
        ...

    def names(self) -> list[str]:
        """The names of the files that are not in a folder below this one."""
        ...

    def stamp(self, name: str) -> tuple[int, int]:
        """Size and time of a file, or what changes as they do."""
        ...

    def open(self, name: str) -> IO[bytes]:
        """The bytes of a file."""
        ...

    def settle(self) -> None:
        """Wait until everything is written."""
        ...

    def end(self) -> None:
        """Release what `begin` took."""
        ...


class LocalFolder:
    """A folder on this machine."""

    def __init__(self, path: Path):
        self._path = path

    def begin(self) -> None:
        """Do nothing."""

    def prepare(self, names: Iterable[str]) -> None:
        """Make the folders for these files.  Links in the output are not followed."""
        for name in names:
            link = self._link_above(name)
            if link:
                raise OSError(errno.EINVAL, "a link in the output, which is not followed", str(link))
            path = self._path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))

    def _link_above(self, name: str) -> PurePath | None:
        """The folder in the output that is a link and that this name leads through."""
        above = PurePath(name).parents[:-1]
        return next((folder for folder in above if (self._path / folder).is_symlink()), None)

    def has(self, name: str) -> bool:
        """Whether there is such a file."""
        return os.path.isfile(os.path.join(self._path, name))  # noqa: PTH113, PTH118 - for speed

    def is_same(self, name: str, staged: Path) -> bool:
        """Whether the file has the bytes of the staged one."""
        path = self._path / name
        if path.is_symlink():
            return False
        try:
            if path.stat().st_size != staged.stat().st_size:
                return False
            with path.open("rb") as there, staged.open("rb") as here:
                return _has_same_bytes(there, here)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return False

    def put(self, name: str, staged: Path) -> None:
        """Rename the staged file."""
        staged.replace(self._path / name)

    def delete(self, name: str) -> None:
        """Remove a file, if it is there.  What a link leads to is not removed."""
        if not self._link_above(name):
            (self._path / name).unlink(missing_ok=True)

    def prune(self, name: str) -> None:
        """Remove a file, if it is there, and the folders that it leaves empty.  Links are not followed."""
        if self._link_above(name):
            return
        path = self._path / name
        with suppress(FileNotFoundError, NotADirectoryError):
            path.unlink()
        for folder in path.relative_to(self._path).parents[:-1]:
            with suppress(OSError):  # it is not empty
                (self._path / folder).rmdir()

    def names(self) -> list[str]:
        """The files in the folder itself."""
        return sorted(path.name for path in self._path.iterdir() if path.is_file())

    def stamp(self, name: str) -> tuple[int, int]:
        """Size, and time of the last change in nanoseconds."""
        now = (self._path / name).stat()
        return now.st_size, now.st_mtime_ns

    def open(self, name: str) -> IO[bytes]:
        """The bytes of a file."""
        return (self._path / name).open("rb")

    def settle(self) -> None:
        """Do nothing: everything is written."""

    def end(self) -> None:
        """Do nothing."""


class RemoteFolder:
    """A folder in a store."""

    def __init__(self, remote: Remote):
        self._remote = remote
        self._base: sqlite3.Connection | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._coming: dict[str, Future[None]] = {}

    def begin(self) -> None:
        """List the folder, and check that it can be written to."""
        self._base = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._base.execute("create table files (name text primary key, size integer, version text, md5 text)")
        self._base.execute("begin")
        try:
            for name, seen in self._remote.find():
                self._note(name, seen)
        except FileNotFoundError:  # no file in it yet, or no such bucket: then writing fails
            pass
        self._base.execute("commit")
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="copydesk-store")

    def _list(self) -> sqlite3.Connection:
        if self._base is None:
            self.begin()
        if self._base is None:
            raise ValueError("the folder has ended")
        return self._base

    def _note(self, name: str, seen: Look) -> None:
        row = (name, seen.size, seen.version, seen.md5)
        self._list().execute("insert or replace into files values (?, ?, ?, ?)", row)

    def _seen(self, name: str) -> Look | None:
        self._wait(name)
        sql = "select size, version, md5 from files where name = ?"
        row = self._list().execute(sql, (name,)).fetchone()
        return Look(row[0], 0, row[1], row[2]) if row else None

    def prepare(self, names: Iterable[str]) -> None:
        """Do nothing: a store has no folders."""

    def has(self, name: str) -> bool:
        """Whether there was such a file when the run began, or the run has written it."""
        return self._seen(name) is not None

    def is_same(self, name: str, staged: Path) -> bool:
        """Whether the file has the bytes of the staged one: by its size and MD5; if these do not say so, by reading."""
        seen = self._seen(name)
        if seen is None or seen.size != staged.stat().st_size:
            return False
        with staged.open("rb") as here:
            if seen.md5 and hashlib.file_digest(here, _md5).hexdigest() == seen.md5:
                return True
            here.seek(0)
            try:
                if seen.size <= CHUNK_BYTES:
                    return (self._remote / name).read_bytes() == here.read()
                with (self._remote / name).open("rb") as there:
                    return _has_same_bytes(there, here)
            except FileNotFoundError:
                return False

    def put(self, name: str, staged: Path) -> None:
        """Begin to send a file; when it is there, the staged file is removed."""
        self._wait(name)
        self._note(name, Look(staged.stat().st_size))
        self._begin(name, lambda: self._send(name, staged))

    def _send(self, name: str, staged: Path) -> None:
        (self._remote / name).write(staged)
        staged.unlink()

    def delete(self, name: str) -> None:
        """Begin to remove a file, if it is there."""
        if self._seen(name) is not None:
            self._list().execute("delete from files where name = ?", (name,))
            self._begin(name, (self._remote / name).delete)

    def prune(self, name: str) -> None:
        """Begin to remove a file, if it is there: a store has no folders that could be empty."""
        self.delete(name)

    def _begin(self, name: str, act: Callable[[], None]) -> None:
        if self._pool is None:
            act()
        else:
            self._coming[name] = self._pool.submit(act)

    def _wait(self, name: str) -> None:
        coming = self._coming.pop(name, None)
        if coming:
            coming.result()

    def names(self) -> list[str]:
        """The files in the folder itself."""
        rows = self._list().execute("select name from files where instr(name, '/') = 0 order by name")
        return [name for (name,) in rows]

    def stamp(self, name: str) -> tuple[int, int]:
        """Size, and a number that changes with the version."""
        self._wait(name)
        now = (self._remote / name).look()
        return now.size, int(now.version[:15] or "0", 16)

    def open(self, name: str) -> IO[bytes]:
        """The bytes of a file."""
        self._wait(name)
        return (self._remote / name).open("rb")

    def settle(self) -> None:
        """Wait until everything is written.  Raises the first error."""
        coming, self._coming = self._coming, {}
        errors = [error for each in coming.values() if (error := each.exception())]
        if errors:
            raise errors[0]

    def end(self) -> None:
        """Wait for what is being written, and forget the list."""
        if self._pool:
            self._pool.shutdown()
        if self._base:
            self._base.close()
        self._coming = {}
        self._pool = self._base = None


def _md5() -> "hashlib._Hash":
    return hashlib.md5(usedforsecurity=False)


def _has_same_bytes(one: IO[bytes], other: IO[bytes]) -> bool:
    while data := one.read(CHUNK_BYTES):
        if data != other.read(CHUNK_BYTES):
            return False
    return not other.read(1)


def folder(where: Place) -> Folder:
    """The folder at a place."""
    return RemoteFolder(where) if isinstance(where, Remote) else LocalFolder(where)
