"""Records to JSON and back, and the JSON Schema of a record, made from the types."""

import hashlib
import json
from typing import Final

import msgspec

from copydesk.decoding import encode
from copydesk.document import Json, Record

SCHEMA_ID: Final = "https://json-schema.org/draft/2020-12/schema"
LINE_BREAK: Final = "\n"

_UNICODE_BREAKS: Final = {ord(character): f"\\u{ord(character):04x}" for character in "\x85\u2028\u2029"}
"""Line breaks that JSON allows in strings, but that readers who split lines by Unicode's rules trip over."""


class RecordError(ValueError):
    """Bytes that are no record; the message says where and why."""


def to_json(record: Record, indent: int | None = None) -> str:
    """One JSON object, without a final line break; with `indent` None on one line."""
    fields = msgspec.to_builtins(record)
    for block in fields["blocks"]:
        if block["gap"] == LINE_BREAK:
            del block["gap"]
    separators = (",", ":") if indent is None else (",", ": ")
    text = json.dumps(fields, ensure_ascii=False, indent=indent, separators=separators, allow_nan=False)
    return text.translate(_UNICODE_BREAKS)


def from_json(data: bytes) -> Record:
    """The record that one JSON object is.  Raises RecordError where it is none."""
    try:
        return msgspec.json.decode(data, type=Record)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RecordError(f"not a copydesk record: {error}") from error


def raw_bytes(record: Record) -> bytes:
    """The bytes from which a text's record was made; of a page, its rendered text in UTF-8.

    Raises RecordError where they can't be given back, or are not those that the record says it was made from.
    """
    is_page = record.provenance.renderer is not None
    encoding = "utf-8" if is_page else record.provenance.encoding
    try:
        raw = encode(record.raw(), encoding, record.provenance.undecoded)
    except (ValueError, LookupError) as error:
        raise RecordError(str(error)) from error
    if not is_page and hashlib.sha256(raw).hexdigest() != record.provenance.sha256:
        raise RecordError("what it gives back is not what it was made from: provenance.sha256 differs")
    return raw


def schema() -> dict[str, Json]:
    """The JSON Schema (draft 2020-12) of a record."""
    described: dict[str, Json] = msgspec.json.schema(Record, ref_template="#/$defs/{name}")
    return {"$schema": SCHEMA_ID, "title": "copydesk record", **described}
