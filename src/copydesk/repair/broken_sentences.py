"""Finds line breaks that may be inside a sentence: scrapers break lines where the page has a tag in a sentence.

"Chances are that you started with a / small business plan / that was going to evolve" has two such breaks.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

from copydesk import lexicon
from copydesk.characters import APOSTROPHES, BULLETS, CLOSING_QUOTES, DASHES, SENTENCE_ENDS

MAX_LENGTH: Final = 400
"""Characters.  A longer line counts as this long, so that the trees treat all very long lines alike.

Used since November 2026, and the trees learned with it; what set it is not recorded.
"""

MIN_PROSE: Final = 60
"""Characters.  The longest piece of a broken sentence is at least this long; lines of verse and menus are shorter.

Used since November 2026, and the trees learned with it; what set it is not recorded.
"""

MIN_LONGEST_PIECE: Final = 20
"""Characters.  If all lines are shorter, they are single words or letters below each other, not prose.

Used since November 2026, and the trees learned with it; what set it is not recorded.
"""

COMMONEST_WORDS: Final = 150
"""Number of the commonest words of a language that are used: hardly any whole line ends with one of them.

Used since November 2026, and the trees learned with it; what set it is not recorded.
"""

MAX_WORD: Final = 40
"""Characters at the end of a line in which its last word is looked for.

Used since November 2026, and the trees learned with it; what set it is not recorded.
"""

MAX_LEAD_IN: Final = 60
"""Characters of a line that ends with a colon and may introduce the text of the next line: "Weather:"."""

SHARE_UNIT: Final = 1000
"""Shares are in thousandths."""

MAX_SIGNS: Final = 50
"""A higher number of signs counts as this number.

Used since November 2026, and the trees learned with it; what set it is not recorded.
"""

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

CONTINUES: Final = frozenset((LOWER, COMMA, COLON, ENDS, CLOSING))
"""Classes of the first character of a line that continues the line before."""

MAY_CONTINUE: Final = CONTINUES | {DASH, OPENING}
"""Classes of the first character of a line that may continue the line before."""


COLUMNS: Final = (
    *("ends before", "begins", "ends", "next begins", "next ends", "behind begins"),
    *("length before", "length", "next length", "behind length", "words", "next words"),
    *("last word rank", "next word rank", "next word length", "capitals", "next capitals"),
    *("open brackets", "space before break", "space behind break", "before begins", "behind ends", "line again"),
    *("run lines", "lead-ins of run", "share of signs", "signs", "lead-ins"),
)
"""The names of a line break's features, in their order, as the files of trees have them."""


class Line(NamedTuple):
    """A line without the white space around it, and its place in the text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class LineBreak:
    """The line break after line `number` of a run.  `features` are integers; COLUMNS names them."""

    run: int
    number: int
    features: tuple[int, ...]


class _LineShape(NamedTuple):
    """The properties of a line that the features of its breaks are made from."""

    length: int
    words: int
    begins: int
    ends: int


_NO_LINE: Final = _LineShape(0, 0, -1, -1)


def find(text: str, runs: Sequence[Sequence[Line]], language: str | None) -> Iterator[LineBreak]:
    """The line breaks that may be inside a sentence; a text has few of them.  `runs` are lines without blank lines."""
    common = lexicon.commonest(language, COMMONEST_WORDS)
    shapes = [[_shape_of(line.text) for line in run] for run in runs]
    breaks = sum(len(run) - 1 for run in runs)
    signs = sum(_is_sign(line, following) for run in shapes for line, following in pairwise(run))
    lead_ins = [sum(_is_lead_in(line, following) for line, following in pairwise(run)) for run in shapes]
    in_text = min(sum(lead_ins), MAX_SIGNS)
    for number, (run, lines) in enumerate(zip(runs, shapes, strict=True)):
        for first, last in _chains(lines):
            if not _is_prose(run[first : last + 1], lines[first : last + 1], common):
                continue
            for n in range(first, last):
                if _may_continue(run, lines, n, common):
                    share = SHARE_UNIT * signs // breaks
                    of_run = min(len(run), MAX_SIGNS), min(lead_ins[number], MAX_SIGNS)
                    of_text = share, min(signs, MAX_SIGNS), in_text
                    yield LineBreak(number, n, (*_features(text, run, lines, n, language), *of_run, *of_text))


def _shape_of(line: str) -> _LineShape:
    """The properties of a line."""
    words = line.count(" ") + 1
    return _LineShape(min(len(line), MAX_LENGTH), words, begin_class(line), end_class(line))


def _class(char: str) -> int:
    """The class of a character, from LOWER to OTHER."""
    if char.isalpha():
        return LOWER if char.islower() else UPPER if char.isupper() else LETTER
    return _CLASSES.get(char, DIGIT if char.isdigit() else OTHER)


def begin_class(line: str) -> int:
    """The class of the line's first character.

    A quotation mark before a word opens a quotation, except in "'s".  "iPhone" is a name: its "i" counts as a capital.
    """
    first = _class(line[0])
    if first == CLOSING and line[1:2].isalnum() and line[0] not in BRACKETS and not SUFFIX.match(line):
        return QUOTE
    word = _WORD.match(line) if first == LOWER else None
    return UPPER if word and not word[0].islower() else first


def end_class(line: str) -> int:
    """The class of the line's last character.  A closing mark after the end of a sentence counts as that end."""
    last = _class(line[-1])
    if last == CLOSING and len(line) > 1 and _class(line[-2]) == ENDS:
        return ENDS
    return last


def _is_sign(line: _LineShape, following: _LineShape) -> bool:
    """Whether the break between the two lines is a sign that lines were broken."""
    return line.ends not in (ENDS, COLON) and following.begins in CONTINUES


def _is_lead_in(line: _LineShape, following: _LineShape) -> bool:
    """Whether a line may introduce the text of the next one: "Weather:"."""
    return line.ends == COLON and line.length <= MAX_LEAD_IN <= following.length


def _chains(lines: Sequence[_LineShape]) -> Iterator[tuple[int, int]]:
    """(first, last) number of consecutive lines of which only the last ends a sentence."""
    first = 0
    for n, line in enumerate(lines):
        if n + 1 == len(lines) or (line.ends == ENDS and lines[n + 1].begins not in CONTINUES):
            if n > first:
                yield first, n
            first = n + 1


def _is_prose(chain: Sequence[Line], shapes: Sequence[_LineShape], common: frozenset[str]) -> bool:
    """Whether a chain has a long piece, or is long enough in total and has a break as neither verse nor menus have."""
    longest = max(line.length for line in shapes)
    if longest >= MIN_PROSE or longest < MIN_LONGEST_PIECE:
        return longest >= MIN_PROSE
    return sum(line.length for line in shapes) >= MIN_PROSE and any(
        following.begins in (COMMA, ENDS, CLOSING) or last_word(line.text) in common
        for line, following in zip(chain[:-1], shapes[1:], strict=True)
    )


def _may_continue(run: Sequence[Line], shapes: Sequence[_LineShape], n: int, common: frozenset[str]) -> bool:
    """Whether line n + 1 may continue line n."""
    line, following = shapes[n], shapes[n + 1]
    if following.begins in MAY_CONTINUE or line.ends in (COMMA, OPENING) or _is_lead_in(line, following):
        return True
    if n + 2 < len(shapes) and _is_sign(following, shapes[n + 2]):
        return True
    if n and _is_sign(shapes[n - 1], line):
        return True
    first = _WORD.match(run[n + 1].text)  # a common word with a capital begins a sentence
    return last_word(run[n].text) in common and not (first and first[0].casefold() in common)


def last_word(line: str) -> str:
    """The line's last word, case-folded, without marks around it; "" if it has characters other than letters."""
    last = line[-MAX_WORD:].rpartition(" ")[2].strip(_AROUND_WORDS)
    return last.casefold() if last.isalpha() else ""


def _features(
    text: str, run: Sequence[Line], shapes: Sequence[_LineShape], n: int, language: str | None
) -> tuple[int, ...]:
    """The features of the break after line n, in the order of COLUMNS, without the last five."""
    line, following = shapes[n], shapes[n + 1]
    before = shapes[n - 1] if n else _NO_LINE
    behind = shapes[n + 2] if n + 2 < len(shapes) else _NO_LINE
    here, there = run[n].text, run[n + 1].text
    gap = text[run[n].end : run[n + 1].start]
    first = _WORD.match(there)
    return (
        *(before.ends, line.begins, line.ends, following.begins, following.ends, behind.begins),
        *(before.length, line.length, following.length, behind.length, line.words, following.words),
        *(_rank(last_word(here), language), _rank(first[0].casefold() if first else "", language)),
        len(first[0]) if first else 0,
        *(_capitals(here), _capitals(there)),
        here.count("(") - here.count(")"),
        *(gap[0] in " \t", gap[-1] in " \t"),
        *(before.begins, behind.ends, int(n > 0 and run[n - 1].text == here)),
    )


def _rank(word: str, language: str | None) -> int:
    """How rare the word is, in hundredths of a power of ten; `lexicon.MISSING` for an unknown word."""
    frequency = lexicon.words(language).get(word)
    return round(-100 * math.log10(frequency)) if frequency else lexicon.MISSING


def _capitals(line: str) -> int:
    """The share of the line's words that begin with a capital, in thousandths."""
    words = _WORD.findall(line[:MAX_LENGTH])
    return SHARE_UNIT * sum(word[0].isupper() for word in words) // len(words) if words else 0
