"""The tasks of the processes that learn: each file once, in the same databases each time, in memory that does not grow."""

import sqlite3
import tracemalloc
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from copydesk.batch.walk import Input
from copydesk.learning_tasks import Task, task_of, write_tasks


@dataclass(frozen=True)
class Many:
    """Files that are made while they are read."""

    count: int

    def __iter__(self) -> Iterator[Input]:
        return (Input(f"/dumps/{number:09}.txt", f"{number:09}.txt", within="/dumps") for number in range(self.count))

    def __len__(self) -> int:
        return self.count


def tasks_in(path: Path) -> list[Task]:
    with closing(sqlite3.connect(path)) as base:
        found = [task_of(base, number) for number in range(10_000)]
    tasks = [task for task in found if task]
    assert found[: len(tasks)] == tasks
    return tasks


@pytest.mark.slow
@pytest.mark.parametrize(
    ("files", "workers", "databases", "parts"), [(0, 2, 0, 2), (1, 2, 2, 2), (3, 2, 2, 2), (4, 2, 2, 1), (900, 2, 8, 1)]
)
def test_each_part_of_a_file_is_in_one_database(
    tmp_path: Path, files: int, workers: int, databases: int, parts: int
) -> None:
    paths = write_tasks(Many(files), tmp_path, workers)
    found = [task for path in paths for task in tasks_in(path)]
    assert len(paths) == databases
    assert sorted((task.file.source, task.part, task.parts) for task in found) == [
        (one.source, part, parts) for one in Many(files) for part in range(parts)
    ]


def test_a_file_is_read_back_as_it_was(tmp_path: Path) -> None:
    """Also a name that is no UTF-8."""
    one = Input("/dumps/\udcff.txt", "�.txt", within="/dumps")
    (path,) = write_tasks([one], tmp_path, 1)
    assert tasks_in(path) == [Task(one, 0, 1)]


def peak_of(count: int, folder: Path) -> int:
    folder.mkdir()
    tracemalloc.start()
    write_tasks(Many(count), folder, 1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.mark.slow
def test_ten_times_the_files_take_no_more_memory(tmp_path: Path) -> None:
    """The limit for 18,000 files more, 500 kB, is a fifth of what their names alone would take in a list.

    Other threads of the process that tests may allocate some kB at the same time, so the peaks are not equal.
    """
    peak_of(1_000, tmp_path / "first")  # what is made once
    assert peak_of(20_000, tmp_path / "many") < peak_of(2_000, tmp_path / "few") + 500_000
