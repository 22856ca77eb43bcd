"""Headlines that the title of the page shows: the first line of a dump is often that title."""

from collections.abc import Sequence
from typing import Final

from copydesk.labelling.line import Line
from copydesk.labelling.state import BESIDE_TITLE

MIN_WORDS: Final = 4
"""Words of the question of a thread.  Set with the tests' cases, November 2026."""


def question_of_thread(lines: Sequence[Line]) -> str | None:
    """The line near the top with which the page's title begins; None if there is none."""
    near = [n for n in range(1, min(BESIDE_TITLE, len(lines))) if lines[n].words >= MIN_WORDS]
    found = first_in_title(lines, near)
    return None if found is None else lines[found].text


def first_in_title(lines: Sequence[Line], candidates: Sequence[int]) -> int | None:
    """The first candidate of two words or more with which the page's title begins; None if there is none."""
    own = lines[0].text.casefold() if lines else ""
    named = (n for n in candidates if n and lines[n].words > 1 and len(lines[n].text) < len(own))
    return next((n for n in named if own.startswith(lines[n].text.casefold())), None)
