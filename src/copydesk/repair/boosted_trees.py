"""The trees that score candidates for a space or a joined line.

`python -m training.spacing` makes the file of trees from the benchmark kit.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from copydesk import forest
from copydesk.forest import Forests
from copydesk.repair import broken_sentences, fused_words, punctuation

SHIPPED: Final = Path(__file__).with_name("trees.npz")

FINDERS: Final[Mapping[str, Sequence[str]]] = {
    "fused_words": fused_words.COLUMNS,
    "punctuation": punctuation.COLUMNS,
    "broken_sentences": broken_sentences.COLUMNS,
}
"""The finders of candidates, each with the names of the features that its forest uses."""

_REMEDY: Final = "Use trees of this version, or grow them with `python -m training.spacing`"


@cache
def shipped() -> Forests:
    """The forests that come with the package."""
    return load(SHIPPED)


@cache
def load(path: Path) -> Forests:
    """The forests in the file at `path`, by finder.  Raises TreesError if they are not forests of the finders."""
    return forest.load(path, FINDERS, _REMEDY)
