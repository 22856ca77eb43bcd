"""The features of a dump's lines, as the model sees them: numbers that describe each line, and hashes of its words.

Words of a language are known here only from the lists of `lexicon`.  What is typical of page furniture in a language,
the model learns from the hashed words.  All lines of a dump are measured at once, in arrays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from copydesk import lexicon
from copydesk.characters import BULLETS, CLOSING_QUOTES, DASHES, SENTENCE_ENDS
from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.html_lines import COLUMNS as PAGE_COLUMNS
from copydesk.html_lines import LEVELS
from copydesk.labelling import hints
from copydesk.labelling.line import Line, is_marked_up
from copydesk.labelling.line_rules import possible
from copydesk.labelling.verdict import Verdict

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
Columns: TypeAlias = list[Floats | Ints | Flags]
"""Columns of features, a number for each line; an array may have several of them, one after the other."""

MAX_HASHED_WORDS: Final = 40
"""Words at the beginning of a line that are hashed: they are enough to recognise a long line."""

SEEN: Final = 240
"""Characters at the beginning of a line that are counted by class."""

COMMON: Final = 150
"""How many of the most frequent words of a language count as its grammar words."""

SEEN_ALONE: Final = (
    *"|@#/?!,:.\N{COPYRIGHT SIGN}",
    "$\N{EURO SIGN}\N{POUND SIGN}",
    '"\N{LEFT DOUBLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}',
    ">\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}\N{RIGHTWARDS ARROW}\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}",
    "\N{HORIZONTAL ELLIPSIS}",
    "()",
    "-" + DASHES,
    CLOSING_QUOTES,
    SENTENCE_ENDS,
    BULLETS + DASHES + "-",
    "([{",
    ",;",
    ")]",
)
"""Characters, alone or in groups: three columns each say whether a line contains, starts with or ends with one."""

DIGIT, UPPER, LOWER, MARK, LETTER, SPACE = (1 << len(SEEN_ALONE) + n for n in range(6))
TABLE: Final = 0x3100
"""All characters from here on count as letters, except the full-width forms of ASCII."""

FULLWIDTH: Final = range(0xFF01, 0xFF5F)

_CLASSES: Final = ("digit", "upper", "lower", "mark", "letter", "space")
"""The names of DIGIT to SPACE, in their order."""

_SURFACE_COLUMNS: Final = (
    *("log words", "log characters", "1 word", "2 words", "up to 4 words", "8 words or more", "prose", "ends"),
    *("capitals", "name", "all capitals", "digits", "marks", "word length", "commas"),
    *(f"before space {char}" for char in ":.|"),
    *(f"{where} {group}" for where in ("contains", "starts with", "ends with") for group in (*SEEN_ALONE, *_CLASSES)),
)
_SHARES_COLUMNS: Final = (
    "grammar",
    "grammar of long lines",
    "year",
    "agency",
    "address",
    "grammar known",
    *(f"words of {group}" for group in hints.GROUPS),
)
_LIKENESS_COLUMNS: Final = (
    *("of first line", "in first line", "content", "content elsewhere", "log content elsewhere", "content often"),
)
_REPEATS_COLUMNS: Final = ("log times", "seen before")
_PLACES_COLUMNS: Final = (
    *("lines above", "lines below", "log lines above", "log lines below", "log lines", "log words of page"),
    *("words above", "prose above", "share of prose", "share of words", "blank before", "blank after"),
    *("blank lines of page", "first line"),
)


def rule_column(rule: Rule, label: Label) -> str:
    """The name of the column that says whether the rule gave the line that label."""
    return f"rule {rule.name} {label}"


def rule_columns() -> tuple[str, ...]:
    """The columns of all rules for single lines, as a model that is trained now stores them."""
    return tuple(rule_column(rule, label) for rule, label in possible())


def columns(rules: Sequence[str], *, page: bool) -> tuple[str, ...]:
    """The names of all columns of `Features.dense`, in their order; `rules` are the columns of rules."""
    return (
        *_SURFACE_COLUMNS,
        *_SHARES_COLUMNS,
        *rules,
        *_LIKENESS_COLUMNS,
        *_REPEATS_COLUMNS,
        *_PLACES_COLUMNS,
        *(PAGE_COLUMNS if page else ()),
    )


@cache
def _kinds() -> Ints:
    """The bits of each character: one for each group of SEEN_ALONE, and its class."""
    kinds = np.array(
        [
            DIGIT * char.isdigit()
            | UPPER * char.isupper()
            | LOWER * char.islower()
            | LETTER * char.isalnum()
            | SPACE * char.isspace()
            | MARK * (not char.isalnum() and not char.isspace())
            for char in map(chr, range(TABLE))
        ]
        + [LETTER],
        dtype=np.int64,
    )
    for bit, group in enumerate(SEEN_ALONE):
        for code in map(ord, group):
            if code < TABLE:
                kinds[code] |= 1 << bit
    return kinds


@dataclass(frozen=True, slots=True)
class Features:
    """`dense[n]` describes line n; `columns` names its numbers.

    `words` are hashes of 32 bits, and `word_lines` says in which line each is.  `content` numbers the content words of
    the dump (each once a line), and `content_lines` says in which line each is; `weights` has the number of words of
    each line.  `inside[n]` numbers the blocks of the page around line n, the innermost first, each level by itself; it
    has no columns for a text.
    """

    dense: Floats
    words: Ints
    word_lines: Ints
    content: Ints
    content_lines: Ints
    weights: Floats
    inside: Ints


def features(
    lines: Sequence[Line], language: str | None, verdicts: Sequence[Verdict | None], rules: Sequence[str]
) -> Features:
    """What the model sees.

    `verdicts` are those of `patterns`, and `rules` the columns of rules that the model knows (`Model.rules`): a
    verdict without a column there is the model's "none", a row of zeros.
    """
    words = [line.kinds for line in lines]
    counts = np.array(list(map(len, words)), dtype=np.int64)
    kinds = np.fromiter(chain.from_iterable(words), dtype=np.int64, count=int(counts.sum()))
    hashes = kinds & hints.HASH
    different, numbered = np.unique(hashes, return_inverse=True)
    word_lines = np.repeat(np.arange(len(lines)), counts)
    weights = np.array([line.words for line in lines], dtype=np.float64)
    prose = np.array([line.is_prose for line in lines], dtype=np.float64)
    grammar = _are_among(different, _grammar(language))[numbered]
    meant = (kinds & hints.LONG != 0) & ~grammar
    pairs = _unique(word_lines[meant] * len(different) + numbered[meant])
    content_lines, content = np.divmod(pairs, max(1, len(different)))
    dense = table([
        *_surface([line.text[:SEEN] for line in lines], lines, counts, weights, prose),
        *_shares(kinds, grammar, word_lines, counts, weights, language),
        *_by_rule(verdicts, tuple(rules)),
        *_likeness(numbered, word_lines, counts, content, content_lines, prose, len(different)),
        *_repeats(lines),
        *_places(lines, weights, prose),
        np.array([line.origin for line in lines], dtype=np.float64).T.ravel(),
    ], len(lines))  # fmt: skip
    hashed, hashed_lines = _hashed(hashes, word_lines, counts)
    return Features(dense, hashed, hashed_lines, content, content_lines, weights, _inside(lines))


def table(found: Columns, count: int) -> Floats:
    """The columns side by side: a row for each of the `count` lines.

    They are written one after the other in memory, which is much faster than writing them into rows.
    """
    return np.concatenate(found, dtype=np.float64).reshape(-1, count).T


def _inside(lines: Sequence[Line]) -> Ints:
    """The blocks of the page around each line, a column for each level, numbered from 0."""
    if not is_marked_up(lines):
        return np.zeros((len(lines), 0), dtype=np.int64)
    levels = [[line.inside[level] if level < len(line.inside) else 0 for line in lines] for level in range(LEVELS)]
    return np.column_stack([np.unique(level, return_inverse=True)[1] for level in levels])


@lru_cache(maxsize=64)
def _grammar(language: str | None) -> Ints:
    """The hashes of the most frequent words of the language, in order."""
    common = [hints.KINDS[word] for word in lexicon.commonest(language, COMMON) if not word[0].isdigit()]
    return np.sort(np.array(common, dtype=np.int64) & hints.HASH)


def _are_among(numbers: Ints, known: Ints) -> Flags:
    """Which of the numbers are among the `known` ones, which are in order."""
    if not len(known):
        return np.zeros(len(numbers), dtype=np.bool_)
    found: Flags = known[np.minimum(np.searchsorted(known, numbers), len(known) - 1)] == numbers
    return found


def _surface(seen: Sequence[str], lines: Sequence[Line], counts: Ints, length: Floats, prose: Floats) -> Columns:
    """Each line by itself: its characters, ends and length."""
    codes = np.frombuffer("\n".join([*seen, ""]).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    codes = np.where((codes >= FULLWIDTH.start) & (codes < FULLWIDTH.stop), codes - (FULLWIDTH.start - 0x21), codes)
    kinds = _kinds()[np.minimum(codes, TABLE)]
    sizes = np.array([len(text) for text in seen], dtype=np.int64)
    starts = np.cumsum(sizes + 1) - sizes - 1
    in_line = np.bitwise_or.reduceat(kinds, starts)
    letter = kinds & LETTER != 0
    initial = letter & np.append(True, ~letter[:-1])
    space_after = np.append(kinds[1:] & SPACE != 0, False)

    def count(flags: Flags) -> Floats:
        return np.add.reduceat(flags, starts, dtype=np.int64).astype(np.float64)

    def is_before_space(char: str) -> Flags:
        return count((codes == ord(char)) & space_after) > 0

    capitals, initials = count(initial & (kinds & UPPER != 0)), np.maximum(1.0, count(initial))
    digits, marks, commas = count(kinds & DIGIT != 0), count(kinds & MARK != 0), count(codes == ord(","))
    size = np.array([len(line.text) for line in lines], dtype=np.float64)
    each = np.maximum(counts, 1)
    names = (capitals == initials) & (counts >= 2) & (counts <= 5) & (size <= 40) & (digits == 0)
    return [
        np.log1p(length),
        np.log1p(size),
        length == 1,
        length == 2,
        length <= 4,
        length >= 8,
        prose,
        np.array([line.ends for line in lines]),
        capitals / initials,
        names,
        (in_line & (UPPER | LOWER)) == UPPER,
        digits / sizes,
        marks / sizes,
        size / each / 5,
        commas / each,
        *map(is_before_space, ":.|"),
        _bits(in_line & ~(LETTER | SPACE | MARK)),
        _bits(kinds[starts]),
        _bits(kinds[starts + sizes - 1]),
    ]


def _bits(kinds: Ints) -> Flags:
    """A column for each bit of `_kinds`."""
    bits: Flags = kinds & _EACH_BIT != 0
    return bits.ravel()


_EACH_BIT: Final = 1 << np.arange(len(SEEN_ALONE) + 6)[:, None]


def _shares(
    kinds: Ints, grammar: Flags, word_lines: Ints, counts: Ints, weights: Floats, language: str | None
) -> Columns:
    """Words of grammar, years, agencies and addresses in each line."""

    def count(flags: Flags) -> Ints:
        return np.bincount(word_lines[flags], minlength=len(counts))

    common = count(grammar) / np.maximum(counts, 1)
    return [
        common,
        common * (weights >= 6),
        *(count(kinds & hint != 0) > 0 for hint in (hints.YEAR, hints.AGENCY, hints.ADDRESS)),
        np.full(len(counts), len(_grammar(language)) > 0),
        *(count(kinds & bit != 0) / np.maximum(counts, 1) for bit in hints.GROUP_BITS.values()),
    ]


def _by_rule(verdicts: Sequence[Verdict | None], rules: tuple[str, ...]) -> Columns:
    """For each verdict a one in the column of its rule and label; zeros for None and for unknown rules."""
    places, none = _rule_places(rules), len(rules)
    found = [none if verdict is None else places.get((verdict.rule, verdict.label), none) for verdict in verdicts]
    columns = np.zeros((none + 1, len(verdicts)), dtype=np.bool_)
    columns[found, np.arange(len(verdicts))] = True
    return [columns[:-1].ravel()]


@lru_cache(maxsize=16)
def _rule_places(rules: tuple[str, ...]) -> dict[tuple[Rule, Label], int]:
    """The place of each rule and label among the columns of rules that a model knows."""
    places = {name: place for place, name in enumerate(rules)}
    named = {(rule, label): rule_column(rule, label) for rule, label in possible()}
    return {verdict: places[name] for verdict, name in named.items() if name in places}


def _likeness(
    numbered: Ints, word_lines: Ints, counts: Ints, content: Ints, content_lines: Ints, prose: Floats, different: int
) -> Columns:
    """How many words each line shares with the first line of the dump, and with its other running text."""
    lines = len(counts)
    in_first = np.zeros(max(1, different), dtype=np.bool_)
    in_first[numbered[: counts[0] if lines else 0]] = True
    firsts = _unique(word_lines[in_first[numbered]] * max(1, different) + numbered[in_first[numbered]])
    shared = np.bincount(firsts // max(1, different), minlength=lines)
    spread = np.bincount(content, weights=prose[content_lines], minlength=max(1, different))
    shown = spread[content] - prose[content_lines]
    meaning = np.bincount(content_lines, minlength=lines)
    often = max(2.0, 0.1 * float(prose.sum()))

    def over(values: Floats | Flags) -> Floats:
        return np.bincount(content_lines, weights=values, minlength=lines).astype(np.float64)

    return [
        shared / max(1, int(in_first.sum())),
        shared / np.maximum(1, counts),
        meaning / np.maximum(1, counts),
        over(shown > 0) / np.maximum(1, meaning),
        over(np.log1p(shown)) / np.maximum(1, meaning),
        np.log1p(over(shown >= often)),
    ]


def _unique(numbers: Ints) -> Ints:
    """The different numbers, in order."""
    ordered = np.sort(numbers)
    return ordered[np.append(True, ordered[1:] != ordered[:-1])] if len(ordered) else ordered


def _repeats(lines: Sequence[Line]) -> Columns:
    """How often the dump has the line, and whether a line above is the same."""
    times: dict[str, int] = {}
    before: list[bool] = []
    folded = [line.folded for line in lines]
    for text in folded:
        seen = times.get(text, 0)
        before.append(seen > 0)
        times[text] = seen + 1
    return [np.log([times[text] for text in folded]), np.array(before)]


def _places(lines: Sequence[Line], words: Floats, prose: Floats) -> Columns:
    """The place of the line among all lines, among their words, and among the words of running text."""
    count = len(lines)
    place = np.arange(count, dtype=np.float64)
    below = count - 1 - place
    running = words * prose
    apart = np.array([line.apart for line in lines], dtype=np.float64)
    all_words, all_running = max(1.0, words.sum()), max(1.0, running.sum())
    return [
        place / max(1, count),
        below / max(1, count),
        np.log1p(place),
        np.log1p(below),
        np.full(count, np.log1p(count)),
        np.full(count, np.log1p(all_words)),
        (np.cumsum(words) - words) / all_words,
        (np.cumsum(running) - running) / all_running,
        running / all_running,
        words / all_words,
        apart,
        np.append(apart[1:], 1.0),
        np.full(count, apart[1:].mean() if count > 1 else 0.0),
        place == 0,
    ]


def _hashed(hashes: Ints, word_lines: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """Hashes of the lines' words, of their first and last ones and pairs, and of short lines as a whole.

    Returns the hashes and the line of each, in the order of the lines.
    """
    starts = np.cumsum(counts) - counts
    is_hashed = np.arange(len(hashes)) - starts[word_lines] < MAX_HASHED_WORDS
    some, pairs = np.flatnonzero(counts > 0), np.flatnonzero(counts > 1)
    first, last = hashes[starts[some]], hashes[(starts + counts - 1)[some]]
    ids = [hashes[is_hashed], _mix(1, first), _mix(2, last)]
    ids.append(_mix(3, hashes[starts[pairs]], hashes[starts[pairs] + 1]))
    ends = (starts + counts)[pairs]
    ids.append(_mix(4, hashes[ends - 2], hashes[ends - 1]))
    owners = [word_lines[is_hashed], some, some, pairs, pairs]
    for size in range(1, 5):
        whole = np.flatnonzero(counts == size)
        ids.append(_mix(4 + size, *(hashes[starts[whole] + n] for n in range(size))))
        owners.append(whole)
    owner = np.concatenate(owners)
    order = np.argsort(owner, kind="stable")
    return np.concatenate(ids)[order], owner[order]


def _mix(kind: int, *parts: Ints) -> Ints:
    """One hash for several, and for a place in the line (FNV-1a's prime, modulo 2**32)."""
    mixed = np.full_like(parts[0], kind * 2654435761 % 2**32)
    for part in parts:
        mixed = (mixed ^ part) * 16777619 % 2**32
    return mixed ^ (mixed >> 15)
