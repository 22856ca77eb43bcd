"""The night shift: the states in which a run of the flow ends, its commands, and what `docs/operation.md` says to set up."""

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from conftest import ROOT, Copydesk
from copydesk import config
from copydesk.batch import Counts, Summary
from copydesk.config import ConfigError
from copydesk.drift.compare import Change
from copydesk.drift.settings import DriftSettings
from copydesk.drift.wording import Drift

OPERATION = (ROOT / "docs" / "operation.md").read_text(encoding="utf-8")
DRIFTED = Drift("paper.example", 3, (Change("story", 0, 30, 30, 30, 1e-9),))


def summary(*, rejected: int = 0, drifts: tuple[Drift, ...] = ()) -> Summary:
    return Summary(
        counts=Counts(written=9, rejected=rejected),
        skipped=0,
        cleaned=10,
        labels={},
        rules={},
        reasons={"empty": rejected} if rejected else {},
        slowest=(),
        vanished=(),
        seconds=1.0,
        before="",
        drifts=drifts,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rejected", "drifts", "fail_over_rejects", "fail_on_drift", "name", "kind"),
    [
        (0, (), 1.0, False, "Completed", "COMPLETED"),
        (0, (), 0.0, True, "Completed", "COMPLETED"),
        (1, (), 1.0, False, "WithRejects", "COMPLETED"),
        (1, (), 0.1, False, "WithRejects", "COMPLETED"),
        (1, (), 0.09, False, "WithRejects", "FAILED"),
        (0, (DRIFTED,), 1.0, False, "Drift", "COMPLETED"),
        (1, (DRIFTED,), 1.0, False, "Drift", "COMPLETED"),
        (1, (DRIFTED,), 1.0, True, "Drift", "FAILED"),
        (1, (DRIFTED,), 0.0, False, "WithRejects", "FAILED"),
    ],
)
def test_the_state_of_a_run(
    rejected: int,
    drifts: tuple[Drift, ...],
    fail_over_rejects: float,
    fail_on_drift: bool,
    name: str,
    kind: str,
) -> None:
    from copydesk.flow_states import SourcesChangedError, TooManyRejectsError, ended

    base = config.default()
    settings = replace(
        base,
        run=replace(base.run, fail_over_rejects=fail_over_rejects),
        drift=DriftSettings(fail_on_drift=fail_on_drift),
    )
    state = ended(summary(rejected=rejected, drifts=drifts), settings, {"copies": 2})
    assert (state.name, state.type.value) == (name, kind)
    if kind == "COMPLETED":
        assert state.result()["rejected"] == rejected
        assert state.result()["copies"] == 2
    else:
        with pytest.raises((SourcesChangedError, TooManyRejectsError)):
            state.result()
    assert name == "Completed" or "empty 1" in str(state.message) or "rejected" in str(state.message) or drifts


def test_a_run_that_can_not_be_done_fails_with_one_line() -> None:
    from copydesk.flow_states import failed, skipped
    from copydesk.store import BusyError

    busy = skipped(BusyError(11, "another run is writing here", "out"))
    assert (busy.name, busy.type.value, busy.result()) == ("Skipped", "COMPLETED", {})
    assert busy.message == "out: another run is writing here; this run did nothing"
    state = failed(ConfigError("settings.toml: no such key"), "out")
    assert (state.name, state.message) == ("Failed", "settings.toml: no such key")
    with pytest.raises(ConfigError):
        state.result()


@pytest.mark.parametrize("value", ["-0.1", "1.5", "nan"])
def test_a_share_of_rejects_is_one(tmp_path: Path, value: str) -> None:
    (tmp_path / "own.toml").write_text(f"[run]\nfail_over_rejects = {value}\n")
    with pytest.raises(ConfigError, match=r"run\.fail_over_rejects: must be from 0 to 1"):
        config.load(tmp_path / "own.toml")


def test_the_share_of_rejects_changes_no_record(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text("[run]\nfail_over_rejects = 0.05\n")
    assert config.load(tmp_path / "own.toml").digest(None) == config.default().digest(None)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--format", "md,nope"), "Error: format: 'nope' is not one of md, links.md, json"),
        (("-o", "ftp://x/y"), "Error: ftp://x/y: "),
        (("--report", "page.txt"), "Error: report: the name of a page ends in .html"),
        (("--report", "none/page.html"), "Error: report: no such folder: none"),
        (("--copies", "copies.csv"), "Error: copies: "),
    ],
)
def test_wrong_use_of_the_flow_is_one_line(
    copydesk_here: Copydesk, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    """No server is started for it."""
    for command in (("flow",), ("serve", "--interval", "60")):
        run = copydesk_here(*command, "dumps", *arguments)
        said = run.stderr.decode()
        assert (run.returncode, said.count("\n"), run.stdout) == (2, 1, b""), said
        assert said.startswith(message)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_without_a_server_the_flow_and_its_schedule_end_with_one_line(copydesk_here: Copydesk) -> None:
    from prefect.settings import PREFECT_API_URL, temporary_settings

    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}):
        for command in (("flow", "dumps"), ("serve", "dumps", "--cron", "0 3 * * *")):
            run = copydesk_here(*command)
            said = run.stderr.decode()
            assert (run.returncode, said.count("\n")) == (3, 1), said
            assert said.startswith("Error: no Prefect server answers at http://127.0.0.1:9/api")


@pytest.mark.parametrize("when", [(), ("--cron", "0 3 * * *", "--interval", "8")])
def test_a_schedule_has_one_time(copydesk_here: Copydesk, when: tuple[str, ...]) -> None:
    run = copydesk_here("serve", "dumps", *when)
    assert (run.returncode, b"either --cron or --interval" in run.stderr) == (2, True)


def test_the_flow_and_its_schedule_take_the_parameters_of_the_flow() -> None:
    import inspect

    from copydesk import tasks
    from copydesk.cli.flow import Parameters, flow, serve

    wanted = list(inspect.signature(tasks.clean.fn).parameters)
    assert list(Parameters.__annotations__) == wanted
    assert {option.name for option in flow.params} == set(wanted)
    assert {option.name for option in serve.params} == {*wanted, "cron", "interval", "name"}


@pytest.mark.parametrize(
    ("paths", "name"),
    [(["dumps"], "clean dumps into out"), (["a", "b", "c"], "clean a and 2 more into out")],
)
def test_the_name_of_a_run(monkeypatch: pytest.MonkeyPatch, paths: list[str], name: str) -> None:
    from copydesk import tasks

    class Run:
        parameters = {"paths": paths, "output": "out"}  # noqa: RUF012 - read only

    monkeypatch.setattr(tasks, "flow_run", Run)
    assert tasks.run_name() == name


def fenced(language: str, content: str) -> str:
    """The fenced block of the page that has this content."""
    blocks = re.findall(r"```(\w+)\n(.*?)```", OPERATION, re.DOTALL)
    (found,) = [block for name, block in blocks if name == language and content in block]
    return str(found)


def test_the_automations_of_the_page_are_some_of_prefect() -> None:
    from prefect.events.schemas.automations import AutomationCore

    text = fenced("yaml", "automations:").replace("BLOCK_ID", "39cf7a7c-f5ec-435d-ae2d-fb62c40e2c07")
    found = [AutomationCore.model_validate(one) for one in yaml.safe_load(text)["automations"]]
    assert [len(one.actions) for one in found] == [1, 1, 1]
    states = set(re.findall(r"^\| `([A-Z]\w+)` \|", OPERATION, re.MULTILINE))
    for one in found[:2]:
        assert set(one.trigger.match["copydesk.state"]) < states  # type: ignore[union-attr]


@pytest.mark.slow
def test_the_line_for_cron_prints_only_if_something_is_wrong(dumps: Callable[..., Path], tmp_path: Path) -> None:
    line = re.search(r"^0 3 \* \* \* (copydesk clean .*)$", OPERATION, re.MULTILINE)
    assert line
    folder = dumps(a__txt="A headline of some length\n\nThe council voted on Monday to close the bridge.\n")
    command = line[1].replace("/data", str(tmp_path)).replace("copydesk ", f"{sys.executable} -m copydesk.cli ")
    command = command.replace(f"{tmp_path}/dumps", str(folder))
    printed = []
    for content in ("", "\n"):
        if content:
            (folder / "b.txt").write_text(content, encoding="utf-8")
        run = subprocess.run(["sh", "-c", command], capture_output=True, check=True, text=True)
        printed.append(run.stdout + run.stderr)
    assert printed[0] == ""
    assert '"source": "b.txt"' in printed[1]
    assert "rejected: empty" in printed[1]


def test_the_services_of_compose_run_commands_that_there_are() -> None:
    from copydesk.cli import main

    compose = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    assert set(compose["services"]) == {"server", "worker", "report"}
    program, name, *arguments = compose["services"]["worker"]["command"]
    assert program == "copydesk"
    context = main.commands[name].make_context(name, arguments)
    assert context.params["cron"] == "0 3 * * *"
    assert context.params["report"] == "/data/report/report.html"
    assert context.params["report_url"] == "http://127.0.0.1:8080/report.html"


def test_two_runs_of_a_deployment_do_not_meet() -> None:
    limit = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"][0]["concurrency_limit"]
    assert limit == {"limit": 1, "collision_strategy": "CANCEL_NEW"}
