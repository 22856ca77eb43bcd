"""How high a candidate's score must be for its space to be inserted.

A false change is worse than ten missed ones.  So a candidate needs a score that is beyond doubt in any text, unless the
text shows signs of damage: several candidates that are beyond doubt.  Then likely candidates get their space too.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType
from typing import Final

from copydesk.edits import Edit
from copydesk.forest import Forests
from copydesk.repair import fused_words, punctuation
from copydesk.repair.candidates import COMPOUNDING, Candidate, Kind, TextContext
from copydesk.repair.context import Context

MAYBE_COMPOUND: Final = (Kind.SEEN, Kind.NAME, Kind.GRAMMAR, Kind.WORDS)
"""Kinds that may be a compound, in languages that write compounds as one word."""

RULE_OF: Final[Mapping[Kind, str]] = {
    **dict.fromkeys(MAYBE_COMPOUND, "spacing.fused-words"),
    Kind.CAPITAL_SEEN: "spacing.fused-words",
    Kind.CAPITAL_KNOWN: "spacing.fused-words",
    Kind.CAPITAL_NAME: "spacing.fused-words",
    Kind.CAPITAL_START: "spacing.fused-words",
    Kind.CAPITAL: "spacing.fused-words",
    Kind.CAPITALS: "spacing.fused-words",
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
"""The rule that inserts the space, by the kind of candidate."""

_TITLE = re.compile(r"(?<!\w)[A-Z]\w{0,3}\.\Z")
"""A short word with a capital before a full stop: the title of a person, or an initial."""

_BEYOND_DOUBT: Final = {
    Kind.SEEN: 1850,
    Kind.NAME: 300,
    Kind.GRAMMAR: 1800,
    Kind.WORDS: 2550,
    Kind.CAPITAL_SEEN: -200,
    Kind.CAPITAL_KNOWN: 2200,
    Kind.CAPITAL_NAME: 3550,
    Kind.CAPITAL_START: 2100,
    Kind.CAPITAL: 5650,
    Kind.CAPITALS: 1800,
    Kind.SENTENCE: 2700,
    Kind.STOP: 2000,
    Kind.COMMA: 3000,
    Kind.COLON: 3600,
    Kind.OPENING: 2300,
    Kind.CLOSING: 2300,
    Kind.QUOTE: 1400,
    Kind.FIGURE: 3200,
    Kind.DASH: 3200,
}

_NOT_ENGLISH: Final = {
    Kind.GRAMMAR: 2300,
    Kind.WORDS: 2900,
    Kind.CAPITAL: 1700,
    Kind.CAPITAL_START: 1500,
    Kind.CAPITALS: 900,
    Kind.STOP: 1200,
    Kind.COMMA: 1000,
    Kind.COLON: 2600,
    Kind.OPENING: 2000,
    Kind.CLOSING: 1500,
    Kind.QUOTE: 800,
}

_LOWER_IF_DAMAGED: Final = {
    Kind.SEEN: 50,
    Kind.NAME: 100,
    Kind.GRAMMAR: 300,
    Kind.WORDS: 1650,
    Kind.CAPITAL_SEEN: 0,
    Kind.CAPITAL_KNOWN: 600,
    Kind.CAPITAL_NAME: 1950,
    Kind.CAPITAL_START: 1600,
    Kind.CAPITAL: 4950,
    Kind.CAPITALS: 1500,
    Kind.SENTENCE: 2700,
    Kind.STOP: 1100,
    Kind.COMMA: 800,
    Kind.COLON: 2900,
    Kind.OPENING: 1600,
    Kind.CLOSING: 1400,
    Kind.QUOTE: 0,
    Kind.FIGURE: 2200,
    Kind.DASH: 2400,
}

_LOWER_IF_MUCH_DAMAGED: Final = {
    Kind.SEEN: 950,
    Kind.NAME: 500,
    Kind.GRAMMAR: 900,
    Kind.WORDS: 2350,
    Kind.CAPITAL_SEEN: 400,
    Kind.CAPITAL_KNOWN: 2200,
    Kind.CAPITAL_NAME: 4050,
    Kind.CAPITAL_START: 1600,
    Kind.CAPITAL: 4950,
    Kind.CAPITALS: 1500,
    Kind.SENTENCE: 3000,
    Kind.STOP: 1100,
    Kind.COMMA: 2000,
    Kind.COLON: 3600,
    Kind.OPENING: 2300,
    Kind.CLOSING: 2300,
    Kind.QUOTE: 900,
    Kind.FIGURE: 2400,
    Kind.DASH: 3200,
}


class Damage(IntEnum):
    """How much a text shows that it lost spaces."""

    NONE = 0
    SOME = 1
    MUCH = 2


@dataclass(frozen=True, slots=True)
class SpacingThresholds:
    """The thresholds of the `spacing` rules.

    Scores are thousandths of the natural logarithm of the odds (`forest.UNIT`).  All were set in November 2026
    with `python -m bench.spacing`, on windows of domains that the trees had not seen.
    """

    beyond_doubt: Mapping[Kind, int] = field(default_factory=lambda: MappingProxyType(_BEYOND_DOUBT))
    """Minimum scores in any text.

    With them, each kind had less than one wrong edit in 200,000 words.  Edits that differ from the gold but repair real
    damage of the page, as a reader decided, were not counted as wrong.
    """

    not_english: Mapping[Kind, int] = field(default_factory=lambda: MappingProxyType(_NOT_ENGLISH))
    """Minimum scores in texts of other languages, where they differ: there, fewer names have a capital inside."""

    compound: int = 3200
    """The minimum score of what may be a compound, in a language that writes compounds as one word."""

    lower_if_damaged: Mapping[Kind, int] = field(default_factory=lambda: MappingProxyType(_LOWER_IF_DAMAGED))
    """By how much the minimum scores are lower in a text with signs of damage.

    Set so that each kind had at least four right edits for each wrong one more in damaged windows.
    """

    lower_if_much_damaged: Mapping[Kind, int] = field(default_factory=lambda: MappingProxyType(_LOWER_IF_MUCH_DAMAGED))
    """The same for a text with many signs of damage close together."""

    min_signs: int = 2
    """Signs of damage (candidates beyond doubt) that a damaged text has at least."""

    max_words_per_sign: int = 1500
    """Words of the text for each sign of damage, at most: two signs in a book do not make it a damaged text."""

    min_signs_of_much: int = 4
    """Signs of damage that a text with much damage has at least."""

    max_words_per_sign_of_much: int = 150
    """Words of such a text for each sign, at most.  No clean window of the kit has so many."""

    min_joints: int = 3
    """Pairs of sentences without a space between them.  From this number on, a damaged text lost line breaks there."""

    min_prose: int = 80
    """Characters of a line that counts as prose."""

    min_line_of_paragraphs: int = 500
    """Characters.  A shorter line with such joints is one paragraph."""

    min_share_of_line: float = 0.7
    """The share of the prose that is in the line with the joints.  From here on the text has lost its paragraphs."""

    max_stray_share: float = 0.15
    """Share of all commas and full stops that have a space before them.  From here on the writer does it on purpose,
unless enough of them are commas."""

    min_commas_of_stray: float = 0.4
    """The share of commas among the marks that have a space before them.  A writer who puts a space before his marks
    does so before full stops; a renderer that puts one behind each link does so before commas as often."""

    max_stray_share_of_links: float = 0.75
    """The same share if there are enough commas: not every mark is behind a link."""

    min_behind_stray_colon: int = 25
    """Characters of the line behind a colon that has a space before it.  Less may be the value of a field."""


SPACING: Final = SpacingThresholds()


def missing_spaces(around: TextContext, context: Context, *, damage: Damage) -> tuple[list[Edit], Damage]:
    """(edits that insert the missing spaces, how damaged the text is).  A text never gets less damaged."""
    scored = [item for item in scored_candidates(around, context.forests) if context.has(RULE_OF[item[0].kind])]
    signs = sum(1 for candidate, score in scored if score >= min_score(candidate.kind, around, Damage.NONE))
    damage = max(damage, _damage(signs, around.words.total()))
    missing = [candidate for candidate, score in scored if score >= min_score(candidate.kind, around, damage)]
    joints = sum(1 for candidate in missing if candidate.kind is Kind.SENTENCE)
    as_breaks = damage and joints >= SPACING.min_joints and _lost_line_breaks(around.text, missing)
    return [_insertion(candidate, around.text, as_breaks=bool(as_breaks)) for candidate in missing], damage


def _damage(signs: int, words: int) -> Damage:
    """How much damage a text of so many words has, by its signs."""
    if signs >= SPACING.min_signs_of_much and signs * SPACING.max_words_per_sign_of_much >= words:
        return Damage.MUCH
    if signs >= SPACING.min_signs and signs * SPACING.max_words_per_sign >= words:
        return Damage.SOME
    return Damage.NONE


def _lost_line_breaks(text: str, missing: Sequence[Candidate]) -> bool:
    """Whether most of the text is one line, in which the sentences without a space between them are.

    A text that still has its paragraphs lost spaces between sentences, not line breaks.
    """
    lines = [len(line) for line in text.splitlines() if len(line) >= SPACING.min_prose]
    in_lines = Counter(text.count("\n", 0, candidate.at) for candidate in missing if candidate.kind is Kind.SENTENCE)
    number, joints = in_lines.most_common(1)[0]
    longest = len(text.split("\n", number + 1)[number])
    is_long = longest >= max(SPACING.min_line_of_paragraphs, SPACING.min_share_of_line * sum(lines))
    return joints >= SPACING.min_joints and is_long


def min_score(kind: Kind, around: TextContext, damage: Damage) -> int:
    """The score that a candidate of this kind needs; what may be a compound must be beyond doubt in any text."""
    if kind in MAYBE_COMPOUND and around.base_language in COMPOUNDING:
        return SPACING.compound
    anywhere = SPACING.beyond_doubt[kind]
    undamaged = anywhere if around.is_english else SPACING.not_english.get(kind, anywhere)
    if damage is Damage.NONE:
        return undamaged
    lower = SPACING.lower_if_damaged if damage is Damage.SOME else SPACING.lower_if_much_damaged
    return min(undamaged, anywhere - lower[kind])


def scored_candidates(around: TextContext, forests: Forests) -> list[tuple[Candidate, int]]:
    """Every candidate with its score, sorted by place."""
    candidates = {"fused_words": list(fused_words.find(around)), "punctuation": list(punctuation.find(around))}
    scores = forests.scores({name: [each.features for each in some] for name, some in candidates.items()})
    found = [item for name, some in candidates.items() for item in zip(some, scores[name], strict=True)]
    found.sort(key=lambda item: item[0].at)
    return found


def _insertion(candidate: Candidate, text: str, *, as_breaks: bool) -> Edit:
    """The edit that inserts a space, or a line break between two paragraphs."""
    is_break = (
        as_breaks
        and candidate.kind is Kind.SENTENCE
        and not _TITLE.search(text[max(0, candidate.at - 6) : candidate.at])
    )
    return Edit(candidate.at, "", "\n" if is_break else " ", (RULE_OF[candidate.kind],))
