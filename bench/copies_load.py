"""Time and memory of a search for copies, on made records of the usual size.

Each story is an English one of the kit in which every word is another one: so the stories are as long as real ones,
and share phrases only with some.  A fifth are copies of others.  Each has a sentence that hundreds of others have too.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

import copydesk
from bench import kit
from bench.folds import table
from copydesk.copies.find import find_again
from copydesk.stored_records import stored_lines

SIZES: Final = (1_000, 10_000)
TEMPLATES: Final = 60
"""Dumps of whole pages that are cleaned: the records have their blocks, metadata and provenance."""

COPIES: Final = 5
"""One of so many stories is a copy."""

SENTENCES: Final = 40
"""Sentences that many stories share."""

MORE: Final = 100
"""Records that are new in the second search."""


@cache
def templates() -> tuple[dict[str, object], ...]:
    """Records of pages, to be given other stories."""
    texts = ((name, text) for name, text in kit.dumps("html_text") if text.strip())
    cleaned = (copydesk.clean(text, source=name).article for name, text in islice(texts, TEMPLATES))
    return tuple(json.loads(one.to_json()) for one in cleaned)


def write(path: Path, count: int) -> None:
    """Write a file of records.  The first records of a longer file are those of a shorter one."""
    with path.open("w", encoding="utf-8") as file:
        for number, text in enumerate(islice(texts(), count)):
            made = {**templates()[number % TEMPLATES], "id": f"{number:012}", "kind": "article", "text": text}
            file.write(json.dumps(made, ensure_ascii=False) + "\n")


def texts() -> Iterator[str]:
    """Stories without end."""
    random = Random(0)
    bodies = [one.body for one in kit.gold().values() if one.language == "en"]
    vocabulary = sorted({word for body in bodies for word in body.split()})
    shared = [" ".join(random.sample(vocabulary, 12)) for _ in range(SENTENCES)]
    while True:
        others = dict(zip(vocabulary, random.sample(vocabulary, len(vocabulary)), strict=True))
        last = ""
        for number, body in enumerate(bodies):
            if number % COPIES or not last:
                last = "\n".join(" ".join(others[word] for word in line.split()) for line in body.split("\n"))
                yield f"{last}\n{random.choice(shared)}"
            else:
                words = last.split(" ")
                yield " ".join(words[random.randint(0, len(words) // 4) :])


@dataclass(frozen=True, slots=True)
class Spent:
    """CPU seconds, megabytes at the peak, and how many articles and clusters there were."""

    seconds: float
    megabytes: float
    articles: int
    clusters: int


def search(records: Path, state: Path | None) -> Spent:
    """A search in a process of its own."""
    command = [sys.executable, "-m", "bench.copies_load", str(records), *([str(state)] if state else [])]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own
    return Spent(*json.loads(done.stdout))


def report() -> str:
    """The table of times and memory."""
    rows: list[list[str | int | float]] = []
    spent: list[Spent] = []
    with TemporaryDirectory() as name:
        path, state = Path(name) / "records.jsonl", Path(name) / "state"
        for size in SIZES:
            write(path, size)
            spent.append(search(path, None))
            rows.append(_row(f"{size:,} stories", spent[-1], size))
        size = SIZES[-1]
        rows.append(_row(f"{size:,} stories, with a state", search(path, state), size))
        weight = state.stat().st_size
        write(path, size + MORE)
        rows.append(_row(f"the same and {MORE} more, again", search(path, state), size + MORE))
    slope = (spent[1].megabytes - spent[0].megabytes) / (SIZES[1] - SIZES[0]) * 1_000
    return (
        table(("search", "CPU seconds", "stories/s", "peak MB", "clusters"), rows)
        + f"\n\n{slope:.2f} MB of memory for 1,000 more stories; the state has {weight / size / 1_000:.1f} kB a story"
    )


def _row(name: str, spent: Spent, size: int) -> list[str | int | float]:
    return [name, spent.seconds, round(size / spent.seconds), round(spent.megabytes), spent.clusters]


def main(arguments: list[str]) -> None:
    """Search in a file of records, and print what it took."""
    records, *state = map(Path, arguments)
    start = time.process_time()
    found = find_again(lambda: stored_lines(records), state[0] if state else None)
    seconds = time.process_time() - start
    status = Path("/proc/self/status").read_text(encoding="ascii")  # getrusage gives the peak of the parent, if larger
    peak = int(status.split("VmHWM:")[1].split()[0]) / 1_000
    print(json.dumps([seconds, peak, found.articles, len(found.clusters)]))


if __name__ == "__main__":
    main(sys.argv[1:])
