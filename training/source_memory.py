"""Set the weights with which a memory revises the labelling model: `python -m training.source_memory`.

Reads the hosts of the benchmark kit: their pages as three renderers dump them, and their HTML.  Each host's pages are
learned without their gold, and labelled by a model that saw no page of the domain.  Writes
`src/copydesk/source_memory/weights.json`, and prints what folds by host give.
"""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from bench.folds import model_of, page_model_of
from bench.hosts import HTML, HostPage, elsewhere, memories, pages
from numpy.typing import NDArray

from copydesk import config, desk
from copydesk.labelling import Line, line_rules, model
from copydesk.labelling.features import features
from copydesk.labelling.model import STORY_PLACES
from copydesk.source_memory.frozen import RememberedSource
from copydesk.source_memory.revision import COLUMNS, WEIGHTS, rows
from copydesk.text import folded_words
from training.alignment import align

Floats: TypeAlias = NDArray[np.float64]

FOLDS: Final = 8

SHRINK: Final = 3.0
"""L2 regularisation, for 3,000 weighted lines: 3 and 20 give the same figures, less lets few hosts decide."""

STEPS: Final = 15
"""Steps of Newton's method; the weights do not change any more after ten."""

TOTAL: Final = 3_000.0
"""Sum of the weights of all lines."""

RENDERERS: Final = ("html_text", "bs4_newline", "resiliparse_all")
"""The dumps of texts from which the weights are learned."""

LIKELY: Final = 0.5


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a dump: their columns, the model's story shares, what is story (0 to 1), and their words."""

    host: str
    columns: Floats
    shares: Floats
    story: Floats
    words: Floats


def main() -> None:
    """Set the weights for texts and for pages, and print the figures of the folds."""
    found: dict[str, object] = {"columns": COLUMNS}
    for name, renderers in (("text", RENDERERS), ("page", (HTML,))):
        read = [_page(one, memories(renderer)[one.host], renderer) for renderer in renderers for one in pages(renderer)]
        print(f"{name}: {len(read):,} dumps; F1 of lines without a memory {_f1(read, _by_model):.4f}", flush=True)
        print(f"{name}: with one {_over_folds(read):.4f}, over {FOLDS} folds by host", flush=True)
        found[name] = [round(float(one), 4) for one in _fit(read)]
    WEIGHTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _page(page: HostPage, known: RememberedSource, renderer: str) -> Page:
    edited = desk.edit_dump(page.raw, config.default())
    lines = edited.lines_with_text
    net = model.load(page_model_of(page.fold) if page.raw.origins else model_of(page.fold))
    seen = features(lines, edited.language, [line_rules.judge(line) for line in lines], net.rules)
    shares = net.shares(seen)[:, STORY_PLACES].sum(axis=1)
    words = [line.words for line in lines]
    found = desk.evidence_of(page.raw, edited, known, elsewhere(renderer))
    return Page(
        page.host,
        np.array(rows(shares.tolist(), words, found)),
        shares,
        np.array(_in_story(lines, page.body)),
        np.array(words, dtype=np.float64),
    )


def _in_story(lines: Sequence[Line], body: str) -> list[float]:
    """For each line the share of its words that are in the body, in order and beside one another."""
    words = [folded_words(line.text) for line in lines]
    places = align([word for own in words for word in own], folded_words(body))
    places = [-1, *places, -1]
    shares: list[float] = []
    at = 1
    for own in words:
        span = range(at, at + len(own))
        beside = sum(
            places[n] >= 0 and (places[n] - places[n - 1] == 1 or places[n + 1] - places[n] == 1) for n in span
        )
        shares.append(beside / len(own) if own else 0.0)
        at += len(own)
    return shares


def _fit(read: Sequence[Page]) -> Floats:
    """The weights, by Newton's method; long lines count more, and hosts with many pages less a page."""
    of_host = Counter(page.host for page in read)
    x = np.concatenate([page.columns for page in read])
    y = np.concatenate([page.story >= LIKELY for page in read]).astype(np.float64)
    weight = np.concatenate([_weights(page.words) / np.sqrt(of_host[page.host]) for page in read])
    weight *= TOTAL / weight.sum()
    deviation = x.std(axis=0)
    deviation[0] = 1.0
    scaled = x / deviation
    found = np.zeros(x.shape[1])
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-scaled @ found))
        slope = scaled.T @ (weight * (y - p)) - SHRINK * found
        curve = (scaled * (weight * p * (1 - p))[:, None]).T @ scaled + SHRINK * np.eye(len(found))
        found += np.linalg.solve(curve, slope)
    result: Floats = found / deviation
    return result


def _weights(words: Floats) -> Floats:
    found: Floats = np.sqrt(words) + 1
    return found / found.sum()


def _by_model(page: Page) -> Floats:
    return page.shares


def _over_folds(read: Sequence[Page]) -> float:
    """The F1 of lines, each host by weights that saw nothing of it."""
    hosts = sorted({page.host for page in read})
    scores: list[float] = []
    for fold in range(FOLDS):
        out = set(hosts[fold::FOLDS])
        weights = _fit([page for page in read if page.host not in out])

        def share(page: Page, weights: Floats = weights) -> Floats:
            found: Floats = 1 / (1 + np.exp(-page.columns @ weights))
            return found

        own = [page for page in read if page.host in out]
        scores += [_f1([page], share) for page in own]
    return sum(scores) / len(scores)


def _f1(read: Sequence[Page], share: Callable[[Page], Floats]) -> float:
    """The mean F1 of the words in lines with a story share of LIKELY or more."""
    scores: list[float] = []
    for page in read:
        chosen = share(page) >= LIKELY
        right = float((page.story * page.words)[chosen].sum())
        precision = right / max(1.0, float(page.words[chosen].sum()))
        recall = right / max(1.0, float((page.story * page.words).sum()))
        scores.append(2 * precision * recall / max(1e-9, precision + recall))
    return sum(scores) / len(scores)


if __name__ == "__main__":
    main()
