"""How many broken paragraphs are joined again: `python -m bench.lines`.

Counts the paragraphs of the gold stories that a dump has in several lines, for each renderer.  Each dump is read with
trees that saw nothing of its domain.  `fused` are joined lines that contain two or more lines of the gold; counted is
also a line that the gold has twice, a name that is a line elsewhere, and a paragraph that the gold itself has in
pieces.  `apart` is exact: the share of the line breaks removed inside the story of which the gold has both sides in
lines of their own.  Where the first side does not end as a sentence does, and the second goes on with a small letter or
a mark, the gold is broken, and the break is not counted.

Then two sets that `bench.line_sets` makes: lists of which no entries may be joined, and stories broken at 40 to 80
columns of which each paragraph should be whole again.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from typing import Final

from bench import folds, kit, line_sets
from bench.folds import table
from copydesk.edits import Edit, apply
from copydesk.repair import STAGES, boosted_trees, line_breaks, line_ends
from copydesk.repair.context import Context
from copydesk.repair.line_ends import COLON, CONTINUES, ENDS

MIN_PARAGRAPH: Final = 60
"""Characters of a gold line that counts as a paragraph."""

MIN_PART: Final = 15
"""Characters of a gold line that counts as fused if it is joined with another."""

BESIDE: Final = 60
"""Characters of the text beside a joint, of which those that are no white space are compared with the gold."""

BESIDE_JOINT: Final = 12
"""Visible characters on each side of a joint by which it is found in the gold."""

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
    for stage in STAGES[: STAGES.index(line_breaks)]:
        text = apply(text, list(stage.find(text, context)))
    edits = list(line_breaks.find(text, context))
    found = _joints(text, edits, gold.body)
    before, after = _lines(dump), _lines(apply(text, edits))
    old_lines, repaired, original = frozenset(before), "\n".join(after), "".join(before)
    for paragraph in (_without_spaces(line) for line in gold.body.splitlines() if len(line) >= MIN_PARAGRAPH):
        if paragraph in original and not any(paragraph in line for line in before):
            found["repaired" if paragraph in repaired else "broken"] += 1
    parts = [_without_spaces(line) for line in gold.body.splitlines() if len(line.strip()) >= MIN_PART]
    joined = [line for line in after if line not in old_lines]
    found["joined"] = len(joined)
    found["fused"] = sum(sum(part in line for part in parts) > 1 for line in joined)
    return found


def _joints(text: str, edits: Iterable[Edit], body: str) -> Counter[str]:
    """How many of the removed line breaks the gold has inside a line (`right`), and how many between two (`apart`)."""
    lines = "\n".join(_lines(body))
    found: Counter[str] = Counter()
    for edit in edits:
        end = edit.start + len(edit.before)
        before = text[: edit.start].rpartition("\n")[2].strip()
        behind = text[end:].partition("\n")[0].strip()
        left = _without_spaces(text[max(0, edit.start - BESIDE) : edit.start])[-BESIDE_JOINT:]
        right = _without_spaces(text[end : end + BESIDE])[:BESIDE_JOINT]
        goes_on = line_ends.end_class(before) not in (ENDS, COLON) and line_ends.begin_class(behind) in CONTINUES
        if left + right in lines:
            found["right"] += 1
        elif f"{left}\n{right}" in lines and not goes_on:
            found["apart"] += 1
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
            apart = f"{found['apart'] / max(1, found['right'] + found['apart']):.4f}"
            rows.append((renderer, f"{broken:,}", share, f"{found['joined']:,}", f"{found['fused']:,}", apart))
        print(table(("", "broken paragraphs", "repaired", "joined lines", "fused", "apart"), rows))
        _print_lists(pool)
        _print_wraps(pool)


def _print_lists(pool: ProcessPoolExecutor) -> None:
    """How many lists have joined entries, by the form of their entries."""
    cases = line_sets.lists()
    joined = list(pool.map(line_sets.joined_entries, cases, chunksize=50))
    rows = [
        (name, f"{len(joined[which::2]):,}", str(sum(joined[which::2])))
        for which, name in enumerate(("as on the page", "with small first letters"))
    ]
    print()
    print(table(("entries of lists", "lists", "joined"), rows))


def _print_wraps(pool: ProcessPoolExecutor) -> None:
    """The share of the paragraphs that are whole again, by language and by width."""
    cases = line_sets.wraps()
    found: defaultdict[tuple[str, bool, int], list[int]] = defaultdict(lambda: [0, 0])
    for case, whole in zip(cases, pool.map(line_sets.whole, cases, chunksize=20), strict=True):
        counts = found[case.gold.language, case.has_blank_lines, case.width]
        counts[0] += whole
        counts[1] += len(case.paragraphs)
    for has_blank_lines in (True, False):
        rows: list[tuple[str, ...]] = []
        for language in sorted({key[0] for key in found if key[1] is has_blank_lines}):
            counted = [found[language, has_blank_lines, width] for width in line_sets.WIDTHS]
            shares = (f"{whole / max(1, total):.3f}" for whole, total in counted)
            rows.append((language, str(counted[0][1]), *shares))
        name = f"whole again, {'with' if has_blank_lines else 'without'} blank lines between paragraphs"
        print()
        print(table((name, "paragraphs", *map(str, line_sets.WIDTHS)), rows))


if __name__ == "__main__":
    main()
