"""What a run and its workers send to each other: messages, each a JSON object on one line, and folders of staged files.

The run sends units, and a worker cleans the files of a unit.  A unit of a large container is a range of its dumps.  The
worker leaves the container open after a range, and at the next range it skips the dumps in between.  Before the worker
reads or cleans a dump, it sends a message.  So if it hangs or dies, the run knows on which dump.

A worker stages its output in parts, each about one second of work.  A part is a folder with files.  Its last file is
`part.json`, which makes it complete.  If the run dies, even while it publishes the part, the next run publishes it.
"""

import gzip
import hashlib
import os
import re
import sys
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias, TypeVar
from urllib.parse import unquote_to_bytes

import msgspec

from copydesk import files
from copydesk.batch.counts import NO_COUNTS, DumpCounts
from copydesk.config import Config
from copydesk.document import Reject
from copydesk.drift.figures import Observed
from copydesk.files import Place
from copydesk.keep import NOTHING_KNOWN, Measures
from copydesk.raw_dump import RawDump
from copydesk.store import Format

PART: Final = "part.json"
"""The last file of a part: a folder that has it is a complete part."""

_STAGED = re.compile(r"\d+-[0-9a-f]{64}")
"""The form of `staged_name`."""

_SUFFIX = re.compile(r"(?:\.[a-z]+){1,2}")
"""The form of the suffix of an output file."""

OPENING: Final = -1
"""The number that stands for opening a file in `Item.rejects`."""

Message = TypeVar("Message")


@dataclass(frozen=True, slots=True)
class Setup:
    """The settings and output formats of a worker.  It stages its parts in folders below the folder `work`."""

    settings: Config
    formats: tuple[Format, ...]
    work: str


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What the records of a dump depend on, as digests.

    `config` is what they were made with (see `made_with`).  `profiles` is of all source profiles and of the file of the
    memory: if it is the same, so is `config`.  `raw` is of the raw dump; it is empty if the reader does not have the
    bytes of the dump (see `raw_digest`).
    """

    config: str
    profiles: str
    raw: str


NO_FINGERPRINT: Final = Fingerprint("", "", "")


@dataclass(frozen=True, slots=True)
class Item:
    """A file to clean, or a range of its dumps.

    `path` is the file (see `path_to_text`); `source` is its source in records.  `copy` is a copy of the file, if it is
    in a store that only the process of the run sees; else it is empty.  The range begins with dump `start` and
    ends before dump `stop`; if that is None, it ends with the file.  `rejects` has the dumps that the run has already
    rejected: the worker must not clean them.  With a reject for OPENING, it must not open the file.

    If `within` is not empty, it is a folder without links (see `path_to_text`), and the file must be in it.

    `profiles` is the digest of all source profiles and of the memory now.  `known` has the fingerprint of the output of
    each dump, from `start` on.  A dump with the same fingerprint is skipped.  If the fingerprint has no digest of the
    raw dump, the dump is skipped only if the file's SHA-256 is still `sha256`.

    If `holds_raw_dumps`, the file is not a file of the user: it has raw dumps, written by `pack_raw_dumps`.
    """

    path: str
    source: str
    start: int = 0
    stop: int | None = None
    profiles: str = ""
    rejects: Mapping[int, Reject] = field(default_factory=dict)
    known: tuple[Fingerprint, ...] = ()
    sha256: str = ""
    holds_raw_dumps: bool = False
    copy: str = ""
    within: str = ""

    def holds(self, number: int) -> bool:
        """Whether dump `number` of the file is in the range."""
        return self.start <= number and (self.stop is None or number < self.stop)


@dataclass(frozen=True, slots=True)
class Unit:
    """Work for one worker: files, or a range of one container.

    `key` is the digest of everything but the files that the output depends on (see `copydesk.batch.job.run_key`).
    """

    number: int
    key: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class FileState:
    """A file as it was read: size in bytes, time of its last change, time of reading, SHA-256.

    Times are nanoseconds.  A remote file has no time of change, and if its store gives it a version, the digest is that
    of the version and not of its bytes.
    """

    size: int
    changed: int
    seen: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result for dump `number` of a file.

    `files` has the staged file for each output file (see `staged_name`), by its suffix; None means that the output must
    not have this file.  The run chooses the name before the suffix (see `copydesk.store.output_names`).  `lines` is the
    staged file with the records, and `measures` has what is compared with the limits of `[keep]`.  If the dump was
    rejected, all of these are empty.  If `skipped` is true, its output is current, and all of these are empty too.
    `observed` has the figures of the dump for the history of its source; None if it was skipped.  `steps` has the
    seconds of each step, for a dump with a record.
    """

    number: int
    source: str
    fingerprint: Fingerprint = NO_FINGERPRINT
    files: Mapping[str, str | None] = field(default_factory=dict)
    lines: str | None = None
    reject: Reject | None = None
    skipped: bool = False
    counts: DumpCounts = NO_COUNTS
    seconds: float = 0.0
    measures: Measures = NOTHING_KNOWN
    observed: Observed | None = None
    steps: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """The outcomes of one file in a part.

    `state` is None if the file can't be read.  `start` is the number of the first dump in this part.  `read` is the
    number of bytes that were read so far.

    `count` is the number of dumps in the file, or None if the worker has not reached its end.  If the file can't be
    read to its end, its last outcome is the reject that says why, and `count` includes it.
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
    """The content of `part.json`: the key of its unit, and the outcomes of each file."""

    key: str
    entries: tuple[Entry, ...]


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The worker waits for units."""


class SetupFailed(msgspec.Struct, frozen=True, tag=True):
    """The worker can't work with its setup, and ends."""

    message: str


class Opening(msgspec.Struct, frozen=True, tag=True):
    """The worker opens a file.  It first reads all of it once, for its SHA-256, and sends this again as it goes on."""

    path: str
    file_source: str

    @property
    def number(self) -> int:
        """What stands for the number of a dump in `Item.rejects`, because no dump was read."""
        return OPENING

    @property
    def source(self) -> str:
        """The source of the file."""
        return self.file_source


class Working(msgspec.Struct, frozen=True, tag=True):
    """The worker begins to read or to clean dump `number` of a file.

    `source` is the source of the dump if it was read already, else the source of the file.
    """

    path: str
    file_source: str
    number: int
    source: str


class PartStaged(msgspec.Struct, frozen=True, tag=True):
    """A part is complete.  It is in the folder of this name below `Setup.work`."""

    folder: str


class Done(msgspec.Struct, frozen=True, tag=True):
    """The worker has staged its whole unit, and waits for the next one."""


class WriteFailed(msgspec.Struct, frozen=True, tag=True):
    """The worker can't write to `path`, and ends.  `error` is the number of the reason (errno)."""

    error: int
    path: str


WorkerMessage: TypeAlias = Ready | SetupFailed | Opening | Working | PartStaged | Done | WriteFailed
"""What a worker sends."""

_DECODER: Final["msgspec.json.Decoder[WorkerMessage]"] = msgspec.json.Decoder(WorkerMessage)


def path_to_text(path: str) -> str:
    """A path as text.  If the path has bytes that are not valid text, this is its URI, else the path itself."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return Path(path).as_uri()
    return path


def path_from_text(text: str) -> Place:
    """The path or address from which `path_to_text` made this text."""
    if not text.startswith("file:"):
        return files.place(text)
    path = os.fsdecode(unquote_to_bytes(text.removeprefix("file://")))
    return Path(path.removeprefix("/") if sys.platform == "win32" else path)


def staged_name(number: int, data: bytes) -> str:
    """The name of a staged file: its number in the part, and the SHA-256 of its bytes."""
    return f"{number}-{hashlib.sha256(data).hexdigest()}"


def check_names(part: Part) -> None:
    """Raise msgspec.ValidationError if a part names files outside its folder or outside the output.

    Somebody else may have prepared the folder in which the part is.
    """
    for outcome in (outcome for entry in part.entries for outcome in entry.outcomes):
        staged = [name for name in (outcome.lines, *outcome.files.values()) if name is not None]
        bad = [name for name in staged if not _STAGED.fullmatch(name)]
        bad += [suffix for suffix in outcome.files if not _SUFFIX.fullmatch(suffix)]
        if bad:
            raise msgspec.ValidationError(f"a file outside the output: {bad[0]!r}")


def sha256_of(staged: str) -> str:
    """The SHA-256 in the name of a staged file."""
    return staged.partition("-")[2]


def made_with(config: str, memory: str | None) -> str:
    """What a record was made with, for `Fingerprint.config`: the record's digests `config` and `memory`."""
    return config if memory is None else f"{config} {memory}"


MAX_RECORDS_BYTES: Final = 2**29
"""Bytes of the records of a dump: a hundred times those of the longest dump of `limits.record_size`.  A megabyte of a
prepared manifest may unpack to a gigabyte."""


def raw_digest(source: str, raw: bytes) -> str:
    """A digest of a raw dump and its source; empty if the reader does not have the bytes of the dump."""
    return hashlib.sha256(source.encode() + b"\n" + raw).hexdigest()[:16] if raw else ""


def pack_records(records: Sequence[str]) -> bytes:
    """A dump's records, each a line of JSON, gzipped; the same records give the same bytes."""
    return gzip.compress("\n".join(records).encode(), 6, mtime=0)


def unpack_records(data: bytes) -> list[str]:
    """The records in what `pack_records` returned.  Raises zlib.error or EOFError if it is something else."""
    unpacker = zlib.decompressobj(zlib.MAX_WBITS + 16)
    found = unpacker.decompress(data, MAX_RECORDS_BYTES)
    if not unpacker.eof:
        raise EOFError(f"they do not end within {MAX_RECORDS_BYTES:,} bytes")
    return found.decode().split("\n")


def pack_raw_dumps(dumps: Sequence[RawDump]) -> bytes:
    """Raw dumps as one JSON list.  Raises ValueError if one has a function, which can't be given to a worker."""
    if any(one.given.guess_date for one in dumps):
        raise ValueError("`guess_date` is a function, which a child process can't get: leave it out, or `seconds`")
    return msgspec.json.encode(dumps)


def unpack_raw_dumps(data: bytes) -> list[RawDump]:
    """The raw dumps in what `pack_raw_dumps` returned."""
    return msgspec.json.decode(data, type=list[RawDump])


def encode(message: object) -> bytes:
    """The message as a line of JSON."""
    return msgspec.json.encode(message) + b"\n"


def decode(line: bytes | str, kind: type[Message]) -> Message:
    """The message in a line.  Raises msgspec.DecodeError if it is not of that kind."""
    return msgspec.json.decode(line, type=kind)


def decode_worker_message(line: bytes) -> WorkerMessage:
    """The message of a worker in a line."""
    message: WorkerMessage = _DECODER.decode(line)
    return message
