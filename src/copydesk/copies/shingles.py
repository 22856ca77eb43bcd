"""A story as its shingles: overlapping runs of words, as 64-bit numbers that are equal on every machine."""

from typing import Final, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from copydesk.copies.words import FACTOR, mixed

SIZE: Final = 5
"""Words of a shingle.  Broder (1997) and datatrove take five: fewer are shared by chance, more break at each edit."""

Shingles: TypeAlias = NDArray[np.uint64]
Number = TypeVar("Number", bound=np.integer)

_FACTORS: Final = np.array([pow(FACTOR, power, 1 << 64) for power in range(SIZE)], np.uint64)
"""Powers of the factor of words: each word of a shingle counts by its place."""


def shingle_row(words: Shingles) -> Shingles:
    """The shingles in the order of the text, one for each run of SIZE words.  Fewer words are one shingle."""
    count = max(1, len(words) - SIZE + 1) if len(words) else 0
    made = np.zeros(count, np.uint64)
    for place in range(min(SIZE, len(words))):
        made += words[place : place + count] * _FACTORS[place]
    return mixed(made)


def distinct(row: NDArray[Number]) -> NDArray[Number]:
    """The different shingles or other numbers, sorted."""
    made = np.sort(row)
    return made[first_places(made)]


def first_places(ordered: NDArray[Number]) -> NDArray[np.intp]:
    """Where each different number begins in a sorted array."""
    return np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1]))[: len(ordered)])


def count_shared(one: Shingles, other: Shingles) -> int:
    """How many numbers two sorted arrays of different ones have in common."""
    return len(shared(one, other))


def shared(one: Shingles, other: Shingles) -> Shingles:
    """The numbers that two sorted arrays of different ones have in common."""
    fewer, more = sorted((one, other), key=len)
    return fewer[_is_in(fewer, more)]


def without(some: Shingles, others: Shingles) -> Shingles:
    """The numbers of the first array that the second does not have; both are sorted."""
    return some[~_is_in(some, others)]


def _is_in(some: Shingles, ordered: Shingles) -> NDArray[np.bool_]:
    if not len(ordered):
        return np.zeros(len(some), bool)
    found = ordered[np.minimum(np.searchsorted(ordered, some), len(ordered) - 1)] == some
    return np.asarray(found, bool)
