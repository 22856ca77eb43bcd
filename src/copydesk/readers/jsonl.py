"""JSON Lines: one object on each line, with its text in `text` (see `copydesk.readers.record_fields` for other fields).

A `.json` file holds one such object, a list of them, or an object with such a list for each publisher.
"""

import json
import math
from collections.abc import Iterator
from typing import IO, Final, Protocol

from copydesk.config import Config
from copydesk.document import Json, Reject
from copydesk.dump import Pending, UnreadableError
from copydesk.readers import record_fields
from copydesk.readers.compressed import Unpacked
from copydesk.readers.record_fields import Names

LINE_OVERHEAD: Final = 4
"""A line may be this number of times as long as `limits.record_size`, because JSON has escapes and other fields."""

MAX_NESTING: Final = 100
"""Levels of objects and lists in a record.  More levels could overflow the stack when the record is written."""


class ByteLines(Protocol):
    """What a stream of bytes must be able to do."""

    def readline(self, size: int, /) -> bytes:
        """The next line with its end, at most `size` bytes of it; empty at the end."""
        ...


def read(stream: ByteLines, source: str, settings: Config) -> Iterator[Pending | Reject]:
    """The records of an open stream in their order, each as a dump or a reject; `source` is the stream's source."""
    names = Names(source)
    for number, line in enumerate(_lines(stream, settings.limits.record_size * LINE_OVERHEAD), 1):
        if isinstance(line, UnreadableError):
            yield Reject(names.at(number), line.reason, line.detail)
        elif line.strip():
            yield record(line, number, names, settings)


def read_one(stream: IO[bytes], source: str, settings: Config) -> Iterator[Pending | Reject]:
    """The records of a `.json` file, which is read as a whole: one object or lists of objects."""
    limit = settings.limits.record_size * LINE_OVERHEAD
    data = stream.read(limit + 1)
    if len(data) > limit:
        yield Reject(source, *_too_large(limit))
        return
    names = Names(source)
    found = _parsed(data, names.at(None))
    found = (_by_publisher(found) if isinstance(found, dict) else []) or found
    if isinstance(found, list):
        yield from (_of(each, _raw(each), number, names, settings) for number, each in enumerate(found, 1))
    else:
        yield found if isinstance(found, Reject) else _of(found, data, None, names, settings)


def _by_publisher(found: dict[str, Json]) -> list[Json]:
    """The articles in a file that Fundus saved (a list for each publisher); empty for any other object."""
    articles: list[Json] = []
    for publisher, listed in found.items():
        if not isinstance(listed, list):
            return []
        for one in listed:
            if not isinstance(one, dict):
                return []
            articles.append({"publisher": publisher, **one})
    return articles


def record(line: bytes, number: int, names: Names, settings: Config) -> Pending | Reject:
    """A line's JSON object as a dump."""
    found = _parsed(line, names.at(number))
    return found if isinstance(found, Reject) else _of(found, line, number, names, settings)


def _raw(found: Json) -> bytes:
    return json.dumps(found).encode()


def _parsed(line: bytes, where: str) -> Json | Reject:
    """The parsed JSON, or the reject that says why it can't be used."""
    try:
        parsed: Json = json.loads(line.decode("utf-8"), parse_constant=_no_number, parse_float=_finite)
        _check_depth(parsed)
        if b"\\u" in line:
            json.dumps(parsed, ensure_ascii=False).encode()
        return parsed
    except UnicodeEncodeError as error:
        lone = f"U+{ord(error.object[error.start]):04X}"
        return Reject(where, "lone_surrogate", f"it has the lone surrogate {lone}: it was cut inside a character")
    except (ValueError, RecursionError) as error:
        return Reject(where, "not_json", f"{error or 'nested too deeply'}"[:300])


def _of(found: Json, raw: bytes, number: int | None, names: Names, settings: Config) -> Pending | Reject:
    """The object as a dump.  `number` is None if it is the only object in the file."""
    if not isinstance(found, dict):
        return Reject(
            names.at(number), "not_an_object", f"a {type(found).__name__}; it must be an object with a string in `text`"
        )
    return record_fields.dump_of(found, raw, number, names, settings)


def _no_number(constant: str) -> Json:
    raise ValueError(f"{constant} is not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"{digits} is too large a number")
    return number


def _check_depth(fields: Json) -> None:
    """Raise ValueError if objects and lists are nested deeper than MAX_NESTING."""
    level: list[Json] = [fields]
    for _ in range(MAX_NESTING):
        level = [
            item
            for value in level
            if isinstance(value, (dict, list))
            for item in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return
    raise ValueError(f"nested deeper than {MAX_NESTING} levels")


def _lines(stream: ByteLines, limit: int) -> Iterator[bytes | UnreadableError]:
    """The lines, and an error for each line over the limit.  If the stream breaks off, its last line is left out."""
    while line := stream.readline(limit):
        if line.endswith(b"\n") or (len(line) < limit and not _is_broken(stream)):
            yield line
            continue
        while len(line) == limit and (more := stream.readline(limit)) and not more.endswith(b"\n"):
            pass
        if not _is_broken(stream):
            yield UnreadableError(*_too_large(limit))


def _is_broken(stream: ByteLines) -> bool:
    return isinstance(stream, Unpacked) and stream.trouble is not None


def _too_large(limit: int) -> tuple[str, str]:
    """Reason and detail for an object that is longer than a record may be."""
    return "too_large", f"over {limit:,} bytes, which is {LINE_OVERHEAD} times limits.record_size"
