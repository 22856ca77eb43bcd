"""Finds the files to clean: those that paths, folders and patterns name, in one fixed order."""

import errno
import fnmatch
import glob
import os
import re
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from itertools import chain
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from copydesk import files
from copydesk.document import Reject
from copydesk.files import Look, Place, Remote

EXCLUDED: Final = "excluded by [inputs] exclude"

MAX_LINKS: Final = 40
"""Links that a path may lead through, as in Linux."""

_DESCRIPTOR = re.compile(r"/(?:dev/fd|proc/(?:self|thread-self|\d+)(?:/task/\d+)?/fd)/\d+")


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
class LeftOut:
    """A file or folder below a folder that is not cleaned, and why."""

    source: str
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The files to clean, rejects for entries of folders that are not readable files, and what is left out."""

    inputs: Inputs
    rejects: tuple[Reject, ...]
    left_out: tuple[LeftOut, ...] = ()


class _Excluded:
    """The names of files that are left out where they are found in folders."""

    def __init__(self, patterns: Sequence[str]):
        named = "|".join(fnmatch.translate(pattern.lower()) for pattern in patterns)
        self._matches = re.compile(named).match if named else None

    def has(self, name: str) -> bool:
        """Whether a file of this name is left out."""
        return self._matches is not None and self._matches(name.lower()) is not None


def plan(paths: Sequence[str | Path], output: Place | None = None, exclude: Sequence[str] = ()) -> Plan:
    """The plan for `paths`: all files that they name, and all files in the directories that they name.

    A path may be an address: `s3://`, `gs://`, `az://`, `memory://` and `hf://` name a file, a folder or a pattern,
    `https://` a file.

    Hidden files, the files in `output`, and files in directories that match a pattern of `exclude` are left out.  The
    source of a file is its path below the directory, with "/" on every system; if the file itself was named, its source
    is its name.

    Raises InputError if a path does not exist or if there is no file at all, PlaceError if an address can't be used,
    and OSError if there is no room for the list or a store does not answer.
    """
    rejects: set[Reject] = set()
    left_out: set[LeftOut] = set()
    excluded = _Excluded(exclude)
    places = [files.place(path) for path in paths]

    def inputs() -> Iterator[Input]:
        for one in chain.from_iterable(
            _named(path, output, excluded) for path in chain.from_iterable(map(_matching, places))
        ):
            if isinstance(one, Input):
                yield one
            elif isinstance(one, LeftOut):
                left_out.add(one)
            else:
                rejects.add(one)

    found = Inputs(inputs())
    if not found and not rejects:
        left = f"; files and folders left out: {len(left_out)}" if left_out else ""
        raise InputError(f"no dumps in {', '.join(map(str, paths))}{left}")
    return Plan(found, tuple(sorted(rejects, key=astuple)), tuple(sorted(left_out, key=astuple)))


def _named(given: Place, output: Place | None, excluded: _Excluded) -> Iterator[Input | Reject | LeftOut]:
    """The files that a path or an address names."""
    if isinstance(given, Remote):
        yield from _remote(given, output if isinstance(output, Remote) else None, excluded)
        return
    if isinstance(output, Remote):
        output = None
    path = Path(os.path.abspath(given))  # noqa: PTH100 - pathlib keeps ".."
    if output and path.resolve() == output.resolve():
        raise InputError(f"{given} is the output directory: its own output would be cleaned")
    if path.is_dir():
        yield from _below(path, output.resolve() if output else None, excluded)
    elif path.exists():
        yield _file(path, _readable(path.name))
    else:
        raise InputError(f"no such file or directory: {given}")


def _file(path: Path, source: str) -> Input | Reject:
    """The input for a path that is no folder, or a reject if it is no file.

    A worker has other descriptors than this process: for `/dev/stdin`, the input is the file behind it.
    """
    if path.is_file() and _is_descriptor(path):
        real = Path(os.path.realpath(path))
        if real.is_file() and real.samefile(path):
            return Input(str(real), source if source != _readable(path.name) else _readable(real.name))
    elif path.is_file():
        return Input(str(path), source)
    return Reject(source, "unreadable", "not a regular file; to clean a stream, use - and standard input")


def _is_descriptor(path: Path) -> bool:
    """Whether a path is a descriptor of this process, such as `/dev/stdin` and `/dev/fd/3`, or a link to one."""
    for _ in range(MAX_LINKS):
        folder = path.parent.resolve()
        if _DESCRIPTOR.fullmatch(str(folder / path.name)):
            return True
        if not path.is_symlink():
            return False
        path = folder / path.readlink()
    return False


def _remote(given: Remote, output: Remote | None, excluded: _Excluded) -> Iterator[Input | Reject | LeftOut]:
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
        if is_output:
            continue
        if any(part.startswith(".") for part in below.split("/")):
            yield LeftOut(_readable(below), "hidden")
        elif excluded.has(one.name):
            yield LeftOut(_readable(below), EXCLUDED)
        else:
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
    folder: Path, output: Path | None, excluded: _Excluded, prefix: str = "", above: tuple[Path, ...] = ()
) -> Iterator[Input | Reject | LeftOut]:
    real = folder.resolve()
    if real == output and above:
        yield LeftOut(prefix.rstrip("/"), "the output folder")
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
            if entry.name.startswith("."):
                yield LeftOut(prefix + _readable(entry.name), "hidden")
            else:
                yield from _entry(entry, output, excluded, prefix, (*above, real))


def _entry(
    entry: "os.DirEntry[str]", output: Path | None, excluded: _Excluded, prefix: str, above: tuple[Path, ...]
) -> Iterator[Input | Reject | LeftOut]:
    source = prefix + _readable(entry.name)
    try:
        if entry.is_dir():
            yield from _below(Path(entry.path), output, excluded, source + "/", above)
        elif entry.is_file() and excluded.has(entry.name):
            yield LeftOut(source, EXCLUDED)
        elif entry.is_file() and not entry.is_symlink():
            yield Input(entry.path, source)
        elif entry.is_file():
            yield _file(Path(entry.path), source)
        else:
            what = "a link that leads nowhere" if entry.is_symlink() else "neither a file nor a directory"
            yield Reject(source, "unreadable", what)
    except OSError as error:  # links that lead to each other
        yield Reject(source, "symlink_loop" if entry.is_symlink() else "unreadable", str(error.strerror))


def _readable(name: str) -> str:
    """A file's name as text.  Bytes that are not UTF-8 are escaped, and so is "#", which separates names of records."""
    return os.fsencode(name).decode("utf-8", "backslashreplace").replace("#", "%23")
