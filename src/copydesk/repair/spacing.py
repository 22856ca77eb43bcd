"""Spaces that a scraper lost or added: fused words, lost spaces at punctuation, stray spaces.

Patterns find stray and doubled spaces.  `fused_words` and `punctuation` find candidates for missing spaces,
`boosted_trees` gives each a score, and `thresholds` decides which of them are inserted.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from typing import Final

from babel import Locale, UnknownLocaleError

from copydesk import tab_rows
from copydesk.characters import CLOSING_QUOTES
from copydesk.edits import Edit, Rule, apply, compose
from copydesk.program_code import is_code
from copydesk.repair import from_page, known_gaps
from copydesk.repair.candidates import TextContext, is_machine_text, token_around
from copydesk.repair.context import Context
from copydesk.repair.thresholds import SPACING, Damage, missing_spaces
from copydesk.text import base_language

RULES = (
    Rule("spacing.fused-words", "two words without a space between them: the whole is neither a word nor a compound"),
    Rule("spacing.month-day", "a space belongs between the short name of a month and the day"),
    Rule(
        "spacing.sentence-joint", "a space belongs between two sentences, or a line break if they were two paragraphs"
    ),
    Rule("spacing.comma", "a space belongs after a comma or semicolon"),
    Rule("spacing.colon", "a space belongs after a colon"),
    Rule("spacing.bracket", "a space belongs outside a bracket"),
    Rule("spacing.quote", "a space belongs outside a quotation mark"),
    Rule("spacing.figure", "a space belongs between a word and a number or sum"),
    Rule("spacing.dash", "a dash with a space on one side has one on the other"),
    Rule("spacing.doubled", "one space belongs between two words, not several and not a tab"),
    Rule("spacing.cells", "one tab belongs between two cells of a table, not two"),
    Rule("spacing.stray", "no space belongs before a comma, full stop, colon or semicolon"),
    Rule("spacing.stray-inside", "no space belongs inside a bracket or English quotation marks"),
)

MAX_PASSES: Final = 4
"""Times that all rules look at the text.  A repair may show what was hidden before: "aBoonandaBane".

Used since November 2026; what set it is not recorded.
"""

MAX_CALL: Final = 200
"""Characters between the brackets of a call: as many as `_INSIDE` looks at."""

# Each pattern begins with its rarest character, so that a search can skip to it, and then looks back from there.
_DOUBLED = re.compile(r"(?: (?<=\S )[ \t]+|\t(?<=\S\t)[ \t]*)(?=\S)")
_END = rf"(?=[\s)\]{CLOSING_QUOTES}]|$)"
_STRAY = re.compile(rf" (?<=[\w)\]%{CLOSING_QUOTES}] ) *(?=[,.]{_END})(?!\. ?\.)")
_TIGHT = re.compile(r"[,.](?<=\w.)(?=\s|$)")
_STRAY_COLON = re.compile(r" (?<=[^\W\d_][^\W\d_] |[^\W\d_][)\]] ) *(?=:(?: [^\W_]|\n|$))")
_INSIDE = re.compile(r" (?<=\s\( )(?=\w[^()\n]{0,200}\))|(?<=[\w.!?%]) (?=\)(?:[\s.,;:!?]|$))")
_STRAY_SEMICOLON = re.compile(r" (?<=[^\W\d_] ) *(?=;(?:\s|$))")
_INSIDE_QUOTES = re.compile(
    r"\N{LEFT DOUBLE QUOTATION MARK}(?P<first> )(?=[A-Z\u00c0-\u00de])"
    r"[^\n\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}]{1,400}(?<=\S)(?P<last> )"
    r"(?=\N{RIGHT DOUBLE QUOTATION MARK}(?:[\s.,;:!?)]|$))"
)
"""The spaces inside both marks of a quotation: "“ I packed socks, ” said the cook"."""

_FRENCH_MARK = re.compile(r" [;:?!](?<=\w [;:?!])(?=\s|$)")
"""A high mark as French writes it, with a space before it."""

_IN_WORD = re.compile(r"\w")
_DAY = re.compile(r"\.(?<=[^\W\d]\.)\d")
"""The end of the short name of a month and a day without a space.  A search for it first is cheap."""


def find(text: str, context: Context) -> Iterator[Edit]:
    """All edits, sorted by place.  The rules are repeated until they find nothing, at most MAX_PASSES times.

    A word of `context.own_words` counts as a word that the text has elsewhere too.  If the page gives the gaps
    (`from_page`), nothing is found here.
    """
    made: tuple[Edit, ...] = ()
    damage = Damage.NONE
    if from_page.gives_gaps(context):
        return iter(())
    for _ in range(MAX_PASSES):
        before = text
        for step in _STEPS:
            edits = sorted(step(text, context), key=lambda edit: edit.start)
            if edits:
                text, made = apply(text, edits), compose(made, edits)
        around = TextContext(text, context.language, context.own_words)
        inserted, damage = missing_spaces(around, context, damage=damage)
        if damage:
            inserted = _merged(inserted, known_gaps.in_damaged_text(around, context))
        inserted = french_marks(around, inserted)
        if inserted:
            text, made = apply(text, inserted), compose(made, inserted)
        if text == before:
            break
    return iter(made)


def _merged(some: list[Edit], others: list[Edit]) -> list[Edit]:
    """The insertions of both lists, sorted; at a place that both have, that of the first."""
    places = {edit.start for edit in some}
    return sorted([*some, *(edit for edit in others if edit.start not in places)], key=lambda edit: edit.start)


def french_marks(around: TextContext, inserted: list[Edit]) -> list[Edit]:
    """The insertions, each behind a French high mark with one before the mark, if the text has spaces before them."""
    text = around.text
    if around.base_language != "fr" or not inserted or not _FRENCH_MARK.search(text):
        return inserted
    found: list[Edit] = []
    for edit in inserted:
        mark = edit.start - 1
        if mark > 0 and text[mark] in ";:?!" and _IN_WORD.match(text, mark - 1):
            found.append(Edit(mark, "", " ", edit.rules))
        found.append(edit)
    return found


def _doubled(text: str, context: Context) -> Iterator[Edit]:
    """Edits of several spaces, or of tabs: the tabs between the cells of a table stay."""
    if "  " not in text and "\t" not in text:
        return
    rows = list(tab_rows.find(text))
    starts = [row.start for row in rows]
    for match in _DOUBLED.finditer(text):
        row = rows[bisect_right(starts, match.start()) - 1] if rows and "\t" in match[0] else None
        if row is None or not row.start < match.start() < row.end:
            if context.has("spacing.doubled"):
                yield Edit(match.start(), match[0], " ", ("spacing.doubled",))
        elif row.between > 1 and context.has("spacing.cells"):
            yield Edit(match.start(), match[0], "\t" * (len(match[0]) // row.between), ("spacing.cells",))


def _stray(text: str, context: Context) -> Iterator[Edit]:
    """Edits that remove spaces before punctuation, and inside brackets and quotation marks."""
    is_french = base_language(context.language) == "fr"
    if (" ," in text or " ." in text) and context.has("spacing.stray"):
        found = [match for match in _STRAY.finditer(text) if not is_code(text, match.start())]
        total = len(found) + len(_TIGHT.findall(text))
        commas = sum(text[match.end()] == "," for match in found)
        is_few = len(found) < SPACING.min_signs or len(found) < SPACING.max_stray_share * total
        are_of_links = commas >= SPACING.min_commas_of_stray * len(found)
        if is_few or (are_of_links and len(found) < SPACING.max_stray_share_of_links * total):
            for match in found:
                yield Edit(match.start(), match[0], "", ("spacing.stray",))
            if len(found) >= SPACING.min_signs and not is_french:
                yield from _stray_semicolons(text)
    if " :" in text and context.has("spacing.stray") and not is_french:
        yield from _stray_colons(text)
    if ("( " in text or " )" in text) and context.has("spacing.stray-inside"):
        for match in _INSIDE.finditer(text):
            if not is_code(text, match.start()) and not _closes_call(text, match.end()):
                yield Edit(match.start(), " ", "", ("spacing.stray-inside",))
    if "\N{LEFT DOUBLE QUOTATION MARK} " in text and context.has("spacing.stray-inside") and not is_french:
        for match in _INSIDE_QUOTES.finditer(text):
            if not is_code(text, match.start()):
                yield Edit(match.start("first"), " ", "", ("spacing.stray-inside",))
                yield Edit(match.start("last"), " ", "", ("spacing.stray-inside",))


def _closes_call(text: str, at: int) -> bool:
    """Whether the bracket at this place closes a call in code that has spaces inside: "append( base, mark )"."""
    opened = text.rfind("(", max(0, at - MAX_CALL), at)
    return opened > 0 and text[at] == ")" and text[opened + 1] == " " and text[opened - 1].isalnum()


def _stray_semicolons(text: str) -> Iterator[Edit]:
    """Edits for a text that has other stray spaces: without them, it may be a list such as "Doe, J. ; Roe, R."."""
    for match in _STRAY_SEMICOLON.finditer(text):
        if not is_code(text, match.start()):
            yield Edit(match.start(), match[0], "", ("spacing.stray",))


def _stray_colons(text: str) -> Iterator[Edit]:
    """Edits that remove the space before a colon, where it is the only one in its line and enough text follows.

    Several in a line separate entries ("Setup : Tests : Release"), and a short rest is a value ("Name : Ada").
    """
    found = [match for match in _STRAY_COLON.finditer(text) if not is_code(text, match.start())]
    lines = [text.rfind("\n", 0, match.start()) for match in found]
    for match, line in zip(found, lines, strict=True):
        rest = text[match.end() + 1 : match.end() + 1 + SPACING.min_behind_stray_colon]
        is_long = len(rest) == SPACING.min_behind_stray_colon and "\n" not in rest
        if lines.count(line) == 1 and (is_long or rest[:1] in ("\n", "")):
            yield Edit(match.start(), match[0], "", ("spacing.stray",))


def _month_days(text: str, context: Context) -> Iterator[Edit]:
    """Edits that insert a space between the short name of a month and the day."""
    pattern = _month_day(context.language) if context.has("spacing.month-day") and _DAY.search(text) else None
    for match in pattern.finditer(text) if pattern else ():
        inside_word = match.start() and _IN_WORD.match(text, match.start() - 1)
        low, high = token_around(text, match.start(), match.end())
        if not inside_word and not is_machine_text(text[low:high]) and not is_code(text, match.start()):
            yield Edit(match.start(1), "", " ", ("spacing.month-day",))


@cache
def _month_day(language: str | None) -> re.Pattern[str] | None:
    """Matches the short name of a month, its full stop and a day: "Oct.7".  None if the language is unknown."""
    try:
        locale = Locale.parse(language or "", sep="-")
    except (UnknownLocaleError, ValueError):
        return None
    names = {name.rstrip(".") for name in locale.months["format"]["abbreviated"].values()}
    short = [re.escape(name) for name in sorted(names) if name.isalpha()]
    return re.compile(rf"(?:{'|'.join(short)})\.((?:[12][0-9]|3[01]|0?[1-9])\b(?![.:/,]\d))") if short else None


_STEPS: Final = (
    _doubled,
    _stray,
    _month_days,
    known_gaps.abbreviations,
    known_gaps.french_ends,
    known_gaps.closed_sentences,
    known_gaps.before_dashes,
)
"""What finds edits that need no trees, in this order."""
