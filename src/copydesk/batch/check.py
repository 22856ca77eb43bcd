"""Checks an output: schema, undo, hashes, counts."""

import hashlib
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from copydesk import folders
from copydesk.batch.manifest import DamagedRowError, Manifest
from copydesk.batch.manifest_dumps import DumpRow, Dumps
from copydesk.batch.manifest_totals import Totals
from copydesk.document import Kind, Record
from copydesk.files import Place, open_readable
from copydesk.keep import NOTHING_KNOWN
from copydesk.output_settings import OutputSettings, chosen_fields, from_form
from copydesk.render import filtered, record
from copydesk.render.record import RecordError
from copydesk.shards import TABLES, TEASERS, Shards, has_same_rows, suffix_of
from copydesk.shards import lines as shard_lines
from copydesk.store import FILTERED

MAX_FILE_BYTES: Final = 2**30
"""Bytes of a file of one dump that are read: more than a worker with its limit of memory can give."""

MAX_GROWTH: Final = 4
"""Times the bytes of the same rows that a table may have: other versions of SQLite store them otherwise."""

READ_BYTES: Final = 2**20
"""Bytes of a file that are read at a time."""

_MADE_OF = re.compile(r"[^ ]* (?:None|([1-9]\d{0,17})) ([^ ]*) ", re.ASCII)
"""What `_write_shards` saves of a shard: a digest, the articles of a shard, the form (`to_form`), the formats."""


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
    last = Totals(manifest).runs(1)
    run = last[0].number if last and last[0].state == "finished" else None
    names = sorted(manifest.shards())
    for suffix in sorted(set(map(suffix_of, names))):
        own = [name for name in names if suffix_of(name) == suffix]
        check = _check_tables if suffix in TABLES else _check_shards
        yield from check(output, own, manifest, run)
    if run is not None:
        yield from _check_filtered(output, manifest, run)


def _check_dump(output: Place, dump: DumpRow) -> Iterator[int | Fault]:
    for name, digest in dump.files.items():
        try:
            with open_readable(output / name) as stream:
                data = stream.read(MAX_FILE_BYTES)
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


def _check_tables(output: Place, names: Sequence[str], manifest: Manifest, run: int | None) -> Iterator[int | Fault]:
    """Check the shards of a format without whole records: they are made again, and must have the same rows.

    `run` is the last run, if it has finished.
    """
    if run is None:
        return
    size, form = made_of(manifest, names[0])
    with TemporaryDirectory() as folder:
        made, copy = Path(folder) / "made", Path(folder) / "copy"
        made.mkdir()
        shards = Shards(
            folders.folder(made),
            suffix_of(names[0]),
            size,
            Path(folder).joinpath,
            form,
        )
        with closing(shards):
            for lines in Dumps(manifest).records(run):
                shards.add(lines)
        shards.commit()
        for name in sorted({*names, *shards.there()}):
            try:
                most = (made / name).stat().st_size * MAX_GROWTH if (made / name).exists() else 0
                is_same = _copy(output / name, copy, most) and has_same_rows(copy, made / name)
            except (OSError, sqlite3.Error) as error:
                yield Fault(name, f"can't be read: {error}")
            else:
                yield 1 if is_same else Fault(name, "does not have the rows of the records")


def made_of(manifest: Manifest, name: str) -> tuple[int | None, OutputSettings]:
    """(articles in a shard, form of the records) of a file of records.  Raises DamagedRowError if it is not known."""
    stored = manifest.shards()[name][2]
    found = _MADE_OF.match(stored)
    form = from_form(found[2]) if found else None
    if found is None or form is None:
        raise DamagedRowError(f"{stored!r} does not say what {name} was made of")
    return int(found[1]) if found[1] else None, form


def _copy(place: Place, copy: Path, most: int) -> bool:
    """Copy a file of at most so many bytes; whether it has no more."""
    with open_readable(place) as stream, copy.open("wb") as file:
        while most >= 0 and (data := stream.read(READ_BYTES)):
            most -= len(data)
            file.write(data)
    return most >= 0


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


def _check_shards(output: Place, names: Sequence[str], manifest: Manifest, run: int | None) -> Iterator[int | Fault]:
    """Check the shards of one format: each record is correct, and all of them are those that were written, in order.

    `run` is the last run, if it has finished.
    """
    _, form = made_of(manifest, names[0])
    chosen = chosen_fields(form)
    for are_teasers in (False, True):
        own = [name for name in names if (TEASERS in name) == are_teasers]
        wanted = None if run is None else _wanted(manifest, run, chosen, are_teasers=are_teasers)
        for name in own:
            try:
                for number, line in enumerate(shard_lines(output / name), 1):
                    if wanted is not None and next(wanted, None) != line:
                        yield Fault(name, f"record {number} is not the one that was written there")
                        wanted = None  # the records after it may have moved too
                    yield from [1] if chosen else _check_records(name, [line.encode()])
            except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
                yield Fault(name, f"can't be read to its end: {error}")
                wanted = None
        if wanted is not None and (form.teasers or not are_teasers) and next(wanted, None) is not None:
            yield Fault(own[-1] if own else names[0], "lacks records that were written there")


def _wanted(manifest: Manifest, run: int, chosen: Sequence[str], *, are_teasers: bool) -> Iterator[str]:
    """The records that the files of articles, or those of teasers, must have, each a line of JSON."""
    for lines in Dumps(manifest).records(run):
        for line in lines[1:] if are_teasers else lines[:1]:
            yield record.selected(line, chosen)
