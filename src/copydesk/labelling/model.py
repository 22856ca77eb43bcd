"""The trained model: what each line of a dump is, seen among all its neighbours, as shares that add up to one.

A small convolutional network over a page's lines, in numpy.  Half way it makes a first guess at which lines are
story, and sees from there on how much each line's words are those of the story.  `training/` makes its file and
says what it was made from.

The same answer on every machine: weights are whole multiples of a power of two, and what a layer gives is rounded
to one, so that sums of products are exact in whatever order a machine adds them up.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from copydesk.document import STORY, Label
from copydesk.labelling.features import Features, Floats, Ints

SHIPPED: Final = Path(__file__).with_name("model.npz")

STEP: Final = 2.0**-12
"""What layers give is rounded to multiples of this."""

LEAST_SPREAD: Final = 1e-5
"""Added to the variance in normalisation, as in training."""

MOST: Final = 40.0
"""Scores beyond this give the same share."""

FIRST_GUESS: Final = 3
"""The layer before which the first guess is made."""

LABELS: Final = tuple(Label)
STORY_PLACES: Final = [place for place, label in enumerate(LABELS) if label in STORY]
"""Where the labels of the story stand among all."""


class ModelError(ValueError):
    """A file that is no model, or none for this version; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Model:
    """Networks that were trained apart, whose mean counts, and the SHA-256 of their file."""

    nets: tuple["Net", ...]
    digest: str

    def shares(self, lines: Features) -> Floats:
        """For each line a row with the share of each label, in the order of `Label`."""
        if not len(lines.dense):
            return np.zeros((0, len(LABELS)))
        with _threads().limit(limits=1):  # a page is too small for more; they would only wait for each other
            shares: Floats = np.round(sum(net.shares(lines) for net in self.nets) / len(self.nets), 4)
        return shares


@dataclass(frozen=True, slots=True)
class Net:
    """The weights by name, and the hashes of the words it knows (in order).

    Row 0 of the embedding stands for all other words, row n + 1 for word n.
    """

    weights: Mapping[str, Floats]
    words: Ints
    dilations: tuple[int, ...]

    def shares(self, lines: Features) -> Floats:
        """For each line a row with the share of each label, in the order of `Label`."""
        w = self.weights
        if lines.dense.shape[1] != len(w["mean"]):
            raise ModelError(f"the model was made for {len(w['mean'])} features, not {lines.dense.shape[1]}")
        dense = _rounded((lines.dense - w["mean"]) / w["deviation"])
        words = _means(w["embedding"][known_words(self.words, lines.words)], lines.word_lines, len(dense))
        state = np.maximum(_rounded(np.hstack([dense, words]) @ w["in"] + w["in.bias"]), 0.0)
        weighed = lines.weights / max(1.0, lines.weights.sum())
        for layer, dilation in enumerate(self.dilations):
            if layer == FIRST_GUESS:
                state = state + self._likeness(state, lines)
            normal = _normal(state, w[f"{layer}.norm"], w[f"{layer}.norm.bias"])
            page = _rounded(weighed @ normal) @ w[f"{layer}.page"]
            mixed = _beside(normal, dilation) @ w[f"{layer}.around"] + (page + w[f"{layer}.bias"])
            state = state + np.maximum(_rounded(mixed), 0.0)
        return _softmax(state @ w["out"] + w["out.bias"])

    def _likeness(self, state: Floats, lines: Features) -> Floats:
        """What the first guess adds: how much of each line's content stands in other lines of the story."""
        w = self.weights
        count = len(state)
        guess = _rounded(1 / (1 + np.exp(-np.clip((state @ w["first"] + w["first.bias"])[:, 0], -MOST, MOST))))
        own = guess[lines.content_lines]
        others = np.bincount(lines.content, weights=own)[lines.content] - own if len(own) else own
        meaning = np.maximum(1, np.bincount(lines.content_lines, minlength=count))
        told = guess * lines.weights
        total = told.sum()
        seen = np.column_stack([
            guess,
            np.bincount(lines.content_lines, weights=np.log1p(others), minlength=count) / meaning,
            np.bincount(lines.content_lines, weights=1 - np.exp(-others), minlength=count) / meaning,
            (np.cumsum(told) - told) / (total + 1),
            np.full(count, np.log1p(total) / 8),
        ])  # fmt: skip
        return np.maximum(_rounded(_rounded(seen) @ w["likeness"] + w["likeness.bias"]), 0.0)


def known_words(words: Ints, hashes: Ints) -> Ints:
    """The rows of the embedding: that of each hash among `words` (in order), or 0 for those not among them."""
    place = np.minimum(np.searchsorted(words, hashes), len(words) - 1)
    return np.where(words[place] == hashes, place + 1, 0)


@cache
def _threads() -> ThreadpoolController:
    return ThreadpoolController()


@cache
def shipped() -> Model:
    """The model that comes with the package."""
    return load(SHIPPED)


@cache
def load(path: Path) -> Model:
    """The model in the file at `path`.

    Raises ModelError where it can't be read, or was made for other labels.
    """
    try:
        data = path.read_bytes()
        with np.load(path, allow_pickle=False) as arrays:
            stored = {name: arrays[name] for name in arrays.files}
    except (OSError, ValueError) as error:
        raise ModelError(f"{path}: no model: {error}") from error
    try:
        labels = tuple(str(label) for label in stored.pop("labels"))
        nets = tuple(_net(stored, str(number)) for number in range(int(stored.pop("nets"))))
    except KeyError as error:
        raise ModelError(f"{path}: no model: it has no {error}") from error
    if labels != tuple(map(str, LABELS)):
        raise ModelError(f"{path}: a model for other labels; make it anew with `python -m training`")
    return Model(nets, hashlib.sha256(data).hexdigest())


def _net(stored: Mapping[str, NDArray[np.generic]], prefix: str) -> Net:
    """The network whose arrays have this prefix; raises KeyError where one is missing."""
    own = {name.removeprefix(prefix + "."): array for name, array in stored.items() if name.startswith(prefix + ".")}
    dilations, words = own.pop("dilations"), own.pop("words")
    scales = {name: float(own[f"{name}.scale"].item()) for name in own if f"{name}.scale" in own}
    weights = {
        name: array.astype(np.float64) * scales.get(name, 1.0)
        for name, array in own.items()
        if not name.endswith(".scale")
    }
    return Net(weights, words.astype(np.int64), tuple(int(dilation) for dilation in dilations))


def _rounded(values: Floats) -> Floats:
    rounded = values * (1 / STEP)
    np.rint(rounded, out=rounded)
    rounded *= STEP
    return rounded


def _means(rows: Floats, owners: Ints, count: int) -> Floats:
    """The mean of the rows of each owner (in order, some perhaps without any); zeros for none."""
    sizes = np.bincount(owners, minlength=count)
    sums = np.zeros((count, rows.shape[1]))
    some = np.flatnonzero(sizes)
    if len(some):
        sums[some] = np.add.reduceat(rows, (np.cumsum(sizes) - sizes)[some], axis=0)
    return _rounded(sums / np.maximum(1, sizes)[:, None])


def _beside(rows: Floats, distance: int) -> Floats:
    """Each row between the rows so many lines above and below it; zeros where there are none."""
    count, width = rows.shape
    beside = np.zeros((count, 3 * width))
    beside[:, width : 2 * width] = rows
    if distance < count:
        beside[distance:, :width] = rows[:-distance]
        beside[:-distance, 2 * width :] = rows[distance:]
    return beside


def _normal(state: Floats, scale: Floats, shift: Floats) -> Floats:
    """Each row with mean 0 and variance 1, scaled and shifted (layer normalisation, Ba et al. 2016)."""
    width = state.shape[1]
    normal = state - (state.sum(axis=1) / width)[:, None]
    normal /= np.sqrt((normal * normal).sum(axis=1) / width + LEAST_SPREAD)[:, None]
    normal *= scale
    normal += shift
    return _rounded(normal)


def _softmax(scores: NDArray[np.float64]) -> Floats:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares
