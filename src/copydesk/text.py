"""Comparing texts and counting their words, in any script."""

import re
from typing import Final

from copydesk.characters import SOUTH_EAST_ASIAN

CHARACTERS_PERWORD: Final = 2
"""In Chinese and Japanese, which have no spaces between words."""

MAX_CHARACTERS_PERWORD: Final = 8
"""In other scripts without spaces, each 8 characters are a word.  Where there are spaces, these give more words."""

SIGNS: Final = (
    r"\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0900-\u0963\u0966-\u0dff\u0e31-\u0e3a\u0e47-\u0e4e"
    r"\u0eb1-\u0ece\u0f71-\u0f84\u0f90-\u0fbc\u1000-\u1049\u1780-\u17d3"
)
"""Marks that are part of words although `\\w` does not match them: accents, points, vowel signs of Asian scripts."""

_WORD = re.compile(rf"[\w{SIGNS}]+")

CHARACTERS_PER_WORD_OF_SOUTH_EAST_ASIA: Final = 5
"""In Thai, Lao, Burmese and Khmer, which have spaces between clauses only; vowel signs and tones are counted."""

_SOUTH_EAST_ASIAN = re.compile(f"[{SOUTH_EAST_ASIAN}]")

_WITHOUT_SPACES = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Kana and Han characters."""


def has_no_full_stops(text: str) -> bool:
    """Whether the text is in a script in which sentences end without a mark: Thai, Lao, Burmese, Khmer."""
    return not text.isascii() and _SOUTH_EAST_ASIAN.search(text) is not None


def count_words(text: str) -> int:
    """The number of words in the text, estimated in scripts without spaces."""
    words = max(len(text.split()), len(text) // MAX_CHARACTERS_PERWORD)
    if text.isascii():
        return words
    if _SOUTH_EAST_ASIAN.search(text):
        return max(words, len(_SOUTH_EAST_ASIAN.findall(text)) // CHARACTERS_PER_WORD_OF_SOUTH_EAST_ASIA)
    if not _WITHOUT_SPACES.search(text):
        return words
    return max(words, len(_WITHOUT_SPACES.findall(text)) // CHARACTERS_PERWORD)


def fold(text: str) -> str:
    """Letters and digits in lower case with single spaces, equal for texts that differ only in case and punctuation."""
    return " ".join(folded_words(text))


def folded_words(text: str) -> list[str]:
    """The words of a text in lower case, without punctuation."""
    return _WORD.findall(text.casefold())
