"""How many broken paragraphs are joined again: `python -m bench.lines`.

Counts the paragraphs of the gold stories that a dump has in several lines, for each renderer.  Each dump is read with
trees that saw nothing of its domain.  `fused` are joined lines that the gold has as two paragraphs; paragraphs that the
gold itself has broken at a tag are counted there too.
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

MIN_PARAGRAPH: Final = 60
"""Characters of a gold line that counts as a paragraph."""

MIN_PART: Final = 15
"""Characters of a gold line that counts as fused if it is joined with another."""

_SPACE = re.compile(r"\s+")


def paragraphs(page: tuple[str, str]) -> Counter[str]:
    """How many broken paragraphs of a dump are `repaired` or still `broken`, how many lines are `joined` or `fused`.

    `page` is (id, text).
    """
    name, dump = page
    gold = kit.gold()[name]
    forests = boosted_trees.load(folds.trees_of(folds.fold_of(gold.domain)))
    text = dump
    context = Context(gold.language, forests=forests)
    for stage in STAGES[: STAGES.index(line_breaks) + 1]:
        text = apply(text, list(stage.find(text, context)))
    before, after = _lines(dump), _lines(text)
    old_lines, repaired, original = frozenset(before), "\n".join(after), "".join(before)
    found: Counter[str] = Counter()
    for paragraph in (_without_spaces(line) for line in gold.body.splitlines() if len(line) >= MIN_PARAGRAPH):
        if paragraph in original and not any(paragraph in line for line in before):
            found["repaired" if paragraph in repaired else "broken"] += 1
    parts = [_without_spaces(line) for line in gold.body.splitlines() if len(line.strip()) >= MIN_PART]
    joined = [line for line in after if line not in old_lines]
    found["joined"] = len(joined)
    found["fused"] = sum(sum(part in line for part in parts) > 1 for line in joined)
    return found


def _lines(text: str) -> list[str]:
    return [stripped for line in text.splitlines() if (stripped := _without_spaces(line))]


def _without_spaces(text: str) -> str:
    return _SPACE.sub("", text)


def main() -> None:
    """Print the table."""
    rows: list[tuple[str, ...]] = []
    with ProcessPoolExecutor() as pool:
        for renderer in kit.RENDERERS:
            found = sum(pool.map(paragraphs, kit.dumps(renderer), chunksize=20), Counter[str]())
            broken = found["repaired"] + found["broken"]
            share = f"{found['repaired'] / max(1, broken):.3f}"
            rows.append((renderer, f"{broken:,}", share, f"{found['joined']:,}", f"{found['fused']:,}"))
    print(table(("", "broken paragraphs", "repaired", "joined lines", "fused"), rows))


if __name__ == "__main__":
    main()
