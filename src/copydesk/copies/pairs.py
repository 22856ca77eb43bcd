"""Stories that may have the same text: those that share one of their sampled shingles.

The sample of a story is the smallest shingle of each window (winnowing; Schleimer, Wilkerson and Aiken 2003).  Two
stories that share a stretch of WINDOW shingles or more share a sampled one for certain.  MinHash with bands gives no
such promise, and does not find a short excerpt of a long story.
"""

from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import IO, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from copydesk.copies.shingles import Shingles, count_shared, distinct
from copydesk.copies.words import mixed

WINDOW: Final = 15
"""Shingles of a window: one of eight is sampled, and an excerpt of 19 words is found (`python -m bench.copies`)."""

MIN_SAMPLES: Final = 8
"""A story that is shorter than this number of windows has smaller ones.  All that larger windows sample stays."""

MIN_SAMPLED: Final = 16
"""Samples of the shorter story from which on they are enough to see that two stories share little."""

MIN_SHARED_SAMPLES: Final = 0.1
"""Share of these samples that a pair has in common, or it is left out: of copies it is .3 or more."""

MAX_WITH_ALL: Final = 20
"""Stories with the same shingle that are compared all with all; more are compared each with the first and the next.

A sentence that thousands of stories share must not make millions of pairs.
"""

BUCKET: Final = 500_000
"""Rows that are sorted in memory at a time, about 50 MB with what is made of them."""

MAX_BUCKETS: Final = 256
"""Temporary files that are open at a time."""

SHARED: Final = (1, 3, 5, 10, 15, 20, 30, 50, 100)
"""Shared shingles for which the curve is shown."""

_TRIALS: Final = 400
_STORY: Final = 400
_GAP: Final = 5

Codes: TypeAlias = NDArray[np.uint64]
"""Shingles or numbers of stories; or pairs of stories, with the smaller number in the upper 32 bits."""

Places: TypeAlias = NDArray[np.int64]


def sample(row: Shingles) -> Shingles:
    """The sampled shingles of a story, sorted.  `row` has all in the order of the text."""
    window = max(1, min(WINDOW, len(row) // MIN_SAMPLES))
    return distinct(_smallest(row, window)) if len(row) else row


def _smallest(row: Shingles, window: int) -> Shingles:
    """The smallest number of each window: of windows of 2, 4, 8 numbers, and so on, until two cover the window."""
    width = 1
    while 2 * width <= window:
        row = np.minimum(row[:-width], row[width:])
        width *= 2
    rest = window - width
    return np.minimum(row[: len(row) - rest], row[rest:]) if rest else row


def chance(shared: int, stretch: int | None = None) -> float:
    """The probability that two stories of 400 shingles are compared if they share this number of them.

    These are in one stretch, or in stretches of this length.  Found by trials with random numbers, the same in each
    call.
    """
    random = np.random.default_rng(0)
    length = stretch or shared
    hits = 0
    for _ in range(_TRIALS):
        one, other = (random.integers(0, 2**64, _STORY, np.uint64) for _ in range(2))
        at = np.arange(shared) + np.arange(shared) // length * _GAP
        start = int(random.integers(0, _STORY - at[-1]))
        other[at + start] = one[at + start]
        hits += count_shared(sample(one), sample(other)) > 0
    return hits / _TRIALS


def share_little(shared: int, fewer: int) -> bool:
    """Whether two stories that share this number of samples are no copies; `fewer` are those of the shorter one."""
    return fewer >= MIN_SAMPLED and shared < MIN_SHARED_SAMPLES * fewer


def pairs(samples: Iterable[tuple[int, Shingles]], count: int, total: int) -> Iterator[tuple[int, int]]:
    """Pairs of stories that share enough sampled shingles, each once.

    `samples` are those of the stories 0 to `count` - 1; `total` is their number.  The pairs and their order do not
    depend on the order of the samples.
    """
    sizes = np.zeros(count, np.int64)
    with _Buckets(total) as by_shingle:
        for number, own in samples:
            sizes[number] = len(own)
            by_shingle.add(own, np.full(len(own), number, np.uint64))
        with _Buckets(4 * total) as by_pair:
            for shingles, stories in by_shingle.sorted():
                by_pair.add(*_pairs_of_bucket(shingles, stories))
            for codes, counts in by_pair.sorted():
                yield from _with_enough(codes, counts, sizes)


class _Buckets:
    """Rows of two numbers in temporary files, each with a part of the first numbers.  A context manager."""

    def __init__(self, total: int) -> None:
        self._count = 1
        while self._count < MAX_BUCKETS and self._count * BUCKET < total:
            self._count *= 2
        self._files: list[IO[bytes]] = []

    def __enter__(self) -> "_Buckets":
        self._files = [TemporaryFile() for _ in range(self._count)]  # noqa: SIM115 - this is one
        return self

    def __exit__(self, *error: object) -> None:
        for file in self._files:
            file.close()

    def add(self, keys: Codes, values: Codes) -> None:
        """Add rows."""
        rows = np.stack((keys, values), axis=1)
        if self._count == 1:
            self._files[0].write(rows.tobytes())
            return
        places = mixed(keys) % np.uint64(self._count)
        order = np.argsort(places, kind="stable")
        bounds = np.searchsorted(places[order], np.arange(self._count + 1, dtype=np.uint64)).tolist()
        for file, start, end in zip(self._files, bounds, bounds[1:], strict=False):
            if start < end:
                file.write(rows[order[start:end]].tobytes())

    def sorted(self) -> Iterator[tuple[Codes, Codes]]:
        """The rows of one bucket after the other, each sorted."""
        for file in self._files:
            file.seek(0)
            keys, values = np.frombuffer(file.read(), np.uint64).reshape(-1, 2).T
            order = np.lexsort((values, keys))
            yield keys[order], values[order]


def _starts(ordered: Codes) -> Places:
    """Where a new number begins."""
    return np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1]))) if len(ordered) else _NONE


def _pairs_of_bucket(shingles: Codes, stories: Codes) -> tuple[Codes, Codes]:
    """The pairs of stories that have a shingle in common, and for each the number of these shingles."""
    starts = _starts(shingles)
    lengths = np.diff(np.append(starts, len(shingles)))
    found = [np.empty(0, np.uint64)]
    for length in range(2, MAX_WITH_ALL + 1):
        group = stories[starts[lengths == length][:, None] + np.arange(length)]
        one, other = np.triu_indices(length, 1)
        found.append(_code(group[:, one], group[:, other]).ravel())
    codes, counts = np.unique(np.concatenate(found), return_counts=True)
    chained = [_chain(stories[start : start + length]) for start, length in _large(starts, lengths)]
    more = np.unique(np.concatenate(chained)) if chained else np.empty(0, np.uint64)
    return np.concatenate((codes, more)), np.concatenate((counts.astype(np.uint64), np.full(len(more), _ENOUGH)))


def _large(starts: Places, lengths: Places) -> list[tuple[int, int]]:
    is_large = lengths > MAX_WITH_ALL
    return list(zip(starts[is_large].tolist(), lengths[is_large].tolist(), strict=True))


def _chain(stories: Codes) -> Codes:
    first = np.repeat(stories[:1], len(stories) - 1)
    return np.concatenate((_code(first, stories[1:]), _code(stories[:-1], stories[1:])))


def _with_enough(codes: Codes, counts: Codes, sizes: Places) -> Iterator[tuple[int, int]]:
    starts = _starts(codes)
    if not len(starts):
        return
    shared = np.add.reduceat(counts, starts)
    one, other = codes[starts] >> np.uint64(32), codes[starts] & np.uint64(2**32 - 1)
    fewer = np.minimum(sizes[one], sizes[other])
    is_enough = (fewer < MIN_SAMPLED) | (shared >= MIN_SHARED_SAMPLES * fewer)
    yield from zip(one[is_enough].tolist(), other[is_enough].tolist(), strict=True)


def _code(one: Codes, other: Codes) -> Codes:
    return (one << np.uint64(32)) | other


_ENOUGH: Final = np.uint64(2**32)
"""The count for a pair of which not all shared samples are counted."""

_NONE: Final = np.empty(0, np.int64)
