"""The entries of a shop's list: a name and a price, again and again.

The model knows such lines as menus, because most of them are short.  Each entry becomes a teaser: it announces the page
of a thing, as the entries of other lists do.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling import page_kinds
from copydesk.labelling.form_words import folded
from copydesk.labelling.hints import FIGURE
from copydesk.labelling.line import Line
from copydesk.labelling.state import LabelState
from copydesk.phrase_index import PhraseIndex
from copydesk.vocabulary import VOCABULARY, level, one_of


@dataclass(frozen=True, slots=True)
class PriceThresholds:
    """When lines are the entries of such a list.  Set in November 2026 with the shops in the kit of kinds."""

    max_price: int = 15
    """Words of a line with a price: "Special price $173 You save $27 Regular price $200"."""

    max_words_beside: int = 6
    """Words of such a line beside the amounts."""

    max_lines: int = 9
    """Lines from one price to the next."""

    max_name: int = 30
    """Words of the name of a thing."""

    min_letters: int = 4
    """Letters of that name."""

    min_entries: int = 5
    """Entries of a list."""

    min_announced: int = 2
    """Entries below the heading of other things that the shop sells."""

    to_heading: int = 3
    """Lines from that heading to the first name."""

    max_story_of_entries: float = 0.5
    """Share of names that the model takes for story: if there are more, a list without buttons is text."""

    to_button: int = 3
    """Lines from a price to the button that puts the thing into a cart."""

    max_other_stories: float = 0.5
    """The model's mean share for other stories of the names: from here on the list is cut as those are."""

    min_times: int = 3
    """A line that comes so often in a list is no name.  Figures at its beginning may differ: "28 reviews"."""

    max_price_of_thing: int = 50_000
    """Lists of houses and cars have the price above the name."""

    min_words_of_list: float = 0.5
    """Words of the list, as a part of the running text of the page.  Articles recommend a few things beside them."""


THRESHOLDS: Final = PriceThresholds()

PRICED_ENTRY = Rule(
    "label.priced-entry", "belongs to a shop's list: a name, its price and perhaps a button, again and again"
)
RULES: Final = (PRICED_ENTRY,)

_SIGN = one_of(VOCABULARY.forms.currency)
_FIGURES = r"\d{1,3}(?:[.,\s']?\d{3}){0,3}(?:[.,]\s?(?:\d\d|-))?"
_AMOUNT = re.compile(rf"(?<!\w){_SIGN}\s?{_FIGURES}\+?(?!\w|[.,]\d)|(?<![\w.,]){_FIGURES}\s?{_SIGN}(?!\w)")
"""A sum of money: "$1,299.00", "599,00 €".  Sums of thousands and millions ("$439K", "£5m") are prices of no shop."""

_BESIDE: Final = PhraseIndex([phrase for phrase in VOCABULARY.forms.beside_price if " " in phrase])
_CENTS = re.compile(r"[.,]\s?(?:\d\d|-)(?!\d)")
_NO_DIGIT = re.compile(r"\D")
_DIGITS = re.compile(r"\d+(?: \d+)*")
_WORD = re.compile(r"[^\W\d_]+")


class _Price(NamedTuple):
    """Lines with prices, one below the other: the numbers of the first and the last."""

    first: int
    last: int


class _Entry(NamedTuple):
    """The number of the line with the name of a thing, and the lines with its price."""

    name: int
    price: _Price

    @property
    def lines(self) -> range:
        """The numbers of all its lines."""
        return range(self.name, self.price.last + 1)


def find(state: LabelState) -> None:
    """Make the entries of such lists teasers."""
    words = sum([state.lines[n].words for n in state.running()])
    for prices in _lists(state.lines):
        entries = list(_entries(state, prices))
        is_announced = bool(entries) and _is_announced(state, min(entry.name for entry in entries))
        is_long = len(entries) >= (THRESHOLDS.min_announced if is_announced else THRESHOLDS.min_entries)
        if is_long and _has_price_below(state.lines, prices) and _is_list_of_shop(state, entries, words):
            for entry in entries:
                _label(state, entry)
            for n in _buttons(state.lines, entries):
                if state.verdicts[n] is None:
                    state.set_label(n, Label.CONTROL, PRICED_ENTRY)


def _is_announced(state: LabelState, first: int) -> bool:
    """Whether the heading of other things that the shop sells is above the first name."""
    above = range(max(0, first - THRESHOLDS.to_heading), first)
    return any(state.label(n) is Label.TEASER_HEADING or state.lines[n].folded in folded("other_things") for n in above)


def _is_list_of_shop(state: LabelState, entries: Sequence[_Entry], words_of_story: int) -> bool:
    """Whether the entries are a list that the model takes for furniture, or that has buttons, on the page of a shop."""
    names = [entry.name for entry in entries]
    if sum([state.other_stories(n) for n in names]) >= THRESHOLDS.max_other_stories * len(names):
        return False
    own = sum([state.lines[n].words for entry in entries for n in entry.lines])
    is_page = own >= THRESHOLDS.min_words_of_list * words_of_story
    if sum([state.story[n] for n in names]) > THRESHOLDS.max_story_of_entries * len(names):
        return is_page and _has_buttons(state.lines, entries)
    is_signed = any(verdict is not None and verdict.label is Label.BYLINE for verdict in state.verdicts)
    return is_page or (not is_signed and page_kinds.is_product(state.lines))


def _has_buttons(lines: Sequence[Line], entries: Sequence[_Entry]) -> bool:
    """Whether most of the entries have such a button: no menu of a restaurant has them."""
    return 2 * len(_buttons(lines, entries)) > len(entries)


def _buttons(lines: Sequence[Line], entries: Sequence[_Entry]) -> list[int]:
    """The buttons below the prices that put the things into a cart."""
    ends = [entry.price.last + 1 for entry in entries]
    below = range(min(ends), min(max(ends) + THRESHOLDS.to_button, len(lines)))
    return [n for n in below if page_kinds.is_one_of(lines[n], "product")]


def _label(state: LabelState, entry: _Entry) -> None:
    """Make the lines of an entry a teaser.  Numbers between the name and the price count reviews or stars."""
    for n in entry.lines:
        if state.verdicts[n] is None and (n >= entry.price.first or _WORD.search(state.lines[n].text)):
            state.set_label(n, Label.TEASER, PRICED_ENTRY)
            state.set_part(n, Label.TITLE if n == entry.name else Label.PARAGRAPH, begins=n == entry.name)


def _lists(lines: Sequence[Line]) -> Iterator[list[_Price]]:
    """The prices of each list, in order."""
    prices: list[_Price] = []
    for price in _prices(lines):
        if prices and price.first - prices[-1].last > THRESHOLDS.max_lines:
            yield prices
            prices = []
        prices.append(price)
    yield prices


def _prices(lines: Sequence[Line]) -> Iterator[_Price]:
    """The prices of a page, in order; prices one below the other are one."""
    first: int | None = None
    for n, line in enumerate(lines):
        if _is_price(line):
            first = n if first is None else first
        elif first is not None:
            yield _Price(first, n - 1)
            first = None
    if first is not None:
        yield _Price(first, len(lines) - 1)


def _entries(state: LabelState, prices: Sequence[_Price]) -> Iterator[_Entry]:
    """The entries of a list: for each price, the name above."""
    lines = state.lines
    if not prices or _are_of_houses(lines, prices):
        return
    start = max(0, prices[0].first - THRESHOLDS.max_lines)
    times = Counter(_key(line) for line in lines[start : prices[-1].last + 1])
    again = {text for text, count in times.items() if count >= THRESHOLDS.min_times}
    reach = 1
    for above, price in pairwise(prices):
        name = _name(state, range(max(above.last + 1, price.first - THRESHOLDS.max_lines), price.first), again)
        if name is not None:
            reach = max(reach, price.first - name)
            yield _Entry(name, price)
    # above the first price are also other lines, so its name is no farther away than the others are from theirs
    first = prices[0].first
    name = _name(state, range(max(0, first - reach), first), again)
    if name is not None:
        yield _Entry(name, prices[0])


def _name(state: LabelState, numbers: range, again: Collection[str]) -> int | None:
    """The first of the lines with the most words between two prices; none if it may be no name of a thing."""
    lines = state.lines
    may_be = [n for n in numbers if state.verdicts[n] is None and _may_be_name(lines[n], again)]
    name = max(may_be, key=lambda n: (lines[n].words, -n), default=None)
    return None if name is None or (lines[name].is_prose and lines[name].ends) else name


def _may_be_name(line: Line, again: Collection[str]) -> bool:
    """Whether the line may be the name of a thing: no date, no button or mark, and none of the lines in `again`."""
    if line.words > THRESHOLDS.max_name or _key(line) in again or line.facts.is_timestamp:
        return False
    letters = sum(map(len, _WORD.findall(line.text)))
    return letters >= THRESHOLDS.min_letters and not _is_beside_price(line)


def _is_beside_price(line: Line) -> bool:
    """Whether the line is a button, a mark or a rating; a name may begin with one of their single words."""
    if line.folded in folded("beside_price") or line.text.partition(" ")[0].endswith(":"):
        return True
    return _BESIDE.begins(level(line.text))


def _has_price_below(lines: Sequence[Line], prices: Sequence[_Price]) -> bool:
    """Whether each price is that of the thing above it, as nearly all shops print it.

    A button that comes again and again parts two entries.  If one is right above the next price as often as right below
    a price, the price may begin an entry.
    """
    times = Counter(line.folded for line in lines[prices[0].first : prices[-1].last + 1])
    below = above = 0
    for price, next_price in pairwise(prices):
        first, last = price.last + 1, next_price.first - 1
        if first < last:
            below += times[lines[first].folded] >= THRESHOLDS.min_times and _is_beside_price(lines[first])
            above += times[lines[last].folded] >= THRESHOLDS.min_times and _is_beside_price(lines[last])
    return above == 0 or below > above


def _are_of_houses(lines: Sequence[Line], prices: Sequence[_Price]) -> bool:
    """Whether most of the prices are so high that the list is one of houses or cars."""
    amounts = [found[0] for price in prices if (found := _AMOUNT.search(lines[price.first].text))]
    sums = [int(_NO_DIGIT.sub("", _CENTS.sub("", amount))) for amount in amounts]
    return 2 * sum([each >= THRESHOLDS.max_price_of_thing for each in sums]) > len(sums)


def _key(line: Line) -> str:
    """The folded line; without its figures if it begins with one: "28 reviews" and "3 colors" are no names."""
    return _DIGITS.sub("0", line.folded) if line.folded[:1].isdigit() else line.folded


def _is_price(line: Line) -> bool:
    """Whether the line only has a price, or several, perhaps with a few words: "From $99", "Was €20 Now €15"."""
    if not line.hints & FIGURE or line.words > THRESHOLDS.max_price or line.is_prose:
        return False
    rest, amounts = _AMOUNT.subn(" ", line.text)
    return amounts > 0 and len(_WORD.findall(rest)) <= THRESHOLDS.max_words_beside
