"""Finds candidates at punctuation, brackets, quotation marks, digits and dashes: "end.Next", "a(b", "in2024"."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from copydesk import lexicon
from copydesk.characters import DASHES
from copydesk.program_code import is_code, line_before
from copydesk.repair.candidates import (
    MAX_WORD,
    NO_WORD,
    TEXT_COLUMNS,
    WORD,
    Candidate,
    Kind,
    TextContext,
    is_machine_text,
    side_class,
    token_around,
    word_shape,
)

OPENING_QUOTES: Final = (
    "\N{LEFT DOUBLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}"
)
CLOSING_MARKS: Final = "\N{RIGHT DOUBLE QUOTATION MARK}\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}"
CURRENCY: Final = "$\N{EURO SIGN}\N{POUND SIGN}"
STOP_MARKS: Final = ".!?\N{HORIZONTAL ELLIPSIS}"
LONG_DASHES: Final = DASHES.replace("\N{HORIZONTAL BAR}", "")

MIN_LETTERS_AT_DIGIT: Final = 2
"""Letters of a word that may be fused with a number: "in2024".  A single letter belongs to it: "A4", "5G".

Used since November 2026, and the trees learned with it; what set it is not recorded.
"""

BEFORE_NUMBERS: Final[Mapping[str, frozenset[str]]] = {
    "ru": frozenset("вскоу"), "uk": frozenset("взоу"), "bg": frozenset("вс"), "cs": frozenset("vskuo"),
    "sk": frozenset("vskuo"), "pl": frozenset("wzo"),
}  # fmt: skip
"""Prepositions of one letter, in small letters: "в1974 году".  Set with the cases of the tests, November 2026."""

COLUMNS: Final = (
    *("left class", "right class", "second left class", "second right class", "first rank", "second rank"),
    *("first rank anywhere", "second rank anywhere", "first length", "second length", "first shape"),
    *("second shape", "tight", "spaced", "first times folded", "second times folded", "together rank"),
    *("token before", "token behind", "token length", "full stops", "digits before", "digits behind", "hyphens"),
    *("odd straight quotes", "straight quotes", "open brackets", "open quotes", "french", "signs near", "pair"),
    *("side behind", "before rank", "behind rank", "ellipsis", "marks before", "marks behind", "line before"),
    *("side before token",),
    *TEXT_COLUMNS,
)
"""The names of a candidate's features, in their order, as the files of trees have them."""

MAX_INSET: Final = 8
"""Characters.  Brackets around a part of a word are not longer, with the part.

Used since November 2026, and the trees learned with it; what set it is not recorded.
"""

MIN_VOUCHER: Final = 10
"""Letters before the figures of a voucher's code, if no list has them as a word.

Set in November 2026 with the clean windows of `python -m bench.spacing`.
"""

MIN_APART: Final = 3
"""Letters.  Shorter words in brackets are usually endings: "(s)", "(en)"."""

MAX_APART_RANK: Final = 600
"""Rank.  A rarer word in brackets may be a part of a word.

Both were set in November 2026 by the kit's words in brackets.
"""

MAX_LINE_BEFORE: Final = 300
"""Characters of the same line before a candidate in which brackets and quotation marks are counted.

Used since November 2026, and the trees learned with it; what set it is not recorded.
"""

_OPENS: Final = rf"({OPENING_QUOTES}"
# Both patterns begin with rare characters, so that a search can skip to them, and then look to both sides.
_BEFORE = re.compile(
    rf"[\"{_OPENS}{CURRENCY}{LONG_DASHES}0-9-](?:"
    rf"(?<=[^\W\d_]\d)|(?<=[^\W_][\"{_OPENS}{CURRENCY}])|(?<=[^\W_][{LONG_DASHES}-])(?=\s))"
)
_BEHIND = re.compile(
    rf"[{STOP_MARKS},;:)\]\"{CLOSING_MARKS}%{LONG_DASHES}0-9](?:"
    rf"(?:(?<=[^\W_][{STOP_MARKS},;:])|(?<=[)\]%\"'\N{{RIGHT SINGLE QUOTATION MARK}}{CLOSING_MARKS}][{STOP_MARKS},;:]))"
    rf"(?=[^\W_]|[\"{_OPENS}{CURRENCY}¿¡])"
    rf"|(?<=[^\s(\[][)\]\"{CLOSING_MARKS}])(?=[^\W_]|[{_OPENS}{CURRENCY}])"
    rf"|(?<=[%0-9])(?=[^\W\d_])"
    rf"|(?<=[^\W_][{LONG_DASHES}])(?=\s)"
    rf"|(?<=\s[{LONG_DASHES}])(?=[^\W_]))"
)
_SINGLE_QUOTE = re.compile(
    "['\N{RIGHT SINGLE QUOTATION MARK}]"
    "(?:(?<=[s.,!?].)|(?<=[^\\W\\d_]\N{RIGHT SINGLE QUOTATION MARK}))(?=[^\\W\\d_]{3})"
)
"""A single quotation mark or an apostrophe that may end a quotation or a plural: "the users'needs"."""
_CLOSED_SINGLE = re.compile("\N{RIGHT SINGLE QUOTATION MARK}(?![^\\W\\d_])")
_SPACED = re.compile(rf"[{STOP_MARKS},;:)\]{CLOSING_MARKS}\"%] ")
_INSET = re.compile(r"[(\[][^\W\d_][^\W\d_A-Z]{0,4}[)\]]$")
_ENDING = re.compile(r"\(-?[^\W\d_A-Z]{1,6}\)")
_WITH_FIGURES = re.compile(r"(?<![^\W_])(?P<first>[A-Z]?[a-z]+)(?P<figures>\d{1,6})(?P<last>[A-Z]?[a-z]{2,})(?![^\W_])")
_LETTERS_BEFORE = re.compile(r"(?<![^\W\d_])[^\W\d_]+$")

WITHOUT_SPACES: Final = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u9fff\uf900-\uffef]")
"""Characters of scripts that use no spaces, and their punctuation."""

_HANGUL = re.compile("[\u1100-\u11ff\uac00-\ud7af]")
"""Korean letters.  Korean writes particles without a space after any mark but the end of a sentence or clause."""

_GENDER = re.compile(r":in(?:nen)?\b")
"""The gender-neutral ending of German nouns: "Freund:innen"."""

_GREEK_PRONOUN = re.compile(r"\b[οό],τι\b", re.IGNORECASE)
"""The Greek pronoun that is written with a comma; without it, it is the word for "that"."""

_RAISED = re.compile("[\u00b9\u00b2\u00b3\u2070-\u209f]")
"""Superscript and subscript digits: footnotes and powers."""

_CLASSES: Final = {
    char: 7 + n
    for n, char in enumerate(
        [
            *(*".,;:!?", "\N{HORIZONTAL ELLIPSIS}", *')]"%([$', *CURRENCY[1:]),
            *(*CLOSING_MARKS, *OPENING_QUOTES, *LONG_DASHES, *"-'", "\N{RIGHT SINGLE QUOTATION MARK}"),
        ]
    )
}


def _class(char: str) -> int:
    """0 small letter, 1 capital, 2 digit, 3 other letter, 4 white space or nothing, 5 other; from 7 on a known mark."""
    if char.isalpha():
        return 0 if char.islower() else 1 if char.isupper() else 3
    if char.isdigit():
        return 2
    return 4 if not char or char.isspace() else _CLASSES.get(char, 5)


CHESS_MOVE: Final = r"(?:[A-Z][a-h1-8]?x?[a-h][1-8]|O-O)"
"""A piece and the field to which it goes: behind "14.Bxh7" no sentence ends."""

_CHESS_MOVE = re.compile(CHESS_MOVE)

FIGURES_OF_YEAR: Final = 4
"""The number of a move has fewer figures: "She won in 2014.Ba3 was the best move" has two sentences."""


def find(around: TextContext) -> Iterator[Candidate]:
    """Every place where a space may be missing, except inside numbers, addresses and code."""
    text = around.text
    found = sorted(
        {match.start() for match in _BEFORE.finditer(text)}
        | {match.end() for match in _BEHIND.finditer(text)}
        | set(_behind_single_quotes(around))
    )
    if not found:
        return
    tight = Counter([(text[at - 1], text[at]) for at in found])
    spaced = Counter([pair[0] for pair in _SPACED.findall(text)])
    for at in found:
        if _is_number(text, at) or _needs_no_space(around, text, at):
            continue
        line = line_before(text, at, MAX_LINE_BEFORE)
        if _is_in_word(around, at) or _is_wrong_side_of_quote(text, at, line):
            continue
        low, high = token_around(text, at, at)
        if is_machine_text(text[low:high]) or is_code(text, at):
            continue
        left, right = text[at - 1], text[at]
        if right == "(" and _is_call(text, at):
            continue
        if left.isalpha() and right.isdigit() and _is_part_of_number(around, _word_before(text, at)):
            continue
        if left.isdigit() and right.isalpha() and len(_word_at(text, at)) < MIN_LETTERS_AT_DIGIT:
            continue
        if (left.isdigit() or right.isdigit()) and _is_name_with_figures(around, text[low:high], at - low):
            continue
        yield _candidate(around, at, line, (low, high), (tight[left, right], spaced[left]))


def _is_part_of_number(around: TextContext, word: str) -> bool:
    """Whether a word before a figure belongs to it: a single letter that is no preposition of the language."""
    return len(word) < MIN_LETTERS_AT_DIGIT and word not in BEFORE_NUMBERS.get(around.base_language, ())


def _behind_single_quotes(around: TextContext) -> Iterator[int]:
    """The places behind single quotation marks between letters that are probably no apostrophes of a word.

    The mark is behind the "s" of a plural or behind punctuation, or the line has a quotation before it that is open.
    """
    if not around.is_english:
        return
    text = around.text
    for match in _SINGLE_QUOTE.finditer(text):
        line = line_before(text, match.start(), MAX_LINE_BEFORE)
        opened = line.rfind("\N{LEFT SINGLE QUOTATION MARK}")
        is_open = opened >= 0 and not _CLOSED_SINGLE.search(line, opened)
        if is_open or text[match.start() - 1] in "s.,!?":
            yield match.end()


def _is_number(text: str, at: int) -> bool:
    """Whether the place is inside a number, a time or a score, or before a move in chess and behind its number."""
    left, right = text[at - 1], text[at]
    if not text[at - 2 : at - 1].isdigit() and not left.isdigit():
        return False
    if right.isdigit():
        return left.isdigit() or left in ".,:"
    before = text[max(0, at - 1 - FIGURES_OF_YEAR) : at - 1]
    is_year = len(before) == FIGURES_OF_YEAR and before.isdecimal()
    return left == "." and not is_year and _CHESS_MOVE.match(text, at) is not None


def _is_wrong_side_of_quote(text: str, at: int, line: str) -> bool:
    """Whether the quotation mark beside the place belongs to the text on the other side of the place.

    So it closes a quotation on the left, or opens one on the right, and needs no space here.  `line` is the part of the
    line before the place.  A straight mark closes after an odd number of straight marks.  The curly mark that opens in
    English closes after a low one.  Angle marks open or close, depending on the language.
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


def _is_in_word(around: TextContext, at: int) -> bool:
    """Whether the bracket beside the place is part of a word: "(ab)use", "word(s)", "[t]he".

    A known word in brackets beside another word is not, if both together are no word: "(max)kind", "disease(gum)".
    """
    text = around.text
    inset = _INSET.search(text[max(0, at - MAX_INSET) : at])
    if inset and text[at].isalpha():
        return not _is_word_apart(around, inset[0][1:-1], inset[0][1:-1] + _word_at(text, at))
    ending = _ENDING.match(text, at)
    return ending is not None and not _is_word_apart(
        around, ending[0][1:-1].lstrip("-"), _word_before(text, at) + ending[0][1:-1].lstrip("-")
    )


def _is_word_apart(around: TextContext, word: str, together: str) -> bool:
    """Whether a word in brackets is known, and the longer word that it would belong to is not."""
    is_known = len(word) >= MIN_APART and around.rank(word) <= MAX_APART_RANK
    return is_known and around.lowest_rank(together) == lexicon.MISSING


def _is_name_with_figures(around: TextContext, token: str, at: int) -> bool:
    """Whether the place is inside a name ("Office365Daily") or a voucher's code ("forbooksandpens25off")."""
    found = _WITH_FIGURES.search(token)
    if not found or not found.start("figures") <= at <= found.end("figures"):
        return False
    first, last = found["first"], found["last"]
    is_code = first.islower() and len(first) >= MIN_VOUCHER and around.lowest_rank(first) == lexicon.MISSING
    return is_code or (last[0].isupper() and first[0].isupper())


def _is_call(text: str, at: int) -> bool:
    """Whether the bracket is that of a function in code: "input('Name')", "setTimer(close)"."""
    name = _word_before(text, at)
    has_capital_inside = name[:1].islower() and not name.islower()
    return text[at + 1 : at + 2] in ("'", '"') or has_capital_inside


def _needs_no_space(around: TextContext, text: str, at: int) -> bool:
    """Whether the script or the language writes no space here."""
    return bool(
        WITHOUT_SPACES.match(text, at - 1)
        or WITHOUT_SPACES.match(text, at)
        or (_HANGUL.match(text, at) and text[at - 1] not in f"{STOP_MARKS},")
        or _GENDER.match(text, at - 1)
        or _RAISED.match(text, at)
        or (text[at] in OPENING_QUOTES and WITHOUT_SPACES.match(text, at + 1))
        or (text[at - 1] in CLOSING_MARKS and at > 1 and WITHOUT_SPACES.match(text, at - 2))
        or (around.base_language == "el" and at > 1 and _GREEK_PRONOUN.match(text, at - 2))
        # Spanish opens and closes an aside with dashes.
        or (around.base_language == "es" and (text[at - 1] in LONG_DASHES or text[at] in LONG_DASHES))
    )


def _word_before(text: str, at: int) -> str:
    """The word that ends exactly at this place; "" if there is none."""
    found = _LETTERS_BEFORE.search(text[max(0, at - MAX_WORD) : at])
    return found[0] if found else ""


def _word_at(text: str, at: int) -> str:
    """The word that begins exactly at this place; "" if there is none."""
    found = WORD.match(text[at : at + MAX_WORD])
    return found[0] if found else ""


def _kind(left: str, right: str) -> Kind:
    """The kind of a candidate between two characters."""
    if right == "(":
        return Kind.OPENING
    if left in ")]":
        return Kind.CLOSING
    if right in f'"{OPENING_QUOTES}' or left in f"\"{CLOSING_MARKS}'\N{RIGHT SINGLE QUOTATION MARK}":
        return Kind.QUOTE
    if left in ",;":
        return Kind.COMMA
    if left == ":":
        return Kind.COLON
    if left in STOP_MARKS:
        return Kind.SENTENCE if right.isupper() else Kind.STOP
    if left in LONG_DASHES or right in f"{LONG_DASHES}-":
        return Kind.DASH
    return Kind.FIGURE


def _candidate(around: TextContext, at: int, before: str, ends: tuple[int, int], counts: tuple[int, int]) -> Candidate:
    """The candidate with its features in the order of COLUMNS.

    `before` is the part of the line before it, `ends` the start and end of the token around it.  `counts` says how many
    times the text has its two characters without a space between them, and its left character before a space.
    """
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
    return Candidate(
        at,
        _kind(left, right),
        (
            _class(left),
            _class(right),
            _class(text[at - 2 : at - 1]),
            _class(text[at + 1 : at + 2]),
            around.rank(first),
            around.rank(second),
            around.lowest_rank(first),
            around.lowest_rank(second),
            len(first),
            len(second),
            word_shape(first),
            word_shape(second),
            min(20, tight),
            min(40, spaced),
            around.count_any_case(first),
            around.count_any_case(second),
            around.rank(first + second) if first and second and start == end else NO_WORD,
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
            int(around.base_language == "fr"),
            around.code_signs_near(at),
            around.pair_frequency(first, second),
            side_class(text, behind),
            around.rank(around.word_before(end - len(first))),
            around.rank(around.word_behind(behind)),
            int(".." in chars or "\N{HORIZONTAL ELLIPSIS}" in chars),
            at - end,
            start - at,
            min(60, len(before)),
            side_class(text, low - 1),
            *around.text_features,
        ),
    )
