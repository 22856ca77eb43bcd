"""Known words, how rare they are, and which words follow each other: lists in the folder `words`, loaded when needed.

Words: Robyn Speer, wordfreq 3 (data CC BY-SA 4.0), lists frozen in 2021.  The list of common words of a language goes
down to about one in a million, that of rare words (21 languages) to MAX_RANK.  Pairs of English words: symspellpy 6
(MIT), 242,000 of the commonest in Google's n-grams; its words of English dictionaries.  Given names of 70 locales:
Faker (MIT).  `words/NOTICE.md` has the licences.

`python -m training.word_lists` makes the files.  A file of common words is text: a line for each rank, with its words.
A table is text too, but ends with bytes: its words in order, a line for each, a zero byte, and a number for each word.
"""

import gzip
import lzma
import math
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from typing import Final

from copydesk.text import base_language

FOLDER: Final = Path(__file__).parent / "words"
COMMON: Final = ".common.gz"
RARE: Final = (".rare.gz", ".rare.xz")
"""English, which nearly every dump needs, is packed with gzip, which unpacks in a quarter of the time of xz.  All other
lists of rare words are packed with xz, which makes them a fifth smaller."""

PAIRS: Final = "en.pairs.gz"
DICTIONARY: Final = "en.dictionary.gz"
GIVEN_NAMES: Final = "given-names.gz"
MIN_LETTERS_OF_NAME: Final = 3
"""Latin letters of the shortest name in the list: names of two letters are words of other languages."""

DIGESTS: Final = "digests.json"
"""The file with the SHA-256 of each list, and the versions of the packages that the lists are from."""

END: Final = b"\0"
"""Separates the words of a table from their numbers."""

SAME_LIST: Final = {"no": "nb", "nn": "nb", "hr": "sh", "bs": "sh", "sr": "sh"}
"""Languages for which wordfreq uses the list of another language."""


def words(language: str | None) -> Mapping[str, float]:
    """Frequency (share of all words) of each case-folded word; empty if the language has no list.

    `language` is a BCP 47 tag; only its first part counts.
    """
    return _words(base_language(language))


@lru_cache(maxsize=64)
def _words(base: str) -> Mapping[str, float]:
    found: dict[str, float] = {}
    for rank, common in enumerate(_common(base)):
        found.update(dict.fromkeys(common, 10 ** (-rank / 100)))
    return found


MISSING: Final = 900
"""The rank of a word that is in no list: one in a thousand million words."""

MAX_RANK: Final = 720
"""Rank of the rarest words that are loaded: one in sixteen million.  Rarer words are three fifths of a large list."""


def ranks(language: str | None) -> Mapping[str, int]:
    """The rank of each case-folded word, with a frequency of 10 ** (-rank / 100), from the language's largest list.

    Words up to MAX_RANK.  A large list takes a tenth to a third of a second to load, and 10 to 35 MB.
    """
    return _ranks(base_language(language))


@lru_cache(maxsize=64)
def _ranks(base: str) -> Mapping[str, int]:
    common = _common(base)
    found: dict[str, int] = {}
    for rank, words in enumerate(common):
        found.update(dict.fromkeys(words, rank))
    for suffix in RARE if common else ():
        path = FOLDER / f"{_name(base)}{suffix}"
        if path.is_file():
            found.update(_table(path, len(common)))
    return found


def _name(base: str) -> str:
    """The language that has the list for this language."""
    return SAME_LIST.get(base, base)


def _common(base: str) -> Sequence[Collection[str]]:
    """The common words of a language at each rank; empty if it has no list."""
    path = FOLDER / f"{_name(base)}{COMMON}"
    if not path.is_file():
        return []
    return [line.split(" ") if line else [] for line in gzip.decompress(path.read_bytes()).decode().split("\n")]


def _table(path: Path, first: int = 0) -> Iterable[tuple[str, int]]:
    """Each word of a table, with its number plus `first`."""
    words, numbers = _columns(path)
    return zip(words, map(range(first, first + 256).__getitem__, numbers), strict=True)


def _columns(path: Path) -> tuple[list[str], bytes]:
    """The words of a table, sorted, and their numbers."""
    unpack = lzma.decompress if path.suffix == ".xz" else gzip.decompress
    text, _, numbers = unpack(path.read_bytes()).partition(END)
    return text.decode().split("\n"), numbers


@cache
def given_names() -> frozenset[str]:
    """The given names of all languages, case-folded; names of two words as two."""
    return frozenset(gzip.decompress((FOLDER / GIVEN_NAMES).read_bytes()).decode().split("\n"))


@cache
def dictionary() -> frozenset[str]:
    """The words of English dictionaries that `words("en")` does not have: "outwith", "forsooth".

    Short words, and words of up to six letters that are two common words ("thana"), are left out.
    """
    return frozenset(gzip.decompress((FOLDER / DICTIONARY).read_bytes()).decode().split("\n"))


@lru_cache(maxsize=64)
def commonest(language: str | None, count: int) -> frozenset[str]:
    """The `count` most common words of the language, nearly all of them words of grammar; empty without a list."""
    return frozenset(islice(words(language), count))


def frequent(language: str, count: int) -> list[str]:
    """The `count` most common words of the language, the commonest first; its list does not stay in memory."""
    return list(islice((word for common in _common(base_language(language)) for word in common), count))


MAX_AFFIX_RANK: Final = 700
"""Highest rank of words that count for `affixes`: one in ten million."""


def affixes(language: str | None, beginning: str, end: str) -> tuple[int, int]:
    """The number of words in the language's list with this beginning and with this end, as 4 * log2(1 + number)."""
    forward, backward = _sorted(base_language(language))
    return _in_steps(forward.count(beginning)), _in_steps(backward.count(end[::-1]))


def _in_steps(number: int) -> int:
    return round(4 * math.log2(1 + number))


@lru_cache(maxsize=64)
def _sorted(base: str) -> tuple["_Sorted", "_Sorted"]:
    """The words, and the reversed words, sorted."""
    words = [word for word, rank in _ranks(base).items() if rank <= MAX_AFFIX_RANK]
    return _Sorted(words), _Sorted([word[::-1] for word in words])


class _Sorted:
    """Counts words by their beginning.

    The words that share their first two letters are sorted when one of them is first asked for: to sort all words of a
    large list takes a third of a second.
    """

    __slots__ = ("_groups", "_short", "_sorted")

    _KEY: Final = 2

    def __init__(self, words: Iterable[str]) -> None:
        self._groups: dict[str, list[str]] = {}
        self._sorted: set[str] = set()
        self._short: dict[str, int] = {}
        for word in words:
            key = word[: self._KEY]
            if key in self._groups:
                self._groups[key].append(word)
            else:
                self._groups[key] = [word]

    def count(self, beginning: str) -> int:
        """The number of words with this beginning."""
        key = beginning[: self._KEY]
        if len(key) < self._KEY:
            if key in self._short:
                return self._short[key]
            number = sum(len(group) for other, group in self._groups.items() if other.startswith(key))
            if number:  # a text may have any character; only those of the list are remembered
                self._short[key] = number
            return number
        group = self._groups.get(key)
        if group is None:
            return 0
        if key not in self._sorted:
            group.sort()
            self._sorted.add(key)
        return bisect_left(group, beginning + LAST) - bisect_left(group, beginning)


LAST: Final = chr(0x10FFFF)
"""A character that is sorted after all letters."""


@cache
def pairs() -> Mapping[str, int]:
    """How often two English words ("of the") follow each other in Google Books: the base-2 logarithm of the count."""
    return _SortedTable(*_columns(FOLDER / PAIRS))


class _SortedTable(Mapping[str, int]):
    """A table that is searched as it was read: a dictionary of it takes four times as long to make, and 20 MB more."""

    __slots__ = ("_numbers", "_words")

    def __init__(self, words: list[str], numbers: bytes) -> None:
        self._words, self._numbers = words, numbers

    def __getitem__(self, word: str) -> int:
        at = bisect_left(self._words, word)
        if at == len(self._words) or self._words[at] != word:
            raise KeyError(word)
        return self._numbers[at]

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)
