"""Cuts a list of other stories into its items, all at once.

Within one list the items are built alike: kicker, headline, date; kicker, headline, date.  So first every stretch of
lines that may be an item is written down with its shape (`_candidates`).  Then the list is cut into items, and lines
that belong to none, at the lowest cost in bits; a shape that comes again and again in the list costs little.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log2
from typing import Final

from copydesk.document import Label
from copydesk.labelling.teaser_parts import Options


@dataclass(frozen=True, slots=True)
class ItemThresholds:
    """Sizes and costs of items.  Set with `python -m bench.teasers`, November 2026.  Costs are in bits."""

    max_lines: int = 14
    """Lines of an item."""

    max_above: int = 5
    """Lines of an item above its headline."""

    pager: float = 1.0
    """The most that the shape of an item costs that a rank or a word like "Next" opens."""

    rounds: int = 3
    """How often the list is cut.  The first time, a shape counts as often as it fits; then as often as it was cut."""

    unknown_shape: float = 0.2
    """How often a shape counts that the list does not have, in items."""

    other_lists: float = 0.1
    """How often an item counts that another list of the page has."""

    without_headline: float = 6.0
    """Cost of an item without a headline: blurbs only."""

    second_blurb: float = 2.0
    """Cost of each blurb after the first."""

    caption_below: float = 1.0
    """Cost of a caption or credit below the headline."""

    again: float = 4.0
    """Cost of a part of a kind that the item has already, with other parts between: a date above and below."""

    section_below: float = 0.5
    """Cost of a section or source below the headline."""

    pager_below: float = 2.0
    """Cost of "Next" below the headline."""

    byline_above: float = 1.0
    """Cost of a byline above the headline."""

    other_opening: float = 2.0
    """Cost of an item that begins with another part than the others of its list."""

    new_opening: float = 6.0
    """Cost of a change of the part with which the items of a list begin, in the middle of it."""

    item: float = 0.5
    """Cost of each item."""

    torn: float = 0.5
    """Cost of a border where no blank line is, in a list that has blank lines at all."""


THRESHOLDS: Final = ItemThresholds()

_LETTERS: Final = {
    Label.TITLE: "T",
    Label.PARAGRAPH: "B",
    Label.TAGS: "K",
    Label.TIMESTAMP: "D",
    Label.BYLINE: "Y",
    Label.CAPTION: "C",
    Label.CREDIT: "R",
    Label.CONTROL: "N",
    Label.NAVIGATION: "P",
    Label.DUPLICATE: "T",
}
"""How a part is written in the shape of an item."""


@dataclass(frozen=True, slots=True)
class ListLine:
    """A line of a list.

    `options` are the parts that it may be.  `apart` says whether a blank line is above it.  `repeats` says whether it
    repeats the line above, and `goes_on` whether it goes on with the sentence above.  `inside` is the cost of the line
    as part of an item, and `outside` that of a line that belongs to none.
    """

    options: Options
    apart: bool
    repeats: bool
    goes_on: bool
    share: float
    inside: float
    outside: float


@dataclass(frozen=True, slots=True)
class Item:
    """An item: its first line, and the parts of its lines."""

    start: int
    parts: tuple[Label, ...]

    @property
    def stop(self) -> int:
        """The line after the item."""
        return self.start + len(self.parts)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A stretch of lines that may be an item, its shape, and its cost without that of the shape."""

    start: int
    stop: int
    shape: str
    cost: float
    parts: tuple[Label, ...]


def cut(lists: Sequence[Sequence[ListLine]]) -> list[list[Item]]:
    """The items of each list of a page."""
    candidates = [_candidates(lines) for lines in lists]
    counts = [_fits(lines, each) for lines, each in zip(lists, candidates, strict=True)]
    items: list[list[_Candidate]] = []
    totals = [sum([line.share for line in lines]) for lines in lists]
    for _ in range(THRESHOLDS.rounds):
        page = sum(counts, Counter())
        items = [
            _cheapest(lines, each, _bits(own, total, page, sum(totals)))
            for lines, each, own, total in zip(lists, candidates, counts, totals, strict=True)
        ]
        counts = [Counter(item.shape for item in chosen) for chosen in items]
        totals = [float(len(chosen)) for chosen in items]
    return [[Item(item.start, item.parts) for item in chosen] for chosen in items]


def _candidates(lines: Sequence[ListLine]) -> list[list[_Candidate]]:
    """For each line the candidates that begin with it."""
    has_blank = any(line.apart for line in lines[1:])
    return [_beginning(lines, start, THRESHOLDS.torn if has_blank else 0.0) for start in range(len(lines))]


def _beginning(lines: Sequence[ListLine], start: int, torn: float) -> list[_Candidate]:
    """The candidates that begin with the line `start`."""
    found: list[_Candidate] = []
    border = 0.0 if start == 0 or lines[start].apart else torn
    open_: list[tuple[str, bool, float, tuple[Label, ...]]] = [("", False, THRESHOLDS.item + border, ())]
    for at in range(start, min(start + THRESHOLDS.max_lines, len(lines))):
        line = lines[at]
        longer: list[tuple[str, bool, float, tuple[Label, ...]]] = []
        for shape, has_title, cost, parts in open_:
            if not has_title and len(parts) > THRESHOLDS.max_above:
                continue
            options = line.options
            above = parts[-1] if parts else None
            if above is Label.TITLE or above is Label.DUPLICATE:
                if line.repeats:
                    options = ((Label.DUPLICATE, 0.0),)
                elif line.goes_on and not line.apart and any(part is Label.TITLE for part, _ in options):
                    options = ((Label.TITLE, 0.0),)
            for part, doubt in options:
                is_title = part is Label.TITLE
                if is_title and has_title and not (line.goes_on and above is Label.TITLE):
                    continue
                more = cost + line.inside + doubt
                letter = _LETTERS[part]
                if letter != "B" and letter in shape and not shape.endswith(letter):
                    more += THRESHOLDS.again
                if part is Label.PARAGRAPH:
                    if not has_title:
                        more += THRESHOLDS.without_headline
                    elif "B" in shape:
                        more += THRESHOLDS.second_blurb
                elif part is Label.TAGS and has_title:
                    more += THRESHOLDS.section_below
                elif part is Label.NAVIGATION and has_title:
                    more += THRESHOLDS.pager_below
                elif part is Label.BYLINE and not has_title:
                    more += THRESHOLDS.byline_above
                elif has_title and (part is Label.CAPTION or part is Label.CREDIT):
                    more += THRESHOLDS.caption_below
                longer.append((
                    _with_part(shape, part, line.apart and at > start),
                    has_title or is_title or part is Label.PARAGRAPH,
                    more,
                    (*parts, part),
                ))  # fmt: skip
        if not longer:
            break
        found += [
            _Candidate(start, at + 1, shape, cost, parts) for shape, has_title, cost, parts in longer if has_title
        ]
        open_ = longer
    return found


def _with_part(shape: str, part: Label, is_apart: bool) -> str:
    """The shape with one more part; parts of one kind beside each other are written once."""
    letter = _LETTERS[part]
    if shape.endswith(letter) or (letter == "N" and shape.endswith(("K", "D"))):
        return shape
    if letter == "K" and shape.endswith("N"):
        pass
    return f"{shape}^{letter}" if is_apart else shape + letter


def _fits(lines, candidates: Sequence[Sequence[_Candidate]]) -> Counter[str]:
    """How many lines each shape may cover, without overlap, as a number of items."""
    stops: dict[str, int] = {}
    counts: Counter[str] = Counter()
    for beginning in candidates:
        for one in beginning:
            if one.start >= stops.get(one.shape, 0):
                stops[one.shape] = one.stop
                counts[one.shape] += sum([line.share for line in lines[one.start : one.stop]])
    return counts


class _bits:
    def __init__(self, own, total, page, page_total):
        self.own, self.page = own, page
        self.total = total + THRESHOLDS.other_lists * page_total + THRESHOLDS.unknown_shape
        self.known = {}

    def of(self, shape):
        bits = self.known.get(shape)
        if bits is None:
            own = self.own[shape]
            count = own + THRESHOLDS.other_lists * self.page[shape] + THRESHOLDS.unknown_shape
            bits = max(0.0, -log2(count / self.total))
            if "P" in shape:
                bits = min(bits, THRESHOLDS.pager)
            self.known[shape] = bits
        return bits


def _cheapest(
    lines: Sequence[ListLine], candidates: Sequence[Sequence[_Candidate]], bits
) -> list[_Candidate]:
    """The items of the cut with the lowest cost."""
    letters = sorted({one.shape[0] for beginning in candidates for one in beginning})
    if not letters:
        return []
    size = len(lines)
    best = {letter: [0.0] * (size + 1) for letter in letters}
    chosen: dict[str, list[tuple[_Candidate | None, str]]] = {letter: [(None, letter)] * size for letter in letters}
    for start in range(size - 1, -1, -1):
        priced = [(one, one.cost + bits.of(one.shape)) for one in candidates[start]]
        for letter in letters:
            row = best[letter]
            lowest, choice = row[start + 1] + lines[start].outside, None
            for one, price in priced:
                cost = row[one.stop] + price
                if one.shape[0] != letter:
                    cost += THRESHOLDS.other_opening
                if cost < lowest:
                    lowest, choice = cost, one
            row[start], chosen[letter][start] = lowest, (choice, letter)
        cheapest = min(letters, key=lambda letter: best[letter][start])
        limit = best[cheapest][start] + THRESHOLDS.new_opening
        for letter in letters:
            if best[letter][start] > limit:
                best[letter][start], chosen[letter][start] = limit, chosen[cheapest][start]
    letter = min(letters, key=lambda letter: best[letter][0])
    items: list[_Candidate] = []
    at = 0
    while at < len(lines):
        one, letter = chosen[letter][at]
        if one is None:
            at += 1
        else:
            items.append(one)
            at = one.stop
    return items
