"""Reads raw dumps into temporary databases, in processes that can be killed.

Each dump has the limits of `[run]`.  A process says in shared memory which dump it reads, and writes pages and rejects
to its database now and then.  If it takes too long for a dump, or dies on one twice, the dump is rejected, and another
process goes on from what the database has.
"""

import os
import signal
import sqlite3
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, MutableSequence, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from multiprocessing import connection, get_context, parent_process
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

from copydesk import desk, readers
from copydesk.batch.clean_file import unexpected
from copydesk.batch.messages import Item, path_to_text
from copydesk.batch.opening import open_item
from copydesk.batch.pool import MAX_DEATHS
from copydesk.batch.worker import die_with_parent, limit_memory
from copydesk.config import Config
from copydesk.document import Reject
from copydesk.dump import Pending
from copydesk.exit_codes import ExitCode
from copydesk.files import Copy
from copydesk.learning_tasks import Task, task_of
from copydesk.source_memory.pages import learned_page
from copydesk.source_memory.sources import source_of

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

FLUSH_PAGES: Final = 500
FLUSH_BYTES: Final = 16_000_000
FLUSH_SECONDS: Final = 1.0
"""Pages, bytes and seconds after which a process writes to its database.  If it dies, this much is read again."""

POLL_SECONDS: Final = 0.2
"""Seconds between two looks at the processes: less than any `run.seconds`."""

MAX_SHOWN_REJECTS: Final = 20
"""Rejects that are shown: the others are only counted, `copydesk clean` lists all."""

_TABLES: Final = """
pragma synchronous = off;
create table if not exists pages (source text, digest integer, lines blob);
create table if not exists rejects (source text, reason text, detail text);
create table if not exists done (task integer, number integer, dumps integer, rejected integer);
"""


class LearningError(RuntimeError):
    """Learning could not go on: the disk is full, or a process died.  The message says why."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a process does: it reads dump `number` of a task, or, with `is_made`, it makes the text of it."""

    task: int
    number: int
    is_made: bool


@dataclass(frozen=True, slots=True)
class DumpsRead:
    """The numbers of dumps that were read and rejected, and the first rejects."""

    dumps: int
    rejected: int
    rejects: tuple[Reject, ...]


class StoredPage(msgspec.Struct, frozen=True, array_like=True):
    """A page in a database: [folded, masked, length] of each line, and the folded parts of its title."""

    lines: list[tuple[str, str, int]]
    title: tuple[str, ...]


# In the process that reads


Shared: TypeAlias = MutableSequence[int]
"""Shared memory: task, number, is_made, the time in nanoseconds when the step began (0: no step), dumps so far."""

SHARED_NUMBERS: Final = 5


class _Reader:
    """Reads tasks into a database.  It goes on where the database ends; steps of `skips` are rejected."""

    def __init__(
        self, base: sqlite3.Connection, settings: Config, skips: Mapping[Step, tuple[str, str]], shared: Shared
    ) -> None:
        self._base, self._settings, self._skips, self._shared = base, settings, skips, shared
        base.executescript(_TABLES)
        known: tuple[int, int, int, int] | None = base.execute(
            "select task, number, dumps, rejected from done"
        ).fetchone()
        self._task, self._number, self._dumps, self._rejected = known or (0, 0, 0, 0)
        self._pages: list[tuple[str, int, bytes]] = []
        self._rejects: list[Reject] = []
        self._bytes = 0
        self._flushed = time.monotonic()

    def read(self) -> None:
        """Read all tasks of the database.  Raises OSError or sqlite3.Error if it can't be read or written."""
        first, start = self._task, self._number
        for number in count(first):
            task = task_of(self._base, number)
            if task is None:
                return
            self._read_file(number, task, start if number == first else 0)
            self._flush(number + 1, 0)

    def _read_file(self, place: int, task: Task, start: int) -> None:
        """Read the dumps of a task from number `start` on.  A reject of reading ends the file."""
        found = self._found(task)
        for number in count():
            is_own = number % task.parts == task.part and number >= start
            one = self._next(Step(place, number, is_made=False), found, task)
            if one is None:
                return
            if is_own:
                self._add(self._made(Step(place, number, is_made=True), one))
                self._flush_if_due(place, number + 1)
            if isinstance(one, Reject) and one.source == task.file.source:
                return

    def _found(self, task: Task) -> Iterator[Pending | Reject]:
        item = Item(path_to_text(task.file.file), task.file.source, within=path_to_text(task.file.within))
        opened = open_item(item, self._settings, self._touch, hashed=False)
        if isinstance(opened, Reject):
            yield opened
            return
        try:
            yield from readers.find(opened.file or task.file.path, task.file.source, self._settings)
        finally:
            if isinstance(opened.file, Copy):
                opened.file.close()

    def _next(self, step: Step, found: Iterator[Pending | Reject], task: Task) -> Pending | Reject | None:
        if step in self._skips:
            return Reject(task.file.source, *self._skips[step])
        self._begin(step)
        try:
            return next(found, None)
        except Exception as error:  # noqa: BLE001 - costs the rest of the file, as in `clean_file`
            return unexpected(task.file.source, error)

    def _made(self, step: Step, found: Pending | Reject) -> tuple[str, int, bytes] | Reject:
        """The row of a page, or the reject that says why there is none."""
        if isinstance(found, Reject):
            return found
        if step in self._skips:
            return Reject(found.source, *self._skips[step])
        self._begin(step)
        try:
            made = readers.make(found)
            if isinstance(made, Reject):
                return made
            by = self._settings.sources.by
            profile = desk.profile_of(made, self._settings) if by == "profile" else None
            page, texts = learned_page(made.text)
            row = StoredPage([(key.text, key.masked, key.length) for key in texts.keys], texts.title)
            return source_of(made, by, profile), signed(page.digest), msgspec.msgpack.encode(row)
        except Exception as error:  # noqa: BLE001 - costs one dump, as in `clean_file`
            return unexpected(found.source, error)

    def _add(self, one: tuple[str, int, bytes] | Reject) -> None:
        if isinstance(one, Reject):
            self._rejected += 1
            self._rejects.append(one)
            return
        self._dumps += 1
        self._bytes += len(one[2])
        self._pages.append(one)

    def _begin(self, step: Step) -> None:
        self._shared[0], self._shared[1], self._shared[2] = step.task, step.number, step.is_made
        self._touch()

    def _touch(self) -> None:
        self._shared[3] = time.monotonic_ns()

    def _flush_if_due(self, task: int, number: int) -> None:
        if (
            len(self._pages) + len(self._rejects) >= FLUSH_PAGES
            or self._bytes >= FLUSH_BYTES
            or time.monotonic() - self._flushed >= FLUSH_SECONDS
        ):
            self._flush(task, number)

    def _flush(self, task: int, number: int) -> None:
        """Write to the database what was read, and that the next dump is `number` of `task`."""
        self._shared[3] = 0
        with self._base:
            self._base.executemany("insert into pages values (?, ?, ?)", self._pages)
            rows = [(one.source, one.reason, one.detail) for one in self._rejects[:MAX_SHOWN_REJECTS]]
            self._base.executemany("insert into rejects values (?, ?, ?)", rows)
            self._base.execute("delete from done")
            self._base.execute("insert into done values (?, ?, ?, ?)", (task, number, self._dumps, self._rejected))
        self._pages, self._rejects, self._bytes = [], [], 0
        self._flushed = time.monotonic()
        self._shared[4] = self._dumps


def _read_group(
    database: str,
    settings: Config,
    skips: Mapping[Step, tuple[str, str]],
    shared: Shared,
    errors: "Connection",
) -> None:
    """The whole work of a process."""
    parent = parent_process()
    die_with_parent(parent.pid if parent else None)
    limit_memory(settings.run.memory)
    with open(os.devnull, "wb") as nothing:  # noqa: PTH123 - os.devnull is a text
        for stream in (1, 2):  # libraries print warnings that quote the dump
            os.dup2(nothing.fileno(), stream)
    try:
        with closing(sqlite3.connect(database)) as base:
            _Reader(base, settings, skips, shared).read()
    except (OSError, sqlite3.Error) as error:
        errors.send_bytes(f"{Path(database).parent}: the temporary database can't be written: {error}".encode())
        sys.exit(ExitCode.NOT_FINISHED)


def signed(digest: int) -> int:
    """64 bits as SQLite stores them: so that their order is that of the digests."""
    return digest - 2**63


# In the process that asks


class _Group:
    """A database with tasks, and the process that reads them now."""

    def __init__(self, database: Path, settings: Config) -> None:
        self._database, self._settings = database, settings
        self._skips: dict[Step, tuple[str, str]] = {}
        self._deaths: Counter[Step | None] = Counter()
        self.shared: Shared = [0] * SHARED_NUMBERS
        self.start()

    def start(self) -> None:
        """Start a process, which goes on where the one before it ended."""
        context = get_context("spawn")
        dumps = self.shared[4]
        self.shared = context.Array("q", SHARED_NUMBERS, lock=False)
        self.shared[4] = dumps
        self._errors, sender = context.Pipe(duplex=False)
        arguments = (str(self._database), self._settings, self._skips, self.shared, sender)
        self.process = context.Process(target=_read_group, args=arguments, daemon=True)
        self.process.start()
        sender.close()

    def step(self) -> Step | None:
        """What the process does, if that has a limit of time."""
        return Step(self.shared[0], self.shared[1], bool(self.shared[2])) if self.shared[3] else None

    def is_late(self) -> bool:
        """Whether the process takes longer for a dump than `run.seconds`."""
        since = self.shared[3]
        return since > 0 and time.monotonic_ns() - since > self._settings.run.seconds * 1e9

    def stop(self) -> None:
        """End the process, if there is one."""
        self.process.kill()
        self.process.join()
        self._errors.close()

    def has_ended(self) -> bool:
        """Look at the process: true if it has read everything.  If it died or is late, another one is started.

        Raises LearningError if that makes no sense.
        """
        late = self.is_late()
        if self.process.is_alive() and not late:
            return False
        step = self.step()
        message = "" if late else self._message()
        self.stop()
        if self.process.exitcode == ExitCode.DONE:
            return True
        if message:
            raise LearningError(message)
        self._blame(step, late=late)
        self.start()
        return False

    def _message(self) -> str:
        """What a process that has ended says; empty if it says nothing."""
        try:
            return self._errors.recv_bytes().decode()
        except (EOFError, OSError):
            return ""

    def _blame(self, step: Step | None, *, late: bool) -> None:
        """Reject the dump on which the process was late, or died as the one before it."""
        self._deaths[step] += 1
        if late and step:
            self._skips[step] = "timeout", f"not done within run.seconds = {self._settings.run.seconds:g}"
        elif self._deaths[step] >= MAX_DEATHS:
            code = self.process.exitcode or 0
            name = signal.Signals(-code).name if code < 0 else f"exit code {code}"
            if step is None:
                raise LearningError(f"a process that reads dumps ended by itself: {name}")
            self._skips[step] = "crashed", f"it crashed its process: {name}"


def read_dumps(databases: Sequence[Path], settings: Config, workers: int, report: Callable[[int], None]) -> DumpsRead:
    """Read the tasks of each database into it, with this number of processes at a time.

    `report` gets the number of dumps so far.  Raises LearningError.
    """
    waiting = deque(databases)
    running: list[_Group] = []
    done = 0
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                running.append(_Group(waiting.popleft(), settings))
            connection.wait([group.process.sentinel for group in running], POLL_SECONDS)
            for group in tuple(running):
                if group.has_ended():
                    running.remove(group)
                    done += group.shared[4]
            report(done + sum(group.shared[4] for group in running))
    finally:
        for group in running:
            group.stop()
    return _read_so_far(databases)


def _read_so_far(databases: Sequence[Path]) -> DumpsRead:
    """The sums of all databases."""
    dumps = rejected = 0
    rejects: list[Reject] = []
    for path in databases:
        with closing(sqlite3.connect(path)) as base:
            for own, bad in base.execute("select dumps, rejected from done"):
                dumps, rejected = dumps + own, rejected + bad
            rows = [Reject(*row) for row in base.execute("select source, reason, detail from rejects")]
        rejects = sorted([*rejects, *rows], key=lambda one: one.source)[:MAX_SHOWN_REJECTS]
    return DumpsRead(dumps, rejected, tuple(rejects))
