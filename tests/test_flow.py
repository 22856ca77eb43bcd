"""The Prefect flow: on the embedded server, through the script that the README names, and its deployment."""

import inspect
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from conftest import ROOT, Copydesk

STORY = "A headline of some length\n\nThe council voted on Monday to close the bridge,which has stood for a century.\n"


def test_the_report_names_the_four_steps_with_their_counts() -> None:
    from copydesk.batch import Tally
    from copydesk.tasks import report_text

    tally = Tally(written=2, rejected=1, articles=2, teasers=5, boilerplate=6, edits=4, spacing=3, facts=11)
    assert report_text(tally, "out") == (
        "# 2 written, 0 unchanged, 1 rejected -> out\n"
        "\n"
        "| step | count |\n"
        "| --- | --- |\n"
        "| boilerplate stripped | 6 lines |\n"
        "| spacing fixed | 3 places (4 edits in all) |\n"
        "| teasers split | 5 records |\n"
        "| metadata attached | 11 facts on 2 articles |\n"
    )


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


@pytest.mark.slow
def test_the_flow_writes_what_the_command_writes(
    copydesk: Copydesk, dumps: Callable[..., Path], tmp_path: Path
) -> None:
    folder = dumps(a__txt=STORY, b__txt=STORY, empty__txt="")
    environment = {**os.environ, "PREFECT_HOME": str(tmp_path / "prefect")}
    environment.pop("PREFECT_API_URL", None)
    command = [sys.executable, str(ROOT / "flows" / "clean.py"), str(folder), "-o", str(tmp_path / "flow")]
    run = subprocess.run(command, capture_output=True, check=False, cwd=tmp_path, env=environment, timeout=300)
    log = run.stderr.decode()
    assert run.returncode == 1, log
    assert "| boilerplate stripped | 0 lines |" in log
    assert "| spacing fixed | 2 places (2 edits in all) |" in log
    assert "Finished in state Completed()" in log
    copydesk("clean", folder, "-o", "plain")

    def tree(name: str) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (tmp_path / name).glob("[!.]*")}

    assert tree("flow") == tree("plain")
