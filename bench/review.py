"""How fast the queue of the review desk is: `python -m bench.review [RECORDS]` (100,000 by default).

Makes the manifest of an output of invented records in a temporary folder, 200 to a file, each of 40 lines with 12
edits, of 200 sources.  Then it makes the index, and asks the server for pages of the queue as a browser does: the first
one, fifty that follow, one for each filter, searches, and the last one.  Prints the times in seconds, and the largest
memory of the process in MB.
"""

import gc
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Final

from starlette.testclient import TestClient

import copydesk
from bench.folds import table
from copydesk import config
from copydesk.batch.counts import Counts
from copydesk.batch.manifest import Manifest
from copydesk.batch.manifest_dumps import DumpRow, Dumps
from copydesk.batch.manifest_totals import Totals
from copydesk.batch.messages import FileState, Fingerprint, pack_records
from copydesk.document import Record
from copydesk.review import index, queue, server
from copydesk.review.guard import Access
from copydesk.review.queue import Filter

RECORDS: Final = 100_000
IN_FILE: Final = 200
SOURCES: Final = 200
PAGES: Final = 50
PORT: Final = 8_000
STORY: Final = "The council of town {number} voted on Monday,and the mayor said that the bridge would stay closed."

FILTERS: Final = (
    Filter(site="news-7.example"),
    Filter(label="caption"),
    Filter(label="paragraph", rule="spacing.comma"),
    Filter(language="en", kind="article"),
    Filter(words="bridge council"),
    Filter(words='"town 77"', label="paragraph"),
    Filter(words="nothing"),
)


def article(number: int) -> Record:
    """The record of an invented page."""
    lines = [f"Bridge of town {number} to stay closed"]
    lines += [f"{STORY.format(number=number + paragraph)} {paragraph}" for paragraph in range(12)]
    lines += [f"Menu entry {entry}" for entry in range(27)]
    return copydesk.clean("\n\n".join(lines), source=f"page-{number}.txt").article


def fill(manifest: Manifest, records: int) -> None:
    """Write the rows of an output: a few pages are cleaned, and each is written many times."""
    pages = [article(number) for number in range(20)]
    dumps = Dumps(manifest)
    run = Totals(manifest).begin_run(copydesk.__version__)
    state = FileState(1, 1, 1, "")
    for first in range(0, records, IN_FILE):
        with manifest.transaction():
            file = manifest.save_file(f"{first}.jsonl", f"/none/{first}.jsonl", state, "", "", "", finished=True)
            for number in range(first, min(records, first + IN_FILE)):
                one = _copy(pages[number % len(pages)], number)
                row = DumpRow(number - first, one.source, Fingerprint("", "", ""), "", {}, None, Counts(), 0.0)
                dumps.save(file, row, pack_records([one.to_json()]), run, written=True)
    Totals(manifest).end_run(run, "finished", "")


def _copy(page: Record, number: int) -> Record:
    quality = page.quality and replace(page.quality, confidence=(number * 7_919 % 10_007) / 10_007)
    metadata = replace(page.metadata, url=f"https://news-{number % SOURCES}.example/{number}")
    metadata = replace(metadata, title=f"Bridge of town {number} to stay closed")
    evidence = replace(page.evidence, url=("container:url",))
    return replace(
        page, id=f"{number:020x}", source=f"{number}.txt", quality=quality, metadata=metadata, evidence=evidence
    )


def asked(client: TestClient, books: Path) -> Iterator[tuple[str, float]]:
    """(what is asked for, seconds) for each page."""
    yield "first page", _seconds(client, "/")
    after, times = 0, []
    with queue.opened(books) as rows:
        for _ in range(PAGES):
            after = rows.page(Filter(), after)[-1].place
            times.append(_seconds(client, f"/?after={after}"))
        last = rows.records - queue.PAGE_ROWS
    yield f"median of {PAGES} next pages", median(times)
    yield "slowest of them", max(times)
    yield "last page", _seconds(client, f"/?after={last}")
    for wanted in FILTERS:
        query = "&".join(f"{name}={value}" for name, value in wanted.given().items())
        yield query, _seconds(client, f"/?{query}")


def _seconds(client: TestClient, address: str) -> float:
    began = time.perf_counter()
    if client.get(address).status_code != 200:
        raise ValueError(f"{address} is not answered")
    return time.perf_counter() - began


def main(arguments: Sequence[str]) -> None:
    """Print the table."""
    records = int(arguments[0]) if arguments else RECORDS
    with tempfile.TemporaryDirectory() as name:
        books = Path(name)
        with closing(Manifest(books, rebuild=True)) as manifest:
            fill(manifest, records)
            began = time.perf_counter()
            index.build(books, manifest)
        rows: list[tuple[str, float]] = [("the index is made", time.perf_counter() - began)]
        size = (books / index.NAME).stat().st_size / 10**6
        gc.freeze()  # the cleaned pages are objects of this program, which a desk does not have
        access = Access(PORT)
        desk = server.Desk("out", books, config.default, books / "decisions.jsonl", books, "anna", access)
        client = TestClient(server.app(desk), base_url=f"http://127.0.0.1:{PORT}")
        client.get(f"/?token={access.key}")
        rows += asked(client, books)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000
    print(table((f"{records:,} records", "seconds"), rows))
    print(f"\nindex {size:.0f} MB, memory {memory} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
