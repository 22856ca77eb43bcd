"""Another memory: the lines of each dump are looked up again, and only dumps with another answer are cleaned again."""

import json
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from copydesk import batch, config
from copydesk.batch import Job, Run, plan
from copydesk.learn import learn
from in_process import InProcessPool
from runs import FORMATS, cleaned, cut_into, run_again, tree

pytestmark = pytest.mark.usefixtures("in_process_workers")

PAGES = 4
HOSTS = ("north.example", "south.example")


@pytest.fixture(name="log")
def _in_process(log_here: Path) -> Path:
    return log_here


def page(host: str, number: int) -> str:
    """A page of an invented paper, with a menu and an appeal that each page of the host has."""
    return (
        f"Front page of {host}\n\nCouncil of {host}\n\nHarbour {number} of {host} stays open for {number + 3} years\n\n"
        f"The council of {host} voted on Monday to keep harbour {number} open, as {number + 90} captains had asked.\n\n"
        f"Reporting like this takes weeks, and readers of {host} pay for it with a few pounds each month, or more.\n\n"
        f"Harbour {number} was built by {number + 7} masons who came over the sea, says the archive of the town.\n"
    )


def write(path: Path, host: str, numbers: Sequence[int]) -> None:
    """A container with these pages of a host."""
    path.parent.mkdir(exist_ok=True)
    rows = [{"id": f"{n}", "url": f"https://{host}/{n}", "text": page(host, n)} for n in numbers]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def learn_more(folder: Path, memory: Path) -> None:
    """Add these dumps to the memory."""
    learn(plan([folder]).inputs, memory, config.default(), jobs=1)


@pytest.fixture
def corpus(tmp_path: Path) -> tuple[Path, Path]:
    """Pages of two hosts and one page of a third, cleaned with a memory of them into "out"; the dumps and settings."""
    for host in HOSTS:
        write(tmp_path / "dumps" / f"{host}.jsonl", host, range(PAGES))
    write(tmp_path / "dumps" / "alone.jsonl", "alone.example", [50])
    learn_more(tmp_path / "dumps", tmp_path / "a.memory")
    settings = tmp_path / "own.toml"
    settings.write_text('[sources]\nmemory = "a.memory"\n', encoding="utf-8")
    run_again(tmp_path / "dumps", tmp_path / "out", settings)
    return tmp_path / "dumps", settings


def check_fresh(tmp_path: Path, dumps: Path, settings: Path) -> None:
    """The output is that of a fresh run."""
    run_again(dumps, tmp_path / "wanted", settings)
    assert tree(tmp_path / "out") == tree(tmp_path / "wanted")


@pytest.mark.slow
def test_the_same_memory_cleans_nothing_again(tmp_path: Path, log: Path, corpus: tuple[Path, Path]) -> None:
    dumps, settings = corpus
    learn_more(dumps, tmp_path / "a.memory")
    done = run_again(dumps, tmp_path / "out", settings)
    assert (done.cleaned, done.skipped, len(cleaned(log))) == (0, 3, 9)


@pytest.mark.slow
def test_only_dumps_of_the_source_that_learned_more_are_cleaned_again(
    tmp_path: Path, log: Path, corpus: tuple[Path, Path]
) -> None:
    dumps, settings = corpus
    write(tmp_path / "more" / "a.jsonl", HOSTS[0], [20, 21])
    learn_more(tmp_path / "more", tmp_path / "a.memory")
    before = len(cleaned(log))
    done = run_again(dumps, tmp_path / "out", settings)
    assert sorted(cleaned(log)[before:]) == [f"{HOSTS[0]}.jsonl#{n}" for n in range(PAGES)]
    assert (done.counts.written, done.counts.unchanged, done.cleaned) == (PAGES, PAGES + 1, PAGES)
    assert run_again(dumps, tmp_path / "out", settings).skipped == 3
    check_fresh(tmp_path, dumps, settings)


@pytest.mark.slow
def test_a_memory_that_knows_no_line_of_the_dumps_cleans_nothing_again(
    tmp_path: Path, log: Path, corpus: tuple[Path, Path]
) -> None:
    dumps, settings = corpus
    write(tmp_path / "more" / "a.jsonl", "elsewhere.example", range(5))
    learn_more(tmp_path / "more", tmp_path / "a.memory")
    done = run_again(dumps, tmp_path / "out", settings)
    assert (done.cleaned, len(cleaned(log))) == (0, 9)
    assert run_again(dumps, tmp_path / "out", settings).skipped == 3
    check_fresh(tmp_path, dumps, settings)


@pytest.mark.slow
def test_a_page_that_is_learned_itself_is_not_cleaned_again(
    tmp_path: Path, log: Path, corpus: tuple[Path, Path]
) -> None:
    """It does not count for itself, so its lines meet the same as before."""
    dumps, settings = corpus
    write(dumps / "new.jsonl", HOSTS[0], [30])
    run_again(dumps, tmp_path / "out", settings)
    learn_more(dumps / "new.jsonl", tmp_path / "a.memory")
    before = len(cleaned(log))
    run_again(dumps, tmp_path / "out", settings)
    assert sorted(cleaned(log)[before:]) == [f"{HOSTS[0]}.jsonl#{n}" for n in range(PAGES)]
    check_fresh(tmp_path, dumps, settings)


@pytest.mark.slow
def test_without_its_memory_everything_is_cleaned_again(tmp_path: Path, log: Path, corpus: tuple[Path, Path]) -> None:
    dumps, settings = corpus
    settings.write_text("", encoding="utf-8")
    assert run_again(dumps, tmp_path / "out", settings).cleaned == 9
    check_fresh(tmp_path, dumps, settings)


@pytest.mark.parametrize("publish", [False, True], ids=["staged", "published"])
@pytest.mark.slow
def test_a_run_that_is_killed_after_another_memory_leaves_nothing_of_the_old_one(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch, corpus: tuple[Path, Path], publish: bool
) -> None:
    dumps, settings = corpus
    cut_into(monkeypatch, dumps=2)
    write(tmp_path / "more" / "a.jsonl", HOSTS[0], [20, 21])
    learn_more(tmp_path / "more", tmp_path / "a.memory")
    before = len(cleaned(log))
    job = Job(batch.plan([dumps]), tmp_path / "out", FORMATS, config.resolve(settings), jobs=1)
    with Run(job) as run, InProcessPool(job.setup, 1) as pool, closing(pool.clean(next(run.rounds()))) as parts:  # type: ignore[type-var]
        found = [next(parts) for _ in range(3)]
        for one in found[: 2 if publish else 0]:
            run.publish(one)
    run_again(dumps, tmp_path / "out", settings)
    assert sorted(cleaned(log)[before:]) == [f"{HOSTS[0]}.jsonl#{n}" for n in range(PAGES)]
    check_fresh(tmp_path, dumps, settings)


@pytest.mark.slow
def test_a_file_that_was_replaced_is_read_again(tmp_path: Path, corpus: tuple[Path, Path]) -> None:
    """In one process, as that of a flow that runs every night."""
    _, settings = corpus
    own = config.load(settings)
    before = own.memory_digest
    write(tmp_path / "more" / "a.jsonl", HOSTS[0], [20, 21])
    learn_more(tmp_path / "more", tmp_path / "a.memory")
    assert own.memory_digest != before
