"""The segments of a byline: what dates, bars, commas and words like "and" divide."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from copydesk.characters import BULLETS, DASHES
from copydesk.parsing.byline_forms import (
    ENTRY_END,
    ROLE,
    SINGLE_WORDS,
    beginning,
    between_authors,
    without_front,
)
from copydesk.parsing.dates import Stated, without_weekday
from copydesk.parsing.people import PARTICLES
from copydesk.vocabulary import VOCABULARY, one_of

_BY: Final = VOCABULARY.by
_DATES: Final = VOCABULARY.dates

_IN_FRONT: Final = frozenset((*SINGLE_WORDS, *PARTICLES))
"""Words in lower case that come before a name and are not part of it."""

_BY_INSIDE = re.compile(rf"(?:^|[\s|/]){one_of(_BY.inside)}:?\s+(?=[^\W\d_a-z]|[\w.-]{{3,20}}\s*$)")
_AROUND_DATES = re.compile(
    rf"\b(?:last\s)?(?:{one_of((*_DATES.updated, *_DATES.published, *_DATES.beside_name))}|"
    r"(?:Eastern|Central|Mountain|Pacific)\s(?:Daylight|Standard)\sTime|(?-i:EST|EDT|ET|PT|GMT|IST|UTC)|"
    r"a\.?m\.?|p\.?m\.?)(?!\w)[\s:]*|(?:(?<!\w)(?:às|a las|à|alle|kl\.?|klo)\s\d{1,2}[:.h]\d\d|\d{1,2}[:.]\d\d)(?!\d)|"
    r"(?<!\d)\d+\s?(?:min(?:ute)?s?|hours?|days?|months?|years?|comments?|views?|shares?)\b(?:\s(?:read|ago|lesezeit))?",
    re.IGNORECASE,
)

AND: Final = "&"
"""The sign that replaces each word like "and" between the parts of a byline."""

AND_WORDS: Final = frozenset((*VOCABULARY.and_.words, *VOCABULARY.and_.inside))
"""Words between two authors, which may have a line of their own."""


@lru_cache(maxsize=256)
def _and(language: str | None) -> re.Pattern[str]:
    """What is between two authors, with the words of the language."""
    return re.compile(rf"\s{{0,3}}&\s{{0,3}}|\s{between_authors(language)}\s")


_SPLIT = re.compile(rf"[,;/()\[\]{BULLETS}\N{{BLACK CIRCLE}}]|\s[{DASHES}-]+\s|[{DASHES}]")
_AFTER_DATE = re.compile(rf"\|[\s|{BULLETS}\N{{BLACK CIRCLE}}{DASHES},/-]{{0,8}}")

_PICTURES_BY = re.compile(rf"\s{one_of((*VOCABULARY.picture.words, *VOCABULARY.picture.nouns))}\s?:.*$", re.IGNORECASE)
"""Behind the author, who took the pictures: "Text: Jane Doe Photo: Max Muster"."""

_PLACE = re.compile(r"\s(?:[Ii]n|on|at|to)(?:\s.*|$)")
"""A section or a place follows."""

_ONE_PLACE = re.compile(rf"\s[Ii]n(?:\s[^\W\d_a-z][\w'-]{{1,30}}){{1,3}}(?=,|{_and(None).pattern}|$)")
"""A place that another author may follow: "Jane Doe in Paris and Max Muster in Rome"."""

_EMPLOYER = re.compile(
    r"\s(?:for|For|FOR|of|OF|f\N{LATIN SMALL LETTER U WITH DIAERESIS}r|pour|para)(?:\s.*|$)|\s(?:Special|SPECIAL)$"
)
"""An employer follows, or followed: "Special to The Courier"."""

_HANDLE = re.compile(r"(?:\s|^)\(?@\w{2,30}\)?(?!\S)")
"""The name of an account: "@janedoe"."""

_ADDRESS = re.compile(
    r"(?:\s|^)[\w.+-]{1,64}@[\w-]{1,60}\.[\w.-]{2,60}(?!\S)|"
    r"\s(?:ORCID:?\s)?(?:https?://)?orcid\.org/[\dX-]{16,20}"
)
"""A mail address behind a name, or the number of a scientist."""

_MAIL_IN_WORDS = re.compile(
    r"(?P<name>(?:\S{1,30}\s){1,4})(?P<local>[a-z\d][\w.+-]{1,63})\sat\s[\w-]{1,60}\.[\w.-]{2,60}"
)
"""A name and a mail address as archives of mail print it: "Jane Doe jane at example.com"."""

_BEFORE_DATE = re.compile(r"(?<=\w)\s(?:op|den|le|el|il|em|på|dnia|dne|la)\s?$")
"""A word between a name and a date: "Door Jane Doe op 11 februari"."""

_NAME_FIRST = re.compile(rf"\s\(?{one_of(_BY.after_name)}\)?$", re.IGNORECASE)
"""What says behind a name that the text is by this person: "Jane Doe text"."""

_NICKNAME = re.compile(r"^([^\W\d_a-z][\w'-]{1,20})\s\([^\W\d_a-z][\w'-]{1,20}\)(?=\s[^\W\d_a-z])")
"""A given name and another one in brackets, before the surname: "Paramita (Guha) Ghosh"."""

_FOOTNOTE = re.compile(r"\s\d{1,3}$")

_INITIAL = re.compile(r"\s(?:Jr|Sr|[^\W\d_a-z])\.$")
"""The end of a name that keeps its full stop."""

_FOLLOW = re.compile(rf"(?:\s\+?{one_of(_BY.follow)})+(?=\s*(?:$|\||[^\W\d_]{{2,20}}\s?:))", re.IGNORECASE)
"""The text of a button after a name, at the end or before a bar or a date: "Jane Doe Follow Published: |"."""


class Segments(NamedTuple):
    """A line, divided to find names in it: the text after its "By", or the whole line if it has no "By".

    `says_by` and `has_date` say whether the line has a "By" and a date.  Bars and dates divide the text into segments;
    `parts` has a tuple for each of them.  Commas and similar marks divide a segment into the parts in its tuple.
    """

    says_by: bool
    has_date: bool
    parts: tuple[tuple[str, ...], ...]


def segments(line: str, language: str | None, stated: Sequence[Stated]) -> Segments:
    """The segments of the line; `stated` are the dates in it."""
    bare = line
    for date in reversed(stated):
        above = _BEFORE_DATE.sub("", without_weekday(bare[: date.start], language))
        bare = f"{above} | {bare[date.end :]}"
    named = beginning(language).match(bare) or _BY_INSIDE.search(bare)
    named = named or (_by_after_date(bare, language) if stated else None)
    bare = _PICTURES_BY.sub("", bare[named.end() :]) if named else bare
    bare = _NICKNAME.sub(r"\1", _without_mail_in_words(bare))
    behind = _NAME_FIRST.search(bare) if named is None and not stated else None
    bare = bare[: behind.start()] if behind else bare
    rest = _AROUND_DATES.sub(" | ", _HANDLE.sub(" ", _ADDRESS.sub(" | ", _FOLLOW.sub(" | ", bare))))
    parts = (tuple(_cleaned(segment, language)) for segment in rest.split("|"))
    return Segments((named or behind) is not None, bool(stated), tuple(part for part in parts if part))


def _without_mail_in_words(line: str) -> str:
    """The name in front of a mail address that is written in words, if the address has a part of the name."""
    found = _MAIL_IN_WORDS.fullmatch(line)
    if found is None:
        return line
    has_name = any(len(word) > 2 and word in found["local"] for word in found["name"].casefold().split())
    return found["name"].rstrip() if has_name else line


def _by_after_date(bare: str, language: str | None) -> re.Match[str] | None:
    """The words for "by" right behind the first date, which a bar replaces: "Published on | - Written by Jane Doe"."""
    found = _AFTER_DATE.search(bare)
    return beginning(language).match(bare, found.end()) if found else None


def _cleaned(text: str, language: str | None) -> Iterator[str]:
    """The parts of a segment, each without the words and marks around it."""
    without_places, count = _ONE_PLACE.subn("", text)
    text = without_places if count > 1 else text
    for part in _SPLIT.split(_and(language).sub(f",{AND},", _PLACE.sub("", text))):
        if part == AND:
            yield AND
            continue
        bare = " ".join(part.split()).strip(" :@-" + DASHES)
        bare = bare if ROLE.search(bare) else _EMPLOYER.sub("", bare)
        bare = _FOOTNOTE.sub("", ENTRY_END.sub("", bare).lstrip("."))
        bare = bare if _INITIAL.search(bare) else bare.rstrip(".")
        words = bare.split()
        while words and not words[0][0].isupper() and words[0].casefold() in _IN_FRONT:
            words = words[1:]
        words = without_front(" ".join(words)).split()
        if words:
            yield " ".join(words)
