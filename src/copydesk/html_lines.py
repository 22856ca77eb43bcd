"""An HTML page as lines of text, each with its origin: a description of the markup around it.

The text is what a browser shows, with one line for each block.  It includes menus, buttons and the like.  Labelling
decides later what each line is, and uses the origins for it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import lxml.etree
import lxml.html

from copydesk import html_links, html_pictures, html_tables
from copydesk.document import Link
from copydesk.dump import Origin, Picture
from copydesk.html_attributes import bounded
from copydesk.html_classes import CLASSES, IS_HIDDEN, classes_of, is_initial, is_kicker, is_line_number
from copydesk.html_elements import (
    AROUND,
    AROUND_BITS,
    BLOCK_NUMBERS,
    BLOCK_OF,
    BLOCKS,
    HIDDEN,
    INLINE,
    PART_OF_WORD,
    PREFORMATTED,
    begins_headline,
    ends_caption,
)
from copydesk.html_posts import PostPart, part_of

NEAR: Final = 3
"""The classes and ids of this number of elements around a line are near the line."""

LEVELS: Final = 5
"""The number of blocks around a line that its origin names."""

COMMENT: Final = 1 << tuple(CLASSES).index("comment")
"""The bit of the classes of comments."""

PER: Final = 1000

_END_OF_PAGE = re.compile(r"</(?:body|html)\b[^<>]{0,200}>", re.IGNORECASE)
_SPACE = re.compile(r"[\t\r\n\f][ \t\r\n\f]*| [ \t\r\n\f]+")  # all white space except a single " "
_COUNT = re.compile(r"\s*\d{1,5}\s*")
_LINE_BREAKS = re.compile(r"[\r\f\v\x85\u2028\u2029]")
"""What would break a line of preformatted text again."""

COLUMNS: Final = (
    *(f"block {block}" for block in BLOCKS),
    *(f"class near {name}" for name in CLASSES),
    *(f"class above {name}" for name in CLASSES),
    *(f"around {tag}" for tag in AROUND),
    *("link share", "link only", "hidden", "depth", "pieces"),
)
"""The names of the numbers in the evidence of an origin, in their order.  The model of pages stores these names."""

NOTHING_KNOWN: Final = (0,) * len(COLUMNS)
"""The evidence of a line that is not on the page."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page's text, the origin of each line that is not blank, and its pictures, in order."""

    text: str
    origins: tuple[Origin, ...]
    pictures: tuple[Picture, ...]


class _Holder(NamedTuple):
    """What an element, and the elements around it, say about its text."""

    block: int
    """The number of the nearest of BLOCKS."""
    around: int
    """Which of AROUND are around the text, one bit each."""
    near: tuple[int, ...]
    """For the element and each one around it, the innermost first, at most NEAR of them: its CLASSES, one bit each."""
    above: int
    """CLASSES of all elements around the text, one bit each."""
    depth: int
    inside: tuple[int, ...]
    """Numbers of the blocks around the text, the innermost first; at most LEVELS."""
    link: int
    """The number of the link around the text; 0 without one."""
    href: str | None
    """The address of that link."""
    quotation: int
    """The number of the outermost `<blockquote>` around the text; 0 without one."""
    is_hidden: bool
    is_preformatted: bool
    post: PostPart = PostPart.NONE


_ELEMENT_CLASSES: Final = lxml.etree.ElementDefaultClassLookup(
    element=lxml.html.HtmlElement,
    comment=lxml.html.HtmlComment,
    pi=lxml.html.HtmlProcessingInstruction,
    entity=lxml.html.HtmlEntity,
)
"""One Python class for all elements.  The default of lxml.html has more classes, and calls Python for each element."""


def parse(markup: str) -> lxml.html.HtmlElement | None:
    """The page's elements; None if there are none, or if they are nested deeper than 2,048 levels (libxml2's limit)."""
    parser = lxml.etree.HTMLParser(encoding="utf-8", huge_tree=True)
    parser.set_element_class_lookup(_ELEMENT_CLASSES)
    try:
        root: lxml.html.HtmlElement = lxml.html.document_fromstring(_data(markup), parser=parser)
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError):
        return None
    too_deep = any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log)
    return None if too_deep else root


def render(root: lxml.html.HtmlElement) -> Rendered:
    """The text of a page, one line for each block, with origins."""
    walk = _Walk()
    for event, element in lxml.etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event == "start":
            walk.open(element.tag, element.items())
            if text := element.text:
                walk.text(text)
            continue
        if event == "end":
            walk.close(element.tag)
        if text := element.tail:
            walk.text(text)
    return walk.rendered()


def render_deep(markup: str) -> Rendered:
    """The same for a page that is nested too deeply for a tree: its elements are read one by one."""
    target = _Target()
    parser = lxml.etree.HTMLParser(target=target, encoding="utf-8", huge_tree=True)
    parser.feed(_data(markup))
    parser.close()
    return target.walk.rendered()


def _data(markup: str) -> bytes:
    """Markup for the parser, without `</body>` and `</html>`: libxml2 ignores text after them, and browsers show it."""
    return bounded(_END_OF_PAGE.sub("", markup.replace("\x00", ""))).encode("utf-8", "replace")


_Attributes = Iterable[tuple[str, str]]
"""Names and values of an element's attributes."""


class _Walk:
    """Makes lines from the elements and texts of a page, which it gets in the order of the page."""

    def __init__(self) -> None:
        self._holders = [_OUTSIDE]
        self._opened = 0
        self._lines: list[str] = []
        self._origins: list[Origin] = []
        self._pictures: list[Picture] = []
        self._size = 0
        self._parts: list[tuple[str, _Holder]] = []
        """Parts of the line that is not finished yet."""
        self._in_code = False
        """Whether the last line is preformatted."""
        self._blank_lines = 0
        """Blank lines of preformatted text that follow it."""
        self._tables: list[html_tables.OpenTable] = []
        """The tables that are open, the innermost last."""
        self._data_tables = 0
        self._below_table = -1
        """The number of the line below the last table of data."""
        self._is_initial = False
        """Whether the first element of the line is a large initial."""
        self._closed: str | None = None
        """The inline element that ended last, if no text and no element followed it."""
        self._apart_depth = 0
        """The number of elements around the text of a kicker in a headline, or of a line's number in code; else 0."""
        self._is_below_kicker = False
        """Whether a kicker has ended, and no text has followed it."""

    def open(self, tag: str, attributes: _Attributes) -> None:
        """An element starts."""
        self._opened += 1
        parent = self._holders[-1]
        if parent.is_hidden:  # the outermost hidden element has already ended the line
            self._holders.append(parent)
            return
        holder = _holder(tag, attributes, parent, self._opened)
        self._holders.append(holder)
        is_credit = self._parts and parent.block == BLOCK_NUMBERS["figcaption"] and holder.near[0] & CREDIT
        if is_credit and ends_caption("".join(text for text, _ in self._parts[-2:])):
            self._end_line()
        if parent.is_preformatted and is_line_number(attributes):
            self._apart_depth = len(self._holders)
        if tag == "img" and (picture := html_pictures.picture_of(dict(attributes), self._size, parent.inside)):
            self._pictures.append(picture)
        if tag not in INLINE:
            if self._parts:
                self._end_line()
            if self._tables:
                self._tables[-1].open(tag, dict(attributes), len(self._origins))
            if tag == "table":
                self._tables.append(html_tables.opened(dict(attributes), len(self._pictures)))
        elif self._closed is not None and tag not in PART_OF_WORD and self._closed not in PART_OF_WORD:
            is_word_begun = self._is_initial and len(self._parts) == 1 and len(self._parts[0][0]) == 1
            if not (is_word_begun or parent.is_preformatted):  # each sign of code may be in an element of its own
                self._parts.append((" ", self._parts[-1][1] if self._parts else _OUTSIDE))
        if not self._parts:
            self._is_initial = is_initial(attributes)
            if parent.block == BLOCK_NUMBERS["h1"] and is_kicker(attributes):
                self._apart_depth = len(self._holders)
        self._closed = None

    def close(self, tag: str) -> None:
        """The last opened element ends."""
        is_apart = self._apart_depth == len(self._holders)
        holder = self._holders.pop()
        if is_apart:
            self._apart_depth = 0
            self._is_below_kicker = not holder.is_preformatted
            if holder.is_preformatted:
                self._parts.append((" ", holder))
        if holder.is_hidden:
            return
        if tag in INLINE:
            self._closed = tag
        else:
            self._closed = None
            if self._parts:
                self._end_line()
            if self._tables:
                self._close_in_table(tag)

    def _close_in_table(self, tag: str) -> None:
        """An element ends that is a table or is in one."""
        if tag != "table":
            self._tables[-1].close(tag, len(self._origins))
            return
        table = self._tables.pop()
        page = html_tables.Page(self._lines, self._origins, self._pictures, self._data_tables, self._below_table)
        if found := html_tables.read(table, page):
            count = len(self._origins) - found.first
            self._lines[-count:] = found.lines
            self._origins[-count:] = found.origins
            self._pictures[table.pictures :] = found.pictures
            self._size = found.end
            self._data_tables += 1
            self._below_table = len(self._origins)

    def text(self, text: str) -> None:
        """Text follows.  Line breaks in it are spaces, except in preformatted text."""
        holder = self._holders[-1]
        if holder.is_hidden:
            return
        if self._is_below_kicker and not text.isspace():
            self._is_below_kicker = False
            if len("".join(part for part, _ in self._parts).strip()) > 1 and begins_headline(text):
                self._end_line()
        if holder.is_preformatted and "\n" in text:
            for n, line in enumerate(text.split("\n")):
                if n and self._parts:
                    self._end_line()
                self._parts.append((line, holder))
        else:
            self._parts.append((text, holder))
        self._closed = None

    def _end_line(self) -> None:
        parts, self._parts = self._parts, []
        for piece in _with_counts_apart(parts) if len(parts) > 1 else (parts,):
            self._add_line(piece)

    def _add_line(self, parts: list[tuple[str, _Holder]]) -> None:
        text = parts[0][0] if len(parts) == 1 else "".join([text for text, _ in parts])
        is_preformatted = parts[0][1].is_preformatted
        if not text or text.isspace():
            self._blank_lines += is_preformatted and self._in_code
            return
        if is_preformatted and self._in_code:
            self._lines += [""] * self._blank_lines
            self._size += self._blank_lines
        self._in_code, self._blank_lines = is_preformatted, 0
        text = _LINE_BREAKS.sub(" ", text.rstrip()) if is_preformatted else _SPACE.sub(" ", text).strip(" ")
        self._lines.append(text)
        links = _links(parts, text, self._size) if any(holder.link for _, holder in parts) else ()
        quotation = parts[0][1].quotation
        post = max(parts, key=lambda part: len(part[0].strip()))[1].post
        self._origins.append(Origin(self._size, *_evidence(parts), links=links, quotation=quotation, post=post))
        self._size += len(text) + 1

    def rendered(self) -> Rendered:
        """The text and its origins."""
        if self._parts:
            self._end_line()
        return Rendered("\n".join(self._lines), tuple(self._origins), tuple(self._pictures))


class _Target:
    """Receives the elements of a page from lxml's parser and passes them to a walk."""

    def __init__(self) -> None:
        self.walk = _Walk()

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element starts."""
        self.walk.open(tag, attributes.items())

    def end(self, tag: str) -> None:
        """An element ends."""
        self.walk.close(tag)

    def data(self, text: str) -> None:
        """Text follows."""
        if text:
            self.walk.text(text)

    def close(self) -> None:
        """The page ends."""


def _holder(tag: str, attributes: _Attributes, parent: _Holder, number: int) -> _Holder:
    if tag in HIDDEN:
        return _HIDDEN
    own = classes_of(attributes) if attributes else 0
    return _Holder(
        BLOCK_OF.get(tag, parent.block),
        parent.around | AROUND_BITS.get(tag, 0),
        (own, *parent.near[: NEAR - 1]),
        parent.above | own,
        parent.depth + 1,
        parent.inside if tag in INLINE else (number, *parent.inside[: LEVELS - 1]),
        number if tag == "a" else parent.link,
        (dict(attributes).get("href") or parent.href) if tag == "a" else parent.href,
        parent.quotation or (number if tag == "blockquote" else 0),
        False,
        parent.is_preformatted or tag == PREFORMATTED,
        part_of(tag, attributes, parent.post) if attributes or tag == "time" or "-" in tag else parent.post,
    )


CREDIT: Final = 1 << tuple(CLASSES).index("credit")
"""The bit of the classes of credits: in a caption, they have a line of their own."""

_OUTSIDE: Final = _Holder(
    BLOCK_NUMBERS["div"], 0, (), 0, 0, (), link=0, href=None, quotation=0, is_hidden=False, is_preformatted=False
)
_HIDDEN: Final = _OUTSIDE._replace(is_hidden=True)


def _with_counts_apart(parts: list[tuple[str, _Holder]]) -> Iterator[list[tuple[str, _Holder]]]:
    """The parts of a line, in which a number of comments before or behind the text is a line of its own.

    Some pages link the comments on a paragraph, or on a headline, by their number: `<a class="comments-count">3</a>`.
    """
    texts = [n for n, (text, _) in enumerate(parts) if not text.isspace()] or [0]
    first, last = texts[0], texts[-1]
    cut = first + 1 if _is_count(parts[first]) else last if _is_count(parts[last]) else len(parts)
    return filter(None, (parts[:cut], parts[cut:]))


def _is_count(part: tuple[str, _Holder]) -> bool:
    """Whether the part is a link with nothing but a number of comments."""
    text, holder = part
    return bool(holder.link and holder.near[0] & COMMENT) and _COUNT.fullmatch(text) is not None


def _evidence(parts: list[tuple[str, _Holder]]) -> tuple[tuple[int, ...], tuple[int, ...], str | None]:
    """(the evidence of a line with these parts, the numbers of the blocks around it, its link)."""
    if len(parts) == 1:
        text, holder = parts[0]
        size = len(text.strip())
        linked = size if holder.link else 0
    else:
        sizes = [len(text.strip()) for text, _ in parts]
        holder = parts[sizes.index(max(sizes))][1]  # of the longest part
        size = sum(sizes)
        linked = sum([size for size, (_, piece) in zip(sizes, parts, strict=True) if piece.link])
    near = 0
    for bits in holder.near:
        near |= bits
    numbers = (
        PER * linked // max(1, size),
        int(linked == size),
        int(holder.above & IS_HIDDEN > 0),
        min(30, holder.depth),
        min(5, len(parts)),
    )
    return (
        _marks(holder.block, near, holder.above, holder.around) + numbers,
        holder.inside,
        holder.href if 2 * linked >= size else None,
    )


def _links(parts: list[tuple[str, _Holder]], line: str, start: int) -> tuple[Link, ...]:
    """The links of a line that begins at `start` of the text."""
    pieces = [html_links.Piece(text, holder.link, holder.href) for text, holder in parts]
    return html_links.of_line(pieces, line, start, is_preformatted=parts[0][1].is_preformatted)


@lru_cache(maxsize=2**14)
def _marks(block: int, near: int, above: int, around: int) -> tuple[int, ...]:
    """The numbers in the evidence that are 0 or 1: BLOCKS, CLASSES near the line, CLASSES around it, AROUND."""
    return (
        *_bits(1 << block, len(BLOCKS)),
        *_bits(near, len(CLASSES)),
        *_bits(above, len(CLASSES)),
        *_bits(around, len(AROUND)),
    )


def _bits(number: int, count: int) -> tuple[int, ...]:
    return tuple(number >> n & 1 for n in range(count))
