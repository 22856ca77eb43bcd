"""A worker: cleans units and stages the output.  `copydesk.batch.worker_process` is its process.

It ends when the process that started it ends.  It may be killed at any time.
"""

import ctypes
import gc
import os
import signal
import sys
import time
import uuid
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Final

from copydesk import decisions, desk, keep, store
from copydesk.batch.clean_file import Skipped, unexpected
from copydesk.batch.counts import DumpCounts, count
from copydesk.batch.messages import (
    PART,
    Done,
    Entry,
    FileState,
    Fingerprint,
    Item,
    Outcome,
    Part,
    PartStaged,
    Ready,
    Setup,
    SetupFailed,
    Unit,
    WorkerMessage,
    WriteFailed,
    decode,
    encode,
    made_with,
    pack_records,
    staged_name,
)
from copydesk.batch.observing import observe
from copydesk.batch.reading import OpenFile, ReportingHooks
from copydesk.config import ConfigError
from copydesk.document import Cleaned, Reject
from copydesk.dump import Dump
from copydesk.render import record, table
from copydesk.render.markdown import MarkdownError
from copydesk.step_times import WRITE, step, take
from copydesk.store import Format

try:
    import resource
except ModuleNotFoundError:  # Windows
    resource = None  # type: ignore[assignment]

MAX_PART_SECONDS: Final = 1.0
MAX_PART_DUMPS: Final = 64
"""A part is complete after this time or this number of dumps.  If the run dies, at most this much work
is lost.  A part itself costs a few milliseconds, which is little beside a second of work."""

MAX_IDLE_SECONDS: Final = 60
"""A worker that gets no unit for this time ends; the next unit starts another worker."""

MEGABYTE: Final = 10**6
PR_SET_PDEATHSIG: Final = 1
"""The number of prctl's option by which the kernel signals a process when its parent dies (Linux, prctl.h)."""


def main() -> None:
    """Read the setup, then units until there are no more."""
    die_with_parent()
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # text that a library prints must not be taken for a message
    lines = sys.stdin.buffer
    setup = decode(lines.readline(), Setup)
    try:
        desk.check_settings(setup.settings)
        if Format.PARQUET in setup.formats:
            table.schema()
    except (ConfigError, table.MissingPyarrowError) as error:
        answers.write(encode(SetupFailed(str(error))))
        return
    limit_memory(setup.settings.run.memory)
    gc.freeze()  # Python's searches for unused cycles of objects leave out what is loaded now
    worker = Worker(setup, answers)
    worker.send(Ready())
    while line := _next(lines):
        try:
            worker.clean(decode(line, Unit))
        except OSError as error:  # an error in writing: a file that can't be read is a reject
            worker.send(WriteFailed(error.errno or 0, error.filename or setup.work))
            return


def _next(lines: IO[bytes]) -> bytes:
    """The line of the next unit; empty if no more come.

    If none comes for MAX_IDLE_SECONDS, the worker ends.  On Windows, which has no alarm, it waits.
    """
    if not hasattr(signal, "alarm"):
        return lines.readline()
    signal.alarm(MAX_IDLE_SECONDS)
    line = lines.readline()
    signal.alarm(0)
    return line


def die_with_parent(parent: int | None = None) -> None:
    """Let the kernel kill this process when its parent dies.  `parent` is its pid, if it may be dead already.

    Only Linux can do this.  Elsewhere the process ends when it has cleaned its unit and finds no more input.
    """
    parent = parent or os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit()


def limit_memory(megabytes: int) -> None:
    """Allow this process `megabytes` more memory than it has now.  Only Linux can do this."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:  # the size of this process is not known
        return
    if resource is None:
        return
    limit = pages * resource.getpagesize() + megabytes * MEGABYTE
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


@dataclass(slots=True)
class _FileOutcomes:
    """The outcomes of a file since the last part."""

    item: Item
    state: FileState | None
    start: int
    outcomes: list[Outcome] = field(default_factory=list)

    def take(self, count: int | None, read: int) -> Entry:
        """The outcomes as the entry of a part; the next entry begins after them."""
        entry = Entry(self.item.path, self.item.source, self.state, self.start, count, read, tuple(self.outcomes))
        self.start, self.outcomes = self.start + len(self.outcomes), []
        return entry


class Worker:
    """Cleans units, and writes messages to `answers`."""

    def __init__(self, setup: Setup, answers: IO[bytes]):
        self._setup, self._answers = setup, answers
        self._folder: Path | None = None
        self._staged = self._dumps = 0
        self._began = 0.0
        self._entries: list[Entry] = []
        self._file: OpenFile | None = None

    def clean(self, unit: Unit) -> None:
        """Clean the unit's files and stage what they give, part by part.  Raises OSError if it can't write."""
        for item in unit.items:
            file = self._open(item)
            since = _FileOutcomes(item, file.state, item.start)
            for number, made, seconds in file.outcomes(item):
                since.outcomes.append(self._outcome(number, made, file.hooks, seconds))
                if self._is_part_full():
                    self._entries.append(since.take(file.count, file.hooks.read))
                    self._close_part(unit.key)
            if since.outcomes or file.count is not None:
                self._entries.append(since.take(file.count, file.hooks.read))
        self._close_part(unit.key)
        self.send(Done())

    def close(self) -> None:
        """Close the file that is open, if there is one."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def send(self, message: WorkerMessage) -> None:
        """Send a message to the run."""
        self._answers.write(encode(message))

    def _open(self, item: Item) -> OpenFile:
        """The file of the item: the open file if it still has the dumps of the item ahead, else opened now."""
        if self._file is None or not self._file.can_give(item):
            self.close()
            self._file = OpenFile(item, self._setup.settings, self.send)
        return self._file

    def _outcome(self, number: int, made: Cleaned | Reject | Skipped, hooks: ReportingHooks, seconds: float) -> Outcome:
        self._dumps += 1
        if not isinstance(made, Cleaned):
            take()  # only the times of dumps with a record are reported
        if isinstance(made, Skipped):
            return Outcome(number, hooks.source, skipped=True)
        if isinstance(made, Cleaned):
            cleaned, article = made, made.article
            try:
                with step(WRITE):
                    files = store.files(made, self._setup.formats, self._setup.settings.output)
                    records = [record.to_json(one) for one in (article, *made.teasers)]
            except MarkdownError as error:
                made = Reject(article.source, "markdown_differs", str(error))
            except Exception as error:  # noqa: BLE001 - costs one dump, as in `clean_file`
                made = unexpected(article.source, error)
            else:
                return Outcome(
                    number,
                    article.source,
                    Fingerprint(
                        made_with(article.provenance.config, article.provenance.memory),
                        hooks.item.profiles,
                        hooks.raw,
                    ),
                    {suffix: text if text is None else self._stage(text.encode()) for suffix, text in files.items()},
                    self._stage(pack_records(records)),
                    counts=self._count(made, hooks.dump),
                    seconds=round(seconds, 3),
                    measures=keep.measures(article),
                    observed=observe(cleaned, hooks, self._setup.settings),
                    steps=take(),
                )
        seen = observe(made, hooks, self._setup.settings)
        return Outcome(number, made.source, reject=made, seconds=round(seconds, 3), observed=seen)

    def _count(self, made: Cleaned, raw: Dump | None) -> DumpCounts:
        """The counts of a dump, with those of the decisions about it."""
        decided = decisions.of_dump(self._setup.settings.review.decisions, made.article.source)
        if raw is None or not decided.decisions:
            return count(made)
        outdated = len(decided.outdated(raw.text))
        return replace(count(made), decisions=len(decided.decisions) - outdated, outdated=outdated)

    def _stage(self, data: bytes) -> str:
        name = staged_name(self._staged, data)
        self._staged += 1
        (self._part_folder() / name).write_bytes(data)
        return name

    def _part_folder(self) -> Path:
        if self._folder is None:
            self._folder = Path(self._setup.work) / uuid.uuid4().hex
            self._folder.mkdir(parents=True)
            self._began = time.monotonic()
        return self._folder

    def _is_part_full(self) -> bool:
        if self._dumps == 1:
            self._part_folder()
        return self._dumps >= MAX_PART_DUMPS or time.monotonic() - self._began > MAX_PART_SECONDS

    def _close_part(self, key: str) -> None:
        """Complete the part, and send a message about it to the run."""
        if not self._entries:
            return
        folder = self._part_folder()
        (folder / f"{PART}.new").write_bytes(encode(Part(key, tuple(self._entries))))
        (folder / f"{PART}.new").rename(folder / PART)
        self._folder, self._entries, self._staged, self._dumps = None, [], 0, 0
        self.send(PartStaged(folder.name))
