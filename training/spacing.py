"""Grow the trees that score missing spaces and broken lines: `python -m training.spacing [all | FOLD ...]`.

Reads the benchmark kit, writes `src/copydesk/repair/trees.npz` and, for each fold, `bench/models/trees-N.npz`, grown
without the pages of the fold's domains.
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

import lxml.html
import numpy as np
from bench import kit
from bench.folds import FOLDS, fold_of, trees_of
from bench.kit import Window
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from copydesk.forest import PARTS, UNIT
from copydesk.repair import fused_words, punctuation
from copydesk.repair.boosted_trees import FINDERS as COLUMNS_OF
from copydesk.repair.boosted_trees import SHIPPED
from copydesk.repair.candidates import TextContext
from training import broken_sentences

Arrays: TypeAlias = dict[str, NDArray[np.generic]]

FINDERS: Final = {"fused_words": fused_words.find, "punctuation": punctuation.find}

TREES: Final = {"fused_words": 250, "punctuation": 250, "broken_sentences": 250}
RATE: Final = 0.07
LEAVES: Final = 24
DEPTH: Final = 6
MIN_IN_LEAF: Final = 30
SHRINK: Final = 3.0
"""Settings of the trees: number, learning rate, size of each tree, and L2 regularisation against overfitting."""

REMOVED_SHARES: Final = (0.002, 0.005, 0.02)
"""Shares of a text's spaces that are removed to make damage; one share is drawn for each text."""

COPIES_NOT_ENGLISH: Final = 4
"""Damaged copies of each text that is not English, because there are few such texts."""

MAX_SHORT_WINDOWS: Final = 5
"""Paragraphs of each text that become windows of their own, so that the trees also learn from very short dumps."""

MIN_SHORT_WINDOW: Final = 60
"""Characters of such a paragraph."""

LINK_COPIES: Final = 3
"""Damaged copies of each story that lost the space at one side of some of its links and words in italics."""

MAX_LINKS: Final = 6
"""Spaces that such a copy lost, at most."""

MIN_BESIDE_LINK: Final = 12
"""Characters beside a link by which its place in the story is found."""

INLINE: Final = ("a", "em", "strong", "b", "i", "u", "span", "mark", "code")
"""Elements beside which extractors lose spaces."""

_SPACE = re.compile(r"(?<=\S) (?=\S)")
_WHITE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Examples:
    """The features of every candidate in a window, by finder, and which of them lack a space."""

    domain: str
    features: dict[str, list[tuple[int, ...]]]
    is_missing: dict[str, list[bool]]


def main(wanted: list[str]) -> None:
    """Grow the trees that are named, all of them by default."""
    with ProcessPoolExecutor() as pool:
        examples = list(pool.map(_examples, [*kit.windows(), *_damaged(), *_damaged_at_links()], chunksize=100))
    examples += [
        Examples(domain, {"broken_sentences": features}, {"broken_sentences": is_broken})
        for domain, features, is_broken in broken_sentences.examples()
    ]
    for name in wanted or ["all", *map(str, range(FOLDS))]:
        fold = None if name == "all" else int(name)
        path = SHIPPED if fold is None else trees_of(fold)
        _write([each for each in examples if fold is None or fold_of(each.domain) != fold], path)
        print(f"{path}: {path.stat().st_size:,} bytes", flush=True)


def _damaged() -> Iterator[Window]:
    """Clean windows and gold stories with some spaces removed at random."""
    chance = random.Random(5)
    texts = [(w.id, w.domain or "", w.language, w.gold) for w in kit.windows() if w.kind == "clean"]
    texts += [(gold.id, gold.domain, gold.language or "en", gold.body) for gold in kit.gold().values()]
    for name, domain, language, text in texts:
        for _ in range(1 if language.startswith("en") else COPIES_NOT_ENGLISH):
            share = chance.choice(REMOVED_SHARES)
            spaces = [match.start() for match in _SPACE.finditer(text)]
            if not spaces:
                continue
            removed = set(chance.sample(spaces, max(1, int(len(spaces) * share))))
            yield Window(name, language, "made", _without(text, removed), text, domain=domain)
        lines = [line for line in text.splitlines() if len(line) >= MIN_SHORT_WINDOW and _SPACE.search(line)]
        for line in chance.sample(lines, min(MAX_SHORT_WINDOWS, len(lines))):
            removed = {chance.choice([match.start() for match in _SPACE.finditer(line)])}
            yield Window(name, language, "made", _without(line, removed), line, domain=domain)


def _damaged_at_links() -> Iterator[Window]:
    """Gold stories without the space at one side of some inline elements of their pages, as extractors leave them."""
    chance = random.Random(6)
    for name, markup in kit.pages():
        gold = kit.gold()[name]
        places = sorted(_places_of_links(markup, gold.body))
        for _ in range(LINK_COPIES if places else 0):
            removed = set(chance.sample(places, min(len(places), chance.randint(1, MAX_LINKS))))
            text = _without(gold.body, removed)
            yield Window(name, gold.language or "en", "made", text, gold.body, domain=gold.domain)


def _places_of_links(markup: str, body: str) -> set[int]:
    """The places of the spaces in a story that stand at the beginning or the end of an inline element."""
    root = lxml.html.document_fromstring(markup.encode(), parser=lxml.html.HTMLParser(encoding="utf-8"))
    places: set[int] = set()
    for element in root.iter(*INLINE):
        inside = _WHITE.sub(" ", element.text_content())
        behind = _WHITE.sub(" ", element.tail or "")
        before_element = element.getprevious()
        parent = element.getparent()
        before = before_element.tail if before_element is not None else parent.text if parent is not None else ""
        before = _WHITE.sub(" ", before or "")
        core = inside.strip()
        if not core:
            continue
        if len(core) + len(behind) > MIN_BESIDE_LINK and (inside[-1] == " ") != (behind[:1] == " "):
            shown = f"{core} {behind.strip()[:MIN_BESIDE_LINK]}"
            at = body.find(shown) if behind.strip() else -1
            if at >= 0:
                places.add(at + len(core))
        if len(core) + len(before) > MIN_BESIDE_LINK and (inside[0] == " ") != (before[-1:] == " "):
            left = before.strip()[-MIN_BESIDE_LINK:]
            at = body.find(f"{left} {core}") if left else -1
            if at >= 0:
                places.add(at + len(left))
    return places


def _without(text: str, removed: Container[int]) -> str:
    """The text without the characters at these places."""
    return "".join(char for n, char in enumerate(text) if n not in removed)


def _examples(window: Window) -> Examples:
    """The candidates of a window, without those near other differences between the window and its gold text."""
    edits = kit.scorer("score_spacing").edits(window.text, window.gold) if window.text != window.gold else set()
    wanted = {edit[1] for edit in edits if edit[0] == "ins"}
    unsure = [edit for edit in edits if edit[0] == "sub"]
    visible = list(_visible_before(window.text))
    around = TextContext(window.text, window.language)
    found = Examples(window.domain or window.id, {}, {})
    for name, find in FINDERS.items():
        candidates = [
            (visible[candidate.at], candidate.features)
            for candidate in find(around)
            if not any(edit[1] - 1 <= visible[candidate.at] <= edit[2] + 1 for edit in unsure)
        ]
        found.features[name] = [features for _, features in candidates]
        found.is_missing[name] = [number in wanted for number, _ in candidates]
    return found


def _visible_before(text: str) -> Iterator[int]:
    """For each character the number of visible characters before it, as the scorer counts them."""
    invisible = kit.scorer("score_spacing").INVISIBLE
    count = 0
    for char in text:
        yield count
        count += not char.isspace() and char not in invisible


def _write(examples: Sequence[Examples], path: Path) -> None:
    """Grow one forest for each finder and write them to `path`."""
    stored: Arrays = {}
    for name in TREES:
        holding = [each for each in examples if name in each.features]
        rows = np.array(list(chain.from_iterable(each.features[name] for each in holding)), dtype=np.float32)
        is_missing = np.array(list(chain.from_iterable(each.is_missing[name] for each in holding)))
        grown = HistGradientBoostingClassifier(
            max_iter=TREES[name],
            learning_rate=RATE,
            max_leaf_nodes=LEAVES,
            max_depth=DEPTH,
            min_samples_leaf=MIN_IN_LEAF,
            l2_regularization=SHRINK,
            early_stopping=False,
            random_state=0,
        ).fit(rows, is_missing)
        print(f"{name}: {len(is_missing):,} candidates, {is_missing.sum():,} of them real damage", flush=True)
        stored |= {f"{name}.{part}": array for part, array in as_integers(grown).items()}
        stored[f"{name}.columns"] = np.array(COLUMNS_OF[name])
    path.parent.mkdir(exist_ok=True)
    np.savez_compressed(path, **stored)  # type: ignore[arg-type]  # the type stubs read every name as `allow_pickle`


def as_integers(grown: HistGradientBoostingClassifier) -> Arrays:
    """The trees in integers.  Features are integers, so "at most 3.5" means the same as "at most 3"."""
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
