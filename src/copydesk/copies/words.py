"""The words of a story as 64-bit numbers that are equal on every machine, without a string for each word."""

import hashlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from copydesk.text import WORD

Numbers: TypeAlias = NDArray[np.uint64]
Kinds: TypeAlias = NDArray[np.uint8]
Flags: TypeAlias = NDArray[np.bool_]
Characters: TypeAlias = NDArray[np.uint32]

BLOCK: Final = 1 << 16
"""Characters of a text that are looked at together: so a long text takes no more memory."""

TERM_LETTERS: Final = 6
"""Letters of a word that says what a story is about."""

TERM_SYLLABLES: Final = 2
"""The same in Hangul, by the first character."""

TERM: Final = np.uint8(1)
"""A long word or a number."""

NUMBER: Final = np.uint8(2)
"""A word of two characters or more with a digit: single digits are the same by chance."""

SIGN: Final = np.uint8(4)
"""A single character from FIRST_SIGN on: two of them may be a term."""

OTHER: Final = np.uint8(8)
"""A word with other characters than those of ASCII."""

FIRST_SIGN: Final = 0x0E00
_HANGUL: Final = (0xAC00, 0xD7A3)
_LAST_ASCII: Final = 0x7F

FACTOR: Final = 0x9E3779B97F4A7C15
"""An odd number, which has an inverse modulo 2**64.  A word is a polynomial in it (Karp and Rabin 1987)."""

_WITHOUT_SPACES = re.compile("([\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])")
"""Characters of scripts without spaces between words: each counts as a word."""

_SURROGATES: Final = slice(0xD800, 0xE000)


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The words of a text in its order; in scripts without spaces its characters."""

    codes: Numbers
    """The polynomial of each word; that of a single character is the character."""

    kinds: Kinds
    """TERM, NUMBER, SIGN and OTHER of each word, added up."""

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def numbers(self) -> Numbers:
        """The number of each word, with random bits."""
        return mixed(self.codes)


def words_in(folded: str) -> Words:
    """The words of a text in lower case."""
    found = [_NO_WORDS, *map(_words_of_block, _blocks(folded))]
    return Words(np.concatenate([own.codes for own in found]), np.concatenate([own.kinds for own in found]))


def pair_numbers(first: Numbers, second: Numbers) -> Numbers:
    """The numbers of the words that two characters are together."""
    return mixed(first + second * np.uint64(FACTOR))


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
def _table() -> Kinds:
    """For each character whether it is part of a word, a word by itself, and a digit."""
    codes = np.arange(sys.maxunicode + 1, dtype="<u4")
    codes[_SURROGATES] = ord(" ")
    characters = codes.tobytes().decode("utf-32-le")
    made = np.zeros(len(characters), np.uint8)
    for word in WORD.finditer(characters):
        made[word.start() : word.end()] = _IN_WORD
        made[[n for n in range(word.start(), word.end()) if characters[n].isdigit()]] |= _DIGIT
    for single in _WITHOUT_SPACES.finditer(characters):
        made[single.start()] |= (made[single.start()] & _IN_WORD) * _ALONE
    return made


@cache
def _powers() -> tuple[Numbers, Numbers]:
    """The powers of the factor, and of its inverse."""
    inverse = pow(FACTOR, -1, 1 << 64)
    made = np.ones((2, BLOCK), np.uint64)
    made[0, 1:], made[1, 1:] = FACTOR, inverse
    powers, inverses = np.cumprod(made, axis=1, dtype=np.uint64)
    return powers, inverses


def _words_of_block(characters: Characters) -> Words:
    found = _table()[characters]
    is_word, is_single = (found & _IN_WORD).astype(bool), (found & _ALONE).astype(bool)
    alone = np.ones(len(characters) + 2, bool)  # with a border on both sides
    alone[1:-1] = ~is_word | is_single
    starts = np.flatnonzero(is_word & (is_single | alone[:-2]))
    ends = np.flatnonzero(is_word & (is_single | alone[2:])) + 1
    powers, inverses = _powers()
    sums = np.zeros(len(characters) + 1, np.uint64)
    np.cumsum(characters * powers[: len(characters)], out=sums[1:])
    has_digit = _has_one(np.flatnonzero(found & _DIGIT), starts)
    has_other = _has_one(np.flatnonzero((characters > _LAST_ASCII) & is_word), starts)
    lengths, first = ends - starts, characters[starts]
    is_number = has_digit & (lengths > 1)
    enough = np.where((first >= _HANGUL[0]) & (first <= _HANGUL[1]), TERM_SYLLABLES, TERM_LETTERS)
    is_sign = (lengths == 1) & (first >= FIRST_SIGN)
    kinds = ((lengths >= enough) | is_number) * TERM + is_number * NUMBER + is_sign * SIGN + has_other * OTHER
    return Words((sums[ends] - sums[starts]) * inverses[starts], kinds)


def _has_one(places: NDArray[np.intp], starts: NDArray[np.intp]) -> Flags:
    """Whether each word, which begins at these places, has one of these characters, all of which are in words."""
    made = np.zeros(len(starts), bool)
    made[np.searchsorted(starts, places, "right") - 1] = True
    return made


_IN_WORD, _ALONE, _DIGIT = np.uint8(1), np.uint8(2), np.uint8(4)
_NO_WORDS: Final = Words(np.empty(0, np.uint64), np.empty(0, np.uint8))
