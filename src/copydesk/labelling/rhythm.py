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
from copydesk.labelling.form_words import folded
from copydesk.labelling.line import Line
from copydesk.labelling.post_dates import (
    alike,
    collapsible,
    federated,
    hides,
    is_date,
    is_early,
    is_federated,
    numbered,
    says_edited,
    signed,
)
from copydesk.labelling.posts import BETWEEN, RHYTHM
from copydesk.labelling.state import ENDS, LIKELY, LabelState
from copydesk.vocabulary import VOCABULARY, one_of


@dataclass(frozen=True, slots=True)
class RhythmThresholds:
    """When lines are the posts of a thread.

    Set in November 2026 with the texts of the kit of kinds, so that no page of the kits for text and hosts is one.
    """

    min_posts: int = 4
    """Posts with a date and a text, on a page that nothing else shows to be a thread."""

    min_numbered: int = 3
    """The same if numbers of posts follow each other, "#1", "#2", "#3", or if the page is of a forum."""

    max_above: int = 40
    """Words of likely story above the first post."""

    max_signature: int = 20
    """Lines of a post above its date."""

    max_short: int = 6
    """Words of a line above the text of a post: a name, a rank."""

    min_post: float = 0.3
    """The model's share for comments and story of running text, which half of the posts must have."""

    min_short: float = 0.2
    """The model's share for comments and story of a short line in the text of a post."""

    max_teasers: float = 0.4
    min_comments: float = 0.1
    """The model's mean share for other stories and furniture, and for comments, in the text of posts."""

    min_repeated: int = 3
    """Times that a short line comes which is furniture of posts."""

    max_software: int = 14
    """Words of the line that names the software of a forum."""

    max_signed: int = 12
    max_words_of_signed: int = 30
    """Lines with which a member signs all posts, and words of each."""

    min_names: float = 0.8
    """Share of the largest number of different texts in a place above the date: the first such place has the names."""


THRESHOLDS: Final = RhythmThresholds()

MIN_SENTENCE: Final = 4
"""Words of a phrase that ends a thread though more follows in its line: "This topic was automatically closed ..."."""

_SOFTWARE = re.compile(one_of(VOCABULARY.forms.software), re.IGNORECASE)
_BARE_NUMBER = re.compile(r"#?[\d.,]{1,8}\s?[kKmM]?")


@dataclass(frozen=True, slots=True)
class Post:
    """The lines of a post: its signature from `start`, its date, and its text from `text` on, up to `stop`."""

    start: int
    date: int
    text: int
    stop: int


def find(state: LabelState, *, is_forum: bool) -> bool:
    """Make the posts the story, with the names and dates of all but the first.  Whether the lines are a thread."""
    is_forum = is_forum or any(map(_names_software, state.lines))
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
    thread_ends = tuple(folded("thread_end"))
    for n, line in enumerate(state.lines):
        if n in of_posts:
            state.set_text(n, RHYTHM)
            continue
        is_between = state.story[n] or (state.verdicts[n] is None and n < posts[-1].stop)
        ends = n >= posts[-1].stop and line.folded.startswith(thread_ends)
        is_same = n < posts[0].start and line.folded in texts  # some forums print the first post above the thread too
        if is_same or ends or (n >= posts[0].date and is_between):
            state.set_label(n, Label.DUPLICATE if is_same else Label.CONTROL, BETWEEN)
    return True


def _names_software(line: Line) -> bool:
    """Whether a short line names the software of a forum: "Powered by ..."."""
    return line.words <= THRESHOLDS.max_software and _SOFTWARE.search(line.text) is not None


def _posts(state: LabelState, *, is_forum: bool) -> list[Post]:
    lines = state.lines
    if any(map(page_kinds.is_add_comment, lines)) or page_kinds.is_product(lines):
        return []
    dated = [n for n, line in enumerate(lines) if is_date(line) or (is_forum and line.facts.is_day_without_year)]
    dates = numbered(lines, dated) or collapsible(lines) or federated(lines, dated) or signed(lines, dated)
    is_certain = bool(dates)
    dates = dates or alike(lines, dated)
    above = _words_above(state, dates[0]) if dates else 0
    if len(dates) < THRESHOLDS.min_numbered and not (is_certain and above <= THRESHOLDS.max_above):
        return []
    if len(dates) < THRESHOLDS.min_posts and not (is_certain or is_forum):
        return []
    if above > THRESHOLDS.max_above and not (is_certain and is_early(lines, dates[0])):
        return []
    if above > THRESHOLDS.max_above and any(map(is_comment_heading, lines[: dates[0]])) and not is_forum:
        return []  # the comments below a story, with numbers
    posts = _cut(state, dates)
    with_text = [post for post in posts if any(_is_post(state, n) for n in range(post.text, post.stop))]
    if _words_below(state, posts) > max(THRESHOLDS.max_above, _words_of(state, posts)):
        return []
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


def _words_below(state: LabelState, posts: Sequence[Post]) -> int:
    """Words of likely story below the last post: of an article above which its comments are printed."""
    below = range(posts[-1].stop, len(state.lines))
    return sum([state.lines[n].words for n in below if _is_likely(state, n)])


def _words_of(state: LabelState, posts: Sequence[Post]) -> int:
    """Words of running text in posts."""
    return sum([state.lines[n].words for post in posts for n in range(post.text, post.stop) if state.prose[n]])


def _is_post(state: LabelState, n: int) -> bool:
    return state.prose[n] and _share(state, n) >= THRESHOLDS.min_post


def _are_posts(state: LabelState, posts: Sequence[Post], *, is_forum: bool) -> bool:
    """Whether the model reads the text between the dates as story or comments, and not as lists of other pages."""
    texts = (n for post in posts for n in range(post.text, post.stop))
    running = [n for n in texts if state.prose[n] and not says_edited(state.lines[n])]
    if not running:
        return False
    teasers = sum([state.share(n, Label.TEASER) + state.furniture(n) for n in running])
    if teasers > THRESHOLDS.max_teasers * len(running):
        return False
    has_buttons = sum(map(is_button, state.lines[posts[0].text : posts[-1].stop])) >= len(posts) - 1
    return (
        is_forum
        or has_buttons
        or sum([state.share(n, Label.COMMENT) for n in running]) >= THRESHOLDS.min_comments * len(running)
    )


def _is_likely(state: LabelState, n: int) -> bool:
    return state.prose[n] and state.story_shares[n] >= LIKELY


def _cut(state: LabelState, dates: Sequence[int]) -> list[Post]:
    lines = state.lines
    height = min((_height(lines, above, date) for above, date in pairwise(dates)), default=0)
    if hides(lines[dates[-1]]) or is_federated(lines):
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
    if _BARE_NUMBER.fullmatch(line.text) or page_kinds.is_one_of(line, "federated"):
        return True
    return page_kinds.marker(line) is not None or is_button(line)


def _end_of_thread(state: LabelState, date: int) -> int:
    """The first line below the text of the last post."""
    lines = state.lines
    has_text = False
    sentences = tuple(phrase for phrase in folded("thread_end") if phrase.count(" ") + 1 >= MIN_SENTENCE)
    for n in range(date + 1, len(lines)):
        if state.label(n) in ENDS or page_kinds.is_one_of(lines[n], "thread_end"):
            return n
        if has_text and lines[n].folded.startswith(sentences):
            return n
        if has_text and not state.prose[n] and (is_button(lines[n]) or state.furniture(n) >= LIKELY):
            return n
        has_text = has_text or state.prose[n] or lines[n].ends
    return len(lines)


def _repeated(state: LabelState, posts: Sequence[Post]) -> frozenset[str]:
    """The short lines that come with many posts: ranks and buttons."""
    first, last = posts[0].start, posts[-1].stop
    times = Counter(line.folded for line in state.lines[first:last] if _is_short(line) and not is_date(line))
    at_least = min(max(2, len(posts) - 1), max(THRESHOLDS.min_repeated, len(posts) // 2))
    return frozenset(text for text, count in times.items() if count >= at_least)


def _signature(state: LabelState, post: Post, furniture: frozenset[str], place: int | None) -> list[int]:
    """The lines with the name and the date of a post.  `place` is that of the names, if it is known."""
    lines = state.lines
    above = range(post.start, post.date)
    if place is not None and place < len(above) and _may_be_name(lines[above[place]]):
        names = [above[place]]
    else:
        names = [n for n in above if lines[n].folded not in furniture and _may_be_name(lines[n])]
        names = [n for n in names if state.furniture(n) < LIKELY][:1]
    date = lines[post.date]
    is_dated = is_date(date) or hides(date) or date.facts.is_day_without_year
    return [*names, *([post.date] if is_dated else [])]


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
    return not _is_figure(line) and not is_date(line)


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
            is_repeated = in_place[line, place] > 1 or times[line] >= THRESHOLDS.min_repeated
            if not is_repeated or state.lines[text[-1 - place]].words > THRESHOLDS.max_words_of_signed:
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
    if _is_figure(line) or line.folded in furniture or says_edited(line):
        return False
    if state.label(n) is Label.CONTROL and not line.is_prose:
        return False
    if not line.is_prose and not line.ends:
        return _share(state, n) >= min_share
    return not state.is_furniture(n)


def _share(state: LabelState, n: int) -> float:
    return state.share(n, Label.COMMENT) + state.story_shares[n]
