"""Words of the forms of pages and of their boxes (`vocabulary.toml`), as lines have them when they are folded."""

from functools import cache

from copydesk.text import fold
from copydesk.vocabulary import VOCABULARY


@cache
def folded(name: str) -> frozenset[str]:
    """The phrases of this table of `forms`, folded."""
    return frozenset(map(fold, getattr(VOCABULARY.forms, name)))


@cache
def folded_tuple(name: str) -> tuple[str, ...]:
    """The same phrases for `str.startswith` and `str.endswith`, which take a tuple."""
    return tuple(sorted(folded(name)))


@cache
def folded_of_boxes(name: str) -> frozenset[str]:
    """The phrases of this table of `boxes`, folded."""
    return frozenset(map(fold, getattr(VOCABULARY.boxes, name)))
