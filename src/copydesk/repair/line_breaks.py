"""Line breaks that the writer did not make: hard-wrapped paragraphs, sentences broken at inline tags.

Lines are joined only if no blank line is between them, and only in prose: menus, verse, lists, addresses and tables
keep their lines.
"""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from copydesk.characters import BULLETS, CLOSING_QUOTES, DASHES, SENTENCE_ENDS
from copydesk.edits import Edit, Rule, has_visible
from copydesk.lexicon import words
from copydesk.program_code import is_code
from copydesk.repair import broken_sentences
from copydesk.repair.broken_sentences import Line
from copydesk.repair.context import Context

RULES = (
    Rule("lines.hard-wrap", "lines broken at a width are one paragraph: the next line's first word did not fit"),
    Rule("lines.stray-punctuation", "a line that begins with closing punctuation continues the line before"),
    Rule("lines.broken-sentence", "a sentence that was broken at a tag continues in the next line"),
    Rule("lines.hyphen", "a word hyphenated at the end of a line is one word"),
)


@dataclass(frozen=True, slots=True)
class LineThresholds:
    """The thresholds of the `lines` rules.

    Used since November 2026; what set them is not recorded where a field does not say it.  `python -m bench.lines`
    shows what the rules do.
    """

    min_width: int = 45
    """Characters.  Narrower lines are menus, verse and tables, not wrapped prose."""

    max_width: int = 120
    """Characters.  Mail wraps at 72 to 78, text terminals at 80, wide ones at 100 to 120."""

    min_score: int = 1000
    """The score of a line break inside a sentence: thousandths of the natural logarithm of the odds.

    Set with `python -m bench.lines`, November 2026.
    """


LINES: Final = LineThresholds()

_OPEN_ELSEWHERE: Final = "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}"
"""Marks that close a quotation in one language, and open a quotation or an item of a menu in another."""

_STRAY = re.compile(
    rf"(?:[,;:{SENTENCE_ENDS}][)\]{CLOSING_QUOTES}]?|[)\]{CLOSING_QUOTES}][,;:{SENTENCE_ENDS}]?)(?=\s|$)"
)
_STRAY_BEGINS: Final = frozenset(f",;:{SENTENCE_ENDS}){CLOSING_QUOTES}") - frozenset(_OPEN_ELSEWHERE)
_CLOSES: Final = f"/{broken_sentences.BRACKETS}"
_OPENS: Final = "([{/\N{LEFT DOUBLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}"
_HYPHENATED = re.compile(r"(?<![^\W\d_])[^\W\d_]+(?=-$)")
_WORD = re.compile(r"[^\W\d_]+")
_ITEM = re.compile(rf"[{BULLETS}{DASHES}-]\s|\d{{1,3}}[.)]\s")


def find(text: str, context: Context) -> Iterator[Edit]:
    """One edit for each line break that is removed, from the end of one line's text to the start of the next one's.

    The lines of a rendered page are its blocks: no lines of it are joined.
    """
    if context.is_page:
        return
    found = list(runs(text))
    breaks = list(broken_sentences.find(text, found, context.language)) if context.has("lines.broken-sentence") else []
    scores = context.forests.scores({"broken_sentences": [each.features for each in breaks]})["broken_sentences"]
    broken: dict[int, set[int]] = {}
    for each, score in zip(breaks, scores, strict=True):
        if score >= LINES.min_score:
            broken.setdefault(each.run, set()).add(each.number)
    for number, run in enumerate(found):
        yield from _joined(text, run, broken.get(number, frozenset()), context)


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


def _joined(text: str, run: Sequence[Line], broken: Set[int], context: Context) -> Iterator[Edit]:
    """The edits in one run.  `broken` are the numbers of its lines that end inside a sentence."""
    wrapped = _hard_wrapped(run) if context.has("lines.hard-wrap") else frozenset()
    joins_stray = context.has("lines.stray-punctuation")
    for number, (line, following) in enumerate(pairwise(run)):
        rule, after = None, " "
        begins_stray = joins_stray and following.text[0] in _STRAY_BEGINS and _STRAY.match(following.text) is not None
        is_stray = begins_stray and not _ITEM.match(line.text)
        if is_stray:
            rule, after = "lines.stray-punctuation", ""
        elif number in wrapped:
            rule = "lines.hard-wrap"
        elif number in broken:
            rule, after = "lines.broken-sentence", "" if _needs_no_space(line.text, following.text) else " "
        nearby = () if rule is None else run[max(0, number - 1) : number + 3]
        if rule is None or any(is_code(text, near.start) for near in nearby):
            continue
        before = text[line.end : following.start]
        hyphenated = _HYPHENATED.search(line.text)
        if hyphenated and not is_stray and _begins_inside_sentence(following.text):
            rest = _WORD.match(following.text)
            is_word = rest and (hyphenated[0] + rest[0]).casefold() in words(context.language)
            if is_word and context.has("lines.hyphen"):
                yield Edit(line.end - 1, "-" + before, "", (rule, "lines.hyphen"))
                continue
            after = ""
        yield Edit(line.end, before, after, (rule,))


def _hard_wrapped(run: Sequence[Line]) -> frozenset[int]:
    """The numbers of the lines that end because the next line's first word did not fit."""
    width = max(len(line.text) for line in run)
    if not LINES.min_width <= width <= LINES.max_width or len(run) < 3:
        return frozenset()
    full = [
        len(line.text) + 1 + len(following.text.split(maxsplit=1)[0]) > width and not _ITEM.match(following.text)
        for line, following in pairwise(run)
    ]
    # Lines of a list or an address end anywhere.  Wrapped prose fills every line but the last of a paragraph.
    # Headlines of similar length may look full, but they begin with a capital.
    wrapped = [n for n, is_full in enumerate(full) if is_full]
    continued = sum(_begins_inside_sentence(run[n + 1].text) for n in wrapped)
    is_wrapped = len(wrapped) * 3 >= len(full) * 2 and continued * 2 >= len(wrapped)
    return frozenset(wrapped) if is_wrapped else frozenset()


def _begins_inside_sentence(following: str) -> bool:
    """Whether the line begins in the middle of a sentence: with a word in small letters, so not with "iPhone"."""
    word = _WORD.match(following)
    return word is not None and word[0].islower()


def _needs_no_space(line: str, following: str) -> bool:
    """Whether no space belongs between the two lines: "Smith / 's", "( / Smith"."""
    return line[-1] in _OPENS or following[0] in _CLOSES or broken_sentences.SUFFIX.match(following) is not None
