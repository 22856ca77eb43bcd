"""Finds the entries of lists, which look like pieces of a sentence: small letters, no full stop.

Pieces of a sentence that was broken at tags end or begin in the middle of it: with "of the", with a comma.  A run of
short lines of which hardly any does so is a list, a menu, verse or an address.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from copydesk import lexicon
from copydesk.repair import line_ends
from copydesk.repair.line_ends import CLOSING, COLON, COMMA, CONTINUES, ENDS, OPENING, Line


@dataclass(frozen=True, slots=True)
class ListThresholds:
    """Which short lines are the entries of a list.  Set with `python -m bench.lines`, November 2026."""

    max_entry: int = 60
    """Characters.  Longer lines are sentences, or pieces of one."""

    max_long_entry: int = 90
    """The same for entries between two sentences of which none ends as a sentence does."""

    min_entries: int = 3
    """Lines of a list; two below a line that ends with a colon."""

    max_share_of_signs: float = 0.2
    """The share of an entry's line breaks that may look as if a sentence went on there."""

    max_label: int = 3
    """Words of a label, as menus have them.  Its last word is no sign: "about us", "who we are"."""

    max_share_of_signs_of_labels: float = 0.5
    """The same share in a stretch of lines that are all labels."""

    min_letters_of_same_word: int = 4
    """Letters.  Two lines that begin with the same word of this length are entries."""


LISTS: Final = ListThresholds()

_FIRST_WORD = re.compile(r"\w+")
_AMOUNT = re.compile("\\d|[\N{VULGAR FRACTION ONE QUARTER}-\N{VULGAR FRACTION THREE QUARTERS}\u2150-\u215e]")
"""The beginning of an ingredient."""


@dataclass(frozen=True, slots=True)
class Entries:
    """The numbers of the lines of a run that are entries of a list."""

    likely: frozenset[int]
    """These are hardly ever joined with the next line."""

    certain: frozenset[int]
    """These are never joined with it: no line break of their list looks as if a sentence went on there."""


def ends(run: Sequence[Line], language: str | None) -> Entries:
    """The entries of the lists in a run."""
    common = lexicon.commonest(language, line_ends.COMMONEST_WORDS)
    likely: set[int] = set()
    certain: set[int] = set()
    for first, last in blocks(run):
        has_colon = first > 0 and line_ends.end_class(run[first - 1].text) == COLON
        if last - first + 1 < LISTS.min_entries - has_colon:
            continue
        lines = [line.text for line in run[first : last + 1]]
        breaks = list(pairwise(lines))
        signs = sum(_goes_on(line, following, common) for line, following in breaks)
        are_labels = all(line.count(" ") < LISTS.max_label for line in lines)
        max_share = LISTS.max_share_of_signs_of_labels if are_labels else LISTS.max_share_of_signs
        if signs > max_share * len(breaks):
            continue
        found = set(range(first - (has_colon or (are_labels and first > 0)), last))
        if last + 1 < len(run) and line_ends.begin_class(run[last + 1].text) not in CONTINUES:
            found.add(last)
        likely |= found
        if not signs or are_labels:
            certain |= found
    for first, last in blocks(run, LISTS.max_long_entry):
        if last - first + 1 < LISTS.min_entries or not _is_between_sentences(run, first, last):
            continue
        if not any(_goes_on(line.text, following.text, common) for line, following in pairwise(run[first : last + 1])):
            certain |= set(range(first, last + 1))
    for n, (line, following) in enumerate(pairwise(run)):
        if is_alike(line.text, following.text):
            likely.add(n)
    return Entries(frozenset(likely), frozenset(certain))


def _is_between_sentences(run: Sequence[Line], first: int, last: int) -> bool:
    """Whether lines that end as no sentence does have whole sentences above and below them."""
    end_class, begin_class = line_ends.end_class, line_ends.begin_class
    is_below = first == 0 or end_class(run[first - 1].text) in (ENDS, COLON)
    is_above = last + 1 == len(run) or begin_class(run[last + 1].text) not in CONTINUES
    return is_below and is_above and all(end_class(line.text) != ENDS for line in run[first : last + 1])


def is_alike(line: str, following: str) -> bool:
    """Whether two lines begin with the same word, as entries of a list do, or one of them has no word at all."""
    first, second = _FIRST_WORD.match(line), _FIRST_WORD.match(following)
    if first and second:
        return len(first[0]) >= LISTS.min_letters_of_same_word and first[0].casefold() == second[0].casefold()
    return not (any(map(str.isalnum, line)) and any(map(str.isalnum, following)))


def blocks(run: Sequence[Line], longest: int = LISTS.max_entry) -> Iterator[tuple[int, int]]:
    """(first, last) number of each stretch of lines in a run that have at most so many characters."""
    first = None
    for n, line in enumerate(run):
        if len(line.text) <= longest:
            first = n if first is None else first
        elif first is not None:
            yield first, n - 1
            first = None
    if first is not None:
        yield first, len(run) - 1


def _goes_on(line: str, following: str, common: frozenset[str]) -> bool:
    """Whether a sentence clearly goes on from one line to the next."""
    if _AMOUNT.match(following):
        return False
    return (
        line_ends.begin_class(following) in (COMMA, ENDS, CLOSING)
        or line_ends.end_class(line) in (COMMA, OPENING)
        or (line_ends.end_class(line) != COLON and line_ends.last_word(line) in common)
    )
