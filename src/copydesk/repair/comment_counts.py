"""The counts of comments that a page has before each of its paragraphs, as in "0 The town was founded".

Such a count is a link beside the paragraph.  A dump of the page's text has it in the paragraph's first line.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from copydesk.characters import CLOSING_QUOTES, DASHES
from copydesk.edits import Edit, Rule
from copydesk.repair.context import Context

COMMENT_COUNT: Final = "comment-counts.paragraph"
RULES = (Rule(COMMENT_COUNT, 'the count of comments before a paragraph is no part of it: "0 The town was founded"'),)

MIN_COUNTS: Final = 3
"""Paragraphs of a page that begin with "0".

Of the benchmark's dumps, only those of one host have so many (November 2026).
"""

MIN_PARAGRAPH: Final = 60
"""Characters of a line that is a paragraph, not a row of a table.  Set with the tests' cases, November 2026."""

MIN_SHARE: Final = 0.5
"""The share of paragraphs, from the first one with a count to the last, that have one.  Set like `MIN_PARAGRAPH`."""

MAX_ALIKE: Final = 0.4
"""The share of paragraphs with a count of which the first words are the same.  Set like `MIN_PARAGRAPH`."""

_DASHES: Final = f"{DASHES}-"
_WORD = re.compile(r"\W*\w+")
_OTHER_COUNT = re.compile(rf"\s*[1-9]\d{{0,2}}\s?[{DASHES}\s-]")
_GERMAN_QUOTE: Final = "\N{DOUBLE LOW-9 QUOTATION MARK}"
_BLANKS: Final = "[ \t\N{NO-BREAK SPACE}]"
_COUNT = re.compile(
    rf"(?m:^){_BLANKS}*(?P<count>0(?:{_BLANKS}+(?=[\w{CLOSING_QUOTES}{_GERMAN_QUOTE}{DASHES}-])"
    rf"|(?=[{CLOSING_QUOTES}{_GERMAN_QUOTE}]\w)))(?!\d)"
)
"""A count of comments.  Other counts than 0 could be the number of a chapter or of a street."""


def find(text: str, context: Context) -> Iterator[Edit]:
    """One edit for each count before a line, if paragraph after paragraph begins with one."""
    if not context.has(COMMENT_COUNT):
        return
    found = [match for match in _COUNT.finditer(text) if not text[match.end()].islower()]
    long = [match for match in found if _line_end(text, match.end()) - match.start("count") >= MIN_PARAGRAPH]
    counted = [match.start() for match in long if text[match.end()] not in _DASHES]
    if len(counted) < MIN_COUNTS:
        return
    first_words = Counter(word[0] for match in long if (word := _WORD.match(text, match.end())))
    between = text[counted[0] : _line_end(text, counted[-1])].split("\n")
    if first_words.most_common(1)[0][1] > MAX_ALIKE * len(long) or any(map(_OTHER_COUNT.match, between)):
        return  # "0 Uhr 12", "0 Kelvin"; the 0 of a list of figures
    paragraphs = sum(len(line.strip()) >= MIN_PARAGRAPH for line in between)
    if len(counted) >= MIN_SHARE * paragraphs:
        for match in found:
            yield Edit(match.start("count"), match["count"], "", (COMMENT_COUNT,))


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end
