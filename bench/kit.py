"""The benchmark kit: pages with gold, and their text dumps, beside the checkout (never part of it)."""

import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

KIT: Final = Path(__file__).resolve().parents[2] / "shared" / "bench"

RENDERERS: Final = (
    *("html_text", "resiliparse_all", "inscriptis", "bs4_newline", "resiliparse_main", "newspaper4k"),
    "trafilatura_recall",
)


def dumps(renderer: str) -> Iterator[tuple[str, str]]:
    """(id, text) of every page as that renderer dumps it.  Exits, saying so, where the kit is missing."""
    path = KIT / "dumps" / f"{renderer}.jsonl.gz"
    if not path.is_file():
        sys.exit(f"the benchmark kit is missing: no {path}")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield row["id"], row["text"]
