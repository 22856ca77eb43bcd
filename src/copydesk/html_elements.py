"""The elements of HTML: which are part of a line, which hide their text, and which say something about it."""

from typing import Final

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

AROUND: Final = (
    *("article", "main", "nav", "header", "footer", "aside", "figure", "form", "ul", "table", "time", "button"),
    *("address", "details", "pre"),
)
"""Elements that say something about each line inside them, at any depth."""
