"""The dates of publication and of the last change."""

from dataclasses import dataclass, replace
from typing import Final

from copydesk.document import STORY, Label
from copydesk.dump import Given
from copydesk.labelling.hints import FIGURE
from copydesk.labelling.state import BESIDE_TITLE, SIGNED
from copydesk.metadata.fact import NOTHING, Fact
from copydesk.metadata.page import LabelledLines, Page
from copydesk.parsing import dates

GUESS: Final = "page:htmldate"
"""The source of a date that htmldate finds where neither lines nor markup state one."""

MAX_LINES_BELOW: Final = 6
"""Lines below the story that may hold its date.  Set with `python -m bench.metadata`, November 2026."""

MAX_WORDS_WITH_DATE: Final = 14
"""Words of a line in the head that is no timestamp and still gives the date.  Set likewise."""


@dataclass(frozen=True, slots=True)
class Dates:
    """The dates of a story.  `is_said` tells whether a line says "published"."""

    updated: Fact[str | None] = NOTHING
    published: Fact[str | None] = NOTHING
    is_said: bool = False


def dates_of(page: Page, head: range) -> Dates:
    """The dates that the lines show, corrected and completed by those that container and page state."""
    lines, given = page.labelled, page.given
    shown = _shown(page, head)
    earlier = [
        (first, n)
        for n in lines.places(Label.NOTE)
        if (first := lines.facts[n].first_published) and first < (shown.published.value or "9")
    ]
    if earlier:
        first, n = earlier[0]
        updated = shown.updated if shown.updated.value else shown.published
        shown = Dates(updated, Fact(first, (lines.numbers[n],)), is_said=True)
    found = _with_stated(given, shown)
    return replace(found, published=Fact(given.date, (given.source_of("date"),))) if given.date else found


def _with_stated(given: Given, shown: Dates) -> Dates:
    """The dates that the lines show, corrected and completed by those that the page states.

    A date without such a word may be that of the last change, or
    the day of the visit.  The stated date wins in these cases:

    - the shown date is the same one with day and month in the other order
    - the shown date is the stated day of the last change
    - the shown date is later than all that the page states
    """
    stated, update = given.stated_date, given.stated_update
    of_page: Fact[str | None] = Fact(stated, (given.source_of("stated_date"),)) if stated else NOTHING
    updated, published = shown.updated, shown.published
    day = published.value
    if stated and day and _is_swapped(stated, day):
        published = of_page
    elif stated and day and not shown.is_said and _is_before(stated, day):
        if update and day[:10] == update[:10]:
            updated, published = (updated if updated.value else published), of_page
        elif day[:10] > max(stated, update or stated)[:10]:
            published = of_page
    if published.value is None:
        published = of_page
    is_change = update and not (published.value and update[:10] <= published.value[:10])
    if is_change and updated.value is None:  # pages state one even if nothing was changed
        updated = Fact(update, (given.source_of("stated_update"),))
    if published.value is None and (guess := given.guessed_date):
        published = Fact(guess, (GUESS,))
    return Dates(updated, published, shown.is_said)


def _is_swapped(stated: str, shown: str) -> bool:
    """Whether both are one date in figures, with day and month in another order."""
    first, second = dates.day(stated), dates.day(shown)
    return first != second and (first.year, first.month, first.day) == (second.year, second.day, second.month)


def _is_before(stated: str, shown: str) -> bool:
    """Whether the stated day is before the shown one, and not only because of another time zone."""
    days = (dates.day(shown) - dates.day(stated)).days
    return days > (0 if dates.has_own_zone(stated) else 1)


def _shown(page: Page, head: range) -> Dates:
    """The dates that the lines show.

    They come from the first of these places that has a date of publication: the head of the story, right above
    it, right below the story, other lines of the head, the only timestamp of the dump.
    """
    lines = page.labelled
    dated = (n for n, line in enumerate(page.lines) if line.hints & FIGURE and lines.labels[n] not in STORY)
    order = dates.order_of(lines.facts[n].text for n in dated)
    above = range(max(0, head.start - BESIDE_TITLE), head.start)
    others = [n for n in head if _may_be_dated(lines, n)]
    last = max((n for n, label in enumerate(lines.labels) if label in STORY), default=len(lines.facts))
    updated: Fact[str | None] = NOTHING
    published: Fact[str | None] = NOTHING
    is_said = False
    for place, labels in (
        (head, SIGNED),
        (above, SIGNED),
        (range(last, min(last + MAX_LINES_BELOW, len(lines.facts))), SIGNED),
        (others, frozenset(Label)),
    ):
        for n in place:
            if lines.labels[n] in labels and not _is_of_comment(lines, n):
                later, first = lines.facts[n].updated_and_published(order)
                source = (lines.numbers[n],)
                if first and not published.value:
                    is_said = lines.facts[n].says_published
                    published = Fact(first, source)
                if later and not updated.value:
                    updated = Fact(later, source)
        if published.value:
            return Dates(updated, published, is_said)
    stamps = [n for n in lines.places(Label.TIMESTAMP) if not _is_of_comment(lines, n)]
    found = {lines.facts[n].updated_and_published(order) for n in stamps}
    if len(found) == 1 and updated.value is None:
        later, first = next(iter(found))
        source = (lines.numbers[stamps[0]],)
        updated = Fact(later, source) if later else NOTHING
        published = Fact(first, source) if first else NOTHING
        is_said = any(lines.facts[n].says_published for n in stamps)
    return Dates(updated, published, is_said)


def _may_be_dated(lines: LabelledLines, n: int) -> bool:
    """Whether a date in the line may be that of the story, though the line is no timestamp.

    It may not in a line of the story, in the headline, or in a caption that a rule found.
    """
    label = lines.labels[n]
    is_caption = label is Label.CAPTION and lines.verdicts[n].share is None
    is_other = label in STORY or label is Label.TITLE or is_caption
    return not is_other and len(lines.facts[n].text.split()) <= MAX_WORDS_WITH_DATE


def _is_of_comment(lines: LabelledLines, n: int) -> bool:
    """Whether the line belongs to a reader's comment: one is right above or below, and the line does not count them."""
    is_beside = any(lines.labels[m] is Label.COMMENT for m in (n - 1, n + 1) if 0 <= m < len(lines.facts))
    return is_beside and "comment" not in lines.facts[n].text.casefold()


def first_date(lines: LabelledLines) -> Fact[str | None]:
    """The first date of publication that a timestamp among the lines states."""
    for n in lines.places(Label.TIMESTAMP):
        published = lines.facts[n].updated_and_published(None)[1]
        if published:
            return Fact(published, (lines.numbers[n],))
    return NOTHING
