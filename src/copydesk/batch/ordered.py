"""Cleans without an output folder: workers clean files or raw dumps, and the outcomes come in the order of inputs.

Each dump has the limits of `[run]`: one that hangs or takes too much memory is rejected, and the next one is cleaned.
"""

import shutil
import tempfile
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from queue import Empty, Queue
from typing import Final

from copydesk import files
from copydesk.batch.clean_file import unexpected
from copydesk.batch.job import cores
from copydesk.batch.messages import (
    Entry,
    Item,
    Outcome,
    Setup,
    Unit,
    pack_raw_dumps,
    path_to_text,
    unpack_records,
)
from copydesk.batch.pool import StagedPart, WorkerPool
from copydesk.batch.remaining import MAX_UNIT_BYTES, RANGE_DUMPS, divide, holds_many
from copydesk.batch.walk import Input
from copydesk.config import Config
from copydesk.document import Cleaned, Reject
from copydesk.dump import Pending
from copydesk.raw_dump import Form, RawDump
from copydesk.readers import jsonl
from copydesk.readers.byte_lines import ByteLines
from copydesk.render import record
from copydesk.store import Format

MAX_WAITING: Final = 256
"""Records of a stream that are read and wait to be cleaned: enough work for every worker for some seconds."""


@dataclass(slots=True)
class _FileInOrder:
    """What came of a file so far.  `parts` has entries by the number of their first dump, `end` the number of dumps."""

    next: int
    end: int | None = None
    parts: dict[int, tuple[Path, Entry]] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        return self.end is not None and self.next >= self.end


class OrderedCleaner:
    """Workers that clean items.  A context manager: at its end the workers are killed, and temporary files removed."""

    def __init__(self, settings: Config, jobs: int | None = None):
        self._settings, self._jobs = settings, jobs or cores()
        self._stack = ExitStack()
        self._numbers = count()
        self._order: deque[tuple[str, str] | Reject] = deque()
        self._files: dict[tuple[str, str], _FileInOrder] = {}
        self._unread: dict[Path, int] = {}

    def __enter__(self) -> "OrderedCleaner":
        self._folder = Path(
            tempfile.mkdtemp(prefix="copydesk-")
        )  # a fork of this process must not remove it at its end
        self._stack.callback(shutil.rmtree, self._folder, ignore_errors=True)
        setup = Setup(self._settings, (Format.JSONL,), str(self._folder / "work"))
        self._pool = self._stack.enter_context(WorkerPool(setup, self._jobs))
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def files(self, inputs: Iterable[Input]) -> Iterator[Cleaned | Reject]:
        """The outcome for each dump of the files, in order.  All workers clean a large container together."""
        return self._clean(divide(self._items(inputs), ""))

    def one(self, file: Input, number: int) -> Iterator[Cleaned | Reject]:
        """The outcome for dump `number` (from 0) of a file."""
        item = Item(path_to_text(file.file), file.source, number, number + 1)
        listed = self._listed(item)
        self._files[item.path, item.source].end = number + 1  # no more dumps of this file are waited for
        return self._clean(divide([listed], ""))

    def raw(self, dumps: Sequence[RawDump], source: str) -> Iterator[Cleaned | Reject]:
        """The outcome for each dump of these raw dumps."""
        return self._clean(divide([self._written(dumps, source)], ""))

    def stream(self, stream: ByteLines, source: str) -> Iterator[Cleaned | Reject]:
        """The outcome for each line of an open stream of JSON Lines, as soon as it and all before it are done."""
        lines = _Background(jsonl.read(stream, source, self._settings), source)
        while (first := lines.wait()) is not None:
            # A round ends when no line waits, so that a slow stream does not stop the check of the time limits.
            yield from self._clean(divide(self._groups(first, lines, source), ""))

    def _items(self, inputs: Iterable[Input]) -> Iterator[tuple[Item, int]]:
        for one in inputs:
            item = Item(path_to_text(one.file), one.source, within=path_to_text(one.within))
            try:
                size = (one.seen or files.look(one.path)).size
            except OSError:
                size = 0  # the worker's reject says why
            if size <= MAX_UNIT_BYTES or not holds_many(one.file):
                yield self._listed(item)[0], size
                continue
            key = (item.path, item.source)
            for start in count(0, RANGE_DUMPS):
                if start and (key not in self._files or self._files[key].end is not None):
                    break
                yield self._listed(replace(item, start=start, stop=start + RANGE_DUMPS))

    def _listed(self, item: Item) -> tuple[Item, int]:
        """The item, which now has its place in the order."""
        key = (item.path, item.source)
        if key not in self._files:
            self._files[key] = _FileInOrder(item.start)
            self._order.append(key)
        return item, 0

    def _written(self, dumps: Sequence[RawDump], source: str) -> tuple[Item, int]:
        """The item for these raw dumps, which are now in a file."""
        path = self._folder / f"raw-{next(self._numbers)}.json"
        path.write_bytes(pack_raw_dumps(dumps))
        return self._listed(Item(str(path), source, holds_raw_dumps=True))

    def _groups(self, first: Pending | Reject, lines: "_Background", source: str) -> Iterator[tuple[Item, int]]:
        """Items with the lines that wait.  Each has enough bytes to be a unit of its own."""
        group: list[RawDump] = []
        found: Pending | Reject | None = first
        while found is not None:
            if isinstance(found, Pending):
                group.append(RawDump(found.source, data=found.raw, form=Form.RECORD))
            if group and (isinstance(found, Reject) or len(group) == RANGE_DUMPS):
                yield self._written(group, source)[0], MAX_UNIT_BYTES
                group = []
            if isinstance(found, Reject):
                self._order.append(found)
            found = lines.waiting()
        if group:
            yield self._written(group, source)[0], MAX_UNIT_BYTES

    def _clean(self, units: Iterator[Unit]) -> Iterator[Cleaned | Reject]:
        for staged in self._pool.clean(units):
            self._add(staged)
            yield from self._ready()
        yield from self._ready()

    def _add(self, staged: StagedPart) -> None:
        entries = [entry for entry in staged.part.entries if (entry.path, entry.source) in self._files]
        self._unread[staged.folder] = sum(bool(entry.outcomes) for entry in entries)
        if not self._unread[staged.folder]:
            shutil.rmtree(staged.folder, ignore_errors=True)
        for entry in entries:
            file = self._files[entry.path, entry.source]
            if entry.outcomes:
                file.parts[entry.start] = (staged.folder, entry)
            if entry.count is not None:
                file.end = entry.count if file.end is None else min(file.end, entry.count)

    def _ready(self) -> Iterator[Cleaned | Reject]:
        """The outcomes before which no outcome is missing."""
        while self._order:
            first = self._order[0]
            if isinstance(first, Reject):
                self._order.popleft()
                yield first
                continue
            file = self._files[first]
            while not file.is_complete and file.next in file.parts:
                folder, entry = file.parts.pop(file.next)
                file.next += len(entry.outcomes)
                yield from (_outcome(one, folder) for one in entry.outcomes)
                self._unread[folder] -= 1
                if not self._unread[folder]:
                    del self._unread[folder]
                    shutil.rmtree(folder, ignore_errors=True)
            if not file.is_complete:
                return
            self._order.popleft()
            del self._files[first]
            if Path(first[0]).parent == self._folder:
                Path(first[0]).unlink(missing_ok=True)


def _outcome(outcome: Outcome, folder: Path) -> Cleaned | Reject:
    if outcome.reject or outcome.lines is None:
        return outcome.reject or Reject(outcome.source, "internal_error", "a worker gave no record")
    article, *teasers = unpack_records((folder / outcome.lines).read_bytes())
    return Cleaned(record.from_json(article), tuple(map(record.from_json, teasers)))


class _Background:
    """Reads a stream in a thread: to wait for its next line must not stop the check of the time limits."""

    def __init__(self, found: Iterator[Pending | Reject], source: str):
        self._queue: Queue[Pending | Reject | None] = Queue(MAX_WAITING)
        self._is_over = False
        threading.Thread(target=self._read, args=(found, source), daemon=True).start()

    def _read(self, found: Iterator[Pending | Reject], source: str) -> None:
        try:
            for one in found:
                self._queue.put(one)
        except OSError as error:
            self._queue.put(Reject(source, "unreadable", error.strerror or str(error)))
        except Exception as error:  # noqa: BLE001 - as in `clean_file`
            self._queue.put(unexpected(source, error))
        finally:
            self._queue.put(None)

    def wait(self) -> Pending | Reject | None:
        """The next one; waits for it.  None at the end of the stream."""
        return None if self._is_over else self._taken(self._queue.get())

    def waiting(self) -> Pending | Reject | None:
        """The next one, if it is already there; else None."""
        try:
            return None if self._is_over else self._taken(self._queue.get_nowait())
        except Empty:
            return None

    def _taken(self, found: Pending | Reject | None) -> Pending | Reject | None:
        self._is_over = found is None
        return found
