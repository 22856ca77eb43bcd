"""Addresses of links and pictures: the picture that belongs to a caption, the story to which a teaser links."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import quote, urldefrag, urljoin, urlsplit

from copydesk.characters import HARMFUL
from copydesk.document import Image, Label
from copydesk.dump import Picture
from copydesk.metadata.fact import NOTHING, Fact
from copydesk.metadata.page import LabelledLines, Page

LINK: Final = "page:a"
PICTURE: Final = "page:img"
"""The sources of addresses: the elements that hold them."""

MAX_BLOCKS: Final = 4
"""Blocks around a caption in which its picture is searched, the innermost first."""

_NOT_IN_ADDRESS = re.compile(rf"[{HARMFUL}\s\"<>\\^`{{|}}]")
"""Characters that no address has: browsers write them as %20 and the like."""

_RELATIVE = re.compile(r"(?!#)[^:/?#]*(?:[/?#]|\Z)")
"""The beginning of an address without a scheme: no colon is in its first part."""

_BETWEEN: Final = frozenset((Label.CAPTION, Label.CREDIT, Label.DUPLICATE, Label.CONTROL))
"""The labels of lines that may be between a picture and its caption: a button that enlarges it, its credit."""


def absolute(page: Page, address: str) -> str | None:
    """An address as a complete http address; None if it is no such address or a place on the same page."""
    own = page.given.url or ""
    try:
        found = urljoin(urljoin(own, page.base or ""), address.strip())
        is_same = not address.strip() or urldefrag(found).url == urldefrag(own).url
    except ValueError:  # brackets that are no IPv6 address
        return None
    return None if is_same or not found.lower().startswith(("http://", "https://")) else found


def of_link(page: Page, address: str) -> str | None:
    """The address of a link in the text; None for one that acts (`javascript:`), and for a place on the same page.

    If nothing says where the page is, an address that is relative to it stays as the page writes it.
    """
    found = absolute(page, address)
    own = address.strip()
    if found is None and own and not page.given.url and not page.base and _RELATIVE.match(own):
        found = own
    try:
        return _NOT_IN_ADDRESS.sub(lambda char: quote(char[0]), urlsplit(found).geturl()) if found else None
    except ValueError:  # brackets that are no IPv6 address
        return None


def with_pictures(page: Page, lines: LabelledLines, images: Sequence[Fact[Image]]) -> tuple[Fact[Image], ...]:
    """The images, each with the address and the alternative text of the picture beside its caption or credit."""
    if not page.pictures:
        return tuple(images)
    labels = dict(zip(lines.numbers, lines.labels, strict=True))
    waiting = list(page.pictures)
    found: list[Fact[Image]] = []
    for image in images:
        at = next((source for source in image.sources if isinstance(source, int)), None)
        beside = None if at is None else _beside(page, labels, at, waiting)
        address = absolute(page, beside[1].address) if beside else None
        if beside and (address or beside[1].alt):
            waiting.remove(beside)
            image = Fact(replace(image.value, url=address, alt=beside[1].alt), (*image.sources, PICTURE))
        found.append(image)
    return tuple(found)


def _beside(
    page: Page, labels: dict[int, Label], line: int, pictures: Sequence[tuple[int, Picture]]
) -> tuple[int, Picture] | None:
    """The nearest picture in the smallest block around a line, with no other text between the two."""
    blocks = page.lines[line].inside[:MAX_BLOCKS]
    near = [
        (min(blocks.index(number) for number in shared), abs(following - line), n)
        for n, (following, picture) in enumerate(pictures)
        if (shared := set(blocks).intersection(picture.inside))
        and all(labels.get(between) in _BETWEEN for between in range(min(following, line), max(following, line)))
    ]
    return pictures[min(near)[2]] if near else None


def link_of(page: Page, lines: LabelledLines) -> Fact[str | None]:
    """The address to which a teaser links: with its headline, else with another line of it that is no tag or author."""
    if not page.links:
        return NOTHING
    order = (*lines.places(Label.TITLE), *lines.places(Label.PARAGRAPH, Label.CAPTION, Label.TIMESTAMP))
    for n in order:
        href = page.links.get(lines.numbers[n])
        address = absolute(page, href) if href else None
        if address:
            return Fact(address, (lines.numbers[n], LINK))
    return NOTHING
