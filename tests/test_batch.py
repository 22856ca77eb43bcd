"""Many dumps in child processes: kills, hangs, crashes, full disks, second runs.  What is written stays the same."""

import fcntl
import gzip
import importlib
import io
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path

import pytest

from conftest import Copydesk
from copydesk import batch, config
from copydesk.batch import Job, Progress, Run, Summary
from copydesk.batch.pool import WorkerPool
from copydesk.store import Format

MOST_KILLS = 10
"""Of runs into one output."""

PLACES = ("Northford", "Easterby", "Westhaven", "Southmoor", "Millbrook", "Oakridge", "Fernhill")
WORKS = ("bridge", "library", "school", "harbour", "market hall", "swimming pool", "footpath")
ENDS = ("next spring", "the end of the year", "further notice", "late summer", "the first frost")
FORMATS = (Format.MD, Format.JSON, Format.JSONL)

HOOK = '''
"""Notes each dump that a worker cleans; lets dumps with a trap in their text hang or kill it; all as the test says.

A trap is sprung when its text is cleaned, or already when its record is read, or its page rendered.
"""
import hashlib, os, signal, sys, time

def note(what):
    log = os.open(os.environ["HOOK_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(log, f"{os.getpid()} {what}\\n".encode())
    os.close(log)

def nap():
    time.sleep(3)

def memory():
    held = []
    while True:
        held.append(bytearray(10**7))

TRAPS = {
    "TRAP:sleep": lambda: time.sleep(10**6),
    "TRAP:exit": lambda: os._exit(7),
    "TRAP:segv": lambda: os.kill(os.getpid(), signal.SIGSEGV),
    "TRAP:kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "TRAP:memory": memory,
    "TRAP:nap": nap,
}

if "copydesk.batch.worker" in sys.orig_argv:
    from copydesk import desk
    from copydesk.readers import fields, html

    clean_dump, file_digest = desk.clean_dump, hashlib.file_digest
    dump_of, render_text = fields.dump_of, html.render_text

    def trapped(raw, settings):
        note(raw.source)
        time.sleep(float(os.environ.get("HOOK_SLOW", "0")))
        for marker, spring in TRAPS.items():
            if marker in raw.text:
                spring()
        return clean_dump(raw, settings)

    def spring_in(text, when):
        for marker, spring in TRAPS.items():
            if f"{when}:{marker}" in text:
                spring()

    def trapped_reading(record, *more):
        spring_in(str(record.get("text")), "READING")
        if "HOOK_ONE_READER" in os.environ and record.get("id") == "r5":
            try:
                with open(os.environ["HOOK_ONE_READER"], "x") as held:
                    held.write(str(os.getpid()))
            except FileExistsError:
                if open(os.environ["HOOK_ONE_READER"]).read() != str(os.getpid()):
                    raise MemoryError
        return dump_of(record, *more)

    def trapped_rendering(markup, source):
        spring_in(markup, "RENDERING")
        return render_text(markup, source)

    def slow_digest(*arguments):
        time.sleep(float(os.environ.get("HOOK_SLOW_DIGEST", "0")))
        return file_digest(*arguments)

    desk.clean_dump, hashlib.file_digest = trapped, slow_digest
    fields.dump_of, html.render_text = trapped_reading, trapped_rendering

if "copydesk.cli" in sys.orig_argv and "HOOK_DIE_AT" in os.environ:
    from copydesk import store

    publish, left = store.Store.publish, int(os.environ["HOOK_DIE_AT"])

    def dying(self, files):
        """The dump at which the run dies: its first file has its name by then, or all have."""
        global left
        left -= 1
        if left:
            return publish(self, files)
        publish(self, files if os.environ["HOOK_DIE_AFTER"] == "all" else dict(list(files.items())[:1]))
        os.kill(os.getpid(), signal.SIGKILL)

    store.Store.publish = dying
'''


def story(number: int, more: str = "") -> str:
    """A page of a paper that never was; each number has its own."""
    words = random.Random(number)
    place, work, end = words.choice(PLACES), words.choice(WORKS), words.choice(ENDS)
    return (
        f"{place} {work} number {number} to stay closed until {end}\n\n"
        f"The council voted on Monday evening to keep the {work} in {place} closed until {end}, as {number} people had "
        f"asked it to do.{more}\n\nMore from {place} News\n\n"
        f"Flood of the century leaves town {number} without a road\n\nMayor says she will not run again {end}\n"
    )


def trap(name: str) -> str:
    """What makes a story a trap where the hook is set."""
    return f" The paper called it TRAP:{name} in a headline."


def fill(folder: Path, count: int) -> Path:
    """A folder with so many stories."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"story-{number:04}.txt").write_text(story(number), encoding="utf-8")
    return folder


def box(path: Path, stories: Sequence[str]) -> None:
    """A container of JSON Lines with these stories; their ids are r0, r1 and so on."""
    rows = [json.dumps({"id": f"r{number}", "text": text}) + "\n" for number, text in enumerate(stories)]
    path.write_text("".join(rows), encoding="utf-8")


def tree(output: Path) -> dict[str, bytes]:
    """Every file of an output but the bookkeeping."""
    files = [path for path in output.rglob("*") if path.is_file() and ".copydesk" not in path.parts]
    return {str(path.relative_to(output)): path.read_bytes() for path in sorted(files)}


def rejects(output: Path) -> dict[str, str]:
    """Why each source was rejected; empty where nothing was."""
    path = output / "rejects.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {row["source"]: row["reason"] for row in map(json.loads, lines)}


def undisturbed(folder: Path, output: Path, formats: Sequence[Format] = FORMATS) -> dict[str, bytes]:
    """The output of a run that nothing goes wrong with."""
    batch.run(Job(batch.plan([folder]), output, formats))
    return tree(output)


def again(folder: Path, output: Path, settings: Path | None = None, *, jobs: int = 1, prune: bool = False) -> Summary:
    """A run in this process; the workers are others all the same."""
    job = Job(batch.plan([folder]), output, FORMATS, config.resolve(settings), jobs=jobs, prune=prune)
    return batch.run(job)


def limits(tmp_path: Path, *, seconds: float = 60, memory: int = 2000) -> Path:
    """A file of settings with these limits for a dump."""
    path = tmp_path / "limits.toml"
    path.write_text(f"[run]\nseconds = {seconds}\nmemory = {memory}\n", encoding="utf-8")
    return path


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Sets the hook; gives the file where it notes "pid source" for each dump that is cleaned."""
    (tmp_path / "hook").mkdir()
    (tmp_path / "hook" / "sitecustomize.py").write_text(HOOK, encoding="utf-8")
    paths = [str(tmp_path / "hook"), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, paths)))
    monkeypatch.setenv("HOOK_LOG", str(tmp_path / "log"))
    (tmp_path / "log").touch()
    return tmp_path / "log"


def cleaned(log: Path) -> list[str]:
    """The sources that were cleaned, in order; a worker's last line may be torn by its death."""
    return [line.partition(" ")[2] for line in log.read_text(encoding="utf-8").split("\n")[:-1]]


def begin(folder: Path, output: Path, *more: str, before: Sequence[str] = ()) -> "subprocess.Popen[bytes]":
    """A real run in a session of its own; what it says goes to a file beside the output."""
    command = [*before, sys.executable, "-m", "copydesk.cli", "clean", str(folder), "-o", str(output), *more]
    with output.with_name(f"{output.name}.said").open("wb") as said:
        return subprocess.Popen(
            command, cwd=output.parent, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True
        )


def said(output: Path) -> str:
    """What a run said that `begin` began."""
    return output.with_name(f"{output.name}.said").read_text(encoding="utf-8")


def living(session: int) -> list[int]:
    """The processes of a session that are alive."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, _, _, own = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
        except OSError:  # it ended meanwhile
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
    folder: Path, wanted: dict[str, bytes], log: Path, moments: Sequence[float], *, only_parent: bool
) -> int:
    """Kill runs at these moments (seconds from their start), up to MOST_KILLS on one output; how often one was killed.

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
            try:
                code = run.wait(waiting.pop(0) if waiting and left else 10**3)
            except subprocess.TimeoutExpired:
                run.kill() if only_parent else os.killpg(run.pid, signal.SIGKILL)
                run.wait()
                wait_until(lambda own=run.pid: not living(own), 20, "workers die with their parent")  # type: ignore[misc]
                kills += 1
                left -= 1
            twice = safe & set(cleaned(log)[before:])
            assert not twice, f"{len(twice)} of {len(safe)} dumps were cleaned again"
            if code is None:
                safe |= committed(output, log.parent / "copy") | staged(output)
        assert code == 0, said(output)
        assert tree(output) == wanted
        shutil.rmtree(output)
    return kills


def moments(count: int, longest: float, seed: int) -> list[float]:
    """Times at which to kill; a run needs about a second until it cleans."""
    return [random.Random(seed * 1000 + number).uniform(0.2, longest) for number in range(count)]


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes], float]:
    """200 dumps, their output, and the seconds that it took."""
    folder = fill(tmp_path_factory.mktemp("few") / "dumps", 200)
    start = time.monotonic()
    wanted = undisturbed(folder, folder.with_name("out"))
    return folder, wanted, time.monotonic() - start


# Kills.


@pytest.mark.parametrize("only_parent", [False, True])
def test_a_run_that_was_killed_is_taken_up(
    few: tuple[Path, dict[str, bytes], float], log: Path, only_parent: bool
) -> None:
    folder, wanted, seconds = few
    assert kill_often(folder, wanted, log, moments(3, seconds, only_parent + 1), only_parent=only_parent) >= 1


@pytest.mark.slow
def test_two_thousand_dumps_and_twenty_kills(tmp_path: Path, log: Path) -> None:
    """More than half of them in one container, so large that workers share it."""
    folder, output = fill(tmp_path / "dumps", 850), tmp_path / "whole"
    box(folder / "box.jsonl", [story(number) for number in range(5_000, 6_150)])
    assert (folder / "box.jsonl").stat().st_size > importlib.import_module("copydesk.batch.remaining").MAX_UNIT_BYTES
    start = time.monotonic()
    for result in ("2000 written, 0 unchanged", "0 written, 2000 unchanged"):
        assert begin(folder, output, "--format", "md,json,jsonl", "--jobs", "2").wait(400) == 0
        assert said(output) == f"{result}, 0 rejected -> {output}\n"
    seconds = time.monotonic() - start
    assert kill_often(folder, tree(output), log, moments(20, seconds / 3, 3), only_parent=False) >= 12


@pytest.mark.parametrize(("at", "after"), [(1, "all"), (7, "one")])
def test_a_run_that_dies_while_it_writes_a_dump(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch, at: int, after: str
) -> None:
    """Files of a part have their names already, and the manifest does not know it: none of them is cleaned again."""
    folder = fill(tmp_path / "dumps", 12)
    wanted = undisturbed(folder, tmp_path / "wanted")
    monkeypatch.setenv("HOOK_DIE_AT", str(at))
    monkeypatch.setenv("HOOK_DIE_AFTER", after)
    run = begin(folder, tmp_path / "out", "--format", "md,json,jsonl", "--jobs", "1")
    assert run.wait(60) == -signal.SIGKILL
    safe, before = staged(tmp_path / "out"), len(cleaned(log))
    monkeypatch.delenv("HOOK_DIE_AT")
    run = begin(folder, tmp_path / "out", "--format", "md,json,jsonl", "--jobs", "1")
    assert run.wait(60) == 0, said(tmp_path / "out")
    assert tree(tmp_path / "out") == wanted
    assert safe
    assert not safe & set(cleaned(log)[before:])


def test_a_worker_that_somebody_kills_costs_nothing(few: tuple[Path, dict[str, bytes], float], log: Path) -> None:
    folder, wanted, _ = few
    output = log.parent / "out"
    run = begin(folder, output, "--format", "md,json,jsonl", "--jobs", "2")
    wait_until(lambda: len(cleaned(log)) > 20, 60, "twenty dumps")
    worker = int(log.read_text(encoding="utf-8").splitlines()[0].split()[0])
    os.kill(worker, signal.SIGKILL)
    assert run.wait(120) == 0, said(output)
    assert said(output) == f"200 written, 0 unchanged, 0 rejected -> {output}\n"
    assert tree(output) == wanted


# Dumps that hang, crash, or eat all memory.


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        pytest.param("sleep", "timeout", marks=pytest.mark.slow),
        ("exit", "crashed"),
        pytest.param("kill", "crashed", marks=pytest.mark.slow),
        ("memory", "out_of_memory"),
    ],
)
def test_a_dump_that_ends_its_worker_is_refused_alone(
    copydesk: Copydesk, tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch, kind: str, reason: str
) -> None:
    """A text among texts and a record in the middle of a container; once mended, only these two are cleaned."""
    folder = fill(tmp_path / "dumps", 6)
    (folder / "story-0003.txt").write_text(story(3, trap(kind)), encoding="utf-8")
    box(folder / "box.jsonl", [story(number, trap(kind) if number == 104 else "") for number in range(100, 109)])
    wanted = undisturbed_without_hook(folder, tmp_path / "wanted", monkeypatch)
    seconds = 4 if kind == "sleep" else 60
    settings = limits(tmp_path, seconds=seconds, memory=300)
    arguments = ("clean", folder, "-o", "out", "--format", "md,json,jsonl", "--config", settings)
    run = copydesk(*arguments)
    assert (run.returncode, run.stderr.decode()) == (1, "13 written, 0 unchanged, 2 rejected -> out\n")
    assert rejects(tmp_path / "out") == {"box.jsonl#r4": reason, "story-0003.txt": reason}
    made = {path.name for path in (tmp_path / "out").rglob("*.json")}
    assert made == {f"story-000{n}.json" for n in (0, 1, 2, 4, 5)} | {f"r{n}.json" for n in range(9) if n != 4}
    before = len(cleaned(log))
    disarm(tmp_path)
    run = copydesk(*arguments)
    assert (run.returncode, run.stderr.decode()) == (0, "2 written, 13 unchanged, 0 rejected -> out\n")
    assert sorted(cleaned(log)[before:]) == ["box.jsonl#r4", "story-0003.txt"]
    assert tree(tmp_path / "out") == wanted


@pytest.mark.parametrize(
    ("when", "rejected", "kind", "reason"),
    [
        ("", "box.jsonl#r4", "exit", "crashed"),
        ("READING:", "box.jsonl", "exit", "crashed"),
        pytest.param("READING:", "box.jsonl", "sleep", "timeout", marks=pytest.mark.slow),
        pytest.param("RENDERING:", "box.jsonl#r4", "sleep", "timeout", marks=pytest.mark.slow),
    ],
)
def test_a_dump_that_ends_its_worker_in_a_range_of_a_container(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch, when: str, rejected: str, kind: str, reason: str
) -> None:
    """It is refused alone, but where it can't even be read, so that nobody sees what follows; and once in any case."""
    folder = tmp_path / "dumps"
    folder.mkdir()
    lines = [story(number) for number in range(100, 109)]
    lines[4] = story(104, f" The paper called it {when}TRAP:{kind} in a headline.")
    rows = [
        {"id": f"r{n}", "html" if n == 4 and when == "RENDERING:" else "text": text} for n, text in enumerate(lines)
    ]
    (folder / "box.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    wanted = undisturbed_without_hook(folder, tmp_path / "wanted", monkeypatch)
    cut_into(monkeypatch)
    settings = limits(tmp_path, seconds=3 if kind == "sleep" else 60)
    again(folder, tmp_path / "out", settings, jobs=2)
    assert rejects(tmp_path / "out") == {rejected: reason}
    assert len((tmp_path / "out" / "rejects.jsonl").read_text(encoding="utf-8").splitlines()) == 1
    made = {path.stem for path in (tmp_path / "out").rglob("*.json")}
    assert made == {f"r{n}" for n in range(9) if (n != 4 if "#" in rejected else n < 4)}
    disarm(tmp_path)
    before = len(cleaned(log))
    again(folder, tmp_path / "out", settings, jobs=2)
    assert set(cleaned(log)[before:]) == {f"box.jsonl#r{n}" for n in range(9)} - {f"box.jsonl#{name}" for name in made}
    assert tree(tmp_path / "out") == wanted


def test_what_only_one_worker_can_read_is_not_lost_without_a_word(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one has no memory left for a record of another's range: a reject says so where it stops.

    What the first one made of records behind that may stay.
    """
    folder = tmp_path / "dumps"
    folder.mkdir()
    box(folder / "box.jsonl", [story(number) for number in range(24)])
    wanted = undisturbed_without_hook(folder, tmp_path / "wanted", monkeypatch)
    cut_into(monkeypatch)
    with monkeypatch.context() as patch:
        patch.setenv("HOOK_ONE_READER", str(tmp_path / "reader"))
        patch.setenv("HOOK_SLOW", "0.05")
        again(folder, tmp_path / "out", jobs=2)
    assert rejects(tmp_path / "out") == {"box.jsonl": "out_of_memory"}
    assert len(list((tmp_path / "out").rglob("*.json"))) < 24
    assert len((tmp_path / "out" / "rejects.jsonl").read_text(encoding="utf-8").splitlines()) == 1
    again(folder, tmp_path / "out", jobs=2)
    assert tree(tmp_path / "out") == wanted


def undisturbed_without_hook(folder: Path, output: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """The output of a run that springs no trap."""
    with monkeypatch.context() as patch:
        patch.delenv("PYTHONPATH")
        patch.setenv("PYTHONPATH", str(Path(batch.__file__).parents[2]))
        return undisturbed(folder, output)


def disarm(tmp_path: Path) -> None:
    """Take the traps out of the hook; it still notes what is cleaned."""
    path = tmp_path / "hook" / "sitecustomize.py"
    path.write_text(path.read_text(encoding="utf-8").replace("spring()", "pass"), encoding="utf-8")


@pytest.mark.slow
def test_a_dump_that_hangs_under_two_names_is_refused_under_both(copydesk: Copydesk, tmp_path: Path, log: Path) -> None:
    """A file of which the folder and the folder above were given has two sources."""
    folder = fill(tmp_path / "above" / "dumps", 2)
    (folder / "story-0001.txt").write_text(story(1, trap("sleep")), encoding="utf-8")
    command = [sys.executable, "-m", "copydesk.cli", "clean", "above", "above/dumps", "-o", "out", "--jobs", "1"]
    more = ["--config", str(limits(tmp_path, seconds=3))]
    run = subprocess.run([*command, *more], cwd=tmp_path, capture_output=True, check=False, timeout=60)
    assert (run.returncode, run.stderr.decode()) == (1, "2 written, 0 unchanged, 2 rejected -> out\n")
    assert rejects(tmp_path / "out") == {"story-0001.txt": "timeout", "dumps/story-0001.txt": "timeout"}


@pytest.mark.slow
def test_a_file_that_takes_long_to_read_is_not_late(tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`run.seconds` is for one dump; the SHA-256 of a large container may take longer."""
    box(fill(tmp_path / "dumps", 1) / "box.jsonl", [story(number) for number in range(5)])
    monkeypatch.setenv("HOOK_SLOW_DIGEST", "4")
    run = begin(tmp_path / "dumps", tmp_path / "out", "--jobs", "1", "--config", str(limits(tmp_path, seconds=2)))
    try:
        assert run.wait(60) == 0, said(tmp_path / "out")
    finally:
        run.kill()
        run.wait()
    assert rejects(tmp_path / "out") == {}


@pytest.mark.slow
def test_a_run_that_was_stopped_for_a_while_goes_on(tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-Z and fg: the time in between is nobody's fault."""
    folder = fill(tmp_path / "dumps", 30)
    monkeypatch.setenv("HOOK_SLOW", "0.2")
    run = begin(folder, tmp_path / "out", "--jobs", "2", "--config", str(limits(tmp_path, seconds=3)))
    wait_until(lambda: len(cleaned(log)) > 5, 60, "five dumps")
    os.killpg(run.pid, signal.SIGSTOP)
    time.sleep(6)
    os.killpg(run.pid, signal.SIGCONT)
    assert run.wait(60) == 0, said(tmp_path / "out") + str(rejects(tmp_path / "out"))


# A full disk, and two runs at once.


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 3 MB; skipped where none can be mounted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("no file system can be mounted here")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def test_a_full_disk_ends_the_run_and_room_lets_it_go_on(
    few: tuple[Path, dict[str, bytes], float], copydesk: Copydesk, small_disk: Path, log: Path
) -> None:
    """The second run finds the disk as full as it was; the third cleans nothing that the manifest holds."""
    folder, wanted, _ = few
    output = small_disk / "out"
    arguments = ("clean", folder, "-o", output, "--format", "md,json,jsonl", "--jobs", "2")
    safe: set[str] = set()
    for _ in range(2):
        run = copydesk(*arguments)
        assert run.returncode == 3, run.stderr.decode()
        assert run.stderr.decode().endswith("; fix this and run again\n")
        assert b"Traceback" not in run.stderr
        safe |= committed(output, log.parent / "copy")
    assert {name: data for name, data in tree(output).items() if wanted[name] != data} == {}
    before = len(cleaned(log))
    subprocess.run(["mount", "-o", "remount,size=64m", small_disk], check=True)
    run = copydesk(*arguments)
    assert run.returncode == 0, run.stderr.decode()
    assert tree(output) == wanted
    assert safe
    assert not safe & set(cleaned(log)[before:])


def test_a_full_disk_costs_no_manifest(copydesk: Copydesk, small_disk: Path, log: Path) -> None:
    """What was known before the disk was full is known after it."""
    folder = fill(log.parent / "dumps", 6)
    output, ballast = small_disk / "out", small_disk / "ballast"
    assert copydesk("clean", folder, "-o", output).returncode == 0
    (folder / "story-0003.txt").write_text(story(33), encoding="utf-8")
    with ballast.open("wb", buffering=0) as stream, suppress(OSError):
        while True:
            stream.write(bytes(4096))
    run = copydesk("clean", folder, "-o", output)
    assert (run.returncode, b"fix this and run again" in run.stderr) == (3, True), run.stderr.decode()
    ballast.unlink()
    before = len(cleaned(log))
    assert copydesk("clean", folder, "-o", output).returncode == 0
    assert cleaned(log)[before:] == ["story-0003.txt"]
    assert tree(output) == undisturbed(folder, log.parent / "wanted", (Format.MD, Format.JSON))


def test_an_output_that_turns_read_only(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch, bound: Sequence[str]
) -> None:
    """In the middle of a run, and before one begins."""
    folder, output = fill(tmp_path / "dumps", 120), tmp_path / "out"
    monkeypatch.setenv("HOOK_SLOW", "0.02")
    run = begin(folder, output, "--jobs", "1", before=bound)
    wait_until(lambda: len(cleaned(log)) > 10, 60, "ten dumps")
    output.chmod(0o500)
    assert (run.wait(60), "Permission denied; fix this and run again" in said(output)) == (3, True), said(output)
    run = begin(folder, output, "--jobs", "1", before=bound)
    assert (run.wait(60), "Permission denied; fix this and run again" in said(output)) == (3, True), said(output)
    output.chmod(0o700)
    monkeypatch.setenv("HOOK_SLOW", "0")
    assert begin(folder, output, "--jobs", "1", before=bound).wait(60) == 0
    assert tree(output) == undisturbed(folder, tmp_path / "wanted", (Format.MD, Format.JSON))


def test_two_runs_on_one_output(copydesk: Copydesk, tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = fill(tmp_path / "dumps", 12)
    monkeypatch.setenv("HOOK_SLOW", "0.2")
    first = begin(folder, tmp_path / "out", "--jobs", "1")
    wait_until(lambda: bool(cleaned(log)), 60, "the first dump")
    second = copydesk("clean", folder, "-o", "out")
    assert (second.returncode, second.stderr.decode().split(";")[0]) == (3, "Error: out: another run is writing here")
    assert first.wait(60) == 0
    assert said(tmp_path / "out").startswith("12 written, 0 unchanged, 0 rejected")
    with (tmp_path / "out" / ".copydesk" / "lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert copydesk("clean", folder, "-o", "out").returncode == 3
    assert copydesk("clean", folder, "-o", "out").returncode == 0


# The same bytes however it is done.


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], Path, dict[str, bytes]]:
    """Two folders with collisions of names, rejects, links that lead nowhere and a container; and their output."""
    above = tmp_path_factory.mktemp("mixed")
    one, two = fill(above / "one", 20), fill(above / "two", 5)
    for number, name in enumerate(("A.txt", "a.txt", "B.txt", "b.txt", "zu.txt", "ZU.txt", "Zu.txt")):
        (one / name).write_text(story(200 + number), encoding="utf-8")
    for folder in (one, two):
        (folder / "empty.txt").write_bytes(b"")
        (folder / f"{folder.name}-gone.txt").symlink_to("nowhere")
        (folder / "below").mkdir()
        (folder / "below" / "a.txt").write_text(story(300), encoding="utf-8")
    box(one / "box.jsonl", [*(story(number) for number in range(400, 480)), "", story(400)])
    box(two / "Box.jsonl", [story(number) for number in range(500, 505)])
    names = [str(one), str(two)]
    batch.run(Job(batch.plan(list(map(Path, names))), above / "out", FORMATS, jobs=1))
    assert {*rejects(above / "out").values()} == {"name_taken", "empty", "unreadable"}
    return names, above, tree(above / "out")


@pytest.mark.parametrize("jobs", ["2", "4"])
def test_the_same_bytes_with_more_workers(
    copydesk: Copydesk, mixed: tuple[list[str], Path, dict[str, bytes]], tmp_path: Path, jobs: str
) -> None:
    names, _, wanted = mixed
    run = copydesk("clean", *names, "-o", "out", "--format", "md,json,jsonl", "--jobs", jobs)
    assert run.returncode == 1, run.stderr.decode()
    assert tree(tmp_path / "out") == wanted


def test_the_same_bytes_in_another_order(
    copydesk: Copydesk, mixed: tuple[list[str], Path, dict[str, bytes]], tmp_path: Path
) -> None:
    names, _, wanted = mixed
    copydesk("clean", *reversed(names), "-o", "out", "--format", "jsonl,json,md", "--jobs", "2")
    assert tree(tmp_path / "out") == wanted


def test_the_same_bytes_with_another_hash_seed(
    copydesk: Copydesk, mixed: tuple[list[str], Path, dict[str, bytes]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names, _, wanted = mixed
    for seed in ("1", "2"):
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        copydesk("clean", *names, "-o", f"out-{seed}", "--format", "md,json,jsonl", "--jobs", "2")
        assert tree(tmp_path / f"out-{seed}") == wanted


@pytest.mark.parametrize(
    ("size", "files", "dumps", "reckoned"), [(1, 50, 1, 10**6), (10**9, 3, 32, 1), (1_500, 10, 3, 5_000), (1, 1, 41, 1)]
)
def test_the_same_bytes_in_units_of_any_size(
    mixed: tuple[list[str], Path, dict[str, bytes]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    size: int,
    files: int,
    dumps: int,
    reckoned: int,
) -> None:
    """Also in ranges of containers: of a dump, of a few, of half of them; more at once than there are, or fewer."""
    names, _, wanted = mixed
    cut_into(monkeypatch, size=size, files=files, dumps=dumps, reckoned=reckoned)
    batch.run(Job(batch.plan(list(map(Path, names))), tmp_path / "out", FORMATS, jobs=2))
    assert tree(tmp_path / "out") == wanted


def cut_into(
    monkeypatch: pytest.MonkeyPatch, *, size: int = 1, files: int = 50, dumps: int = 3, reckoned: int = 1_000
) -> None:
    """Let units and ranges of containers have these sizes."""
    units = importlib.import_module("copydesk.batch.remaining")
    monkeypatch.setattr(units, "MAX_UNIT_BYTES", size)
    monkeypatch.setattr(units, "MAX_UNIT_FILES", files)
    monkeypatch.setattr(units, "RANGE_DUMPS", dumps)
    monkeypatch.setattr(units, "RANGE_BYTES", reckoned)


PAGE = "<!doctype html><html><body><h1>{head}</h1><p>{text}</p></body></html>"


def packed(path: Path, kind: str, count: int) -> None:
    """A container of a kind with so many stories, and with some that give none: broken, empty, of one id."""
    rows = [{"id": f"r{number % (count - 1)}", "text": story(number)} for number in range(count)]
    if kind == "parquet":
        pyarrow = pytest.importorskip("pyarrow")
        rows[5]["text"] = ""
        pytest.importorskip("pyarrow.parquet").write_table(pyarrow.Table.from_pylist(rows), path)
    elif kind == "jsonl.gz":
        rows.append({"id": "R2", "text": story(99)})
        lines = ["{broken", "", *map(json.dumps, rows), "[]"]
        path.write_bytes(gzip.compress("\n".join(lines).encode()))
    elif kind == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("more.jsonl", "".join(json.dumps(row) + "\n" for row in rows[count // 2 :]))
            for number, row in enumerate(rows[: count // 2]):
                archive.writestr(f"{number}.txt", row["text"] if number != 2 else "")
    else:
        pages = [PAGE.format(head=f"Head {row['id']}", text=row["text"]) for row in rows]
        writer = pytest.importorskip("warcio.warcwriter").WARCWriter
        headers = pytest.importorskip("warcio.statusandheaders").StatusAndHeaders
        with path.open("wb") as stream:
            made = writer(stream, gzip=True)
            for number, page in enumerate(pages):
                status = "404 Not Found" if number == 4 else "200 OK"
                answer = headers(status, [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.0")
                where = f"https://papers.example/{number}"
                made.write_record(
                    made.create_warc_record(
                        where,
                        "response",
                        payload=io.BytesIO(page.encode()),
                        http_headers=answer,
                        warc_headers_dict={
                            "WARC-Record-ID": f"<urn:uuid:{number}>",
                            "WARC-Date": "2024-05-01T00:00:00Z",
                        },
                    )
                )


@pytest.mark.parametrize("kind", ["jsonl.gz", "parquet", "warc.gz", "zip"])
def test_the_same_bytes_from_ranges_of_a_container(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """One worker for all of it, or two that each pass over what the other cleans."""
    folder = tmp_path / "dumps"
    folder.mkdir()
    packed(folder / f"box.{kind}", kind, 30)
    whole = batch.run(Job(batch.plan([folder]), tmp_path / "wanted", FORMATS, jobs=1))
    assert (whole.counts.articles > 20, whole.counts.rejected > 0) == (True, True)
    cut_into(monkeypatch, dumps=4)
    done = batch.run(Job(batch.plan([folder]), tmp_path / "out", FORMATS, jobs=2))
    assert done.counts == whole.counts
    assert tree(tmp_path / "out") == tree(tmp_path / "wanted")
    assert again(folder, tmp_path / "out").skipped == 1


# What was cleaned before.


def test_progress_tells_how_far_a_large_container_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cut_into(monkeypatch, dumps=2)
    folder = tmp_path / "dumps"
    folder.mkdir()
    box(folder / "box.jsonl", [story(number) * 60 for number in range(12)])  # more than a stream reads ahead
    seen: list[Progress] = []
    batch.run(Job(batch.plan([folder]), tmp_path / "out", FORMATS, jobs=1), seen.append)
    shares = [one.share for one in seen]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert len({share for share in shares if 0 < share < 1}) >= 4
    size = (folder / "box.jsonl").stat().st_size
    assert [one.size for one in seen if one.share == 1][-1] == size
    assert all(one.size == pytest.approx(one.share * size, abs=1) for one in seen)


def test_what_has_not_changed_is_left(tmp_path: Path, log: Path) -> None:
    folder = fill(tmp_path / "dumps", 10)
    box(folder / "box.jsonl", [story(number) for number in range(100, 104)])
    (folder / "empty.txt").touch()
    first = again(folder, tmp_path / "out")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("[!.]*")}
    second = again(folder, tmp_path / "out")
    assert (first.counts.written, first.counts.rejected, first.cleaned, first.skipped) == (14, 1, 15, 0)
    assert (second.counts.unchanged, second.counts.rejected, second.cleaned, second.skipped) == (14, 1, 0, 12)
    assert (second.counts.articles, second.counts.teasers) == (first.counts.articles, first.counts.teasers)
    assert len(cleaned(log)) == 14
    assert before == {path: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("[!.]*")}


def test_only_what_changed_is_cleaned(tmp_path: Path, log: Path) -> None:
    folder = fill(tmp_path / "dumps", 10)
    again(folder, tmp_path / "out")
    (folder / "story-0004.txt").write_text(story(44), encoding="utf-8")
    (folder / "story-0010.txt").write_text(story(10), encoding="utf-8")
    done = again(folder, tmp_path / "out")
    assert (done.counts.written, done.counts.unchanged, done.cleaned, done.skipped) == (2, 9, 2, 9)
    assert cleaned(log)[10:] == ["story-0004.txt", "story-0010.txt"]
    assert tree(tmp_path / "out") == undisturbed(folder, tmp_path / "wanted")


def test_a_change_that_size_and_time_do_not_show_is_seen(tmp_path: Path, log: Path) -> None:
    """A file that was changed within the same tick of the clock in which it was read."""
    path = fill(tmp_path / "dumps", 3) / "story-0001.txt"
    again(path.parent, tmp_path / "out")
    now = path.stat()
    path.write_bytes(path.read_bytes().replace(b"Monday", b"Friday"))
    os.utime(path, ns=(now.st_atime_ns, now.st_mtime_ns))
    assert path.stat().st_size == now.st_size
    assert again(path.parent, tmp_path / "out").counts.written == 1
    assert "Friday" in (tmp_path / "out" / "story-0001.md").read_text(encoding="utf-8")


def test_a_touched_file_is_left(tmp_path: Path, log: Path) -> None:
    folder = fill(tmp_path / "dumps", 4)
    for hours in (3, 2, 1):
        for path in folder.iterdir():
            os.utime(path, (time.time() - 3600 * hours,) * 2)
        done = again(folder, tmp_path / "out")
        assert (done.cleaned, done.skipped) == ((4, 0) if hours == 3 else (0, 4))
    assert len(cleaned(log)) == 4


def test_a_changed_record_of_a_container(tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The container is read anew, and that record and a new one are cleaned; what there is of the others stays."""
    cut_into(monkeypatch, dumps=3)
    folder = fill(tmp_path / "dumps", 2)
    stories = [story(number) for number in range(100, 120)]
    box(folder / "box.jsonl", stories)
    again(folder, tmp_path / "out")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out" / "box.jsonl").rglob("*.md")}
    seen = len(cleaned(log))
    box(folder / "box.jsonl", [*stories[:7], story(777), *stories[8:], story(778)])
    done = again(folder, tmp_path / "out")
    assert (done.counts.written, done.counts.unchanged, done.skipped, done.cleaned) == (2, 21, 2, 2)
    assert sorted(cleaned(log)[seen:]) == ["box.jsonl#r20", "box.jsonl#r7"]
    after = {path: path.stat().st_mtime_ns for path in before}
    assert {path.name for path in before if before[path] != after[path]} == {"r7.md", "r7.teasers.md"}
    assert tree(tmp_path / "out") == undisturbed(folder, tmp_path / "wanted")


def test_a_container_that_changes_while_its_ranges_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What one worker has read is not mixed with what another reads; the next run cleans what is there then."""
    cut_into(monkeypatch, dumps=2)
    folder = tmp_path / "dumps"
    folder.mkdir()
    box(folder / "box.jsonl", [story(number) for number in range(12)])
    job = Job(batch.plan([folder]), tmp_path / "out", FORMATS, jobs=1)
    with Run(job) as run, WorkerPool(job.setup, 1) as pool:
        for units in run.rounds():
            for number, finished in enumerate(pool.clean(units)):
                run.publish(finished)
                if number == 1:
                    box(folder / "box.jsonl", [story(number) for number in range(100, 109)])
        summary = run.finish()
    assert rejects(tmp_path / "out") == {"box.jsonl": "unreadable"}
    assert (summary.counts.rejected, summary.counts.articles >= 4) == (1, True)
    again(folder, tmp_path / "out", jobs=2)
    assert tree(tmp_path / "out") == undisturbed(folder, tmp_path / "wanted")


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows[:5],
        lambda rows: rows[3:],
        lambda rows: rows[::-1],
        lambda rows: [{"id": "new", "text": story(999)}, *rows],
        lambda rows: [{**row, "id": row["id"].upper()} for row in rows],
        lambda rows: [*rows, {"id": "R0", "text": story(998)}],
        lambda rows: [{**rows[0], "text": ""}, {**rows[1], "id": "R0"}, *rows[2:]],
    ],
    ids=["cut", "begins later", "reversed", "begins earlier", "other case", "taken name", "freed name"],
)
def test_a_container_whose_records_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[list[dict[str, str]]], list[dict[str, str]]]
) -> None:
    """What an earlier run left is gone, and what comes of it is what a new output would have."""
    cut_into(monkeypatch, dumps=2)
    folder = tmp_path / "dumps"
    folder.mkdir()
    rows = [{"id": f"r{number}", "text": story(number)} for number in range(9)]
    for state in (rows, change(rows)):
        (folder / "box.jsonl").write_text("".join(json.dumps(row) + "\n" for row in state), encoding="utf-8")
        again(folder, tmp_path / "out", jobs=2)
    monkeypatch.undo()
    assert tree(tmp_path / "out") == undisturbed(folder, tmp_path / "wanted")


def test_an_output_that_is_gone_is_made_again(tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cut_into(monkeypatch, dumps=2)
    folder = fill(tmp_path / "dumps", 5)
    box(folder / "box.jsonl", [story(number) for number in range(100, 105)])
    again(folder, tmp_path / "out")
    wanted = tree(tmp_path / "out")
    for name in ("story-0002.md", "box.jsonl-*/r3.teasers.jsonl", "box.jsonl/r3.teasers.jsonl"):
        for path in (tmp_path / "out").glob(name):
            path.unlink()
    assert len(tree(tmp_path / "out")) == len(wanted) - 2
    done = again(folder, tmp_path / "out")
    assert (done.counts.written, done.counts.unchanged, done.cleaned) == (2, 8, 2)
    assert sorted(cleaned(log)[10:]) == ["box.jsonl#r3", "story-0002.txt"]
    assert tree(tmp_path / "out") == wanted


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


def test_a_new_profile_costs_only_what_it_knows(tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cut_into(monkeypatch, dumps=2)
    folder = fill(tmp_path / "dumps", 8)
    (folder / "story-0003.txt").write_text(story(3, FERNHILL), encoding="utf-8")
    box(folder / "box.jsonl", [story(number, FERNHILL if number == 102 else "") for number in range(100, 105)])
    settings = own_profiles(tmp_path)
    again(folder, tmp_path / "out", settings)
    add_profile(tmp_path)
    before = len(cleaned(log))
    done = again(folder, tmp_path / "out", settings)
    assert sorted(cleaned(log)[before:]) == ["box.jsonl#r2", "story-0003.txt"]
    assert (done.counts.written, done.counts.unchanged, done.cleaned) == (2, 11, 2)
    assert again(folder, tmp_path / "out", settings).skipped == 9
    again(folder, tmp_path / "wanted", settings)
    assert tree(tmp_path / "out") == tree(tmp_path / "wanted")


def leave_after(folder: Path, output: Path, settings: Path, *, publish: bool) -> None:
    """A run that ends after its first part is staged, and published or not."""
    job = Job(batch.plan([folder]), output, FORMATS, config.resolve(settings), jobs=1)
    with Run(job) as run, WorkerPool(job.setup, 1) as pool, closing(pool.clean(next(run.rounds()))) as parts:  # type: ignore[type-var]
        finished = next(parts)
        if publish:
            run.publish(finished)


@pytest.mark.parametrize(("publish", "dumps"), [(False, 100), (True, 30)], ids=["staged", "published"])
def test_a_new_profile_after_a_run_that_broke_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, publish: bool, dumps: int
) -> None:
    """The records that were made before know it too."""
    cut_into(monkeypatch, dumps=dumps)
    folder = fill(tmp_path / "dumps", 2)
    box(folder / "box.jsonl", [story(number, FERNHILL) for number in range(100, 200)])
    settings = own_profiles(tmp_path)
    leave_after(folder, tmp_path / "out", settings, publish=publish)
    add_profile(tmp_path)
    again(folder, tmp_path / "out", settings)
    again(folder, tmp_path / "wanted", settings)
    assert tree(tmp_path / "out") == tree(tmp_path / "wanted")


def test_a_rule_that_is_switched_off_costs_all(tmp_path: Path, log: Path) -> None:
    folder = fill(tmp_path / "dumps", 4)
    settings = tmp_path / "own.toml"
    settings.write_text("", encoding="utf-8")
    again(folder, tmp_path / "out", settings)
    from copydesk.stages import STAGES

    rule = STAGES["spacing"].RULES[0].name
    settings.write_text(f'[edits]\noff = ["{rule}"]\n', encoding="utf-8")
    done = again(folder, tmp_path / "out", settings)
    assert (done.cleaned, done.skipped, len(cleaned(log))) == (4, 0, 8)
    again(folder, tmp_path / "wanted", settings)
    assert tree(tmp_path / "out") == tree(tmp_path / "wanted")


def test_limits_of_a_run_are_no_part_of_what_is_made(tmp_path: Path) -> None:
    folder = fill(tmp_path / "dumps", 3)
    again(folder, tmp_path / "out", limits(tmp_path, seconds=50))
    assert again(folder, tmp_path / "out", limits(tmp_path, seconds=70)).skipped == 3


def test_files_that_are_gone_are_told_and_removed_where_that_is_asked_for(copydesk: Copydesk, tmp_path: Path) -> None:
    folder = fill(tmp_path / "dumps", 3)
    (folder / "below").mkdir()
    (folder / "below" / "x.txt").write_text(story(50), encoding="utf-8")
    arguments = ("clean", folder, "-o", "out", "--format", "md,json,jsonl")
    copydesk(*arguments)
    (folder / "story-0001.txt").unlink()
    shutil.rmtree(folder / "below")
    wanted = undisturbed(folder, tmp_path / "wanted")
    run = copydesk(*arguments)
    assert run.returncode == 0
    assert run.stderr.decode() == (
        "2 inputs are gone: their outputs are still there; --prune removes them\n"
        "0 written, 2 unchanged, 0 rejected -> out\n"
    )
    assert (tmp_path / "out" / "below" / "x.md").is_file()
    run = copydesk(*arguments, "--prune")
    assert run.stderr.decode().startswith("2 inputs are gone: their outputs were removed\n")
    assert tree(tmp_path / "out") == wanted
    assert not (tmp_path / "out" / "below").exists()
    assert b"are gone" not in copydesk(*arguments).stderr


def test_who_lost_its_name_to_a_file_that_is_gone_gets_it(tmp_path: Path) -> None:
    folder = fill(tmp_path / "dumps", 1)
    (folder / "A.txt").write_text(story(1), encoding="utf-8")
    (folder / "a.txt").write_text(story(2), encoding="utf-8")
    again(folder, tmp_path / "out")
    assert rejects(tmp_path / "out") == {"a.txt": "name_taken"}
    (folder / "A.txt").unlink()
    done = again(folder, tmp_path / "out", prune=True)
    assert (done.vanished, done.counts.written, done.counts.rejected) == (("A.txt",), 1, 0)
    assert tree(tmp_path / "out") == undisturbed(folder, tmp_path / "wanted")


@pytest.mark.slow
def test_a_name_that_is_given_up_late_in_a_run_is_free(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever comes first: A.txt, which is empty now, shares a unit with a dump that takes long, so a.txt does."""
    monkeypatch.setattr(importlib.import_module("copydesk.batch.remaining"), "MAX_UNIT_FILES", 2)
    folder = fill(tmp_path / "dumps", 0)
    for number, name in enumerate(("A.txt", "B.txt", "a.txt")):
        (folder / name).write_text(story(number), encoding="utf-8")
    again(folder, tmp_path / "out", jobs=2)
    assert rejects(tmp_path / "out") == {"a.txt": "name_taken"}
    (folder / "A.txt").write_text("", encoding="utf-8")
    (folder / "B.txt").write_text(story(7, trap("nap")), encoding="utf-8")
    again(folder, tmp_path / "out", jobs=2)
    assert rejects(tmp_path / "out") == {"A.txt": "empty"}
    assert tree(tmp_path / "out") == undisturbed(folder, tmp_path / "wanted")


# What a large run costs.

PEAK = """
import sys
from pathlib import Path
from copydesk import batch
from copydesk.store import Format
folder, output = map(Path, sys.argv[1:])
batch.run(batch.Job(batch.plan([folder]), output, (Format.JSON, Format.JSONL), jobs=2))
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM:")))
"""


def peak(folder: Path, output: Path) -> float:
    """The most memory in MB that a run's own process held; `ru_maxrss` would count that of whoever started it."""
    command = [sys.executable, "-c", PEAK, str(folder), str(output)]
    return int(subprocess.run(command, capture_output=True, check=True, timeout=400).stdout) / 1000


@pytest.mark.slow
def test_ten_times_as_many_dumps_take_no_more_memory(tmp_path: Path) -> None:
    peaks = []
    for count in (300, 3_000):
        folder = tmp_path / str(count)
        folder.mkdir()
        for number in range(count):
            (folder / f"{number}.txt").write_text(f"Share {number}\n", encoding="utf-8")
        peaks.append(peak(folder, tmp_path / f"out-{count}"))
    assert peaks[1] < peaks[0] + 6, peaks


# What a second run may find.


def test_a_folder_that_moved_or_is_named_otherwise_keeps_its_outputs(tmp_path: Path) -> None:
    folder, output = fill(tmp_path / "a" / "dumps", 3), tmp_path / "out"
    wanted = undisturbed(folder, output)
    moved = tmp_path / "b"
    (tmp_path / "a").rename(moved)
    summary = again(moved / "dumps", output)
    assert (summary.cleaned, summary.counts.rejected, len(summary.vanished)) == (3, 0, 3)
    assert again(moved / ".." / "b" / "dumps", output).skipped == 3
    assert tree(output) == wanted


def test_the_file_that_is_given_has_the_output(tmp_path: Path) -> None:
    """Two folders with a file of one name, one after the other: the output is that of the last."""
    first, second, output = tmp_path / "a", tmp_path / "b", tmp_path / "out"
    for folder, number in ((first, 1), (second, 2)):
        folder.mkdir()
        (folder / "p.txt").write_text(story(number), encoding="utf-8")
    for folder, number in ((second, 2), (first, 1), (second, 2)):
        assert again(folder, output).counts.written == 1
        assert f"number {number} to stay" in (output / "p.md").read_text(encoding="utf-8")
    both = batch.run(Job(batch.plan([first, second]), output, FORMATS))
    assert (both.counts.rejected, rejects(output)) == (1, {"p.txt": "name_taken"})
    assert "number 1 to stay" in (output / "p.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("after", ["one", "all"])
def test_other_settings_that_broke_off_leave_nothing_behind(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    """Settings A, then B, which dies while it writes, then A again: the output is A's."""
    folder, output = tmp_path / "dumps", tmp_path / "out"
    folder.mkdir()
    for number in range(2):
        (folder / f"{number}.txt").write_text(story(number, " It rained,they said."), encoding="utf-8")
    wanted = undisturbed(folder, output)
    other = tmp_path / "other.toml"
    other.write_text('[edits]\noff = ["spacing.comma"]\n', encoding="utf-8")
    monkeypatch.setenv("HOOK_DIE_AT", "2")
    monkeypatch.setenv("HOOK_DIE_AFTER", after)
    arguments = ("--format", "md,json,jsonl", "--jobs", "1")
    assert begin(folder, output, *arguments, "--config", str(other)).wait(60) == -signal.SIGKILL
    assert tree(output) != wanted
    monkeypatch.delenv("HOOK_DIE_AT")
    again(folder, output)
    assert tree(output) == wanted


def test_formats_that_are_no_longer_asked_for_go(copydesk: Copydesk, tmp_path: Path) -> None:
    folder = fill(tmp_path / "dumps", 2)
    names: dict[str, set[str]] = {}
    for formats in ("md,json,jsonl", "json", "parquet,jsonl.gz", "md"):
        assert copydesk("clean", folder, "-o", "out", "--format", formats).returncode == 0
        assert copydesk("verify", "out").returncode == 0
        names[formats] = {name.partition(".")[2] for name in tree(tmp_path / "out")}
    assert names["md,json,jsonl"] == {"md", "json", "jsonl", "teasers.md", "teasers.jsonl"}
    assert names["json"] == {"json", "teasers.jsonl"}
    assert names["parquet,jsonl.gz"] == {"parquet", "jsonl.gz"}
    assert names["md"] == {"md", "teasers.md"}


def test_records_that_were_lost_or_doubled_are_told(copydesk: Copydesk, tmp_path: Path) -> None:
    folder = fill(tmp_path / "dumps", 2)
    copydesk("clean", folder, "-o", "out", "--format", "jsonl")
    path = tmp_path / "out" / "records.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    for damaged in ([lines[0], *lines[:-1]], lines[:-1], [*lines, lines[0]]):
        path.write_bytes(b"".join(damaged))
        assert copydesk("verify", "out").returncode == 1
    assert copydesk("clean", folder, "-o", "out", "--format", "jsonl").returncode == 0
    assert path.read_bytes() == b"".join(lines)


def test_a_manifest_that_is_broken_inside_is_told_in_a_line(copydesk: Copydesk, tmp_path: Path) -> None:
    folder = fill(tmp_path / "dumps", 2)
    copydesk("clean", folder, "-o", "out")
    path = tmp_path / "out" / ".copydesk" / "manifest.sqlite"
    with closing(sqlite3.connect(path)) as base:
        ((size,),) = base.execute("pragma page_size").fetchall()
        pages = base.execute("select rootpage from sqlite_master where name in ('inputs', 'documents')").fetchall()
    with path.open("r+b") as stream:
        for (page,) in pages:
            stream.seek((page - 1) * size)
            stream.write(b"\xff" * size)
    for command in (("status", "out"), ("verify", "out"), ("clean", folder, "-o", "out")):
        run = copydesk(*command)
        assert (run.returncode, run.stderr.count(b"\n"), b"Traceback" in run.stderr) == (3, 1, False), run.stderr


@pytest.mark.parametrize("damage", ["head", "form"])
def test_a_manifest_that_is_not_ours_is_shown_to_nobody_and_made_anew_by_a_run(
    copydesk: Copydesk, tmp_path: Path, damage: str
) -> None:
    folder = fill(tmp_path / "dumps", 2)
    copydesk("clean", folder, "-o", "out")
    path = tmp_path / "out" / ".copydesk" / "manifest.sqlite"
    if damage == "head":
        path.write_bytes(b"x" * 100 + path.read_bytes()[100:])
    else:
        with closing(sqlite3.connect(path)) as base:
            base.execute("pragma user_version = 99")
    before = path.read_bytes()
    for command in ("status", "verify"):
        run = copydesk(command, "out")
        assert (run.returncode, b"not a manifest that this version can read" in run.stderr) == (3, True)
    assert path.read_bytes() == before
    assert copydesk("clean", folder, "-o", "out").stderr.decode() == "0 written, 2 unchanged, 0 rejected -> out\n"
    assert copydesk("verify", "out").returncode == 0


def test_an_interrupt_ends_a_run_with_a_word(tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, output = fill(tmp_path / "dumps", 20), tmp_path / "out"
    monkeypatch.setenv("HOOK_SLOW", "0.2")
    run = begin(folder, output, "--jobs", "2")
    wait_until(lambda: len(cleaned(log)) > 2, 60, "some dumps")
    os.killpg(run.pid, signal.SIGINT)
    assert run.wait(20) == 130
    assert said(output) == "Error: interrupted; run again to continue\n"
    wait_until(lambda: not living(run.pid), 20, "workers end with the run")


def test_what_never_got_its_name_is_swept_away(tmp_path: Path) -> None:
    folder, output = fill(tmp_path / "dumps", 1), tmp_path / "out"
    (output / ".copydesk").mkdir(parents=True)
    (output / ".copydesk" / "records-00007.jsonl.new").write_text("{", encoding="utf-8")
    again(folder, output)
    assert not list((output / ".copydesk").glob("*.new"))


def test_a_shard_of_no_articles_is_wrong_use(tmp_path: Path) -> None:
    folder = fill(tmp_path / "dumps", 1)
    with pytest.raises(config.ConfigError, match="must be at least 1, got 0"):
        batch.run(Job(batch.plan([folder]), tmp_path / "out", FORMATS, shard_size=0))
    assert not (tmp_path / "out").exists()
