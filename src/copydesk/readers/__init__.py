"""Files to dumps.  Each reader knows one kind of file, and yields its dumps one by one.

A dump is decoded and rendered only when it is needed (`Pending`).  For a part of a file that can't be read, a reader
yields a Reject with the reason, and goes on with the next part.  If the source of a Reject is that of the whole file,
nothing after it can be read.

The name of a file decides how it is read, its last suffix first.  `pages.tar.gz` is unpacked, then read as a tar
archive; then the name of each file in the archive decides.
"""

import io
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import IO, Final

from copydesk.config import Config
from copydesk.document import Reject
from copydesk.dump import Dump, Pending, UnreadableError
from copydesk.files import Readable
from copydesk.readers import archive, compressed, html, jsonl, parquet, text, warc
from copydesk.readers.compressed import Unpacked

HTML_SUFFIXES: Final = (".html", ".htm", ".xhtml")
JSONL_SUFFIXES: Final = (".jsonl", ".ndjson", ".json")
CONTAINERS: Final = (archive.ZIP, archive.TAR, parquet.SUFFIX, *warc.SUFFIXES, ".jsonl", ".ndjson")
"""Files that hold many dumps.  If such a file breaks off, the dumps before that place are used."""


def holds_many(name: str) -> bool:
    """Whether a file of this name is a container, which holds many dumps."""
    lower = name.lower()
    for packed in compressed.SUFFIXES:
        lower = lower.removesuffix(packed)
    return lower.endswith((*CONTAINERS, *archive.SHORT_TAR))


def read(path: Readable, source: str, settings: Config) -> Iterator[Dump | Reject]:
    """The dumps and rejects of the file at `path`, in its order."""
    yield from map(make, find(path, source, settings))


def make(found: Pending | Reject) -> Dump | Reject:
    """The dump, or the reject that says why it can't be made."""
    try:
        return found.make() if isinstance(found, Pending) else found
    except UnreadableError as error:
        return Reject(found.source, error.reason, error.detail)


def find(path: Readable, source: str, settings: Config) -> Iterator[Pending | Reject]:
    """The dumps of the file at `path`, in its order, not decoded yet, and rejects."""
    try:
        with path.open("rb") as stream:
            for found in find_in(stream, path.name, source, settings):
                yield replace(found, read=stream.tell()) if isinstance(found, Pending) else found
    except OSError as error:
        yield Reject(source, "unreadable", f"{error.strerror or error}")


def find_in(
    stream: IO[bytes], name: str, source: str, settings: Config, *, inside: bool = False
) -> Iterator[Pending | Reject]:
    """The same for an open stream with a file's `name`; `inside` means that it is part of an archive.

    An archive inside an archive is rejected.
    """
    lower = name.lower()
    name = next(
        (name[: -len(short)] + long for short, long in archive.SHORT_TAR.items() if lower.endswith(short)), name
    )
    try:
        unpacked, name = compressed.unpack(stream, name)
        found = _read(unpacked, name.lower(), source, settings, inside=inside)
        single = [] if name.lower().endswith(CONTAINERS) else list(found)
        yield from found
        for each in (unpacked, stream):
            if isinstance(each, Unpacked) and each.trouble:
                raise each.trouble  # a dump that breaks off is not yielded
        yield from single
    except UnreadableError as error:
        yield Reject(source, error.reason, error.detail)


def _read(stream: IO[bytes], name: str, source: str, settings: Config, *, inside: bool) -> Iterator[Pending | Reject]:
    needs_seek = name.endswith((archive.ZIP, parquet.SUFFIX)) and (inside or not stream.seekable())
    if needs_seek or (inside and name.endswith(archive.TAR)):
        raise UnreadableError("nested", "an archive or Parquet file inside another or a compressed stream: unpack it")
    if name.endswith((archive.ZIP, archive.TAR)):
        reader = archive.read_zip if name.endswith(archive.ZIP) else archive.read_tar
        yield from reader(stream, source, partial(_member, settings=settings))
    elif name.endswith(parquet.SUFFIX):
        yield from parquet.read(stream, source, settings)
    elif name.endswith(warc.SUFFIXES):
        yield from warc.read(stream, source, settings, is_arc=name.endswith(warc.ARC))
    elif name.endswith(JSONL_SUFFIXES):
        yield from (jsonl.read_one if name.endswith(".json") else jsonl.read)(stream, source, settings)
    else:
        beginning = stream.peek(html.SNIFFED_BYTES) if isinstance(stream, io.BufferedReader) else b""
        is_page = name.endswith(HTML_SUFFIXES) or html.is_page(beginning)
        yield (html if is_page else text).read(stream, source, settings)


def _member(stream: IO[bytes], name: str, source: str, *, settings: Config) -> Iterator[Pending | Reject]:
    yield from find_in(stream, name, source, settings, inside=True)
