"""Mojibake of which something has removed the control characters: "donât" for "don't", with a curly apostrophe.

The three bytes of a curly quotation mark or a dash were read as three characters of Latin-1.  The last two are control
characters, which extractors remove, so that ftfy can't repair the rest.  What the mark was shows in what is around it.
"""

import re
from collections.abc import Iterator
from typing import Final

from copydesk import lexicon
from copydesk.edits import Edit, Rule
from copydesk.repair.context import Context

STRIPPED: Final = "encoding.stripped"
RULES = (
    Rule(
        STRIPPED,
        "what is left of a curly quotation mark or dash, after decoding with the wrong encoding, is that mark again",
    ),
)

MIN_CONTRACTIONS: Final = 3
"""English contractions with the rest of an apostrophe: "donât".  Set with the tests' cases, November 2026."""

_REST: Final = "\N{LATIN SMALL LETTER A WITH CIRCUMFLEX}"
_CONTRACTION = re.compile(
    rf"\b(?:(?:do|does|did|is|are|was|were|wo|ca|could|would|should|have|has|had|ai)n{_REST}t"
    rf"|(?:i|you|we|they|he|she|it|that|there|what|who|here|let){_REST}(?:s|re|ve|ll|d|m))\b",
    re.IGNORECASE,
)
"""Forms that no other word has: "Plâs" and "Tâm" are names."""

_MARK = re.compile(
    rf"(?P<apostrophe>(?<=[A-Za-z]){_REST}(?=(?:s|t|re|ve|ll|d|m)\b)|(?<=\b[OD]){_REST}(?=[A-Z])|(?<=\bo){_REST}(?=clock\b))"
    rf"|(?P<years>(?<=\d){_REST}(?=\d))"
    rf"|(?P<opening>(?<![^\s(\[/]){_REST}(?=[A-Za-z0-9$]))"
    rf"|(?P<closing>(?<=\S){_REST}(?=[\s).,;:!?\]]|$))"
    rf"|(?P<dash>(?<=\s){_REST}(?=\s))"
    rf"|(?P<between>(?<=[A-Za-z,]){_REST}(?=[A-Za-z]))",
    re.MULTILINE,
)
_MARKS: Final = {
    "apostrophe": "\N{RIGHT SINGLE QUOTATION MARK}",
    "years": "\N{EN DASH}",
    "opening": "\N{LEFT DOUBLE QUOTATION MARK}",
    "closing": "\N{RIGHT DOUBLE QUOTATION MARK}",
    "dash": "\N{EM DASH}",
    "between": "\N{EM DASH}",
}
_BEFORE = re.compile(r"(?<![A-Za-z])[A-Za-z]+$")
_BEHIND = re.compile(r"[A-Za-z]+")
_OTHER_LETTERS = re.compile(
    f"(?![{_REST}\N{LATIN CAPITAL LETTER A WITH CIRCUMFLEX}\N{LATIN CAPITAL LETTER A WITH TILDE}])"
    "[\u00c0-\u024f\u1e00-\u1eff]"
)
"""A letter with an accent that is no part of mojibake: then the text may be in a language that has this letter."""

MAX_WORD: Final = 30
"""Characters of the word before a dash."""


def find(text: str, context: Context) -> Iterator[Edit]:
    """One edit for each such rest, if English contractions show that the text is damaged in this way."""
    if _REST not in text or not context.has(STRIPPED):
        return
    if sum(1 for _ in _CONTRACTION.finditer(text)) < MIN_CONTRACTIONS or _OTHER_LETTERS.search(text):
        return
    is_open = False
    for match in _MARK.finditer(text):
        kind = match.lastgroup or ""
        if kind == "between" and not _are_words(text, match.start()):
            continue
        if kind == "closing" and not is_open and text[match.start() - 1] == "s":
            kind = "apostrophe"  # "the students' ferry"
        is_open = kind == "opening" or (is_open and kind != "closing")
        yield Edit(match.start(), match[0], _MARKS[kind], (STRIPPED,))


def _are_words(text: str, at: int) -> bool:
    """Whether there are English words on both sides: a dash stands between them, and no letter is missing."""
    before = _BEFORE.search(text[max(0, at - MAX_WORD) : at])
    behind = _BEHIND.match(text, at + 1)
    known = lexicon.words("en")
    return behind is not None and all(word[0].lower() in known for word in (before, behind) if word is not None)
