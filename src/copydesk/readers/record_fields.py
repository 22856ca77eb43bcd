"""A record of a container (a JSON object or a row) as a dump.  It may have the field names of several other programs.

Fields with valid values are used.  All other fields go to `metadata.extra`.
"""

import datetime
import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, count
from typing import Final
from urllib.parse import urlsplit

import msgspec

from copydesk import dump
from copydesk.config import Config
from copydesk.document import Json, Reject
from copydesk.dump import Dump, Pending, SuppliedMetadata, UnreadableError, check_size
from copydesk.parsing import dates
from copydesk.readers import html, markdown, record_headers, record_text
from copydesk.readers.record_text import RENDERED, Holder, Story
from copydesk.text import as_field

NESTED: Final = frozenset(("metadata",))
"""The field in which datatrove and Dolma store everything but text and id."""

GIVEN: Final = ("url", "title", "date", "language", "authors")

MIN_EPOCH: Final = 631_152_000
"""Seconds from 1970 to 1990.  A smaller number is no date of a page of the web."""

MAX_EPOCH: Final = 10**15
"""A larger number is no date."""

_DAY = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:(?:[01]\d|2[0-3])[0-5]\d[0-5]\d)?")
_SECONDS = re.compile(r"[12]?\d{9}(?:\.\d+)?")
_MILLISECONDS = re.compile(r"1\d{12}")
_URL = re.compile(r"https?://(?!/)[^\s\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069<>\"]+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")


class Names:
    """The names of the records in a container: their ids; or their numbers, if an id is missing or is there twice."""

    def __init__(self, source: str):
        self.source = source
        self._seen: set[bytes] = set()

    def of(self, own: str | None, number: int | None) -> tuple[str | None, str]:
        """(name, source) of a record.

        If `number` is None, it is the only record and has the source of the container.
        """
        if number is None:
            return own, self.source
        name = self._unseen(own, number)
        return name, f"{self.source}#{name}"

    def at(self, number: int | None) -> str:
        """The source of a record whose name could not be read."""
        return self.source if number is None else f"{self.source}#{number}"

    def _unseen(self, name: str | None, number: int) -> str:
        for candidate in chain([name or str(number), str(number)], (f"{number}-{more}" for more in count(2))):
            key = hashlib.blake2b(candidate.encode(), digest_size=8).digest()  # eight bytes for an id of any length
            if key not in self._seen:
                self._seen.add(key)
                return candidate
        raise AssertionError("not reached: the numbers never end")


def dump_of(
    record: dict[str, Json], raw: bytes, number: int | None, names: Names, settings: Config
) -> Pending | Reject:
    """The record as a dump of its text, or of its rendered HTML if it has no text.  `raw` is the whole record."""
    called = settings.fields
    story = record_text.take(record, settings)
    holders = story.holders if story else (Holder(record),)
    name, where = names.of(_id(holders, called.id), number)
    if story is None:
        return Reject(where, "no_text", _no_text(record, settings)[:300])
    return Pending(where, partial(_make, record, story, name, where, settings), raw)


def _no_text(record: dict[str, Json], settings: Config) -> str:
    """What a reject says of a record without a text: the fields that hold text, and how to name one of them."""
    called = settings.fields
    long = ", ".join(map(repr, record_text.long_fields(record, called)))
    if not long:
        keys = ", ".join(map(repr, record)) or "none"
        return f"it needs a string in `{called.text[0]}` or `{called.html[0]}`; its fields are: {keys}"
    wanted = f"no `{called.text[0]}` or `{called.html[0]}`"
    return f"{wanted}: name the field with the text under [fields] in the settings; text is in {long}"


def _make(rest: dict[str, Json], story: Story, name: str | None, where: str, settings: Config) -> Dump:
    """The dump of a text or a page, with the metadata of its record."""
    text, page = story.text, story.page
    check_size(max(len(text or ""), len(page or "")), settings)
    rights = record_headers.rights_of(rest, story.holders)
    given = _given(rest, story.holders, settings)
    if text is None:
        rendered = html.render_text(page or "", where)
        return replace(
            rendered,
            sha256=hashlib.sha256((page or "").encode()).hexdigest(),
            record=name or rendered.record,
            given=given.or_else(rendered.given),
            rights=(*rights, *rendered.rights),
        )
    found = replace(dump.from_text(text, where, name, given), rights=rights)
    if markdown.is_markdown(text):
        rendered = from_markdown(text, where, settings)
        found = replace(rendered, record=found.record, given=given.or_else(rendered.given), rights=rights)
    if page is None:
        return found
    try:
        return html.beside(found, page)
    except UnreadableError:  # a page without text has nothing to add
        return found


def _id(holders: Sequence[Holder], keys: Sequence[str]) -> str | None:
    """The id of the record, which is removed from it.

    A value that is not text or a whole number stays in the record.
    """
    for holder in holders:
        for place in holder.places(keys):
            value = place.value
            found = _text(str(value) if isinstance(value, int) and not isinstance(value, bool) else value)
            if found or value is None:
                place.remove()
            if found:
                return found
    return None


def from_markdown(text: str, source: str, settings: Config) -> Dump:
    """The dump of a Markdown text; the valid values of its front matter are its metadata, and the rest is `extra`."""
    found, fields = markdown.render(text, source)
    title = fields.get("title") if markdown.is_from_copydesk(fields) else None
    given = _given(fields, (Holder(fields),), settings)
    if isinstance(title, str):  # it was valid when it was written, with each of its spaces
        given = replace(given, title=title)
    return replace(found, given=given, base=given.url)


def _given(record: dict[str, Json], holders: Sequence[Holder], settings: Config) -> SuppliedMetadata:
    """The valid values of the known fields.  A field is removed if its whole value is used; the rest is `extra`."""
    called = settings.fields
    given: dict[str, str | tuple[str, ...]] = {}
    sources: dict[str, str] = {}
    for holder in (*holders, *Holder(record).inside(NESTED)):
        for field in GIVEN:
            for place in list(holder.places(getattr(called, field))):
                value = place.value
                found, is_whole = _valid(field, value)
                if found and field not in given:
                    given[field] = found
                    sources[field] = f"container:{place.path}"
                    if is_whole:
                        place.remove()
                elif value in (None, "", []):
                    place.remove()
    return msgspec.convert(given | {"extra": record, "sources": sources}, SuppliedMetadata)


def _valid(field: str, value: Json) -> tuple[str | tuple[str, ...] | None, bool]:
    """(value, is_whole): the valid part of a value, or None; and whether that is all of it."""
    if isinstance(value, dict):
        return _valid_inside(field, value)
    if field == "authors":
        listed = value if isinstance(value, list) else value.split(";") if isinstance(value, str) else []
        people = tuple(name for item in listed if (name := _text(_name(item))))
        return people, len(people) == len([item for item in listed if item != ""]) and _are_strings(listed)
    if field == "url":
        return (value if isinstance(value, str) and is_url(value) else None), True
    if field == "title":
        return _text(value), True
    return (_date(value) if field == "date" else _language(value)), True


def _valid_inside(field: str, value: dict[str, Json]) -> tuple[str | tuple[str, ...] | None, bool]:
    """The same for an object with the value in it: {"$date": ...} of MongoDB, {"rendered": ...} of WordPress."""
    key = {"date": "$date", "title": RENDERED, "authors": "name"}.get(field)
    if key is None or key not in value:
        return (() if field == "authors" else None), False
    found, is_whole = _valid(field, value[key])
    return found, is_whole and len(value) == 1


def _name(author: Json) -> Json:
    """An author's name: the author itself, or the name in an object."""
    return author.get("name") if isinstance(author, dict) else author


def _are_strings(listed: Sequence[Json]) -> bool:
    return all(isinstance(one, str) for one in listed)


def is_url(value: str) -> bool:
    """Whether it is an address of a page that can be opened: http or https, with a host and a possible port."""
    try:
        parts = urlsplit(value)
        return _URL.fullmatch(value) is not None and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets without an IPv6 address, or a port that is not a number
        return False


def _text(value: Json) -> str | None:
    return " ".join(as_field(value).split()) or None if isinstance(value, str) else None


def _language(value: Json) -> str | None:
    """A BCP 47 tag in its usual spelling: the language in lower case, a region of two letters in upper case."""
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value):
        return None
    base, *rest = re.split("[-_]", value)
    return "-".join([base.lower(), *(part.upper() if len(part) == 2 else part for part in rest)])


def _date(value: Json) -> str | None:
    """A date in ISO 8601: of a date in words or figures, of seconds or milliseconds since 1970, or of 20240425."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    digits = value.strip() if isinstance(value, str) else str(int(value)) if abs(value) < MAX_EPOCH else ""
    if _DAY.fullmatch(digits):
        return _from_digits(digits)
    if _SECONDS.fullmatch(digits) or _MILLISECONDS.fullmatch(digits):
        seconds = int(digits[:10])
        return datetime.datetime.fromtimestamp(seconds, datetime.UTC).isoformat() if seconds >= MIN_EPOCH else None
    found = dates.find(value, None) if isinstance(value, str) else []
    return found[0].iso if found else None


def _from_digits(digits: str) -> str | None:
    form, is_day = ("%Y%m%d", True) if len(digits) == 8 else ("%Y%m%d%H%M%S", False)
    try:
        found = datetime.datetime.strptime(digits, form)
    except ValueError:
        return None
    return found.date().isoformat() if is_day else found.isoformat()
