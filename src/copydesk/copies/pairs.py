"""Records that may have the same story: those that share some of their sampled shingles.

A shingle is sampled if its number is divisible by SAMPLING (FracMinHash, Irber et al. 2022).  Unlike
MinHash with bands it also finds a short excerpt of a long story: the sample of the excerpt is a part of the sample of
the whole.  Two stories that share n shingles share a sampled one with the probability 1 - (1 - 1 / SAMPLING)**n.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import groupby, pairwise
from typing import Final

SAMPLING: Final = 8
"""One of so many shingles is sampled: of 30 that two stories share, one is sampled in 98 of 100 cases."""

MAX_WITH_ALL: Final = 40
"""Stories with the same shingle that are compared all with all; more are compared each with the first and the next.

A sentence that thousands of stories share must not make millions of pairs.
"""


def chance(shared: int) -> float:
    """The probability that two stories with so many shingles in common are compared."""
    return 1 - (1 - 1 / SAMPLING) ** shared


class Samples:
    """The sampled shingles of all stories, in a temporary database that SQLite keeps on disk if it is large."""

    def __init__(self, base: sqlite3.Connection):
        self._base = base
        base.execute("create table samples (shingle integer, story integer)")

    def add(self, story: int, shingles: Iterator[int]) -> None:
        """Add those of the shingles of a story that are sampled."""
        rows = ((one - 2**63, story) for one in shingles if one % SAMPLING == 0)
        self._base.executemany("insert into samples values (?, ?)", rows)

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Pairs of stories that share a sampled shingle, each once, by their numbers.

        The order of the ids in the table `stories` decides which they are, not the order of the records.
        """
        self._base.execute("create table pairs (one integer, other integer, primary key (one, other)) without rowid")
        with closing(self._base.cursor()) as cursor:
            rows = cursor.execute(
                "select shingle, samples.story from samples join stories on number = samples.story"
                " order by shingle, id, number"
            )
            for _, group in groupby(rows, key=lambda row: row[0]):
                stories = [int(story) for _, story in group]
                self._base.executemany("insert or ignore into pairs values (?, ?)", _of_group(stories))
        yield from ((int(one), int(other)) for one, other in self._base.execute("select one, other from pairs"))


def _of_group(stories: list[int]) -> Iterator[tuple[int, int]]:
    if len(stories) <= MAX_WITH_ALL:
        yield from (_sorted(one, other) for n, one in enumerate(stories) for other in stories[n + 1 :])
        return
    for before, story in pairwise(stories):
        yield _sorted(before, story)
        if before != stories[0]:
            yield _sorted(stories[0], story)


def _sorted(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)
