"""Places at punctuation, brackets, quotation marks, figures and dashes: "end.Next", "the“term", "in2024"."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from copydesk.characters import DASHES
from copydesk.program_code import is_code, line_before
from copydesk.repair.candidates import (
    LONGEST,
    MANNER_COLUMNS,
    NOTHING,
    WORD,
    Kind,
    Place,
    Surroundings,
    is_machines,
    shape,
    side,
    token,
)

OPENING_QUOTES: Final = (
    "\N{LEFT DOUBLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}"
)
CLOSING_MARKS: Final = "\N{RIGHT DOUBLE QUOTATION MARK}\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}"
MONEY: Final = "$\N{EURO SIGN}\N{POUND SIGN}"
STOPS: Final = ".!?\N{HORIZONTAL ELLIPSIS}"
LINES: Final = DASHES.replace("\N{HORIZONTAL BAR}", "")

SHORTEST_AT_FIGURE: Final = 2
"""Letters of a word that may be fused with a figure."""

COLUMNS: Final = (
    *("left class", "right class", "second left class", "second right class", "first rank", "second rank"),
    *("first rank anywhere", "second rank anywhere", "first length", "second length", "first shape"),
    *("second shape", "tight", "spaced", "first times folded", "second times folded", "together rank"),
    *("token before", "token behind", "token length", "full stops", "digits before", "digits behind", "hyphens"),
    *("odd straight quotes", "straight quotes", "open brackets", "open quotes", "french", "signs near", "pair"),
    *("side behind", "before rank", "behind rank", "ellipsis", "marks before", "marks behind", "line before"),
    *("side before token",),
    *MANNER_COLUMNS,
)
"""The names of a place's features, in their order.  The forest of marks stores them."""

LONGEST_INSET: Final = 8
"""Characters of brackets around a part of a word."""

LINE_REACH: Final = 300
"""Characters before a place, in its line, in which brackets and quotation marks are counted."""

_OPENS: Final = rf"({OPENING_QUOTES}"
# Both begin with characters that are rare, to which a search can skip, and look around from there.
_BEFORE = re.compile(
    rf"[\"{_OPENS}{MONEY}{LINES}0-9-](?:(?<=[^\W\d_]\d)|(?<=[^\W_][\"{_OPENS}{MONEY}])|(?<=[^\W_][{LINES}-])(?=\s))"
)
_BEHIND = re.compile(
    rf"[{STOPS},;:)\]\"{CLOSING_MARKS}%{LINES}0-9](?:"
    rf"(?<=[^\W_)\]%\"'\N{{RIGHT SINGLE QUOTATION MARK}}{CLOSING_MARKS}][{STOPS},;:])(?=[^\W_]|[\"{_OPENS}{MONEY}¿¡])"
    rf"|(?<=[^\s(\[][)\]\"{CLOSING_MARKS}])(?=[^\W_]|[{_OPENS}{MONEY}])"
    rf"|(?<=[%0-9])(?=[^\W\d_])"
    rf"|(?<=[^\W_][{LINES}])(?=\s)"
    rf"|(?<=\s[{LINES}])(?=[^\W_]))"
)
_SPACED = re.compile(rf"[{STOPS},;:)\]{CLOSING_MARKS}\"%] ")
_INSET = re.compile(r"[(\[][^\W\d_][^\W\d_A-Z]{0,4}[)\]]$")
_ENDING = re.compile(r"\(-?[^\W\d_A-Z]{1,6}\)")
_LETTERS_BEFORE = re.compile(r"(?<![^\W\d_])[^\W\d_]+$")

WITHOUT_SPACES: Final = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u9fff\uf900-\uffef]")
"""Scripts that do without spaces, and their punctuation."""

_HANGUL = re.compile("[\u1100-\u11ff\uac00-\ud7af]")
"""Korean hangs its particles on whatever stands before them, but for the mark that ends a sentence or clause."""

_GENDER = re.compile(r":in(?:nen)?\b")
"""German: "Freund:innen"."""

_RAISED = re.compile("[\u00b9\u00b2\u00b3\u2070-\u209f]")
"""Superscript and subscript figures: notes and powers."""

_CLASSES: Final = {
    char: 7 + n
    for n, char in enumerate(
        [*".,;:!?", "\N{HORIZONTAL ELLIPSIS}", *')]"%([$', *MONEY[1:], *CLOSING_MARKS, *OPENING_QUOTES, *LINES, *"-'"]
    )
}


def _class(char: str) -> int:
    """What a character is: 0 a small letter, 1 a capital, 2 a digit, 3 another letter, 4 white space, or a mark."""
    if char.isalpha():
        return 0 if char.islower() else 1 if char.isupper() else 3
    if char.isdigit():
        return 2
    return 4 if not char or char.isspace() else _CLASSES.get(char, 5)


def find(around: Surroundings) -> Iterator[Place]:
    """Every place that may lack a space, but in numbers, and in the names that machines read."""
    text = around.text
    found = sorted(
        {match.start() for match in _BEFORE.finditer(text)} | {match.end() for match in _BEHIND.finditer(text)}
    )
    if not found:
        return
    tight = Counter([(text[at - 1], text[at]) for at in found])
    spaced = Counter([pair[0] for pair in _SPACED.findall(text)])
    for at in found:
        if _is_number(text, at) or _is_of_its_script(around, text, at):
            continue
        line = line_before(text, at, LINE_REACH)
        if _is_in_word(text, at) or _is_turned(text, at, line):
            continue
        low, high = token(text, at, at)
        if is_machines(text[low:high]) or is_code(text, at):
            continue
        left, right = text[at - 1], text[at]
        if left.isalpha() and right.isdigit() and len(_word_before(text, at)) < SHORTEST_AT_FIGURE:
            continue
        if left.isdigit() and right.isalpha() and len(_word_at(text, at)) < SHORTEST_AT_FIGURE:
            continue
        yield _place(around, at, line, (low, high), (tight[left, right], spaced[left]))


def _is_number(text: str, at: int) -> bool:
    """Whether the place lies inside a number, a time or a score."""
    left, right = text[at - 1], text[at]
    return right.isdigit() and (left.isdigit() or (left in ".,:" and text[at - 2 : at - 1].isdigit()))


def _is_turned(text: str, at: int, line: str) -> bool:
    """Whether a quotation mark beside the place closes where it would have to open, or the reverse.

    `line` is what stands before the place in its line.  A straight mark closes after an odd number of them; the
    curly one that opens in English closes where a low one opened, and angle marks point both ways.
    """
    left, right = text[at - 1], text[at]
    if '"' in (left, right):
        return line.count('"') % 2 == 1
    low, high, left_angle, right_angle = *OPENING_QUOTES[1::-1], OPENING_QUOTES[2], CLOSING_MARKS[1]
    if right == high and low in line:
        return line.rfind(low) > max(line.rfind(high), line.rfind(CLOSING_MARKS[0]))
    if right == left_angle:
        return line.rfind(right_angle) > line.rfind(left_angle)
    if left == right_angle:
        return line.rfind(left_angle) < line.rfind(right_angle, 0, -1)
    return False


def _is_in_word(text: str, at: int) -> bool:
    """Whether the bracket beside the place is part of a word: "(ab)use", "word(s)", "[t]he"."""
    inset = _INSET.search(text[max(0, at - LONGEST_INSET) : at])
    return bool((inset and text[at].isalpha()) or _ENDING.match(text, at))


def _is_of_its_script(around: Surroundings, text: str, at: int) -> bool:
    """Whether no space stands here in the script or language of the place."""
    return bool(
        WITHOUT_SPACES.match(text, at - 1)
        or WITHOUT_SPACES.match(text, at)
        or (_HANGUL.match(text, at) and text[at - 1] not in f"{STOPS},")
        or _GENDER.match(text, at - 1)
        or _RAISED.match(text, at)
        or (around.base == "es" and (text[at - 1] in LINES or text[at] in LINES))  # a dash there opens or closes
    )


def _word_before(text: str, at: int) -> str:
    found = _LETTERS_BEFORE.search(text[max(0, at - LONGEST) : at])
    return found[0] if found else ""


def _word_at(text: str, at: int) -> str:
    found = WORD.match(text[at : at + LONGEST])
    return found[0] if found else ""


def _kind(left: str, right: str) -> Kind:
    if right == "(":
        return Kind.OPENING
    if left in ")]":
        return Kind.CLOSING
    if right in f'"{OPENING_QUOTES}' or left in f'"{CLOSING_MARKS}':
        return Kind.QUOTE
    if left in ",;":
        return Kind.COMMA
    if left == ":":
        return Kind.COLON
    if left in STOPS:
        return Kind.SENTENCE if right.isupper() else Kind.STOP
    if left in LINES or right in f"{LINES}-":
        return Kind.DASH
    return Kind.FIGURE


def _place(around: Surroundings, at: int, before: str, ends: tuple[int, int], counts: tuple[int, int]) -> Place:
    """`before` is what stands before the place in its line, `ends` of the token around it."""
    text = around.text
    (low, high), (tight, spaced) = ends, counts
    left, right = text[at - 1], text[at]
    end, start = at, at
    while end > low and not text[end - 1].isalnum():
        end -= 1
    while start < high and not text[start].isalnum():
        start += 1
    first, second = _word_before(text, end), _word_at(text, start)
    chars = text[low:high]
    behind = start + len(second)
    return Place(
        at,
        _kind(left, right),
        (
            _class(left),
            _class(right),
            _class(text[at - 2 : at - 1]),
            _class(text[at + 1 : at + 2]),
            around.rank(first),
            around.rank(second),
            around.rank_anywhere(first),
            around.rank_anywhere(second),
            len(first),
            len(second),
            shape(first),
            shape(second),
            min(20, tight),
            min(40, spaced),
            around.times_folded(first),
            around.times_folded(second),
            around.rank(first + second) if first and second and start == end else NOTHING,
            end - low,
            high - start,
            high - low,
            chars.count("."),
            sum(map(str.isdigit, text[low:end])),
            sum(map(str.isdigit, text[start:high])),
            chars.count("-"),
            before.count('"') % 2 if '"' in (left, right) else 2,
            int('"' in before),
            max(-2, min(before.count("(") - before.count(")"), 2)),
            max(-2, min(sum(map(before.count, OPENING_QUOTES[:2])) - before.count(CLOSING_MARKS[0]), 2)),
            int(around.base == "fr"),
            around.signs_near(at),
            around.pair(first, second),
            side(text, behind),
            around.rank(around.word_before(end - len(first))),
            around.rank(around.word_behind(behind)),
            int(".." in chars or "\N{HORIZONTAL ELLIPSIS}" in chars),
            at - end,
            start - at,
            min(60, len(before)),
            side(text, low - 1),
            *around.manner,
        ),
    )
