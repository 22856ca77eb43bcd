"""Cuts the lists of other stories on a page into their items, each list at once.

Within one list the items are built alike: kicker, headline, date; kicker, headline, date.  So first every stretch of
lines that may be an item is written down with its shape, such as "KTD".  Then the list is cut into items, and lines
that belong to none, at the lowest cost in bits; a shape that comes again and again in the list costs little.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate
from math import log2
from typing import Final, TypeAlias

from copydesk.document import Label
from copydesk.labelling.teaser_parts import Options


@dataclass(frozen=True, slots=True)
class ItemThresholds:
    """Sizes and costs of items.  Set with `python -m bench.teasers`, November 2026.  Costs are in bits."""

    max_lines: int = 14
    """Lines of an item."""

    max_above: int = 6
    """Lines of an item above its headline."""

    rounds: int = 3
    """How often a list is cut.  The first time, a shape counts where it fits; then where the last cut has it."""

    unknown_shape: float = 0.2
    """How often a shape counts that the list does not have, in items."""

    first_fit: float = 0.8
    """The share of the first place where a shape fits that does not count: one place is no pattern."""

    other_lists: float = 0.1
    """How often an item counts that another list of the page has."""

    item: float = 0.5
    """Cost of each item."""

    torn: float = 0.5
    """Cost of a border without a blank line, in a list that has blank lines."""

    other_opening: float = 2.0
    """Cost of an item that begins with another part than the others of its list."""

    new_opening: float = 8.0
    """Cost of a change of that part in the middle of a list: another list begins there."""

    opened: float = 1.0
    """The most that a shape costs whose item a rank, a bullet or a word like "Next" opens."""

    again: float = 4.0
    """Cost of a part of a kind that the item has already, with other parts between: a date above and one below."""

    without_headline: float = 3.0
    """Cost of an item without a headline: a blurb, or a picture alone."""

    second_blurb: float = 2.0
    """Cost of each blurb after the first."""

    second_section: float = 1.5
    """Cost of each section right below another one, above the headline."""

    section_below: float = 0.2
    """Cost of a section or source below the headline: decides only where nothing else does."""

    opening_below: float = 2.0
    """Cost of a rank, or a word like "Next", below the headline."""

    byline_above: float = 1.0
    """Cost of a byline above the headline."""

    caption_below: float = 1.0
    """Cost of a caption or credit below the headline."""


THRESHOLDS: Final = ItemThresholds()

_LETTERS: Final = {
    Label.TITLE: "T",
    Label.DUPLICATE: "T",
    Label.PARAGRAPH: "B",
    Label.TAGS: "K",
    Label.TIMESTAMP: "D",
    Label.BYLINE: "Y",
    Label.CAPTION: "C",
    Label.CREDIT: "R",
    Label.CONTROL: "N",
    Label.NAVIGATION: "O",
}
"""How a part is written in a shape.  A "^" before a letter is a blank line inside the item."""


@dataclass(frozen=True, slots=True)
class ListLine:
    """A line of a list.

    `options` are the parts that it may be, and `share` is the probability (between 0 and 1) that it belongs to an item.
    `apart` says whether a blank line is above it, `repeats` whether it repeats the line above, and `goes_on` whether it
    may go on with the headline above.  If the line `begins`, it is the first of its item.  A line that `may_head` a
    list belongs to no item at little cost.
    """

    options: Options
    share: float
    apart: bool = False
    repeats: bool = False
    goes_on: bool = False
    begins: bool = False
    may_head: bool = False

    @property
    def outside(self) -> float:
        """What it costs in bits that the line belongs to no item."""
        return min(THRESHOLDS.item, -log2(1 - self.share)) if self.may_head else -log2(1 - self.share)


@dataclass(frozen=True, slots=True)
class Item:
    """A stretch of lines that is an item, or may be one.

    `stop` is the line after it, and `cost` what it costs in bits without its shape.
    """

    start: int
    stop: int
    shape: str
    cost: float
    parts: tuple[Label, ...]


Candidates: TypeAlias = Sequence[Sequence[Item]]
"""For each line of a list the items that may begin with it."""

Price: TypeAlias = Callable[[str], float]
"""What a shape costs in one list, in bits."""


def cut(lists: Sequence[Sequence[ListLine]]) -> list[list[Item]]:
    """The items of each list of a page, in order."""
    candidates = [_candidates(lines) for lines in lists]
    counts: list[Mapping[str, float]] = [_fits(lines, each) for lines, each in zip(lists, candidates, strict=True)]
    totals = [sum([line.share for line in lines]) for lines in lists]
    items: list[list[Item]] = [[] for _ in lists]
    for _ in range(THRESHOLDS.rounds):
        page: dict[str, float] = defaultdict(float)
        for own in counts:
            for shape, count in own.items():
                page[shape] += count
        prices = [_prices(own, total, page, sum(totals)) for own, total in zip(counts, totals, strict=True)]
        items = [_cheapest(*each) for each in zip(lists, candidates, prices, strict=True)]
        counts = [Counter([item.shape for item in chosen]) for chosen in items]
        totals = [float(len(chosen)) for chosen in items]
    return items


def _candidates(lines: Sequence[ListLine]) -> list[list[Item]]:
    """The items that may begin with each line."""
    torn = THRESHOLDS.torn if any(line.apart for line in lines[1:]) else 0.0
    costs = [-log2(line.share) for line in lines]
    return [
        _beginning(lines, costs, start, 0.0 if start == 0 or lines[start].apart else torn)
        for start in range(len(lines))
    ]


def _beginning(lines: Sequence[ListLine], costs: Sequence[float], start: int, border: float) -> list[Item]:
    """The items that may begin with the line `start`, where a border costs `border`.

    An item has one headline (which may go over several lines, or be printed twice), or a blurb or a caption instead.
    """
    found: list[Item] = []
    growing = [Item(start, start, "", THRESHOLDS.item + border, ())]
    for at in range(start, min(start + THRESHOLDS.max_lines, len(lines))):
        grown = [longer for one in growing for longer in _longer(one, lines[at], costs[at])]
        found += [one for one in grown if _has_text(one)]
        found += [_picture(one) for one in grown if not _has_text(one) and "C" in one.shape]
        if at + 1 < len(lines) and lines[at + 1].begins:
            break
        growing = [one for one in grown if _has_text(one) or len(one.parts) <= THRESHOLDS.max_above]
        if not growing:
            break
    return found


def _has_text(item: Item) -> bool:
    """Whether the item has a headline or a blurb."""
    return "T" in item.shape or "B" in item.shape


def _picture(item: Item) -> Item:
    """An item that is only a picture with its caption, at the cost of an item without a headline."""
    return replace(item, cost=item.cost + THRESHOLDS.without_headline)


def _longer(item: Item, line: ListLine, cost: float) -> list[Item]:
    """The item with one more line, for each part that the line may be in it."""
    shape, parts = item.shape, item.parts
    has_title = _has_text(item)
    is_below_title = shape.endswith("T")
    options = line.options
    if is_below_title and line.repeats:
        options = ((Label.DUPLICATE, 0.0),)
    elif is_below_title and line.goes_on:
        options = ((Label.TITLE, 0.0),)
    grown: list[Item] = []
    for part, doubt in options:
        if part is Label.TITLE and has_title and not (is_below_title and line.goes_on):
            continue
        letter = _LETTERS[part]
        more = cost + doubt + (_cost_below(part) if has_title else _cost_above(part))
        if shape.endswith("B") and letter == "B":
            more += THRESHOLDS.second_blurb
        elif letter in shape and not shape.endswith(letter):
            more += THRESHOLDS.again
        if letter == "K" and parts and parts[-1] is Label.TAGS and not has_title:
            more += THRESHOLDS.second_section
        is_same = shape.endswith(letter) or (letter == "N" and shape.endswith(("K", "D")))
        mark = "^" if line.apart and shape else ""
        longer = shape if is_same else f"{shape}{mark}{letter}"
        grown.append(Item(item.start, item.stop + 1, longer, item.cost + more, (*parts, part)))
    return grown


def _cost_above(part: Label) -> float:
    """What a part costs above the headline."""
    if part is Label.BYLINE:
        return THRESHOLDS.byline_above
    return THRESHOLDS.without_headline if part is Label.PARAGRAPH else 0.0


def _cost_below(part: Label) -> float:
    """What a part costs below the headline."""
    if part is Label.TAGS:
        return THRESHOLDS.section_below
    if part is Label.NAVIGATION:
        return THRESHOLDS.opening_below
    return THRESHOLDS.caption_below if part in (Label.CAPTION, Label.CREDIT) else 0.0


def _fits(lines: Sequence[ListLine], candidates: Candidates) -> dict[str, float]:
    """How many lines of the list each shape covers where it fits.

    A line counts by its share, and a place where the shape fits with doubts counts less: half for each bit.
    """
    shares = list(accumulate([line.share for line in lines], initial=0.0))
    costs = list(accumulate([-log2(line.share) for line in lines], initial=THRESHOLDS.item))
    stops: dict[str, int] = {}
    counts: dict[str, float] = defaultdict(float)
    times: Counter[str] = Counter()
    for beginning in candidates:
        for one in beginning:
            if one.start >= stops.get(one.shape, 0):
                stops[one.shape] = one.stop
                doubts = one.cost - THRESHOLDS.item - (costs[one.stop] - costs[one.start])
                counts[one.shape] += (shares[one.stop] - shares[one.start]) * 2**-doubts
                times[one.shape] += 1
    for shape, number in times.items():
        counts[shape] *= 1 - THRESHOLDS.first_fit / number
    return counts


def _prices(own: Mapping[str, float], total: float, page: Mapping[str, float], page_total: float) -> Price:
    """What shapes cost in a list that has them as often as `own` says; `page` counts those of all lists."""
    whole = total + THRESHOLDS.other_lists * page_total + THRESHOLDS.unknown_shape

    @cache
    def price(shape: str) -> float:
        count = own.get(shape, 0.0) + THRESHOLDS.other_lists * page.get(shape, 0.0) + THRESHOLDS.unknown_shape
        bits = max(0.0, -log2(count / whole))
        return min(bits, THRESHOLDS.opened) if "O" in shape else bits

    return price


def _cheapest(lines: Sequence[ListLine], candidates: Candidates, price: Price) -> list[Item]:
    """The items of the cut with the lowest cost.

    Goes from the end of the list to its beginning.  `best` has the lowest cost of the rest of the list from each line
    on, for each letter with which items may begin; `chosen` has the first step on the way to it, and the letter there.
    """
    letters = sorted({one.shape[0] for beginning in candidates for one in beginning})
    if not letters:
        return []
    best = {letter: [0.0] * (len(lines) + 1) for letter in letters}
    chosen: dict[str, list[tuple[Item | None, str]]] = {letter: [(None, letter)] * len(lines) for letter in letters}
    for start in range(len(lines) - 1, -1, -1):
        outside = lines[start].outside
        begins = lines[start].begins
        priced = [(one, one.cost + price(one.shape)) for one in candidates[start]]
        if begins:
            priced = [(one, min(cost, one.cost + THRESHOLDS.opened)) for one, cost in priced]
        other = 0.0 if begins else THRESHOLDS.other_opening
        for letter in letters:
            row = best[letter]
            lowest, choice = row[start + 1] + outside, None
            for one, cost in priced:
                whole = row[one.stop] + cost + other * (one.shape[0] != letter)
                if whole < lowest:
                    lowest, choice = whole, one
            row[start], chosen[letter][start] = lowest, (choice, letter)
        cheapest = min(letters, key=lambda letter, at=start: best[letter][at])  # type: ignore[misc]
        limit = best[cheapest][start] + THRESHOLDS.new_opening
        for letter in letters:
            if best[letter][start] > limit:
                best[letter][start], chosen[letter][start] = limit, chosen[cheapest][start]
    return _way(chosen, min(letters, key=lambda letter: best[letter][0]))


def _way(chosen: dict[str, list[tuple[Item | None, str]]], letter: str) -> list[Item]:
    """The items on the way through `chosen` that begins with the letter."""
    items: list[Item] = []
    at = 0
    while at < len(chosen[letter]):
        one, letter = chosen[letter][at]
        if one is not None:
            items.append(one)
        at = one.stop if one is not None else at + 1
    return items
