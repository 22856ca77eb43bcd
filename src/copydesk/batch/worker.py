"""A worker cleans units and stages what they give: `python -m copydesk.batch.worker`, units on standard input.

It dies with whoever started it, and may be killed at any moment.
"""

import ctypes
import hashlib
import os
import resource
import signal
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Final

from copydesk import desk, store
from copydesk.batch import protocol
from copydesk.batch.cleaning import Kept, clean_input, fault
from copydesk.batch.inputs import Input
from copydesk.batch.protocol import (
    NOT_MADE,
    PART,
    Entry,
    Item,
    Made,
    Outcome,
    Part,
    Setup,
    State,
    Told,
    Unit,
    decode,
    encode,
)
from copydesk.batch.tally import found
from copydesk.config import ConfigError
from copydesk.document import Cleaned, Reject
from copydesk.dump import Dump, Pending
from copydesk.render import record, table
from copydesk.render.markdown import MarkdownError
from copydesk.store import SHARDED, Format

PART_SECONDS: Final = 1.0
PART_DUMPS: Final = 64
"""A part is closed after so much work."""

IDLE: Final = 60
"""Seconds without a unit after which a worker ends; the next unit has another started."""

MEGABYTE: Final = 10**6
PR_SET_PDEATHSIG: Final = 1


def main() -> None:
    """Read the setup, then units until there are no more."""
    _die_with_parent()
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what a library may print is no answer
    lines = sys.stdin.buffer
    setup = decode(lines.readline(), Setup)
    try:
        desk.check_settings(setup.settings)
        if Format.PARQUET in setup.formats:
            table.schema()
    except (ConfigError, table.MissingPyarrowError) as error:
        answers.write(encode(Told("failed", detail=str(error))))
        return
    _limit_memory(setup.settings.settings.run.memory)
    worker = Worker(setup, answers)
    answers.write(encode(Told("ready")))
    while line := _next(lines):
        try:
            worker.clean(decode(line, Unit))
        except OSError as error:  # what can't be read is a reject; this is what can't be written
            answers.write(encode(Told("stopped", number=error.errno or 0, detail=error.filename or setup.work)))
            return


def _next(lines: IO[bytes]) -> bytes:
    """The next unit; empty where there is none.  One that does not come for long ends the worker."""
    signal.alarm(IDLE)
    line = lines.readline()
    signal.alarm(0)
    return line


def _die_with_parent() -> None:
    """Have the kernel kill this process when its parent dies; elsewhere than on Linux, the end of its input does."""
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit()


def _limit_memory(megabytes: int) -> None:
    """Allow so much more than is mapped now."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:  # no Linux: no way to know what is mapped
        return
    most = pages * resource.getpagesize() + megabytes * MEGABYTE
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


@dataclass(slots=True)
class _Open:
    """What came of a file since the last part."""

    item: Item
    state: State | None
    start: int
    outcomes: list[Outcome] = field(default_factory=list)

    def entry(self, count: int | None, read: int) -> Entry:
        """It, as a part holds it; `count` and `read` as in Entry."""
        made = Entry(self.item.path, self.item.source, self.state, self.start, count, read, tuple(self.outcomes))
        self.start, self.outcomes = self.start + len(self.outcomes), []
        return made


class Worker:
    """Cleans units; says on `answers` where it is."""

    def __init__(self, setup: Setup, answers: IO[bytes]):
        self._setup, self._answers = setup, answers
        self.settings = setup.settings
        self._lines = any(one in SHARDED for one in setup.formats)
        self._folder: Path | None = None
        self._staged = self._dumps = 0
        self._began = 0.0
        self._entries: list[Entry] = []
        self._reading: _Reading | None = None

    def clean(self, unit: Unit) -> None:
        """Clean the unit's files and stage what they give, a part at a time."""
        for item in unit.items:
            reading = self._read(item)
            opened = _Open(item, reading.state, item.start)
            for number, outcome, seconds in reading.outcomes(item):
                opened.outcomes.append(self._outcome(number, outcome, reading.watch, seconds))
                if self._is_full():
                    self._entries.append(opened.entry(reading.count, reading.watch.read))
                    self._close(unit.key)
            if opened.outcomes or reading.count is not None:
                self._entries.append(opened.entry(reading.count, reading.watch.read))
        self._close(unit.key)
        self.tell(Told("done", number=unit.number))

    def _read(self, item: Item) -> "_Reading":
        """The item's file, open: the one that is, where it is the same and has not been read beyond the range."""
        if self._reading is None or not self._reading.can_give(item):
            self.tell(Told("opening", item.path))
            self._reading = _Reading(self, item)
        return self._reading

    def tell(self, told: Told) -> None:
        """Say it."""
        self._answers.write(encode(told))

    def _outcome(self, number: int, made: Cleaned | Reject | Kept, watch: "_Watch", seconds: float) -> Outcome:
        self._dumps += 1
        if isinstance(made, Kept):
            return Outcome(number, watch.source, kept=True)
        if isinstance(made, Cleaned):
            article = made.article
            try:
                name = store.output_name(article.source)
                files = store.files(name, made, self._setup.formats)
                records = [record.to_json(one) for one in (article, *made.teasers)] if self._lines else []
            except MarkdownError as error:
                made = Reject(article.source, "markdown_differs", str(error))
            except Exception as error:  # noqa: BLE001 - as in `cleaning`
                made = fault(article.source, error)
            else:
                return Outcome(
                    number,
                    article.source,
                    Made(article.provenance.config, watch.item.profiles, watch.raw),
                    name,
                    {file: text if text is None else self._stage(text.encode()) for file, text in files.items()},
                    self._stage(protocol.packed(records)) if records else None,
                    found=found(made),
                    seconds=round(seconds, 3),
                )
        return Outcome(number, made.source, reject=made, seconds=round(seconds, 3))

    def _stage(self, data: bytes) -> str:
        name = protocol.staged_as(self._staged, data)
        self._staged += 1
        (self._part() / name).write_bytes(data)
        return name

    def _part(self) -> Path:
        if self._folder is None:
            self._folder = Path(self._setup.work) / uuid.uuid4().hex
            self._folder.mkdir(parents=True)
            self._began = time.monotonic()
        return self._folder

    def _is_full(self) -> bool:
        if self._dumps == 1:
            self._part()
        return self._dumps >= PART_DUMPS or time.monotonic() - self._began > PART_SECONDS

    def _close(self, key: str) -> None:
        """Let the part count, and say so."""
        if not self._entries:
            return
        folder = self._part()
        (folder / f"{PART}.new").write_bytes(encode(Part(key, tuple(self._entries))))
        (folder / f"{PART}.new").rename(folder / PART)
        self._folder, self._entries, self._staged, self._dumps = None, [], 0, 0
        self.tell(Told("part", detail=folder.name))


class _Reading:
    """A file that is open from one of its ranges to the next, and what is known of its end."""

    def __init__(self, worker: Worker, item: Item):
        path = protocol.opened(item.path)
        self.state = _state(path)
        self.watch = _Watch(worker, item, self.state)
        self.count: int | None = None
        self._path = path
        self._cleaned = clean_input(Input(str(path), item.source), worker.settings, self.watch)
        self._next = 0
        self._is_broken = False

    def can_give(self, item: Item) -> bool:
        """Whether the item's dumps are still to come, and the file is as it was when it was opened."""
        if (item.path, item.source) != (self.watch.item.path, self.watch.item.source) or item.start < self._next:
            return False
        if self._is_broken:  # the next time may be better, and who asks must hear of it again
            return False
        try:
            now = self._path.stat()
        except OSError:
            return False
        return self.state is not None and (now.st_size, now.st_mtime_ns) == (self.state.size, self.state.changed)

    def outcomes(self, item: Item) -> Iterator[tuple[int, Cleaned | Reject | Kept, float]]:
        """What the item's dumps give, each with its number and seconds; what lies before them is passed over.

        Where the file can't be read so far, the first of them is what says why: whoever had the ranges before may
        have got further, and nothing is to be lost without a word.
        """
        self.watch.item = item
        while self.count is None and (item.stop is None or self._next < item.stop):
            began = time.monotonic()
            number, made = self._next, next(self._cleaned, None)
            seconds = time.monotonic() - began
            if made is None:
                self.count = number
                return
            self._next += 1
            if isinstance(made, Reject) and made.source == item.source:
                self._is_broken = True
                self.count = max(number, item.start) + 1
                yield self.count - 1, made, seconds
            elif number >= item.start:
                yield number, made, seconds


class _Watch:
    """Says where the worker is, and keeps it from what it shall not touch."""

    def __init__(self, worker: Worker, item: Item, state: State | None):
        self._worker, self.item, self._state = worker, item, state
        self.source = item.source
        self.raw = ""
        self.read = 0
        self._known = NOT_MADE

    def reading(self, number: int) -> Reject | None:
        """Say that dump `number` is to be read; one that could not be, ends the file."""
        refused = self.item.refused.get(number)
        if refused and refused.source == self.item.source:
            return refused
        self._worker.tell(Told("at", self.item.path, number, detail=self.item.source))
        return None

    def cleaning(self, number: int, found: Pending) -> Reject | Kept | None:
        """Say that dump `number` is to be cleaned."""
        self.source, self.read = found.source, found.read
        if number < self.item.start:
            return Kept()
        refused = self.item.refused.get(number)
        if refused:
            return replace(refused, source=found.source)
        self.raw = protocol.digest(found.source, found.raw)
        self._known = self._made_before(number)
        if self._known.config and self._known.profiles == self.item.profiles:
            return Kept()
        self._worker.tell(Told("at", self.item.path, number, found.source, self.item.source))
        return None

    def _made_before(self, number: int) -> Made:
        """What the dump's records in the output were made of, where it is the same dump."""
        place = number - self.item.start
        known = self.item.known[place] if place < len(self.item.known) else NOT_MADE
        same_file = self._state is not None and self._state.sha256 == self.item.sha256
        return known if known.raw == self.raw and (self.raw or same_file) else NOT_MADE

    def is_known(self, dump: Dump) -> bool:
        """Whether its records in the output were made with the same settings."""
        known, settings = self._known.config, self._worker.settings
        return known != "" and known == settings.digest(desk.profile_of(dump, settings))


def _state(path: Path) -> State | None:
    """The file as it is now; None where it can't be read."""
    seen = time.time_ns()
    try:
        with path.open("rb") as stream:
            now = os.fstat(stream.fileno())
            return State(now.st_size, now.st_mtime_ns, seen, hashlib.file_digest(stream, "sha256").hexdigest())
    except OSError:
        return None


if __name__ == "__main__":
    main()
