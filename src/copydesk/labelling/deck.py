"""The deck below the headline, and the kicker above it."""

import re
from typing import Final

from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling.state import BESIDE_TITLE, LIKELY, Draft, is_signature
from copydesk.labelling.verdict import Role

MOST_KICKER_WORDS: Final = 4

KICKER_WORDS: Final = re.compile(r"^[^\W\d][^\d]*$")
"""A section's name has letters and no figures."""

POSSIBLE_KICKER: Final = 0.05
"""Share from which a word right above the headline is its section."""

LEAST_DECK_WORDS: Final = 4

MOST_DECK_WORDS: Final = 70

MOST_DECKS: Final = 3

NO_DECK: Final = (Label.NAVIGATION, Label.CONTROL, Label.PROMO, Label.TEASER, Label.TEASER_HEADING, Label.CAPTION)

KICKER = Rule("label.kicker", "a word or few right above the headline: its section or topic")

DECK = Rule("label.deck", "a sentence between the headline and the byline or date")

RULES: Final = (DECK, KICKER)


def deck(draft: Draft, head: range) -> None:
    """The few sentences between the headline and a byline or date that parts them from the story."""
    reach = range(head.start, min(head.start + BESIDE_TITLE, len(draft.lines)))
    signed = [n for n in reach if is_signature(draft, n)]
    if not head.start or not signed:
        return
    gap = range(head.start, signed[0])
    if not gap and len(signed) > 1 and signed[1] == signed[0] + 2:
        gap = range(signed[0] + 1, signed[1])
    decks = [n for n in gap if draft.verdicts[n] is None and not _is_no_deck(draft, n)]
    if len(decks) <= MOST_DECKS and all(draft.lines[n].words <= MOST_DECK_WORDS for n in decks):
        for n in decks:
            draft.put(n, Label.DECK, DECK)


def _is_no_deck(draft: Draft, n: int) -> bool:
    """Whether a line between headline and byline is a button or the like rather than a sentence."""
    share = sum([draft.share(n, label) for label in NO_DECK])
    return draft.lines[n].words < LEAST_DECK_WORDS or share >= LIKELY


def kicker(draft: Draft, head: range) -> None:
    """The section or topic right above the headline."""
    above = head.start - 2
    if above < 0 or draft.verdicts[above] or not KICKER_WORDS.search(draft.lines[above].text):
        return
    if draft.lines[above].words <= MOST_KICKER_WORDS and draft.share(above, Label.TAGS) >= POSSIBLE_KICKER:
        draft.put(above, Label.TAGS, KICKER, Role.SECTION)
