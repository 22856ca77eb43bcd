"""A pool of workers: child processes that clean units side by side, each of which can be killed.

A dump that takes too long, or crashes its worker twice, is rejected.  The other dumps of its unit are cleaned.

This package has its own pool because pebble (5.2, tried in November 2026) limits the time of a whole task, which is a
unit of many dumps here.  If a task runs into the limit or crashes, it gives no result and does not say which dump it
was working on.  With one task for each dump, a container would be opened again for each of its dumps.

Each worker has a thread that waits for its messages, because only Unix can wait for several pipes at once.
"""

import math
import os
import queue
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Final, TypeAlias

from copydesk.batch.messages import (
    PART,
    Done,
    Opening,
    Part,
    PartStaged,
    Setup,
    SetupFailed,
    Unit,
    WorkerMessage,
    Working,
    WriteFailed,
    check_names,
    decode,
    decode_worker_message,
    encode,
)
from copydesk.batch.worker_starter import Started, WorkerStarter
from copydesk.config import ConfigError
from copydesk.document import Reject
from copydesk.terminal import shown_lines

MAX_START_SECONDS: Final = 120.0
"""A worker that is not ready after this time is killed.  On a busy machine its imports alone can take long."""

POLL_SECONDS: Final = 0.5
"""Seconds between two checks of the time limits."""

MAX_DEATHS: Final = 2
"""A dump is rejected after this number of crashed workers.  The first crash may have another cause."""

READ_BYTES: Final = 2**16
"""Bytes of messages that are read at a time."""


class WorkerError(RuntimeError):
    """No worker can be started; the message says why."""


@dataclass(frozen=True, slots=True)
class StagedPart:
    """A complete part, and the folder in which it is."""

    folder: Path
    part: Part


@dataclass(slots=True)
class WorkerHandle:
    """A worker process with its pipes and its unit.

    `last` is its last message, or None before it is ready; `since` is the time of that message.
    """

    started: Started
    unit: Unit | None = None
    last: WorkerMessage | None = None
    since: float = field(default_factory=time.monotonic)


Received: TypeAlias = "queue.SimpleQueue[tuple[WorkerHandle, bytes | None]]"
"""The messages of all workers, in the order in which they arrived.  None is the end of a worker."""


class WorkerPool:
    """Up to `size` workers with the same setup.  A context manager: at its end the workers are killed.

    A worker is started when there is work for it.  It then waits for more work.
    """

    def __init__(self, setup: Setup, size: int):
        self._setup, self._size = setup, size
        self._starter = WorkerStarter(_pass_on)
        self._workers: list[WorkerHandle] = []
        self._received: Received = queue.SimpleQueue()
        self._deaths: dict[tuple[str, str, int], int] = {}
        self._rejects: dict[tuple[str, str], dict[int, Reject]] = {}
        self._checked = time.monotonic()

    def __enter__(self) -> "WorkerPool":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Kill all workers."""
        for worker in self._workers:
            _kill(worker)
        self._workers = []
        self._starter.close()

    def clean(self, units: Iterable[Unit]) -> Iterator[StagedPart]:
        """Clean units; yields each part as soon as it is staged.

        Raises ConfigError if the workers can't use the settings, OSError if the output can't be written, and
        WorkerError if a worker ends before it is ready.
        """
        waiting, coming = deque[Unit](), iter(units)
        self._deaths.clear()
        self._rejects.clear()
        self._checked = time.monotonic()
        try:
            while True:
                self._hand_out(waiting, coming)
                if all(worker.unit is None for worker in self._workers):
                    return
                for worker, line in self._next_lines():
                    yield from self._receive(worker, line, waiting)
                self._check_limits(waiting)
        except BaseException:
            self.close()
            raise

    def _next_lines(self) -> Iterator[tuple[WorkerHandle, bytes | None]]:
        """The messages that have arrived.  If there are none, waits for one, but not longer than POLL_SECONDS."""
        with suppress(queue.Empty):
            yield self._received.get(timeout=POLL_SECONDS)
        for _ in range(self._received.qsize()):
            yield self._received.get()

    def _hand_out(self, waiting: deque[Unit], coming: Iterator[Unit]) -> None:
        """Give each idle worker a unit; start more workers if there are more units."""
        while any(worker.unit is None for worker in self._workers) or len(self._workers) < self._size:
            unit = waiting.popleft() if waiting else next(coming, None)
            if unit is None:
                return
            worker = next((one for one in self._workers if one.unit is None), None) or self._start()
            worker.unit, worker.since = unit, time.monotonic()
            with suppress(OSError):  # the worker has died; `_receive` removes it
                _send(worker, encode(self._with_rejects(unit)))

    def _with_rejects(self, unit: Unit) -> Unit:
        """The unit; its items now say which of their dumps are rejected."""
        found = [(item, self._rejects.get((item.path, item.source))) for item in unit.items]
        return replace(unit, items=tuple(replace(item, rejects=dict(has)) if has else item for item, has in found))

    def _start(self) -> WorkerHandle:
        worker = WorkerHandle(self._starter.start())
        self._workers.append(worker)
        threading.Thread(target=_listen, args=(worker, self._received), daemon=True).start()
        with suppress(OSError):
            _send(worker, encode(self._setup))
        return worker

    def _receive(self, worker: WorkerHandle, line: bytes | None, waiting: deque[Unit]) -> Iterator[StagedPart]:
        if worker not in self._workers:  # it was killed, and what it did is done again
            return
        if line is None:
            self._remove_dead(worker, waiting)
            return
        message = decode_worker_message(line)
        worker.since = time.monotonic()
        match message:
            case SetupFailed():
                raise ConfigError(message.message)
            case WriteFailed():
                raise OSError(message.error, os.strerror(message.error), message.path)
            case PartStaged():
                staged = read_staged_part(Path(self._setup.work) / message.folder)
                worker.unit = worker.unit and _rest(worker.unit, staged.part)
                yield staged
            case Done():
                worker.unit = None
        worker.last = message

    def _check_limits(self, waiting: deque[Unit]) -> None:
        """Kill workers that have worked on one dump for too long."""
        now = time.monotonic()
        pause = max(
            0.0, now - self._checked - 2 * POLL_SECONDS
        )  # this process was publishing, or was stopped: no message was read
        self._checked = now
        for worker in list(self._workers):
            worker.since += pause
            if worker.unit and now - worker.since > self._limit(worker):
                _kill(worker)
                self._remove_dead(worker, waiting, is_late=True)

    def _limit(self, worker: WorkerHandle) -> float:
        """The seconds that a worker may take for its current step."""
        if worker.last is None:
            return MAX_START_SECONDS
        return self._setup.settings.run.seconds if isinstance(worker.last, (Opening, Working)) else math.inf

    def _remove_dead(self, worker: WorkerHandle, waiting: deque[Unit], *, is_late: bool = False) -> None:
        """Remove a dead worker.  Another worker gets its unit, without the dump that is now rejected."""
        exit_code = _kill(worker)
        self._workers.remove(worker)
        if worker.last is None:
            for thread in worker.started.printing:
                thread.join(POLL_SECONDS)
            raise WorkerError(f"a worker ended before it was ready (exit code {exit_code}); its error is above")
        if worker.unit is None:
            return
        waiting.appendleft(worker.unit)
        if isinstance(worker.last, (Opening, Working)):
            self._blame(worker.last, exit_code, is_late=is_late)

    def _blame(self, at: Opening | Working, exit_code: int, *, is_late: bool) -> None:
        """Reject the dump on which a worker died, if it was late or if an earlier worker died on it too.

        If the worker had not opened the file, all of the file is rejected.
        """
        file = (at.path, at.file_source)
        deaths = self._deaths[*file, at.number] = self._deaths.get((*file, at.number), 0) + 1
        if is_late:
            limit = self._setup.settings.run.seconds
            what = "not done" if isinstance(at, Working) else "opening it or reading its next bytes was not done"
            reject = Reject(at.source, "timeout", f"{what} within run.seconds = {limit:g}")
        elif deaths < MAX_DEATHS:
            return
        else:
            name = signal.Signals(-exit_code).name if exit_code < 0 else f"exit code {exit_code}"
            reject = Reject(at.source, "crashed", f"it crashed its worker process: {name}")
        self._rejects.setdefault(file, {})[at.number] = reject


def _listen(worker: WorkerHandle, received: "Received") -> None:
    """Put each message of a worker into the queue, and None after the last one.

    The end of a message that a dying worker did not finish is dropped.
    """
    unread, answers = b"", worker.started.answers
    while data := os.read(answers.fileno(), READ_BYTES):
        *lines, unread = (unread + data).split(b"\n")
        for line in lines:
            received.put((worker, line))
    answers.close()
    received.put((worker, None))


def _pass_on(printed: IO[bytes]) -> None:
    """Print what a worker prints to standard error: messages of libraries and crashes, which may quote the dump."""
    with printed:
        while line := printed.readline(READ_BYTES):
            with suppress(OSError, ValueError, AttributeError):  # standard error is closed
                sys.stderr.write(shown_lines(line.decode("utf-8", "replace")))
                sys.stderr.flush()


def _kill(worker: WorkerHandle) -> int:
    """Kill the worker's process; gives its exit code."""
    with suppress(ProcessLookupError):
        worker.started.process.kill()
    exit_code = worker.started.process.wait()
    with suppress(OSError):  # a broken pipe
        worker.started.orders.close()
    return exit_code


def _send(worker: WorkerHandle, data: bytes) -> None:
    worker.started.orders.write(data)
    worker.started.orders.flush()


def _rest(unit: Unit, part: Part) -> Unit:
    """The part of the unit that is not in the staged part."""
    done = {(entry.path, entry.source): entry for entry in part.entries}
    items = []
    for item in unit.items:
        entry = done.get((item.path, item.source))
        if entry is None:
            items.append(item)
        elif entry.count is None and item.holds(following := entry.start + len(entry.outcomes)):
            items.append(replace(item, start=following, known=item.known[following - item.start :]))
    return replace(unit, items=tuple(items))


def read_staged_part(folder: Path) -> StagedPart:
    """The part in a folder.

    Raises FileNotFoundError if it is not complete, and msgspec.DecodeError if it is damaged or names files outside.
    """
    part = decode((folder / PART).read_bytes(), Part)
    check_names(part)
    return StagedPart(folder, part)
