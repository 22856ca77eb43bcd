"""A cheap look before a costly pattern: whether any of the words is there without which it can't match."""

from collections.abc import Iterable


def any_in(hints: Iterable[str], text: str) -> bool:
    """Whether one of the hints stands in the text.  A plain loop: it runs for every line of every dump."""
    for hint in hints:  # noqa: SIM110
        if hint in text:
            return True
    return False
