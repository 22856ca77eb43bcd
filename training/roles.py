"""Grow the trees that read the roles of lines: `python -m training.roles [all | FOLD ...]`.

Reads the benchmark kit, writes `src/copydesk/labelling/roles.npz` and, for each fold, `bench/models/roles-N.npz`, grown
without the pages of the fold's domains.  The shares that the trees see are those of a model that saw no page of the
domain, as for a page that is new.

Three sources of labels: the kit's `facts.jsonl.gz` (values, and the numbers of their lines), `roles.jsonl` beside this
file (numbers of lines, set by reading; no text), and the labels of `reading`.
"""

import random
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

import msgspec
import numpy as np
from bench import folds, kit
from bench.folds import FOLDS, fold_of, roles_of
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from copydesk.desk import edit_dump
from copydesk.document import Label
from copydesk.dump import from_text
from copydesk.labelling import Line, before_roles
from copydesk.labelling.model import load
from copydesk.labelling.role_features import COLUMNS, Ints, role_features
from copydesk.labelling.role_reader import ROLES, SHIPPED, candidates_of
from copydesk.text import folded_words
from training import reading
from training.alignment import align
from training.spacing import as_integers

Arrays: TypeAlias = dict[str, NDArray[np.generic]]

OURS: Final = Path(__file__).with_name("roles.jsonl")
RENDERERS: Final = ("html_text", "resiliparse_all", "inscriptis", "bs4_newline")
"""The renderers of the dumps from which the trees learn: those that leave nothing of a page out."""

READ: Final[Mapping[str, Label]] = {
    "caption": Label.CAPTION,
    "credit": Label.CREDIT,
    "deck": Label.DECK,
    "bio": Label.BIO,
    **{name: limits.label for name, limits in ROLES.items() if limits.label_alone},
}
"""The roles that mean the same as a label of `reading`."""

FACTS: Final = frozenset(name for name, limits in ROLES.items() if not limits.label_alone)
"""The roles of lines from which facts are read."""

WEIGHT_OF_READ: Final = 0.4
"""The weight of a line of `reading`.  Its captions and decks agree with those of the facts in nine and seven of ten."""

TREES: Final = 100
RATE: Final = 0.07
LEAVES: Final = 10
DEPTH: Final = 5
MIN_IN_LEAF: Final = 20
SHRINK: Final = 3.0
"""Settings of the trees: number, learning rate, size of each tree, and L2 regularisation against overfitting."""

OTHER_LINES: Final = 0.05
"""Share of the lines that are no candidates and are learned from too."""

MIN_SAME: Final = 0.4
"""Share of a line's words that are in a caption or credit of the facts: the line has that role."""


class Row(msgspec.Struct, frozen=True):
    """A page of `roles.jsonl`: `digest` begins the SHA-256 of its `html_text` dump; `roles` has numbers of lines."""

    page: str
    digest: str
    roles: dict[str, list[int]]


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a page's `html_text` dump, and the roles of each; `weight` is that of all its lines."""

    page: str
    texts: list[str]
    roles: list[frozenset[str]]
    known: frozenset[str]
    """The roles that the reader looked for."""

    weight: float


@dataclass(frozen=True, slots=True)
class Example:
    """The features of the lines of a dump, and for each known role the lines to learn from and whether they have it."""

    domain: str
    weight: float
    rows: dict[str, Ints]
    has: dict[str, NDArray[np.bool_]]


def main(wanted: Sequence[str]) -> None:
    """Grow the trees that are named, all of them by default."""
    pages = [*_facts(), *_ours(), *_read()]
    chance = random.Random(3)
    items = [
        (page, renderer)
        for page in pages
        for renderer in (RENDERERS if page.weight == 1 else (RENDERERS[0], chance.choice(RENDERERS[1:])))
    ]
    with ProcessPoolExecutor() as pool:
        examples = [found for found in pool.map(_example, items, chunksize=8) if found]
    for name in wanted or ["all", *map(str, range(FOLDS))]:
        fold = None if name == "all" else int(name)
        path = SHIPPED if fold is None else roles_of(fold)
        _write([each for each in examples if fold is None or fold_of(each.domain) != fold], path)
        print(f"{path}: {path.stat().st_size:,} bytes", flush=True)


@cache
def _rows() -> tuple[Row, ...]:
    return tuple(map(msgspec.json.Decoder(Row).decode, OURS.read_bytes().splitlines()))


def _ours() -> Iterator[Lines]:
    dumps = _dumps(RENDERERS[0])
    for row in _rows():
        if reading.digest(dumps[row.page]) != row.digest:
            raise ValueError(f"{OURS.name}: {row.page}: the roles were set on another dump")
        texts = _texts(dumps[row.page])
        roles = [frozenset(name for name, lines in row.roles.items() if n in lines) for n in range(len(texts))]
        yield Lines(row.page, texts, roles, FACTS, 1.0)


def _facts() -> Iterator[Lines]:
    dumps = _dumps(RENDERERS[0])
    for row in kit.facts():
        texts = _texts(dumps[row.id])
        roles: list[set[str]] = [set() for _ in texts]
        for field, lines in row.lines.items():
            for n in lines if isinstance(lines, list) else [lines]:
                roles[n].add(field.removesuffix("s") if field == "notes" else field)
        for image in row.images:
            for n in image.lines:
                in_caption, in_credit = _shared(texts[n], image.caption), _shared(texts[n], image.credit)
                if image.caption and in_caption >= MIN_SAME:
                    roles[n].add("caption")
                if image.credit and (in_credit >= MIN_SAME or in_caption < MIN_SAME):
                    roles[n].add("credit")
        yield Lines(row.id, texts, list(map(frozenset, roles)), FACTS, 1.0)


def _read() -> Iterator[Lines]:
    others = {row.id for row in kit.facts()} | {row.page for row in _rows()}
    for page, lines in reading.pages().items():
        known = frozenset(READ) - FACTS if page in others else frozenset(READ)
        roles = [frozenset(name for name in known if READ[name] is line.label) for line in lines]
        yield Lines(page, [line.text for line in lines], roles, known, WEIGHT_OF_READ)


def _texts(dump: str) -> list[str]:
    return [line for line in map(str.strip, dump.splitlines()) if line]


def _shared(line: str, text: str | None) -> float:
    """The share of the line's words that are in the text, in the same order."""
    own, other = folded_words(line), folded_words(text or "")
    return sum(place >= 0 for place in align(own, other)) / len(own) if own and other else 0.0


@cache
def _dumps(renderer: str) -> Mapping[str, str]:
    return dict(kit.dumps(renderer))


def _example(item: tuple[Lines, str]) -> Example | None:
    """The dump of the page by the renderer; None if there is none."""
    page, renderer = item
    text = _dumps(renderer).get(page.page, "")
    if not text.strip():
        return None
    domain = kit.gold()[page.page].domain
    fold = fold_of(domain)
    edited = edit_dump(from_text(text, page.page), folds.settings_without(fold))
    lines = edited.lines_with_text
    model = load(folds.model_of(fold))
    seen, shares, verdicts = before_roles(lines, edited.language, model)
    rows = role_features(lines, shares, seen.dense, model.columns, verdicts)
    candidates = candidates_of(shares, verdicts)
    carried = list(_carried(lines, page))
    known = np.array([roles is not None for roles in carried])
    chance = np.random.default_rng(1)
    features: dict[str, Ints] = {}
    has: dict[str, NDArray[np.bool_]] = {}
    for name in page.known:
        is_role = np.array([roles is not None and name in roles for roles in carried])
        learned = is_role | (chance.random(len(lines)) < OTHER_LINES)
        learned[candidates[name]] = True
        learned &= known
        features[name], has[name] = rows[learned], is_role[learned]
    return Example(domain, page.weight, features, has)


def _carried(lines: Sequence[Line], page: Lines) -> Iterator[frozenset[str] | None]:
    """The roles of the read line that has the same words, for each line in order; None if there is no such line."""
    own, theirs = ([" ".join(folded_words(text)) for text in texts] for texts in (_line_texts(lines), page.texts))
    for place in align(own, theirs):
        yield page.roles[place] if place >= 0 else None


def _line_texts(lines: Iterable[Line]) -> list[str]:
    return [line.text for line in lines]


def _write(examples: Sequence[Example], path: Path) -> None:
    """Grow a forest for each role and write them to `path`."""
    stored: Arrays = {}
    for name in ROLES:
        holding = [each for each in examples if name in each.rows]
        rows = np.vstack([each.rows[name] for each in holding]).astype(np.float32)
        has = np.concatenate([each.has[name] for each in holding])
        weights = np.concatenate([np.full(len(each.has[name]), each.weight) for each in holding])
        grown = HistGradientBoostingClassifier(
            max_iter=TREES, learning_rate=RATE, max_leaf_nodes=LEAVES, max_depth=DEPTH, min_samples_leaf=MIN_IN_LEAF,
            l2_regularization=SHRINK, early_stopping=False, random_state=0,
        ).fit(rows, has, sample_weight=weights)  # fmt: skip
        print(f"{name}: {len(has):,} lines, {has.sum():,} of them with the role", flush=True)
        stored |= {f"{name}.{part}": array for part, array in as_integers(grown).items()}
        stored[f"{name}.columns"] = np.array(COLUMNS)
    path.parent.mkdir(exist_ok=True)
    np.savez_compressed(path, **stored)  # type: ignore[arg-type]  # the type stubs read every name as `allow_pickle`


if __name__ == "__main__":
    main(sys.argv[1:])
