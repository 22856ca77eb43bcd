"""The files that processes read to learn from them: in their databases, because there may be millions."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from copydesk.batch.walk import Input
from copydesk.temporary_database import database_errors

GROUPS: Final = 4
"""Groups of files for each worker, if there are many: a worker that is done takes the next one."""

GROUP_FILES: Final = 100
"""Files for which another group is worth the second that a process needs to start."""

_TABLE: Final = """
pragma synchronous = off;
create table tasks (number integer primary key, file blob, source text, within blob, part integer, parts integer);
"""


class Files(Protocol):
    """Files that can be counted and read more than once, such as `Plan.inputs`."""

    def __iter__(self) -> Iterator[Input]:
        """The files in order."""
        ...

    def __len__(self) -> int:
        """Their number."""
        ...


@dataclass(frozen=True, slots=True)
class Task:
    """The dumps of a file that a process reads: number `part` and every `parts`-th after it."""

    file: Input
    part: int
    parts: int


def write_tasks(files: Files, folder: Path, workers: int) -> list[Path]:
    """Write a database for each process, with its tasks: the paths of the databases, sorted.

    A file is one task, or one for each worker if there are few files.  Raises OSError if the disk is full.
    """
    parts = 1 if len(files) >= 2 * workers else workers
    groups = workers * max(1, min(GROUPS, len(files) // GROUP_FILES)) if parts == 1 else 1
    used = min(groups, len(files))
    paths = [folder / f"{group}-{part}.sqlite" for group in range(used) for part in range(parts)]
    with database_errors(), ExitStack() as stack:
        bases = [stack.enter_context(closing(sqlite3.connect(path))) for path in paths]
        for base in bases:
            base.executescript(_TABLE)
        for number, one in enumerate(files):
            for part in range(parts):
                row = number // groups, os.fsencode(one.file), one.source, os.fsencode(one.within), part, parts
                bases[number % groups * parts + part].execute("insert into tasks values (?, ?, ?, ?, ?, ?)", row)
        for base in bases:
            base.commit()
    return sorted(paths)


def task_of(base: sqlite3.Connection, number: int) -> Task | None:
    """The task with this number, which counts from 0; None if there is none."""
    sql = "select file, source, within, part, parts from tasks where number = ?"
    row = base.execute(sql, (number,)).fetchone()
    if row is None:
        return None
    file, source, within, part, parts = row
    return Task(Input(os.fsdecode(file), source, within=os.fsdecode(within)), part, parts)
