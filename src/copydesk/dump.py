"""The dump: a raw text and its source."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Final

from copydesk.config import Config
from copydesk.decoding import decode
from copydesk.document import Json, Link, Undecoded
from copydesk.edits import has_visible
from copydesk.rights import Right
from copydesk.text import as_field

MAX_BINARY_SHARE: Final = 0.1
"""A file with a larger share of control characters and undecodable bytes is not text.  Texts with some bad bytes have
much smaller shares; images, archives and programs have 0.2 and more."""

_CONTROL = re.compile(
    "[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]"
)  # not white space, and not ESC, which is in text that was copied from a terminal
_SURROGATE = re.compile("[\ud800-\udfff]")


class UnreadableError(ValueError):
    """A dump that can't be cleaned: `reason` is a word for statistics, `detail` a sentence for people."""

    def __init__(self, reason: str, detail: str):
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Stated:
    """A value that a page states, and the name of the statement: "page:article:section"."""

    value: str
    source: str


CITED_AUTHOR: Final = "page:citation_author"
"""The source of the authors of a paper in `<meta>` (guidelines of Google Scholar); each statement is one name."""

AUTHOR_ELEMENT: Final = "page:class=author"
"""The source of the text of an element that its class or id marks as that of an author."""

BETWEEN_NAMES: Final = " | "
"""Between names in such a text that have an element each."""

BREADCRUMB: Final = "page:breadcrumb"
"""The source of the last section in a breadcrumb, of JSON-LD or microdata."""


@dataclass(frozen=True, slots=True)
class SuppliedMetadata:
    """What the container or the page itself states about the story, before any line is read.

    `stated_title`, `stated_authors`, `stated_date` and `stated_update` come from a page's markup and were not found in
    its visible lines.  They are less certain than the lines (see `copydesk.metadata`).  `guess_date`, if present,
    searches the page for a likely date; its answer is the least certain and is used last.  A call takes as long as
    reading the page.
    """

    title: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None
    language: str | None = None
    url: str | None = None
    publisher: str | None = None
    stated_title: str | None = None
    stated_authors: tuple[Stated, ...] = ()
    """Texts that may name authors, as the page writes them, the most reliable first."""
    stated_date: str | None = None
    stated_update: str | None = None
    guess_date: Callable[[], str | None] | None = field(default=None, repr=False, compare=False)
    stated_sections: tuple[Stated, ...] = ()
    """Sections under which the page says it runs, the most reliable first: `page:breadcrumb` goes before all."""
    stated_tags: tuple[Stated, ...] = ()
    """Topics that the page states as those of the story."""
    stated_keywords: tuple[Stated, ...] = ()
    """Words for search engines; some of them are topics of the story."""
    is_free: bool | None = None
    """Whether the page states that anybody may read all of the story; None if it states nothing about it."""
    extra: Mapping[str, Json] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    """The source of each field, by the field's name: "page:og:title", "container:headline"."""

    def source_of(self, name: str) -> str:
        """The source of the field: the one that the reader named, or a field of this name in a container."""
        return self.sources.get(name, f"container:{name}")

    @property
    def guessed_date(self) -> str | None:
        """The answer of `guess_date`, which is called each time."""
        return self.guess_date() if self.guess_date else None

    def as_fields(self) -> "SuppliedMetadata":
        """These metadata without control characters and marks that could turn what follows them (see `as_field`)."""
        return self.with_texts(as_field)

    def with_texts(self, change: Callable[[str], str]) -> "SuppliedMetadata":
        """These metadata with the change in the texts that a reader of the record sees; no address is changed."""
        lists = ("stated_authors", "stated_sections", "stated_tags", "stated_keywords")
        changed: dict[str, object] = {
            name: tuple(replace(one, value=change(one.value)) for one in getattr(self, name)) for name in lists
        }
        changed["authors"] = tuple(filter(None, map(change, self.authors)))
        for name in ("title", "stated_title", "publisher"):
            value = getattr(self, name)
            changed[name] = change(value) or None if value else value
        return replace(self, **changed)  # type: ignore[arg-type] # the names are those of the fields

    def or_else(self, other: "SuppliedMetadata") -> "SuppliedMetadata":
        """These metadata, with missing fields taken from `other`; `extra` is not taken from it."""
        both = {one.name: getattr(self, one.name) or getattr(other, one.name) for one in fields(SuppliedMetadata)}
        own = {one.name: self.source_of(one.name) for one in fields(SuppliedMetadata) if getattr(self, one.name)}
        return replace(self, **(both | {"extra": self.extra, "sources": {**other.sources, **own}}))


NOTHING_GIVEN: Final = SuppliedMetadata()


@dataclass(frozen=True, slots=True)
class Origin:
    """The markup around the line that starts at character `start`, as whole numbers (see `copydesk.html_lines`).

    `inside` has the numbers of the blocks around the line, the innermost first: lines that share a number are in the
    same block.  `href` is the link of the line, as the page writes it, if at least half of the line is linked; `links`
    are all links in it, with their places in the dump's text.  `post` is the number of what the line is to a
    thread (see `copydesk.html_posts`).
    """

    start: int
    evidence: tuple[int, ...]
    inside: tuple[int, ...] = ()
    href: str | None = None
    links: tuple[Link, ...] = ()
    quotation: int = 0
    """The number of the outermost `<blockquote>` around the line; 0 without one."""
    table: int = 0
    """The number of the table of data in which the line is a row; 0 without one."""
    post: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a page: it is before the line that begins at `start` or later, or in that line.

    `address` is its address and `alt` its alternative text, as the page writes them; `inside` as for lines.
    """

    start: int
    address: str
    alt: str | None
    inside: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Dump:
    """A raw text and where it comes from.  `source` and `record` have the same meaning as in the output record.

    If the text comes from an HTML page, `origins` has one item for each line that is not blank; else it is empty.
    If the dump has a text and also the page, `rendered` is the visible text of the page.
    `pictures` are those of the page, in order, and `base` is the address that it states for its links to be resolved
    against.  `truncated` says why the end of the dump is missing, if the container says or shows that it is.
    """

    text: str
    source: str
    record: str
    sha256: str
    encoding: str = "utf-8"
    undecoded: tuple[Undecoded, ...] = ()
    renderer: str | None = None
    given: SuppliedMetadata = NOTHING_GIVEN
    origins: tuple[Origin, ...] = ()
    rendered: str = ""
    pictures: tuple[Picture, ...] = ()
    base: str | None = None
    truncated: str | None = None
    declared: str | None = None
    """The encoding that the page or its server declares."""
    detected: str | None = None
    """The encoding that the bytes show."""
    rights: tuple[Right, ...] = ()
    """Opt-out and licence marks in the markup of the page, and in headers of its container."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A dump that was found, but is not decoded and rendered yet.  So a dump that is skipped costs little.

    `make` returns the dump, or raises UnreadableError; call it before the reader moves to the next dump.  `raw` has
    the bytes from which it is made; it is empty if the reader does not have them.  `read` is the number of bytes of the
    file that were read so far.
    """

    source: str
    make: Callable[[], Dump]
    raw: bytes = b""
    read: int = 0


def from_text(text: str, source: str, record: str | None = None, given: SuppliedMetadata = NOTHING_GIVEN) -> Dump:
    """A string as a dump.  Raises UnreadableError if it is not text."""
    surrogate = _SURROGATE.search(text)
    if surrogate:
        raise UnreadableError(
            "lone_surrogate",
            f"character {surrogate.start()} is the lone surrogate U+{ord(surrogate[0]):04X}; "
            "the text was cut inside a character, and can't be encoded",
        )
    _check(text, undecoded=0)
    name = source.rpartition("/")[2] if record is None else record
    return Dump(text, source, name, hashlib.sha256(text.encode()).hexdigest(), given=given)


def from_bytes(data: bytes, source: str, declared: str | None = None) -> Dump:
    """The bytes of a file as a dump.  Raises UnreadableError if they are not text."""
    found = decode(data, declared)
    _check(found.text, sum(len(lost.hex) // 2 for lost in found.undecoded if not lost.read_as))
    return Dump(
        found.text,
        source,
        source.rpartition("/")[2],
        hashlib.sha256(data).hexdigest(),
        found.encoding,
        found.undecoded,
        declared=declared,
        detected=found.detected,
    )


def _check(text: str, undecoded: int) -> None:
    if not has_visible(text):
        detail = "it has only white space and invisible characters" if text else "it has no bytes"
        raise UnreadableError("empty", detail)
    odd = len(_CONTROL.findall(text)) + undecoded
    if odd > MAX_BINARY_SHARE * len(text):
        raise UnreadableError(
            "binary", f"{odd} of {len(text)} characters are control characters or undecodable bytes: not text"
        )


def check_size(size: int, settings: Config) -> None:
    """Raise UnreadableError if a dump of `size` (bytes or characters) is over the limit."""
    limit = settings.limits.record_size
    if size > limit:
        raise UnreadableError("too_large", f"{size:,} is over limits.record_size = {limit:,}")
