"""What learning a memory of sources takes: `python -m bench.memory [DUMPS ...]` (10,000 and 100,000 by default).

The dumps are made by a seeded script: each has its host's menus and boxes around a story of its own, and one of twenty
is a wire story that several hosts have.  They are read from files of a thousand records, and once as a file for each.
"""

import json
import resource
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from subprocess import run
from tempfile import TemporaryDirectory
from typing import Final

from bench.folds import table
from copydesk import batch, config
from copydesk.learn import learn
from copydesk.source_memory.memory_files import STATE_SUFFIX

SIZES: Final = (10_000, 100_000)
PAGES: Final = 100
"""Pages of a host."""

RECORDS: Final = 1_000
"""Records of a file."""

WORDS: Final = tuple(
    a + b + c for a in ("ka", "lo", "mi", "ter", "sun") for b in ("ra", "no", "vel", "dim") for c in "aeiosn"
)
WIRE: Final = 20
"""One of so many stories is of an agency."""


@dataclass(frozen=True, slots=True)
class Spent:
    """CPU seconds of all processes with their start, megabytes of the largest, and what was learned."""

    seconds: float
    megabytes: float
    dumps: int
    sources: int
    pages: int


def _line(words: Random, low: int, high: int) -> str:
    return " ".join(words.choices(WORDS, k=words.randint(low, high)))


def dump(number: int, host: int) -> str:
    """The text of a page: 30 lines that the host repeats, a date, and a story of about 350 words."""
    own, story = Random(host), Random(number if number % WIRE else number % 97)
    furniture = [_line(own, 1, 9) for _ in range(26)] + [_line(own, 12, 30) for _ in range(4)]
    text = [_line(story, 4, 9), *(_line(story, 25, 60) for _ in range(8))]
    return "\n".join([*furniture[:18], f"{number % 28 + 1} May 2026", *text, *furniture[18:]])


def records(count: int, hosts: int) -> Iterator[tuple[str, str]]:
    """(address, text) of dumps."""
    for number in range(count):
        host = number % hosts
        yield f"https://host{host}.example/{number}", dump(number, host)


def write_containers(folder: Path, count: int, hosts: int) -> None:
    """Write JSON Lines of RECORDS records each."""
    folder.mkdir()
    lines: list[str] = []
    for number, (url, text) in enumerate(records(count, hosts), 1):
        lines.append(json.dumps({"url": url, "text": text}) + "\n")
        if number % RECORDS == 0 or number == count:
            (folder / f"{number:09}.jsonl").write_text("".join(lines), encoding="utf-8")
            lines.clear()


def write_files(folder: Path, count: int, hosts: int) -> None:
    """Write a file for each dump, in a folder for each host."""
    for number, (_, text) in enumerate(records(count, hosts)):
        path = folder / f"host{number % hosts}" / f"{number:09}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def learned(dumps: Path, memory: Path) -> Spent:
    """Learn in a process of its own, without workers."""
    command = [sys.executable, "-m", "bench.memory", "--learn", str(dumps), str(memory)]
    done = run(command, check=True, capture_output=True)  # noqa: S603 - our own
    return Spent(*json.loads(done.stdout))


def _learn(dumps: Path, memory: Path) -> None:
    settings = config.default()
    plan = batch.plan([dumps], None, settings.inputs.exclude, follow_links=settings.inputs.follow_links)
    found = learn(plan.inputs, memory, settings, jobs=1)
    own, below = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    seconds = own.ru_utime + own.ru_stime + below.ru_utime + below.ru_stime  # the processes that read dumps too
    peak = max(own.ru_maxrss, below.ru_maxrss) / 1_000
    print(json.dumps([seconds, peak, found.dumps, found.sources, found.pages]))


def main(arguments: Sequence[str]) -> None:
    """Print the table."""
    if arguments[:1] == ["--learn"]:
        _learn(*map(Path, arguments[1:]))
        return
    sizes = [int(one) for one in arguments] or list(SIZES)
    rows: list[list[str | int | float]] = []
    peaks: list[float] = []
    with TemporaryDirectory() as name:
        place = Path(name)
        jobs = [(f"{size:,} dumps in files of {RECORDS:,}", write_containers, size, size // PAGES) for size in sizes]
        jobs.append((f"{sizes[0]:,} files", write_files, sizes[0], sizes[0] // PAGES))
        jobs.append(("one source of 1,000 pages", write_containers, 1_000, 1))
        for number, (title, write, size, hosts) in enumerate(jobs):
            dumps, memory = place / f"dumps{number}", place / f"memory{number}"
            write(dumps, size, hosts)
            spent = learned(dumps, memory)
            peaks.append(spent.megabytes)
            weights = [path.stat().st_size / 1_000 for path in (memory, memory.with_name(memory.name + STATE_SUFFIX))]
            speed = round(size / spent.seconds)
            rows.append(
                [title, spent.sources, spent.pages, spent.seconds, speed, round(spent.megabytes), *map(round, weights)]
            )
    header = ("", "sources", "pages", "CPU seconds", "dumps/s", "peak MB", "MEMORY kB", "state kB")
    print(table(header, rows))
    if len(sizes) > 1:
        slope = (peaks[1] - peaks[0]) / (sizes[1] - sizes[0]) * 1_000
        print(f"\n{slope:.3f} MB of memory for 1,000 more dumps")


if __name__ == "__main__":
    main(sys.argv[1:])
