"""What was reached once: `python -m bench.floors [--raise]`.

Measures quality on the benchmark kit and compares it with `floors.json`, which holds the figures reached before and
the digest of the data.  Exits 1 where a figure fell below its floor; `--raise` writes the better ones down.
"""

import sys
from pathlib import Path
from typing import Final

import msgspec

from bench import folds, kit, labels, metadata, text

FLOORS: Final = Path(__file__).with_name("floors.json")

TOLERANCE: Final = 0.0005
"""For what another machine's rounding may change."""


class Floors(msgspec.Struct, frozen=True):
    """`figures` by name, and the digest of the data on which they were reached."""

    data: str
    figures: dict[str, float]


def measure() -> dict[str, float]:
    """Every figure that has a floor."""
    figures: dict[str, float] = {}
    for renderer in kit.RENDERERS:
        pages = text.pages_of(renderer)
        golds = [kit.gold()[name] for name, _, _ in pages]
        cleaned = folds.on_all_cores(_both, pages)
        figures[f"text F1, {renderer}"] = text.figures(golds, [story for story, _ in cleaned])[2]
        if renderer == "html_text":
            read = metadata.figures(golds, [facts for _, facts in cleaned], [page[2] for page in pages])
            figures |= {f"metadata, {field}": score for field, (_, score) in read.items()}
    figures["stories alone, characters kept"] = text.kept_alone()
    figures |= labels.figures()
    return {name: round(figure, 4) for name, figure in figures.items()}


def _both(page: text.Page) -> tuple[str, metadata.Facts]:
    found = folds.clean_unseen(page).article
    return found.text, metadata.facts(found.metadata)


def fallen(figures: dict[str, float], floors: Floors) -> list[str]:
    """The figures that are below their floors, each with both numbers."""
    return [
        f"{name}: {figures.get(name, 0.0):.4f} is below {floor:.4f}"
        for name, floor in floors.figures.items()
        if figures.get(name, 0.0) < floor - TOLERANCE
    ]


def read() -> Floors:
    """The floors that are written down."""
    return msgspec.json.decode(FLOORS.read_bytes(), type=Floors)


def main(arguments: list[str]) -> int:
    """Print every figure with its floor; 1 where one has fallen, or the data is another."""
    figures = measure()
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
        best = {name: max(figure, floors.figures.get(name, 0.0)) for name, figure in figures.items()}
        FLOORS.write_bytes(msgspec.json.format(msgspec.json.encode(Floors(floors.data, best)), indent=2) + b"\n")
    print(*below, sep="\n")
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
