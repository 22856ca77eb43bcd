"""A line of a dump as the labeller sees it, and what it says of the line."""

import re
from dataclasses import dataclass, field
from typing import Final

from copydesk.characters import CLOSING_QUOTES, SENTENCE_ENDS
from copydesk.document import Label

SENTENCE_WORDS: Final = 8
"""A line that ends like a sentence is one from so many words on."""

PROSE_WORDS: Final = 22
"""From so many words on, a line is running text however it ends."""

CHARACTERS_A_WORD: Final = 8
"""Where a script does without spaces, words are counted by characters; in others this counts no word twice."""

LONGEST_END: Final = 8
"""Characters: the mark that ends a sentence, with the quotes and brackets that close behind it."""

_ENDS = re.compile(rf"[:{SENTENCE_ENDS}][)\]{CLOSING_QUOTES}]*$")
_MARKS: Final = frozenset(f":{SENTENCE_ENDS})]{CLOSING_QUOTES}")
"""With which all that matches ends: most lines need no search."""

_WORD = re.compile(r"\w+")


def fold(text: str) -> str:
    """Letters and digits in one case, with single spaces, for telling whether two texts say the same."""
    return " ".join(_WORD.findall(text.casefold()))


@dataclass(frozen=True, slots=True)
class Line:
    """`text` after edits, without surrounding white space; `apart`: a blank line stands before it.

    `words` says how many it has; `ends`, whether it ends as sentences do; `is_prose`, whether it is running text: a
    whole sentence, or a long line; `folded` is the text folded (see `fold`).
    """

    text: str
    apart: bool
    words: int = field(init=False, repr=False, compare=False)
    ends: bool = field(init=False, repr=False, compare=False)
    is_prose: bool = field(init=False, repr=False, compare=False)
    folded: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        words = max(len(self.text.split()), len(self.text) // CHARACTERS_A_WORD)
        ends = self.text[-1:] in _MARKS and _ENDS.search(self.text, max(0, len(self.text) - LONGEST_END)) is not None
        keep = object.__setattr__
        keep(self, "words", words)
        keep(self, "ends", ends)
        keep(self, "is_prose", words >= (SENTENCE_WORDS if ends else PROSE_WORDS))
        keep(self, "folded", fold(self.text))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a line is, and the name of the rule that says so."""

    label: Label
    why: str
