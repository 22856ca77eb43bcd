"""Signs of boxes that no phrase gives away: appeals, requests for consent, offers to subscribers, terms for reprints.

A line of such a box speaks to the reader, and has a word of each of two kinds: the site's own work and support, data
and what is done with them, subscribers and what they may read.  Terms for printing a story again need not speak to the
reader.  Each sign alone is weak: stories have them too.
"""

import re
from dataclasses import dataclass
from typing import Final

from copydesk.characters import DOUBLE_QUOTES
from copydesk.labelling.line import Line
from copydesk.phrase_index import PhraseIndex
from copydesk.vocabulary import VOCABULARY, level


@dataclass(frozen=True, slots=True)
class BoxSignThresholds:
    """How long the lines of such boxes are.

    Set in November 2026: of 54,709 lines of gold text in the kits, these signs are together in few.
    """

    max_words: int = 70
    """Words of a line of running text."""

    max_words_beside: int = 12
    """Words of the heading above an appeal, and of the button below."""

    min_words_of_second_kind: int = 2
    """Different words of the second kind in a line that the model surely takes for story."""


THRESHOLDS: Final = BoxSignThresholds()

TO_READER: Final = PhraseIndex(VOCABULARY.boxes.to_reader)
"""Words with which a page speaks to its reader; people who are quoted use them too."""

OWN_WORK: Final = PhraseIndex(VOCABULARY.boxes.own_work)
_SUPPORT: Final = PhraseIndex(VOCABULARY.boxes.support)
_SUBSCRIBER: Final = PhraseIndex(VOCABULARY.boxes.subscriber)
_ACCESS: Final = PhraseIndex(VOCABULARY.boxes.access)
_DATA: Final = PhraseIndex(VOCABULARY.boxes.data)
_AGREEING: Final = PhraseIndex(VOCABULARY.boxes.agreeing)
_PROCESSING: Final = PhraseIndex(VOCABULARY.boxes.processing)
_CURRENCY = re.compile(r"[€$£¥]|\b(?:kr|zł|Kč|Ft|lei|TL)\b")
AGREEMENT: Final = "agreement"
REPUBLISH: Final = "republish"
_REPUBLISHING: Final = PhraseIndex(VOCABULARY.boxes.republishing)
_SIGNS: Final = (
    ("appeal", OWN_WORK, _SUPPORT),
    (AGREEMENT, _DATA, _PROCESSING),
    ("paywall", _SUBSCRIBER, _ACCESS),
    (REPUBLISH, _REPUBLISHING, PhraseIndex(VOCABULARY.boxes.republishing_terms)),
)
"""The kind of a box, as `labelling.boxes` names it, and the two kinds of words that its lines have."""

_QUOTES = re.compile(f"[{DOUBLE_QUOTES}]")


def kind_of(line: Line, *, is_sure: bool, is_below_story: bool = False, is_below_appeal: bool = False) -> str | None:
    """The kind of box of which a line of running text has all three signs; none if it quotes somebody.

    `is_sure` says that the model surely takes it for story: then it must have two words of the second kind.  A request
    for consent must be below the story too: a page may be the policy itself.  Below the heading of an appeal
    ("Since you're here") the line need not speak to the reader, because the heading does.
    """
    if line.words > THRESHOLDS.max_words:
        return None
    text = level(line.text)
    for kind, first, second in _SIGNS:
        if is_sure and kind == AGREEMENT and not is_below_story:
            continue
        if not first.search(text) or _QUOTES.search(text):
            continue
        if kind == REPUBLISH or is_below_appeal or TO_READER.search(text):
            pattern = second.pattern(text)
            words = {found.casefold() for found in pattern.findall(text)} if pattern else set()
            if len(words) >= (THRESHOLDS.min_words_of_second_kind if is_sure else 1):
                return kind
    return None


def is_of_consent(line: Line) -> bool:
    """Whether a line addresses the reader and names data or what is done with data.  It has no quotation."""
    text = level(line.text)
    is_about_data = _DATA.search(text) or _PROCESSING.search(text)
    return is_about_data and TO_READER.search(text) and not _QUOTES.search(text)


def is_heading_of_consent(line: Line) -> bool:
    """Whether a short line names consent and data: "Consent to the use of cookies"."""
    text = level(line.text)
    is_short = line.words <= THRESHOLDS.max_words_beside
    return is_short and not line.ends and _DATA.search(text) and _AGREEING.search(text)


def offers_access(line: Line) -> bool:
    """Whether a short line says what it costs to read on: "Read on for 2 euros in the first month"."""
    is_short = line.words <= THRESHOLDS.max_words_beside
    return is_short and _CURRENCY.search(line.text) is not None and _ACCESS.begins(level(line.text))


def is_heading(line: Line) -> bool:
    """Whether the short line above an appeal or an offer belongs to it: it has one of the signs."""
    text = level(line.text)
    is_short = line.words <= THRESHOLDS.max_words_beside
    return is_short and any(signs.search(text) for signs in (OWN_WORK, _SUPPORT, _SUBSCRIBER, _ACCESS, TO_READER))


def is_heading_of_terms(line: Line) -> bool:
    """Whether the short line above the terms for printing a story again belongs to them: "Republish this story"."""
    return line.words <= THRESHOLDS.max_words_beside and not line.ends and _REPUBLISHING.search(level(line.text))


def is_button(line: Line) -> bool:
    """Whether the short line below it belongs to it: it speaks of the site's work, of support or of subscribers."""
    text = level(line.text)
    is_short = line.words <= THRESHOLDS.max_words_beside
    return is_short and any(signs.search(text) for signs in (OWN_WORK, _SUPPORT, _SUBSCRIBER))
