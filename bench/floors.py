"""What was reached once: `python -m bench.floors [--quick] [--raise]`.

Measures quality on the benchmark kit and compares it with `floors.json`, which holds the figures reached before and
the digest of the data.  Exits 1 where a figure fell below its floor; `--raise` writes the better ones down.  The
tests measure what `--quick` does: every fifth page, of all folds, by two renderers.
"""

import sys
from pathlib import Path
from typing import Final

import msgspec

from bench import facts, folds, html, kit, labels, metadata, spacing, teasers, text
from copydesk.document import Metadata
from copydesk.dump import UnreadableError

FLOORS: Final = Path(__file__).with_name("floors.json")

QUICK: Final = ("html_text", "newspaper4k")
EVERY: Final = 5
"""Folds differ by more than a change is worth, so a quick look takes pages of all of them."""

TOLERANCE: Final = 0.0005
"""For what another machine's rounding may change."""


class Floors(msgspec.Struct, frozen=True):
    """`figures` by name, and the digest of the data on which they were reached."""

    data: str
    figures: dict[str, float]


def measure() -> dict[str, float]:
    """Every figure that has a floor."""
    figures = {name: figure for renderer in kit.RENDERERS for name, figure in _stories(renderer, 1).items()}
    figures["stories alone, characters kept"] = text.kept_alone()
    read = facts.floors() | labels.figures() | teasers.figures()
    return _rounded(figures | html.floors() | read | spacing.figures() | quick())


def quick() -> dict[str, float]:
    """The figures of every fifth page, which the tests measure."""
    found = {name: figure for renderer in QUICK for name, figure in _stories(renderer, EVERY).items()}
    return _rounded({f"{name}, every fifth page": figure for name, figure in found.items()})


def _stories(renderer: str, every: int) -> dict[str, float]:
    """F1 of the stories; for full dumps also how often the metadata are right."""
    pages = text.pages_of(renderer)[::every]
    golds = [kit.gold()[name] for name, _, _ in pages]
    cleaned = folds.on_all_cores(_both, pages)
    figures = {f"text F1, {renderer}": text.figures(golds, [story for story, _ in cleaned])[2]}
    if renderer == "html_text":
        read = metadata.figures(golds, [found for _, found in cleaned], [page[2] for page in pages])
        figures |= {f"metadata, {field}": score for field, (_, score) in read.items()}
    return figures


def _rounded(figures: dict[str, float]) -> dict[str, float]:
    return {name: round(figure, 4) for name, figure in figures.items()}


def _both(page: text.Page) -> tuple[str, metadata.Facts]:
    """Story and facts; a dump that copydesk rejects has neither."""
    try:
        found = folds.clean_unseen(page).article
    except UnreadableError:
        return "", metadata.facts(Metadata())
    return found.text, metadata.facts(found.metadata)


def fallen(figures: dict[str, float], floors: Floors) -> list[str]:
    """Those of the figures that are below their floors, each with both numbers."""
    return [
        f"{name}: {figure:.4f} is below {floors.figures[name]:.4f}"
        for name, figure in figures.items()
        if figure < floors.figures.get(name, 0.0) - TOLERANCE
    ]


def read() -> Floors:
    """The floors that are written down."""
    return msgspec.json.decode(FLOORS.read_bytes(), type=Floors)


def main(arguments: list[str]) -> int:
    """Print every figure with its floor; 1 where one has fallen, or the data is another."""
    figures = quick() if "--quick" in arguments else measure()
    floors = read() if FLOORS.is_file() else Floors(kit.digest(), {})
    if floors.data != kit.digest():
        print("the data is not that of the floors: nothing can be compared")
        return 1
    print(
        folds.table(
            ("figure", "floor", "now"), [[name, floors.figures.get(name, 0.0), figures[name]] for name in figures]
        )
    )
    below = fallen(figures, floors)
    if "--raise" in arguments:
        best = floors.figures | {name: max(new, floors.figures.get(name, 0.0)) for name, new in figures.items()}
        FLOORS.write_bytes(msgspec.json.format(msgspec.json.encode(Floors(floors.data, best)), indent=2) + b"\n")
    print(*below, sep="\n")
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
