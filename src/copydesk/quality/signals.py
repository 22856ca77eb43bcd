"""Simple figures about a record, for filters of corpora.  Each is measured, not judged."""

import re
from collections.abc import Sequence
from typing import Final

from copydesk import lexicon
from copydesk.document import STORY, Record, Signals
from copydesk.labelling.line import Line
from copydesk.text import count_words, fold

COMMON_WORDS: Final = 2000
"""The most frequent words of the language: they are two thirds of the words of running text and more.

Counted on the benchmark's gold stories, November 2026: the share is over .5 on 97 of 100 stories in their language.
"""

MIN_REPEATED_WORDS: Final = 4
"""Words of a line that counts as repeated: shorter ones come twice by chance."""

_SIGNS: Final = (
    r".,;:!?'\"()\-"
    "\N{LEFT SINGLE QUOTATION MARK}-\N{DOUBLE LOW-9 QUOTATION MARK}\N{EN DASH}\N{EM DASH}\N{HORIZONTAL ELLIPSIS}"
    r"\u0300-\u036f\u0900-\u0dff\u0e00-\u109f\u3000-\u303f\uff00-\uff65"
)
"""Signs of running text, and marks that are part of words."""

_SYMBOL = re.compile(rf"[^\w\s{_SIGNS}]")
"""A visible character that is no letter, digit or mark, and not one of the signs of running text."""


def of(article: Record, lines: Sequence[Line]) -> Signals:
    """The signals of an article, and `lines` are those of its blocks.

    Shares are between 0 and 1, in thousandths; all are 0 without a story.
    """
    places = [n for n, block in enumerate(article.blocks) if block.label in STORY]
    story = [article.blocks[n].text for n in places]
    text = "\n".join(story)
    characters = len("".join(text.split()))
    whole = sum(len(block.text) - block.text.count(" ") for block in article.blocks)
    long = [article.blocks[n].text for n in places if lines[n].words >= MIN_REPEATED_WORDS]
    repeated = len(long) - len(set(long))
    return Signals(
        words=count_words(text),
        story_share=_share(characters, whole),
        repeated_lines=_share(repeated, len(story)),
        symbols=_share(len(_SYMBOL.findall(text)), characters),
        language_share=_language_share(_words(article, lines, places), article.metadata.language),
    )


def _share(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 0.0


def _words(article: Record, lines: Sequence[Line], places: Sequence[int]) -> list[str]:
    """The folded words of these blocks: those of their lines, but code can have its text from before the edits."""
    folded = (
        lines[n].folded if lines[n].text == article.blocks[n].text else fold(article.blocks[n].text) for n in places
    )
    return " ".join(folded).split()


def _language_share(words: Sequence[str], language: str | None) -> float | None:
    """The share of words that are among the commonest of the language; None if there is no list of its words."""
    common = lexicon.commonest(language, COMMON_WORDS) if language else frozenset[str]()
    if not common or not words:
        return None
    return _share(sum(word in common for word in words), len(words))
