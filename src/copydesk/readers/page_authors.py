"""The statements of an HTML page about its authors: JSON-LD, `<meta>`, `rel`, `itemprop`, and the classes of elements.

The values are as the page writes them ("Doe, Jane", "Jane Doe, editor at Example News").  What they name is decided in
`copydesk.metadata.stated_authors`.

Classes and ids are those that trafilatura searches (`trafilatura.xpaths`: AUTHOR_XPATHS, AUTHOR_DISCARD_XPATHS).
trafilatura copies the page, removes comments, dates and pictures, and searches the rest three times with regular
expressions inside XPath, which takes as long as everything else that is read from the page.  Here, one pass over class
names and ids finds the few elements that may match, and only their texts are read.  tests/test_packages.py compares the
first text with trafilatura's.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final

from copydesk.dump import AUTHOR_ELEMENT, BETWEEN_NAMES, CITED_AUTHOR, Stated
from copydesk.parsing.people import PARTICLES, is_full_name
from copydesk.readers.page_statements import Statements
from copydesk.vocabulary import one_of

if TYPE_CHECKING:
    from lxml.etree import XPath
    from lxml.html import HtmlElement

MIN_TEXT: Final = 3
MAX_TEXT: Final = 119
"""Characters of a text that may name authors; the limits of trafilatura."""

MAX_ELEMENTS: Final = 4
"""Texts of elements that are statements: those that follow are about other stories or readers."""

MAX_READ: Final = 50
"""Elements of which the text is read: each may have thousands of others inside."""

METAS: Final = (
    "article:author", "author", "authors", "byl", "creator", "dc.creator", "dc:creator", "dcterms.creator",
    "dcsext.author", "parsely-author", "rbauthors", "sailthru.author", "shareaholic:article_author_name",
    "atc-metaauthor", "article_author",
)  # fmt: skip
"""Names of authors in `<meta>`, in lower case: those of trafilatura, and one of Drupal."""

_ADDRESS = re.compile(r"https?:|www\.|/|@|[\w.+-]{1,64}@[\w.-]{3,100}$")
"""A value that is the address of a profile, an account or a mailbox."""

_INVERTED = re.compile(
    rf"(?P<family>(?:(?:{one_of(PARTICLES)})\s){{0,3}}[^\W\d_][^\s,]{{1,40}}),\s"
    r"(?P<given>[^\W\d_a-z][^\s,]{0,30}(?:\s[^\W\d_a-z][^\s,]{0,30}){0,2})(?<!\bJr)(?<!\bJr\.)(?<!\sSr)(?<!hD)(?<!MD)"
)
"""A name with the family name first: "Doe, Jane", "van der Berg, Anna M."; no degree follows the comma."""

_OTHER_ELEMENT = re.compile("[Cc]omment|[Dd]escription|[Rr]eviewer")
"""In classes of elements for readers who comment, for what an author does, and for people who checked the text."""

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


def authors_of(page: Statements, root: "HtmlElement") -> tuple[Stated, ...]:
    """What the page states about its authors, the most reliable statements first; of a paper only its own."""
    cited = [
        Stated(name, CITED_AUTHOR) for one in page.of(CITED_AUTHOR.removeprefix("page:")) for name in _cited(one.value)
    ]
    if cited:
        return tuple(dict.fromkeys(cited))
    stated = [one for one in (*page.authors(), *page.of(*METAS)) if not _ADDRESS.match(one.value)]
    elements = (Stated(text, AUTHOR_ELEMENT) for text in islice(texts_in(root), MAX_ELEMENTS))
    return (*stated, *elements)


def _cited(value: str) -> Iterator[str]:
    """The names in a statement of the authors of a paper, each with the given name first."""
    for name in value.split(";"):
        inverted = _INVERTED.fullmatch(" ".join(name.split()))
        if plain := f"{inverted['given']} {inverted['family']}" if inverted else name.strip():
            yield plain


def texts_in(root: "HtmlElement") -> Iterator[str]:
    """The texts of the elements that may name authors, those that trafilatura would read first at the beginning."""
    known: dict[HtmlElement, bool] = {}
    candidates = [each for each in _selection()(root) if _may_match(each) and not _is_inside_dropped(each, known)]
    read: dict[HtmlElement, str | None] = {}
    seen: set[str] = set()
    for is_wanted in (_is_specific, _is_generic, _is_any):
        for element in candidates:
            if not is_wanted(element) or _is_other(element):
                continue
            if element not in read and len(read) == MAX_READ:
                return
            text = read[element] if element in read else read.setdefault(element, _text(element))
            if text and text not in seen:
                seen.add(text)
                yield text


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


def _is_other(element: "HtmlElement") -> bool:
    return _OTHER_ELEMENT.search(element.get("class", "")) is not None


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
    """The element's text with single spaces, without removed elements; None if it is too short or too long.

    A bar is between names that have an element each.
    """
    pieces: list[str] = []
    size = 0
    for piece in _pieces(element):
        pieces.append(piece)
        size += len("".join(piece.split()))
        if size > MAX_TEXT:
            return None
    names = [" ".join(piece.split()) for piece in pieces if piece.strip()]
    is_list = len(names) > 1 and all(map(is_full_name, names))
    text = (BETWEEN_NAMES if is_list else " ").join(names)
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
