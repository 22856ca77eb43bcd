"""What one story is to another, from the shingles that they truly share."""

from array import array
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Relation(StrEnum):
    """What a record is to the canonical record of its cluster."""

    CANONICAL = "canonical"
    EXACT = "exact"
    """The same words."""

    NEAR = "near"
    """Nearly the same words."""

    EXCERPT = "excerpt"
    """A part of it, hardly changed."""

    LONGER = "longer"
    """It contains the canonical story, hardly changed, and more."""

    UPDATE = "update"
    """Another version of it in the same source."""

    LINKED = "linked"
    """A copy of another member of the cluster, and less like the canonical one."""


MIN_NEAR: Final = 0.7
"""Jaccard likeness of shingles from which on two stories are near copies."""

MIN_CONTAINED: Final = 0.8
"""Share of the shorter story's shingles that the longer one has, from which on it is contained."""

MIN_UPDATE: Final = 0.5
"""The same for two versions in one source."""

MIN_SHARED: Final = 8
"""Shingles that two stories must share to be contained or versions: fewer are a quotation or a common phrase."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """`jaccard` is the share of all shingles that both have; `contained` that of the shorter story's; `shared` both."""

    jaccard: float
    contained: float
    shared: int
    is_shorter: bool


def likeness(one: "array[int]", other: "array[int]") -> Likeness:
    """How alike two stories are; `is_shorter` says that the first has fewer shingles."""
    shared = len(set(one) & set(other))
    either = len(one) + len(other) - shared
    shorter = min(len(one), len(other))
    return Likeness(
        shared / either if either else 0.0, shared / shorter if shorter else 0.0, shared, len(one) < len(other)
    )


def relation(found: Likeness, *, same_source: bool) -> Relation | None:
    """What the first story is to the second; None for different stories."""
    if found.jaccard == 1.0:
        return Relation.EXACT
    if found.jaccard >= MIN_NEAR:
        return Relation.NEAR
    if found.shared < MIN_SHARED:
        return None
    if found.contained >= MIN_CONTAINED:
        return Relation.EXCERPT if found.is_shorter else Relation.LONGER
    if same_source and found.contained >= MIN_UPDATE:
        return Relation.UPDATE
    return None
