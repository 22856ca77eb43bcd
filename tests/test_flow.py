"""The Prefect flow: on the embedded server, through the script that the README names, and its deployment."""

import inspect
import json
import os
import re
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml
from bench.staged_sites import CHANGES, page

from conftest import ROOT, Copydesk
from copydesk.store import Store
from ports import free_port
from prefect_servers import server, started, surroundings, wait_for
from runs import fill

STORY = "A headline of some length\n\nThe council voted on Monday to close the bridge,which has stood for a century.\n"

MAX_SECONDS_AFTER_DEATH = 90.0
"""Seconds after which a flow has ended if its Prefect server has died."""


def test_the_report_names_the_four_steps_with_their_counts() -> None:
    from copydesk.batch import Counts, Summary, report

    counts = Counts(written=2, rejected=1, articles=2, teasers=5, boilerplate=6, edits=4, spacing=3, facts=11)
    summary = Summary(
        counts=counts,
        skipped=7,
        cleaned=3,
        labels={"paragraph": 9},
        rules={"spacing.comma": 3},
        reasons={"empty": 1},
        slowest=(("a|b\n.txt", 0.5),),
        vanished=("gone.txt",),
        seconds=1.26,
        before="1 written, 0 unchanged, 0 rejected",
        made=replace(counts, teasers=4),
        steps={"fix spacing": 0.25, "split teasers": 0.04},
        whole=(9, 10, Counts(articles=8, rejected=2)),
    )
    text = report.text(summary, "out")
    assert text.startswith(
        "# 2 written, 0 unchanged, 1 rejected -> out\n"
        "\n"
        "## This run\n"
        "\n"
        "3 dumps were cleaned in 1.3 s; 7 files were skipped, because nothing has changed. A dump also counts as unchanged if it was cleaned and gave the same output. The run before: 1 written, 0 unchanged, 0 rejected.\n"
        "\n"
        "The steps are those of the dumps that were cleaned; the seconds are those of all workers together.\n"
        "\n"
        "| step | what it did | seconds |\n"
        "| --- | --- | --- |\n"
        "| dumps read | 3 dumps | 0.0 |\n"
        "| spacing fixed | 3 places (4 edits in all) | 0.2 |\n"
        "| boilerplate stripped | 6 lines | 0.0 |\n"
        "| teasers split | 4 records | 0.0 |\n"
        "| metadata attached | 11 facts on 2 articles | 0.0 |\n"
        "| records written | 6 records | 0.0 |\n"
    )
    assert (
        "## The whole output, with the files of earlier runs\n\n| what | count |\n| --- | --- |\n| files | 9 |" in text
    )
    assert {"what": "articles", "count": 8} in report.whole(summary)
    for row in ("| empty | 1 |", "| paragraph | 9 |", "| spacing.comma | 3 |", "| a_b_.txt | 0.50 |", "- gone.txt"):
        assert row in text
    assert {"kind": "reject", "what": "empty", "count": 1} in report.rows(summary)
    assert {"kind": "result", "what": "filtered", "count": 0} in report.rows(summary)
    few = replace(summary, counts=replace(counts, filtered=3), limits={"min_words": 2, "pages": 1})
    assert {"kind": "filter", "what": "min_words", "count": 2} in report.rows(few)
    assert "## Filtered by limit\n\n| what | count |\n| --- | --- |\n| min_words | 2 |\n| pages | 1 |" in report.text(
        few, "out"
    )


@pytest.mark.slow
def test_the_deployment_fits_the_flow() -> None:
    from prefect.client.schemas.schedules import CronSchedule

    deployment = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"][0]
    path, _, name = deployment["entrypoint"].partition(":")
    assert (ROOT / path).is_file()
    from copydesk import tasks

    assert set(deployment["parameters"]) == set(inspect.signature(getattr(tasks, name).fn).parameters)
    schedule = deployment["schedules"][0]
    assert CronSchedule(cron=schedule["cron"], timezone=schedule["timezone"]).cron == "0 3 * * *"
    assert schedule["active"] is True


def tree(folder: Path) -> dict[str, bytes]:
    """What an output holds."""
    found = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if not name.startswith(".")}


@pytest.mark.slow
def test_the_flow_writes_what_the_command_writes(
    copydesk_here: Copydesk, dumps: Callable[..., Path], tmp_path: Path, prefect_server: dict[str, str]
) -> None:
    folder = dumps(a__txt=STORY, b__txt=STORY, menu__txt="Home\nNews\nSport\n", empty__txt="")
    own = tmp_path / "own.toml"
    own.write_text("[keep]\nmin_words = 5\n", encoding="utf-8")
    command = [sys.executable, str(ROOT / "flows" / "clean.py"), str(folder), "-o", str(tmp_path / "flow")]
    run = subprocess.run(
        [*command, "--config", str(own)],
        capture_output=True,
        check=False,
        cwd=tmp_path,
        env=prefect_server,
        timeout=300,
    )
    log = run.stderr.decode()
    assert run.returncode == 1, log
    assert "| boilerplate stripped | 3 lines |" in log
    assert "| spacing fixed | 2 places (2 edits in all) |" in log
    assert "Finished in state WithRejects('2 written, 0 unchanged, 1 rejected, 1 filtered (empty 1)'" in log
    assert "| min_words | 1 |" in log
    assert "2 written, 0 unchanged, 1 rejected, 1 filtered" in log
    copydesk_here("clean", folder, "-o", "plain", "--config", own)
    assert (tmp_path / "flow" / "filtered.jsonl").is_file()
    assert tree(tmp_path / "flow") == tree(tmp_path / "plain")


LONG = (
    f"{STORY}\nIt carries four thousand cars a day, said the mayor, and no one knows how long its pillars will hold.\n"
)


@pytest.mark.slow
def test_the_flow_writes_the_table_of_copies_of_the_command(
    copydesk_here: Copydesk, dumps: Callable[..., Path], tmp_path: Path, prefect_server: dict[str, str]
) -> None:
    folder = dumps(a__txt=LONG, b__txt=LONG, c__txt=STORY)
    command = [sys.executable, str(ROOT / "flows" / "clean.py"), str(folder), "-o", "out", "--copies", "flow.jsonl"]
    run = subprocess.run(command, capture_output=True, check=False, cwd=tmp_path, env=prefect_server, timeout=300)
    log = run.stderr.decode()
    assert run.returncode == 0, log
    assert "| clusters | 1 |\n| exact | 1 |" in log
    assert " | 2 | the longest |" in log
    copydesk_here("copies", "out", "-o", "plain.jsonl")
    table = (tmp_path / "flow.jsonl").read_bytes()
    assert table.count(b"\n") == 2
    assert table == (tmp_path / "plain.jsonl").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("output", "table", "formats", "message"),
    [
        ("s3://bucket/out", "copies.jsonl", ["json"], "must be a folder of this machine"),
        ("out", "copies.jsonl", ["md", "csv"], "json, jsonl, jsonl.gz or parquet"),
        ("out", "copies.csv", ["json"], "must end in .jsonl or .parquet or .sqlite"),
    ],
)
def test_copies_that_the_flow_can_not_write_are_named_before_it_runs(
    output: str, table: str, formats: list[str], message: str
) -> None:
    from copydesk.config import ConfigError
    from copydesk.flow_report import check_copies

    check_copies("out", "copies.parquet", ["md", "json"])
    with pytest.raises(ConfigError, match=message):
        check_copies(output, table, formats)


@pytest.mark.slow
def test_the_flow_learns_and_reports_a_source_that_has_changed(copydesk_here: Copydesk, tmp_path: Path) -> None:
    """One run on the embedded server: the output is that of learning and cleaning, and the change is an event."""
    for night, change in enumerate(("", "bot check")):
        pages = [CHANGES[change](page(n)) if change else page(n) for n in range(30 * night, 30 * night + 30)]
        rows = [{"id": f"{n}", "url": f"https://paper.example/{n}", "text": one.text} for n, one in enumerate(pages)]
        (tmp_path / "dumps").mkdir(exist_ok=True)
        (tmp_path / "dumps" / f"{night}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        if not night:
            copydesk_here("clean", "dumps", "-o", "flow", "--format", "jsonl")
    (tmp_path / "own.toml").write_text("[drift]\nfail_on_drift = true\n")
    script = (
        "import time\nfrom copydesk import tasks\nfrom copydesk.flow_report import DRIFTED\n"
        "from copydesk.flow_states import SourcesChangedError\nfrom prefect.client.orchestration import get_client\n"
        "try:\n    tasks.clean(['dumps'], 'flow', ['jsonl'], 'own.toml', jobs=1, learn=True)\n"
        "except SourcesChangedError as error:\n    print('failed:', error)\n"
        "wanted = {'filter': {'event': {'name': [DRIFTED]}}}\n"
        "with get_client(sync_client=True) as client:\n    for _ in range(60):\n"
        "        found = client._client.post('/events/filter', json=wanted).json()['events']\n"
        "        if found:\n            break\n        time.sleep(1)\n"
        "    print([one['resource']['prefect.resource.id'] for one in found])\n"
        "    print({one['key'] for one in client._client.post('/artifacts/filter', json={}).json()})\n"
    )
    environment = surroundings(tmp_path / "prefect", PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS="120")
    command = [sys.executable, "-c", script]
    run = subprocess.run(command, capture_output=True, check=False, cwd=tmp_path, env=environment, timeout=300)
    printed = run.stdout.decode()
    assert run.returncode == 0, run.stderr.decode()[-3000:]
    assert "failed: paper.example: story found on 0 of 30 pages, was 30 of 30" in printed
    assert "['copydesk.source.paper.example']" in printed
    assert "'copydesk-drift'" in printed
    copydesk_here("learn", "dumps", "-o", "a.memory")
    assert (tmp_path / "a.memory").read_bytes() == (tmp_path / "flow" / ".copydesk" / "learned.memory").read_bytes()
    (tmp_path / "own.toml").write_text('[sources]\nmemory = "a.memory"\n')
    copydesk_here("clean", "dumps", "-o", "plain", "--format", "jsonl", "--config", "own.toml")
    assert tree(tmp_path / "flow") == tree(tmp_path / "plain")


@pytest.mark.slow
def test_the_flow_without_dask_names_the_extra_at_once(dumps: Callable[..., Path], tmp_path: Path) -> None:
    """Nothing is written, and no server is started."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nsys.modules['distributed'] = sys.modules['dask'] = sys.modules['prefect_dask'] = None\n"
    )
    paths = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    environment = surroundings(tmp_path / "prefect", PYTHONPATH=paths)
    command = [sys.executable, str(ROOT / "flows" / "clean.py"), str(dumps(a__txt=STORY)), "-o", "out", "--dask", "x"]
    run = subprocess.run(command, capture_output=True, check=False, cwd=tmp_path, env=environment, timeout=120)
    assert run.returncode == 2
    last = run.stderr.decode().splitlines()[-1]
    assert last == "Error: dask: needs dask, distributed, prefect_dask: pip install 'copydesk[dask]'"
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_dask_cluster_writes_what_one_machine_writes(
    copydesk_here: Copydesk, dumps: Callable[..., Path], tmp_path: Path, prefect_server: dict[str, str]
) -> None:
    """A real scheduler and two workers, which are started elsewhere and have the installed package alone."""
    many = {f"n{n}__txt": STORY.replace("century", f"century and {n} years") for n in range(20)}
    rows = [{"id": f"r{n}", "text": f"{STORY}\nPart {n} of this story\n" * 8} for n in range(40)]
    folder = dumps(**many, empty__txt="", box__jsonl="".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "elsewhere").mkdir()
    address = f"tcp://127.0.0.1:{free_port()}"
    scheduler = [sys.executable, "-m", "dask", "scheduler", "--host", address, "--no-dashboard"]
    worker = [sys.executable, "-m", "dask", "worker", address, "--nthreads", "1", "--no-dashboard", "--no-nanny"]
    with started(scheduler, worker, worker, cwd=tmp_path / "elsewhere", env=prefect_server):
        script = (
            "from copydesk import tasks\nfrom importlib import import_module\n"
            "tasks.GROUP_UNITS, ranges = 1, import_module('copydesk.batch.remaining')\n"
            "ranges.MAX_UNIT_BYTES, ranges.RANGE_DUMPS, ranges.RANGE_BYTES = 10_000, 3, 5_000\n"
            f"print(tasks.clean(paths=[{str(folder)!r}], output='cluster', dask={address!r}))"
        )
        run = subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            check=False,
            cwd=tmp_path,
            env=prefect_server,
            timeout=300,
        )
    assert run.returncode == 0, run.stderr.decode()[-3000:]
    assert "'written': 60" in run.stdout.decode()
    copydesk_here("clean", folder, "-o", "plain")
    assert tree(tmp_path / "cluster") == tree(tmp_path / "plain")


@pytest.mark.slow
def test_a_night_on_a_real_server(dumps: Callable[..., Path], tmp_path: Path) -> None:
    """A schedule fires twice, and calls for help by webhook when a dump is rejected and when the output is busy.

    With SQLAlchemy 2.1 no run would start, without any error.  The automation is the first one of docs/operation.md.
    """
    folder, out = dumps(a__txt=STORY), tmp_path / "out"
    serve = [sys.executable, "-m", "flows.serve", "--interval", "8", str(folder), "-o", str(out)]
    serve += ["--copies", str(tmp_path / "copies.jsonl"), "--report", str(tmp_path / "report.html")]
    log = tmp_path / "log"
    often = {"PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "3"}
    with server(tmp_path, **often) as environment, receiver() as (address, received):
        api = environment["PREFECT_API_URL"]
        automate(address, tmp_path, environment)
        (tmp_path / "flows").symlink_to(ROOT / "flows")
        with started(serve, cwd=tmp_path, env=environment):
            wait_for((out / "a.json").is_file, 120, log)
            (folder / "b.txt").write_text(STORY, encoding="utf-8")
            (folder / "empty.txt").write_bytes(b"")
            wait_for(lambda: any("WithRejects" in one for one in received), 120, log)
            wait_for(lambda: "copydesk-report" in artifacts(api), 60, log)
            with Store(out):
                wait_for(lambda: any("Skipped" in one for one in received), 120, log)
        keys = {"clean", "copies", "counts", "output", "rejects", "changes", "slowest", "progress", "report"}
        assert artifacts(api) >= {f"copydesk-{key}" for key in keys}
    texts = [str(json.loads(one)["text"]) for one in received]
    assert any(text.endswith("WithRejects: 1 written, 1 unchanged, 1 rejected (empty 1)") for text in texts)
    assert any("another run is writing here; this run did nothing" in text for text in texts)
    assert all(text.startswith(f"{out}: ") for text in texts)
    assert (out / "b.json").is_file()
    assert "</html>" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Traceback" not in log.read_text(encoding="utf-8")


@contextmanager
def receiver() -> Iterator[tuple[str, list[str]]]:
    """The address of a server of this process, and the texts that are posted to it."""
    received: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as own:
        threading.Thread(target=own.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{own.server_address[1]}/", received
        own.shutdown()


def automate(address: str, folder: Path, environment: dict[str, str]) -> None:
    """Set up the first automation of docs/operation.md as the page says, with a webhook to this address."""
    page = (ROOT / "docs" / "operation.md").read_text(encoding="utf-8")
    save = re.search(r"^python -c '(from prefect\.blocks\.webhook .*?)'$", page, re.MULTILINE | re.DOTALL)
    rules = re.search(r"```yaml\n(automations:\n.*?)\n\n", page, re.DOTALL)
    assert save
    assert rules
    code = save[1].replace("https://example.org/hooks/copydesk", address)
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True, text=True)
    (folder / "automations.yaml").write_text(rules[1].replace("BLOCK_ID", run.stdout.strip()))
    command = [sys.executable, "-m", "prefect", "automation", "create", "--from-file", "automations.yaml"]
    subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=True)


def artifacts(api: str) -> set[str]:
    """The keys of the artifacts that the server has."""
    request = urllib.request.Request(  # noqa: S310 - our own server
        f"{api}/artifacts/filter", data=b"{}", headers={"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own server
        return {row["key"] for row in json.load(answer)}


@pytest.mark.slow
def test_serving_needs_a_server(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "flows.serve", "--cron", "0 3 * * *"]
    environment = surroundings(tmp_path)
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False, timeout=180)
    assert (run.returncode, run.stderr.decode().count("\n")) == (2, 1)
    assert b"PREFECT_API_URL" in run.stderr


@pytest.mark.slow
def test_a_flow_ends_soon_after_its_server_has_died(copydesk_here: Copydesk, tmp_path: Path) -> None:
    """The exit code is 3, with a message; the next run continues, and the output is that of an undisturbed run."""
    folder, out = fill(tmp_path / "dumps", 900), tmp_path / "out"
    command = [sys.executable, str(ROOT / "flows" / "clean.py"), str(folder), "-o", str(out), "--jobs", "1"]
    with server(tmp_path) as environment:
        run = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        wait_for(lambda: len(list(out.glob("*.md"))) > 5, 120, tmp_path / "log")
    began = time.monotonic()
    try:
        _, printed = run.communicate(timeout=180)
    finally:
        run.kill()
    assert time.monotonic() - began < MAX_SECONDS_AFTER_DEATH
    assert run.returncode == 3, printed.decode()[-2_000:]
    assert "has not answered for" in printed.decode().splitlines()[-1]
    copydesk_here("clean", folder, "-o", "out")
    copydesk_here("clean", folder, "-o", "plain")
    assert tree(out) == tree(tmp_path / "plain")
