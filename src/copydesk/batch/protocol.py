"""What a run and its workers say to each other: one JSON object a line, and a folder with staged files.

A worker cleans the files of a unit.  Of a large container a unit holds a range of dumps; the worker keeps it open from
one range to the next, and passes over what lies between.  Before it reads or cleans a dump it says so, so that whoever
waits knows which one it was that hangs or kills its worker.  What it has cleaned it stages, a second's work at a time,
as a part: a folder with the files and `part.json`, which appears last; from then on the part counts: the next run takes
it up where this one dies, also in the middle of giving the files their names.
"""

import gzip
import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import unquote_to_bytes

import msgspec

from copydesk.batch.tally import NOTHING_FOUND, Found
from copydesk.config import Config
from copydesk.document import Reject
from copydesk.store import Format

PART: Final = "part.json"
"""The name of the file that makes a folder a part."""

Message = TypeVar("Message")


@dataclass(frozen=True, slots=True)
class Setup:
    """How a worker cleans, and `work`, the folder below which it stages."""

    settings: Config
    formats: tuple[Format, ...]
    work: str


@dataclass(frozen=True, slots=True)
class Made:
    """What a dump's records were made with and from: digests of its settings, of all profiles, of the raw dump.

    `raw` is empty where the dump's bytes are not at hand (see `digest`).
    """

    config: str
    profiles: str
    raw: str


NOT_MADE: Final = Made("", "", "")


@dataclass(frozen=True, slots=True)
class Item:
    """A file to clean, or a range of its dumps: where it lies (as `written` writes it) and what it is called.

    The range begins with dump `start` and ends before dump `stop`, or with the file.  `refused` says which dumps shall
    not be touched, and why.  `profiles` is the digest of all profiles now; `known` has what the records of each dump
    from `start` on were made of.  Where that is the same now, the dump is not cleaned again; one whose raw bytes are
    not at hand is, unless the file's SHA-256 is `sha256`.
    """

    path: str
    source: str
    start: int = 0
    stop: int | None = None
    profiles: str = ""
    refused: Mapping[int, Reject] = field(default_factory=dict)
    known: tuple[Made, ...] = ()
    sha256: str = ""

    def holds(self, number: int) -> bool:
        """Whether dump `number` of the file is one of these."""
        return self.start <= number and (self.stop is None or number < self.stop)


@dataclass(frozen=True, slots=True)
class Unit:
    """Files, or a range of one, that are cleaned in one go.

    `key` says what the run makes of files (see `copydesk.batch.manifest`).
    """

    number: int
    key: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class State:
    """A file as it was read: size in bytes, time of its last change and of its reading in nanoseconds, SHA-256."""

    size: int
    changed: int
    seen: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of dump `number` of a file.

    `made` says of what; `name` is that of its output, `files` has the staged file for each file of it (None: there
    shall be none; see `staged_as`), and `lines` the one with its records for the shards.  For a reject all of them are
    empty; `kept` is what is there.
    """

    number: int
    source: str
    made: Made = NOT_MADE
    name: str = ""
    files: Mapping[str, str | None] = field(default_factory=dict)
    lines: str | None = None
    reject: Reject | None = None
    kept: bool = False
    found: Found = NOTHING_FOUND
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Entry:
    """What a part holds of a file.

    `state` is None where the file can't be read; `start` is the number of its first dump here; `count` says how many
    the file holds at most, where its end was seen, or that of what can be read of it: then the last outcome says why.
    `read` says how many bytes of it were read by then.
    """

    path: str
    source: str
    state: State | None
    start: int
    count: int | None
    read: int
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What was staged in one folder."""

    key: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What a worker says, by `what`.

    `ready`; `opening` the file at `path`; `at` dump `number` of that file, which is called `source` where it is read
    already, as its file is called `detail`; `part`: one was staged in the folder `detail`; `done` with its unit;
    `stopped`, since what `detail` names can't be written, for the reason `number` (errno); `failed`: it can't work with
    its setup.
    """

    what: str
    path: str = ""
    number: int = 0
    source: str = ""
    detail: str = ""


def written(path: str) -> str:
    """A path as text: itself, or where it holds bytes that are no text, its URI."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return Path(path).as_uri()
    return path


def opened(path: str) -> Path:
    """The path that was written so."""
    return Path(os.fsdecode(unquote_to_bytes(path.removeprefix("file://"))) if path.startswith("file:") else path)


def staged_as(number: int, data: bytes) -> str:
    """The name of the staged file of that number in its part: it ends with the SHA-256 of what the file holds."""
    return f"{number}-{hashlib.sha256(data).hexdigest()}"


def sha256_of(staged: str) -> str:
    """The SHA-256 in such a name."""
    return staged.partition("-")[2]


def digest(source: str, raw: bytes) -> str:
    """A digest of a raw dump and what it is called; empty where its bytes are not at hand."""
    return hashlib.sha256(source.encode() + b"\n" + raw).hexdigest()[:16] if raw else ""


def packed(records: Sequence[str]) -> bytes:
    """A dump's records, each a line of JSON, gzipped; the same records give the same bytes."""
    return gzip.compress("\n".join(records).encode(), 6, mtime=0)


def unpacked(data: bytes) -> list[str]:
    """The records that were packed so."""
    return gzip.decompress(data).decode().split("\n")


def encode(message: object) -> bytes:
    """The message as a line of JSON."""
    return msgspec.json.encode(message) + b"\n"


def decode(line: bytes | str, kind: type[Message]) -> Message:
    """The message in a line.  Raises msgspec.DecodeError where it holds none of that kind."""
    return msgspec.json.decode(line, type=kind)
