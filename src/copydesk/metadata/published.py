"""The dates of publication and of the last change."""

from typing import Final

from copydesk.document import STORY, Label
from copydesk.dump import Given
from copydesk.labelling.hints import FIGURE
from copydesk.labelling.state import BESIDE_TITLE, SIGNED
from copydesk.metadata.page import LabelledLines, Page
from copydesk.parsing import dates

BELOW_STORY: Final = 6
"""Lines below the story in which its date may stand."""

MOST_WORDS_BESIDE_DATE: Final = 14
"""Words of a line of the head, of whatever label, whose date is the story's."""


def with_stated(
    given: Given, updated: str | None, published: str | None, *, is_said: bool
) -> tuple[str | None, str | None]:
    """(updated, published) as the lines say, and where they don't, or mistake one for the other, as the markup does.

    A date that the page shows without a word may be that of its last change, or that of the day it was visited.
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
        update = None  # pages state it whether there was a change or not
    return updated or update, published or given.guessed_date


def _is_swapped(stated: str, shown: str) -> bool:
    """Whether both are one date in figures, whose order the line did not tell."""
    one, other = dates.day(stated), dates.day(shown)
    return one != other and (one.year, one.month, one.day) == (other.year, other.day, other.month)


def _is_before(stated: str, shown: str) -> bool:
    """Whether it is a day before what the page shows, and not only by the clock of another time zone."""
    days = (dates.day(shown) - dates.day(stated)).days
    return days > (0 if dates.has_own_zone(stated) else 1)


def dates_of(page: Page, head: range) -> tuple[str | None, str | None, bool]:
    """(updated, published): what the story's head states, or a line near it, or the dump's only date.

    And whether the line says that this is when it was published.
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
        (range(last, min(last + BELOW_STORY, len(lines.facts))), SIGNED),
        (others, frozenset(Label)),
    ):
        for n in place:
            if lines.labels[n] in labels and not _is_comments(lines, n):
                later, first = lines.facts[n].updated_and_published(order)
                if first and not published:
                    is_said = lines.facts[n].says_published
                updated, published = updated or later, published or first
        if published:
            return updated, published, is_said
    stamps = [
        facts
        for n, facts in enumerate(lines.facts)
        if lines.labels[n] is Label.TIMESTAMP and not _is_comments(lines, n)
    ]
    found = {facts.updated_and_published(order) for facts in stamps}
    if len(found) == 1 and updated is None:
        updated, published = next(iter(found))
        is_said = any(facts.says_published for facts in stamps)
    return updated, published, is_said


def _may_be_dated(lines: LabelledLines, n: int) -> bool:
    """Whether a date in the line may be the story's, though the line is no timestamp: none in headline or caption."""
    label = lines.labels[n]
    is_caption = label is Label.CAPTION and lines.verdicts[n].share is None
    is_other = label in STORY or label is Label.TITLE or is_caption
    return not is_other and len(lines.facts[n].text.split()) <= MOST_WORDS_BESIDE_DATE


def _is_comments(lines: LabelledLines, n: int) -> bool:
    """Whether the line stands among readers' comments: one is right above or below, and it does not count them."""
    near = any(lines.labels[m] is Label.COMMENT for m in (n - 1, n + 1) if 0 <= m < len(lines.facts))
    return near and "comment" not in lines.facts[n].text.casefold()


def first_date(lines: LabelledLines) -> str | None:
    """The first date of publication that a timestamp among the lines states."""
    stamps = lines.facts_with(Label.TIMESTAMP)
    return next(filter(None, (facts.updated_and_published(None)[1] for facts in stamps)), None)
