"""An HTML page as lines of text that remember where they stood.

The text is what a browser shows, a block a line, but nothing is left out for being furniture: labelling decides that
later, and an origin for each line tells it what the markup around the line says.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import lxml.etree
import lxml.html

from copydesk.dump import Origin

INLINE: Final = frozenset(
    (
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i"),
        *("img", "ins", "kbd", "label", "mark", "picture", "q", "s", "samp", "small", "span", "strike", "strong"),
        *("sub", "sup", "time", "tt", "u", "var", "wbr"),
    )
)
"""Elements at whose borders no line ends."""

PART_OF_WORD: Final = frozenset(("b", "em", "font", "i", "small", "strong", "sub", "sup", "u", "wbr"))
"""Elements that stand within words; between two others that touch, a browser leaves room where a style says so."""

HIDDEN: Final = frozenset(
    (
        *("script", "style", "noscript", "template", "svg", "iframe", "head", "title", "textarea", "select"),
        *("object", "canvas"),
    )
)
"""Elements of which nothing is shown, or nothing that is the page's."""

KEPT_BREAKS: Final = "pre"
"""The element in which breaks are kept."""

BLOCKS: Final = ("h1", "h2", "h3", "li", "p", "td", "blockquote", "figcaption", "div")
"""The nearest of these around a line; h4 to h6 count as h3, cells and definitions as td and li."""

SAME_BLOCK: Final = {
    "h4": "h3", "h5": "h3", "h6": "h3", "th": "td", "dt": "li", "dd": "li", "section": "div", "article": "div",
    "main": "div", "body": "div",
}  # fmt: skip

AROUND: Final = (
    *("article", "main", "nav", "header", "footer", "aside", "figure", "form", "ul", "table", "time", "button"),
    *("address", "details", "pre"),
)
"""Whether any of these stands around the line."""

CLASSES: Final[Mapping[str, str]] = {
    "comment": r"comments?|disqus|respond|replies",
    "teaser": r"related|recommend\w*|read-?(?:more|next|also)|more|popular|trending|teasers?|latest|most-?\w+|cards?|"
    r"outbrain|taboola|also-?like|next|prev\w*|carousel|grid|feed|list|river",
    "promo": r"newsletters?|subscri\w+|sign-?up|donat\w+|paywall|advert\w*|ads?|sponsor\w*|cta|promos?|optin|banner",
    "control": r"share|sharing|social|toolbar|player|video|login|search|cookies?|consent|gdpr|modal|popup|dialog|skip|"
    r"print|toggle|buttons?|btn|accordion|tabs?",
    "caption": r"captions?|wp-caption-text|legend|figcaption|image-?(?:text|desc\w*)",
    "credit": r"credits?|photographer|copyright-?image|image-?source|source",
    "note": r"disclaimers?|disclosures?|corrections?|notes?|footnotes?|references?|sources",
    "bio": r"bio|biography|about-?(?:the-?)?author|author-?(?:bio|box|info|description|about|card)",
    "byline": r"byline|by-?line|authors?|posted-?by|vcard|contributors?|writers?|reporters?",
    "date": r"dates?|time|timestamp|published|posted-?on|updated|pub-?date|entry-?date|datetime",
    "tags": r"tags?|topics?|categor\w+|keywords|kicker|eyebrow|section-?name|labels?",
    "deck": r"deck|dek|standfirst|subtitle|sub-?head(?:line)?|excerpt|lead|lede|intro|summary|abstract",
    "headline": r"headlines?|titles?|heading",
    "legal": r"copyright|legal|terms|privacy",
    "navigation": r"nav\w*|menus?|breadcrumbs?|footer|header|sidebar|masthead|widgets?|toc|table-?of-?contents|"
    r"pagination|site-?\w+|topbar",
    "story": r"article|story|post|entry|body|content|text|prose|rich-?text|copy|main|paragraph|wysiwyg",
}
"""Words that people name classes and ids by; the near ones and any above are told apart."""

NEAR: Final = 3
"""Elements around a line whose classes and ids count as near."""

LEVELS: Final = 5
"""Blocks around a line that are told apart."""

NAMED_BY: Final = frozenset(("class", "id", "itemprop", "role", "data-testid", "data-component"))
"""Attributes by which people name what an element holds."""

MOST_CLASS_TEXT: Final = 300
"""Characters of class, id and the like; longer ones are lists of style rules, which tell nothing."""

PER: Final = 1000

_CLASS = {name: re.compile(rf"(?<![a-z])(?:{words})(?![a-z])", re.IGNORECASE) for name, words in CLASSES.items()}
_ANY_CLASS = re.compile(rf"(?<![a-z])(?:{'|'.join(CLASSES.values())})(?![a-z])", re.IGNORECASE)
_DIGITS = re.compile("[0-9]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_END_OF_PAGE = re.compile(r"</(?:body|html)\b[^<>]{0,200}>", re.IGNORECASE)
_SPACE = re.compile(r"[\t\r\n\f][ \t\r\n\f]*| [ \t\r\n\f]+")  # all white space but a single " "
_NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

COLUMNS: Final = len(BLOCKS) + 2 * len(CLASSES) + len(AROUND) + 5
"""Numbers of an origin's evidence."""


NOTHING_KNOWN: Final = (0,) * COLUMNS
"""Of a line that the page does not have."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """The page's text, and the origin of each of its lines with anything on it, in order."""

    text: str
    origins: tuple[Origin, ...]


class _Holder(NamedTuple):
    """What an element and those around it say of its text."""

    block: int
    """The number of the nearest of BLOCKS."""
    around: int
    """Which of AROUND are around the text, a bit each."""
    near: tuple[int, ...]
    """Classes of the element and those around it, the nearest first, a bit each; at most NEAR."""
    above: int
    """Classes of all elements around the text, a bit each."""
    depth: int
    inside: tuple[int, ...]
    """The numbers of the blocks around the text, the innermost first; at most LEVELS."""
    is_link: bool
    is_hidden: bool
    keeps_breaks: bool


_ELEMENT_CLASSES: Final = lxml.etree.ElementDefaultClassLookup(
    element=lxml.html.HtmlElement,
    comment=lxml.html.HtmlComment,
    pi=lxml.html.HtmlProcessingInstruction,
    entity=lxml.html.HtmlEntity,
)
"""Every element is a plain one: lxml.html's own table, which knows forms too, asks Python about each."""


def parse(markup: str) -> lxml.html.HtmlElement | None:
    """The page's elements, down to the 2,048th level; None where it holds none, or is nested deeper."""
    parser = lxml.etree.HTMLParser(encoding="utf-8", huge_tree=True)
    parser.set_element_class_lookup(_ELEMENT_CLASSES)
    try:
        root: lxml.html.HtmlElement = lxml.html.document_fromstring(_data(markup), parser=parser)
    except (lxml.etree.ParserError, lxml.etree.XMLSyntaxError):
        return None
    too_deep = any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log)
    return None if too_deep else root


def render(root: lxml.html.HtmlElement) -> Rendered:
    """The text of a page, a block a line."""
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
    """The same of a page that is nested too deep for a tree: its elements are read as they come."""
    target = _Target()
    parser = lxml.etree.HTMLParser(target=target, encoding="utf-8", huge_tree=True)
    parser.feed(_data(markup))
    parser.close()
    return target.walk.rendered()


def _data(markup: str) -> bytes:
    """The markup as it is parsed: libxml2 drops what follows the end of the page, where browsers read on."""
    return _END_OF_PAGE.sub("", markup.replace("\x00", "")).encode("utf-8", "replace")


_Attributes = Iterable[tuple[str, str]]
"""Names and values."""


class _Walk:
    """A page's elements and texts, as they come, made into lines."""

    def __init__(self) -> None:
        self._holders = [_OUTSIDE]
        self._opened = 0
        self._lines: list[str] = []
        self._origins: list[Origin] = []
        self._size = 0
        self._pieces: list[tuple[str, _Holder]] = []
        """What the line that is being filled holds so far."""
        self._closed: str | None = None
        """The inline element that was closed last, with nothing behind it yet."""

    def open(self, tag: str, attributes: _Attributes) -> None:
        """An element begins."""
        self._opened += 1
        parent = self._holders[-1]
        if parent.is_hidden:  # a hidden element ends the line before and behind it: what is inside needs no care
            self._holders.append(parent)
            return
        self._holders.append(_holder(tag, attributes, parent, self._opened))
        if tag not in INLINE:
            if self._pieces:
                self._end_line()
        elif self._closed is not None and tag not in PART_OF_WORD and self._closed not in PART_OF_WORD:
            self._pieces.append((" ", self._pieces[-1][1] if self._pieces else _OUTSIDE))
        self._closed = None

    def close(self, tag: str) -> None:
        """The element that was opened last ends."""
        self._holders.pop()
        if tag in INLINE:
            self._closed = tag
        else:
            self._closed = None
            if self._pieces:
                self._end_line()

    def text(self, text: str) -> None:
        """Text stands here; breaks in it are spaces, but where they are kept."""
        holder = self._holders[-1]
        if holder.is_hidden:
            return
        if holder.keeps_breaks and "\n" in text:
            for n, line in enumerate(text.split("\n")):
                if n and self._pieces:
                    self._end_line()
                self._pieces.append((line, holder))
        else:
            self._pieces.append((text, holder))
        self._closed = None

    def _end_line(self) -> None:
        pieces, self._pieces = self._pieces, []
        text = pieces[0][0] if len(pieces) == 1 else "".join([text for text, _ in pieces])
        if not text or text.isspace():
            return
        text = _SPACE.sub(" ", text).strip(" ")
        self._lines.append(text)
        self._origins.append(Origin(self._size, *_evidence(pieces)))
        self._size += len(text) + 1

    def rendered(self) -> Rendered:
        """All lines."""
        if self._pieces:
            self._end_line()
        return Rendered("\n".join(self._lines), tuple(self._origins))


class _Target:
    """What lxml tells of a page's elements, given to a walk."""

    def __init__(self) -> None:
        self.walk = _Walk()

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        self.walk.open(tag, attributes.items())

    def end(self, tag: str) -> None:
        """An element ends."""
        self.walk.close(tag)

    def data(self, text: str) -> None:
        """Text stands here."""
        if text:
            self.walk.text(text)

    def close(self) -> None:
        """The page ends."""


def _holder(tag: str, attributes: _Attributes, parent: _Holder, number: int) -> _Holder:
    if tag in HIDDEN:
        return _HIDDEN
    own = _named(attributes) if attributes else 0
    return _Holder(
        _BLOCK_OF.get(tag, parent.block),
        parent.around | _AROUND_BITS.get(tag, 0),
        (own, *parent.near[: NEAR - 1]),
        parent.above | own,
        parent.depth + 1,
        parent.inside if tag in INLINE else (number, *parent.inside[: LEVELS - 1]),
        parent.is_link or tag == "a",
        False,
        parent.keeps_breaks or tag == KEPT_BREAKS,
    )


def _named(attributes: _Attributes) -> int:
    """The kinds of names among an element's attributes, and whether it is hidden, a bit each."""
    names: list[str] = []
    hidden = 0
    for name, value in attributes:
        if name in NAMED_BY:
            names.append(value)
        elif name == "hidden" or (name == "style" and _NOT_SHOWN.search(value)):
            hidden = IS_HIDDEN
    text = " ".join(filter(None, names))
    return hidden | _classes(text) if text and len(text) <= MOST_CLASS_TEXT else hidden


_BLOCK_NUMBERS: Final = {block: n for n, block in enumerate(BLOCKS)}
_BLOCK_OF: Final = _BLOCK_NUMBERS | {tag: _BLOCK_NUMBERS[block] for tag, block in SAME_BLOCK.items()}
_AROUND_BITS: Final = {tag: 1 << n for n, tag in enumerate(AROUND)} | {"ol": 1 << AROUND.index("ul")}
IS_HIDDEN: Final = 1 << len(CLASSES)
_OUTSIDE: Final = _Holder(_BLOCK_NUMBERS["div"], 0, (), 0, 0, (), is_link=False, is_hidden=False, keeps_breaks=False)
_HIDDEN: Final = _OUTSIDE._replace(is_hidden=True)


@lru_cache(maxsize=2**14)
def _classes(names: str) -> int:
    """The kinds of names among an element's classes and id, a bit each."""
    found = 0
    for name in _DIGITS.sub("0", names).split():  # which digits they are makes no difference
        found |= _kinds(name)
    return found


@lru_cache(maxsize=2**14)
def _kinds(name: str) -> int:
    """The kinds to which one name belongs, a bit each."""
    apart = _CAMEL.sub("-", name)
    if not _ANY_CLASS.search(apart):
        return 0
    return sum(1 << n for n, pattern in enumerate(_CLASS.values()) if pattern.search(apart))


def _evidence(pieces: list[tuple[str, _Holder]]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The evidence of a line that is made of `pieces`, and the numbers of the blocks around it."""
    if len(pieces) == 1:
        text, holder = pieces[0]
        size = len(text.strip())
        linked = size if holder.is_link else 0
    else:
        sizes = [len(text.strip()) for text, _ in pieces]
        holder = pieces[sizes.index(max(sizes))][1]  # of the longest piece
        size = sum(sizes)
        linked = sum([size for size, (_, piece) in zip(sizes, pieces, strict=True) if piece.is_link])
    near = 0
    for bits in holder.near:
        near |= bits
    numbers = (
        PER * linked // max(1, size),
        int(linked == size),
        int(holder.above & IS_HIDDEN > 0),
        min(30, holder.depth),
        min(5, len(pieces)),
    )
    return _marks(holder.block, near, holder.above, holder.around) + numbers, holder.inside


@lru_cache(maxsize=2**14)
def _marks(block: int, near: int, above: int, around: int) -> tuple[int, ...]:
    """The evidence that is either there or not: BLOCKS, near CLASSES, CLASSES above, AROUND."""
    return (
        *_bits(1 << block, len(BLOCKS)),
        *_bits(near, len(CLASSES)),
        *_bits(above, len(CLASSES)),
        *_bits(around, len(AROUND)),
    )


def _bits(number: int, count: int) -> tuple[int, ...]:
    return tuple(number >> n & 1 for n in range(count))
