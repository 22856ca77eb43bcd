"""What an output holds: numbers of records, languages, sources, dates, and what was left out."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from typing import Final, cast

from copydesk import shards
from copydesk.document import STORY, Kind, Record
from copydesk.files import open_regular
from copydesk.source_memory.sources import CORPUS, host_of

MAX_NAME: Final = 200
"""Characters of a name that are counted: a page may give megabytes as its publisher, and each record another one."""

_DAY = re.compile(r"\d{4}(?:-\d\d){0,2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file of records: its name in the output, its size in bytes, and its SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(slots=True)
class Contents:
    """The sums over all records.  `lines` are those of the dumps by label; `words` are those of the stories.

    `fields` are the fields that the files have; all if it is empty.
    """

    kinds: Counter[str] = field(default_factory=Counter)
    pages: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    lines: Counter[str] = field(default_factory=Counter)
    edits: Counter[str] = field(default_factory=Counter)
    versions: Counter[str] = field(default_factory=Counter)
    profiles: Counter[str] = field(default_factory=Counter)
    facts: Counter[str] = field(default_factory=Counter)
    words: int = 0
    unsure: int = 0
    first: str | None = None
    last: str | None = None
    fields: tuple[str, ...] = ()

    def has(self, *names: str) -> bool:
        """Whether the files have all these fields."""
        return not self.fields or set(names) <= set(self.fields)

    @property
    def articles(self) -> int:
        """Records with a story."""
        return self.kinds[Kind.ARTICLE]

    @property
    def records(self) -> int:
        """All records, teasers too."""
        return self.kinds.total()

    @property
    def left_out(self) -> Mapping[str, int]:
        """Lines that are in no story, by label, the most frequent first."""
        return {label: count for label, count in self.lines.most_common() if label not in STORY}


FACTS: Final = ("title", "authors", "published", "publisher", "section", "tags", "url")
"""Fields of the metadata of which the card says how often they are known."""

MIN_SURE: Final = 0.8
"""Records with a lower confidence are counted as unsure: the F1 for which the confidence is trained."""


def of(records: Iterable[Record], fields: tuple[str, ...] = ()) -> Contents:
    """Count records, of which the files have these fields, or all if none is named."""
    found = Contents(fields=fields)
    for record in records:
        found.kinds[record.kind] += 1
        if record.kind is not Kind.TEASER:
            _add(found, record)
    return found


def _add(found: Contents, record: Record) -> None:
    facts = record.metadata
    found.pages[record.page or ""] += 1
    found.versions[record.provenance.copydesk[:MAX_NAME]] += 1
    found.profiles.update([record.provenance.profile[:MAX_NAME]] if record.provenance.profile else [])
    found.lines.update(str(block.label) for block in record.blocks)
    found.edits.update(rule[:MAX_NAME] for edit in record.edits for rule in edit.rules)
    if record.kind is not Kind.ARTICLE:
        return
    found.languages[(facts.language or "")[:MAX_NAME]] += 1
    found.sources[(host_of(facts.url) or facts.publisher or CORPUS)[:MAX_NAME]] += 1
    found.facts.update(name for name in FACTS if getattr(facts, name))
    if record.quality:
        found.words += record.quality.signals.words
        found.unsure += record.quality.confidence < MIN_SURE
    if published := _DAY.match(facts.published or ""):
        day = published[0]
        found.first = min(found.first or day, day)
        found.last = max(found.last or day, day)


def data_files(output: Path) -> list[DataFile]:
    """The files of the first format of many records that the output has: JSON Lines, the same packed, or Parquet."""
    for suffix in (".jsonl", shards.JSONL_GZ, shards.PARQUET):
        found = shards.paths(output, suffix)
        if found:
            return [DataFile(path.name, path.stat().st_size, _sha256(path)) for path in found]
    return []


def _sha256(path: Path) -> str:
    with open_regular(path) as stream:
        return hashlib.file_digest(cast("BufferedReader", stream), "sha256").hexdigest()
