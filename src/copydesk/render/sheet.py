"""Articles as rows of a table that a spreadsheet opens: one row an article, flat columns, CSV (RFC 4180) in UTF-8.

A dump without a story has a row too: its kind is `other`.
"""

import csv
import re
from collections.abc import Sequence
from typing import IO, Final

from copydesk.document import Kind, Record

BETWEEN: Final = "; "
"""Between the values of a cell that has several: authors, tags, notes, reasons."""

COLUMNS: Final = (
    *(
        "id",
        "kind",
        "page",
        "source",
        "url",
        "title",
        "deck",
        "authors",
        "published",
        "updated",
        "language",
        "publisher",
    ),
    *("agency", "dateline", "section", "tags", "copyright", "notes", "images", "teasers", "words", "confidence"),
    *("complete", "reasons", "rights", "text"),
)
"""The columns, in their order.  `images` and `teasers` are numbers; `reasons` says why a story is not
complete, and `rights` has the marks with their values."""

BYTE_ORDER_MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Excel reads a CSV file as UTF-8 only if it begins with this character."""

_FORMULA = re.compile(
    r"^(?=[\t\r\n])"
    r"|(?:^|(?<=[;\t\r\n]))"  # where ";" separates cells, as in German, no cell is quoted, and one begins here
    r'(?=[" ]*[=+\-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}'
    r"\N{FULLWIDTH COMMERCIAL AT}])"
)
"""Beginnings of cells that spreadsheets calculate instead of showing them (OWASP, "CSV Injection")."""


def row(records: Sequence[Record]) -> list[str]:
    """The cells of an article, which is the first of the records; the others are its teasers.  An unknown is empty."""
    article = records[0]
    facts, quality = article.metadata, article.quality
    cells = {
        "id": article.id,
        "kind": article.kind,
        "page": article.page,
        "source": article.source,
        "url": facts.url,
        "title": facts.title,
        "deck": facts.deck,
        "authors": BETWEEN.join(author.name for author in facts.authors),
        "published": facts.published,
        "updated": facts.updated,
        "language": facts.language,
        "publisher": facts.publisher,
        "agency": facts.agency,
        "dateline": facts.dateline,
        "section": facts.section,
        "tags": BETWEEN.join(facts.tags),
        "copyright": facts.copyright.notice if facts.copyright else None,
        "notes": BETWEEN.join(facts.notes),
        "images": len(facts.images),
        "teasers": sum(one.kind is Kind.TEASER for one in records),
        "words": quality.signals.words if quality else None,
        "confidence": quality.confidence if quality else None,
        "complete": quality.complete if quality else None,
        "reasons": BETWEEN.join(quality.reasons) if quality else None,
        "rights": BETWEEN.join(f"{one.mark}: {one.value}" for one in article.rights),
        "text": article.text,
    }
    return [_cell(cells[name]) for name in COLUMNS]


def _cell(value: str | float | bool | None) -> str:
    """True and false as JSON writes them."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def begin(stream: IO[str], *, excel: bool) -> None:
    """Write the row of names; with `excel`, a byte order mark before it."""
    if excel:
        stream.write(BYTE_ORDER_MARK)
    csv.writer(stream).writerow(COLUMNS)


def write(stream: IO[str], records: Sequence[Record], *, excel: bool) -> None:
    """Write the row of an article.

    With `excel`, what a spreadsheet would calculate has an apostrophe before it, so that no dump can act there.
    """
    cells = row(records)
    csv.writer(stream).writerow(map(_harmless, cells) if excel else cells)


def _harmless(cell: str) -> str:
    return _FORMULA.sub("'", cell)
