"""The pages of a source as the memory stores them: the keys of their lines, and a table of the different lines."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from copydesk.source_memory.line_keys import LineKey, page_keys
from copydesk.text import digest

MAX_PAGES: Final = 2_000
"""Pages of a source that are stored: those with the smallest digests, which is a sample that no order changes.

Shares of pages are exact to about one per cent with so many; memory and time stay bounded.
"""

MAX_LINES: Final = 1_500
"""Lines of a page that are stored, from its beginning."""


@dataclass(frozen=True, slots=True)
class LineOfSource:
    """What is stored of each line: the digest of its masked text, and its length in characters."""

    masked: int
    length: int


@dataclass(frozen=True, slots=True)
class LearnedPage:
    """A page: 64 bits of the digest of its text, and the digests of the folded lines, in order."""

    digest: int
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SourcePages:
    """The pages of a source in the order of their digests, and its different lines by their digests.

    `texts` has the folded and the masked texts by their digests, as far as they are known.
    """

    name: str
    pages: tuple[LearnedPage, ...]
    lines: Mapping[int, LineOfSource]
    texts: Mapping[int, str]


def learned_page(text: str) -> tuple[LearnedPage, list[LineKey]]:
    """The page for a raw text, and the keys of its lines."""
    keys = page_keys(text)[:MAX_LINES]
    return LearnedPage(digest(text), tuple([key.digest for key in keys])), keys


def merged(one: SourcePages, other: SourcePages) -> SourcePages:
    """The pages of both as one source, each page once, at most MAX_PAGES.

    The result of several merges does not depend on their order.
    """
    pages = {page.digest: page for page in (*one.pages, *other.pages)}
    chosen = tuple(pages[digest] for digest in sorted(pages)[:MAX_PAGES])
    lines: dict[int, LineOfSource] = {}
    texts: dict[int, str] = {}
    for line in sorted({line for page in chosen for line in page.lines}):
        found = [part.lines[line] for part in (one, other) if line in part.lines]
        lines[line] = max(found, key=lambda own: own.length)
        for form in (line, lines[line].masked):
            text = one.texts.get(form) or other.texts.get(form)
            if text:
                texts[form] = text
    return SourcePages(one.name, chosen, lines, texts)


def without_single_texts(source: SourcePages) -> SourcePages:
    """The source without the texts that only one of its pages has: they are parts of its story."""
    times: dict[int, int] = {}
    for page in source.pages:
        different = set(page.lines)
        for form in different | {source.lines[line].masked for line in different}:
            times[form] = times.get(form, 0) + 1
    texts = {form: text for form, text in sorted(source.texts.items()) if times[form] > 1}
    return SourcePages(source.name, source.pages, source.lines, texts)


def source_pages(name: str, pages: Iterable[tuple[LearnedPage, list[LineKey]]]) -> SourcePages:
    """The pages as a part for `merged`, which has the texts of all lines."""
    found: dict[int, LearnedPage] = {}
    lines: dict[int, LineOfSource] = {}
    texts: dict[int, str] = {}
    for page, keys in pages:
        found[page.digest] = page
        for line, key in zip(page.lines, keys, strict=True):
            if line not in lines or lines[line].length < key.length:
                masked = line if key.masked == key.text else digest(key.masked)
                lines[line] = LineOfSource(masked, key.length)
                texts[line], texts[masked] = key.text, key.masked
    return SourcePages(name, tuple(found.values()), lines, texts)
