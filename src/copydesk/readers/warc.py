"""WARC, WET and ARC files of crawls: responses with a page or a text, and texts that a crawler took from a page.

The address of the page goes to `metadata.url`.  The time of the crawl (which is not the time of publication) and the
languages that the crawler found go to `metadata.extra`.  Why a page is not complete goes to `provenance.truncated`.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import IO, TYPE_CHECKING, Final

from copydesk import dump
from copydesk.config import Config
from copydesk.document import Json, Reject
from copydesk.dump import Dump, Pending, UnreadableError, check_size
from copydesk.readers import feeds, html, http_body, kinds, warc_records
from copydesk.readers.kinds import Kind
from copydesk.readers.record_fields import Names, is_url
from copydesk.readers.warc_records import CrawlRecord, Damage, Garbage
from copydesk.rights import Right, of_headers
from copydesk.text import as_field

if TYPE_CHECKING:
    from warcio.statusandheaders import StatusAndHeaders

READ: Final = frozenset(("response", "resource", "conversion"))
"""Types of records that hold a page or a text."""

OTHER: Final = frozenset(("warcinfo", "request", "metadata", "revisit", "continuation"))
"""The other types (WARC 1.1, section 6), which hold no page of their own.  They are not read."""

MAX_HEAD_BYTES: Final = 65_536
"""Bytes of the HTTP headers in a block."""

MAX_TYPE: Final = 40
"""Characters of an unknown type that a reject quotes."""

GROWTH_DIVISOR: Final = 500
GZIP_HEADER_BYTES: Final = 1_000
"""Data that can't be compressed gets longer with gzip: by at most 1/500 (zlib says 1/1000), and by the header."""

CHUNKED_OVERHEAD: Final = 2
"""A content in chunks may be this number of times as long as without them."""

PAGES: Final = frozenset(("text/html", "application/xhtml+xml"))
NOT_STATED: Final = "unspecified"
"""The value of WARC-Truncated (WARC 1.1, section 5.13) that gives no reason; also for a value that is not a word."""

CUT_BODY: Final = "body"
"""`truncated` if the record does not say it, but the content breaks off: the last chunk is not complete, or the HTTP
header Content-Length is larger."""

CONTAINER: Final = "container:"
"""How the sources of headers begin."""

SEGMENT: Final = "segment"
"""`truncated` of a record that a crawler has split: the other segments are records without a page."""

MAX_END_BYTES: Final = 4_096
"""Last bytes of a page in which the end of its markup is searched."""

_STATUS = re.compile(rb"(?:[A-Za-z][\w./]{0,15} )?(\d{3})(?:[ \t][^\r\n]{0,1000})?\r?\n")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_WORD = re.compile(r"[\w-]{1,40}")
_END = re.compile(rb"</(?:html|body)\s*>\s*(?:<!--.{0,2000}?-->\s*)*\Z", re.IGNORECASE | re.DOTALL)
_CODE = re.compile(
    r"text/(?:css|(?:x-)?(?:java|ecma|type|vb|j|live)script|x-json|json|csv|tab-separated-values|calendar|v-?card"
    r"|x-v-?card|vtt|dns|cache-manifest|event-stream|x-component|xsl)"
)
"""Types of text that is not for readers."""

_ROBOTS = re.compile(r"https?://[^/]+/robots\.txt", re.IGNORECASE)
_MAYBE_FEED = re.compile(rb"content-type:[^\r\n]{0,80}(?:xml|rss|atom)|<(?:rss|feed|rdf:rdf)[\s>]", re.IGNORECASE)
"""What is in the first bytes of a record that may hold a feed; its content may be packed."""

MAYBE_FEED_BYTES: Final = 4_096


def read(stream: IO[bytes], source: str, settings: Config) -> Iterator[Pending | Reject]:
    """The dumps of an unpacked stream, in its order, and the rejects of records that are damaged.

    Raises UnreadableError if it is no crawl.  Records of ARC files have no ids.  warcio gives them new ids each time,
    so copydesk names them by their numbers.
    """
    most = settings.limits.record_size + 1
    raw_most = CHUNKED_OVERHEAD * (most + most // GROWTH_DIVISOR + GZIP_HEADER_BYTES) + MAX_HEAD_BYTES
    names = Names(source)
    for number, record in enumerate(warc_records.read(stream, raw_most), 1):
        if isinstance(record, Garbage):
            yield Reject(names.at(number), "broken_stream", record.detail)
            continue
        kind = record.header("WARC-Type")
        if kind in OTHER and record.damage is not Damage.BREAKS_OFF:
            continue
        if kind not in READ | OTHER:
            yield Reject(names.at(number), "broken_stream", f"its WARC-Type is {kind[:MAX_TYPE]!r}, which is not known")
            continue
        stated = "" if record.is_arc else as_field(record.header("WARC-Record-ID"))
        own = stated.strip("<>").removeprefix("urn:uuid:")
        name, where = names.of(own or None, number)
        feed = _feed(record, most)
        if feed is None:
            yield Pending(where, partial(_document, record, name or str(number), where, settings))
            if record.rest and _loses_rest(record, most):
                detail = f"{len(record.rest):,} bytes between this record and the next belong to none of them"
                yield Reject(names.of(None, number)[1], "broken_stream", detail)
            continue
        try:
            yield from feeds.entries(feed.data, where, settings, feed.truncated)
        except UnreadableError as error:
            yield Reject(where, error.reason, error.detail)


def _feed(record: CrawlRecord, most: int) -> "_Message | None":
    """The content of a record that is a feed; None if it is something else or can't be used."""
    if not _MAYBE_FEED.search(record.block, 0, MAYBE_FEED_BYTES):
        return None
    try:
        message = _message(record, most)
    except UnreadableError:
        return None
    return message if len(message.data) < most and _kind(message.data) is kinds.FEED else None


def _loses_rest(record: CrawlRecord, most: int) -> bool:
    """Whether a record is read without the bytes between it and the next one, which may be a page of their own."""
    try:
        message = _message(replace(record, rest=b""), most)
    except UnreadableError:  # its reject says that its length is wrong
        return False
    return message.truncated != CUT_BODY


def _kind(data: bytes) -> Kind | None:
    """The kind of a content that its first bytes show."""
    return kinds.by_content(data[: kinds.SNIFFED_BYTES])


@dataclass(frozen=True, slots=True)
class _Message:
    """The content of a record, and the headers that describe it; `truncated` says why its end is missing.

    `rights` are the opt-out and licence marks in the server's headers.
    """

    data: bytes
    content_type: str
    truncated: str | None
    rights: tuple[Right, ...] = ()


def _document(record: CrawlRecord, name: str, where: str, settings: Config) -> Dump:
    message = _message(record, settings.limits.record_size + 1)
    found = _dump(message, record.header("WARC-Target-URI"), where, settings)
    extra: dict[str, Json] = {
        key: value
        for key, header in (("crawled", "WARC-Date"), ("languages", "WARC-Identified-Content-Language"))
        if (value := record.header(header))
    }
    given = replace(found.given, extra=extra)
    target = record.header("WARC-Target-URI").strip("<>").replace(" ", "%20")
    if is_url(target):
        given = replace(given, url=target, sources={**given.sources, "url": "container:WARC-Target-URI"})
    rights = (*message.rights, *found.rights)
    return replace(found, record=name, given=given, truncated=message.truncated, rights=rights)


def _dump(message: _Message, target: str, where: str, settings: Config) -> Dump:
    """The dump of a page or a text; which of them, and whether it is one, its first bytes decide before its type."""
    data = message.data
    stated = message.content_type.partition(";")[0].partition(",")[0].strip().lower()
    kind = _kind(data)
    if kind and kind.advice:
        raise UnreadableError("unknown_kind", f"{kind.name}: {kind.advice}")
    is_code = _CODE.fullmatch(stated) or kind is kinds.JSON or _ROBOTS.fullmatch(target)
    is_page = kind is kinds.HTML or (stated in PAGES and not is_code)
    if not is_page and (is_code or not stated.startswith("text/")):
        raise UnreadableError(
            "not_text", f"its Content-Type is {stated or 'missing'}, and it does not begin like an HTML page"
        )
    check_size(len(data), settings)
    charset = _CHARSET.search(message.content_type)
    return (html.render if is_page else dump.from_bytes)(data, where, charset[1] if charset else None)


def _message(record: CrawlRecord, most: int) -> _Message:
    """The content of a record, complete or with the reason why not.  Raises UnreadableError if it can't be used."""
    if record.damage is Damage.BREAKS_OFF:
        raise UnreadableError("broken_stream", record.damage.value)
    truncated = _truncated(record)
    is_response = record.header("WARC-Type") == "response"
    status = _STATUS.match(record.block) if is_response else None
    if status is None:
        is_http = is_response and record.header("WARC-Target-URI").strip("<").startswith(("http:", "https:"))
        if is_http and _kind(record.block) is not kinds.HTML:
            raise UnreadableError("http_status", "it does not begin with the status of a server: not a page")
        data = http_body.unpacked(record.block, "", most, may_be_cut=truncated is not None).data
        _check_length(record, record.block, data, None)
        return _Message(data, "" if is_response else record.header("Content-Type"), truncated)
    code = status[1].decode()
    if not code.startswith("2"):
        raise UnreadableError("http_status", f"status {code} of the server: not a page")
    http, start = _http_headers(record.block)
    stated = _length(http)
    raw = record.block[start:]
    if stated is not None and len(raw) < stated <= len(raw) + len(record.rest):
        raw = (raw + record.rest)[:stated]  # by the server's length, what follows the record belongs to it
    chunks = http_body.joined(raw, is_stated="chunked" in (http.get_header("Transfer-Encoding") or "").lower())
    encoding = ",".join(value for key, value in http.headers if key.lower() == "content-encoding")
    body = http_body.unpacked(chunks.data, encoding, most, may_be_cut=truncated is not None)
    _check_length(record, raw, body.data, stated)
    is_short = stated is not None and len(raw) < stated and not encoding
    if (chunks.is_cut or body.is_cut or is_short) and not _ends(body.data):
        truncated = truncated or CUT_BODY
    rights = tuple(of_headers(http.headers, CONTAINER))
    return _Message(body.data, http.get_header("Content-Type") or "", truncated, rights)


def _check_length(record: CrawlRecord, raw: bytes, content: bytes, stated: int | None) -> None:
    """Raise UnreadableError if the record's length is wrong and nothing shows that its content is complete.

    It is complete if it has the length that the server stated, or if the markup of a page ends with it.
    """
    if record.damage and len(raw) != stated and not _ends(content):
        raise UnreadableError("broken_stream", record.damage.value)


def _ends(content: bytes) -> bool:
    """Whether the markup of a page ends at the end of the content."""
    return _END.search(content[-MAX_END_BYTES:]) is not None


def _truncated(record: CrawlRecord) -> str | None:
    """The reason of the header WARC-Truncated, or of a record that is only a segment; None if it is complete."""
    stated = record.header("WARC-Truncated").strip()
    if stated:
        return stated.lower() if _WORD.fullmatch(stated) else NOT_STATED
    return SEGMENT if record.header("WARC-Segment-Number") else None


def _http_headers(block: bytes) -> tuple["StatusAndHeaders", int]:
    """(the HTTP headers at the beginning of a block, where its content starts)."""
    from warcio.statusandheaders import StatusAndHeadersParser

    with io.BytesIO(block) as stream:
        return StatusAndHeadersParser([], verify=False).parse(stream), stream.tell()


def _length(http: "StatusAndHeaders") -> int | None:
    """The Content-Length that the server stated."""
    stated = (http.get_header("Content-Length") or "").strip()
    return int(stated) if stated.isdecimal() and len(stated) < 19 else None
