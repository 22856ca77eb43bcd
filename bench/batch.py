"""Runs over many dumps: `python -m bench.batch [DUMPS]` (10,000 by default).

Uses the kit's dumps, each as often as needed.  Prints how much faster two workers are than one, also if all dumps are
lines of one file; what a second run over the same dumps costs; how much memory the run itself takes; and what the flow
costs compared with the command, without Prefect's start (the time between its plan and its report).
"""

import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Final

from bench import kit
from bench.folds import table

RENDERER: Final = "html_text"
ROOT: Final = Path(__file__).resolve().parents[1]

RUN: Final = """
import sys, time
from pathlib import Path
from copydesk import batch
start = time.monotonic()
summary = batch.run(batch.Job(batch.plan([Path(sys.argv[1])]), Path(sys.argv[2]), jobs=int(sys.argv[3])))
seconds = time.monotonic() - start
most = int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
print(seconds, most / 1024, summary.cleaned)
"""
"""A run in a process of its own, which prints seconds, peak memory in megabytes, and dumps cleaned."""

FLOW: Final = """
import sys
from copydesk import tasks
tasks.clean(paths=[sys.argv[1]], output=sys.argv[2], jobs=int(sys.argv[3]))
"""


def make(folder: Path, texts: Sequence[str], count: int) -> None:
    """Write `count` dumps, a hundred in a folder."""
    for number, text in enumerate(islice(cycle(texts), count)):
        path = folder / f"{number // 100:05}" / f"{number:07}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n{number}\n", encoding="utf-8")


def make_one(path: Path, texts: Sequence[str], count: int) -> None:
    """Write the same dumps as lines of one file."""
    with path.open("w", encoding="utf-8") as stream:
        for number, text in enumerate(islice(cycle(texts), count)):
            stream.write(json.dumps({"id": f"{number:07}", "text": f"{text}\n{number}\n"}) + "\n")


def run(dumps: Path, output: Path, jobs: int) -> tuple[float, float, int]:
    """(seconds, megabytes, dumps cleaned) of a run."""
    command = [sys.executable, "-c", RUN, str(dumps), str(output), str(jobs)]
    printed = subprocess.run(command, check=True, capture_output=True, cwd=ROOT).stdout.split()  # noqa: S603 - our own
    return float(printed[0]), float(printed[1]), int(printed[2])


def flow(dumps: Path, output: Path, jobs: int) -> float:
    """Seconds of the flow between its plan and its report."""
    command = [sys.executable, "-c", FLOW, str(dumps), str(output), str(jobs)]
    log = subprocess.run(command, check=True, capture_output=True, cwd=ROOT).stderr.decode()  # noqa: S603 - our own
    times = re.findall(
        r"(\d\d):(\d\d):(\d\d\.\d+).*(?:Task run 'plan .* - Finished|Task run 'report\S* - Finished)", log
    )
    start, end = (int(hours) * 3600 + int(minutes) * 60 + float(seconds) for hours, minutes, seconds in times)
    return (end - start) % 86400


def _tiny(folder: Path, count: int) -> tuple[Path, Path]:
    """`count` dumps of a line each, and a folder for their output."""
    make(folder / "dumps", ["Share this story"], count)
    return folder / "dumps", folder / "out"


def main(count: int) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        dumps = Path(folder) / "dumps"
        make(dumps, [text for _, text in kit.dumps(RENDERER)], count)
        one = run(dumps, Path(folder) / "one", 1)
        two = run(dumps, Path(folder) / "two", 2)
        make_one(Path(folder) / "one.jsonl", [text for _, text in kit.dumps(RENDERER)], count)
        shared = run(Path(folder) / "one.jsonl", Path(folder) / "shared", 2)
        again = run(dumps, Path(folder) / "two", 2)
        tiny = [(size, run(*_tiny(Path(folder) / f"{size}", size), 2)[1]) for size in (count // 5, count * 5)]
        start = time.monotonic()
        flowed = flow(dumps, Path(folder) / "flow", 2)
        whole = time.monotonic() - start
        print(f"{count:,} dumps of {RENDERER}\n")
        print(
            table(
                ("", "seconds", "ratio"),
                [
                    ["one worker", one[0], 1.0],
                    ["two workers", two[0], one[0] / two[0]],
                    ["two workers, one file", shared[0], one[0] / shared[0]],
                    ["a second run", again[0], again[0] / two[0]],
                    ["the flow, two workers", flowed, flowed / two[0]],
                    ["the flow with Prefect's start", whole, whole / two[0]],
                ],
            )
        )
        print(f"\nmemory of the run itself: {two[1]:.0f} MB;", end=" ")
        print(", ".join(f"{most:.0f} MB for {size:,} of a line each" for size, most in tiny))
        print(
            f"of all its processes: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB at the most"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
