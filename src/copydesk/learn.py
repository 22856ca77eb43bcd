"""Learns the memory of sources from raw dumps: one pass over the files, without cleaning.

Workers read the dumps and write the keys of their lines to temporary databases, which SQLite then gives back in the
order of the sources.  So the memory that this takes does not depend on the number of dumps.  The files that result
are the same for any order of the inputs and any number of workers.
"""

import heapq
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import msgspec

from copydesk import desk, readers, whole_file
from copydesk.batch.job import cores
from copydesk.batch.walk import Input
from copydesk.config import Config
from copydesk.document import Reject
from copydesk.dump import Pending
from copydesk.source_memory.frozen import RememberedSource, remembered
from copydesk.source_memory.line_keys import LineKey
from copydesk.source_memory.memory_files import STATE_SUFFIX, MemoryWriter, states
from copydesk.source_memory.pages import (
    MAX_PAGES,
    LearnedPage,
    SourcePages,
    learned_page,
    merged,
    source_pages,
    without_single_texts,
)
from copydesk.source_memory.sources import source_of

MIN_SOURCES: Final = 3
"""Sources that repeat a line, from which on the memory says so about pages of other sources."""

MAX_ELSEWHERE: Final = 20_000
"""Lines that the memory has for all sources, the most frequent first."""

BATCH: Final = 500
"""Pages that are written to a temporary database in one transaction."""

GROUPS: Final = 4
"""Groups of files for each worker: a worker that is done takes the next one.  Each group has a temporary database."""


class LearningError(RuntimeError):
    """Learning could not go on: a worker died, or the disk is full.  The message says which file it read."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned: the numbers of dumps that were read and rejected, of sources, and of the pages in the state.

    `rejects` has the first dumps that could not be read, with their reasons.
    """

    dumps: int
    rejected: int
    sources: int
    pages: int
    rejects: tuple[Reject, ...] = ()


@dataclass(frozen=True, slots=True)
class _Task:
    """The dumps of a file that a worker reads: number `part` and every `parts`-th after it."""

    file: Input
    part: int
    parts: int
    database: str
    settings: Config


class _Row(msgspec.Struct, frozen=True, array_like=True):
    """A page in a temporary database: [folded, masked, length] of each line."""

    lines: list[tuple[str, str, int]]


MAX_SHOWN_REJECTS: Final = 20
"""Rejects that the result has: the others are only counted, `copydesk clean` lists all."""


def learn(
    inputs: Sequence[Input],
    memory: Path,
    settings: Config,
    *,
    jobs: int | None = None,
    update: bool = True,
    report: Callable[[int], None] = lambda dumps: None,
) -> Learned:
    """Learn the dumps of these files, and write `memory` and its state beside it.

    With `update`, the pages of an existing state stay; else the memory has only these dumps.  `report` gets the number
    of dumps that were read so far.  Both files are replaced when they are complete.  Raises LearningError,
    MemoryFileError if the state can't be used, and OSError if a file can't be written.
    """
    state = memory.with_name(memory.name + STATE_SUFFIX)
    for path in (memory, state):
        whole_file.check(path)  # reading may take hours
    workers = jobs or cores()
    with tempfile.TemporaryDirectory(prefix="copydesk-") as folder:
        tasks = _tasks(inputs, Path(folder), settings, workers)
        dumps, rejected, rejects = _read_all(tasks, workers, report)
        known = states(state) if update and state.is_file() else iter(())
        databases = sorted(Path(folder).glob("*.sqlite"))
        sources, pages = _write(memory, state, _merged(known, databases))
    return Learned(dumps, rejected, sources, pages, tuple(rejects))


def _tasks(inputs: Sequence[Input], folder: Path, settings: Config, workers: int) -> list[_Task]:
    """The tasks: one for a file, or one for each worker if there are fewer files than workers."""
    parts = 1 if len(inputs) >= 2 * workers else workers
    return [
        _Task(one, part, parts, str(folder / f"{number % (GROUPS * workers)}-{part}.sqlite"), settings)
        for number, one in enumerate(inputs)
        for part in range(parts)
    ]


def _read_all(tasks: Sequence[_Task], workers: int, report: Callable[[int], None]) -> tuple[int, int, list[Reject]]:
    """Read all tasks, in this process if it is to be the only one."""
    ordered = sorted(tasks, key=lambda one: one.database)
    groups = [list(group) for _, group in groupby(ordered, lambda one: one.database)]
    if workers == 1:
        return _sum(map(_read, groups), report)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        asked = [pool.submit(_read, group) for group in groups]
        try:
            return _sum((done.result() for done in as_completed(asked)), report)
        except BrokenProcessPool as error:
            raise LearningError("a worker died while it read dumps: `copydesk clean` says which dump it was") from error


def _sum(
    found: Iterable[tuple[int, int, list[Reject]]], report: Callable[[int], None]
) -> tuple[int, int, list[Reject]]:
    """The sums of what several groups gave, and the first rejects of all."""
    dumps = rejected = 0
    rejects: list[Reject] = []
    for read, bad, shown in found:
        dumps, rejected = dumps + read, rejected + bad
        rejects = sorted([*rejects, *shown], key=lambda one: one.source)[:MAX_SHOWN_REJECTS]
        report(dumps)
    return dumps, rejected, rejects


def _read(tasks: Sequence[_Task]) -> tuple[int, int, list[Reject]]:
    """Read the dumps of tasks into their database; the numbers of dumps and rejects, and the first rejects."""
    rejects: list[Reject] = []
    dumps = rejected = 0
    with closing(sqlite3.connect(tasks[0].database)) as base, base:
        base.execute("pragma journal_mode = off")
        base.execute("pragma synchronous = off")
        base.execute("create table pages (source text, digest integer, lines blob)")
        for task in tasks:
            for found in _pages(task):
                if isinstance(found, Reject):
                    rejected += 1
                    rejects = [*rejects, found][:MAX_SHOWN_REJECTS]
                    continue
                dumps += 1
                base.execute("insert into pages values (?, ?, ?)", found)
                if dumps % BATCH == 0:
                    base.commit()
    return dumps, rejected, rejects


def _pages(task: _Task) -> Iterator[tuple[str, int, bytes] | Reject]:
    """The rows for the dumps of a task, and its rejects."""
    by = task.settings.sources.by
    for number, found in enumerate(readers.find(task.file.path, task.file.source, task.settings)):
        if number % task.parts != task.part:
            continue
        made = readers.make(found) if isinstance(found, Pending) else found
        if isinstance(made, Reject):
            yield made
            continue
        profile = desk.profile_of(made, task.settings) if by == "profile" else None
        page, keys = learned_page(made.text)
        row = _Row([(key.text, key.masked, key.length) for key in keys])
        yield source_of(made, by, profile), _signed(page.digest), msgspec.msgpack.encode(row)


def _signed(digest: int) -> int:
    """64 bits as SQLite stores them: so that their order is that of the digests."""
    return digest - 2**63


def _merged(known: Iterator[SourcePages], databases: Sequence[Path]) -> Iterator[SourcePages]:
    """The sources of the state and of the databases, in order, each with its pages of both."""
    streams: list[Iterator[tuple[bytes, SourcePages]]] = [
        ((part.name.encode("utf-8", "surrogatepass"), part) for part in known)
    ]
    streams += [_of_database(path) for path in databases]
    together = heapq.merge(*streams, key=lambda one: one[0])
    for _, group in groupby(together, key=lambda one: one[0]):
        found: SourcePages | None = None
        for _, part in group:
            found = merged(found or SourcePages(part.name, (), {}, {}), part)
        if found:
            yield without_single_texts(found)


def _of_database(path: Path) -> Iterator[tuple[bytes, SourcePages]]:
    """The sources of a database in order; of each only the MAX_PAGES pages with the smallest digests."""
    with closing(sqlite3.connect(path)) as base:
        base.execute("pragma temp_store = file")
        rows = base.execute("select source, digest, lines from pages order by cast(source as blob), digest")
        for name, group in groupby(rows, key=lambda row: str(row[0])):
            pages = _first_pages(group)
            yield name.encode("utf-8", "surrogatepass"), source_pages(name, pages)


def _first_pages(group: Iterator[tuple[str, int, bytes]]) -> Iterator[tuple[LearnedPage, list[LineKey]]]:
    seen = 0
    last = None
    for _, digest, packed in group:
        if digest == last:
            continue
        last = digest
        seen += 1
        if seen <= MAX_PAGES:
            keys = [LineKey(*line) for line in msgspec.msgpack.decode(packed, type=_Row).lines]
            yield LearnedPage(digest + 2**63, tuple([key.digest for key in keys])), keys


def _write(memory: Path, state: Path, sources: Iterator[SourcePages]) -> tuple[int, int]:
    """Write both files from the sources in order; the numbers of sources and pages."""
    repeated = _Repeated()
    count = pages = 0
    with (
        whole_file.replaced(memory) as new_memory,
        whole_file.replaced(state) as new_state,
        MemoryWriter(new_memory, "memory") as out,
        MemoryWriter(new_state, "state") as state_out,
    ):
        for source in sources:
            found = remembered(source)
            out.memory_of(found)
            state_out.state_of(source)
            repeated.add(found)
            count, pages = count + 1, pages + len(source.pages)
        out.end(repeated.most())
        state_out.end({})
    return count, pages


class _Repeated:
    """Counts the sources that repeat a line, in a temporary database: there may be millions of lines."""

    def __init__(self) -> None:
        self._base = sqlite3.connect("")  # a temporary file
        self._base.execute("create table lines (line text primary key, sources integer) without rowid")

    def add(self, source: RememberedSource) -> None:
        """Add the lines of a source."""
        self._base.executemany(
            "insert into lines values (?, 1) on conflict (line) do update set sources = sources + 1",
            ((line.encode("utf-8", "surrogatepass").decode("utf-8", "replace"),) for line in source.lines),
        )

    def most(self) -> dict[str, int]:
        """The lines that MIN_SOURCES sources or more repeat."""
        query = "select line, sources from lines where sources >= ? order by sources desc, line limit ?"
        return dict(self._base.execute(query, (MIN_SOURCES, MAX_ELSEWHERE)))
