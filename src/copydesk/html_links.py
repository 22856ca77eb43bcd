"""Where the links of a line are: the words that each covers, in the text of the page."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from copydesk.document import Link

MAX_ADDRESS: Final = 2000
"""Characters of an address; with longer ones, a short page could give a record of any size.

Set in November 2026: the longest one on 64 pages of the benchmark kit has 1,550.
"""

SPACES: Final = " \t\r\n\f"
"""White space that HTML shows as one space."""

_SPACES = re.compile(rf"[{SPACES}]+")


class Piece(NamedTuple):
    """A part of a line as the page has it; `link` is the number of the link around it, or 0, and `href` its address."""

    text: str
    link: int
    href: str | None


def of_line(pieces: Sequence[Piece], line: str, start: int, *, is_preformatted: bool) -> tuple[Link, ...]:
    """The links of a line that begins at `start` of the page's text, without the spaces at their ends.

    `line` is the text that the pieces give together, with one space for each stretch of white space.
    """
    found: list[Link] = []
    at, number, first, href = 0, 0, 0, ""
    after_space = True  # white space at the start of a line is not shown
    for piece in pieces:
        shown = piece.text
        if not is_preformatted:
            shown = _SPACES.sub(" ", shown)
            shown = shown[1:] if after_space and shown.startswith(" ") else shown
            after_space = shown.endswith(" ") if shown else after_space
        if piece.link != number:
            found += _between(line, first, at, href, start) if number else ()
            number, first, href = piece.link, at, piece.href or ""
        at += len(shown)
    found += _between(line, first, at, href, start) if number else ()
    return tuple(found)


def _between(line: str, first: int, end: int, href: str, start: int) -> Iterator[Link]:
    """The link over these characters of the line, if it has words and an address."""
    words = line[first:end]
    first += len(words) - len(words.lstrip())
    end = first + len(words.strip())
    if first < end and href and len(href) <= MAX_ADDRESS:
        yield Link(start + first, start + end, href)
