"""Make the trees that tell where a space got lost: `python -m training.spacing [all | FOLD ...]`.

Reads the benchmark kit, writes `src/copydesk/repair/trees.npz` and, for each fold, `bench/models/trees-N.npz`, grown on
no page of the fold's domains.
"""

import random
import re
import sys
from collections.abc import Container, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
from bench import kit
from bench.folds import FOLDS, fold_of, trees_of
from bench.kit import Window
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from copydesk.repair import fused_words, punctuation
from copydesk.repair.boosted_trees import FINDERS as COLUMNS_OF
from copydesk.repair.boosted_trees import PARTS, SHIPPED, UNIT
from copydesk.repair.candidates import Surroundings
from training import broken_sentences

Arrays: TypeAlias = dict[str, NDArray[np.generic]]

FINDERS: Final = {"fused_words": fused_words.find, "punctuation": punctuation.find}

TREES: Final = {"fused_words": 250, "punctuation": 250, "broken_sentences": 120}
RATE: Final = 0.07
LEAVES: Final = 24
DEPTH: Final = 6
LEAST_IN_LEAF: Final = 30
SHRINK: Final = 3.0
"""Of the trees: how many, how much each counts, how large they are, what keeps them from learning single cases."""

LOST: Final = (0.002, 0.005, 0.02)
"""Shares of a text's spaces that are taken out to make damage; one of them for each text."""

TIMES_OTHER: Final = 4
"""Damaged copies of a text that is not English: there are few."""

SHORT: Final = 5
"""Paragraphs of each text that are made windows of their own: dumps of a few sentences must not look odd."""

LEAST_SHORT: Final = 60
"""Characters of such a paragraph."""

_SPACE = re.compile(r"(?<=\S) (?=\S)")


@dataclass(frozen=True, slots=True)
class Seen:
    """The evidence of every place in a window, by finder, and which of them lack a space."""

    domain: str
    evidence: dict[str, list[tuple[int, ...]]]
    lost: dict[str, list[bool]]


def main(wanted: list[str]) -> None:
    """Make the trees that are named, all of them by default."""
    with ProcessPoolExecutor() as pool:
        seen = list(pool.map(_seen, [*kit.windows(), *_damaged()], chunksize=100))
    seen += [
        Seen(domain, {"broken_sentences": evidence}, {"broken_sentences": none})
        for domain, evidence, none in broken_sentences.seen()
    ]
    for name in wanted or ["all", *map(str, range(FOLDS))]:
        fold = None if name == "all" else int(name)
        path = SHIPPED if fold is None else trees_of(fold)
        _write([each for each in seen if fold is None or fold_of(each.domain) != fold], path)
        print(f"{path}: {path.stat().st_size:,} bytes", flush=True)


def _damaged() -> Iterator[Window]:
    """Clean windows and gold stories with spaces taken out by chance."""
    chance = random.Random(5)
    texts = [(w.id, w.domain or "", w.language, w.gold) for w in kit.windows() if w.kind == "clean"]
    texts += [(gold.id, gold.domain, gold.language or "en", gold.body) for gold in kit.gold().values()]
    for name, domain, language, text in texts:
        for _ in range(1 if language.startswith("en") else TIMES_OTHER):
            share = chance.choice(LOST)
            spaces = [match.start() for match in _SPACE.finditer(text)]
            if not spaces:
                continue
            gone = set(chance.sample(spaces, max(1, int(len(spaces) * share))))
            yield Window(name, language, "made", _without(text, gone), text, domain=domain)
        lines = [line for line in text.splitlines() if len(line) >= LEAST_SHORT and _SPACE.search(line)]
        for line in chance.sample(lines, min(SHORT, len(lines))):
            gone = {chance.choice([match.start() for match in _SPACE.finditer(line)])}
            yield Window(name, language, "made", _without(line, gone), line, domain=domain)


def _without(text: str, gone: Container[int]) -> str:
    return "".join(char for n, char in enumerate(text) if n not in gone)


def _seen(window: Window) -> Seen:
    edits = kit.scorer("score_spacing").edits(window.text, window.gold) if window.text != window.gold else set()
    wanted = {edit[1] for edit in edits if edit[0] == "ins"}
    unsure = [edit for edit in edits if edit[0] == "sub"]
    visible = list(_visible_before(window.text))
    around = Surroundings(window.text, window.language)
    found = Seen(window.domain or window.id, {}, {})
    for name, find in FINDERS.items():
        places = [
            (visible[place.at], place.evidence)
            for place in find(around)
            if not any(edit[1] - 1 <= visible[place.at] <= edit[2] + 1 for edit in unsure)
        ]
        found.evidence[name] = [evidence for _, evidence in places]
        found.lost[name] = [number in wanted for number, _ in places]
    return found


def _visible_before(text: str) -> Iterator[int]:
    """For each place how many visible characters stand before it, as the scorer counts them."""
    invisible = kit.scorer("score_spacing").INVISIBLE
    count = 0
    for char in text:
        yield count
        count += not char.isspace() and char not in invisible


def _write(seen: Sequence[Seen], path: Path) -> None:
    stored: Arrays = {}
    for name in TREES:
        holding = [each for each in seen if name in each.evidence]
        rows = np.array(list(chain.from_iterable(each.evidence[name] for each in holding)), dtype=np.float32)
        lost = np.array(list(chain.from_iterable(each.lost[name] for each in holding)))
        grown = HistGradientBoostingClassifier(
            max_iter=TREES[name],
            learning_rate=RATE,
            max_leaf_nodes=LEAVES,
            max_depth=DEPTH,
            min_samples_leaf=LEAST_IN_LEAF,
            l2_regularization=SHRINK,
            early_stopping=False,
            random_state=0,
        ).fit(rows, lost)
        print(f"{name}: {len(lost):,} places, {lost.sum():,} of them lost a space", flush=True)
        stored |= {f"{name}.{part}": array for part, array in _whole(grown).items()}
        stored[f"{name}.columns"] = np.array(COLUMNS_OF[name])
    path.parent.mkdir(exist_ok=True)
    np.savez_compressed(path, **stored)  # type: ignore[arg-type]  # the stubs take every name for `allow_pickle`


def _whole(grown: HistGradientBoostingClassifier) -> Arrays:
    """The trees in whole numbers: evidence is whole, so "at most 3.5" says no more than "at most 3"."""
    trees = [predictor.nodes for (predictor,) in grown._predictors]
    most = max(map(len, trees))
    arrays = {part: np.zeros((len(trees), most), dtype=np.int16) for part in PARTS}
    for n, nodes in enumerate(trees):
        leaf = nodes["is_leaf"].astype(bool)
        own = np.arange(len(nodes))
        arrays["feature"][n, : len(nodes)] = np.where(leaf, 0, nodes["feature_idx"])
        arrays["most"][n, : len(nodes)] = np.where(leaf, 0, np.floor(nodes["num_threshold"]))
        arrays["below"][n, : len(nodes)] = np.where(leaf, own, nodes["left"])
        arrays["above"][n, : len(nodes)] = np.where(leaf, own, nodes["right"])
        arrays["value"][n, : len(nodes)] = np.where(leaf, np.rint(nodes["value"] * UNIT), 0)
    start = np.rint(grown._baseline_prediction * UNIT).astype(np.int32).reshape(())
    return {**arrays, "start": start, "depth": np.array(max(int(nodes["depth"].max()) for nodes in trees))}


if __name__ == "__main__":
    main(sys.argv[1:])
