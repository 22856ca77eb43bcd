"""Pictures: captions with their credits, which are at the caption's end or on lines beside it."""

from dataclasses import dataclass
from typing import Final

from copydesk.document import Image, Label
from copydesk.labelling import Role
from copydesk.labelling.line_facts import LineFacts
from copydesk.metadata.fact import Fact
from copydesk.metadata.page import LabelledLines
from copydesk.parsing.picture_labels import without_label
from copydesk.text import fold

PICTURED: Final = frozenset((Label.CAPTION, Label.CREDIT))
"""The labels of lines about pictures."""


_NO_CAPTIONS: Final = frozenset(("copyright", "photo", "foto", "image", "bild", "video"))
"""Words before a credit that say nothing about the picture."""


@dataclass(slots=True)
class _Picture:
    """A picture while its lines are read.

    `credits` has the lines of its credit as facts read them.  `is_credit_first`: its credit is above its caption.
    `is_of_story`: its only line names the agency that wrote the story.
    """

    caption: str | None
    credits: list[str]
    numbers: list[int]
    is_credit_first: bool = False
    is_of_story: bool = False


def images_of(lines: LabelledLines) -> tuple[Fact[Image], ...]:
    """The pictures in order, each once: a caption without its credit, the credit as it is printed.

    A credit may be at its caption's end, or on the lines above or below it.  A caption or picture that is printed again
    is the same picture.
    """
    found: list[_Picture] = []
    seen: dict[str, _Picture] = {}
    beside: _Picture | None = None  # the picture that the line before belongs to
    for facts, label, number, verdict in zip(lines.facts, lines.labels, lines.numbers, lines.verdicts, strict=True):
        if label not in PICTURED or verdict.role is Role.NOT_OF_STORY:
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
            beside = _Picture(
                None,
                [],
                [],
                is_of_story=facts.is_news_agency
                or (facts.names_source and facts.story_agency is not None)
                or (facts.dateline_beside is not None and facts.dateline_beside.agency is not None),
            )
            found.append(beside)
        if credit and credit not in beside.credits:
            beside.credits.append(credit)
        beside.numbers.append(number)
    captioned = {tuple(picture.credits) for picture in found if picture.caption}
    return tuple(
        Fact(Image(caption=picture.caption, credit=_joined(picture.credits)), tuple(picture.numbers))
        for picture in found
        if picture.caption or (picture.credits and not picture.is_of_story and tuple(picture.credits) not in captioned)
    )


def _begins(facts: LineFacts, credit: str | None, beside: _Picture) -> bool:
    """Whether a credit is that of another picture than the one right above it."""
    if not beside.credits or credit in beside.credits:
        return False
    is_whole = not beside.credits[-1].endswith(":")
    return (beside.is_credit_first and beside.caption is not None) or (facts.says_credit and is_whole)


def _parts(facts: LineFacts, label: Label) -> tuple[str | None, str | None]:
    """(caption, credit) of a line with one of these labels."""
    if label is Label.CAPTION:
        caption, credit = (facts.parts.caption, facts.parts.credit) if facts.parts else (facts.text, None)
        caption = without_label(caption)
        return (None if fold(caption) in _NO_CAPTIONS else caption), credit
    if facts.is_only_label:  # "Foto:" needs the name in the next line, "Photo" says nothing
        return None, facts.text if facts.text.endswith(":") else None
    return None, without_label(facts.credit)


def _joined(lines: list[str]) -> str | None:
    """The lines of a credit as one: a word with a colon takes the next line."""
    parts: list[str] = []
    for line in lines:
        if parts and parts[-1].endswith(":"):
            parts[-1] = f"{parts[-1]} {line}"
        else:
            parts.append(line)
    return " / ".join(part for part in parts if not part.endswith(":")) or None
