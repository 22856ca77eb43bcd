"""The pictures of an HTML page: addresses and alternative texts of `<img>` elements."""

import re
from collections.abc import Mapping
from typing import Final

from copydesk.dump import Picture

MAX_ICON: Final = 60
"""Width or height, in CSS pixels, of icons and portraits."""

MAX_DIGITS: Final = 4
"""Digits of a width or height."""

MAX_NAME: Final = 80
"""Characters at the end of an address that hold the name of the file."""

ADDRESSES: Final = ("data-src", "data-original", "data-lazy-src", "src")
"""Attributes of `<img>` with the picture's address; where there are several, `src` is only a placeholder."""

_SIZE = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)[wx](?:,|$)")
_NO_SPACE = re.compile(r"\A[0-9]{1,6}(?:\.[0-9]{1,3})?[wx],")
"""The size of one address and the comma, right in front of the next address."""

_ICON = re.compile(
    r"\.svg\b|(?<![a-z])(?:icon|logo|avatar|gravatar|sprite|placeholder|spacer|blank|pixel|twitter|facebook)s?(?![a-z])",
    re.IGNORECASE,
)


def picture_of(attributes: Mapping[str, str], start: int, inside: tuple[int, ...]) -> Picture | None:
    """The picture of an `<img>`, in its largest size; None for icons and for data in the address.

    `start` and `inside` are its place (see `copydesk.dump.Picture`).
    """
    stated = (
        _largest(attributes.get("srcset") or attributes.get("data-srcset") or ""),
        *map(attributes.get, ADDRESSES),
    )
    address = next((each.strip() for each in stated if each and not each.startswith("data:")), "")
    sizes = (attributes.get("width", ""), attributes.get("height", ""))
    is_small = any(size.isdecimal() and len(size) <= MAX_DIGITS and int(size) <= MAX_ICON for size in sizes)
    if not address or is_small or _ICON.search(address[-MAX_NAME:]):
        return None
    return Picture(start, address, attributes.get("alt", "").strip() or None, inside)


def _largest(several: str) -> str | None:
    """The address with the largest width or density in a `srcset`: "small.jpg 1x, large.jpg 2x"."""
    words = several.split()
    sizes = [(float(found[1]), at) for at, word in enumerate(words) if at and (found := _SIZE.match(word))]
    return _NO_SPACE.sub("", words[max(sizes)[1] - 1]).lstrip(",") if sizes else None
