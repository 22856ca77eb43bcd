"""The edit stages, in the order in which they read the text.

A stage is a module with `RULES`, which says what it repairs and why, and `find`, which yields the edits.
It changes nothing itself.
"""

from collections.abc import Iterable
from typing import Final, Protocol

from copydesk.edits import Edit, Rule
from copydesk.stages import encoding, invisible, lines, references, spacing


class Stage(Protocol):
    """What the modules of this package have in common."""

    @property
    def RULES(self) -> tuple[Rule, ...]:  # noqa: N802
        """What the stage repairs, and why."""
        ...

    def find(self, text: str, language: str | None) -> Iterable[Edit]:
        """The edits that `text` needs: sorted, none overlapping, none touching white space at a line's ends."""
        ...


STAGES: Final[dict[str, Stage]] = {
    "references": references,
    "encoding": encoding,
    "invisible": invisible,
    "lines": lines,
    "spacing": spacing,
}
