"""Finds the files, and the ranges of containers, that have no current output, and divides them into units of work."""

import errno
import math
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import count
from typing import Final

from copydesk import files
from copydesk.batch.job import RETRIED, WORK
from copydesk.batch.manifest import FileRow
from copydesk.batch.manifest_dumps import AFTER_LAST, FRESH, OTHER_FILE, OTHER_SETTINGS, REST_OF_FILE, DumpRow
from copydesk.batch.messages import NO_FINGERPRINT, Item, Unit, path_from_text, path_to_text
from copydesk.batch.state import RunState
from copydesk.batch.walk import Input
from copydesk.document import Reject
from copydesk.files import Look, Place, Remote
from copydesk.store import output_names

MAX_UNIT_BYTES: Final = 400_000
MAX_UNIT_FILES: Final = 50
"""Limits of a unit of several files: about a second of work.  A larger file, or a range of a container, is one unit."""

COPIES: Final = "copies"
"""The folder below WORK with copies for the workers."""

RANGE_DUMPS: Final = 32
"""Dumps in a range of a container with more than MAX_UNIT_BYTES."""

RANGE_BYTES: Final = 50_000
"""Assumed bytes of a range, to estimate how many ranges a container has.

Most ranges are larger, so the estimate is usually too high.  That is the cheaper mistake: a range after the end of the
container costs one message, but a missing range costs another round."""

MAX_NAMES: Final = 3
"""Names that a dump may have at most.  If one gets a better name, its old one becomes free for another dump."""

CLOCK_NANOSECONDS: Final = 2 * 10**9
"""If a file changed less than this time before it was read, it may have changed again, and have the same time of
change."""


class Remaining:
    """Finds what is left to clean."""

    def __init__(self, state: RunState):
        self._state = state
        self._broken_files = state.dumps.broken_files(RETRIED)
        self._copies: dict[str, str] = {}

    def rounds(self) -> Iterator[Iterator[Unit]]:
        """Rounds of units.  Publish each round before you ask for the next.

        The number of dumps in a large container is not known before a worker has read to its end.  So later rounds have
        the ranges that the first round missed, and dumps that lost their output name to another dump.  The last rounds
        have dumps that can get a better name now, because another dump does not have it any more.
        """
        yield self._units(self.planned())
        yield from self._following_rounds()
        for _ in range(MAX_NAMES):
            yield self._units(self._with_better_names())
            yield from self._following_rounds()

    def _following_rounds(self) -> Iterator[Iterator[Unit]]:
        seen: set[tuple[tuple[str, str], str]] = set()
        while left := self._unfinished():
            for file in [one for one in left.items() if one in seen]:
                self._reject_rest(*file[0])
                del left[file[0]]
            seen.update(left.items())
            yield self._units(self._following(sorted(left)))

    def _unfinished(self) -> dict[tuple[str, str], str]:
        """The inputs of this run that still miss dumps, each with a digest of its current dumps."""
        found = self._state.dumps.unfinished_files(self._state.number)
        return {file: digest for file, digest in found.items() if self._is_input(*file)}

    def _is_input(self, source: str, path: str) -> bool:
        """Whether the run was given this file: somebody else may have prepared the manifest, and named any file."""
        return self._state.job.plan.inputs.holds(source, str(path_from_text(path)))

    def _reject_rest(self, source: str, path: str) -> None:
        """Reject the rest of a file that made no progress in a round, so that the run ends.

        A manifest that loses what is written to it is a cause too: raises DamagedRowError if it is damaged.
        """
        self._state.manifest.check_integrity()
        row = self._state.manifest.file(source, path)
        if row:
            detail = "a full round made no progress on the rest of this file"
            self._state.reject_rest(row, Reject(source, "internal_error", detail))

    def _units(self, left: Iterable[tuple[Item, int]]) -> Iterator[Unit]:
        return divide(left, self._state.key + self._state.profiles)

    def planned(self) -> Iterator[tuple[Item, int]]:
        """What is left to clean of the files that the run was given, each with its size in bytes."""
        used: list[int] = []
        for one in self._state.job.plan.inputs:
            item = self._item(one.source, path_to_text(one.file), one.within)
            try:
                now = one.seen or files.look(one.path)
            except OSError:
                yield item, 0  # the worker's reject says why
                continue
            row = self._state.manifest.file(item.source, item.path)
            if not row or row.key != self._state.key:
                yield from self._ranges(item, now.size)
                continue
            if not self._is_unchanged(row, now, one):
                yield from self._ranges(item, now.size, replace(row, profiles="", count=None))
                continue
            used.append(row.id)
            is_current = True
            for found in self._ranges(item, now.size, self._retried(row)):
                is_current = False
                yield found
            if is_current:
                self._skip(row, item.source)
        self._state.manifest.mark_used(used, self._state.number)

    def _item(self, source: str, path: str, within: str | None = None) -> Item:
        if within is None:
            within = self._state.job.plan.inputs.within(source, str(path_from_text(path)))
        return Item(path, source, profiles=self._state.profiles, copy=self._copy(path), within=path_to_text(within))

    def _copy(self, path: str) -> str:
        """A copy for the workers of a file in a store that only this process sees; "" for any other file."""
        own = path_from_text(path)
        if not isinstance(own, Remote) or not own.is_of_this_process:
            return ""
        if path not in self._copies:
            copy = self._state.store.books / WORK / COPIES / str(len(self._copies))
            copy.parent.mkdir(exist_ok=True)
            try:
                copy.write_bytes(own.read_bytes())
            except FileNotFoundError:
                return ""
            self._copies[path] = str(copy.absolute())
        return self._copies[path]

    def _retried(self, row: FileRow) -> FileRow:
        """The row.

        If the file could not be read to its end, the row forgets where it ended: the file is read again.
        """
        if row.id not in self._broken_files:
            return row
        self._state.dumps.delete(row.id, REST_OF_FILE)
        self._state.manifest.clear_count(row.id)
        return replace(row, count=None)

    def _following(self, left: Iterable[tuple[str, str]]) -> Iterator[tuple[Item, int]]:
        """More ranges of large containers: at least as many as all rounds before have had."""
        for source, path in left:
            row = self._state.manifest.file(source, path)
            if row:
                first = self._state.first_missing(row.id)
                yield from self._ranges(replace(self._item(source, path), start=first), row.state.size, row)

    def _with_better_names(self) -> Iterator[tuple[Item, int]]:
        """Dumps that would get a better output name than they have, or one at all, if they were cleaned now."""
        lesser = self._state.dumps.lesser_names(self._state.number)
        found = {one[:2]: None for one in lesser if not self._has_best_name(one[3], one[4], *one[:3])}
        for source, path in found:
            row = self._state.manifest.file(source, path)
            if row and self._is_input(source, path):
                yield from self._ranges(self._item(source, path), row.state.size, row)

    def _has_best_name(self, dump: str, name: str, source: str, path: str, number: int) -> bool:
        """Whether a dump has the best name that it could have.  An empty name means that it has none."""
        if name == output_names(dump)[0].name:
            return True
        return self._state.best_name(dump, source, path, number) in (name, None)

    def _ranges(self, item: Item, size: int, row: FileRow | None = None) -> Iterator[tuple[Item, int]]:
        """A file, or a large container in ranges, without the dumps that are current.

        `row` is the file's row in the manifest.  A dump is current if its output is there, or if it was rejected and a
        retry can't help.  If the source profiles have changed since, the worker decides for each dump.  The ranges end
        with the container.  If its end is not known, they end where its size suggests, but not before the last dump
        that is in the manifest.
        """
        if size <= MAX_UNIT_BYTES or not holds_many(item.copy or item.path):
            found = self._without_current(item, row)
            if found:
                yield found, size
            return
        first = item.start // RANGE_DUMPS * RANGE_DUMPS
        last = 2 * first + RANGE_DUMPS * math.ceil(size / RANGE_BYTES)
        for start in range(first, max(last, self._state.dumps.next_number(row.id) if row else 0), RANGE_DUMPS):
            end = self._end(item, row)
            if end is not None and start >= end:
                return
            piece = replace(item, start=max(start, item.start), stop=start + RANGE_DUMPS)
            found = self._without_current(piece, row)
            if found:
                yield found, size

    def _end(self, item: Item, row: FileRow | None) -> int | None:
        """The number of dumps in a container; None if it is not known for the present state of the file."""
        if row and row.count is not None:
            return row.count
        now = self._state.manifest.file(item.source, item.path)
        return now.count if now and now.run == self._state.number else None

    def _without_current(self, item: Item, row: FileRow | None) -> Item | None:
        """The item without the current dumps at its beginning, and with fingerprints; None if all dumps are current."""
        if row is None:
            return item
        dumps = self._state.dumps.of_file(row.id, item.start, item.stop)
        sound = {one.number: one for one in dumps if self._is_sound(one, item)}
        start = item.start
        if row.profiles == self._state.profiles:
            stop = min(item.stop or AFTER_LAST, AFTER_LAST if row.count is None else row.count)
            while start < stop and start in sound and sound[start].stale == FRESH:
                start += 1
            if start >= stop:
                return None
        numbers = range(start, max(sound, default=-1) + 1)
        known = tuple(sound[number].fingerprint if number in sound else NO_FINGERPRINT for number in numbers)
        return replace(item, start=start, known=known, sha256=row.state.sha256)

    def _is_sound(self, dump: DumpRow, item: Item) -> bool:
        """Whether a dump needs no cleaning: it has its output, or it was rejected and no retry is due."""
        if dump.stale == OTHER_SETTINGS or (dump.stale == OTHER_FILE and not dump.fingerprint.raw):
            return False
        if dump.reject is None or dump.reject.reason == "name_taken":
            has_best = self._has_best_name(dump.source, dump.name, item.source, item.path, dump.number)
            return has_best and self._has_all_files(dump)
        return dump.reject.reason not in RETRIED or dump.run > self._state.last_finished

    def _has_all_files(self, dump: DumpRow) -> bool:
        return dump.moving or all(map(self._state.store.folder.has, dump.files))

    def _is_unchanged(self, row: FileRow, now: Look, one: Input) -> bool:
        """Whether the file is unchanged: it has the same size and time; if the time is no proof, the same bytes.

        For a remote file its version decides, or its bytes if it has none.
        """
        was = row.state
        if was.size != now.size:
            return False
        if now.version:
            return now.version == was.sha256
        if now.changed and was.changed == now.changed and now.changed < was.seen - CLOCK_NANOSECONDS:
            return True
        seen = time.time_ns()
        try:
            is_same = self._digest(one.path) == was.sha256
        except OSError:
            return False
        if is_same:
            self._state.manifest.save_times(row.id, now.changed, seen)
        return is_same

    def _digest(self, path: Place) -> str:
        """The SHA-256 of a file.  Raises OSError if that takes too long: a worker then finds out what has changed.

        Workers may take longer, because they report that they get further; no worker gets work while the run hashes.
        """
        settings = self._state.job.settings
        end = time.monotonic() + settings.run.seconds

        def check(read: int) -> None:
            if time.monotonic() >= end or read > settings.limits.file_size:
                raise TimeoutError(errno.ETIMEDOUT, "not hashed in time", str(path))

        with path.open_once() if isinstance(path, Remote) else files.open_regular(path) as stream:
            return files.digest(stream, check)

    def _skip(self, row: FileRow, source: str) -> None:
        """Count a file that has no dump left to clean.  A file with an unknown end is counted later."""
        if not row.finished:
            whole = self._state.complete_count(row.id)
            if whole is None:
                return
            with self._state.manifest.transaction():
                self._state.finish_file(row.id, whole, source)
        self._state.done.skipped += 1
        self._state.done.files += 1
        self._state.done.counts += self._state.totals.of_unchanged_file(row.id)


def divide(left: Iterable[tuple[Item, int]], key: str) -> Iterator[Unit]:
    """Units of about one second of work, from items with their size in bytes; each range is one unit."""
    numbers = count()
    items: list[Item] = []
    size = 0
    for item, own in left:
        if item.stop is not None:
            yield Unit(next(numbers), key, (item,))
            continue
        if items and (size + own > MAX_UNIT_BYTES or len(items) >= MAX_UNIT_FILES):
            yield Unit(next(numbers), key, tuple(items))
            items, size = [], 0
        items.append(item)
        size += own
    if items:
        yield Unit(next(numbers), key, tuple(items))


def holds_many(path: str) -> bool:
    """Whether the file at `path` is a container, which holds many dumps."""
    from copydesk import readers  # takes 25 MB with what it imports, and is needed for large files only

    return readers.holds_many(path_from_text(path))
