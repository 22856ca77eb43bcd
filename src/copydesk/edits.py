"""The edit: characters changed at a place, with the rules that changed them.

Every stage finds edits in the text that the stage before it left.  `compose` brings them into the
coordinates of the raw text, so that a record holds one list, and `undo` gives the raw text back.
Positions are code points.
"""

import unicodedata
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule and, in one line, why it exists."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Edit:
    """`before`, found at `start`, becomes `after`, because of `rules`."""

    start: int
    before: str
    after: str
    rules: tuple[str, ...]

    @property
    def end(self) -> int:
        """Where `before` ends."""
        return self.start + len(self.before)

    @property
    def growth(self) -> int:
        """How many characters longer the text is after the edit."""
        return len(self.after) - len(self.before)

    def moved(self, distance: int) -> "Edit":
        """The same edit, `distance` characters further on."""
        return replace(self, start=self.start + distance)


def apply(text: str, edits: Sequence[Edit]) -> str:
    """`text` with all edits made.

    Raises ValueError where an edit does not fit: not sorted, overlapping, or `before` is not there.
    """
    pieces: list[str] = []
    at = 0
    for edit in edits:
        if edit.start < at or not text.startswith(edit.before, edit.start):
            raise ValueError(f"edit at character {edit.start} does not fit the text: {edit.before!r} expected")
        pieces += text[at : edit.start], edit.after
        at = edit.end
    pieces.append(text[at:])
    return "".join(pieces)


def reverse(edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """The edits that take the edited text back to the text before."""
    back: list[Edit] = []
    growth = 0
    for edit in edits:
        back.append(Edit(edit.start + growth, edit.after, edit.before, edit.rules))
        growth += edit.growth
    return tuple(back)


def undo(text: str, edits: Sequence[Edit]) -> str:
    """The text from which `edits` made `text`.  Raises ValueError where they did not make it."""
    return apply(text, reverse(edits))


def inside(edits: Sequence[Edit], start: int, end: int) -> Sequence[Edit]:
    """Those of the sorted `edits` that lie between `start` and `end`, found in logarithmic time."""
    first = bisect_left(edits, start, key=lambda edit: edit.start)
    last = bisect_right(edits, end, lo=first, key=lambda edit: edit.end)
    return edits[first:last]


def compose(first: Sequence[Edit], second: Sequence[Edit]) -> tuple[Edit, ...]:
    """One list that does what `first` and then `second` do, in the coordinates before `first`.

    Edits that touch become one edit that keeps the rules of all; what cancels out is left out.
    """
    middle = [(edit.start, edit.end, 0, edit) for edit in reverse(first)]
    middle += [(edit.start, edit.end, 1, edit) for edit in second]
    middle.sort(key=lambda span: span[:3])
    composed: list[Edit] = []
    growth = 0  # of `first`, up to the cluster at hand
    at = 0
    while at < len(middle):
        low, high = middle[at][:2]
        stop = at + 1
        while stop < len(middle) and middle[stop][0] <= high:
            high = max(high, middle[stop][1])
            stop += 1
        cluster = middle[at:stop]
        known = [""] * (high - low)
        for start, end, _, edit in cluster:
            known[start - low : end - low] = edit.before
        between = "".join(known)
        back = [edit.moved(-low) for _, _, later, edit in cluster if not later]
        onward = [edit.moved(-low) for _, _, later, edit in cluster if later]
        before, after = apply(between, back), apply(between, onward)
        if before != after:
            rules = tuple(dict.fromkeys(rule for edit in (*back, *onward) for rule in edit.rules))
            composed.append(Edit(low - growth, before, after, rules))
        growth += len(between) - len(before)
        at = stop
    return tuple(composed)


def is_visible(character: str) -> bool:
    """Neither white space nor of Unicode category Cc or Cf."""
    return not character.isspace() and unicodedata.category(character) not in ("Cc", "Cf")


def has_visible(text: str) -> bool:
    """Whether any character of `text` is visible."""
    return text[:1].isalnum() or any(map(is_visible, text))


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch of the raw text: what it reads after the edits inside it."""

    start: int
    end: int
    text: str
    edits: tuple[Edit, ...]


def cut(edited: str, edits: Sequence[Edit], spans: Iterable[tuple[int, int]]) -> Iterator[Cut]:
    """The `spans` of the edited text, brought back to raw coordinates, each with its own edits.

    `spans` are (start, end) in `edited`, sorted, apart, without surrounding white space.  Edits between
    spans are left out (white space of the gaps); one that took visible characters away comes as a cut of
    its own with empty text, so that no visible character goes unaccounted for.
    """
    waiting = deque(zip(reverse(edits), edits, strict=True))
    growth = 0  # of all edits so far: a place in `edited` less it is a place in the raw text
    for low, high in spans:
        while waiting and waiting[0][0].end <= low and not _takes_away_at(low, *waiting[0]):
            edit = waiting.popleft()[1]
            growth += edit.growth
            yield from _orphan(edit)
        if not waiting or waiting[0][0].start > high:
            yield Cut(low - growth, high - growth, edited[low:high], ())
            continue
        start = waiting[0][1].start if waiting[0][0].start < low else low - growth
        inside: list[Edit] = []
        while waiting and (waiting[0][0].start < high or _takes_away_at(high, *waiting[0])):
            made, edit = waiting.popleft()
            inside.append(replace(edit, after=edited[max(made.start, low) : min(made.end, high)]))
            growth += min(made.end, high) - made.start - len(edit.before)
            if made.end > high:  # a line break lies in what it put in: the rest is an insertion
                rest = edited[high : made.end]
                waiting.appendleft((Edit(high, rest, "", edit.rules), Edit(edit.end, "", rest, edit.rules)))
        yield _trimmed(start, high - growth, edited[low:high], inside)
    for _, edit in waiting:
        yield from _orphan(edit)


def _takes_away_at(place: int, made: Edit, edit: Edit) -> bool:
    return made.start == place == made.end and has_visible(edit.before)


def _orphan(edit: Edit) -> Iterator[Cut]:
    visible = edit.before.strip()
    if has_visible(visible):
        start = edit.start + edit.before.index(visible)
        yield Cut(start, start + len(visible), "", (Edit(start, visible, "", edit.rules),))


def _trimmed(start: int, end: int, text: str, edits: list[Edit]) -> Cut:
    """Without the raw white space that an edit at either end of the span replaced."""
    if edits and edits[0].start == start:
        first = edits[0]
        shorter = first.before.lstrip()
        start += len(first.before) - len(shorter)
        edits[0] = replace(first, start=start, before=shorter)
    if edits and edits[-1].end == end:
        last = edits[-1]
        shorter = last.before.rstrip()
        end -= len(last.before) - len(shorter)
        edits[-1] = replace(last, before=shorter)
    return Cut(start, end, text, tuple(edit for edit in edits if edit.before != edit.after))
