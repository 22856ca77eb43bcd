"""Learns the memory of sources from raw dumps: one pass over the files, without cleaning.

Processes (`learned_dumps`) read the dumps that their temporary databases name (`learning_tasks`), and write the keys of
their lines there.  SQLite then gives them back in the order of the sources.  So the memory that this takes does not
depend on the number of dumps or files.  The files that result are the same for any order of the inputs and any number
of workers.
"""

import heapq
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Final

import msgspec

from copydesk import whole_file
from copydesk.batch.job import cores
from copydesk.batch.walk import Input
from copydesk.config import Config
from copydesk.document import Reject
from copydesk.learned_dumps import StoredPage, read_dumps
from copydesk.learning_tasks import Files, write_tasks
from copydesk.source_memory import memory_files
from copydesk.source_memory.frozen import RememberedSource, remembered
from copydesk.source_memory.line_keys import LineKey
from copydesk.source_memory.memory_files import STATE_SUFFIX, MemoryFileError, MemoryWriter, states
from copydesk.source_memory.pages import (
    MAX_PAGES,
    LearnedPage,
    PageTexts,
    SourcePages,
    merged,
    source_pages,
    without_single_texts,
)
from copydesk.temporary_database import database_errors

MIN_SOURCES: Final = 3
"""Sources that repeat a line, from which on the memory says so about pages of other sources."""

MAX_ELSEWHERE: Final = 20_000
"""Lines that the memory has for all sources, the most frequent first."""


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


def learn(
    inputs: Files,
    memory: Path,
    settings: Config,
    *,
    jobs: int | None = None,
    update: bool = True,
    report: Callable[[int], None] = lambda dumps: None,
) -> Learned:
    """Learn the dumps of these files, and write `memory` and its state beside it.

    With `update`, the pages of an existing state stay; else the memory has only these dumps.  `report` gets the number
    of dumps that were read so far.  Both files are replaced when they are complete.  Raises LearningError, OSError if a
    file can't be written, and MemoryFileError if the state can't be used or a file of these names is no memory.
    """
    state = memory.with_name(memory.name + STATE_SUFFIX)
    _check_places((memory, state), inputs)
    workers = jobs or cores()
    with tempfile.TemporaryDirectory(prefix="copydesk-") as folder:
        databases = write_tasks(inputs, Path(folder), workers)
        done = read_dumps(databases, settings, workers, report)
        known = states(state) if update and state.is_file() else iter(())
        with database_errors():
            sources, pages = _write(memory, state, _merged(known, databases))
    return Learned(done.dumps, done.rejected, sources, pages, done.rejects)


def _check_places(places: Sequence[Path], inputs: Files) -> None:
    """Raise an error before hours of reading if a file can't be written, or is no memory and would be lost."""
    for path in places:
        whole_file.check(path)
        is_input = path.exists() and any(_is_file(one, path) for one in inputs)
        if is_input or (path.exists() and not memory_files.may_be_one(path)):
            raise MemoryFileError(f"{path}: no memory, and learning would replace it: choose another name")


def _is_file(one: Input, path: Path) -> bool:
    return isinstance(one.path, Path) and one.path.exists() and one.path.samefile(path)


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


def _first_pages(group: Iterator[tuple[str, int, bytes]]) -> Iterator[tuple[LearnedPage, PageTexts]]:
    seen = 0
    last = None
    for _, digest, packed in group:
        if digest == last:
            continue
        last = digest
        seen += 1
        if seen <= MAX_PAGES:
            stored = msgspec.msgpack.decode(packed, type=StoredPage)
            texts = PageTexts([LineKey(*line) for line in stored.lines], stored.title)
            yield texts.page(digest + 2**63), texts


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
