"""Gives a text the gaps of the rendered page that it was taken from.  Where the HTML is known, nothing is guessed."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from copydesk.edits import Edit, Rule, is_visible
from copydesk.repair.context import Context

RENDERED = Rule("spacing.rendered", "the rendered page has a space or a line break here, or it has neither")
RULES = (RENDERED,)

MIN_ANCHOR: Final = 16
"""Visible characters, from the beginning of a word, that a place in the text and a place in the page must have in
common to be the same place.

Used since November 2026; what set it is not recorded.
"""

NO_GAP, SPACE, BREAK = "", " ", "\n"


@dataclass(frozen=True, slots=True)
class _Visible:
    """The visible characters of a text, the place of each, and the gap before each: "", a space or a line break."""

    chars: str
    places: list[int]
    gaps: list[str]


def gives_gaps(context: Context) -> bool:
    """Whether the context has a page that gives the gaps of the text, so that no stage guesses them."""
    return bool(context.page_text) and context.has(RENDERED.name)


def find(text: str, context: Context) -> Sequence[Edit]:
    """The edits that give the text the gaps of its page; no edits if the page is not known."""
    return edits(text, context.page_text) if context.page_text and gives_gaps(context) else ()


def edits(text: str, rendered: str) -> list[Edit]:
    """The edits that give `text` the gaps of `rendered`, the text of the same page as a reader sees it.

    `rendered` may have more of the page.  Both are compared by their visible characters, in stretches whose first
    MIN_ANCHOR characters are equal.  Text that the page does not have stays as it is.  Where both have a gap, the
    text's own gap stays.  The edits are sorted and do not overlap.  Time is linear in the length of both.
    """
    own, page = _visible(text), _visible(rendered)
    return [edit for at, there in _matches(own, page) for edit in _edit(text, own, at, page.gaps[there])]


def same(text: str, rendered: str) -> Iterator[tuple[int, int]]:
    """(place in the text, place in the page) of each visible character that `edits` finds in both."""
    own, page = _visible(text), _visible(rendered)
    return ((own.places[at], page.places[there]) for at, there in _matches(own, page))


def _visible(text: str) -> _Visible:
    """The visible characters of a text."""
    chars: list[str] = []
    places: list[int] = []
    gaps: list[str] = []
    gap = BREAK
    for place, char in enumerate(text):
        if is_visible(char):
            chars.append(char)
            places.append(place)
            gaps.append(gap)
            gap = NO_GAP
        elif char.isspace():
            gap = BREAK if gap == BREAK or len(f"{char}|".splitlines()) > 1 else SPACE
    return _Visible("".join(chars), places, gaps)


def _matches(own: _Visible, page: _Visible) -> Iterator[tuple[int, int]]:
    """(number in the text, number in the page) of each visible character that matches as the one before it does."""
    begins: defaultdict[str, list[int]] = defaultdict(list)
    for n, gap in enumerate(page.gaps):
        if gap:
            begins[page.chars[n : n + MIN_ANCHOR]].append(n)
    at = there = 0
    while at < len(own.chars):
        known = begins.get(own.chars[at : at + MIN_ANCHOR]) if own.gaps[at] else None
        if not known:
            at += 1
            continue
        next_one = bisect_left(known, there)
        there = known[next_one if next_one < len(known) else 0]
        at, there = at + 1, there + 1
        while at < len(own.chars) and there < len(page.chars) and own.chars[at] == page.chars[there]:
            yield at, there
            at, there = at + 1, there + 1


def _edit(text: str, own: _Visible, at: int, gap: str) -> Iterator[Edit]:
    """The edit of the gap before a visible character of the text, if only one of text and page has a gap there."""
    if bool(gap) == bool(own.gaps[at]):
        return
    start, end = own.places[at - 1] + 1, own.places[at]
    yield Edit(start, text[start:end], gap, (RENDERED.name,))
