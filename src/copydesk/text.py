"""Texts compared and measured, whatever their script."""

import re
from typing import Final

CHARACTERS_A_WORD: Final = 2
"""Of Chinese and Japanese, which do without spaces."""

LONGEST_WORD: Final = 8
"""Characters.  Where other scripts do without spaces, words are counted by these; elsewhere this counts none twice."""

_SIGNS: Final = (
    r"\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0900-\u0963\u0966-\u0dff\u0e31-\u0e3a\u0e47-\u0e4e"
    r"\u0eb1-\u0ece\u0f71-\u0f84\u0f90-\u0fbc\u1000-\u1049\u1780-\u17d3"
)
"""Marks that count as no letters and are part of words: accents, points, the vowel signs of Asia's scripts."""

_WORD = re.compile(rf"[\w{_SIGNS}]+")

_WITHOUT_SPACES = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Kana and Han."""


def count_words(text: str) -> int:
    """How many words the text has, whatever its script."""
    words = max(len(text.split()), len(text) // LONGEST_WORD)
    if text.isascii() or not _WITHOUT_SPACES.search(text):
        return words
    return max(words, len(_WITHOUT_SPACES.findall(text)) // CHARACTERS_A_WORD)


def fold(text: str) -> str:
    """Letters and digits in one case, with single spaces, for telling whether two texts say the same."""
    return " ".join(folded_words(text))


def folded_words(text: str) -> list[str]:
    """The words of a text, of letters and digits in one case."""
    return _WORD.findall(text.casefold())
