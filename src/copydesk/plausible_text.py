"""How plausible a text is that was decoded with some encoding: whether its words are words of a language.

Nearly every sequence of bytes is a text in a single-byte encoding.  A wrong one gives letters, but no words.
"""

import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from copydesk import lexicon

LANGUAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "cp1252": ("de", "fr", "es", "pt", "it", "sv", "nb", "da", "nl", "fi", "ca", "is"),
    "cp1250": ("pl", "cs", "hu", "ro", "sk", "sh", "sl"),
    "cp1251": ("ru", "uk", "bg", "mk"),
    "cp1253": ("el",),
    "cp1254": ("tr",),
    "cp1255": ("he",),
    "cp1256": ("ar", "fa"),
    "cp1257": ("lt", "lv"),
    "cp1258": ("vi",),
    "gb18030": ("zh",),
    "big5": ("zh",),
    "cp932": ("ja",),
    "euc_jp": ("ja",),
    "cp949": ("ko",),
}
"""The languages that are written in an encoding.  `SAME_LETTERS` has encodings for the same languages."""

SAME_LETTERS: Final[Mapping[str, str]] = {
    "iso8859-15": "cp1252", "iso8859-1": "cp1252", "mac-roman": "cp1252", "cp437": "cp1252", "cp850": "cp1252",
    "iso8859-2": "cp1250", "cp852": "cp1250", "iso8859-16": "cp1250", "koi8-r": "cp1251", "koi8-u": "cp1251",
    "iso8859-5": "cp1251", "cp866": "cp1251", "mac-cyrillic": "cp1251", "iso8859-7": "cp1253", "iso8859-9": "cp1254",
    "iso8859-8": "cp1255", "iso8859-6": "cp1256", "iso8859-4": "cp1257", "iso8859-13": "cp1257", "euc_kr": "cp949",
    "gbk": "gb18030", "gb2312": "gb18030", "shift_jis": "cp932", "euc-jp": "euc_jp", "iso2022_jp": "cp932",
}  # fmt: skip

COMMONEST: Final = 12_000
"""Words of each language that are known.  Half of the words with accents in a page of news are among them."""

_WORD = re.compile(r"[^\W\d_]+(?:\u0301[^\W\d_]*)*")
_NOT_ASCII = re.compile(
    "[^\x00-\x7f\\s\N{LEFT SINGLE QUOTATION MARK}-\N{DOUBLE HIGH-REVERSED-9 QUOTATION MARK}\N{EN DASH}\N{EM DASH}"
    "\N{HORIZONTAL ELLIPSIS}\N{BULLET}\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}"
    "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}\N{MIDDLE DOT}\N{DEGREE SIGN}\N{COPYRIGHT SIGN}"
    "\N{REGISTERED SIGN}\N{EURO SIGN}\N{POUND SIGN}\N{SECTION SIGN}\N{REPLACEMENT CHARACTER}"
    "\u3000-\u3002\u300c-\u300f\uff00-\uff0f\uff1a-\uff20]"
)
"""A character outside ASCII that is not usual punctuation."""

_EAST_ASIAN: Final = frozenset(("zh", "ja", "ko"))


def share_in_words(text: str, encoding: str) -> tuple[float, int]:
    """(share of the text's characters outside ASCII that are in known words, how many characters there are).

    Usual punctuation is not counted.  The share is the highest of all languages of the encoding.  In Chinese, Japanese
    and Korean, each character counts as a word, because there are no spaces between words.
    """
    name = encoding.replace("_", "-") if encoding.replace("_", "-") in SAME_LETTERS else encoding
    languages = LANGUAGES.get(SAME_LETTERS.get(name, name), ())
    total = len(_NOT_ASCII.findall(text))
    if not languages or not total:
        return 0.0, total
    if languages[0] in _EAST_ASIAN:
        found = Counter(_NOT_ASCII.findall(text))
        return max(
            sum(count for char, count in found.items() if char in _characters(language)) for language in languages
        ) / total, total
    words = Counter(word.casefold() for word in _WORD.findall(text) if not word.isascii())
    return max(
        sum(count * len(_NOT_ASCII.findall(word)) for word, count in words.items() if word in _words(language))
        for language in languages
    ) / total, total


@lru_cache(maxsize=64)
def _words(language: str) -> frozenset[str]:
    return frozenset(word for word in lexicon.frequent(language, COMMONEST) if not word.isascii())


@lru_cache(maxsize=8)
def _characters(language: str) -> frozenset[str]:
    return frozenset("".join(lexicon.frequent(language, COMMONEST)))
