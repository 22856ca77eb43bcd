"""The signs beside the headings of manuals that are links to the section itself: "Setting a limit¶".

Programs that make documentation print them: Sphinx and MkDocs a pilcrow, VitePress and blogs a number sign, rustdoc a
section sign, in some places before the heading.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from copydesk.edits import Edit, Rule
from copydesk.repair.context import Context

PERMALINK: Final = "permalinks.heading"
RULES = (Rule(PERMALINK, 'the sign beside a heading is a link to the section, and no part of it: "Setting a limit¶"'),)

MIN_PILCROWS: Final = 2
"""Different lines with a pilcrow at the end.  An author who writes about the sign may show one."""

MIN_SIGNS: Final = 3
"""Different lines with one of the other signs, which have other uses: "Issue #", "in the sense of §".

Both were set in December 2026 with the documentation in the kit of kinds: all 16 manuals with pilcrows have three.
"""

MAX_HEADING: Final = 120
"""Characters of a line from its beginning to the sign.  Names of functions with their arguments are long headings."""

_PILCROW = re.compile(
    r"(?<=\S)(?P<sign>\s{0,2}(?:\N{PILCROW SIGN}|\N{LINK SYMBOL}\N{VARIATION SELECTOR-16}?))(?=[ \t]*$)", re.MULTILINE
)
"""The sign may be on a line of its own, below the heading."""

_NUMBER_SIGN = re.compile(r"(?<=[^\W_]|[.?!):])(?P<sign>[ \t]#)(?=[ \t]*$)", re.MULTILINE)
_SECTION_SIGN = re.compile(r"(?<=\S)(?P<sign>[ \t]?\N{SECTION SIGN})(?=[ \t]*$)(?!\s{1,9}\d)", re.MULTILINE)
_BEFORE_HEADING = re.compile(
    r"^[ \t]*(?P<sign>\N{SECTION SIGN}[ \t]?)(?=[^\W\d_])(?=[^\n]{1,120}$)(?![^\n]*[.!?,;][ \t]*$)", re.MULTILINE
)
"""The number of a section of a law is behind the sign, and a note ends with a full stop."""

_SIGNS: Final = (
    ("\N{PILCROW SIGN}\N{LINK SYMBOL}", MIN_PILCROWS, (_PILCROW,)),
    ("#", MIN_SIGNS, (_NUMBER_SIGN,)),
    ("\N{SECTION SIGN}", MIN_SIGNS, (_SECTION_SIGN, _BEFORE_HEADING)),
)
"""The signs that count together, the lines that must have one, and where it is looked for.  Most texts have none."""


def find(text: str, context: Context) -> Iterator[Edit]:
    """One edit for each sign, if several headings of the page have the same one."""
    if not context.has(PERMALINK):
        return
    found = [
        span
        for signs, least, patterns in _SIGNS
        if any(sign in text for sign in signs)
        for span in _spans(text, least, patterns)
    ]
    for start, end in sorted(found):
        yield Edit(start, text[start:end], "", (PERMALINK,))


def _spans(text: str, least: int, patterns: Iterable[re.Pattern[str]]) -> list[tuple[int, int]]:
    """Where the signs are that one of the patterns finds.

    None if fewer than `least` different headings have one, or if most of these lines stand in a row: then they are
    labels of a form ("Phone #"), because text is below a heading.
    """
    headings: set[str] = set()
    spans: list[tuple[int, int]] = []
    in_a_row, end_of_last = 0, -1
    for match in chain.from_iterable(pattern.finditer(text) for pattern in patterns):
        start, end = match.span("sign")
        line = text.rfind("\n", 0, start) + 1
        if start - line <= MAX_HEADING:
            headings.add(text[line:start].strip() or text[end : end + MAX_HEADING].partition("\n")[0])
            spans.append((start, end))
            in_a_row += end_of_last >= 0 and not text[end_of_last:line].strip()
            end_of_last = end
    return spans if len(headings) >= least and 2 * in_a_row < len(spans) else []
