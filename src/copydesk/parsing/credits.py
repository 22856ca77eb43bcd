"""Photo credits: agencies, "Photo: ...", the photographer's name beside an agency."""

import re
from collections.abc import Sequence
from typing import Final

from copydesk.parsing.people import is_person
from copydesk.vocabulary import VOCABULARY, hint_words, one_of

AGENCIES: Final = (
    *("AAP", "AFP", "Agence France-Presse", "Alamy", "Anadolu", "ANSA", "AP", "APA", "Associated Press"),
    *("Bloomberg", "CP", "ddp", "dpa", "EFE", "EPA", "EPA-EFE", "Europa Press", "Getty", "Getty Images", "IMAGO"),
    *("Imago Images", "iStock", "Keystone", "KNA", "Kyodo", "Lapresse", "Lehtikuva", "Magnum", "NTB", "NurPhoto"),
    *("PA Images", "PA Media", "PA Wire", "Pexels", "picture alliance", "Pixabay", "Pool", "PTI", "Reuters", "RIA"),
    *("Ritzau", "Scanpix", "Shutterstock", "Sipa", "Sipa USA", "Sputnik", "TASS", "TT", "Unsplash", "UPI"),
    *("Xinhua", "Yonhap", "Zuma", "Zuma Press"),
)
"""Agencies and stock houses that stand in picture credits, as they write themselves."""

LONGEST_WORD: Final = 30
"""Characters of a word and the space behind it: what is longer than so many words of these needs no count."""

LONGEST: Final = 14
"""Words.  A longer line that names an agency is a sentence or a caption with its credit in it."""

_IN_CAPITALS: Final = ("REUTERS", "GETTY IMAGES", "GETTY", "IMAGO", "SHUTTERSTOCK", "XINHUA")
_AGENCY = re.compile(
    "(?:"
    + "|".join(re.escape(name) for name in sorted((*AGENCIES, *_IN_CAPITALS), key=len, reverse=True))
    + r")(?![\w-])"
)
"""Without a look at the character before: so the search can skip to a letter with which a name begins."""

_INSIDE_WORD = re.compile(r"[\w-]")
_WORDS: Final = VOCABULARY.picture
_LABELLED = re.compile(
    rf"(?:{one_of((*_WORDS.nouns, *_WORDS.nouns_at_beginning))}s?(?:\s{one_of(_WORDS.behind)})?|"
    rf"{one_of((*_WORDS.words, *_WORDS.words_at_beginning))})\s?[:/|\N{{COPYRIGHT SIGN}}]\s*\S",
    re.IGNORECASE,
)
_BY = re.compile(rf"{one_of(_WORDS.nouns_before_by)}s?\s{one_of(_WORDS.before_name)}\s[A-Z]")
_SEPARATOR = re.compile(r"[|/,;:()\N{BULLET}\N{MIDDLE DOT}\N{COPYRIGHT SIGN}]|\s-\s|\b(?:via|for|by|and)\b")
LONGEST_AT_END: Final = 90
"""Characters of the credit at a caption's end."""

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
"""With which the names of agencies begin, folded.  One of these, a word that `is_hint` knows, or a copyright sign
stands in every line that credits a picture."""

_SENTENCE_END = re.compile(r"[.!?\N{IDEOGRAPHIC FULL STOP}]$")


def is_hint(word: str) -> bool:
    """Whether the word, folded, may be part of a credit: all credits without an agency or a sign hold such a word."""
    return word.startswith(_STARTS)


def is_credit(line: str, *, says_credit: bool) -> bool:
    """Whether the line credits a picture by itself: it names an agency, or says "Photo: ..." (`says_credit`)."""
    if len(line) > LONGEST * LONGEST_WORD or len(line.split()) > LONGEST:
        return False
    if says_credit:
        return True
    if _SENTENCE_END.search(line) or not _AGENCY.search(line):
        return False
    found = agencies(line)
    return bool(found) and all(map(_may_be_beside, _beside(line, found)))


def says_credit(line: str) -> bool:
    """Whether the line begins as credits do: "Photo: ...", "Image by ..."."""
    return _LABELLED.match(line) is not None or _BY.match(line) is not None


def ends_with_credit(line: str) -> bool:
    """Whether a caption ends with its credit: "The bridge on Sunday. Photo: Jane Doe", "... (AP Photo/Jane Doe)"."""
    start = max(0, len(line) - LONGEST_AT_END)
    return _AT_END.search(line, start) is not None


def _beside(line: str, found: Sequence[tuple[int, int]]) -> list[str]:
    """What the line holds beside the agencies found in it, and between what separates names."""
    bare = line
    for start, end in reversed(found):
        bare = f"{bare[:start]}|{bare[end:]}"
    return [part for part in map(str.strip, _SEPARATOR.split(bare)) if part]


def _may_be_beside(part: str) -> bool:
    """A person's name, or a word or two like "Archive", "Europe"; "resigns as president" is no credit."""
    return is_person(part) or (len(part.split()) <= 2 and all(word[:1].isupper() for word in part.split()))


def agencies(line: str) -> list[tuple[int, int]]:
    """(start, end) of each agency's name in the line, in order."""
    return [
        found.span()
        for found in _AGENCY.finditer(line)
        if not found.start() or not _INSIDE_WORD.match(line, found.start() - 1)
    ]


def is_agency(line: str) -> bool:
    """Whether the line is an agency's name and nothing else."""
    return _AGENCY.fullmatch(line) is not None
