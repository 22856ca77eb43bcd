"""Which of two lines, one right above the other, is the headline, and which is the deck."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from copydesk.document import Label
from copydesk.labelling.line import Line
from copydesk.labelling.state import LIKELY, SIGNED, LabelState


@dataclass(frozen=True, slots=True)
class DeckThresholds:
    """Limits of a headline with a deck below it.

    Used since November 2026; where nothing else is said, what set them is not recorded.
    """

    min_share: float = 0.03
    """The model's share for "title" of a line above one that is likely a deck."""

    min_share_above_deck: float = 0.25
    """The model's share for "title" of a line above another that it does not take for the headline either."""

    min_share_of_deck: float = 0.3
    """The model's share for "deck" of the line below a headline that is right above the byline, if the line above the
    two is short, as in a menu."""

    min_share_alone: float = 0.15
    """The model's share for "title" of a line above another, if blank lines part the two from all others.

    Set with the tests' cases, December 2026."""

    min_words_above_deck: int = 4
    """Words of such a headline."""

    min_words_of_first_line: int = 6
    """Words of a headline that begins the dump, above a deck: fewer may be the name of a site or a section."""

    min_words_of_count: int = 3
    """Words of a headline that begins with a number, above a deck that the model likes better."""

    max_words_of_menu: int = 3
    """Words of a line of a menu above such a headline.  Set with the cases of the tests; so is the one above."""

    stem: int = 5
    """Letters in which two words are compared."""

    min_common_words: int = 2
    """Words that two titles of one story have in common."""


THRESHOLDS: Final = DeckThresholds()

_BEGINS_WITH_NUMBER = re.compile(r"\d{1,3}\s[^\W\d_]")


def above_deck(state: LabelState, chosen: int, candidates: Sequence[int]) -> int:
    """The line above the chosen one, if the chosen one is the deck.

    It is where the model can't decide between the two, where blank lines part the two from all others, where the line
    above begins the dump, and where the two are between a menu and the byline and the lower one is likely a deck.
    """
    above = chosen - 1
    if above not in candidates:
        return chosen
    upper, lower = state.lines[above], state.lines[chosen]
    if lower.folded in upper.folded:  # the way to the headline, or the name of the site after it
        return chosen
    if state.share(chosen, Label.TITLE) < LIKELY and state.share(above, Label.TITLE) >= THRESHOLDS.min_share_above_deck:
        return above
    is_likely = state.share(above, Label.TITLE) >= max(THRESHOLDS.min_share_alone, state.share(above, Label.DECK))
    if is_likely and _are_alone(state, above, chosen):
        return above
    is_below_menu = above > 0 and not _is_like_headline(state, above - 1)
    if (
        is_below_menu
        and not upper.ends
        and upper.words >= THRESHOLDS.min_words_above_deck
        and state.share(chosen, Label.DECK) >= THRESHOLDS.min_share_of_deck
        and state.share(above, Label.TITLE) >= THRESHOLDS.min_share
        and state.label(chosen + 1) in SIGNED
    ):
        return above
    if _counts(upper) and not _counts(lower) and (above == 0 or not _is_like_headline(state, above - 1)):
        return above
    is_head = above == 0 and upper.words >= THRESHOLDS.min_words_of_first_line and not upper.ends
    return above if is_head and not have_words_in_common(upper, lower) else chosen


def _are_alone(state: LabelState, upper: int, lower: int) -> bool:
    """Whether blank lines part the two from all others, in a dump that has some: the entries of a menu have none.

    Neither the upper line nor the page's own title, which begins many dumps, is the lower one in other words.
    """
    lines = state.lines
    if not state.is_spaced or lines[upper].ends or lines[upper].words < THRESHOLDS.min_words_above_deck:
        return False
    is_apart = all(line.apart for line in lines[max(upper, 1) : lower + 2])
    return is_apart and not any(have_words_in_common(lines[n], lines[lower]) for n in (0, upper))


def _counts(line: Line) -> bool:
    """Whether the line may be a headline that begins with a number: "5 things small shops swear by"."""
    is_short = THRESHOLDS.min_words_of_count <= line.words and not line.ends
    return is_short and _BEGINS_WITH_NUMBER.match(line.text) is not None and not line.facts.dates


def _is_like_headline(state: LabelState, n: int) -> bool:
    """Whether the line may be a headline too: then the lines are a list of them."""
    return state.verdicts[n] is None and state.lines[n].words > THRESHOLDS.max_words_of_menu


def have_words_in_common(upper: Line, lower: Line) -> bool:
    """Whether one of the two may be the other in other words: a page's title, above its headline."""
    stems = [
        {word[: THRESHOLDS.stem] for word in line.folded.split() if len(word) >= THRESHOLDS.stem}
        for line in (upper, lower)
    ]
    return len(stems[0] & stems[1]) >= THRESHOLDS.min_common_words
