"""Checks an output against the laws: schema, undo, hashes, counts."""

import gzip
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from copydesk.batch.manifest import Document, Manifest
from copydesk.document import Kind, Record
from copydesk.render import record
from copydesk.render.record import RecordError
from copydesk.shards import lines as shard_lines


@dataclass(frozen=True, slots=True)
class Fault:
    """A file of the output and what is wrong with it."""

    file: str
    what: str


def records(output: Path, manifest: Manifest) -> Iterator[int | Fault]:
    """Check all that the manifest knows: yields how many records are sound, file by file, and what is not."""
    known: Counter[str] = Counter()
    for row, _, _ in manifest.inputs():
        for document in manifest.documents(row):
            yield from _document(output, document)
        for packed in manifest.lines_of(row):
            known.update(map(_digest, gzip.decompress(packed).decode().split("\n")))
    for name in manifest.shards():
        if (output / name).is_file():
            yield from _shard(output, name, known)
        elif "." in name and " " not in name:
            yield Fault(name, "is gone")


def _document(output: Path, document: Document) -> Iterator[int | Fault]:
    for name, digest in document.files.items():
        try:
            data = (output / name).read_bytes()
        except OSError as error:
            yield Fault(name, f"can't be read: {error.strerror}")
            continue
        if hashlib.sha256(data).hexdigest() != digest:
            yield Fault(name, "is not what was written: its SHA-256 differs")
        elif name.endswith(".json"):
            yield from _checked(name, [data])
        elif name.endswith(".jsonl"):
            lines = data.splitlines()
            if len(lines) != document.tally.teasers:
                yield Fault(name, f"holds {len(lines)} teasers where {document.tally.teasers} were written")
            yield from _checked(name, lines)


def _checked(name: str, lines: Iterable[bytes]) -> Iterator[int | Fault]:
    for line in lines:
        try:
            _sound(record.from_json(line))
        except RecordError as error:
            yield Fault(name, str(error))
        else:
            yield 1


def _sound(one: Record) -> None:
    """Raise RecordError where a record breaks a law that can be seen by itself."""
    if (one.kind is Kind.TEASER) != (one.parent is not None):
        raise RecordError(f"record {one.id}: a teaser has a parent, and nothing else has one")
    if one.kind is not Kind.TEASER:
        record.raw_bytes(one)


def _shard(output: Path, name: str, known: Counter[str]) -> Iterator[int | Fault]:
    """A shard's records: each sound, and one that was written."""
    strange = 0
    try:
        for line in shard_lines(output / name):
            strange += _digest(line) not in known
            yield from _checked(name, [line.encode()])
    except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
        yield Fault(name, f"can't be read to its end: {error}")
    if strange:
        yield Fault(name, f"holds {strange} records that were not written there")


def _digest(line: str) -> str:
    return hashlib.blake2b(line.encode(), digest_size=8).hexdigest()
