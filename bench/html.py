"""HTML pages read by copydesk and by trafilatura: `python -m bench.html`.

Prints the scores of the story (F1 of 4-gram shingles), title, authors and date, each over the pages with a gold value,
and the time of copydesk as a multiple of trafilatura's time for the same pages in the same run.  Each page is read with
models that were trained without pages of its domain.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import trafilatura
from trafilatura.settings import Document

from bench import folds, kit
from bench.folds import fold_of, settings_without, table
from bench.kit import Gold
from bench.metadata import FIELDS, Facts, facts, scores
from bench.text import Page
from bench.text import figures as story_figures
from copydesk.desk import clean_dump
from copydesk.dump import UnreadableError
from copydesk.readers import html

TIMED: Final = 120
"""Pages that are timed, first with copydesk, then with trafilatura, page by page."""

WARM_UP: Final = 5
"""Pages that are read first without being timed."""


@dataclass(frozen=True, slots=True)
class Read:
    """The text and metadata that were read from a page."""

    text: str = ""
    facts: Facts = field(default_factory=Facts)


def ours(page: Page) -> Read:
    """The text and metadata that copydesk reads."""
    name, domain, markup = page
    try:
        article = clean_dump(html.render_text(markup, name), settings_without(fold_of(domain))).article
    except UnreadableError:
        return Read()
    return Read(article.text, facts(article.metadata))


def theirs(page: Page) -> Read:
    """The text and metadata that trafilatura reads."""
    found = trafilatura.bare_extraction(page[2], include_comments=False, with_metadata=True)
    if not isinstance(found, Document):
        return Read()
    people = tuple(name for name in (found.author or "").split("; ") if name)
    return Read(found.text or "", Facts(found.title, people, found.date))


def figures(golds: Sequence[Gold], found: Sequence[Read]) -> dict[str, float]:
    """Precision, recall and F1 of the story, and the score of each field over the pages with a gold value for it."""
    precision, recall, f1 = story_figures(golds, [read.text for read in found])
    named = {"P": precision, "R": recall, "F1": f1}
    scored = [scores(gold, read.facts) for gold, read in zip(golds, found, strict=True)]
    for name, wanted in (("title", "title"), ("author", "authors"), ("date", "date")):
        stated = [each[name] for gold, each in zip(golds, scored, strict=True) if getattr(gold, wanted)]
        named[name] = sum(stated) / max(1, len(stated))
    return named


def floors() -> dict[str, float]:
    """The figures that must not fall below a floor."""
    pages = whole()
    found = figures([kit.gold()[name] for name, _, _ in pages], folds.on_all_cores(ours, pages))
    return {f"HTML, {name}": found[name] for name in ("F1", *FIELDS)}


def whole() -> list[Page]:
    """(id, domain, HTML) of every page."""
    return [(name, kit.gold()[name].domain, markup) for name, markup in kit.pages()]


def times(pages: Sequence[Page]) -> tuple[float, float]:
    """CPU milliseconds for each page: (copydesk, trafilatura)."""
    for page in pages[:WARM_UP]:  # they load models and word lists
        ours(page)
        theirs(page)
    spent = [0.0, 0.0]
    for page in pages:
        for n, read in enumerate((ours, theirs)):
            start = time.process_time()
            read(page)
            spent[n] += time.process_time() - start
    return spent[0] / len(pages) * 1e3, spent[1] / len(pages) * 1e3


def main() -> None:
    """Print the tables."""
    pages = whole()
    golds = [kit.gold()[name] for name, _, _ in pages]
    rows: list[list[str | int | float]] = []
    for who, read in (("copydesk", ours), ("trafilatura", theirs)):
        found = figures(golds, folds.on_all_cores(read, pages))
        rows.append([who, len(pages), *(found[key] for key in ("P", "R", "F1", *FIELDS))])
    print(table(("", "pages", "P", "R", "F1", *FIELDS), rows))
    own, other = times(pages[:TIMED])
    print(f"\nms a page: copydesk {own:.1f}, trafilatura {other:.1f}: {own / other:.2f} times")


if __name__ == "__main__":
    main()
