"""What one story is to another, from the shingles that they truly share, and from what only one of them has.

The thresholds were chosen with `python -m bench.copies`, seed 1, in November 2026.
"""

from enum import StrEnum
from typing import Final

import msgspec

from copydesk.copies.contents import Content
from copydesk.copies.shingles import Shingles, count_shared, shared, without


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

MIN_EDITED: Final = 0.4
"""The same for a copy in which many words were changed: what only one of them has is made of the same terms."""

MIN_EDITED_NEAR: Final = 0.3
"""Jaccard likeness from which on such a copy is near, and not an excerpt."""

MIN_SHARED: Final = 8
"""Shingles that two stories must share to be contained or versions: fewer are a quotation or a common phrase."""

MIN_EDITED_TERMS: Final = 3
"""Terms of both in the changed parts of an edited copy."""

MIN_TERMS: Final = 4
"""Terms that only one story has, from which on they say something."""

MIN_ALIKE: Final = 0.5
"""Share of these terms that the changed parts of both have in an edited copy.  In different reports of half 0 of
`python -m bench.copies` (November 2026) it is .3 at most."""

MIN_ALIKE_CONTAINED: Final = 0.3
"""The same if the shorter story has MIN_NEAR of its shingles in the longer one."""

MIN_KNOWN: Final = 0.1
"""Share of these terms that the other story has anywhere.  Two articles of one source that have less in common share
only a box about their series."""

MIN_RELATED: Final = 0.2
"""Share of terms that parts of one story have in common: half of such parts; 1 in 100 pairs of different stories."""

MIN_OTHER_NUMBERS: Final = 3
MAX_SAME_NUMBERS: Final = 0.4
"""Two reports made from one form differ in this many numbers, and have at most this share of the fewer numbers in
common: results, warnings, daily figures."""


class Sources(StrEnum):
    """Whether two stories are of one source; UNKNOWN if one has no address."""

    SAME = "same"
    DIFFERENT = "different"
    UNKNOWN = "unknown"

    @classmethod
    def of(cls, one: str, other: str) -> "Sources":
        """That of two hosts."""
        if not (one and other):
            return cls.UNKNOWN
        return cls.SAME if one == other else cls.DIFFERENT


class Differences(msgspec.Struct, frozen=True, array_like=True):
    """What only one of two stories has.  A term is a long word or a number; in Chinese and Japanese two characters.

    `terms` are the terms in the changed parts of the story that has fewer of them, `alike` those of them that the
    changed parts of the other have too.  `known` is the share of the terms in the changed parts that the other story
    has anywhere, the smaller share of the two.  `numbers` and `same_numbers` count numbers of the story with fewer:
    those that the other one lacks, and has.
    """

    terms: int
    alike: int
    known: float
    numbers: int
    same_numbers: int

    @property
    def is_form(self) -> bool:
        """Whether the stories differ in nearly all numbers, so that they are two reports made from one form."""
        return self.numbers >= MIN_OTHER_NUMBERS and self.same_numbers < MAX_SAME_NUMBERS * (
            self.numbers + self.same_numbers
        )

    @property
    def is_unrelated(self) -> bool:
        """Whether the changed parts of each say nothing of what the other story is about."""
        return self.terms >= MIN_TERMS and self.known < MIN_KNOWN


class Likeness(msgspec.Struct, frozen=True, array_like=True):
    """How alike two stories are: the shingles that both have and those of each, and what differs if much is shared."""

    shared: int
    one: int
    other: int
    differences: Differences | None = None

    @property
    def jaccard(self) -> float:
        """The share of all shingles that both have."""
        either = self.one + self.other - self.shared
        return self.shared / either if either else 0.0

    @property
    def contained(self) -> float:
        """The share of the shorter story's shingles that the longer one has."""
        shorter = min(self.one, self.other)
        return self.shared / shorter if shorter else 0.0


def likeness(one: Shingles, other: Shingles) -> Likeness:
    """How alike two stories are, by all their different shingles, sorted."""
    return Likeness(count_shared(one, other), len(one), len(other))


def may_be_copies(found: Likeness) -> bool:
    """Whether two stories share so much that it matters what differs."""
    return found.shared >= MIN_SHARED and found.jaccard < 1.0 and found.contained >= MIN_EDITED


def relation(found: Likeness, sources: Sources) -> Relation | None:
    """What the first story is to the second; None for different stories."""
    if found.jaccard == 1.0:
        return Relation.EXACT
    differ = found.differences
    if differ is None or differ.is_form or (sources is not Sources.DIFFERENT and differ.is_unrelated):
        return None
    if found.jaccard >= MIN_NEAR:
        return Relation.NEAR
    part = Relation.EXCERPT if found.one < found.other else Relation.LONGER
    if found.contained >= MIN_CONTAINED:
        return part
    if sources is Sources.SAME and found.contained >= MIN_UPDATE:
        return Relation.UPDATE
    if _is_edited(found.contained, differ):
        return Relation.NEAR if found.jaccard >= MIN_EDITED_NEAR else part
    return None


def _is_edited(contained: float, differ: Differences) -> bool:
    """Whether what differs is made of the same terms."""
    share = MIN_ALIKE_CONTAINED if contained >= MIN_NEAR else MIN_ALIKE
    return contained >= MIN_EDITED and differ.alike >= max(MIN_EDITED_TERMS, share * differ.terms)


def are_related(one: Content, other: Content) -> bool:
    """Whether two parts of a story are about the same things."""
    fewer = min(len(one.topics), len(other.topics))
    return count_shared(one.topics, other.topics) >= MIN_RELATED * max(MIN_TERMS, fewer)


def differences(one: Content, other: Content) -> Differences:
    """What only one of two stories has.  The time is that of the shorter one, but for what the longer one repeats."""
    both = shared(one.shingles, other.shingles)
    unchanged = one.unchanged(both), other.unchanged(both)
    changed = len(one.terms) - len(unchanged[0]), len(other.terms) - len(unchanged[1])
    known = (
        len(without(shared(one.terms, other.known), unchanged[0])),
        len(without(shared(other.terms, one.known), unchanged[1])),
    )
    same_numbers = count_shared(one.numbers, other.numbers)
    return Differences(
        terms=min(changed),
        alike=len(without(without(shared(one.terms, other.terms), unchanged[0]), unchanged[1])),
        known=min(own / count if count else 0.0 for own, count in zip(known, changed, strict=True)),
        numbers=min(len(one.numbers), len(other.numbers)) - same_numbers,
        same_numbers=same_numbers,
    )
