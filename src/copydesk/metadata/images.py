"""Pictures: captions with the credits beside them."""

from dataclasses import replace
from typing import Final

from copydesk.document import Image, Label
from copydesk.metadata.fact import Fact
from copydesk.metadata.page import LabelledLines

PICTURED: Final = frozenset((Label.CAPTION, Label.CREDIT))
"""The labels of lines about pictures."""


def images_of(lines: LabelledLines) -> tuple[Fact[Image], ...]:
    """A picture for each caption, with the credits beside it; credits on several lines become one."""
    found: list[Fact[Image]] = []
    is_beside = False  # whether the line before belongs to the last picture
    for text, label, number in zip(lines.texts, lines.labels, lines.numbers, strict=True):
        last = found[-1].value if found else None
        if label is Label.CAPTION:
            if is_beside and last and last.caption is None:
                found[-1] = Fact(replace(last, caption=text), (*found[-1].sources, number))
            else:
                found.append(Fact(Image(caption=text), (number,)))
        elif label is Label.CREDIT:
            if is_beside and last:
                credit = text if last.credit is None else f"{last.credit} / {text}"
                found[-1] = Fact(replace(last, credit=credit), (*found[-1].sources, number))
            else:
                found.append(Fact(Image(credit=text), (number,)))
        is_beside = label in PICTURED or (is_beside and label is Label.DUPLICATE)
    return tuple(found)
