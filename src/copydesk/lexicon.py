"""Known words, how rare they are, and which words follow each other: lists of other packages, loaded when needed.

Words: Robyn Speer, wordfreq 3 (code Apache 2.0, data CC BY-SA 4.0), lists frozen in 2021.  The small list of a
language holds its words down to about one in a million, the large one (21 languages) to one in a hundred million.
Pairs of English words: symspellpy 6 (MIT), 242,000 of the commonest in Google's n-grams.

The lists are read from the package's files without importing it, because its import (0.2 s, most of it for the names
of languages) would be a sixth of a cold start.  The format is the package's documented "cBpack": a header, then one
list of words for each step of a hundredth of a power of ten in frequency.  A test compares the words with those that
wordfreq reads; another header is an error.  Delete the reading when wordfreq can be imported in 0.02 s.
"""

import gzip
import math
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

SAME_LIST: Final = {"no": "nb", "nn": "nb", "hr": "sh", "bs": "sh", "sr": "sh"}
"""Languages for which wordfreq uses the list of another language."""


def words(language: str | None) -> Mapping[str, float]:
    """Frequency (share of all words) of each case-folded word; empty if the language has no list.

    `language` is a BCP 47 tag; only its first part counts.
    """
    return _words(_base(language))


def _base(language: str | None) -> str:
    """The first part of a BCP 47 tag."""
    return (language or "").partition("-")[0].lower()


@lru_cache(maxsize=64)
def _words(base: str) -> Mapping[str, float]:
    ranked = _ranked(base, ("small",))
    return {word: 10 ** (-rank / 100) for rank, rare in enumerate(ranked) for word in rare}


MISSING: Final = 900
"""The rank of a word that is in no list: one in a thousand million words."""

MAX_RANK: Final = 720
"""Rank of the rarest words that are loaded: one in sixteen million.  Rarer words are three fifths of a large list."""


def ranks(language: str | None) -> Mapping[str, int]:
    """The rank of each case-folded word, with a frequency of 10 ** (-rank / 100), from the language's largest list.

    Words up to MAX_RANK.  A large list takes a tenth to a third of a second to load, and 10 to 35 MB.
    """
    return _ranks(_base(language))


@lru_cache(maxsize=64)
def _ranks(base: str) -> Mapping[str, int]:
    ranked = _ranked(base, ("large", "small"))[: MAX_RANK + 1]
    return {word: rank for rank, rare in enumerate(ranked) for word in rare}


def _ranked(base: str, sizes: Sequence[str]) -> Sequence[Collection[str]]:
    """The words at each rank in the first of these lists that exists; empty if none exists."""
    name = SAME_LIST.get(base, base)
    path = next((path for size in sizes if (path := _lists() / f"{size}_{name}.msgpack.gz").is_file()), None)
    if path is None:
        return []
    header, *ranked = msgspec.msgpack.decode(
        gzip.decompress(path.read_bytes()), type=list[dict[str, str | int] | list[str]]
    )
    if header != {"format": "cB", "version": 1}:
        raise ValueError(f"{path}: unknown format of a word list: {header}")
    return ranked


@lru_cache(maxsize=64)
def commonest(language: str | None, count: int) -> frozenset[str]:
    """The `count` most common words of the language, nearly all of them words of grammar; empty without a list."""
    return frozenset(islice(words(language), count))


def frequent(language: str, count: int) -> list[str]:
    """The `count` most common words of the language, the commonest first; its list does not stay in memory."""
    ranked = _ranked(_base(language), ("small",))
    return list(islice((word for rare in ranked for word in rare), count))


@cache
def _lists() -> Path:
    """The folder of the installed wordfreq with its lists."""
    return _package("wordfreq") / "data"


def _package(name: str) -> Path:
    """The folder of an installed package, found without importing it."""
    package = find_spec(name)
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError(f"{name} is not installed; it contains the word lists")
    return Path(package.submodule_search_locations[0])


MAX_AFFIX_RANK: Final = 700
"""Highest rank of words that count for `affixes`: one in ten million."""


def affixes(language: str | None, beginning: str, end: str) -> tuple[int, int]:
    """The number of words in the language's list with this beginning and with this end, as 4 * log2(1 + number)."""
    forward, backward = _sorted(_base(language))
    return _count(forward, beginning), _count(backward, end[::-1])


@lru_cache(maxsize=64)
def _sorted(base: str) -> tuple[Sequence[str], Sequence[str]]:
    """The words in order, and the reversed words in order."""
    words = [word for word, rank in _ranks(base).items() if rank <= MAX_AFFIX_RANK]
    return sorted(words), sorted([word[::-1] for word in words])


def _count(words: Sequence[str], beginning: str) -> int:
    number = bisect_left(words, beginning + LAST) - bisect_left(words, beginning)
    return round(4 * math.log2(1 + number))


LAST: Final = chr(0x10FFFF)
"""A character that is sorted after all letters."""


@cache
def pairs() -> Mapping[str, int]:
    """How often two English words ("of the") follow each other in Google Books: the base-2 logarithm of the count."""
    path = _package("symspellpy") / "frequency_bigramdictionary_en_243_342.txt"
    rows = (row.rsplit(" ", 1) for row in path.read_text(encoding="utf-8-sig").splitlines())
    return {words: int(count).bit_length() - 1 for words, count in rows}
