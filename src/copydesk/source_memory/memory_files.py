"""The two files of a memory: `MEMORY`, which cleaning reads, and `MEMORY.state`, from which an update goes on.

Both are ZIP archives with a member for each source, in the order of the names; docs/memory.md describes them.  The same
pages give the same bytes.
"""

import hashlib
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Final, TypeAlias, TypeVar
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

import msgspec
import numpy as np
from numpy.typing import NDArray

from copydesk.files import Look, look, open_regular
from copydesk.source_memory.frozen import NOTHING, Entry, RememberedSource, TitlePart
from copydesk.source_memory.pages import LearnedPage, LineOfSource, SourcePages

VERSION: Final = 2
READABLE: Final = (1, 2)
"""The version of both formats that is written, and those that are read: version 1 has no parts of titles."""

_BEGINNING: Final = b"PK\x03\x04"
"""The first bytes of a ZIP archive."""

HEAD: Final = "memory.json"
ELSEWHERE: Final = "elsewhere.json"
STATE_SUFFIX: Final = ".state"

LEVEL: Final = 9
"""Compression, from 1 to 9: the files are written once and read often."""

MAX_MEMBER: Final = 200_000_000
"""Bytes that a member may unpack to; that of a source with MAX_PAGES long pages has a tenth of it."""

MAX_SOURCES_IN_MEMORY: Final = 32
"""Sources in the memory of a process: a run reads the pages of a source one after the other."""

_KEYS: Final[np.dtype[Any]] = np.dtype("<u8")
_PLACES: Final[np.dtype[Any]] = np.dtype("<u4")


class MemoryFileError(ValueError):
    """A file that is no memory, or one of another version; the message names the file and says what to do."""


_ZIP_ERRORS: Final = (BadZipFile, OSError, EOFError, zlib.error, RuntimeError, ValueError)
"""What the standard library raises for a damaged archive; a bit can make it an encrypted one (RuntimeError)."""

Value = TypeVar("Value")

Count: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
Digest: TypeAlias = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{1,16}$")]
"""64 bits in hexadecimal digits."""

Numbers: TypeAlias = tuple[Count, Count, Count, Count, Count]


class _Head(msgspec.Struct, frozen=True):
    """What the file is: `kind` is "memory" or "state"."""

    kind: str
    version: int
    sources: Count
    pages: Count


class _Remembered(msgspec.Struct, frozen=True):
    """The member of a source in a memory.  An entry is [pages, place, spread, repeated, pair], a part [pages, last]."""

    source: str
    pages: Count
    digests: tuple[Digest, ...]
    lines: Mapping[str, Numbers]
    masked: Mapping[str, Numbers]
    parts: Mapping[str, tuple[Count, Count]] = {}


class _State(msgspec.Struct, frozen=True):
    """The first line of the member of a source in a state; arrays follow it (see `_arrays`)."""

    source: str
    pages: Count
    lines: Count
    places: Count
    texts: Mapping[Digest, str]
    parts: Count = 0


@dataclass(frozen=True, slots=True)
class SourceMemory:
    """A memory that cleaning reads.  `elsewhere` has the number of sources for lines that several sources repeat."""

    path: Path
    look: Look
    sources: int
    pages: int
    elsewhere: Mapping[str, int]

    def source(self, name: str) -> RememberedSource:
        """What is remembered of a source; NOTHING if it was not learned.  Raises MemoryFileError if it is damaged."""
        return _source(self.path, self.look, name)

    def names(self) -> Iterator[str]:
        """The names of all sources, in the order of the file."""
        archive, _ = _archive(self.path, self.look)
        for member in archive.namelist():
            if member.endswith(".source"):
                yield _decoded(archive, member, _Remembered, self.path).source


def member_of(name: str) -> str:
    """The name of the member for a source."""
    return f"{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}.source"


def load(path: Path) -> SourceMemory:
    """The memory in the file at `path`.  Raises MemoryFileError if it can't be used."""
    try:
        return _load(path, look(path))
    except OSError as error:
        raise MemoryFileError(f"{path}: {error.strerror}. `copydesk learn` makes a memory") from error


@lru_cache(maxsize=4)
def _load(path: Path, own: Look) -> SourceMemory:
    """The memory in the file that looks like this: a file that was replaced is read again."""
    archive, head = _archive(path, own)
    elsewhere = _decoded(archive, ELSEWHERE, dict[str, Count], path)
    return SourceMemory(path, own, head.sources, head.pages, elsewhere)


@lru_cache(maxsize=4)
def _archive(path: Path, own: Look) -> tuple[ZipFile, _Head]:
    """The open archive of a memory.  Its list of members is read once: it may have a million sources."""
    return _open(path, "memory")


@lru_cache(maxsize=MAX_SOURCES_IN_MEMORY)
def _source(path: Path, own: Look, name: str) -> RememberedSource:
    archive, _ = _archive(path, own)
    member = member_of(name)
    if member not in archive.NameToInfo:
        return NOTHING
    found = _decoded(archive, member, _Remembered, path)
    return RememberedSource(
        found.source,
        found.pages,
        frozenset(int(one, 16) for one in found.digests),
        {line: Entry(*numbers) for line, numbers in found.lines.items()},
        {line: Entry(*numbers) for line, numbers in found.masked.items()},
        {part: TitlePart(*numbers) for part, numbers in found.parts.items()},
    )


def may_be_one(path: Path) -> bool:
    """Whether a file begins like a memory or a state; an empty or damaged one does too.  Raises OSError."""
    with open_regular(path) as stream:
        return stream.read(len(_BEGINNING)) in (_BEGINNING, b"")


@contextmanager
def _opened(path: Path, kind: str) -> Iterator[ZipFile]:
    """An archive of this kind, which is closed at the end.  Raises MemoryFileError if the file is another."""
    archive, _ = _open(path, kind)
    with archive:
        yield archive


def _open(path: Path, kind: str) -> tuple[ZipFile, _Head]:
    """An archive of this kind and its head.  Raises MemoryFileError if the file is another."""
    try:
        open_regular(path).close()
        archive = ZipFile(path)
    except _ZIP_ERRORS as error:
        raise MemoryFileError(f"{path}: not a {kind}: {error}. `copydesk learn` makes one") from error
    try:
        head = _decoded(archive, HEAD, _Head, path)
        if head.kind != kind or head.version not in READABLE:
            raise MemoryFileError(
                f"{path}: a {head.kind} of version {head.version}, and a {kind} of version {VERSION} is needed: "
                "make it again with `copydesk learn`"
            )
    except MemoryFileError:
        archive.close()
        raise
    return archive, head


def _member(archive: ZipFile, name: str, path: Path) -> bytes:
    """The bytes of a member.  Raises MemoryFileError if it is missing, damaged or too large."""
    info = archive.NameToInfo.get(name)
    if info is None:
        raise MemoryFileError(f"{path}: {name} is missing. Make the file again")
    if info.file_size > MAX_MEMBER or info.compress_type != ZIP_DEFLATED:
        what = f"{name} has {info.file_size:,} bytes, packed by method {info.compress_type}"
        raise MemoryFileError(f"{path}: {what}; {MAX_MEMBER:,} and method {ZIP_DEFLATED} are allowed")
    try:
        return archive.read(info)
    except _ZIP_ERRORS as error:
        raise MemoryFileError(f"{path}: {name} can't be read: {error}. Make the file again") from error


def _decoded(archive: ZipFile, name: str, kind: type[Value], path: Path) -> Value:
    try:
        return msgspec.json.decode(_member(archive, name, path), type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise MemoryFileError(f"{path}: {name} is damaged: {error}. Make the file again") from error


class MemoryWriter:
    """Writes the members of an archive in order, with the same bytes on each run.  A context manager."""

    def __init__(self, path: Path, kind: str):
        self._kind, self._path = kind, path
        self._sources = self._pages = 0

    def __enter__(self) -> "MemoryWriter":
        self._archive = ZipFile(self._path, "w", ZIP_DEFLATED, compresslevel=LEVEL)
        return self

    def __exit__(self, *error: object) -> None:
        self._archive.close()

    def memory_of(self, source: RememberedSource) -> None:
        """Write what cleaning reads of a source."""
        own = _Remembered(
            source.name,
            source.pages,
            tuple(f"{one:016x}" for one in sorted(source.digests)),
            {line: _numbers(entry) for line, entry in source.lines.items()},
            {line: _numbers(entry) for line, entry in source.masked.items()},
            {part: (known.pages, known.last) for part, known in source.parts.items()},
        )
        self._add(member_of(source.name), msgspec.json.encode(own), source.pages)

    def state_of(self, source: SourcePages) -> None:
        """Write what an update needs of a source."""
        self._add(member_of(source.name), _packed(source), len(source.pages))

    def end(self, elsewhere: Mapping[str, int]) -> None:
        """Write what the file is, and the lines that several sources repeat."""
        if self._kind == "memory":
            self._write(ELSEWHERE, msgspec.json.encode(dict(sorted(elsewhere.items()))))
        self._write(HEAD, msgspec.json.encode(_Head(self._kind, VERSION, self._sources, self._pages)))

    def _add(self, name: str, data: bytes, pages: int) -> None:
        self._sources += 1
        self._pages += pages
        self._write(name, data)

    def _write(self, name: str, data: bytes) -> None:
        info = ZipInfo(name)  # without a date: it has that of 1980
        info.compress_type = ZIP_DEFLATED
        info.create_system = 3  # the same on every system
        self._archive.writestr(info, data, compresslevel=LEVEL)


def _numbers(entry: Entry) -> Numbers:
    return entry.pages, entry.place, entry.spread, entry.repeated, entry.pair


def _packed(source: SourcePages) -> bytes:
    """A line of JSON, then arrays of little-endian whole numbers.

    First those about lines, in the order of their digests: the digests, the digests of the masked lines combined with
    them by exclusive or (0 for a line without a number), the lengths.  Then those about pages: their digests, their
    numbers of lines, for each of their lines its place among the lines, their numbers of parts of the title, and the
    digests of these.
    """
    keys = sorted(source.lines)
    place = {key: number for number, key in enumerate(keys)}
    own = [source.lines[key] for key in keys]
    head = _State(
        source.name,
        len(source.pages),
        len(keys),
        sum(len(page.lines) for page in source.pages),
        {f"{digest:x}": text for digest, text in source.texts.items()},
        sum(len(page.title) for page in source.pages),
    )
    arrays: list[NDArray[Any]] = [
        np.array(keys, dtype=_KEYS),
        np.array([key ^ line.masked for key, line in zip(keys, own, strict=True)], dtype=_KEYS),
        np.array([line.length for line in own], dtype=_PLACES),
        np.array([page.digest for page in source.pages], dtype=_KEYS),
        np.array([len(page.lines) for page in source.pages], dtype=_PLACES),
        np.array([place[line] for page in source.pages for line in page.lines], dtype=_PLACES),
    ]
    if head.parts:
        arrays.append(np.array([len(page.title) for page in source.pages], dtype=_PLACES))
        arrays.append(np.array([part for page in source.pages for part in page.title], dtype=_KEYS))
    return msgspec.json.encode(head) + b"\n" + b"".join(array.tobytes() for array in arrays)


def _unpacked(data: bytes, path: Path) -> SourcePages:
    """The reverse of `_packed`.  Raises MemoryFileError if the data are damaged."""
    first, _, rest = data.partition(b"\n")
    try:
        head = msgspec.json.decode(first, type=_State)
        sizes = [(head.lines, _KEYS)] * 2 + [(head.lines, _PLACES), (head.pages, _KEYS), (head.pages, _PLACES)]
        sizes.append((head.places, _PLACES))
        sizes += [(head.pages, _PLACES), (head.parts, _KEYS)] if head.parts else []
        arrays: list[list[int]] = []
        at = 0
        for count, kind in sizes:
            arrays.append(np.frombuffer(rest, kind, count, at).tolist())
            at += count * kind.itemsize
        keys, masks, lengths, digests, counts, places, *titles = arrays
        lines = {key: LineOfSource(key ^ mask, length) for key, mask, length in zip(keys, masks, lengths, strict=True)}
        title_counts, of_titles = titles or ([0] * head.pages, [])
        pages: list[LearnedPage] = []
        start = behind = 0
        for own, count, parts in zip(digests, counts, title_counts, strict=True):
            lines_of_page = tuple([keys[place] for place in places[start : start + count]])
            pages.append(LearnedPage(own, lines_of_page, tuple(of_titles[behind : behind + parts])))
            start, behind = start + count, behind + parts
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError, IndexError) as error:
        raise MemoryFileError(f"{path}: a source is damaged: {error}. Make the file again") from error
    return SourcePages(head.source, tuple(pages), lines, {int(digest, 16): text for digest, text in head.texts.items()})


def states(path: Path) -> Iterator[SourcePages]:
    """The sources of a state, in the order of the file.  Raises MemoryFileError if it can't be used."""
    with _opened(path, "state") as archive:
        for member in archive.namelist():
            if member.endswith(".source"):
                yield _unpacked(_member(archive, member, path), path)
