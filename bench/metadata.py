"""Title, authors and date read from plain text: `python -m bench.metadata [RENDERER ...]`.

A page counts for a field only where its dump states the gold value: the title and all authors' names stand in it
as words, the date in one of the usual forms.  Beside it, over the same pages, what trafilatura reads from the
pages' HTML.  Scored as in the kit's `score_text.py`; no page is read with a model that saw its domain.
"""

import datetime
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import trafilatura
from babel import UnknownLocaleError
from babel.dates import format_date

from bench import folds, kit
from bench.folds import table
from bench.kit import Gold
from bench.text import Page, pages_of
from copydesk.document import Metadata
from copydesk.dump import UnreadableError

FIELDS = ("title", "author", "date")


@dataclass(frozen=True, slots=True)
class Facts:
    """What was read from a page."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None


def ours(page: Page) -> Facts:
    """What copydesk reads from the dump."""
    try:
        return facts(folds.clean_unseen(page).article.metadata)
    except UnreadableError:
        return Facts()


def facts(read: Metadata) -> Facts:
    """The fields that are scored."""
    return Facts(read.title, tuple(author.name for author in read.authors), read.published)


def theirs(page: Page) -> Facts:
    """What trafilatura reads from the HTML."""
    read = trafilatura.extract_metadata(page[2])
    if read is None:
        return Facts()
    return Facts(read.title, tuple(name for name in (read.author or "").split("; ") if name), read.date)


def stated(gold: Gold, text: str) -> set[str]:
    """The fields whose gold value stands in the dump."""
    normal = kit.scorer("score_text").normal
    dump = f" {normal(text)} "
    fields = set()
    if gold.title and f" {normal(gold.title)} " in dump:
        fields.add("title")
    if gold.authors and all(f" {normal(name)} " in dump for name in gold.authors):
        fields.add("author")
    if gold.date and any(
        form in " ".join(text.casefold().split()) for form in printed_forms(gold.date[:10], gold.language)
    ):
        fields.add("date")
    return fields


@cache
def printed_forms(iso: str, language: str) -> tuple[str, ...]:
    """A date as pages print it, case-folded."""
    return tuple(dict.fromkeys(form.casefold() for form in _printed(datetime.date.fromisoformat(iso), language)))


def _printed(date: datetime.date, language: str) -> Iterator[str]:
    day, month, year = date.day, date.month, date.year
    yield date.isoformat()
    for separator in "./-":
        for one, other in ((day, month), (month, day)):
            yield f"{one}{separator}{other}{separator}{year}"
            yield f"{one:02}{separator}{other:02}{separator}{year}"
        yield f"{year}{separator}{month:02}{separator}{day:02}"
    yield f"{day}. {month}. {year}"
    for locale in ("en", "en_GB", language):
        for length in ("long", "medium"):
            try:
                printed = format_date(date, length, locale=locale)
            except (UnknownLocaleError, ValueError):
                continue
            yield printed
        for name in ("MMMM", "MMM"):
            for pattern in ("{n} d, y", "{n} dd, y", "d {n} y", "dd {n} y", "{n} d y", "d. {n} y", "d-{n}-y"):
                yield format_date(date, pattern.replace("{n}", name), locale=locale)
        yield re.sub(r"\b(\d{1,2})\b", rf"\1{_ordinal(day)}", format_date(date, "MMMM d", locale="en")) + f", {year}"


def _ordinal(day: int) -> str:
    return "th" if day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def scores(gold: Gold, facts: Facts) -> dict[str, float]:
    """The score of each field, as the kit's scorer gives it."""
    row = {"id": gold.id, "body": "", "title": gold.title, "authors": gold.authors, "date": gold.date}
    read = {"title": facts.title, "authors": list(facts.authors), "date": facts.date}
    scored: dict[str, float] = kit.scorer("score_text").score_page(row, read)
    return scored


def figures(golds: Sequence[Gold], found: Sequence[Facts], texts: Sequence[str]) -> dict[str, tuple[int, float]]:
    """(pages, score) of each field, over the pages whose dump states it."""
    sums = {field: [0, 0.0] for field in FIELDS}
    for gold, facts, text in zip(golds, found, texts, strict=True):
        scored = scores(gold, facts)
        for field in stated(gold, text):
            sums[field][0] += 1
            sums[field][1] += scored[field]
    return {field: (int(count), total / max(1, count)) for field, (count, total) in sums.items()}


def main(renderers: Sequence[str]) -> None:
    """Print the table."""
    html = dict(kit.pages())
    rows: list[list[str | int | float]] = []
    for renderer in renderers or ("html_text",):
        pages = pages_of(renderer)
        golds = [kit.gold()[name] for name, _, _ in pages]
        texts = [text for _, _, text in pages]
        mine = figures(golds, folds.on_all_cores(ours, pages), texts)
        others = folds.on_all_cores(theirs, [(name, domain, html[name]) for name, domain, _ in pages])
        beside = figures(golds, others, texts)
        rows += [[f"{renderer}, {field}", mine[field][0], mine[field][1], beside[field][1]] for field in FIELDS]
    print(table(("dumps, field", "pages that state it", "copydesk", "trafilatura, from HTML"), rows))


if __name__ == "__main__":
    main(sys.argv[1:])
