"""The edit stages, in the order in which they read the text.

A stage is a module with `RULES`, which lists what it repairs and why, and `find`, which gives the edits.  A stage
changes nothing itself.  Each stage reads the text as the stage before left it.
"""

from collections.abc import Iterable
from typing import Final, Protocol

from copydesk.edits import Edit, Rule
from copydesk.repair import (
    comment_counts,
    edit_buttons,
    encoding,
    from_page,
    invisible,
    line_breaks,
    lost_ligatures,
    permalinks,
    references,
    spacing,
    split_words,
    stripped_mojibake,
)
from copydesk.repair.context import Context


class Stage(Protocol):
    """The interface of a module that is a stage."""

    @property
    def RULES(self) -> tuple[Rule, ...]:  # noqa: N802
        """The rules of the stage, each with its reason."""
        ...

    def find(self, text: str, context: Context) -> Iterable[Edit]:
        """The edits that the rules make in `text`, except those that are off in `context`.

        They are sorted and do not overlap, and none touches the white space at the ends of a line.
        """
        ...


STAGES: Final[tuple[Stage, ...]] = (
    references,
    encoding,
    stripped_mojibake,
    edit_buttons,
    permalinks,
    comment_counts,
    invisible,
    line_breaks,
    from_page,
    split_words,
    lost_ligatures,
    spacing,
)

NEEDED: Final = frozenset({"invisible.control"})
"""Rules that cannot be off: Markdown must not contain control characters."""
