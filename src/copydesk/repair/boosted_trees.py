"""Gradient-boosted trees in whole numbers: the same score on every machine, whatever the order of the sum.

`training/spacing.py` makes the file and says from what.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from copydesk import npz
from copydesk.repair import broken_sentences, fused_words, punctuation

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


FINDERS: Final[Mapping[str, Sequence[str]]] = {
    "fused_words": fused_words.COLUMNS,
    "punctuation": punctuation.COLUMNS,
    "broken_sentences": broken_sentences.COLUMNS,
}
"""The finders of places, each with the names of the features that its forest sees."""

TRAIN: Final = "Use trees of this version, or grow them with `python -m training.spacing`"


class TreesError(ValueError):
    """A file that cannot be used as trees; the message says which file and why."""


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
    """The forests that come with the package."""
    return load(SHIPPED)


@cache
def load(path: Path) -> Mapping[str, Forest]:
    """The forests in the file at `path`, by the finder of the places that they score.

    Raises TreesError where the file can't be read, lacks a forest or a part of one, or where a forest's columns are
    not exactly those of its finder, in the same order.
    """
    try:
        stored = npz.read(path)
        return {name: _forest(stored, name, columns, path) for name, columns in FINDERS.items()}
    except TreesError:
        raise
    except (*npz.UNREADABLE, KeyError) as error:
        raise TreesError(f"{path}: not a file of trees: {error}. {TRAIN}") from error


def _forest(stored: Mapping[str, NDArray[Any]], name: str, columns: Sequence[str], path: Path) -> Forest:
    """The forest of that name.  Raises KeyError where a part is missing, TreesError where its columns are others."""
    for place, (own, wanted) in enumerate(zip_longest(map(str, stored[f"{name}.columns"]), columns)):
        if own != wanted:
            raise TreesError(f"{path}: column {place} of {name} is {own!r}, and the code has {wanted!r}. {TRAIN}")
    feature, most, below, above, value = (stored[f"{name}.{part}"].astype(np.int32) for part in PARTS)
    return Forest(feature, most, below, above, value, int(stored[f"{name}.start"]), int(stored[f"{name}.depth"]))
