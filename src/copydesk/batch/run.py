"""A run: what is new is cleaned, what is known is left, and all of it is written and entered.

    with Run(job) as run:
        for units in run.rounds():
            for finished in crew.clean(units):
                run.publish(finished)
        summary = run.finish()

Workers clean and stage (`crew`, `worker`); here, in one process, outputs get their names and the manifest its rows, in
whatever order parts come.  The output depends on the inputs and settings alone.
"""

import hashlib
import importlib.util
import math
import os
import shutil
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import count, islice
from pathlib import Path
from types import TracebackType
from typing import Final

import msgspec

from copydesk import __version__, config, store
from copydesk.batch.crew import Crew, Finished, finished_part
from copydesk.batch.inputs import Input, Plan
from copydesk.batch.manifest import (
    FRESH,
    LAST,
    OTHER,
    OTHER_FILE,
    OTHER_PROFILES,
    REST,
    Document,
    Known,
    Manifest,
    as_output,
)
from copydesk.batch.protocol import NOT_MADE, PART, Entry, Item, Outcome, Setup, State, Unit, opened, sha256_of, written
from copydesk.batch.tally import Tally
from copydesk.config import Config, ConfigError
from copydesk.document import Reject
from copydesk.shards import Shards
from copydesk.store import SHARDED, Format, Store, StoreError, UnusableNameError

UNIT_BYTES: Final = 400_000
UNIT_FILES: Final = 50
"""A unit has so much at most, or one file, or a range of a container: about a second's work."""

RANGE: Final = 32
"""Dumps of a container that is larger than that: they make a unit."""

RANGE_BYTES: Final = 50_000
"""A range is reckoned with so much.  Most have more, compressed or not: those beyond the end cost a word each, too few
would cost another round."""

RACY: Final = 2 * 10**9
"""Nanoseconds: a file that changed so shortly before it was read may have changed again without showing it."""

PAGE: Final = 1000
"""Dumps that are looked at together where a file may hold a million."""

WORK: Final = "work"
NO_STATE: Final = State(-1, 0, 0, "")
"""Of a file that can't be read."""

RETRIED: Final = (
    *("timeout", "crashed", "out_of_memory", "unreadable", "missing_extra", "name_taken", "unusable_name"),
    "internal_error",
)
"""Reasons that may be gone by the next run, though the file is the same."""

MOST_SLOW: Final = 5
"""Of the slowest dumps that a summary names."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to clean, how, and where to.

    `jobs` workers do it, one for each core by default; with `prune`, the output of files that are gone goes too.
    """

    plan: Plan
    output: Path
    formats: Collection[Format] = field(default=(Format.MD, Format.JSON))
    settings: Config = field(default_factory=config.default)
    shard_size: int | None = None
    jobs: int | None = None
    prune: bool = False

    @property
    def setup(self) -> Setup:
        """How workers do it."""
        work = (self.output / store.BOOKKEEPING / WORK).absolute()
        return Setup(self.settings, tuple(sorted(set(self.formats))), str(work))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: files of all, dumps that were cleaned, bytes that were read, and its tally so far.

    `share` is that of the files which are done (0 to 1), a large container by what was read of it.
    """

    files: int
    of: int
    share: float
    dumps: int
    size: int
    tally: Tally


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did.

    `skipped`: files that had not changed; `cleaned`: dumps; `labels`, `rules` and `slowest` (source, seconds) are of
    what was cleaned; `vanished`: sources whose files are gone; `before`: the result of the run before.
    """

    tally: Tally
    skipped: int
    cleaned: int
    labels: Mapping[str, int]
    rules: Mapping[str, int]
    reasons: Mapping[str, int]
    slowest: tuple[tuple[str, float], ...]
    vanished: tuple[str, ...]
    seconds: float
    before: str


class Run:
    """A run that has its output directory for itself.  A context manager.

    Raises StoreError on entering where the output can't be written, BusyError where another run writes it.
    """

    def __init__(self, job: Job):
        self._job = job
        self._store = Store(job.output)
        self._work = self._store.books / WORK
        self._key = run_key(job)
        self._profiles = _digest(job.settings.profiles)
        self._labels, self._rules = Counter[str](), Counter[str]()
        self._opened: Manifest | None = None
        self._began = time.monotonic()
        self._number = 0
        self._read: dict[int, tuple[int, int]] = {}
        self._missing: dict[int, int] = {}
        self._reset()

    def _reset(self) -> None:
        """Nothing was done so far."""
        self._skipped = self._cleaned = self._size = self._files = 0
        self._tally = Tally(rejected=len(self._job.plan.rejects))
        self._labels.clear()
        self._rules.clear()
        self._read.clear()
        self._missing.clear()

    def __enter__(self) -> "Run":
        check(self._job)
        self._store.__enter__()
        try:
            with as_output(self._store.books):
                self._begin()
        except BaseException:
            if self._opened:
                self._opened.close()
            self._store.__exit__(None, None, None)
            raise
        return self

    @property
    def _manifest(self) -> Manifest:
        if self._opened is None:
            raise ValueError("the run has not begun")
        return self._opened

    def _begin(self) -> None:
        self._opened = Manifest(self._store.books, anew=True)
        self._finished, self._before = self._manifest.last_finished()
        self._number = self._manifest.begin(__version__)
        self._recover()
        self._gone = self._vanished()
        self._broken_off = self._manifest.broken_off(RETRIED)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is not None:
                with suppress(Exception):  # what ended the run counts, and a full disk takes no rows
                    self._manifest.end(self._number, "broken", f"{kind.__name__}: {error}"[:300])
            self._manifest.close()
        finally:
            self._store.__exit__(kind, error, trace)

    def _recover(self) -> None:
        """Publish parts that a run before has staged and not published, and take away what else it left."""
        parts: list[Finished] = []
        for folder in sorted(self._work.glob("*")):
            if (folder / PART).is_file():
                with suppress(msgspec.DecodeError, OSError):
                    parts.append(finished_part(folder))
        for finished in sorted(parts, key=lambda one: [entry.start for entry in one.part.entries]):
            if finished.part.key == self._key + self._profiles:
                try:
                    self._enter_part(finished)
                    continue
                except FileNotFoundError:  # some of it is gone: it is cleaned again
                    pass
            for entry in finished.part.entries:
                for outcome in entry.outcomes:
                    self._take_back(outcome, finished.folder)
        shutil.rmtree(self._work, ignore_errors=True)
        self._work.mkdir(parents=True, exist_ok=True)
        self._store.sweep()
        self._reset()

    def _take_back(self, outcome: Outcome, folder: Path) -> None:
        """Take away what a run that died has written of a dump which shall not be written now.

        Whose file it has taken the place of, is cleaned again.
        """
        files = outcome.files.items()
        written = {name for name, file in files if file and self._has_its_name(folder / file, name)}
        owner = self._manifest.owner(outcome.name) if written else None
        theirs = self._manifest.document(*owner[:2]) if owner else None
        if theirs and owner:
            written -= theirs.files.keys()
            self._distrust(*owner[:2])
        self._store.remove(written)

    def rounds(self) -> Iterator[Iterator[Unit]]:
        """What is to be cleaned: rounds of units, each to be published before the next one is asked for.

        How many dumps a large container holds is known when somebody has read to its end: what the first round has not
        handed out of it, comes in those that follow.  The last is for what lost its name to a dump that has given it up
        since.
        """
        yield self._units(self._planned())
        before: dict[tuple[str, str], tuple[int, int]] = {}
        while left := {one[:2]: one[2:] for one in self._manifest.unfinished(self._number)}:
            for source, path in left.keys() & before.keys():
                if left[source, path] == before[source, path]:
                    self._give_up(source, path)
                    del left[source, path]
            yield self._units(self._following(sorted(left)))
            before = left
        yield self._units(self._freed())

    def _give_up(self, source: str, path: str) -> None:
        """Reject what is left of a file with which a whole round did not get on: a run shall end."""
        known = self._manifest.known(source, path)
        if known:
            self._reject_rest(
                known, Reject(source, "internal_error", "some of it was not cleaned, and nobody said why")
            )

    def _units(self, left: Iterator[tuple[Item, int]]) -> Iterator[Unit]:
        """Files of some size in bytes, a second's work at a time; a range is a unit of its own."""
        numbers = count()
        items: list[Item] = []
        size = 0
        for item, own in left:
            if item.stop is not None:
                yield self._unit(next(numbers), [item])
                continue
            if items and (size + own > UNIT_BYTES or len(items) >= UNIT_FILES):
                yield self._unit(next(numbers), items)
                items, size = [], 0
            items.append(item)
            size += own
        if items:
            yield self._unit(next(numbers), items)

    def _unit(self, number: int, items: Iterable[Item]) -> Unit:
        return Unit(number, self._key + self._profiles, tuple(items))

    def _planned(self) -> Iterator[tuple[Item, int]]:
        """What is to be cleaned of the files that the run was given."""
        looked: list[int] = []
        for one in self._job.plan.inputs:
            item = self._item(one.source, written(one.file))
            try:
                now = os.stat(one.file)  # noqa: PTH116 - for speed
            except OSError:
                yield item, 0  # its reject says why
                continue
            known = self._manifest.known(item.source, item.path)
            if not known or known.key != self._key:
                yield from self._ranges(item, now.st_size)
                continue
            if not self._is_same(known, now, one):
                yield from self._ranges(item, now.st_size, replace(known, profiles="", count=None))
                continue
            looked.append(known.id)
            is_done = True
            for found in self._ranges(item, now.st_size, self._tried_again(known)):
                is_done = False
                yield found
            if is_done:
                self._skip(known, item.source)
        self._manifest.look_at(looked, self._number)

    def _item(self, source: str, path: str) -> Item:
        return Item(path, source, profiles=self._profiles)

    def _tried_again(self, known: Known) -> Known:
        """The file, without what kept it from being read to its end."""
        if known.id not in self._broken_off:
            return known
        self._manifest.forget_document(known.id, REST)
        self._manifest.uncount(known.id)
        return replace(known, count=None)

    def _following(self, left: Iterable[tuple[str, str]]) -> Iterator[tuple[Item, int]]:
        """What was not handed out of large containers so far: as much again at least."""
        for source, path in left:
            known = self._manifest.known(source, path)
            if known:
                first = self._first_missing(known.id)
                item = self._item(source, path)
                yield from self._ranges(replace(item, start=first), known.state.size, known)

    def _freed(self) -> Iterator[tuple[Item, int]]:
        """What lost its name to a dump that has given it up since."""
        lost = self._manifest.lost_names(self._number)
        for source, path in {(one[0], one[1]): None for one in lost if not self._is_taken(one[3], *one[:3])}:
            known = self._manifest.known(source, path)
            if known:
                yield from self._ranges(self._item(source, path), known.state.size, known)

    def _ranges(self, item: Item, size: int, known: Known | None = None) -> Iterator[tuple[Item, int]]:
        """A file from a dump on, in ranges where it is a large container, without what need not be cleaned.

        Of a file that is `known`, those dumps need not be whose outputs are there, or that were rejected for good.
        Where it is known as what it is no more (its `profiles` are others), the worker looks which those are.  A
        container's ranges go on until its end is known, or are more than were known and than its size lets expect.
        """
        if size <= UNIT_BYTES or not _holds_many(item.path):
            found = self._without_known(item, known)
            if found:
                yield found, size
            return
        first = item.start // RANGE * RANGE
        last = 2 * first + RANGE * math.ceil(size / RANGE_BYTES)
        for start in range(first, max(last, self._manifest.next_number(known.id) if known else 0), RANGE):
            end = self._end(item, known)
            if end is not None and start >= end:
                return
            piece = replace(item, start=max(start, item.start), stop=start + RANGE)
            found = self._without_known(piece, known)
            if found:
                yield found, size

    def _end(self, item: Item, known: Known | None) -> int | None:
        """How many dumps a container holds, where that is known of it as it is now."""
        if known and known.count is not None:
            return known.count
        now = self._manifest.known(item.source, item.path)
        return now.count if now and now.run == self._number else None

    def _without_known(self, item: Item, known: Known | None) -> Item | None:
        """The item without the dumps at its beginning that need not be cleaned, and what is known of the others."""
        if known is None:
            return item
        documents = self._manifest.documents(known.id, item.start, item.stop)
        sound = {one.number: one for one in documents if self._is_sound(one, item)}
        start = item.start
        if known.profiles == self._profiles:
            stop = min(item.stop or LAST, LAST if known.count is None else known.count)
            while start < stop and start in sound and sound[start].stale == FRESH:
                start += 1
            if start >= stop:
                return None
        numbers = range(start, max(sound, default=-1) + 1)
        made = tuple(sound[number].made if number in sound else NOT_MADE for number in numbers)
        return replace(item, start=start, known=made, sha256=known.state.sha256)

    def _is_sound(self, document: Document, item: Item) -> bool:
        """Whether a dump's outputs are there, or it was rejected: for good, or since a run came to its end."""
        if document.stale == OTHER or (document.stale == OTHER_FILE and not document.made.raw):
            return False
        if document.reject is None:
            return self._is_whole(document)
        if document.reject.reason == "name_taken":
            return self._is_taken(document.reject.detail, item.source, item.path, document.number)
        return document.reject.reason not in RETRIED or document.run > self._finished

    def _is_same(self, known: Known, now: os.stat_result, one: Input) -> bool:
        """Whether the file is as it was read: by size and time, by its bytes where the time says too little."""
        was = known.state
        if was.size != now.st_size:
            return False
        if was.changed == now.st_mtime_ns and now.st_mtime_ns < was.seen - RACY:
            return True
        seen = time.time_ns()
        try:
            with one.path.open("rb") as stream:
                is_same = hashlib.file_digest(stream, "sha256").hexdigest() == was.sha256
        except OSError:
            return False
        if is_same:
            self._manifest.see_again(known.id, now.st_mtime_ns, seen)
        return is_same

    def _is_whole(self, document: Document) -> bool:
        """Whether all files of a dump's output are there."""
        names = [os.path.join(self._job.output, name) for name in document.files]  # noqa: PTH118 - for speed
        return all(map(os.path.isfile, names))

    def _skip(self, known: Known, source: str) -> None:
        """Leave a file of which nothing is to be cleaned; its end may be still to be found."""
        if not known.finished:
            whole = self._complete(known.id)
            if whole is None:
                return
            with self._manifest.change():
                self._finish_file(known.id, whole, source)
        self._skipped += 1
        self._files += 1
        self._tally += self._manifest.tally_of(known.id)

    def publish(self, finished: Finished) -> Progress:
        """Let a part's outputs have their names, and enter it; how far the run is then.

        Raises OSError where the output can't be written.
        """
        self._manifest.look_at(self._enter_part(finished), self._number)
        of = len(self._job.plan.inputs)
        files = min(self._files, of)
        share = (files + sum(read / max(1, size) for read, size in self._read.values())) / max(1, of)
        size = self._size + sum(read for read, _ in self._read.values())
        return Progress(files, of, min(share, 1.0), self._cleaned, size, self._tally)

    def _enter_part(self, finished: Finished) -> list[int]:
        """Let a part's outputs have their names; the rows of its files.

        What is known of the files is made to say so before the first output is touched: whoever dies in between,
        whatever run comes next, what is not entered is cleaned again.
        """
        entries: list[tuple[int, Entry]] = []
        looked: list[int] = []
        with self._manifest.change():
            for entry in finished.part.entries:
                known = self._manifest.known(entry.source, entry.path)
                if known and self._has_changed(known, entry):
                    detail = "it changed while it was read: run again"  # then all of it is cleaned
                    self._reject_rest(known, Reject(entry.source, "unreadable", detail))
                    looked.append(known.id)
                else:
                    row = self._begin_file(known, entry)
                    entries += [(row, entry)] if row is not None else []
        try:
            with self._manifest.change():
                for row, entry in entries:
                    self._enter(row, entry, finished.folder)
        except BaseException:
            self._missing.clear()  # what was seen there is not entered
            raise
        shutil.rmtree(finished.folder, ignore_errors=True)
        return [*looked, *(row for row, _ in entries)]

    def _has_changed(self, known: Known, entry: Entry) -> bool:
        """Whether a file is another than that of which this run has entered dumps."""
        return known.run == self._number and known.state.sha256 != (entry.state or NO_STATE).sha256

    def _reject_rest(self, known: Known, reject: Reject) -> None:
        """Reject what is left of a file, once."""
        told = self._manifest.document(known.id, REST)
        if told and not told.stale:
            return
        document = Document(REST, reject.source, NOT_MADE, "", {}, reject, Tally(), 0.0)
        self._manifest.keep_document(known.id, document, None, self._number, written=False)
        self._tally += Tally(rejected=1)
        self._read.pop(known.id, None)
        self._files += 1

    def _begin_file(self, known: Known | None, entry: Entry) -> int | None:
        """Enter that a file is being cleaned, and as what it was read; its row.

        Where it, or what is made of it, is another than what was entered, its dumps are stale from now on.  None where
        all that the entry says is where the file ends, and nothing was said before.
        """
        state = entry.state or NO_STATE
        made = (state.sha256, self._key, self._profiles)
        same = known if known and (known.state.sha256, known.key, known.profiles) == made else None
        if not same and entry.start and not entry.outcomes:
            return None
        finished = same is not None and same.finished and not entry.outcomes and entry.count == same.count
        row = self._manifest.keep_input(entry.source, entry.path, state, self._key, self._profiles, finished=finished)
        if known and not same:
            is_same_file = known.state.sha256 == state.sha256
            stale = OTHER if known.key != self._key else OTHER_PROFILES if is_same_file else OTHER_FILE
            self._missing.pop(row, None)
            self._manifest.outdate(row, stale)
            if stale != OTHER_PROFILES:  # what kept a worker from reading on may be no more, too
                self._manifest.uncount(row)
        return row

    def _enter(self, row: int, entry: Entry, folder: Path) -> None:
        for outcome in entry.outcomes:
            self._tally += self._keep(row, entry, outcome, folder)
        if entry.count is not None:
            self._manifest.ends(row, entry.count)
        size = max(0, (entry.state or NO_STATE).size)
        whole = self._complete(row)
        if whole is not None:
            self._finish_file(row, whole, entry.source)
            self._read.pop(row, None)
            self._files += 1
            self._size += size
        elif entry.outcomes:
            self._read[row] = (max(entry.read, self._read.get(row, (0, 0))[0]), size)

    def _complete(self, row: int) -> int | None:
        """How many dumps a file holds that is not finished and of which all are entered; None for another."""
        count = self._manifest.count_if_unfinished(row)
        return None if count is None or self._first_missing(row) < count else count

    def _first_missing(self, row: int) -> int:
        """The number of a file's first dump that is not entered; it is looked for from where it was the last time."""
        self._missing[row] = self._manifest.first_missing(row, self._missing.get(row, 0))
        return self._missing[row]

    def _distrust(self, row: int, number: int) -> None:
        """Have a dump cleaned again, whatever is known of it."""
        self._manifest.distrust(row, number)
        self._missing.pop(row, None)

    def _finish_file(self, row: int, count: int, source: str) -> None:
        """Enter that a file is done, and take away what it held when it was cleaned before.

        Where it could not be read to its end, and may be the next time, that stays.
        """
        self._manifest.finish(row)
        self._manifest.forget_document(row, REST)
        self._missing.pop(row, None)
        last = self._manifest.document(row, count - 1)
        may_go_on = last is not None and _is_end(last, source)
        while found := list(islice(self._manifest.documents(row, count), PAGE)):
            count = found[-1].number + 1
            for old in found:
                if not may_go_on or _is_end(old, source):
                    self._drop(row, old)
                    self._manifest.forget_document(row, old.number)

    def _keep(self, row: int, entry: Entry, outcome: Outcome, folder: Path) -> Tally:
        """Bring a dump's output to where it belongs, and enter it."""
        number = outcome.number
        old = self._manifest.document(row, number)
        if outcome.kept:
            owner = self._manifest.owner(old.name) if old else None
            if old is None or owner is None or owner[:2] != (row, number):
                self._distrust(row, number)  # another dump took its name and files: the next round cleans it
                return Tally()
            self._manifest.renew(row, number, self._profiles)
            return Tally(unchanged=1) + old.tally
        self._cleaned += 1
        reject = outcome.reject or self._taken(row, entry, outcome)
        if reject:
            self._take_back(outcome, folder)
        changed = False
        if old and (reject or old.name != outcome.name):
            self._drop(row, old)
            changed = bool(old.files)
            old = None
        if not reject:
            try:
                digests = {name: sha256_of(file) for name, file in outcome.files.items() if file}
                left = {
                    name: folder / file if file else None
                    for name, file in outcome.files.items()
                    if file is None or not self._has_its_name(folder / file, name)
                }
                changed |= self._store.publish(left)
                changed |= len(left) < len(outcome.files) and (old is None or old.files != digests)
            except UnusableNameError as error:
                reject = Reject(outcome.source, "unusable_name", str(error))
        if reject:
            document = Document(number, outcome.source, NOT_MADE, "", {}, reject, Tally(), outcome.seconds)
            self._manifest.keep_document(row, document, None, self._number, written=False)
            return Tally(rejected=1)
        self._manifest.own(outcome.name, row, number)
        self._store.remove(name for name in (old.files if old else {}) if name not in outcome.files)  # of other formats
        document = Document(
            number, outcome.source, outcome.made, outcome.name, digests, None, outcome.found.tally,
            outcome.seconds,
        )  # fmt: skip
        lines = (folder / outcome.lines).read_bytes() if outcome.lines else None
        before = self._manifest.last_change(row, number, lines)
        written = changed or (lines is not None and before is None)
        run = self._number if written or before is None else before
        self._manifest.keep_document(row, document, lines, run, written=written)
        self._labels.update(outcome.found.labels)
        self._rules.update(outcome.found.rules)
        return outcome.found.tally + (Tally(written=1) if written else Tally(unchanged=1))

    def _has_its_name(self, staged: Path, name: str) -> bool:
        """Whether a run that died in between has given a staged file its name."""
        path = self._job.output / name
        return not staged.exists() and path.is_file() and _sha256(path) == sha256_of(staged.name)

    def _taken(self, row: int, entry: Entry, outcome: Outcome) -> Reject | None:
        """A reject where another dump has the output's name and comes first; one that comes later loses it."""
        owner = self._manifest.owner(outcome.name)
        if owner is None or owner[:2] == (row, outcome.number):
            return None
        theirs, number, _, _ = owner
        loser = self._manifest.document(theirs, number)
        if theirs == row and loser and loser.stale >= OTHER_FILE:  # as the file was before: its dumps may have moved
            self._drop(row, loser)
            self._distrust(row, number)
            return None
        if self._is_taken(outcome.name, entry.source, entry.path, outcome.number):
            return Reject(outcome.source, "name_taken", outcome.name)
        if loser:
            self._drop(theirs, loser)
            reject = Reject(loser.source, "name_taken", loser.name)
            rejected = Document(number, loser.source, NOT_MADE, "", {}, reject, Tally(), loser.seconds, loser.stale)
            self._manifest.keep_document(theirs, rejected, None, self._number, written=False)
        return None

    def _is_taken(self, name: str, source: str, path: str, number: int) -> bool:
        """Whether a name is that of a dump before this one, in a file that this run was given."""
        owner = self._manifest.owner(name)
        if owner is None:
            return False
        _, theirs, of, lies = owner
        return (of, lies, theirs) < (source, path, number) and self._job.plan.inputs.holds(of, str(opened(lies)))

    def _drop(self, row: int, document: Document) -> None:
        """Take a dump's output away, unless its name is another's by now."""
        if document.name and self._manifest.disown(document.name, row, document.number):
            self._store.remove(document.files)

    def finish(self) -> Summary:
        """Write what is made of all dumps: shards and rejects; what the run did."""
        self._shards()
        rejects = (*self._job.plan.rejects, *self._manifest.rejects(self._number))
        self._store.write(store.REJECTS, map(store.reject_line, rejects))
        found = self._manifest.tally(self._number)
        tally = replace(found, rejected=found.rejected + len(self._job.plan.rejects))
        reasons = Counter(self._manifest.reasons(self._number))
        reasons.update(reject.reason for reject in self._job.plan.rejects)
        summary = Summary(
            tally=tally,
            skipped=self._skipped,
            cleaned=self._cleaned,
            labels=dict(self._labels.most_common()),
            rules=dict(self._rules.most_common()),
            reasons=dict(reasons.most_common()),
            slowest=tuple(self._manifest.slowest(self._number, MOST_SLOW)) if self._cleaned else (),
            vanished=self._gone,
            seconds=time.monotonic() - self._began,
            before=self._before,
        )
        self._manifest.end(self._number, "finished", str(tally))
        shutil.rmtree(self._work, ignore_errors=True)
        return summary

    def _vanished(self) -> tuple[str, ...]:
        """The sources that are known and whose files are gone; they are forgotten where that was asked for."""
        gone = [
            (row, source)
            for row, source, path in self._manifest.inputs()
            if not self._job.plan.inputs.holds(source, str(opened(path))) and not opened(path).exists()
        ]
        if self._job.prune:
            for row, _ in gone:
                with self._manifest.change():
                    for document in self._manifest.documents(row):
                        self._drop(row, document)
                    self._manifest.forget_input(row)
        return tuple(source for _, source in gone)

    def _shards(self) -> None:
        """Write the files of many records, where they are not what they would be; none but these are there."""
        wanted = [one for one in SHARDED if one in self._job.formats]
        of = f"{self._manifest.fingerprint(self._number)} {self._job.shard_size} {' '.join(wanted)}" if wanted else ""
        known = self._manifest.shards()
        if known == self._stats(known, of) and bool(known) == bool(wanted):
            return
        shards: list[Shards] = []
        try:
            for one in wanted:
                shards.append(Shards(self._job.output, f".{one}", self._job.shard_size, self._store.temporary))
            for lines in self._manifest.records(self._number):
                for each in shards:
                    each.add(lines)
        except BaseException:
            for each in shards:
                each.abandon()
            raise
        for each in shards:
            each.commit()
        there = [path.name for each in shards for path in each.there()]
        self._store.remove(known.keys() - set(there))
        self._manifest.keep_shards(self._stats(there, of))

    def _stats(self, names: Iterable[str], of: str) -> dict[str, tuple[int, int, str]]:
        found: dict[str, tuple[int, int, str]] = {}
        for name in names:
            with suppress(OSError):
                now = (self._job.output / name).stat()
                found[name] = (now.st_size, now.st_mtime_ns, of)
        return found


def run(job: Job, progress: Callable[[Progress], None] = lambda progress: None) -> Summary:
    """Clean and write everything that is not known yet; `progress` is called after each second's work.

    Raises ConfigError where the settings can't be worked with, OSError (StoreError where it is known at once, BusyError
    where another run writes there) when the output can't be written, WorkerError where no worker can be started.
    """
    with (
        as_output(job.output / store.BOOKKEEPING),
        Run(job) as own,
        Crew(job.setup, job.jobs or cores()) as crew,
    ):
        for units in own.rounds():
            for finished in crew.clean(units):
                progress(own.publish(finished))
        return own.finish()


def cores() -> int:
    """How many of the machine's cores this process may use."""
    return len(os.sched_getaffinity(0))


def check(job: Job) -> None:
    """Raise ConfigError or StoreError where workers would: before anything is written.

    What costs time to look at (models, names of rules) is looked at where the settings name any.
    """
    if job.shard_size is not None and job.shard_size < 1:
        raise ConfigError(f"a shard of {job.shard_size} articles: give a number from 1")
    own = job.settings.settings
    if own.edits.off or own.labels.model or own.labels.page_model:
        from copydesk import desk

        desk.check_settings(job.settings)
    if Format.PARQUET in job.formats and importlib.util.find_spec("pyarrow") is None:
        raise StoreError("format parquet needs pyarrow: pip install 'copydesk[parquet]'")


def run_key(job: Job) -> str:
    """What a file's output depends on beside the file and the profiles: the program, the settings and the formats."""
    return _digest((_program(), job.settings.digest(None), sorted(set(job.formats))))


def _program() -> str:
    """SHA-256 of the package's files: a rule may change without its version."""
    found = hashlib.sha256(__version__.encode())
    package = Path(store.__file__).parent
    for path in sorted(package.rglob("*")):
        if path.suffix in (".py", ".npz", ".txt", ".json", ".toml") and path.is_file():
            found.update(str(path.relative_to(package)).encode())
            found.update(path.read_bytes())
    return found.hexdigest()


def _holds_many(path: str) -> bool:
    from copydesk import readers  # with what it needs 25 MB, and only large files are asked about

    return readers.holds_many(path)


def _is_end(document: Document, source: str) -> bool:
    """Whether that is no dump, but says why its file could not be read to its end this time."""
    return document.reject is not None and document.source == source and document.reject.reason in RETRIED


def _digest(of: object) -> str:
    return hashlib.sha256(msgspec.json.encode(of)).hexdigest()[:16]


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
