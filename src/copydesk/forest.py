"""Gradient-boosted trees in integers: every machine gets the same score, in whichever order it adds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from copydesk import npz

Ints: TypeAlias = NDArray[np.int32]
Places: TypeAlias = NDArray[np.intp]
Rows: TypeAlias = Sequence[Sequence[int]] | Ints

PARTS: Final = ("feature", "most", "below", "above", "value")
"""The arrays of a forest as the file names them: one row for each tree, one column for each node."""

UNIT: Final = 1000
"""Scores are thousandths of the natural logarithm of the odds."""

MIN_TREES: Final = 40
"""Trees after which a candidate is dropped if its score is hopeless.  The rest are evaluated by all trees."""

MAX_ROWS: Final = 2000
"""Candidates that are scored together: each needs some kilobytes of memory for that time."""

HOPELESS: Final = -3 * UNIT
"""A score after MIN_TREES trees from which no candidate gets far enough: odds of 1 to 20."""

_ALWAYS_BELOW: Final = np.iinfo(np.int32).max
"""The threshold of a node below a leaf: no feature is above it."""


class TreesError(ValueError):
    """A file that cannot be used as trees.  The message names the file and the reason."""


@dataclass(frozen=True, slots=True)
class Forest:
    """Trees as a file has them; the sum of their values is the score.

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


class Forests:
    """Forests by name.

    One pass scores the candidates of several forests, because each step of a pass costs nearly the same for one
    candidate as for a hundred.  For that all trees are made whole: every leaf is at the same depth.  On level n a tree
    has 2**n nodes, and after node number k of a level comes number 2 * k, or 2 * k + 1 if the feature is above the
    threshold.  Forests with fewer trees get more of them, with the value 0.
    """

    __slots__ = ("_counts", "_levels", "_numbers", "_starts", "_trees", "_values")

    def __init__(self, forests: Mapping[str, Forest]) -> None:
        depth = max((forest.depth for forest in forests.values()), default=0)
        trees = max((len(forest.value) for forest in forests.values()), default=0)
        self._numbers = {name: number for number, name in enumerate(forests)}
        self._trees = trees
        self._counts = [len(forest.value) for forest in forests.values()]
        self._starts = np.array([forest.start for forest in forests.values()], dtype=np.int32)
        whole = [_whole(forest, trees, depth) for forest in forests.values()]
        self._levels = [
            tuple(np.concatenate([levels[level][part] for levels, _ in whole]) for part in (0, 1))
            for level in range(depth if whole else 0)
        ]
        self._values = np.concatenate([values for _, values in whole]) if whole else np.zeros(0, dtype=np.int32)

    def __iter__(self) -> Iterator[str]:
        """The names of the forests."""
        return iter(self._numbers)

    def scores(self, asked: Mapping[str, Rows]) -> dict[str, list[int]]:
        """For each forest in `asked` the score of each of its rows of features.

        If the score of a row is hopeless after MIN_TREES trees, that score is used.
        """
        arrays = {name: np.array(rows, dtype=np.int32) for name, rows in asked.items() if len(rows)}
        found: dict[str, list[int]] = {name: [] for name in asked}
        if not arrays:
            return found
        sizes = [len(rows) for rows in arrays.values()]
        widths = np.repeat([rows.shape[1] for rows in arrays.values()], sizes)
        features = np.concatenate([rows.ravel() for rows in arrays.values()])
        forests = np.repeat([self._numbers[name] for name in arrays], sizes)
        places = np.cumsum(widths) - widths
        trees = max(self._counts[self._numbers[name]] for name in arrays)
        scores: list[int] = []
        for at in range(0, len(places), MAX_ROWS):
            scores += self._scores(features, places[at : at + MAX_ROWS], forests[at : at + MAX_ROWS], trees)
        remaining = iter(scores)
        for name, size in zip(arrays, sizes, strict=True):
            found[name] = [next(remaining) for _ in range(size)]
        return found

    def _scores(self, features: Ints, places: Places, forests: Places, trees: int) -> list[int]:
        """The scores of some rows: the features of a row begin at its place in `features`, its forest has a number."""
        scores = self._starts[forests] + self._sum(features, places, forests, 0, min(MIN_TREES, trees))
        left = np.flatnonzero(scores > HOPELESS)
        if len(left) and trees > MIN_TREES:
            scores[left] += self._sum(features, places[left], forests[left], MIN_TREES, trees)
        found: list[int] = scores.tolist()
        return found

    def _sum(self, features: Ints, places: Places, forests: Places, first: int, last: int) -> Ints:
        """The sum of the values of trees number `first` to `last` (exclusive) of its forest, for each row."""
        node = (forests * self._trees)[:, None] + np.arange(first, last)
        rows = places[:, None]
        for feature, threshold in self._levels:
            place = feature.take(node)
            place += rows
            is_above = features.take(place) > threshold.take(node)
            node += node
            node += is_above
        total: Ints = self._values.take(node).sum(axis=1, dtype=np.int32)
        return total


def _whole(forest: Forest, trees: int, depth: int) -> tuple[list[tuple[Places, Ints]], Ints]:
    """The forest with this number of trees, and every leaf at this depth.

    Gives (feature, threshold) of the nodes on each level, and the values of the leaves, tree by tree.
    """
    count = len(forest.value)
    numbers = np.arange(count)[:, None]
    nodes = np.zeros((count, 1), dtype=np.intp)
    levels: list[tuple[Places, Ints]] = []
    for _ in range(depth):
        below, above = forest.below[numbers, nodes], forest.above[numbers, nodes]
        is_leaf = below == above
        feature = np.where(is_leaf, 0, forest.feature[numbers, nodes])
        threshold = np.where(is_leaf, _ALWAYS_BELOW, forest.threshold[numbers, nodes])
        levels.append((_filled(feature, trees).astype(np.intp), _filled(threshold, trees).astype(np.int32)))
        nodes = np.stack([below, above], axis=2).reshape(count, -1).astype(np.intp)
    return levels, _filled(forest.value[numbers, nodes], trees).astype(np.int32)


def _filled(nodes: NDArray[Any], trees: int) -> NDArray[Any]:
    """The nodes of all trees in one row, with zeros for the trees that are missing."""
    found = np.zeros((trees, nodes.shape[1]), dtype=nodes.dtype)
    found[: len(nodes)] = nodes
    return found.ravel()


def load(path: Path, columns: Mapping[str, Sequence[str]], remedy: str) -> Forests:
    """The forests in the file at `path`, by name.

    `columns` names the forests, each with the columns of its features; `remedy` says in an error what to do.  Raises
    TreesError if the file cannot be read, if a forest or a part of one is missing, or if the columns of a forest are
    not those in `columns`, in the same order.
    """
    return load_with_arrays(path, columns, remedy)[0]


def load_with_arrays(
    path: Path, columns: Mapping[str, Sequence[str]], remedy: str
) -> tuple[Forests, Mapping[str, NDArray[Any]]]:
    """What `load` gives, and all arrays of the file by name: it may have others beside its trees."""
    try:
        stored = npz.read(path)
        forests = {name: _forest(stored, name, wanted, path, remedy) for name, wanted in columns.items()}
        return Forests(forests), stored
    except TreesError:
        raise
    except (*npz.UNREADABLE, KeyError) as error:
        raise TreesError(f"{path}: not a file of trees: {error}. {remedy}") from error


def _forest(stored: Mapping[str, NDArray[Any]], name: str, columns: Sequence[str], path: Path, remedy: str) -> Forest:
    """The forest called `name`.  Raises KeyError if a part is missing, TreesError if its columns differ."""
    for place, (own, wanted) in enumerate(zip_longest(map(str, stored[f"{name}.columns"]), columns)):
        if own != wanted:
            raise TreesError(f"{path}: column {place} of {name} is {own!r}, and the code has {wanted!r}. {remedy}")
    feature, threshold, below, above, value = (stored[f"{name}.{part}"].astype(np.int32) for part in PARTS)
    return Forest(feature, threshold, below, above, value, int(stored[f"{name}.start"]), int(stored[f"{name}.depth"]))
