"""Subheads that many stories have, which the model takes for buttons or for the headings of lists: "Verdict"."""

import re
from itertools import product
from typing import Final

from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling import page_kinds
from copydesk.labelling.state import LabelState

SUBHEAD = Rule("label.subhead", 'says what the subheads of many stories say, between two paragraphs: "Verdict"')
NUMBER = Rule("label.number-of-entry", "is the number of an entry, or the subhead right below it: the numbers go on")
RULES: Final = (SUBHEAD, NUMBER)

MIN_NUMBERS: Final = 3
"""Numbers in a row, of which all but one have story right below them.  Set with the tests' cases, November 2026."""

_NUMBER = re.compile(r"\d{1,2}\.?")


def find(state: LabelState) -> None:
    """Label such lines between two paragraphs of the story."""
    for n in range(1, len(state.lines) - 1):
        is_between = state.is_running(n - 1) and state.is_running(n + 1)
        if is_between and state.verdicts[n] is None and page_kinds.is_one_of(state.lines[n], "subheads"):
            state.set_label(n, Label.HEADING, SUBHEAD)
    _entries(state)


def _entries(state: LabelState) -> None:
    """Label the first or last number of the entries of a list ("4", "3", "2", "1"), and the subhead below it.

    Below the number and its subhead there must be running text, as below the other numbers.
    """
    numbers = [n for n, line in enumerate(state.lines) if _NUMBER.fullmatch(line.text) and _has_text_below(state, n)]
    values = [int(state.lines[n].text.strip(".")) for n in numbers]
    for step, at in product((1, -1), range(len(numbers) - MIN_NUMBERS + 1)):
        row = numbers[at : at + MIN_NUMBERS]
        goes_on = values[at : at + MIN_NUMBERS] == [values[at] + step * n for n in range(MIN_NUMBERS)]
        if goes_on and sum(state.story[n] or state.story[n + 1] for n in row) >= MIN_NUMBERS - 1:
            for n in (*row, *(number + 1 for number in row)):
                if not state.story[n] and state.verdicts[n] is None:
                    state.set_label(n, Label.HEADING, NUMBER)


def _has_text_below(state: LabelState, n: int) -> bool:
    """Whether running text is below the line, with at most one line that is none between them."""
    return any(state.is_running(below) for below in range(n + 1, min(n + 3, len(state.lines))))
