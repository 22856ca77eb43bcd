"""A question and its answers: the text of each is above the button with which readers improve it.

The sites of Stack Exchange print each of them like this: the number of votes, the text, "Share", "Improve this answer",
"Follow", dates and names with badges, comments, "Add a comment".  The names of the authors come below their texts,
between buttons: they are no lines of the story.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from copydesk.document import Label
from copydesk.labelling import page_kinds
from copydesk.labelling.comments import is_button
from copydesk.labelling.line import Line
from copydesk.labelling.posts import ANSWER, BETWEEN
from copydesk.labelling.state import LIKELY, LabelState
from copydesk.vocabulary import VOCABULARY, one_of


@dataclass(frozen=True, slots=True)
class AnswerThresholds:
    """When lines are a question and its answers.  Set in November 2026 with the six such pages of the kit of kinds."""

    min_texts: int = 2
    """Texts above such a button.  One is enough if the page also has the button to add a comment."""

    to_votes: int = 3
    """Lines above the number of votes, below the last line that is known to be no text: the name of a new user."""

    max_furniture: int = 8
    """Words of a line that begins with "Viewed" or "Sorted by"."""

    max_badges: int = 24
    """Words of a line with the badges of a user."""


THRESHOLDS: Final = AnswerThresholds()


def _button(phrases: Collection[str]) -> re.Pattern[str]:
    """The beginning of a line with one of these buttons, perhaps behind another one: "Share Improve this answer"."""
    return re.compile(rf"(?:\W*\w+\W+)?{one_of(phrases)}(?!\w)", re.IGNORECASE)


_IMPROVE = _button((*VOCABULARY.forms.improve_answer, *VOCABULARY.forms.improve_question))
_IMPROVE_QUESTION = _button(VOCABULARY.forms.improve_question)
_ANSWERED = re.compile(rf"{one_of(VOCABULARY.forms.answered)}\s.*\d", re.IGNORECASE)
_ABOVE_TEXT = re.compile(rf"{one_of(VOCABULARY.forms.above_answers)}(?!\w)", re.IGNORECASE)
_BADGES = re.compile(rf"\d\W{{0,4}}{one_of(VOCABULARY.forms.badges)}(?!\w)", re.IGNORECASE)
_VOTES = re.compile(r"[-+\N{MINUS SIGN}]?\d{1,6}")
_TAG = re.compile(r"[a-z0-9][a-z0-9.+#-]{0,34}")


def find(state: LabelState) -> bool:
    """Make the question and its answers the story, and nothing else.  Whether the lines are such a page."""
    buttons = _buttons(state)
    has_comments = any(map(page_kinds.is_add_comment, state.lines))
    if not buttons or (len(buttons) < THRESHOLDS.min_texts and not has_comments):
        return False
    texts: set[int] = set()
    above = -1
    for button in buttons:
        texts.update(_text(state, above, button))
        above = button
    if not any(state.prose[n] for n in texts):
        return False
    first = min(texts)
    for n, verdict in enumerate(state.verdicts):
        if n in texts:
            state.set_text(n, ANSWER)
        elif n > first and (verdict is None or state.story[n]):
            is_comment = state.share(n, Label.COMMENT) >= state.share(n, Label.CONTROL)
            state.set_label(n, Label.COMMENT if is_comment else Label.CONTROL, BETWEEN)
    return True


def _buttons(state: LabelState) -> list[int]:
    """The lines with the button to improve a text; the date of an answer that has no such button stands for it."""
    found: list[int] = []
    has_date = False  # whether the date of the last text is above
    for n, line in enumerate(state.lines):
        if _IMPROVE.match(line.text) and not line.is_prose:
            found.append(n)
            has_date = False
        elif found and _says(line, _ANSWERED, THRESHOLDS.max_furniture):
            if has_date:
                found.append(n)
            has_date = True
    return found


def _text(state: LabelState, above: int, button: int) -> range:
    """The lines of the text above a button, and below the button above it."""
    lines = state.lines
    stop = button
    while stop > above + 1 and (is_button(lines[stop - 1]) or state.label(stop - 1) is Label.CONTROL):
        stop -= 1
    if _IMPROVE_QUESTION.match(lines[button].text):
        while stop > above + 1 and _TAG.fullmatch(lines[stop - 1].text):
            stop -= 1
    start = next((n + 1 for n in range(stop - 1, above, -1) if _is_outside(state, n)), above + 1)
    votes = [n for n in range(start, min(start + THRESHOLDS.to_votes, stop)) if _VOTES.fullmatch(lines[n].text)]
    if votes:
        return range(votes[-1] + 1, stop)
    likely = (n for n in range(start, stop) if state.prose[n] and state.story_shares[n] >= LIKELY)
    return range(next(likely, stop), stop)


def _is_outside(state: LabelState, n: int) -> bool:
    """Whether the line comes only above the text of an answer: a button, badges, the date of a comment."""
    line = state.lines[n]
    if line.is_prose:
        return False
    if state.label(n) in (Label.TITLE, Label.CONTROL) or page_kinds.is_add_comment(line) or is_button(line):
        return True
    return _says(line, _ABOVE_TEXT, THRESHOLDS.max_furniture) or (
        line.words <= THRESHOLDS.max_badges and _BADGES.search(line.text) is not None
    )


def _says(line: Line, pattern: re.Pattern[str], max_words: int) -> bool:
    return line.words <= max_words and pattern.match(line.text) is not None
