"""A record as the next run would write it: its dump is read again and cleaned with the decisions that are in force."""

import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from copydesk import decisions, desk, dump, files, readers
from copydesk.batch.manifest import Manifest
from copydesk.batch.manifest_dumps import Dumps
from copydesk.batch.messages import made_with, path_from_text
from copydesk.config import Config
from copydesk.decisions import Decision, DumpDecisions
from copydesk.document import Cleaned, Record, Reject
from copydesk.dump import Dump, SuppliedMetadata, UnreadableError
from copydesk.files import Look, Remote
from copydesk.render import record
from copydesk.review.queue import QueueRow

MAX_READ_BYTES: Final = 256_000_000
"""Bytes of a file that is read again up to the dump: a second or two.  Chosen, not measured."""

REMEMBERED: Final = 32
"""Dumps that were read again, and are remembered: those of a page and its siblings."""

_CLEANING: Final = threading.Lock()
"""Cleaning takes one core; two reviewers wait for each other."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a dump is: the input file, its source, and the number of the dump in it."""

    path: str
    source: str
    number: int


@dataclass(frozen=True, slots=True)
class Current:
    """A record as it is in the output, and as it would be.

    `notes` say what a reviewer must know about the latter.  `decided` are the decisions in force about the dump, and
    `outdated` those of them that do not fit it.
    """

    stored: Cleaned
    cleaned: Cleaned
    notes: tuple[str, ...]
    decided: DumpDecisions
    outdated: tuple[Decision, ...]


@contextmanager
def opened(books: Path) -> Iterator[Manifest]:
    """The manifest in the folder for the bookkeeping, for one thread."""
    with closing(Manifest(books)) as manifest:
        yield manifest


def stored(manifest: Manifest, row: QueueRow) -> Cleaned:
    """The records of a dump as they are in the output.

    Raises LookupError if the manifest does not have them any more, because a run has changed it since.
    """
    try:
        article, *teasers = map(record.from_json, Dumps(manifest).records_of(row.file, row.number))
    except (TypeError, record.RecordError, sqlite3.DatabaseError) as error:
        raise LookupError(f"{row.source}: the output does not have this record any more") from error
    if article.id != row.id:
        raise LookupError(f"{row.source}: the output has another record in its place now")
    return Cleaned(article, tuple(teasers))


def origin(manifest: Manifest, row: QueueRow) -> Origin:
    """Where the dump of a record is.  Raises LookupError if the manifest does not have it any more."""
    sql = "select path, source from inputs where id = ?"
    found = manifest.base.execute(sql, (row.file,)).fetchone()
    if found is None:
        raise LookupError(f"{row.source}: the output does not have this record any more")
    return Origin(str(found[0]), str(found[1]), row.number)


def raw_dump(before: Cleaned, place: Origin, settings: Config) -> tuple[Dump, tuple[str, ...]]:
    """The dump of a record, read again; else its text, as the record has it.  Notes say which.

    Raises UnreadableError if neither is possible.
    """
    found = _read_again(place, settings)
    if isinstance(found, str):
        return _from_record(before.article), (f"{found}; so the text in the record is cleaned, as a plain text",)
    if found.text != before.article.raw():
        return found, ("the dump has changed since the run",)
    return found, ()


def current(before: Cleaned, place: Origin, settings: Config) -> Current:
    """The record as the next run would write it.  Raises ConfigError if the decisions can't be read."""
    article = before.article
    decided = decisions.of_dump(settings.review.decisions, article.source)
    try:
        raw, notes = raw_dump(before, place, settings)
        now = before if _is_current(before, raw, settings) else cleaned(raw, settings)
    except UnreadableError as error:
        return Current(before, before, (f"the record is shown as it is: {error.detail}",), decided, ())
    return Current(before, now, notes, decided, decided.outdated(now.article.raw()))


def cleaned(raw: Dump, settings: Config) -> Cleaned:
    """The records of a dump.  Raises UnreadableError if it can't be cleaned."""
    with _CLEANING:
        return desk.clean_dump(raw, settings)


def _is_current(before: Cleaned, raw: Dump, settings: Config) -> bool:
    """Whether the records of the output were made from this text, with these settings and decisions."""
    made = before.article.provenance
    if raw.text != before.article.raw() or raw.sha256 != made.sha256:
        return False
    profile = desk.profile_of(raw, settings)
    wanted = desk.settings_digest(raw.source, settings, profile), desk.memory_digest(raw, settings, profile)
    return made_with(made.config, made.memory) == made_with(*wanted)


def _read_again(place: Origin, settings: Config) -> Dump | str:
    """The dump in its file; else why it can't be read."""
    path = path_from_text(place.path)
    if isinstance(path, Remote):
        return "its file is in a store, which is not asked"
    try:
        look = files.look(path)
        if look.size > MAX_READ_BYTES and readers.holds_many(path):
            return "its file is too large to be read again up to it"
        return _dump(place, look, settings)
    except FileNotFoundError:
        return "its file is not there any more"
    except (OSError, LookupError, ValueError) as error:
        return f"its file can't be read again ({error})"


@lru_cache(maxsize=REMEMBERED)
def _dump(place: Origin, look: Look, settings: Config) -> Dump:
    """A dump in the file that looks like this.  Raises LookupError if it is not there, OSError or UnreadableError."""
    path = path_from_text(place.path)
    if isinstance(path, Remote):
        raise LookupError("a file in a store")
    with files.open_regular(path):  # a pipe would never end
        pass
    for number, found in enumerate(readers.find(path, place.source, settings)):
        if number == place.number:
            if isinstance(found, Reject):
                raise LookupError(found.detail)
            return found.make()
    raise LookupError("it has fewer dumps now")


def _from_record(article: Record) -> Dump:
    """The text in a record as a dump, with the facts that its container or page had stated.

    Raises UnreadableError if the record does not give its text back.
    """
    try:
        text = article.raw()
    except ValueError as error:
        raise UnreadableError("unreadable", str(error)) from error
    raw = dump.from_text(text, article.source, article.provenance.record, _given(article))
    made = article.provenance
    return replace(raw, sha256=made.sha256, encoding=made.encoding, undecoded=made.undecoded)


def _given(article: Record) -> SuppliedMetadata:
    names: Mapping[str, str] = {
        "title": "title", "url": "url", "publisher": "publisher", "published": "date", "language": "language",
    }  # fmt: skip
    given: dict[str, str] = {}
    sources: dict[str, str] = {}
    for name, field in names.items():
        value, evidence = getattr(article.metadata, name), getattr(article.evidence, name)
        first = evidence[0] if evidence else None
        if isinstance(value, str) and isinstance(first, str) and first.startswith(("container:", "page:")):
            given[field], sources[field] = value, first
    return SuppliedMetadata(**given, sources=sources)  # type: ignore[arg-type] # the names are those of texts
