"""Names of outlets: in the tail of a page's title ("Headline - Site"), and in lines such as "About Example News"."""

import itertools
import re
from dataclasses import dataclass
from typing import Final

from copydesk.characters import BULLETS, SEPARATORS
from copydesk.text import fold
from copydesk.vocabulary import VOCABULARY, one_of, whole_words


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Limits of an outlet's name.  Set by reading the labelled dumps of the benchmark kit, November 2026."""

    max_words: int = 6
    """Words of a name: a longer tail of a title is part of the headline, or says what the outlet is about."""

    max_characters: int = 48
    """Characters of a name."""

    max_line: int = 90
    """Characters of a line like "Follow Example News on Facebook": a longer one is a sentence."""

    min_head_characters: int = 6
    """Characters of the headline before its tail."""


THRESHOLDS: Final = Thresholds()

MIN_LETTERS_OF_STEM: Final = 5
"""Letters of a stem that is the first word of a name: fewer are the initials of the outlet itself."""

MIN_WORDS_OF_NAME: Final = 2
"""Words of a name that an address shortens."""

_WORDS: Final = VOCABULARY.outlet

WITHOUT_SPACES: Final = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af"
"""Kana, Han and Hangul.  Around these, the mark between headline and outlet has no spaces."""

_CUT = re.compile(
    rf"\s[{SEPARATORS}:*_-]\s|\s(?:__|--|::|//)\s|\s?[|\N{{FULLWIDTH VERTICAL LINE}}]\s?|\N{{FULLWIDTH COLON}}"
    r"|\s\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}\s"
    rf"|(?<=[{WITHOUT_SPACES}])(?:__?|--?)(?=[{WITHOUT_SPACES}])"
)
_IS_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}|(?:19|20)\d\d$")
_BY = re.compile(r"(?:by|von|par|por)\s", re.IGNORECASE)
_ENDS = re.compile(r"[.!?\N{HORIZONTAL ELLIPSIS}]$")

DOMAIN = re.compile(
    r"(?<![\w.-])(?:https?://)?(?:www\.)?(?:[\w.+-]{1,40}@)?(?:[a-z0-9-]{1,30}\.)?"
    r"(?P<name>[a-z0-9][a-z0-9-]{0,39})\.(?:com?|org|net|info|news|tv|gov|edu|media|[a-z]{2})(?:\.[a-z]{2})?(?![\w-])",
    re.IGNORECASE,
)
"""A web or mail address; `name` is the part that is the outlet's."""

_ENDING = re.compile(r"\.(?:com?|org|net|info|news|tv|gov|edu|[a-z]{2})(?:\.[a-z]{2})?$", re.IGNORECASE)

_BEFORE = re.compile(rf"{one_of(_WORDS.before)}\s+(?=\S)", re.IGNORECASE)
_BEHIND = re.compile(
    rf"(?<!\s)\s++{one_of(_WORDS.behind)}(?!\w)\W*(?:\s.*)?$|(?:\N{{RIGHT SINGLE QUOTATION MARK}}|')s\b.*$",
    re.IGNORECASE,
)
FIRST_WORDS: Final = frozenset(fold(phrase).split()[0] for phrase in _WORDS.before)
LAST_WORDS: Final = frozenset(word for phrase in _WORDS.behind for word in fold(phrase).split())
"""A line that names an outlet begins with one of the first, or has one of the second, folded."""

_NO_NAME = re.compile(rf"{one_of(_WORDS.no_name)}(?!\w)", re.IGNORECASE)

_KIND = re.compile(whole_words(_WORDS.kinds), re.IGNORECASE)
_KIND_AT_END = re.compile(rf"\w{{2,20}}{one_of(_WORDS.kinds_at_end)}(?!\w)", re.IGNORECASE)
_COMPANY = re.compile(
    rf"(?<![\s,])[\s,]++{one_of(_WORDS.companies)}(?![\w]).*$|(?<=\w){one_of(_WORDS.companies_at_end)}$", re.IGNORECASE
)
_COMPANY_BEFORE = re.compile(rf"{one_of(map(str.upper, _WORDS.companies_before))}(?:\s+|(?=\W))")
_QUOTED = re.compile(r"[\"\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}\N{LEFT DOUBLE QUOTATION MARK}](.+)\W")
_KIND_WITHOUT_SPACES = re.compile(rf"[{WITHOUT_SPACES}\w]*{one_of(_WORDS.kinds_without_spaces)}")


@dataclass(frozen=True, slots=True)
class Tail:
    """The end of a page's title: `head` is the headline before it, `names` may be the outlet, the likeliest first.

    `is_barred` says whether a bar parts the two, which headlines do not have.
    """

    head: str
    names: tuple[str, ...]
    is_barred: bool


def tail(line: str) -> Tail | None:
    """What is after the headline in a page's title; None if nothing there may be an outlet's name."""
    cuts = list(_CUT.finditer(line))
    if not cuts or cuts[0].start() < THRESHOLDS.min_head_characters:
        return None
    parts = [line[cut.end() : following.start()] for cut, following in itertools.pairwise(cuts)]
    parts.append(line[cuts[-1].end() :])
    names = [part for part in dict.fromkeys(reversed(parts)) if may_be_name(part)][:2]
    if not names:
        return None
    bars = ("|", "\N{FULLWIDTH VERTICAL LINE}")
    return Tail(
        line[: cuts[-len(names)].start() if len(names) <= len(cuts) else 0],
        tuple(names),
        any(b in cuts[-1][0] for b in bars),
    )


def may_be_name(text: str) -> bool:
    """Whether the text may be the name of an outlet, by its form."""
    return (
        1 < len(text) <= THRESHOLDS.max_characters
        and len(text.split()) <= THRESHOLDS.max_words
        and not _IS_DATE.search(text)
        and not _BY.match(text)
        and not _ENDS.search(text)
        and any(map(str.isalpha, text))
    )


def named(line: str) -> str | None:
    """The outlet in a line like "About Example News", "Follow Example News on Facebook", "Example News Logo"."""
    if len(line) > THRESHOLDS.max_line:
        return None
    before = _BEFORE.match(line)
    rest = line[before.end() :] if before else line
    name = _BEHIND.sub("", rest).strip(" :,|-!?")
    words = name.split()
    if name == line or not may_be_name(name) or _NO_NAME.match(name) or (len(words) > 1 and words[-1].islower()):
        return None
    has_capitals = name[0].isupper() or any(map(str.isupper, name.split()[-1])) or _ENDING.search(name)
    return name if has_capitals or not name.isascii() else None


def says_kind(name: str) -> bool:
    """Whether the name says that it is an outlet: "Example Times", "example.org", "Beispielzeitung"."""
    return bool(_KIND.search(name) or _KIND_AT_END.search(name) or _ENDING.search(name))


def says_kind_without_spaces(name: str) -> bool:
    """The same for a name in Kana or Han: "示例新闻网"."""
    return _KIND_WITHOUT_SPACES.fullmatch(name) is not None


def is_address(name: str) -> bool:
    """Whether the name is a web address: "example.org"."""
    return " " not in name and _ENDING.search(name) is not None


def without_bullet(name: str) -> str:
    """The name without a bullet or a dash in front of it."""
    return name.lstrip(f" {BULLETS}{SEPARATORS}*-")


def is_short_for(stem: str, name: str) -> bool:
    """Whether the stem of an address is made of the first letters of the name's words, or is its first word.

    The name has at least two words with capitals, and a word of its own kind: "Example Times".
    """
    words = fold(name).split()
    if (
        len(words) < MIN_WORDS_OF_NAME
        or not (name[0].isupper() and name.split()[-1][0].isupper())
        or not says_kind(name)
    ):
        return False
    if not LAST_WORDS.isdisjoint(words):
        return False
    is_first = stem == words[0] and len(stem) >= MIN_LETTERS_OF_STEM and len(words) > MIN_WORDS_OF_NAME
    return is_first or stem == "".join(word[0] for word in words)


def is_outlet(name: str) -> bool:
    """Whether the name is surely that of an outlet or a company, and no person's."""
    return says_kind(name) or is_company(name)


def is_company(name: str) -> bool:
    """Whether the name says that it is a company: "Example Media Ltd"."""
    return _COMPANY.search(name) is not None or _COMPANY_BEFORE.match(name) is not None


def bare(name: str) -> str:
    """The name without the legal form of a company: "Example" of "Example Publishing, Inc."."""
    before = _COMPANY_BEFORE.match(name)
    rest = _COMPANY.sub("", name[before.end() :] if before else name)
    quoted = _QUOTED.fullmatch(rest) if before else None
    return (quoted[1] if quoted else rest) or name


def key(name: str) -> str:
    """What two forms of an outlet's name have in common: "The Example Times", "exampletimes.com"."""
    words = fold(bare(_ENDING.sub("", name))).split()
    if len(words) > 1 and words[0] in _WORDS.articles:
        words = words[1:]
    return "".join(words)
