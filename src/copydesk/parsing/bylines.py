"""Bylines: the authors that a line names, their roles, and the agency."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest
from typing import Final

from copydesk.document import Author
from copydesk.parsing.agencies import agencies
from copydesk.parsing.byline_forms import (
    NO_NAME,
    OUTLET,
    REPORTER,
    ROLE,
    THRESHOLDS,
    is_opening,
    is_role,
    is_staff,
    is_word,
)
from copydesk.parsing.byline_segments import AND, Segments
from copydesk.parsing.people import is_common, is_person, is_phrase
from copydesk.text import SIGNS
from copydesk.vocabulary import VOCABULARY, level

_BY: Final = VOCABULARY.by
UNMISTAKABLE: Final = frozenset(("Reuters", "Bloomberg", "Xinhua", "Anadolu", "Kyodo", "Yonhap", "dpa", "ddp"))
"""Agencies with a name of one word that is not a surname."""

_AT_EMPLOYER = re.compile(r"\s(?:at|of|for|bei|chez|en|di|van)(?:\s[^\W\d_a-z][\w.&-]{1,30}){1,3}$")
"""The employer at the end of a line, behind the role."""

_LIST_OF_OTHERS = re.compile(r"\)\s?:\s")
"""In a line that lists the people in a picture: "The board (from left): Jane Doe, Max Muster"."""

_GERESH: Final = r"(?:(?<=[\u05d0-\u05ea])['\N{HEBREW PUNCTUATION GERESH}])?"
"""The mark at the end of Hebrew names of other languages."""

_MARKED_WORD: Final = rf"[^\W\d_][\w{SIGNS}\N{{ZERO WIDTH NON-JOINER}}]*{_GERESH}"
_MARKED_NAME = re.compile(rf"{_MARKED_WORD}(?:[\s-]{_MARKED_WORD}){{0,3}}")
_DEGREE = re.compile(
    r"(?:[A-Z]{1,4}\.?){1,4}\N{REGISTERED SIGN}?|(?:Ph|Psy|Ed|M|Pharm)\.?\s?D\.?|Jr\.?|Sr\.?|[BM]\.?[AS]c?\.?"
)
_LEADING_THE = re.compile(r"\bThe\s*$")


def read(line: str, language: str | None, cut: Segments) -> tuple[Author, ...]:
    """The authors that the line names, without agencies.

    `cut` has the segments of the line (see `segments`).
    """
    if is_opening(line, language) or line.endswith(":"):
        return ()
    reporters = tuple(
        Author(found["name"], found["job"]) if found["name"] else Author(found["other"])
        for found in REPORTER.finditer(line)
    )
    if reporters:
        return reporters
    says_by, has_date, parts = cut
    if not says_by and _LIST_OF_OTHERS.search(line):
        return ()
    side_by_side = () if says_by or has_date else _side_by_side(parts, language)
    if side_by_side:
        return side_by_side
    for segment, following in zip_longest(parts, parts[1:], fillvalue=()):
        people = _with_employer(line, _people(segment, language, says_by=says_by, has_date=has_date))
        if people and people[-1].role is None and following and is_role(following[0]):
            return (*people[:-1], Author(people[-1].name, following[0]))
        if people:
            return people
    return ()


def _with_employer(line: str, people: tuple[Author, ...]) -> tuple[Author, ...]:
    """The people; a role that ends with the employer in the line is given whole: "Founder at Example"."""
    if len(people) != 1 or not people[0].role:
        return people
    found = _AT_EMPLOYER.match(line, line.find(people[0].role) + len(people[0].role))
    return (Author(people[0].name, people[0].role + found[0]),) if found else people


def _side_by_side(parts: Sequence[Sequence[str]], language: str | None) -> tuple[Author, ...]:
    """The names in a line that has nothing but names between bars: "Jane Doe | Max Muster"."""
    names = [segment[0] for segment in parts if len(segment) == 1]
    is_list = 1 < len(names) == len(parts) and all(
        is_person(name)
        and not ROLE.search(name)
        and not OUTLET.search(name)
        and not is_common(name, language, all_words=False)
        for name in names
    )
    return tuple(Author(name) for name in dict.fromkeys(names)) if is_list else ()


def _people(parts: Sequence[str], language: str | None, *, says_by: bool, has_date: bool) -> tuple[Author, ...]:
    """The names in the parts of a segment.  A part after a role and a comma is an employer, not a name."""
    people: dict[str, Author] = {}
    is_employer = False  # the part is after a role and a comma
    is_titled = False  # a role was named
    for before, part in pairwise(("", *parts)):
        found = list(_agencies(part))
        name = _once(_LEADING_THE.sub("", part[: found[0][0]]).strip() if found else part)
        words = name.split()
        role = ROLE.search(name)
        is_second = before == AND and name == name.swapcase()  # in a script without capitals
        if role and not is_staff(name):
            first = " ".join(words[: THRESHOLDS.words_before_role])
            last = next(reversed(people.values()), None)
            if last:
                people[last.name] = Author(last.name, last.role or _once(name, min_words=1))
            elif (
                len(words) > THRESHOLDS.words_before_role
                and is_person(first)
                and not ROLE.search(first)
                and (says_by or not is_common(first, language))
            ):
                people[first] = Author(first, " ".join(words[THRESHOLDS.words_before_role :]))
            elif says_by and is_person(name):
                people[name] = Author(name)
            if people:
                is_employer = is_titled = True
        elif part == AND:
            is_employer = False
        elif is_employer or (people and OUTLET.search(name)):
            continue
        elif not people and not says_by and NO_NAME.match(level(name)):
            break  # where somebody works: "Museum of Rural Trades, Hilltown"
        elif is_titled and is_phrase(name, language):
            continue  # the rest of a role: "Head of Marketing and Community Development"
        elif _is_name(name, language, alone=says_by and (not people or is_second), has_date=has_date):
            people.setdefault(name, Author(name))
        elif people and name and not _DEGREE.fullmatch(name) and name.casefold() not in _BY.shifts:
            break  # a section or a place comes after the names
    return tuple(people.values())


def agency(cut: Segments) -> str | None:
    """The agency that a line names in the place of the author; None if it names none."""
    parts = [part for parts in cut.parts for part in parts]
    return next((part[start:end] for part in parts for start, end in _agencies(part)), None)


def _agencies(part: str) -> Iterator[tuple[int, int]]:
    """The agencies in part of a byline, as (start, end); "Jane Pool" and "Max Zuma" are people."""
    for start, end in agencies(part):
        name = part[start:end]
        if start == 0 or " " in name or name.isupper() or name in UNMISTAKABLE:
            yield start, end


def _once(line: str, min_words: int = 2) -> str:
    """The text, but only its first half if the second half is the same: "Jane Doe Jane Doe"."""
    words = line.split()
    half = len(words) // 2
    return " ".join(words[:half]) if half >= min_words and words[:half] == words[half:] else line


def _is_name(part: str, language: str | None, *, alone: bool, has_date: bool) -> bool:
    """Whether the part may be a name.

    Right after "By" (`alone`), one word is enough; with a date, also in lower case.
    """
    if is_opening(part, language):
        return False
    if alone and part.casefold() in _BY.no_author:
        return False
    if alone and language and not part.isascii() and part == part.swapcase():
        return _MARKED_NAME.fullmatch(part) is not None
    if not alone and OUTLET.search(part):
        return False
    if alone and is_staff(part):
        return True
    if is_person(part):
        return not NO_NAME.match(level(part)) or (alone and has_date)
    is_one = alone and len(part) > 2 and part.isalnum() and (part[0].isupper() or has_date)
    return is_one and (has_date or not is_word(part, language))
