"""The sections of manuals and blogs with headings that have a link to themselves: "Setting a limit¶".

The model takes short headings for entries of a menu, and sections that are lists of single words for menus.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling import page_kinds
from copydesk.labelling.state import LabelState

HEADING = Rule("label.linked-heading", 'is a heading with a link to itself: "Setting a limit¶"')
RULES: Final = (HEADING,)


def find(state: LabelState) -> None:
    """Label these headings, but for the first, which may be the headline; keep a section of which nothing is story."""
    # the name of the page may be in the menu too, with its sign
    headings = sorted({line.folded: n for n, line in enumerate(state.lines) if line.permalink}.values())
    if len(headings) < page_kinds.THRESHOLDS.min_permalinks:
        return
    _leave_out_contents(state, headings)
    for n in headings[1:]:
        if state.verdicts[n] is None:
            state.set_label(n, Label.HEADING, HEADING)
    for heading, below in pairwise(headings):
        section = range(heading + 1, below)
        if not any(state.story[n] for n in section):
            for n in section:
                state.keep(n)


def _leave_out_contents(state: LabelState, headings: Sequence[int]) -> None:
    """The table of contents is no story; nor is what is above the first heading, if no running text is there."""
    names, numbers = {state.lines[n].folded for n in headings}, set(headings)
    above = range(headings[0])
    has_lead = any(state.is_running(n) for n in above)
    for n, line in enumerate(state.lines):
        in_contents = line.folded in names and n not in numbers
        if state.verdicts[n] is None and not line.is_prose and (in_contents or (n in above and not has_lead)):
            state.story[n] = False
