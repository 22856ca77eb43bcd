"""Whether a story is whole, or the page says or shows that it is cut off."""

import re
from collections.abc import Sequence
from typing import Final

from copydesk.characters import CLOSING_QUOTES
from copydesk.document import FURNITURE, STORY, TEASERS, Block, Label, Record
from copydesk.labelling.line_facts import ends_like_a_sentence
from copydesk.phrase_index import PhraseIndex
from copydesk.text import count_words, has_no_full_stops
from copydesk.vocabulary import VOCABULARY, level

TRUNCATED: Final = "truncated"
"""The container says or shows that the dump is cut (see `provenance.truncated`)."""

NOT_FREE: Final = "not_free"
"""The page states that the story is not accessible for free."""

PAYWALL: Final = "paywall"
"""Right below the story, the page says that the rest is for subscribers."""

READ_ON: Final = "read_on"
"""The story ends with "Continue reading", "Read the full story" or "[...]"."""

BREAKS_OFF: Final = "breaks_off"
"""The last line of the story ends inside a sentence."""

MAX_BELOW: Final = 8
"""Lines below the end of the story in which the words of a paywall count.  An offer is right there; farther down are
teasers of other stories, which say the same.  Set with made pages in ten languages, November 2026."""

MAX_PHRASE_WORDS: Final = 45
"""Words of a line with such a phrase: a longer one is running text.  The same as for the boxes of the labeller."""

MIN_BROKEN_WORDS: Final = 8
"""Words of a last line that breaks off: a shorter one without a full stop is a heading, a name or an entry."""

MAX_LAST: Final = 3
"""Lines at the end of the story that may say "Continue reading"."""

_CUT_MARK: Final = r"\[(?:\.{2,4}|\N{HORIZONTAL ELLIPSIS}|\+\d{1,6} chars)\]"
"""What feeds write in the place of the rest."""

_BRACKETS = re.compile(rf"{_CUT_MARK}\Z")
_ELLIPSIS = re.compile(rf"(?:{_CUT_MARK}|\.{{3}}|\N{{HORIZONTAL ELLIPSIS}})[{CLOSING_QUOTES}]?\Z")
_COMMA = re.compile(r",(?:\s(?:and|or|und|oder|et|ou|y|o|e|og|och|en|of))?\Z")
"""A comma at the end, perhaps with "and" after it."""

_SIGN = re.compile(r"[.!?][\"\N{RIGHT DOUBLE QUOTATION MARK}]?\s[^\W\d_a-z]{2,5}\Z")
"""The sign of the author or the paper behind the last sentence."""

_GOES_ON = re.compile(r"(?:[^\W\d_]|[,;(\N{EM DASH}\N{EN DASH}-])\Z")


_CUT: Final = PhraseIndex(VOCABULARY.cut.paywall)
_READ_ON: Final = PhraseIndex(VOCABULARY.cut.read_on)


def of(article: Record, *, is_free: bool | None) -> tuple[bool | None, tuple[str, ...]]:
    """Whether the story is whole, and the reasons if it is not.

    None if nothing says so: the last line is no sentence, and nothing says that it is cut.
    """
    blocks = article.blocks
    places = [n for n, block in enumerate(blocks) if block.label in STORY]
    if not places:
        return None, ()
    last = places[-1]
    is_html = article.provenance.renderer is not None
    reasons = [
        name
        for name, holds in (
            (TRUNCATED, article.provenance.truncated is not None),
            (NOT_FREE, is_free is False),
            (PAYWALL, _has_paywall(blocks, last)),
            (READ_ON, _reads_on(blocks, places)),
            (BREAKS_OFF, not is_free and _breaks_off(blocks, last, is_html=is_html)),
        )
        if holds
    ]
    if reasons:
        return False, tuple(reasons)
    return (True if _is_end(blocks[last]) else None), ()


def _has_paywall(blocks: Sequence[Block], last: int) -> bool:
    """Whether a line right below the story, or the last line of it, says that the rest is for subscribers."""
    return any(_says(_CUT, block) for block in blocks[last : last + 1 + MAX_BELOW] if block.label is not Label.TEASER)


def _reads_on(blocks: Sequence[Block], places: Sequence[int]) -> bool:
    """Whether the story ends with a link to its rest."""
    if any(_BRACKETS.search(block.text) for block in (blocks[places[-1]], *_cut_line(blocks, places[-1]))):
        return True
    if any(_is_short(blocks[n]) and _READ_ON.begins(level(blocks[n].text)) for n in places[-MAX_LAST:]):
        return True
    below = blocks[places[-1] + 1 : places[-1] + 2]
    return not _is_end(blocks[places[-1]]) and any(_says(_READ_ON, block) for block in below)


def _breaks_off(blocks: Sequence[Block], last: int, *, is_html: bool) -> bool:
    """Whether the story ends inside a sentence: in its last line, or right below, in the last line of a bare dump.

    A page has all of its lines, so there only marks count, and a comma at the end.
    """
    return any(_is_broken(block, is_html=is_html) for block in (blocks[last], *_cut_line(blocks, last)))


def _cut_line(blocks: Sequence[Block], last: int) -> Sequence[Block]:
    """The line below the story that ends a dump without a page around it: it may be the beginning of a paragraph."""
    is_bare = last + 2 == len(blocks) and all(block.label not in TEASERS | FURNITURE for block in blocks[: last + 1])
    return blocks[last + 1 :] if is_bare else ()


def _is_broken(block: Block, *, is_html: bool) -> bool:
    if count_words(block.text) < MIN_BROKEN_WORDS or has_no_full_stops(block.text):
        return False
    if block.label in (Label.LIST_ITEM, Label.TABLE_ROW) or is_html:
        return _COMMA.search(block.text) is not None or (is_html and _ELLIPSIS.search(block.text) is not None)
    return _ELLIPSIS.search(block.text) is not None or (
        _GOES_ON.search(block.text) is not None and _SIGN.search(block.text) is None
    )


def _says(phrases: PhraseIndex, block: Block) -> bool:
    return _is_short(block) and phrases.search(level(block.text))


def _is_short(block: Block) -> bool:
    return count_words(block.text) <= MAX_PHRASE_WORDS


def _is_end(block: Block) -> bool:
    """Whether the story may end with the line: a sentence, an entry of a list, code, a row."""
    return block.label in (Label.LIST_ITEM, Label.CODE, Label.TABLE_ROW) or (
        ends_like_a_sentence(block.text) or has_no_full_stops(block.text)
    )
