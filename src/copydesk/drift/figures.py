"""What is stored of each dump, to compare later dumps of its source with it."""

import struct
from collections.abc import Iterable
from typing import Final

import msgspec

from copydesk.document import Kind, Record
from copydesk.text import digest, fold

MAX_LINES: Final = 100
"""Lines of a dump that are stored: those with the smallest digests, so that a line is stored on all pages or on none.

Longer pages are rare, and a sample of their lines says as much about their template.
"""

MAX_LENGTH: Final = 200
"""Characters of a line that can be part of a template: a menu, a notice, a box.  Longer lines are not stored."""

LINE_BYTES: Final = 4
"""Bytes of a line: the first 32 bits of the digest of its folded text."""


class Figures(msgspec.Struct, frozen=True, array_like=True):
    """The figures of a dump; those that it does not have are None.

    `story` says whether it has one.  Of the story: `words` is its length, `title` the digest of its title (0 for none),
    `date` and `authors` say whether they were found, `cut` whether the page says or shows that it is cut off.  `met` is
    the share of the lines that the memory of the source met.
    """

    rejected: bool
    story: bool | None = None
    words: int | None = None
    title: int | None = None
    date: bool | None = None
    authors: bool | None = None
    confidence: float | None = None
    cut: bool | None = None
    language: str | None = None
    met: float | None = None


class Observed(msgspec.Struct, frozen=True):
    """A dump of a source, as the manifest stores it.

    `id` is the same exactly if the dump is the same: a dump counts once, however often it is cleaned.  `lines` are the
    digests of its lines (see `lines_of`).
    """

    id: str
    source: str
    figures: Figures
    lines: bytes = b""


REJECTED: Final = Figures(rejected=True)


def figures_of(article: Record, met: float | None) -> Figures:
    """The figures of an article, and `met` is the share of its lines that the memory met; None without a memory."""
    quality, metadata = article.quality, article.metadata
    if article.kind is not Kind.ARTICLE or quality is None:
        return Figures(rejected=False, story=False, met=met)
    return Figures(
        rejected=False,
        story=True,
        words=quality.signals.words,
        title=_digest(fold(metadata.title or "")),
        date=metadata.published is not None,
        authors=bool(metadata.authors),
        confidence=quality.confidence,
        cut=quality.complete is False,
        language=metadata.language,
        met=met,
    )


def line_digest(text: str) -> int:
    """The number under which a line is stored; 0 for a line without letters and digits, or a very long one."""
    return _digest(fold(text)) if len(text) <= MAX_LENGTH else 0


def _digest(folded: str) -> int:
    """The first 32 bits of the digest of a text; 0 for no text."""
    return digest(folded) & 0xFFFFFFFF if folded else 0


def lines_of(texts: Iterable[str]) -> bytes:
    """The digests of the lines of a dump, at most MAX_LINES, in order."""
    found = sorted({line_digest(text) for text in texts} - {0})[:MAX_LINES]
    return struct.pack(f"<{len(found)}I", *found)


def unpacked_lines(lines: bytes) -> frozenset[int]:
    """The digests in what `lines_of` returned.  Raises ValueError if the bytes are not of it."""
    count, rest = divmod(len(lines), LINE_BYTES)
    if rest:
        raise ValueError(f"{len(lines)} bytes are no digests of lines")
    return frozenset(struct.unpack(f"<{count}I", lines))
