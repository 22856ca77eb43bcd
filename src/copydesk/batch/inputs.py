"""Finds the files to clean: those that paths, folders and patterns name, in one fixed order."""

import errno
import glob
import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

from copydesk import files
from copydesk.document import Reject
from copydesk.files import Look, Place, Remote


class InputError(ValueError):
    """Paths that can't be cleaned; the message says why."""


@dataclass(frozen=True, slots=True)
class Input:
    """A file to clean: its absolute path or its address, and its source in records.

    `seen` is what a store has said of a remote file.
    """

    file: str
    source: str
    seen: Look | None = None

    @property
    def path(self) -> Place:
        """The place of the file."""
        return files.place(self.file)


class Inputs:
    """Files in the order in which they are cleaned: by source, then by path.  A file that is named twice is in it once.

    There may be millions, so they are in a temporary database, which is deleted when it is closed.
    """

    def __init__(self, found: Iterable[Input]):
        """Store the files that were found.  Raises OSError if there is no room for them."""
        self._base = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        try:
            self._base.execute(
                "create table inputs (source text, file blob, size integer, version text, primary key (source, file))"
                " without rowid"
            )
            self._base.execute("begin")
            self._base.executemany("insert or ignore into inputs values (?, ?, ?, ?)", map(_row, found))
            again = "select source from inputs group by source having count(*) > 1"
            for (source,) in self._base.execute(again).fetchall():
                self._once(source)
            self._base.execute("commit")
        except sqlite3.Error as error:
            raise OSError(errno.ENOSPC, f"the list of files can't be stored: {error}", tempfile.gettempdir()) from error
        self._count = int(self._base.execute("select count(*) from inputs").fetchone()[0])

    def _once(self, source: str) -> None:
        """If several paths with this source lead to the same file, keep only the first path."""
        seen: set[Place] = set()
        sql = "select file from inputs where source = ? order by file"
        for (file,) in self._base.execute(sql, (source,)).fetchall():
            own = files.place(os.fsdecode(file))
            real = own.resolve() if isinstance(own, Path) else own
            if real in seen:
                self._base.execute("delete from inputs where source = ? and file = ?", (source, file))
            seen.add(real)

    def __iter__(self) -> Iterator[Input]:
        sql = "select source, file, size, version from inputs order by source, file"
        for source, file, size, version in self._base.execute(sql):
            yield Input(os.fsdecode(file), source, None if size is None else Look(size, 0, version))

    def __len__(self) -> int:
        return self._count

    def holds(self, source: str, file: str) -> bool:
        """Whether this file is one of them."""
        sql = "select 1 from inputs where source = ? and file = ?"
        return self._base.execute(sql, (source, os.fsencode(file))).fetchone() is not None


def _row(one: Input) -> tuple[str, bytes, int | None, str | None]:
    seen = one.seen
    return one.source, os.fsencode(one.file), seen.size if seen else None, seen.version if seen else None


@dataclass(frozen=True, slots=True)
class Plan:
    """The files to clean, and rejects for entries of folders that are not readable files."""

    inputs: Inputs
    rejects: tuple[Reject, ...]


def plan(paths: Sequence[str | Path], output: Place | None = None) -> Plan:
    """The plan for `paths`: all files that they name, and all files in the directories that they name.

    A path may be an address: `s3://`, `gs://`, `az://`, `memory://` and `hf://` name a file, a folder or a pattern,
    `https://` a file.

    Hidden files and the files in `output` are left out.  The source of a file is its path below the directory, with
    "/" on every system; if the file itself was named, its source is its name.

    Raises InputError if a path does not exist or if there is no file at all, PlaceError if an address can't be used,
    and OSError if there is no room for the list or a store does not answer.
    """
    rejects: set[Reject] = set()
    places = [files.place(path) for path in paths]

    def inputs() -> Iterator[Input]:
        for one in chain.from_iterable(_named(path, output) for path in chain.from_iterable(map(_matching, places))):
            if isinstance(one, Input):
                yield one
            else:
                rejects.add(one)

    found = Inputs(inputs())
    if not found and not rejects:
        raise InputError(f"no dumps in {', '.join(map(str, paths))}")
    return Plan(found, tuple(sorted(rejects, key=astuple)))


def _named(given: Place, output: Place | None) -> Iterator[Input | Reject]:
    """The files that a path or an address names."""
    if isinstance(given, Remote):
        yield from _remote(given, output if isinstance(output, Remote) else None)
        return
    if isinstance(output, Remote):
        output = None
    path = Path(os.path.abspath(given))  # noqa: PTH100 - pathlib keeps ".."
    if output and path.resolve() == output.resolve():
        raise InputError(f"{given} is the output directory: its own output would be cleaned")
    if path.is_dir():
        yield from _below(path, output.resolve() if output else None)
    elif path.is_file():
        yield Input(str(path), _readable(path.name))
    elif path.exists():
        yield Reject(
            _readable(path.name), "unreadable", "not a regular file; to clean a stream, use - and standard input"
        )
    else:
        raise InputError(f"no such file or directory: {given}")


def _remote(given: Remote, output: Remote | None) -> Iterator[Input | Reject]:
    """The files that an address names, in a store that is asked for a whole folder at once."""
    try:
        info = given.info()
    except FileNotFoundError as error:
        raise InputError(f"no such file or folder: {given}") from error
    if given.scheme in files.WEB or info.get("type") != "directory":
        query = urlsplit(given.url).query if given.scheme in files.WEB else ""
        yield Input(str(given), _readable(f"{given.name}?{query}" if query else given.name), given.look())
        return
    if output and output.path().rstrip("/") == given.path().rstrip("/") and output.scheme == given.scheme:
        raise InputError(f"{given} is the output folder: its own output would be cleaned")
    for below, seen in given.find():
        one = given / below
        is_output = output is not None and one.url.startswith(output.url.rstrip("/") + "/")
        if not is_output and not any(part.startswith(".") for part in below.split("/")):
            yield Input(str(one), _readable(below), seen)


def _matching(path: Place) -> Sequence[Place]:
    """The paths that match a pattern (with *, ? or [), in order; the path itself if it exists or is not a pattern."""
    if isinstance(path, Remote):
        has_pattern = path.scheme not in files.WEB and glob.has_magic(path.url) and not path.exists()
        return (path.glob() or [path]) if has_pattern else [path]
    if path.exists() or not glob.has_magic(str(path)):
        return [path]
    found = glob.glob(str(path), recursive=True)  # noqa: PTH207 - a path has one only below a folder
    return sorted(map(Path, found)) or [path]


def _below(
    folder: Path, output: Path | None, prefix: str = "", above: tuple[Path, ...] = ()
) -> Iterator[Input | Reject]:
    real = folder.resolve()
    if real == output and above:
        return
    if real in above:
        yield Reject(prefix.rstrip("/"), "symlink_loop", f"a link that leads back to {real}")
        return
    try:
        entries = os.scandir(folder)
    except OSError as error:
        yield Reject(prefix.rstrip("/") or folder.name, "unreadable", str(error.strerror))
        return
    with entries:
        for entry in entries:
            if not entry.name.startswith("."):
                yield from _entry(entry, output, prefix, (*above, real))


def _entry(
    entry: "os.DirEntry[str]", output: Path | None, prefix: str, above: tuple[Path, ...]
) -> Iterator[Input | Reject]:
    source = prefix + _readable(entry.name)
    try:
        if entry.is_dir():
            yield from _below(Path(entry.path), output, source + "/", above)
        elif entry.is_file():
            yield Input(entry.path, source)
        else:
            what = "a link that leads nowhere" if entry.is_symlink() else "neither a file nor a directory"
            yield Reject(source, "unreadable", what)
    except OSError as error:  # links that lead to each other
        yield Reject(source, "symlink_loop" if entry.is_symlink() else "unreadable", str(error.strerror))


def _readable(name: str) -> str:
    """A file's name as text.  Bytes that are not UTF-8 are escaped, and so is "#", which separates names of records."""
    return os.fsencode(name).decode("utf-8", "backslashreplace").replace("#", "%23")
