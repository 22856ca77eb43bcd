"""The dates of publication and of the last change."""

from typing import Final

from copydesk.document import STORY, Label
from copydesk.dump import Given
from copydesk.labelling.hints import FIGURE
from copydesk.labelling.state import BESIDE_TITLE, SIGNED
from copydesk.metadata.page import LabelledLines, Page
from copydesk.parsing import dates

MAX_LINES_BELOW: Final = 6
"""Lines that may hold the date of the story: its last line and those below.

Set with `python -m bench.metadata`, November 2026.
"""

MAX_WORDS_WITH_DATE: Final = 14
"""Words of a line in the head that is no timestamp and still gives the date.  Set likewise."""


def with_stated(
    given: Given, updated: str | None, published: str | None, *, is_said: bool
) -> tuple[str | None, str | None]:
    """(updated, published): the dates that the lines show, corrected and completed by those that the page states.

    `is_said` tells whether a line says "published".  A date without such a word may be that of the last change, or
    the day of the visit.  The stated date wins in these cases:

    - the shown date is the same one with day and month in the other order
    - the shown date is the stated day of the last change
    - the shown date is later than all that the page states
    """
    stated, update = given.stated_date, given.stated_update
    if stated and published and _is_swapped(stated, published):
        published = stated
    elif stated and published and not is_said and _is_before(stated, published):
        if update and published[:10] == update[:10]:
            updated, published = updated or published, stated
        elif published[:10] > max(stated, update or stated)[:10]:
            published = stated
    published = published or stated
    if update and published and update[:10] <= published[:10]:
        update = None  # pages state it even if nothing was changed
    return updated or update, published or given.guessed_date


def _is_swapped(stated: str, shown: str) -> bool:
    """Whether both are one date in figures, with day and month in another order."""
    first, second = dates.day(stated), dates.day(shown)
    return first != second and (first.year, first.month, first.day) == (second.year, second.day, second.month)


def _is_before(stated: str, shown: str) -> bool:
    """Whether the stated day is before the shown one, and not only because of another time zone."""
    days = (dates.day(shown) - dates.day(stated)).days
    return days > (0 if dates.has_own_zone(stated) else 1)


def dates_of(page: Page, head: range) -> tuple[str | None, str | None, bool]:
    """(updated, published, whether a line says "published").

    The dates come from the first of these places that has a date of publication: the head of the story, right above
    it, right below the story, other lines of the head, the only timestamp of the dump.
    """
    lines = page.labelled
    dated = (n for n, line in enumerate(page.lines) if line.hints & FIGURE and lines.labels[n] not in STORY)
    order = dates.order_of(lines.facts[n].text for n in dated)
    above = range(max(0, head.start - BESIDE_TITLE), head.start)
    others = [n for n in head if _may_be_dated(lines, n)]
    last = max((n for n, label in enumerate(lines.labels) if label in STORY), default=len(lines.facts))
    updated = published = None
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
                if first and not published:
                    is_said = lines.facts[n].says_published
                updated, published = updated or later, published or first
        if published:
            return updated, published, is_said
    stamps = [
        facts
        for n, facts in enumerate(lines.facts)
        if lines.labels[n] is Label.TIMESTAMP and not _is_of_comment(lines, n)
    ]
    found = {facts.updated_and_published(order) for facts in stamps}
    if len(found) == 1 and updated is None:
        updated, published = next(iter(found))
        is_said = any(facts.says_published for facts in stamps)
    return updated, published, is_said


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


def first_date(lines: LabelledLines) -> str | None:
    """The first date of publication that a timestamp among the lines states."""
    stamps = lines.facts_with(Label.TIMESTAMP)
    return next(filter(None, (facts.updated_and_published(None)[1] for facts in stamps)), None)
