"""A source that changes: what is stored of its dumps, when an alarm is raised, and what it says."""

import importlib
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from bench.staged_sites import CHANGES, StagedPage, page

from conftest import Copydesk
from copydesk import batch, config
from copydesk.batch import Job, Run, Summary, report
from copydesk.batch.manifest import SCHEMA_VERSION, WITHOUT_HISTORY, Manifest
from copydesk.batch.manifest_history import History
from copydesk.config import ConfigError
from copydesk.drift.wording import sentence
from in_process import InProcessPool, cleaned_once, use_in_process_workers
from runs import FORMATS, cut_into, run_again


@pytest.fixture(name="copydesk")
def _in_process(copydesk_here: Copydesk) -> Copydesk:
    return copydesk_here


HOST = "paper.example"
OTHER_HOST = "other.example"


def write(path: Path, texts: Sequence[str], host: str = HOST) -> Path:
    """A container with pages of a host."""
    path.parent.mkdir(exist_ok=True)
    rows = [{"id": f"{n}", "url": f"https://{host}/{n}", "text": text} for n, text in enumerate(texts)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def texts(numbers: Sequence[int], change: Callable[[StagedPage], StagedPage] = lambda own: own) -> list[str]:
    return [change(page(number)).text for number in numbers]


@pytest.fixture(scope="module", autouse=True)
def _cleaned_once() -> Iterator[None]:
    with cleaned_once():
        yield


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with dumps of two nights, 30 pages each, and the output "out"."""
    folder = tmp_path_factory.mktemp("history")
    with pytest.MonkeyPatch.context() as patch:
        use_in_process_workers(patch)
        for night in range(2):
            write(folder / "dumps" / f"{night}.jsonl", texts(range(30 * night, 30 * night + 30)))
            assert not run_again(folder / "dumps", folder / "out").drifts
    return folder


@pytest.fixture
def site(history: Path, tmp_path: Path, in_process_workers: None) -> Path:
    """A copy of the history: its dumps and its output."""
    shutil.copytree(history, tmp_path / "site")
    return tmp_path / "site"


@pytest.fixture
def settled(site: Path) -> Path:
    """The same after a run that saw the paths of the copy."""
    assert not run_again(site / "dumps", site / "out").drifts
    return site


def next_night(site: Path, found: Sequence[str], night: int = 2) -> Summary:
    write(site / "dumps" / f"{night}.jsonl", found)
    return run_again(site / "dumps", site / "out")


def rows(output: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(output / ".copydesk" / "manifest.sqlite")) as base:
        return base.execute(sql).fetchall()


# Alarms

SAID = {
    "new template": "usual lines on 0 of 30 pages, was 60 of 60",
    "paywall": "story cut off on 30 of 30 pages, was 0 of 60",
    "consent wall": "story found on 0 of 30 pages, was 60 of 60",
    "empty shell": "title found on 0 of 30 pages, was 60 of 60",
    "other language": "language en on 0 of 30 pages, was 60 of 60",
    "dates gone": "date found on 0 of 30 pages",
    "authors gone": "authors found on 0 of 30 pages",
    "titles gone": "title found on 0 of 30 pages, was 60 of 60",
    "bot check": "story found on 0 of 30 pages, was 60 of 60",
    "cut stories": "words (median), was ",
}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.slow
def test_a_change_is_found_in_the_first_run_with_thirty_pages(site: Path, name: str) -> None:
    done = next_night(site, texts(range(60, 90), CHANGES[name]))
    assert [one.source for one in done.drifts] == [HOST]
    assert SAID[name] in sentence(done.drifts[0])
    assert not next_night(site, texts(range(90, 120), CHANGES[name]), 3).drifts, "the change is what is usual now"


@pytest.mark.slow
def test_the_sentence_quotes_what_is_new_on_every_page(site: Path) -> None:
    done = next_night(site, texts(range(60, 90), CHANGES["empty shell"]))
    assert sentence(done.drifts[0]).endswith("; new on every page: 'Please enable JavaScript to view this page.'")


@pytest.mark.slow
def test_a_night_as_usual_raises_no_alarm(site: Path) -> None:
    done = next_night(site, texts(range(60, 90)))
    assert (done.drifts, rows(site / "out", "select * from drifts")) == ((), [])


@pytest.mark.slow
def test_a_few_changed_pages_raise_no_alarm(site: Path) -> None:
    """Three pages of thirty are behind a paywall: that comes by chance."""
    done = next_night(site, [*texts(range(60, 87)), *texts(range(87, 90), CHANGES["paywall"])])
    assert done.drifts == ()


@pytest.mark.slow
def test_another_source_is_compared_with_its_own_history_only(site: Path) -> None:
    """It has a story on no page, as it has never had one."""
    write(site / "dumps" / "other-1.jsonl", texts(range(200, 230), CHANGES["bot check"]), OTHER_HOST)
    assert next_night(site, texts(range(60, 90))).drifts == ()
    write(site / "dumps" / "other-2.jsonl", texts(range(230, 260), CHANGES["bot check"]), OTHER_HOST)
    assert next_night(site, texts(range(90, 120)), 3).drifts == ()


def test_few_dumps_wait_for_the_next_run(site: Path) -> None:
    first = next_night(site, texts(range(60, 72), CHANGES["bot check"]))
    assert (first.drifts, rows(site / "out", "select count(*) from observed where run is null")) == ((), [(12,)])
    second = next_night(site, texts(range(72, 84), CHANGES["bot check"]), 3)
    assert "story found on 0 of 24 pages" in sentence(second.drifts[0])


# The history


def test_a_run_without_changes_adds_no_history(settled: Path) -> None:
    before = rows(settled / "out", "select * from observed order by id")
    done = run_again(settled / "dumps", settled / "out")
    assert (done.cleaned, len(before)) == (0, 60)
    assert rows(settled / "out", "select * from observed order by id") == before


@pytest.mark.slow
def test_dumps_that_are_cleaned_again_stay_in_their_run(site: Path) -> None:
    before = rows(site / "out", "select id, run, figures from observed order by id")
    own = site / "own.toml"
    own.write_text('[edits]\noff = ["spacing.comma"]\n', encoding="utf-8")
    done = run_again(site / "dumps", site / "out", own)
    assert (done.cleaned, done.drifts) == (60, ())
    assert rows(site / "out", "select id, run, figures from observed order by id") == before


@pytest.mark.slow
def test_a_file_that_is_written_again_each_night_keeps_its_history(tmp_path: Path, in_process_workers: None) -> None:
    """The records of the nights before are gone, and their figures are not."""
    for night in range(2):
        write(tmp_path / "dumps" / "tonight.jsonl", texts(range(30 * night, 30 * night + 30)))
        assert not run_again(tmp_path / "dumps", tmp_path / "out").drifts
    write(tmp_path / "dumps" / "tonight.jsonl", texts(range(60, 90), CHANGES["consent wall"]))
    said = sentence(run_again(tmp_path / "dumps", tmp_path / "out").drifts[0])
    assert "story found on 0 of 30 pages, was 60 of 60" in said
    assert "new on every page: 'We value your privacy'" in said


@pytest.mark.slow
def test_a_manifest_without_a_history_gets_one(settled: Path, copydesk: Copydesk) -> None:
    """An output of the version before: nothing is lost, and status and verify read it as it is."""
    with closing(sqlite3.connect(settled / "out" / ".copydesk" / "manifest.sqlite")) as base:
        base.executescript(
            f"drop table observed; drop table drifts; drop table figures; pragma user_version = {WITHOUT_HISTORY}"
        )
    for command in ("status", "verify"):
        assert copydesk(command, settled / "out").returncode == 0
    assert rows(settled / "out", "pragma user_version") == [(WITHOUT_HISTORY,)]
    done = run_again(settled / "dumps", settled / "out")
    assert (done.skipped, done.counts.unchanged) == (2, 60)
    assert rows(settled / "out", "pragma user_version") == [(SCHEMA_VERSION,)]
    for night in (2, 3):
        assert not next_night(settled, texts(range(30 * night, 30 * night + 30)), night).drifts
    assert next_night(settled, texts(range(120, 150), CHANGES["bot check"]), 4).drifts


def test_a_damaged_row_of_the_history_is_removed(settled: Path) -> None:
    with closing(sqlite3.connect(settled / "out" / ".copydesk" / "manifest.sqlite")) as base:
        base.execute("drop trigger observed_changed")
        base.execute("update observed set figures = '[true]' where rowid = 7")
        sql = base.execute("select sql from sqlite_master where name = 'observed_added'").fetchone()[0]
        columns = "id, source, run, input, number, figures, lines"
        base.create_function("row_sum", -1, lambda *values: 0)
        base.execute(sql.replace("observed_added after insert", f"observed_changed after update of {columns}"))
        base.commit()
    done = run_again(settled / "dumps", settled / "out")
    assert (done.cleaned, rows(settled / "out", "select count(*) from observed")) == (0, [(59,)])


@pytest.mark.parametrize("publish", [0, 2])
@pytest.mark.slow
def test_a_run_that_dies_does_not_lose_the_alarm(settled: Path, monkeypatch: pytest.MonkeyPatch, publish: int) -> None:
    cut_into(monkeypatch, dumps=5)
    write(settled / "dumps" / "2.jsonl", texts(range(60, 90), CHANGES["bot check"]))
    job = Job(batch.plan([settled / "dumps"]), settled / "out", FORMATS, jobs=1)
    with Run(job) as run, InProcessPool(job.setup, 1) as pool, closing(pool.clean(next(run.rounds()))) as parts:  # type: ignore[type-var]
        for _ in range(publish):
            run.publish(next(parts))
    assert rows(settled / "out", "select count(*) from observed where run is null") == [(5 * publish,)]
    done = run_again(settled / "dumps", settled / "out")
    assert "story found on 0 of 30 pages, was 60 of 60" in sentence(done.drifts[0])


def test_a_run_that_dies_after_it_has_compared_reports_in_the_next(
    settled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(settled / "dumps" / "2.jsonl", texts(range(60, 90), CHANGES["bot check"]))

    def dies(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        totals = importlib.import_module("copydesk.batch.manifest_totals")
        patch.setattr(totals.Totals, "end_run", dies)
        with pytest.raises(OSError, match="No space left"):
            run_again(settled / "dumps", settled / "out")
    done = run_again(settled / "dumps", settled / "out")
    assert (done.cleaned, len(done.drifts)) == (0, 1)
    assert run_again(settled / "dumps", settled / "out").drifts == ()


@pytest.mark.slow
def test_the_history_does_not_depend_on_the_order_of_parts_and_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_process_workers: None
) -> None:
    cut_into(monkeypatch, dumps=4)
    found = []
    for name, backwards in (("one", False), ("two", True)):
        for night, change in enumerate(("", "", "paywall")):
            numbers = range(30 * night, 30 * night + 30)
            write(tmp_path / name / f"{night}.jsonl", texts(numbers, CHANGES.get(change, lambda own: own)))
            job = Job(batch.plan([tmp_path / name]), tmp_path / f"out-{name}", FORMATS)
            with Run(job) as run, InProcessPool(job.setup, 1) as pool:
                for units in run.rounds():
                    parts = list(pool.clean(units))
                    for one in reversed(parts) if backwards else parts:
                        run.publish(one)
                summary = run.finish()
        sql = "select id, source, run, figures, lines from observed order by id"
        found.append((summary.drifts, rows(tmp_path / f"out-{name}", sql)))
    assert found[0] == found[1]
    assert found[0][0]


def test_the_lines_of_old_dumps_are_deleted(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.import_module("copydesk.batch.manifest_history"), "MAX_HISTORY_LINES", 40)
    next_night(site, texts(range(60, 90)))
    with_lines = "select run, count(*) from observed where lines is not null group by run order by run"
    assert rows(site / "out", with_lines) == [(2, 10), (3, 30)]


# What users see


def test_the_commands_and_the_report_name_the_change(site: Path, copydesk: Copydesk) -> None:
    write(site / "dumps" / "2.jsonl", texts(range(60, 90), CHANGES["bot check"]))
    run = copydesk("clean", site / "dumps", "-o", site / "out")
    said = f"{HOST}: story found on 0 of 30 pages, was 60 of 60"
    printed = run.stderr.decode()
    assert run.returncode == 0
    assert "1 source has changed: read some of its new records" in printed
    assert said in printed
    status = copydesk("status", site / "out").stdout.decode()
    assert f"sources that have changed, the last first:\n  {said}" in status
    shown = json.loads(copydesk("status", site / "out", "--json").stdout)["drifts"]
    assert [(one["source"], one["run"], one["what"].startswith(said)) for one in shown] == [(HOST, 3, True)]


def test_the_report_of_the_flow_has_the_change(site: Path) -> None:
    done = next_night(site, texts(range(60, 90), CHANGES["bot check"]))
    assert f"## Sources that have changed\n\n- {HOST}: story found on 0 of 30 pages" in report.text(done, "out")
    assert {"kind": "result", "what": "sources that have changed", "count": 1} in report.rows(done)
    assert "Sources that have changed" not in report.text(replace(done, drifts=()), "out")


def test_settings_say_how_many_dumps_are_compared(settled: Path) -> None:
    write(settled / "dumps" / "2.jsonl", texts(range(60, 90), CHANGES["bot check"]))
    own = settled / "own.toml"
    own.write_text("[drift]\nmin_dumps = 40\n", encoding="utf-8")
    assert run_again(settled / "dumps", settled / "out", own).drifts == ()
    own.write_text("[drift]\nmin_dumps = 30\n", encoding="utf-8")
    done = run_again(settled / "dumps", settled / "out", own)
    assert (done.cleaned, len(done.drifts)) == (0, 1)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("min_dumps = 3", "drift.min_dumps: must be at least 10, got 3"),
        ("runs_a_month = 0", "drift.runs_a_month: must be at least 1, got 0"),
        ("alpha = 1", "alpha"),
    ],
)
def test_settings_that_can_not_be_used_are_errors(tmp_path: Path, text: str, what: str) -> None:
    (tmp_path / "own.toml").write_text(f"[drift]\n{text}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=what):
        config.load(tmp_path / "own.toml")


def test_the_settings_change_no_record() -> None:
    own = config.default()
    assert replace(own, drift=replace(own.drift, min_dumps=50)).digest(None) == own.digest(None)


def test_a_manifest_lists_the_last_drifts(site: Path) -> None:
    next_night(site, texts(range(60, 90), CHANGES["bot check"]))
    next_night(site, texts(range(90, 120)), 3)
    with closing(Manifest(site / "out" / ".copydesk")) as manifest:
        assert [one.run for one in History(manifest).drifts(0)] == [4, 3]
        assert [one.run for one in History(manifest).drifts(3)] == [4]
