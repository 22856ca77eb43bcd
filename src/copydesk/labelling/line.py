"""A line of a dump as the labeller sees it."""

import re
from collections.abc import Sequence

from copydesk.characters import BULLETS
from copydesk.html_lines import COLUMNS
from copydesk.labelling.line_facts import LineFacts, facts_of

_CLOCK = re.compile(r"(?<![\d:])\d{1,2}:\d{2}(?![\d:])")
_IN_FIGCAPTION = COLUMNS.index("block figcaption")
_IN_HEADING = tuple(COLUMNS.index(f"block {tag}") for tag in ("h1", "h2", "h3"))
_ITEM = re.compile(rf"[{BULLETS}-]\s|\d{{1,3}}[.)]\s")


class Line:
    """`text` after edits, without surrounding white space, and its place.

    `apart` says whether a blank line is above it.  Where the line comes from a page, `origin` has the features of its
    place there, and `inside` the numbers of the blocks around it, the innermost first (see `copydesk.html_lines`).
    `post` is what the line is to a thread (see `copydesk.html_posts`).
    `is_section` says that an edit removed the button that edits the section below it.  `permalink` is the sign that an
    edit removed because it was a link to the line itself.  `quotation` and `table` are the numbers of the quotation
    around it and of the table of data in which it is a row; 0 without one.
    `facts` is what the line gives by itself in `language`; the most used of it are attributes of the line too.
    """

    __slots__ = (
        "apart",
        "ends",
        "facts",
        "folded",
        "hints",
        "inside",
        "is_prose",
        "is_section",
        "kinds",
        "origin",
        "permalink",
        "post",
        "quotation",
        "table",
        "text",
        "words",
    )

    def __init__(
        self,
        text: str,
        apart: bool,
        origin: tuple[int, ...] = (),
        inside: tuple[int, ...] = (),
        language: str | None = None,
        *,
        is_section: bool = False,
        permalink: str = "",
        post: int = 0,
        quotation: int = 0,
        table: int = 0,
    ) -> None:
        facts: LineFacts = facts_of(text, language)
        self.text = text
        self.apart = apart
        self.origin = origin
        self.inside = inside
        self.is_section = is_section
        self.permalink = permalink
        self.post = post
        self.quotation = quotation
        self.table = table
        self.facts = facts
        self.words = facts.words
        self.ends = facts.ends
        self.is_prose = facts.is_prose
        self.folded = facts.folded
        self.kinds = facts.kinds
        self.hints = facts.hints

    def __repr__(self) -> str:
        return f"Line({self.text!r}, apart={self.apart})"


def is_marked_up(lines: Sequence[Line]) -> bool:
    """Whether the lines come from an HTML page: then the markup around each line is known."""
    return any(line.origin for line in lines)


def is_in_figcaption(line: Line) -> bool:
    """Whether the line is in the `<figcaption>` of a page."""
    return bool(line.origin) and bool(line.origin[_IN_FIGCAPTION])


def is_in_heading(line: Line) -> bool:
    """Whether the line is in a heading of a page: `<h1>` to `<h6>`."""
    return bool(line.origin) and any(line.origin[column] for column in _IN_HEADING)


def has_clock_time(line: Line) -> bool:
    """Whether the line has a time of day: "Today, 9:43"."""
    return _CLOCK.search(line.text) is not None


def is_item(line: Line) -> bool:
    """Whether the line begins like the entry of a list: with a bullet, or a number and a full stop."""
    return not line.text[0].isalpha() and _ITEM.match(line.text) is not None
