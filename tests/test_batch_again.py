"""A second run cleans what has changed, and nothing else."""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from copydesk import batch, config
from copydesk.batch import Job, Run
from in_process import InProcessPool
from runs import (
    FERNHILL,
    FORMATS,
    add_profile,
    clean_once,
    cleaned,
    container,
    cut_into,
    fill,
    limits,
    own_profiles,
    rejects,
    run_again,
    story,
    tree,
)

pytestmark = pytest.mark.usefixtures("in_process_workers")


@pytest.fixture(name="log")
def _in_process(log_here: Path) -> Path:
    return log_here


def test_unchanged_files_are_skipped(tmp_path: Path, log: Path) -> None:
    folder = fill(tmp_path / "dumps", 10)
    container(folder / "box.jsonl", [story(number) for number in range(100, 104)])
    (folder / "empty.txt").touch()
    first = run_again(folder, tmp_path / "out")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("[!.]*")}
    second = run_again(folder, tmp_path / "out")
    assert (first.counts.written, first.counts.rejected, first.cleaned, first.skipped) == (14, 1, 15, 0)
    assert (second.counts.unchanged, second.counts.rejected, second.cleaned, second.skipped) == (14, 1, 0, 12)
    assert (second.counts.articles, second.counts.teasers) == (first.counts.articles, first.counts.teasers)
    assert len(cleaned(log)) == 14
    assert before == {path: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("[!.]*")}


def test_only_changed_and_new_files_are_cleaned(tmp_path: Path, log: Path) -> None:
    folder = fill(tmp_path / "dumps", 10)
    run_again(folder, tmp_path / "out")
    (folder / "story-0004.txt").write_text(story(44), encoding="utf-8")
    (folder / "story-0010.txt").write_text(story(10), encoding="utf-8")
    done = run_again(folder, tmp_path / "out")
    assert (done.counts.written, done.counts.unchanged, done.cleaned, done.skipped) == (2, 9, 2, 9)
    assert cleaned(log)[10:] == ["story-0004.txt", "story-0010.txt"]
    assert tree(tmp_path / "out") == clean_once(folder, tmp_path / "wanted")


def test_a_change_with_the_same_size_and_time_is_noticed(tmp_path: Path, log: Path) -> None:
    """A file that was changed within the same tick of the clock in which it was read."""
    path = fill(tmp_path / "dumps", 3) / "story-0001.txt"
    soon = time.time_ns() + 60 * 10**9
    os.utime(path, ns=(soon, soon))  # however long the run takes to read it, its time is not long before
    run_again(path.parent, tmp_path / "out")
    now = path.stat()
    path.write_bytes(path.read_bytes().replace(b"Monday", b"Friday"))
    os.utime(path, ns=(now.st_atime_ns, now.st_mtime_ns))
    assert path.stat().st_size == now.st_size
    assert run_again(path.parent, tmp_path / "out").counts.written == 1
    assert "Friday" in (tmp_path / "out" / "story-0001.md").read_text(encoding="utf-8")


def test_a_file_with_another_time_and_the_same_bytes_is_skipped(tmp_path: Path, log: Path) -> None:
    folder = fill(tmp_path / "dumps", 4)
    for hours in (3, 2, 1):
        for path in folder.iterdir():
            os.utime(path, (time.time() - 3600 * hours,) * 2)
        done = run_again(folder, tmp_path / "out")
        assert (done.cleaned, done.skipped) == ((4, 0) if hours == 3 else (0, 4))
    assert len(cleaned(log)) == 4


def test_only_changed_and_new_records_of_a_container_are_cleaned(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The container is read again; a changed record and a new one are cleaned, the output of the others stays."""
    cut_into(monkeypatch, dumps=3)
    folder = fill(tmp_path / "dumps", 2)
    stories = [story(number) for number in range(100, 120)]
    container(folder / "box.jsonl", stories)
    run_again(folder, tmp_path / "out")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out" / "box.jsonl").rglob("*.md")}
    seen = len(cleaned(log))
    container(folder / "box.jsonl", [*stories[:7], story(777), *stories[8:], story(778)])
    done = run_again(folder, tmp_path / "out")
    assert (done.counts.written, done.counts.unchanged, done.skipped, done.cleaned) == (2, 21, 2, 2)
    assert sorted(cleaned(log)[seen:]) == ["box.jsonl#r20", "box.jsonl#r7"]
    after = {path: path.stat().st_mtime_ns for path in before}
    assert {path.name for path in before if before[path] != after[path]} == {"r7.md", "r7.teasers.md"}
    assert tree(tmp_path / "out") == clean_once(folder, tmp_path / "wanted")


def test_a_container_that_changes_while_it_is_read_is_rejected_and_cleaned_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What one worker has read is not mixed with what another reads; the next run cleans what is there then."""
    cut_into(monkeypatch, dumps=2)
    folder = tmp_path / "dumps"
    folder.mkdir()
    container(folder / "box.jsonl", [story(number) for number in range(12)])
    job = Job(batch.plan([folder]), tmp_path / "out", FORMATS, jobs=1)
    with Run(job) as run, InProcessPool(job.setup, 1) as pool:
        for units in run.rounds():
            for number, finished in enumerate(pool.clean(units)):
                run.publish(finished)
                if number == 1:
                    container(folder / "box.jsonl", [story(number) for number in range(100, 109)])
        summary = run.finish()
    assert rejects(tmp_path / "out") == {"box.jsonl": "unreadable"}
    assert (summary.counts.rejected, summary.counts.articles >= 4) == (1, True)
    run_again(folder, tmp_path / "out", jobs=2)
    assert tree(tmp_path / "out") == clean_once(folder, tmp_path / "wanted")


MOVES: dict[str, Callable[[list[dict[str, str]]], list[dict[str, str]]]] = {
    "cut": lambda rows: rows[:5],
    "begins later": lambda rows: rows[3:],
    "reversed": lambda rows: rows[::-1],
    "begins earlier": lambda rows: [{"id": "new", "text": story(999)}, *rows],
    "other case": lambda rows: [{**row, "id": row["id"].upper()} for row in rows],
    "taken name": lambda rows: [*rows, {"id": "R0", "text": story(998)}],
    "freed name": lambda rows: [{**rows[0], "text": ""}, {**rows[1], "id": "R0"}, *rows[2:]],
}


def states(folder: Path, change: Callable[[list[dict[str, str]]], list[dict[str, str]]]) -> Iterator[None]:
    """Fill the folder with a container of nine records, and then with the changed one."""
    folder.mkdir()
    rows = [{"id": f"r{number}", "text": story(number)} for number in range(9)]
    for state in (rows, change(rows)):
        (folder / "box.jsonl").write_text("".join(json.dumps(row) + "\n" for row in state), encoding="utf-8")
        yield


@pytest.mark.slow
@pytest.mark.parametrize("change", MOVES.values(), ids=MOVES)
def test_a_container_with_moved_records_gives_what_a_new_output_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[list[dict[str, str]]], list[dict[str, str]]]
) -> None:
    """What an earlier run left is gone, and what comes of it is what a new output would have."""
    cut_into(monkeypatch, dumps=2)
    folder = tmp_path / "dumps"
    for _ in states(folder, change):
        run_again(folder, tmp_path / "out", jobs=2)
    monkeypatch.undo()
    assert tree(tmp_path / "out") == clean_once(folder, tmp_path / "wanted")


@pytest.mark.slow
@pytest.mark.parametrize("change", MOVES.values(), ids=MOVES)
def test_moved_records_may_be_published_in_any_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[list[dict[str, str]]], list[dict[str, str]]]
) -> None:
    """A record can lose its name to one that comes before it in the file, and is published later."""
    cut_into(monkeypatch, dumps=2)
    folder = tmp_path / "dumps"
    for _ in states(folder, change):
        job = Job(batch.plan([folder]), tmp_path / "out", FORMATS, jobs=1)
        with Run(job) as run, InProcessPool(job.setup, 1) as pool:
            for units in run.rounds():
                for staged in reversed(list(pool.clean(units))):
                    run.publish(staged)
            run.finish()
    monkeypatch.undo()
    assert tree(tmp_path / "out") == clean_once(folder, tmp_path / "wanted")


def test_a_missing_output_file_is_written_again(tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cut_into(monkeypatch, dumps=2)
    folder = fill(tmp_path / "dumps", 5)
    container(folder / "box.jsonl", [story(number) for number in range(100, 105)])
    run_again(folder, tmp_path / "out")
    wanted = tree(tmp_path / "out")
    for name in ("story-0002.md", "box.jsonl-*/r3.teasers.jsonl", "box.jsonl/r3.teasers.jsonl"):
        for path in (tmp_path / "out").glob(name):
            path.unlink()
    assert len(tree(tmp_path / "out")) == len(wanted) - 2
    done = run_again(folder, tmp_path / "out")
    assert (done.counts.written, done.counts.unchanged, done.cleaned) == (2, 8, 2)
    assert sorted(cleaned(log)[10:]) == ["box.jsonl#r3", "story-0002.txt"]
    assert tree(tmp_path / "out") == wanted


def test_a_new_profile_cleans_only_the_dumps_that_it_knows(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut_into(monkeypatch, dumps=2)
    folder = fill(tmp_path / "dumps", 8)
    (folder / "story-0003.txt").write_text(story(3, FERNHILL), encoding="utf-8")
    container(folder / "box.jsonl", [story(number, FERNHILL if number == 102 else "") for number in range(100, 105)])
    settings = own_profiles(tmp_path)
    run_again(folder, tmp_path / "out", settings)
    add_profile(tmp_path)
    before = len(cleaned(log))
    done = run_again(folder, tmp_path / "out", settings)
    assert sorted(cleaned(log)[before:]) == ["box.jsonl#r2", "story-0003.txt"]
    assert (done.counts.written, done.counts.unchanged, done.cleaned) == (2, 11, 2)
    assert run_again(folder, tmp_path / "out", settings).skipped == 9
    run_again(folder, tmp_path / "wanted", settings)
    assert tree(tmp_path / "out") == tree(tmp_path / "wanted")


def leave_after(folder: Path, output: Path, settings: Path, *, publish: bool) -> None:
    """A run that ends after its first part is staged, and published or not."""
    job = Job(batch.plan([folder]), output, FORMATS, config.resolve(settings), jobs=1)
    with Run(job) as run, InProcessPool(job.setup, 1) as pool, closing(pool.clean(next(run.rounds()))) as parts:  # type: ignore[type-var]
        finished = next(parts)
        if publish:
            run.publish(finished)


@pytest.mark.parametrize(("publish", "dumps"), [(False, 100), (True, 30)], ids=["staged", "published"])
@pytest.mark.slow
def test_a_new_profile_applies_to_dumps_of_a_broken_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, publish: bool, dumps: int
) -> None:
    """The records that were made before know it too."""
    cut_into(monkeypatch, dumps=dumps)
    folder = fill(tmp_path / "dumps", 2)
    container(folder / "box.jsonl", [story(number, FERNHILL) for number in range(100, 200)])
    settings = own_profiles(tmp_path)
    leave_after(folder, tmp_path / "out", settings, publish=publish)
    add_profile(tmp_path)
    run_again(folder, tmp_path / "out", settings)
    run_again(folder, tmp_path / "wanted", settings)
    assert tree(tmp_path / "out") == tree(tmp_path / "wanted")


def test_switching_a_rule_off_cleans_everything_again(tmp_path: Path, log: Path) -> None:
    folder = fill(tmp_path / "dumps", 4)
    settings = tmp_path / "own.toml"
    settings.write_text("", encoding="utf-8")
    run_again(folder, tmp_path / "out", settings)
    from copydesk.repair import spacing

    rule = spacing.RULES[0].name
    settings.write_text(f'[edits]\noff = ["{rule}"]\n', encoding="utf-8")
    done = run_again(folder, tmp_path / "out", settings)
    assert (done.cleaned, done.skipped, len(cleaned(log))) == (4, 0, 8)
    run_again(folder, tmp_path / "wanted", settings)
    assert tree(tmp_path / "out") == tree(tmp_path / "wanted")


def test_changed_limits_clean_nothing_again(tmp_path: Path) -> None:
    folder = fill(tmp_path / "dumps", 3)
    run_again(folder, tmp_path / "out", limits(tmp_path, seconds=50))
    assert run_again(folder, tmp_path / "out", limits(tmp_path, seconds=70)).skipped == 3
