"""Train a shipped model further: it starts from the weights in its file, and learns what the new pages add.

The lines of the old pages are among the new ones, so nothing is forgotten.  A column or a word that the file does not
have changes nothing at the start.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from copydesk import npz
from copydesk.labelling.features import columns, rule_columns
from copydesk.labelling.model import ADDED, STEPS, WEIGHT_STEPS, known_words
from training.net import DILATIONS, EMBEDDING, Scale

Array: TypeAlias = NDArray[np.generic]

NOT_THERE: Final = -1


@dataclass(frozen=True, slots=True)
class Start:
    """Where the training of a model starts: the scale of its inputs, and the weights of each of its networks."""

    scale: Scale
    nets: tuple[dict[str, Tensor], ...]


def start(path: Path, new: Scale, *, page: bool) -> Start:
    """The model in the file, with the columns and words that `new` has beside its own."""
    stored = npz.read(path)
    names = [str(name) for name in stored["columns"]]
    place = {name: n for n, name in enumerate(names)}
    rows = np.array([place.get(name, NOT_THERE) for name in columns(rule_columns(), page=page)])
    scale = Scale(
        _chosen(stored["mean"], rows, new.mean),
        _chosen(stored["deviation"], rows, new.deviation),
        np.union1d(stored["words"].astype(np.int64), new.words),
    )
    words = known_words(stored["words"].astype(np.int64), scale.words)
    count = int(stored["nets"])
    return Start(scale, tuple(_weights(_own(stored, f"{n}."), rows, words, len(names)) for n in range(count)))


def _chosen(known: Array, rows: NDArray[np.int64], new: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(rows == NOT_THERE, new, known[rows].astype(np.float64))


def _own(stored: Mapping[str, Array], prefix: str) -> dict[str, NDArray[np.float32]]:
    """The weights of one network, as numbers."""
    own = {name.removeprefix(prefix): array for name, array in stored.items() if name.startswith(prefix)}
    return {
        name: array.astype(np.float32) / np.float32(STEPS if name.endswith(ADDED) else WEIGHT_STEPS)
        for name, array in own.items()
        if name != "dilations"
    }


def _weights(
    w: Mapping[str, NDArray[np.float32]], rows: NDArray[np.int64], words: NDArray[np.int64], known: int
) -> dict[str, Tensor]:
    """The weights in the names that torch knows; a new word begins as an unknown one, a new column without weight."""
    dense = np.where((rows == NOT_THERE)[:, None], np.float32(0), w["in"][rows])
    found = {
        "embedding.weight": np.vstack([w["embedding"][:1], w["embedding"][words]]),
        "inside.weight": np.vstack([dense, w["in"][known : known + EMBEDDING]]).T,
        "inside.bias": w["in.bias"],
    }
    for name in ("first", "likeness", "out"):
        found |= {f"{name}.weight": w[name].T, f"{name}.bias": w[f"{name}.bias"]}
    for n in range(len(DILATIONS)):
        around = np.stack([part.T for part in np.hsplit(w[f"{n}.around"], 3)], axis=2)
        found |= {
            f"around.{n}.weight": around,
            f"around.{n}.bias": w[f"{n}.bias"],
            f"page.{n}.weight": w[f"{n}.page"].T,
            f"page.{n}.bias": np.zeros_like(w[f"{n}.bias"]),
            f"norm.{n}.weight": w[f"{n}.norm"],
            f"norm.{n}.bias": w[f"{n}.norm.bias"],
        }
    return {name: torch.tensor(np.ascontiguousarray(value, dtype=np.float32)) for name, value in found.items()}
