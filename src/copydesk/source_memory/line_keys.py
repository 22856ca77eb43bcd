"""A line as the memory of a source knows it: in lower case without punctuation, and with its numbers masked."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from babel import Locale

from copydesk.text import digest, fold, folded_words

LONG_LINE: Final = 60
"""Characters from which on a line shows whether two pages have the same story: menus have shorter lines."""

MAX_LINE: Final = 300
"""Characters of a line that are compared.  Two notices that differ after so many characters count as one."""

MAX_MASKED_WORDS: Final = 12
"""Longer lines are not masked: reports of prices, weather and matches repeat whole sentences with other numbers."""

NUMBER: Final = "0"
"""What masks a number."""

DATE: Final = "00"
"""What masks the name of a month or of a day of the week beside a number."""

LANGUAGES: Final = (
    *("ar", "bg", "bn", "cs", "da", "de", "el", "en", "es", "fa", "fi", "fr", "he", "hi", "hu", "id", "it", "ja", "ko"),
    *("ms", "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sv", "sw", "th", "tr", "uk", "vi", "zh"),
)
"""The languages of the vocabulary."""

_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class LineKey:
    """`text` is the line as it is compared, `masked` the same with numbers, months and days of the week masked.

    `length` is the number of characters of the line.
    """

    text: str
    masked: str
    length: int

    @property
    def digest(self) -> int:
        """The digest of the line."""
        return digest(self.text)


def line_key(line: str) -> LineKey | None:
    """The key of a line; None if it has no letter and no digit."""
    text = fold(line[:MAX_LINE])
    return LineKey(text, mask(text), len(line)) if text else None


def mask(text: str) -> str:
    """A folded line with its numbers masked; beside a number also names of months and of days of the week.

    A line of more than MAX_MASKED_WORDS words stays as it is.
    """
    if not _DIGITS.search(text) or text.count(" ") >= MAX_MASKED_WORDS:
        return text
    names = calendar_names()
    return " ".join([DATE if word in names else word for word in _DIGITS.sub(NUMBER, text).split()])


@cache
def calendar_names() -> frozenset[str]:
    """The names of months and of days of the week in LANGUAGES, long and short, folded (CLDR, from Babel)."""
    found: set[str] = set()
    for language in LANGUAGES:
        locale = Locale.parse(language)
        for names in (locale.months, locale.days):
            for context in ("stand-alone", "format"):
                for width in ("wide", "abbreviated"):
                    for name in names[context][width].values():
                        words = folded_words(name)
                        found.update(words if len(words) == 1 and not words[0].isdigit() else ())
    return frozenset(found)


def page_keys(text: str) -> list[LineKey]:
    """The keys of the lines of a raw text, in order."""
    return [key for line in text.splitlines() if (key := line_key(line.strip()))]
