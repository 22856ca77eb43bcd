"""Whole stories below the first one, on pages that go on with the next story.

Each begins as the first one does: a headline, and below it a byline and a date in the same order, then running text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling import line_rules
from copydesk.labelling.state import BESIDE_TITLE, SIGNED, SURE, LabelState, is_signature
from copydesk.labelling.verdict import Role
from copydesk.parsing.people import has_given_name, is_person, is_rare
from copydesk.text import fold
from copydesk.vocabulary import VOCABULARY


@dataclass(frozen=True, slots=True)
class FurtherStoryThresholds:
    """When lines are another story.  Set by reading pages with several stories, November 2026."""

    min_words_of_headline: int = 3
    max_words_of_headline: int = 30
    """Words of its headline."""

    min_paragraphs: int = 2
    """Lines of running text of the story above, and of the further story."""

    min_words: int = 24
    """Words of its running text."""

    max_words_of_name: int = 6
    """Words of a line with the name of its author."""

    min_words_after_others: int = 15
    """The same where the page has another further story: then one paragraph is enough."""


THRESHOLDS: Final = FurtherStoryThresholds()

_LIVE: Final = tuple(f"{fold(words)} " for words in VOCABULARY.teaser.live)
"""How the headline of a live blog begins, as `fold` gives it."""

FURTHER_STORY = Rule("label.further-story", "belongs to another whole story: headline, byline, date and text again")

RULES: Final = (FURTHER_STORY,)


def find(state: LabelState, title: int | None) -> None:
    """Label the lines of further stories as teasers, with the role `Role.FURTHER_STORY`."""
    if title is None or state.lines[title].folded.startswith(_LIVE):
        return
    signature = _signature(state, title)
    if not signature:
        return
    running = state.running()
    starts = [n for n in _may_begin(state, running) if _signature(state, n) == signature]
    has_other = False
    for start, stop in pairwise([*starts, len(state.lines)]):
        above = [n for n in running if title < n < start]
        body = [n for n in range(start + 1, stop) if _is_text(state, n)]
        words = sum([state.lines[n].words for n in body])
        is_whole = len(body) >= THRESHOLDS.min_paragraphs and words >= THRESHOLDS.min_words
        is_short = has_other and words >= THRESHOLDS.min_words_after_others
        if len(above) < THRESHOLDS.min_paragraphs or not (is_whole or is_short):
            continue
        has_other = True
        text = frozenset(body)
        for n in range(start, body[-1] + 1):
            is_name = _is_name_above_date(state, n)
            if n == start or n in text or state.story[n] or state.label(n) in SIGNED or is_name:
                label = Label.BYLINE if is_name else state.label(n)
                part = label if label in SIGNED else Label.PARAGRAPH
                state.set_label(n, Label.TEASER, FURTHER_STORY, Role.FURTHER_STORY)
                state.set_part(n, Label.TITLE if n == start else part, begins=n == start)


def _may_begin(state: LabelState, running: Sequence[int]) -> list[int]:
    """The lines below the first running text that may be headlines: right above a byline or date."""
    found: list[int] = []
    for n in range(running[0] + 1, len(state.lines) - 1) if running else ():
        is_signed = state.label(n + 1) in SIGNED or _is_name_above_date(state, n + 1)
        if not is_signed or state.verdicts[n] is not None or state.story_shares[n] >= SURE:
            continue
        line = state.lines[n]
        above = state.verdicts[n - 1]
        is_list = above is not None and above.label is Label.TEASER_HEADING and above.rule is line_rules.LINE
        is_announced = is_list and not line_rules.announces_next_story(state.lines[n - 1])
        is_headline = THRESHOLDS.min_words_of_headline <= line.words <= THRESHOLDS.max_words_of_headline
        if is_headline and not line.text.endswith(".") and not is_announced:
            found.append(n)
    return found


def _signature(state: LabelState, headline: int) -> list[tuple[Label, ...]]:
    """What the lines between the headline and the running text below it say, in their order: a name, a date, both.

    It is empty if one of the two is missing.
    """
    found: list[tuple[Label, ...]] = []
    for n in range(headline + 1, min(headline + 1 + BESIDE_TITLE, len(state.lines))):
        if is_signature(state, n) or _is_name_above_date(state, n):
            said = _said(state, n)
            found += [] if said in found else [said]
        elif _is_text(state, n):
            return found if {label for said in found for label in said} >= SIGNED else []
    return []


def _is_text(state: LabelState, n: int) -> bool:
    """Whether a line is running text.  The model sees that a whole story is not that of the page, and doubts it."""
    line = state.lines[n]
    is_sentence = line.is_prose and line.ends and line.words >= THRESHOLDS.min_words_after_others
    return state.is_running(n) or (state.verdicts[n] is None and is_sentence)


def _is_name_above_date(state: LabelState, n: int) -> bool:
    """Whether a line that no rule knows is a person's name, right above a date."""
    if state.verdicts[n] is not None or n + 1 == len(state.lines) or state.label(n + 1) is not Label.TIMESTAMP:
        return False
    line = state.lines[n]
    named = line.facts.authors  # the site may be behind the name: "Jane Doe - Example News"
    name = named[0].name if named and line.words <= THRESHOLDS.max_words_of_name else line.text
    is_name = has_given_name(name, None) or is_rare(name, state.language)
    return is_person(name) and line.text.startswith(name) and is_name


def _said(state: LabelState, n: int) -> tuple[Label, ...]:
    """Whether a line has names, a date or both: "Jane Doe, Sports Writer, May 3, 2024"."""
    facts = state.lines[n].facts
    has_name = state.label(n) is Label.BYLINE or bool(facts.authors)
    has_date = state.label(n) is Label.TIMESTAMP or bool(facts.dates)
    return tuple(label for label, has in ((Label.BYLINE, has_name), (Label.TIMESTAMP, has_date)) if has)
