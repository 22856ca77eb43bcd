"""Comparing texts and counting their words, in any script."""

import hashlib
import os
import re
from typing import Final

from copydesk.characters import HARMFUL, SOUTH_EAST_ASIAN

CHARACTERS_PERWORD: Final = 2
"""In Chinese and Japanese, which have no spaces between words."""

MAX_CHARACTERS_PERWORD: Final = 8
"""In other scripts without spaces, each 8 characters are a word.  Where there are spaces, these give more words."""

SIGNS: Final = (
    r"\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0900-\u0963\u0966-\u0dff\u0e31-\u0e3a\u0e47-\u0e4e"
    r"\u0eb1-\u0ece\u0f71-\u0f84\u0f90-\u0fbc\u1000-\u1049\u1780-\u17d3"
)
"""Marks that are part of words although `\\w` does not match them: accents, points, vowel signs of Asian scripts."""

ISOLATES: Final = "\u2066\u2067\u2068"
END_OF_ISOLATE: Final = "\u2069"
_NO_SOURCE = re.compile(f"[{HARMFUL}]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_OVERRIDE = re.compile("[\u202a-\u202e\u206a-\u206f]")
_NO_FIELD = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u206f\ud800-\udfff]")
"""Control characters, line separators, halves of characters; embeddings, overrides and isolates."""

WORD: Final = re.compile(rf"[\w{SIGNS}]+")

CHARACTERS_PER_WORD_OF_SOUTH_EAST_ASIA: Final = 5
"""In Thai, Lao, Burmese and Khmer, which have spaces between clauses only; vowel signs and tones are counted."""

_SOUTH_EAST_ASIAN = re.compile(f"[{SOUTH_EAST_ASIAN}]")

_WITHOUT_SPACES = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Kana and Han characters."""


def has_no_full_stops(text: str) -> bool:
    """Whether the text is in a script in which sentences end without a mark: Thai, Lao, Burmese, Khmer."""
    return not text.isascii() and _SOUTH_EAST_ASIAN.search(text) is not None


def as_source(name: str) -> str:
    """The name of a file as (a part of) a source: "#", which separates names of records, is "%23".

    Escaped are bytes that are not UTF-8, control characters, and marks that turn the writing direction.
    """
    readable = os.fsencode(name).decode("utf-8", "backslashreplace").replace("#", "%23")
    return _NO_SOURCE.sub(_as_escape, readable)


def _as_escape(character: re.Match[str]) -> str:
    code = ord(character[0])
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"


def as_field(text: str) -> str:
    """A text as the value of a field: without control characters, and without marks that could turn what follows it.

    Control characters become spaces.  Isolates stay if each of them is closed, and so do joiners and the marks that
    Arabic and Hebrew text needs.
    """
    if not _NO_FIELD.search(text):
        return text
    text = _OVERRIDE.sub("", _CONTROL.sub(" ", text))
    kept: list[str] = []
    opened: list[int] = []
    for char in text:
        if char in ISOLATES:
            opened.append(len(kept))
        elif char == END_OF_ISOLATE:
            if not opened:
                continue
            opened.pop()
        kept.append(char)
    for place in reversed(opened):
        kept[place] = ""
    return "".join(kept)


def digest(text: str) -> int:
    """64 bits of the BLAKE2b digest of a text: equal on every machine."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def count_words(text: str) -> int:
    """The number of words in the text, estimated in scripts without spaces."""
    words = max(len(text.split()), len(text) // MAX_CHARACTERS_PERWORD)
    if text.isascii():
        return words
    if _SOUTH_EAST_ASIAN.search(text):
        return max(words, len(_SOUTH_EAST_ASIAN.findall(text)) // CHARACTERS_PER_WORD_OF_SOUTH_EAST_ASIA)
    if not _WITHOUT_SPACES.search(text):
        return words
    return max(words, len(_WITHOUT_SPACES.findall(text)) // CHARACTERS_PERWORD)


def base_language(tag: str | None) -> str:
    """The first part of a BCP 47 tag, the language without script and region, in lower case; "" for None."""
    return (tag or "").partition("-")[0].lower()


def fold(text: str) -> str:
    """Letters and digits in lower case with single spaces, equal for texts that differ only in case and punctuation."""
    return " ".join(folded_words(text))


def folded_words(text: str) -> list[str]:
    """The words of a text in lower case, without punctuation."""
    return WORD.findall(text.casefold())
