"""JSON: objects with a text each, one on each line (JSON Lines), in lists, or one after the other.

The text is in `text`; `copydesk.readers.record_fields` knows other fields.  `copydesk.readers.json_records` finds the
records in an object that holds many.
"""

import io
import json
import math
import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

from copydesk.config import Config
from copydesk.document import Json, Reject
from copydesk.dump import Pending
from copydesk.readers import byte_lines, json_records, record_fields
from copydesk.readers.byte_lines import ByteLines, as_utf8, encoding_of, lines, too_large
from copydesk.readers.compressed import Unpacked
from copydesk.readers.json_values import TOO_LONG, Value, Values
from copydesk.readers.kinds import SNIFFED_BYTES
from copydesk.readers.record_fields import Names

LINE_OVERHEAD: Final = 4
"""A line may be this number of times as long as `limits.record_size`, because JSON has escapes and other fields."""

MAX_NESTING: Final = 100
"""Levels of objects and lists in a record.  More levels could overflow the stack when the record is written."""

LINE_SUFFIXES: Final = (".jsonl", ".ndjson", ".jl", ".jsonlines", ".ldjson")
"""Names of files with an object on each line.  In any other file, an object that is alone has the file's source."""

_FIRST_LINE = re.compile(rb"\s*+([^\n]*+)(\n?)")
_BEFORE = b"\xef\xbb\xbf\x1e \t"
_AFTER = b" \t\r\n,"


def read(stream: ByteLines, source: str, settings: Config) -> Iterator[Pending | Reject]:
    """The records of an open stream of JSON Lines, each as a dump or a reject; `source` is the stream's source."""
    yield from _of_lines(stream, stream, Names(source), None, settings)


def record(raw: bytes, names: Names, settings: Config) -> Pending | Reject:
    """One record of a container, as the `raw` of its dump has it."""
    found = _parsed(raw, names.at(1))
    return found if isinstance(found, Reject) else _of(found, raw, 1, names, settings)


def read_file(stream: io.BufferedReader, name: str, source: str, settings: Config) -> Iterator[Pending | Reject]:
    """The records of a file with this name.  Its first line shows if it has an object on each line."""
    beginning = stream.peek(SNIFFED_BYTES)
    encoding = encoding_of(beginning)
    utf8 = as_utf8(stream, beginning)
    names = Names(source)
    if _has_lines(utf8.peek(SNIFFED_BYTES)):
        yield from _of_lines(utf8, stream, names, encoding, settings)
        return
    limit = settings.limits.record_size * LINE_OVERHEAD
    values = iter(Values(utf8, limit, stream))
    first, second = next(values, None), next(values, None)
    if first is None:
        return
    if second is None and not name.lower().endswith(LINE_SUFFIXES) and first.under is None:
        yield from _alone(first, names, encoding, settings)
        return
    for number, value in enumerate(chain([first], [second] if second else [], values), 1):
        if value is TOO_LONG:
            error = too_large(limit, LINE_OVERHEAD)
            yield Reject(names.at(number), error.reason, error.detail)
        else:
            yield from _of_value(value, number, names, encoding, settings)


def _has_lines(beginning: bytes) -> bool:
    """Whether the file has a value on each line: its first line is not the beginning of a longer value."""
    found = _FIRST_LINE.match(beginning.lstrip(_BEFORE))
    first = found[1].rstrip(b" \t\r") if found else b""
    is_whole = first.endswith((b"}", b"},")) or not first.endswith((b"{", b"[", b",", b":"))
    return found is not None and found[2] != b"" and not first.startswith(b"[") and is_whole


def _of_lines(
    stream: ByteLines, source: object, names: Names, encoding: str | None, settings: Config
) -> Iterator[Pending | Reject]:
    limit = settings.limits.record_size * LINE_OVERHEAD
    number = 0
    for line in lines(stream, limit, source):
        number += 1
        if line is None:
            error = too_large(limit, LINE_OVERHEAD)
            yield Reject(names.at(number), error.reason, error.detail)
        elif cut := line.lstrip(_BEFORE).rstrip(_AFTER):
            if isinstance(source, Unpacked):
                source.count_row()
            yield from _of_value(Value(cut), number, names, encoding, settings)
        else:
            number += byte_lines.skip_blank(stream, _AFTER)


def _alone(value: Value, names: Names, encoding: str | None, settings: Config) -> Iterator[Pending | Reject]:
    """The records of a file with one value: one record, or all that are in it."""
    found = None if value is TOO_LONG else _parsed(value.raw, names.at(None), encoding)
    if found is None:
        error = too_large(settings.limits.record_size * LINE_OVERHEAD, LINE_OVERHEAD)
        yield Reject(names.at(None), error.reason, error.detail)
    elif isinstance(found, Reject):
        yield found
    elif listed := json_records.inside(found, settings):
        yield from (_of(each, _raw(each), number, names, settings) for number, each in enumerate(listed, 1))
    else:
        yield _of(found, value.raw, None, names, settings)


def _of_value(
    value: Value, number: int, names: Names, encoding: str | None, settings: Config
) -> Iterator[Pending | Reject]:
    """The record of a value; if it holds many, or several values are on one line, all of them."""
    found = _parsed(value.raw, names.at(number), encoding)
    if isinstance(found, Reject) and b"}" in value.raw[:-1]:
        several = list(Values(io.BytesIO(value.raw), len(value.raw) + 1, None))
        if len(several) > 1 and not value.raw.startswith(b"["):
            for each in several:
                yield from _of_value(each, number, names, encoding, settings)
            return
    if isinstance(found, Reject):
        yield found
    elif listed := json_records.inside(found, settings):
        yield from (_of(each, _raw(each), number, names, settings) for each in listed)
    else:
        yield _of(json_records.under(found, value.under), value.raw, number, names, settings)


def _raw(found: Json) -> bytes:
    return json.dumps(found).encode()


def _parsed(raw: bytes, where: str, encoding: str | None = None) -> Json | Reject:
    """The parsed JSON, or the reject that says why it can't be used.

    `encoding` is that of the file, if it is not UTF-8.
    """
    try:
        parsed: Json = json.loads(_decoded(raw, encoding), parse_constant=_null, parse_float=_finite)
        _check_depth(parsed)
        if b"\\u" in raw:
            json.dumps(parsed, ensure_ascii=False).encode()
        return parsed
    except UnicodeEncodeError as error:
        lone = f"U+{ord(error.object[error.start]):04X}"
        return Reject(where, "lone_surrogate", f"it has the lone surrogate {lone}: it was cut inside a character")
    except (ValueError, RecursionError) as error:
        return Reject(where, "not_json", f"{error or 'nested too deeply'}"[:300])


def _decoded(raw: bytes, encoding: str | None) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        if encoding is None:
            raise
        return raw.decode(encoding)


def _of(found: Json, raw: bytes, number: int | None, names: Names, settings: Config) -> Pending | Reject:
    """The object as a dump.  `number` is None if it is the only object in the file."""
    if not isinstance(found, dict):
        return Reject(
            names.at(number), "not_an_object", f"a {type(found).__name__}; it must be an object with a string in `text`"
        )
    return record_fields.dump_of(found, raw, number, names, settings)


def _null(constant: str) -> Json:
    """NaN and Infinity, which Python's `json` writes although they are not JSON, are null as in Parquet."""
    return None


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
