"""A text file is one dump.  If it is Markdown, it is read without the marks."""

import re
from dataclasses import replace
from functools import partial
from typing import IO, Final

from copydesk import decoding, dump
from copydesk.config import Config
from copydesk.dump import Dump, Pending, UnreadableError, check_size
from copydesk.readers import markdown, record_fields

MIN_KINDS: Final = 4
MIN_SHARE: Final = 1 / 500
"""Data of a program, in which there are long texts, has a zero and other control characters: at least so many
different ones, and so many for each byte.  A damaged text has one or two kinds."""

_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def read(stream: IO[bytes], source: str, settings: Config, name: str) -> Pending:
    """The dump of a stream with a file's `name`.

    Raises OSError if the stream can't be read, UnreadableError if it is too large.
    """
    data = stream.read(settings.limits.record_size + 1)
    check_size(len(data), settings)
    return Pending(source, partial(_make, data, source, settings, name), data)


def _check(data: bytes, encoding: str) -> None:
    """Raise UnreadableError if bytes in an encoding without zeros have them, and other control characters, as data."""
    if b"\x00" not in data or encoding.startswith(("utf-16", "utf-32")):
        return
    control = _CONTROL.findall(data)
    if len(set(control)) >= MIN_KINDS and len(control) > MIN_SHARE * len(data):
        kinds = len(set(control))
        detail = f"{len(control)} of {len(data)} bytes are control characters of {kinds} kinds: not text"
        raise UnreadableError("binary", detail)


def _make(data: bytes, source: str, settings: Config, name: str) -> Dump:
    found = dump.from_bytes(data, source)
    _check(data, found.encoding)
    if not markdown.is_markdown(found.text, name):
        return found
    rendered = record_fields.from_markdown(found.text, source, settings)
    undecoded = decoding.in_bytes(found.text, found.encoding, found.undecoded)
    return replace(rendered, sha256=found.sha256, encoding=found.encoding, undecoded=undecoded, detected=found.detected)
