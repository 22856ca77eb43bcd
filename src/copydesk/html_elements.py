"""The elements of HTML: which are part of a line, which hide their text, and which say something about it."""

from typing import Final

from copydesk.characters import DOUBLE_QUOTES

INLINE: Final = frozenset(
    (
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i"),
        *("img", "ins", "kbd", "label", "mark", "picture", "q", "s", "samp", "small", "span", "strike", "strong"),
        *("sub", "sup", "time", "tt", "u", "var", "wbr"),
    )
)
"""Elements that do not start or end a line."""

PART_OF_WORD: Final = frozenset(("b", "em", "font", "i", "small", "strong", "sub", "sup", "u", "wbr"))
"""Elements that can be part of a word.  If two other elements have no space between them, one is added, because style
rules often make a distance there."""

HIDDEN: Final = frozenset(
    (
        *("script", "style", "noscript", "template", "svg", "iframe", "head", "title", "textarea", "select"),
        *("object", "canvas"),
    )
)
"""Elements that show nothing, or no text of the page itself."""

PREFORMATTED: Final = "pre"
"""The element in which line breaks are preserved."""

BLOCKS: Final = ("h1", "h2", "h3", "li", "p", "td", "blockquote", "figcaption", "div")
"""The block of a line is the innermost of these elements around it.  SAME_BLOCK has the other elements that count as
one."""

SAME_BLOCK: Final = {
    "h4": "h3", "h5": "h3", "h6": "h3", "th": "td", "dt": "li", "dd": "li", "section": "div", "article": "div",
    "main": "div", "body": "div",
}  # fmt: skip

BLOCK_NUMBERS: Final = {block: n for n, block in enumerate(BLOCKS)}
BLOCK_OF: Final = BLOCK_NUMBERS | {tag: BLOCK_NUMBERS[block] for tag, block in SAME_BLOCK.items()}
"""The number of each of BLOCKS, and of the block that an element counts as."""

AROUND: Final = (
    *("article", "main", "nav", "header", "footer", "aside", "figure", "form", "ul", "table", "time", "button"),
    *("address", "details", "pre"),
)
"""Elements that say something about each line inside them, at any depth."""

AROUND_BITS: Final = {tag: 1 << n for n, tag in enumerate(AROUND)} | {"ol": 1 << AROUND.index("ul")}
"""A bit for each of them."""

ENDS_CAPTION: Final = (".", "!", "?", ")", "\N{RIGHT DOUBLE QUOTATION MARK}", "\N{HORIZONTAL ELLIPSIS}")
"""The end of a caption in front of its credit.  Behind other characters, the credit may be a part of its sentence."""


def begins_headline(text: str) -> bool:
    """Whether a text behind a kicker begins with a capital, a figure, a quotation mark or a letter without capitals."""
    first = text.lstrip()[0]
    return first.isdigit() or first in DOUBLE_QUOTES or (first.isalpha() and not first.islower())


def ends_caption(text: str) -> bool:
    """Whether a text ends as a caption does."""
    return text.rstrip().endswith(ENDS_CAPTION)
