"""Mojibake of which something has removed the control characters: "donât" for "don't", with a curly apostrophe.

The three bytes of a curly quotation mark or a dash were read as three characters of Latin-1.  The last two are control
characters, which extractors remove, so that ftfy can't repair the rest.  What the mark was shows in what is around it.
"""

import re
from collections.abc import Iterator
from typing import Final

from copydesk.edits import Edit, Rule
from copydesk.repair.context import Context

STRIPPED: Final = "encoding.stripped"
RULES = (
    Rule(STRIPPED, "the rest of a curly quotation mark or dash that was decoded with the wrong encoding is that mark"),
)

MIN_CONTRACTIONS: Final = 3
"""English contractions and possessives with the rest of an apostrophe: "donât".  Set with the tests' cases."""

_REST: Final = "\N{LATIN SMALL LETTER A WITH CIRCUMFLEX}"
_CONTRACTION = re.compile(rf"(?<=[A-Za-z]){_REST}(?=(?:s|t|re|ve|ll|d|m)\b)")
_OPENING = re.compile(rf"(?<![^\s(\[/]){_REST}(?=\S)")
_CLOSING = re.compile(rf"(?<=\S){_REST}(?=[\s).,;:!?\]]|$)", re.MULTILINE)
_OTHER_LETTERS = re.compile(
    f"(?![{_REST}\N{LATIN CAPITAL LETTER A WITH CIRCUMFLEX}\N{LATIN CAPITAL LETTER A WITH TILDE}])[\u00c0-\u024f]"
)
"""A letter with an accent that is no part of mojibake: then the text may be French, which has words with such an a."""


def find(text: str, context: Context) -> Iterator[Edit]:
    """One edit for each such rest, if English contractions show that the text is damaged in this way."""
    if _REST not in text or not context.has(STRIPPED):
        return
    apostrophes = {match.start() for match in _CONTRACTION.finditer(text)}
    if len(apostrophes) < MIN_CONTRACTIONS or _OTHER_LETTERS.search(text):
        return
    opening = {match.start() for match in _OPENING.finditer(text)} - apostrophes
    closing = {match.start() for match in _CLOSING.finditer(text)} - apostrophes - opening
    for match in re.finditer(_REST, text):
        at = match.start()
        if at in apostrophes:
            mark = "\N{RIGHT SINGLE QUOTATION MARK}"
        elif at in opening:
            mark = "\N{LEFT DOUBLE QUOTATION MARK}"
        elif at in closing:
            mark = "\N{RIGHT DOUBLE QUOTATION MARK}"
        else:
            mark = "\N{EM DASH}"
        yield Edit(at, match[0], mark, (STRIPPED,))
