"""What the tests of runs share: dumps that tell apart, runs of the command, what is on disk afterwards."""

import importlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from copydesk import batch, config
from copydesk.batch import Job, Summary
from copydesk.store import Format
from growth import ENDLESS
from in_process import use_in_process_workers

MOST_KILLS = 10
"""Of runs into one output."""

PLACES = ("Northford", "Easterby", "Westhaven", "Southmoor", "Millbrook", "Oakridge", "Fernhill")
WORKS = ("bridge", "library", "school", "harbour", "market hall", "swimming pool", "footpath")
ENDS = ("next spring", "the end of the year", "further notice", "late summer", "the first frost")
FORMATS = (Format.MD, Format.JSON, Format.JSONL)


def story(number: int, more: str = "") -> str:
    """A page of an invented paper; each number gives another."""
    words = random.Random(number)
    place, work, end = words.choice(PLACES), words.choice(WORKS), words.choice(ENDS)
    return (
        f"{place} {work} number {number} to stay closed until {end}\n\n"
        f"The council voted on Monday evening to keep the {work} in {place} closed until {end}, as {number} people had "
        f"asked it to do.{more}\n\nMore from {place} News\n\n"
        f"Flood of the century leaves town {number} without a road\n\nMayor says she will not run again {end}\n"
    )


def trap(name: str) -> str:
    """A sentence that makes a story a trap where the hook is set."""
    return f" The paper called it TRAP:{name} in a headline."


def fill(folder: Path, count: int) -> Path:
    """A folder with `count` stories."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"story-{number:04}.txt").write_text(story(number), encoding="utf-8")
    return folder


def container(path: Path, stories: Sequence[str]) -> None:
    """Write JSON Lines with these stories; their ids are r0, r1 and so on."""
    rows = [json.dumps({"id": f"r{number}", "text": text}) + "\n" for number, text in enumerate(stories)]
    path.write_text("".join(rows), encoding="utf-8")


def tree(output: Path) -> dict[str, bytes]:
    """The bytes of every file of an output, without the bookkeeping."""
    files = [path for path in output.rglob("*") if path.is_file() and ".copydesk" not in path.parts]
    return {str(path.relative_to(output)): path.read_bytes() for path in sorted(files)}


def rejects(output: Path) -> dict[str, str]:
    """Why each source was rejected; empty where nothing was."""
    path = output / "rejects.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {row["source"]: row["reason"] for row in map(json.loads, lines)}


def clean_once(folder: Path, output: Path, formats: Sequence[Format] = FORMATS) -> dict[str, bytes]:
    """The output of a run in which nothing goes wrong."""
    with pytest.MonkeyPatch.context() as patch:
        use_in_process_workers(patch)
        batch.run(Job(batch.plan([folder]), output, formats))
    return tree(output)


def run_again(
    folder: Path, output: Path, settings: Path | None = None, *, jobs: int = 1, prune: bool = False
) -> Summary:
    """A run in this process; its workers are child processes."""
    job = Job(batch.plan([folder]), output, FORMATS, config.resolve(settings), jobs=jobs, prune=prune)
    return batch.run(job)


def limits(tmp_path: Path, *, seconds: float = 60, memory: int = 2000) -> Path:
    """A file of settings with these limits for a dump."""
    path = tmp_path / "limits.toml"
    path.write_text(f"[run]\nseconds = {seconds}\nmemory = {memory}\n", encoding="utf-8")
    return path


def cleaned(log: Path) -> list[str]:
    """The sources that were cleaned, in order; the last line of a worker that died may be incomplete."""
    return [line.partition(" ")[2] for line in log.read_text(encoding="utf-8").split("\n")[:-1]]


def begin(folder: Path, output: Path, *more: str, before: Sequence[str] = ()) -> "subprocess.Popen[bytes]":
    """A real run in a session of its own; what it prints goes to a file beside the output."""
    command = [*before, sys.executable, "-m", "copydesk.cli", "clean", str(folder), "-o", str(output), *more]
    with output.with_name(f"{output.name}.printed").open("wb") as stream:
        return subprocess.Popen(
            command, cwd=output.parent, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, start_new_session=True
        )


def printed(output: Path) -> str:
    """What a run has printed that `begin` has started."""
    return output.with_name(f"{output.name}.printed").read_text(encoding="utf-8")


def alive(session: int) -> list[int]:
    """The processes of a session that are alive."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, _, _, own = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
        except OSError:  # it has ended
            continue
        if int(own) == session and state != "Z":
            found.append(int(folder.name))
    return found


def wait_until(holds: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait until something holds; fail where it does not in time."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"not within {seconds} seconds: {what}"
        time.sleep(0.02)


def committed(output: Path, scratch: Path) -> set[str]:
    """The sources that the manifest holds; read from a copy, so that the next run finds it as it was left."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    for path in (output / ".copydesk").glob("manifest.sqlite*"):
        shutil.copy(path, scratch)
    with closing(sqlite3.connect(scratch / "manifest.sqlite")) as base:
        if not base.execute("select 1 from sqlite_master where name = 'documents'").fetchone():
            return set()
        return {source for (source,) in base.execute("select source from documents where stale = 0")}


def staged(output: Path) -> set[str]:
    """The sources in parts that are complete, whether or not some of their files have their names by now."""
    return {
        one["source"]
        for path in (output / ".copydesk" / "work").glob("*/part.json")
        for entry in json.loads(path.read_bytes())["entries"]
        for one in entry["outcomes"]
    }


def kill_often(
    folder: Path, wanted: dict[str, bytes], log: Path, moments: Sequence[tuple[int, float]], *, only_parent: bool
) -> int:
    """Kill runs at these moments, up to MOST_KILLS on one output; how often one was killed.

    What was committed or staged before a kill is never cleaned again.  Each output ends as it would without kills.
    """
    kills = outputs = 0
    waiting = list(moments)
    while waiting:
        output = log.parent / f"out-{outputs}"
        outputs += 1
        safe: set[str] = set()
        code, left = None, MOST_KILLS
        while code is None:
            before = len(cleaned(log))
            run = begin(folder, output, "--format", "md,json,jsonl", "--jobs", "2")
            if waiting and left:
                dumps, seconds = waiting.pop(0)
                wait_until(
                    lambda own=run, most=before + dumps: own.poll() is not None or len(cleaned(log)) >= most,  # type: ignore[misc]
                    ENDLESS,
                    f"{dumps} dumps are cleaned",
                )
                time.sleep(seconds)
                code = run.poll()
            else:
                code = run.wait(ENDLESS)
            if code is None:
                run.kill() if only_parent else os.killpg(run.pid, signal.SIGKILL)
                run.wait()
                wait_until(lambda own=run.pid: not alive(own), 180, "workers die with their parent")  # type: ignore[misc]
                kills += 1
                left -= 1
            twice = safe & set(cleaned(log)[before:])
            assert not twice, f"{len(twice)} of {len(safe)} dumps were cleaned again"
            if code is None:
                safe |= committed(output, log.parent / "copy") | staged(output)
        assert code == 0, printed(output)
        assert tree(output) == wanted
        shutil.rmtree(output)
    return kills


def moments(count: int, most_dumps: int, seed: int) -> list[tuple[int, float]]:
    """When to kill: after how many dumps that the run has begun to clean, and how many seconds later."""
    numbers = random.Random(seed)
    return [(numbers.randint(0, most_dumps), numbers.uniform(0, 0.3)) for _ in range(count)]


def clean_once_without_hook(folder: Path, output: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """The output of a run that springs no trap."""
    with monkeypatch.context() as patch:
        patch.delenv("PYTHONPATH")
        patch.setenv("PYTHONPATH", str(Path(batch.__file__).parents[2]))
        return clean_once(folder, output)


def cut_into(
    monkeypatch: pytest.MonkeyPatch, *, size: int = 1, files: int = 50, dumps: int = 3, assumed: int = 1_000
) -> None:
    """Let units and ranges of containers have these sizes."""
    units = importlib.import_module("copydesk.batch.remaining")
    monkeypatch.setattr(units, "MAX_UNIT_BYTES", size)
    monkeypatch.setattr(units, "MAX_UNIT_FILES", files)
    monkeypatch.setattr(units, "RANGE_DUMPS", dumps)
    monkeypatch.setattr(units, "RANGE_BYTES", assumed)


def own_profiles(tmp_path: Path) -> Path:
    """A file of settings that names a folder of profiles, which is empty."""
    (tmp_path / "sources").mkdir()
    path = tmp_path / "own.toml"
    path.write_text('[sources]\ndirectory = "sources"\n', encoding="utf-8")
    return path


def add_profile(tmp_path: Path) -> None:
    """A profile that knows the stories of Fernhill Weekly."""
    text = 'evidence = "made up"\npublisher = "Fernhill Weekly"\nmarkers = ["A page of Fernhill Weekly"]\n'
    (tmp_path / "sources" / "fernhill.toml").write_text(text, encoding="utf-8")


FERNHILL = "\n\nA page of Fernhill Weekly"


def disarm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let traps do nothing; dumps that are cleaned are still noted."""
    monkeypatch.setenv("HOOK_DISARMED", "1")
