"""Finds hard-wrapped paragraphs: lines that end only because the next word did not fit into the width.

In a list or in verse the lines end anywhere, so the next line's first word would often have fitted.  Each line break
at which it did not fit is evidence, and so are the words around the break.  The evidence of all paragraphs of one width
is added up, because a single paragraph of three lines may be a list by chance.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise
from typing import Final, NamedTuple

from copydesk import lexicon
from copydesk.characters import BULLETS, DASHES, EAST_ASIAN, SOUTH_EAST_ASIAN
from copydesk.repair import line_ends, paragraph_ends, separate_lines
from copydesk.repair.line_ends import COLON, COMMA, ENDS, LOWER, UPPER, Line
from copydesk.text import base_language


@dataclass(frozen=True, slots=True)
class WrapThresholds:
    """The thresholds of hard-wrapped paragraphs, and what each sign is worth.

    The values of signs are rounded natural logarithms of odds: how much more often a break inside a wrapped paragraph
    has the sign than a break between two entries of a list.  All were set with `python -m bench.lines`, November 2026:
    on stories broken at 40 to 80 columns, and on lists.
    """

    min_width: int = 28
    """Columns.  Narrower lines are menus, verse and tables.  Columns of newspapers have 30 to 40."""

    max_width: int = 120
    """Columns.  Mail wraps at 72 to 78, text terminals at 80, wide ones at 100 to 120."""

    min_evidence: float = 4.0
    """The evidence that all paragraphs of a width need together."""

    min_own_evidence: float = 0.5
    """The evidence that each of them needs."""

    strong_evidence: float = 20.0
    """The evidence of a width with which lines that end sentences are joined too."""

    min_evidence_of_run: float = -4.0
    """The evidence that a paragraph needs at such a width, if blank lines or ends of the text are on both sides, or
    other paragraphs of that width.  Paragraphs that end without a full stop have less evidence."""

    min_lines: int = 3
    """Lines of a paragraph that is wrapped at a width of its own."""

    near_width: int = 9
    """Columns.  Most lines of wrapped prose are at most this much shorter than the width."""

    min_near_lines: int = 3
    """Lines that are nearly as wide as the width that a text is wrapped at."""

    widths_tried: int = 2
    """The number of widths that are tried for a text."""

    word_without_spaces: int = 6
    """Columns.  In Chinese and Japanese, a line is at most this much shorter than the width: marks move with the
    character before them."""

    long_word_without_spaces: int = 22
    """Columns.  The same in Thai, Lao, Khmer and Burmese, which break between words."""

    tight: float = 0.9
    common_word: float = 3.0
    common_word_before_capital: float = 1.5
    other_word: float = -0.8
    comma: float = -0.7
    colon: float = -1.5
    sentence_end: float = -0.8
    hyphen: float = 2.5
    small_letter: float = 0.6
    small_letter_behind_end: float = -1.0
    capital: float = -1.0
    capital_in_german: float = -0.4
    ends_in_sentence: float = -2.5
    ends_with_sentence: float = 1.0
    marks_inside: float = 1.0
    no_marks_inside: float = -1.0


WRAPS: Final = WrapThresholds()

NOUNS_WITH_CAPITALS: Final = frozenset(("de", "lb"))
"""Languages in which every noun begins with a capital."""

ITEM: Final = re.compile(rf"[{BULLETS}{DASHES}-]\s|\d{{1,3}}[.)]\s")
"""The beginning of a list item that has its mark."""

_ASIDE = re.compile(rf"[{DASHES}-]\s[^\W\dA-Z\u00c0-\u00de\u0410-\u042f]")
"""A dash before a small letter, as an aside or a speaker has it, or an item of a list."""

WITHOUT_SPACES: Final = re.compile(f"[{EAST_ASIAN}{SOUTH_EAST_ASIAN}]")
"""A character of a script that writes no space between words."""

_BETWEEN_WORDS = re.compile(f"[{SOUTH_EAST_ASIAN}]")
_MARK_INSIDE = re.compile("[\u3001\u3002\uff0c\uff0e\uff1b](?=.)")
_HYPHENATED = re.compile("[^\\W\\d_][-\N{HYPHEN}]$")
_COLUMN = re.compile(r"\t|\S {3,}\S")
"""The gap between two columns of a table."""


class _Shape(NamedTuple):
    """A line's width in columns, and how many of them its first word takes if it goes to the end of a line."""

    width: int
    first: int


class _Paragraph(NamedTuple):
    """Lines `first` to `last` of a run: each of them but the last is full."""

    run: int
    first: int
    last: int
    evidence: float
    are_sentences: bool
    """Whether half of its lines or more end a sentence, as lines of a list do."""

    is_run: bool
    """Whether it is the whole run."""


def find(text: str, runs: Sequence[Sequence[Line]], language: str | None) -> Mapping[int, frozenset[int]]:
    """For each run with hard-wrapped lines, the numbers of the lines that end because the next word did not fit."""
    shapes = {
        number: [_shape(line.text) for line in run]
        for number, run in enumerate(runs)
        if sum(map(_may_be_wrapped, run)) > 1
    }
    if not shapes:
        return {}
    reader = _Reader(text, runs, shapes, language)
    found: dict[int, frozenset[int]] = {}
    for width in _widths(shapes.values()):
        _add(found, [each for number in shapes if number not in found for each in reader.paragraphs(number, width)])
    for number, lines in shapes.items():
        width = max(shape.width for shape in lines)
        if number not in found and len(lines) >= WRAPS.min_lines and WRAPS.min_width <= width <= WRAPS.max_width:
            _add(found, list(reader.paragraphs(number, width)))
    return found


def _add(found: dict[int, frozenset[int]], paragraphs: Sequence[_Paragraph]) -> None:
    """Add the lines of the paragraphs if they have enough evidence together, and each enough of its own."""
    likely = [each for each in paragraphs if each.evidence >= WRAPS.min_own_evidence]
    evidence = sum(each.evidence for each in likely if not each.are_sentences)
    is_strong = evidence >= WRAPS.strong_evidence
    own = {each.run for each in likely} if is_strong else set()
    if evidence >= WRAPS.min_evidence:
        for each in paragraphs:
            is_surrounded = is_strong and (each.is_run or each.run in own)
            enough = WRAPS.min_evidence_of_run if is_surrounded else WRAPS.min_own_evidence
            if each.evidence >= enough and (is_strong or not each.are_sentences):
                found[each.run] = found.get(each.run, frozenset()) | frozenset(range(each.first, each.last))


def _widths(shapes: Iterable[Sequence[_Shape]]) -> list[int]:
    """The widths that the text may be wrapped at: many lines are nearly as wide, and few are a little wider.

    First comes the width at which most lines have no room for the next word.
    """
    counts = Counter([shape.width for run in shapes for shape in run])
    near = WRAPS.near_width
    up_to = list(accumulate(counts[width] for width in range(WRAPS.max_width + 2 * near + 1)))
    steps = Counter[int]()
    for line, following in chain.from_iterable(map(pairwise, shapes)):
        longest, needs = max(line.width, following.width), line.width + 1 + following.first
        if longest <= needs:
            steps[longest] += 1
            steps[needs + 1] -= 1
    tight = list(accumulate(steps[width] for width in range(WRAPS.max_width + 1)))
    ranked: list[tuple[int, int]] = []
    for width in counts:
        if WRAPS.min_width <= width <= WRAPS.max_width:
            full = up_to[width] - up_to[width - near - 1]
            wider = up_to[width + 2 * near - 1] - up_to[width]
            if full >= WRAPS.min_near_lines and full > 2 * wider:
                ranked.append((tight[width] + full - 2 * wider, width))
    return [width for _, width in sorted(ranked, reverse=True)[: WRAPS.widths_tried]]


def _may_be_wrapped(line: Line) -> bool:
    """Whether a line has a length of wrapped lines; a wide character takes two columns."""
    is_wide = WITHOUT_SPACES.match(line.text) is not None
    return WRAPS.min_width // (4 if is_wide else 2) <= len(line.text) <= WRAPS.max_width


def _shape(line: str) -> _Shape:
    """The shape of a line.  A wide character takes two columns, a mark above or below a letter none."""
    first = line.partition(" ")[0]
    if line.isascii() or not WITHOUT_SPACES.search(line):
        return _Shape(len(line), len(first))
    room = WRAPS.long_word_without_spaces if _BETWEEN_WORDS.search(line) else WRAPS.word_without_spaces
    return _Shape(_columns(line), room + _columns(WITHOUT_SPACES.split(first, maxsplit=1)[0]))


def _columns(text: str) -> int:
    """The columns that a text takes."""
    return sum(
        2 if unicodedata.east_asian_width(char) in "WF" else unicodedata.category(char) not in ("Mn", "Cf")
        for char in text
    )


def _are_sentences(lines: Sequence[Line]) -> bool:
    """Whether half of the lines or more, without the last one, end a sentence."""
    at_ends = sum(line_ends.end_class(line.text) == ENDS for line in lines[:-1])
    return 2 * at_ends >= len(lines) - 1


def _is_item(run: Sequence[Line], n: int) -> bool:
    """Whether line n is an item of a list: it has a marker, and so has another line, or the line before ends there.

    In prose a line can begin with a dash or with "7." by chance.
    """
    if not ITEM.match(run[n].text):
        return False
    if line_ends.end_class(run[n - 1].text) in (ENDS, COLON):
        return True
    if _ASIDE.match(run[n].text) and not ITEM.match(run[n - 1].text):
        return False
    return any(other is not run[n] and ITEM.match(other.text) for other in run)


class _Reader:
    """Finds the paragraphs of a text that may be wrapped at a width, with the evidence of each."""

    def __init__(
        self,
        text: str,
        runs: Sequence[Sequence[Line]],
        shapes: Mapping[int, Sequence[_Shape]],
        language: str | None,
    ) -> None:
        self._text, self._runs = text, runs
        self._widths = {
            number: [
                (line.width + 1 + following.first, max(line.width, following.width))
                for line, following in pairwise(lines)
            ]
            for number, lines in shapes.items()
        }
        """For each line break: the columns of the line with the next word, and of the longer of both lines."""
        self._common = lexicon.commonest(language, line_ends.COMMONEST_WORDS)
        is_german = base_language(language) in NOUNS_WITH_CAPITALS
        self._capital = WRAPS.capital_in_german if is_german else WRAPS.capital

    def paragraphs(self, number: int, width: int) -> Iterator[_Paragraph]:
        """The stretches of a run's lines that may be wrapped at `width`."""
        run = self._runs[number]
        # A line that the word would have filled exactly counts too: some programs count the space behind the word.
        widths = self._widths[number]
        full = {n for n, (needs, longest) in enumerate(widths) if longest <= width <= needs}
        if not full:
            return
        full = {n for n in full if self._is_full(run, n)}
        full -= paragraph_ends.find(run, full)
        first = 0
        for n in range(len(run)):
            if n in full:
                continue
            if n > first:
                lines = run[first : n + 1]
                is_run = len(lines) == len(run)
                yield _Paragraph(number, first, n, self._evidence(lines), _are_sentences(lines), is_run)
            first = n + 1

    def _is_full(self, run: Sequence[Line], n: int) -> bool:
        """Whether line n, which has no room for the next line's first word, ends because of that."""
        line, following = run[n], run[n + 1]
        if _COLUMN.search(line.text) or _COLUMN.search(following.text):
            return False
        if separate_lines.is_rule(line.text, following.text):
            return False
        gap = self._text[line.end : following.start]
        indent = len(gap) - 1 - max(gap.rfind("\n"), gap.rfind("\r"))
        start = line.start
        while start and self._text[start - 1] in " \t\u3000":
            start -= 1
        return indent <= line.start - start and not _is_item(run, n + 1)

    def _evidence(self, lines: Sequence[Line]) -> float:
        """The evidence that full lines, with the line after them, are one paragraph."""
        bodies = [line.text for line in lines]
        evidence = sum(self._of_break(line, following) for line, following in pairwise(bodies))
        return evidence + (
            WRAPS.ends_with_sentence if line_ends.end_class(bodies[-1]) == ENDS else WRAPS.ends_in_sentence
        )

    def _of_break(self, line: str, following: str) -> float:
        """The evidence of one line break."""
        ends, begins = line_ends.end_class(line), line_ends.begin_class(following)
        if WITHOUT_SPACES.search(line) or WITHOUT_SPACES.match(following):
            return WRAPS.tight + (WRAPS.marks_inside if _MARK_INSIDE.search(line) else WRAPS.no_marks_inside)
        if _HYPHENATED.search(line):
            return WRAPS.tight + WRAPS.hyphen
        found = WRAPS.tight
        if separate_lines.CLAUSE_END.search(line):
            found += WRAPS.colon
        elif line_ends.last_word(line) in self._common:
            found += WRAPS.common_word_before_capital if begins == UPPER else WRAPS.common_word
        else:
            found += {COMMA: WRAPS.comma, COLON: WRAPS.colon, ENDS: WRAPS.sentence_end}.get(ends, WRAPS.other_word)
        if begins == LOWER:
            found += WRAPS.small_letter_behind_end if ends == ENDS else WRAPS.small_letter
        elif begins == UPPER and ends != ENDS:
            found += self._capital
        return found
