"""Prefect servers of the tests, and the environment in which a flow finds one."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from bench.chaos import answers

from ports import free_port


def surroundings(home: Path, **more: str) -> dict[str, str]:
    """The environment of a Prefect that knows nothing of others on this machine."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    quiet = {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
    return {**known, **quiet, "PREFECT_HOME": str(home), **more}


@contextmanager
def started(*commands: list[str], cwd: Path, env: dict[str, str]) -> Iterator[None]:
    """Processes that run meanwhile, and whoever they start."""
    with (cwd / "log").open("ab") as log:
        running = [
            subprocess.Popen(command, cwd=cwd, env=env, stdout=log, stderr=log, start_new_session=True)
            for command in commands
        ]
    try:
        yield
    finally:
        for process in running:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_for(what: Callable[[], bool], seconds: float, log: Path) -> None:
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            tail = log.read_text(encoding="utf-8", errors="replace")[-3000:] if log.is_file() else ""
            pytest.fail(f"not in time: {tail}")
        time.sleep(0.5)


@contextmanager
def server(folder: Path, **more: str) -> Iterator[dict[str, str]]:
    """A server that answers, with its files in this folder: the environment in which a flow finds it."""
    port = free_port()
    api = f"http://127.0.0.1:{port}/api"
    environment = surroundings(folder / "prefect", PREFECT_API_URL=api, **more)
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with started(command, cwd=folder, env=environment):
        wait_for(lambda: answers(f"{api}/health"), 120, folder / "log")
        yield environment
