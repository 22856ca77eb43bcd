"""Lines, and how they begin and end: what shows whether a sentence goes on from one line to the next."""

import re
from functools import cache, lru_cache
from typing import Final, NamedTuple

from copydesk.characters import APOSTROPHES, BULLETS, CLOSING_QUOTES, DASHES, SENTENCE_ENDS

COMMONEST_WORDS: Final = 150
"""Number of the commonest words of a language that are used: hardly any whole line ends with one of them.

Used since November 2026, and the trees learned with it; what set it is not recorded.
"""

MAX_WORD: Final = 40
"""Characters at the end of a line in which its last word is looked for.

Used since November 2026, and the trees learned with it; what set it is not recorded.
"""

CACHED: Final = 4_096
"""Lines of which the ends are stored: several rules ask for them, and most dumps have fewer lines."""

_WORD = re.compile(r"[^\W\d_]+")
_LOW_QUOTES: Final = "\N{DOUBLE LOW-9 QUOTATION MARK}\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}"

LOWER, UPPER, LETTER, DIGIT, ENDS, COLON, COMMA, OPENING, QUOTE, CLOSING, DASH, BULLET, OTHER = range(13)
"""Classes of the character that a line begins or ends with.  LETTER is a letter of a script without capitals."""

_AROUND_WORDS: Final = f"{_LOW_QUOTES}{CLOSING_QUOTES}{DASHES}([{{)]}},;:-"

BRACKETS: Final = ")]}"

SUFFIX: Final = re.compile(rf"[{APOSTROPHES}][^\W\d_]{{1,3}}\b")
"""An ending that English writes after an apostrophe: "'s", "'ll"."""

_CLASSES: Final = {
    **dict.fromkeys("([{", OPENING),
    **dict.fromkeys(_LOW_QUOTES, QUOTE),
    **dict.fromkeys(f"{BRACKETS}{CLOSING_QUOTES}{APOSTROPHES}", CLOSING),
    **dict.fromkeys(SENTENCE_ENDS, ENDS),
    **dict.fromkeys(BULLETS, BULLET),
    **dict.fromkeys(f"{DASHES}-", DASH),
    **dict.fromkeys(":;", COLON),
    ",": COMMA,
}

_FRENCH_QUOTATION: Final = (
    "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK} ",
    "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}\N{NO-BREAK SPACE}",
)
"""What opens a quotation before a capital or a figure.  Before a small letter it may close a German quotation."""

CONTINUES: Final = frozenset((LOWER, COMMA, COLON, ENDS, CLOSING))
"""Classes of the first character of a line that continues the line before."""


class Line(NamedTuple):
    """A line without the white space around it, and its place in the text."""

    start: int
    end: int
    text: str


@cache
def _class(char: str) -> int:
    """The class of a character, from LOWER to OTHER."""
    if char.isalpha():
        return LOWER if char.islower() else UPPER if char.isupper() else LETTER
    return _CLASSES.get(char, DIGIT if char.isdigit() else OTHER)


@lru_cache(maxsize=CACHED)
def begin_class(line: str) -> int:
    """The class of the line's first character.

    A quotation mark before a word opens a quotation, in French also before a space, except in "'s".  "iPhone" is a
    name: its "i" counts as a capital.
    """
    first = _class(line[0])
    if line.startswith(_FRENCH_QUOTATION) and len(line) > 2 and (line[2].isupper() or line[2].isdigit()):
        return QUOTE
    if first == CLOSING and line[1:2].isalnum() and line[0] not in BRACKETS and not SUFFIX.match(line):
        return QUOTE
    word = _WORD.match(line) if first == LOWER else None
    return UPPER if word and not word[0].islower() else first


@lru_cache(maxsize=CACHED)
def end_class(line: str) -> int:
    """The class of the line's last character.  A closing mark after the end of a sentence counts as that end."""
    last = _class(line[-1])
    if last == CLOSING and len(line) > 1 and _class(line[-2]) == ENDS:
        return ENDS
    return last


@lru_cache(maxsize=CACHED)
def last_word(line: str) -> str:
    """The line's last word, case-folded, without marks around it; "" if it has characters other than letters."""
    last = line[-MAX_WORD:].rpartition(" ")[2].strip(_AROUND_WORDS)
    return last.casefold() if last.isalpha() else ""


def first_word(line: str) -> str:
    """The line's first word; "" if it begins with another character than a letter."""
    word = _WORD.match(line)
    return word[0] if word else ""
