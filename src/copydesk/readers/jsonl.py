"""JSON Lines, plain or gzipped: an object a line, its text in `text`.  A `.json` file is one such object.

`id`, `url`, `title`, `date`, `language` and `authors` are carried over where they are sound; what else the
object holds goes to `metadata.extra`.
"""

import gzip
import hashlib
import json
import math
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, count
from pathlib import Path
from typing import Final, Protocol

from copydesk import dump
from copydesk.config import Config
from copydesk.desk import check_size
from copydesk.document import Json, Reject
from copydesk.dump import Dump, Given, UnreadableError
from copydesk.metadata import dates

LINE_OVERHEAD: Final = 4
"""A line may have so many times `limits.record_size` bytes: JSON may escape text, and holds more than text."""

MOST_NESTED: Final = 100
"""Levels of objects and lists in a record; what writes records nests its own calls as deep."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_URL = re.compile(r"https?://[^\s/][^\s]*")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")


class ByteLines(Protocol):
    """An open stream of bytes, as far as it is needed here."""

    def readline(self, size: int, /) -> bytes:
        """The next line with its end, at most `size` bytes of it; empty at the end."""
        ...


def read(path: Path, source: str, settings: Config) -> Iterator[Dump | Reject]:
    """The file's records in their order, each as a dump or as why it is none."""
    with gzip.open(path) if path.name.lower().endswith(".gz") else path.open("rb") as stream:
        if path.name.lower().endswith(".json"):
            limit = settings.settings.limits.record_size * LINE_OVERHEAD
            data = stream.read(limit + 1)
            yield Reject(source, *_too_large(limit)) if len(data) > limit else record(data, source, None, settings)
        else:
            yield from records(stream, source, settings)


def records(stream: ByteLines, source: str, settings: Config) -> Iterator[Dump | Reject]:
    """The records of an open stream; `source` names the container."""
    seen: set[bytes] = set()
    for number, line in enumerate(_lines(stream, settings.settings.limits.record_size * LINE_OVERHEAD), 1):
        if isinstance(line, UnreadableError):
            yield Reject(f"{source}#{number}", line.reason, line.detail)
        elif line.strip():
            yield record(line, source, number, settings, seen)


def record(
    line: bytes, source: str, number: int | None, settings: Config, seen: set[bytes] | None = None
) -> Dump | Reject:
    """One JSON object as a dump; in a container its id, or where that is missing or `seen`, its `number`."""
    where = source if number is None else f"{source}#{number}"
    try:
        fields = json.loads(line.decode("utf-8"), parse_constant=_no_number, parse_float=_finite)
        _check_depth(fields)
        if b"\\u" in line:
            json.dumps(fields, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        lone = f"U+{ord(error.object[error.start]):04X}"
        return Reject(where, "lone_surrogate", f"the lone surrogate {lone} in the record: cut inside a character")
    except (ValueError, RecursionError) as error:
        return Reject(where, "not_json", f"{error or 'nested too deep'}"[:300])
    if not isinstance(fields, dict):
        return Reject(where, "not_an_object", f"a {type(fields).__name__} where an object with `text` should be")
    name = _id(fields)
    if number is not None:
        name = _unseen(name, number, seen if seen is not None else set())
        where = f"{source}#{name}"
    text = fields.pop("text", None)
    if not isinstance(text, str):
        keys = ", ".join(map(repr, fields)) or "none"
        return Reject(where, "no_text", f"no string in `text`; the other keys are: {keys}"[:300])
    try:
        check_size(len(text), settings)
        return dump.from_text(text, where, name, _given(fields))
    except UnreadableError as error:
        return Reject(where, error.reason, error.detail)


def _no_number(constant: str) -> Json:
    raise ValueError(f"{constant} is no JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"{digits} is too large a number")
    return number


def _check_depth(fields: Json) -> None:
    """Raise ValueError where objects and lists are nested deeper than MOST_NESTED."""
    level: list[Json] = [fields]
    for _ in range(MOST_NESTED):
        level = [
            item
            for value in level
            if isinstance(value, (dict, list))
            for item in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return
    raise ValueError(f"nested deeper than {MOST_NESTED} levels")


def _lines(stream: ByteLines, limit: int) -> Iterator[bytes | UnreadableError]:
    """The lines; in place of one over the limit, or of a broken stream's rest, the error."""
    try:
        while line := stream.readline(limit):
            if len(line) < limit or line.endswith(b"\n"):
                yield line
                continue
            while (more := stream.readline(limit)) and not more.endswith(b"\n"):
                pass
            yield UnreadableError(*_too_large(limit))
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        yield UnreadableError("broken_stream", f"what follows is lost: {error}")


def _too_large(limit: int) -> tuple[str, str]:
    """Reason and detail for an object that is longer than any record may be."""
    return "too_large", f"an object of over {limit:,} bytes: {LINE_OVERHEAD} times limits.record_size"


def _id(fields: dict[str, Json]) -> str | None:
    """The record's own id, taken out of `fields`; one that is neither text nor a whole number stays there."""
    name = fields.get("id")
    if isinstance(name, int) and not isinstance(name, bool):
        name = str(name)
    found = _text(name)
    if found or name is None:
        fields.pop("id", None)
    return found


def _unseen(name: str | None, number: int, seen: set[bytes]) -> str:
    """A name that no record of the container had before: its own, its number, or that with a count behind."""
    for candidate in chain([name or str(number), str(number)], (f"{number}-{more}" for more in count(2))):
        key = hashlib.blake2b(candidate.encode(), digest_size=8).digest()  # eight bytes an id, however long it is
        if key not in seen:
            seen.add(key)
            return candidate
    raise AssertionError("the numbers do not end")


def _given(fields: dict[str, Json]) -> Given:
    """What is sound of the known fields; what was wholly used leaves `fields`, and the rest is the `extra`."""
    url, title, date, language, authors = (fields.get(key) for key in ("url", "title", "date", "language", "authors"))
    listed = authors if isinstance(authors, list) else [authors]
    given = Given(
        title=_text(title),
        authors=tuple(name for item in listed if (name := _text(item))),
        date=_date(date),
        language=_language(language),
        url=url if isinstance(url, str) and _URL.fullmatch(url) else None,
    )
    unused = {"authors"} if any(_text(item) is None for item in listed) else set()
    for key in ("url", "title", "date", "language", "authors"):
        if fields.get(key) in (None, "", []) or (getattr(given, key) and key not in unused):
            fields.pop(key, None)
    return replace(given, extra=fields)


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
