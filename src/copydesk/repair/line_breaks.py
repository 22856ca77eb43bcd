"""Line breaks that the writer did not make: hard-wrapped paragraphs, sentences broken at inline tags.

Lines are joined only if no blank line is between them, and only in prose: menus, verse, lists, addresses and tables
keep their lines.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from copydesk.characters import BULLETS, CLOSING_QUOTES, SENTENCE_ENDS
from copydesk.edits import Edit, Rule, has_visible
from copydesk.program_code import is_code
from copydesk.repair import broken_sentences, hard_wraps, line_ends, separate_lines
from copydesk.repair.context import Context
from copydesk.repair.line_ends import Line
from copydesk.repair.line_joints import Hyphens, Joint, joint
from copydesk.text import base_language
from copydesk.vocabulary import VOCABULARY, one_of

RULES = (
    Rule("lines.hard-wrap", "lines broken at a width are one paragraph: the next line's first word did not fit"),
    Rule("lines.stray-punctuation", "a line that begins with closing punctuation continues the line before"),
    Rule("lines.broken-sentence", "a sentence that was broken at a tag continues in the next line"),
    Rule("lines.hyphen", "a word hyphenated at the end of a line is one word"),
)


@dataclass(frozen=True, slots=True)
class LineThresholds:
    """The thresholds of the `lines` rules; `hard_wraps.WRAPS` has those of wrapped paragraphs."""

    min_score: int = 500
    """The score of a line break inside a sentence: thousandths of the natural logarithm of the odds.

    Set with `python -m bench.lines`, November 2026: .657 of the paragraphs are whole, and 0.90 % of the joints are
    wrong.
    """

    min_score_of_lead_in: int = 600
    """The same behind a colon: "Weather:"."""

    min_score_above: int = 0
    """The same for a line above another break inside a sentence, if its next line is a short piece that begins with a
    small letter: what goes on must also begin somewhere.  Set in the same way."""

    max_piece: int = 40
    """Characters of such a piece: most are links.  Longer lines are entries of lists as often."""

    max_pieces: int = 6
    """Lines of one sentence that are looked at below such a piece."""

    min_score_in_list: int = 1000
    """The same for a line that may be an entry of a list."""

    min_score_in_list_above: int = 0
    """The same for such a line above another break, as `min_score_above` is."""

    max_link: int = 20
    """Characters of a Japanese line that is a link inside a sentence."""

    max_lines_with_link: int = 8
    """Lines of a paragraph that begins with the line above such a link."""


LINES: Final = LineThresholds()

_OPEN_ELSEWHERE: Final = "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}"
"""Marks that close a quotation in one language, and open a quotation or an item of a menu in another."""

_EAST_ASIAN_CLOSING: Final = (
    "\N{IDEOGRAPHIC COMMA}\N{IDEOGRAPHIC FULL STOP}\N{FULLWIDTH COMMA}\N{FULLWIDTH COLON}\N{FULLWIDTH SEMICOLON}"
    "\N{FULLWIDTH EXCLAMATION MARK}\N{FULLWIDTH QUESTION MARK}\N{RIGHT CORNER BRACKET}\N{RIGHT WHITE CORNER BRACKET}"
    "\N{RIGHT DOUBLE ANGLE BRACKET}\N{FULLWIDTH RIGHT PARENTHESIS}"
)
"""Marks of Chinese and Japanese that no line begins with.  The text goes on behind them without a space."""

_STRAY = re.compile(
    rf"(?:[,;:{SENTENCE_ENDS}][)\]{CLOSING_QUOTES}]?|[)\]{CLOSING_QUOTES}][,;:{SENTENCE_ENDS}]?)(?=\s|$)"
    rf"|[{_EAST_ASIAN_CLOSING}]"
)
_BEGINS_WITH_PARTICLE = re.compile(
    rf"(?:{one_of(VOCABULARY.particles.japanese)})(?=[\u3400-\u9fff\u30a1-\u30fa\N{{IDEOGRAPHIC COMMA}}])"
    rf"|{one_of(VOCABULARY.particles.japanese_phrases)}"
)
"""A particle before a character that is no Hiragana: "のぞみ" begins with one, and is a name."""

_PARTICLES_AND_COMMA: Final = (*VOCABULARY.particles.japanese, "\N{IDEOGRAPHIC COMMA}")
_HIRAGANA_END = re.compile("[\u3041-\u3096]$")
_CERTAIN_ENTRY: Final = broken_sentences.COLUMNS.index("certain entry")
_MARKED_ITEM = re.compile(rf"[-{BULLETS}]\s")
_STRAY_BEGINS: Final = frozenset(f",;:{SENTENCE_ENDS}){CLOSING_QUOTES}{_EAST_ASIAN_CLOSING}") - frozenset(
    _OPEN_ELSEWHERE
)


def find(text: str, context: Context) -> Iterator[Edit]:
    """One edit for each line break that is removed, from the end of one line's text to the start of the next one's.

    The lines of a rendered page are its blocks: no lines of it are joined.
    """
    if context.is_page:
        return
    found = list(runs(text))
    wrapped = hard_wraps.find(text, found, context.language) if context.has("lines.hard-wrap") else {}
    may_be_broken = context.has("lines.broken-sentence")
    broken = _broken(text, found, context) if may_be_broken else {}
    hyphens = Hyphens(text, found, wrapped, context.language)
    for number, run in enumerate(found):
        inside = (
            *broken.get(number, ()),
            *_around_stray_marks(run),
            *_before_particles(run, context.language),
            *_inside_words(run, hyphens),
        )
        joined = dict.fromkeys(inside, "lines.broken-sentence") if may_be_broken else {}
        joined |= dict.fromkeys(wrapped.get(number, ()), "lines.hard-wrap")
        yield from _joined(text, run, joined, hyphens, context)


def _broken(text: str, found: Sequence[Sequence[Line]], context: Context) -> dict[int, set[int]]:
    """For each run, the numbers of the lines that end inside a sentence."""
    breaks = list(broken_sentences.find(text, found, context.language))
    scores = context.forests.scores({"broken_sentences": [each.features for each in breaks]})["broken_sentences"]
    likely: dict[int, set[int]] = {}
    stanzas = {n for n, run in enumerate(found) if separate_lines.is_stanza(run, context.language)}
    for each, score in reversed(list(zip(breaks, scores, strict=True))):  # a piece needs the breaks below it
        if each.run in stanzas:
            continue
        run = found[each.run]
        end = line_ends.end_class(run[each.number].text)
        is_above = end != line_ends.ENDS and _is_piece(run, each.number + 1, likely.get(each.run, ()))
        min_score = LINES.min_score_above if is_above else LINES.min_score
        if score < (LINES.min_score_of_lead_in if end == line_ends.COLON else min_score):
            continue
        min_in_list = LINES.min_score_in_list_above if is_above else LINES.min_score_in_list
        if score < min_in_list and each.features[_CERTAIN_ENTRY]:
            continue
        is_item = _MARKED_ITEM.match(run[each.number + 1].text)
        if not is_item and not separate_lines.is_separate(run, each.number, context.language):
            likely.setdefault(each.run, set()).add(each.number)
    return likely


def _is_piece(run: Sequence[Line], number: int, likely: Collection[int]) -> bool:
    """Whether the line is a short piece of a sentence that goes on, within a few lines, in a line of prose."""
    text = run[number].text
    if not text[0].islower() or len(text) > LINES.max_piece:
        return False
    for n in range(number, min(number + LINES.max_pieces, len(run) - 1)):
        if n not in likely:
            return False
        if len(run[n + 1].text) >= broken_sentences.MIN_PROSE:
            return True
    return False


def _inside_words(run: Sequence[Line], hyphens: Hyphens) -> Iterator[int]:
    """The numbers of the lines that end inside a word."""
    for n, (line, following) in enumerate(pairwise(run)):
        if hyphens.divides_word(line.text, following.text):
            yield n


def _around_stray_marks(run: Sequence[Line]) -> Iterator[int]:
    """The numbers of Chinese and Japanese lines that go on in a piece of a sentence before a stray mark.

    "... decided to / dredge the harbour / , although ...": the piece is a link, and the mark shows that it is one.
    """
    for n, (line, piece, mark) in enumerate(zip(run, run[1:], run[2:], strict=False)):
        goes_on = line_ends.end_class(line.text) == line_ends.LETTER == line_ends.begin_class(piece.text)
        if goes_on and mark.text[0] in _EAST_ASIAN_CLOSING and len(line.text) > len(piece.text):
            yield n


def _before_particles(run: Sequence[Line], language: str | None) -> Iterator[int]:
    """The numbers of Japanese lines that go on around a piece of a sentence: a link.

    "... was closed / Torigoe School / の science room ...": no sentence begins with a particle.  The line above the
    piece must go on too.  It does if it ends with a particle or a comma.  The first line of a short paragraph also does
    if it ends with Hiragana, as verbs do; a headline ends with Hiragana too, and has no paragraph of its own.
    """
    if base_language(language) != "ja":
        return
    for n, (above, piece, rest) in enumerate(zip(run, run[1:], run[2:], strict=False)):
        is_piece = len(piece.text) <= LINES.max_link and line_ends.end_class(piece.text) == line_ends.LETTER
        goes_on = _BEGINS_WITH_PARTICLE.match(rest.text) and "\N{IDEOGRAPHIC FULL STOP}" in rest.text
        is_short = n == 0 and len(run) <= LINES.max_lines_with_link
        is_open = above.text.endswith(_PARTICLES_AND_COMMA) or (is_short and _HIRAGANA_END.search(above.text))
        if is_piece and goes_on and is_open:
            yield from (n, n + 1)


def runs(text: str) -> Iterator[list[Line]]:
    """Each run of two lines or more with only a line break and indentation between them."""
    run: list[tuple[int, str]] = []
    at = 0
    for line in [*text.splitlines(keepends=True), "\n"]:
        body = line.strip()
        if body and has_visible(body):
            run.append((at + len(line) - len(line.lstrip()), body))
        else:
            if len(run) > 1:
                yield [Line(start, start + len(text), text) for start, text in run]
            run = []
        at += len(line)


def _joined(
    text: str, run: Sequence[Line], rules: Mapping[int, str], hyphens: Hyphens, context: Context
) -> Iterator[Edit]:
    """The edits in one run.  `rules` has the rules that join a line with the next one, by the number of the line."""
    joins_stray = context.has("lines.stray-punctuation")
    for number, (line, following) in enumerate(pairwise(run)):
        begins_stray = joins_stray and following.text[0] in _STRAY_BEGINS and _STRAY.match(following.text) is not None
        is_stray = begins_stray and not hard_wraps.ITEM.match(line.text) and not line.text.isdigit()
        is_stray = is_stray and line_ends.begin_class(following.text) != line_ends.QUOTE
        rule = "lines.stray-punctuation" if is_stray else rules.get(number)
        nearby = () if rule is None else run[max(0, number - 1) : number + 3]
        if rule is None or any(is_code(text, near.start) for near in nearby):
            continue
        before = text[line.end : following.start]
        found = Joint.NOTHING if is_stray else joint(line.text, following.text, before, hyphens)
        if found is Joint.WITHOUT_HYPHEN and context.has("lines.hyphen"):
            yield Edit(line.end - 1, line.text[-1] + before, "", (rule, "lines.hyphen"))
        else:
            yield Edit(line.end, before, " " if found is Joint.SPACE else "", (rule,))
