"""What cleaning reads of a source: the lines that several of its pages have, with numbers about them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from copydesk.source_memory.pages import SourcePages
from copydesk.source_memory.same_story import groups

MAX_PARTS_OF_TITLES: Final = 200
"""Parts of titles of a source that are remembered, the most frequent first."""

MIN_TIMES: Final = 2
"""Pages (copies of a story count as one) from which on a line is remembered."""

MAX_ENTRIES: Final = 3_000
"""Lines of a source that are remembered, the most frequent first."""

HUNDREDTHS: Final = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """A line, or the masked form of lines, that several pages of a source have.

    `pages` is the number of pages with it.  `place` is its mean place on the page and `spread` the mean distance from
    it, in hundredths of the page's lines.  `repeated` are the hundredths of its neighbours that other pages have too,
    and `pair` the hundredths of its pages on which it has its most frequent neighbour.
    """

    pages: int
    place: int
    spread: int
    repeated: int
    pair: int


@dataclass(frozen=True, slots=True)
class TitlePart:
    """A part of titles: the pages that have it behind the headline, and those that have it at the end."""

    pages: int
    last: int


NO_PART: Final = TitlePart(0, 0)


@dataclass(frozen=True, slots=True)
class RememberedSource:
    """The memory of one source: the number of its pages, their digests, and entries by folded and by masked line.

    `parts` has the parts of titles by their folded texts; it is empty if a memory of version 1 was read.
    """

    name: str
    pages: int
    digests: frozenset[int]
    lines: Mapping[str, Entry]
    masked: Mapping[str, Entry]
    parts: Mapping[str, TitlePart] = field(default_factory=dict)


NOTHING: Final = RememberedSource("", 0, frozenset(), {}, {})


@dataclass(slots=True)
class _Counts:
    """Sums about a line while pages are counted.  Only whole numbers, so that no order changes them."""

    times: int = 0
    places: int = 0
    squares: int = 0
    neighbours: int = 0
    repeated: int = 0
    beside: Counter[int] = field(default_factory=Counter)


def remembered(source: SourcePages) -> RememberedSource:
    """The memory of a source, from all its pages."""
    group_of = groups(source)
    masked_of = {line: own.masked for line, own in source.lines.items()}
    exact_pages = [page.lines for page in source.pages]
    masked_pages = [tuple([masked_of[line] for line in lines]) for lines in exact_pages]
    on_exact, on_masked = (_repeated(pages, group_of) for pages in (exact_pages, masked_pages))
    is_repeated = [[line in on_masked for line in lines] for lines in masked_pages]
    lines = _entries(_count(exact_pages, on_exact, is_repeated), source.texts)
    more = {
        text: entry
        for text, entry in _entries(_count(masked_pages, on_masked, is_repeated), source.texts).items()
        if entry.pages > (lines[text].pages if text in lines else 0)
    }
    digests = frozenset(page.digest for page in source.pages)
    return RememberedSource(source.name, len(set(group_of)), digests, lines, more, _parts(source, group_of, on_exact))


def _parts(source: SourcePages, group_of: Sequence[int], on_pages: Mapping[int, int]) -> dict[str, TitlePart]:
    """The parts of titles that several pages have.  A first line that other pages have too is no title but a menu."""
    titles = [page.title if page.lines and page.lines[0] not in on_pages else () for page in source.pages]
    on_titles, at_end = _repeated(titles, group_of), _repeated([title[-1:] for title in titles], group_of)
    found = [
        (source.texts[part], TitlePart(pages, at_end.get(part, 0)))
        for part, pages in on_titles.items()
        if part in source.texts
    ]
    found.sort(key=lambda one: (-one[1].pages, one[0]))
    return dict(sorted(found[:MAX_PARTS_OF_TITLES]))


def _repeated(pages: Sequence[tuple[int, ...]], group_of: Sequence[int]) -> dict[int, int]:
    """For each line that is on MIN_TIMES pages or more their number; copies of a story count as one."""
    on_groups: dict[int, set[int]] = {}
    for lines, group in zip(pages, group_of, strict=True):
        for line in set(lines):
            on_groups.setdefault(line, set()).add(group)
    return {line: len(found) for line, found in on_groups.items() if len(found) >= MIN_TIMES}


def _count(
    pages: Sequence[tuple[int, ...]], on_pages: Mapping[int, int], is_repeated: Sequence[Sequence[bool]]
) -> dict[int, Entry]:
    """The entries of the lines in `on_pages`; `is_repeated` says for each line of each page whether others have it."""
    counts = {line: _Counts() for line in on_pages}
    for lines, known in zip(pages, is_repeated, strict=True):
        _add_page(lines, known, counts)
    found: dict[int, Entry] = {}
    for line, own in counts.items():
        mean = own.places // own.times
        variance = max(0, own.squares // own.times - mean * mean)
        pair = max(own.beside.values(), default=0)
        found[line] = Entry(
            pages=on_pages[line],
            place=mean,
            spread=round(variance**0.5),
            repeated=HUNDREDTHS * own.repeated // max(1, own.neighbours),
            pair=min(HUNDREDTHS, HUNDREDTHS * pair // own.times),
        )
    return found


def _add_page(lines: Sequence[int], is_repeated: Sequence[bool], counts: Mapping[int, _Counts]) -> None:
    """Add the places and the neighbours of the lines of a page that have counts."""
    for place, line in enumerate(lines):
        own = counts.get(line)
        if own is None:
            continue
        hundredths = HUNDREDTHS * place // len(lines)
        own.times += 1
        own.places += hundredths
        own.squares += hundredths * hundredths
        for near in (place - 1, place + 1):
            if 0 <= near < len(lines):
                own.neighbours += 1
                own.repeated += is_repeated[near]
                own.beside[lines[near] if near > place else ~lines[near]] += 1


def _entries(counted: Mapping[int, Entry], texts: Mapping[int, str]) -> dict[str, Entry]:
    """The entries by their texts, the most frequent MAX_ENTRIES, in the order of the texts."""
    found = [(texts[line], entry) for line, entry in counted.items() if line in texts]
    found.sort(key=lambda one: (-one[1].pages, one[0]))
    return dict(sorted(found[:MAX_ENTRIES]))
