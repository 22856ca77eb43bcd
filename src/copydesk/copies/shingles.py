"""A story as its shingles: overlapping runs of words, as 64-bit numbers that are equal on every machine."""

import hashlib
import re
from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from copydesk.text import digest, folded_words

SIZE: Final = 5
"""Words of a shingle.  Broder (1997) and datatrove take five: fewer are shared by chance, more break at each edit."""

MAX_KNOWN: Final = 200_000
"""Words of which the numbers are in memory, about 25 MB; when there are more, all are computed again."""

Shingles: TypeAlias = NDArray[np.uint64]

_WITHOUT_SPACES = re.compile("([\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])")
"""Characters of scripts without spaces between words: each counts as a word."""

_FACTORS: Final = np.array([pow(0x9E3779B97F4A7C15, power, 1 << 64) for power in range(SIZE)], np.uint64)
"""Powers of an odd number: each word of a shingle counts by its place (Karp and Rabin 1987)."""


class _WordNumbers(dict[str, int]):
    """The number of each word, computed when it is first asked for."""

    def __missing__(self, word: str) -> int:
        if len(self) >= MAX_KNOWN:
            self.clear()
        found = self[word] = digest(word)
        return found


_numbers: Final = _WordNumbers()


def words_of(text: str) -> list[str]:
    """The words of a story in lower case; in scripts without spaces its characters."""
    if text.isascii() or not _WITHOUT_SPACES.search(text):
        return folded_words(text)
    return folded_words(_WITHOUT_SPACES.sub(r" \1 ", text))


def shingle_row(words: Sequence[str]) -> Shingles:
    """The shingles in the order of the text, one for each run of SIZE words.  Fewer words are one shingle."""
    own = np.fromiter(map(_numbers.__getitem__, words), np.uint64, len(words))
    count = max(1, len(own) - SIZE + 1) if len(own) else 0
    made = np.zeros(count, np.uint64)
    for place in range(min(SIZE, len(own))):
        made += own[place : place + count] * _FACTORS[place]
    return mixed(made)


def mixed(numbers: Shingles) -> Shingles:
    """The numbers with all bits mixed (SplitMix64), so that small ones are random."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    made: Shingles = numbers ^ (numbers >> np.uint64(31))
    return made


def distinct(row: Shingles) -> Shingles:
    """The different shingles, sorted."""
    made = np.sort(row)
    return made[np.concatenate(([True], made[1:] != made[:-1]))] if len(made) else made


def count_shared(one: Shingles, other: Shingles) -> int:
    """How many numbers two sorted arrays of different ones have in common."""
    fewer, more = sorted((one, other), key=len)
    return int(np.count_nonzero(_is_in(fewer, more)))


def is_shared(row: Shingles, other: Shingles) -> NDArray[np.bool_]:
    """For each shingle of a row, whether another row has it."""
    return _is_in(row, np.sort(other))


def _is_in(some: Shingles, ordered: Shingles) -> NDArray[np.bool_]:
    if not len(ordered):
        return np.zeros(len(some), bool)
    found = ordered[np.minimum(np.searchsorted(ordered, some), len(ordered) - 1)] == some
    return np.asarray(found, bool)


def digest_of_words(words: Sequence[str]) -> bytes:
    """The digest of the words: equal for exact copies."""
    return hashlib.blake2b(" ".join(words).encode("utf-8", "surrogatepass"), digest_size=16).digest()
