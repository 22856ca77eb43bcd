"""Reviewed pages as labels for training, in the form of `training/labels.jsonl`.

A line for each page on which a person has decided a label: the beginning of the digest of its text, and a letter for
each line of the text.  Lines without a decision have the letter of the label that they would get.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from copydesk import decisions
from copydesk.config import Config
from copydesk.decisions import DecisionKind, digest_of
from copydesk.document import STORY, Label, Record
from copydesk.review import current, queue
from copydesk.review.current import Current
from copydesk.whole_file import replaced

LETTERS: Final = {
    "p": Label.PARAGRAPH, "h": Label.HEADING, "l": Label.LIST_ITEM, "T": Label.TITLE, "D": Label.DECK,
    "b": Label.BYLINE, "t": Label.TIMESTAMP, "c": Label.CAPTION, "r": Label.CREDIT, "i": Label.BIO,
    "o": Label.COPYRIGHT, "g": Label.TAGS, "n": Label.NOTE, "H": Label.TEASER_HEADING, "e": Label.TEASER,
    "N": Label.NAVIGATION, "C": Label.CONTROL, "P": Label.PROMO, "m": Label.COMMENT, "d": Label.DUPLICATE,
}  # fmt: skip
"""The letter for each label that the models know."""

_LETTERS: Final = {label: letter for letter, label in LETTERS.items()}
OTHER_STORY: Final = _LETTERS[Label.PARAGRAPH]
NOTHING_VISIBLE: Final = _LETTERS[Label.CONTROL]
"""What stands for the story's other labels, such as `code`, and for a line without a visible character."""


class LabelledPage(msgspec.Struct, frozen=True):
    """A line of the file."""

    page: str
    digest: str
    labels: str


def write(books: Path, settings: Config, path: Path) -> tuple[int, int]:
    """Write the file for the output with its bookkeeping in `books`; returns (pages, pages that are left out).

    A page is left out if the output does not have it, or if no decision about its lines fits it.  Raises ConfigError if
    the decisions can't be read, and OSError if the file can't be written.
    """
    sources = sorted(decisions.load(settings.review.decisions))
    encoder = msgspec.json.Encoder()
    pages = 0
    with (
        replaced(path) as new,
        new.open("wb") as file,
        current.opened(books) as manifest,
        queue.opened(books) as rows,
    ):
        for source in sources:
            row = rows.of_source(source)
            if row is None:
                continue
            try:
                now = current.current(current.stored(manifest, row), current.origin(manifest, row), settings)
            except LookupError:  # a run has changed it since
                continue
            if is_exported(now):
                file.write(encoder.encode(labelled(now.cleaned.article)) + b"\n")
                pages += 1
    return pages, len(sources) - pages


def is_exported(now: Current) -> bool:
    """Whether a person has decided the label of a line of this page, and the decision fits it."""
    kinds = (DecisionKind.LABEL, DecisionKind.HEADLINE)
    return any(one.kind in kinds for one in now.decided.decisions if one not in now.outdated)


def labelled(article: Record) -> LabelledPage:
    """The labels of a page."""
    raw = article.raw()
    return LabelledPage(article.source, digest_of(raw), "".join(_letters(article, raw)))


def _letters(article: Record, raw: str) -> Iterator[str]:
    """A letter for each line of the raw text that is not blank."""
    blocks = article.blocks
    at = first = 0
    for line in raw.split("\n"):
        end = at + len(line)
        while first < len(blocks) and blocks[first].end <= at:
            first += 1
        if line.strip():
            is_there = first < len(blocks) and blocks[first].start < end
            yield _letter(blocks[first].label) if is_there else NOTHING_VISIBLE
        at = end + 1


def _letter(label: Label) -> str:
    return _LETTERS.get(label, OTHER_STORY if label in STORY else NOTHING_VISIBLE)
