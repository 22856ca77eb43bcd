"""RSS and Atom: each entry of a feed is a record.  feedparser reads the XML, also if it is not well-formed.

The text of an entry is its content (`content:encoded` of RSS, `content` of Atom), or its summary if it has no content.
Both are usually HTML, and are read like a page.
"""

import hashlib
import io
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import IO, TYPE_CHECKING, Final

from copydesk import dump
from copydesk.config import Config
from copydesk.document import Json, Reject
from copydesk.dump import Dump, Pending, Stated, SuppliedMetadata, UnreadableError
from copydesk.parsing import dates
from copydesk.readers import html, kinds
from copydesk.readers.compressed import BOMB
from copydesk.readers.record_fields import Names, is_url
from copydesk.text import as_field

if TYPE_CHECKING:
    from feedparser import FeedParserDict

MAX_ENTRIES_SIZE: Final = 4
"""A feed may be this number of times as long as `limits.record_size`, because it has many entries."""

MAX_ENTITY: Final = 30
"""Bytes for which an entity of a feed may stand.  Feeds declare entities for single characters, such as &nbsp;."""

_ENTITY = re.compile(rb"<!ENTITY\s++(?:%\s++)?+[^\s'\"<>]++\s++(?:\"([^\"]*+)|'([^']*+))")
_REFERENCE = re.compile(rb"[&%](?!#)")
_NUMBERED = re.compile(rb"&#(?:x([0-9a-f]{1,9})|([0-9]{1,9}));?", re.IGNORECASE)
SURROGATES: Final = range(0xD800, 0xE000)

PLAIN: Final = "text/plain"
MAX_FIELD: Final = 1_000
"""Characters of a title, a name or a category.  A longer one is not a field, but a text in a wrong place."""


def read(stream: IO[bytes], source: str, settings: Config) -> Iterator[Pending | Reject]:
    """The entries of the feed in a stream.  Raises UnreadableError if it is too large, or not a feed."""
    limit = settings.limits.record_size * MAX_ENTRIES_SIZE
    data = stream.read(limit + 1)
    if len(data) > limit:
        detail = f"a feed of over {limit:,} bytes, which is {MAX_ENTRIES_SIZE} times limits.record_size"
        raise UnreadableError("too_large", detail)
    yield from entries(data, source, settings)


def entries(data: bytes, source: str, settings: Config, truncated: str | None = None) -> Iterator[Pending | Reject]:
    """The entries of a feed, in its order.  Raises UnreadableError if it has none.

    `truncated` says why the end of the feed is missing: its last entry gets it.
    """
    import feedparser

    _check_entities(data)
    with io.BytesIO(_NUMBERED.sub(_valid, data)) as stream:  # bytes could be taken for an address or a path
        try:
            feed = feedparser.parse(stream, resolve_relative_uris=False, sanitize_html=False)
        except (ValueError, OverflowError) as error:
            raise UnreadableError("broken_stream", f"it can't be read as a feed: {error}") from error
    if not feed.entries:
        raise UnreadableError("empty", "the feed has no entries")
    names = Names(source)
    title = _plain(feed.feed.get("title_detail"))
    for number, entry in enumerate(feed.entries, 1):
        given = _given(entry, title)
        name, where = names.of(_line(entry.get("id")) or given.url, number)
        text, kind = _text(entry)
        if not text:
            yield Reject(where, "no_text", "the entry has no content and no summary")
        else:
            cut = truncated if number == len(feed.entries) else None
            make = partial(_make, text, kind, name or str(number), where, given, cut, settings)
            yield Pending(where, make, repr((text, given)).encode("utf-8", "replace"))


def _check_entities(data: bytes) -> None:
    """Raise UnreadableError if the feed declares entities that stand for long texts, or for other entities.

    Each reference to one makes the feed longer.  feedparser also reads a bomb of these several times.
    """
    own = kinds.as_utf8(data)
    if b"<!DOCTYPE" not in own:
        return
    for declared in _ENTITY.finditer(own):
        value = declared[1] or declared[2] or b""
        if len(value) > MAX_ENTITY or _REFERENCE.search(value):
            raise UnreadableError(BOMB, f"the entity {declared[0][:60].decode('utf-8', 'replace')!r} makes it longer")


def _valid(reference: re.Match[bytes]) -> bytes:
    """The reference to a character by its number; to U+FFFD if no character has it, on which feedparser fails."""
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    return b"&#xFFFD;" if code in SURROGATES or code > sys.maxunicode else reference[0]


def _make(
    text: str, kind: str, name: str, where: str, given: SuppliedMetadata, truncated: str | None, settings: Config
) -> Dump:
    dump.check_size(len(text), settings)
    if kind == PLAIN:
        return replace(dump.from_text(text, where, name, given), truncated=truncated)
    page = html.render_text(text, where)
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    return replace(page, sha256=digest, record=name, given=given.or_else(page.given), truncated=truncated)


def _text(entry: "FeedParserDict") -> tuple[str, str]:
    """(the longest content of the entry, or its summary; the type of it)."""
    contents = [part for part in entry.get("content") or () if (part.get("value") or "").strip()]
    summary = entry.get("summary_detail")
    if not contents and summary and (summary.get("value") or "").strip():
        contents = [summary]
    best = max(contents, key=lambda part: len(part["value"]), default=None)
    return (best["value"], best.get("type") or "") if best else ("", "")


def _given(entry: "FeedParserDict", feed: str | None) -> SuppliedMetadata:
    """The metadata of an entry, as far as they are valid; the name of the feed goes to `extra`."""
    authors = tuple(name for person in entry.get("authors") or () if (name := _line(person.get("name"))))
    tags = tuple(Stated(term, "container:category") for tag in entry.get("tags") or () if (term := _line(tag.term)))
    link = entry.get("link") or ""
    updated = dict.get(entry, "updated")  # `entry.get` gives the date of publication if this is missing
    extra: dict[str, Json] = {"feed": feed} if feed else {}
    return SuppliedMetadata(
        title=_plain(entry.get("title_detail")),
        authors=authors,
        date=_date(entry.get("published")),
        url=link if is_url(link) else None,
        stated_update=_date(updated),
        stated_tags=tags,
        extra=extra,
        sources={
            "title": "container:title",
            "authors": "container:author",
            "date": "container:published",
            "url": "container:link",
            "stated_update": "container:updated",
        },
    )


def _plain(detail: "FeedParserDict | None") -> str | None:
    """A title as text: many feeds have markup in it."""
    value = (detail.get("value") if detail else None) or ""
    if detail and detail.get("type") != PLAIN and "<" in value:
        try:
            value = html.render_text(value[:MAX_FIELD], "").text
        except UnreadableError:  # nothing but markup
            return None
    return _line(value)


def _line(value: object) -> str | None:
    """A field as one line; None if it is missing, or too long to be one."""
    line = " ".join(as_field(value).split()) if isinstance(value, str) else ""
    return line if 0 < len(line) <= MAX_FIELD else None


def _date(value: object) -> str | None:
    found = dates.find(value[:MAX_FIELD], None) if isinstance(value, str) else []
    return found[0].iso if found else None
