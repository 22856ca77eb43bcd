"""A crew of workers: child processes that clean units side by side, each of which can be killed.

A dump that takes too long, or kills its worker twice, is refused, and everything else of its unit is cleaned.
"""

import math
import os
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Final

from copydesk.batch.protocol import PART, Part, Setup, Told, Unit, decode, encode
from copydesk.config import ConfigError
from copydesk.document import Reject

STARTING: Final = 120.0
"""Seconds that a worker may take to start; a busy machine takes long to import what it needs."""

PULSE: Final = 0.5
"""Seconds between two looks at the clock."""

DEATHS: Final = 2
"""Times that a dump may kill its worker before it is refused: the first time it may have been somebody else."""


class WorkerError(RuntimeError):
    """No worker can be started; the message says why."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A part, and the folder in which it is staged."""

    folder: Path
    part: Part


@dataclass(slots=True)
class _Post:
    """A worker and what it is at."""

    process: "subprocess.Popen[bytes]"
    orders: IO[bytes]
    answers: IO[bytes]
    unit: Unit | None = None
    at: Told = field(default_factory=lambda: Told("starting"))
    since: float = field(default_factory=time.monotonic)
    rest: bytes = b""


class Crew:
    """So many workers with one setup.  A context manager: leaving it ends them.

    They are started when there is work, and kept for the next.
    """

    def __init__(self, setup: Setup, size: int):
        self._setup, self._size = setup, size
        self._posts: list[_Post] = []
        self._deaths: dict[tuple[str, str, int], int] = {}
        self._refused: dict[tuple[str, str], dict[int, Reject]] = {}
        self._looked = time.monotonic()

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, *error: object) -> None:
        self.end()

    def end(self) -> None:
        """Kill all workers."""
        for post in self._posts:
            _kill(post)
        self._posts = []

    def clean(self, units: Iterable[Unit]) -> Iterator[Finished]:
        """Clean units; gives each part as soon as it is staged.

        Raises ConfigError where the settings can't be worked with, OSError where the output can't be written,
        WorkerError where workers die before they are ready.
        """
        waiting, coming = deque[Unit](), iter(units)
        self._deaths.clear()
        self._refused.clear()
        self._looked = time.monotonic()
        with selectors.DefaultSelector() as selector:
            for post in self._posts:
                selector.register(post.answers, selectors.EVENT_READ, post)
            try:
                while True:
                    self._give(waiting, coming, selector)
                    if all(post.unit is None for post in self._posts):
                        return
                    for key, _ in selector.select(PULSE):
                        yield from self._listen(key.data, waiting, selector)
                    self._watch(waiting, selector)
            except BaseException:
                self.end()
                raise

    def _give(self, waiting: deque[Unit], coming: Iterator[Unit], selector: selectors.BaseSelector) -> None:
        """Give every idle worker a unit; start workers while there are units for them."""
        while any(post.unit is None for post in self._posts) or len(self._posts) < self._size:
            unit = waiting.popleft() if waiting else next(coming, None)
            if unit is None:
                return
            post = next((post for post in self._posts if post.unit is None), None) or self._start(selector)
            post.unit, post.since = unit, time.monotonic()
            with suppress(BrokenPipeError):  # it died; that is seen when it is listened to
                _send(post, encode(self._with_refusals(unit)))

    def _with_refusals(self, unit: Unit) -> Unit:
        """The unit, with what is refused of its files by now."""
        found = [(item, self._refused.get((item.path, item.source))) for item in unit.items]
        return replace(unit, items=tuple(replace(item, refused=dict(has)) if has else item for item, has in found))

    def _start(self, selector: selectors.BaseSelector) -> _Post:
        command = [sys.executable, "-m", "copydesk.batch.worker"]
        # A group of its own: an interrupt from the keyboard is for the run alone, which then ends its workers.
        process = subprocess.Popen(  # noqa: S603 - our own
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0
        )
        if process.stdin is None or process.stdout is None:
            raise WorkerError("a worker has no pipes")
        post = _Post(process, process.stdin, process.stdout)
        self._posts.append(post)
        selector.register(post.answers, selectors.EVENT_READ, post)
        with suppress(BrokenPipeError):
            _send(post, encode(self._setup))
        return post

    def _listen(self, post: _Post, waiting: deque[Unit], selector: selectors.BaseSelector) -> Iterator[Finished]:
        data = os.read(post.answers.fileno(), 2**16)
        if not data:
            self._lost(post, waiting, selector)
            return
        *lines, post.rest = (post.rest + data).split(b"\n")
        for line in lines:
            told = decode(line, Told)
            post.since = time.monotonic()
            if told.what == "failed":
                raise ConfigError(told.detail)
            if told.what == "stopped":
                raise OSError(told.number, os.strerror(told.number), told.detail)
            if told.what == "part":
                finished = finished_part(Path(self._setup.work) / told.detail)
                post.unit = post.unit and _rest(post.unit, finished.part)
                yield finished
            elif told.what == "done":
                post.unit = None
            post.at = told

    def _watch(self, waiting: deque[Unit], selector: selectors.BaseSelector) -> None:
        """Kill who is at one dump for too long."""
        now = time.monotonic()
        away = max(0.0, now - self._looked - 2 * PULSE)  # publishing, or stopped: no worker is to blame
        self._looked = now
        limits = {"starting": STARTING, "at": self._setup.settings.settings.run.seconds}
        for post in list(self._posts):
            post.since += away
            if post.unit and now - post.since > limits.get(post.at.what, math.inf):
                _kill(post)
                self._lost(post, waiting, selector, late=True)

    def _lost(self, post: _Post, waiting: deque[Unit], selector: selectors.BaseSelector, *, late: bool = False) -> None:
        """A worker is dead: its unit waits for another, which passes over the dump that killed it."""
        selector.unregister(post.answers)
        _kill(post)
        self._posts.remove(post)
        if post.at.what == "starting":
            raise WorkerError(f"a worker ended before it was ready (exit code {post.process.returncode}); see above")
        if post.unit is None:
            return
        waiting.appendleft(post.unit)
        if post.at.what == "at":
            self._blame(post, late=late)

    def _blame(self, post: _Post, *, late: bool) -> None:
        """Refuse the dump at which a worker died, where it is to blame."""
        at = post.at
        file = (at.path, at.detail)
        deaths = self._deaths[*file, at.number] = self._deaths.get((*file, at.number), 0) + 1
        if late:
            limit = self._setup.settings.settings.run.seconds
            reject = Reject(at.source or at.detail, "timeout", f"not done within run.seconds = {limit:g}")
        elif deaths < DEATHS:
            return
        else:
            how = -post.process.returncode
            name = signal.Signals(how).name if how > 0 else f"exit code {post.process.returncode}"
            reject = Reject(at.source or at.detail, "crashed", f"it ended its worker: {name}")
        self._refused.setdefault(file, {})[at.number] = reject


def _kill(post: _Post) -> None:
    with suppress(ProcessLookupError):
        post.process.kill()
    post.process.wait()
    for stream in (post.orders, post.answers):
        with suppress(BrokenPipeError):
            stream.close()


def _send(post: _Post, data: bytes) -> None:
    post.orders.write(data)
    post.orders.flush()


def _rest(unit: Unit, part: Part) -> Unit:
    """What a part leaves of its unit."""
    done = {(entry.path, entry.source): entry for entry in part.entries}
    items = []
    for item in unit.items:
        entry = done.get((item.path, item.source))
        if entry is None:
            items.append(item)
        elif entry.count is None and item.holds(following := entry.start + len(entry.outcomes)):
            items.append(replace(item, start=following, known=item.known[following - item.start :]))
    return replace(unit, items=tuple(items))


def finished_part(folder: Path) -> Finished:
    """The part that lies in a folder.  Raises FileNotFoundError where it is not finished."""
    return Finished(folder, decode((folder / PART).read_bytes(), Part))
