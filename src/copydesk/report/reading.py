"""Reads an output record by record: from its manifest if it has one, else from its files.

The manifest has the records of every dump in every format, also of a run that failed or was killed.  Without it (a copy
of an output, a file of records, a store that another machine writes) the files are read.  Links in a folder are not
followed, and nothing is written.
"""

import gzip
import os
import zlib
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Literal, TypeAlias

import msgspec

from copydesk import files, shards
from copydesk.batch.manifest import Manifest
from copydesk.batch.manifest_dumps import SAME_SOURCE, DumpRow, Dumps
from copydesk.card_files import is_card
from copydesk.document import Reject
from copydesk.files import Place, Readable, Remote
from copydesk.keep import Limit, Measures, Value
from copydesk.render import filtered
from copydesk.report.fields import FILTERED, REJECT, SEEN, TEASER, Seen
from copydesk.store import BOOKKEEPING, REJECTS
from copydesk.store import FILTERED as FILTERED_NAME

MAX_LINE_BYTES: Final = 2**26
"""Bytes of a line that are read at once: a thousand times those of a usual record.  A longer one is a Problem."""

_TEASERS: Final = ".teasers.jsonl"
_SHARDS: Final = (".jsonl", shards.JSONL_GZ, shards.PARQUET)
"""The endings of files of many records that are whole; of several formats the first one is read."""


@dataclass(frozen=True, slots=True)
class Published:
    """The record of a dump, the JSON that it was read from, and the number of its teasers."""

    record: Seen
    line: str | bytes
    teasers: int = 0


@dataclass(frozen=True, slots=True)
class Teaser:
    """A teaser in a file of records."""


@dataclass(frozen=True, slots=True)
class Filtered:
    """A dump that falls below a limit of `[keep]`: the name of the limit, and the value of the record."""

    source: str
    limit: str
    value: Value


@dataclass(frozen=True, slots=True)
class Problem:
    """A file, or a record in it, that could not be read."""

    where: str
    what: str


Item: TypeAlias = Published | Teaser | Filtered | Reject | Problem


def of_manifest(manifest: Manifest) -> Iterator[Item]:
    """All dumps of an output, in the order of its inputs.  Raises DamagedRowError if a row is damaged."""
    dumps = Dumps(manifest)  # a prepared one may have values of any type, so `str` makes texts of what is shown
    for file, _, _ in manifest.files():
        for dump in dumps.of_file(file):
            if dump.reject:
                detail = SAME_SOURCE if dump.reject.reason == "name_taken" else dump.reject.detail
                yield Reject(str(dump.source), str(dump.reject.reason), str(detail))
            elif dump.filtered:
                yield Filtered(str(dump.source), str(dump.filtered), _value(dump.filtered, dump.measures))
            else:
                yield _published(dumps, file, dump)


def _published(dumps: Dumps, file: int, dump: DumpRow) -> Item:
    line, *teasers = dumps.records_of(file, dump.number)
    try:
        return Published(SEEN.decode(line), line, len(teasers))
    except msgspec.DecodeError as error:
        return Problem(dump.source, f"not a copydesk record: {error}")


def _value(limit: str, found: Measures) -> Value:
    """The measure that a limit is about."""
    values: dict[str, Value] = {
        Limit.MIN_CONFIDENCE: found.confidence,
        Limit.LANGUAGES: found.language,
        Limit.MIN_WORDS: found.words,
        Limit.COMPLETE: found.complete,
        Limit.PAGES: found.page,
        Limit.RIGHTS: ", ".join(found.rights) or None,
    }
    return values.get(limit)


def of_files(output: Place) -> Iterator[Item]:
    """All dumps in a file of records, or in the files of an output folder without its manifest.

    If a folder has records in several formats, one of them is read.  Raises OSError if the folder can't be read.
    """
    if not output.is_dir() if isinstance(output, Path) else output.name.endswith((".json", *_SHARDS)):
        yield from _of_file(output if isinstance(output, Remote) else _Regular(output), output.name)
        return
    names = sorted(_names(output))
    for name in [*_with_records(names), *(one for one in (FILTERED_NAME, REJECTS) if one in names)]:
        place = output / name
        file = place if isinstance(place, Remote) else _Regular(place)
        if not is_card(file):
            yield from _of_file(file, name)


def _with_records(names: list[str]) -> list[str]:
    """The names of the files with the published records: shards of one format, else JSON files with their teasers."""
    for suffix in _SHARDS:
        found = shards.of_format(names, suffix)
        if any(shards.TEASERS not in name for name in found):
            return found
    return [name for name in names if name.endswith((".json", _TEASERS))]


def _names(output: Place) -> Iterator[str]:
    """The names of the files in an output; those of links and of the bookkeeping are left out."""
    if isinstance(output, Remote):
        yield from (name for name, _ in output.find())
        return
    for folder, below, own in os.walk(output, onerror=_raise):
        below[:] = [name for name in below if name != BOOKKEEPING]
        for name in own:
            path = Path(folder, name)
            if not path.is_symlink():
                yield path.relative_to(output).as_posix()


def _raise(error: OSError) -> None:
    raise error


@dataclass(frozen=True, slots=True)
class _Regular:
    """A file on this machine, which is only opened if it is a regular file."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    def open(self, mode: Literal["rb"], /) -> IO[bytes]:
        return files.open_regular(self.path)


def _of_file(file: Readable, name: str) -> Iterator[Item]:
    """The items of a file; what is wrong with it is a Problem."""
    number = 0
    try:
        for number, line in enumerate(_lines(file), 1):
            try:
                yield _item(line, is_reject=name == REJECTS)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                yield Problem(f"{name}: record {number}", f"not a copydesk record: {error}")
    except (OSError, EOFError, zlib.error, ImportError, ValueError, KeyError, TypeError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or str(error)
        yield Problem(name, f"can't be read to its end, after {number:,} records: {why}")


def _lines(file: Readable) -> Iterator[bytes]:
    if file.name.endswith(shards.PARQUET):
        yield from (line.encode() for line in shards.lines(file))
        return
    with file.open("rb") as stream:
        if file.name.endswith(".json"):
            yield stream.read(MAX_LINE_BYTES)
            return
        packed = file.name.endswith(shards.JSONL_GZ)
        with gzip.GzipFile(fileobj=stream) if packed else nullcontext(stream) as unpacked:
            while line := unpacked.readline(MAX_LINE_BYTES):
                yield line


def _item(line: bytes, *, is_reject: bool) -> Item:
    if is_reject:
        reject = REJECT.decode(line)
        return Reject(reject.source, reject.reason, reject.detail)
    beginning = line[:100].decode(errors="replace")
    if TEASER.match(beginning):
        return Teaser()
    if filtered.is_line(beginning):
        found = FILTERED.decode(line)
        return Filtered(found.source, found.limit, found.value)
    return Published(SEEN.decode(line), line)
