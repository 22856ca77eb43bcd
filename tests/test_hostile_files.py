"""Files of an input that would hang a run, or let it read what it must not: pipes, devices, huge files, links."""

import importlib
import inspect
import itertools
import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

import copydesk as package
from conftest import Copydesk
from copydesk import batch, config, files
from copydesk.batch import Job, LeftOut, walk
from copydesk.store import Format
from runs import begin, clean_once, cleaned, container, fill, limits, printed, rejects, run_again, story, tree


@pytest.fixture(name="copydesk")
def _in_process(copydesk_here: Copydesk) -> Copydesk:
    return copydesk_here


HUGE = 8 * 10**12
MAX_SECONDS = 15.0
"""A run over a few dumps takes three seconds on a busy machine; one that hangs takes for ever."""


def left_out(folder: Path, *, follow: bool = False) -> dict[str, str]:
    return {one.source: one.why for one in batch.plan([folder], follow_links=follow).left_out}


def sources(folder: Path, *, follow: bool = False) -> list[str]:
    return [one.source for one in batch.plan([folder], follow_links=follow).inputs]


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A story outside the input folder."""
    path = tmp_path / "outside" / "secret.txt"
    path.parent.mkdir()
    path.write_text(story(99), encoding="utf-8")
    return path


# Pipes, devices, huge files


def test_a_huge_file_is_rejected_at_once(tmp_path: Path, copydesk: Copydesk) -> None:
    folder = fill(tmp_path / "dumps", 1)
    for name in ("huge.txt", "huge.jsonl", "huge.warc.gz", "huge.parquet"):
        with (folder / name).open("wb") as stream:
            stream.truncate(HUGE)
    run = copydesk("clean", folder, "-o", "out")
    assert run.returncode == 1
    assert rejects(tmp_path / "out") == dict.fromkeys(
        ("huge.txt", "huge.jsonl", "huge.warc.gz", "huge.parquet"), "too_large"
    )
    assert "limits.file_size = 64,000,000,000 bytes" in (tmp_path / "out" / "rejects.jsonl").read_text()
    again = copydesk("clean", folder, "-o", "out")
    assert again.stderr.decode().startswith("0 written, 1 unchanged, 4 rejected")


def test_the_size_of_files_is_a_setting_on_which_no_record_depends(tmp_path: Path, copydesk: Copydesk) -> None:
    folder = fill(tmp_path / "dumps", 2)
    size = (folder / "story-0000.txt").stat().st_size
    (folder / "story-0001.txt").write_text(story(1, " It rained." * 9), encoding="utf-8")
    own = tmp_path / "own.toml"
    own.write_text(f"[limits]\nfile_size = {size}\n")
    copydesk("clean", folder, "-o", "out", "--config", own)
    assert rejects(tmp_path / "out") == {"story-0001.txt": "too_large"}
    copydesk("clean", folder, "-o", "out")
    assert tree(tmp_path / "out") == clean_once(folder, tmp_path / "other", (Format.MD, Format.JSON))


def test_a_file_may_be_larger_than_a_piece_that_is_hashed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "HASHED_BYTES", 1_000)
    container(fill(tmp_path / "dumps", 1) / "box.jsonl", [story(number) for number in range(20)])
    wanted = clean_once(tmp_path / "dumps", tmp_path / "one")
    assert len(wanted) > 40
    with (tmp_path / "dumps" / "box.jsonl").open("rb") as stream:
        pieces: list[int] = []
        files.digest(stream, pieces.append)
        assert len(pieces) > 5


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are part of Unix")
@pytest.mark.parametrize("kind", ["pipe", "device", "socket"])
def test_what_takes_the_place_of_a_file_is_rejected_and_never_waited_for(tmp_path: Path, kind: str) -> None:
    folder = fill(tmp_path / "dumps", 3)
    plan = batch.plan([folder])
    swapped = folder / "story-0001.txt"
    swapped.unlink()
    held = None
    if kind == "pipe":
        os.mkfifo(swapped)
    elif kind == "socket":
        held = socket.socket(socket.AF_UNIX)
        os.chdir(folder)
        held.bind("story-0001.txt")
    else:
        swapped.symlink_to("/dev/zero")
    summary = batch.run(Job(plan, tmp_path / "out"))
    assert (summary.counts.written, summary.reasons) == (2, {"unreadable": 1})
    if held:
        held.close()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are part of Unix")
@pytest.mark.slow
def test_a_pipe_in_the_place_of_an_unchanged_file_does_not_stop_the_run_itself(tmp_path: Path) -> None:
    """The run hashes a file of the same size and another time itself: it must not wait either."""
    folder = fill(tmp_path / "dumps", 2)
    run_again(folder, tmp_path / "out")
    remaining = importlib.import_module("copydesk.batch.remaining")
    path = folder / "story-0000.txt"
    path.unlink()
    os.mkfifo(path)
    with batch.Run(Job(batch.plan([folder / "story-0001.txt"]), tmp_path / "out")) as run:
        own = remaining.Remaining(run._parts()[0])
        with pytest.raises(OSError, match="not a regular file"):
            own._digest(path)


@pytest.mark.slow
def test_the_run_itself_hashes_no_longer_than_a_dump_may_take(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker does it then; the output stays as it is."""
    folder = fill(tmp_path / "dumps", 2)
    run_again(folder, tmp_path / "out")
    before = tree(tmp_path / "out")
    os.utime(folder / "story-0000.txt", (1, 1))
    seconds = itertools.count(step=config.default().run.seconds)  # each look at the clock is one limit later
    clock = SimpleNamespace(monotonic=lambda: next(seconds), time_ns=time.time_ns)
    monkeypatch.setattr(importlib.import_module("copydesk.batch.remaining"), "time", clock)
    summary = run_again(folder, tmp_path / "out")
    assert next(seconds) > 0
    assert (summary.counts.unchanged, summary.counts.written, summary.counts.rejected) == (2, 0, 0)
    assert tree(tmp_path / "out") == before


@pytest.mark.slow
def test_a_file_that_gives_no_byte_costs_its_time_and_no_more(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = fill(tmp_path / "dumps", 3)
    monkeypatch.setenv("HOOK_STUCK", "story-0001.txt")
    run = begin(folder, tmp_path / "out", "--jobs", "1", "--config", str(limits(tmp_path, seconds=6)))
    try:
        assert run.wait(180) == 1, printed(tmp_path / "out")
    finally:
        run.kill()
        run.wait()
    assert rejects(tmp_path / "out") == {"story-0001.txt": "timeout"}
    assert "run.seconds = 6" in (tmp_path / "out" / "rejects.jsonl").read_text()
    assert {Path(one).name for one in cleaned(log)} == {"story-0000.txt", "story-0002.txt"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are part of Unix")
def test_the_library_does_not_wait_for_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    with pytest.raises(OSError, match="not a regular file"):
        package.clean(tmp_path / "a.txt")


# Links


def test_a_link_out_of_the_folder_is_left_out_and_counted(tmp_path: Path, secret: Path, copydesk: Copydesk) -> None:
    folder = fill(tmp_path / "dumps", 1)
    (folder / "file.txt").symlink_to(secret)
    (folder / "folder").symlink_to(secret.parent)
    (folder / "environment.txt").symlink_to("/proc/self/environ")
    assert left_out(folder) == dict.fromkeys(("file.txt", "folder", "environment.txt"), walk.OUTSIDE)
    run = copydesk("clean", folder, "-o", "out")
    assert run.returncode == 0
    assert "3 files left out" in run.stderr.decode()
    assert not [name for name in tree(tmp_path / "out") if "story" not in name and name != "rejects.jsonl"]
    shown = copydesk("clean", folder, "-o", "out", "--dry-run").stdout.decode()
    assert f"leave out\tfile.txt\t{walk.OUTSIDE}" in shown


def test_a_setting_lets_links_out_of_the_folder_be_followed(tmp_path: Path, secret: Path, copydesk: Copydesk) -> None:
    folder = fill(tmp_path / "dumps", 1)
    (folder / "file.txt").symlink_to(secret)
    (folder / "folder").symlink_to(secret.parent)
    (tmp_path / "own.toml").write_text("[inputs]\nfollow_links = true\n")
    run = copydesk("clean", folder, "-o", "out", "--config", "own.toml")
    assert run.stderr.decode().startswith("2 written, 0 unchanged, 0 rejected")
    assert (tmp_path / "out" / "file.md").is_file()
    assert left_out(folder, follow=True) == {"folder/secret.txt": walk.TWICE}


@pytest.mark.slow
def test_a_path_that_is_named_may_be_a_link(tmp_path: Path, secret: Path) -> None:
    (tmp_path / "file.txt").symlink_to(secret)
    (tmp_path / "folder").symlink_to(secret.parent)
    for name, source in (("file.txt", "file.txt"), ("folder", "secret.txt")):
        summary = run_again(tmp_path / name, tmp_path / f"out-{name}")
        assert (summary.counts.written, sources(tmp_path / name)) == (1, [source])


def test_a_pattern_finds_no_link_out_of_its_fixed_part(tmp_path: Path, secret: Path) -> None:
    folder = fill(tmp_path / "dumps", 1)
    (folder / "file.txt").symlink_to(secret)
    (folder / "folder").symlink_to(secret.parent)
    for pattern in ("*.txt", "*", "**/*.txt"):
        found = batch.plan([f"{folder}/{pattern}"])
        assert [one.source for one in found.inputs] == ["story-0000.txt"]
        assert LeftOut("file.txt", walk.OUTSIDE) in found.left_out
    followed = batch.plan([f"{folder}/*.txt"], follow_links=True)
    assert [one.source for one in followed.inputs] == ["file.txt", "story-0000.txt"]


def test_a_link_inside_the_folder_is_no_second_copy(tmp_path: Path) -> None:
    folder = fill(tmp_path / "dumps", 1)
    (folder / "below").mkdir()
    (folder / "below" / "b.txt").write_text(story(5), encoding="utf-8")
    (folder / "again.txt").symlink_to("story-0000.txt")
    (folder / "below" / "up.txt").symlink_to("../story-0000.txt")
    (folder / "beside").symlink_to("below")
    for follow in (False, True):
        assert sources(folder, follow=follow) == ["below/b.txt", "story-0000.txt"]
        assert left_out(folder, follow=follow) == dict.fromkeys(("again.txt", "below/up.txt", "beside"), walk.ITSELF)


@pytest.mark.slow
def test_a_link_to_a_hidden_file_of_the_folder_is_its_name(tmp_path: Path) -> None:
    """Tools that store data by its digest keep it in a hidden folder, with links to it."""
    folder = tmp_path / "dumps"
    store = folder / ".store" / "objects"
    store.mkdir(parents=True)
    for number in range(2):
        (store / f"{number:064}").write_text(story(number), encoding="utf-8")
    (folder / "day").mkdir()
    (folder / "day" / "a.txt").symlink_to(f"../.store/objects/{0:064}")
    (folder / "day" / "b.txt").symlink_to(f"../.store/objects/{1:064}")
    (folder / "zz.txt").symlink_to("day/a.txt")
    assert sources(folder) == ["day/a.txt", "day/b.txt"]
    assert left_out(folder) == {".store": walk.HIDDEN, "zz.txt": walk.TWICE}
    assert run_again(folder, tmp_path / "out").counts.written == 2
    (folder / "all").symlink_to(".store")
    assert sources(folder) == [f"all/objects/{number:064}" for number in range(2)]


def test_links_between_folders_end(tmp_path: Path) -> None:
    """Each of twelve folders has links to all of them: followed by name, they would have more paths than can be read."""
    folder = tmp_path / "dumps"
    for number in range(12):
        (folder / f"f{number}").mkdir(parents=True)
        (folder / f"f{number}" / "a.txt").write_text(story(number), encoding="utf-8")
        for other in range(12):
            (folder / f"f{number}" / f"to-{other}").symlink_to(f"../f{other}")
        (folder / f"f{number}" / "out").symlink_to(tmp_path)
    for follow in (False, True):
        found = batch.plan([folder], follow_links=follow)
        assert [one.source for one in found.inputs] == sorted(f"f{number}/a.txt" for number in range(12))
        assert len(found.rejects) == 12
        assert {reject.reason for reject in found.rejects} == {"symlink_loop"}


@pytest.mark.slow
def test_a_link_that_takes_the_place_of_a_file_after_the_plan_is_not_followed(tmp_path: Path, secret: Path) -> None:
    folder = fill(tmp_path / "dumps", 2)
    (folder / "below").mkdir()
    (folder / "below" / secret.name).write_text(story(3), encoding="utf-8")
    plan = batch.plan([folder])
    (folder / "story-0000.txt").unlink()
    (folder / "story-0000.txt").symlink_to(secret)
    (folder / "below" / secret.name).unlink()
    (folder / "below").rmdir()
    (folder / "below").symlink_to(secret.parent)
    summary = batch.run(Job(plan, tmp_path / "out"))
    assert (summary.counts.written, summary.reasons) == (1, {"unreadable": 2})
    read = [one for one in package.read(folder / "*.txt") if not isinstance(one, package.Reject)]
    assert [one.article.source for one in read] == ["story-0001.txt"]


def deep(folder: Path, depth: int) -> Iterator[Path]:
    """The folders of a chain of folders, from the top."""
    for _ in range(depth):
        folder = folder / "d"
        yield folder


def test_folders_deeper_than_calls_may_be_are_walked(tmp_path: Path) -> None:
    for folder in deep(tmp_path / "dumps", 300):
        folder.mkdir(parents=True)
    (folder / "a.txt").write_text(story(1), encoding="utf-8")
    before = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(len(inspect.stack()) + 150)
        assert sources(tmp_path / "dumps") == ["d/" * 300 + "a.txt"]
    finally:
        sys.setrecursionlimit(before)


def test_the_settings_know_their_files(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text("[limits]\nfile_size = 0\n")
    with pytest.raises(config.ConfigError, match=r"limits\.file_size: must be at least 1"):
        config.load(tmp_path / "own.toml")
    (tmp_path / "own.toml").write_text("[limits]\nfile_size = 5\n[inputs]\nfollow_links = true\n")
    own = config.load(tmp_path / "own.toml")
    assert json.dumps(own.digest(None)) == json.dumps(config.default().digest(None))
