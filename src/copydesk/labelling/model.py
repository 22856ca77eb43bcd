"""The trained model: for each line of a dump the probability of each label, given all lines around it.

A small convolutional network over the lines of a page, in numpy.  Half way through its layers it guesses which lines
are story; the layers after that also see how many of a line's words the story has.  `training/` makes the file of the
model, and its README says from what.

The answer is the same on every machine, although the arithmetic has single precision.  Weights are multiples of a
power of two, the output of a layer is rounded to whole steps, and no sum of products reaches 2**24 of their units.
So all sums are exact, in any order of addition; `unit_sums` measures how close a file comes to that limit.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from copydesk import npz
from copydesk.document import STORY, Label
from copydesk.labelling.features import Features, Floats, Ints, columns

Singles: TypeAlias = NDArray[np.float32]

SHIPPED: Final = Path(__file__).with_name("model.npz")
SHIPPED_FOR_PAGES: Final = Path(__file__).with_name("page.npz")

STEPS: Final = 2.0**8
"""Steps in 1.0 for the outputs of layers, which are rounded to whole steps."""

WEIGHT_STEPS: Final = 2.0**9
"""Steps in 1.0 for weights."""

INPUT_STEPS: Final = 2.0**7
"""Steps in 1.0 for the scaled features of lines."""

MAX_DEVIATIONS: Final = 8.0
"""Features are cut off at this many standard deviations from the mean."""

EXACT: Final = 2.0**24
"""Whole numbers below this are exact in single precision."""

MIN_VARIANCE: Final = 1e-5
"""Added to the variance in layer normalisation, as in training: it prevents a division by zero."""

MAX_SCORE: Final = 40.0
"""Scores are cut off here: the share does not change any more."""

ADDED: Final = ("bias", "embedding")
"""Name endings of weights that are added."""

SECOND: Final = "second."
"""In a file, the beginning of the names of the arrays of `Model.second`."""

SHARED: Final = ("labels", "columns")
"""The names of the arrays that both models of a file share."""

PARTS_OF_LAYER: Final = ("around", "page", "bias", "norm", "norm.bias")

FIRST_GUESS: Final = 3
"""The first guess at the story is made before this layer."""

FOUND_BY_RULES: Final = frozenset((Label.CODE, Label.QUOTE, Label.TABLE_ROW))
"""The labels of lines that the model takes for story, and that rules look at afterwards."""

LABELS: Final[tuple[Label, ...]] = tuple(label for label in Label if label not in FOUND_BY_RULES)
"""The labels that the model gives."""

STORY_PLACES: Final = [place for place, label in enumerate(LABELS) if label in STORY]
"""The columns of the labels of the story."""

OUTSIDE_PLACES: Final = [place for place in range(len(LABELS)) if place not in STORY_PLACES]
"""The columns of all other labels."""


TRAIN: Final = "Use a model of this version, or make one with `python -m training`"


class ModelError(ValueError):
    """A file that is not a model, or not one for this version; the message names the file and the reason."""


@dataclass(frozen=True, slots=True)
class Model:
    """An ensemble: networks with averaged outputs, and the scaling of the inputs that they share.

    `rules` are the columns of rules that the networks know, `labels` the labels that they choose among.  `mean` and
    `deviation` are those of each feature; `words` the hashes of the words that are known, in order.

    `second` is a model of its own for pages of which this one is unsure; it has the same columns.
    """

    nets: tuple["Net", ...]
    rules: tuple[str, ...]
    labels: tuple[Label, ...]
    mean: Floats
    deviation: Floats
    words: Ints
    second: "Model | None" = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns of `Features.dense` that the networks see."""
        return _columns(self.rules, len(self.mean))

    def shares(self, lines: Features) -> Floats:
        """For each line a row with the share of each label, in the order of `Label`.

        A label that the model does not know has the share 0.
        """
        count, width = lines.dense.shape
        if not count:
            return np.zeros((0, len(LABELS)))
        if width != len(self.mean):
            raise ModelError(f"the features have {width} columns, the model {len(self.mean)}: one is of pages")
        dense = scaled(lines.dense, self.mean, self.deviation)
        dense *= INPUT_STEPS
        np.rint(dense, out=dense)
        seen = dense.astype(np.float32)
        rows = known_words(self.words, lines.words)
        with _threads().limit(limits=1):  # a page is too small for more threads: they would only wait for each other
            shares: Floats = np.round(sum(net.shares(lines, seen, rows) for net in self.nets) / len(self.nets), 4)
        if self.labels == LABELS:
            return shares
        every = np.zeros((count, len(LABELS)))
        every[:, [LABELS.index(label) for label in self.labels]] = shares
        return every


@lru_cache(maxsize=16)
def _columns(rules: tuple[str, ...], count: int) -> tuple[str, ...]:
    """The names of the columns of a model that has this number of them."""
    return columns(rules, page=count > len(columns(rules, page=False)))


def scaled(dense: Floats, mean: Floats, deviation: Floats) -> Floats:
    """The features with mean 0 and deviation 1, cut off at MAX_DEVIATIONS."""
    numbers = dense - mean
    numbers /= deviation
    return np.clip(numbers, -MAX_DEVIATIONS, MAX_DEVIATIONS, out=numbers)


@dataclass(frozen=True, slots=True)
class Net:
    """The weights by name; row 0 of the embedding is for unknown words, row n + 1 for word n."""

    weights: Mapping[str, Singles]
    dilations: tuple[int, ...]

    def shares(self, lines: Features, dense: Singles, rows: Ints) -> Floats:
        """For each line a row with the share of each label.

        `dense` has the scaled features of the lines in INPUT_STEPS; `rows` are the rows of the embedding for their
        words.
        """
        w = self.weights
        words = _means(w["embedding"].take(rows, axis=0), lines.word_lines, len(dense))
        inside = dense @ w["in.dense"]
        inside *= np.float32(STEPS / INPUT_STEPS)
        inside += words @ w["in.words"]
        inside += w["in.bias"]
        state = _positive(inside)
        total = max(1.0, lines.weights.sum())
        for layer, dilation in enumerate(self.dilations):
            if layer == FIRST_GUESS:
                state += self._likeness(state, lines)
            normal = _normal(state, w[f"{layer}.norm"], w[f"{layer}.norm.bias"])
            page = np.rint(lines.weights @ normal.astype(np.float64) / total).astype(np.float32)
            around = _with_neighbours(normal @ w[f"{layer}.around"], dilation)
            around += page @ w[f"{layer}.page"] + w[f"{layer}.bias"]
            state += _positive(around)
        return _softmax((state.astype(np.float64) @ w["out"] + w["out.bias"]) / STEPS)

    def unit_sums(self) -> float:
        """The largest sum of products that can occur, as a share of EXACT: below 1, all sums are exact."""
        w = self.weights
        units = STEPS * WEIGHT_STEPS / EXACT
        normal = [
            np.sqrt(w["in.bias"].size) * abs(w[f"{n}.norm"]) + abs(w[f"{n}.norm.bias"]) / STEPS
            for n in range(len(self.dilations))
        ]
        sums = [
            MAX_DEVIATIONS * INPUT_STEPS / STEPS * abs(w["in.dense"]).sum(axis=0),
            abs(w["embedding"]).max(axis=0) / STEPS @ abs(w["in.words"]),
            abs(w["likeness"]).sum(axis=0),
            *(most @ abs(w[f"{n}.{part}"]) for n, most in enumerate(normal) for part in ("around", "page")),
        ]
        return float(max(each.max() for each in sums) * units)

    def _likeness(self, state: Singles, lines: Features) -> Singles:
        """What the first guess adds to the state: how many of a line's content words other lines of the story have."""
        w = self.weights
        count = len(state)
        scores = (state.astype(np.float64) @ w["first"] + w["first.bias"])[:, 0] / STEPS
        guess = np.rint(STEPS / (1 + np.exp(-np.clip(scores, -MAX_SCORE, MAX_SCORE)))) / STEPS
        own = guess[lines.content_lines]
        others = np.bincount(lines.content, weights=own)[lines.content] - own if len(own) else own
        meaning = np.maximum(1, np.bincount(lines.content_lines, minlength=count))
        story_words = guess * lines.weights
        total = story_words.sum()
        seen = np.column_stack([
            *_beside(guess, lines),
            guess,
            np.bincount(lines.content_lines, weights=np.log1p(others), minlength=count) / meaning,
            np.bincount(lines.content_lines, weights=1 - np.exp(-others), minlength=count) / meaning,
            (np.cumsum(story_words) - story_words) / (total + 1),
            np.full(count, np.log1p(total) / 8),
        ])  # fmt: skip
        return _positive(np.rint(seen * STEPS).astype(np.float32) @ w["likeness"] + w["likeness.bias"])


def _beside(guess: Floats, lines: Features) -> list[Floats]:
    """Three columns for each level of blocks around the lines, about the other lines in the same block.

    The share of story among them, their share of the whole story, and their number of words.
    """
    story_words = guess * lines.weights
    columns: list[Floats] = []
    for block in lines.inside.T:
        others = np.bincount(block, weights=story_words)[block] - story_words
        words = np.bincount(block, weights=lines.weights)[block] - lines.weights
        columns += [others / (words + 1), others / (story_words.sum() + 1), np.log1p(words) / 8]
    return columns


def known_words(words: Ints, hashes: Ints) -> Ints:
    """The row of the embedding for each hash: its place in the sorted `words` plus one, or 0 if it is not there."""
    place = np.minimum(np.searchsorted(words, hashes), len(words) - 1)
    return np.where(words[place] == hashes, place + 1, 0)


@cache
def _threads() -> ThreadpoolController:
    return ThreadpoolController()


@cache
def shipped(*, page: bool = False) -> Model:
    """The model in the package, for texts or for pages."""
    return load(SHIPPED_FOR_PAGES if page else SHIPPED)


@cache
def load(path: Path) -> Model:
    """The model in the file at `path`.

    Raises ModelError where it can't be read, or names labels or columns that the code does not have.  A column of a
    rule may be unknown to either side: a rule never needs a training.
    """
    try:
        stored = npz.read(path)
    except npz.UNREADABLE as error:
        raise ModelError(f"{path}: not a model: {error}. {TRAIN}") from error
    try:
        own = _model(stored, path)
        others = {name.removeprefix(SECOND): array for name, array in stored.items() if name.startswith(SECOND)}
        second = _model({name: stored[name] for name in SHARED} | others, path) if others else None
    except ModelError:
        raise
    except KeyError as error:
        raise ModelError(f"{path}: not a model: it has no {error}. {TRAIN}") from error
    except ValueError as error:
        raise ModelError(f"{path}: {error}. {TRAIN}") from error
    return replace(own, second=second)


def _model(stored: Mapping[str, NDArray[np.generic]], path: Path) -> Model:
    """The model with these arrays.  Raises KeyError where one is missing."""
    rules = _known_rules([str(name) for name in stored["columns"]], path)
    labels = tuple(Label(str(label)) for label in stored["labels"])
    nets = tuple(_net(stored, f"{number}.") for number in range(int(stored["nets"])))
    mean, deviation = (stored[name].astype(np.float64) for name in ("mean", "deviation"))
    return Model(nets, rules, labels, mean, deviation, stored["words"].astype(np.int64))


def _known_rules(names: Sequence[str], path: Path) -> tuple[str, ...]:
    """The columns of rules among a file's columns.

    Raises ModelError where a name occurs twice, or where the columns that measure the line are not exactly those of
    `features.columns`, in the same order.
    """
    doubled = sorted(name for name, times in Counter(names).items() if times > 1)
    if doubled:
        raise ModelError(f"{path}: the column {doubled[0]!r} occurs twice. {TRAIN}")
    rules = tuple(name for name in names if name.startswith("rule "))
    page = len(names) > len(columns(rules, page=False))
    wanted = columns(rules, page=page)
    for place, (name, own) in enumerate(zip_longest(names, wanted)):
        if name != own:
            raise ModelError(f"{path}: column {place} is {name!r}, and the code has {own!r} there. {TRAIN}")
    return rules


def _net(stored: Mapping[str, NDArray[np.generic]], prefix: str) -> Net:
    """The network with the arrays that have this prefix.  Raises KeyError where one is missing.

    Weights are stored as whole numbers of 1 / WEIGHT_STEPS; those that are added (ADDED) as whole numbers of 1 / STEPS.
    """
    own = {name.removeprefix(prefix): array for name, array in stored.items() if name.startswith(prefix)}
    dilations = tuple(int(dilation) for dilation in own.pop("dilations"))
    whole = {name: array.astype(np.float32) for name, array in own.items()}
    weights = {name: value if name.endswith(ADDED) else value / WEIGHT_STEPS for name, value in whole.items()}
    inside = weights.pop("in")
    features = len(inside) - weights["embedding"].shape[1]
    needed = {"in.bias", "first", "first.bias", "likeness", "likeness.bias", "out", "out.bias"}
    needed |= {f"{layer}.{part}" for layer in range(len(dilations)) for part in PARTS_OF_LAYER}
    for name in needed - weights.keys():
        raise KeyError(name)
    return Net(weights | {"in.dense": inside[:features], "in.words": inside[features:]}, dilations)


def _positive(values: Singles) -> Singles:
    """Rounded to whole steps, negative values set to zero, in place."""
    np.rint(values, out=values)
    np.maximum(values, 0.0, out=values)
    return values


def _means(rows: Singles, owners: Ints, count: int) -> Singles:
    """The mean of the rows of each owner; zeros for an owner without rows.  `owners` is sorted."""
    sizes = np.bincount(owners, minlength=count)
    sums = np.zeros((count, rows.shape[1]), dtype=np.float32)
    some = np.flatnonzero(sizes)
    if len(some):
        sums[some] = np.add.reduceat(rows, (np.cumsum(sizes) - sizes)[some], axis=0)
    sums /= np.maximum(1, sizes).astype(np.float32)[:, None]
    np.rint(sums, out=sums)
    return sums


def _with_neighbours(parts: Singles, distance: int) -> Singles:
    """A convolution of width 3, dilated by `distance` lines: the thirds of `parts` belong to above, here and below."""
    width = parts.shape[1] // 3
    summed = parts[:, width : 2 * width].copy()
    if distance < len(parts):
        summed[distance:] += parts[:-distance, :width]
        summed[:-distance] += parts[distance:, 2 * width :]
    return summed


def _normal(state: Singles, scale: Singles, shift: Singles) -> Singles:
    """Each row with mean 0 and variance 1, scaled and shifted (layer normalisation, Ba et al. 2016), in steps."""
    width = state.shape[1]
    exact = state.astype(np.float64)  # steps are whole, so the sums over a row are exact
    mean = exact.sum(axis=1) / width
    variance = np.einsum("nw,nw->n", exact, exact) / width - mean * mean
    spread = STEPS / np.sqrt(variance + MIN_VARIANCE * STEPS**2)
    normal: Singles = state * spread.astype(np.float32)[:, None]
    normal -= (mean * spread).astype(np.float32)[:, None]
    normal *= scale
    normal += shift
    np.rint(normal, out=normal)
    return normal


def _softmax(scores: NDArray[np.float64]) -> Floats:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares
