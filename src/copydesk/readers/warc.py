"""WARC, WET and ARC files of crawls: responses with a page or a text, and texts that a crawler took from a page.

The address of the page goes to `metadata.url`.  The time of the crawl (which is not the time of publication) and the
languages that the crawler found go to `metadata.extra`.  warcio (the extra `warc`) reads the files.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import IO, TYPE_CHECKING, Final

from copydesk import dump
from copydesk.config import Config
from copydesk.document import Json
from copydesk.dump import Dump, Pending, UnreadableError, check_size
from copydesk.readers import html
from copydesk.readers.compressed import MissingExtraError, broken_off
from copydesk.readers.record_fields import Names

if TYPE_CHECKING:
    from warcio.recordloader import ArcWarcRecord

READ: Final = frozenset(("response", "resource", "conversion"))
"""Types of records that hold a page or a text.  Requests and metadata, for example, do not."""

UNPACKED: Final = frozenset(("", "identity", "gzip", "x-gzip", "deflate"))

GZIP: Final = b"\x1f\x8b"
"""The first bytes of gzip data.  Crawlers often unpack a page, but leave the header that says it is packed."""

CHUNK_BYTES: Final = 16_384
"""Bytes that are given to zlib at a time.  If the gzip data ends inside a chunk, zlib copies the rest of the chunk, so
chunks are small."""

GROWTH_DIVISOR: Final = 500
GZIP_HEADER_BYTES: Final = 1_000
"""Data that can't be compressed gets longer with gzip: by at most 1/500 (zlib says 1/1000), and by the header."""

BROKEN: Final = (OSError, EOFError, ValueError, AttributeError, KeyError, zlib.error)
"""Errors that warcio raises for a broken record.  Some come from a missing header, because it does not check for
one."""

PAGES: Final = frozenset(("text/html", "application/xhtml+xml"))
_NEXT_RECORD = re.compile(rb"\r\n\r\nWARC/[01]\.\d+\r\n(?:[\w-]{1,60}:[^\r\n]{0,2000}\r\n){3}")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)


def read(stream: IO[bytes], source: str, settings: Config, *, is_arc: bool = False) -> Iterator[Pending]:
    """The dumps of an unpacked stream, in its order.  Raises UnreadableError if it breaks off.

    Records of ARC files have no ids.  warcio gives them new ids each time, so copydesk names them by their numbers.
    """
    try:
        from warcio.archiveiterator import ArchiveIterator
        from warcio.exceptions import ArchiveLoadFailed
    except ModuleNotFoundError as error:
        raise MissingExtraError("warc", "warcio") from error
    names = Names(source)
    number = 0
    records = iter(ArchiveIterator(stream, arc2warc=True))
    while True:
        number += 1
        try:
            record = next(records, None)
        except (ArchiveLoadFailed, *BROKEN) as error:
            raise broken_off(error) from error
        if record is None:
            return
        if record.rec_type in READ:
            own = "" if is_arc else record.rec_headers.get_header("WARC-Record-ID") or ""
            own = own.strip("<>").removeprefix("urn:uuid:")
            name, where = names.of(own or None, number)
            yield Pending(where, partial(_document, record, name or str(number), where, settings))


def _document(record: "ArcWarcRecord", name: str, where: str, settings: Config) -> Dump:
    headers, http = record.rec_headers, record.http_headers
    if http is not None and not (http.get_statuscode() or "").startswith("2"):
        raise UnreadableError("http_status", f"status {http.get_statuscode()} of the server: not a page")
    content = (http or headers).get_header("Content-Type") or ""
    kind = content.partition(";")[0].strip().lower()
    if kind and kind not in PAGES and not kind.startswith("text/"):
        raise UnreadableError("not_text", f"its Content-Type is {kind}")
    charset = _CHARSET.search(content)
    declared = charset[1] if charset else None
    data = _body(record, settings.limits.record_size + 1)
    check_size(len(data), settings)
    if _NEXT_RECORD.search(data):
        raise UnreadableError("broken_stream", "its Content-Length reaches into the next record: both are lost")
    if not kind and not html.is_page(data):
        raise UnreadableError("not_text", "it has no Content-Type, and does not begin like an HTML page")
    is_page = kind in PAGES or not kind
    found = html.render(data, where, declared) if is_page else dump.from_bytes(data, where, declared)
    extra: dict[str, Json] = {
        key: value
        for key, header in (("crawled", "WARC-Date"), ("languages", "WARC-Identified-Content-Language"))
        if (value := headers.get_header(header))
    }
    target = headers.get_header("WARC-Target-URI")
    given = replace(found.given, extra=extra)
    if target:
        given = replace(given, url=target, sources={**given.sources, "url": "container:WARC-Target-URI"})
    return replace(found, record=name, given=given)


def _body(record: "ArcWarcRecord", most: int) -> bytes:
    """The record's content, unpacked; at most `most` bytes.  Raises UnreadableError if it is not complete."""
    http = record.http_headers
    packing = (http.get_header("Content-Encoding") or "").strip().lower() if http else ""
    if packing not in UNPACKED:
        raise UnreadableError("broken_stream", f"its Content-Encoding is {packing!r}; only gzip and deflate are read")
    while http and http.remove_header("Content-Encoding"):  # else warcio unpacks it, and does not report broken content
        pass
    stream = record.content_stream()
    try:
        data: bytes = stream.read(most + most // GROWTH_DIVISOR + GZIP_HEADER_BYTES)
        is_cut = len(data) > most
        if packing in ("gzip", "x-gzip") and data.startswith(GZIP):
            data = _unpacked(data, most, zlib.MAX_WBITS + 16)
        elif packing == "deflate" and data and not html.is_page(data):
            data = _unpacked(data, most, zlib.MAX_WBITS if _is_zlib(data) else -zlib.MAX_WBITS)
    except EOFError as error:
        reason = "too_large" if is_cut else "broken_stream"
        raise UnreadableError(reason, f"its content is broken: {error}") from error
    except BROKEN as error:
        raise UnreadableError("broken_stream", f"its content is broken: {error}") from error
    if len(data) < most and getattr(record.raw_stream, "limit", 0) > 0:
        raise UnreadableError("broken_stream", "its content breaks off before its end")
    return data[:most]


def _is_zlib(data: bytes) -> bool:
    """Whether the data has the header of zlib (RFC 1950).  "deflate" can mean data with this header or without it."""
    return data[0] & 15 == zlib.DEFLATED and int.from_bytes(data[:2]) % 31 == 0


def _unpacked(data: bytes, most: int, bits: int) -> bytes:
    """At most `most` unpacked bytes.  Raises EOFError if the end is missing, and zlib.error if the data is broken."""
    found = bytearray()
    at = 0
    while len(found) < most:
        unpacker = zlib.decompressobj(bits)
        while not unpacker.eof and at < len(data) and len(found) < most:
            chunk = data[at : at + CHUNK_BYTES]
            found += unpacker.decompress(chunk, most - len(found))
            at += len(chunk)
        if not unpacker.eof and len(found) < most:
            raise EOFError("it breaks off before its end")
        at -= len(unpacker.unused_data)
        if not data.startswith(GZIP, at):  # other bytes after the end are not part of the content
            break
    return bytes(found)
