"""The deck below the headline."""

from dataclasses import dataclass
from typing import Final

from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling.line import Line
from copydesk.labelling.state import BESIDE_TITLE, LIKELY, LabelState, is_signature


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Limits of decks.

    Used since November 2026; what set them is not recorded.  `python -m bench.thresholds` measures half and twice.
    """

    min_deck_words: int = 4
    """Words of a deck: fewer are a button or the like."""

    max_deck_words: int = 70
    """Words of a deck."""

    words_of_headline: int = 3
    """Words at the beginning of a headline that another wording of it has too."""

    max_decks: int = 3
    """Lines between the headline and the byline or date: if there are more, none is a deck."""


THRESHOLDS: Final = Thresholds()

NO_DECK: Final = (Label.NAVIGATION, Label.CONTROL, Label.PROMO, Label.TEASER, Label.TEASER_HEADING, Label.CAPTION)

DECK = Rule("label.deck", "a sentence between the headline and the byline or date")

RULES: Final = (DECK,)


def deck(state: LabelState, head: range) -> None:
    """Label the sentences between the headline and a byline or date, if they are few."""
    stop = min(head.start + BESIDE_TITLE, len(state.lines))
    stop = next((n for n in range(head.start, stop) if state.label(n) is Label.COMMENT), stop)
    reach = range(head.start, stop)  # the date of a reader's comment is not that of the story
    signed = [n for n in reach if is_signature(state, n)]
    if not head.start or not signed:
        return
    gap = range(head.start, signed[0])
    if not gap and len(signed) > 1 and signed[1] == signed[0] + 2:
        gap = range(signed[0] + 1, signed[1])
    decks = [n for n in gap if state.verdicts[n] is None and not _is_no_deck(state, n)]
    decks = [n for n in decks if not _begins_like(state.lines[n], state.lines[head.start - 1])]
    if len(decks) <= THRESHOLDS.max_decks and all(state.lines[n].words <= THRESHOLDS.max_deck_words for n in decks):
        for n in decks:
            state.set_label(n, Label.DECK, DECK)


def _begins_like(line: Line, headline: Line) -> bool:
    """Whether a line is no sentence and has the first words of the headline: it is the headline, in other words."""
    first = headline.folded.split()[: THRESHOLDS.words_of_headline]
    return not line.ends and len(first) > 1 and line.folded.split()[: len(first)] == first


def _is_above_credit(state: LabelState, n: int) -> bool:
    """Whether the line is no sentence, and right above the credit of a picture: the caption."""
    below = n + 1
    if state.lines[n].ends or below == len(state.lines) or state.label(below) is not Label.CREDIT:
        return False
    return state.lines[below].facts.says_credit and not state.lines[below].apart


def _is_no_deck(state: LabelState, n: int) -> bool:
    """Whether a line between headline and byline is a caption, a button or the like."""
    share = sum([state.share(n, label) for label in NO_DECK])
    if state.lines[n].facts.is_in_picture or _is_above_credit(state, n):
        return True
    return state.lines[n].words < THRESHOLDS.min_deck_words or share >= LIKELY
