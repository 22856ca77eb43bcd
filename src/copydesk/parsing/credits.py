"""Photo credits: agencies, "Photo: ...", the photographer's name beside an agency."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from copydesk.parsing.people import is_person
from copydesk.vocabulary import VOCABULARY, hint_words, one_of


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Limits of a picture's credit.

    Used since November 2026; what set them is not recorded.  `python -m bench.thresholds` measures half and twice.
    """

    max_words: int = 14
    """Words of a credit.  A longer line that names an agency is a sentence, or a caption that contains its credit."""

    max_characters: int = 420
    """Characters of a credit: 30 for each of the 14 words.  A longer line is not a credit; its words are not
    counted."""

    max_at_end: int = 90
    """Characters of the credit at the end of a caption."""

    max_other_words: int = 2
    """Words next to the agency that are not a name, like "Archive" or "Europe"."""


THRESHOLDS: Final = Thresholds()

AGENCIES: Final = (
    *("AAP", "AFP", "Agence France-Presse", "Alamy", "Anadolu", "ANSA", "AP", "APA", "Associated Press"),
    *("Bloomberg", "CP", "ddp", "dpa", "EFE", "EPA", "EPA-EFE", "Europa Press", "Getty", "Getty Images", "IMAGO"),
    *("Imago Images", "iStock", "Keystone", "KNA", "Kyodo", "Lapresse", "Lehtikuva", "Magnum", "NTB", "NurPhoto"),
    *("PA Images", "PA Media", "PA Wire", "Pexels", "picture alliance", "Pixabay", "Pool", "PTI", "Reuters", "RIA"),
    *("Ritzau", "Scanpix", "Shutterstock", "Sipa", "Sipa USA", "Sputnik", "TASS", "TT", "Unsplash", "UPI"),
    *("Xinhua", "Yonhap", "Zuma", "Zuma Press"),
)
"""Agencies and stock houses in picture credits, in their own spelling."""

_IN_CAPITALS: Final = ("REUTERS", "GETTY IMAGES", "GETTY", "IMAGO", "SHUTTERSTOCK", "XINHUA")
_AGENCY = re.compile(
    "(?:"
    + "|".join(re.escape(name) for name in sorted((*AGENCIES, *_IN_CAPITALS), key=len, reverse=True))
    + r")(?![\w-])"
)
"""`_INSIDE_WORD` checks the character before a match.  Without that check here, the search can skip to the next letter
with which a name begins, which is fast."""

_INSIDE_WORD = re.compile(r"[\w-]")
_WORDS: Final = VOCABULARY.picture
_LABELLED = re.compile(
    rf"(?:{one_of((*_WORDS.nouns, *_WORDS.nouns_at_beginning))}s?(?:\s{one_of(_WORDS.after_noun)})?|"
    rf"{one_of((*_WORDS.words, *_WORDS.words_at_beginning))})\s?[:/|\N{{COPYRIGHT SIGN}}]\s*\S",
    re.IGNORECASE,
)
_BY = re.compile(rf"{one_of((*_WORDS.nouns, *_WORDS.nouns_at_beginning))}s?\s{one_of(_WORDS.before_name)}\s[A-Z]")
_SEPARATOR = re.compile(r"[|/,;:()\N{BULLET}\N{MIDDLE DOT}\N{COPYRIGHT SIGN}]|\s-\s|\b(?:via|for|by|and)\b")
_AT_END = re.compile(
    rf"(?<=[\s.(|])(?:{one_of((*_WORDS.nouns, *_WORDS.words))}s?\s?(?::|/|by\s|courtesy|credit)|©\s?)"
    r"\s?[^\s.]{2,}(?:\s\S+){0,7}\)?\.?$"
    r"|\((?:AP|Reuters|AFP|Getty)\b[^()]{0,60}\)\s?$",
    re.IGNORECASE,
)
_STARTS: Final = tuple(
    hint_words((*_WORDS.nouns, *_WORDS.nouns_at_beginning, *_WORDS.words, *_WORDS.words_at_beginning))
)
FIRST_WORDS: Final = frozenset(re.split(r"\W", name.casefold())[0] for name in AGENCIES)
"""The first words of agencies, folded.  Each credit has one of them, or a word for which `is_hint` is true, or a
copyright sign."""

_SENTENCE_END = re.compile(r"[.!?\N{IDEOGRAPHIC FULL STOP}]$")


def is_hint(word: str) -> bool:
    """Whether the word, folded, may be part of a credit.  Every credit without an agency or a sign has such a word."""
    return word.startswith(_STARTS)


def is_credit(line: str, *, says_credit: bool) -> bool:
    """Whether the line credits a picture by itself: it names an agency, or says "Photo: ..." (`says_credit`)."""
    if len(line) > THRESHOLDS.max_characters or len(line.split()) > THRESHOLDS.max_words:
        return False
    if says_credit:
        return True
    if _SENTENCE_END.search(line) or not _AGENCY.search(line):
        return False
    found = agencies(line)
    return bool(found) and all(map(_may_be_beside, _beside(line, found)))


def says_credit(line: str) -> bool:
    """Whether the line begins like a credit: "Photo: ...", "photos by Jane Doe"."""
    return _LABELLED.match(line) is not None or _BY.match(line) is not None


def ends_with_credit(line: str) -> bool:
    """Whether a caption ends with its credit: "The bridge. Photo: Jane Doe", "The bridge. (AP Photo/Jane Doe)"."""
    start = max(0, len(line) - THRESHOLDS.max_at_end)
    return _AT_END.search(line, start) is not None


def _beside(line: str, found: Sequence[tuple[int, int]]) -> list[str]:
    """The parts of the line beside the agencies that were found in it."""
    bare = line
    for start, end in reversed(found):
        bare = f"{bare[:start]}|{bare[end:]}"
    return [part for part in map(str.strip, _SEPARATOR.split(bare)) if part]


def _may_be_beside(part: str) -> bool:
    """Whether part of a credit is a name, or at most two words like "Archive" or "Europe"."""
    return is_person(part) or (
        len(part.split()) <= THRESHOLDS.max_other_words and all(word[:1].isupper() for word in part.split())
    )


def agencies(line: str) -> list[tuple[int, int]]:
    """The names of agencies in the line, in order, as (start, end)."""
    return [
        found.span()
        for found in _AGENCY.finditer(line)
        if not found.start() or not _INSIDE_WORD.match(line, found.start() - 1)
    ]


def is_agency(line: str) -> bool:
    """Whether the line is only the name of an agency."""
    return _AGENCY.fullmatch(line) is not None
