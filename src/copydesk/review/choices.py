"""The labels that a reviewer can give to a line: their keys, and the groups in which the page shows them."""

from dataclasses import dataclass
from typing import Final

from copydesk.document import Label
from copydesk.report.parts import GROUPS, group_of

HEADLINE: Final = "headline"
"""What a form says instead of a label if the line is the headline of the page."""

KEYS: Final = {
    "paragraph": "p", "heading": "h", "list_item": "i", "quote": "q", "code": "2", "table_row": "3",
    "title": "t", "deck": "d", "byline": "b", "timestamp": "w", "caption": "c", "credit": "r", "bio": "l",
    "copyright": "y", "tags": "g", "note": "1", "teaser_heading": "a", "teaser": "s", "navigation": "f",
    "control": "v", "promo": "o", "comment": "m", "duplicate": "u",
}  # fmt: skip
"""The key for each label.  The page uses others to move: j, k, e, n, x, z."""

NAMES: Final = {"title": "headline", "paragraph": "story", "navigation": "furniture"}
"""The names of buttons that differ from the label: what reviewers call it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A label that can be given: what the form says, the label, the name of the button, its group and its key.

    The key is "" for none.
    """

    value: str
    label: Label
    name: str
    group: str
    key: str


def choices() -> list[Choice]:
    """All labels, group by group."""
    found = [
        Choice(
            HEADLINE if label is Label.TITLE else str(label),
            label,
            NAMES.get(label, label.replace("_", " ")),
            group_of(label),
            KEYS.get(label, ""),
        )
        for label in Label
    ]
    return sorted(found, key=lambda one: GROUPS.index(one.group))
