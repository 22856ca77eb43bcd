"""The section in a line above the headline: a kicker ("Politics"), or breadcrumbs ("Home > News > Politics")."""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Final

from copydesk.characters import DASHES
from copydesk.parsing.outlets import is_address
from copydesk.parsing.people import is_full_name
from copydesk.text import fold
from copydesk.vocabulary import VOCABULARY


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Limits of sections.  Set by reading the labelled dumps of the benchmark kit, November 2026."""

    max_words: int = 5
    """Words of a section's name in a line of its own."""

    min_words_of_menu: int = 3
    """Words of the entries of a menu in a row, with capitals."""

    min_in_menus: int = 2
    """Words among them that are entries of menus elsewhere.  Both set with the tests' cases."""

    max_east_asian: int = 3
    """The same in Chinese, Japanese and Korean: more are the entries of a menu, or a headline."""

    max_crumb_words: int = 8
    """Words of a section's name in breadcrumbs, whose marks show where it ends."""

    max_between_bars: int = 3
    """Entries between bars, without the headline: more are a menu.  Set with the tests' cases."""

    max_entry_words: int = 3
    """Words of an entry between bars: a longer one is a headline.  Set in the same way."""

    max_glued: int = 3
    """Words of a section's name between "Home" and the headline in breadcrumbs without marks."""

    min_characters: int = 2
    """Characters of a section's name: one alone is a button for the size of letters."""

    max_characters: int = 300
    """Characters of breadcrumbs."""

    min_shared: float = 0.6
    """A part of breadcrumbs is the headline if this share of its words are in the headline."""


THRESHOLDS: Final = Thresholds()

_CUT = re.compile(
    r"\s?[>|\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
    r"\N{BLACK RIGHT-POINTING SMALL TRIANGLE}\N{RIGHTWARDS ARROW}\N{FULLWIDTH GREATER-THAN SIGN}"
    r"\N{RIGHT ANGLE BRACKET}]\s?|\s[/\\]\s"
)
_ANGLES: Final = ">\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
_PATH = re.compile(rf"\s[{_ANGLES}]\s")

_HOME: Final = frozenset(map(fold, VOCABULARY.section.home))
_CRUMBS_FOLLOW: Final = frozenset(map(fold, VOCABULARY.section.crumbs_follow))
_NO_SECTION: Final = frozenset(
    map(fold, (*VOCABULARY.section.no_section, *VOCABULARY.section.subscribe, *VOCABULARY.section.buttons))
)
_IN_MENUS: Final = frozenset(map(fold, VOCABULARY.section.in_menus))
_NO_WORD: Final = frozenset(word for phrase in VOCABULARY.section.no_word for word in fold(phrase).split())
MARKS: Final = (
    " >|/\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
    "\N{BLACK RIGHT-POINTING SMALL TRIANGLE}\N{RIGHTWARDS ARROW}\N{RIGHT ANGLE BRACKET}"
)
"""Characters at the end of a breadcrumb on a line of its own."""

_NUMBERED = re.compile("(?:no|nr|num|n|vol|\N{NUMERO SIGN}) ?[0-9]")
"""What begins the number of an issue or a release: "No. 41/2025"."""

_COUNT = re.compile(r"\d[\d.,]{0,9}\s([^\W\d_])")
"""What begins a count, if its noun has a small letter: "0 results", but not "24 Hours"."""

_NAME = re.compile(rf"[^\W_](?:(?!\s-\s)[^:;?!{DASHES}\N{{FULLWIDTH COLON}}\N{{FULLWIDTH SEMICOLON}}])*$")
_EAST_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_ONLY_MARK = re.compile(r"\W{1,3}$")


def is_mark(line: str) -> bool:
    """Whether the line is only the mark between two breadcrumbs: ">", "|"."""
    return _ONLY_MARK.match(line) is not None


def is_home(line: str) -> bool:
    """Whether the line is the first of breadcrumbs on lines of their own: "Home", "Startseite"."""
    return fold(line) in _HOME


def announces_crumbs(folded: str) -> bool:
    """Whether a folded line says that breadcrumbs follow, as screen readers announce them: "Breadcrumb Trail Links"."""
    return folded in _CRUMBS_FOLLOW


def begins_with_way(line: str) -> bool:
    """Whether the line is "You are here" and the breadcrumbs behind it."""
    start, colon, _ = line.partition(":")
    return bool(colon) and fold(start) in _CRUMBS_FOLLOW


def name_in(line: str, headline: str, known: Container[str]) -> str | None:
    """The section that a line above the headline names; None if it names none.

    It is the last of breadcrumbs, the whole line, or its beginning where that is another line of the page: two links
    without a mark between them.  `headline` and `known` are those of `crumbs`.
    """
    found = crumbs(line, headline, known)
    if found or _CUT.search(line):
        return found
    if may_be_section(line, headline):
        return line
    words = line.split()
    if len(words) > 2 * THRESHOLDS.max_words:
        return None
    starts = (" ".join(words[:count]) for count in range(min(len(words) - 1, THRESHOLDS.max_words), 0, -1))
    return next((start for start in starts if fold(start) in known and may_be_section(start, headline)), None)


def repeats_headline(line: str, headline: str) -> bool:
    """Whether half of the words of the line or of the headline are in both; `headline` is folded."""
    words, known = set(fold(line).split()), set(headline.split())
    return 2 * len(words & known) >= max(1, min(len(words), len(known)))


def is_path(line: str) -> bool:
    """Whether angles divide the line, as they do breadcrumbs: "Home > News > Politics"."""
    return _PATH.search(line) is not None


def is_menu(line: str) -> bool:
    """Whether the line is a menu with bars between its entries: "Home | News | Sport | Contact"."""
    if "|" not in line or any(angle in line for angle in _ANGLES):
        return False
    entries = [entry.split() for entry in line.split("|") if entry.strip()]
    is_long = len(entries) > THRESHOLDS.max_between_bars
    return is_long and all(len(words) <= THRESHOLDS.max_entry_words for words in entries)


def may_be_section(name: str, headline: str, *, max_words: int = THRESHOLDS.max_words) -> bool:
    """Whether the text may be the name of a section: a few words with letters, no headline and no entry of a menu."""
    folded = fold(name)
    words = folded.split()
    if (
        len(name) < THRESHOLDS.min_characters
        or not 0 < len(words) <= max_words
        or not _NAME.match(name)
        or not any(map(str.isalpha, name))
        or _NUMBERED.match(folded)
        or ((count := _COUNT.match(name)) and count[1].islower())
    ):
        return False
    first, comma, _ = name.partition(",")
    if comma and is_full_name(first):
        return False  # the credit of a picture: "Jane Doe, CC BY"
    if folded in _NO_SECTION or folded in _HOME or not _NO_WORD.isdisjoint(words) or is_address(name):
        return False
    if _is_menu(name, words):
        return False
    if len(words) > THRESHOLDS.max_east_asian and _EAST_ASIAN.search(name):
        return False
    return folded != headline and not (headline and f" {headline} " in f" {folded} ")


def _is_menu(name: str, words: Sequence[str]) -> bool:
    """Whether the text is the entries of a menu in a row: "Local Region Sport Abo"."""
    if len(words) < THRESHOLDS.min_words_of_menu or any(word[0].islower() for word in name.split()):
        return False
    return len(_IN_MENUS.intersection(words)) >= THRESHOLDS.min_in_menus


def crumbs(line: str, headline: str, lines: Container[str]) -> str | None:
    """The last section in breadcrumbs; None if the line has none.

    `headline` is the folded headline, which may end the breadcrumbs.  `lines` has the folded lines of the page: where
    no mark is between two sections, one of them shows where the last begins.
    """
    if len(line) > THRESHOLDS.max_characters:
        return None
    parts = [part.strip() for part in _CUT.split(line)]
    if len(parts) > 1:
        if is_menu(line) and not _is_headline(parts[-1], headline):
            return None
        named = [part for part in parts if part and not _is_headline(part, headline) and fold(part) not in _NO_SECTION]
        if named and may_be_section(named[-1], headline, max_words=THRESHOLDS.max_crumb_words):
            return named[-1]
        return None
    return _glued(line, headline, lines)


def _is_headline(part: str, headline: str) -> bool:
    """Whether a part of breadcrumbs is the headline, or its beginning."""
    words = fold(part).split()
    known = set(headline.split())
    shared = sum(word in known for word in words)
    return len(words) > 1 and shared >= THRESHOLDS.min_shared * len(words)


def _glued(line: str, headline: str, lines: Container[str]) -> str | None:
    """The last section in breadcrumbs without marks: "Home News Headline of the story", "Home Politics"."""
    folded = fold(line)
    ends = len(folded) > len(headline) > 0 and folded.endswith(f" {headline}")
    first = folded.split(maxsplit=1)[0] if folded else ""
    words = line.split()
    if not ends and (first not in _HOME or len(words) > THRESHOLDS.max_words):
        return None
    if ends:
        words = words[: max(0, len(words) - len(headline.split()))]
    if words and fold(words[0]) in _HOME:
        words = words[1:]
    for start in range(len(words)):
        name = " ".join(words[start:])
        if fold(name) in lines and may_be_section(name, headline):
            return name
    name = " ".join(words)
    return name if len(words) <= THRESHOLDS.max_glued and may_be_section(name, headline) else None
