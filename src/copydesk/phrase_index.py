"""Regular expressions for long lists of phrases, made only of the phrases that a text may have.

An expression of 3,000 phrases takes a tenth of a second to compile, and a search with it tries them at every character.
Most texts have no phrase of which they have all words, which a look into a table of words shows at once.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache, cached_property, lru_cache
from typing import Final, NamedTuple, TypeAlias

from copydesk.vocabulary import inside_lines, is_bounded, level, plain

_WORD = re.compile(r"\w+")
_WHOLE_WORD = re.compile(r"(?<![\w*])\w+(?![\w*])")
"""A word of a phrase without "*" beside it.  With "*" it may be a part of a longer word."""

_OTHER_SCRIPT = re.compile("[^\x00-\u0590\u2000-\u2bff]")
"""A letter that is not Latin, Greek, Cyrillic or Armenian; punctuation is left out."""

MAX_EXPRESSIONS: Final = 1024
"""Expressions that an index remembers: a source prints the same phrases on every page.  Bounds the memory only."""

MAX_TEXTS: Final = 2048
"""Texts of which the words are remembered: more than the lines of nearly all pages, because several rules go through
all lines of a page, and each asks several indexes.  Bounds the memory only."""


class _Phrase(NamedTuple):
    """A phrase with its words, folded: those that stand alone in a text, and those that may be parts of longer ones."""

    phrase: str
    words: frozenset[str]
    parts: tuple[str, ...]

    def may_be_in(self, text: "_Words") -> bool:
        """Whether the text has all words of the phrase, in any order."""
        return self.words <= text.words and (not self.parts or all(part in text.folded for part in self.parts))


_Table: TypeAlias = dict[str, list[tuple[str, bool]]]
"""Phrases by their keys, each with whether it must begin and end with a whole word."""


class _Words(NamedTuple):
    """A folded text, its words, and whether it has letters of another script (`_OTHER_SCRIPT`)."""

    folded: str
    words: frozenset[str]
    has_other_script: bool


@lru_cache(MAX_TEXTS)
def _words_of(text: str) -> _Words:
    """What all indexes look for in a text, which must be as `level` gives it."""
    folded = plain(text.casefold())
    has_other_script = not folded.isascii() and _OTHER_SCRIPT.search(folded) is not None
    return _Words(folded, frozenset(_WORD.findall(folded)), has_other_script)


def _split(folded: str, has_borders: bool) -> tuple[list[str], list[str]]:
    """The words of a folded phrase that stand alone in texts, and all its words; without borders none stands alone."""
    # most phrases have only spaces and letters, for which a regular expression is slow
    words = folded.split() if folded.replace(" ", "").isalnum() else _WORD.findall(folded)
    if not words or not has_borders:
        return [], words or [folded]  # a sign of a currency has no word
    return (_WHOLE_WORD.findall(folded) if "*" in folded else words), words


@cache
def _phrase(phrase: str, has_borders: bool) -> _Phrase:
    """A phrase with its words.  Made when a text has its key, because most keys are in no text that a process sees."""
    whole, words = _split(plain(phrase.casefold()), has_borders)
    parts = () if len(whole) == len(words) else tuple([word for word in words if word not in whole])
    return _Phrase(phrase, frozenset(whole), parts)


class PhraseIndex:
    """Phrases of the vocabulary by a key: a word that each text with the phrase has.

    `expression` builds the regular expression from the phrases that may match.  `has_borders` says that a match always
    begins and ends with a whole word, in every script; else only Latin, Greek and Cyrillic phrases do (`inside_lines`).
    """

    def __init__(
        self,
        phrases: Iterable[str],
        expression: Callable[[list[str]], str] = inside_lines,
        *,
        has_borders: bool = False,
    ) -> None:
        self._phrases = phrases
        self._expression = expression
        self._has_borders = has_borders
        self._compiled = lru_cache(MAX_EXPRESSIONS)(self._compile)

    def pattern(self, text: str) -> re.Pattern[str] | None:
        """An expression that finds in the text what all phrases together would find; None if there is nothing to find.

        The text must be as `level` gives it.
        """
        phrases = self._possible(_words_of(text))
        return self._compiled(frozenset(phrases)) if phrases else None

    def may_have(self, text: str) -> bool:
        """Whether the text has all words of a phrase: if not, it has none.  It must be as `level` gives it."""
        return bool(self._possible(_words_of(text)))

    def search(self, text: str) -> bool:
        """Whether one of the phrases is in the text, which must be as `level` gives it."""
        pattern = self.pattern(text)
        return pattern is not None and pattern.search(text) is not None

    def begins(self, text: str) -> bool:
        """Whether the text begins with one of the phrases.  It must be as `level` gives it."""
        pattern = self.pattern(text)
        return pattern is not None and pattern.match(text) is not None

    def _possible(self, text: _Words) -> list[str]:
        """The phrases of which the text has all words, in any order."""
        words, parts, other_parts = self._tables
        found = [each for key in text.words & self._whole_words for each in words[key]]
        for table in (parts, other_parts) if text.has_other_script else (parts,):
            for key, phrases in table.items():
                if key in text.folded:
                    found += phrases
        return [phrase for phrase, has_borders in found if _phrase(phrase, has_borders).may_be_in(text)]

    @cached_property
    def _whole_words(self) -> frozenset[str]:
        """The keys that are whole words, as a set: of two sets, Python goes through the smaller one only."""
        return frozenset(self._tables[0])

    @cached_property
    def _tables(self) -> tuple[_Table, _Table, _Table]:
        """The phrases by a whole word, by a part of a word, and by a part of a word in another script."""
        words: _Table = defaultdict(list)
        parts: _Table = defaultdict(list)
        other_parts: _Table = defaultdict(list)
        phrases = list(map(level, self._phrases))
        folded_phrases = plain("\n".join(phrases).casefold()).split("\n") if phrases else []
        for phrase, folded in zip(phrases, folded_phrases, strict=True):
            has_borders = self._has_borders or is_bounded(phrase)
            whole, inside = _split(folded, has_borders)
            key = max(whole or inside, key=len)
            table = words if whole else other_parts if _OTHER_SCRIPT.search(key) else parts
            table[key].append((phrase, has_borders))
        return words, parts, other_parts

    def _compile(self, phrases: frozenset[str]) -> re.Pattern[str]:
        return re.compile(self._expression(list(phrases)), re.IGNORECASE)
