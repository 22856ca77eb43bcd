"""The name of the site above the headline, which looks like a headline: the copyright notice shows it."""

from typing import Final

from copydesk.document import Label
from copydesk.labelling.state import LabelState
from copydesk.text import fold

_ARTICLE: Final = "the "


def without_masthead(state: LabelState, candidates: list[int]) -> list[int]:
    """The candidates for the headline that do not name the holder of a copyright."""
    notices = [n for n, verdict in enumerate(state.verdicts) if verdict and verdict.label is Label.COPYRIGHT]
    holders = {_name(state.lines[n].facts.copyright.holder or "") for n in notices} - {""}
    return [n for n in candidates if _name(state.lines[n].text) not in holders]


def _name(text: str) -> str:
    return fold(text).removeprefix(_ARTICLE)
