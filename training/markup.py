"""What a page's own markup says of each of its words: the nearest telling tag, class or id around it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import lxml.etree
import lxml.html

from copydesk.document import Label
from copydesk.html_lines import parse

WORD: Final = re.compile(r"\w+")

MOST_CLASS_TEXT: Final = 400
"""Characters of class and id; longer ones are lists of style rules, which tell nothing."""

MOST_CAPTION_WORDS: Final = 60
LEAST_CAPTION_WORDS: Final = 3

_CLASSES: Final = tuple(
    (label, re.compile(rf"(?:^|[\s_-])(?:{words})(?=$|[\s_-])", re.IGNORECASE))
    for label, words in (
        (Label.COMMENT, r"comments?(?!-?(?:count|link|button|icon))|disqus|respond|commentlist"),
        (
            Label.TEASER,
            r"related|recommend\w*|read-?(?:more|next|also)|more-?(?:stories|news|articles|from|posts)|popular|trending|"
            r"teasers?|promo-?box|latest|most-?(?:read|viewed|popular)|you-?may|outbrain|taboola|also-?like|post-?nav\w*|"
            r"next-?post|prev-?post",
        ),
        (
            Label.PROMO,
            r"newsletter|subscri\w+|sign-?up|donat\w+|paywall|advert\w*|ads?|sponsor\w*|cta|promo|optin|banner",
        ),
        (
            Label.CONTROL,
            r"share|sharing|social|toolbar|player|login|log-?in|search|cookie|consent|gdpr|modal|popup|skip|print|toggle|"
            r"button|btn",
        ),
        (Label.CAPTION, r"captions?|wp-caption-text|legend"),
        (Label.CREDIT, r"credits?|photographer|copyright-?image|image-?source"),
        (
            Label.NOTE,
            r"disclaimers?|disclosures?|corrections?|editor'?s?-?notes?|article-?notes?|legal-?notes?|sources-?used",
        ),
        (
            Label.BIO,
            r"(?:author|writer)-?(?:bio|box|info|description|about|card)|about-?(?:the-?)?author|bio|biography",
        ),
        (Label.BYLINE, r"byline|by-?line|authors?|author-?name|posted-?by|vcard|contributors?|writer"),
        (Label.TIMESTAMP, r"date|time|timestamp|published|posted-?on|updated|pub-?date|entry-?date"),
        (
            Label.TAGS,
            r"tags?|topics?|categor\w+|cat-?links|keywords|kicker|section-?name|eyebrow|tag-?list",
        ),
        (
            Label.DECK,
            r"deck|dek|standfirst|subtitle|sub-?head(?:line)?|excerpt|lead|intro|summary|teaser-?text|abstract",
        ),
        (Label.COPYRIGHT, r"copyright|legal"),
        (
            Label.NAVIGATION,
            r"nav\w*|menu\w*|breadcrumbs?|footer|header|site-?(?:header|footer|nav|title)|sidebar|masthead|widget|toc|"
            r"table-?of-?contents|pagination",
        ),
    )
)
"""Words in class and id names that tell what stands inside; the first that matches."""

_TAGS: Final = {
    "nav": Label.NAVIGATION,
    "footer": Label.NAVIGATION,
    "aside": Label.TEASER,
    "figcaption": Label.CAPTION,
    "figure": Label.CAPTION,
    "time": Label.TIMESTAMP,
    "button": Label.CONTROL,
    "label": Label.CONTROL,
    "select": Label.CONTROL,
    "option": Label.CONTROL,
    "form": Label.CONTROL,
    "title": Label.DUPLICATE,
}
_SAY_NOTHING: Final = frozenset(("html", "body", "main", "article"))
_HIDDEN: Final = frozenset(("script", "style", "noscript", "template", "svg", "iframe"))
_HOLD_ALL: Final = frozenset((Label.COMMENT, Label.TEASER, Label.PROMO, Label.BIO, Label.NOTE))
"""What stands inside these is theirs, whatever it is by itself."""

_HOLD_MUCH: Final = frozenset((Label.NAVIGATION, Label.CONTROL))
_HEADS: Final = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_ITEMS: Final = frozenset(("li", "dt", "dd", "td", "th", "tr"))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a word stands: what the markup around it says, what block it is in, whether it is linked.

    Blocks are h1, heading (the others), item (of a list or table) and text.
    """

    label: Label | None
    block: str
    linked: bool = False


def words(page: str) -> Iterator[tuple[str, Place]]:
    """Each visible word of an HTML page, case-folded, with its place."""
    root = parse(page)
    if root is None:
        return
    places: dict[lxml.html.HtmlElement, Place | None] = {}
    pictured = frozenset(_pictured(root))
    for event, element in lxml.etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event == "start":
            text, holder = element.text, element
        else:
            text, holder = element.tail, element.getparent()
        if text and holder is not None and not text.isspace():
            place = _place(holder, places, pictured)
            if place:
                yield from ((word.casefold(), place) for word in WORD.findall(text))


def _pictured(root: lxml.html.HtmlElement) -> Iterator[lxml.html.HtmlElement]:
    """Elements around a picture that hold few words beside it, neither headings nor links: its caption."""
    for picture in root.iter("img", "picture", "video"):
        around = picture.getparent()
        while around is not None and around.tag not in _SAY_NOTHING:
            held = len(WORD.findall(around.text_content()))
            leads = any(link.text_content().strip() for link in around.iter("a", *_HEADS))
            if held > MOST_CAPTION_WORDS or leads:
                break
            if held >= LEAST_CAPTION_WORDS:
                yield around
            around = around.getparent()


def _place(
    element: lxml.html.HtmlElement,
    known: dict[lxml.html.HtmlElement, Place | None],
    pictured: frozenset[lxml.html.HtmlElement],
) -> Place | None:
    """None inside elements that show nothing."""
    above: list[lxml.html.HtmlElement] = []
    node: lxml.html.HtmlElement | None = element
    while node is not None and node not in known:
        above.append(node)
        node = node.getparent()
    place: Place | None = Place(None, "text") if node is None else known[node]
    for node in reversed(above):
        place = _inside(node, place, is_pictured=node in pictured)
        known[node] = place
    return place


def _inside(element: lxml.html.HtmlElement, around: Place | None, *, is_pictured: bool) -> Place | None:
    tag = element.tag if isinstance(element.tag, str) else ""
    if around is None or tag in _HIDDEN:
        return None
    block = tag if tag == "h1" else "heading" if tag in _HEADS else "item" if tag in _ITEMS else around.block
    own = None if tag in _SAY_NOTHING else _TAGS.get(tag) or _named(element)
    linked = around.linked or (tag == "a" and bool(element.get("href")))
    if tag == "a" and "tag" in (element.get("rel") or "").split():
        own = Label.TAGS
    if own is None and is_pictured:
        own = Label.CAPTION
    held_whole = around.label in _HOLD_ALL and own not in (Label.COMMENT, Label.TEASER)
    held = around.label in _HOLD_MUCH and own not in (*_HOLD_ALL, Label.COPYRIGHT, Label.TAGS)
    if held_whole or held:
        own = around.label
    return Place(own or around.label, block, linked)


def _named(element: lxml.html.HtmlElement) -> Label | None:
    names = " ".join(filter(None, (element.get("class"), element.get("id"), element.get("itemprop"))))
    if not names or len(names) > MOST_CLASS_TEXT:
        return None
    return next((label for label, pattern in _CLASSES if pattern.search(names)), None)
