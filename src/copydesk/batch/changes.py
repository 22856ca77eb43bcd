"""What is different in an output after a run: which dumps are new, changed, gone, rejected, filtered or back."""

from collections import Counter
from enum import StrEnum
from typing import Final

MAX_LISTED: Final = 200
"""Dumps of each kind that are named; all are counted.  More in a table than this is not read."""


class Change(StrEnum):
    """What has happened to a dump since the run before."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"
    REJECTED = "newly rejected"
    FILTERED = "newly filtered"
    BACK = "back"


class Changes:
    """The changes of a run: `counts` by kind, and the sources of the first MAX_LISTED dumps of each kind."""

    def __init__(self) -> None:
        self.counts = Counter[Change]()
        self.listed: list[tuple[Change, str]] = []

    def add(self, change: Change, source: str) -> None:
        """Add the change of a dump."""
        self.counts[change] += 1
        if self.counts[change] <= MAX_LISTED:
            self.listed.append((change, source))


def change_of(before: str | None, now: str, *, is_other: bool) -> Change | None:
    """The change of a dump; None if there is none.

    `before` and `now` say what became of it: "published", "filtered" or "rejected"; None is a dump that the output did
    not know.  `is_other` says that its output files are not the same.
    """
    if now == "rejected":
        return None if before == "rejected" else Change.REJECTED
    if now == "filtered":
        return None if before == "filtered" else Change.FILTERED
    if before is None:
        return Change.NEW
    if before != "published":
        return Change.BACK
    return Change.CHANGED if is_other else None
