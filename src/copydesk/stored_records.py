"""The records that copydesk has written, line by line, before and after they are decoded."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from copydesk import files, shards
from copydesk.card_files import is_card
from copydesk.document import Kind, Record
from copydesk.render import filtered, record
from copydesk.render.record import RecordError
from copydesk.store import BOOKKEEPING

_ID = re.compile(r'\s*\{\s*"id":\s*"([0-9a-f]{20})')
"""The id of an article at the beginning of its record, and of each of its teasers: theirs has a number after it."""

_SHARD_SUFFIXES: Final = (".jsonl", shards.JSONL_GZ, shards.PARQUET)


class StoredMetadata(msgspec.Struct, frozen=True):
    """The facts of a record that `StoredStory` has."""

    url: str | None
    published: str | None
    publisher: str | None
    agency: str | None


class StoredQuality(msgspec.Struct, frozen=True):
    """The quality of a record, as far as `StoredStory` has it."""

    complete: bool | None


class StoredStory(msgspec.Struct, frozen=True):
    """The part of a record that says which story it is.  It is decoded in a third of the time of a record."""

    id: str
    source: str
    kind: Kind
    text: str
    metadata: StoredMetadata
    quality: StoredQuality | None = None


@dataclass(frozen=True, slots=True)
class StoredLine:
    """JSON that holds a record, or in `filtered.jsonl` those of a dump.  `number` counts from 1 in its file."""

    text: str
    path: Path
    number: int

    def records(self) -> tuple[Record, ...]:
        """The records.  Raises RecordError, which names the place, if it holds none."""
        try:
            if filtered.is_line(self.text):
                cleaned = filtered.from_line(self.text).cleaned
                return (cleaned.article, *cleaned.teasers)
            return (record.from_json(self.text),)
        except ValueError as error:
            raise _wrong(self.path, self.number, error) from error

    def stories(self) -> tuple[StoredStory | Record, ...]:
        """The stories of the records.  Raises RecordError, which names the place, if it holds none."""
        if filtered.is_line(self.text):
            return self.records()
        try:
            return (msgspec.json.decode(self.text, type=StoredStory),)
        except msgspec.DecodeError as error:
            raise _wrong(self.path, self.number, RecordError(record.not_a_record(self.text, error))) from error


def stored_lines(path: Path) -> Iterator[StoredLine]:
    """The lines of a file (.json, .jsonl, .jsonl.gz, .parquet) or an output folder: see `copydesk.read_records`.

    A card in a folder is passed over.  Raises RecordError if a file can't hold records, or is a link that leads out of
    the folder, and OSError if it can't be read.
    """
    if not path.is_dir():
        yield from _lines_of_file(path)
        return
    for file in _files_in(path):
        for one in (file, teasers_of(file)):
            if one.is_symlink() and not one.resolve().is_relative_to(path.resolve()):
                raise RecordError(f"{one}: a link that leads out of the folder is not followed: read the file itself")
        yield from lines_with_teasers(file)


def _files_in(folder: Path) -> Iterator[Path]:
    """The files of articles in a folder: shards of one format, else JSON files."""
    for suffix in _SHARD_SUFFIXES:
        found = [one for one in shards.paths(folder, suffix) if shards.TEASERS not in one.name]
        if found:
            yield from found
            return
    for one in sorted(folder.rglob("*.json")):
        if BOOKKEEPING not in one.relative_to(folder).parts and not is_card(one):
            yield one


def teasers_of(path: Path) -> Path:
    """The file beside a file of articles that has their teasers; it may not exist."""
    if path.name.endswith(".json"):
        return path.with_name(f"{path.name.removesuffix('.json')}{shards.TEASERS}.jsonl")
    return path.with_name(shards.teasers_beside(path.name))


def lines_with_teasers(path: Path) -> Iterator[StoredLine]:
    """The lines of a file, each article before its teasers, which may be in a file of their own beside it."""
    beside = teasers_of(path)
    if not beside.is_file():
        yield from _lines_of_file(path)
        return
    teasers = _lines_of_file(beside)
    waiting = next(teasers, None)
    for article in _lines_of_file(path):
        yield article
        own = _ID.match(article.text)
        while waiting is not None and own and (found := _ID.match(waiting.text)) and found[1] == own[1]:
            yield waiting
            waiting = next(teasers, None)
    if waiting is not None:  # without ids, teasers come after the articles
        yield waiting
        yield from teasers


def _lines_of_file(path: Path) -> Iterator[StoredLine]:
    if path.name.endswith(".json"):
        with files.open_regular(path) as stream:
            lines = iter([stream.read().decode(errors="replace")])
    elif path.name.endswith(_SHARD_SUFFIXES):
        lines = shards.lines(path)
    else:
        raise RecordError(f"{path}: not a file of records: its name must end in .json, .jsonl, .jsonl.gz or .parquet")
    number = 0
    while True:
        number += 1
        try:
            line = next(lines, None)
        except (ValueError, EOFError) as error:
            raise _wrong(path, number, error) from error
        if line is None:
            return
        if line:
            yield StoredLine(line, path, number)


def _wrong(path: Path, number: int, error: Exception) -> RecordError:
    return RecordError(f"{path}: record {number}: {error}")
