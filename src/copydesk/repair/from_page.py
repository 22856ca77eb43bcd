"""The gaps of a rendered page for a text that was taken from it: nothing is guessed where its HTML is at hand."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from copydesk.edits import Edit, Rule, is_visible
from copydesk.repair.context import Context

RENDERED = Rule("spacing.rendered", "the page, rendered, has a space (or a line break) here, or has none")
RULES = (RENDERED,)

ANCHOR: Final = 16
"""Visible characters that text and page must have in common, from the beginning of a word on, to be taken for the
same place."""

NONE, SPACE, BREAK = "", " ", "\n"


@dataclass(frozen=True, slots=True)
class _Visible:
    """A text's visible characters, where each stands, and the gap before each."""

    chars: str
    places: list[int]
    gaps: list[str]


def gives_gaps(context: Context) -> bool:
    """Whether the page gives the gaps of the text, so that none is guessed."""
    return bool(context.page_text) and context.has(RENDERED.name)


def find(text: str, context: Context) -> Sequence[Edit]:
    """The edits that give the text the gaps of its page; none where the page is not known."""
    return edits(text, context.page_text) if context.page_text and gives_gaps(context) else ()


def edits(text: str, rendered: str) -> list[Edit]:
    """The edits that give `text` the gaps of `rendered`, the text of the same page (or of more of it) as it is seen.

    Both are compared by their visible characters, in stretches that begin with the same ANCHOR ones; what the page
    does not hold stays as it is, and so does the kind of a gap that both have.  Sorted, none overlapping; linear in
    the length of both.
    """
    own, page = _visible(text), _visible(rendered)
    return [edit for at, there in _same(own, page) for edit in _edit(text, own, at, page.gaps[there])]


def same(text: str, rendered: str) -> Iterator[tuple[int, int]]:
    """(place in the text, place in the page) of the visible characters that are the same, as `edits` finds them."""
    own, page = _visible(text), _visible(rendered)
    return ((own.places[at], page.places[there]) for at, there in _same(own, page))


def _visible(text: str) -> _Visible:
    chars: list[str] = []
    places: list[int] = []
    gaps: list[str] = []
    gap = BREAK
    for place, char in enumerate(text):
        if is_visible(char):
            chars.append(char)
            places.append(place)
            gaps.append(gap)
            gap = NONE
        elif char.isspace():
            gap = BREAK if gap == BREAK or len(f"{char}|".splitlines()) > 1 else SPACE
    return _Visible("".join(chars), places, gaps)


def _same(own: _Visible, page: _Visible) -> Iterator[tuple[int, int]]:
    """(number in the text, in the page) of visible characters that are the same, and the ones before them too."""
    begins: defaultdict[str, list[int]] = defaultdict(list)
    for n, gap in enumerate(page.gaps):
        if gap:
            begins[page.chars[n : n + ANCHOR]].append(n)
    at = there = 0
    while at < len(own.chars):
        known = begins.get(own.chars[at : at + ANCHOR]) if own.gaps[at] else None
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
    """The edit for the gap before a visible character of the text, where the page has another."""
    if bool(gap) == bool(own.gaps[at]):
        return
    start, end = own.places[at - 1] + 1, own.places[at]
    yield Edit(start, text[start:end], gap, (RENDERED.name,))
