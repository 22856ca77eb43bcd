"""The words of a story as 64-bit numbers that are equal on every machine, without a string for each word."""

import hashlib
import re
import sys
from collections.abc import Iterator
from functools import cache
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from copydesk.text import WORD, folded_words

Numbers: TypeAlias = NDArray[np.uint64]
Flags: TypeAlias = NDArray[np.bool_]
Characters: TypeAlias = NDArray[np.uint32]

BLOCK: Final = 1 << 16
"""Characters of a text that are looked at together: so a long text takes no more memory."""

_FACTOR: Final = 0x9E3779B97F4A7C15
"""An odd number, which has an inverse modulo 2**64.  A word is a polynomial in it (Karp and Rabin 1987)."""

_WITHOUT_SPACES = re.compile("([\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])")
"""Characters of scripts without spaces between words: each counts as a word."""

_SURROGATES: Final = range(0xD800, 0xE000)


def words_of(folded: str) -> list[str]:
    """The words of a text in lower case; in scripts without spaces its characters."""
    if folded.isascii() or not _WITHOUT_SPACES.search(folded):
        return folded_words(folded)
    return folded_words(_WITHOUT_SPACES.sub(r" \1 ", folded))


def word_numbers(folded: str) -> Numbers:
    """The number of each word: those of `words_of`."""
    return np.concatenate([np.empty(0, np.uint64), *map(_numbers_of_block, _blocks(folded))])


def digest_of_words(words: Numbers) -> bytes:
    """The digest of the words: equal for texts that differ only in what is between words."""
    return hashlib.blake2b(words.astype("<u8").tobytes(), digest_size=16).digest()


def mixed(numbers: Numbers) -> Numbers:
    """The numbers with all bits mixed (SplitMix64), so that small ones are random."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    made: Numbers = numbers ^ (numbers >> np.uint64(31))
    return made


def _blocks(folded: str) -> Iterator[Characters]:
    """The text in blocks that end behind a space, if there is one."""
    start = 0
    while start < len(folded):
        end = start + BLOCK
        if end < len(folded):
            end = max(folded.rfind(" ", start, end), folded.rfind("\n", start, end)) + 1 or end
        yield np.frombuffer(folded[start:end].encode("utf-32-le", "surrogatepass"), "<u4")
        start = end


@cache
def _tables() -> tuple[Flags, Flags]:
    """For each character whether it is part of a word, and whether it is a word by itself."""
    characters = "".join(" " if code in _SURROGATES else chr(code) for code in range(sys.maxunicode + 1))
    is_word, is_single = (np.zeros(len(characters), bool) for _ in range(2))
    for word in WORD.finditer(characters):
        is_word[word.start() : word.end()] = True
    for single in _WITHOUT_SPACES.finditer(characters):
        is_single[single.start()] = True
    return is_word, is_single & is_word


@cache
def _powers() -> tuple[Numbers, Numbers]:
    """The powers of the factor, and of its inverse."""
    inverse = pow(_FACTOR, -1, 1 << 64)
    made = np.ones((2, BLOCK), np.uint64)
    made[0, 1:], made[1, 1:] = _FACTOR, inverse
    powers, inverses = np.cumprod(made, axis=1, dtype=np.uint64)
    return powers, inverses


def _numbers_of_block(characters: Characters) -> Numbers:
    is_word, is_single = (table[characters] for table in _tables())
    alone = np.ones(len(characters) + 2, bool)  # with a border on both sides
    alone[1:-1] = ~is_word | is_single
    starts = np.flatnonzero(is_word & (is_single | alone[:-2]))
    ends = np.flatnonzero(is_word & (is_single | alone[2:])) + 1
    powers, inverses = _powers()
    sums = np.zeros(len(characters) + 1, np.uint64)
    np.cumsum(characters * powers[: len(characters)], out=sums[1:])
    return mixed((sums[ends] - sums[starts]) * inverses[starts])
