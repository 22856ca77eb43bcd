"""Harm runs and see whether they heal: `python -m bench.chaos [--rounds N] [--seed S] [--only KIND]`.

Each round cleans a small corpus of texts, JSON Lines, a crawl and a ZIP archive; one round in ten does so through the
flow and a Prefect server, half of these on a Dask cluster.  At a random moment one kind of harm is done (see
`bench.chaos_harm`).  After it, a quiet run must write byte for byte what an undisturbed run writes, or end with a
message and exit code 3; then `.copydesk/` is deleted, as the message says, and the run after that must write it.

Prints a table by kind.  A round that fails is printed with the seed that replays it.  The kind "clock jumps" needs
libfaketime (Debian's package `libfaketime`), "full disk" the right to mount a tmpfs (else files have a limit of size).
"""

import argparse
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Final

from bench import chaos_harm, chaos_inputs
from bench.chaos_harm import Harm, Round, Services
from bench.folds import table

ROOT: Final = Path(__file__).resolve().parents[1]
ROUNDS: Final = 20
SLOW_EVERY: Final = 10
SECONDS: Final = 300
"""Seconds after which a run counts as hanging.  A dump has 60, the default: with a limit of 4, dumps of undisturbed
runs were rejected on a busy machine, and rounds failed that were sound."""

AT_WORK: Final = 0.75
"""Share of the rounds in which harm is done after the first part was staged, and before the run ends."""

WORK_SHARE: Final = 0.25
"""Share of a run's time that it takes from its first part to its end."""

CORPORA: Final = 2
FORMATS: Final = ("--format", "md,json,jsonl")
JOBS: Final = ("--jobs", "2")
"""Workers of a run that is disturbed.  A quiet run has one, because to start another takes longer than its work."""

QUIET_JOBS: Final = ("--jobs", "1")

WHOLE_UNITS: Final = ("-m", "copydesk.cli")
SMALL_UNITS: Final = (
    "-c",
    "from copydesk.batch import remaining as r; from copydesk.cli import main; "
    "r.MAX_UNIT_FILES, r.MAX_UNIT_BYTES, r.RANGE_DUMPS, r.RANGE_BYTES = 4, 4_000, 4, 2_000; main()",
)
"""The command with units of work that are so small that a round has 20 of them, and ranges of each container.  An
undisturbed run has the usual units: the output does not depend on them."""

Tree = dict[str, bytes]


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended."""

    code: int
    printed: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an undisturbed run writes, its exit code, and the seconds that it took."""

    tree: Tree
    code: int
    seconds: float


@dataclass(slots=True)
class Chaos:
    """The rounds of a session; what undisturbed runs write is found once for each set of inputs."""

    folder: Path
    services: Services
    environment: dict[str, str]
    _wanted: dict[tuple[int, str | None], Wanted] = field(default_factory=dict)

    def round(self, seed: int, kind: str) -> str:
        """The outcome of a round: "healed", "message", or what is wrong."""
        own = Round(self.folder / f"round-{seed}", random.Random(seed), seed % CORPORA * 10)
        own.output.parent.mkdir(parents=True)
        chaos_inputs.fill(own.dumps, own.corpus)
        harm = chaos_harm.harms(self.services)[kind]
        try:
            harm.prepare(own)
            self._disturbed(own, harm)
            harm.after(own)
            if own.heal:
                own.heal()
            return self._judge(own)
        finally:
            if own.output.parent.is_mount():
                command = ("umount", "-l", str(own.output.parent))
                subprocess.run(command, check=True)  # noqa: S603
            shutil.rmtree(own.folder)

    def wanted(self, corpus: int, swapped: str | None) -> Wanted:
        """What an undisturbed run writes for these inputs."""
        key = corpus, swapped
        if key not in self._wanted:
            folder = self.folder / "undisturbed"
            folder.mkdir()
            chaos_inputs.fill(folder / "dumps", corpus)
            if swapped:
                chaos_inputs.write(folder / "dumps" / swapped, corpus + 1)
            start = time.monotonic()
            ended = self._clean(folder / "dumps", folder / "out")
            rejected = (folder / "out" / "rejects.jsonl").read_text(encoding="utf-8").splitlines()
            if len(rejected) != chaos_inputs.REJECTED:
                raise RuntimeError(f"an undisturbed run rejects {len(rejected)} dumps: {rejected[:3]}")
            self._wanted[key] = Wanted(tree(folder / "out"), ended.code, time.monotonic() - start)
            shutil.rmtree(folder)
        return self._wanted[key]

    def _disturbed(self, own: Round, harm: Harm) -> None:
        """Run, and do the harm at a random moment."""
        longest = self.wanted(own.corpus, None).seconds
        if harm.through != "command":
            self.services.start_server(answers)
            longest *= 4
        if harm.through == "dask":
            self.services.start_cluster()
        environment = self.environment if harm.through == "command" else self.services.environment
        with (own.folder / "printed").open("wb") as stream:
            run = subprocess.Popen(  # noqa: S603 - our own
                [*own.before, sys.executable, *self._arguments(own, harm)],
                cwd=own.folder,
                env={**environment, **own.environment},
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
            )
        try:
            _wait_for_moment(own, run, longest)
            harm.act(own, run)
            run.wait(SECONDS)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(run.pid, signal.SIGKILL)
            run.wait()

    def _arguments(self, own: Round, harm: Harm) -> list[str]:
        what = [*SMALL_UNITS, "clean", "-q"] if harm.through == "command" else [str(ROOT / "flows" / "clean.py")]
        dask = ["--dask", self.services.scheduler] if harm.through == "dask" else []
        return [*what, str(own.dumps), "-o", str(own.output), *FORMATS, *JOBS, *dask]

    def _judge(self, own: Round) -> str:
        wanted = self.wanted(own.corpus, own.swapped)
        ended = self._clean(own.dumps, own.output, SMALL_UNITS)
        outcome = "healed"
        if ended.code == 3:
            if not ended.printed.strip() or "Traceback" in ended.printed:
                return f"exit code 3 without a message: {ended.printed[-300:]!r}"
            outcome = "message"
            shutil.rmtree(own.output / ".copydesk")
            ended = self._clean(own.dumps, own.output)
        if ended.code != wanted.code:
            return f"exit code {ended.code}, not {wanted.code}: {ended.printed[-300:]!r}"
        found = tree(own.output)
        if found != wanted.tree:
            names = sorted(
                name for name in found.keys() | wanted.tree.keys() if found.get(name) != wanted.tree.get(name)
            )
            return f"{len(names)} files differ: {', '.join(names[:3])}"
        return outcome

    def _clean(self, dumps: Path, output: Path, units: Sequence[str] = WHOLE_UNITS) -> Ended:
        """A quiet run."""
        command = ["clean", "-q", str(dumps), "-o", str(output), *FORMATS, *QUIET_JOBS]
        try:
            run = subprocess.run(  # noqa: S603 - our own
                [sys.executable, *units, *command],
                cwd=output.parent,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=SECONDS,
            )
        except subprocess.TimeoutExpired:
            return Ended(-1, f"it hangs: over {SECONDS} seconds")
        return Ended(run.returncode, run.stderr.decode("utf-8", "replace"))


def _wait_for_moment(own: Round, run: "subprocess.Popen[bytes]", longest: float) -> None:
    """Wait until the moment of the harm: in most rounds while parts are staged and published, in others at any time.

    A run of this size loads its models most of the time, and harm done then tests little.
    """
    start, end = 0.2 * longest, longest
    if own.chance.random() < AT_WORK:
        work = own.output / ".copydesk" / "work"
        begun = time.monotonic()
        while run.poll() is None and time.monotonic() < begun + SECONDS and not any(work.glob("*")):
            time.sleep(0.01)
        start, end = 0.0, WORK_SHARE * longest
    with suppress(subprocess.TimeoutExpired):
        run.wait(own.chance.uniform(start, end))


def tree(output: Path) -> Tree:
    """The bytes of every file of an output, without the bookkeeping."""
    files = [path for path in output.rglob("*") if path.is_file() and ".copydesk" not in path.parts]
    return {str(path.relative_to(output)): path.read_bytes() for path in sorted(files)}


def answers(address: str) -> bool:
    """Whether a server answers."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - our own server
            return bool(answer.status == HTTPStatus.OK)
    except OSError:
        return False


def two_free_ports() -> int:
    """A port that is free, and so is the next one."""
    while True:
        with socket.socket() as one, socket.socket() as other, suppress(OSError):
            one.bind(("127.0.0.1", 0))
            port: int = one.getsockname()[1]
            other.bind(("127.0.0.1", port + 1))
            return port


def kind_of(seed: int, kinds: Sequence[str]) -> str:
    """The kind of a round, which its seed decides."""
    slow = [kind for kind in kinds if kind in chaos_harm.SLOW]
    quick = [kind for kind in kinds if kind not in chaos_harm.SLOW]
    if slow and (seed % SLOW_EVERY == SLOW_EVERY - 1 or not quick):
        return slow[seed // SLOW_EVERY % len(slow)]
    return quick[(seed - seed // SLOW_EVERY) % len(quick)]


def run(rounds: int, seed: int, only: str | None = None, *, is_verbose: bool = False) -> dict[str, Counter[str]]:
    """The outcomes of the rounds by kind; failures are printed, and with `is_verbose` each round."""
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    known = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    environment = {**known, "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), known.get("PYTHONPATH", "")))}
    with (
        tempfile.TemporaryDirectory() as name,
        chaos_harm.services(Path(name), environment, two_free_ports()) as services,
    ):
        chaos = Chaos(Path(name), services, environment)
        kinds = [kind for kind in chaos_harm.harms(services) if only is None or only in kind]
        if not kinds:
            raise SystemExit(f"no such kind: {only}; there are: {', '.join(chaos_harm.harms(services))}")
        for number in range(seed, seed + rounds):
            kind = kind_of(number, kinds)
            try:
                outcome = chaos.round(number, kind)
            except subprocess.TimeoutExpired:
                outcome = f"the disturbed run hangs: over {SECONDS} seconds"
            if is_verbose:
                print(number, kind, outcome, sep="  ", flush=True)
            if outcome not in ("healed", "message"):
                print(f"{kind}: {outcome}; replay: --rounds 1 --seed {number} --only '{kind}'", flush=True)
                outcome = "failed"
            outcomes[kind][outcome] += 1
    return outcomes


def main(arguments: Sequence[str]) -> int:
    """Print the table; 1 if a round failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", metavar="KIND", help="a kind of harm, or a part of its name")
    parser.add_argument("-v", "--verbose", action="store_true", help="print each round")
    options = parser.parse_args(arguments)
    start = time.monotonic()
    outcomes = run(options.rounds, options.seed, options.only, is_verbose=options.verbose)
    columns = ("healed", "message", "failed")
    rows: list[list[str | int | float]] = [
        [kind, counts.total(), *(counts[column] for column in columns)] for kind, counts in outcomes.items()
    ]
    print(table(("kind", "rounds", "healed", "ended with a message", "failed"), rows))
    if not chaos_harm.FAKETIME:
        print("clock jumps: left out, because libfaketime is not installed")
    if not chaos_harm.can_mount():
        print("full disk: a limit of the size of files, because no file system can be mounted")
    print(f"{(time.monotonic() - start) / options.rounds:.1f} seconds a round")
    return 1 if any(counts["failed"] for counts in outcomes.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
