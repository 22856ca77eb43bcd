"""Mojibake: text that was decoded with the wrong encoding.  `mojibake` repairs the lines that may have it."""

import re
from collections.abc import Iterator

from copydesk.edits import Edit, Rule
from copydesk.repair.context import Context

RULES = (Rule("encoding.mojibake", "text decoded with the wrong encoding reads as it was written (ftfy)"),)

_SUSPECT = re.compile(
    "[^\\x00-\\x7f\N{NO-BREAK SPACE}\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}"
    "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}\N{EN DASH}\N{EM DASH}"
    "\N{HORIZONTAL ELLIPSIS}\N{BULLET}\N{MIDDLE DOT}\N{COPYRIGHT SIGN}\N{REGISTERED SIGN}]"
)
"""A character that is neither ASCII nor usual punctuation.  A search for one is cheap, and all mojibake of UTF-8 has
one: each letter becomes two characters or more, and in no encoding are all of them usual punctuation."""


def find(text: str, context: Context) -> Iterator[Edit]:
    """The edits, line by line.  A line without a suspicious character costs one search."""
    if text.isascii() or not context.has("encoding.mojibake") or not _SUSPECT.search(text):
        return
    from copydesk.repair import mojibake  # takes 35 ms with ftfy, and plain English does not need it

    yield from mojibake.find(_suspects(text))


def _suspects(text: str) -> Iterator[tuple[int, str]]:
    """The lines that may be damaged, each with the place of its first character."""
    at = 0
    for line in text.splitlines(keepends=True):
        if not line.isascii() and _SUSPECT.search(line):
            yield at, line
        at += len(line)
