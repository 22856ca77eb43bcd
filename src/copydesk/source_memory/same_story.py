"""Which pages of a source have the same story: copies count as one page, or a wire story would look like a menu."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from copydesk.disjoint_sets import DisjointSets
from copydesk.source_memory.line_keys import LONG_LINE
from copydesk.source_memory.pages import SourcePages

MIN_LIKENESS: Final = 0.5
"""Pages have the same story if this share of their long lines is on both: weighted Jaccard likeness.

A line weighs its characters times the share of pages that do not have it, so that long notices count little.
"""

HASHES: Final = 16
"""Hash functions of MinHash (Broder 1997).  Two pages with MIN_LIKENESS agree in none of them with a chance of 1 in
65,000; lines that most pages have are left out before."""

MAX_SHARE: Final = 0.5
MIN_PAGES: Final = 20
"""From MIN_PAGES pages on, lines on more than this share of the pages say nothing about the story."""

MAX_COMPARED: Final = 50
"""Groups with which a page is compared for one hash: a notice that many pages have would compare all with all."""

_PRIME: Final = 2**61 - 1
_FACTORS: Final = [pow(0x9E3779B97F4A7C15 % _PRIME, number + 1, _PRIME) for number in range(HASHES)]


def groups(source: SourcePages) -> list[int]:
    """For each page the number of its group: the place of the first page with the same story."""
    long_lines = [_long_lines(source, place) for place in range(len(source.pages))]
    on_pages = Counter(line for lines in long_lines for line in lines)
    count = len(long_lines)
    most = MAX_SHARE * count if count >= MIN_PAGES else count
    telling = [{line for line in lines if on_pages[line] <= most} for lines in long_lines]
    weights = {line: source.lines[line].length * (1 - times / (count + 1)) for line, times in on_pages.items()}
    alike = DisjointSets(count)
    buckets: dict[tuple[int, int], list[int]] = {}
    for place, lines in enumerate(telling):
        for bucket in _signature(lines):
            buckets.setdefault(bucket, []).append(place)
    for places in buckets.values():
        _join(places, telling, weights, alike)
    return [alike.group(place) for place in range(count)]


def _long_lines(source: SourcePages, place: int) -> set[int]:
    return {line for line in source.pages[place].lines if source.lines[line].length >= LONG_LINE}


def _signature(lines: set[int]) -> list[tuple[int, int]]:
    """For each hash function its number and the smallest hash of the lines."""
    if not lines:
        return []
    return [(number, min(line * factor % _PRIME for line in lines)) for number, factor in enumerate(_FACTORS)]


def _join(places: Sequence[int], lines: Sequence[set[int]], weights: dict[int, float], alike: DisjointSets) -> None:
    """Put pages that agree in one hash into one group, where they are really alike.  Each is compared with few."""
    leaders: list[int] = []
    for place in places:
        own = alike.group(place)
        if any(alike.group(other) == own for other in leaders):
            continue
        for other in leaders:
            if _likeness(lines[place], lines[other], weights) >= MIN_LIKENESS:
                alike.join(place, other)
                break
        else:
            if len(leaders) < MAX_COMPARED:
                leaders.append(place)


def _likeness(one: set[int], other: set[int], weights: dict[int, float]) -> float:
    """The weight of the lines that both have, as a share of the weight of the lines that one of them has."""
    both = sum(weights[line] for line in sorted(one & other))
    either = sum(weights[line] for line in sorted(one | other))
    return both / either if either else 0.0
