"""Files of an output folder that a user gives to `explain` or `undo`."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from copydesk.cli.streams import CommandError
from copydesk.files import open_regular

if TYPE_CHECKING:
    from copydesk.document import Cleaned, Record

BEGINNING_BYTES: Final = 400
"""First bytes of a file in which copydesk's own fields are, if it has written the file."""

_RECORD = re.compile(rb'\{\s*"id":\s*"[0-9a-f]{20}(?:-\d+)?",\s*(?:"kind":\s*"(?:article|other|teaser)"|"limit":")')
_MARKDOWN = re.compile(rb"---\n(?:id|parent): '?[0-9a-f]{20}'?\nsource: ")
_SUFFIX = re.compile(r"(?:\.teasers)?\.(?:md|json|jsonl)$")


def is_record_file(path: Path) -> bool:
    """Whether copydesk has written this file of records."""
    if not path.name.endswith((".json", ".jsonl", ".jsonl.gz")):
        return False
    if path.name.endswith(".gz"):
        import gzip
        import zlib

        try:
            with open_regular(path) as packed, gzip.open(packed) as stream:
                beginning = stream.read(BEGINNING_BYTES)
        except (OSError, EOFError, zlib.error):
            return False
        return _RECORD.match(beginning) is not None
    return _RECORD.match(_beginning(path)) is not None


def is_markdown_file(path: Path) -> bool:
    """Whether copydesk has written this file of Markdown."""
    return path.suffix == ".md" and _MARKDOWN.match(_beginning(path)) is not None


def json_beside(path: Path) -> Path:
    """The JSON file of the article of which `path` is the Markdown, the teasers, or the JSON itself."""
    return path.with_name(_SUFFIX.sub(".json", path.name))


def cleaned_dumps(path: Path) -> Iterator["Cleaned"]:
    """The articles in a file of records, each with its teasers.  Raises CommandError if it has other lines."""
    from copydesk.document import Cleaned, Kind
    from copydesk.render.record import RecordError
    from copydesk.stored_records import lines_with_teasers

    article: Record | None = None
    teasers: list[Record] = []
    try:
        for record in (record for line in lines_with_teasers(path) for record in line.records()):
            if record.kind is Kind.TEASER:
                teasers.append(record)
                continue
            if article:
                yield Cleaned(article, tuple(teasers))
            article, teasers = record, []
    except (RecordError, OSError) as error:
        raise CommandError(str(error)) from error
    if article:
        yield Cleaned(article, tuple(teasers))


def _beginning(path: Path) -> bytes:
    try:
        with open_regular(path) as stream:
            return stream.read(BEGINNING_BYTES)
    except OSError:
        return b""  # who reads the file says why that can't be done
