"""Bylines: who wrote it, in what role, for which agency."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import Final, NamedTuple

from copydesk import lexicon
from copydesk.characters import BULLETS, DASHES
from copydesk.document import Author
from copydesk.parsing import credits
from copydesk.parsing.dates import Stated
from copydesk.parsing.people import LONGEST as LONGEST_PERSON
from copydesk.parsing.people import PARTICLES, is_common, is_person
from copydesk.vocabulary import VOCABULARY, hint_words, one_of, whole_words

LONGEST: Final = 24
"""Words.  A longer line that begins with "By" is a sentence."""

LONGEST_NAME: Final = 20
"""Characters of a name of one word."""

COMMON_NAME: Final = 2.5e-5
"""Share of all words: nearly all given names are rarer."""

UNMISTAKABLE: Final = frozenset(("Reuters", "Bloomberg", "Xinhua", "Anadolu", "Kyodo", "Yonhap", "dpa", "ddp"))
"""Agencies of one word that are nobody's surname."""

NAME_WORDS: Final = 2
"""Words of a name with which a role stands in one: "Jane Doe Parliamentary editor"."""

_BY: Final = VOCABULARY.by
_NOUNS: Final = (*VOCABULARY.author.nouns, *VOCABULARY.author.other_nouns)
_NOUNS_WITH_COLON: Final = VOCABULARY.author.nouns_with_colon
_TWO_CAPITALS: Final = rf"(?-i:[^\W\d_a-z]\S+\s(?:{one_of(PARTICLES)}\s){{0,2}}[^\W\d_a-z])"
_AUTHOR_NOUNS: Final = VOCABULARY.author.nouns
_DATES: Final = VOCABULARY.dates
_SINGLE_WORDS: Final = tuple(word for word in (*_BY.everywhere, *_BY.in_language(None)) if " " not in word)
_IN_FRONT: Final = frozenset((*_SINGLE_WORDS, *PARTICLES))
"""Words in lower case that are no part of the name behind them."""

HINT_WORDS: Final = hint_words((*_BY.everywhere, *_BY.second_hand, *_BY.in_language(None), *_NOUNS, *_NOUNS_WITH_COLON))
"""A line for which `is_signed` or `is_opening` is true holds one of these words, folded."""


def _before_name(language: str | None) -> tuple[str, ...]:
    """The words before a name: the English ones, and those of the language; those of all where it is not known."""
    return (*_BY.everywhere, *_BY.second_hand, *_BY.in_language(language))


@lru_cache(maxsize=256)
def _by(language: str | None) -> re.Pattern[str]:
    """A line's beginning with such words and a blank; nouns want a colon, or a person's name behind them."""
    return re.compile(
        rf"(?:{one_of(_before_name(language))}(?:\s?:)?|{one_of(_NOUNS)}(?:\s?:|(?=\s{_TWO_CAPITALS}))|"
        rf"{one_of(_NOUNS_WITH_COLON)}\s?:)"
        r"\s{1,3}(?:by\s)?",
        re.IGNORECASE,
    )


@lru_cache(maxsize=256)
def _opening(language: str | None) -> re.Pattern[str]:
    """A line that is nothing but such words."""
    return re.compile(rf"{one_of((*_before_name(language), *_NOUNS))}\s?:?", re.IGNORECASE)


_BY_INSIDE = re.compile(rf"(?:^|[\s|/]){one_of(_BY.inside)}:?\s+(?=[^\W\d_a-z]|[\w.-]{{3,20}}\s*$)")
_UNKNOWN = re.compile(
    rf"(?:[^\W\d_]+\s){{0,2}}[^\W\d_]+(?:\s?:|\s{one_of(_SINGLE_WORDS)})\s(?P<name>[^:]+)", re.IGNORECASE
)
_BARE_BY = re.compile(rf"{one_of(_BY.bare)}\s?:?", re.IGNORECASE)
_SECOND_HAND = re.compile(rf"{one_of((*_BY.second_hand, *_BY.checked))}\b", re.IGNORECASE)
_AROUND_DATES = re.compile(
    rf"\b(?:last\s)?(?:{one_of((*_DATES.updated, *_DATES.published, *_DATES.beside_name))}|"
    r"(?-i:EST|EDT|ET|PT|GMT|IST|UTC)|a\.?m\.?|p\.?m\.?)(?!\w)[\s:]*|\d{1,2}[:.]\d\d(?!\d)|"
    r"(?<!\d)\d+\s?(?:min(?:ute)?s?|hours?|days?|months?|years?|comments?|views?|shares?)\b(?:\s(?:read|ago|lesezeit))?",
    re.IGNORECASE,
)
AND: Final = "&"
"""Stands between the parts of a byline where it says "and"."""

_AND = re.compile(rf"\s{{0,3}}&\s{{0,3}}|\s{one_of((*VOCABULARY.and_.words, *VOCABULARY.and_.inside))}\s")
_SPLIT = re.compile(rf"[,;/()\[\]{BULLETS}\N{{BLACK CIRCLE}}]|\s[{DASHES}-]+\s|[{DASHES}]")
_PLACE = re.compile(r"\s(?:for|[Ii]n|on|at|to|f\N{LATIN SMALL LETTER U WITH DIAERESIS}r|pour|para)(?:\s.*|$)")
"""What follows is a section, a place or an employer."""

_FOLLOW = re.compile(r"(?:\s(?:follow(?:ing)?|folgen|suivre|seguir|tips meg|full bio|view profile))+$", re.IGNORECASE)
"""What the button beside a name says."""

_ROLE = re.compile(whole_words((*VOCABULARY.jobs.everywhere, *VOCABULARY.jobs.in_bylines)), re.IGNORECASE)
_DEGREE = re.compile(
    r"(?:[A-Z]{1,4}\.?){1,4}\N{REGISTERED SIGN}?|(?:Ph|Psy|Ed|M|Pharm)\.?\s?D\.?|Jr\.?|Sr\.?|[BM]\.?[AS]c?\.?"
)
_STAFF = re.compile(
    r"(?!(?i:senior|junior|chief|managing|news|our)\s)(?:[Tt]he\s)?[^\W\d_a-z]\S*\s(?:\S+\s)?(?i:staff|team|editors)"
)
"""A house's own people in an author's place: "Example Staff", and no role like "Senior Staff"."""

_REPORTER = re.compile(
    r"(?<!\w)(?P<name>[\N{HANGUL SYLLABLE GA}-\N{HANGUL SYLLABLE HIH}]{2,4})(?<!전문)\s?기자(?!\w)"
    r"|(?:記者|记者)\s?[:\N{FULLWIDTH COLON}]?\s?"
    r"(?P<other>[\N{CJK UNIFIED IDEOGRAPH-4E00}-\N{CJK UNIFIED IDEOGRAPH-9FFF}]{2,4})(?!\w)"
)
"""Korean and Chinese bylines: a name before or behind the word for reporter."""

_ENTRY_END = re.compile(rf"\s{one_of(VOCABULARY.and_.words)}$")
_AROUND_ENTRY: Final = f"{BULLETS} -,;&\N{HORIZONTAL ELLIPSIS}0123456789"
"""What stands around a name in a list: bullets, commas, the number of a footnote."""

_LEADING_THE = re.compile(r"\bThe\s*$")
_NO_NAME = re.compile(
    r"(?:the|this|that|a|an|it|my|our|your|us|me|how|what|why|when|all|more|read|see)\b", re.IGNORECASE
)


def is_opening(line: str, language: str | None = None) -> bool:
    """Whether the line is the "By" of a byline whose names stand below it."""
    return _opening(language).fullmatch(line) is not None


def is_bare_by(line: str) -> bool:
    """Whether the line is but "By" or "Written by": what follows can only be a name."""
    return _BARE_BY.fullmatch(line) is not None


def says_author(line: str) -> bool:
    """Whether an opening says "Author", or ends with a colon: "Text" or "Redaktion" alone may be a button's."""
    return line.endswith(":") or line.casefold().startswith(_AUTHOR_NOUNS)


def is_word(name: str, language: str | None) -> bool:
    """Whether a word behind a "By" is commoner than nearly all given names: "By Topic", "By Email"."""
    return lexicon.words(language).get(name.casefold(), 0.0) >= COMMON_NAME


def is_entry(line: str) -> bool:
    """Whether the line is a name in a list of names: "Jane Doe,", "- Jane Doe", "Jane Doe and"."""
    if len(line) > 2 * LONGEST_PERSON:
        return False
    name = _ENTRY_END.sub("", line.strip(_AROUND_ENTRY)).strip(_AROUND_ENTRY)
    return is_person(name) and not _NO_NAME.match(name)


def is_signed(line: str, language: str | None = None) -> bool:
    """Whether the line begins with "By" and the like."""
    return _by(language).match(line) is not None


def unknown_byline(line: str) -> str | None:
    """The name in a line that may be a byline whose words the vocabulary lacks: "Zapsala: Jana Nováková".

    That is a few words and a colon, or words that end with a "by" of any language, and then a name.
    """
    found = _UNKNOWN.fullmatch(line)
    name = found["name"] if found else ""
    return name if is_person(name) and not _NO_NAME.match(name) else None


def is_role(line: str) -> bool:
    """Whether the line says what somebody does: "Staff Writer"."""
    return _ROLE.search(line) is not None and not line.endswith((".", ":", "!", "?"))


def is_second_hand(line: str) -> bool:
    """Whether the line names who looked the text over, and not who wrote it."""
    return _SECOND_HAND.match(line) is not None


def is_single_name(line: str) -> bool:
    """Whether the line is one word that may be a name: a pen name, a given name."""
    return (
        2 <= len(line) <= LONGEST_NAME
        and line.replace("-", "").isalnum()
        and not line.isdigit()
        and not is_opening(line)
    )


def pen_name(line: str, language: str | None = None) -> str | None:
    """The one word behind a "By", in small letters, where it may be what a writer calls himself: "by janedoe"."""
    by, _, name = line.rpartition(" ")
    may = is_bare_by(by) and is_single_name(name) and any(map(str.isalpha, name)) and not name[0].isdigit()
    return name if may and not is_word(name, language) else None


class Segments(NamedTuple):
    """A byline cut up: whether it says "By", whether it states a date, and what is behind the "By", or the whole line.

    The last is divided at bars and dates, and each segment at commas and the like.
    """

    says_by: bool
    has_date: bool
    parts: tuple[tuple[str, ...], ...]


def read(line: str, language: str | None, cut: Segments) -> tuple[Author, ...]:
    """The authors that the line names, agencies left out; dates and reading times beside them are no names.

    `cut` is what `segments` gives for the line.
    """
    if is_opening(line, language) or line.endswith(":"):
        return ()
    reporters = tuple(Author(found["name"] or found["other"]) for found in _REPORTER.finditer(line))
    if reporters:
        return reporters
    said, dated, parts = cut
    for segment, following in zip_longest(parts, parts[1:], fillvalue=()):
        people = _people(segment, language, said=said, dated=dated)
        if people and people[-1].role is None and following and is_role(following[0]):
            return (*people[:-1], Author(people[-1].name, following[0]))
        if people:
            return people
    return ()


def _people(parts: Sequence[str], language: str | None, *, said: bool, dated: bool) -> tuple[Author, ...]:
    """The names among parts that commas and the like divide; what stands behind a role is no name any more."""
    people: dict[str, Author] = {}
    employed = False  # what stands behind a role and a comma is the employer
    for part in parts:
        agencies = list(_agencies(part))
        name = _once(_LEADING_THE.sub("", part[: agencies[0][0]]).strip() if agencies else part)
        words = name.split()
        role = _ROLE.search(name)
        if role and not _STAFF.fullmatch(name):
            first = " ".join(words[:NAME_WORDS])
            last = next(reversed(people.values()), None)
            if last:
                people[last.name] = Author(last.name, last.role or name)
            elif (
                len(words) > NAME_WORDS
                and is_person(first)
                and not _ROLE.search(first)
                and (said or not is_common(first, language))
            ):
                people[first] = Author(first, " ".join(words[NAME_WORDS:]))
            elif said and is_person(name):
                people[name] = Author(name)
            if people:
                employed = True
        elif part == AND:
            employed = False
        elif employed:
            continue
        elif _is_name(name, language, alone=said and not people, dated=dated):
            people.setdefault(name, Author(name))
        elif people and name and not _DEGREE.fullmatch(name):
            break  # what stands behind a name, and is none, ends the names: a section, a place
    return tuple(people.values())


def agency(cut: Segments) -> str | None:
    """The agency that a line, cut by `segments`, names in an author's place."""
    parts = [part for parts in cut.parts for part in parts]
    return next((part[start:end] for part in parts for start, end in _agencies(part)), None)


def _agencies(part: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each agency in part of a byline; "Jane Pool" and "Max Zuma" are people."""
    for start, end in credits.agencies(part):
        name = part[start:end]
        if start == 0 or " " in name or name.isupper() or name in UNMISTAKABLE:
            yield start, end


def _once(line: str) -> str:
    """A line that says the same twice over ("Jane Doe Jane Doe"), once."""
    words = line.split()
    half = len(words) // 2
    return " ".join(words[:half]) if half > 1 and words[:half] == words[half:] else line


def _is_name(part: str, language: str | None, *, alone: bool, dated: bool) -> bool:
    """Whether it may be a name; `alone`, right behind a "By", one word may be, beside a date even in small letters."""
    if is_person(part):
        return not _NO_NAME.match(part) or (alone and (dated or _STAFF.fullmatch(part) is not None))
    is_one = alone and len(part) > 2 and part.isalnum() and (part[0].isupper() or dated)
    return is_one and (dated or not is_word(part, language))


def segments(line: str, language: str | None, stated: Sequence[Stated]) -> Segments:
    """The line cut up; `stated` are the dates in it."""
    bare = line
    for date in reversed(stated):
        bare = f"{bare[: date.start]} | {bare[date.end :]}"
    named = _by(language).match(bare) or _BY_INSIDE.search(bare)
    rest = _AROUND_DATES.sub(" | ", bare[named.end() :] if named else bare)
    parts = (tuple(_cleaned(segment)) for segment in rest.split("|"))
    return Segments(named is not None, bool(stated), tuple(part for part in parts if part))


def _cleaned(text: str) -> Iterator[str]:
    for part in _SPLIT.split(_AND.sub(f",{AND},", _PLACE.sub("", text))):
        if part == AND:
            yield AND
            continue
        bare = _FOLLOW.sub("", " ".join(part.split())).strip(" .:@-" + DASHES)
        words = bare.split()
        while words and not words[0][0].isupper() and words[0].casefold() in _IN_FRONT:
            words = words[1:]
        if words:
            yield " ".join(words)
