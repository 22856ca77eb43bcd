"""Tables of Markdown for reports and cards, in which no text of a dump acts."""

from collections.abc import Iterable, Sequence

from copydesk.render.markdown_inline import escaped
from copydesk.terminal import shown


def table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the last line has no line break.  The cells are written as they are: see `cell`."""
    return "\n".join(f"| {' | '.join(row)} |" for row in (names, ["---"] * len(names), *rows))


def cell(text: str) -> str:
    """A text as a cell: it is shown as it is, on one line, and nothing in it acts."""
    return escaped(shown(" ".join(text.split()))).replace("|", "&#124;")
