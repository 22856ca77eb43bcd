"""Finds the entries of lists, which look like pieces of a sentence: small letters, no full stop."""

from collections.abc import Sequence

from copydesk.repair.broken_sentences import Line


def ends(run: Sequence[Line], language: str | None) -> frozenset[int]:
    """The numbers of the lines of a run that are entries of a list, and are never joined with the next line."""
    return frozenset()
