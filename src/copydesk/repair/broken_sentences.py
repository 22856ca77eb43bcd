"""Line breaks that no writer made: a sentence that a scraper broke where a tag stood in it.

"Chances are that you started with a / small business plan / that was going to evolve": the two breaks here.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

from copydesk import lexicon
from copydesk.characters import APOSTROPHES, BULLETS, CLOSING_QUOTES, DASHES, SENTENCE_ENDS

LONGEST: Final = 400
"""Characters of a line beyond which its length says no more."""

PROSE: Final = 60
"""Characters.  Of the pieces of broken sentences one has so many; no line of verse and hardly one of a menu has."""

PIECE: Final = 20
"""Characters.  Where no piece has so many, a page was shredded, or its letters stand one below the other."""

COMMON: Final = 150
"""So many of a language's commonest words: hardly any line ends in one of them."""

LAST: Final = 40
"""Characters of a line's end in which its last word is looked for."""

PER: Final = 1000
"""Shares are in thousandths."""

_WORD = re.compile(r"[^\W\d_]+")
_LOW_QUOTES: Final = "\N{DOUBLE LOW-9 QUOTATION MARK}\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}"

LOWER, UPPER, LETTER, DIGIT, ENDS, COLON, COMMA, OPENING, QUOTE, CLOSING, DASH, BULLET, OTHER = range(13)
"""What a line begins or ends with: a small letter, a capital, a letter of a script without either, and so on."""

_MARKS: Final = f"{_LOW_QUOTES}{CLOSING_QUOTES}{DASHES}([{{)]}},;:-"

BRACKETS: Final = ")]}"

SUFFIX: Final = re.compile(rf"[{APOSTROPHES}][^\W\d_]{{1,3}}\b")
"""What English writes behind an apostrophe: "'s", "'ll"."""

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

GOES_ON: Final = frozenset((LOWER, COMMA, COLON, ENDS, CLOSING))
"""What a line begins with that goes on with the line before."""

MAY_GO_ON: Final = GOES_ON | {DASH, OPENING}


COLUMNS: Final = (
    *("ends before", "begins", "ends", "next begins", "next ends", "behind begins"),
    *("length before", "length", "next length", "behind length", "words", "next words"),
    *("last word rank", "next word rank", "next word length", "capitals", "next capitals"),
    *("open brackets", "space before break", "space behind break", "share of signs", "signs"),
)
"""The names of a border's features, in their order.  The forest of borders stores them."""


class Line(NamedTuple):
    """A line without surrounding white space, and where it stands."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Border:
    """The break behind a run's line `number`, and what speaks for or against its being none, in whole numbers."""

    run: int
    number: int
    evidence: tuple[int, ...]


class _Seen(NamedTuple):
    """What a line is, as far as its borders need it."""

    length: int
    words: int
    begins: int
    ends: int


_NOTHING: Final = _Seen(0, 0, -1, -1)


def find(text: str, runs: Sequence[Sequence[Line]], language: str | None) -> Iterator[Border]:
    """The borders between lines that may be none, of which each text has few.  `runs` are lines without blank ones."""
    common = lexicon.commonest(language, COMMON)
    seen = [[_look(line.text) for line in run] for run in runs]
    borders = sum(len(run) - 1 for run in runs)
    signs = sum(_is_sign(line, following) for run in seen for line, following in pairwise(run))
    for number, (run, looks) in enumerate(zip(runs, seen, strict=True)):
        for first, last in _chains(looks):
            if not _is_prose(run[first : last + 1], looks[first : last + 1], common):
                continue
            for n in range(first, last):
                if _may_go_on(run, looks, n, common):
                    share = PER * signs // borders
                    yield Border(number, n, (*_evidence(text, run, looks, n, language), share, min(signs, 50)))


def _look(line: str) -> _Seen:
    words = line.count(" ") + 1
    return _Seen(min(len(line), LONGEST), words, _begin(line), _end(line))


def _class(char: str) -> int:
    if char.isalpha():
        return LOWER if char.islower() else UPPER if char.isupper() else LETTER
    return _CLASSES.get(char, DIGIT if char.isdigit() else OTHER)


def _begin(line: str) -> int:
    """What a line begins with; a quotation mark before a word opens a quotation, but for "'s"; "iPhone" is a name."""
    first = _class(line[0])
    if first == CLOSING and line[1:2].isalnum() and line[0] not in BRACKETS and not SUFFIX.match(line):
        return QUOTE
    word = _WORD.match(line) if first == LOWER else None
    return UPPER if word and not word[0].islower() else first


def _end(line: str) -> int:
    """What a line ends with; a mark that closes behind the end of a sentence is that end."""
    last = _class(line[-1])
    if last == CLOSING and len(line) > 1 and _class(line[-2]) == ENDS:
        return ENDS
    return last


def _is_sign(line: _Seen, following: _Seen) -> bool:
    return line.ends not in (ENDS, COLON) and following.begins in GOES_ON


def _chains(looks: Sequence[_Seen]) -> Iterator[tuple[int, int]]:
    """(first, last) of lines one after another of which none but the last ends a sentence."""
    first = 0
    for n, line in enumerate(looks):
        if n + 1 == len(looks) or (line.ends == ENDS and looks[n + 1].begins not in GOES_ON):
            if n > first:
                yield first, n
            first = n + 1


def _is_prose(chain: Sequence[Line], looks: Sequence[_Seen], common: frozenset[str]) -> bool:
    """Whether a chain holds a long piece, or is one altogether and breaks off where neither verse nor menus do."""
    longest = max(line.length for line in looks)
    if longest >= PROSE or longest < PIECE:
        return longest >= PROSE
    return sum(line.length for line in looks) >= PROSE and any(
        following.begins in (COMMA, ENDS, CLOSING) or _last_word(line.text) in common
        for line, following in zip(chain[:-1], looks[1:], strict=True)
    )


def _may_go_on(run: Sequence[Line], looks: Sequence[_Seen], n: int, common: frozenset[str]) -> bool:
    line, following = looks[n], looks[n + 1]
    if following.begins in MAY_GO_ON or line.ends in (COMMA, OPENING):
        return True
    if n + 2 < len(looks) and _is_sign(following, looks[n + 2]):
        return True
    if n and _is_sign(looks[n - 1], line):
        return True
    first = _WORD.match(run[n + 1].text)  # a common word with a capital begins a sentence
    return _last_word(run[n].text) in common and not (first and first[0].casefold() in common)


def _last_word(line: str) -> str:
    """The line's last word without the marks around it; empty where it holds others than letters."""
    last = line[-LAST:].rpartition(" ")[2].strip(_MARKS)
    return last.casefold() if last.isalpha() else ""


def _evidence(text: str, run: Sequence[Line], looks: Sequence[_Seen], n: int, language: str | None) -> tuple[int, ...]:
    line, following = looks[n], looks[n + 1]
    before = looks[n - 1] if n else _NOTHING
    behind = looks[n + 2] if n + 2 < len(looks) else _NOTHING
    here, there = run[n].text, run[n + 1].text
    gap = text[run[n].end : run[n + 1].start]
    first = _WORD.match(there)
    return (
        *(before.ends, line.begins, line.ends, following.begins, following.ends, behind.begins),
        *(before.length, line.length, following.length, behind.length, line.words, following.words),
        *(_rank(_last_word(here), language), _rank(first[0].casefold() if first else "", language)),
        len(first[0]) if first else 0,
        *(_capitals(here), _capitals(there)),
        here.count("(") - here.count(")"),
        *(gap[0] in " \t", gap[-1] in " \t"),
    )


def _rank(word: str, language: str | None) -> int:
    """How rare the word is, in hundredths of a power of ten; MISSING for none."""
    frequency = lexicon.words(language).get(word)
    return round(-100 * math.log10(frequency)) if frequency else lexicon.MISSING


def _capitals(line: str) -> int:
    """The share of words that begin with a capital."""
    words = _WORD.findall(line[:LONGEST])
    return PER * sum(word[0].isupper() for word in words) // len(words) if words else 0
