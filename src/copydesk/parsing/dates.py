"""Dates in a line, in many languages.  An ambiguous date is not read.

The names of months come from CLDR (Unicode Common Locale Data Repository), through Babel.  A date in figures with
slashes or hyphens ("13/6/2024") is read only if one number is too large for a month, or if the order of day and month
is known: from other dates on the page, or because the language has only one.
"""

import datetime
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from itertools import filterfalse
from typing import Final
from unicodedata import combining, normalize

from babel import Locale, UnknownLocaleError

from copydesk.characters import APOSTROPHES
from copydesk.parsing import calendars
from copydesk.text import base_language

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

DAY_FIRST: Final = frozenset((
    "ar", "bg", "ca", "cs", "da", "de", "el", "es", "eu", "fi", "fr", "gl", "he", "hr", "id", "it", "mk", "ms", "nb",
    "nl", "nn", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "th", "tr", "uk", "vi",
))  # fmt: skip
"""Languages in which 5/6/2024 is the fifth of June everywhere.  In English, day or month may be first."""

DOTTED: Final = frozenset("bg cs da de et fi hr is lv mk nb nn no pl ro ru sk sl sr tr uk".split())  # noqa: SIM905
"""Languages in which 5.6.24 is a date: elsewhere it may be the number of a version or a chapter."""

YEAR_FIRST: Final = frozenset(("hu", "ja", "ko", "lt", "zh"))
"""Languages in which 2024. 6. 5. is a date."""

CENTURY: Final = 2000
BUDDHIST_CENTURY: Final = 2500
"""What is added to a year of two figures."""

MIN_FIGURES_WITH_HYPHENS: Final = 4
"""Figures of day and month with hyphens and a year of two figures: fewer may be the score of a match."""

VARIANTS: Final = {"ar": ("ar-SY", "ar-DZ", "ar-MA")}
"""Places that name the months in their own way.  Many newspapers write both names, with a slash or in brackets."""

PREFIXES: Final = {"he": "ב"}
"""The word for "of" that is written together with the name of a month."""

MAY_IN_GREEK: Final = "μαίου"
"""The name of May as many write it, with one of its two accents."""

AFTERNOON: Final = frozenset(("午後", "下午", "오후"))

_DISTANCE: Final = r"(?:GMT|UTC)\s?[+\N{MINUS SIGN}-](?:1[0-4]|0?\d)(?:[:.]?(?:00|30|45))?(?!\d)"
"""A time zone by its distance from that of Greenwich: "GMT+7", "UTC-3:30"."""

_HOURS_AND_MINUTES = re.compile(r"(\d{1,2})[:.]?(\d\d)?$")

_TIME = (
    r"(?:\s?[(\N{FULLWIDTH LEFT PARENTHESIS}][^\W\d_]{1,3}[)\N{FULLWIDTH RIGHT PARENTHESIS}])?"
    r"(?:[\sT,|\N{EN DASH}\N{EM DASH}-]{0,6}"
    r"(?:at\s|um\s|à\s|a las\s|kl\.?\s|klo\s|om\s|ore\s|alle\s|às\s|в\s|เวลา\s)?\s?"
    r"(?P<before>午前|午後|上午|下午|오전|오후)?\s?"
    r"(?P<hour>[01]?\d|2[0-3])(?:[:.h時时點点]|시\s?)(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d)(?:\.\d+)?)?"
    r"(?:\s?(?P<half>[AaPp]\.?[Mm]\b\.?))?"
    rf"(?:\s?(?:Uhr\s)?\(?(?P<zone>{_DISTANCE}|[A-Z]{{1,4}}\b(?![+\N{{MINUS SIGN}}-]\d)|[+-]\d\d:?\d\d))?)?"
)
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_OTHER_YEARS: Final = {
    **dict.fromkeys(calendars.BUDDHIST, r"(?P<year>(?:19|20|25)\d\d)"),
    **dict.fromkeys(calendars.PERSIAN, r"(?P<year>(?:19|20|13|14)\d\d)"),
}
"""The years of languages that have a calendar of their own."""

_MAY_BE_DATED = re.compile(r"(?:19|20)\d\d|\d[./-]\d\d?[./-]\d\d|[\d元]\s?年")
_MAY_BE_DATED_THERE = re.compile(r"\d\d")
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])"
_DAY_AND_NAME = re.compile(
    r"\d{1,2}(?:\.|st|nd|rd|th)?\s(?P<behind>[^\W\d_]+\.?)|(?P<before>[^\W\d_]+\.?)\s\d{1,2}(?:\.|st|nd|rd|th)?"
)
_MONTH_NUMBER = r"(?P<month>0?[1-9]|1[0-2])"
_NUMERIC: Final = (
    rf"(?<!\d){_YEAR}-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12]\d|3[01])(?!\d){_TIME}",
    rf"(?<![\d.]){_DAY}\.\s?{_MONTH_NUMBER}\.\s?{_YEAR}(?!\d){_TIME}",
    rf"(?<![\d.])(?P<day>0[1-9]|[12]\d|3[01])\.(?P<month>0[1-9]|1[0-2])\.(?P<short>[0-4]\d)(?![\d.]){_TIME}",
    rf"(?<![\d.]){_YEAR}(?P<mark>[./\N{{BULLET}}\N{{MIDDLE DOT}}])(?P<month>0[1-9]|1[0-2])(?P=mark)"
    rf"(?P<day>0[1-9]|[12]\d|3[01])(?!\d){_TIME}",
    rf"(?<![\d.]){_MONTH_NUMBER}\.(?P<day>1[3-9]|2\d|3[01])\.{_YEAR}(?!\.?\d){_TIME}",
    rf"(?<![\d./]){_YEAR}/{_MONTH_NUMBER}/{_DAY}(?![\d/]){_TIME}",
    rf"{_YEAR}\s?年\s?{_MONTH_NUMBER}\s?月\s?{_DAY}\s?[日號号]{_TIME}",
    rf"{_YEAR}년\s?{_MONTH_NUMBER}월\s?{_DAY}일{_TIME}",
    rf"(?P<era>{'|'.join(calendars.ERAS)})\s?(?P<year>\d{{1,3}}|{calendars.FIRST_YEAR})\s?年\s?"
    rf"{_MONTH_NUMBER}\s?月\s?{_DAY}\s?[日號号]{_TIME}",
)
_SHORT_THAI = r"(?P<short>[5-7]\d)(?!\d)"
"""The last two figures of a Buddhist year, behind the name of a month."""

_DOTTED_SHORT = rf"(?<![\d.]){_DAY}\.{_MONTH_NUMBER}\.(?P<short>[0-4]\d)(?![\d.]){_TIME}"
_YEAR_FIRST = rf"(?<![\d.]){_YEAR}\.\s?{_MONTH_NUMBER}\.\s?{_DAY}(?:\.|(?!\d)){_TIME}"
_FIGURES = (
    rf"(?<![\d/.-])(?P<one>\d{{1,2}})(?P<mark>[/-])(?P<other>\d{{1,2}})(?P=mark)"
    rf"(?:{_YEAR}|(?P<short>[0-4]\d))(?![\d/-]){_TIME}"
)
_IN_FIGURES: Final = re.compile(_FIGURES)
_OF_MAIL: Final = (
    rf"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\s(?P<name>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\s{{1,2}}{_DAY}\s"
    rf"(?P<hour>[01]\d|2[0-3]):(?P<minute>[0-5]\d):(?P<second>[0-5]\d)\s(?:(?P<zone>[A-Z]{{1,4}}|[+-]\d{{4}})\s)?{_YEAR}\b"
)
"""A date as archives of mail and the function `ctime` of C write it: "Tue Mar 12 09:14:51 CET 2019"."""


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
    base = base_language(language)
    plain = line if line.isascii() else line.translate(calendars.FIGURES)
    if not (_MAY_BE_DATED_THERE if base in _OTHER_YEARS else _MAY_BE_DATED).search(plain):
        return found
    order = order or ("day" if base in DAY_FIRST else None)
    for pattern in _patterns(language):
        starts = [stated.start for stated in found]
        more = [
            Stated(match.start(), match.end(), iso)
            for match in pattern.finditer(plain)
            if _is_free(match, found, starts) and (iso := _iso(match.groupdict(), language, order))
        ]
        found = sorted([*found, *more], key=lambda stated: stated.start)
    return found


def _is_free(match: re.Match[str], found: Sequence[Stated], starts: Sequence[int]) -> bool:
    """Whether a match is beside all dates that other patterns found.  They are in order; `starts` are their places."""
    after = bisect_left(starts, match.end())
    return after == 0 or found[after - 1].end <= match.start()


def _iso(parts: dict[str, str | None], language: str | None, order: str | None) -> str | None:
    day, month = parts.get("day"), parts.get("month")
    base = base_language(language)
    if parts.get("one"):
        one, other = parts["one"] or "", parts["other"] or ""
        first, second = int(one), int(other)
        if first != second and first <= 12 and second <= 12 and order is None:
            return None  # 5/6: the fifth of June or the sixth of May
        if parts.get("short") and parts["mark"] == "-" and len(one + other) < MIN_FIGURES_WITH_HYPHENS:
            return None
        day_first = first > 12 or (second <= 12 and order == "day")
        day, month = (one, other) if day_first else (other, one)
    name = parts.get("name")
    number = _months(language).get(_small(name)) if name else int(month or 0)
    year, short, era = parts.get("year") or "", parts.get("short"), parts.get("era")
    try:
        if era:
            full = calendars.ERAS[era] + (1 if year == calendars.FIRST_YEAR else int(year))
        elif short:
            full = (BUDDHIST_CENTURY if base in calendars.BUDDHIST and name else CENTURY) + int(short)
        else:
            full = int(year or 0)
        date = calendars.date_of(full, number or 0, int(day or 0), base)
    except ValueError:
        return None
    return date.isoformat() + clock(parts)


def clock(parts: dict[str, str | None]) -> str:
    """The time in ISO 8601, with the offset of its zone if the line states one; empty without a time."""
    if not parts.get("hour"):
        return ""
    hour, half, zone = int(parts["hour"] or 0), (parts.get("half") or "").lower()[:1], parts.get("zone") or ""
    if before := parts.get("before"):
        half = "p" if before in AFTERNOON else "a"
    if half and hour > 12:
        return ""
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    second = f":{parts['second']}" if parts.get("second") else ""
    return f"T{hour:02}:{parts['minute']}{second}{_offset(zone)}"


def _offset(zone: str) -> str:
    """The offset of a zone in ISO 8601; empty for a name that is not in ZONES."""
    if not zone[-1:].isdigit():
        return ZONES.get(zone, "")
    if zone[0].isalpha() and (distance := _HOURS_AND_MINUTES.search(zone)):
        return f"{'+' if '+' in zone else '-'}{distance[1]:0>2}:{distance[2] or '00'}"
    return zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"


@lru_cache(maxsize=256)
def _months(language: str | None) -> dict[str, int]:
    """Month names, case-folded and without full stop, to numbers."""
    names: dict[str, int] = {"sept": 9}
    base = base_language(language)
    for tag in (language, *VARIANTS.get(base, ()), "en"):
        try:
            months = Locale.parse(tag or "en", sep="-").months
        except (UnknownLocaleError, ValueError):
            continue
        for context in ("stand-alone", "format"):
            for width in ("wide", "abbreviated"):
                for number, name in months[context][width].items():
                    names.setdefault(_small(name), number)
    if base == "el":  # capitals are written without accents
        names |= {_without_marks(name): number for name, number in names.items()} | {MAY_IN_GREEK: 5}
    names |= {_small(name): number for name, number in calendars.OTHER_SPELLINGS.get(base, {}).items()}
    if base in calendars.PERSIAN:
        names |= {name: number for number, own in enumerate(calendars.PERSIAN_MONTHS, 1) for name in own}
    if prefix := PREFIXES.get(base):
        names |= {f"{prefix}{name}": number for name, number in names.items() if not name.isascii()}
    return {name: number for name, number in names.items() if not name[0].isdigit()}


def _small(name: str) -> str:
    """The name of a month without capitals and full stop; a letter with two accents stays one character."""
    return normalize("NFC", name.casefold()).rstrip(".")


def _without_marks(name: str) -> str:
    return "".join(filterfalse(combining, normalize("NFD", name)))


@lru_cache(maxsize=256)
def _patterns(language: str | None) -> tuple[re.Pattern[str], ...]:
    """The forms of dates: in figures, with the name of a month in the language, in figures in an unknown order."""
    base = base_language(language)
    names = "|".join(re.escape(name) for name in sorted(_months(language), key=lambda name: (-len(name), name)))
    again = rf"(?:\s?[/(]\s?(?:{names})\)?)?" if base in VARIANTS else ""
    name = rf"(?P<name>{names})\.?{again}"
    of = rf"(?:\s|\s?de\s|\s?di\s|\s?del\s|\sof\s|\sd[{APOSTROPHES}]|[-/.])"
    year = rf"(?:{_YEAR}\b|{_SHORT_THAI})" if base in calendars.BUDDHIST else rf"{_YEAR}\b"
    forms = [
        *_NUMERIC,
        _OF_MAIL,
        *([_DOTTED_SHORT] if base in DOTTED else []),
        *([_YEAR_FIRST] if base in YEAR_FIRST else []),
        rf"\b{name}\s{{1,2}}{_DAY}(?:st|nd|rd|th)?(?:,\s{{0,2}}|\s{{1,2}}){year}{_TIME}",
        rf"\b{name}\s{{1,2}}{_DAY}\.\s{{1,2}}{year}(?!\s?\w)",
        rf"(?<!\d){_DAY}(?:\.|st|nd|rd|th|er|º)?{of}{name},?(?:{of}|\snăm\s|\s?พ\.ศ\.\s?){year}{_TIME}",
        rf"(?<!\d){_YEAR}(?:\.|\sm\.|\sgada)?,?\s{name}\s{_DAY}(?!\d)\.?{_TIME}",
        _FIGURES,
    ]
    own = _OTHER_YEARS.get(base, _YEAR)
    return tuple(re.compile(form.replace(_YEAR, own), re.IGNORECASE) for form in forms)


def has_figures_only(line: str) -> bool:
    """Whether the line may have a date in figures with slashes, in which the order of day and month is not certain."""
    return _IN_FIGURES.search(line) is not None


def begins_with_weekday(text: str, language: str | None) -> bool:
    """Whether the text is only the full name of a day of the week, in English or the language."""
    return text.strip(" ,").casefold() in _weekdays(language)


def is_without_year(text: str, language: str | None) -> bool:
    """Whether the text is only a day and the name of a month: "Mar 3", "3 mars"."""
    found = _DAY_AND_NAME.fullmatch(text)
    return found is not None and (found["behind"] or found["before"]).casefold().rstrip(".") in _months(language)


def without_weekday(text: str, language: str | None) -> str:
    """The text before a date, without the day of the week at its end: "Jane Doe" of "Jane Doe Tuesday, "."""
    before, _, last = text.rstrip(" ,").rpartition(" ")
    return before if last.casefold() in _weekdays(language) else text


@lru_cache(maxsize=256)
def _weekdays(language: str | None) -> frozenset[str]:
    """The full names of the days of the week, case-folded."""
    names: set[str] = set()
    for tag in ("en", language or "en"):
        with suppress(UnknownLocaleError, ValueError):
            names |= {name.casefold() for name in Locale.parse(tag, sep="-").days["format"]["wide"].values()}
    return frozenset(names)


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
        for match in _IN_FIGURES.finditer(line) if _MAY_BE_DATED.search(line) else ():
            one, other = int(match["one"]), int(match["other"])
            if one > 12 >= other:
                orders.add("day")
            elif other > 12 >= one:
                orders.add("month")
    return orders.pop() if len(orders) == 1 else None
