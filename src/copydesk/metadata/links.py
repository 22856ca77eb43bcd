"""The links of a page's lines, as the record has them."""

from collections.abc import Iterator, Sequence
from typing import Final

from copydesk.document import FURNITURE, TEASERS, Link
from copydesk.edits import Cut
from copydesk.html_links import MAX_ADDRESS
from copydesk.metadata.addresses import of_link
from copydesk.metadata.page import Page

MAX_LINKS: Final = 10_000
"""Links of a record: with addresses of the longest kind they have 20 MB.  The page of the benchmark kit with most links
in its story has 400 (November 2026)."""

WITHOUT: Final = FURNITURE | TEASERS
"""The labels of lines without links in the record.  A menu is full of links, and the record of a teaser has its own."""


def of_lines(page: Page, cuts: Sequence[Cut]) -> list[tuple[Link, ...]]:
    """The links of each line, with their complete addresses.  Line n must be `cuts[n]`."""
    found: list[tuple[Link, ...]] = []
    left = MAX_LINKS
    at = 0
    for cut, label in zip(cuts, page.labelled.labels, strict=True):
        while at < len(page.linked) and page.linked[at].end <= cut.start:
            at += 1
        own = [] if label in WITHOUT or not left else list(_inside(page, at, cut))[:left]
        left -= len(own)
        found.append(tuple(own))
    return found


def _inside(page: Page, at: int, cut: Cut) -> Iterator[Link]:
    """The parts of links from number `at` on that are in a line."""
    while at < len(page.linked) and page.linked[at].start < cut.end:
        link = page.linked[at]
        href = of_link(page, link.href)
        if href and len(href) <= MAX_ADDRESS:
            yield Link(max(link.start, cut.start), min(link.end, cut.end), href)
        at += 1
