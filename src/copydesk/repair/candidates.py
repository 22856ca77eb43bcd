"""A place where a space may be missing, and what the text around it tells."""

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

LONGEST: Final = 40
"""Letters of a word that is looked at, and characters to either side in which its neighbours are looked for."""

MOST: Final = 9
"""Counts beyond this say no more."""

WORD = re.compile(r"[^\W\d_]+")
_BEFORE = re.compile(r"([^\W\d_]+)[^\w\n]{0,3}$")
_BEHIND = re.compile(r"[^\w\n]{0,3}([^\W\d_]+)")
_CODE = re.compile(r"[{};=<>(](?:(?<!\()|(?<=\w\()|(?=\)))")
_SIGN = re.compile(r"[^\w\s.,;!?'-]")
_OPENING = re.compile(r"[^\W\d_]+?[^\W\d_A-Z](?=[A-Z])")
_MACHINE = re.compile(r"[@/\\_=<>{}|#~^*`]|www\.|https?:|\(\)|\w,\w+\.\w|\w\.\w+,\w|\.\w+\.\w", re.IGNORECASE)
"""What machines read: addresses, paths, code."""

_SUFFIX = re.compile(
    r"\.(?:[Cc]om|[Oo]rg|[Nn]et|edu|gov|info|io|co|ai|tv|app|dev|uk|de|fr|eu|us|js|ts|py|rb|md|pdf|html?|php|jpe?g|png|docx?|"
    r"txt|exe|zip|csv|json|xml|ya?ml|toml|gz|mp[34]|svg|gif|webp|css|java|cpp|rs|go|sh|cfg|ini|log|sql|ru|ch|nl|se|dk|"
    r"fi|pl|cz|jp|cn|au|ca|nz|ie|br|mx|ly)(?![a-z])"
)
"""The end of a host's or a file's name."""

COMPOUNDING: Final = frozenset("af da de et fi fo hu is lb nb nl nn no sv tr".split())  # noqa: SIM905
"""Languages that write compounds as one word."""


class Kind(StrEnum):
    """What stands on the two sides of a place."""

    SEEN = "seen"
    """Two words, each of which the text has elsewhere."""

    NAME = "name"
    """A name that the text has elsewhere, and a common word."""

    GRAMMAR = "grammar"
    """A word of grammar that the text has elsewhere, and any other: "of", "and"."""

    WORDS = "words"
    """Two other words, in small letters but for the first."""

    CAPITAL_SEEN = "capital seen"
    """A word in small letters, and one with a capital that the text has elsewhere."""

    CAPITAL_KNOWN = "capital known"
    """A word of grammar, and a known word with a capital."""

    CAPITAL_NAME = "capital name"
    """A word of grammar, and an unknown one with a capital, or with several."""

    CAPITAL = "capital"
    """Anything else with a small letter before a capital: often a brand."""

    CAPITALS = "capitals"
    """A capital, and a letter."""

    SENTENCE = "sentence"
    """The mark that ends a sentence, and a capital."""

    STOP = "stop"
    """Such a mark, and a small letter or a figure."""

    COMMA = "comma"
    COLON = "colon"
    OPENING = "opening"
    """Text, and an opening bracket."""

    CLOSING = "closing"
    """A closing bracket, and text."""

    QUOTE = "quote"
    """Text and a quotation mark that opens, or one that closes and text."""

    FIGURE = "figure"
    """A letter and a digit or the reverse, and signs of money."""

    DASH = "dash"
    """Text and a dash with a space on its other side, or the reverse."""


MANNER_COLUMNS: Final = (
    *("manner language", "manner large list", "manner mixed small", "manner mixed capital", "manner words"),
    *("manner odd", "manner code"),
)
"""The names of the numbers in `Surroundings.manner`, in their order."""


@dataclass(frozen=True, slots=True)
class Place:
    """The place before character `at`, and its features, whole numbers; the finder's `COLUMNS` name them."""

    at: int
    kind: Kind
    evidence: tuple[int, ...]


@dataclass(frozen=True)
class Surroundings:
    """A text, its words and what is known of its language: what every place in it is seen against."""

    text: str
    language: str | None
    own: Set[str] = frozenset()
    """Words of the source or corpus, known from elsewhere."""

    ranks: Mapping[str, int] = field(init=False)
    """How rare each word of the language is, in hundredths of a power of ten."""

    english: Mapping[str, int] = field(init=False)
    """The same for English, whose names and brands stand in texts of every language."""

    words: Counter[str] = field(init=False)
    """How often each word stands in the text."""

    def __post_init__(self) -> None:
        ranks = lexicon.ranks(self.language)
        object.__setattr__(self, "ranks", ranks)
        object.__setattr__(self, "english", ranks if self.is_english else lexicon.ranks("en"))
        object.__setattr__(self, "words", Counter(WORD.findall(self.text)))

    def has(self, word: str) -> bool:
        """Whether the word stands in the text by itself, or is one of its source."""
        return word in self.words or word in self.own

    @property
    def base(self) -> str:
        """The first part of the language's tag."""
        return (self.language or "").partition("-")[0]

    @property
    def is_english(self) -> bool:
        """Whether the text is English."""
        return self.base == "en"

    @cached_property
    def manner(self) -> tuple[int, ...]:
        """What kind of text it is: its language, its size, how much looks like code, how many words are odd."""
        small = {word for word in self.words if word.islower()}
        mixed = [word for word in self.words.keys() - small if not (word[1:].islower() or word.isupper())]
        odd = sum(1 for word in small if self.ranks.get(word, ODD + 1) > ODD and len(word) > 3)
        return (
            0 if self.is_english else 1 if self.base in COMPOUNDING else 2,
            int(len(self.ranks) > LARGE),
            min(20, sum(1 for word in mixed if word[0].islower())),
            min(20, sum(1 for word in mixed if word[0].isupper())),
            min(60, self.words.total() // 20),
            1000 * odd // max(1, len(self.words)),
            min(20, len(_CODE.findall(self.text))),
        )

    @cached_property
    def openings(self) -> Counter[str]:
        """With what words with a capital inside begin ("on" of "onMessage"), and in how many of them."""
        found = (_OPENING.match(word) for word in self.words if not word.islower())
        return Counter([match[0] for match in found if match])

    def signs_near(self, at: int) -> int:
        """How many characters of code stand within LONGEST characters of a place, in its line."""
        return min(MOST, len(_SIGN.findall(line_around(self.text, at, LONGEST))))

    def rank(self, word: str) -> int:
        """How rare the word is; MISSING where the list does not hold it, NOTHING for no word."""
        return self.ranks.get(_key(word), lexicon.MISSING) if word else NOTHING

    def rank_anywhere(self, word: str) -> int:
        """The same in the language, or in English where that is less."""
        rank = self.rank(word)
        return rank if self.ranks is self.english else min(rank, self.english.get(_key(word), rank))

    def times(self, word: str) -> int:
        """How often the word stands in the text, at most MOST."""
        return min(MOST, self.words.get(word, 0))

    def times_folded(self, word: str) -> int:
        """The same, in small letters, with a capital or in capitals."""
        words = self.words
        return min(MOST, sum(words[form] for form in {word.lower(), word.capitalize(), word.upper()}))

    def word_before(self, at: int) -> str:
        """The word that ends at most three characters before a place, in the same line; "" for none."""
        found = _BEFORE.search(self.text[max(0, at - LONGEST) : at])
        return found[1] if found else ""

    def word_behind(self, at: int) -> str:
        """The word that begins at most three characters behind a place, in the same line; "" for none."""
        found = _BEHIND.match(self.text[at : at + LONGEST])
        return found[1] if found else ""

    def pair(self, first: str, second: str) -> int:
        """How common two words are one after the other, as `lexicon.pairs` tells; -1 where one is missing."""
        if not first or not second:
            return -1
        return lexicon.pairs().get(f"{first} {second}".lower(), 0) if self.is_english else 0


ODD: Final = 650
"""Rank from which on a word is odd: one in three million."""

LARGE: Final = 100_000
"""Words of a large list."""

NOTHING: Final = 1000
"""The rank of no word at all."""

REACH: Final = 60
"""Characters to either side in which a token ends."""


def _key(word: str) -> str:
    """The word as the lists have it."""
    return word.lower() if word.isascii() else word.casefold()


def token(text: str, at: int, end: int) -> tuple[int, int]:
    """Where the run of characters without white space begins and ends that holds `at` to `end`, within REACH."""
    start = at
    while start and at - start < REACH and not text[start - 1].isspace():
        start -= 1
    stop = end
    while stop < len(text) and stop - end < REACH and not text[stop].isspace():
        stop += 1
    return start, stop


def is_machines(chars: str) -> bool:
    """Whether a token is an address, the name of a host or file, a handle, a path or code."""
    return _MACHINE.search(chars) is not None or _SUFFIX.search(chars) is not None


def shape(word: str) -> int:
    """0 small letters, 1 a capital and small letters, 2 capitals, 3 mixed, 4 a single capital, 5 no word."""
    if not word:
        return 5
    if word.islower():
        return 0
    if word.isupper():
        return 2 if len(word) > 1 else 4
    return 1 if word[1:].islower() and word[0].isupper() else 3


_SIDES: Final = {
    **dict.fromkeys(APOSTROPHES + "\N{LEFT SINGLE QUOTATION MARK}", 1),
    **dict.fromkeys("-" + DASHES, 2),
    **dict.fromkeys('"()[]\N{LEFT DOUBLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}', 3),
    **dict.fromkeys(".,;:!?\N{HORIZONTAL ELLIPSIS}", 5),
    **{quote: 3 for quote in CLOSING_QUOTES if quote not in APOSTROPHES},
}


def side(text: str, at: int) -> int:
    """The class of the character at a place of the text: 0 white space or none, 4 a digit, 6 any other."""
    char = text[at : at + 1] if at >= 0 else ""
    if not char or char.isspace():
        return 0
    return _SIDES.get(char, 4 if char.isdigit() else 6)
