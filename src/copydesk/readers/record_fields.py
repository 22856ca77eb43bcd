"""The fields of a record in a container, whatever other projects call them, as a dump.

What is sound of them is carried over; what else the record holds goes to `metadata.extra`.
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
from copydesk.dump import Dump, Given, Pending, UnreadableError, check_size
from copydesk.metadata import dates
from copydesk.readers import html

NESTED: Final = "metadata"
"""Where datatrove and Dolma keep what is neither text nor id."""

IN_PARTS: Final = "body"
"""Where Fundus keeps a story's parts."""

GIVEN: Final = ("url", "title", "date", "language", "authors")

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_URL = re.compile(r"https?://[^\s/][^\s]*")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")


class Names:
    """The names of a container's records: their own ids, or where those are missing or repeated, their numbers."""

    def __init__(self, source: str):
        self._source = source
        self._seen: set[bytes] = set()

    def of(self, own: str | None, number: int | None) -> tuple[str | None, str]:
        """(name, source) of a record; the container's own source where it has no number, being the only one."""
        if number is None:
            return own, self._source
        name = self._unseen(own, number)
        return name, f"{self._source}#{name}"

    def at(self, number: int | None) -> str:
        """The source of a record that could not be read so far as to have a name."""
        return self._source if number is None else f"{self._source}#{number}"

    def _unseen(self, name: str | None, number: int) -> str:
        for candidate in chain([name or str(number), str(number)], (f"{number}-{more}" for more in count(2))):
            key = hashlib.blake2b(candidate.encode(), digest_size=8).digest()  # eight bytes an id, however long it is
            if key not in self._seen:
                self._seen.add(key)
                return candidate
        raise AssertionError("the numbers do not end")


def dump_of(
    record: dict[str, Json], raw: bytes, number: int | None, names: Names, settings: Config
) -> Pending | Reject:
    """The record as a dump: its text, or where it has none, its HTML rendered.  `raw` is all of it, as bytes."""
    called = settings.settings.fields
    name, where = names.of(_id(record, called.id), number)
    text, page = (_taken(record, keys) for keys in (called.text, called.html))
    text = _sections(record) if text is None else text
    if text is None and page is None:
        keys = ", ".join(map(repr, record)) or "none"
        return Reject(where, "no_text", f"no string in `{called.text[0]}`; the other keys are: {keys}"[:300])
    return Pending(where, partial(_made, record, text, page, name, where, settings), raw)


def _made(
    rest: dict[str, Json], text: str | None, page: str | None, name: str | None, where: str, settings: Config
) -> Dump:
    """The dump of a text or a page, with what the rest of its record says."""
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
    except UnreadableError:  # a page without text says nothing
        return found


def _id(record: dict[str, Json], keys: Sequence[str]) -> str | None:
    """The record's own id, taken out; one that is neither text nor a whole number stays there."""
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


def _taken(record: dict[str, Json], keys: Sequence[str]) -> str | None:
    """The first string of these names, taken out."""
    for key in keys:
        if isinstance(record.get(key), str):
            return str(record.pop(key))
    return None


def _sections(record: dict[str, Json]) -> str | None:
    """The text of a story in parts, taken out, as Fundus keeps it: a summary, and paragraphs below headlines."""
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


def _given(record: dict[str, Json], settings: Config) -> Given:
    """What is sound of the known fields; what was wholly used leaves the record, and the rest is the `extra`."""
    called = settings.settings.fields
    given: dict[str, str | tuple[str, ...]] = {}
    nested = record.get(NESTED)
    for holder in (record, nested if isinstance(nested, dict) else {}):
        for field in GIVEN:
            for key in getattr(called, field):
                if key not in holder:
                    continue
                value = holder[key]
                found, is_whole = _sound(field, value)
                if found and field not in given:
                    given[field] = found
                    if is_whole:
                        del holder[key]
                elif value in (None, "", []):
                    del holder[key]
    if nested == {}:
        del record[NESTED]
    return msgspec.convert(given | {"extra": record}, Given)


def _sound(field: str, value: Json) -> tuple[str | tuple[str, ...] | None, bool]:
    """What a field's value says, where it is sound, and whether that is all of it."""
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
    except ValueError:  # brackets that hold no address
        return False


def _text(value: Json) -> str | None:
    return " ".join(_CONTROL.sub(" ", value).split()) or None if isinstance(value, str) else None


def _language(value: Json) -> str | None:
    """A BCP 47 tag in its usual spelling: the language small, a region of two letters in capitals."""
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value):
        return None
    base, *rest = re.split("[-_]", value)
    return "-".join([base.lower(), *(part.upper() if len(part) == 2 else part for part in rest)])


def _date(value: Json) -> str | None:
    found = dates.find(value, None) if isinstance(value, str) else []
    return found[0].iso if found else None
