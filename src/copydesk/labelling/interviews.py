"""The questions of an interview, each above its answer: short lines that the model often takes for links."""

from dataclasses import dataclass
from typing import Final

from copydesk.html_lines import COLUMNS
from copydesk.labelling import line_rules
from copydesk.labelling.state import ENDS, LIKELY, LabelState


@dataclass(frozen=True, slots=True)
class InterviewThresholds:
    """Limits of an interview.  Set in November 2026 with the cases of the tests and the kit of kinds."""

    min_words: int = 3
    """Words of a question, and of an answer that is no running text."""

    min_questions: int = 2
    """Questions in a story, each above its answer, that make it an interview.  Set with the tests' cases."""

    max_box: int = 10
    """Lines of a box in an interview.  Set with the tests' cases."""


THRESHOLDS: Final = InterviewThresholds()

_LINK_ONLY: Final = COLUMNS.index("link only")
_QUESTION: Final = ("?", "\N{FULLWIDTH QUESTION MARK}", "\N{ARABIC QUESTION MARK}")


def find(state: LabelState) -> None:
    """Questions of an interview: each between two lines of running text, and no links."""
    for n in range(1, len(state.lines) - 1):
        if not state.story[n] and _is_question(state, n) and state.is_running(n - 1) and state.is_running(n + 1):
            state.keep(n)
    _rest_of_interview(state)


def _is_question(state: LabelState, n: int) -> bool:
    line = state.lines[n]
    is_long = line.text.endswith(_QUESTION) and line.words >= THRESHOLDS.min_words
    is_link = bool(line.origin) and line.origin[_LINK_ONLY]
    return is_long and not is_link and state.other_stories(n) < LIKELY


def _rest_of_interview(state: LabelState) -> None:
    """Questions below a box in an interview, and their answers, which may be short."""
    last = len(state.lines) - 1
    known = [n for n in range(last) if state.story[n] and _is_question(state, n) and state.is_running(n + 1)]
    if len(known) < THRESHOLDS.min_questions:
        return
    above = known[0]
    for n in range(known[0], last):
        if n - above > THRESHOLDS.max_box or (state.label(n) in ENDS and not line_rules.is_read_also(state.lines[n])):
            return
        if state.story[n]:
            above = n
        elif state.verdicts[n] is state.verdicts[n + 1] is None and _is_question(state, n) and _is_answer(state, n + 1):
            state.keep(n)
            state.keep(n + 1)
            above = n + 1


def _is_answer(state: LabelState, n: int) -> bool:
    line = state.lines[n]
    is_sentence = line.is_prose or (line.ends and line.words >= THRESHOLDS.min_words)
    if not is_sentence or line.text.endswith(_QUESTION):
        return False
    return state.other_stories(n) < LIKELY and not state.is_furniture(n)
