"""Opt-out and licence marks that the markup of an HTML page states."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from copydesk.readers.page_statements import Statements
from copydesk.rights import COMMONS, RSL_TYPE, Mark, Right, mark, merged, of_robots, of_tdm

if TYPE_CHECKING:
    from lxml.html import HtmlElement

LICENSES: Final = frozenset(
    ("dc.license", "dcterms.license", "dcterms:license", "cc:license", "license", "itemprop=license")
)
"""Statements of which the value is a licence, or its address."""

NOTICES: Final = frozenset(("dc.rights", "dcterms.rights", "dc:rights", "dcterms:rights", "copyright", "rights"))
"""Statements that usually hold a copyright notice: they are marks if they name a licence of Creative Commons."""

_COMMONS_NAMES: Final = ("cc by", "cc-by", "cc0", "creative commons")


def of(root: "HtmlElement", page: Statements) -> tuple[Right, ...]:
    """The marks of a page, in the order of their kinds: `<meta>` and JSON-LD first, then links."""
    return merged((*_stated(page), *_linked(root)))


def _stated(page: Statements) -> Iterator[Right]:
    for name, value in page.named:
        source = f"page:{name}"
        if name == "robots":
            yield from of_robots(value, source)
        elif name in LICENSES or (name in NOTICES and _is_commons(value)):
            yield from mark(Mark.LICENSE, value, source)
        else:
            yield from of_tdm(name, value, source)
    for thing in (*page.stories, *page.pages):  # an object of its own may be a picture
        found = thing.get("license")
        for one in found if isinstance(found, list) else [found]:
            address = (one.get("@id") or one.get("url") or one.get("name")) if isinstance(one, dict) else one
            if isinstance(address, str):
                yield from mark(Mark.LICENSE, address, "page:json-ld:license")


def _is_commons(value: str) -> bool:
    return COMMONS.search(value) is not None or value.strip().lower().startswith(_COMMONS_NAMES)


def _linked(root: "HtmlElement") -> Iterator[Right]:
    """The links that are licences by their `rel`, their `itemprop` or their address."""
    for element in root.iter("a", "area", "link"):
        address = element.get("href")
        if not address:
            continue
        if "license" in (element.get("rel") or "").lower().split():
            kind = Mark.RSL if (element.get("type") or "").strip().lower() == RSL_TYPE else Mark.LICENSE
            yield from mark(kind, address, "page:rel=license")
        elif (element.get("itemprop") or "").lower() == "license":
            yield from mark(Mark.LICENSE, address, "page:itemprop=license")
        elif COMMONS.match(address.strip()):
            yield from mark(Mark.LICENSE, address, f"page:{element.tag}")
