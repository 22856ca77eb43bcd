"""Dumps that hang, crash, or take all memory: each is rejected, and all others are cleaned."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import Copydesk
from runs import (
    begin,
    clean_once_without_hook,
    cleaned,
    container,
    cut_into,
    disarm,
    fill,
    limits,
    printed,
    rejects,
    run_again,
    story,
    trap,
    tree,
    wait_until,
)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        pytest.param("sleep", "timeout", marks=pytest.mark.slow),
        pytest.param("kill", "crashed", marks=pytest.mark.slow),  # an exit code is in a shared container below
        pytest.param("memory", "out_of_memory", marks=pytest.mark.slow),
    ],
)
def test_only_the_dump_that_ends_its_worker_is_rejected(
    copydesk: Copydesk, tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch, kind: str, reason: str
) -> None:
    """A text among texts and a record in the middle of a container; after that, without traps, only these two are cleaned."""
    folder = fill(tmp_path / "dumps", 6)
    (folder / "story-0003.txt").write_text(story(3, trap(kind)), encoding="utf-8")
    container(folder / "box.jsonl", [story(number, trap(kind) if number == 104 else "") for number in range(100, 109)])
    wanted = clean_once_without_hook(folder, tmp_path / "wanted", monkeypatch)
    seconds = 6 if kind == "sleep" else 60
    settings = limits(tmp_path, seconds=seconds, memory=300)
    arguments = ("clean", folder, "-o", "out", "--format", "md,json,jsonl", "--config", settings)
    run = copydesk(*arguments)
    assert (run.returncode, run.stderr.decode().partition("\n")[0]) == (1, "13 written, 0 unchanged, 2 rejected -> out")
    assert rejects(tmp_path / "out") == {"box.jsonl#r4": reason, "story-0003.txt": reason}
    made = {path.name for path in (tmp_path / "out").rglob("*.json")}
    assert made == {f"story-000{n}.json" for n in (0, 1, 2, 4, 5)} | {f"r{n}.json" for n in range(9) if n != 4}
    before = len(cleaned(log))
    disarm(monkeypatch)
    run = copydesk(*arguments)
    assert (run.returncode, run.stderr.decode().partition("\n")[0]) == (0, "2 written, 13 unchanged, 0 rejected -> out")
    assert sorted(cleaned(log)[before:]) == ["box.jsonl#r4", "story-0003.txt"]
    assert tree(tmp_path / "out") == wanted


@pytest.mark.parametrize(
    ("when", "rejected", "kind", "reason"),
    [
        pytest.param("", "box.jsonl#r4", "exit", "crashed", marks=pytest.mark.slow),
        pytest.param("READING:", "box.jsonl", "exit", "crashed", marks=pytest.mark.slow),
        pytest.param("READING:", "box.jsonl", "sleep", "timeout", marks=pytest.mark.slow),
        pytest.param("RENDERING:", "box.jsonl#r4", "sleep", "timeout", marks=pytest.mark.slow),
    ],
)
def test_only_the_record_that_ends_its_worker_is_rejected_in_a_shared_container(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch, when: str, rejected: str, kind: str, reason: str
) -> None:
    """Only it is rejected, and once; if it can't even be read, so are the records after it, which no worker reaches."""
    folder = tmp_path / "dumps"
    folder.mkdir()
    lines = [story(number) for number in range(100, 109)]
    lines[4] = story(104, f" The paper called it {when}TRAP:{kind} in a headline.")
    rows = [
        {"id": f"r{n}", "html" if n == 4 and when == "RENDERING:" else "text": text} for n, text in enumerate(lines)
    ]
    (folder / "box.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    wanted = clean_once_without_hook(folder, tmp_path / "wanted", monkeypatch)
    cut_into(monkeypatch)
    settings = limits(tmp_path, seconds=6 if kind == "sleep" else 60)
    run_again(folder, tmp_path / "out", settings, jobs=2)
    assert rejects(tmp_path / "out") == {rejected: reason}
    assert len((tmp_path / "out" / "rejects.jsonl").read_text(encoding="utf-8").splitlines()) == 1
    made = {path.stem for path in (tmp_path / "out").rglob("*.json")}
    assert made == {f"r{n}" for n in range(9) if (n != 4 if "#" in rejected else n < 4)}
    disarm(monkeypatch)
    before = len(cleaned(log))
    run_again(folder, tmp_path / "out", settings, jobs=2)
    assert set(cleaned(log)[before:]) == {f"box.jsonl#r{n}" for n in range(9)} - {f"box.jsonl#{name}" for name in made}
    assert tree(tmp_path / "out") == wanted


@pytest.mark.slow
def test_records_that_one_worker_cannot_read_end_in_a_reject(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one has no memory left for a record of another's range: a reject says so where it stops.

    What the first one made of records behind that may stay.
    """
    folder = tmp_path / "dumps"
    folder.mkdir()
    container(folder / "box.jsonl", [story(number) for number in range(24)])
    wanted = clean_once_without_hook(folder, tmp_path / "wanted", monkeypatch)
    cut_into(monkeypatch)
    with monkeypatch.context() as patch:
        patch.setenv("HOOK_ONE_READER", str(tmp_path / "reader"))
        patch.setenv("HOOK_SLOW", "0.05")
        run_again(folder, tmp_path / "out", jobs=2)
    assert rejects(tmp_path / "out") == {"box.jsonl": "out_of_memory"}
    assert len(list((tmp_path / "out").rglob("*.json"))) < 24
    assert len((tmp_path / "out" / "rejects.jsonl").read_text(encoding="utf-8").splitlines()) == 1
    run_again(folder, tmp_path / "out", jobs=2)
    assert tree(tmp_path / "out") == wanted


@pytest.mark.slow
def test_a_dump_with_two_sources_that_hangs_is_rejected_under_both(
    copydesk: Copydesk, tmp_path: Path, log: Path
) -> None:
    """A file of which the folder and the folder above were given has two sources."""
    folder = fill(tmp_path / "above" / "dumps", 2)
    (folder / "story-0001.txt").write_text(story(1, trap("sleep")), encoding="utf-8")
    command = [sys.executable, "-m", "copydesk.cli", "clean", "above", "above/dumps", "-o", "out", "--jobs", "1"]
    more = ["--config", str(limits(tmp_path, seconds=6))]
    run = subprocess.run([*command, *more], cwd=tmp_path, capture_output=True, check=False, timeout=180)
    assert (run.returncode, run.stderr.decode().partition("\n")[0]) == (1, "2 written, 0 unchanged, 2 rejected -> out")
    assert rejects(tmp_path / "out") == {"story-0001.txt": "timeout", "dumps/story-0001.txt": "timeout"}


@pytest.mark.slow
def test_the_time_limit_does_not_count_the_hashing_of_a_file(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The SHA-256 of a large container may take longer than `run.seconds`, if its bytes arrive all the time."""
    container(fill(tmp_path / "dumps", 1) / "box.jsonl", [story(number) for number in range(5)])
    monkeypatch.setenv("HOOK_SLOW_DIGEST", "8")
    run = begin(tmp_path / "dumps", tmp_path / "out", "--jobs", "1", "--config", str(limits(tmp_path, seconds=6)))
    try:
        assert run.wait(180) == 0, printed(tmp_path / "out")
    finally:
        run.kill()
        run.wait()
    assert rejects(tmp_path / "out") == {}


@pytest.mark.slow
def test_the_time_limit_does_not_count_while_the_run_is_stopped(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-Z and fg: the time in between does not count."""
    folder = fill(tmp_path / "dumps", 30)
    monkeypatch.setenv("HOOK_SLOW", "0.2")
    run = begin(folder, tmp_path / "out", "--jobs", "2", "--config", str(limits(tmp_path, seconds=6)))
    wait_until(lambda: len(cleaned(log)) > 5, 180, "five dumps")
    os.killpg(run.pid, signal.SIGSTOP)
    time.sleep(9)
    os.killpg(run.pid, signal.SIGCONT)
    assert run.wait(180) == 0, printed(tmp_path / "out") + str(rejects(tmp_path / "out"))
