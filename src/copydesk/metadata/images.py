"""Pictures: captions with the credits beside them."""

from dataclasses import replace
from typing import Final

from copydesk.document import Image, Label
from copydesk.metadata.page import LabelledLines

PICTURED: Final = frozenset((Label.CAPTION, Label.CREDIT))
"""The labels of lines about pictures."""


def images_of(lines: LabelledLines) -> tuple[Image, ...]:
    """One picture for each caption, with the credit beside it.  If a credit has several lines, they are joined."""
    found: list[Image] = []
    is_beside = False  # whether the line before belongs to the last picture
    for text, label in zip(lines.texts, lines.labels, strict=True):
        last = found[-1] if found else None
        if label is Label.CAPTION:
            if is_beside and last and last.caption is None:
                found[-1] = replace(last, caption=text)
            else:
                found.append(Image(caption=text))
        elif label is Label.CREDIT:
            if is_beside and last:
                credit = text if last.credit is None else f"{last.credit} / {text}"
                found[-1] = replace(last, credit=credit)
            else:
                found.append(Image(credit=text))
        is_beside = label in PICTURED or (is_beside and label is Label.DUPLICATE)
    return tuple(found)
