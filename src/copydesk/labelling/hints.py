"""What a word tells of the line that it stands in, found once a word: its hash, and hints at rules.

A hint says that a rule may match a line that holds the word.  Most lines hold no word that hints at a given rule,
and need not be tried.
"""

import re
from typing import Final
from zlib import crc32

from copydesk.parsing import bylines, copyrights, credits
from copydesk.vocabulary import VOCABULARY, hint_words, plain

HASH: Final = 2**32 - 1
"""The bits of the hash."""

LONG, FIGURE, YEAR, ADDRESS, AGENCY, PICTURE, COPYRIGHT, BY, NOTE, THIS, NO = (1 << 32 + n for n in range(11))
"""`LONG` and without a figure in front; `FIGURE`: with one inside; `YEAR` from 1900 on; part of an `ADDRESS`; begins
the name of an `AGENCY`; part of a `PICTURE`'s credit, of a `COPYRIGHT` notice; begins a byline (`BY`); part of a
`NOTE`; the words "this" and "no"."""

ANY: Final = ~HASH
"""Of lines too long to be looked through: everything may match."""

LONGEST: Final = 80
"""Words of the longest line whose words are looked at for hints."""

_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"(?:19|20)\d\d")
_ADDRESS_WORDS: Final = frozenset(("http", "https", "www", "com", "html"))
_NOTE_WORDS: Final = hint_words(VOCABULARY.note.phrases)


MOST_KEPT: Final = 2**16
LONGEST_KEPT: Final = 40
"""Words whose kinds are kept for the next line that holds them, and characters of the longest of these."""


class _Kinds(dict[str, int]):
    """Kinds by word, found when first asked for.  A dictionary answers faster than a function with a cache."""

    def __missing__(self, word: str) -> int:
        found = _kind(word)
        if len(word) <= LONGEST_KEPT:
            if len(self) >= MOST_KEPT:
                self.clear()
            self[word] = found
        return found


KINDS: Final = _Kinds()
"""For each word, folded: its hash (its figures all alike, where it begins with one), and the bits of its hints."""


def _kind(word: str) -> int:
    begins = word[0].isdigit()
    has_figure = begins or (not word.isalpha() and _DIGIT.search(word) is not None)
    folded = plain(word)
    return (
        crc32((_DIGIT.sub("0", word) if begins else word).encode())
        | LONG * (len(word) > 3 and not begins)
        | FIGURE * has_figure
        | YEAR * (len(word) == 4 and _YEAR.match(word) is not None)
        | ADDRESS * (word in _ADDRESS_WORDS)
        | AGENCY * (word in credits.FIRST_WORDS)
        | PICTURE * credits.is_hint(folded)
        | COPYRIGHT * copyrights.is_hint(folded)
        | BY * (folded in bylines.HINT_WORDS)
        | NOTE * (folded in _NOTE_WORDS)
        | THIS * (folded == "this")
        | NO * (word == "no")
    )
