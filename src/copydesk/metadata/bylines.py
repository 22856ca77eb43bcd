"""Bylines: who wrote it, in what role, for which agency."""

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final

from copydesk.characters import BULLETS, DASHES
from copydesk.document import Author
from copydesk.metadata import credits, dates
from copydesk.metadata.people import PARTICLES, is_person

LONGEST: Final = 24
"""Words.  A longer line that begins with "By" is a sentence."""

LONGEST_NAME: Final = 20
"""Characters of a name of one word."""

NAME_WORDS: Final = 2
"""Words of a name with which a role stands in one: "Jane Doe Parliamentary editor"."""

_WRITTEN_BY = (
    r"(?:(?:written|words|story|reporting|report|posted|published|reviewed|edited|authored|text|article|commentary|"
    r"analysis|opinion|created|medically reviewed|fact[\s-]checked)\s)?by|authors?|author\(s\)|"
    r"(?:(?:kommentar|kolumne|text|analyse|gastbeitrag|interview|bericht|ein\skommentar|eine\skolumne)\s)?von|"
    r"par|por|di|da|door|av|af|autor(?:in|en)?|auteurs?|autore|text|tekst|od|автор|yazan|redaktion|redazione"
)
_BY = re.compile(rf"(?:{_WRITTEN_BY})(?:\s?:)?\s+(?:by\s)?", re.IGNORECASE)
_BY_INSIDE = re.compile(
    r"(?:^|[\s|/])(?:(?:written|posted|published)\s)?(?:[Bb]y|BY|[Vv]on|[Aa]uthor):?\s+(?=[^\W\d_a-z])"
)
_SECOND_HAND = re.compile(
    r"(?:(?:medically\s)?reviewed|edited|fact[\s-]checked|updated)\sby\b|(?:redaktion|faktencheck)\b", re.IGNORECASE
)
_OPENING = re.compile(rf"(?:{_WRITTEN_BY})\s?:?", re.IGNORECASE)
_AROUND_DATES = re.compile(
    r"\b(?:last\s)?(?:published|updated|posted|modified|publiziert|veröffentlicht|aktualisiert|uppdaterad|publicerad|on|at|"
    r"am|um|date|uhr|est|edt|et|pt|gmt|ist|utc|a\.?m\.?|p\.?m\.?)(?!\w)[\s:]*|\d{1,2}[:.]\d\d(?!\d)|"
    r"\d+\s?(?:min(?:ute)?s?|hours?|days?|months?|years?|comments?|views?|shares?)\b(?:\s(?:read|ago|lesezeit))?",
    re.IGNORECASE,
)
AND: Final = "&"
"""Stands between the parts of a byline where it says "and"."""

_AND = re.compile(r"\s*&\s*|\s(?:and|und|et|y|e|en|och|og|i|и|ve|with|avec|mit)\s")
_SPLIT = re.compile(rf"\s*(?:[,;/()\[\]{BULLETS}]|\s[{DASHES}-]+\s?|[{DASHES}])\s*")
_PLACE = re.compile(r"\s(?:for|in|on|at|to|f\N{LATIN SMALL LETTER U WITH DIAERESIS}r|pour|para)\s.*", re.IGNORECASE)
"""What follows is a section, a place or an employer."""

_ROLE = re.compile(
    r"\b(?:editors?|reporters?|correspondents?|writers?|staff|columnists?|journalists?|contributors?|producers?|"
    r"redakteur\w*|korrespondent\w*|redaktion|journalistin|journaliste|periodista|redactor\w*|giornalista|"
    r"photographers?|directors?|managers?|analysts?|experts?|founder|professor|contributing|specialist|strategist|"
    r"dietitian|marketer|reviewer|blogger|ceo|cto|head of \w+)\b",
    re.IGNORECASE,
)
_DEGREE = re.compile(
    r"(?:[A-Z]{1,4}\.?){1,4}\N{REGISTERED SIGN}?|(?:Ph|Psy|Ed|M|Pharm)\.?\s?D\.?|Jr\.?|Sr\.?|[BM]\.?[AS]c?\.?"
)
_STAFF = re.compile(
    r"(?!(?:senior|junior|chief|managing|news|our|the)\s)[^\W\d_a-z]\S*\s(?:\S+\s)?(?:staff|team|editors)",
    re.IGNORECASE,
)
"""A house's own people in an author's place: "Example Staff", and no role like "Senior Staff"."""

_LEADING_THE = re.compile(r"\bThe\s*$")
_NO_NAME = re.compile(
    r"(?:the|this|that|a|an|it|my|our|your|us|me|how|what|why|when|all|more|read|see)\b", re.IGNORECASE
)


def is_opening(line: str) -> bool:
    """Whether the line is the "By" of a byline whose names stand below it."""
    return _OPENING.fullmatch(line) is not None


def is_byline(line: str, language: str | None = None) -> bool:
    """Whether the line says "By" and names somebody."""
    if not _BY.match(line) or len(line.split()) > LONGEST:
        return False
    return not line.endswith((".", "!", "?")) and bool(read(line, language))


def says_by(line: str, language: str | None = None) -> bool:
    """Whether the line names somebody behind a "By", wherever in it that stands."""
    return len(line.split()) <= LONGEST and _segments(line, language)[0] and bool(read(line, language))


def is_signed(line: str) -> bool:
    """Whether the line begins with "By" and the like."""
    return _BY.match(line) is not None


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


def read(line: str, language: str | None = None) -> tuple[Author, ...]:
    """The authors whom the line names, agencies left out; dates and reading times beside them are no names."""
    if is_opening(line) or line.endswith(":"):
        return ()
    said, dated, segments = _segments(line, language)
    for segment, following in zip_longest(segments, segments[1:], fillvalue=()):
        people = _people(segment, said=said, dated=dated)
        if people and people[-1].role is None and following and is_role(following[0]):
            return (*people[:-1], Author(people[-1].name, following[0]))
        if people:
            return people
    return ()


def _people(parts: Sequence[str], *, said: bool, dated: bool) -> tuple[Author, ...]:
    """The names among parts that commas and the like divide; what stands behind a role is no name any more."""
    people: dict[str, Author] = {}
    employed = False  # what stands behind a role and a comma is the employer
    for part in parts:
        agencies = credits.agencies(part)
        name = _once(_LEADING_THE.sub("", part[: agencies[0][0]]).strip() if agencies else part)
        words = name.split()
        role = _ROLE.search(name)
        if role and not _STAFF.fullmatch(name):
            first = " ".join(words[:NAME_WORDS])
            last = next(reversed(people.values()), None)
            if last:
                people[last.name] = Author(last.name, name)
            elif len(words) > NAME_WORDS and is_person(first) and not _ROLE.search(first):
                people[first] = Author(first, " ".join(words[NAME_WORDS:]))
            elif said and is_person(name):
                people[name] = Author(name)
            if people:
                employed = True
        elif part == AND:
            employed = False
        elif employed:
            continue
        elif _is_name(name, alone=said and not people, dated=dated):
            people.setdefault(name, Author(name))
        elif people and name and not _DEGREE.fullmatch(name):
            break  # what stands behind a name, and is none, ends the names: a section, a place
    return tuple(people.values())


def agency(line: str) -> str | None:
    """The agency that the line names in an author's place."""
    _, _, segments = _segments(line, None)
    parts = [part for parts in segments for part in parts]
    return next((part[start:end] for part in parts for start, end in credits.agencies(part)), None)


def _once(line: str) -> str:
    """A line that says the same twice over ("Jane Doe Jane Doe"), once."""
    words = line.split()
    half = len(words) // 2
    return " ".join(words[:half]) if half > 1 and words[:half] == words[half:] else line


def _is_name(part: str, *, alone: bool, dated: bool) -> bool:
    """Whether it may be a name; `alone`, right behind a "By", one word may be, beside a date even in small letters."""
    if is_person(part):
        return alone or not _NO_NAME.match(part)
    return alone and len(part) > 2 and part.isalnum() and (part[0].isupper() or dated)


def _segments(line: str, language: str | None) -> tuple[bool, bool, list[list[str]]]:
    """(whether the line says "By", whether it states a date, what stands behind "By" or in the whole line).

    The last is divided at bars and dates, and each segment at commas and the like.
    """
    bare = line
    stated = dates.find(line, language)
    for date in reversed(stated):
        bare = f"{bare[: date.start]} | {bare[date.end :]}"
    named = _BY.match(bare) or _BY_INSIDE.search(bare)
    rest = _AROUND_DATES.sub(" | ", bare[named.end() :] if named else bare)
    segments = [list(_cleaned(segment)) for segment in rest.split("|")]
    return named is not None, bool(stated), [parts for parts in segments if parts]


def _cleaned(text: str) -> Iterator[str]:
    for part in _SPLIT.split(_AND.sub(f",{AND},", _PLACE.sub("", text))):
        if part == AND:
            yield AND
            continue
        bare = " ".join(part.split()).strip(" .:@-" + DASHES)
        words = bare.split()
        while words and not words[0][0].isupper() and words[0].casefold() in ("by", "par", "por", *PARTICLES):
            words = words[1:]
        if words:
            yield " ".join(words)
