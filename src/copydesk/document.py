"""The types of the output: labels, blocks, metadata, and the record that contains them.

The names of the fields are those of the JSON record; the documentation explains each.  Offsets are code points of the
decoded raw text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from copydesk.edits import Edit, undo
from copydesk.rights import Right

if TYPE_CHECKING:
    Json: TypeAlias = bool | int | float | str | list["Json"] | dict[str, "Json"] | None
else:
    Json = Any  # msgspec reads the types at run time and cannot read a recursive alias


class Label(StrEnum):
    """The function of a line on its page."""

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
    CODE = "code"
    QUOTE = "quote"
    TABLE_ROW = "table_row"


STORY = frozenset({Label.PARAGRAPH, Label.HEADING, Label.LIST_ITEM, Label.QUOTE, Label.CODE, Label.TABLE_ROW})
"""The labels whose blocks are the text of an article."""

TEASERS = frozenset({Label.TEASER_HEADING, Label.TEASER})
"""The labels of teasers: lines that advertise other stories."""

FURNITURE = frozenset({Label.NAVIGATION, Label.CONTROL, Label.PROMO, Label.COMMENT, Label.DUPLICATE})
"""The labels of page furniture, which is only in the blocks."""


class Kind(StrEnum):
    """The kinds of records.  OTHER is a dump without a story."""

    ARTICLE = "article"
    OTHER = "other"
    TEASER = "teaser"


class PageKind(StrEnum):
    """What kind of page a dump is.  Interviews, lists with numbers and reviews are stories.

    NOTICE is a page that is shown instead of a story: an error, a bot check, a consent wall, a log-in, a legal text, an
    empty shell.  REFERENCE is an article of an encyclopaedia or a page of a manual, LISTING a page that only announces
    others.
    """

    STORY = "story"
    LIVE_BLOG = "live_blog"
    FORUM = "forum"
    LISTING = "listing"
    PRODUCT = "product"
    RECIPE = "recipe"
    REFERENCE = "reference"
    PAPER = "paper"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Link:
    """Words that are a link: from `start` to `end`, in characters of the raw text, to the address `href`."""

    start: int
    end: int
    href: str


@dataclass(frozen=True, slots=True)
class Block:
    r"""A stretch of the raw text with one label.

    `text` is the text after edits, without line breaks.  `why` is the name of the rule that labelled it, or of the
    model.  `share` is the model's probability for the label (0 to 1); None if a rule decided.  `gap` is the raw text
    between this block and the next; JSON omits it if it is one "\n".  `links` are the links in it and `picture` is the
    address of the picture that it describes, both of an HTML page; JSON omits them if there are none.
    """

    label: Label
    start: int
    end: int
    text: str
    why: str
    share: float | None = None
    gap: str = "\n"
    links: tuple[Link, ...] = ()
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class Author:
    """A person in the byline.  `role` and `bio` are None if the page does not state them."""

    name: str
    role: str | None = None
    bio: str | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """A picture, described by the text beside it.  `url` and `alt` (its alternative text) are those of an HTML page."""

    caption: str | None = None
    credit: str | None = None
    url: str | None = None
    alt: str | None = None


@dataclass(frozen=True, slots=True)
class Copyright:
    """The notice as printed, with the holder and the year that it names."""

    notice: str
    holder: str | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """The facts that the page states about the story.  Absent facts are None or empty; nothing is guessed.

    `published` and `updated` are in ISO 8601: a date, or a date with a time.  `language` is a BCP 47 tag.  `extra` has
    the other fields of the container's record.
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


Source: TypeAlias = int | str
"""Where a fact comes from.

A number is a line: the number of a block of the article, from 0.  `page:NAME` is a statement in the markup of an HTML
page, such as `page:og:title`.  `container:FIELD` is a field of the container's record.  `profile` is the source's
profile.  `text` is the story as a whole, and only the language comes from it.  `memory` is the memory of the source:
other pages of it print the same.
"""

Sources: TypeAlias = tuple[Source, ...]


LISTED = ("authors", "tags", "images")
"""The fields of `Metadata` with a list of sources for each of their items."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sources of each field of `Metadata`: empty exactly where the field is null or empty.

    Authors, tags and images have a list of sources each, in the order of the metadata.
    """

    title: Sources = ()
    deck: Sources = ()
    authors: tuple[Sources, ...] = ()
    published: Sources = ()
    updated: Sources = ()
    language: Sources = ()
    publisher: Sources = ()
    agency: Sources = ()
    dateline: Sources = ()
    section: Sources = ()
    tags: tuple[Sources, ...] = ()
    copyright: Sources = ()
    images: tuple[Sources, ...] = ()
    notes: Sources = ()
    url: Sources = ()
    extra: Sources = ()


@dataclass(frozen=True, slots=True)
class Undecoded:
    """Bytes that are not valid in the encoding of their file.

    They are at `offset`: in the raw text of a text file, in the bytes of the file of an HTML page.  `read_as` is the
    encoding in which they were read instead; None if they could not be read, and one U+FFFD replaces them.
    """

    offset: int
    hex: str
    read_as: str | None = None

    @property
    def length(self) -> int:
        """The number of characters that the text has for the bytes."""
        return len(self.hex) // 2 if self.read_as else 1


@dataclass(frozen=True, slots=True)
class Provenance:
    """The origin of a record, and the program and settings that made it.

    `truncated` says why the end of the dump is missing, in a word, if its container says or shows that it is.
    `encoding` is the one that was taken, `declared` what the page or its server says, `detected` what the bytes show.
    """

    sha256: str
    encoding: str
    undecoded: tuple[Undecoded, ...]
    record: str
    copydesk: str
    config: str
    profile: str | None = None
    renderer: str | None = None
    truncated: str | None = None
    declared: str | None = None
    detected: str | None = None
    memory: str | None = None
    """A digest of what the memory of the source says about the lines; None without a memory."""


@dataclass(frozen=True, slots=True)
class Signals:
    """Simple figures about a record, for filters.  Shares are between 0 and 1.

    `words` are those of the story.  `story_share` is the share of the dump's visible characters in the story,
    `repeated_lines` that of lines of the story that it has already, `symbols` that of characters that are no letters,
    digits or signs of running text, and `language_share` that of words among the 2,000 commonest of the language (None
    if copydesk has no list of its words).
    """

    words: int
    story_share: float
    repeated_lines: float
    symbols: float
    language_share: float | None


@dataclass(frozen=True, slots=True)
class Quality:
    """How sure the record is.

    `confidence` (0 to 1) is the probability that the text is right.  `complete` is false if the page says or shows that
    the story is cut off, for the named `reasons`; None if nothing says so, and the story does not end like a text.
    """

    confidence: float
    complete: bool | None
    reasons: tuple[str, ...]
    signals: Signals


@dataclass(frozen=True, slots=True)
class Record:
    """One document: an article, a teaser of an article, or a dump without a story (`other`)."""

    id: str
    kind: Kind
    page: PageKind | None
    """What kind of page the dump is; None for a teaser."""

    quality: Quality | None
    """How sure the record is; None for a teaser."""

    parent: str | None
    position: int | None
    source: str
    text: str
    metadata: Metadata
    evidence: Evidence
    rights: tuple[Right, ...] = field(default=(), kw_only=True)
    """Opt-out and licence marks of the page; a teaser has those of its article."""

    provenance: Provenance
    lead: str | None
    blocks: tuple[Block, ...]
    edits: tuple[Edit, ...]

    def to_json(self, indent: int | None = None) -> str:
        """The record as a JSON object, without a final line break; with `indent` None on one line.

        Raises ValueError if `metadata.extra` has a number that JSON can't write (infinite, or not a number).
        """
        from copydesk.render import record

        return record.to_json(self, indent)

    @classmethod
    def from_json(cls, data: str | bytes) -> "Record":
        """The record in a JSON object.  Raises RecordError if it is not a record."""
        from copydesk.render import record

        return record.from_json(data)

    def to_dict(self) -> dict[str, Json]:
        """The record as plain dictionaries, lists, strings and numbers: what `to_json` gives, parsed."""
        from copydesk.render import record

        return record.to_dict(self)

    def to_markdown(self, *, links: bool = False) -> str:
        """The record as Markdown with YAML front matter: the article, or the teaser.

        With `links`, the words of an article that are links on the page are links.

        Raises MarkdownError if the Markdown, read back, is not the record.
        """
        from copydesk.render import markdown

        return markdown.of(self, with_links=links)

    def text_links(self) -> list[Link]:
        """The links of an article's story, in order, with places in its `text` instead of the raw text."""
        from copydesk import story

        return list(story.text_links(self))

    def without_evidence(self) -> list[str]:
        """The names of the metadata fields that break the law "no evidence, no fact"; empty for a sound record.

        A field has sources exactly if it has a value, a list of sources for each author, tag and image, and each number
        is that of a block; a teaser has some of its article's blocks, so only negative numbers are wrong there.
        """
        last = len(self.blocks) if self.kind is not Kind.TEASER else None
        broken: list[str] = []
        for one in fields(Evidence):
            value, sources = getattr(self.metadata, one.name), getattr(self.evidence, one.name)
            is_listed = one.name in LISTED
            lists = sources if is_listed else (sources,) if value else ()
            numbers = [source for listed in lists for source in listed if isinstance(source, int)]
            is_sound = all(lists) and len(value) == len(sources) if is_listed else bool(value) == bool(sources)
            if not is_sound or not all(lists) or any(n < 0 or (last is not None and n >= last) for n in numbers):
                broken.append(one.name)
        return broken

    def raw(self) -> str:
        """The raw text of the dump, with every edit undone.

        Raises ValueError for a teaser, because it is only a part of its article's dump, and if an edit is not inside
        a block.
        """
        if self.lead is None:
            raise ValueError(f"record {self.id} is a teaser: its article {self.parent} has the raw text")
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
            raise ValueError(f"record {self.id}: the edit at character {edit.start} is not inside a block")
        return "".join(pieces)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The records of one dump: its article (of kind `other` if there is no story) and its teasers."""

    article: Record
    teasers: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Reject:
    """An input without a record.  `reason` is one word, for counting; `detail` is a sentence for people."""

    source: str
    reason: str
    detail: str
