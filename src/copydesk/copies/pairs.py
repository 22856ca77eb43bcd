"""Stories that may have the same text: those that share one of their sampled shingles.

The sample of a story is the smallest shingle of each window (winnowing; Schleimer, Wilkerson and Aiken 2003).  Two
stories that share a stretch of WINDOW shingles or more share a sampled one for certain.  MinHash with bands gives no
such promise, and does not find a short excerpt of a long story.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import IO, Final, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from copydesk.copies.shingles import Shingles

WINDOW: Final = 15
"""Shingles of a window: one of eight is sampled, and an excerpt of 19 words is found (`python -m bench.copies`)."""

MIN_SAMPLES: Final = 8
"""A story that is shorter than this number of windows has smaller ones.  All that larger windows sample stays."""

MAX_WITH_ALL: Final = 40
"""Stories with the same shingle that are compared all with all; more are compared each with the first and the next.

A sentence that thousands of stories share must not make millions of pairs.
"""

BUCKET: Final = 1_000_000
"""Samples that are sorted in memory at a time, about 50 MB."""

MAX_BUCKETS: Final = 256
"""Temporary files that are open at a time."""

SHARED: Final = (1, 3, 5, 10, 15, 20, 30, 50, 100)
"""Shared shingles for which the curve is shown."""

_TRIALS: Final = 400
_STORY: Final = 400
_GAP: Final = 5

Codes: TypeAlias = NDArray[np.uint64]
"""Pairs of stories: the smaller number in the upper 32 bits."""


def sample(row: Shingles) -> Shingles:
    """The sampled shingles of a story, sorted.  `row` has all in the order of the text."""
    window = max(1, min(WINDOW, len(row) // MIN_SAMPLES))
    found: Shingles = np.unique(sliding_window_view(row, window).min(axis=1)) if len(row) else row
    return found


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
        hits += len(np.intersect1d(sample(one), sample(other))) > 0
    return hits / _TRIALS


def pairs(samples: Iterable[tuple[int, Shingles]], total: int) -> Iterator[Codes]:
    """Pairs of stories that share a sampled shingle, sorted, in arrays: a pair may be in several.

    `samples` are stories by their numbers, below 2**32; `total` is about how many samples they have.  The pairs do not
    depend on the order of the samples.
    """
    count = 1
    while count < MAX_BUCKETS and count * BUCKET < total:
        count *= 2
    with ExitStack() as stack:
        buckets: list[IO[bytes]] = [stack.enter_context(TemporaryFile()) for _ in range(count)]
        for number, own in samples:
            parts = np.searchsorted(own, _borders(count))
            rows = np.empty((len(own), 2), np.uint64)
            rows[:, 0], rows[:, 1] = own, number
            for bucket, start, end in zip(buckets, [0, *parts], [*parts, len(own)], strict=True):
                if start < end:
                    bucket.write(rows[start:end].tobytes())
        for bucket in buckets:
            bucket.seek(0)
            yield _pairs_of_bucket(np.frombuffer(bucket.read(), np.uint64).reshape(-1, 2))


def _borders(count: int) -> Shingles:
    """The smallest shingle of each bucket but the first."""
    return np.array([2**64 // count * place for place in range(1, count)], np.uint64)


def _pairs_of_bucket(rows: Codes) -> Codes:
    if not len(rows):
        return np.empty(0, np.uint64)
    shingles, stories = rows[np.lexsort((rows[:, 1], rows[:, 0]))].T
    starts = np.flatnonzero(np.concatenate(([True], shingles[1:] != shingles[:-1])))
    sizes = np.diff(np.append(starts, len(shingles)))
    two = starts[sizes == 2]
    found = [_code(stories[two], stories[two + 1])]
    larger = sizes > 2
    bounds = zip(starts[larger].tolist(), sizes[larger].tolist(), strict=True)
    groups = {stories[start : start + size].tobytes() for start, size in bounds}  # many samples have the same stories
    found += [_pairs_of_group(np.frombuffer(group, np.uint64)) for group in groups]
    return np.unique(np.concatenate(found))


def _pairs_of_group(stories: Codes) -> Codes:
    if len(stories) <= MAX_WITH_ALL:
        one, other = np.triu_indices(len(stories), 1)
        return _code(stories[one], stories[other])
    first = np.repeat(stories[:1], len(stories) - 1)
    return np.concatenate((_code(first, stories[1:]), _code(stories[:-1], stories[1:])))


def _code(one: Codes, other: Codes) -> Codes:
    return (one << np.uint64(32)) | other
