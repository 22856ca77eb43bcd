"""Which lines date the posts of a thread in a plain text: by numbers, by buttons beside them, or by their form."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from copydesk.labelling import page_kinds
from copydesk.labelling.form_words import folded
from copydesk.labelling.hints import BY
from copydesk.labelling.line import Line, has_clock_time
from copydesk.vocabulary import VOCABULARY, one_of


@dataclass(frozen=True, slots=True)
class PostDateThresholds:
    """Limits of lines that date posts.

    Set in November 2026 with the texts of the kit of kinds, so that no page of the kits for text and hosts is a thread.
    """

    max_date: int = 10
    """Words of the line with the date of a post."""

    max_hide: int = 20
    """Words of the line above a post that begins with the button to hide it."""

    max_edited: int = 20
    """Words of a line that says who edited the post, and when."""

    end_of_date: int = 3
    """Words at the end of such a line that are alike in all posts."""

    max_short: int = 6
    """Words of a line with a time of the day that has no date."""

    min_body: int = 3
    """Words of the text of a post."""

    min_posts: int = 2
    """Posts with a number or a button."""

    max_step: int = 4
    """The difference of the numbers of two posts: deleted ones have left gaps."""

    min_in_order: float = 0.9
    """Share of the posts with a hash of which the number follows that of the post above: some sort by other things."""

    to_number: int = 3
    """Lines from the date of a post to its number."""


THRESHOLDS: Final = PostDateThresholds()

_HASH = re.compile(r"(?:^|\s)# ?(?P<number>\d{1,6})\b")
_AFTER_TIME = re.compile(r"\d:\d{2}\s?(?:[ap]\.?m\.?)?,?\s+(?P<number>\d{1,6})$", re.IGNORECASE)
_ALONE = re.compile(r"(?P<number>\d{1,6})")
_EDITED = re.compile(rf"{one_of(VOCABULARY.forms.edited)}(?!\w)", re.IGNORECASE)
_TIME_AT_END = re.compile(r"\d:\d{2}(?::\d{2})?\s?(?:[ap]\.?m\.?)?$", re.IGNORECASE)
_DAY_AND_MONTH: Final = r"(?:\d{1,2}\.?\s[^\W\d_]{3,}\.?|[^\W\d_]{3,}\.?\s\d{1,2})"
_POSTED = re.compile(
    rf"{one_of((*VOCABULARY.dates.published, *VOCABULARY.forms.submitted))}\s{_DAY_AND_MONTH}", re.IGNORECASE
)
"""The date of a post without its year: "Posted January 20"."""

_HIDE: Final = ("[-]", "[+]", "[\N{EN DASH}]", "[\N{MINUS SIGN}]")
"""The button that hides a post, in the line above it: "[-] name 58 points 2 days ago", "name 2 days ago [-]"."""

_SUBMITTED = re.compile(rf"{one_of(VOCABULARY.forms.submitted)}\s", re.IGNORECASE)

_POINTS_BY = re.compile(r"\d{1,5} points? by \S{1,40} \d{1,3} \w{3,8} ago\b")
"""The same on boards of links: "47 points by name 9 hours ago | hide | 4 comments"."""

_NAME_BEFORE_DATE = re.compile(r"\S\s\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}\s")
"""Between the name of a post's author and the date."""

_NOTE_AT_END = re.compile(r"\s\([^()]{1,20}\)$")
"""Behind the date of a post: "(edited)"."""

_DIGITS = re.compile(r"\d+")
_LETTERS = re.compile(r"[^\W\d_]+")


def is_date(line: Line) -> bool:
    """Whether a short line has a date that may be that of a post."""
    if line.words > THRESHOLDS.max_date or line.is_prose or says_edited(line):
        return False
    if page_kinds.is_dated(line) or _POSTED.fullmatch(line.text):
        return True
    return has_clock_time(line) and (line.words <= THRESHOLDS.max_short or _TIME_AT_END.search(line.text) is not None)


def says_edited(line: Line) -> bool:
    """Whether the line is that of the software: who edited a post and when, or that it takes no more replies."""
    return line.words <= THRESHOLDS.max_edited and _EDITED.match(line.text) is not None


def numbered(lines: Sequence[Line], dated: Sequence[int]) -> list[int]:
    """The lines with the dates of posts that are numbered ("#1", "#2", "#3"); none if they are not."""
    for found, share in ((_hashes(lines), THRESHOLDS.min_in_order), (_numbers_of_dates(lines, dated), 1.0)):
        steps = [0 < second - first <= THRESHOLDS.max_step for first, second in pairwise(found.values())]
        is_once = len(set(found.values())) == len(found) >= THRESHOLDS.min_posts
        if is_once and sum(steps) >= share * len(steps):
            return list(found)
    return []


def is_early(lines: Sequence[Line], date: int) -> bool:
    """Whether this is the date of the post with the number 1, or 2 if the first one has its date elsewhere.

    The posts of federated communities have no numbers, but the first one has its date in another form.
    """
    if is_federated(lines):
        return True
    if not is_date(lines[date]):
        return False  # "Tip #1: take a break"
    beside = (lines[n].text for n in range(max(0, date - 1), min(date + THRESHOLDS.to_number, len(lines))))
    found = (_HASH.search(text) or _AFTER_TIME.search(text) or _ALONE.fullmatch(text) for text in beside)
    return next((int(match["number"]) <= 2 for match in found if match), False)


def _hashes(lines: Sequence[Line]) -> dict[int, int]:
    """The numbers with a hash by the line with the date beside them."""
    return {
        _beside(lines, n): int(match["number"])
        for n, line in enumerate(lines)
        if line.words <= THRESHOLDS.max_date and (match := _HASH.search(line.text)) and not line.is_prose
    }


def _numbers_of_dates(lines: Sequence[Line], dated: Sequence[int]) -> dict[int, int]:
    """The numbers right behind dates, or alone on the line below, by the line with the date."""
    found: dict[int, int] = {}
    for n in dated:
        own = _AFTER_TIME.search(lines[n].text)
        below = _ALONE.fullmatch(lines[n + 1].text) if n + 1 < len(lines) else None
        if match := own or below:
            found[n] = int(match["number"])
    return found


def _beside(lines: Sequence[Line], number: int) -> int:
    """The line with the date beside the number of a post; the number itself if there is none."""
    near = (number, *range(number - 1, number - THRESHOLDS.to_number, -1), number + 1)
    return next((n for n in near if 0 <= n < len(lines) and is_date(lines[n])), number)


def collapsible(lines: Sequence[Line]) -> list[int]:
    """The lines above the posts of a thread that readers can hide one by one; none if there are not several.

    The first post has no such button, but a line that says when it was submitted.
    """
    found = [n for n, line in enumerate(lines) if hides(line)]
    if len(found) < THRESHOLDS.min_posts:
        return []
    submitted = [n for n in range(found[0]) if lines[n].words <= THRESHOLDS.max_hide and _submitted(lines[n])]
    return [*submitted[-1:], *found]


def _submitted(line: Line) -> bool:
    """Whether the line says when the first post was submitted: "submitted 3 months ago by name"."""
    if _POINTS_BY.match(line.text):
        return True
    return _SUBMITTED.match(line.text) is not None and _DIGITS.search(line.text) is not None


def hides(line: Line) -> bool:
    """Whether the line is above a post, and begins or ends with the button that hides it."""
    has_button = line.text.startswith(_HIDE) or line.text.endswith(_HIDE)
    return has_button and line.words <= THRESHOLDS.max_hide and _DIGITS.search(line.text) is not None


def is_federated(lines: Sequence[Line]) -> bool:
    """Whether the page is of federated communities, which link each post to the server that it is from."""
    return sum([page_kinds.is_one_of(line, "federated") for line in lines]) >= THRESHOLDS.min_posts


def federated(lines: Sequence[Line], dated: Sequence[int]) -> list[int]:
    """The dates of posts on a page of federated communities; none on other pages."""
    return alike(lines, dated) if is_federated(lines) else []


def signed(lines: Sequence[Line], dated: Sequence[int]) -> list[int]:
    """The dates of posts on a board of phpBB: each has "by", a name and an angle quotation mark before it."""
    found = [n for n in dated if lines[n].hints & BY and _NAME_BEFORE_DATE.search(lines[n].text)]
    return alike(lines, found) if len(found) >= THRESHOLDS.min_posts else []


def alike(lines: Sequence[Line], dated: Sequence[int]) -> list[int]:
    """The lines that date posts: those that end alike, and have other text below."""
    ends: dict[str, list[int]] = {}
    for n in dated:
        if not _is_other_date(lines, n):
            ends.setdefault(_end(lines[n]), []).append(n)
    if not ends:
        return []
    return max((_with_text(lines, found) for found in ends.values()), key=len)


def _with_text(lines: Sequence[Line], dates: Sequence[int]) -> list[int]:
    """The dates with running text below, and above the next date."""
    return [
        n
        for n, below in pairwise([*dates, len(lines)])
        if sum([line.words for line in lines[n + 1 : below] if line.is_prose or line.ends]) >= THRESHOLDS.min_body
    ]


def _is_other_date(lines: Sequence[Line], n: int) -> bool:
    """Whether the day is that on which a member joined, or on which the thread began: "Start date", "3 May 2024"."""
    line = lines[n]
    if page_kinds.says_member(line) or (n and page_kinds.is_value(lines[n - 1], line)):
        return True
    if n and page_kinds.is_one_of(lines[n - 1], "thread_start"):
        return True
    return page_kinds.begins_with(line, folded("thread_start")) is not None


def _end(line: Line) -> str:
    """The form of the last words: "a 0, 0" of "Posted October 30, 2025 (edited)"."""
    words = " ".join(_NOTE_AT_END.sub("", line.text).split()[-THRESHOLDS.end_of_date :])
    return _DIGITS.sub("0", _LETTERS.sub("a", words))
