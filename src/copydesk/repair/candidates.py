"""Candidates: places where a space may be missing, and the features of the text around them."""

import re
from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Final

from copydesk import lexicon
from copydesk.characters import APOSTROPHES, CLOSING_QUOTES, DASHES
from copydesk.program_code import line_around
from copydesk.text import base_language

MAX_WORD: Final = 40
"""Letters.  Longer words are not looked at, and neighbours are looked for within this many characters.

Used since November 2026, and the trees learned with it; what set it is not recorded.
"""

MAX_COUNT: Final = 9
"""Higher counts become this number, so that long and short texts look alike to the trees.

Used since November 2026, and the trees learned with it; what set it is not recorded.
"""

ODD_RANK: Final = 650
"""A word is odd if its rank is higher: rarer than one word in three million.

Used since November 2026, and the trees learned with it; what set it is not recorded.
"""

MIN_ODD_LETTERS: Final = 4
"""Letters.  Shorter words are never counted as odd.

Used since November 2026, and the trees learned with it; what set it is not recorded.
"""

LARGE_LIST: Final = 100_000
"""Words.  A list of words with more of them is large.

Used since November 2026, and the trees learned with it; what set it is not recorded.
"""

NO_WORD: Final = 1000
"""The rank where there is no word.  Rarer than `lexicon.MISSING`, the rank of a word that no list has."""

MAX_TOKEN_SIDE: Final = 60
"""Characters.  A token is followed this far to either side.

Used since November 2026, and the trees learned with it; what set it is not recorded.
"""

WORD = re.compile(r"[^\W\d_]+")
_WORD_BEFORE = re.compile(r"([^\W\d_]+)[^\w\n]{0,3}$")
_WORD_BEHIND = re.compile(r"[^\w\n]{0,3}([^\W\d_]+)")
_CODE = re.compile(r"[{};=<>(](?:(?<!\()|(?<=\w\()|(?=\)))")
_CODE_SIGN = re.compile(r"[^\w\s.,;!?'-]")
_CAPITAL_INSIDE = re.compile(r"[^\W\d_]+?[^\W\d_A-Z](?=[A-Z])")
_MACHINE_TEXT = re.compile(r"[@/\\_=<>{}|#~^*`]|www\.|https?:|\(\)|\w,\w+\.\w|\w\.\w+,\w|\.\w+\.\w", re.IGNORECASE)
"""Addresses, paths, code."""

_NAME_ENDING = re.compile(
    r"\.(?:[Cc]om|[Oo]rg|[Nn]et|edu|gov|info|io|co|ai|tv|app|dev|uk|de|fr|eu|us|js|ts|py|rb|md|pdf|html?|php|jpe?g|png|docx?|"
    r"txt|exe|zip|csv|json|xml|ya?ml|toml|gz|mp[34]|svg|gif|webp|css|java|cpp|rs|go|sh|cfg|ini|log|sql|ru|ch|nl|se|dk|"
    r"fi|pl|cz|jp|cn|au|ca|nz|ie|br|mx|ly)(?![a-z])"
)
"""The end of the name of a host or a file."""

COMPOUNDING: Final = frozenset("af da de et fi fo hu is lb nb nl nn no sv tr".split())  # noqa: SIM905
"""Languages that write compounds as one word."""


class Kind(StrEnum):
    """What is on the left and on the right of a candidate."""

    SEEN = "seen"
    """Two words; the text has each of them elsewhere too."""

    NAME = "name"
    """A name that the text has elsewhere too, and a common word."""

    GRAMMAR = "grammar"
    """A word of grammar ("of", "and") that the text has elsewhere too, and any other word."""

    WORDS = "words"
    """Two other words; only the first letter may be a capital."""

    CAPITAL_SEEN = "capital seen"
    """A word in small letters, and a word with a capital that the text has elsewhere too."""

    CAPITAL_KNOWN = "capital known"
    """A word of grammar, and a known word with a capital."""

    CAPITAL_NAME = "capital name"
    """A word of grammar, and an unknown word with one capital or more."""

    CAPITAL_START = "capital start"
    """A word of grammar with a capital, at the beginning of a sentence, and another word with a capital."""

    CAPITAL = "capital"
    """Any other small letter before a capital: often a brand."""

    CAPITALS = "capitals"
    """A capital, and a letter."""

    SENTENCE = "sentence"
    """The mark that ends a sentence, and a capital."""

    STOP = "stop"
    """The mark that ends a sentence, and a small letter or a digit."""

    COMMA = "comma"
    """A comma or semicolon, and text."""

    COLON = "colon"
    """A colon, and text."""

    OPENING = "opening"
    """Text, and an opening bracket."""

    CLOSING = "closing"
    """A closing bracket, and text."""

    QUOTE = "quote"
    """Text and an opening quotation mark, or a closing one and text."""

    FIGURE = "figure"
    """A letter and a digit, a digit and a letter, or text and a currency sign."""

    DASH = "dash"
    """Text and a dash that has a space on its other side, or the reverse."""


TEXT_COLUMNS: Final = (
    *("manner language", "manner large list", "manner mixed small", "manner mixed capital", "manner words"),
    *("manner odd", "manner code"),
)
"""The names of the numbers in `TextContext.text_features`, in their order, as the files of trees have them."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A space may be missing before character `at`.  `features` are integers; the finder's `COLUMNS` name them."""

    at: int
    kind: Kind
    features: tuple[int, ...]


@dataclass(frozen=True)
class TextContext:
    """A text, its words, and the lists of words of its language: what the features of candidates are made from."""

    text: str
    language: str | None
    own_words: Set[str] = frozenset()
    """Words of the source or corpus that the caller knows."""

    ranks: Mapping[str, int] = field(init=False)
    """The rank of each word of the language: how rare it is, in hundredths of a power of ten."""

    english_ranks: Mapping[str, int] = field(init=False)
    """The ranks of English words.  Texts in every language have English names and brands."""

    words: Counter[str] = field(init=False)
    """How many times the text has each word."""

    def __post_init__(self) -> None:
        ranks = lexicon.ranks(self.language)
        object.__setattr__(self, "ranks", ranks)
        object.__setattr__(self, "english_ranks", ranks if self.is_english else lexicon.ranks("en"))
        object.__setattr__(self, "words", Counter(WORD.findall(self.text)))

    def has(self, word: str) -> bool:
        """Whether the text has the word as a whole word, or the word is one of `own_words`."""
        return word in self.words or word in self.own_words

    @property
    def base_language(self) -> str:
        """The first part of the language's tag; "" for an unknown language."""
        return base_language(self.language)

    @property
    def is_english(self) -> bool:
        """Whether the text is English."""
        return self.base_language == "en"

    @cached_property
    def text_features(self) -> tuple[int, ...]:
        """The features that all candidates of a text share: language, size, amount of code, share of odd words."""
        small = {word for word in self.words if word.islower()}
        mixed = [word for word in self.words.keys() - small if not (word[1:].islower() or word.isupper())]
        odd = sum(1 for word in small if self.ranks.get(word, ODD_RANK + 1) > ODD_RANK and len(word) >= MIN_ODD_LETTERS)
        return (
            0 if self.is_english else 1 if self.base_language in COMPOUNDING else 2,
            int(len(self.ranks) > LARGE_LIST),
            min(20, sum(1 for word in mixed if word[0].islower())),
            min(20, sum(1 for word in mixed if word[0].isupper())),
            min(60, self.words.total() // 20),
            1000 * odd // max(1, len(self.words)),
            min(20, len(_CODE.findall(self.text))),
        )

    @cached_property
    def capital_starts(self) -> Counter[str]:
        """The beginnings of words with a capital inside ("on" of "onMessage"): how many words begin with each."""
        found = (_CAPITAL_INSIDE.match(word) for word in self.words if not word.islower())
        return Counter([match[0] for match in found if match])

    def code_signs_near(self, at: int) -> int:
        """The number of characters of code in the same line within MAX_WORD characters, at most MAX_COUNT."""
        return min(MAX_COUNT, len(_CODE_SIGN.findall(line_around(self.text, at, MAX_WORD))))

    def rank(self, word: str) -> int:
        """The rank of the word; `lexicon.MISSING` if the list does not have it, NO_WORD if `word` is empty."""
        return self.ranks.get(_fold(word), lexicon.MISSING) if word else NO_WORD

    def lowest_rank(self, word: str) -> int:
        """The lower of the word's ranks in the language and in English."""
        rank = self.rank(word)
        return rank if self.ranks is self.english_ranks else min(rank, self.english_ranks.get(_fold(word), rank))

    def count(self, word: str) -> int:
        """How many times the text has the word, at most MAX_COUNT."""
        return min(MAX_COUNT, self.words.get(word, 0))

    def count_any_case(self, word: str) -> int:
        """How many times the text has the word in small letters, with a capital or in capitals, at most MAX_COUNT."""
        words = self.words
        return min(MAX_COUNT, sum(words[form] for form in {word.lower(), word.capitalize(), word.upper()}))

    def word_before(self, at: int) -> str:
        """The word in the same line that ends at most three characters before `at`; "" if there is none."""
        found = _WORD_BEFORE.search(self.text[max(0, at - MAX_WORD) : at])
        return found[1] if found else ""

    def word_behind(self, at: int) -> str:
        """The word in the same line that begins at most three characters after `at`; "" if there is none."""
        found = _WORD_BEHIND.match(self.text[at : at + MAX_WORD])
        return found[1] if found else ""

    def pair_frequency(self, first: str, second: str) -> int:
        """How often English has the two words one after the other (`lexicon.pairs`); -1 if one is empty."""
        if not first or not second:
            return -1
        return lexicon.pairs().get(f"{first} {second}".lower(), 0) if self.is_english else 0


def _fold(word: str) -> str:
    """The word as the lists write it."""
    return word.lower() if word.isascii() else word.casefold()


def token_around(text: str, at: int, end: int) -> tuple[int, int]:
    """(start, end) of the characters without white space around `at` to `end`, at most MAX_TOKEN_SIDE to a side."""
    start = at
    while start and at - start < MAX_TOKEN_SIDE and not text[start - 1].isspace():
        start -= 1
    stop = end
    while stop < len(text) and stop - end < MAX_TOKEN_SIDE and not text[stop].isspace():
        stop += 1
    return start, stop


def is_machine_text(token: str) -> bool:
    """Whether a token is an address, the name of a host or file, a handle, a path or code."""
    return _MACHINE_TEXT.search(token) is not None or _NAME_ENDING.search(token) is not None


def word_shape(word: str) -> int:
    """0 small letters, 1 a capital and small letters, 2 capitals, 3 mixed, 4 a single capital, 5 no word."""
    if not word:
        return 5
    if word.islower():
        return 0
    if word.isupper():
        return 2 if len(word) > 1 else 4
    return 1 if word[1:].islower() and word[0].isupper() else 3


_SIDE_CLASSES: Final = {
    **dict.fromkeys(APOSTROPHES + "\N{LEFT SINGLE QUOTATION MARK}", 1),
    **dict.fromkeys("-" + DASHES, 2),
    **dict.fromkeys('"()[]\N{LEFT DOUBLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}', 3),
    **dict.fromkeys(".,;:!?\N{HORIZONTAL ELLIPSIS}", 5),
    **{quote: 3 for quote in CLOSING_QUOTES if quote not in APOSTROPHES},
}


def side_class(text: str, at: int) -> int:
    """The class of one character.

    0 white space or outside the text, 1 apostrophe, 2 dash, 3 bracket or quotation mark, 4 digit, 5 punctuation,
    6 any other.
    """
    char = text[at : at + 1] if at >= 0 else ""
    if not char or char.isspace():
        return 0
    return _SIDE_CLASSES.get(char, 4 if char.isdigit() else 6)
