"""What broken paragraphs are made whole: `python -m bench.lines`.

Over the paragraphs of the gold stories that a dump has in several lines, for each renderer; each dump with trees that
saw nothing of its domain.  `fused` are lines that were joined though the gold has their parts as two paragraphs; what
the gold itself has broken at a tag counts there as well.
"""

import re
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from typing import Final

from bench import folds, kit
from bench.folds import table
from copydesk.edits import apply
from copydesk.repair import STAGES, boosted_trees, line_breaks
from copydesk.repair.context import Context

PARAGRAPH: Final = 60
PART: Final = 15
"""Characters of a gold line that counts as a paragraph, and of one whose fusion with another counts."""

_SPACE = re.compile(r"\s+")


def paragraphs(page: tuple[str, str]) -> Counter[str]:
    """How many paragraphs of a dump, (id, text), were whole, are now, or are still broken; how many lines are fused."""
    name, dump = page
    gold = kit.gold()[name]
    forests = boosted_trees.load(folds.trees_of(folds.fold_of(gold.domain)))
    text = dump
    context = Context(gold.language, forests=forests)
    for stage in STAGES[: STAGES.index(line_breaks) + 1]:
        text = apply(text, list(stage.find(text, context)))
    before, after = _lines(dump), _lines(text)
    whole, now, all_of_it = frozenset(before), "\n".join(after), "".join(before)
    found: Counter[str] = Counter()
    for paragraph in (_squeezed(line) for line in gold.body.splitlines() if len(line) >= PARAGRAPH):
        if paragraph in all_of_it and not any(paragraph in line for line in before):
            found["mended" if paragraph in now else "broken"] += 1
    parts = [_squeezed(line) for line in gold.body.splitlines() if len(line.strip()) >= PART]
    joined = [line for line in after if line not in whole]
    found["joined"] = len(joined)
    found["fused"] = sum(sum(part in line for part in parts) > 1 for line in joined)
    return found


def _lines(text: str) -> list[str]:
    return [squeezed for line in text.splitlines() if (squeezed := _squeezed(line))]


def _squeezed(text: str) -> str:
    return _SPACE.sub("", text)


def main() -> None:
    """Print the table."""
    rows: list[tuple[str, ...]] = []
    with ProcessPoolExecutor() as pool:
        for renderer in kit.RENDERERS:
            found = sum(pool.map(paragraphs, kit.dumps(renderer), chunksize=20), Counter[str]())
            broken = found["mended"] + found["broken"]
            share = f"{found['mended'] / max(1, broken):.3f}"
            rows.append((renderer, f"{broken:,}", share, f"{found['joined']:,}", f"{found['fused']:,}"))
    print(table(("", "broken paragraphs", "made whole", "joined lines", "fused"), rows))


if __name__ == "__main__":
    main()
