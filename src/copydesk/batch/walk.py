"""Finds the files in a folder and its folders.

A link is followed if it leads to a file or folder in the same folder that has no name of its own there, because it is
hidden.  A link that leads out of the folder is followed only if the settings say so: who made the folder could else
have any file read that the user may read.  No file is found twice.
"""

import errno
import fnmatch
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from copydesk import files
from copydesk.document import Reject
from copydesk.files import Look, Place
from copydesk.text import as_source

EXCLUDED: Final = "excluded by [inputs] exclude"
HIDDEN: Final = "hidden"
OUTPUT: Final = "the output folder"
OUTSIDE: Final = "a link that leads out of the folder: [inputs] follow_links = true follows it"
ITSELF: Final = "a link: what it leads to is cleaned under its own name"
TWICE: Final = "a link: what it leads to is cleaned under another name"

MAX_LINKS: Final = 40
"""Links that a path may lead through, as in Linux."""

_DESCRIPTOR = re.compile(r"/(?:dev/fd|proc/(?:self|thread-self|\d+)(?:/task/\d+)?/fd)/\d+")


@dataclass(frozen=True, slots=True)
class Input:
    """A file to clean: its absolute path or its address, and its source in records.

    `seen` is what a store has said of a remote file.  If `within` is not empty, it is the folder, without links, in
    which the file must be when it is read.
    """

    file: str
    source: str
    seen: Look | None = None
    within: str = ""

    @property
    def path(self) -> Place:
        """The place of the file."""
        return files.place(self.file)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file or folder below a folder that is not cleaned, and why."""

    source: str
    why: str


class Excluded:
    """The names of files that are left out where they are found in folders."""

    def __init__(self, patterns: Sequence[str]):
        named = "|".join(fnmatch.translate(pattern.lower()) for pattern in patterns)
        self._matches = re.compile(named).match if named else None

    def has(self, name: str) -> bool:
        """Whether a file of this name is left out."""
        return self._matches is not None and self._matches(name.lower()) is not None


Found = Iterator[Input | Reject | LeftOut]


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder to read, and the source of its files before their names.  `real` is empty if no link leads to it."""

    path: str
    prefix: str
    real: str = ""


class Walk:
    """Finds the files below a folder, and what is left out.  First all that no link leads to, then the links in order.

    `output` is the output folder, without links, which is left out.
    """

    def __init__(self, folder: Path, output: Path | None, excluded: Excluded, *, follow_links: bool):
        self._folder, self._root = folder, os.path.realpath(folder)
        self._output, self._excluded, self._follow = str(output) if output else "", excluded, follow_links
        self._within = "" if follow_links else self._root
        self._links: list[tuple[str, str]] = []
        self._found: set[str] = set()

    def __iter__(self) -> Found:
        yield from self._below(_Folder(str(self._folder), ""))
        while self._links:
            links, self._links = sorted(self._links), []
            for source, path in links:
                try:
                    yield from self._link(source, path)
                except OSError as error:  # links that lead to each other
                    reason = "symlink_loop" if error.errno == errno.ELOOP else "unreadable"
                    yield Reject(source, reason, str(error.strerror))

    def _below(self, first: _Folder) -> Found:
        """What is in a folder and its folders; a stack, because folders can be deeper than Python's calls may be."""
        stack = [first]
        while stack:
            folder = stack.pop()
            own = folder.prefix.rstrip("/")
            if self._output and folder.prefix and os.path.realpath(folder.path) == self._output:
                yield LeftOut(own, OUTPUT)
                continue
            if folder.real and (why := self._known(folder.real, is_folder=True)):
                yield LeftOut(own, why)
                continue
            try:
                with os.scandir(folder.path) as entries:
                    for entry in entries:
                        yield from self._entry(entry, folder, stack)
            except OSError as error:
                yield Reject(own or self._folder.name, "unreadable", str(error.strerror))

    def _entry(self, entry: "os.DirEntry[str]", folder: _Folder, stack: list[_Folder]) -> Found:
        source = folder.prefix + as_source(entry.name)
        try:
            if entry.name.startswith("."):
                yield LeftOut(source, HIDDEN)
            elif entry.is_symlink():
                self._links.append((source, entry.path))
            elif entry.is_dir():
                real = os.path.join(folder.real, entry.name) if folder.real else ""  # noqa: PTH118 - for speed
                stack.append(_Folder(entry.path, f"{source}/", real))
            elif entry.is_file():
                real = os.path.join(folder.real, entry.name) if folder.real else ""  # noqa: PTH118
                yield self._file(entry.path, entry.name, source, real)
            else:
                yield Reject(source, "unreadable", "neither a file nor a directory")
        except OSError as error:
            yield Reject(source, "unreadable", str(error.strerror))

    def _file(self, path: str, name: str, source: str, real: str) -> Input | Reject | LeftOut:
        """A file.  `real` is its path without links, or empty if no link leads to it."""
        if self._excluded.has(name):
            return LeftOut(source, EXCLUDED)
        if real and (why := self._known(real, is_folder=False)):
            return LeftOut(source, why)
        if real and self._follow:
            return file_input(Path(path), source)
        return Input(path, source, within=self._within)

    def _link(self, source: str, path: str) -> Found:
        try:
            is_folder = Path(path).is_dir() if os.stat(path) else False  # noqa: PTH116 - raises the error of the link
        except FileNotFoundError:
            yield Reject(source, "unreadable", "a link that leads nowhere")
            return
        real, holder = os.path.realpath(path), os.path.realpath(os.path.dirname(path))  # noqa: PTH120
        if is_folder and files.is_below(holder, real) and files.is_below(real, self._root):
            yield Reject(source, "symlink_loop", f"a link that leads back to {real}")
        elif not self._follow and not files.is_below(real, self._root):
            yield LeftOut(source, OUTSIDE)
        elif is_folder:
            yield from self._below(_Folder(path, f"{source}/", real))
        elif Path(path).is_file():
            yield self._file(path, os.path.basename(path), source, real)  # noqa: PTH119
        else:
            yield file_input(Path(path), source)

    def _known(self, real: str, *, is_folder: bool) -> str:
        """Why a file or folder to which a link leads is left out; "" if it is not.  It is known from now on."""
        if files.is_below(real, self._root):
            parts = Path(real).relative_to(self._root).parts
            is_hidden = any(part.startswith(".") for part in parts)
            if not is_hidden and (is_folder or not self._excluded.has(parts[-1])):
                return ITSELF
        if real in self._found:
            return TWICE
        self._found.add(real)
        return ""


def leads_outside(path: Path, folder: str) -> bool:
    """Whether a path leads out of a folder, which is without links."""
    return not files.is_below(os.path.realpath(path), folder)


def file_input(path: Path, source: str) -> Input | Reject:
    """The input for a path that is no folder and may be a link anywhere, or a reject if it is no file.

    A worker has other descriptors than this process: for `/dev/stdin`, the input is the file behind it.
    """
    if path.is_file() and _is_descriptor(path):
        real = Path(os.path.realpath(path))
        if real.is_file() and real.samefile(path):
            return Input(str(real), source if source != as_source(path.name) else as_source(real.name))
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
