"""The edit: characters that are changed at a place, with the rules that changed them.

Every stage finds edits in the output of the stage before it.  `compose` converts them to the coordinates of the raw
text, so that a record holds one list, and `undo` restores the raw text.  Positions are code points.
"""

import unicodedata
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, with the reason for it in one line."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Edit:
    """`before`, at `start`, is replaced by `after` because of `rules`."""

    start: int
    before: str
    after: str
    rules: tuple[str, ...]

    @property
    def end(self) -> int:
        """The position after `before`."""
        return self.start + len(self.before)

    @property
    def growth(self) -> int:
        """The number of characters by which the edit makes the text longer."""
        return len(self.after) - len(self.before)

    def moved(self, distance: int) -> "Edit":
        """The same edit, moved by `distance` characters."""
        return replace(self, start=self.start + distance)


def apply(text: str, edits: Sequence[Edit]) -> str:
    """`text` with all edits made.

    Raises ValueError if an edit does not fit: edits are not sorted, they overlap, or the text has no `before` there.
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
    """The edits that change the edited text back to the original text."""
    back: list[Edit] = []
    growth = 0
    for edit in edits:
        back.append(Edit(edit.start + growth, edit.after, edit.before, edit.rules))
        growth += edit.growth
    return tuple(back)


def undo(text: str, edits: Sequence[Edit]) -> str:
    """The text from which `edits` made `text`.  Raises ValueError if they did not make it."""
    return apply(text, reverse(edits))


def inside(edits: Sequence[Edit], start: int, end: int) -> Sequence[Edit]:
    """The part of the sorted `edits` that is between `start` and `end`, found in logarithmic time."""
    first = bisect_left(edits, start, key=lambda edit: edit.start)
    last = bisect_right(edits, end, lo=first, key=lambda edit: edit.end)
    return edits[first:last]


def compose(first: Sequence[Edit], second: Sequence[Edit]) -> tuple[Edit, ...]:
    """One list with the effect of `first` and then `second`, in the coordinates of the text before `first`.

    Edits that touch become one edit with the rules of all; edits that cancel each other out are left out.
    """
    middle = [(edit.start, edit.end, 0, edit) for edit in reverse(first)]
    middle += [(edit.start, edit.end, 1, edit) for edit in second]
    middle.sort(key=lambda span: span[:3])
    composed: list[Edit] = []
    growth = 0  # of `first`, up to the current cluster
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
    """Whether the character is neither white space nor of Unicode category Cc or Cf."""
    return not character.isspace() and unicodedata.category(character) not in ("Cc", "Cf")


def has_visible(text: str) -> bool:
    """Whether any character of `text` is visible."""
    return text[:1].isalnum() or any(map(is_visible, text))


@dataclass(frozen=True, slots=True)
class Cut:
    """A span of the raw text, with the edits inside it and the text that they make."""

    start: int
    end: int
    text: str
    edits: tuple[Edit, ...]


def cut(edited: str, edits: Sequence[Edit], spans: Iterable[tuple[int, int]]) -> Iterator[Cut]:
    """The `spans` of the edited text in raw coordinates, each with its own edits.

    `spans` are (start, end) in `edited`: sorted, not touching, without surrounding white space.  Edits between spans
    are left out, because they change only white space.  An edit there that removed visible characters becomes a cut of
    its own with empty text, so that every visible character belongs to a cut.
    """
    waiting = deque(zip(reverse(edits), edits, strict=True))
    growth = 0  # of all edits so far: position in `edited` - growth = position in the raw text
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
            if made.end > high:  # the edit inserted a line break: its rest becomes an insertion after this span
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
    """The cut without raw white space that an edit replaced at its start or end."""
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


def segments(text: str, start: int, edits: Iterable[Edit]) -> Iterator[tuple[str, Edit | None]]:
    """The parts of an edited text: what stays, and the edit that follows it; None after the last part.

    `edits` made `text` of a stretch of the raw text that begins at `start`.  An edit before the one that it follows, as
    a prepared record may have it, is left out.
    """
    at = 0
    for edit in edits:
        same = edit.start - start
        if same < 0:  # or each edit could give the whole text
            continue
        yield text[at : at + same], edit
        at += same + len(edit.after)
        start = edit.end
    yield text[at:], None
