"""Moves dumps between the output and `filtered.jsonl` when the limits of `[keep]` have changed.

Nothing is cleaned for that: the manifest has the measures and the records of each dump, and the files of a dump are
made from its records.  Before the files of a dump are changed, the manifest has it as `moving`.  So if the run dies,
the next one moves it again.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Final

from copydesk import keep, store
from copydesk.batch.changes import change_of
from copydesk.batch.job import WORK
from copydesk.batch.manifest import DamagedRowError
from copydesk.batch.manifest_dumps import DumpRow
from copydesk.batch.state import RunState
from copydesk.document import Cleaned, Reject
from copydesk.render import filtered, record
from copydesk.render.markdown import MarkdownError
from copydesk.render.record import RecordError
from copydesk.store import FILTERED, UnusableNameError

PAGE: Final = 200
"""Dumps that are moved together: the manifest is written twice for them."""

FORM: Final = 1
"""Changes when lines of `filtered.jsonl` get another form, so that the file is written again."""


@dataclass(frozen=True, slots=True)
class _Move:
    """A dump to move, the limit below which it falls now (None: it is published), and the files that it gets.

    `staged` has the staged file for each name, or None where the output must not have this file; `files` has the
    SHA-256 of the staged ones.  `reject` says why no file can be made.
    """

    dump: DumpRow
    limit: str | None = None
    staged: Mapping[str, Path | None] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    reject: Reject | None = None


def limit_of(dump: DumpRow, state: RunState) -> str | None:
    """The limit below which a dump falls now; None if it is published."""
    falls = keep.falls(dump.measures, state.job.settings.keep)
    return falls[0].limit if falls else None


def filter_again(state: RunState) -> None:
    """Compare the dumps of the run with the limits where that was done with others, and move those that change.

    Raises OSError if the output can't be written.
    """
    for file in state.manifest.files_to_filter(state.number, state.keep):
        start = 0
        while page := list(islice(_changed(state, file, start), PAGE)):
            start = page[-1].number + 1
            _move(state, file, page)
        state.manifest.save_keep(file, state.keep)


def _changed(state: RunState, file: int, start: int) -> Iterator[DumpRow]:
    """The dumps of a file with another limit than the manifest has, and those that a run that died was moving.

    A dump that has lost its name to another one is left out: it is cleaned again.
    """
    for dump in state.dumps.to_filter(file, start):
        if dump.moving or dump.filtered != limit_of(dump, state):
            owner = state.dumps.owner(dump.name)
            if owner and (owner.file, owner.number) == (file, dump.number):
                yield dump


def _move(state: RunState, file: int, dumps: Sequence[DumpRow]) -> None:
    """Move some dumps of a file: first the manifest says so, then files are changed, then it says that it is done."""
    work = state.store.books / WORK / "moved"
    work.mkdir(parents=True, exist_ok=True)
    moves = [_prepared(state, file, dump, work) for dump in dumps]
    with state.manifest.transaction():
        state.manifest.save_keep(file, "")
        for one in moves:
            state.dumps.begin_move(file, one.dump.number, {**one.dump.files, **one.files})
    with state.manifest.transaction():
        for one in moves:
            _change_files(state, file, one)
        state.store.settle()


def _prepared(state: RunState, file: int, dump: DumpRow, work: Path) -> _Move:
    """The move of a dump, with the files that it gets made from its records."""
    limit = limit_of(dump, state)
    if limit is not None:
        return _Move(dump, limit)
    try:
        article, *teasers = map(record.from_json, state.dumps.records_of(file, dump.number))
        made = store.files(Cleaned(article, tuple(teasers)), state.job.formats, state.job.settings.output)
    except RecordError as error:
        raise DamagedRowError(f"the records of {dump.source!r}: {error}") from error
    except MarkdownError as error:
        return _Move(dump, reject=Reject(dump.source, "markdown_differs", str(error)))
    staged: dict[str, Path | None] = {}
    digests: dict[str, str] = {}
    for suffix, text in made.items():
        name = dump.name + suffix
        staged[name] = None
        if text is not None:
            path = work / f"{dump.number}{suffix}"
            path.write_bytes(text.encode())
            staged[name], digests[name] = path, hashlib.sha256(text.encode()).hexdigest()
    return _Move(dump, staged=staged, files=digests)


def _change_files(state: RunState, file: int, move: _Move) -> None:
    dump, reject = move.dump, move.reject
    if reject is None and move.limit is None:
        try:
            state.store.publish(move.staged)
        except UnusableNameError as error:
            reject = Reject(dump.source, "unusable_name", str(error))
    elif reject is None:
        state.store.remove(dump.files)
    now = "rejected" if reject else "filtered" if move.limit else "published"
    change = change_of("filtered" if dump.filtered else "published", now, is_other=False)
    if change:
        state.changes.add(change, dump.source)
    if reject:
        state.save_reject(file, dump.number, reject, dump.seconds)
    else:
        state.dumps.end_move(file, replace(dump, files=move.files, filtered=move.limit), state.number)


def write_filtered(state: RunState) -> None:
    """Write `filtered.jsonl` if it is not up to date; if nothing is filtered, remove it."""
    records = state.dumps.filtered_digest(state.number)
    made_of = f"{records} {state.keep} {FORM}"
    known = state.manifest.shards("filtered")
    if records and known and known == state.stats([FILTERED], made_of):
        return
    state.store.write(FILTERED, _lines(state))
    state.manifest.save_shards(state.stats([FILTERED], made_of), "filtered")


def _lines(state: RunState) -> Iterator[str]:
    for source, measures, records in state.dumps.filtered_records(state.number):
        falls = keep.falls(measures, state.job.settings.keep)
        if not falls:
            raise DamagedRowError(f"{source!r} is filtered, and reaches all limits")
        yield filtered.line(source, falls, records)
