"""Prefect servers of the tests, and the environment in which a flow finds one."""

import json
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
from filelock import FileLock

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
            kill(process.pid)
            process.wait()


def kill(pid: int) -> None:
    """Kill a process that `started` has started, and whoever it has started."""
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


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
    api = _api(port)
    environment = surroundings(folder / "prefect", PREFECT_API_URL=api, **more)
    with started(_command(port), cwd=folder, env=environment):
        wait_for(lambda: answers(f"{api}/health"), 120, folder / "log")
        yield environment


def _api(port: int) -> str:
    return f"http://127.0.0.1:{port}/api"


def _command(port: int) -> list[str]:
    return [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]


@contextmanager
def shared_server(folder: Path) -> Iterator[dict[str, str]]:
    """The same for all processes that use this folder: the first of them starts the server, the last one ends it.

    A server takes 10 CPU seconds to start, and as many in each quarter of an hour without a request.
    """
    folder.mkdir(exist_ok=True)
    state, lock = folder / "state.json", FileLock(folder / "lock")
    with lock:
        port, pid, users = json.loads(state.read_text()) if state.is_file() else (free_port(), 0, 0)
        api = _api(port)
        environment = surroundings(folder / "prefect", PREFECT_API_URL=api)
        if not users:
            # The server may outlive this process, so it is no child of it.
            command = ["sh", "-c", 'setsid "$@" >> log 2>&1 & echo $!', "sh", *_command(port)]
            pid = int(subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=True).stdout)
        state.write_text(json.dumps([port, pid, users + 1]))
    try:
        wait_for(lambda: answers(f"{api}/health"), 120, folder / "log")
        yield environment
    finally:
        with lock:
            users = json.loads(state.read_text())[2] - 1
            state.write_text(json.dumps([port, pid, users]))
            if not users:
                kill(pid)
