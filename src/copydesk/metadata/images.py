"""Pictures: captions with the credits beside them."""

from dataclasses import replace
from typing import Final

from copydesk.document import Image, Label
from copydesk.metadata.page import LabelledLines

PICTURED: Final = frozenset((Label.CAPTION, Label.CREDIT))
"""Labels of the lines that tell of pictures."""


def images_of(lines: LabelledLines) -> tuple[Image, ...]:
    """Captions with the credits next to them; credits on several lines are one."""
    found: list[Image] = []
    near = False  # whether the line before belongs to the last image
    for text, label in zip(lines.texts, lines.labels, strict=True):
        last = found[-1] if found else None
        if label is Label.CAPTION:
            if near and last and last.caption is None:
                found[-1] = replace(last, caption=text)
            else:
                found.append(Image(caption=text))
        elif label is Label.CREDIT:
            if near and last:
                credit = text if last.credit is None else f"{last.credit} / {text}"
                found[-1] = replace(last, credit=credit)
            else:
                found.append(Image(credit=text))
        near = label in PICTURED or (near and label is Label.DUPLICATE)
    return tuple(found)
