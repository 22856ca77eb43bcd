"""A full disk, an output that can't be written, and two runs at once."""

import fcntl
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from conftest import Copydesk
from copydesk.store import Format
from runs import begin, clean_once, cleaned, committed, fill, printed, story, tree, wait_until


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    """200 dumps and their output."""
    folder = fill(tmp_path_factory.mktemp("few") / "dumps", 200)
    return folder, clean_once(folder, folder.with_name("out"))


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


@pytest.mark.slow
def test_a_full_disk_ends_the_run_and_it_continues_when_there_is_room(
    few: tuple[Path, dict[str, bytes]], copydesk: Copydesk, small_disk: Path, log: Path
) -> None:
    """The second run finds the disk as full as it was; the third cleans nothing that the manifest holds."""
    folder, wanted = few
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


@pytest.mark.slow
def test_a_full_disk_does_not_damage_the_manifest(copydesk: Copydesk, small_disk: Path, log: Path) -> None:
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
    assert tree(output) == clean_once(folder, log.parent / "wanted", (Format.MD, Format.JSON))


@pytest.mark.slow
def test_an_output_that_becomes_read_only_ends_the_run_with_a_message(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch, bound: Sequence[str]
) -> None:
    """In the middle of a run, and before one begins."""
    folder, output = fill(tmp_path / "dumps", 120), tmp_path / "out"
    monkeypatch.setenv("HOOK_SLOW", "0.02")
    run = begin(folder, output, "--jobs", "1", before=bound)
    wait_until(lambda: len(cleaned(log)) > 10, 180, "ten dumps")
    output.chmod(0o500)
    assert (run.wait(180), "Permission denied; fix this and run again" in printed(output)) == (3, True), printed(output)
    run = begin(folder, output, "--jobs", "1", before=bound)
    assert (run.wait(180), "Permission denied; fix this and run again" in printed(output)) == (3, True), printed(output)
    output.chmod(0o700)
    monkeypatch.setenv("HOOK_SLOW", "0")
    assert begin(folder, output, "--jobs", "1", before=bound).wait(180) == 0
    assert tree(output) == clean_once(folder, tmp_path / "wanted", (Format.MD, Format.JSON))


@pytest.mark.slow
def test_a_second_run_into_the_same_output_ends_with_code_3(
    copydesk: Copydesk, tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = fill(tmp_path / "dumps", 12)
    monkeypatch.setenv("HOOK_SLOW", "0.8")
    first = begin(folder, tmp_path / "out", "--jobs", "1")
    wait_until(lambda: bool(cleaned(log)), 180, "the first dump")
    second = copydesk("clean", folder, "-o", "out")
    assert (second.returncode, second.stderr.decode().split(";")[0]) == (3, "Error: out: another run is writing here")
    assert first.wait(180) == 0
    assert printed(tmp_path / "out").startswith("12 written, 0 unchanged, 0 rejected")
    with (tmp_path / "out" / ".copydesk" / "lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert copydesk("clean", folder, "-o", "out").returncode == 3
    assert copydesk("clean", folder, "-o", "out").returncode == 0
