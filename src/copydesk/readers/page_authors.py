"""Finds names of authors in the elements of a page that states no authors, as trafilatura does, but faster.

trafilatura copies the page, removes comments, dates and pictures, and searches the rest three times with regular
expressions inside XPath.  This takes as long as everything else that is read from the page.  Here, one pass over class
names and ids finds the few elements that may match, and only their texts are read.

The expressions below are those of `trafilatura.xpaths` (AUTHOR_XPATHS, AUTHOR_DISCARD_XPATHS).  tests/test_packages.py
compares the answers.  If trafilatura changes its expressions, that test fails, and this module must change too.  Delete
this module when trafilatura's own search is as fast.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lxml.etree import XPath
    from lxml.html import HtmlElement

MIN_TEXT: Final = 3
MAX_TEXT: Final = 119
"""Characters of a text that may name authors; the limits of trafilatura."""

_MAY_MATCH = re.compile(
    "uthor|yline|username|byl|BBL|channel-name|zuozhe|bianji|xiaobian|submitted-by|posted-by|journalist-name|screenname|"
    "writer"
)
"""Each element that one of the searches below accepts has this in an attribute, except `<author>`."""

_SPECIFIC_TAGS: Final = frozenset(("a", "address", "div", "link", "p", "span", "strong"))
_SPECIFIC_CLASS = re.compile("author-?name|AuthorName|authorName")
_GENERIC_TAGS: Final = frozenset(("a", "div", "h3", "h4", "p", "span"))
_GENERIC_CLASSES: Final = ("byline", "username", "byl", "BBL")
_GENERIC_ID = re.compile("author|zuozhe|bianji|xiaobian")
_GENERIC_CLASS = re.compile("author|channel-name|zuozhe|bianji|xiaobian|submitted-by|posted-by|journalist-name")
_ANY_ID = re.compile("[Aa]uthor")
_ANY_CLASS = re.compile("[Aa]uthor|screenname|writer|[Bb]yline")

_DROPPED_TAGS: Final = frozenset(("a", "div", "section", "span"))
_DROPPED_CLASSES: Final = ("comments", "title", "date")
_DROPPED_ID = re.compile("^comments|comment-?list|ProductReviews")
_DROPPED_CLASS = re.compile(
    "^[Cc]omments|commentlist|comments-list|sidebar|is-hidden|quote|embedly-instagram|article-(?:share|support)|print|"
    "category|meta-date|meta-reviewer"
)


def named_in(root: "HtmlElement") -> str | None:
    """The authors that the page's elements name, as `trafilatura.metadata.extract_author` gives them."""
    from trafilatura.json_metadata import normalize_authors

    known: dict[HtmlElement, bool] = {}
    candidates = [each for each in _selection()(root) if _may_match(each) and not _is_inside_dropped(each, known)]
    for is_wanted in (_is_specific, _is_generic, _is_any):
        for element in candidates:
            if is_wanted(element) and (text := _text(element)):
                authors: str | None = normalize_authors(None, text)
                return authors
    return None


@cache
def _selection() -> "XPath":
    from lxml.etree import XPath

    return XPath("//author|//*[@class or @id or @itemprop or @rel or @data-testid or @data-component]")


def _may_match(element: "HtmlElement") -> bool:
    get = element.get
    names = get("class"), get("id"), get("itemprop"), get("rel"), get("data-testid"), get("data-component")
    return element.tag == "author" or _is_wanted(" ".join(filter(None, names)))


@lru_cache(maxsize=2**12)
def _is_wanted(names: str) -> bool:
    return _MAY_MATCH.search(names) is not None


def _is_specific(element: "HtmlElement") -> bool:
    get, tag = element.get, element.tag
    return tag == "author" or (
        tag in _SPECIFIC_TAGS
        and (
            "author" in (get("rel"), get("id"), get("class"))
            or get("itemprop") == "author name"
            or get("data-testid") in ("AuthorCard", "AuthorURL")
            or _SPECIFIC_CLASS.search(get("class", "")) is not None
        )
    )


def _is_generic(element: "HtmlElement") -> bool:
    get = element.get
    return element.tag in _GENERIC_TAGS and (
        get("class") in _GENERIC_CLASSES
        or "author" in get("itemprop", "")
        or _GENERIC_ID.search(get("id", "")) is not None
        or _GENERIC_CLASS.search(get("class", "")) is not None
    )


def _is_any(element: "HtmlElement") -> bool:
    get = element.get
    return (
        "Byline" in get("data-component", "")
        or "author" in get("itemprop", "")
        or _ANY_ID.search(get("id", "")) is not None
        or _ANY_CLASS.search(get("class", "")) is not None
    )


def _is_dropped(element: "HtmlElement") -> bool:
    """Whether trafilatura removes the element before it searches for authors."""
    get, tag = element.get, element.tag
    if tag not in _DROPPED_TAGS:
        return tag in ("time", "figure")
    return (
        get("id") == "comments"
        or get("class") in _DROPPED_CLASSES
        or _DROPPED_ID.search(get("id", "")) is not None
        or _DROPPED_CLASS.search(get("class", "")) is not None
        or "Figure" in get("data-component", "")
    )


def _is_inside_dropped(element: "HtmlElement", known: "dict[HtmlElement, bool]") -> bool:
    """Whether the element, or one around it, is removed.  `known` has the answers so far for this page."""
    chain: list[HtmlElement] = []
    at: HtmlElement | None = element
    while at is not None and at not in known:
        chain.append(at)
        at = at.getparent()
    is_inside = known[at] if at is not None else False
    for each in reversed(chain):
        is_inside = is_inside or _is_dropped(each)
        known[each] = is_inside
    return is_inside


def _text(element: "HtmlElement") -> str | None:
    """The element's text with single spaces, without removed elements; None if it is too short or too long."""
    pieces: list[str] = []
    size = 0
    for piece in _pieces(element):
        pieces.append(piece)
        size += len("".join(piece.split()))
        if size > MAX_TEXT:
            return None
    text = " ".join(" ".join(pieces).split())
    return text if MIN_TEXT <= len(text) <= MAX_TEXT else None


def _pieces(element: "HtmlElement") -> Iterator[str]:
    """The texts inside the element.  The text after a removed element is joined to the text before it."""
    from lxml.etree import iterwalk

    walk = iterwalk(element, events=("start", "end", "comment", "pi"))
    piece = ""
    dropped: HtmlElement | None = None
    for event, each in walk:
        if event == "start":
            if each is not element and _is_dropped(each):
                walk.skip_subtree()
                dropped = each
                continue
            yield piece
            piece = each.text or ""
        elif dropped is not None and each is dropped:
            piece += each.tail or ""
        elif each is not element:
            yield piece
            piece = each.tail or ""
    yield piece
