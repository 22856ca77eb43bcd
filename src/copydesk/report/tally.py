"""Counts of names in bounded memory."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

MAX_NAMES: Final = 200_000
"""Names that are counted at the same time: lines of 100 characters then need some 40 MB."""


MAX_CHARACTERS: Final = 300
"""Characters of a name; a longer one is cut."""


class Tally:
    """Counts the most frequent names.

    If there are more names than the limit, the rare ones are forgotten, and are counted from 0 again if they come back
    (lossy counting).  A count is then at most by `lost` too low.
    """

    def __init__(self, limit: int = MAX_NAMES):
        self._limit = limit
        self._counts = Counter[str]()
        self.lost = 0

    def add(self, names: Iterable[str]) -> None:
        """Count each name once for each time that it comes."""
        self._counts.update([name[:MAX_CHARACTERS] for name in names])
        while len(self._counts) > self._limit:
            self._forget()

    def _forget(self) -> None:
        least = min(self._counts.values())
        self._counts = Counter({name: count for name, count in self._counts.items() if count > least})
        self.lost += least

    def __len__(self) -> int:
        return len(self._counts)

    def __getitem__(self, name: str) -> int:
        return self._counts[name]

    def total(self) -> int:
        """The sum of all counts."""
        return self._counts.total()

    def most(self, limit: int | None = None) -> list[tuple[str, int]]:
        """The most frequent names with their counts; names with the same count in the order of the alphabet."""
        found = sorted(self._counts.items(), key=lambda one: (-one[1], one[0]))
        return found[:limit]
