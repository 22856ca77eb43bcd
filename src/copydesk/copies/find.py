"""Finds the copies among the records of an output, and writes them as a table.

Stories are compared in a temporary database, so that memory does not grow with their number.  The result does not
depend on the order of the records.
"""

import sqlite3
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import msgspec

from copydesk.copies.pairs import Samples
from copydesk.copies.relations import Likeness, Relation, likeness, relation
from copydesk.copies.shingles import digest_of_words, shingles, words_of
from copydesk.disjoint_sets import DisjointSets
from copydesk.document import Kind, Record
from copydesk.source_memory.sources import host_of

MIN_WORDS: Final = 20
"""Stories with fewer words are left out: they say too little to know whether they are copies."""

PARTS: Final = frozenset((Relation.EXCERPT, Relation.LONGER))
"""One of the two stories is a part of the other."""

MIN_OF_ONE_STORY: Final = 0.1
"""Two parts of a story that share less are two stories in a round-up."""

MAX_PARTS: Final = 12
"""Parts of a story that are compared with one another."""

MAX_HELD: Final = 4_096
"""Stories in memory while pairs are compared: their shingles are read again for others."""


@dataclass(frozen=True, slots=True)
class Story:
    """What decides which record of a cluster is the canonical one.

    `agency_own` says that the publisher is the agency that the story names.
    """

    id: str
    source: str
    host: str
    published: str
    words: int
    complete: bool
    agency_own: bool

    @property
    def rank(self) -> tuple[bool, bool, str, int, str]:
        """Smaller for a better canonical record: the agency's own, complete, the earliest, the longest, by its id."""
        return not self.agency_own, not self.complete, self.published or "9", -self.words, self.id

    @property
    def reason(self) -> str:
        """Why it is the canonical record, if it is."""
        if self.agency_own:
            return "the agency's own"
        return "the earliest" if self.published else "the longest"


class Copy(msgspec.Struct, frozen=True):
    """A member of a cluster.  `cluster` is the id of the canonical record; `likeness` that to it, from 0 to 1."""

    cluster: str
    id: str
    source: str
    relation: str
    likeness: float
    contained: float
    reason: str | None = None


class CopyFinder:
    """Takes records one by one; then gives the clusters.  A context manager: its temporary database ends with it."""

    def __init__(self) -> None:
        self._base = sqlite3.connect("")  # a temporary file
        self._base.execute(
            "create table stories (number integer primary key, id text, story blob, digest blob, shingles blob)"
        )
        self._samples = Samples(self._base)
        self._count = 0

    def __enter__(self) -> "CopyFinder":
        return self

    def __exit__(self, *error: object) -> None:
        self._base.close()

    def add(self, record: Record) -> bool:
        """Add an article; false if it is no article, or too short."""
        if record.kind is not Kind.ARTICLE:
            return False
        words = words_of(record.text)
        if len(words) < MIN_WORDS:
            return False
        made = shingles(words)
        row = (
            self._count,
            record.id,
            msgspec.msgpack.encode(_story(record, len(words))),
            digest_of_words(words),
            made.tobytes(),
        )
        self._base.execute("insert into stories values (?, ?, ?, ?, ?)", row)
        self._samples.add(self._count, iter(made))
        self._count += 1
        return True

    def clusters(self) -> Iterator[list[Copy]]:
        """The clusters of two or more records, each with the canonical record first; sorted by its id."""
        groups = DisjointSets(self._count)
        for one, other in self._exact():
            groups.join(one, other)
        parts: dict[int, list[int]] = {}
        for one, other in self._samples.pairs():
            if groups.group(one) == groups.group(other):
                continue
            found = self._relation(one, other)
            if found in PARTS:
                part, whole = (one, other) if found is Relation.EXCERPT else (other, one)
                parts.setdefault(whole, []).append(part)
            elif found is not None:
                groups.join(one, other)
        for whole, own in parts.items():
            if not self._is_round_up(own):
                for part in own:
                    groups.join(whole, part)
        members: dict[int, list[int]] = {}
        for number in range(self._count):
            members.setdefault(groups.group(number), []).append(number)
        made = [self._cluster(own) for own in members.values() if len(own) > 1]
        yield from sorted(made, key=lambda cluster: cluster[0].id)

    def _is_round_up(self, parts: list[int]) -> bool:
        """Whether a story contains others that have nothing to do with one another: it is no version of any of them."""
        return any(
            self._likeness(one, other).contained < MIN_OF_ONE_STORY
            for n, one in enumerate(parts[:MAX_PARTS])
            for other in parts[n + 1 : MAX_PARTS]
        )

    def _exact(self) -> Iterator[tuple[int, int]]:
        rows = self._base.execute(
            "select first, number from stories join"
            " (select min(number) as first, digest as own from stories group by digest having count(*) > 1)"
            " on digest = own and number != first"
        )
        yield from ((int(one), int(other)) for one, other in rows.fetchall())

    def _cluster(self, members: list[int]) -> list[Copy]:
        stories = {number: self._story(number) for number in members}
        best = min(members, key=lambda number: stories[number].rank)
        own = stories[best]
        found = [Copy(own.id, own.id, own.source, Relation.CANONICAL, 1.0, 1.0, own.reason)]
        for number in sorted(members, key=lambda number: stories[number].id):
            if number != best:
                alike = self._likeness(number, best)
                name = relation(alike, same_source=stories[number].host == own.host != "") or Relation.LINKED
                likely, contained = round(alike.jaccard, 4), round(alike.contained, 4)
                found.append(Copy(own.id, stories[number].id, stories[number].source, name, likely, contained))
        return found

    def _relation(self, one: int, other: int) -> Relation | None:
        first, second = self._story(one), self._story(other)
        return relation(self._likeness(one, other), same_source=first.host == second.host != "")

    def _likeness(self, one: int, other: int) -> Likeness:
        return likeness(self._shingles(one), self._shingles(other))

    @lru_cache(maxsize=MAX_HELD)  # noqa: B019 - one finder is used for one output
    def _shingles(self, number: int) -> "array[int]":
        (packed,) = self._base.execute("select shingles from stories where number = ?", (number,)).fetchone()
        found = array("Q")
        found.frombytes(packed)
        return found

    @lru_cache(maxsize=MAX_HELD)  # noqa: B019
    def _story(self, number: int) -> Story:
        (packed,) = self._base.execute("select story from stories where number = ?", (number,)).fetchone()
        return msgspec.msgpack.decode(packed, type=Story)


def _story(record: Record, words: int) -> Story:
    own = record.metadata
    return Story(
        id=record.id,
        source=record.source,
        host=host_of(own.url),
        published=own.published or "",
        words=words,
        complete=record.quality is None or record.quality.complete is not False,
        agency_own=bool(own.agency) and (own.agency or "").casefold() in (own.publisher or "").casefold(),
    )


def find(records: Iterable[Record], report: Callable[[int], None] = lambda count: None) -> tuple[int, list[list[Copy]]]:
    """The number of articles that were compared, and their clusters.  `report` gets the number of articles so far."""
    count = 0
    with CopyFinder() as finder:
        for record in records:
            count += finder.add(record)
            report(count)
        return count, list(finder.clusters())
