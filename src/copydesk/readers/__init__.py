"""Files to dumps.  Each reader knows one kind of file, and yields its dumps one by one.

A dump is decoded and rendered only when it is needed (`Pending`).  For a part of a file that can't be read, a reader
yields a Reject with the reason, and goes on with the next part.  If the source of a Reject is that of the whole file,
nothing after it can be read.

`copydesk.readers.kinds` says what a file is: its first bytes decide, and its name where they do not.  A compressed file
is unpacked, then the same is asked of what was in it, and of each file in an archive.  `READERS` has the reader of each
kind.
"""

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import IO, Final

from copydesk import config, files
from copydesk.config import Config
from copydesk.document import Reject
from copydesk.dump import Dump, Pending, UnreadableError
from copydesk.files import Readable
from copydesk.readers import archive, compressed, feeds, html, jsonl, kinds, mail, parquet, sqlite, tables, text, warc
from copydesk.readers.compressed import Unpacked
from copydesk.readers.kinds import SNIFFED_BYTES, Kind

Found = Iterator[Pending | Reject]
Reader = Callable[[io.BufferedReader, str, str, Config], Found]
"""Reads a stream; takes the stream, the file's name, its source, and the settings."""


def holds_many(path: Readable) -> bool:
    """Whether the file at `path` is a container, which holds many dumps, or may be one.

    A compressed file may be one.  It is not unpacked to find out, because this is asked by a process without limits.
    """
    try:
        with _opened(path) as file:
            stream = compressed.peekable(file)
            kind = _kind(stream, path.name)
            is_container = kind.holds_many or kind in kinds.PACKED
            return is_container or tables.is_table(stream.peek(SNIFFED_BYTES), config.default())
    except OSError:
        return False


def read(path: Readable, source: str, settings: Config) -> Iterator[Dump | Reject]:
    """The dumps and rejects of the file at `path`, in its order."""
    yield from map(make, find(path, source, settings))


def make(found: Pending | Reject) -> Dump | Reject:
    """The dump, or the reject that says why it can't be made."""
    try:
        return found.make() if isinstance(found, Pending) else found
    except UnreadableError as error:
        return Reject(found.source, error.reason, error.detail)


def find(path: Readable, source: str, settings: Config) -> Found:
    """The dumps of the file at `path`, in its order, not decoded yet, and rejects."""
    try:
        with _opened(path) as stream:
            for found in find_in(stream, path.name, source, settings):
                yield replace(found, read=stream.tell()) if isinstance(found, Pending) else found
    except OSError as error:
        yield Reject(source, "unreadable", f"{error.strerror or error}")


def _opened(path: Readable) -> IO[bytes]:
    """The bytes of a file, of which the first SNIFFED_BYTES can be peeked at."""
    return files.open_regular(path, SNIFFED_BYTES) if isinstance(path, Path) else path.open("rb")


def find_in(stream: IO[bytes], name: str, source: str, settings: Config, *, inside: bool = False) -> Found:
    """The same for an open stream with a file's `name`; `inside` means that it is part of an archive.

    An archive inside an archive is rejected.
    """
    try:
        unpacked, name = _unpacked(stream, name)
        kind = _kind(unpacked, name)
        if kind is kinds.TEXT and tables.is_table(unpacked.peek(SNIFFED_BYTES), settings):
            kind = kinds.TABLE
        is_nested = inside or isinstance(unpacked, Unpacked)
        if (is_nested and kind.needs_file) or (inside and kind is kinds.TAR) or kind in kinds.PACKED:
            raise UnreadableError("nested", f"{kind.name} inside another archive or a compressed file: unpack it")
        if kind.advice:
            element = kinds.root(unpacked.peek(SNIFFED_BYTES)) if kind is kinds.XML else ""
            raise kinds.unknown(kind, f" (<{element}>)" if element else "")
        found = READERS[kind](unpacked, name, source, settings)
        single = [] if kind.holds_many else list(found)
        yield from found
        for each in (unpacked, stream):
            if isinstance(each, Unpacked) and each.trouble:
                raise each.trouble  # a dump that breaks off is not yielded
        yield from single
    except UnreadableError as error:
        yield Reject(source, error.reason, error.detail)


def _unpacked(stream: IO[bytes], name: str) -> tuple[io.BufferedReader, str]:
    """(the stream, which is unpacked if it was compressed; its name without the suffix of the compression)."""
    readable = compressed.peekable(stream)
    kind = _kind(readable, name)
    return compressed.unpack(readable, name, kind) if kind in kinds.PACKED else (readable, compressed.inner(name))


def _kind(stream: io.BufferedReader, name: str) -> Kind:
    return kinds.of(stream.peek(SNIFFED_BYTES), name)


def _sqlite(stream: io.BufferedReader, name: str, source: str, settings: Config) -> Found:
    path = getattr(stream, "name", None)
    if not isinstance(path, str):
        raise UnreadableError("nested", "SQLite needs a file of this machine: copy it from the store first")
    return sqlite.read(Path(path), source, settings)


def _member(stream: IO[bytes], name: str, source: str, *, settings: Config) -> Found:
    yield from find_in(stream, name, source, settings, inside=True)


def _zip(stream: io.BufferedReader, name: str, source: str, settings: Config) -> Found:
    return archive.read_zip(stream, source, partial(_member, settings=settings))


def _tar(stream: io.BufferedReader, name: str, source: str, settings: Config) -> Found:
    return archive.read_tar(stream, source, partial(_member, settings=settings))


def _page(stream: io.BufferedReader, name: str, source: str, settings: Config) -> Found:
    yield html.read(stream, source, settings)


def _mail(stream: io.BufferedReader, name: str, source: str, settings: Config) -> Found:
    yield mail.read(stream, source, settings)


def _text(stream: io.BufferedReader, name: str, source: str, settings: Config) -> Found:
    yield text.read(stream, source, settings, name)


READERS: Final[Mapping[Kind, Reader]] = {
    kinds.ZIP: _zip,
    kinds.TAR: _tar,
    kinds.PARQUET: lambda stream, name, source, settings: parquet.read(stream, source, settings),
    kinds.ARROW: lambda stream, name, source, settings: parquet.read_arrow(stream, source, settings),
    kinds.SQLITE: _sqlite,
    kinds.WARC: lambda stream, name, source, settings: warc.read(stream, source, settings),
    kinds.ARC: lambda stream, name, source, settings: warc.read(stream, source, settings),
    kinds.FEED: lambda stream, name, source, settings: feeds.read(stream, source, settings),
    kinds.JSON: jsonl.read_file,
    kinds.HTML: _page,
    kinds.MAIL: _mail,
    kinds.TEXT: _text,
    kinds.TABLE: tables.read,
}
"""The reader of each kind of file.  A kind that is not here has `advice`."""
