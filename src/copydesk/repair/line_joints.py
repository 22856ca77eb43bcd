"""What belongs between two lines that are joined: a space, nothing, or nothing without the hyphen of the first line."""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

from copydesk import lexicon
from copydesk.characters import EAST_ASIAN, SOUTH_EAST_ASIAN
from copydesk.repair import line_ends
from copydesk.repair.candidates import COMPOUNDING
from copydesk.repair.line_ends import Line
from copydesk.text import base_language


@dataclass(frozen=True, slots=True)
class HyphenThresholds:
    """What each sign is worth that a hyphen at the end of a line only divides a word; a negative one is against it.

    The values are rounded natural logarithms of odds.  Set with `python -m bench.lines`, on stories with and without
    hyphenation, November 2026.
    """

    max_word_rank: int = 620
    """A part of a hyphenated word is a word of its own up to this rank.

    Rarer entries of the lists are names, foreign words and parts of words.
    """

    min_part: int = 3
    """Letters.  A shorter part counts as a word only if it is a prefix."""

    known_whole: float = 2.5
    """The list has the word without the hyphen."""

    unknown_part: float = 1.5
    """A part is not a word of its own."""

    known_parts: float = -2.0
    """Both parts are words of their own."""

    known_parts_of_compound: float = -0.5
    """The same in a language that writes compounds as one word."""

    part_of_verb: float = -4.0
    """The second part is a pronoun or the like that the language writes behind a hyphen: "rendez-vous", "tornou-se"."""

    capitals: float = -4.0
    """The first part is an abbreviation: "US-amerikanisch"."""

    min_share: float = 0.12
    """The share of wrapped lines that end with a hyphen.  From here on the text has hyphenation."""

    max_share: float = 0.06
    """Up to this share the text has no hyphenation, and the hyphens are those of words."""

    by_share: float = 2.0
    """What the share is worth, for or against."""


HYPHENS: Final = HyphenThresholds()

SHORT_PREFIXES: Final = frozenset(("co", "ex", "re", "un", "e", "x", "t"))
"""Short parts that English writes with a hyphen: "co-opted", "e-mail", "T-shirt"."""

BEHIND_HYPHEN: Final[Mapping[str, frozenset[str]]] = {
    language: frozenset(words.split())
    for language, words in {
        "fr": "vous nous moi toi lui elle elles il ils on je tu ce ci là même mêmes être le la les leur en y dire",
        "pt": "se me te lhe lhes o a os as lo la los las no na nos nas vos",
        "ca": "se ho hi lo la los les me te nos vos ne",
        "ro": "se o l i a și ul ului urile uri",
    }.items()
}
"""Words that a language writes behind a hyphen, folded."""

CONJUNCTIONS: Final = frozenset(
    (
        *("and", "or", "to", "nor", "und", "oder", "bis", "sowie", "bzw", "beziehungsweise", "noch", "en", "of", "tot"),
        *("och", "eller", "og", "samt", "ja", "tai"),
    )
)
"""Words before which a hyphen replaces the rest of a compound: "Vor- und Nachteile", "short- and long-term"."""

_HYPHENATED = re.compile("(?<![^\\W\\d_])([^\\W\\d_]+)[-\N{HYPHEN}]$")
_ENDS_WITH_HYPHEN = re.compile("[^\\W_][-\N{HYPHEN}]$")
_WORD = re.compile(r"[^\W\d_]+")
_INSIDE_LINE = re.compile("(?<![^\\W\\d_])[^\\W\\d_]+[-\N{HYPHEN}][^\\W\\d_]+")
_WITHOUT_SPACES = re.compile(f"[{EAST_ASIAN}{SOUTH_EAST_ASIAN}]")
_EAST_ASIAN = re.compile(f"[{EAST_ASIAN}]")
_HYPHENS: Final = ("-", "\N{HYPHEN}")
_LETTER_BETWEEN = re.compile("[-\N{HYPHEN}][^\\W\\d_][-\N{HYPHEN}]$")
"""A single letter between two hyphens: "a-t-on"."""
_OPENS: Final = "([{/\N{LEFT DOUBLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}"
_CLOSED = re.compile("\\S\N{LEFT DOUBLE QUOTATION MARK}$")
"""The mark that opens an English quotation closes a German one: then it is directly behind a word."""
_CLOSES: Final = f"/{line_ends.BRACKETS}"


class Joint(StrEnum):
    """What joins two lines."""

    SPACE = "space"
    NOTHING = "nothing"
    WITHOUT_HYPHEN = "without hyphen"


class Hyphens:
    """Decides which hyphens at the ends of a text's lines are part of their words.

    `wrapped` has the numbers of the wrapped lines of each run.  A text with hyphenation divides a word in every third
    to tenth of them; without hyphenation, few lines end with the hyphen of a word.
    """

    def __init__(
        self, text: str, runs: Sequence[Sequence[Line]], wrapped: Mapping[int, Set[int]], language: str | None
    ) -> None:
        self._language = language
        self._text = text
        self._runs, self._wrapped = runs, wrapped

    def joint(self, line: str, following: str) -> Joint:
        """The joint of a line that ends with a hyphen directly behind a word."""
        found = _HYPHENATED.search(line)
        rest = _WORD.match(following)
        if rest and rest[0] in CONJUNCTIONS and following[rest.end() : rest.end() + 1] not in _HYPHENS:
            return Joint.SPACE
        if not found or not rest or not rest[0].islower() or _LETTER_BETWEEN.search(line):
            return Joint.NOTHING
        first, second = found[1], rest[0]
        if f"{first}-{second}".casefold() in self._with_hyphen:
            return Joint.NOTHING
        return Joint.WITHOUT_HYPHEN if self._by_words(first, second) + self._by_share > 0 else Joint.NOTHING

    def divides_word(self, line: str, following: str) -> bool:
        """Whether a line surely ends inside a word, however long it is: one of the two parts is no word.

        The list has the whole word, or other lines of the text end inside words.
        """
        found, rest = _HYPHENATED.search(line), _WORD.match(following)
        if not found or not rest or self.joint(line, following) is not Joint.WITHOUT_HYPHEN:
            return False
        first, second = found[1], rest[0]
        ranks = lexicon.ranks(self._language)
        if not ranks or (self._is_word(first) and self._is_word(second)):
            return False
        return (first + second).casefold() in ranks or self._by_share > 0

    def _by_words(self, first: str, second: str) -> float:
        """What the words show."""
        if first.isupper() and len(first) > 1:
            return HYPHENS.capitals
        ranks = lexicon.ranks(self._language)
        whole = HYPHENS.known_whole if (first + second).casefold() in ranks else 0
        if not ranks:
            return 0
        if (
            self._is_word(first)
            and not self._is_word(first + second)
            and second.casefold() in BEHIND_HYPHEN.get(base_language(self._language), ())
        ):
            return HYPHENS.part_of_verb
        if not self._is_word(first) or not self._is_word(second):
            return whole + HYPHENS.unknown_part
        is_compounding = base_language(self._language) in COMPOUNDING
        return whole + (HYPHENS.known_parts_of_compound if is_compounding else HYPHENS.known_parts)

    def _is_word(self, part: str) -> bool:
        """Whether a part of a hyphenated word is a word of its own."""
        small = part.casefold()
        if len(part) < HYPHENS.min_part:
            return small in SHORT_PREFIXES
        return lexicon.ranks(self._language).get(small, lexicon.MISSING) <= HYPHENS.max_word_rank

    @cached_property
    def _by_share(self) -> float:
        """What the share of wrapped lines that end with a hyphen shows."""
        pairs = [
            (self._runs[number][n].text, self._runs[number][n + 1].text)
            for number, lines in self._wrapped.items()
            for n in lines
        ]
        divided = sum(_HYPHENATED.search(line) is not None and following[0].islower() for line, following in pairs)
        if not pairs:
            return 0
        share = divided / len(pairs)
        return HYPHENS.by_share * ((share >= HYPHENS.min_share) - (share <= HYPHENS.max_share))

    @cached_property
    def _with_hyphen(self) -> frozenset[str]:
        """The words that the text has with a hyphen inside a line, case-folded."""
        return frozenset(match[0].casefold().replace("\N{HYPHEN}", "-") for match in _INSIDE_LINE.finditer(self._text))


def joint(line: str, following: str, gap: str, hyphens: Hyphens) -> Joint:
    """What joins two lines; `gap` is the text between them."""
    if _ENDS_WITH_HYPHEN.search(line):
        return hyphens.joint(line, following)
    left, right = _WITHOUT_SPACES.match(line[-1]), _WITHOUT_SPACES.match(following)
    if left and right:
        has_space = not _EAST_ASIAN.match(line[-1]) and gap[:1] == " "  # between two clauses
        return Joint.SPACE if has_space else Joint.NOTHING
    if _EAST_ASIAN.match(line[-1]) or _EAST_ASIAN.match(following):
        return Joint.NOTHING
    if line[-1].isdigit() and following[0].isdigit() and _EAST_ASIAN.search(line) and _EAST_ASIAN.search(following):
        return Joint.NOTHING  # a number that was broken at the width
    opens = line[-1] in _OPENS and not _CLOSED.search(line)
    needs_none = opens or following[0] in _CLOSES or line_ends.SUFFIX.match(following)
    return Joint.NOTHING if needs_none else Joint.SPACE
