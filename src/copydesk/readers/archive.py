"""ZIP and tar archives: each file in them is read like a file on the disk, in the order of the archive.

Nothing is unpacked to the disk, so a name in an archive can't write anywhere.
"""

import re
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO, Final, Self

from copydesk.document import Reject
from copydesk.dump import Pending, UnreadableError
from copydesk.readers import kinds
from copydesk.readers.compressed import Unpacked, broken_off
from copydesk.text import as_source

MIMETYPE_BYTES: Final = 100

LOCAL_BYTES: Final = 30
"""Bytes of the header before each file in a ZIP archive, without the name of the file (APPNOTE.TXT, 4.3.7)."""

MAX_DESCRIPTOR_BYTES: Final = 24
"""Bytes that may follow a file: its sizes and checksum, with a signature (APPNOTE.TXT, 4.3.9)."""

NAME_BYTES: Final = 200
"""Bytes of a name that a reject quotes."""

_LOCAL = re.compile(rb"PK\x03\x04.{22}(..)(..)", re.DOTALL)

WACZ: Final = "datapackage.json"
"""A file that is in each WACZ."""

_CRAWL = re.compile(r"archive/[^/]{1,200}\.warc(?:\.gz)?")
"""The files of a WACZ that have pages; the others are indexes, and lists of the same pages."""

BROKEN: Final = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, struct.error),
    *(NotImplementedError, ValueError, OverflowError, EOFError, OSError),
)
"""Errors that the libraries raise for a broken archive."""

Read = Callable[[IO[bytes], str, str], Iterator[Pending | Reject]]
"""Reads a stream; takes the stream, its name and its source."""


def read_zip(stream: IO[bytes], source: str, read: Read) -> Iterator[Pending | Reject]:
    """The files of a ZIP archive, or the WARC files of a WACZ.  Raises UnreadableError if the stream is neither."""
    try:
        archive = zipfile.ZipFile(stream)
    except BROKEN as error:
        raise UnreadableError("broken_stream", f"not a ZIP archive: {error}") from error
    with archive:
        kind = kinds.of_archive(frozenset(archive.namelist()), _mimetype(archive))
        if kind:
            raise kinds.unknown(kind)
        names = archive.namelist()
        is_wacz = WACZ in names and any(map(_CRAWL.fullmatch, names))
        overlapping = _overlapping(archive)
        unlisted = tuple(_unlisted(archive, stream))
        for info in archive.infolist():
            if not info.filename and info.file_size:
                yield Reject(member(source, NO_NAME), "unreadable", "a file in the archive has no name")
                continue
            if not info.filename or (info.is_dir() and not info.file_size) or _is_hidden(info.filename):
                continue
            if is_wacz and not _CRAWL.fullmatch(info.filename):
                continue
            if id(info) in overlapping:
                yield Reject(member(source, info.filename), "bomb", "its bytes overlap the next file in the archive")
                continue
            where = member(source, info.filename)
            try:
                with archive.open(info) as packed:
                    size = info.compress_size
                    opened = Unpacked(packed, lambda size=size: size, zipfile.BadZipFile)  # type: ignore[misc,arg-type]
                    yield from read(opened, info.filename, where)
            except (*BROKEN, RuntimeError) as error:  # zipfile raises RuntimeError for a file with a password
                yield Reject(where, "unreadable", f"{error}")
        for name in unlisted:
            detail = (
                "the archive's list of files does not have it, so it is damaged; unpack it with a tool that repairs"
            )
            yield Reject(member(source, name), "broken_stream", detail)


def _unlisted(archive: zipfile.ZipFile, stream: IO[bytes]) -> Iterator[str]:
    """The names of files that are in a ZIP archive, but not in its list: a bit can make an entry of it swallow others.

    Only the first of several that follow each other.
    """
    end = 0
    for info in sorted(archive.infolist(), key=lambda info: info.header_offset):
        if info.header_offset < end:  # damaged, or another entry has these bytes too: it has its own reject
            continue
        yield from _begins(stream, end, info.header_offset)
        stream.seek(info.header_offset)
        header = _LOCAL.match(stream.read(LOCAL_BYTES))
        if header is None:  # it can't be opened, so it has its own reject
            end = archive.start_dir
            continue
        names = sum(int.from_bytes(size, "little") for size in header.groups())
        end = info.header_offset + LOCAL_BYTES + names + info.compress_size
    yield from _begins(stream, end, archive.start_dir)


def _begins(stream: IO[bytes], start: int, stop: int) -> Iterator[str]:
    """The name of the file that begins at `start` of a ZIP archive, or behind a few bytes about the file before."""
    if stop - start < LOCAL_BYTES:
        return
    stream.seek(start)
    data = stream.read(min(stop - start, MAX_DESCRIPTOR_BYTES + LOCAL_BYTES + NAME_BYTES))
    header = _LOCAL.search(data, 0, MAX_DESCRIPTOR_BYTES + LOCAL_BYTES)
    if header:
        name = data[header.end() :][: min(NAME_BYTES, int.from_bytes(header[1], "little"))]
        yield name.decode("utf-8", "backslashreplace")


def _mimetype(archive: zipfile.ZipFile) -> bytes:
    """The beginning of the file in which EPUB and OpenDocument say what they are."""
    try:
        with archive.open("mimetype") as stream:
            return stream.read(MIMETYPE_BYTES)
    except (KeyError, RuntimeError, *BROKEN):  # no such file; one with a password
        return b""


def _overlapping(archive: zipfile.ZipFile) -> frozenset[int]:
    """The entries, by `id`, that overlap the next entry.  In a bomb, many entries share the same bytes."""
    ordered = sorted(archive.infolist(), key=lambda info: info.header_offset)
    ends = [*(info.header_offset for info in ordered[1:]), archive.start_dir]
    spans = zip(ordered, ends, strict=True)
    return frozenset(id(info) for info, end in spans if info.header_offset + info.compress_size > end)


NO_NAME: Final = "(no name)"
"""In the source of the reject for a file of a ZIP archive with an empty name."""

_ENDS: Final = ("EOFHeaderError", "EmptyHeaderError")
"""The errors by which `tarfile` says that an archive has ended as it should; it does not export them."""


class _Entry(tarfile.TarInfo):
    """An entry of a tar archive.  If its header is damaged, this is an error: `tarfile` takes it for the end."""

    @classmethod
    def fromtarfile(cls, tarfile_: tarfile.TarFile) -> Self:
        """The next entry.  Raises ReadError if its header is damaged."""
        try:
            return super().fromtarfile(tarfile_)
        except tarfile.HeaderError as error:
            if type(error).__name__ in _ENDS:
                raise
            raise tarfile.ReadError(f"{error}") from error


def read_tar(stream: IO[bytes], source: str, read: Read) -> Iterator[Pending | Reject]:
    """The files of a tar archive.  Raises UnreadableError if the stream is not one, or breaks off."""
    try:
        with tarfile.open(fileobj=stream, mode="r|", tarinfo=_Entry) as archive:
            for info in archive:
                if info.issparse():
                    yield Reject(member(source, info.name), "unreadable", "a sparse file (a file with holes), not text")
                    continue
                if info.isdir() or _is_hidden(info.name):
                    continue
                opened = archive.extractfile(info) if info.isfile() else None
                if opened is None:
                    yield Reject(member(source, info.name), "unreadable", "a link or a device, not a file")
                else:
                    yield from read(opened, info.name, member(source, info.name))
    except BROKEN as error:
        raise broken_off(error) from error


def member(source: str, name: str) -> str:
    """The source of a file in an archive: `ARCHIVE#NAME`.  Bytes of the name that are not UTF-8 become escapes."""
    return f"{source}#{as_source(name)}"


def _is_hidden(name: str) -> bool:
    last = name.rpartition("/")[2]
    return (last.startswith(".") and last not in (".", "..")) or name.startswith("__MACOSX/")
