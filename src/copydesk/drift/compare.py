"""Which figures of a source have changed: its new dumps compared with those of its earlier runs.

A source has at most one false alarm in ALARM_MONTHS months, all its figures and runs together.  This is the correction
of Bonferroni: each test may go wrong with a probability of 1 / (ALARM_MONTHS * FIGURES * runs a month).
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from statistics import median
from typing import Final, TypeAlias

from copydesk.drift import chance
from copydesk.drift.figures import Figures

ALARM_MONTHS: Final = 200
"""Months of a source in which there is at most one false alarm (issue 23; `python -m bench.drift` measures it)."""

MIN_CHANGE: Final = 0.2
"""The least difference of two shares, or of the mean ranks as a share of all ranks, that is worth an alarm.

Among thousands of dumps a change of one in a hundred is beyond chance too, and no one needs to act on it.
"""

MAX_HISTORY: Final = 500
MAX_OF_RUN: Final = 100
"""Dumps of the history that new ones are compared with: of each of the last runs at most MAX_OF_RUN.

A source may change slowly, so the latest count; and several runs show how much they differ from each other.
"""

MAX_NEW: Final = 1000
"""New dumps that are compared: those with the smallest ids.  Ids are digests, so this is a sample by chance, and so is
that of the history."""

MAX_HISTORY_LINES: Final = 200
"""Dumps of the history of which the lines are stored, the latest."""

MAX_SAME_TITLE: Final = 0.5
"""A title on a larger share of the stories of a run is no title, but a line of a menu that was taken for it."""

USUAL: Final = 0.8
"""A line on this share of a source's earlier pages is one of its usual lines."""

MIN_USUAL_LINES: Final = 3
"""Usual lines that a source must have if its template is compared: one or two are a heading, and no template."""

HAS_TEMPLATE: Final = 0.5
"""A page with this share of the usual lines has the usual template."""

NEW_ON: Final = 0.9
OLD_ON: Final = 0.05
"""A line is new on every page if at least this share of the new pages has it, and at most that share of the old ones.

A tenth of the new pages can be older ones that were fetched late.
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """A dump of a source: the run to which it belongs, its figures, and the digests of its lines, if stored."""

    run: int
    figures: Figures
    lines: frozenset[int] | None


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that has changed: its name, its value in the new dumps and in the history, and the probability.

    A share is `count` of `of` dumps, and the median of a number is `count`, with `of` the number of dumps.  `detail`
    is the usual language.  `probability` is that of such a difference by chance.
    """

    figure: str
    count: float
    of: int
    count_before: float
    of_before: int
    probability: float
    detail: str = ""


Share: TypeAlias = Callable[[Seen], bool | None]
Number: TypeAlias = Callable[[Figures], float | None]

TITLE: Final = "title"
LANGUAGE: Final = "language"
TEMPLATE: Final = "template"

SHARES: Final[Mapping[str, Callable[[Figures], bool | None]]] = {
    "rejected": attrgetter("rejected"),
    "story": attrgetter("story"),
    "date": attrgetter("date"),
    "authors": attrgetter("authors"),
    "cut": attrgetter("cut"),
}
"""The figures that a dump has or has not."""

NUMBERS: Final[Mapping[str, Number]] = {
    "words": attrgetter("words"),
    "confidence": attrgetter("confidence"),
    "met": attrgetter("met"),
}
"""The figures that are numbers."""

FIGURES: Final = len(SHARES) + len(NUMBERS) + 3
"""All figures that are compared, with the title, the language and the template."""


def level(runs_a_month: int) -> float:
    """The probability below which a figure has changed."""
    return 1 / (ALARM_MONTHS * FIGURES * runs_a_month)


def changes(old: Sequence[Seen], new: Sequence[Seen], runs_a_month: int) -> tuple[Change, ...]:
    """The figures in which the new dumps differ from the old ones beyond chance, in a fixed order.

    `old` is in the order of the runs.  The result does not depend on the order of the dumps of a run.
    """
    found = [_compare_shares(name, _share(value), old, new) for name, value in SHARES.items()]
    found += [_compare_numbers(name, value, old, new) for name, value in NUMBERS.items()]
    found += [_compare_titles(old, new), _compare_language(old, new), _compare_template(old, new)]
    highest = level(runs_a_month)
    return tuple(one for one in found if one and one.probability < highest)


def _share(value: Callable[[Figures], bool | None]) -> Share:
    return lambda dump: value(dump.figures)


def _compare_shares(
    name: str, value: Share, old: Sequence[Seen], new: Sequence[Seen], detail: str = ""
) -> Change | None:
    """The change of a share; None if too few dumps have the figure, or if it has hardly changed."""
    batches = [_count(list(group), value) for _, group in groupby(old, attrgetter("run"))]
    before, of_before = (sum(column) for column in zip(*batches, strict=True)) if batches else (0, 0)
    count, of = _count(new, value)
    if not of or not of_before or abs(count / of - before / of_before) < MIN_CHANGE:
        return None
    dispersion = chance.share_dispersion([batch for batch in batches if batch[1]])
    probability = chance.share_test(count, of, before, of_before, dispersion)
    return Change(name, count, of, before, of_before, probability, detail)


def _count(dumps: Sequence[Seen], value: Share) -> tuple[int, int]:
    """(dumps that have it, dumps of which it is known)."""
    known = [found for dump in dumps if (found := value(dump)) is not None]
    return sum(known), len(known)


def _compare_numbers(name: str, value: Number, old: Sequence[Seen], new: Sequence[Seen]) -> Change | None:
    """The change of a number; None if too few dumps have the figure, or if it has hardly changed."""
    before = [(dump.run, own) for dump in old if (own := value(dump.figures)) is not None]
    now = [own for dump in new if (own := value(dump.figures)) is not None]
    if not before or not now:
        return None
    ranks = chance.ranks([own for _, own in before] + now)
    old_ranks, new_ranks = ranks[: len(before)], ranks[len(before) :]
    if abs(sum(new_ranks) / len(now) - sum(old_ranks) / len(before)) < MIN_CHANGE * len(ranks):
        return None
    by_run = groupby(zip((run for run, _ in before), old_ranks, strict=True), lambda one: one[0])
    dispersion = chance.rank_dispersion([[rank for _, rank in group] for _, group in by_run])
    probability = chance.rank_test(new_ranks, old_ranks, dispersion)
    return Change(name, median(now), len(now), median(own for _, own in before), len(before), probability)


def _compare_titles(old: Sequence[Seen], new: Sequence[Seen]) -> Change | None:
    """The change of the share of stories with a title that is not that of most stories of the run."""
    stories = Counter(dump.run for dump in (*old, *new) if dump.figures.story)
    titles = Counter((dump.run, dump.figures.title) for dump in (*old, *new) if dump.figures.title)

    def has_own_title(dump: Seen) -> bool | None:
        title = dump.figures.title
        if title is None:
            return None
        return title != 0 and titles[dump.run, title] <= MAX_SAME_TITLE * stories[dump.run]

    return _compare_shares(TITLE, has_own_title, old, new)


def _compare_language(old: Sequence[Seen], new: Sequence[Seen]) -> Change | None:
    """The change of the share of stories in the most frequent language of the history."""
    languages = Counter(dump.figures.language for dump in old if dump.figures.language)
    if not languages:
        return None
    usual = min(languages, key=lambda tag: (-languages[tag], tag))
    known = _language_is(usual)
    return _compare_shares(LANGUAGE, known, old, new, detail=usual)


def _language_is(usual: str) -> Share:
    return lambda dump: dump.figures.language == usual if dump.figures.language else None


def _compare_template(old: Sequence[Seen], new: Sequence[Seen]) -> Change | None:
    """The change of the share of pages with the usual lines of the source."""
    pages = _on_pages(old)
    size = sum(dump.lines is not None for dump in old)
    usual = frozenset(line for line, count in pages.items() if count >= USUAL * size)
    if len(usual) < MIN_USUAL_LINES:
        return None

    def has_template(dump: Seen) -> bool | None:
        if dump.lines is None:
            return None
        return len(usual & dump.lines) >= HAS_TEMPLATE * len(usual)

    return _compare_shares(TEMPLATE, has_template, old, new)


def _on_pages(dumps: Sequence[Seen]) -> Counter[int]:
    """For each line the number of dumps that have it."""
    return Counter(line for dump in dumps if dump.lines is not None for line in dump.lines)


def new_lines(old: Sequence[Seen], new: Sequence[Seen]) -> frozenset[int]:
    """The lines that are on nearly all new pages and on hardly any old one."""
    before, now = _on_pages(old), _on_pages(new)
    sizes = [sum(dump.lines is not None for dump in dumps) for dumps in (old, new)]
    return frozenset(
        line for line, count in now.items() if count >= NEW_ON * sizes[1] and before[line] <= OLD_ON * sizes[0]
    )
