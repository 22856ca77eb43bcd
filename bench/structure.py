"""Tables, quotations, links, code and lists of pages, beside trafilatura: `python -m bench.structure [--show KIND]`.

The kit's gold texts have no markup, so what a page has is read from its own: the elements of which the whole text is in
the gold text.  The outputs are Markdown, read by a parser with tables, and the XML of trafilatura.

    cells        of a table, in a row of the output with the same cells
    quotations   `<blockquote>`: all of its words are in one quotation
    links        `<a>` with an http address: the same words with the same address
    code         `<pre>`: all of its lines are in one piece of code
    entries      `<li>` without a list in it: an entry with the same words

`--show KIND` prints what copydesk misses, with the ids of the pages.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final, TypeAlias
from urllib.parse import unquote, urldefrag, urljoin

import lxml.etree
import lxml.html
import trafilatura
from markdown_it import MarkdownIt

from bench import folds, html, kit
from bench.folds import fold_of, settings_without, table
from bench.text import Page
from copydesk.desk import clean_dump
from copydesk.document import Kind
from copydesk.dump import UnreadableError
from copydesk.readers import html as reader
from copydesk.render import markdown

PAGES: Final = 100
"""Pages that are measured: those with most kinds of structures, and of these the first."""

MAX_CELL_WORDS: Final = 100
"""Words of a cell; a table with a longer one is a layout."""

MIN_WORDS_AROUND: Final = 8
"""Words of an entry, or around a link: shorter ones of a menu are in the story by chance."""

MIN_ROWS_IN_STORY: Final = 0.8
MAX_QUOTED: Final = 0.5
"""Share of a story in a quotation: a longer one is an indentation."""

KINDS: Final = ("cells", "quotations", "links", "code", "entries")
NOT_SHOWN: Final = ("script", "style", "noscript", "template", "svg", "head", "button", "select", "textarea", "iframe")
HOLDERS: Final = ("p", "li", "td", "th", "h2", "h3", "h4", "blockquote", "dd", "div")
"""Elements of which the text shows whether a link in them is in the story; the innermost counts."""

_WORD = re.compile(r"\w+")

Key: TypeAlias = tuple[str, ...]
"""One thing of a kind, as it is compared."""


@dataclass(frozen=True, slots=True)
class Structure:
    """The things of a text by kind.  A row counts for as many cells as it has."""

    found: dict[str, Counter[Key]] = field(default_factory=lambda: {kind: Counter() for kind in KINDS})

    def add(self, kind: str, *key: str) -> None:
        """One more of a kind."""
        self.found[kind][key] += 1


def words(text: str) -> str:
    """The words of a text with one space between them."""
    return " ".join(_WORD.findall(text.casefold()))


def is_long(text: str) -> bool:
    """Whether a text is in the story, and not by chance."""
    return text.count(" ") >= MIN_WORDS_AROUND - 1


def close(text: str) -> str:
    """A text without white space."""
    return "".join(text.split()).casefold()


def address(href: str) -> str:
    """An address as it is compared."""
    return urldefrag(unquote(href.strip())).url.rstrip("/").casefold().replace(" ", "")


def of_page(markup: str, body: str, url: str) -> Structure:
    """What a page has in its story."""
    parser = lxml.html.HTMLParser(encoding="utf-8")
    root = lxml.html.document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    own = Structure()
    base = urljoin(url, next((one.get("href") or "" for one in root.iter("base")), ""))
    lxml.etree.strip_elements(root, *NOT_SHOWN, lxml.etree.Comment, with_tail=False)
    story = f" {words(body)} "
    _rows(root, story, own)
    for quote in root.iter("blockquote"):
        text = words(_text(quote))
        outer = any(True for _ in quote.iterancestors("blockquote"))
        if text and not outer and f" {text} " in story and len(text) <= MAX_QUOTED * len(story):
            own.add("quotations", text)
    for pre in root.iter("pre"):
        if words(_text(pre)) and f" {words(_text(pre))} " in story:
            own.add("code", close(_text(pre)))
    for item in root.iter("li"):
        text = words(_text(item))
        if text and not any(True for _ in item.iter("ul", "ol")) and f" {text} " in story and is_long(text):
            own.add("entries", text)
    for link in root.iter("a"):
        href = urljoin(base, (link.get("href") or "").strip())
        holder = next(link.iterancestors(*HOLDERS), None)
        text, around = words(_text(link)), words(_text(holder)) if holder is not None else ""
        is_other = href.startswith("http") and urldefrag(href).url != urldefrag(url).url
        if text and is_other and is_long(around) and f" {around} " in story:
            own.add("links", text, address(href))
    return own


def _rows(root: lxml.html.HtmlElement, story: str, own: Structure) -> None:
    for one in root.iter("table"):
        if any(True for _ in one.iterdescendants("table", "pre")):
            continue
        rows = [[_text(cell) for cell in row if cell.tag in ("td", "th")] for row in one.iter("tr")]
        filled = [[cell for cell in row if cell.strip()] for row in rows]
        filled = [row for row in filled if row]
        of_story = [row for row in filled if f" {words(' '.join(row))} " in story and words("".join(row))]
        is_table = sum(len(row) > 1 for row in filled) > 1
        longest = max((len(cell.split()) for row in filled for cell in row), default=0)
        if is_table and longest <= MAX_CELL_WORDS and len(of_story) >= MIN_ROWS_IN_STORY * len(filled):
            for row in of_story:
                own.add("cells", *map(close, row))


def _text(element: lxml.html.HtmlElement) -> str:
    """The text of an element, with a space at each border of an element."""
    return " ".join(element.itertext())


def of_markdown(text: str) -> Structure:
    """What a Markdown text has."""
    own = Structure()
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    quoted: list[str] = []
    rows: list[str] = []
    inside = Counter[str]()
    for token in parser.parse(text):
        name, _, side = token.type.rpartition("_")
        if side in ("open", "close"):
            inside[name] += 1 if side == "open" else -1
        if token.type == "tr_open":
            rows = []
        elif token.type == "tr_close":
            own.add("cells", *filter(None, rows))
        elif token.type == "blockquote_close" and not inside["blockquote"]:
            own.add("quotations", words(" ".join(quoted)))
            quoted = []
        elif token.type in ("fence", "code_block"):
            own.add("code", close(token.content))
        elif token.type == "inline":
            children = token.children or []
            shown = "".join([" " if child.type == "softbreak" else child.content for child in children])
            rows.append(close(shown))
            quoted += [shown] if inside["blockquote"] else []
            if inside["list_item"]:
                own.add("entries", words(shown))
            opened = ""
            linked = ""
            for child in children:
                if child.type == "link_open":
                    opened, linked = str(child.attrGet("href")), ""
                elif child.type == "link_close":
                    own.add("links", words(linked), address(opened))
                linked += child.content
    return own


def of_xml(text: str) -> Structure:
    """What the XML of trafilatura has."""
    own = Structure()
    root = lxml.etree.fromstring(text.encode())
    for row in root.iter("row"):
        own.add("cells", *filter(None, (close(_text(cell)) for cell in row.iter("cell"))))
    for quote in root.iter("quote"):
        own.add("quotations", words(_text(quote)))
    for code in root.iter("code"):
        own.add("code", close(_text(code)))
    for item in root.iter("item"):
        own.add("entries", words(_text(item)))
    for link in root.iter("ref"):
        own.add("links", words(_text(link)), address(link.get("target") or ""))
    return own


def ours(page: Page) -> Structure:
    """What copydesk's Markdown with links has."""
    name, domain, markup = page
    try:
        dump = reader.render_text(markup, name)
        given = replace(dump.given, url=dump.given.url or _urls()[name])
        article = clean_dump(replace(dump, given=given), settings_without(fold_of(domain))).article
    except UnreadableError:
        return Structure()
    if article.kind is not Kind.ARTICLE:
        return Structure()
    text = markdown.article(article, with_links=True)
    return of_markdown(text[text.index(markdown.FENCE, len(markdown.FENCE)) + len(markdown.FENCE) :])


def theirs(page: Page) -> tuple[Structure, Structure]:
    """What trafilatura's Markdown and XML have, with everything that it can write."""
    name, _, markup = page
    found: list[Structure] = []
    for form, read in (("markdown", of_markdown), ("xml", of_xml)):
        text = trafilatura.extract(
            markup,
            url=_urls()[name],
            output_format=form,
            include_tables=True,
            include_links=True,
            include_formatting=True,
            include_images=True,
            include_comments=False,
        )
        found.append(read(text) if text else Structure())
    return found[0], found[1]


@cache
def _urls() -> dict[str, str]:
    return {str(row["id"]): str(row["url"]) for row in kit.rows("gold.jsonl.gz")}


def hits(kind: str, wanted: Structure, found: Structure) -> Counter[Key]:
    """What of a kind is found: a quotation may be inside a longer one, and code too."""
    if kind not in ("quotations", "code"):
        return wanted.found[kind] & found.found[kind]
    every = [text for (text,) in found.found[kind].elements()]
    return Counter({key: count for key, count in wanted.found[kind].items() if any(key[0] in text for text in every)})


def size(kind: str, some: Counter[Key]) -> int:
    """The number of things; of rows, that of their cells."""
    return sum((len(key) if kind == "cells" else 1) * count for key, count in some.items())


def measured() -> list[tuple[Page, Structure]]:
    """The pages that are measured, with what they have."""
    urls = _urls()
    found = [(page, of_page(page[2], kit.gold()[page[0]].body, urls[page[0]])) for page in html.whole()]
    ranked = sorted(found, key=lambda one: -sum(bool(one[1].found[kind]) for kind in KINDS if kind != "links"))
    return ranked[:PAGES]


def shares(wanted: Sequence[Structure], found: Iterable[Structure]) -> list[float]:
    """For each kind the share that is found."""
    pairs = list(zip(wanted, found, strict=True))
    return [
        sum(size(kind, hits(kind, one, other)) for one, other in pairs)
        / max(1, sum(size(kind, one.found[kind]) for one, _ in pairs))
        for kind in KINDS
    ]


def missing(kind: str, pages: Sequence[tuple[Page, Structure]], found: Sequence[Structure]) -> Iterator[str]:
    """What is not found of a kind, each with the id of its page."""
    for (page, wanted), own in zip(pages, found, strict=True):
        for key in wanted.found[kind] - hits(kind, wanted, own):
            yield f"{page[0]}\t{' | '.join(key)[:200]}"


def main(arguments: list[str]) -> None:
    """Print the table, or what is missing of a kind."""
    pages = measured()
    wanted = [structure for _, structure in pages]
    found = folds.on_all_cores(ours, [page for page, _ in pages])
    if arguments[:1] == ["--show"]:
        print(*missing(arguments[1], pages, found), sep="\n")
        return
    others = folds.on_all_cores(theirs, [page for page, _ in pages])
    counts = [sum(size(kind, one.found[kind]) for one in wanted) for kind in KINDS]
    rows: list[list[str | int | float]] = [
        ["in the pages", *counts],
        ["copydesk, Markdown", *shares(wanted, found)],
        ["trafilatura, Markdown", *shares(wanted, [one for one, _ in others])],
        ["trafilatura, XML", *shares(wanted, [other for _, other in others])],
    ]
    print(table((f"{len(pages)} pages", *KINDS), rows))


if __name__ == "__main__":
    main(sys.argv[1:])
