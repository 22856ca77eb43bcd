"""A line of a dump as the labeller sees it, and what it says of the line."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from copydesk.characters import CLOSING_QUOTES, SENTENCE_ENDS
from copydesk.document import Label

SENTENCE_WORDS: Final = 8
"""A line that ends like a sentence is one from so many words on."""

PROSE_WORDS: Final = 22
"""From so many words on, a line is running text however it ends."""

CHARACTERS_A_WORD: Final = 8
"""Where a script does without spaces, words are counted by characters; in others this counts no word twice."""

_ENDS = re.compile(rf"[:{SENTENCE_ENDS}][)\]{CLOSING_QUOTES}]*$")
_FOLD = re.compile(r"\W+")


def fold(text: str) -> str:
    """Letters and digits in one case, with single spaces, for telling whether two texts say the same."""
    return _FOLD.sub(" ", text.casefold()).strip()


@dataclass(frozen=True)
class Line:
    """`text` after edits, without surrounding white space; `apart`: a blank line stands before it."""

    text: str
    apart: bool

    @cached_property
    def words(self) -> int:
        """How many words the line has."""
        return max(len(self.text.split()), len(self.text) // CHARACTERS_A_WORD)

    @cached_property
    def ends(self) -> bool:
        """Whether it ends as sentences do."""
        return _ENDS.search(self.text) is not None

    @cached_property
    def is_prose(self) -> bool:
        """Whether it is running text: a whole sentence, or a long line."""
        return self.words >= (SENTENCE_WORDS if self.ends else PROSE_WORDS)

    @cached_property
    def folded(self) -> str:
        """The text folded (see `fold`)."""
        return fold(self.text)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a line is, and the name of the rule that says so."""

    label: Label
    why: str
