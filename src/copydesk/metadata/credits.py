"""Photo credits: agencies, "Photo: ...", the photographer's name beside an agency."""

import re
from typing import Final

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
_SENTENCE_END = re.compile(r"[.!?\N{IDEOGRAPHIC FULL STOP}]$")


def is_credit(line: str) -> bool:
    """Whether the line credits a picture by itself: it names an agency, or says "Photo: ..."."""
    words = line.split()
    if len(words) > LONGEST:
        return False
    if _LABELLED.match(line) or _BY.match(line):
        return True
    if _SENTENCE_END.search(line):
        return False
    return names_agency(line) and (len(words) <= 5 or "/" in line or " via " in line or "," in line)


def names_agency(line: str) -> bool:
    """Whether an agency's name stands in the line."""
    return _AGENCY.search(line) is not None or _AGENCY_IN_CAPITALS.search(line) is not None


def is_agency(line: str) -> bool:
    """Whether the line is an agency's name and nothing else."""
    return _AGENCY.fullmatch(line) is not None or _AGENCY_IN_CAPITALS.fullmatch(line) is not None
