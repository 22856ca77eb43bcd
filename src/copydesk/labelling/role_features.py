"""What the reader of roles sees of each line: the model's shares, its place beside the story, and its neighbours.

All features are whole numbers; shares are in hundredths.  All lines of a dump are measured at once, in arrays.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from copydesk.document import STORY, Label
from copydesk.labelling import hints
from copydesk.labelling.features import Columns, Flags, Floats, table
from copydesk.labelling.line import Line
from copydesk.labelling.model import LABELS, STORY_PLACES
from copydesk.labelling.state import PLACE
from copydesk.labelling.verdict import Verdict

Ints: TypeAlias = NDArray[np.int32]

REACH: Final = 40
"""Lines.  A place farther away from the headline or the story counts as this far."""

MAX_LINES: Final = 60
"""Lines from the beginning or end of the page; more count as this number."""

MAX_TIMES: Final = 9
"""Times that the dump has the line; more count as this number."""

_FIGURE = re.compile(r"\d")

MAX_FROM_FIGURE: Final = 80
"""Characters from the last figure of a date to the end of the line that ends with it: "3 May 2024, 10 a.m. GMT"."""

MAX_BEHIND_DATE: Final = 2
"""Characters behind a date that ends its line."""

MAX_SMALL_WORD: Final = 3
"""Letters of words that say nothing about a headline, such as "the"."""

_BEGINS_IN_CAPITALS = re.compile(r"[^\W\d_a-z]{3,}(?:\s[^\W\d_a-z]{2,}){0,3}\s?[:!?.]{1,2}\s|FILE\s")
"""The first words of a caption in some newspapers: "OLD BRIDGE: ..."."""

NEAR: Final = (1, -1, 2, -2)
"""The neighbours of a line that are seen, as the number of lines above it (below it if negative)."""

GROUPS: Final = {
    "story": tuple(LABELS[place] for place in STORY_PLACES),
    "caption": (Label.CAPTION,),
    "credit": (Label.CREDIT,),
    "teaser": (Label.TEASER, Label.TEASER_HEADING),
    "menu": (Label.NAVIGATION, Label.CONTROL),
    "tags": (Label.TAGS,),
    "title": (Label.TITLE,),
    "signed": (Label.BYLINE, Label.TIMESTAMP),
    "bio": (Label.BIO,),
    "promo": (Label.PROMO,),
}
"""Labels with one share for all: what is seen of the neighbours."""

OWN: Final = (
    *(Label.DECK, Label.CAPTION, Label.CREDIT, Label.NOTE, Label.BIO, Label.TAGS, Label.BYLINE, Label.TIMESTAMP),
    *(Label.TITLE, Label.DUPLICATE, Label.COPYRIGHT),
)
"""The labels, given before, that are seen of a line and its neighbours."""

HINTS: Final = {
    "figure": hints.FIGURE,
    "year": hints.YEAR,
    "address": hints.ADDRESS,
    "agency": hints.AGENCY,
    "picture": hints.PICTURE,
    "copyright": hints.COPYRIGHT,
    "by": hints.BY,
    "note": hints.NOTE,
}

PARSED: Final = {
    "says_credit": hints.PICTURE,
    "is_credit": hints.PICTURE | hints.AGENCY,
    "ends_with_credit": hints.PICTURE | hints.AGENCY,
    "is_notice": hints.COPYRIGHT,
    "is_byline": hints.BY,
    "is_timestamp": hints.FIGURE,
}
"""Facts of a line that are seen, each with the hints without which it is false."""

SURFACE: Final = (
    *("capitals", "name", "all capitals", "digits", "marks", "commas", "grammar", "seen before"),
    *("contains |", "contains :", "contains /", "contains #", "contains \N{COPYRIGHT SIGN}"),
    *("starts with upper", "starts with lower", "of first line", "in first line", "content elsewhere"),
)
"""The columns of the model's features that are seen, in hundredths."""

_PLACE_COLUMNS: Final = (
    *("words", "words above", "words below", "times", "ends", "prose", "blank above", "blank below", "blank lines"),
    *("from title", "from story start", "from story end", "in story", "story above", "line", "lines below", "by rule"),
    "running lines",
)
_PICTURE_COLUMNS: Final = (
    "in picture",
    "ends with date",
    "begins in capitals",
    "to credit",
    "to caption",
    "captions in story",
)

COLUMNS: Final = (
    *(f"share {label}" for label in LABELS),
    *(f"share {name} {near:+}" for near in NEAR for name in GROUPS),
    *_PLACE_COLUMNS,
    *(f"{name} {near:+}" for near in (0, 1, -1) for name in PARSED),
    *(f"labelled {label} {near:+}" for near in (0, 1, -1) for label in OWN),
    *(f"hint {name}" for name in HINTS),
    *SURFACE,
    *_PICTURE_COLUMNS,
    "words of headline",
)
"""The names of the features, in their order, as the file of trees has them."""


def role_features(
    lines: Sequence[Line], shares: Floats, dense: Floats, seen: tuple[str, ...], verdicts: Sequence[Verdict]
) -> Ints:
    """A row of features for each line, in the order of COLUMNS.

    `shares` are the model's.  `dense` is what the model saw of the lines, and `seen` names its columns.  `verdicts` are
    the decisions so far.
    """
    hundredths: Floats = np.rint(shares * 100)
    groups = np.array([hundredths[:, list(places)].sum(axis=1) for places in _GROUP_PLACES])
    labels = [verdict.label for verdict in verdicts]
    own = np.array([PLACE[label] for label in labels]) == _OWN_PLACES
    parsed = np.array([_parsed(lines, name, needed) for name, needed in PARSED.items()])
    return table([
        hundredths.T.ravel(),
        *(_moved(groups, near) for near in NEAR),
        *_places(lines, labels, verdicts),
        *(_moved(parsed, near) for near in (0, 1, -1)),
        *(_moved(own, near) for near in (0, 1, -1)),
        _hinted(lines),
        np.rint(dense.T[_places_of(SURFACE, seen)] * 100).ravel(),
        *_of_pictures(lines, labels),
        _of_headline(lines, labels),
    ], len(lines)).astype(np.int32, order="C")  # fmt: skip


_GROUP_PLACES: Final = tuple(tuple(PLACE[label] for label in labels) for labels in GROUPS.values())
_OWN_PLACES: Final = np.array([PLACE[label] for label in OWN])[:, None]
_HINT_BITS: Final = np.array([hint >> hints.FIRST for hint in HINTS.values()])[:, None]


@lru_cache(maxsize=16)
def _places_of(names: tuple[str, ...], seen: tuple[str, ...]) -> list[int]:
    """The places of the names among the columns that the model saw."""
    return [seen.index(name) for name in names]


def _moved(columns: NDArray[np.generic], near: int) -> Floats:
    """The columns with the values of the line that is `near` lines above each line; zeros beyond the first and last."""
    moved = np.zeros(columns.shape)
    if near == 0:
        moved[:] = columns
    elif near > 0:
        moved[:, near:] = columns[:, :-near]
    else:
        moved[:, :near] = columns[:, -near:]
    return moved.ravel()


def _parsed(lines: Sequence[Line], name: str, needed: int) -> list[bool]:
    """Whether each line has the fact; only lines with one of the needed hints are asked."""
    ask = attrgetter(name)
    return [line.hints & needed != 0 and bool(ask(line.facts)) for line in lines]


def _hinted(lines: Sequence[Line]) -> Flags:
    """Whether each line has each hint."""
    found: Flags = np.array([line.hints >> hints.FIRST for line in lines], dtype=np.int64) & _HINT_BITS != 0
    return found.ravel()


def _of_pictures(lines: Sequence[Line], labels: Sequence[Label]) -> Columns:
    """Signs of a caption in the line, and where other captions and credits are: in the order of _PICTURE_COLUMNS."""
    at = np.arange(len(lines))
    running = [n for n, (line, label) in enumerate(zip(lines, labels, strict=True)) if label in STORY and line.is_prose]
    inside = range(running[0], running[-1]) if running else range(0)
    captions = [n for n, label in enumerate(labels) if label is Label.CAPTION]
    credited = [n for n, label in enumerate(labels) if label is Label.CREDIT]
    return [
        np.array([line.facts.is_in_picture for line in lines]),
        np.array([line.hints & hints.YEAR != 0 and _ends_with_date(line) for line in lines]),
        np.array([_BEGINS_IN_CAPITALS.match(line.text) is not None for line in lines]),
        *(_distance(at, places) for places in (credited, captions)),
        np.full(len(lines), min(MAX_TIMES, sum(n in inside for n in captions))),
    ]


def _ends_with_date(line: Line) -> bool:
    """Whether a date is at the end of the line, and more than a date is in the line."""
    if not _FIGURE.search(line.text, max(0, len(line.text) - MAX_FROM_FIGURE)):
        return False  # the search for dates costs more
    dates = line.facts.dates
    return bool(dates) and not line.facts.is_timestamp and len(line.text) - dates[-1].end <= MAX_BEHIND_DATE


def _distance(at: NDArray[np.int64], places: Sequence[int]) -> NDArray[np.int64]:
    """The lines from each line to the nearest other one of these, at most MAX_TIMES."""
    if not places:
        return np.full(len(at), MAX_TIMES)
    known = np.array(places)
    before = np.searchsorted(known, at, side="left") - 1
    behind = np.searchsorted(known, at, side="right")
    above = np.where(before >= 0, at - known[np.maximum(before, 0)], MAX_TIMES)
    below = np.where(behind < len(known), known[np.minimum(behind, len(known) - 1)] - at, MAX_TIMES)
    nearest: NDArray[np.int64] = np.minimum(MAX_TIMES, np.minimum(above, below))
    return nearest


def _of_headline(lines: Sequence[Line], labels: Sequence[Label]) -> Floats:
    """The share of the words of each line that are in the headline, in hundredths."""
    headline = lines[labels.index(Label.TITLE)].folded.split() if Label.TITLE in labels else []
    known = {word for word in headline if len(word) > MAX_SMALL_WORD}
    words = ([word for word in line.folded.split() if len(word) > MAX_SMALL_WORD] for line in lines)
    shares = [100 * sum([word in known for word in own]) / len(own) if own and known else 0.0 for own in words]
    found: Floats = np.rint(np.array(shares, dtype=np.float64))
    return found


def _places(lines: Sequence[Line], labels: Sequence[Label], verdicts: Sequence[Verdict]) -> Columns:
    """Where each line is: in the order of _PLACE_COLUMNS."""
    count = len(lines)
    at = np.arange(count, dtype=np.float64)
    words = np.array([line.words for line in lines], dtype=np.float64)
    prose = np.array([line.is_prose for line in lines], dtype=np.float64)
    apart = np.array([line.apart for line in lines], dtype=np.float64)
    times = Counter([line.folded for line in lines])
    running = np.array([label in STORY for label in labels]) & (prose > 0)
    places = np.flatnonzero(running)
    first, last = (int(places[0]), int(places[-1])) if len(places) else (count, count)
    title = labels.index(Label.TITLE) if Label.TITLE in labels else first
    above = np.cumsum(running, dtype=np.float64)
    return [
        words,
        _moved(words[None], 1),
        _moved(words[None], -1),
        np.array([min(MAX_TIMES, times[line.folded]) for line in lines]),
        np.array([line.ends for line in lines]),
        prose,
        apart,
        np.append(apart[1:], 1.0),
        np.full(count, 100 * apart[1:].mean() if count > 1 else 0.0),
        *(np.clip(at - place, -REACH, REACH) for place in (title, first, last)),
        (at > first) & (at < last),
        100 * above / max(1.0, float(above[-1])),
        np.minimum(at, MAX_LINES),
        np.minimum(count - at, MAX_LINES),
        np.array([verdict.share is None for verdict in verdicts]),
        np.full(count, len(places)),
    ]
