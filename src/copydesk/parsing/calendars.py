"""Years and days of other calendars, and figures of other scripts, as Gregorian dates in ASCII figures."""

import datetime
import unicodedata
from typing import Final

SCRIPTS: Final = ("ARABIC-INDIC", "EXTENDED ARABIC-INDIC", "BENGALI", "DEVANAGARI", "FULLWIDTH", "THAI", "LAO", "KHMER")
"""Scripts with figures of their own, as Unicode names them."""

NUMBERS: Final = ("ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE")

FIGURES: Final = {
    ord(unicodedata.lookup(f"{script} DIGIT {name}")): str(number)
    for script in SCRIPTS
    for number, name in enumerate(NUMBERS)
}
"""For `str.translate`: each figure of these scripts to the ASCII figure."""

ERAS: Final = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}
"""The year before the first year of an era, in Japan and in Taiwan."""

FIRST_YEAR: Final = "元"
"""How the first year of an era is written."""

BUDDHIST: Final = frozenset(("th", "lo"))
"""Languages whose countries count years from the death of the Buddha."""

BUDDHIST_AHEAD: Final = 543
MIN_BUDDHIST_YEAR: Final = 2400
"""No news has a Gregorian year from here on, and none has a Buddhist year below."""

PERSIAN: Final = frozenset(("fa",))
"""Languages whose countries have the solar calendar of Iran."""

OTHER_SPELLINGS: Final = {
    "hi": {"फरवरी": 2, "सितम्बर": 9, "अक्तूबर": 10, "नवम्बर": 11, "दिसम्बर": 12},
    "bn": {"জানুয়ারি": 1, "ফেব্রুয়ারি": 2, "আগষ্ট": 8, "অগস্ট": 8},
    "id": {"pebruari": 2, "nopember": 11},
}
"""Names of months as newspapers write them too; CLDR has one spelling of each."""

PERSIAN_MONTHS: Final = (
    ("فروردین",), ("اردیبهشت",), ("خرداد",), ("تیر",), ("مرداد", "امرداد"), ("شهریور",),
    ("مهر",), ("آبان",), ("آذر",), ("دی",), ("بهمن",), ("اسفند",),
)  # fmt: skip
"""The names of the months of that calendar, in order."""

MAX_PERSIAN_YEAR: Final = 1500
"""No news has a Persian year from here on, and none has a Gregorian year below."""

_PERSIAN_NEW_YEAR: Final = datetime.date(2024, 3, 20)
_PERSIAN_NEW_YEAR_YEAR: Final = 1403
"""A day on which a year of that calendar began, and that year."""

_LEAP_CYCLE: Final = 33
_LEAP_YEARS: Final = frozenset((1, 5, 9, 13, 17, 22, 26, 30))
"""Leap years are the years with these remainders by 33, between 1210 and 1502."""

_LONG_MONTHS: Final = 6
"""The first months of the year have 31 days, the others 30."""


def date_of(year: int, month: int, day: int, language: str) -> datetime.date:
    """The Gregorian date; `year` is of the calendar that `language` has for such a year.

    Raises ValueError if there is no such day.
    """
    if language in BUDDHIST and year >= MIN_BUDDHIST_YEAR:
        year -= BUDDHIST_AHEAD
    if language in PERSIAN and year < MAX_PERSIAN_YEAR:
        return _from_persian(year, month, day)
    return datetime.date(year, month, day)


def _from_persian(year: int, month: int, day: int) -> datetime.date:
    """The Gregorian date of a day in the calendar of Iran.  Raises ValueError if there is no such day."""
    days = 31 if month <= _LONG_MONTHS else 30
    if not (1 <= month <= 12 and 1 <= day <= days):
        raise ValueError(f"no such day: {year}-{month}-{day}")
    step = 1 if year >= _PERSIAN_NEW_YEAR_YEAR else -1
    between = range(min(year, _PERSIAN_NEW_YEAR_YEAR), max(year, _PERSIAN_NEW_YEAR_YEAR))
    years = step * sum(365 + (each % _LEAP_CYCLE in _LEAP_YEARS) for each in between)
    months = 31 * min(month - 1, _LONG_MONTHS) + 30 * max(0, month - 1 - _LONG_MONTHS)
    return _PERSIAN_NEW_YEAR + datetime.timedelta(days=years + months + day - 1)
