"""The story share of each line, revised by what the memory of its source says.

A logistic regression over a few columns: what the labelling model says of the line, on how many other pages it is, and
what is around it.  `python -m training.source_memory` sets the weights, which are in `weights.json`.
"""

import math
from collections.abc import Sequence
from functools import cache
from operator import mul
from pathlib import Path
from typing import Final

import msgspec

from copydesk.source_memory.evidence import LineEvidence
from copydesk.source_memory.frozen import HUNDREDTHS

WEIGHTS: Final = Path(__file__).with_name("weights.json")

COLUMNS: Final = (
    "bias",
    "model: log odds of story",
    "on another page",
    "on two other pages",
    "share of other pages",
    "words (log)",
    "other sources (log)",
    "share of known lines around it",
    "on another page: repeated neighbours",
    "on no other page: number of pages (log)",
    "on another page: log odds of story",
    "on no other page: known lines around it",
)
"""The columns, in the order of the weights."""

MIN_OTHER_PAGES: Final = 2
"""Other pages of the source that are needed: with one, what is on both may be one story."""

MIN_SHARE: Final = 0.01
"""Shares of the model are cut off here, and at 1 less this, so that no line is beyond doubt."""

MAX_WORDS: Final = 80
MAX_SOURCES: Final = 8
"""Higher numbers of words and of other sources count as these."""

BESIDE: Final = 3
"""Lines above and below that are around a line."""

FURNITURE_SHARE: Final = 14 / 15
FURNITURE_PAGES: Final = 14
"""What is on so large a share of so many other pages, among lines that are repeated too, is no story."""

MAX_HEADING_WORDS: Final = 12
MAX_REPEATED_BESIDE_HEADING: Final = 50
"""A line of the story with at most so many words is a heading or a phrase that the source repeats in its stories ("The
facts", "Happy coding!") if other pages have few of its neighbours: at most so many of a hundred, as of a line that ends
each story.  Or if no other page has the two lines beside it.  It does not lose share.

Set in November 2026 with `python -m bench.headings` and `python -m bench.hosts`: with 8 and 20, .956 of the headings
stay, and the stories of the hosts are no better.
"""

LIKELY: Final = 0.5
"""From this story share on, the model takes a line for story."""

DECIMALS: Final = 4
"""Places to which shares are rounded, as those of the model are: the last digits differ between machines."""


class Weights(msgspec.Struct, frozen=True):
    """The weights for lines of texts and of HTML pages, in the order of `columns`."""

    columns: tuple[str, ...]
    text: tuple[float, ...]
    page: tuple[float, ...]


class WeightsError(ValueError):
    """A file of weights that has other columns than the code."""


@cache
def load(path: Path = WEIGHTS) -> Weights:
    """The weights in the file at `path`.  Raises WeightsError if their columns are not those of the code."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Weights)
    except (OSError, msgspec.MsgspecError) as error:
        raise WeightsError(f"{path}: not a file of weights: {error}") from error
    if found.columns != COLUMNS or {len(found.text), len(found.page)} != {len(COLUMNS)}:
        raise WeightsError(f"{path}: other columns than the code has; `python -m training.source_memory` makes it")
    return found


def revised(
    shares: Sequence[float], words: Sequence[int], found: Sequence[LineEvidence], *, page: bool, path: Path = WEIGHTS
) -> list[float]:
    """The story share of each line with the evidence of the memory; as it was if too few other pages are known.

    `shares` are those of the model and `words` the words of each line; `page` says that the lines are of an HTML page.
    """
    if not found or found[0].of < MIN_OTHER_PAGES:
        return list(shares)
    weights = load(path)
    own = weights.page if page else weights.text
    is_heading = headings(shares, words, found)
    made = zip(shares, found, is_heading, rows(shares, words, found), strict=True)
    return [share if is_own else _revised(share, one, sum(map(mul, own, row))) for share, one, is_own, row in made]


def _revised(share: float, one: LineEvidence, odds: float) -> float:
    """The share of a line with these log odds of the regression.

    Only a line that other pages have can lose share, and none gains: what no other page has is left to the model.
    """
    return min(share, round(1 / (1 + math.exp(-odds)), DECIMALS)) if one.masked else share


def headings(shares: Sequence[float], words: Sequence[int], found: Sequence[LineEvidence]) -> list[bool]:
    """Whether each line is a heading or a phrase of the story that the source repeats in other stories."""
    known = [True, *(one.masked > 0 for one in found), True]
    return [
        one.entry is not None
        and one.masked > 0
        and share >= LIKELY
        and count <= MAX_HEADING_WORDS
        and (one.entry.repeated <= MAX_REPEATED_BESIDE_HEADING or not (known[n] or known[n + 2]))
        for n, (share, count, one) in enumerate(zip(shares, words, found, strict=True))
    ]


def rows(shares: Sequence[float], words: Sequence[int], found: Sequence[LineEvidence]) -> list[tuple[float, ...]]:
    """The columns of each line."""
    known = [one.masked > 0 for one in found]
    padded = [True] * BESIDE + known + [True] * BESIDE
    made: list[tuple[float, ...]] = []
    for n, (share, count, one) in enumerate(zip(shares, words, found, strict=True)):
        around = padded[n : n + BESIDE] + padded[n + BESIDE + 1 : n + 2 * BESIDE + 1]
        known_around = sum(around) / len(around)
        cut_off = min(max(share, MIN_SHARE), 1 - MIN_SHARE)
        odds = math.log(cut_off / (1 - cut_off))
        repeated = one.entry.repeated / HUNDREDTHS if one.entry else 0.0
        is_known = float(known[n])
        made.append((
            1.0,
            odds,
            is_known,
            float(one.masked > 1),
            one.masked / max(1, one.of),
            math.log1p(min(count, MAX_WORDS)),
            math.log1p(min(one.elsewhere, MAX_SOURCES)),
            known_around,
            is_known * repeated,
            (1 - is_known) * math.log(max(1, one.of)),
            is_known * odds,
            (1 - is_known) * known_around,
        ))  # fmt: skip
    return made


def is_furniture(one: LineEvidence, words: int) -> bool:
    """Whether a line of so many words that is no heading is certainly no story: nearly all other pages have it.

    A short line must also be among lines that other pages have: a phrase that a source repeats in its stories is among
    lines that only one page has.
    """
    if one.of < FURNITURE_PAGES or one.entry is None or one.masked < FURNITURE_SHARE * one.of:
        return False
    return words > MAX_HEADING_WORDS or 2 * one.entry.repeated >= HUNDREDTHS
