"""Records to JSON and back, and the JSON Schema of a record, made from the types."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import fields
from typing import Final

import msgspec

from copydesk.decoding import encode
from copydesk.document import Json, Record
from copydesk.output_settings import FIELDS

SCHEMA_ID: Final = "https://json-schema.org/draft/2020-12/schema"
LINE_BREAK: Final = "\n"

_MISSING: Final = "missing required field"
"""What msgspec says of an object that lacks a field."""

_UNICODE_BREAKS: Final = tuple((char, f"\\u{ord(char):04x}") for char in "\x85\u2028\u2029")
"""Line breaks that JSON allows in strings, but that programs which split lines by Unicode's rules would split at."""

OMITTED: Final[dict[str, Json]] = {"gap": LINE_BREAK, "links": [], "picture": None}
"""The usual values of a block's fields, which are left out."""

_OMITTED: Final = tuple(b"," + msgspec.json.encode({name: value})[1:-1] for name, value in OMITTED.items())
"""How they are encoded.  No string can hold these bytes: JSON escapes a quotation mark inside one."""


_EMPTY: Final[dict[str, Json]] = {
    **dict.fromkeys(("page", "quality", "parent", "position", "lead"), None),
    **{name: {} for name in ("metadata", "evidence")},
    **{name: [] for name in ("rights", "blocks", "edits")},
    **dict.fromkeys(("id", "source", "text"), ""),
    "kind": "other",
    "provenance": dict.fromkeys(("sha256", "encoding", "record", "copydesk", "config"), "") | {"undecoded": []},
}
"""A record without anything in it."""


class RecordError(ValueError):
    """Bytes that are not a record; the message says where and why."""


def to_json(record: Record, indent: int | None = None) -> str:
    """One JSON object, without a final line break; with `indent` None on one line.

    Raises ValueError where `metadata.extra` holds a number that JSON has no form for (infinite, or not a number).
    """
    blocks = msgspec.json.encode(record.blocks)
    for usual in _OMITTED:
        blocks = blocks.replace(usual, b"")
    metadata = {one.name: getattr(record.metadata, one.name) for one in fields(record.metadata)}
    if record.metadata.extra:
        # Its numbers may be of any size: the standard library writes each as it came.
        extra = json.dumps(msgspec.to_builtins(record.metadata.extra), ensure_ascii=False, allow_nan=False)
        metadata["extra"] = msgspec.Raw(extra.encode())
    whole = {one.name: getattr(record, one.name) for one in fields(record)}
    data = msgspec.json.encode({**whole, "metadata": metadata, "blocks": msgspec.Raw(blocks)})
    return one_line(msgspec.json.format(data, indent=-1 if indent is None else indent).decode())


def one_line(text: str) -> str:
    """JSON in which no character is left that a program may take for the end of a line."""
    if not text.isascii():
        for char, escaped in _UNICODE_BREAKS:
            text = text.replace(char, escaped)
    return text


def to_dict(record: Record) -> dict[str, Json]:
    """The record as plain values: what `to_json` gives, parsed."""
    found: dict[str, Json] = json.loads(to_json(record))
    return found


def from_json(data: bytes | str) -> Record:
    """The record in one JSON object.  Raises RecordError where it is not a record."""
    try:
        return msgspec.json.decode(data, type=Record)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RecordError(not_a_record(data, error)) from error


def not_a_record(data: bytes | str, error: Exception) -> str:
    """What is wrong with an object that is not a whole record: it may have been written with `output.fields`."""
    try:
        names = list(msgspec.json.decode(data, type=dict[str, msgspec.Raw]))
    except (msgspec.DecodeError, UnicodeDecodeError):
        names = []
    if names and set(names) < set(FIELDS) and _MISSING in str(error):
        return f"it has only the fields {', '.join(names)}, and this needs whole records: clean without --fields"
    return f"not a copydesk record: {error}"


def selected(line: str, names: Sequence[str]) -> str:
    """A record, as its line of JSON, with these fields only; all of it if no field is named."""
    if not names:
        return line
    whole = msgspec.json.decode(line, type=dict[str, msgspec.Raw])
    return msgspec.json.encode({name: whole[name] for name in names}).decode()


def from_values(found: dict[str, Json]) -> str:
    """The line of JSON of a record of which the values of some fields, or of all, are given."""
    whole = to_json(from_json(json.dumps({**_EMPTY, **found})))
    return selected(whole, [name for name in FIELDS if name in found])


def raw_bytes(record: Record) -> bytes:
    """The bytes from which the record of a text was made; for an HTML page, its rendered text in UTF-8.

    Raises RecordError where they can't be given back, or differ from those that the record was made from.
    """
    is_page = record.provenance.renderer is not None
    encoding = "utf-8" if is_page else record.provenance.encoding
    try:
        raw = encode(record.raw(), encoding, () if is_page else record.provenance.undecoded)
    except (ValueError, LookupError) as error:
        raise RecordError(str(error)) from error
    if not is_page and hashlib.sha256(raw).hexdigest() != record.provenance.sha256:
        raise RecordError("what it gives back is not what it was made from: provenance.sha256 differs")
    return raw


def schema() -> dict[str, Json]:
    """The JSON Schema (draft 2020-12) of a record."""
    described: dict[str, Json] = msgspec.json.schema(Record, ref_template="#/$defs/{name}")
    return {"$schema": SCHEMA_ID, "title": "copydesk record", **described}
