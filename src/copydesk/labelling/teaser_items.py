"""Cuts the lists of other stories on a page into their items, each list at once.

Within one list the items are built alike: kicker, headline, date; kicker, headline, date.  So first every stretch of
lines that may be an item is written down with its shape, such as "KTD".  Then the list is cut into items, and lines
that belong to none, at the lowest cost in bits; a shape that comes again and again in the list costs little.

The same lines can be read as parts in many ways.  A reading grows line by line, and of all readings that can go on in
the same way only the cheapest grows: so the time is linear in the lines of a list.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate
from math import log2
from typing import Final, NamedTuple, TypeAlias

from copydesk.document import Label
from copydesk.labelling.teaser_parts import Options


@dataclass(frozen=True, slots=True)
class ItemThresholds:
    """Sizes and costs of items.  Set with `python -m bench.teasers`, November 2026.  Costs are in bits."""

    max_lines: int = 14
    """Lines of an item."""

    max_above: int = 6
    """Lines of an item above its headline."""

    max_doubts: float = 12.0
    """Cost of all doubts about the parts of an item; what costs more is no item.

    Without it one page of 763 is cut in another way, and cutting takes three times as long.
    """

    max_growing: int = 12
    """Readings of the same lines as the beginning of an item; the cheapest go on.

    For hostile lists: it decides nothing on the kit.
    """

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


class Item(NamedTuple):
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

Ending: TypeAlias = tuple[str, int, bool]
"""Where an item goes on: its shape, its place (`ABOVE`, `RIGHT_BELOW` or `BELOW`), and whether a section is last.

Only these say what may follow and what it costs, so of all readings with the same ending the cheapest is enough.
"""

Growing: TypeAlias = Mapping[Ending, tuple[float, tuple[Label, ...]]]
"""The cheapest reading of some lines for each ending: its cost, and its parts."""

ABOVE: Final = 0
RIGHT_BELOW: Final = 1
BELOW: Final = 2
"""Above the headline or blurb, right below the headline, and farther below it or below a blurb."""

BEGINNING: Final[Ending] = ("", ABOVE, False)

MAX_STEPS: Final = 2**14
"""Steps from ending to ending that are remembered: the 763 pages of the kit take 12,000."""


def cut(lists: Sequence[Sequence[ListLine]]) -> list[list[Item]]:
    """The items of each list of a page, in order."""
    candidates = [_candidates(lines) for lines in lists]
    counts: list[Mapping[str, float]] = [_fits(lines, each) for lines, each in zip(lists, candidates, strict=True)]
    candidates = [_worthwhile(*each) for each in zip(lists, candidates, strict=True)]
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
    options = [_options(line) for line in lines]
    return [
        _beginning(lines, costs, options, start, 0.0 if start == 0 or lines[start].apart else torn)
        for start in range(len(lines))
    ]


def _options(line: ListLine) -> tuple[Options, Options, Options]:
    """The parts that the line may be above the headline or blurb, right below the headline, and farther below."""
    below = tuple([option for option in line.options if option[0] is not Label.TITLE])
    if line.repeats:
        return line.options, ((Label.DUPLICATE, 0.0),), below
    return line.options, ((Label.TITLE, 0.0),) if line.goes_on else below, below


def _beginning(
    lines: Sequence[ListLine],
    costs: Sequence[float],
    options: Sequence[tuple[Options, Options, Options]],
    start: int,
    border: float,
) -> list[Item]:
    """The items that may begin with the line `start`, where a border costs `border`.

    An item has one headline (which may go over several lines, or be printed twice), or a blurb or a caption instead.
    """
    found: list[Item] = []
    growing: Growing = {BEGINNING: (THRESHOLDS.item + border, ())}
    limit = THRESHOLDS.item + THRESHOLDS.max_doubts
    for at in range(start, min(start + THRESHOLDS.max_lines, len(lines))):
        limit += costs[at]
        growing = _longer(growing, costs[at], options[at], limit, apart=lines[at].apart)
        for (shape, place, _), (cost, parts) in growing.items():
            if place != ABOVE:
                found.append(Item(start, at + 1, shape, cost, parts))
            elif "C" in shape:
                found.append(Item(start, at + 1, shape, cost + THRESHOLDS.without_headline, parts))
        if at + 1 < len(lines) and lines[at + 1].begins:
            break
        if at - start >= THRESHOLDS.max_above:
            growing = {ending: reading for ending, reading in growing.items() if ending[1] != ABOVE}
        if not growing:
            break
    return found


def _longer(
    growing: Growing, cost: float, options: tuple[Options, Options, Options], limit: float, *, apart: bool
) -> Growing:
    """The readings with one more line, which costs `cost` as any part; without those that cost more than `limit`."""
    longer: dict[Ending, tuple[float, tuple[Label, ...]]] = {}
    for ending, (before, parts) in growing.items():
        for part, doubt in options[ending[1]]:
            grown, more = _step(ending, part, apart)
            whole = before + cost + doubt + more
            if whole <= limit and (grown not in longer or whole < longer[grown][0]):
                longer[grown] = whole, (*parts, part)
    if len(longer) > THRESHOLDS.max_growing:
        return dict(sorted(longer.items(), key=lambda one: one[1][0])[: THRESHOLDS.max_growing])
    return longer


@lru_cache(maxsize=MAX_STEPS)
def _step(ending: Ending, part: Label, apart: bool) -> tuple[Ending, float]:
    """The ending with one more part, and what the part costs there beside the doubt about its line.

    `apart` says whether a blank line is above the part.
    """
    shape, place, is_section = ending
    letter = _LETTERS[part]
    cost = _cost_above(part) if place == ABOVE else _cost_below(part)
    if shape.endswith("B") and letter == "B":
        cost += THRESHOLDS.second_blurb
    elif letter in shape and not shape.endswith(letter):
        cost += THRESHOLDS.again
    if letter == "K" and is_section and place == ABOVE:
        cost += THRESHOLDS.second_section
    if letter == "T":
        place = RIGHT_BELOW
    elif letter == "B" or place != ABOVE:
        place = BELOW
    if not (shape.endswith(letter) or (letter == "N" and shape.endswith(("K", "D")))):
        shape += f"^{letter}" if apart and shape else letter
    return (shape, place, part is Label.TAGS), cost


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


def _worthwhile(lines: Sequence[ListLine], candidates: Candidates) -> list[list[Item]]:
    """The items that cost less than their lines cost outside of all items.  No cut has others, at any prices."""
    outside = list(accumulate([line.outside for line in lines], initial=0.0))
    return [[one for one in beginning if one.cost < outside[one.stop] - outside[one.start]] for beginning in candidates]


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
        outside, begins = lines[start].outside, lines[start].begins
        priced = _priced(candidates[start], price, begins=begins)
        if not priced:
            for row in best.values():
                row[start] = row[start + 1] + outside
            continue
        other = 0.0 if begins else THRESHOLDS.other_opening
        for letter, row in best.items():
            lowest, choice = row[start + 1] + outside, None
            for (stop, opening), (cost, one) in priced.items():
                whole = row[stop] + (cost if opening == letter else cost + other)
                if whole < lowest:
                    lowest, choice = whole, one
            row[start], chosen[letter][start] = lowest, (choice, letter)
        cheapest = min(letters, key=lambda letter, at=start: best[letter][at])  # type: ignore[misc]
        limit = best[cheapest][start] + THRESHOLDS.new_opening
        for letter in letters:
            if best[letter][start] > limit:
                best[letter][start], chosen[letter][start] = limit, chosen[cheapest][start]
    return _way(chosen, min(letters, key=lambda letter: best[letter][0]))


def _priced(items: Sequence[Item], price: Price, *, begins: bool) -> dict[tuple[int, str], tuple[float, Item]]:
    """The cheapest of the items that begin with a line, with its cost, by its end and the letter that it begins with.

    `begins` says whether the line can only be the first of an item: then hardly any shape is a surprise.
    """
    cheapest: dict[tuple[int, str], tuple[float, Item]] = {}
    for one in items:
        surprise = price(one.shape)
        cost = one.cost + (min(surprise, THRESHOLDS.opened) if begins else surprise)
        key = one.stop, one.shape[0]
        if key not in cheapest or cost < cheapest[key][0]:
            cheapest[key] = cost, one
    return cheapest


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
