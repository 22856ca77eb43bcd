"""Workers as copies of one process, and as processes of their own: they start, end with a code, and are killed."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from copydesk.batch import worker_starter
from copydesk.batch.worker_starter import WorkerStarter
from runs import cleaned, fill, rejects, run_again, story, trap, wait_until

KILLED = -signal.SIGKILL
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux copies a process")


@pytest.fixture(params=[pytest.param(True, id="copy", marks=LINUX), pytest.param(False, id="process")])
def _can_copy(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_starter, "CAN_COPY", request.param)


@pytest.fixture
def printed() -> list[bytes]:
    """What the workers print."""
    return []


@pytest.fixture
def starter(printed: list[bytes]) -> Iterator[WorkerStarter]:
    """A starter; after the test, its copies are ended."""

    def pass_on(stream: IO[bytes]) -> None:
        with stream:
            printed.extend(stream)

    made = WorkerStarter(pass_on)
    yield made
    made.close()


@pytest.mark.usefixtures("_can_copy")
def test_a_worker_that_is_killed_ends_with_the_signal(starter: WorkerStarter) -> None:
    """At once after its start, and again: the second time does nothing."""
    worker = starter.start()
    worker.process.kill()
    assert worker.process.wait() == KILLED
    worker.process.kill()
    assert worker.process.wait() == KILLED
    worker.orders.close()
    assert worker.answers.read() == b""
    worker.answers.close()


@pytest.mark.slow
@pytest.mark.usefixtures("_can_copy")
def test_a_worker_without_a_setup_ends_with_an_error_that_is_passed_on(
    starter: WorkerStarter, printed: list[bytes]
) -> None:
    for _ in range(2):
        worker = starter.start()
        worker.orders.close()
        assert worker.process.wait() == 1
        worker.printing[0].join(60)
        assert b"DecodeError" in printed[-1]
        worker.answers.close()


@LINUX
def test_the_end_of_the_starter_ends_the_copies(starter: WorkerStarter) -> None:
    workers = [starter.start() for _ in range(2)]
    starter.close()
    assert [worker.process.wait() for worker in workers] == [KILLED, KILLED]
    for worker in workers:
        assert worker.answers.read() == b""  # no copy has the other end any more
        worker.answers.close()
        worker.orders.close()


@LINUX
@pytest.mark.slow
def test_a_copy_ends_with_the_code_of_a_process_that_cannot_be_copied(
    starter: WorkerStarter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then the next worker gets another process."""
    (tmp_path / "sitecustomize.py").write_text("import os\nos._exit(3)\n", encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setenv("PYTHONPATH", str(tmp_path))
        worker = starter.start()
        assert worker.process.wait() == 3
        worker.answers.close()
        worker.orders.close()
    worker = starter.start()
    worker.process.kill()
    assert worker.process.wait() == KILLED
    worker.answers.close()
    worker.orders.close()


@pytest.mark.slow
@pytest.mark.usefixtures("_can_copy")
def test_a_dump_that_ends_its_worker_is_rejected_after_a_second_worker(tmp_path: Path, log: Path) -> None:
    folder = fill(tmp_path / "dumps", 3)
    (folder / "story-0001.txt").write_text(story(1, trap("exit")), encoding="utf-8")
    run_again(folder, tmp_path / "out")
    assert rejects(tmp_path / "out") == {"story-0001.txt": "crashed"}
    assert cleaned(log).count("story-0001.txt") == 2
    assert {"story-0000.txt", "story-0002.txt"} <= set(cleaned(log))


@LINUX
@pytest.mark.slow
def test_the_workers_of_a_run_have_one_parent(starter: WorkerStarter) -> None:
    """A worker that was killed is replaced by a copy of the same process."""
    parents: list[int] = []
    seen: set[int] = set()

    def has_new_worker() -> bool:  # the one that was killed may be listed for a moment
        new = [(parent, child) for parent, child in _children_of_children(os.getpid()) if child not in seen]
        parents.extend(parent for parent, _ in new)
        seen.update(child for _, child in new)
        return bool(new)

    for _ in range(2):
        worker = starter.start()
        wait_until(has_new_worker, 60, "a worker")
        worker.process.kill()
        worker.process.wait()
        worker.answers.close()
        worker.orders.close()
    assert len(parents) == 2
    assert len(set(parents)) == 1


def _children_of_children(pid: int) -> list[tuple[int, int]]:
    """(parent, pid) of the processes that the children of a process have started."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has ended
            continue
    return [(parent, own) for own, parent in parents.items() if parents.get(parent) == pid]
