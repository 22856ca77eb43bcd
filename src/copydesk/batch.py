"""Many dumps: finds them, cleans them, hands them to the store, and counts what became of each."""

import errno
import glob
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, fields
from itertools import chain
from pathlib import Path
from typing import Final

from copydesk import config, desk, readers
from copydesk.config import Config
from copydesk.document import FURNITURE, Cleaned, Metadata, Reject
from copydesk.dump import Dump, UnreadableError
from copydesk.readers import jsonl
from copydesk.render.markdown import MarkdownError
from copydesk.store import Format, NameTakenError, Result, Store

UNUSABLE_NAME: Final = frozenset({errno.ENAMETOOLONG, errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.EINVAL})
"""Errors that one output's name is to blame for; after others (a full disk) no output can be written."""


class InputError(ValueError):
    """What was asked to be cleaned can't be; the message says why."""


@dataclass(frozen=True, slots=True)
class Input:
    """A file to clean and the name that it has in records."""

    path: Path
    source: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Inputs in the order in which they are cleaned; what is known beforehand to be none."""

    inputs: tuple[Input, ...]
    rejects: tuple[Reject, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """What a run did.  Tallies add up.

    `boilerplate`: lines left out as page furniture; `edits`: places where text was changed, `spacing` those
    by rules of spacing; `facts`: metadata fields that were filled in.
    """

    written: int = 0
    unchanged: int = 0
    rejected: int = 0
    articles: int = 0
    teasers: int = 0
    boilerplate: int = 0
    edits: int = 0
    spacing: int = 0
    facts: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Tally)))

    def __str__(self) -> str:
        return f"{self.written} written, {self.unchanged} unchanged, {self.rejected} rejected"


@dataclass(frozen=True, slots=True)
class Job:
    """What to clean, how, and where to."""

    plan: Plan
    output: Path
    formats: Collection[Format] = field(default=(Format.MD, Format.JSON))
    settings: Config = field(default_factory=config.default)
    shard_size: int | None = None


def plan(paths: Sequence[Path], output: Path | None = None) -> Plan:
    """All files that `paths` name, and those in directories among them, ordered by source.

    Every file in a directory is a dump but hidden ones and what lies in `output`; a file's source is its path
    below the directory, with "/" whatever the machine, or its name where it is given by itself.

    Raises InputError where a path does not exist or the directories hold no file.
    """
    inputs: list[Input] = []
    rejects: list[Reject] = []
    for path in chain.from_iterable(map(_matching, paths)):
        if output and path.resolve() == output.resolve():
            raise InputError(f"{path} is the output directory: what was written would be cleaned again")
        if path.is_dir():
            for found in _below(path, output.resolve() if output else None):
                (inputs if isinstance(found, Input) else rejects).append(found)  # type: ignore[arg-type]
        elif path.is_file():
            inputs.append(Input(path, _readable(path.name)))
        elif path.exists():
            rejects.append(Reject(_readable(path.name), "unreadable", "not a regular file; a stream goes in as -"))
        else:
            raise InputError(f"no such file or directory: {path}")
    if not inputs and not rejects:
        raise InputError(f"no dumps in {', '.join(map(str, paths))}")
    once = {(one.source, one.path.resolve()): one for one in inputs}
    return Plan(tuple(sorted(once.values(), key=lambda one: (one.source, str(one.path)))), tuple(rejects))


def _matching(path: Path) -> list[Path]:
    """The paths that a pattern (with *, ? or [) fits, in order; a path that exists, or no pattern, as it is."""
    if path.exists() or not glob.has_magic(str(path)):
        return [path]
    found = glob.glob(str(path), recursive=True)  # noqa: PTH207 - a path has one only below a folder
    return sorted(map(Path, found)) or [path]


def _below(
    folder: Path, output: Path | None, prefix: str = "", above: tuple[Path, ...] = ()
) -> Iterator[Input | Reject]:
    real = folder.resolve()
    if real == output and above:
        return
    if real in above:
        yield Reject(prefix.rstrip("/"), "symlink_loop", f"a link that leads back to {real}")
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield Reject(prefix.rstrip("/") or folder.name, "unreadable", str(error.strerror))
        return
    for entry in entries:
        source = prefix + _readable(entry.name)
        if entry.name.startswith("."):
            continue
        try:
            if entry.is_dir():
                yield from _below(Path(entry.path), output, source + "/", (*above, real))
            elif entry.is_file():
                yield Input(Path(entry.path), source)
            else:
                what = "a link that leads nowhere" if entry.is_symlink() else "neither a file nor a directory"
                yield Reject(source, "unreadable", what)
        except OSError as error:  # links that lead to each other
            yield Reject(source, "symlink_loop" if entry.is_symlink() else "unreadable", str(error.strerror))


def _readable(name: str) -> str:
    """A file's name as text; bytes that are no UTF-8, and the "#" that sets off records, are written out."""
    return os.fsencode(name).decode("utf-8", "backslashreplace").replace("#", "%23")


def clean_input(one: Input, settings: Config) -> Iterator[Cleaned | Reject]:
    """What each dump in a file gives, in the file's order."""
    return _cleaned(readers.read(one.path, one.source, settings), settings, one.source)


def clean_stream(stream: jsonl.ByteLines, settings: Config) -> Iterator[Cleaned | Reject]:
    """The same for an open stream of JSON Lines; its source is "-"."""
    return _cleaned(jsonl.read(stream, "-", settings), settings, "-")


def _cleaned(dumps: Iterator[Dump | Reject], settings: Config, source: str) -> Iterator[Cleaned | Reject]:
    """What each dump gives.  A fault of ours costs one dump (in reading, the rest of its file), not the batch."""
    while True:
        try:
            found = next(dumps)
        except StopIteration:
            return
        except Exception as error:  # noqa: BLE001
            yield _fault(source, error)
            return
        if isinstance(found, Reject):
            yield found
            continue
        try:
            yield desk.clean_dump(found, settings)
        except UnreadableError as error:
            yield Reject(found.source, error.reason, error.detail)
        except Exception as error:  # noqa: BLE001
            yield _fault(found.source, error)


def _fault(source: str, error: Exception) -> Reject:
    return Reject(source, "internal_error", f"{type(error).__name__}: {error}"[:300])


def count(cleaned: Cleaned) -> Tally:
    """The parts of a tally that one dump's records hold."""
    article = cleaned.article
    return Tally(
        articles=1,
        teasers=len(cleaned.teasers),
        boilerplate=sum(block.label in FURNITURE for block in article.blocks),
        edits=len(article.edits),
        spacing=sum(any(rule.startswith(("spacing.", "lines.")) for rule in edit.rules) for edit in article.edits),
        facts=sum(bool(getattr(article.metadata, one.name)) for one in fields(Metadata)),
    )


def run(job: Job, progress: Callable[[Tally], None] = lambda tally: None) -> Tally:
    """Clean and write everything; `progress` is called with the tally after each file.

    Raises OSError (StoreError where it is known at once) when the output can't be written.
    """
    desk.check_settings(job.settings)
    tally = Tally()
    with Store(job.output, job.formats, job.shard_size) as store:
        for reject in job.plan.rejects:
            store.reject(reject)
            tally += Tally(rejected=1)
        for one in job.plan.inputs:
            for outcome in clean_input(one, job.settings):
                tally += _stored(outcome, store)
            progress(tally)
    return tally


def _stored(outcome: Cleaned | Reject, store: Store) -> Tally:
    if isinstance(outcome, Cleaned):
        try:
            result = store.keep(outcome)
            return count(outcome) + Tally(written=result is Result.WRITTEN, unchanged=result is Result.UNCHANGED)
        except NameTakenError as error:
            outcome = Reject(outcome.article.source, "name_taken", str(error))
        except MarkdownError as error:
            outcome = Reject(outcome.article.source, "markdown_differs", str(error))
        except OSError as error:
            if error.errno not in UNUSABLE_NAME:
                raise
            outcome = Reject(outcome.article.source, "unusable_name", f"{error.strerror}: {error.filename}")
        except Exception as error:  # noqa: BLE001 - as in `_cleaned`
            outcome = _fault(outcome.article.source, error)
    store.reject(outcome)
    return Tally(rejected=1)
