"""Words of a text, whatever its script: to count them, and to compare what two texts say."""

import re
from typing import Final

CHARACTERS_A_WORD: Final = 2
"""Of Chinese and Japanese, which are written without spaces."""

MAX_WORD: Final = 8
"""Characters.  In other scripts without spaces each of these counts as a word; elsewhere nothing counts twice."""

_SIGNS: Final = (
    r"\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0900-\u0963\u0966-\u0dff\u0e31-\u0e3a\u0e47-\u0e4e"
    r"\u0eb1-\u0ece\u0f71-\u0f84\u0f90-\u0fbc\u1000-\u1049\u1780-\u17d3"
)
"""Marks that are no letters and are part of words: accents, points, the vowel signs of Asian scripts."""

WORD: Final = re.compile(rf"[\w{_SIGNS}]+")

_WITHOUT_SPACES = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Kana and Han."""


def count_words(text: str) -> int:
    """How many words the text has, whatever its script."""
    words = max(len(text.split()), len(text) // MAX_WORD)
    if text.isascii() or not _WITHOUT_SPACES.search(text):
        return words
    return max(words, len(_WITHOUT_SPACES.findall(text)) // CHARACTERS_A_WORD)


def fold(text: str) -> str:
    """Letters and digits in one case, with single spaces, to tell whether two texts say the same."""
    return " ".join(WORD.findall(text.casefold()))
