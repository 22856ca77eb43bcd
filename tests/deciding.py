"""What the tests of decisions share: an invented page, and decisions about its lines."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import count
from pathlib import Path

from copydesk import config, decisions, desk, dump
from copydesk.config import Config
from copydesk.decisions import Decision, DecisionKind, ReviewSettings, WrongEdit
from copydesk.document import Block, Label, Record
from copydesk.dump import SuppliedMetadata

SOURCE = "bridge.txt"
APPEAL = "Readers like you pay for our work, and we thank all of them for it."
HEADLINE = "Bridge of Northford to stay closed until spring"
OTHER_HEADLINE = "The bridge stays closed, the council says"
LEAD = (
    "The council voted on Monday evening to keep the bridge closed,and the mayor said that it would take until spring."
)
PAGE = "\n\n".join(
    (
        "Home",
        HEADLINE,
        OTHER_HEADLINE,
        "By Anna Miller",
        LEAD,
        "Work on the bridge began last year, after engineers had found cracks in two of its four pillars.",
        APPEAL,
        "The town will pay for buses that take people to the other bank of the river, a spokesman said.",
    )
)
NUMBERS = count()


def cleaned(text: str = PAGE, settings: Config | None = None, source: str = SOURCE, title: str | None = None) -> Record:
    """The article of a page."""
    raw = dump.from_text(text, source, given=SuppliedMetadata(title=title))
    return desk.clean_dump(raw, settings or config.default()).article


def settings_with(path: Path, made: Iterable[Decision]) -> Config:
    """Settings with a file of these decisions."""
    decisions.append(path, made)
    return replace(config.default(), review=ReviewSettings(str(path)))


def block_of(article: Record, text: str) -> Block:
    """The line with this text."""
    return next(block for block in article.blocks if text in block.text)


def decided(
    article: Record,
    text: str,
    label: Label | None = None,
    kind: DecisionKind = DecisionKind.LABEL,
    edit: int | None = None,
) -> Decision:
    """A decision about the line with this text."""
    block = block_of(article, text)
    raw = article.raw()[block.start : block.end]
    wrong = None if edit is None else article.edits[edit]
    return Decision(
        id=f"{next(NUMBERS):08}-0",
        at="2026-11-29T10:00:00.000Z",
        by="anna",
        kind=kind,
        record=article.id,
        source=article.source,
        start=block.start,
        end=block.end,
        digest=decisions.digest_of(raw),
        label=label,
        edit=WrongEdit(wrong.start, wrong.before, wrong.after) if wrong else None,
    )


def back(one: Decision) -> Decision:
    """Takes a decision back."""
    kind = DecisionKind.TAKE_BACK
    return Decision(f"{next(NUMBERS):08}-0", one.at, "ben", kind, one.record, one.source, takes_back=one.id)
