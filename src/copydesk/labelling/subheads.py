"""Subheads that many stories have, which the model takes for buttons or for the headings of lists: "Verdict"."""

from typing import Final

from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling import page_kinds
from copydesk.labelling.state import LabelState

SUBHEAD = Rule("label.subhead", 'says what the subheads of many stories say, between two paragraphs: "Verdict"')
RULES: Final = (SUBHEAD,)


def find(state: LabelState) -> None:
    """Label such lines between two paragraphs of the story."""
    for n in range(1, len(state.lines) - 1):
        is_between = state.is_running(n - 1) and state.is_running(n + 1)
        if is_between and state.verdicts[n] is None and page_kinds.is_one_of(state.lines[n], "subheads"):
            state.set_label(n, Label.HEADING, SUBHEAD)
