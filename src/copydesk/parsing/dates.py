"""Dates in a line, in many languages.  An ambiguous date is not read.

The names of months come from CLDR (Unicode Common Locale Data Repository), through Babel.  A date in figures with
slashes ("13/6/2024") is read only if one number is too large for a month, or if the order of day and month is known.
"""

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError

from copydesk.vocabulary import VOCABULARY, whole_words


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Limits of a date in a line.

    Used since November 2026; what set them is not recorded.  `python -m bench.thresholds` measures half and twice.
    """

    max_characters: int = 160
    """Characters of a timestamp.  A longer line is more than a date; `is_timestamp` is not called for it."""

    max_words_beside: int = 5
    """Words of a timestamp beside the date: "Published on", a weekday, a place."""

    max_words_in_sentence: int = 2
    """The same for a timestamp that ends like a sentence, because "It fell on May 3, 2024." is a sentence."""

    max_to_first_date: int = 60
    """Characters from words like "first published" to their date."""


THRESHOLDS: Final = Thresholds()

ZONES: Final = {
    "UTC": "+00:00",
    "GMT": "+00:00",
    "Z": "+00:00",
    "EST": "-05:00",
    "EDT": "-04:00",
    "PST": "-08:00",
    "PDT": "-07:00",
    "CET": "+01:00",
    "CEST": "+02:00",
    "MEZ": "+01:00",
    "MESZ": "+02:00",
}
"""The names of time zones with one meaning on news pages.  "CST", "IST" and "BST" have several, and are not read."""

_TIME = (
    r"(?:[\sT,|\N{EN DASH}-]{0,6}(?:at\s|um\s|à\s|a las\s|kl\.?\s|ore\s|alle\s|às\s)?\s?"
    r"(?P<hour>[01]?\d|2[0-3])[:.h](?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d)(?:\.\d+)?)?"
    r"(?:\s?(?P<half>[AaPp]\.?[Mm]\b\.?))?(?:\s?(?:Uhr\s)?\(?(?P<zone>[A-Z]{1,4}\b|[+-]\d\d:?\d\d))?)?"
)
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_ANY_YEAR = re.compile(r"(?:19|20)\d\d|\d\d\.\d\d\.\d\d")
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])"
_MONTH_NUMBER = r"(?P<month>0?[1-9]|1[0-2])"
_NUMERIC: Final = (
    re.compile(rf"(?<!\d){_YEAR}-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])(?!\d){_TIME}"),
    re.compile(rf"(?<![\d.]){_DAY}\.\s?{_MONTH_NUMBER}\.\s?{_YEAR}(?!\d){_TIME}"),
    re.compile(
        rf"(?<![\d.])(?P<day>0[1-9]|[12]\d|3[01])\.(?P<month>0[1-9]|1[0-2])\.(?P<short>[0-4]\d)(?![\d.]){_TIME}"
    ),
    re.compile(
        rf"(?<![\d.]){_YEAR}(?P<mark>[./])(?P<month>0[1-9]|1[0-2])(?P=mark)(?P<day>0[1-9]|[12]\d|3[01])(?!\d){_TIME}"
    ),
    re.compile(rf"{_YEAR}\s?年\s?{_MONTH_NUMBER}\s?月\s?{_DAY}\s?日{_TIME}"),
    re.compile(rf"{_YEAR}년\s?{_MONTH_NUMBER}월\s?{_DAY}일{_TIME}"),
)
_IN_FIGURES: Final = re.compile(
    rf"(?<![\d/.-])(?P<one>\d{{1,2}})(?P<mark>[/-])(?P<other>\d{{1,2}})(?P=mark){_YEAR}(?![\d/-]){_TIME}"
)


@dataclass(frozen=True, slots=True)
class Stated:
    """A date in a line: its place, and the date in ISO 8601."""

    start: int
    end: int
    iso: str


def find(line: str, language: str | None, order: str | None = None) -> list[Stated]:
    """The dates that `line` states, in order; month names in `language` (a BCP 47 tag) and in English.

    `order` says whether the "day" or the "month" is first in dates like 5/6/2024; without it they are not read.
    """
    found: list[Stated] = []
    if not _ANY_YEAR.search(line):
        return found
    for pattern in (*_NUMERIC, *_named(language), _IN_FIGURES):
        for match in pattern.finditer(line):
            iso = _iso(match.groupdict(), language, order)
            if iso and all(match.end() <= other.start or other.end <= match.start() for other in found):
                found.append(Stated(match.start(), match.end(), iso))
    return sorted(found, key=lambda stated: stated.start)


def _iso(parts: dict[str, str | None], language: str | None, order: str | None) -> str | None:
    day, month = parts.get("day"), parts.get("month")
    if parts.get("one"):
        first, second = int(parts["one"] or 0), int(parts["other"] or 0)
        if first != second and first <= 12 and second <= 12 and order is None:
            return None  # 5/6: the fifth of June or the sixth of May
        day_first = first > 12 or (second <= 12 and order == "day")
        day, month = (str(first), str(second)) if day_first else (str(second), str(first))
    name = parts.get("name")
    number = _months(language).get(name.casefold().rstrip(".")) if name else int(month or 0)
    try:
        year = 2000 + int(parts["short"] or 0) if parts.get("short") else int(parts["year"] or 0)
        date = datetime.date(year, number or 0, int(day or 0))
    except ValueError:
        return None
    return date.isoformat() + _clock(parts)


def _clock(parts: dict[str, str | None]) -> str:
    """The time in ISO 8601, with the offset of its zone if the line states one; empty without a time."""
    if not parts.get("hour"):
        return ""
    hour, half, zone = int(parts["hour"] or 0), (parts.get("half") or "").lower()[:1], parts.get("zone") or ""
    if half and hour > 12:
        return ""
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    offset = ZONES.get(zone, "") if zone[:1].isalpha() else zone
    if offset and ":" not in offset:
        offset = f"{offset[:3]}:{offset[3:]}"
    second = f":{parts['second']}" if parts.get("second") else ""
    return f"T{hour:02}:{parts['minute']}{second}{offset}"


@lru_cache(maxsize=256)
def _months(language: str | None) -> dict[str, int]:
    """Month names, case-folded and without full stop, to numbers."""
    names: dict[str, int] = {"sept": 9}
    for tag in ("en", language):
        try:
            months = Locale.parse(tag or "en", sep="-").months
        except (UnknownLocaleError, ValueError):
            continue
        for context in ("stand-alone", "format"):
            for width in ("wide", "abbreviated"):
                for number, name in months[context][width].items():
                    names[name.casefold().rstrip(".")] = number
    return {name: number for name, number in names.items() if not name[0].isdigit()}


@lru_cache(maxsize=256)
def _named(language: str | None) -> tuple[re.Pattern[str], ...]:
    names = "|".join(re.escape(name) for name in sorted(_months(language), key=lambda name: (-len(name), name)))
    name = rf"(?P<name>{names})\.?"
    of = r"(?:\s|\s?de\s|\s?di\s|\s?del\s|-)"
    return (
        re.compile(rf"\b{name}\s{{1,2}}{_DAY}(?:st|nd|rd|th)?,?\s{{1,2}}{_YEAR}\b{_TIME}", re.IGNORECASE),
        re.compile(rf"(?<!\d){_DAY}(?:\.|st|nd|rd|th|er|º)?{of}{name},?{of}{_YEAR}\b{_TIME}", re.IGNORECASE),
    )


AGO: Final = re.compile(
    r"(?:\d{1,2}\s(?:sec|second|min|minute|hr|hour|day|week|month|year)s?\.?\sago"
    r"|(?:vor|il y a|hace|há)\s\d{1,3}\s[^\W\d_]{1,12})$",
    re.IGNORECASE,
)
"""At the end of a line: how long ago something was published."""

_UPDATED = re.compile(whole_words(VOCABULARY.dates.updated), re.IGNORECASE)
_PUBLISHED = re.compile(whole_words(VOCABULARY.dates.published), re.IGNORECASE)
_FIRST = re.compile(whole_words(VOCABULARY.dates.first_published), re.IGNORECASE)
_AROUND = re.compile(r"[^\W\d_]+")


def has_figures_only(line: str) -> bool:
    """Whether the line may have a date in figures with slashes, in which the order of day and month is not certain."""
    return _IN_FIGURES.search(line) is not None


def updated_and_published(line: str, found: Sequence[Stated]) -> tuple[str | None, str | None]:
    """(updated, published) as the line states them: a date after a word like "updated" is the date of an update.

    `found` are the dates in the line.  Of two dates without such a word, the earlier is the date of publication.
    """
    updated: str | None = None
    plain: list[str] = []
    after = 0
    for stated in found:
        if _UPDATED.search(line, after, stated.start):
            updated = updated or stated.iso
        else:
            plain.append(stated.iso)
        after = stated.end
    if len(plain) == 2 and updated is None and plain[0][:10] != plain[1][:10]:
        return max(plain), min(plain)
    return updated, plain[0] if plain else None


def says_published(line: str) -> bool:
    """Whether the line says that its date is the date of publication."""
    return _PUBLISHED.search(line) is not None


def first_published(line: str, found: Sequence[Stated]) -> str | None:
    """The date on which the story first appeared, if the line says so; `found` are the dates in the line."""
    said = _FIRST.search(line)
    if said is None:
        return None
    near = range(said.end(), said.end() + THRESHOLDS.max_to_first_date)
    return next((stated.iso for stated in found if stated.start in near), None)


def day(iso: str) -> datetime.date:
    """The day of a date in ISO 8601."""
    return datetime.date.fromisoformat(iso[:10])


def has_own_zone(iso: str) -> bool:
    """Whether the date has a time with an offset other than that of UTC: the zone of the place where it was written."""
    return "T" in iso and bool(datetime.datetime.fromisoformat(iso).utcoffset())


def order_of(lines: Iterable[str]) -> str | None:
    """What comes first in dates in figures, "day" or "month"; None if no date shows it, or if two dates differ."""
    orders = set()
    for line in lines:
        for match in _IN_FIGURES.finditer(line) if _ANY_YEAR.search(line) else ():
            one, other = int(match["one"]), int(match["other"])
            if one > 12 >= other:
                orders.add("day")
            elif other > 12 >= one:
                orders.add("month")
    return orders.pop() if len(orders) == 1 else None


def is_timestamp(line: str, stated: Sequence[Stated]) -> bool:
    """Whether the line is a date with at most a few words; `stated` are the dates in it."""
    if not stated:
        return False
    beside = "".join(
        line[start:end]
        for start, end in zip(
            [0, *(one.end for one in stated)], [*(one.start for one in stated), len(line)], strict=True
        )
    )
    words = len(_AROUND.findall(beside))
    in_sentence = line.endswith((".", "!", "?")) and not _UPDATED.match(line)
    return words <= (THRESHOLDS.max_words_in_sentence if in_sentence else THRESHOLDS.max_words_beside)
