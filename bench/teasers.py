"""How well lists of other stories are cut into items: `python -m bench.teasers`.

By renderer and by language, over the dumps of the kit in which a person labelled the items.  No dump is cleaned with a
model that saw its domain.  Scored by the kit's `score_teasers.py`:

- `lines`: F1 of the lines that are in some teaser record
- `P`, `R`, `exact`: precision, recall and F1 of items with exactly the right lines
- `loose`: F1 of items that share half of their lines or more with one of the page
- `titles`: the share of the items that are found and have the right headline as their title
- `empty`: records without headline, text and picture
"""

import contextlib
import gzip
import io
import json
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bench import folds, kit
from copydesk.document import Cleaned

COLUMNS: Final = ("lines", "P", "R", "exact", "loose", "titles", "empty")
MIN_DUMPS: Final = 2
"""Dumps of a language that has a row of its own: fewer say more about the page than about the language."""

_SCORES = re.compile(r"P (?P<p>[\d.]+) R (?P<r>[\d.]+) F1 (?P<f1>[\d.]+)")
_EMPTY = re.compile(r"without any content (?P<empty>\d+)")
_TITLES = re.compile(r"titles of items found: (?P<titles>[\d.]+)")


def cleaned() -> list[Cleaned]:
    """The records of every labelled dump.  Exits, saying so, where the kit is missing."""
    rows = kit.teasers()
    texts = {renderer: dict(kit.dumps(renderer)) for renderer in {row.renderer for row in rows}}
    pages = [(row.key, kit.gold()[row.id].domain, texts[row.renderer][row.id]) for row in rows]
    return folds.on_all_cores(folds.clean_unseen, pages)


def figures(found: Sequence[Cleaned] | None = None) -> dict[str, float]:
    """The figures that have floors: F1 of lines, of exact items and of loose items, and the share of right titles.

    `found` are the records to score, by default those of `cleaned()`.
    """
    scores = score(kit.teasers(), cleaned() if found is None else found)
    return {f"teasers, {name}": scores[name] for name in ("lines", "exact", "loose", "titles")}


def score(rows: Sequence[kit.LabelledTeasers], found: Sequence[Cleaned]) -> dict[str, float]:
    """What the kit's scorer says of these dumps, by column."""
    printed = io.StringIO()
    with tempfile.TemporaryDirectory() as folder:
        gold, records = Path(folder) / "gold.jsonl.gz", Path(folder) / "records.jsonl"
        gold.write_bytes(gzip.compress("\n".join(json.dumps(row.row) for row in rows).encode()))
        kit.write_records((each for page in found for each in (page.article, *page.teasers)), records)
        arguments = sys.argv
        try:
            sys.argv = ["score_teasers", str(gold), str(records)]
            with contextlib.redirect_stdout(printed):
                kit.scorer("score_teasers").main()
        finally:
            sys.argv = arguments
    text = printed.getvalue()
    lines, exact, loose = _SCORES.finditer(text)
    empty, titles = _EMPTY.search(text), _TITLES.search(text)
    if empty is None or titles is None:
        raise ValueError(f"the kit's scorer prints something else: {text!r}")
    values = (lines["f1"], exact["p"], exact["r"], exact["f1"], loose["f1"], titles["titles"], empty["empty"])
    return dict(zip(COLUMNS, map(float, values), strict=True))


def main() -> None:
    """Print the table."""
    rows = kit.teasers()
    found = cleaned()
    names = [(row.renderer, f"language {kit.gold()[row.id].language}") for row in rows]
    groups = ["all", *sorted({renderer for renderer, _ in names}), *sorted({language for _, language in names})]
    lines: list[tuple[str | int | float, ...]] = []
    for group in groups:
        places = [n for n, own in enumerate(names) if group in ("all", *own)]
        if len(places) >= MIN_DUMPS:
            scores = score([rows[n] for n in places], [found[n] for n in places])
            lines.append((group, len(places), *(scores[name] for name in COLUMNS[:-1]), int(scores["empty"])))
    print(folds.table(("pages", "dumps", *COLUMNS), lines))


if __name__ == "__main__":
    main()
