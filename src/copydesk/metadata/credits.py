"""Photo credits: agencies, "Photo: ...", the photographer's name beside an agency."""

import re
from typing import Final

from copydesk.metadata.people import is_person

AGENCIES: Final = (
    *("AAP", "AFP", "Agence France-Presse", "Alamy", "Anadolu", "ANSA", "AP", "APA", "Associated Press"),
    *("Bloomberg", "CP", "ddp", "dpa", "EFE", "EPA", "EPA-EFE", "Europa Press", "Getty", "Getty Images", "IMAGO"),
    *("Imago Images", "iStock", "Keystone", "KNA", "Kyodo", "Lapresse", "Lehtikuva", "Magnum", "NTB", "NurPhoto"),
    *("PA Images", "PA Media", "PA Wire", "Pexels", "picture alliance", "Pixabay", "Pool", "PTI", "Reuters", "RIA"),
    *("Ritzau", "Scanpix", "Shutterstock", "Sipa", "Sipa USA", "Sputnik", "TASS", "TT", "Unsplash", "UPI"),
    *("Xinhua", "Yonhap", "Zuma", "Zuma Press"),
)
"""Agencies and stock houses that stand in picture credits, as they write themselves."""

LONGEST: Final = 14
"""Words.  A longer line that names an agency is a sentence or a caption with its credit in it."""

_AGENCY = re.compile(
    r"(?<![\w-])(?:" + "|".join(re.escape(name) for name in sorted(AGENCIES, key=len, reverse=True)) + r")(?![\w-])"
)
_AGENCY_IN_CAPITALS = re.compile(r"(?<![\w-])(?:REUTERS|GETTY IMAGES|GETTY|IMAGO|SHUTTERSTOCK|XINHUA)(?![\w-])")
_LABELLED = re.compile(
    r"(?:(?:photo|image|picture|video|illustration|graphic|screenshot|file photo|photograph)s?"
    r"(?:\s(?:by|credit|courtesy(?:\sof)?|source|via|from))?|credit|image source|courtesy(?:\sof)?|"
    r"fotos?|bild(?:er)?|grafik|quelle|crédit(?:\sphoto)?|photo(?:graphie)?|imagen?|crédito|fotografía|foto di|"
    r"fotografia|beeld|kuva|zdjęcie|fot\.|фото|fotoğraf|צילום|写真|写真提供)\s?[:/|\N{COPYRIGHT SIGN}]\s*\S",
    re.IGNORECASE,
)
_BY = re.compile(r"(?:photos?|images?|pictures?|illustrations?|videos?) (?:by|courtesy of|via) [A-Z]")
_SEPARATOR = re.compile(r"[|/,;:()\N{BULLET}\N{MIDDLE DOT}\N{COPYRIGHT SIGN}]|\s-\s|\b(?:via|for|by|and)\b")
_SENTENCE_END = re.compile(r"[.!?\N{IDEOGRAPHIC FULL STOP}]$")


def is_credit(line: str) -> bool:
    """Whether the line credits a picture by itself: it names an agency, or says "Photo: ..."."""
    words = line.split()
    if len(words) > LONGEST:
        return False
    if _LABELLED.match(line) or _BY.match(line):
        return True
    return names_agency(line) and not _SENTENCE_END.search(line) and all(map(_may_be_beside, _beside_agencies(line)))


def _beside_agencies(line: str) -> list[str]:
    """What stands in the line beside agencies and what separates names."""
    bare = _AGENCY_IN_CAPITALS.sub("|", _AGENCY.sub("|", line))
    return [part for part in map(str.strip, _SEPARATOR.split(bare)) if part]


def _may_be_beside(part: str) -> bool:
    """A person's name, or a word or two like "Archive", "Europe"; "resigns as president" is no credit."""
    return is_person(part) or (len(part.split()) <= 2 and all(word[:1].isupper() for word in part.split()))


def names_agency(line: str) -> bool:
    """Whether an agency's name stands in the line."""
    return _AGENCY.search(line) is not None or _AGENCY_IN_CAPITALS.search(line) is not None


def is_agency(line: str) -> bool:
    """Whether the line is an agency's name and nothing else."""
    return _AGENCY.fullmatch(line) is not None or _AGENCY_IN_CAPITALS.fullmatch(line) is not None
