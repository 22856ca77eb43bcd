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
from copydesk.repair import broken_sentences
from copydesk.repair.broken_sentences import CLOSING, COLON, COMMA, ENDS, LOWER, OPENING, Line


@dataclass(frozen=True, slots=True)
class ListThresholds:
    """Which short lines are the entries of a list.  Set with `python -m bench.lines`, November 2026."""

    max_entry: int = 60
    """Characters.  Longer lines are sentences, or pieces of one."""

    min_entries: int = 3
    """Lines of a list; two below a line that ends with a colon."""

    max_share_of_signs: float = 0.2
    """The share of an entry's line breaks that may look as if a sentence went on there."""

    min_letters_of_same_word: int = 4
    """Letters.  Two lines that begin with the same word of this length are entries."""


LISTS: Final = ListThresholds()

_FIRST_WORD = re.compile(r"\w+")
CLAUSE_END = re.compile(r";(?:\s\w{1,4})?$")
"""The end of an entry of a law: "raise the fine;", "close the road; and"."""

_AMOUNT = re.compile("\\d|[\N{VULGAR FRACTION ONE QUARTER}-\N{VULGAR FRACTION THREE QUARTERS}\u2150-\u215e]")
"""The beginning of an ingredient."""


def ends(run: Sequence[Line], language: str | None) -> frozenset[int]:
    """The numbers of the lines of a run that are entries of a list, and are hardly ever joined with the next line."""
    common = lexicon.commonest(language, broken_sentences.COMMONEST_WORDS)
    found: set[int] = set()
    for first, last in _blocks(run):
        has_colon = first > 0 and broken_sentences.end_class(run[first - 1].text) == COLON
        if last - first + 1 < LISTS.min_entries - has_colon:
            continue
        breaks = list(pairwise(line.text for line in run[first : last + 1]))
        signs = sum(_goes_on(line, following, common) for line, following in breaks)
        if signs <= LISTS.max_share_of_signs * len(breaks):
            found.update(range(first - has_colon, last))
            if last + 1 < len(run) and broken_sentences.begin_class(run[last + 1].text) != LOWER:
                found.add(last)
    for n, (line, following) in enumerate(pairwise(run)):
        if _is_alike(line.text, following.text):
            found.add(n)
    return frozenset(found)


def is_clause(run: Sequence[Line], n: int) -> bool:
    """Whether line n and one beside it end as clauses do that are entries of a list: they are never joined."""
    beside = run[max(0, n - 1) : n + 2]
    return (
        CLAUSE_END.search(run[n].text) is not None
        and sum(CLAUSE_END.search(line.text) is not None for line in beside) > 1
    )


def _is_alike(line: str, following: str) -> bool:
    """Whether two lines begin with the same word, as entries of a list do, or the second one has no word at all."""
    first, second = _FIRST_WORD.match(line), _FIRST_WORD.match(following)
    if first and second:
        return len(first[0]) >= LISTS.min_letters_of_same_word and first[0].casefold() == second[0].casefold()
    return not any(map(str.isalnum, following))


def _blocks(run: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """(first, last) number of each stretch of short lines in a run."""
    first = None
    for n, line in enumerate(run):
        if len(line.text) <= LISTS.max_entry:
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
        broken_sentences.begin_class(following) in (COMMA, ENDS, CLOSING)
        or broken_sentences.end_class(line) in (COMMA, OPENING)
        or broken_sentences.last_word(line) in common
    )
