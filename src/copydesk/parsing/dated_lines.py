"""What a line says about the dates in it: published, updated, of the site; and whether it is a date line."""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from copydesk.parsing.dates import Stated, clock
from copydesk.vocabulary import VOCABULARY, one_of, whole_words


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

    max_opening: int = 40
    """Characters of a line that has only words before a date."""

    max_to_first_date: int = 60
    """Characters from words like "first published" to their date."""


THRESHOLDS: Final = Thresholds()

AGO: Final = re.compile(
    "(?:\\([A-Z]{2,6}\\)\\s[\N{EN DASH}-]\\s)?"  # "(UKPA) - 1 day ago"
    r"(?:\d{1,3}\s?(?:sec|second|min|minute|h|hr|hour|d|day|w|week|mo|month|y|yr|year)s?\.?\sago"
    r"|(?:vor|il y a|hace|há|před|pred|acum|преди|πριν|πριν από|منذ|قبل|לפני)\s\d{1,3}\s[^\W\d_]{1,12}"
    r"|(?:för|for)\s\d{1,3}\s[^\W\d_]{1,12}\s(?:sedan|siden)"
    r"|\d{1,3}\s[^\W\d_]{1,12}\s(?:geleden|fa|atrás|sitten|siden|temu|назад|тому|önce|پیش|trước|(?:yang )?lalu)"
    r"|\d{1,3}\s?(?:分钟|小时|天|分鐘|小時|分|時間|日|시간|일|분)\s?(?:前|전))$",
    re.IGNORECASE,
)
"""At the end of a line: how long ago something was published."""

_UPDATED = re.compile(whole_words(VOCABULARY.dates.updated), re.IGNORECASE)
_PUBLISHED = re.compile(whole_words(VOCABULARY.dates.published), re.IGNORECASE)
_BY = re.compile(rf"\W{{1,3}}{one_of((*VOCABULARY.by.everywhere, *VOCABULARY.by.bare))}\s", re.IGNORECASE)
_OF_SITE = re.compile(whole_words(VOCABULARY.dates.of_site), re.IGNORECASE)
_FIRST = re.compile(whole_words(VOCABULARY.dates.first_published), re.IGNORECASE)
_UPDATED_CLOCK = re.compile(
    rf"(?:{whole_words(VOCABULARY.dates.updated)}):?\s?(?:a las\s|à\s|às\s|alle\s|at\s|kl\.?\s|om\s|um\s)?"
    r"(?:(?P<month>1[0-2]|0?[1-9])/(?P<day>[12]\d|3[01]|0?[1-9])\s)?(?P<hour>[01]?\d|2[0-3])[:.h](?P<minute>[0-5]\d)"
    r"(?!\d|[./]\d|\s?[AaPp]\.?[Mm])",
    re.IGNORECASE,
)
"""The time of a change after a date: "5 May 2024, updated at 15:10"."""

_FIRST_CLOCK = re.compile(
    rf"(?:{whole_words((*VOCABULARY.dates.first_published, *VOCABULARY.dates.published))})[^\W\d]{{0,3}}\s"
    r"(?:at\s|um\s|à\s|a las\s|kl\.?\s)?(?P<hour>[01]?\d|2[0-3])[:.h](?P<minute>[0-5]\d)"
    r"(?:\s?(?P<half>[AaPp]\.?[Mm]\b\.?))?(?!\d|[./]\d)",
    re.IGNORECASE,
)
"""The time of publication behind the date of a change: "Updated May 7, 2025, first published at 11.05am"."""

_AROUND = re.compile(r"[^\W\d_]+")
_FIRST_HAN: Final = "\N{CJK UNIFIED IDEOGRAPH-4E00}"
_HAN = re.compile(f"[{_FIRST_HAN}-\N{CJK UNIFIED IDEOGRAPH-9FFF}]")
CHARACTERS_OF_WORD: Final = 3
"""Chinese and Korean characters beside a date that count as a word.  Set with the tests' cases, November 2026."""

_BESIDE_TIME = re.compile(
    "(?:https?://|www\\.)[!-~]+"
    "|\N{LEFT BLACK LENTICULAR BRACKET}[^\N{RIGHT BLACK LENTICULAR BRACKET}]{0,40}\N{RIGHT BLACK LENTICULAR BRACKET}",
    re.IGNORECASE,
)
"""What Chinese pages have beside the time of a story: the site's address, and buttons in brackets."""


def updated_and_published(line: str, found: Sequence[Stated]) -> tuple[str | None, str | None]:
    """(updated, published) as the line states them: a date after a word like "updated" is the date of an update.

    `found` are the dates in the line.  Of two dates without such a word, the earlier is the date of publication, unless
    the word for "published" is before the later one.
    """
    updated: str | None = None
    published: str | None = None
    plain: list[str] = []
    after = 0
    for stated in found:
        if _UPDATED.search(line, after, stated.start):
            updated = updated or stated.iso
        else:
            plain.append(stated.iso)
            if published is None and _PUBLISHED.search(line, after, stated.start):
                published = stated.iso
        after = stated.end
    if updated and not plain and (first := _FIRST_CLOCK.search(line, after)):
        return updated, updated[:10] + clock(first.groupdict())
    if updated is None and plain and (time := _UPDATED_CLOCK.search(line, after)):
        updated = _at(plain[-1], time)
    if len(plain) == 2 and updated is None and published in (None, min(plain)) and plain[0][:10] != plain[1][:10]:
        return max(plain), min(plain)
    return updated, published or (plain[0] if plain else None)


def _at(iso: str, time: re.Match[str]) -> str | None:
    """The time in `time`, on the day that it states, or else on that of the date in ISO 8601."""
    month, day = time["month"] or iso[5:7], time["day"] or iso[8:10]
    try:
        date = datetime.date(int(iso[:4]), int(month), int(day))
    except ValueError:
        return None
    return f"{date.isoformat()}T{int(time['hour']):02}:{time['minute']}"


def opens_date(line: str) -> str | None:
    """Which date the next line has if the line has only words before a date: "updated", "published" or None."""
    bare = line.strip(" :")
    if _UPDATED.fullmatch(bare):
        return "updated"
    return "published" if _PUBLISHED.fullmatch(bare) else None


def is_of_site(line: str) -> bool:
    """Whether the line says that its date is that of a policy, of a build of the page or of a coming event."""
    return _PUBLISHED.match(line.lstrip("[(")) is None and _OF_SITE.search(line) is not None


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
    if line[0] in "[(" and line[-1] in ")]" and _PUBLISHED.match(line, 1):
        return True
    opening, by = _PUBLISHED.match(line), _BY.match(line, stated[0].end)
    if opening and by and line[by.end() :][:1].isupper() and not line[opening.end() : stated[0].start].strip(" :"):
        return True  # "Posted on May 3, 2024 by Jane Doe - 5 comments on Old bridge closed"
    if any("T" in one.iso for one in stated) and _HAN.search(line):
        beside = _BESIDE_TIME.sub(" ", beside)
    beside = _PUBLISHED.sub(" ", _UPDATED.sub(" ", beside))
    words = sum([max(1, len(run) // CHARACTERS_OF_WORD) if run >= _FIRST_HAN else 1 for run in _AROUND.findall(beside)])
    in_sentence = line.endswith((".", "!", "?")) and not _UPDATED.match(line)
    return words <= (THRESHOLDS.max_words_in_sentence if in_sentence else THRESHOLDS.max_words_beside)
