"""Saved pages (MHTML) and mails (EML): one dump, of the HTML part, or of the text of a mail without HTML.

Pictures, styles and attached files are not read.
"""

import email
import hashlib
from contextlib import suppress
from dataclasses import dataclass, replace
from email.errors import HeaderParseError, MessageError
from email.header import decode_header, make_header
from email.message import Message
from functools import partial
from typing import IO, Final

from copydesk import dump
from copydesk.config import Config
from copydesk.document import Json
from copydesk.dump import Dump, Pending, SuppliedMetadata, UnreadableError, check_size
from copydesk.parsing import dates
from copydesk.readers import html
from copydesk.readers.record_fields import is_url
from copydesk.text import as_field

MAX_PARTS_SIZE: Final = 8
"""A file may be this number of times as long as `limits.record_size`, because it also has pictures and styles."""

MAX_HEADER: Final = 1_000
"""Characters of a header that are read."""

PAGES: Final = ("text/html", "application/xhtml+xml")
PAGE_LOCATION: Final = ("Content-Location", "Snapshot-Content-Location")


def read(stream: IO[bytes], source: str, settings: Config) -> Pending:
    """The dump of the file in a stream.  Raises UnreadableError if it is too large."""
    limit = settings.limits.record_size * MAX_PARTS_SIZE
    data = stream.read(limit + 1)
    if len(data) > limit:
        detail = f"a mail or saved page of over {limit:,} bytes, which is {MAX_PARTS_SIZE} times limits.record_size"
        raise UnreadableError("too_large", detail)
    return Pending(source, partial(_make, data, source, settings), data)


@dataclass(frozen=True, slots=True)
class _Part:
    """The part with the words of a file."""

    data: bytes
    charset: str | None
    is_page: bool
    location: str | None


def _make(data: bytes, source: str, settings: Config) -> Dump:
    try:
        message = email.message_from_bytes(data)
        part = _best(message)
    except (MessageError, LookupError, ValueError, RecursionError) as error:
        raise UnreadableError("broken_stream", f"not a mail or a saved page: {error}") from error
    if part is None:
        raise UnreadableError("no_text", "it has no part that is HTML or text")
    check_size(len(part.data), settings)
    found = (html.render if part.is_page else dump.from_bytes)(part.data, source, part.charset)
    is_saved = part.location is not None
    given = _page(part.location) if is_saved else _mail(message)
    return replace(
        found,
        sha256=hashlib.sha256(data).hexdigest() if part.is_page else found.sha256,
        given=given.or_else(found.given),
    )


def _best(message: Message) -> _Part | None:
    """The first HTML part, else the first text, that is not an attached file."""
    text: _Part | None = None
    snapshot = _header(message, PAGE_LOCATION[1])
    for part in message.walk():
        kind = part.get_content_type()
        if (
            kind not in ("text/html", "application/xhtml+xml", "text/plain")
            or part.get_content_disposition() == "attachment"
        ):
            continue
        payload = part.get_payload(decode=True)
        if not isinstance(payload, bytes) or not payload.strip():
            continue
        location = _header(part, PAGE_LOCATION[0]) or snapshot
        if kind != "text/plain":
            return _Part(payload, part.get_content_charset(), is_page=True, location=location)
        text = text or _Part(payload, part.get_content_charset(), is_page=False, location=location)
    return text


def _page(location: str | None) -> SuppliedMetadata:
    """The address of a saved page."""
    if location is None or not is_url(location):
        return dump.NOTHING_GIVEN
    return SuppliedMetadata(url=location, sources={"url": f"container:{PAGE_LOCATION[0]}"})


def _mail(message: Message) -> SuppliedMetadata:
    """What a mail states: its subject is the title.

    The sender goes to `extra`, because a newsletter comes from a program or a publisher as often as from an author.
    """
    date = dates.find(_header(message, "Date") or "", None)
    sender = _header(message, "From")
    extra: dict[str, Json] = {"from": sender} if sender else {}
    return SuppliedMetadata(
        title=_header(message, "Subject"),
        date=date[0].iso if date else None,
        extra=extra,
        sources={"title": "container:Subject", "date": "container:Date"},
    )


def _header(message: Message, name: str) -> str | None:
    """The header as one line of text; None if it is missing or empty."""
    value = message.get(name)
    if value is None:
        return None
    raw = str(value)[:MAX_HEADER]
    with suppress(HeaderParseError, LookupError, ValueError):  # an unknown charset, or broken base64
        raw = str(make_header(decode_header(raw)))
    return " ".join(as_field(raw).split()) or None
