"""Makes records of the items of lists of other stories.

`labelling.teaser_lists` cuts the lists; its verdicts say where an item begins and what each of its lines is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from copydesk.document import Label
from copydesk.labelling import Verdict


@dataclass(frozen=True, slots=True)
class ItemLine:
    """A line of an item: its number on the page, and its label in the item (title, paragraph, caption ...)."""

    number: int
    label: Label


CONTENT: Final = frozenset((Label.TITLE, Label.PARAGRAPH, Label.CAPTION, Label.CREDIT))
"""An item needs a line with one of these labels: a headline, text or a picture."""


def items(verdicts: Sequence[Verdict]) -> Iterator[tuple[ItemLine, ...]]:
    """The items of a page, each as its lines."""
    lines: list[ItemLine] = []
    for number, verdict in enumerate(verdicts):
        if verdict.begins and lines:
            yield tuple(lines)
            lines = []
        if verdict.part is not None:
            lines.append(ItemLine(number, verdict.part))
    if lines:
        yield tuple(lines)
