"""Runs that are killed: what is written stays the same, and nothing is cleaned twice."""

import os
import shutil
import signal
from pathlib import Path

import pytest

from growth import ENDLESS
from runs import (
    alive,
    begin,
    clean_once,
    cleaned,
    committed,
    container,
    fill,
    kill_often,
    moments,
    printed,
    run_again,
    staged,
    story,
    tree,
    wait_until,
)


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    """100 dumps and their output."""
    folder = fill(tmp_path_factory.mktemp("few") / "dumps", 100)
    return folder, clean_once(folder, folder.with_name("out"))


@pytest.mark.slow
@pytest.mark.parametrize("only_parent", [False, True])
def test_the_next_run_continues_a_killed_run_and_cleans_nothing_twice(
    few: tuple[Path, dict[str, bytes]], log: Path, only_parent: bool
) -> None:
    folder, wanted = few
    assert kill_often(folder, wanted, log, moments(3, 50, only_parent + 1), only_parent=only_parent) >= 1


@pytest.mark.slow
def test_hundreds_of_dumps_survive_four_kills(tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than half of them in one container, so large that workers share it."""
    folder, output = fill(tmp_path / "dumps", 50), tmp_path / "whole"
    container(folder / "box.jsonl", [story(number) for number in range(5_000, 5_250)])
    monkeypatch.setenv("HOOK_UNIT_BYTES", "30000")
    assert (folder / "box.jsonl").stat().st_size > 3 * 30_000
    for result in ("300 written, 0 unchanged", "0 written, 300 unchanged"):
        assert begin(folder, output, "--format", "md,json,jsonl", "--jobs", "2").wait(ENDLESS) == 0
        assert printed(output).startswith(f"{result}, 0 rejected -> {output}\n")
    assert kill_often(folder, tree(output), log, moments(4, 60, 3), only_parent=False) >= 3


@pytest.mark.slow
@pytest.mark.parametrize(("at", "after"), [(1, "all"), (7, "one")])
def test_a_run_that_dies_while_it_publishes_loses_no_staged_dump(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch, at: int, after: str
) -> None:
    """Files of a part have their names already, and the manifest does not know it: none of them is cleaned again."""
    folder = fill(tmp_path / "dumps", 12)
    wanted = clean_once(folder, tmp_path / "wanted")
    monkeypatch.setenv("HOOK_DIE_AT", str(at))
    monkeypatch.setenv("HOOK_DIE_AFTER", after)
    run = begin(folder, tmp_path / "out", "--format", "md,json,jsonl", "--jobs", "1")
    assert run.wait(180) == -signal.SIGKILL
    safe, before = staged(tmp_path / "out"), len(cleaned(log))
    monkeypatch.delenv("HOOK_DIE_AT")
    run = begin(folder, tmp_path / "out", "--format", "md,json,jsonl", "--jobs", "1")
    assert run.wait(180) == 0, printed(tmp_path / "out")
    assert tree(tmp_path / "out") == wanted
    assert safe
    assert not safe & set(cleaned(log)[before:])


@pytest.mark.slow
def test_a_killed_worker_is_replaced_and_no_dump_is_rejected(few: tuple[Path, dict[str, bytes]], log: Path) -> None:
    folder, wanted = few
    output = log.parent / "out"
    run = begin(folder, output, "--format", "md,json,jsonl", "--jobs", "2")
    wait_until(lambda: len(cleaned(log)) > 20, 180, "twenty dumps")
    worker = int(log.read_text(encoding="utf-8").splitlines()[0].split()[0])
    os.kill(worker, signal.SIGKILL)
    assert run.wait(180) == 0, printed(output)
    assert printed(output).startswith(f"100 written, 0 unchanged, 0 rejected -> {output}\n")
    assert tree(output) == wanted


@pytest.mark.slow
@pytest.mark.parametrize("after", ["one", "all"])
def test_a_broken_run_with_other_settings_leaves_nothing_behind(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    """Settings A, then B, which dies while it writes, then A again: the output is A's."""
    folder, output = tmp_path / "dumps", tmp_path / "out"
    folder.mkdir()
    for number in range(2):
        (folder / f"{number}.txt").write_text(story(number, " It rained,they said."), encoding="utf-8")
    wanted = clean_once(folder, output)
    other = tmp_path / "other.toml"
    other.write_text('[edits]\noff = ["spacing.comma"]\n', encoding="utf-8")
    monkeypatch.setenv("HOOK_DIE_AT", "2")
    monkeypatch.setenv("HOOK_DIE_AFTER", after)
    arguments = ("--format", "md,json,jsonl", "--jobs", "1")
    assert begin(folder, output, *arguments, "--config", str(other)).wait(180) == -signal.SIGKILL
    assert tree(output) != wanted
    monkeypatch.delenv("HOOK_DIE_AT")
    run_again(folder, output)
    assert tree(output) == wanted


@pytest.mark.slow
def test_an_interrupt_ends_the_run_and_its_workers_with_a_message(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, output = fill(tmp_path / "dumps", 200), tmp_path / "out"
    monkeypatch.setenv("HOOK_SLOW", "0.2")
    run = begin(folder, output, "--jobs", "2")
    wait_until(lambda: len(cleaned(log)) > 2, 180, "some dumps")
    os.killpg(run.pid, signal.SIGINT)
    assert run.wait(180) == 130
    assert printed(output) == "Error: interrupted; run again to continue\n"
    wait_until(lambda: not alive(run.pid), 180, "workers end with the run")


@pytest.mark.slow
def test_temporary_files_of_dead_runs_are_removed(tmp_path: Path) -> None:
    folder, output = fill(tmp_path / "dumps", 1), tmp_path / "out"
    (output / ".copydesk").mkdir(parents=True)
    (output / ".copydesk" / "records-00007.jsonl.new").write_text("{", encoding="utf-8")
    run_again(folder, output)
    assert not list((output / ".copydesk").glob("*.new"))


@pytest.mark.slow
def test_a_run_that_dies_while_it_removes_a_published_part_cleans_nothing_again(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The manifest has the part already; what is left of its folder must not be taken for a part."""
    folder, output = fill(tmp_path / "dumps", 6), tmp_path / "out"
    wanted = clean_once(folder, tmp_path / "wanted")

    def die(path: Path, **options: bool) -> None:
        if path.parent.name == "work":
            next(file for file in path.iterdir() if file.name != "part.json").unlink()
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", die)
        with pytest.raises(KeyboardInterrupt):
            run_again(folder, output)
    safe, before = committed(output, tmp_path / "copy"), len(cleaned(log))
    run_again(folder, output)
    assert safe
    assert not safe & set(cleaned(log)[before:])
    assert tree(output) == wanted
