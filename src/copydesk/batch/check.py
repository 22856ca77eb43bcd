"""Checks an output against the laws: schema, undo, hashes, counts."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
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
    for row, _, _ in manifest.inputs():
        for document in manifest.documents(row):
            yield from _document(output, document)
    names = sorted(manifest.shards())
    for suffix in sorted({name.partition(".")[2] for name in names}):
        own = [name for name in names if name.partition(".")[2] == suffix]
        yield from _shards(output, own, manifest)


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


def _shards(output: Path, names: Sequence[str], manifest: Manifest) -> Iterator[int | Fault]:
    """The shards of one format: each record sound, and all of them those that were written, in their order."""
    last = manifest.runs(1)[0]
    wanted = chain.from_iterable(manifest.records(last.number)) if last.state == "finished" else None
    for name in names:
        try:
            for number, line in enumerate(shard_lines(output / name), 1):
                if wanted is not None and next(wanted, None) != line:
                    yield Fault(name, f"record {number} is not the one that was written there")
                    wanted = None  # what follows may only have moved
                yield from _checked(name, [line.encode()])
        except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
            yield Fault(name, f"can't be read to its end: {error}")
            wanted = None
    if wanted is not None and next(wanted, None) is not None:
        yield Fault(names[-1], "lacks records that were written there")
