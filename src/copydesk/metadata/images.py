"""Pictures: captions with their credits, which are at the caption's end or on lines beside it."""

from collections.abc import Container
from dataclasses import dataclass
from typing import Final

from copydesk.document import Image, Label
from copydesk.labelling.line_facts import LineFacts
from copydesk.metadata.fact import Fact
from copydesk.metadata.page import LabelledLines
from copydesk.parsing import credits

PICTURED: Final = frozenset((Label.CAPTION, Label.CREDIT))
"""The labels of lines about pictures."""


@dataclass(slots=True)
class _Picture:
    """A picture while its lines are read.  `is_credit_first`: its credit is above its caption."""

    caption: str | None
    credits: list[str]
    numbers: list[int]
    is_credit_first: bool = False

    def fact(self) -> Fact[Image]:
        """The picture as a fact."""
        return Fact(Image(caption=self.caption, credit=_joined(self.credits)), tuple(self.numbers))

    def says_more_than(self, captioned: Container[tuple[str, ...]]) -> bool:
        """Whether the picture has a caption, or a credit that no captioned picture has and that is not the story's agency."""
        if self.caption:
            return True
        credit = _joined(self.credits)
        if credit is None or tuple(self.credits) in captioned or credits.is_news_agency(credit):
            return False
        return not (credits.names_source(credit) and credits.agencies(credit))


def images_of(lines: LabelledLines) -> tuple[Fact[Image], ...]:
    """The pictures in order, each once: a caption without its credit, the credit as it is printed.

    A credit may be at its caption's end, or on the lines above or below it.  A caption or picture that is printed again
    is the same picture.
    """
    found: list[_Picture] = []
    seen: dict[str, _Picture] = {}
    beside: _Picture | None = None  # the picture that the line before belongs to
    for facts, label, number in zip(lines.facts, lines.labels, lines.numbers, strict=True):
        if label not in PICTURED:
            if not (label is Label.DUPLICATE and beside):
                beside = None
            continue
        caption, credit = _parts(facts, label)
        if caption is not None:
            known = seen.get(caption)
            if known is None and beside and beside.caption is None:
                known = beside
                known.is_credit_first = True
            if known is None:
                known = _Picture(caption, [], [])
                found.append(known)
            known.caption = caption
            seen[caption] = beside = known
        elif beside is None or _begins(facts, credit, beside):
            beside = _Picture(None, [], [])
            found.append(beside)
        if credit and credit not in beside.credits:
            beside.credits.append(credit)
        beside.numbers.append(number)
    captioned = {tuple(picture.credits) for picture in found if picture.caption}
    return tuple(picture.fact() for picture in found if picture.says_more_than(captioned))


def _begins(facts: LineFacts, credit: str | None, beside: _Picture) -> bool:
    """Whether a credit is that of another picture than the one right above it."""
    if not beside.credits or credit in beside.credits:
        return False
    return (beside.is_credit_first and beside.caption is not None) or (facts.says_credit and not beside.credits[-1].endswith(":"))


def _parts(facts: LineFacts, label: Label) -> tuple[str | None, str | None]:
    """(caption, credit) of a line with one of these labels."""
    parts = facts.parts
    if label is Label.CAPTION:
        return (parts.caption, credits.bare(parts.credit)) if parts else (facts.text, None)
    return None, credits.bare(facts.text)


def _joined(lines: list[str]) -> str | None:
    """The lines of a credit as one: a word with a colon takes the next line."""
    parts: list[str] = []
    for line in lines:
        if parts and parts[-1].endswith(":"):
            parts[-1] = f"{parts[-1]} {line}"
        elif not credits.is_only_label(line) or line.endswith(":"):
            parts.append(line)
    return " / ".join(part for part in parts if not credits.is_only_label(part)) or None
