"""How likely the text of a record is right, by what its lines and their shares look like.

A small forest of trees gives a score, and a table turns it into a share: of the pages with such a score, how many have
a text that agrees with the gold (F1 of .8 or more).  `python -m training.quality` makes both.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np

from copydesk import forest
from copydesk.document import FURNITURE, STORY, TEASERS, Block, Label, PageKind, Record
from copydesk.forest import UNIT, Forests
from copydesk.labelling.line_facts import ends_like_a_sentence

SHIPPED: Final = Path(__file__).with_name("confidence.npz")
NAME: Final = "right"
"""The name of the forest in its file."""

UNSURE: Final = (0.5, 0.7, 0.9, 0.98)
"""Shares below which the words of story lines are counted."""

MAX_WORDS: Final = 20_000
MAX_LINES: Final = 5_000
"""Larger figures count as these."""

LARGEST: Final = 30_000
"""The largest value of a feature: the file of trees has 16 bits for each threshold."""

MANY_WORDS: Final = 12
"""Words of a long line."""

FEW_WORDS: Final = 4
"""Words of a short line."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A block with what is counted of it."""

    block: Block
    words: int

    @property
    def share(self) -> float:
        """The model's share; 1 where a rule decided."""
        if self.block.share is None:
            return 1.0
        return min(1.0, max(0.0, self.block.share))  # a prepared record may have any number


def _part(words: Iterable[int], whole: int) -> float:
    return sum(words) / whole if whole else 0.0


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def features(article: Record, words_of: Sequence[int]) -> dict[str, int]:
    """What the forest sees of an article, by name; shares in thousandths.  `words_of` are the words of its blocks."""
    lines = list(map(_Line, article.blocks, words_of))
    places = [n for n, line in enumerate(lines) if line.block.label in STORY]
    story = [lines[n] for n in places]
    inside = lines[places[0] : places[-1] + 1] if places else []
    others = [line for line in lines if line.block.label not in STORY]
    words, whole = sum(line.words for line in story), sum(line.words for line in lines)
    labels = Counter(line.block.label for line in lines)
    repeated = sum(count - 1 for count in Counter(line.block.text for line in story if line.words > FEW_WORDS).values())
    long = [line for line in story if line.words >= MANY_WORDS]
    changes = sum((one.block.label in STORY) != (two.block.label in STORY) for one, two in pairwise(lines))
    strays = [line for line in others if line.words >= MANY_WORDS and line.block.label not in TEASERS]
    shares: dict[str, float] = {
        "mean share": _part((round(line.words * line.share * 1000) for line in story), words * 1000),
        "lowest share": min((line.share for line in long), default=0.0),
        "share of page": words / whole if whole else 0.0,
        "others inside": _part((line.words for line in inside if line.block.label not in STORY), words),
        "teasers": _part((line.words for line in others if line.block.label in TEASERS), whole),
        "furniture": _part((line.words for line in others if line.block.label in FURNITURE), whole),
        "comments": _part((line.words for line in others if line.block.label is Label.COMMENT), whole),
        "strays": _part((line.words for line in strays), whole),
        "unsure others": _part((line.words for line in others if line.share < UNSURE[2]), words + 1),
        "unsure strays": _part((line.words for line in strays if line.share < UNSURE[2]), words + 1),
        "mean share of others": _mean([line.share for line in others]),
        "mean share of strays": _mean([line.share for line in strays]),
        "short lines": _part((1 for line in story if line.words <= FEW_WORDS), len(story)),
        "long lines": _part((line.words for line in long), words),
        "whole sentences": _part((1 for line in story if ends_like_a_sentence(line.block.text)), len(story)),
        "headings": _part((1 for line in story if line.block.label is Label.HEADING), len(story)),
        "entries": _part((1 for line in story if line.block.label is Label.LIST_ITEM), len(story)),
        "by rule": _part((line.words for line in story if line.block.share is None), words),
        "repeated": _part([repeated], len(story)),
        "spread": _spread([line.share for line in long]),
        "place of first": places[0] / len(lines) if places else 0.0,
        "place of last": places[-1] / len(lines) if places else 0.0,
        "changes": changes / len(lines) if lines else 0.0,
        "changes by line of story": changes / len(story) if story else 0.0,
        "words a line": min(1.0, words / len(story) / 100) if story else 0.0,
    }
    shares |= {f"below {limit}": _part((line.words for line in story if line.share < limit), words) for limit in UNSURE}
    counts = {
        "words": min(words, MAX_WORDS),
        "words of page": min(whole, MAX_WORDS),
        "lines": min(len(lines), MAX_LINES),
        "lines of story": min(len(story), MAX_LINES),
        "titles": labels[Label.TITLE],
        "bylines": labels[Label.BYLINE],
        "dates": labels[Label.TIMESTAMP],
        "captions": labels[Label.CAPTION],
        "notes": labels[Label.NOTE],
        "duplicates": labels[Label.DUPLICATE],
        "has title": int(article.metadata.title is not None),
        "has author": int(bool(article.metadata.authors)),
        "has date": int(article.metadata.published is not None),
        "is HTML": int(article.provenance.renderer is not None),
        **{f"is {kind}": int(article.page is kind) for kind in PageKind},
    }
    found = {name: round(1000 * value) for name, value in shares.items()} | counts
    return {name: min(value, LARGEST) for name, value in found.items()}


def _spread(shares: Sequence[float]) -> float:
    """The standard deviation."""
    mean = _mean(shares)
    return math.sqrt(_mean([(share - mean) ** 2 for share in shares]))


COUNTED: Final = (
    *("words", "words of page", "lines", "lines of story", "titles", "bylines", "dates", "captions", "notes"),
    *("duplicates", "has title", "has author", "has date", "is HTML"),
    *(f"is {kind}" for kind in PageKind),
)
"""The features that are numbers; all others are thousandths."""

COLUMNS: Final = (
    *("mean share", "lowest share", "share of page", "others inside", "teasers", "furniture", "comments", "strays"),
    *("unsure others", "unsure strays", "mean share of others", "mean share of strays", "short lines", "long lines"),
    *("whole sentences", "headings", "entries", "by rule", "repeated", "spread", "place of first", "place of last"),
    *("changes", "changes by line of story", "words a line"),
    *(f"below {limit}" for limit in UNSURE),
    *COUNTED,
)
"""The names of the features, in their order, as the file of trees has them."""


@dataclass(frozen=True, slots=True)
class Confidence:
    """The forest, and the calibration: for each step of the score the share of right pages."""

    forests: Forests
    steps: tuple[float, ...]
    shares: tuple[float, ...]

    def scores(self, pages: Iterable[Mapping[str, int]]) -> list[int]:
        """For pages with these features: the natural logarithm of the odds in UNIT, before the calibration."""
        return self.forests.scores({NAME: [[found[name] for name in COLUMNS] for found in pages]})[NAME]

    def of(self, found: Mapping[str, int]) -> float:
        """The probability (0 to 1, in hundredths) that the text of a page with these features is right.

        It is the mean of what the score says by itself, as log odds, and of the calibration.  The calibration has
        steps that are alike, so that by itself it can't tell many pages apart: over the folds, the AUC for HTML is
        .913 with the mean and .910 without it (November 2026).
        """
        score = self.scores([found])[0] / UNIT
        calibrated = float(np.interp(score, self.steps, self.shares))
        return round((calibrated + 1 / (1 + math.exp(-score))) / 2, 2)


@cache
def load(path: Path) -> Confidence:
    """The confidence in the file at `path`.  Raises TreesError if it has other columns or is not such a file."""
    remedy = "Use a file of this version, or make it with `python -m training.quality`"
    forests, arrays = forest.load_with_arrays(path, {NAME: COLUMNS}, remedy)
    return Confidence(forests, tuple(arrays["scores"].tolist()), tuple(arrays["shares"].tolist()))


def of(article: Record, words_of: Sequence[int]) -> float:
    """The probability that the text of the article is right.  `words_of` are the words of its blocks."""
    return load(SHIPPED).of(features(article, words_of))
