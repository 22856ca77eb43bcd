"""Finds the files to clean: those that paths, folders and patterns name, in one fixed order."""

import errno
import glob
import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

from copydesk import files
from copydesk.batch import walk
from copydesk.batch.walk import Excluded, Input, LeftOut, Walk
from copydesk.document import Reject
from copydesk.files import Look, Place, Remote
from copydesk.text import as_source


class InputError(ValueError):
    """Paths that can't be cleaned; the message says why."""


class Inputs:
    """Files in the order in which they are cleaned: by source, then by path.  A file that is named twice is in it once.

    There may be millions, so they are in a temporary database, which is deleted when it is closed.
    """

    def __init__(self, found: Iterable[Input]):
        """Store the files that were found.  Raises OSError if there is no room for them."""
        self._base = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        try:
            self._base.execute(
                "create table inputs (source text, file blob, size integer, version text, within blob,"
                " primary key (source, file)) without rowid"
            )
            self._base.execute("begin")
            self._base.executemany("insert or ignore into inputs values (?, ?, ?, ?, ?)", map(_row, found))
            again = "select source from inputs group by source having count(*) > 1"
            for (source,) in self._base.execute(again).fetchall():
                self._once(source)
            self._base.execute("commit")
        except sqlite3.Error as error:
            raise OSError(errno.ENOSPC, f"the list of files can't be stored: {error}", tempfile.gettempdir()) from error
        self._stores: dict[bytes, bool] = {}
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
        sql = "select source, file, size, version, within from inputs order by source, file"
        for source, file, size, version, within in self._base.execute(sql):
            seen = None if size is None else Look(size, 0, version)
            yield Input(os.fsdecode(file), source, seen, os.fsdecode(within))

    def __len__(self) -> int:
        return self._count

    def holds(self, source: str, file: str) -> bool:
        """Whether this file is one of them."""
        sql = "select 1 from inputs where source = ? and file = ?"
        return self._base.execute(sql, (source, os.fsencode(file))).fetchone() is not None

    def has_store(self, one: Remote) -> bool:
        """Whether one of them is in the same store, or on the same host, as this file."""
        store = os.fsencode(f"{one.scheme}://{urlsplit(one.url).netloc}/")
        if store not in self._stores:
            sql = "select 1 from inputs where substr(file, 1, ?) = ? limit 1"
            self._stores[store] = self._base.execute(sql, (len(store), store)).fetchone() is not None
        return self._stores[store]

    def within(self, source: str, file: str) -> str:
        """The folder in which this file must be when it is read; "" if it may be anywhere, or is not one of them."""
        sql = "select within from inputs where source = ? and file = ?"
        found = self._base.execute(sql, (source, os.fsencode(file))).fetchone()
        return os.fsdecode(found[0]) if found else ""


def _row(one: Input) -> tuple[str, bytes, int | None, str | None, bytes]:
    size, version = (one.seen.size, one.seen.version) if one.seen else (None, None)
    return one.source, os.fsencode(one.file), size, version, os.fsencode(one.within)


@dataclass(frozen=True, slots=True)
class Plan:
    """The files to clean, rejects for entries of folders that are not readable files, and what is left out."""

    inputs: Inputs
    rejects: tuple[Reject, ...]
    left_out: tuple[LeftOut, ...] = ()


def plan(
    paths: Sequence[str | Path],
    output: Place | None = None,
    exclude: Sequence[str] = (),
    *,
    follow_links: bool = False,
) -> Plan:
    """The plan for `paths`: all files that they name, and all files in the directories that they name.

    A path may be an address: `s3://`, `gs://`, `az://`, `memory://` and `hf://` name a file, a folder or a pattern,
    `https://` a file.

    Hidden files, the files in `output`, and files in directories that match a pattern of `exclude` are left out.  The
    source of a file is its path below the directory, with "/" on every system; if the file itself was named, its source
    is its name.  Links that lead out of a directory, or out of the fixed part of a pattern, are left out unless
    `follow_links` is true.  A path that is named may be a link.

    Raises InputError if a path does not exist or if there is no file at all, PlaceError if an address can't be used,
    and OSError if there is no room for the list or a store does not answer.
    """
    rejects: set[Reject] = set()
    left_out: set[LeftOut] = set()
    excluded = Excluded(exclude)
    places = [files.place(path) for path in paths]

    def inputs() -> Iterator[Input]:
        matching = chain.from_iterable(map(_matching, places))
        for one in chain.from_iterable(
            _named(path, within, output, excluded, follow_links=follow_links) for path, within in matching
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


def _named(
    given: Place, within: str, output: Place | None, excluded: Excluded, *, follow_links: bool
) -> Iterator[Input | Reject | LeftOut]:
    """The files that a path or an address names.  `within` is the fixed part of the pattern that it matches, or ""."""
    if isinstance(given, Remote):
        yield from _remote(given, output if isinstance(output, Remote) else None, excluded)
        return
    if isinstance(output, Remote):
        output = None
    path = Path(os.path.abspath(given))  # noqa: PTH100 - pathlib keeps ".."
    if output and path.resolve() == output.resolve():
        raise InputError(f"{given} is the output directory: its own output would be cleaned")
    if within and not follow_links and walk.leads_outside(path, within):
        yield LeftOut(as_source(path.name), walk.OUTSIDE)
    elif path.is_dir():
        yield from Walk(path, output.resolve() if output else None, excluded, follow_links=follow_links)
    elif path.exists():
        found = walk.file_input(path, as_source(path.name))
        yield replace(found, within=within) if isinstance(found, Input) and not follow_links else found
    else:
        raise InputError(f"no such file or directory: {given}")


def _remote(given: Remote, output: Remote | None, excluded: Excluded) -> Iterator[Input | Reject | LeftOut]:
    """The files that an address names, in a store that is asked for a whole folder at once."""
    try:
        info = given.info()
    except FileNotFoundError as error:
        raise InputError(f"no such file or folder: {given}") from error
    if given.scheme in files.WEB or info.get("type") != "directory":
        query = urlsplit(given.url).query if given.scheme in files.WEB else ""
        yield Input(str(given), as_source(f"{given.name}?{query}" if query else given.name), given.look())
        return
    if output and output.path().rstrip("/") == given.path().rstrip("/") and output.scheme == given.scheme:
        raise InputError(f"{given} is the output folder: its own output would be cleaned")
    for below, seen in given.find():
        one = given / below
        is_output = output is not None and one.url.startswith(output.url.rstrip("/") + "/")
        if is_output:
            continue
        if any(part.startswith(".") for part in below.split("/")):
            yield LeftOut(as_source(below), walk.HIDDEN)
        elif excluded.has(one.name):
            yield LeftOut(as_source(below), walk.EXCLUDED)
        else:
            yield Input(str(one), as_source(below), seen)


def _matching(path: Place) -> Sequence[tuple[Place, str]]:
    """The paths that match a pattern (with *, ? or [), in order; the path itself if it exists or is not a pattern.

    With each path comes the folder that is the fixed part of its pattern, without links; "" if there is no pattern.
    """
    if isinstance(path, Remote):
        has_pattern = path.scheme not in files.WEB and glob.has_magic(path.url) and not path.exists()
        return [(one, "") for one in (path.glob() if has_pattern else []) or [path]]
    if path.exists() or not glob.has_magic(str(path)):
        return [(path, "")]
    found = glob.glob(str(path), recursive=True)  # noqa: PTH207 - a path has one only below a folder
    fixed = next(one for one in path.parents if not glob.has_magic(str(one)))
    return [(one, os.path.realpath(fixed)) for one in sorted(map(Path, found))] or [(path, "")]
