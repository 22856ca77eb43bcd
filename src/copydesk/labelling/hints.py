"""What a word says about its line, found once for each word: a hash, and hints at rules.

A hint says that a rule may match a line with this word.  Most lines have no word that hints at a given rule, so that
the rule is not tried.
"""

import re
from collections.abc import Mapping
from itertools import chain
from typing import Final
from zlib import crc32

from copydesk.document import Label
from copydesk.memory import Memory
from copydesk.parsing import agencies, byline_forms, copyrights, credits
from copydesk.vocabulary import VOCABULARY, hint_words, plain

_PHRASES: Final = VOCABULARY.phrases

HASH: Final = 2**32 - 1
"""The bits of a kind that are the hash."""

FIRST: Final = 32
"""The bit of the first hint."""

LONG, FIGURE, YEAR, ADDRESS, AGENCY, PICTURE, COPYRIGHT, BY, NOTE, THIS, NO = (1 << FIRST + n for n in range(11))
"""The hints, a bit each: the word ...

- `LONG`: has more than three characters and does not begin with a digit;
- `FIGURE`: has a digit;
- `YEAR`: is a year from 1900 on;
- `ADDRESS`: is part of a web address;
- `AGENCY`: begins the name of an agency;
- `PICTURE`, `COPYRIGHT`, `BY`, `NOTE`: may be part of a picture's credit, a copyright notice, a byline, a note;
- `THIS`, `NO`: is "this", is "no".
"""

GROUPS: Final[Mapping[str, frozenset[str]]] = {
    name: hint_words(chain.from_iterable(tables))
    for name, tables in (
        ("control", (_PHRASES.line[Label.CONTROL], _PHRASES.opening[Label.CONTROL], VOCABULARY.boxes.reply)),
        ("promo", (_PHRASES.line[Label.PROMO], _PHRASES.opening[Label.PROMO], VOCABULARY.boxes.offer)),
        ("more", (_PHRASES.line[Label.TEASER_HEADING], _PHRASES.opening[Label.TEASER_HEADING])),
        ("comments", (VOCABULARY.boxes.comment_form, VOCABULARY.boxes.comment_heading, VOCABULARY.count.nouns)),
        ("consent", (VOCABULARY.boxes.consent, VOCABULARY.notice.policies)),
        ("thread", (VOCABULARY.forms.forum, VOCABULARY.forms.members)),
        ("sale", (VOCABULARY.forms.product,)),
        ("menu", (VOCABULARY.section.no_section, VOCABULARY.section.home, VOCABULARY.outlet.no_name)),
    )
}
"""Words of page furniture in all languages of the vocabulary, in groups: the longest word of each phrase.

What the model learns of a group in one language, it knows in the others.
"""

GROUP_BITS: Final = {name: NO << 1 + n for n, name in enumerate(GROUPS)}
"""The bit of a kind for each group."""

ANY: Final = ~HASH
"""All hints: for lines that are too long to collect the hints of their words."""

MAX_WORDS: Final = 80
"""Words of the longest line for which hints are collected.  Bounds the time: longer lines are hardly ever labelled.

Used since November 2026; what set it is not recorded.
"""

_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"(?:19|20)\d\d")
_ADDRESS_WORDS: Final = frozenset(("http", "https", "www", "com", "html"))
_NOTE_WORDS: Final = hint_words(VOCABULARY.note.phrases)


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
        | AGENCY * (word in agencies.FIRST_WORDS)
        | PICTURE * credits.is_hint(folded)
        | COPYRIGHT * copyrights.is_hint(folded)
        | BY * (folded in byline_forms.HINT_WORDS)
        | NOTE * (folded in _NOTE_WORDS)
        | THIS * (folded == "this")
        | NO * (word == "no")
        | sum(bit for name, bit in GROUP_BITS.items() if folded in GROUPS[name])
    )


KINDS: Final = Memory(_kind)
"""For each folded word its hash and its hints.  Words that begin with a digit and differ in digits have one hash."""
