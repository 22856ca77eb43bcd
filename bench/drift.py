"""False alarms of drift and changes that it finds: `python -m bench.drift [MONTHS]` (1,000 by default).

False alarms: the pages of each host of the kit are cleaned once.  A month of a source has RUNS runs, and each run has
PAGES pages that are drawn from those of the host, so nothing ever changes.  `alike` draws each page twice, as if each
had a copy, and `topics` draws each run from a part of the host's pages: pages of a day are not independent draws.

Changes: the ten of `bench.staged_sites`, in the first run with PAGES pages of the source, after the given number of
pages as usual.
"""

import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, TypeAlias

from bench import hosts, kit, staged_sites
from bench.folds import table
from copydesk import config, desk, dump
from copydesk.document import Record
from copydesk.drift import compare
from copydesk.drift.compare import MAX_HISTORY, MAX_HISTORY_LINES, Seen
from copydesk.drift.figures import figures_of, lines_of, unpacked_lines
from copydesk.drift.settings import DRIFT_DEFAULTS

MONTHS: Final = 1000
RUNS: Final = 31
PAGES: Final = 30

MIN_HOST_PAGES: Final = 15
"""Pages of a host from which on they are drawn: with fewer, each run would have the same."""

HISTORIES: Final = (20, 30, 60, 300)
TRIALS: Final = 20
"""Sites for each change and each size of the history."""

Row: TypeAlias = list[str | int | float]


def seen(article: Record) -> Seen:
    """What the manifest stores of an article, in run 0."""
    lines = lines_of(block.text for block in article.blocks)
    return Seen(0, figures_of(article, None), unpacked_lines(lines))


@cache
def host_pages() -> dict[str, list[Seen]]:
    """What is stored of the pages of each host of the kit that has enough of them."""
    texts: dict[str, list[str]] = defaultdict(list)
    for row in (*kit.rows(f"hosts/dumps/{hosts.SIBLINGS}.jsonl.gz"), *kit.rows("hosts/siblings.jsonl.gz")):
        texts[str(row["host"])].append(str(row["text"]))
    settings = config.default()
    return {
        host: [seen(desk.clean_dump(dump.from_text(text, host), settings).article) for text in own]
        for host, own in sorted(texts.items())
        if len(own) >= MIN_HOST_PAGES
    }


@dataclass(frozen=True, slots=True)
class Drawing:
    """How pages are drawn: each comes `each` times, and those of a run are of a part of all pages."""

    name: str
    each: int = 1
    part: float = 1.0


DRAWINGS: Final = (Drawing("shuffled"), Drawing("alike", each=2), Drawing("topics", part=0.5))


def month(pages: Sequence[Seen], draw: random.Random, how: Drawing) -> Counter[str]:
    """The figures with an alarm in a month of a source that never changes."""
    alarms: Counter[str] = Counter()
    old: list[Seen] = []
    for run in range(RUNS + 1):
        part = draw.sample(pages, round(how.part * len(pages)))
        drawn = [one for one in draw.choices(part, k=PAGES // how.each) for _ in range(how.each)]
        new = [replace(one, run=run) for one in drawn]
        found = compare.changes(history(old), new, DRIFT_DEFAULTS.runs_a_month) if old else ()
        alarms.update(one.figure for one in found)
        old = new if found else old + new
    return alarms


def history(old: Sequence[Seen]) -> list[Seen]:
    """The dumps that new ones are compared with: the lines of the older ones are deleted."""
    last = list(old[-MAX_HISTORY:])
    older = [replace(one, lines=None) for one in last[:-MAX_HISTORY_LINES]]
    return older + last[-MAX_HISTORY_LINES:]


def false_alarms(months: int, how: Drawing) -> list[Row]:
    """A row for each figure with a false alarm, and one for all together."""
    draw = random.Random(how.name)
    by_host = list(host_pages().values())
    counts: Counter[str] = Counter()
    with_any = 0
    for number in range(months):
        found = month(by_host[number % len(by_host)], draw, how)
        counts.update(found)
        with_any += bool(found)
    rows: list[Row] = [[figure, count, ""] for figure, count in sorted(counts.items())]
    return [*rows, ["months with an alarm", with_any, f"{with_any / months * compare.ALARM_MONTHS:.2f} in 200"]]


Change: TypeAlias = Callable[[staged_sites.StagedPage], staged_sites.StagedPage]


def unchanged(page: staged_sites.StagedPage) -> staged_sites.StagedPage:
    """The page."""
    return page


def staged(change: Change, numbers: Sequence[int], run: int) -> list[Seen]:
    """What is stored of pages with these numbers after a change."""
    return [replace(_staged(change, number), run=run) for number in numbers]


@cache
def _staged(change: Change, number: int) -> Seen:
    text = change(staged_sites.page(number)).text
    return seen(desk.clean_dump(dump.from_text(text, f"{number}"), config.default()).article)


def found_changes(changes: Mapping[str, Change]) -> list[Row]:
    """For each change and each size of the history the number of sites on which it is found."""
    rows: list[Row] = []
    for name, change in changes.items():
        counts: list[str] = []
        for size in HISTORIES:
            found = 0
            for trial in range(TRIALS):
                draw = random.Random(trial)
                numbers = draw.sample(range(max(HISTORIES) + 100), size + PAGES)
                half = size // 2
                old = staged(unchanged, numbers[:half], 1) + staged(unchanged, numbers[half:size], 2)
                found += bool(compare.changes(old, staged(change, numbers[size:], 3), DRIFT_DEFAULTS.runs_a_month))
            counts.append(f"{found} of {TRIALS}")
        rows.append([name, *counts])
    return rows


def main(arguments: Sequence[str]) -> None:
    """Print the tables."""
    months = int(arguments[0]) if arguments else MONTHS
    for how in DRAWINGS:
        print(table((f"{months} months, {how.name}", "alarms", "rate"), false_alarms(months, how)), flush=True)
    head = ("change, by pages of history", *map(str, HISTORIES))
    print(table(head, found_changes({"no change": unchanged, **staged_sites.CHANGES})))


if __name__ == "__main__":
    main(sys.argv[1:])
