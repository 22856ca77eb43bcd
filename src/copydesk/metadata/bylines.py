"""Bylines: who wrote it, in what role, for which agency."""

import re
from typing import Final

from copydesk.document import Author
from copydesk.metadata import credits
from copydesk.metadata.people import is_person

LONGEST: Final = 16
"""Words.  A longer line that begins with "By" is a sentence."""

_BY = re.compile(
    r"(?:by|written by|words by|story by|reporting by|posted by|published by|author|authors|von|par|por|di|da|door|"
    r"av|af|autor|autorin|auteur|autore|text|tekst|od|автор|yazan)(?:\s?:)?\s+",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"\s*(?:[,;|&/\N{BULLET}\N{MIDDLE DOT}]|\s(?:and|und|et|y|e|en|och|og|i|и|ve)\s)\s*")
_ROLE = re.compile(
    r"\b(?:editor|reporter|correspondent|writer|staff|columnist|journalist|contributor|producer|redakteur\w*|"
    r"korrespondent\w*|redaktion|journaliste|periodista|redactor\w*|giornalista|photographer)\b",
    re.IGNORECASE,
)


def is_opening(line: str) -> bool:
    """Whether the line is the "By" of a byline whose names stand below it."""
    return _BY.fullmatch(line.rstrip(":") + " ") is not None


def is_byline(line: str) -> bool:
    """Whether the line says "By" and names somebody."""
    return bool(_BY.match(line)) and len(line.split()) <= LONGEST and bool(read(line))


def read(line: str) -> tuple[Author, ...]:
    """The authors whom the line names, agencies left out."""
    named = _BY.match(line)
    people: list[Author] = []
    for part in _SPLIT.split(line[named.end() :] if named else line):
        part = part.strip(" .:-\N{EN DASH}\N{EM DASH}")
        if _ROLE.search(part):
            if people and people[-1].role is None:
                people[-1] = Author(people[-1].name, part)
        elif is_person(part) and not credits.names_agency(part):
            people.append(Author(part))
    return tuple(people)


def agency(line: str) -> str | None:
    """The agency that the line names in an author's place."""
    named = _BY.match(line)
    parts = _SPLIT.split(line[named.end() :] if named else line)
    return next((part for part in parts if credits.is_agency(part)), None)
