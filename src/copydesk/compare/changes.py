"""What is different in two records of one dump: labels of lines, edits, facts, and how sure the record is."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Final

from copydesk.document import STORY, Block, Cleaned, Metadata, Record
from copydesk.edits import Edit

MIN_FALL: Final = 0.1
"""A record regressed, perhaps, if its confidence fell by this or more.

Chosen, not measured: in the reliability table of `python -m bench.confidence`, a tenth is the width of a row.
"""


@dataclass(frozen=True, slots=True)
class Move:
    """A line with another label: its text, and the label and rule before and now."""

    text: str
    old: str
    new: str
    old_why: str
    new_why: str

    @property
    def leaves_story(self) -> bool:
        """Whether the line was story and is none now."""
        return self.old in STORY and self.new not in STORY

    @property
    def joins_story(self) -> bool:
        """Whether the line was no story and is one now."""
        return self.old not in STORY and self.new in STORY


@dataclass(frozen=True, slots=True)
class FactChange:
    """A field of the metadata with another value; None if there is none."""

    name: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """What is different in a dump.  `old` and `new` are its articles.

    `is_other_dump` says that the raw text itself has changed, or that a record has lines that overlap, as copydesk
    writes none: then lines and edits are not compared.  `teasers` are the numbers of teasers before and now.
    """

    old: Record
    new: Record
    moves: tuple[Move, ...]
    edits_gone: tuple[Edit, ...]
    edits_new: tuple[Edit, ...]
    facts: tuple[FactChange, ...]
    teasers: tuple[int, int]
    is_other_dump: bool

    @property
    def fall(self) -> float:
        """How much the confidence fell (0 to 1); negative if it rose; 0 if one of them is not known."""
        if self.old.quality is None or self.new.quality is None:
            return 0.0
        return self.old.quality.confidence - self.new.quality.confidence

    @property
    def regressed(self) -> bool:
        """Whether the record may be worse now."""
        return self.fall >= MIN_FALL


def compare(old: Cleaned, new: Cleaned) -> Change | None:
    """What is different in the records of one dump; None if nothing is that a reader of the record sees.

    Version, digests and shares are not compared: they change with every version.
    """
    one, other = old.article, new.article
    is_other_dump = one.provenance.sha256 != other.provenance.sha256 or _size(one) != _size(other)
    is_other_dump = is_other_dump or not (_in_order(one.blocks) and _in_order(other.blocks))
    change = Change(
        old=one,
        new=other,
        moves=() if is_other_dump else tuple(_moves(one.blocks, other.blocks)),
        edits_gone=() if is_other_dump else _without(one.edits, other.edits),
        edits_new=() if is_other_dump else _without(other.edits, one.edits),
        facts=tuple(_facts(one.metadata, other.metadata)),
        teasers=(len(old.teasers), len(new.teasers)),
        is_other_dump=is_other_dump,
    )
    is_same = one.kind is other.kind and one.page is other.page and one.text == other.text
    is_same = is_same and [one.text for one in old.teasers] == [one.text for one in new.teasers]
    nothing = not (change.moves or change.edits_gone or change.edits_new or change.facts or is_other_dump)
    return None if nothing and is_same and not change.regressed else change


def _size(record: Record) -> int:
    """Characters of the raw text."""
    return record.blocks[-1].end if record.blocks else 0


def _in_order(blocks: tuple[Block, ...]) -> bool:
    """Whether each block begins where the one before it has ended, or later."""
    return all(one.end <= other.start for one, other in pairwise(blocks))


def _moves(old: tuple[Block, ...], new: tuple[Block, ...]) -> Iterator[Move]:
    """The lines with another label.  Where a line was cut or joined, the line now counts once for each old label."""
    at = 0
    for block in new:
        while at < len(old) and old[at].end <= block.start:
            at += 1
        seen: set[str] = set()
        for place in range(at, len(old)):
            before = old[place]
            if before.start >= block.end:
                break
            if before.label is not block.label and before.label not in seen:
                seen.add(before.label)
                yield Move(block.text or before.text, before.label, block.label, before.why, block.why)


def _without(edits: tuple[Edit, ...], others: tuple[Edit, ...]) -> tuple[Edit, ...]:
    known = set(others)
    return tuple(edit for edit in edits if edit not in known)


def _facts(old: Metadata, new: Metadata) -> Iterator[FactChange]:
    for one in fields(Metadata):
        before, now = _shown(getattr(old, one.name)), _shown(getattr(new, one.name))
        if before != now:
            yield FactChange(one.name, before, now)


def _shown(value: object) -> str | None:
    """A value as people read it: names of authors, "; " between several; None if there is none."""
    if value is None or value == () or value == {}:
        return None
    if isinstance(value, tuple):
        return "; ".join(_shown(each) or "" for each in value)
    for name in ("name", "notice", "caption"):
        if isinstance(known := getattr(value, name, None), str):
            return known
    return str(value)
