"""Gradient-boosted trees in integers: every machine gets the same score, in whichever order it adds.

`python -m training.spacing` makes the file of trees from the benchmark kit.
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
"""The arrays of a forest as the file names them: one row for each tree, one column for each node."""

UNIT: Final = 1000
"""Scores are thousandths of the natural logarithm of the odds."""

MIN_TREES: Final = 40
"""Trees after which a candidate is dropped if its score is hopeless.  The rest are evaluated by all trees.

Used since November 2026; what set it is not recorded.
"""

MAX_ROWS: Final = 2000
"""Candidates that are scored together: each needs some kilobytes of memory for that time.

Used since November 2026; what set it is not recorded.
"""

HOPELESS: Final = -3 * UNIT
"""A score after MIN_TREES trees from which no candidate gets far enough: odds of 1 to 20.

Used since November 2026; what set it is not recorded.
"""


FINDERS: Final[Mapping[str, Sequence[str]]] = {
    "fused_words": fused_words.COLUMNS,
    "punctuation": punctuation.COLUMNS,
    "broken_sentences": broken_sentences.COLUMNS,
}
"""The finders of candidates, each with the names of the features that its forest uses."""

_REMEDY: Final = "Use trees of this version, or grow them with `python -m training.spacing`"


class TreesError(ValueError):
    """A file that cannot be used as trees.  The message names the file and the reason."""


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees whose values add up to a score.

    A node compares the feature number `feature` with `threshold`: the next node is `below` if the feature is at most
    the threshold, else `above`.  A leaf is its own next node, and its `value` is added to `start`.  `depth` is the
    depth of the deepest tree.
    """

    feature: Ints
    threshold: Ints
    below: Ints
    above: Ints
    value: Ints
    start: int
    depth: int

    def scores(self, rows: Sequence[Sequence[int]]) -> list[int]:
        """The score of each row of features; the score after MIN_TREES trees if it is hopeless by then."""
        chunks = (rows[at : at + MAX_ROWS] for at in range(0, len(rows), MAX_ROWS))
        return [score for chunk in chunks for score in self._scores(np.array(chunk, dtype=np.int32))]

    def _scores(self, features: Ints) -> list[int]:
        """The scores of at most MAX_ROWS rows."""
        scores = self.start + self._sum(features, 0, MIN_TREES)
        left = np.flatnonzero(scores > HOPELESS)
        scores[left] += self._sum(features[left], MIN_TREES, len(self.value))
        found: list[int] = scores.tolist()
        return found

    def _sum(self, features: Ints, first: int, last: int) -> Ints:
        """The sum of the values of trees number `first` to `last` (exclusive), for each row."""
        # Nodes are numbered through all trees: taking from flat arrays is twice as fast as indexing by tree and node.
        starts = np.arange(first, min(last, len(self.value)), dtype=np.int32)[None, :] * np.int32(self.value.shape[1])
        feature, threshold, below, above = (
            each.ravel() for each in (self.feature, self.threshold, self.below, self.above)
        )
        flat, row_starts = features.ravel(), np.arange(len(features))[:, None] * features.shape[1]
        node = np.repeat(starts, len(features), axis=0)
        for _ in range(self.depth):
            goes_below = flat.take(row_starts + feature.take(node)) <= threshold.take(node)
            node = starts + np.where(goes_below, below.take(node), above.take(node))
        total: Ints = self.value.ravel().take(node).sum(axis=1, dtype=np.int32)
        return total


@cache
def shipped() -> Mapping[str, Forest]:
    """The forests that come with the package."""
    return load(SHIPPED)


@cache
def load(path: Path) -> Mapping[str, Forest]:
    """The forests in the file at `path`, by the name of the finder whose candidates they score.

    Raises TreesError if the file cannot be read, if a forest or a part of one is missing, or if the columns of a forest
    are not those of its finder in the same order.
    """
    try:
        stored = npz.read(path)
        return {name: _forest(stored, name, columns, path) for name, columns in FINDERS.items()}
    except TreesError:
        raise
    except (*npz.UNREADABLE, KeyError) as error:
        raise TreesError(f"{path}: not a file of trees: {error}. {_REMEDY}") from error


def _forest(stored: Mapping[str, NDArray[Any]], name: str, columns: Sequence[str], path: Path) -> Forest:
    """The forest called `name`.  Raises KeyError if a part is missing, TreesError if its columns differ."""
    for place, (own, wanted) in enumerate(zip_longest(map(str, stored[f"{name}.columns"]), columns)):
        if own != wanted:
            raise TreesError(f"{path}: column {place} of {name} is {own!r}, and the code has {wanted!r}. {_REMEDY}")
    feature, threshold, below, above, value = (stored[f"{name}.{part}"].astype(np.int32) for part in PARTS)
    return Forest(feature, threshold, below, above, value, int(stored[f"{name}.start"]), int(stored[f"{name}.depth"]))
