"""The fields of records that the report reads.  The others are skipped, which takes a third of the time."""

import re
from typing import Final

import msgspec

TEASER: Final = re.compile(r'\{"id":"[0-9a-f]{20}-[0-9]{1,9}","kind":"teaser"')
"""The beginning of a line with a teaser: only their number counts, so they are not decoded."""


class Line(msgspec.Struct, frozen=True):
    """A block of a record."""

    label: str
    start: int
    end: int
    text: str
    why: str
    share: float | None = None


class Change(msgspec.Struct, frozen=True):
    """An edit of a record."""

    start: int
    before: str
    after: str
    rules: tuple[str, ...]


class Facts(msgspec.Struct, frozen=True):
    """The metadata of a record."""

    title: str | None
    authors: tuple[msgspec.Raw, ...]
    published: str | None
    language: str | None
    publisher: str | None
    url: str | None


class Figures(msgspec.Struct, frozen=True):
    """The signals of a record."""

    words: int


class Sureness(msgspec.Struct, frozen=True):
    """The quality of a record."""

    confidence: float
    complete: bool | None
    reasons: tuple[str, ...]
    signals: Figures


class Origin(msgspec.Struct, frozen=True):
    """The provenance of a record."""

    copydesk: str
    config: str
    profile: str | None = None


class Seen(msgspec.Struct, frozen=True):
    """A record of a dump."""

    id: str
    kind: str
    page: str | None
    quality: Sureness | None
    source: str
    metadata: Facts
    provenance: Origin
    blocks: tuple[Line, ...]
    edits: tuple[Change, ...]


class FilteredLine(msgspec.Struct, frozen=True):
    """A line of `filtered.jsonl`."""

    limit: str
    value: bool | float | str | None
    source: str


class RejectLine(msgspec.Struct, frozen=True):
    """A line of `rejects.jsonl`."""

    source: str
    reason: str
    detail: str


SEEN: Final = msgspec.json.Decoder(Seen)
FILTERED: Final = msgspec.json.Decoder(FilteredLine)
REJECT: Final = msgspec.json.Decoder(RejectLine)
