"""Finds line breaks that may be inside a sentence: scrapers break lines where the page has a tag in a sentence.

"Chances are that you started with a / small business plan / that was going to evolve" has two such breaks.

The features of a break describe the lines around it, the sentence so far, and the whole text: a renderer that breaks
lines at tags does so on the whole page.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

from copydesk import lexicon
from copydesk.repair import line_ends, list_entries
from copydesk.repair.line_ends import CLOSING, COLON, COMMA, CONTINUES, DASH, ENDS, OPENING, Line

MAX_LENGTH: Final = 400
"""Characters.  A longer line counts as this long, so that the trees treat all very long lines alike."""

MIN_PROSE: Final = 60
"""Characters.  Lines of verse and menus are shorter."""

MIN_LONGEST_PIECE: Final = 20
"""Characters.  If all lines of a run are shorter, they are words or letters below each other, not prose."""

MIN_PARAGRAPH: Final = 100
"""Characters of a line that counts as a paragraph when the lines of a text are described."""

MAX_LEAD_IN: Final = 60
"""Characters of a line that ends with a colon and may introduce the text of the next line: "Weather:"."""

SHARE_UNIT: Final = 1000
"""Shares are in thousandths."""

MAX_COUNT: Final = 50
"""A higher number of lines or of signs counts as this number."""

MAX_SENTENCE: Final = 800
"""Characters.  A longer sentence counts as this long."""

MAX_PIECES, MAX_AGAIN, MAX_BRACKETS, MAX_BLOCK = 12, 9, 3, 30
"""The same for the pieces of a sentence, the places of a line's text, open brackets, and short lines in a row.

All limits of this module: the trees learned with them, November 2026; others were not tried.
"""

MAY_CONTINUE: Final = CONTINUES | {DASH, OPENING}
"""Classes of the first character of a line that may continue the line before."""

COLUMNS: Final = (
    *("ends two before", "begins before", "ends before", "begins", "ends", "next begins", "next ends"),
    *("behind begins", "behind ends", "two behind begins"),
    *("length two before", "length before", "length", "next length", "behind length", "length two behind"),
    *("words before", "words", "next words", "behind words"),
    *("last word rank before", "last word rank", "next word rank", "next word length", "next last word rank"),
    *("capitals", "next capitals", "behind capitals"),
    *("open brackets", "space before break", "space behind break"),
    *("sentence so far", "sentence to come", "pieces to come"),
    *("short lines", "signs in short lines", "short lines at next", "signs in short lines at next"),
    *("likely entry", "certain entry", "same first word", "next break is sign", "next break is clear sign"),
    *("places of line", "places of next line", "run lines", "lead-ins of run"),
    *("share of signs", "signs", "lead-ins", "share of whole paragraphs", "share of cut paragraphs", "paragraphs"),
    *("length of paragraphs", "share of signs behind short lines", "short lines behind paragraphs"),
    *("share of closing marks", "closing marks"),
)
"""The names of a line break's features, in their order, as the files of trees have them."""


@dataclass(frozen=True, slots=True)
class LineBreak:
    """The line break after line `number` of a run.  `features` are integers; COLUMNS names them."""

    run: int
    number: int
    features: tuple[int, ...]


class _Shape(NamedTuple):
    """The properties of a line that the features of its breaks are made from."""

    length: int
    words: int
    begins: int
    ends: int


_NO_LINE: Final = _Shape(0, 0, -1, -1)


def find(text: str, runs: Sequence[Sequence[Line]], language: str | None) -> Iterator[LineBreak]:
    """The line breaks that may be inside a sentence.  `runs` are lines without blank lines between them.

    A break behind a whole sentence is none of them: nothing shows that the next sentence is of the same paragraph.
    """
    shapes = [[_shape(line.text) for line in run] for run in runs]
    places = Counter([line.text for run in runs for line in run])
    of_text: tuple[int, ...] = ()
    for number, (run, lines) in enumerate(zip(runs, shapes, strict=True)):
        if max(line.length for line in lines) < MIN_LONGEST_PIECE:
            continue
        chosen = list(_candidates(run, lines, language))
        if chosen:
            of_text = of_text or _of_text(shapes)
            described = _Run(text, run, lines, places, language)
            yield from (LineBreak(number, n, (*described.features(n), *of_text)) for n in chosen)


def _shape(line: str) -> _Shape:
    """The properties of a line."""
    words = line.count(" ") + 1
    return _Shape(min(len(line), MAX_LENGTH), words, line_ends.begin_class(line), line_ends.end_class(line))


def _candidates(run: Sequence[Line], lines: Sequence[_Shape], language: str | None) -> Iterator[int]:
    """The numbers of the lines that the next line may continue."""
    common = lexicon.commonest(language, line_ends.COMMONEST_WORDS)
    for first, last in _chains(lines):
        is_prose = _is_prose(run[first : last + 1], lines[first : last + 1], common)
        for n in range(first, last):
            near = max(line.length for line in lines[max(0, n - 1) : n + 3])
            if near >= MIN_PROSE or (is_prose and _may_continue(run, lines, n, common)):
                yield n


def _chains(lines: Sequence[_Shape]) -> Iterator[tuple[int, int]]:
    """(first, last) number of consecutive lines of which only the last ends a sentence."""
    first = 0
    for n, line in enumerate(lines):
        if n + 1 == len(lines) or (line.ends == ENDS and lines[n + 1].begins not in CONTINUES):
            if n > first:
                yield first, n
            first = n + 1


def _is_prose(chain: Sequence[Line], lines: Sequence[_Shape], common: frozenset[str]) -> bool:
    """Whether a chain has a long line, or is long enough in total and has a break as neither verse nor menus have."""
    longest = max(line.length for line in lines)
    if longest >= MIN_PROSE or longest < MIN_LONGEST_PIECE:
        return longest >= MIN_PROSE
    return sum(line.length for line in lines) >= MIN_PROSE and any(
        following.begins in (COMMA, ENDS, CLOSING) or line_ends.last_word(line.text) in common
        for line, following in zip(chain[:-1], lines[1:], strict=True)
    )


def _may_continue(run: Sequence[Line], lines: Sequence[_Shape], n: int, common: frozenset[str]) -> bool:
    """Whether line n + 1 may continue line n, by the ends of the lines around the break."""
    line, following = lines[n], lines[n + 1]
    if following.begins in MAY_CONTINUE or line.ends in (COMMA, OPENING):
        return True
    if n + 2 < len(lines) and _is_sign(following, lines[n + 2]):
        return True
    if n and _is_sign(lines[n - 1], line):
        return True
    # A common word with a capital begins a sentence.
    return line_ends.last_word(run[n].text) in common and line_ends.first_word(run[n + 1].text).casefold() not in common


def _is_sign(line: _Shape, following: _Shape) -> bool:
    """Whether the break between the two lines is a sign that lines were broken."""
    return line.ends not in (ENDS, COLON) and following.begins in CONTINUES


def _is_clear_sign(line: _Shape, following: _Shape) -> bool:
    """Whether hardly any entry of a list ends or begins so."""
    return following.begins in (COMMA, ENDS, CLOSING) or line.ends in (COMMA, OPENING)


def _is_lead_in(line: _Shape, following: _Shape) -> bool:
    """Whether a line may introduce the text of the next one: "Weather:"."""
    return line.ends == COLON and line.length <= MAX_LEAD_IN <= following.length


def _of_text(shapes: Sequence[Sequence[_Shape]]) -> tuple[int, ...]:
    """The features of the whole text: the last eleven of COLUMNS."""
    signs = lead_ins = closing = short = short_signs = followed = by_short = breaks = 0
    for lines in shapes:
        breaks += len(lines) - 1
        for line, following in pairwise(lines):
            signs += _is_sign(line, following)
            lead_ins += _is_lead_in(line, following)
            closing += following.begins in (COMMA, ENDS, CLOSING)
            if line.length < MIN_PROSE and line.ends not in (ENDS, COLON):
                short += 1
                short_signs += following.begins in CONTINUES
            elif line.length >= MIN_PARAGRAPH and line.ends == ENDS and following.begins not in CONTINUES:
                followed += 1
                by_short += following.length < MIN_PROSE
    paragraphs = sorted(
        (line.length, line.ends, line.begins) for lines in shapes for line in lines if line.length >= MIN_PARAGRAPH
    )
    count = max(1, len(paragraphs))
    return (
        *(SHARE_UNIT * signs // breaks, min(signs, MAX_COUNT), min(lead_ins, MAX_COUNT)),
        SHARE_UNIT * sum(ends == ENDS for _, ends, _ in paragraphs) // count,
        SHARE_UNIT * sum(begins in CONTINUES for *_, begins in paragraphs) // count,
        min(len(paragraphs), 2 * MAX_COUNT),
        paragraphs[len(paragraphs) // 2][0] if paragraphs else 0,
        SHARE_UNIT * short_signs // max(1, short),
        SHARE_UNIT * by_short // max(1, followed),
        *(SHARE_UNIT * closing // breaks, min(closing, MAX_COUNT)),
    )


class _Run:
    """The features of the line breaks in a run."""

    def __init__(
        self,
        text: str,
        run: Sequence[Line],
        lines: Sequence[_Shape],
        places: Mapping[str, int],
        language: str | None,
    ) -> None:
        self._text, self._run, self._places = text, run, places
        self._lines = [_NO_LINE, _NO_LINE, *lines, _NO_LINE, _NO_LINE]
        """Line n has the index n + 2."""
        self._frequency = lexicon.words(language)
        self._entries = list_entries.ends(run, language)
        breaks = list(pairwise(lines))
        self._signs = [_is_sign(line, following) for line, following in breaks]
        self._clear_signs = [_is_clear_sign(line, following) for line, following in breaks]
        self._lead_ins = min(sum(_is_lead_in(line, following) for line, following in breaks), MAX_COUNT)
        self._so_far, self._brackets = self._before()
        self._to_come, self._pieces = self._behind()
        self._short, self._short_signs = self._blocks()
        self._last_ranks: dict[int, int] = {}
        self._capitals: dict[int, int] = {}

    def features(self, n: int) -> tuple[int, ...]:
        """The features of the break after line n, in the order of COLUMNS, without those of the whole text."""
        two_before, before, line, following, behind, two_behind = self._lines[n : n + 6]
        here, there = self._run[n], self._run[n + 1]
        gap = self._text[here.end : there.start]
        word = line_ends.first_word(there.text)
        is_last = n + 1 >= len(self._signs)
        return (
            *(two_before.ends, before.begins, before.ends, line.begins, line.ends, following.begins, following.ends),
            *(behind.begins, behind.ends, two_behind.begins),
            *(two_before.length, before.length, line.length, following.length, behind.length, two_behind.length),
            *(before.words, line.words, following.words, behind.words),
            *(self._last_rank(n - 1) if n else lexicon.MISSING + 1, self._last_rank(n)),
            *(self._rank(word.casefold()), len(word), self._last_rank(n + 1)),
            *(self._share_of_capitals(n), self._share_of_capitals(n + 1)),
            -1 if is_last else self._share_of_capitals(n + 2),
            max(-MAX_BRACKETS, min(MAX_BRACKETS, self._brackets[n])),
            *(gap[0] in " \t", gap[-1] in " \t"),
            *(self._so_far[n], self._to_come[n + 1], self._pieces[n + 1]),
            *(self._short[n], self._short_signs[n], self._short[n + 1], self._short_signs[n + 1]),
            *(n in self._entries.likely, n in self._entries.certain),
            list_entries.is_alike(here.text, there.text),
            *((-1, -1) if is_last else (self._signs[n + 1], self._clear_signs[n + 1])),
            *(min(self._places[here.text], MAX_AGAIN), min(self._places[there.text], MAX_AGAIN)),
            *(min(len(self._run), MAX_COUNT), self._lead_ins),
        )

    def _before(self) -> tuple[list[int], list[int]]:
        """For each line, the characters of the sentence up to its end, and the brackets that are open then."""
        so_far: list[int] = []
        brackets: list[int] = []
        for n, (before, line) in enumerate(pairwise(self._lines[1:-2])):
            text = self._run[n].text
            opened = text.count("(") - text.count(")") + text.count("[") - text.count("]")
            goes_on = n > 0 and not (before.ends == ENDS and line.begins not in CONTINUES)
            so_far.append(min(MAX_SENTENCE, line.length + (so_far[-1] if goes_on else 0)))
            brackets.append(opened + (brackets[-1] if goes_on else 0))
        return so_far, brackets

    def _behind(self) -> tuple[list[int], list[int]]:
        """For each line, the characters of the sentence from its start, and in how many more lines it ends."""
        to_come: list[int] = []
        pieces: list[int] = []
        for line in reversed(self._lines[2:-2]):
            goes_on = bool(to_come) and line.ends != ENDS
            to_come.append(min(MAX_SENTENCE, line.length + (to_come[-1] if goes_on else 0)))
            pieces.append(min(MAX_PIECES, 1 + pieces[-1]) if goes_on else 0)
        return to_come[::-1], pieces[::-1]

    def _blocks(self) -> tuple[list[int], list[int]]:
        """For each line, the number of short lines in a row that it is one of, and the share of signs between them."""
        counts: list[int] = []
        shares: list[int] = []
        for first, last in list_entries.blocks(self._run):
            counts += [0] * (first - len(counts))
            shares += [0] * (first - len(shares))
            size = last - first + 1
            counts += [min(size, MAX_BLOCK)] * size
            shares += [SHARE_UNIT * sum(self._signs[first:last]) // max(1, last - first)] * size
        rest = [0] * (len(self._run) - len(counts))
        return counts + rest, shares + rest

    def _last_rank(self, n: int) -> int:
        """The rank of the last word of line n."""
        if n not in self._last_ranks:
            self._last_ranks[n] = self._rank(line_ends.last_word(self._run[n].text))
        return self._last_ranks[n]

    def _rank(self, word: str) -> int:
        """How rare the word is, in hundredths of a power of ten; `lexicon.MISSING` for an unknown word."""
        frequency = self._frequency.get(word)
        return round(-100 * math.log10(frequency)) if frequency else lexicon.MISSING

    def _share_of_capitals(self, n: int) -> int:
        """The share of the words of line n that begin with a capital, in thousandths."""
        if n not in self._capitals:
            first = [word[0] for word in self._run[n].text[:MAX_LENGTH].split()]
            self._capitals[n] = SHARE_UNIT * sum(map(str.isupper, first)) // len(first)
        return self._capitals[n]
