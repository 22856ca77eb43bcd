"""Learning from hostile dumps: each ends within its limits, costs only itself, and prints nothing."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import Copydesk
from copydesk import config
from copydesk.batch import plan
from copydesk.exit_codes import ExitCode
from copydesk.learn import Learned, learn
from copydesk.learned_dumps import LearningError
from growth import ENDLESS
from runs import alive, wait_until

TRAPS = """
import os, signal, time
from copydesk import readers

ACTS = {
    "sleep": lambda: time.sleep(10**6),
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "memory": lambda: bytearray(10**11),
    "error": lambda: 1 / 0,
}

def spring(found, when):
    raw = getattr(found, "raw", b"")
    raw = raw.encode() if isinstance(raw, str) else raw
    for name, act in ACTS.items():
        if f"TRAP:{when}:{name}".encode() in raw:
            act()

def make(found, make=readers.make):
    spring(found, "make")
    return make(found)

def find(*arguments, find=readers.find):
    for found in find(*arguments):
        spring(found, "read")
        yield found

readers.make, readers.find = make, find
"""
"""Loaded by each process, under the name `sitecustomize`: a dump with a trap in it hangs, dies or fails."""


@pytest.fixture
def traps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "traps"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(TRAPS, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")]))


def write(path: Path, texts: Sequence[str]) -> Path:
    rows = [json.dumps({"url": "https://example.org/", "text": text}) + "\n" for text in texts]
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(rows), encoding="utf-8")
    return path


def learned(path: Path, memory: Path, *, seconds: float = 60.0, jobs: int = 1) -> Learned:
    settings = config.default()
    settings = replace(settings, run=replace(settings.run, seconds=seconds, memory=500))
    return learn(plan([path]).inputs, memory, settings, jobs=jobs)


def stories(count: int) -> list[str]:
    return [f"Front page\nStory number {number} of the town and its bridge\nTerms of use" for number in range(count)]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The memory of nine stories without a trap."""
    folder = tmp_path_factory.mktemp("undisturbed")
    write(folder / "dumps" / "a.jsonl", stories(7))
    write(folder / "dumps" / "b.jsonl", stories(9)[7:])
    assert learned(folder / "dumps", folder / "memory").pages == 9
    return (folder / "memory").read_bytes()


@pytest.mark.slow
@pytest.mark.usefixtures("traps")
@pytest.mark.parametrize(
    ("trap", "reason", "jobs"),
    [
        ("sleep", "timeout", 2),
        ("kill", "crashed", 1),
        ("kill", "crashed", 2),
        ("memory", "out_of_memory", 1),
        ("error", "internal_error", 1),
    ],
)
def test_a_dump_that_hangs_dies_or_fails_costs_only_itself(
    tmp_path: Path, undisturbed: bytes, trap: str, reason: str, jobs: int
) -> None:
    """One process for the two that its own code reports, two for a process that is killed: the other goes on."""
    texts = stories(7)
    trapped = [*texts[:3], f"A headline\nTRAP:make:{trap}", *texts[3:]]
    write(tmp_path / "dumps" / "a.jsonl", trapped)
    write(tmp_path / "dumps" / "b.jsonl", stories(9)[7:])
    found = learned(tmp_path / "dumps", tmp_path / "one", seconds=4.0, jobs=jobs)
    assert [(one.source, one.reason) for one in found.rejects] == [("a.jsonl#4", reason)]
    assert (found.dumps, found.rejected, found.pages) == (9, 1, 9)
    assert (tmp_path / "one").read_bytes() == undisturbed


@pytest.mark.slow
@pytest.mark.usefixtures("traps")
def test_a_file_that_can_not_be_read_further_is_rejected_once(tmp_path: Path) -> None:
    texts = stories(3)
    write(tmp_path / "dumps" / "a.jsonl", [*texts, "A headline\nTRAP:read:sleep", *stories(9)[3:]])
    found = learned(tmp_path / "dumps", tmp_path / "one", seconds=4.0, jobs=2)
    assert [(one.source, one.reason) for one in found.rejects] == [("a.jsonl", "timeout")]
    assert (found.dumps, found.rejected) == (3, 1)


@pytest.mark.slow
def test_a_huge_file_a_link_and_a_pipe_are_rejected(tmp_path: Path) -> None:
    write(tmp_path / "dumps" / "a.jsonl", stories(3))
    with (tmp_path / "dumps" / "huge.jsonl").open("wb") as stream:
        stream.truncate(8 * 10**12)
    (tmp_path / "dumps" / "b.txt").write_text(stories(1)[0], encoding="utf-8")
    (tmp_path / "dumps" / "c.txt").write_text(stories(1)[0], encoding="utf-8")
    (tmp_path / "secret.txt").write_text(stories(1)[0], encoding="utf-8")
    inputs = list(plan([tmp_path / "dumps"]).inputs)
    for name in ("b.txt", "c.txt"):
        (tmp_path / "dumps" / name).unlink()
    os.mkfifo(tmp_path / "dumps" / "b.txt")
    (tmp_path / "dumps" / "c.txt").symlink_to(tmp_path / "secret.txt")
    found = learn(inputs, tmp_path / "one", config.default(), jobs=1)
    assert {one.source: one.reason for one in found.rejects} == {
        "b.txt": "unreadable",
        "c.txt": "unreadable",
        "huge.jsonl": "too_large",
    }
    assert found.dumps == 3


@pytest.mark.slow
def test_a_full_disk_is_an_error_that_names_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "dumps" / "a.jsonl", stories(3))
    monkeypatch.setattr("copydesk.learn.write_tasks", lambda *_: [Path("/dev/full")])
    with pytest.raises(LearningError, match="temporary database"):
        learned(tmp_path / "dumps", tmp_path / "one")
    assert not (tmp_path / "one").exists()


@pytest.mark.slow
def test_what_libraries_print_about_a_dump_is_not_shown(tmp_path: Path, copydesk: Copydesk) -> None:
    address = b"http://example.org/a \x1b]0;title\x07\x1b[2J"
    page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><body><p>A story of the town</p></body></html>"
    head = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: " + address + b"\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
    more = b"WARC-Date: 2024-01-01T00:00:00Z\r\nContent-Type: application/http; msgtype=response\r\n"
    size = f"Content-Length: {len(page)}\r\n\r\n".encode()
    (tmp_path / "a.warc").write_bytes(head + more + size + page + b"\r\n\r\n")
    run = copydesk("learn", "a.warc", "-o", "m", "--jobs", "1")
    assert b"\x1b" not in run.stdout + run.stderr
    assert b"1 dump learned" in run.stderr


@pytest.mark.slow
@pytest.mark.usefixtures("traps")
def test_the_processes_end_with_the_command(tmp_path: Path) -> None:
    write(tmp_path / "dumps" / "a.jsonl", ["A headline\nTRAP:make:sleep"])
    command = [sys.executable, "-m", "copydesk.cli", "learn", str(tmp_path / "dumps"), "-o", str(tmp_path / "m")]
    with subprocess.Popen(command, start_new_session=True) as process:
        wait_until(lambda: len(alive(process.pid)) > 1, ENDLESS, "the processes that read")
        time.sleep(1)
        os.kill(process.pid, signal.SIGKILL)
    wait_until(lambda: not alive(process.pid), ENDLESS, "the end of all processes")


@pytest.mark.slow
@pytest.mark.usefixtures("traps")
def test_a_terminated_command_deletes_its_temporary_databases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "dumps" / "a.jsonl", ["A headline\nTRAP:make:sleep"])
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    command = [sys.executable, "-m", "copydesk.cli", "learn", str(tmp_path / "dumps"), "-o", str(tmp_path / "m")]
    with subprocess.Popen(command, start_new_session=True) as process:
        wait_until(lambda: any(place.glob("*/*.sqlite")), ENDLESS, "the temporary database")
        process.terminate()
        assert process.wait(ENDLESS) == ExitCode.INTERRUPTED
    wait_until(lambda: not alive(process.pid), ENDLESS, "the end of all processes")
    assert list(place.iterdir()) == []
    assert not (tmp_path / "m").exists()


SIGNAL_WHILE_A_STRING_RUNS = """
import copydesk.learn
from copydesk.cli import main

def learn(*inputs, **options):
    exec("import os, signal\\nos.kill(os.getpid(), signal.SIGTERM)\\nfor one in range(1000): pass")

copydesk.learn.learn = learn
main()
"""


@pytest.mark.slow
def test_a_signal_while_the_code_of_a_string_runs_gives_the_same_exit_code(tmp_path: Path) -> None:
    """As when a dataclass is made: Python would end with SIGINT instead of the command's exit code."""
    write(tmp_path / "a.jsonl", stories(1))
    (tmp_path / "one_signal.py").write_text(SIGNAL_WHILE_A_STRING_RUNS, encoding="utf-8")
    command = [sys.executable, "-m", "one_signal", "learn", "a.jsonl", "-o", "m"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=ENDLESS)
    assert run.returncode == ExitCode.INTERRUPTED
    assert b"nothing was written" in run.stderr
