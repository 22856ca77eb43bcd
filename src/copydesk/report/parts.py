"""What a page consists of: sections with tables, and what the cells of tables may be.  The template draws each kind.

Bars are rectangles of an inline SVG, because the alternatives are worse for what is drawn here, a number as a length:
matplotlib is a wheel of 10 MB, with 7 more packages (60 MB installed), and its SVG has no dark mode and letters as
paths.  Altair draws SVG only with vl-convert, a wheel of 34 MB.  Vega-Lite in the page is a script of 0.8 MB that
compiles code, so the page would need `unsafe-eval`.  pygal (0.13 MB) puts scripts and styles into each picture.  A
table with the numbers and a bar beside each is what a screen reader, a phone and a printer can all show.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, TypeAlias, Union

from copydesk.document import FURNITURE, STORY, TEASERS, Label
from copydesk.edits import Edit, segments
from copydesk.terminal import shown

BAR_UNITS: Final = 1000
"""Units of the width of a bar."""

MIN_UNITS: Final = 3
"""The least width of a part that is not 0: about a pixel on a phone."""

GROUPS: Final = ("story", "fact", "teaser", "furniture")
"""The groups of labels, in the order of the bars: each has a colour."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar: its name, its number, the group that says its colour, and which of two shades it has."""

    name: str
    count: int
    group: str = "plain"
    is_light: bool = False


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A part as it is drawn: from `x` on, `width` units wide."""

    x: int
    width: int
    part: Part


@dataclass(frozen=True, slots=True)
class Bar:
    """Numbers as lengths.  `whole` is the number that fills the width.

    A bar of one part is beside its number, and is decoration for a screen reader.
    """

    parts: tuple[Part, ...]
    whole: int
    form: ClassVar[str] = "bar"

    @property
    def rectangles(self) -> Iterable[Rectangle]:
        """The parts that are not 0, side by side."""
        x = 0
        for part in self.parts:
            if part.count and self.whole:
                width = max(MIN_UNITS, round(BAR_UNITS * part.count / self.whole))
                yield Rectangle(x, min(width, BAR_UNITS - x), part)
                x = min(BAR_UNITS, x + width)

    @property
    def text(self) -> str:
        """The numbers in words; "" for a bar of one part."""
        return "" if len(self.parts) == 1 else ", ".join(f"{one.name} {one.count:,}" for one in self.parts)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text; `mark` is "", "del" (removed) or "ins" (added)."""

    text: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with the marks of its edits, which says itself in which direction it is written."""

    pieces: tuple[Piece, ...]
    form: ClassVar[str] = "marked"


@dataclass(frozen=True, slots=True)
class Named:
    """The name of a label, in the colour of its group."""

    text: str
    group: str
    form: ClassVar[str] = "named"


@dataclass(frozen=True, slots=True)
class Quoted:
    """A text of a dump, or a name; it says itself in which direction it is written."""

    text: str
    form: ClassVar[str] = "quoted"


@dataclass(frozen=True, slots=True)
class Small:
    """A remark in small letters."""

    text: str
    form: ClassVar[str] = "small"


@dataclass(frozen=True, slots=True)
class Fold:
    """A table that is closed until the reader opens it."""

    title: str
    table: "Table"
    form: ClassVar[str] = "fold"


Cell: TypeAlias = Union[str, int, "Bar", "Marked", "Named", "Quoted", "Small", "Fold", tuple["Cell", ...]]
"""A text of ours, a number, or one of the kinds above; or several of them, one below the other."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells.  The first cell of a row is its name."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numbers: frozenset[int] = frozenset()
    """The columns with numbers."""

    @property
    def has_bars(self) -> bool:
        """Whether the last column has bars: it has no head."""
        return len(self.heads) > 2 and not self.heads[-1]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page with a heading.  `name` is its anchor; `text` says what it shows."""

    name: str
    title: str
    text: str
    tables: tuple[Table, ...] = ()


def group_of(label: str) -> str:
    """The group of a label: story, teasers, furniture, or facts (title, byline and others)."""
    if label in STORY:
        return "story"
    if label in TEASERS:
        return "teaser"
    return "furniture" if label in FURNITURE else "fact"


def by_label(labels: Mapping[str, int]) -> tuple[Part, ...]:
    """The parts of a bar of lines: one for each label, in the order of the groups."""
    order = {str(label): place for place, label in enumerate(Label)}
    names = sorted(labels, key=lambda one: (GROUPS.index(group_of(one)), order.get(one, len(order)), one))
    return tuple(Part(name, labels[name], group_of(name), order.get(name, 0) % 2 == 1) for name in names)


def labels_table(caption: str, labels: Mapping[str, int]) -> Table:
    """The number of lines by label, in the colours of their groups."""
    parts = by_label(labels)
    most = max((one.count for one in parts), default=0)
    rows = tuple((Named(one.name, one.group), one.count, Bar((one,), most)) for one in parts)
    return Table(caption, ("label", "lines", ""), rows, frozenset((1,)))


def counted(caption: str, head: str, rows: Iterable[tuple[Cell, int]], unit: str = "records") -> Table:
    """A table of names with their numbers and bars; the longest bar fills the width."""
    listed = list(rows)
    most = max((count for _, count in listed), default=0)
    made = tuple((name, count, Bar((Part(unit, count),), most)) for name, count in listed)
    return Table(caption, (head, unit, ""), made, frozenset((1,)))


def cut(text: str, limit: int) -> str:
    """A text of a dump, harmless and at most so many characters long."""
    harmless = shown(text[: limit + 1])
    return harmless if len(harmless) <= limit else f"{harmless[:limit]}\N{HORIZONTAL ELLIPSIS}"


def changed(text: str, mark: str, limit: int) -> Piece:
    """Removed or added characters, of which a reader can see each: also spaces, and those that have no shape."""
    return Piece("".join(map(_visible, cut(text, limit))), mark)


def _visible(char: str) -> str:
    if char == " ":
        return "\N{OPEN BOX}"
    return char if char.isprintable() else f"<U+{ord(char):04X}>"


def marked(text: str, start: int, edits: Sequence[Edit], limit: int) -> Marked:
    """A text with its edits marked, at most about `limit` characters of it."""
    pieces: list[Piece] = []
    left = limit
    for same, edit in segments(text, start, edits):
        found = [Piece(cut(same, left))]
        if edit and len(same) < left:
            found += [changed(edit.before, "del", left), changed(edit.after, "ins", left)]
        pieces += [piece for piece in found if piece.text]
        left -= sum(len(piece.text) for piece in found)
        if left <= 0:
            break
    return Marked(tuple(pieces))
