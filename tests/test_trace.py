"""The flow that shows each step: its artifacts, and that it writes what a run writes."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import ROOT, Copydesk
from copydesk import SuppliedMetadata, config, desk, trace
from copydesk.dump import from_text
from runs import tree

PAGE = """Old bridge to stay closed until spring

By Jane Doe

The council voted on Monday evening,after midnight, to keep the old bridge closed until spring, as many had asked.

"It is not safe," said the engineer; the repair takes months, and no one knows how many of them it will take.

Share on Facebook

More from Example News

Flood of the century leaves town without a road

Mayor says she will not run again next spring
"""


def test_each_step_says_what_it_did() -> None:
    settings = config.default()
    raw = from_text(PAGE, "page.txt")
    edited = desk.edit_dump(raw, settings)
    labelled = desk.label_dump(raw, edited, settings)
    cleaned = desk.make_records(raw, labelled, settings)
    assert f"| characters | {len(PAGE):,} |" in trace.read(raw)
    assert trace.spacing(raw, edited).startswith("1 edits; language: en\n")
    assert (
        "| spacing.comma | d on Monday evening,after midnight, to k | d on Monday evening, after midnight, to k |"
        in (trace.spacing(raw, edited))
    )
    assert "of 8 lines are story" in trace.boilerplate(labelled)
    assert "| Share on Facebook |" in trace.boilerplate(labelled)
    assert trace.teasers(cleaned).startswith("2 other stories in ")
    assert "| Flood of the century leaves town without a road |" in trace.teasers(cleaned)
    assert "| authors | Jane Doe | line 1 |" in trace.metadata(cleaned.article)
    assert cleaned == desk.clean_dump(raw, settings)


def test_a_dump_without_anything_gives_empty_tables() -> None:
    settings = config.default()
    raw = from_text("403\n", "page.txt")
    labelled = desk.label_dump(raw, desk.edit_dump(raw, settings), settings)
    cleaned = desk.make_records(raw, labelled, settings)
    assert "nothing" in trace.spacing(raw, labelled.edited)
    assert trace.teasers(cleaned) == "0 other stories in 0 lines\n\nnothing\n"


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "[a](javascript:b)", "a | b", "{{ 7 * 7 }}", "`x`", "\x1b[31m"]
)
def test_nothing_of_a_dump_acts_in_an_artifact(text: str) -> None:
    settings = config.default()
    raw = replace(from_text(PAGE.replace("Share on Facebook", text), "page.txt"), given=SuppliedMetadata(title=text))
    labelled = desk.label_dump(raw, desk.edit_dump(raw, settings), settings)
    cleaned = desk.make_records(raw, labelled, settings)
    shown = [trace.read(raw), trace.boilerplate(labelled), trace.teasers(cleaned), trace.metadata(cleaned.article)]
    for markdown in shown:
        assert text not in markdown.replace("| --- |", "")


@pytest.mark.slow
def test_the_flow_shows_six_tasks_and_writes_what_a_run_writes(
    copydesk_here: Copydesk, tmp_path: Path, prefect_server: dict[str, str]
) -> None:
    (tmp_path / "dumps").mkdir()
    (tmp_path / "dumps" / "page.txt").write_text(PAGE, encoding="utf-8")
    (tmp_path / "dumps" / "empty.txt").write_bytes(b"")
    script = (
        "import json\nfrom copydesk.trace_tasks import trace_dumps\n"
        "from prefect.client.orchestration import get_client\n"
        "done = trace_dumps(['dumps'], 'traced')\n"
        "with get_client(sync_client=True) as client:\n"
        "    artifacts = client._client.post('/artifacts/filter', json={}).json()\n"
        "    tasks = client._client.post('/task_runs/filter', json={}).json()\n"
        "print(json.dumps([done, sorted(one['key'] for one in artifacts), sorted(one['name'] for one in tasks)]))\n"
    )
    command = [sys.executable, "-c", script]
    run = subprocess.run(command, capture_output=True, check=False, cwd=tmp_path, env=prefect_server, timeout=300)
    assert run.returncode == 0, run.stderr.decode()[-3000:]
    done, artifacts, tasks = json.loads(run.stdout.decode().splitlines()[-1])
    assert (
        done["rejected"] == {"empty.txt": "empty: the file has no visible character"} or "empty.txt" in done["rejected"]
    )
    assert [key for key in artifacts if key.startswith("copydesk-trace-")] == [  # other flows have used the server
        f"copydesk-trace-{step}" for step in ("boilerplate", "metadata", "read", "spacing", "teasers", "write")
    ]
    steps = ("attach metadata", "fix spacing", "read", "split teasers", "strip boilerplate", "write")
    assert [name for name in tasks if name.endswith(" page.txt")] == [f"{step} page.txt" for step in steps]
    assert copydesk_here("clean", "dumps", "-o", "plain").returncode == 1
    wanted = {name: data for name, data in tree(tmp_path / "plain").items() if name != "rejects.jsonl"}
    assert tree(tmp_path / "traced") == wanted
    assert sorted(done["written"]["page.txt"]) == sorted(wanted)


@pytest.mark.slow
def test_the_script_names_its_options() -> None:
    run = subprocess.run([sys.executable, str(ROOT / "flows" / "trace.py"), "--help"], capture_output=True, check=True)
    assert all(option in run.stdout.decode() for option in ("--output", "--config", "--count"))
