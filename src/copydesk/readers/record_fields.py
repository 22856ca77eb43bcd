"""A record of a container (a JSON object or a row) as a dump.  It may have the field names of several other programs.

Fields with valid values are used.  All other fields go to `metadata.extra`.
"""

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
from copydesk.readers import html

NESTED: Final = "metadata"
"""The field in which datatrove and Dolma store everything but text and id."""

IN_PARTS: Final = "body"
"""The field in which Fundus stores the parts of a story."""

GIVEN: Final = ("url", "title", "date", "language", "authors")

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_URL = re.compile(r"https?://[^\s/][^\s]*")
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
    name, where = names.of(_id(record, called.id), number)
    text, page = (_pop_string(record, keys) for keys in (called.text, called.html))
    text = _sections(record) if text is None else text
    if text is None and page is None:
        keys = ", ".join(map(repr, record)) or "none"
        detail = f"it needs a string in `{called.text[0]}` or `{called.html[0]}`; its fields are: {keys}"
        return Reject(where, "no_text", detail[:300])
    return Pending(where, partial(_make, record, text, page, name, where, settings), raw)


def _make(
    rest: dict[str, Json], text: str | None, page: str | None, name: str | None, where: str, settings: Config
) -> Dump:
    """The dump of a text or a page, with the metadata of its record."""
    check_size(max(len(text or ""), len(page or "")), settings)
    given = _given(rest, settings)
    if text is None:
        rendered = html.render_text(page or "", where)
        return replace(
            rendered,
            sha256=hashlib.sha256((page or "").encode()).hexdigest(),
            record=name or rendered.record,
            given=given.or_else(rendered.given),
        )
    found = dump.from_text(text, where, name, given)
    if page is None:
        return found
    try:
        return html.beside(found, page)
    except UnreadableError:  # a page without text has nothing to add
        return found


def _id(record: dict[str, Json], keys: Sequence[str]) -> str | None:
    """The id of the record, which is removed from it.

    A value that is not text or a whole number stays in the record.
    """
    for key in keys:
        name = record.get(key)
        if isinstance(name, int) and not isinstance(name, bool):
            name = str(name)
        found = _text(name)
        if found or (key in record and name is None):
            record.pop(key)
        if found:
            return found
    return None


def _pop_string(record: dict[str, Json], keys: Sequence[str]) -> str | None:
    """The first string under one of these names, removed from the record."""
    for key in keys:
        if isinstance(record.get(key), str):
            return str(record.pop(key))
    return None


def _sections(record: dict[str, Json]) -> str | None:
    """The text of a story that Fundus stored in parts (summary, headings, paragraphs), removed from the record."""
    body = record.get(IN_PARTS)
    sections = body.get("sections") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(sections, list):
        return None
    parts = [body.get("summary")]
    for section in sections:
        if isinstance(section, dict):
            parts += [section.get("headline"), section.get("paragraphs")]
    lines = [line for part in parts if isinstance(part, list) for line in part if isinstance(line, str)]
    if lines:
        del record[IN_PARTS]
    return "\n\n".join(lines) or None


def _given(record: dict[str, Json], settings: Config) -> SuppliedMetadata:
    """The valid values of the known fields.  A field is removed if its whole value is used; the rest is `extra`."""
    called = settings.fields
    given: dict[str, str | tuple[str, ...]] = {}
    sources: dict[str, str] = {}
    nested = record.get(NESTED)
    for holder in (record, nested if isinstance(nested, dict) else {}):
        for field in GIVEN:
            for key in getattr(called, field):
                if key not in holder:
                    continue
                value = holder[key]
                found, is_whole = _valid(field, value)
                if found and field not in given:
                    given[field] = found
                    sources[field] = f"container:{key}" if holder is record else f"container:{NESTED}.{key}"
                    if is_whole:
                        del holder[key]
                elif value in (None, "", []):
                    del holder[key]
    if nested == {}:
        del record[NESTED]
    return msgspec.convert(given | {"extra": record, "sources": sources}, SuppliedMetadata)


def _valid(field: str, value: Json) -> tuple[str | tuple[str, ...] | None, bool]:
    """(value, is_whole): the valid part of a value, or None; and whether that is all of it."""
    if field == "authors":
        listed = value if isinstance(value, list) else value.split(";") if isinstance(value, str) else []
        people = tuple(name for item in listed if (name := _text(item)))
        return people, len(people) == len([item for item in listed if item != ""]) and not isinstance(value, dict)
    if field == "url":
        return (value if isinstance(value, str) and _is_url(value) else None), True
    if field == "title":
        return _text(value), True
    return (_date(value) if field == "date" else _language(value)), True


def _is_url(value: str) -> bool:
    try:
        return _URL.fullmatch(value) is not None and bool(urlsplit(value).hostname)
    except ValueError:  # brackets without an IPv6 address
        return False


def _text(value: Json) -> str | None:
    return " ".join(_CONTROL.sub(" ", value).split()) or None if isinstance(value, str) else None


def _language(value: Json) -> str | None:
    """A BCP 47 tag in its usual spelling: the language in lower case, a region of two letters in upper case."""
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value):
        return None
    base, *rest = re.split("[-_]", value)
    return "-".join([base.lower(), *(part.upper() if len(part) == 2 else part for part in rest)])


def _date(value: Json) -> str | None:
    found = dates.find(value, None) if isinstance(value, str) else []
    return found[0].iso if found else None
