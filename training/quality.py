"""Grow the trees of the confidence, and calibrate them: `python -m training.quality`.

Reads the benchmark kit: its pages, hosts and other kinds, as dumps and as HTML.  Writes
`src/copydesk/quality/confidence.npz`, `usual.json` beside it and, for each fold of hosts,
`bench/models/confidence-N.npz`.  In a minute and a half for cleaning the pages, and seconds for the trees.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Final, TypeAlias

import numpy as np
from bench import confidence as bench
from bench.confidence import RIGHT, Measured, auc
from bench.folds import FOLDS, confidence_of, fold_of
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.isotonic import IsotonicRegression

from copydesk.forest import TreesError
from copydesk.quality import confidence
from copydesk.quality.confidence import COLUMNS, NAME, SHIPPED
from copydesk.quality.doubts import USUAL
from training.spacing import as_integers

Arrays: TypeAlias = dict[str, NDArray[np.generic]]

TREES: Final = 120
RATE: Final = 0.05
LEAVES: Final = 6
DEPTH: Final = 3
MIN_IN_LEAF: Final = 20
SHRINK: Final = 5.0
"""Settings of the trees: number, learning rate, size of each tree, and L2 regularisation against overfitting."""

WEIGHT_OF_HTML: Final = 2.0
"""What a page read from its HTML counts: there are fewer wrong ones.  Over the folds, the AUC for HTML is .916 with it
instead of .909, and that for texts the same (November 2026); with 3 and more both are lower."""

INNER: Final = 4
"""Folds inside the pages of a file, for its calibration."""

STEPS: Final = 40
"""Points of the calibration."""


def main() -> None:
    """Make all files; with the argument `usual`, only the usual features."""
    _make_readable()
    found = bench.measured()
    if sys.argv[1:] == ["usual"]:
        _write_usual(found)
        return
    print(f"{len(found):,} pages, {sum(one.f1 < RIGHT for one in found):,} of them wrong", flush=True)
    rest: list[tuple[float, bool]] = []
    for fold in range(FOLDS):
        path = confidence_of(fold)
        _write([one for one in found if fold_of(one.page.host) != fold], path)
        own = confidence.load(path)
        rest += [(own.of(one.features), one.f1 >= RIGHT) for one in found if fold_of(one.page.host) == fold]
    _write(found, SHIPPED)
    _write_usual(found)
    print(f"AUC over the folds: {auc([sure for sure, _ in rest], [right for _, right in rest]):.3f}")


def _write_usual(found: Sequence[Measured]) -> None:
    """Write the medians of the features over the right pages, with which `copydesk clean --below` explains a doubt."""
    usual: dict[str, dict[str, int]] = {}
    for name, is_html in (("text", False), ("html", True)):
        right = [one.features for one in found if one.page.is_html == is_html and one.f1 >= RIGHT]
        usual[name] = {column: int(median(each[column] for each in right)) for column in COLUMNS}
    USUAL.write_text(json.dumps(usual, indent=1) + "\n", encoding="utf-8")


def _make_readable() -> None:
    """Write trees that know nothing if the file is missing or has other columns, so that pages can be cleaned."""
    try:
        confidence.load(SHIPPED)
    except TreesError:
        empty = {part: np.zeros((1, 1), dtype=np.int16) for part in ("feature", "most", "below", "above", "value")}
        start = np.array(0, dtype=np.int32)
        _save({**empty, "start": start, "depth": np.array(1)}, [0.0], [0.5], SHIPPED)


def _grow(
    rows: NDArray[np.float32], right: NDArray[np.bool_], weights: NDArray[np.float64]
) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        max_iter=TREES, learning_rate=RATE, max_leaf_nodes=LEAVES, max_depth=DEPTH, min_samples_leaf=MIN_IN_LEAF,
        l2_regularization=SHRINK, early_stopping=False, random_state=0,
    ).fit(rows, right, sample_weight=weights)  # fmt: skip


def _write(found: Sequence[Measured], path: Path) -> None:
    """Grow the trees, calibrate them by scores of pages that they did not see, and write both."""
    rows = np.array([[one.features[name] for name in COLUMNS] for one in found], dtype=np.float32)
    right = np.array([one.f1 >= RIGHT for one in found])
    weights = np.array([WEIGHT_OF_HTML if one.page.is_html else 1.0 for one in found])
    parts = np.array([fold_of(f"{one.page.host} ") % INNER for one in found])
    scores = np.zeros(len(found))
    for part in range(INNER):
        inside = parts == part
        scores[inside] = _grow(rows[~inside], right[~inside], weights[~inside]).decision_function(rows[inside])
    line = IsotonicRegression(y_min=0.01, y_max=0.99, out_of_bounds="clip").fit(scores, right)
    steps = np.unique(np.round(np.quantile(scores, np.linspace(0, 1, STEPS)), 3))
    _save(as_integers(_grow(rows, right, weights)), steps.tolist(), line.predict(steps).round(3).tolist(), path)
    print(f"{path}: {path.stat().st_size:,} bytes", flush=True)


def _save(
    trees: Mapping[str, NDArray[np.generic]], scores: Sequence[float], shares: Sequence[float], path: Path
) -> None:
    stored: Arrays = {f"{NAME}.{part}": array for part, array in trees.items()}
    stored |= {f"{NAME}.columns": np.array(COLUMNS), "scores": np.array(scores), "shares": np.array(shares)}
    np.savez_compressed(path, **stored)  # type: ignore[arg-type]  # the type stubs read every name as `allow_pickle`


if __name__ == "__main__":
    main()
