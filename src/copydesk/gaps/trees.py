"""Gradient-boosted trees in whole numbers: the same score on every machine, whatever the order of the sum.

`training/gaps.py` makes the file and says from what.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from copydesk import npz

Ints: TypeAlias = NDArray[np.int32]

SHIPPED: Final = Path(__file__).with_name("trees.npz")

PARTS: Final = ("feature", "most", "below", "above", "value")
"""The arrays of a forest, a row a tree and a column a node."""

UNIT: Final = 1000
"""Of the scores: thousandths of the natural logarithm of the odds."""

FIRST: Final = 40
"""Trees after which a place without hope is given up."""

MOST_AT_ONCE: Final = 2000
"""Places that are scored at once: each takes some kilobytes meanwhile."""

HOPELESS: Final = -3 * UNIT


class TreesError(ValueError):
    """A file that holds no trees; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees: node n of a tree asks whether `feature[n]` is at most `most[n]`, and goes on at `below[n]` or `above[n]`.

    A leaf goes on at itself; its `value` is what the tree adds to `start`.  `depth` is that of the deepest tree.
    """

    feature: Ints
    most: Ints
    below: Ints
    above: Ints
    value: Ints
    start: int
    depth: int

    def scores(self, rows: Sequence[Sequence[int]]) -> list[int]:
        """The score of each row of evidence; of one that is given up after FIRST trees, what it had by then."""
        chunks = (rows[at : at + MOST_AT_ONCE] for at in range(0, len(rows), MOST_AT_ONCE))
        return [score for chunk in chunks for score in self._scores(np.array(chunk, dtype=np.int32))]

    def _scores(self, seen: Ints) -> list[int]:
        scores = self.start + self._sum(seen, 0, FIRST)
        left = np.flatnonzero(scores > HOPELESS)
        scores[left] += self._sum(seen[left], FIRST, len(self.value))
        found: list[int] = scores.tolist()
        return found

    def _sum(self, seen: Ints, first: int, last: int) -> Ints:
        """What the trees from `first` to before `last` add, for each row."""
        trees = np.arange(first, min(last, len(self.value)))[None, :]
        row = np.arange(len(seen))[:, None]
        node = np.zeros((len(seen), trees.shape[1]), dtype=np.int32)
        for _ in range(self.depth):
            goes_below = seen[row, self.feature[trees, node]] <= self.most[trees, node]
            node = np.where(goes_below, self.below[trees, node], self.above[trees, node])
        total: Ints = self.value[trees, node].sum(axis=1, dtype=np.int32)
        return total


@cache
def shipped() -> Mapping[str, Forest]:
    """The forests that come with the package, for `letters` and for `marks`."""
    return load(SHIPPED)


@cache
def load(path: Path) -> Mapping[str, Forest]:
    """The forests in the file at `path`.  Raises TreesError where it can't be read or holds none."""
    try:
        stored = {name: array.astype(np.int32) for name, array in npz.read(path).items()}
        names = dict.fromkeys(name.partition(".")[0] for name in stored)
        return {name: _forest(stored, name) for name in names}
    except (*npz.UNREADABLE, KeyError) as error:
        raise TreesError(f"{path}: no trees: {error}") from error


def _forest(stored: Mapping[str, Ints], name: str) -> Forest:
    """The forest of that name; raises KeyError where a part is missing."""
    feature, most, below, above, value = (stored[f"{name}.{part}"] for part in PARTS)
    return Forest(feature, most, below, above, value, int(stored[f"{name}.start"]), int(stored[f"{name}.depth"]))
