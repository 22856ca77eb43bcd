"""Lost spaces that patterns find: after abbreviations, around figures, after marks that stand close together.

The trees look at one mark between two words.  They do not see a place in a token that has several marks and figures
("£3.5m,of", "nur48.000.Die"), because such tokens are usually addresses and code.  All of these patterns but those
for abbreviations and for French marks are used only in a text that shows signs of lost spaces.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from copydesk import lexicon
from copydesk.edits import Edit
from copydesk.program_code import is_code
from copydesk.repair import fused_words, punctuation
from copydesk.repair.candidates import TextContext, token_around
from copydesk.repair.context import Context
from copydesk.text import base_language


@dataclass(frozen=True, slots=True)
class KnownGapThresholds:
    """The thresholds of these patterns.  Set with `python -m bench.spacing`, November 2026.

    Ranks are hundredths of a power of ten, as in `lexicon`.
    """

    max_word_before_figure: int = 290
    """A word up to this rank can be fused with a figure after it: "In2019".  Rarer ones are names: "Boeing747"."""

    max_long_word_before_figure: int = 330
    """The same for a word of four or more small letters: "during2019", "durante7"."""

    min_long_word: int = 4
    """Letters of such a word."""

    max_word_behind_figure: int = 560
    """The same for a word after a figure: "9votes"."""

    min_letters_behind_figure: int = 4
    """Letters.  Shorter words after a figure are units: "5km", "3rd", "10pm"."""

    max_grammar_rank: int = 300
    """Both words of a pair such as "of the" are up to this rank."""

    min_pair_rank: int = 530
    """The pair as one word ("ofthe") has at least this rank; "into" and "alot" are more frequent."""

    min_pair_frequency: int = 31
    """How often the two words follow each other: the base-2 logarithm of their count in Google Books."""


KNOWN_GAPS: Final = KnownGapThresholds()

_ABBREVIATION = re.compile(
    r"(?:(?<=\d)|(?<=\d )|(?<!\w)(?<!\.))(?:[ap]\.m\.|U\.S\.|U\.K\.|U\.N\.|E\.U\.|D\.C\.|Ph\.D\.|B\.A\.|M\.A\.)"
    r"(?=[A-Z][a-z]+\b(?![.@(]\w)|[AI] )"
)
_LAST_LETTER = re.compile(r"\.[mSKNUCDA]\.(?=[^\W\d_])")
"""The end of such an abbreviation beside a letter.  A search for it first is cheap."""

_FRENCH_END = re.compile(
    "[?!](?<=\\w[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}].)"
    "(?=[A-Z\u00c0-\u00de][^\\W\\d_A-Z]|[A\u00c0\u00d4] [^\\W\\d_])"
    "|[;:](?<=\\w[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}].)(?=[^\\W\\d_]{2})"
    "|[?!](?<=\\w[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}].)(?=\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK})"
)
_CLOSED_SENTENCE = re.compile(
    "(?<=[.!?\N{HORIZONTAL ELLIPSIS}])[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]?"
    "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}(?=[^\\W\\d_]{2})"
)
_OPENS, _CLOSES = "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}", "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}"
_BEFORE_DASH = re.compile("[,!?](?<=[\\w\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}].)(?=\N{EM DASH} [^\\W\\d_])")
SPACE_BEFORE_DASH: Final = frozenset(("ru", "uk", "bg", "be"))
"""Languages with a space at both sides of a dash.  English has none, or both."""

MAX_QUOTATION: Final = 600
"""Characters of a quotation that are searched for its beginning.  Longer ones stay as they are."""

CLOSED_BY_ANGLE: Final = frozenset(("fr", "it", "es", "pt", "ca", "el", "ru", "uk", "bg", "nb", "nn", "no"))
"""Languages in which this mark closes a quotation; in German it opens one."""

_HOURS = re.compile(r"(?:(?<=\d)|(?<=\d ))[ap]\.m\.(?=[a-z]{2,}\b(?!\.\w))")
_SHORT_FORMS: Final = "z\\.B|d\\.h|u\\.a|i\\.e|e\\.g|z\\.T|u\\.U|s\\.o"
_BESIDE_SHORT_FORM = re.compile(rf"[,;](?=(?:{_SHORT_FORMS})\.)|(?<![\w.])(?:{_SHORT_FORMS})\.(?=[^\W\d_]{{2}})")
_CLOSED_QUOTE = re.compile(
    "[\N{RIGHT DOUBLE QUOTATION MARK}\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}"
    "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}][,;](?=[^\\W\\d_])"
)
_HOST = re.compile(r"\w\.(?:com|org|net|de|fr|es|it|nl|co\.uk|at|ch),(?=[^\W\d_]{2})")
_NUMBER: Final = r"\d{1,3}(?:[.,]\d{3})+(?!\d)|\d{1,4}(?!\d)"
_BEFORE_FIGURE = re.compile(
    rf"(?<![\w@#&/.\-])(?P<word>[^\W\d_]{{2,12}})(?=(?:{_NUMBER})(?![\-\w/]|[.:]\d)|\d{{1,3}},\d{{3}})"
)
_BEHIND_FIGURE = re.compile(rf"(?:(?<![\w.,:/\-])|(?<=[a-z]))(?:{_NUMBER})(?P<word>[^\W\d_]{{4,20}})(?![\w@/\-])")
_MARK_BEHIND_FIGURE = re.compile(
    r"(?<=\d)(?:m|bn|k|km|kg|cm|%|th|st|nd|rd)?[,;](?=[^\W\d_]{2})|(?<=\d)(?:m|bn|km|%)?\."
    rf"(?:(?<=\d{{{punctuation.FIGURES_OF_YEAR}}}\.)|(?!{punctuation.CHESS_MOVE}))(?=[A-Z\u00c0-\u00de][^\W\d_A-Z]+)"
)
_MACHINE = re.compile(r"[@/\\_=<>{}|#~^*`&]|www\.|https?:|\(\)")
_ORDINAL_OR_UNIT = frozenset(
    (
        *("inch", "fold", "hour", "hours", "year", "years", "month", "months", "week", "weeks", "days", "mins", "secs"),
        *("watt", "volt", "bits", "bytes", "gram", "grams", "person", "time", "times", "tage", "jahre", "stunden"),
        *("jährige", "jähriger", "jährigen", "köpfige", "fach", "mal", "prozent", "prozentige", "teilige"),
    )
)
"""Words that some writers attach to figures."""


def abbreviations(text: str, context: Context) -> Iterator[Edit]:
    """The edits after abbreviations of which the last full stop is beside a new word: "9 p.m.Volunteers"."""
    if not context.has("spacing.sentence-joint"):
        return
    for near in _LAST_LETTER.finditer(text):
        starts = range(max(0, near.start() - 2), near.start())
        found = [pattern.match(text, start) for start in starts for pattern in (_ABBREVIATION, _HOURS)]
        match = next((each for each in found if each and each.end() == near.end()), None)
        if match:
            low, high = token_around(text, match.start(), match.end())
            if not _MACHINE.search(text[low:high]) and not is_code(text, match.start()):
                yield Edit(match.end(), "", " ", ("spacing.sentence-joint",))


def french_ends(text: str, context: Context) -> Iterator[Edit]:
    """The edits behind a French high mark with a space before it: "Qui paiera ?La mairie", "la région ;celle-ci"."""
    if base_language(context.language) == "fr" and context.has("spacing.sentence-joint"):
        yield from _spaces_behind(_FRENCH_END.finditer(text), "spacing.sentence-joint")


def closed_sentences(text: str, context: Context) -> Iterator[Edit]:
    """The edits between a quoted sentence and the next one: "« C'est tout. »Les clients partent"."""
    is_closed = base_language(context.language) in CLOSED_BY_ANGLE
    if is_closed and context.has("spacing.sentence-joint"):
        yield from _spaces_behind(filter(_closes, _CLOSED_SENTENCE.finditer(text)), "spacing.sentence-joint")


def _closes(mark: re.Match[str]) -> bool:
    """Whether the mark closes a quotation that is open in its line, and a word with a capital follows."""
    text, at = mark.string, mark.start()
    line = max(text.rfind("\n", 0, at) + 1, at - MAX_QUOTATION)
    return text[mark.end()].isupper() and text.count(_OPENS, line, at) > text.count(_CLOSES, line, at)


def before_dashes(text: str, context: Context) -> Iterator[Edit]:
    """The edits between a mark and a dash that has a space behind it only: "— сказал он,— и ушёл"."""
    if base_language(context.language) in SPACE_BEFORE_DASH and context.has("spacing.dash"):
        yield from _spaces_behind(_BEFORE_DASH.finditer(text), "spacing.dash")


def _spaces_behind(matches: Iterable[re.Match[str]], rule: str) -> Iterator[Edit]:
    """The edits that set a space behind each match that is not in code."""
    return (Edit(match.end(), "", " ", (rule,)) for match in matches if not is_code(match.string, match.start()))


def in_damaged_text(around: TextContext, context: Context) -> list[Edit]:
    """The edits that only a text with signs of lost spaces gets, sorted by place."""
    text = around.text
    places: dict[int, str] = {}
    for match in _BEFORE_FIGURE.finditer(text):
        if around.rank(match["word"]) <= _max_rank_before_figure(match["word"]):
            places[match.end("word")] = "spacing.figure"
    for match in _BEHIND_FIGURE.finditer(text):
        word = match["word"]
        is_word = word.casefold() not in _ORDINAL_OR_UNIT and word[1:].islower()
        if is_word and around.rank(word) <= KNOWN_GAPS.max_word_behind_figure:
            places[match.start("word")] = "spacing.figure"
    for pattern, rule in (
        (_MARK_BEHIND_FIGURE, None),
        (_CLOSED_QUOTE, "spacing.comma"),
        (_HOST, "spacing.comma"),
        (_BESIDE_SHORT_FORM, None),
    ):
        for match in pattern.finditer(text):
            of_mark = "spacing.comma" if match[0][-1] in ",;" else "spacing.sentence-joint"
            places.setdefault(match.end(), rule or of_mark)
    places |= dict.fromkeys(_pairs(around), "spacing.fused-words")
    return [
        Edit(at, "", " ", (rule,))
        for at, rule in sorted(places.items())
        if context.has(rule) and not _is_machine_text(text, at) and not is_code(text, at)
    ]


def _max_rank_before_figure(word: str) -> int:
    """How rare a word may be that is fused with a figure after it."""
    if not word.islower():
        return KNOWN_GAPS.max_word_before_figure
    is_long = len(word) >= KNOWN_GAPS.min_long_word
    return KNOWN_GAPS.max_long_word_before_figure if is_long else KNOWN_GAPS.max_word_before_figure


def _is_machine_text(text: str, at: int) -> bool:
    """Whether the token around a place is an address, a handle, a path or code."""
    low, high = token_around(text, at, at)
    return _MACHINE.search(text[low:high]) is not None


def _pairs(around: TextContext) -> Iterator[int]:
    """The places between two English words of grammar that the list has as one word by mistake: "ofthe"."""
    if not around.is_english:
        return
    found: list[tuple[str, int]] = []
    for word, count in around.words.items():
        if count == 1 and word.islower() and 3 <= len(word) <= 9:
            whole = around.rank(word)
            at = _split(word, around) if KNOWN_GAPS.min_pair_rank <= whole < lexicon.MISSING else None
            if at:
                found.append((word, at))
    places = dict(fused_words.positions(around.text, [word for word, _ in found]))
    yield from (places[word] + at for word, at in found)


def _split(word: str, around: TextContext) -> int | None:
    """Where a word divides into two words of grammar that often follow each other; None if it does not."""
    best: tuple[int, int] | None = None
    for at in range(1, len(word)):
        first, second = word[:at], word[at:]
        frequency = around.pair_frequency(first, second)
        are_grammar = max(around.rank(first), around.rank(second)) <= KNOWN_GAPS.max_grammar_rank
        if are_grammar and frequency >= KNOWN_GAPS.min_pair_frequency:
            best = max(best, (frequency, at)) if best else (frequency, at)
    return best[1] if best else None
