"""Signs that a short page speaks to the reader instead of telling a story: please, your account, not found, try again.

Each sign alone is weak, and stories have them too: what counts is how many kinds of signs come together.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from copydesk.labelling.line import Line
from copydesk.phrase_index import PhraseIndex
from copydesk.vocabulary import VOCABULARY, level

KINDS: Final = {kind: PhraseIndex(phrases) for kind, phrases in msgspec.structs.asdict(VOCABULARY.notice_signs).items()}
"""The signs by their kind: `request`, `account`, `page` ..."""

ASKS: Final = frozenset(("request", "again", "account", "reference", "check"))
REFUSES: Final = frozenset(("refused", "apology", "terms"))
"""A notice has signs of both: what the reader may do, and why the story is not shown.  Few reports on websites do."""


def kinds_in(line: Line) -> frozenset[str]:
    """The kinds of signs that the line has."""
    text = level(line.text)
    return frozenset(kind for kind, signs in KINDS.items() if signs.search(text))


def found(lines: Sequence[Line]) -> tuple[frozenset[str], int]:
    """(the kinds of signs in these lines, the words of the lines that have one)."""
    kinds: set[str] = set()
    words = 0
    for line in lines:
        own = kinds_in(line)
        kinds |= own
        words += line.words if own else 0
    return frozenset(kinds), words
