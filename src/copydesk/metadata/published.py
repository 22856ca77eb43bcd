"""The dates of publication and of the last change."""

import re
from dataclasses import dataclass, replace
from typing import Final

from copydesk.characters import DASHES
from copydesk.document import STORY, TEASERS, Label
from copydesk.dump import SuppliedMetadata
from copydesk.labelling.headline import PAGE_TITLE
from copydesk.labelling.hints import FIGURE
from copydesk.labelling.state import BESIDE_TITLE, SIGNED
from copydesk.metadata.fact import NOTHING, Fact
from copydesk.metadata.page import LabelledLines, Page
from copydesk.parsing import dates

GUESS: Final = "page:htmldate"
"""The source of a date that htmldate finds where neither lines nor markup state one."""

MAX_LINES_BELOW: Final = 6
"""Lines that may hold the date of the story: its last line and those below.

Set with `python -m bench.metadata`, November 2026.
"""

MAX_OPENING: Final = 80
"""Characters of the dateline that opens a press release."""

MAX_TO_CHANGE: Final = 30
"""Characters from the beginning of a story to the date of its last change."""

MIN_MENU_LINES: Final = 2
"""Lines of a menu between a date and the headline."""

_BEHIND_DATELINE = re.compile(rf"[\s).,:]{{0,3}}(?:/|--|[{DASHES}-]\s|\(\w)")
"""What follows the date in a dateline: the agency, or a dash."""

MAX_WORDS_WITH_DATE: Final = 14
"""Words of a line of the head that gives the date although it is not a timestamp.  Set in the same way."""


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
        for n in lines.places(Label.NOTE, *SIGNED)
        if not lines.facts[n].is_of_site
        and (first := lines.facts[n].first_published)
        and first < (shown.published.value or "9")
    ]
    if earlier:
        first, n = earlier[0]
        updated = shown.updated if shown.updated.value else shown.published
        shown = Dates(updated, Fact(first, (lines.numbers[n],)), is_said=True)
    found = _with_stated(given, shown)
    if found.published.sources == (GUESS,) and _is_of_teasers(page, found.published.value):
        found = replace(found, published=NOTHING)
    return replace(found, published=Fact(given.date, (given.source_of("date"),))) if given.date else found


def _with_stated(given: SuppliedMetadata, shown: Dates) -> Dates:
    """The dates that the lines show, corrected and completed by those that the page states.

    A date without such a word may be that of the last change, or
    the day of the visit.  The stated date wins in these cases:

    - both are the same date, except that day and month have changed places
    - the page states the shown date as that of the last change
    - the shown date is later than both stated dates
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


def _is_of_teasers(page: Page, guess: str | None) -> bool:
    """Whether only items of other stories show the guessed date."""
    lines = page.labelled
    shown = [
        verdict.part is not None or label in TEASERS
        for facts, label, verdict in zip(lines.facts, lines.labels, lines.verdicts, strict=True)
        if guess and any(stated.iso[:10] == guess[:10] for stated in facts.dates)
    ]
    return bool(shown) and all(shown)


def _is_swapped(stated: str, shown: str) -> bool:
    """Whether the two dates differ only in the order of day and month."""
    first, second = dates.day(stated), dates.day(shown)
    return first != second and (first.year, first.month, first.day) == (second.year, second.day, second.month)


def _is_before(stated: str, shown: str) -> bool:
    """Whether the stated day is before the shown one, by more than another time zone can explain."""
    days = (dates.day(shown) - dates.day(stated)).days
    return days > (0 if dates.has_own_zone(stated) else 1)


def _shown(page: Page, head: range) -> Dates:
    """The dates that the lines show.

    They come from the first of these places that has a date of publication: the head of the story, right above
    it, right below the story, other lines of the head, a line elsewhere that says "published", the place where the
    story opens, the page's own title.  The date of the last change may come from a later place.
    """
    lines = page.labelled
    dated = (n for n, line in enumerate(page.lines) if line.hints & FIGURE and lines.labels[n] not in STORY)
    order = dates.order_of(lines.facts[n].text for n in dated)
    above = range(max(0, head.start - BESIDE_TITLE), head.start)
    last = max((n for n, label in enumerate(lines.labels) if label in STORY), default=len(lines.facts))
    below = range(last, min(last + MAX_LINES_BELOW, len(lines.facts)))
    updated: Fact[str | None] = NOTHING
    published: Fact[str | None] = NOTHING
    is_said = False
    for place in (
        [n for n in head if lines.labels[n] in SIGNED],
        [n for n in above if lines.labels[n] in SIGNED and not _is_in_menu(lines, n, head.start)],
        [n for n in below if lines.labels[n] in SIGNED and not _is_of_event(lines, n)],
        [n for n in head if _may_be_dated(lines, n)],
        _stamps_with_words(lines, order),
    ):
        for n in place:
            if not _is_of_comment(lines, n) and not lines.facts[n].is_of_site:
                later, first = _updated_and_published(lines, n, order)
                source = (lines.numbers[n],)
                if first and not published.value:
                    is_said = lines.facts[n].says_published
                    published = Fact(first, source)
                if later and not updated.value:
                    updated = Fact(later, source)
        if published.value:
            break
    if published.value is None and updated.value is None:
        published = _in_opening(lines) or _in_page_title(lines) or NOTHING
    if updated.value is None:
        updated = _change_in_opening(lines, order) or NOTHING
    return Dates(updated, published, is_said)


def _stamps_with_words(lines: LabelledLines, order: str | None) -> list[int]:
    """The timestamps anywhere that say what date they have, or have a byline beside or in them, if they agree."""
    said = [
        n
        for n in lines.places(*SIGNED)
        if lines.facts[n].dates and (_is_beside_byline(lines, n) or _has_words(lines, n, order))
    ]
    return said if len({_updated_and_published(lines, n, order) for n in said}) == 1 else []


def _has_words(lines: LabelledLines, n: int, order: str | None) -> bool:
    """Whether the line, or the one above, has words like "published" or "updated" before the date."""
    facts = lines.facts[n]
    return facts.says_published or bool(_opened_by(lines, n) or facts.updated_and_published(order)[0])


def _is_beside_byline(lines: LabelledLines, n: int) -> bool:
    """Whether the line, or the one right above or below, is a byline; the headline once more may be between."""
    beside = {n, n - 1, n + 1}
    beside |= {m + step for m, step in ((n - 1, -1), (n + 1, 1)) if _is_repeated_headline(lines, m)}
    return any(lines.labels[m] is Label.BYLINE for m in beside if 0 <= m < len(lines.labels))


def _is_repeated_headline(lines: LabelledLines, n: int) -> bool:
    title = lines.first(Label.TITLE)
    return title is not None and 0 <= n < len(lines.labels) and lines.facts[n].folded == lines.facts[title].folded


def _updated_and_published(lines: LabelledLines, n: int, order: str | None) -> tuple[str | None, str | None]:
    """What line n states; the words for its date may be on the line above ("Updated:")."""
    later, first = lines.facts[n].updated_and_published(order)
    is_update = first and later is None and _opened_by(lines, n) == "updated"
    return (first, None) if is_update else (later, first)


def _opened_by(lines: LabelledLines, n: int) -> str | None:
    """Which date the line above announces, "updated" or "published", if it has only words for that."""
    return lines.facts[n - 1].opens_date if n else None


def _is_in_menu(lines: LabelledLines, n: int, title: int) -> bool:
    """Whether the line is part of the site's menu: the date is that of the visit.

    The menu is between the line and the headline below it, or the line ends the menu and has a weekday and no time.
    """
    if sum(lines.labels[m] is Label.NAVIGATION for m in range(n + 1, title)) >= MIN_MENU_LINES:
        return True
    is_below_menu = n > 0 and lines.labels[n - 1] is Label.NAVIGATION and lines.labels[n] is Label.TIMESTAMP
    return is_below_menu and lines.facts[n].is_day_with_weekday


def _is_of_event(lines: LabelledLines, n: int) -> bool:
    """Whether the heading of a list is between the story and the line below it: the date belongs to an item."""
    return any(
        lines.labels[m] in (Label.TEASER_HEADING, Label.TEASER, Label.NAVIGATION)
        for m in range(max(0, n - MAX_LINES_BELOW), n)
    )


def _in_opening(lines: LabelledLines) -> Fact[str | None] | None:
    """The date in the dateline of a press release: "NORWELL, Mass., May 7, 2025 /PRNewswire/ --"."""
    at = lines.first(Label.PARAGRAPH)
    if at is None:
        return None
    text = lines.facts[at].text
    stated = next(iter(lines.facts[at].dates), None)
    if stated is None or stated.end > MAX_OPENING or not _BEHIND_DATELINE.match(text, stated.end):
        return None
    return Fact(stated.iso, (lines.numbers[at],))


def _change_in_opening(lines: LabelledLines, order: str | None) -> Fact[str | None] | None:
    """The date of the last change that opens the story: "Updated: December 9, 2024. If you ..."."""
    at = lines.first(Label.PARAGRAPH)
    if at is None:
        return None
    stated = next(iter(lines.facts[at].dates), None)
    if stated is None or stated.start > MAX_TO_CHANGE:
        return None
    later, _ = lines.facts[at].updated_and_published(order)
    return Fact(later, (lines.numbers[at],)) if later else None


def _in_page_title(lines: LabelledLines) -> Fact[str | None] | None:
    """The date at the end of the page's own title: "Headline - Site - 13.06.2023"."""
    for n in lines.places(Label.DUPLICATE):
        facts = lines.facts[n]
        if lines.verdicts[n].rule is PAGE_TITLE and facts.dates and facts.dates[-1].end == len(facts.text):
            return Fact(facts.dates[-1].iso, (lines.numbers[n],))
    return None


def _may_be_dated(lines: LabelledLines, n: int) -> bool:
    """Whether a date in the line may be the date of the story, although the line is not a timestamp.

    Dates in the story itself, in the headline, and in captions that a rule found never are.
    """
    label = lines.labels[n]
    is_caption = label is Label.CAPTION and lines.verdicts[n].share is None
    is_other = label in STORY or label is Label.TITLE or is_caption
    return not is_other and len(lines.facts[n].text.split()) <= MAX_WORDS_WITH_DATE


def _is_of_comment(lines: LabelledLines, n: int) -> bool:
    """Whether the line belongs to a reader's comment: a comment is right above or right below it.

    A line with the word "comment" ("12 comments | May 3, 2024") belongs to the story, and a number is no comment.
    """
    beside = (m for m in (n - 1, n + 1) if 0 <= m < len(lines.facts) and lines.labels[m] is Label.COMMENT)
    is_beside = any(any(map(str.isalpha, lines.facts[m].text)) for m in beside)
    return is_beside and "comment" not in lines.facts[n].text.casefold()


def first_date(lines: LabelledLines) -> Fact[str | None]:
    """The first date of publication that a timestamp among the lines states."""
    for n in lines.places(Label.TIMESTAMP):
        published = lines.facts[n].updated_and_published(None)[1]
        if published:
            return Fact(published, (lines.numbers[n],))
    return NOTHING
