"""Checks an output: schema, undo, hashes, counts."""

import hashlib
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from copydesk import folders
from copydesk.batch.manifest import Manifest
from copydesk.batch.manifest_dumps import DumpRow, Dumps
from copydesk.batch.manifest_totals import Totals
from copydesk.document import Kind, Record
from copydesk.files import Place
from copydesk.keep import NOTHING_KNOWN
from copydesk.render import filtered, record
from copydesk.render.record import RecordError
from copydesk.shards import TABLES, Shards, has_same_rows
from copydesk.shards import lines as shard_lines
from copydesk.store import FILTERED


@dataclass(frozen=True, slots=True)
class Fault:
    """A file of the output and what is wrong with it."""

    file: str
    what: str


def check_output(output: Place, manifest: Manifest) -> Iterator[int | Fault]:
    """Check all files that the manifest lists.  Yields 1 for each correct record, and each fault."""
    dumps = Dumps(manifest)
    for file, _, _ in manifest.files():
        for dump in dumps.of_file(file):
            yield from _check_dump(output, dump)
    names = sorted(manifest.shards())
    for suffix in sorted({name.partition(".")[2] for name in names}):
        own = [name for name in names if name.partition(".")[2] == suffix]
        check = _check_tables if f".{suffix}" in TABLES else _check_shards
        yield from check(output, own, manifest)
    last = Totals(manifest).runs(1)
    if last and last[0].state == "finished":
        yield from _check_filtered(output, manifest, last[0].number)


def _check_dump(output: Place, dump: DumpRow) -> Iterator[int | Fault]:
    for name, digest in dump.files.items():
        try:
            data = (output / name).read_bytes()
        except OSError as error:
            yield Fault(name, f"can't be read: {error.strerror}")
            continue
        if hashlib.sha256(data).hexdigest() != digest:
            yield Fault(name, "is not what was written: its SHA-256 differs")
        elif name.endswith(".json"):
            yield from _check_records(name, [data])
        elif name.endswith(".jsonl"):
            lines = data.splitlines()
            if len(lines) != dump.counts.teasers:
                yield Fault(name, f"has {len(lines)} teasers where {dump.counts.teasers} were written")
            yield from _check_records(name, lines)


def _check_records(name: str, lines: Iterable[bytes]) -> Iterator[int | Fault]:
    for line in lines:
        try:
            _check_record(record.from_json(line))
        except RecordError as error:
            yield Fault(name, str(error))
        else:
            yield 1


def _check_record(one: Record) -> None:
    """Raise RecordError if a record breaks a law that it can be checked for by itself."""
    if (one.kind is Kind.TEASER) != (one.parent is not None):
        raise RecordError(f"record {one.id}: a teaser has a parent, and nothing else has one")
    without = one.without_evidence()
    if without:
        raise RecordError(f"record {one.id}: `evidence` does not say where `metadata.{without[0]}` comes from")
    if one.kind is not Kind.TEASER:
        record.raw_bytes(one)


def _check_tables(output: Place, names: Sequence[str], manifest: Manifest) -> Iterator[int | Fault]:
    """Check the shards of a format without whole records: they are made again, and must have the same rows."""
    last = Totals(manifest).runs(1)[0]
    if last.state != "finished":
        return
    size = manifest.shards()[names[0]][2].split(" ")[1]  # see `_write_shards`
    with TemporaryDirectory() as folder:
        made, copy = Path(folder) / "made", Path(folder) / "copy"
        made.mkdir()
        shards = Shards(
            folders.folder(made),
            f".{names[0].partition('.')[2]}",
            int(size) if size.isdigit() else None,
            Path(folder).joinpath,
        )
        for lines in Dumps(manifest).records(last.number):
            shards.add(lines)
        shards.commit()
        for name in sorted({*names, *shards.there()}):
            try:
                with (output / name).open("rb") as stream, copy.open("wb") as file:
                    shutil.copyfileobj(stream, file)
                is_same = has_same_rows(copy, made / name)
            except (OSError, sqlite3.Error) as error:
                yield Fault(name, f"can't be read: {error}")
            else:
                yield 1 if is_same else Fault(name, "does not have the rows of the records")


def _check_filtered(output: Place, manifest: Manifest, run: int) -> Iterator[int | Fault]:
    """Check `filtered.jsonl`: each record is correct, and its lines have the records that were filtered, in order."""
    wanted = Dumps(manifest).filtered_records(run)
    if not Dumps(manifest).limits(run):
        return
    try:
        for number, line in enumerate(shard_lines(output / FILTERED), 1):
            found = filtered.from_line(line)
            records = [record.to_json(one) for one in (found.record, *found.teasers)]
            if records != next(wanted, ("", NOTHING_KNOWN, []))[2]:
                yield Fault(FILTERED, f"line {number} does not have the records that were written there")
                return
            yield from _check_records(FILTERED, [one.encode() for one in records])
    except (OSError, RecordError, ValueError) as error:
        yield Fault(FILTERED, f"can't be read to its end: {error}")
        return
    if next(wanted, None) is not None:
        yield Fault(FILTERED, "lacks records that were written there")


def _check_shards(output: Place, names: Sequence[str], manifest: Manifest) -> Iterator[int | Fault]:
    """Check the shards of one format: each record is correct, and all of them are those that were written, in order."""
    last = Totals(manifest).runs(1)[0]
    is_finished = last.state == "finished"
    wanted = chain.from_iterable(Dumps(manifest).records(last.number)) if is_finished else None
    for name in names:
        try:
            for number, line in enumerate(shard_lines(output / name), 1):
                if wanted is not None and next(wanted, None) != line:
                    yield Fault(name, f"record {number} is not the one that was written there")
                    wanted = None  # the records after it may have moved too
                yield from _check_records(name, [line.encode()])
        except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
            yield Fault(name, f"can't be read to its end: {error}")
            wanted = None
    if wanted is not None and next(wanted, None) is not None:
        yield Fault(names[-1], "lacks records that were written there")
