"""The posts of a thread in a plain text, by the rhythm of its lines: name, date, text; name, date, text.

The lines that date posts end alike ("3 May 2024, 10:07", "Posted 2 days ago"), and as many lines go before each of
them.  What is between them is the text of posts, and the furniture that comes with each of them.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from copydesk.document import Label
from copydesk.labelling import page_kinds
from copydesk.labelling.comments import is_button, is_comment_heading
from copydesk.labelling.line import Line, has_clock_time, is_item
from copydesk.labelling.posts import BETWEEN, RHYTHM
from copydesk.labelling.state import LIKELY, LabelState
from copydesk.vocabulary import VOCABULARY, one_of


@dataclass(frozen=True, slots=True)
class RhythmThresholds:
    """When lines are the posts of a thread.

    Set in November 2026 with the texts of the kit of kinds, so that no page of the kits for text and hosts is one.
    """

    max_date: int = 10
    """Words of the line with the date of a post."""

    max_hide: int = 20
    """Words of the line above a post that begins with the button to hide it."""

    end_of_date: int = 3
    """Words at the end of such a line that are alike in all posts."""

    min_posts: int = 4
    """Posts with a date and a text, on a page that nothing else shows to be a thread."""

    min_numbered: int = 3
    """The same if numbers of posts follow each other, "#1", "#2", "#3", or if the page is of a forum."""

    min_short_thread: int = 2
    """The same if they are numbered and hardly any likely story is above them."""

    max_above: int = 40
    """Words of likely story above the first post."""

    max_signature: int = 20
    """Lines of a post above its date."""

    max_short: int = 6
    """Words of a line above the text of a post: a name, a rank."""

    min_body: int = 3
    """Words of the text of a post."""

    max_furniture: float = 0.8
    """The model's share for furniture above which a line is not of a post."""

    min_post: float = 0.3
    """The model's share for comments and story of running text, which half of the posts must have."""

    min_short: float = 0.2
    """The model's share for comments and story of a short line in the text of a post."""

    max_step: int = 4
    """The difference of the numbers of two posts: deleted ones have left gaps."""

    min_in_order: float = 0.9
    """Share of the posts with a hash of which the number follows that of the post above: some sort by other things."""

    to_number: int = 3
    """Lines from the date of a post to its number."""

    max_teasers: float = 0.4
    min_comments: float = 0.1
    """The model's mean share for other stories and furniture, and for comments, in the text of posts."""

    min_repeated: int = 3
    """Times that a short line comes which is furniture of posts."""

    max_signed: int = 12
    """Lines with which a member signs all posts."""

    min_names: float = 0.8
    """Share of the largest number of different texts in a place above the date: the first such place has the names."""

    max_edited: int = 20
    """Words of a line that says who edited the post, and when."""


THRESHOLDS: Final = RhythmThresholds()

_HASH = re.compile(r"(?:^|\s)# ?(?P<number>\d{1,6})\b")
_AFTER_TIME = re.compile(r"\d:\d{2}\s?(?:[ap]\.?m\.?)?,?\s+(?P<number>\d{1,6})$", re.IGNORECASE)
_ALONE = re.compile(r"(?P<number>\d{1,6})")
_BARE_NUMBER = re.compile(r"#?[\d.,]{1,8}\s?[kKmM]?")
_EDITED = re.compile(rf"{one_of(VOCABULARY.forms.edited)}(?!\w)", re.IGNORECASE)
_TIME_AT_END = re.compile(r"\d:\d{2}(?::\d{2})?\s?(?:[ap]\.?m\.?)?$", re.IGNORECASE)
_COLLAPSE = re.compile(r"\[[-+\N{EN DASH}\N{MINUS SIGN}]\]\s?\S+.*\d")
"""A post on Reddit's old pages has the button that hides it above its text: "[-] name 58 points 2 days ago"."""

_NOTE_AT_END = re.compile(r"\s\([^()]{1,20}\)$")
"""Behind the date of a post: "(edited)"."""

_DIGITS = re.compile(r"\d+")
_LETTERS = re.compile(r"[^\W\d_]+")
_FURNITURE: Final = (Label.NAVIGATION, Label.CONTROL, Label.PROMO)
_ENDS: Final = frozenset((Label.TEASER_HEADING, Label.COPYRIGHT))


@dataclass(frozen=True, slots=True)
class Post:
    """The lines of a post: its signature from `start`, its date, and its text from `text` on, up to `stop`."""

    start: int
    date: int
    text: int
    stop: int


def find(state: LabelState, *, is_forum: bool) -> bool:
    """Make the posts the story, with the names and dates of all but the first.  Whether the lines are a thread."""
    posts = _posts(state, is_forum=is_forum)
    if not posts:
        return False
    furniture = _repeated(state, posts)
    place = _place_of_names(state.lines, posts)
    of_posts: set[int] = set()
    for number, post in enumerate(posts):
        if number:
            of_posts.update(_signature(state, post, furniture, place))
        of_posts.update(_text(state, post, furniture))
    of_posts -= _signed(state, posts, of_posts)
    texts = {state.lines[n].folded for n in of_posts}
    thread_ends = tuple(page_kinds.folded("thread_end"))
    for n, line in enumerate(state.lines):
        if n in of_posts:
            state.set_label(n, Label.LIST_ITEM if is_item(line) else Label.PARAGRAPH, RHYTHM)
            continue
        is_between = state.story[n] or (state.verdicts[n] is None and n < posts[-1].stop)
        ends = n >= posts[-1].stop and line.folded.startswith(thread_ends)
        is_same = n < posts[0].start and line.folded in texts  # some forums print the first post above the thread too
        if is_same or ends or (n >= posts[0].date and is_between):
            state.set_label(n, Label.DUPLICATE if is_same else Label.CONTROL, BETWEEN)
    return True


def _posts(state: LabelState, *, is_forum: bool) -> list[Post]:
    lines = state.lines
    if any(map(page_kinds.is_add_comment, lines)) or page_kinds.is_product(lines):
        return []
    dated = [n for n, line in enumerate(lines) if _is_date(line)]
    dates = _numbered(lines, dated) or _collapsible(lines)
    is_certain = bool(dates)
    dates = dates or _dates(lines, dated)
    above = _words_above(state, dates[0]) if dates else 0
    if len(dates) < THRESHOLDS.min_numbered and not (is_certain and above <= THRESHOLDS.max_above):
        return []
    if len(dates) < THRESHOLDS.min_posts and not (is_certain or is_forum):
        return []
    if above > THRESHOLDS.max_above and not (is_certain and _is_early(lines, dates[0])):
        return []
    posts = _cut(state, dates)
    with_text = [post for post in posts if any(_is_post(state, n) for n in range(post.text, post.stop))]
    if len(with_text) < 2 or (2 * len(with_text) < len(posts) and not (is_certain and is_forum)):
        return []
    if not is_certain and not _are_posts(state, posts, is_forum=is_forum):
        return []
    if not is_certain and not is_forum and any(map(is_comment_heading, lines)):
        return []
    return posts


def _words_above(state: LabelState, date: int) -> int:
    """Words of likely story above the first post.  Some forums print the first post above the thread, too."""
    below = {line.folded for line in state.lines[date:]}
    above = (line for n, line in enumerate(state.lines[:date]) if _is_likely(state, n))
    return sum([line.words for line in above if line.folded not in below])


def _is_post(state: LabelState, n: int) -> bool:
    return state.prose[n] and _share(state, n) >= THRESHOLDS.min_post


def _are_posts(state: LabelState, posts: Sequence[Post], *, is_forum: bool) -> bool:
    """Whether the model reads the text between the dates as story or comments, and not as lists of other pages."""
    texts = (n for post in posts for n in range(post.text, post.stop))
    running = [n for n in texts if state.prose[n] and not _says_edited(state.lines[n])]
    if not running:
        return False
    teasers = sum([state.share(n, Label.TEASER) + _furniture(state, n) for n in running])
    if teasers > THRESHOLDS.max_teasers * len(running):
        return False
    return is_forum or sum([state.share(n, Label.COMMENT) for n in running]) >= THRESHOLDS.min_comments * len(running)


def _numbered(lines: Sequence[Line], dated: Sequence[int]) -> list[int]:
    """The lines with the dates of posts that are numbered ("#1", "#2", "#3"); none if they are not."""
    for found, share in ((_hashes(lines), THRESHOLDS.min_in_order), (_numbers_of_dates(lines, dated), 1.0)):
        steps = [0 < second - first <= THRESHOLDS.max_step for first, second in pairwise(found.values())]
        is_once = len(set(found.values())) == len(found) >= THRESHOLDS.min_short_thread
        if is_once and sum(steps) >= share * len(steps):
            return list(found)
    return []


def _is_early(lines: Sequence[Line], date: int) -> bool:
    """Whether this is the date of the post with the number 1, or 2 if the first one has its date elsewhere."""
    if not _is_date(lines[date]):
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


def _collapsible(lines: Sequence[Line]) -> list[int]:
    """The lines above the posts of a thread that readers can hide one by one; none if there are not several.

    The first post has no such button, but a line that says when it was submitted.
    """
    found = [n for n, line in enumerate(lines) if _hides(line)]
    if len(found) < THRESHOLDS.min_short_thread:
        return []
    submitted = [n for n in range(found[0]) if page_kinds.is_one_of(lines[n], "submitted") and _is_date(lines[n])]
    return [*submitted[-1:], *found]


def _hides(line: Line) -> bool:
    return line.words <= THRESHOLDS.max_hide and _COLLAPSE.match(line.text) is not None


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
    return next((n for n in near if 0 <= n < len(lines) and _is_date(lines[n])), number)


def _is_likely(state: LabelState, n: int) -> bool:
    return state.prose[n] and state.story_shares[n] >= LIKELY


def _dates(lines: Sequence[Line], dated: Sequence[int]) -> list[int]:
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


def _is_date(line: Line) -> bool:
    if line.words > THRESHOLDS.max_date or line.is_prose or _says_edited(line):
        return False
    if page_kinds.is_dated(line):
        return True
    return has_clock_time(line) and (line.words <= THRESHOLDS.max_short or _TIME_AT_END.search(line.text) is not None)


def _says_edited(line: Line) -> bool:
    """Whether the line is that of the software: who edited a post and when, or that it takes no more replies."""
    return line.words <= THRESHOLDS.max_edited and _EDITED.match(line.text) is not None


def _is_other_date(lines: Sequence[Line], n: int) -> bool:
    """Whether the day is that on which a member joined, or on which the thread began: "Start date", "3 May 2024"."""
    line = lines[n]
    if page_kinds.says_member(line) or (n and page_kinds.is_value(lines[n - 1], line)):
        return True
    if n and page_kinds.is_one_of(lines[n - 1], "thread_start"):
        return True
    return page_kinds.begins_with(line, page_kinds.folded("thread_start")) is not None


def _end(line: Line) -> str:
    """The form of the last words: "a 0, 0" of "Posted October 30, 2025 (edited)"."""
    words = " ".join(_NOTE_AT_END.sub("", line.text).split()[-THRESHOLDS.end_of_date :])
    return _DIGITS.sub("0", _LETTERS.sub("a", words))


def _cut(state: LabelState, dates: Sequence[int]) -> list[Post]:
    lines = state.lines
    height = min((_height(lines, above, date) for above, date in pairwise(dates)), default=0)
    if _hides(lines[dates[-1]]):
        height = 0  # the name is beside the date
    last = _end_of_thread(state, dates[-1])
    posts = []
    for number, date in enumerate(dates):
        below = dates[number + 1] - height if number + 1 < len(dates) else last
        text = date + 1
        while text < below - 1 and _is_figure(lines[text]):
            text += 1
        posts.append(Post(max(0, date - height), date, text, below))
    return posts


def _height(lines: Sequence[Line], above: int, date: int) -> int:
    """The number of short lines above the date of a post, up to the text of the post above."""
    n = date - 1
    while n > above + 1 and date - n <= THRESHOLDS.max_signature and _is_short(lines[n]):
        n -= 1
    return date - 1 - n


def _is_short(line: Line) -> bool:
    return line.words <= THRESHOLDS.max_short and not line.is_prose and not line.ends


def _is_figure(line: Line) -> bool:
    """Whether the line is only the number of a post, or how many posts its author has written."""
    return _BARE_NUMBER.fullmatch(line.text) is not None or page_kinds.marker(line) is not None or is_button(line)


def _end_of_thread(state: LabelState, date: int) -> int:
    """The first line below the text of the last post."""
    lines = state.lines
    has_text = False
    for n in range(date + 1, len(lines)):
        if state.label(n) in _ENDS or page_kinds.is_one_of(lines[n], "thread_end"):
            return n
        if has_text and not state.prose[n] and (is_button(lines[n]) or _furniture(state, n) >= LIKELY):
            return n
        has_text = has_text or state.prose[n] or lines[n].ends
    return len(lines)


def _furniture(state: LabelState, n: int) -> float:
    return sum([state.share(n, label) for label in _FURNITURE])


def _repeated(state: LabelState, posts: Sequence[Post]) -> frozenset[str]:
    """The short lines that come with many posts: ranks and buttons."""
    first, last = posts[0].start, posts[-1].stop
    times = Counter(line.folded for line in state.lines[first:last] if _is_short(line) and not _is_date(line))
    at_least = min(max(2, len(posts) - 1), max(THRESHOLDS.min_repeated, len(posts) // 2))
    return frozenset(text for text, count in times.items() if count >= at_least)


def _signature(state: LabelState, post: Post, furniture: frozenset[str], place: int | None) -> list[int]:
    """The lines with the name and the date of a post.  `place` is that of the names, if it is known."""
    lines = state.lines
    above = range(post.start, post.date)
    if place is not None and place < len(above) and _may_be_name(lines[above[place]]):
        names = [above[place]]
    else:
        names = [n for n in above if lines[n].folded not in furniture and not _is_figure(lines[n])][:1]
    return [*names, *([post.date] if _is_date(lines[post.date]) or _hides(lines[post.date]) else [])]


def _place_of_names(lines: Sequence[Line], posts: Sequence[Post]) -> int | None:
    """The place of the names among the lines above the date of a post: there, the posts differ."""
    height = min((post.date - post.start for post in posts[1:]), default=0)
    different = [
        len({lines[post.start + place].folded for post in posts[1:] if _may_be_name(lines[post.start + place])})
        for place in range(height)
    ]
    most = max(different, default=0)
    if most < 2:
        return None
    return next(place for place, count in enumerate(different) if count >= THRESHOLDS.min_names * most)


def _may_be_name(line: Line) -> bool:
    return not _is_figure(line) and not _is_date(line)


def _signed(state: LabelState, posts: Sequence[Post], of_posts: set[int]) -> set[int]:
    """The lines with which members sign their posts: several posts have the same lines in the same place at their end.

    Three posts may have them in different places: who likes the post may be below.
    """
    texts = [[n for n in range(post.text, post.stop) if n in of_posts] for post in posts]
    ends = [[state.lines[n].folded for n in reversed(text[1:])][: THRESHOLDS.max_signed] for text in texts]
    in_place = Counter((line, place) for end in ends for place, line in enumerate(end))
    times = Counter(line for end in ends for line in set(end))
    signed: set[int] = set()
    for text, end in zip(texts, ends, strict=True):
        for place, line in enumerate(end):
            if in_place[line, place] < 2 and times[line] < THRESHOLDS.min_repeated:
                break
            signed.add(text[-1 - place])
    return signed


def _text(state: LabelState, post: Post, furniture: frozenset[str]) -> Iterator[int]:
    """The lines of text in a post; of the short lines below it, which may be a rank, only the likely ones."""
    end = next((n + 1 for n in range(post.stop - 1, post.text - 1, -1) if not _is_short(state.lines[n])), post.text)
    for n in range(post.text, post.stop):
        min_share = THRESHOLDS.min_short if n < end else LIKELY
        if _is_text(state, n, furniture, min_share):
            yield n


def _is_text(state: LabelState, n: int, furniture: frozenset[str], min_share: float) -> bool:
    line = state.lines[n]
    if _is_figure(line) or line.folded in furniture or _says_edited(line):
        return False
    if state.label(n) is Label.CONTROL and not line.is_prose:
        return False
    if not line.is_prose and not line.ends:
        return _share(state, n) >= min_share
    return _furniture(state, n) < THRESHOLDS.max_furniture


def _share(state: LabelState, n: int) -> float:
    return state.share(n, Label.COMMENT) + state.story_shares[n]
