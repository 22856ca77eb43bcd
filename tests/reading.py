"""Shared by the tests of readers: a story as text and as a page, and ways to pack and read it."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import zstandard
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from copydesk import config, readers
from copydesk.document import Reject
from copydesk.dump import Dump

STORY = (
    "Old bridge to stay closed for a year\n\nThe council voted on Monday evening to close the old bridge to all "
    "traffic until next spring, as engineers had asked it to do.\n\nTwo of the five piers have moved by more than a "
    "hand since the last flood, the report says, and nobody knows who will pay."
)
PAGE = (
    "<!DOCTYPE html><html><head><title>Old bridge to stay closed for a year | Northford News</title></head><body>"
    "<nav><a href='/'>Home</a> <a href='/s'>Sport</a></nav><article>"
    + "".join(f"<p>{line}</p>" if n else f"<h1>{line}</h1>" for n, line in enumerate(STORY.split("\n\n")))
    + "</article></body></html>"
)
PACK: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.ZstdCompressor().compress,
}


def read(path: Path, settings: config.Config | None = None) -> list[Dump | Reject]:
    return list(readers.read(path, path.name, settings or config.default()))


def dumps(found: list[Dump | Reject]) -> list[Dump]:
    assert all(isinstance(one, Dump) for one in found), found
    return [one for one in found if isinstance(one, Dump)]


def reasons(found: list[Dump | Reject]) -> dict[str, str]:
    return {one.source: one.reason for one in found if isinstance(one, Reject)}


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def archive_of(files: dict[str, bytes], *, as_zip: bool) -> bytes:
    packed = io.BytesIO()
    if as_zip:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
            for name, data in files.items():
                made.writestr(name, data)
    else:
        with tarfile.open(fileobj=packed, mode="w") as made_tar:
            for name, data in files.items():
                info = tarfile.TarInfo(name)
                info.size = len(data)
                made_tar.addfile(info, io.BytesIO(data))
    return packed.getvalue()


WarcRecord = tuple[str, str, bytes, str, list[tuple[str, str]], str]
"""(type, address, payload, content type, more HTTP headers, status or "")"""


def warc(records: Sequence[WarcRecord]) -> bytes:
    """A WARC file with these records."""
    made = io.BytesIO()
    writer = WARCWriter(made, gzip=True)
    for kind, url, payload, content_type, http, status in records:
        headers = (
            StatusAndHeaders(
                status, [*([("Content-Type", content_type)] if content_type else []), *http], protocol="HTTP/1.1"
            )
            if status
            else None
        )
        own = "" if headers else content_type
        with io.BytesIO(payload) as stream:
            writer.write_record(
                writer.create_warc_record(url, kind, payload=stream, http_headers=headers, warc_content_type=own)
            )
    return made.getvalue()


def crawl_record(
    block: bytes, number: int = 1, *, kind: str = "response", url: str = "https://example.org/a",
    length: int | None = None, content_type: str = "application/http", more: str = "",
) -> bytes:  # fmt: skip
    """A record of a WARC file as bytes; `length` is its Content-Length if that is wrong, -1 for none."""
    size = "" if length == -1 else f"Content-Length: {len(block) if length is None else length}\r\n"
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{number}>\r\nWARC-Target-URI: {url}\r\n"
        f"{more}Content-Type: {content_type}\r\n{size}\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def http(body: bytes, *headers: str, status: str = "HTTP/1.1 200 OK", content_type: str = "text/html") -> bytes:
    """An HTTP message."""
    typed = [f"Content-Type: {content_type}"] if content_type else []
    return "\r\n".join([status, *typed, *headers, "", ""]).encode() + body


def chunked(data: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (data[:100], data[100:])) + b"0\r\n\r\n"
