"""The pages of a source as the memory stores them: the keys of their lines, and a table of the different lines."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from copydesk.source_memory.line_keys import LineKey, line_key, page_keys
from copydesk.source_memory.title_parts import title_parts
from copydesk.text import digest, fold

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
    """A page: 64 bits of the digest of its text, and the digests of the folded lines, in order.

    `title` has the digests of the folded parts of the page's title, if the first line is one (see `title_parts`).
    """

    digest: int
    lines: tuple[int, ...]
    title: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SourcePages:
    """The pages of a source in the order of their digests, and its different lines by their digests.

    `texts` has the folded and the masked texts, and the parts of titles, by their digests, as far as they are known.
    """

    name: str
    pages: tuple[LearnedPage, ...]
    lines: Mapping[int, LineOfSource]
    texts: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class PageTexts:
    """The texts of a page that was read: the keys of its lines, and the folded parts of its title."""

    keys: list[LineKey]
    title: tuple[str, ...] = ()

    def page(self, page_digest: int) -> LearnedPage:
        """The page with this digest."""
        return LearnedPage(page_digest, tuple([key.digest for key in self.keys]), tuple(map(digest, self.title)))


def learned_page(text: str) -> tuple[LearnedPage, PageTexts]:
    """The page for a raw text, and its texts."""
    texts = PageTexts(page_keys(text)[:MAX_LINES], tuple(filter(None, map(fold, title_parts(first_line(text))))))
    return texts.page(digest(text)), texts


def first_line(text: str) -> str:
    """The first line with a letter or a digit; "" if there is none."""
    return next((stripped for line in text.splitlines() if line_key(stripped := line.strip())), "")


def merged(one: SourcePages, other: SourcePages) -> SourcePages:
    """The pages of both as one source, each page once, at most MAX_PAGES.

    The result of several merges does not depend on their order.
    """
    pages: dict[int, LearnedPage] = {}
    for page in (*one.pages, *other.pages):
        if page.digest not in pages or page.title:  # a state of version 1 has no titles
            pages[page.digest] = page
    chosen = tuple(pages[digest] for digest in sorted(pages)[:MAX_PAGES])
    lines: dict[int, LineOfSource] = {}
    texts: dict[int, str] = {}
    for line in sorted({line for page in chosen for line in page.lines}):
        found = [part.lines[line] for part in (one, other) if line in part.lines]
        lines[line] = max(found, key=lambda own: own.length)
        for form in (line, lines[line].masked):
            _take(form, one, other, texts)
    for part in {part for page in chosen for part in page.title}:
        _take(part, one, other, texts)
    return SourcePages(one.name, chosen, lines, dict(sorted(texts.items())))


def _take(form: int, one: SourcePages, other: SourcePages, texts: dict[int, str]) -> None:
    text = one.texts.get(form) or other.texts.get(form)
    if text:
        texts[form] = text


def without_single_texts(source: SourcePages) -> SourcePages:
    """The source without the texts that only one of its pages has: they are parts of its story."""
    times: dict[int, int] = {}
    for page in source.pages:
        different = set(page.lines)
        for form in different.union((source.lines[line].masked for line in different), page.title):
            times[form] = times.get(form, 0) + 1
    texts = {form: text for form, text in sorted(source.texts.items()) if times[form] > 1}
    return SourcePages(source.name, source.pages, source.lines, texts)


def source_pages(name: str, pages: Iterable[tuple[LearnedPage, PageTexts]]) -> SourcePages:
    """The pages as a part for `merged`, which has the texts of all lines."""
    found: dict[int, LearnedPage] = {}
    lines: dict[int, LineOfSource] = {}
    texts: dict[int, str] = {}
    for page, own in pages:
        found[page.digest] = page
        texts.update(zip(page.title, own.title, strict=True))
        for line, key in zip(page.lines, own.keys, strict=True):
            if line not in lines or lines[line].length < key.length:
                masked = line if key.masked == key.text else digest(key.masked)
                lines[line] = LineOfSource(masked, key.length)
                texts[line], texts[masked] = key.text, key.masked
    return SourcePages(name, tuple(found.values()), lines, texts)
