"""What a run and its workers send to each other: one JSON object a line, and a folder with staged files.

A worker cleans the files of a unit.  For a large container a unit holds a range of its dumps; the worker keeps the
container open from one range to the next, and passes over the dumps in between.  Before it reads or cleans a dump it
says so: if it hangs or dies, the run knows at which dump.

A worker stages what it has cleaned as parts, each about one second of work: a folder with the files, and `part.json`,
which is written last.  From then on the part is complete.  If the run dies, even while it publishes the part, the next
run takes it up.
"""

import gzip
import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias, TypeVar
from urllib.parse import unquote_to_bytes

import msgspec

from copydesk.batch.counts import NO_COUNTS, DumpCounts
from copydesk.config import Config
from copydesk.document import Reject
from copydesk.store import Format

PART: Final = "part.json"
"""The file that makes a folder a complete part."""

Message = TypeVar("Message")


@dataclass(frozen=True, slots=True)
class Setup:
    """How a worker cleans.  It stages its parts in folders below the folder `work`."""

    settings: Config
    formats: tuple[Format, ...]
    work: str


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a dump's records were made with and from: digests of its settings, of all profiles, of the raw dump.

    `raw` is empty where the reader has not got the dump's bytes (see `raw_digest`).
    """

    config: str
    profiles: str
    raw: str


NO_FINGERPRINT: Final = Fingerprint("", "", "")


@dataclass(frozen=True, slots=True)
class Item:
    """A file to clean, or a range of its dumps: its path (see `path_to_text`), and its source in records.

    The range begins with dump `start` and ends before dump `stop`, or with the file.  `refused` says which dumps must
    not be touched, and why.  `profiles` is the digest of all profiles now; `known` has the fingerprint of what is in
    the output for each dump from `start` on.  A dump with the same fingerprint is skipped.  Without a digest of its raw
    bytes it is skipped only if the file's SHA-256 is still `sha256`.
    """

    path: str
    source: str
    start: int = 0
    stop: int | None = None
    profiles: str = ""
    refused: Mapping[int, Reject] = field(default_factory=dict)
    known: tuple[Fingerprint, ...] = ()
    sha256: str = ""

    def holds(self, number: int) -> bool:
        """Whether dump `number` of the file is in the range."""
        return self.start <= number and (self.stop is None or number < self.stop)


@dataclass(frozen=True, slots=True)
class Unit:
    """Files, or a range of one, that a worker cleans in one go.

    `key` is the digest of all that the output depends on beside the file (see `copydesk.batch.job.run_key`).
    """

    number: int
    key: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class FileState:
    """A file as it was read: size in bytes, times of its last change and of reading in nanoseconds, SHA-256."""

    size: int
    changed: int
    seen: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of dump `number` of a file.

    `name` is the name of its output; `files` has the staged file for each output file (see `staged_name`), None where
    there must be no such file; `lines` is the staged file with its records for the shards.  For a reject all of these
    are empty.  `skipped`: what is in the output is current.
    """

    number: int
    source: str
    fingerprint: Fingerprint = NO_FINGERPRINT
    name: str = ""
    files: Mapping[str, str | None] = field(default_factory=dict)
    lines: str | None = None
    reject: Reject | None = None
    skipped: bool = False
    counts: DumpCounts = NO_COUNTS
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Entry:
    """What a part holds of one file.

    `state` is None where the file can't be read; `start` is the number of its first dump here; `count` is the highest
    number of dumps that the file can have: None while its end was not seen.  Where the file can't be read to its end,
    `count` is the number of dumps up to there, and the last outcome gives the reason.  `read`: bytes read so far.
    """

    path: str
    source: str
    state: FileState | None
    start: int
    count: int | None
    read: int
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What was staged in one folder."""

    key: str
    entries: tuple[Entry, ...]


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The worker waits for units."""


class SetupFailed(msgspec.Struct, frozen=True, tag=True):
    """The worker can't work with its setup, and ends."""

    message: str


class Opening(msgspec.Struct, frozen=True, tag=True):
    """The worker opens a file, which it reads once for its SHA-256."""

    path: str


class Working(msgspec.Struct, frozen=True, tag=True):
    """The worker is at dump `number` of a file: reads it, or cleans it.

    `source` is the dump's own source once it was read, before that the file's.
    """

    path: str
    file_source: str
    number: int
    source: str


class PartStaged(msgspec.Struct, frozen=True, tag=True):
    """A part is complete in this folder below `Setup.work`."""

    folder: str


class Done(msgspec.Struct, frozen=True, tag=True):
    """The worker has staged all of its unit, and waits for the next."""


class WriteFailed(msgspec.Struct, frozen=True, tag=True):
    """The worker can't write to `path`, for the reason `error` (errno), and ends."""

    error: int
    path: str


WorkerMessage: TypeAlias = Ready | SetupFailed | Opening | Working | PartStaged | Done | WriteFailed
"""What a worker sends."""

_DECODER: Final["msgspec.json.Decoder[WorkerMessage]"] = msgspec.json.Decoder(WorkerMessage)


def path_to_text(path: str) -> str:
    """A path as text: itself, or its URI where it holds bytes that are not valid text."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return Path(path).as_uri()
    return path


def path_from_text(text: str) -> Path:
    """The path that `path_to_text` has written."""
    return Path(os.fsdecode(unquote_to_bytes(text.removeprefix("file://"))) if text.startswith("file:") else text)


def staged_name(number: int, data: bytes) -> str:
    """The name of the staged file of that number in its part: it ends with the SHA-256 of the file's bytes."""
    return f"{number}-{hashlib.sha256(data).hexdigest()}"


def sha256_of(staged: str) -> str:
    """The SHA-256 in such a name."""
    return staged.partition("-")[2]


def raw_digest(source: str, raw: bytes) -> str:
    """A digest of a raw dump and its source; empty where the reader has not got the bytes."""
    return hashlib.sha256(source.encode() + b"\n" + raw).hexdigest()[:16] if raw else ""


def pack_records(records: Sequence[str]) -> bytes:
    """A dump's records, each a line of JSON, gzipped; the same records give the same bytes."""
    return gzip.compress("\n".join(records).encode(), 6, mtime=0)


def unpack_records(data: bytes) -> list[str]:
    """The records that `pack_records` has packed."""
    return gzip.decompress(data).decode().split("\n")


def encode(message: object) -> bytes:
    """The message as a line of JSON."""
    return msgspec.json.encode(message) + b"\n"


def decode(line: bytes | str, kind: type[Message]) -> Message:
    """The message in a line.  Raises msgspec.DecodeError where it is not of that kind."""
    return msgspec.json.decode(line, type=kind)


def decode_worker_message(line: bytes) -> WorkerMessage:
    """What a worker has sent in this line."""
    message: WorkerMessage = _DECODER.decode(line)
    return message
