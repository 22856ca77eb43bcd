"""JSON Lines, plain or gzipped: an object a line, its text in `text`.  A `.json` file is one such object.

`id`, `url`, `title`, `date`, `language` and `authors` are carried over where they are sound; what else the
object holds goes to `metadata.extra`.
"""

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
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

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
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
    seen: set[bytes] = set()  # digests: eight bytes an id, however long it is
    for number, line in enumerate(_lines(stream, settings.settings.limits.record_size * LINE_OVERHEAD), 1):
        if isinstance(line, UnreadableError):
            yield Reject(f"{source}#{number}", line.reason, line.detail)
        elif line.strip():
            found = record(line, source, number, settings)
            if isinstance(found, Dump):
                key = hashlib.blake2b(found.record.encode(), digest_size=8).digest()
                if key in seen:
                    found = record(line, source, number, settings, by_number=True)
                seen.add(key)
            yield found


def record(line: bytes, source: str, number: int | None, settings: Config, by_number: bool = False) -> Dump | Reject:
    """One JSON object as a dump; in a container its id, or where it has none its `number`, is part of the source."""
    where = source if number is None else f"{source}#{number}"
    try:
        fields = json.loads(line, parse_constant=_no_number)
        if b"\\u" in line:
            json.dumps(fields, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        lone = f"U+{ord(error.object[error.start]):04X}"
        return Reject(where, "lone_surrogate", f"the lone surrogate {lone} in the record: cut inside a character")
    except (ValueError, RecursionError) as error:
        return Reject(where, "not_json", f"{error or 'nested too deep'}"[:300])
    if not isinstance(fields, dict):
        return Reject(where, "not_an_object", f"a {type(fields).__name__} where an object with `text` should be")
    name = _text(fields.pop("id", None)) if not by_number else None
    if number is not None:
        where = f"{source}#{name or number}"
    text = fields.pop("text", None)
    if not isinstance(text, str):
        keys = ", ".join(map(repr, fields)) or "none"
        return Reject(where, "no_text", f"no string in `text`; the other keys are: {keys}"[:300])
    try:
        check_size(len(text), settings)
        named = str(name or number) if number is not None else name
        return dump.from_text(text, where, named, _given(fields))
    except UnreadableError as error:
        return Reject(where, error.reason, error.detail)


def _no_number(constant: str) -> Json:
    raise ValueError(f"{constant} is no JSON")


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


def _given(fields: dict[str, Json]) -> Given:
    """What is sound of the known fields; they leave `fields`, and what is left is the `extra`."""
    url, title, date, language, authors = (fields.get(key) for key in ("url", "title", "date", "language", "authors"))
    given = Given(
        title=_text(title),
        authors=tuple(_names(authors)),
        date=_date(date),
        language=language.replace("_", "-") if isinstance(language, str) and _LANGUAGE.fullmatch(language) else None,
        url=url if isinstance(url, str) and url.startswith(("http://", "https://")) else None,
    )
    for key in ("url", "title", "date", "language", "authors"):
        if getattr(given, key) or fields.get(key) in (None, "", []):
            fields.pop(key, None)
    return replace(given, extra=fields)


def _text(value: Json) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return " ".join(_CONTROL.sub(" ", value).split()) or None if isinstance(value, str) else None


def _names(value: Json) -> Iterable[str]:
    values = value if isinstance(value, list) else [value]
    return (name for item in values if isinstance(item, str) and (name := _text(item)))


def _date(value: Json) -> str | None:
    found = dates.find(value, None) if isinstance(value, str) else []
    return found[0].iso if found else None
