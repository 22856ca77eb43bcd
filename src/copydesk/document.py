"""What copydesk makes of a dump: labels, blocks, metadata, and the record that holds them.

The field names are those of the JSON record; the README explains each.  Offsets are code points of the
decoded raw text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from copydesk.edits import Edit, undo

if TYPE_CHECKING:
    Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None
else:
    Json = Any  # msgspec reads the types at run time, and no alias that names itself


class Label(StrEnum):
    """What a line is on its page."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    LIST_ITEM = "list_item"
    TITLE = "title"
    DECK = "deck"
    BYLINE = "byline"
    TIMESTAMP = "timestamp"
    CAPTION = "caption"
    CREDIT = "credit"
    BIO = "bio"
    COPYRIGHT = "copyright"
    TAGS = "tags"
    NOTE = "note"
    TEASER_HEADING = "teaser_heading"
    TEASER = "teaser"
    NAVIGATION = "navigation"
    CONTROL = "control"
    PROMO = "promo"
    COMMENT = "comment"
    DUPLICATE = "duplicate"


STORY = frozenset({Label.PARAGRAPH, Label.HEADING, Label.LIST_ITEM})
"""The labels whose blocks make up an article's text."""

TEASERS = frozenset({Label.TEASER_HEADING, Label.TEASER})
"""The labels of other stories on the page."""

FURNITURE = frozenset({Label.NAVIGATION, Label.CONTROL, Label.PROMO, Label.COMMENT, Label.DUPLICATE})
"""The labels of what is kept as blocks only."""


class Kind(StrEnum):
    """What a record is."""

    ARTICLE = "article"
    OTHER = "other"
    TEASER = "teaser"


@dataclass(frozen=True, slots=True)
class Block:
    r"""A stretch of the raw text with one label.

    `text` is the block after edits, without line breaks.  `why` names the rule that labelled it, or the model;
    `share` is the model's share for the label (0 to 1), and None where a rule decided.  `gap` is the raw text
    between this block and the next (JSON leaves out one "\n").
    """

    label: Label
    start: int
    end: int
    text: str
    why: str
    share: float | None = None
    gap: str = "\n"


@dataclass(frozen=True, slots=True)
class Author:
    """A person in the byline; `role` and `bio` where the page gives them."""

    name: str
    role: str | None = None
    bio: str | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """A picture, as far as text tells of it."""

    caption: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True)
class Copyright:
    """The notice as printed, and what it says."""

    notice: str
    holder: str | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the page says about the story.  Absent facts are None or empty; nothing is guessed.

    `published` and `updated` are ISO 8601, a date or a date-time; `language` is a BCP 47 tag; `extra` is
    what else the container's record held.
    """

    title: str | None = None
    deck: str | None = None
    authors: tuple[Author, ...] = ()
    published: str | None = None
    updated: str | None = None
    language: str | None = None
    publisher: str | None = None
    agency: str | None = None
    dateline: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    copyright: Copyright | None = None
    images: tuple[Image, ...] = ()
    notes: tuple[str, ...] = ()
    url: str | None = None
    extra: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Undecoded:
    """Bytes that no encoding explains: the U+FFFD at `offset` of the raw text stands for `hex`."""

    offset: int
    hex: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a record comes from and what made it."""

    sha256: str
    encoding: str
    undecoded: tuple[Undecoded, ...]
    record: str
    copydesk: str
    config: str
    profile: str | None = None
    renderer: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One document: an article, a teaser of one, or a dump without a story (`other`)."""

    id: str
    kind: Kind
    parent: str | None
    position: int | None
    source: str
    text: str
    metadata: Metadata
    provenance: Provenance
    lead: str | None
    blocks: tuple[Block, ...]
    edits: tuple[Edit, ...]

    def raw(self) -> str:
        """The raw text of the dump, every edit undone.

        Raises ValueError for a teaser, which is only a part of its article's dump.
        """
        if self.lead is None:
            raise ValueError(f"record {self.id} is a teaser: its article {self.parent} holds the raw text")
        pieces = [self.lead]
        edits = iter(self.edits)
        edit = next(edits, None)
        for block in self.blocks:
            inside: list[Edit] = []
            while edit is not None and edit.end <= block.end:
                inside.append(edit.moved(-block.start))
                edit = next(edits, None)
            pieces += undo(block.text, inside), block.gap
        if edit is not None:
            raise ValueError(f"record {self.id}: the edit at character {edit.start} lies in no block")
        return "".join(pieces)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What one dump gives: its article (of kind `other` where nothing is a story) and its teasers."""

    article: Record
    teasers: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Reject:
    """An input that gave no record: `reason` is a word to count by, `detail` a sentence for people."""

    source: str
    reason: str
    detail: str
