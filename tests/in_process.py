"""The command in the process of the tests, with workers in it too: the same output without the start of processes.

A start costs a second of CPU time, and hundreds of tests clean a few small dumps.  Tests of what processes do (limits,
kills, streams, the environment) run the real command.
"""

import importlib
import io
import logging
import os
import subprocess
import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from copydesk import desk
from copydesk.batch.messages import PartStaged, Setup, Unit, decode_worker_message
from copydesk.batch.pool import StagedPart, read_staged_part
from copydesk.batch.worker import Worker
from copydesk.config import Config
from copydesk.document import Cleaned
from copydesk.dump import Dump


class InProcessPool:
    """Cleans units as `WorkerPool` does, one after the other."""

    def __init__(self, setup: Setup, size: int):
        desk.check_settings(setup.settings)
        self._setup = setup
        self._said = io.BytesIO()
        self._worker = Worker(setup, self._said)

    def __enter__(self) -> "InProcessPool":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file that is open."""
        self._worker.close()

    def clean(self, units: Iterable[Unit]) -> Iterator[StagedPart]:
        """The parts of these units."""
        for unit in units:
            self._said.seek(0)
            self._said.truncate()
            self._worker.clean(unit)
            for line in self._said.getvalue().splitlines():
                message = decode_worker_message(line)
                if isinstance(message, PartStaged):
                    yield read_staged_part(Path(self._setup.work) / message.folder)


@contextmanager
def cleaned_once() -> Iterator[None]:
    """What a dump gives is remembered: for tests of what becomes of it, which clean the same few again and again."""
    known: dict[tuple[str | None, ...], Cleaned] = {}
    clean = desk.clean_dump

    def remembered(raw: Dump, own: Config) -> Cleaned:
        profile = desk.profile_of(raw, own)
        digests = (desk.settings_digest(raw.source, own, profile), desk.memory_digest(raw, own, profile))
        key = (raw.source, raw.record, raw.sha256, *digests)
        if key not in known:
            known[key] = clean(raw, own)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desk, "clean_dump", remembered)
        yield


def use_in_process_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let runs in this process clean without child processes."""
    for name in ("run", "ordered"):
        module = importlib.import_module(f"copydesk.batch.{name}")  # `copydesk.batch.run` is also a function
        monkeypatch.setattr(module, "WorkerPool", InProcessPool)


def command(folder: Path, *arguments: str | Path) -> "subprocess.CompletedProcess[bytes]":
    """Run the command with this working directory; standard input is empty, and what it prints is captured."""
    from copydesk import cli

    texts = [str(argument) for argument in arguments]
    streams = [io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for _ in range(3)]
    before, log = Path.cwd(), logging.getLogger("copydesk")
    handlers, level, propagate = list(log.handlers), log.level, log.propagate
    os.chdir(folder)
    try:
        with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            use_in_process_workers(patch)
            for name, stream in zip(("stdin", "stdout", "stderr"), streams, strict=True):
                patch.setattr(sys, name, stream)
            try:
                cli.main(texts, prog_name="copydesk")
                code = 0
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else int(end.code is not None)
            for stream in streams[1:]:
                stream.flush()
    finally:
        os.chdir(before)
        log.handlers[:], log.propagate = handlers, propagate
        log.setLevel(level)
    printed, said = (stream.buffer.getvalue() for stream in streams[1:])
    return subprocess.CompletedProcess(["copydesk", *texts], code, printed, said)
