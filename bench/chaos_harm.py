"""The kinds of harm that `bench.chaos` does to a run, and what heals them."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench import chaos_inputs

FAKETIME: Final = tuple(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
"""The library of Debian's package `libfaketime`, if it is installed."""

CLOCKS: Final = ("-3650d", "-1d", "-3s", "+3s", "+1d", "+3650d")
MAX_FLIPS: Final = 12
SIZES: Final = (60, 200, 400, 700)
"""Kilobytes of a small disk.  The output and the manifest of a round have about 1,000."""

DAY: Final = 86_400


@dataclass(slots=True)
class Round:
    """A round: its folder with `dumps` and `out`, its random numbers, and the run that is disturbed."""

    folder: Path
    chance: random.Random
    corpus: int
    swapped: str | None = None
    """The name of the file that has the content of the other corpus in the end."""
    heal: Callable[[], None] | None = None
    """What must be done before the quiet run."""
    environment: dict[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()

    @property
    def dumps(self) -> Path:
        """The inputs."""
        return self.folder / "dumps"

    @property
    def output(self) -> Path:
        """The output."""
        return self.folder / "disk" / "out"


@dataclass(frozen=True, slots=True)
class Harm:
    """A kind of harm: `prepare` before the run, `act` at a random moment of it, `after` when it has ended."""

    act: Callable[[Round, "subprocess.Popen[bytes]"], None] = lambda own, run: None
    prepare: Callable[[Round], None] = lambda own: None
    after: Callable[[Round], None] = lambda own: None
    through: str = "command"
    """What is run: the command, the flow, or the flow with Dask."""


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(folder.name))
    return found


def kill_worker(own: Round, run: "subprocess.Popen[bytes]") -> None:
    """Kill one worker of the run."""
    workers = children(run.pid)
    if workers:
        with suppress(ProcessLookupError):
            os.kill(own.chance.choice(workers), signal.SIGKILL)


def kill_parent(own: Round, run: "subprocess.Popen[bytes]") -> None:
    """Kill the run, not its workers."""
    run.kill()


def kill_all(own: Round, run: "subprocess.Popen[bytes]") -> None:
    """Kill the run and its workers."""
    with suppress(ProcessLookupError):
        os.killpg(run.pid, signal.SIGKILL)


def swap_input(own: Round, run: "subprocess.Popen[bytes]") -> None:
    """Replace an input by another of the same name, as a program does that writes it again."""
    own.swapped = own.chance.choice(chaos_inputs.SWAPPED)
    if own.chance.random() < 0.5:
        chaos_inputs.write(own.dumps / own.swapped, own.corpus + 1)
        return
    (own.folder / "new").mkdir()
    chaos_inputs.write(own.folder / "new" / own.swapped, own.corpus + 1)
    (own.folder / "new" / own.swapped).replace(own.dumps / own.swapped)


def replace_by_fifo(own: Round, run: "subprocess.Popen[bytes]") -> None:
    """Replace an input by a FIFO, which no one writes; the file comes back before the quiet run."""
    path = own.dumps / own.chance.choice(chaos_inputs.NAMES)
    path.unlink()
    os.mkfifo(path)

    def restore() -> None:
        path.unlink()
        chaos_inputs.write(path, own.corpus)

    own.heal = restore


def mount_small_disk(own: Round) -> None:
    """Let the output be on a small disk: a tmpfs, or a limit of file sizes where none can be mounted."""
    size = own.chance.choice(SIZES)
    mount = ("mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(own.output.parent))
    if can_mount():
        subprocess.run(mount, check=True)  # noqa: S603
        larger = ("mount", "-o", "remount,size=64m", str(own.output.parent))

        def heal() -> None:
            subprocess.run(larger, check=True)  # noqa: S603

        own.heal = heal
    else:
        own.before = ("prlimit", f"--fsize={size * 100}")


def can_mount() -> bool:
    """Whether a file system can be mounted: only root may, and not in every container."""
    status = Path("/proc/self/status").read_text()
    rights = int(status.partition("CapEff:\t")[2].split()[0], 16)
    return bool(rights >> 21 & 1) and shutil.which("mount") is not None  # CAP_SYS_ADMIN is number 21


def fake_clock(own: Round) -> None:
    """Let the run take the time from a file."""
    (own.folder / "clock").write_text("+0\n")
    own.environment |= {
        "LD_PRELOAD": str(FAKETIME[0]),
        "FAKETIME_TIMESTAMP_FILE": str(own.folder / "clock"),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


def jump_clock(own: Round, run: "subprocess.Popen[bytes]") -> None:
    """Let the clock jump, by seconds or years."""
    (own.folder / "clock").write_text(own.chance.choice(CLOCKS) + "\n")


def flip_manifest(own: Round) -> None:
    """Flip bits of the manifest of a run that has ended or was killed; often it is then needed: an output is gone."""
    path = own.output / ".copydesk" / "manifest.sqlite"
    if not path.exists():
        return
    if own.chance.random() < 0.5:  # what is in the log goes to the file first
        with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as base:
            base.execute("pragma wal_checkpoint(truncate)")
    data = bytearray(path.read_bytes())
    for _ in range(own.chance.choice((1, 1, 1, 4, MAX_FLIPS)) if data else 0):
        data[own.chance.randrange(len(data))] ^= 1 << own.chance.randrange(8)
    path.write_bytes(data)
    for name in ("records.jsonl", "story-003.json", "rejects.jsonl"):
        if own.chance.random() < 0.5:
            (own.output / name).unlink(missing_ok=True)


def kill_sometimes(own: Round, run: "subprocess.Popen[bytes]") -> None:
    """Kill the run in half of the rounds."""
    if own.chance.random() < 0.5:
        kill_all(own, run)


class Services:
    """The Prefect server and the Dask cluster, which are started when a round needs them."""

    def __init__(self, folder: Path, environment: Mapping[str, str], port: int):
        self._folder = folder
        self._port = port
        self._running: list[subprocess.Popen[bytes]] = []
        self._workers: list[subprocess.Popen[bytes]] = []
        self.environment = {
            **environment,
            "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
            "PREFECT_HOME": str(folder / "prefect"),
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
        }
        self.scheduler = f"tcp://127.0.0.1:{port + 1}"

    def start_server(self, answers: Callable[[str], bool]) -> None:
        """Start the Prefect server if it is not running; raises TimeoutError if it does not answer in two minutes."""
        if not self._running:
            host = ("--host", "127.0.0.1", "--port", str(self._port))
            self._running.append(self._start("-m", "prefect", "server", "start", *host))
        end = time.monotonic() + 120
        while not answers(f"{self.environment['PREFECT_API_URL']}/health"):
            if time.monotonic() > end:
                raise TimeoutError("the Prefect server does not answer")
            time.sleep(0.3)

    def start_cluster(self) -> None:
        """Start a scheduler and two workers, or a worker for each that was killed."""
        if len(self._running) < 2:
            host = ("--host", "127.0.0.1", "--port", str(self._port + 1), "--no-dashboard")
            self._running.append(self._start("-m", "distributed.cli.dask_scheduler", *host))
        self._workers = [worker for worker in self._workers if worker.poll() is None]
        while len(self._workers) < 2:
            how = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1")
            self._workers.append(self._start("-m", "distributed.cli.dask_worker", self.scheduler, *how))

    def kill_cluster_worker(self, own: Round, run: "subprocess.Popen[bytes]") -> None:
        """Kill one worker of the cluster, and what it has started."""
        worker = own.chance.choice(self._workers)
        with suppress(ProcessLookupError):
            os.kill(worker.pid, signal.SIGKILL)

    def stop(self) -> None:
        """End all that was started."""
        for process in (*self._workers, *self._running):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        with (self._folder / "services.log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own
                [sys.executable, *arguments],
                cwd=self._folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


@contextmanager
def services(folder: Path, environment: Mapping[str, str], port: int) -> Iterator[Services]:
    """Services that are stopped at the end."""
    made = Services(folder, environment, port)
    try:
        yield made
    finally:
        made.stop()


def harms(made: Services) -> dict[str, Harm]:
    """All kinds of harm, by name; without `clock` if libfaketime is not installed."""
    known = {
        "kill a worker": Harm(kill_worker),
        "kill the run": Harm(kill_parent),
        "kill the run and its workers": Harm(kill_all),
        "full disk": Harm(prepare=mount_small_disk),
        "swap an input": Harm(swap_input),
        "input becomes a FIFO": Harm(replace_by_fifo),
        "clock jumps": Harm(jump_clock, prepare=fake_clock),
        "bits of the manifest": Harm(kill_sometimes, after=flip_manifest),
        "kill the flow": Harm(kill_parent, through="flow"),
        "kill a Dask worker": Harm(made.kill_cluster_worker, through="dask"),
    }
    return known if FAKETIME else {name: harm for name, harm in known.items() if name != "clock jumps"}


SLOW: Final = ("kill the flow", "kill a Dask worker")
"""Kinds that need a server; one round in ten is one of them."""
