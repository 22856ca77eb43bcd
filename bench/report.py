"""How fast the report is, and how large: `python -m bench.report [ARTICLES]` (10,000 by default).

Makes a file `records.jsonl` of invented articles in a temporary folder, 68 KB each with 215 lines and 168 edits, and
runs `copydesk report` on it.  Prints its CPU time, start included, its largest memory, and the size of the page.
"""

import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import copydesk
from bench.folds import table
from copydesk.document import Record

ARTICLES: Final = 10_000
SOURCES: Final = 200
STORY: Final = "The council of town {number} voted on Monday,and the mayor said that the bridge would stay closed. "
SENTENCES: Final = 12
PARAGRAPHS: Final = 14
MENU: Final = 200


def article(number: int) -> Record:
    """The record of an invented page."""
    lines = [f"Bridge of town {number} to stay closed"]
    for paragraph in range(PARAGRAPHS):
        lines.append(STORY.format(number=number + paragraph) * SENTENCES)
    lines += [f"Menu entry {entry}" for entry in range(MENU)]
    return copydesk.clean("\n\n".join(lines), source=f"page-{number}.txt").article


def write(path: Path, articles: int) -> None:
    """Write the records: a few pages are cleaned, and each is written many times, with another id and source."""
    pages = [article(number) for number in range(10)]
    with path.open("w", encoding="utf-8") as file:
        for number in range(articles):
            page = pages[number % len(pages)]
            url = f"https://news-{number % SOURCES}.example/{number}"
            quality = page.quality and replace(page.quality, confidence=(number * 7_919 % 10_007) / 10_007)
            metadata = replace(page.metadata, url=url)
            evidence = replace(page.evidence, url=("container:url",))
            one = replace(page, id=f"{number:020x}", quality=quality, metadata=metadata, evidence=evidence)
            file.write(one.to_json() + "\n")


def main(arguments: Sequence[str]) -> None:
    """Print the table."""
    articles = int(arguments[0]) if arguments else ARTICLES
    with tempfile.TemporaryDirectory() as name:
        records, page = Path(name, "records.jsonl"), Path(name, "report.html")
        write(records, articles)
        command = [sys.executable, "-m", "copydesk.cli", "report", str(records), "-o", str(page), "-q"]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True)  # noqa: S603 - our own
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        row = [records.stat().st_size // 10**6, seconds, after.ru_maxrss // 1000, page.stat().st_size / 10**6]
    print(table((f"{articles:,} articles", "records, MB", "CPU s", "memory, MB", "page, MB"), [["report", *row]]))


if __name__ == "__main__":
    main(sys.argv[1:])
