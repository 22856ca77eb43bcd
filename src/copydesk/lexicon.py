"""Which words are words: frequencies from wordfreq's small lists, loaded once a language.

Source: Robyn Speer, wordfreq 3 (code Apache 2.0, data CC BY-SA 4.0), lists frozen in 2021.  The small list of
a language holds its words down to about one in a million.

The lists are read as they lie in the package, without importing it: its import (0.2 s, most of it for naming
languages) would be a sixth of a cold start.  The format is the package's documented "cBpack": a header, then
for each hundredth of a power of ten the words that are so rare.
"""

import gzip
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

SAME_LIST: Final = {"no": "nb", "nn": "nb", "hr": "sh", "bs": "sh", "sr": "sh"}
"""Languages whose words wordfreq keeps under another's tag."""


def words(language: str | None) -> Mapping[str, float]:
    """Frequency (share of all words) of each case-folded word; empty where no list is at hand.

    `language` is a BCP 47 tag; only its first part counts.
    """
    return _words((language or "").partition("-")[0].lower())


@lru_cache(maxsize=64)
def _words(base: str) -> Mapping[str, float]:
    path = _lists() / f"small_{SAME_LIST.get(base, base)}.msgpack.gz"
    if not path.is_file():
        return {}
    header, *ranks = msgspec.msgpack.decode(
        gzip.decompress(path.read_bytes()), type=list[dict[str, str | int] | list[str]]
    )
    if header != {"format": "cB", "version": 1}:
        raise ValueError(f"{path}: not a list of the kind that is known here: {header}")
    return {word: 10 ** (-rank / 100) for rank, rare in enumerate(ranks) for word in rare}


@lru_cache(maxsize=64)
def commonest(language: str | None, count: int) -> frozenset[str]:
    """The `count` commonest words of the language: nearly all of them words of grammar; none without a list."""
    return frozenset(islice(words(language), count))


@cache
def _lists() -> Path:
    """Where the installed package keeps its lists."""
    package = find_spec("wordfreq")
    if package is None or not package.submodule_search_locations:
        raise ModuleNotFoundError("wordfreq is not installed; it holds the lists of words")
    return Path(package.submodule_search_locations[0]) / "data"
