"""What a run says of itself: which dumps have changed in the output, how long each step took, and its figures."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import lxml.html
import pytest
from prometheus_client import Metric
from prometheus_client.openmetrics import parser

from conftest import Copydesk
from copydesk import batch, config
from copydesk.batch import Job, Summary, manifest_sums, report
from copydesk.batch.changes import MAX_LISTED, Change, Changes, change_of
from copydesk.batch.counts import Counts
from copydesk.batch.manifest import SCHEMA_VERSION, WITHOUT_FIGURES
from copydesk.config import Config
from copydesk.keep import KeepSettings
from copydesk.step_times import STEPS
from runs import container, fill, story

pytestmark = pytest.mark.usefixtures("in_process_workers")


@pytest.fixture(name="copydesk")
def _in_process(copydesk_here: Copydesk) -> Copydesk:
    return copydesk_here


def run(folder: Path, settings: Config | None = None, *, prune: bool = False) -> Summary:
    """Clean `dumps` of this folder into `out`."""
    output = folder / "out"
    plan = batch.plan([str(folder / "dumps")], output)
    return batch.run(Job(plan, output, settings=settings or config.default(), prune=prune))


def changes(done: Summary) -> set[tuple[str, str]]:
    return {(str(change), source) for change, source in done.changes.listed}


def test_each_kind_of_change_is_named_once(tmp_path: Path) -> None:
    dumps = fill(tmp_path / "dumps", 4)
    first = run(tmp_path)
    assert changes(first) == {("new", f"story-{n:04}.txt") for n in range(4)}
    (dumps / "story-0000.txt").write_text(story(100), encoding="utf-8")
    (dumps / "story-0001.txt").unlink()
    (dumps / "story-0002.txt").write_bytes(b"")
    (dumps / "later.txt").write_text(story(101), encoding="utf-8")
    second = run(tmp_path)
    assert changes(second) == {
        ("changed", "story-0000.txt"),
        ("gone", "story-0001.txt"),
        ("newly rejected", "story-0002.txt"),
        ("new", "later.txt"),
    }
    assert [(one.source, one.reason) for one in second.rejects] == [("story-0002.txt", "empty")]
    (dumps / "story-0002.txt").write_text(story(2), encoding="utf-8")
    assert changes(run(tmp_path)) == {("back", "story-0002.txt")}
    assert changes(run(tmp_path)) == set()


def test_limits_that_have_changed_filter_and_bring_back(tmp_path: Path) -> None:
    fill(tmp_path / "dumps", 1)
    run(tmp_path)
    strict = replace(config.default(), keep=KeepSettings(min_words=10_000))
    assert changes(run(tmp_path, strict)) == {("newly filtered", "story-0000.txt")}
    assert changes(run(tmp_path, strict)) == set()
    assert changes(run(tmp_path)) == {("back", "story-0000.txt")}


def test_a_record_that_is_gone_from_a_container_is_gone(tmp_path: Path) -> None:
    (tmp_path / "dumps").mkdir()
    container(tmp_path / "dumps" / "box.jsonl", [story(n) for n in range(3)])
    run(tmp_path)
    container(tmp_path / "dumps" / "box.jsonl", [story(n) for n in range(2)])
    assert changes(run(tmp_path)) == {("gone", "box.jsonl#r2")}


def test_what_is_pruned_is_gone(tmp_path: Path) -> None:
    fill(tmp_path / "dumps", 2)
    run(tmp_path)
    (tmp_path / "dumps" / "story-0001.txt").unlink()
    assert changes(run(tmp_path, prune=True)) == {("gone", "story-0001.txt")}
    assert changes(run(tmp_path, prune=True)) == set()


@pytest.mark.parametrize(
    ("before", "now", "is_other", "change"),
    [
        (None, "published", True, Change.NEW),
        (None, "rejected", False, Change.REJECTED),
        (None, "filtered", False, Change.FILTERED),
        ("published", "published", True, Change.CHANGED),
        ("published", "published", False, None),
        ("rejected", "rejected", False, None),
        ("rejected", "published", True, Change.BACK),
        ("filtered", "filtered", False, None),
        ("filtered", "rejected", False, Change.REJECTED),
    ],
)
def test_the_change_of_a_dump(before: str | None, now: str, is_other: bool, change: Change | None) -> None:
    assert change_of(before, now, is_other=is_other) is change


def test_all_changes_are_counted_and_some_are_named() -> None:
    found = Changes()
    for number in range(MAX_LISTED + 5):
        found.add(Change.NEW, str(number))
    found.add(Change.GONE, "x")
    assert (found.counts[Change.NEW], len(found.listed)) == (MAX_LISTED + 5, MAX_LISTED + 1)


def test_steps_and_counts_are_those_of_the_dumps_that_were_cleaned(tmp_path: Path) -> None:
    fill(tmp_path / "dumps", 3)
    first = run(tmp_path)
    assert set(first.steps) == set(STEPS)
    assert all(seconds > 0 for seconds in first.steps.values())
    assert first.made.articles == 3
    (tmp_path / "dumps" / "more.txt").write_text(story(9), encoding="utf-8")
    (tmp_path / "other").mkdir()
    second = run(tmp_path)
    assert (second.made.articles, second.counts.articles, second.whole[:2]) == (1, 4, (4, 4))
    nothing = run(tmp_path)
    assert (nothing.made, dict(nothing.steps)) == (Counts(), {})
    assert "| articles | 4 |" in report.text(nothing, "out")
    assert "| spacing fixed | 0 places (0 edits in all) | 0.0 |" in report.text(nothing, "out")


def families(text: str) -> list[Metric]:
    """What the parser of Prometheus' own client, which comes with Prefect, reads in a text."""
    return list(parser.text_string_to_metric_families(text))  # type: ignore[no-untyped-call]


def metrics(copydesk: Copydesk) -> dict[tuple[str, str], float]:
    """The values of the metrics, by name and by the labels beside that of the output."""
    printed = copydesk("status", "out", "--metrics").stdout.decode()
    assert printed.endswith("# EOF\n")
    found = {}
    for family in families(printed):
        assert family.type == "gauge"
        for sample in family.samples:
            labels = ",".join(value for label, value in sample.labels.items() if label != "output")
            assert sample.labels["output"] == "out"
            found[sample.name, labels] = sample.value
    return found


def test_metrics_are_read_by_the_parser_of_prometheus(copydesk: Copydesk, tmp_path: Path) -> None:
    fill(tmp_path / "dumps", 3)
    (tmp_path / "dumps" / "empty.txt").write_bytes(b"")
    run(tmp_path)
    found = metrics(copydesk)
    assert found["copydesk_dumps", ""] == 4
    assert found["copydesk_records", "story"] == 3
    assert found["copydesk_rejected_dumps", "empty"] == 1
    assert found["copydesk_last_run_state", "finished"] == 1
    assert found["copydesk_last_run_state", "broken"] == 0
    assert found["copydesk_finished_run_dumps", "written"] == 3
    assert found["copydesk_finished_run_changes", "new"] == 3
    assert found["copydesk_finished_run_step_seconds", "fix spacing"] > 0


def test_a_name_in_a_metric_ends_no_label(tmp_path: Path, copydesk_here: Copydesk) -> None:
    fill(tmp_path / "dumps", 1)
    output = tmp_path / 'a"} 1\n\\b'
    batch.run(Job(batch.plan([str(tmp_path / "dumps")], output), output))
    printed = copydesk_here("status", output.name, "--metrics").stdout.decode()
    assert {sample.labels["output"] for family in families(printed) for sample in family.samples} == {output.name}


def test_metrics_and_json_are_not_printed_together(copydesk: Copydesk, tmp_path: Path) -> None:
    fill(tmp_path / "dumps", 1)
    run(tmp_path)
    assert copydesk("status", "out", "--metrics", "--json").returncode == 2


def page(copydesk: Copydesk, tmp_path: Path) -> lxml.html.HtmlElement:
    assert copydesk("report", "out", "-o", "page.html", "-q").returncode == 0
    return lxml.html.document_fromstring((tmp_path / "page.html").read_text(encoding="utf-8"))


def rows(document: lxml.html.HtmlElement, section: str) -> list[list[str]]:
    cells = document.xpath(f"//section[@id='{section}']//tbody/tr")
    return [[" ".join(cell.text_content().split()) for cell in row] for row in cells]


def test_the_report_shows_the_run_before(copydesk: Copydesk, tmp_path: Path) -> None:
    fill(tmp_path / "dumps", 3)
    run(tmp_path)
    assert rows(page(copydesk, tmp_path), "before") == []
    (tmp_path / "dumps" / "story-0001.txt").write_bytes(b"")
    run(tmp_path)
    found = rows(page(copydesk, tmp_path), "before")
    assert ["written", "0", "3", "-3"] in found
    assert ["rejected: empty", "1", "0", "+1"] in found
    assert ["change: newly rejected", "1", "0", "+1"] in found


def test_a_manifest_without_figures_gets_them(copydesk: Copydesk, tmp_path: Path) -> None:
    """An output of the version before: nothing is cleaned again, and status and the report read it as it is."""
    fill(tmp_path / "dumps", 2)
    run(tmp_path)
    manifest = tmp_path / "out" / ".copydesk" / "manifest.sqlite"
    with closing(sqlite3.connect(manifest)) as base:
        base.executescript(f"drop table figures; pragma user_version = {WITHOUT_FIGURES}")
    assert ("copydesk_finished_run_dumps", "written") not in metrics(copydesk)
    assert rows(page(copydesk, tmp_path), "before") == []
    assert copydesk("verify", "out").returncode == 0
    assert run(tmp_path).skipped == 2
    assert metrics(copydesk)["copydesk_finished_run_dumps", "unchanged"] == 2
    with closing(sqlite3.connect(manifest)) as base:
        assert base.execute("pragma user_version").fetchone() == (SCHEMA_VERSION,)


@pytest.mark.parametrize("found", ["[]", '{"counts": {"written": "x"}}', "not JSON"])
def test_figures_that_copydesk_has_not_written(copydesk: Copydesk, tmp_path: Path, found: str) -> None:
    """The report goes without them; the metrics say that the manifest is damaged."""
    fill(tmp_path / "dumps", 1)
    run(tmp_path)
    with closing(sqlite3.connect(tmp_path / "out" / ".copydesk" / "manifest.sqlite")) as base, base:
        manifest_sums.connect(base)
        base.execute("update figures set found = ?", (found,))
    assert rows(page(copydesk, tmp_path), "runs")
    failed = copydesk("status", "out", "--metrics")
    assert (failed.returncode, b"damaged" in failed.stderr) == (3, True)


def test_the_log_has_the_changes(copydesk: Copydesk, tmp_path: Path) -> None:
    fill(tmp_path / "dumps", 2)
    printed = copydesk("clean", "dumps", "-o", "out", "--log-format", "json").stderr.decode()
    assert json.loads(printed.splitlines()[-1])["changes"] == {"new": 2}
