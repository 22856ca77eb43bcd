"""Whether `copydesk undo` gives back the bytes of each dump: `python -m bench.undo [COUNT]`.

Takes dumps of all renderers of the kit, 5,000 by default, and damages the bytes of every second one.  Each is cleaned,
its record is written as JSON and read again, and the raw bytes are made from it.  A rejected dump has no record.  Exits
1 if the bytes of a dump differ; its id, its renderer and the kind of the error are printed.
"""

import random
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import Final

from bench import kit
from bench.folds import table
from bench.fuzz_files import damaged
from copydesk import clean
from copydesk.dump import UnreadableError
from copydesk.render import record
from copydesk.render.record import RecordError

COUNT: Final = 5_000

SAME: Final = "the same bytes"
DIFFERENT: Final = "other bytes"
REJECTED: Final = "rejected"
PAGE: Final = "taken for another kind of file"
"""Damage can make the beginning of a page, a mail or a container; its text is not that of the file."""


@dataclass(frozen=True, slots=True)
class Case:
    """The bytes of a dump; `name` has its id and its renderer."""

    name: str
    data: bytes
    is_damaged: bool


def cases() -> Iterator[Case]:
    """Every dump of the kit, the renderers by turns.  The damage depends only on the name."""
    by_turns = zip_longest(*map(kit.dumps, kit.RENDERERS))
    dumps = (
        (f"{row[0]} {renderer}", row[1])
        for rows in by_turns
        for renderer, row in zip(kit.RENDERERS, rows, strict=True)
        if row
    )
    for number, (name, text) in enumerate(dumps):
        data = text.encode()
        yield Case(name, damaged(data, random.Random(name)) if number % 2 else data, number % 2 == 1)


def outcome(case: Case) -> tuple[str, str]:
    """(what became of the dump, details)."""
    try:
        article = clean(case.data, source=case.name).article
    except UnreadableError as error:
        return REJECTED, error.reason
    except ValueError as error:
        return PAGE, str(error)
    if article.provenance.renderer is not None:
        return PAGE, article.provenance.renderer
    try:
        raw = record.raw_bytes(record.from_json(record.to_json(article).encode()))
    except RecordError as error:
        return DIFFERENT, str(error)
    return (SAME if raw == case.data else DIFFERENT), article.provenance.encoding


def main(arguments: list[str]) -> int:
    """Print the table and the dumps with other bytes; 1 if there is one."""
    count = int(arguments[0]) if arguments else COUNT
    every = list(islice(cases(), count))
    found: Counter[tuple[bool, str]] = Counter()
    with ProcessPoolExecutor() as pool:
        for case, (result, detail) in zip(every, pool.map(outcome, every, chunksize=20), strict=True):
            found[case.is_damaged, result] += 1
            if result != SAME:
                print(f"{case.name}: {result}: {detail}", flush=True)
    outcomes = (SAME, DIFFERENT, REJECTED, PAGE)
    rows = [
        (name, *(f"{found[is_damaged, result]:,}" for result in outcomes))
        for name, is_damaged in (("as the kit has them", False), ("damaged", True))
    ]
    print(table(("dumps", *outcomes), rows))
    return 1 if found[True, DIFFERENT] or found[False, DIFFERENT] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
