"""The edit stages, in the order in which they read the text.

A stage is a module with `RULES`, which says what it repairs and why, and `find`, which yields the edits.
It changes nothing itself.
"""

from collections.abc import Iterable
from typing import Final, Protocol

from copydesk.edits import Edit, Rule
from copydesk.repair import encoding, from_page, invisible, line_breaks, references, spacing
from copydesk.repair.context import Context


class Stage(Protocol):
    """What the modules of this package have in common."""

    @property
    def RULES(self) -> tuple[Rule, ...]:  # noqa: N802
        """What the stage repairs, and why."""
        ...

    def find(self, text: str, context: Context) -> Iterable[Edit]:
        """The edits that `text` needs, by the rules that are on.

        Sorted, none overlapping, none touching white space at a line's ends.
        """
        ...


STAGES: Final[tuple[Stage, ...]] = (references, encoding, invisible, line_breaks, from_page, spacing)

NEEDED: Final = frozenset({"invisible.control"})
"""Rules that cannot be off: Markdown holds no control characters."""
