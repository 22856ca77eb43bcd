"""Spaces that a scraper lost or left over: fused words, lost spaces at punctuation, stray spaces.

A false change is worse than ten misses.  Where a space may be missing, `copydesk.repair` says how much speaks for it;
how much must, depends on the text: two places beyond doubt are signs that it is damaged, and open the gate for likely
ones.  A text without signs keeps what is not beyond doubt.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from babel import Locale, UnknownLocaleError

from copydesk.characters import CLOSING_QUOTES
from copydesk.edits import Edit, Rule, apply, compose
from copydesk.program_code import is_code
from copydesk.repair import from_page, fused_words, punctuation
from copydesk.repair.boosted_trees import Forest
from copydesk.repair.candidates import COMPOUNDING, Kind, Place, Surroundings, is_machines, token
from copydesk.repair.context import Context

RULES = (
    Rule("spacing.fused-words", "two words that stand fused letter to letter: neither the whole nor a compound is one"),
    Rule("spacing.month-day", "a space stands between the short name of a month and the day"),
    Rule("spacing.sentence-joint", "a space (a line break where paragraphs were fused) stands between two sentences"),
    Rule("spacing.comma", "a space stands after a comma or semicolon"),
    Rule("spacing.colon", "a space stands after a colon"),
    Rule("spacing.bracket", "a space stands outside a bracket"),
    Rule("spacing.quote", "a space stands outside a quotation mark"),
    Rule("spacing.figure", "a space stands between a word and a number or sum"),
    Rule("spacing.dash", "a dash with a space on one side has one on the other"),
    Rule("spacing.doubled", "one space stands between two words, and no tab"),
    Rule("spacing.stray", "no space stands before a comma or full stop"),
    Rule("spacing.stray-inside", "no space stands inside a bracket"),
)

SMALL_AND_CAPITAL: Final = (Kind.CAPITAL_SEEN, Kind.CAPITAL_KNOWN, Kind.CAPITAL_NAME)
"""A word in small letters, and one with a capital."""

COMPOUNDED: Final = (Kind.SEEN, Kind.NAME, Kind.GRAMMAR, Kind.WORDS)
"""What may be a compound, in languages that write them as one word."""

RULE_OF: Final[Mapping[Kind, str]] = {
    **dict.fromkeys((*COMPOUNDED, *SMALL_AND_CAPITAL, Kind.CAPITAL, Kind.CAPITALS), "spacing.fused-words"),
    Kind.SENTENCE: "spacing.sentence-joint",
    Kind.STOP: "spacing.sentence-joint",
    Kind.COMMA: "spacing.comma",
    Kind.COLON: "spacing.colon",
    Kind.OPENING: "spacing.bracket",
    Kind.CLOSING: "spacing.bracket",
    Kind.QUOTE: "spacing.quote",
    Kind.FIGURE: "spacing.figure",
    Kind.DASH: "spacing.dash",
}

BEYOND_DOUBT: Final[Mapping[Kind, int]] = {
    Kind.SEEN: 1900,
    Kind.NAME: 1200,
    Kind.GRAMMAR: 2100,
    Kind.WORDS: 3500,
    Kind.CAPITAL_SEEN: 500,
    Kind.CAPITAL_KNOWN: 2200,
    Kind.CAPITAL_NAME: 3200,
    Kind.CAPITAL: 5600,
    Kind.CAPITALS: 1700,
    Kind.SENTENCE: 3000,
    Kind.STOP: 2300,
    Kind.COMMA: 3700,
    Kind.COLON: 2700,
    Kind.OPENING: 2850,
    Kind.CLOSING: 1500,
    Kind.QUOTE: 1500,
    Kind.FIGURE: 3200,
    Kind.DASH: 3200,
}
"""Scores from which on a place gets its space in any text.  Set where, on windows of other domains, what was wrong by
reading (and not damage that the page itself has) stayed under one in 200,000 words of each kind."""

CAPITAL_ELSEWHERE: Final = 1000
"""The same for a word in small letters before a capital in other languages than English: "aufHiddensee"."""

LESS: Final[Mapping[Kind, int]] = {
    Kind.SEEN: 1500,
    Kind.NAME: 1200,
    Kind.GRAMMAR: 1800,
    Kind.WORDS: 2600,
    Kind.CAPITAL_SEEN: 500,
    Kind.CAPITAL_KNOWN: 1500,
    Kind.CAPITAL_NAME: 2500,
    Kind.CAPITAL: 3500,
    Kind.CAPITALS: 1000,
    Kind.SENTENCE: 2500,
    Kind.STOP: 700,
    Kind.COMMA: 2000,
    Kind.COLON: 2000,
    Kind.OPENING: 2200,
    Kind.CLOSING: 500,
    Kind.QUOTE: 300,
    Kind.FIGURE: 1700,
    Kind.DASH: 1700,
}
"""By how much less is enough in a text with signs of damage."""

LEAST_SIGNS: Final = 2
WORDS_A_SIGN: Final = 1500
"""Signs are places beyond doubt: so many at least, and one for so many words of the text."""

LEAST_JOINTS: Final = 3
"""Fused sentences from which on a damaged text lost its paragraphs with them."""

MOST_PASSES: Final = 4
"""A repair shows what could not be seen before: "aBoonandaBane"."""

# Each pattern begins with the character that it is about, to which a search can skip, and looks back from there.
_DOUBLED = re.compile(r"(?: (?<=\S )[ \t]+|\t(?<=\S\t)[ \t]*)(?=\S)")
_END = rf"(?=[\s)\]{CLOSING_QUOTES}]|$)"
_STRAY = re.compile(rf" (?<=[\w)\]%{CLOSING_QUOTES}] ) *(?=[,.]{_END})(?!\. ?\.)")
_TIGHT = re.compile(r"[,.](?<=\w.)(?=\s|$)")
_INSIDE = re.compile(r" (?<=\s\( )(?=\w[^()\n]{0,200}\))|(?<=[\w.!?%]) (?=\)(?:[\s.,;:!?]|$))")
_IN_WORD = re.compile(r"\w")
_DAY = re.compile(r"\.(?<=[^\W\d]\.)\d")
"""What a short month's name without its space ends with; looking for it first is cheap."""

MOST_STRAY: Final = 0.15
"""Share of a text's commas and full stops behind a space from which on it is the writer's manner, no damage."""


def find(text: str, context: Context) -> Iterator[Edit]:
    """All edits, sorted by place: rule after rule, until nothing is found any more, or after MOST_PASSES.

    Each of the context's own words counts as one that the text has elsewhere.  Where the page gives the gaps
    (`from_page`), nothing is found here.
    """
    made: tuple[Edit, ...] = ()
    is_damaged = False
    if from_page.gives_gaps(context):
        return iter(())
    for _ in range(MOST_PASSES):
        before = text
        for step in (_doubled, _stray, _month_days):
            edits = sorted(step(text, context), key=lambda edit: edit.start)
            if edits:
                text, made = apply(text, edits), compose(made, edits)
        around = Surroundings(text, context.language, context.own_words)
        lost, is_damaged = _lost(around, context, is_damaged=is_damaged)
        if lost:
            text, made = apply(text, lost), compose(made, lost)
        if text == before:
            break
    return iter(made)


def _doubled(text: str, context: Context) -> Iterator[Edit]:
    if ("  " in text or "\t" in text) and context.has("spacing.doubled"):
        for match in _DOUBLED.finditer(text):
            yield Edit(match.start(), match[0], " ", ("spacing.doubled",))


def _stray(text: str, context: Context) -> Iterator[Edit]:
    if (" ," in text or " ." in text) and context.has("spacing.stray"):
        found = [match for match in _STRAY.finditer(text) if not is_code(text, match.start())]
        if len(found) < LEAST_SIGNS or len(found) < MOST_STRAY * (len(found) + len(_TIGHT.findall(text))):
            for match in found:
                yield Edit(match.start(), match[0], "", ("spacing.stray",))
    if ("( " in text or " )" in text) and context.has("spacing.stray-inside"):
        for match in _INSIDE.finditer(text):
            if not is_code(text, match.start()):
                yield Edit(match.start(), " ", "", ("spacing.stray-inside",))


def _month_days(text: str, context: Context) -> Iterator[Edit]:
    pattern = _month_day(context.language) if context.has("spacing.month-day") and _DAY.search(text) else None
    for match in pattern.finditer(text) if pattern else ():
        inside_word = match.start() and _IN_WORD.match(text, match.start() - 1)
        low, high = token(text, match.start(), match.end())
        if not inside_word and not is_machines(text[low:high]) and not is_code(text, match.start()):
            yield _space(match.start(1), "spacing.month-day")


def _space(place: int, rule: str) -> Edit:
    return Edit(place, "", " ", (rule,))


@cache
def _month_day(language: str | None) -> re.Pattern[str] | None:
    """A short month's name with its full stop and a day: "Oct.7"."""
    try:
        locale = Locale.parse(language or "", sep="-")
    except (UnknownLocaleError, ValueError):
        return None
    names = {name.rstrip(".") for name in locale.months["format"]["abbreviated"].values()}
    short = [re.escape(name) for name in sorted(names) if name.isalpha()]
    return re.compile(rf"(?:{'|'.join(short)})\.((?:[12][0-9]|3[01]|0?[1-9])\b(?![.:/,]\d))") if short else None


def _lost(around: Surroundings, context: Context, *, is_damaged: bool) -> tuple[list[Edit], bool]:
    """The spaces that are missing, and whether the text is damaged; it is where it was so before."""
    scored = [(place, score) for place, score in _scored(around, context.forests) if context.has(RULE_OF[place.kind])]
    signs = sum(1 for place, score in scored if score >= _enough(place.kind, around, is_damaged=False))
    is_damaged = is_damaged or (signs >= LEAST_SIGNS and signs * WORDS_A_SIGN >= around.words.total())
    missing = [place for place, score in scored if score >= _enough(place.kind, around, is_damaged=is_damaged)]
    joints = sum(1 for place in missing if place.kind is Kind.SENTENCE)
    breaks = is_damaged and joints >= LEAST_JOINTS
    return [_put_in(place, breaks=breaks) for place in missing], is_damaged


def _enough(kind: Kind, around: Surroundings, *, is_damaged: bool) -> int:
    """The score from which on a place gets its space; what may be a compound must be beyond doubt in any text."""
    if kind in SMALL_AND_CAPITAL and not around.is_english:
        return CAPITAL_ELSEWHERE
    if kind in COMPOUNDED and around.base in COMPOUNDING:
        return BEYOND_DOUBT[Kind.WORDS]
    return BEYOND_DOUBT[kind] - (LESS[kind] if is_damaged else 0)


def _scored(around: Surroundings, forests: Mapping[str, Forest]) -> list[tuple[Place, int]]:
    """Every place that may lack a space, with its score."""
    found: list[tuple[Place, int]] = []
    for name, finder in (("fused_words", fused_words), ("punctuation", punctuation)):
        places = list(finder.find(around))
        found += zip(places, forests[name].scores([place.evidence for place in places]), strict=True)
    found.sort(key=lambda item: item[0].at)
    return found


def _put_in(place: Place, *, breaks: bool) -> Edit:
    """A space, or the line break between two paragraphs."""
    return Edit(place.at, "", "\n" if breaks and place.kind is Kind.SENTENCE else " ", (RULE_OF[place.kind],))
