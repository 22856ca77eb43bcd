"""A line of a dump as the labeller sees it, and what it says of the line."""

import re
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Final

from copydesk.characters import CLOSING_QUOTES, SENTENCE_ENDS
from copydesk.labelling.words import ANY, COPYRIGHT, KINDS, LONGEST, PICTURE

SENTENCE_WORDS: Final = 8
"""A line that ends like a sentence is one from so many words on."""

PROSE_WORDS: Final = 22
"""From so many words on, a line is running text however it ends."""

CHARACTERS_A_WORD: Final = 2
"""Of Chinese and Japanese, which do without spaces."""

LONGEST_WORD: Final = 8
"""Characters.  Where other scripts do without spaces, words are counted by these; elsewhere this counts none twice."""

LONGEST_END: Final = 8
"""Characters: the mark that ends a sentence, with the quotes and brackets that close behind it."""

_ENDS = re.compile(rf"[:{SENTENCE_ENDS}][)\]{CLOSING_QUOTES}]*$")
_MARKS: Final = frozenset(f":{SENTENCE_ENDS})]{CLOSING_QUOTES}")
"""With which all that matches ends: most lines need no search."""

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
    return " ".join(_WORD.findall(text.casefold()))


@dataclass(frozen=True, slots=True)
class Line:
    """`text` after edits, without surrounding white space; `apart`: a blank line stands before it.

    `origin` is what the markup says of it, where it comes from a page, and `inside` has the numbers of the blocks that
    hold it, the innermost first (see `copydesk.page`).  `words` says how many
    it has; `ends`, whether it ends as sentences do; `is_prose`, whether it is running text: a whole sentence, or a
    long line; `folded` is the text folded (see `fold`); `kinds` has a number for each of its words there, and `hints`
    the hints of them all (see `copydesk.labelling.words`).
    """

    text: str
    apart: bool
    origin: tuple[int, ...] = field(default=(), repr=False, compare=False)
    inside: tuple[int, ...] = field(default=(), repr=False, compare=False)
    words: int = field(init=False, repr=False, compare=False)
    ends: bool = field(init=False, repr=False, compare=False)
    is_prose: bool = field(init=False, repr=False, compare=False)
    folded: str = field(init=False, repr=False, compare=False)
    kinds: list[int] = field(init=False, repr=False, compare=False)
    hints: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        text = self.text
        words = count_words(text)
        ends = text[-1:] in _MARKS and _ENDS.search(text, max(0, len(text) - LONGEST_END)) is not None
        folded = _WORD.findall(text.casefold())
        kinds = list(map(KINDS.__getitem__, folded))
        keep = object.__setattr__
        keep(self, "words", words)
        keep(self, "ends", ends)
        keep(self, "is_prose", words >= (SENTENCE_WORDS if ends else PROSE_WORDS))
        keep(self, "folded", " ".join(folded))
        keep(self, "kinds", kinds)
        signs = COPYRIGHT | PICTURE if "\N{COPYRIGHT SIGN}" in text else 0
        keep(self, "hints", ANY & reduce(or_, kinds, signs) if len(kinds) <= LONGEST else ANY)
