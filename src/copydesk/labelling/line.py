"""A line of a dump as the labeller sees it, and what it says of the line."""

import re
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Final

from copydesk.characters import CLOSING_QUOTES, SENTENCE_ENDS
from copydesk.document import Label
from copydesk.labelling.words import ANY, COPYRIGHT, KINDS, LONGEST, PICTURE
from copydesk.text import count_words, folded_words

SENTENCE_WORDS: Final = 8
"""A line that ends like a sentence is one from so many words on."""

PROSE_WORDS: Final = 22
"""From so many words on, a line is running text however it ends."""

LONGEST_END: Final = 8
"""Characters: the mark that ends a sentence, with the quotes and brackets that close behind it."""

_ENDS = re.compile(rf"[:{SENTENCE_ENDS}][)\]{CLOSING_QUOTES}]*$")
_MARKS: Final = frozenset(f":{SENTENCE_ENDS})]{CLOSING_QUOTES}")
"""With which all that matches ends: most lines need no search."""


@dataclass(frozen=True, slots=True)
class Line:
    """`text` after edits, without surrounding white space; `apart`: a blank line stands before it.

    `origin` is what the markup says of it, where it comes from a page, and `inside` has the numbers of the blocks that
    hold it, the innermost first (see `copydesk.html_lines`).  `words` says how many
    it has; `ends`, whether it ends as sentences do; `is_prose`, whether it is running text: a whole sentence, or a
    long line; `folded` is the text folded (see `fold`); `kinds` has a number for each of its words there, and `hints`
    the hints of them all (see `copydesk.labelling.words`).
    """

    text: str
    apart: bool
    origin: tuple[int, ...] = field(default=(), repr=False, compare=False)
    inside: tuple[int, ...] = field(default=(), repr=False, compare=False)
    words: int = field(init=False, repr=False, compare=False)
    ends: bool = field(init=False, repr=False, compare=False)
    is_prose: bool = field(init=False, repr=False, compare=False)
    folded: str = field(init=False, repr=False, compare=False)
    kinds: list[int] = field(init=False, repr=False, compare=False)
    hints: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        text = self.text
        words = count_words(text)
        ends = text[-1:] in _MARKS and _ENDS.search(text, max(0, len(text) - LONGEST_END)) is not None
        folded = folded_words(text)
        kinds = list(map(KINDS.__getitem__, folded))
        keep = object.__setattr__
        keep(self, "words", words)
        keep(self, "ends", ends)
        keep(self, "is_prose", words >= (SENTENCE_WORDS if ends else PROSE_WORDS))
        keep(self, "folded", " ".join(folded))
        keep(self, "kinds", kinds)
        signs = COPYRIGHT | PICTURE if "\N{COPYRIGHT SIGN}" in text else 0
        keep(self, "hints", ANY & reduce(or_, kinds, signs) if len(kinds) <= LONGEST else ANY)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a line is, and the name of the rule that says so."""

    label: Label
    why: str
