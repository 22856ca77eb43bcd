"""What a run would do, without doing it: `copydesk clean --dry-run`.

It is found by the code of a run (`remaining`), on a temporary copy of the manifest.  The output is only read.
"""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from copydesk import __version__, files
from copydesk.batch.filtering import limit_of
from copydesk.batch.job import RETRIED, Job, check, profiles_key, run_key
from copydesk.batch.manifest import NAME, FileRow, Manifest, manifest_errors
from copydesk.batch.messages import Item, path_from_text, path_to_text
from copydesk.batch.remaining import Remaining
from copydesk.batch.state import RunState
from copydesk.store import Store, books_of


class Action(StrEnum):
    """What a run does with an input."""

    CLEAN = "clean"
    FILTER = "filter again"
    SKIP = "skip"
    LEAVE_OUT = "leave out"
    REJECT = "reject"
    REMOVE = "remove"


UNCHANGED: Final = "nothing has changed"
OTHER_LIMITS: Final = "the limits in [keep] have changed: nothing is cleaned for that"


@dataclass(frozen=True, slots=True)
class Planned:
    """An input, what would be done with it, and why."""

    action: Action
    source: str
    why: str


def preview(job: Job) -> Iterator[Planned]:
    """What a run of the job would do: each input in order, then rejects, files left out, and outputs to remove.

    Raises ConfigError or StoreError as a run would, and ManifestError if the manifest can't be read.
    """
    check(job)
    books = books_of(job.output, job.settings.run.state)
    with (
        tempfile.TemporaryDirectory(prefix="copydesk-") as folder,
        manifest_errors(books),
        closing(Manifest(Path(folder), rebuild=True)) as manifest,
    ):
        if (books / NAME).is_file():
            manifest.copy_without_records(books / NAME)
        state = RunState(job, Store(job.output), manifest, run_key(job), profiles_key(job), __version__)
        yield from _inputs(state)
        yield from (Planned(Action.REJECT, one.source, f"{one.reason}: {one.detail}") for one in job.plan.rejects)
        yield from (Planned(Action.LEAVE_OUT, one.source, one.why) for one in job.plan.left_out)
        if job.prune:
            for _, source in state.vanished_files():
                yield Planned(Action.REMOVE, source, "the input is gone")


def _inputs(state: RunState) -> Iterator[Planned]:
    to_clean = {(item.path, item.source): _why(state, item) for item, _ in Remaining(state).planned()}
    for one in state.job.plan.inputs:
        why = to_clean.get((path_to_text(one.file), one.source))
        if why:
            yield Planned(Action.CLEAN, one.source, why)
        elif _moves(state, one.source, path_to_text(one.file)):
            yield Planned(Action.FILTER, one.source, OTHER_LIMITS)
        else:
            yield Planned(Action.SKIP, one.source, UNCHANGED)


def _moves(state: RunState, source: str, path: str) -> bool:
    """Whether a dump of a file falls below another limit than before, or below none any more."""
    row = state.manifest.file(source, path)
    return (
        row is not None
        and row.keep != state.keep
        and any(dump.filtered != limit_of(dump, state) for dump in state.dumps.to_filter(row.id, 0))
    )


def _why(state: RunState, item: Item) -> str:
    """Why a file is cleaned."""
    row = state.manifest.file(item.source, item.path)
    if row is None:
        return "new"
    if row.key != state.key:
        return "the settings, the formats or the version of copydesk have changed"
    if _has_changed(row, item):
        return "the file has changed"
    if row.profiles != state.profiles:
        return "a source profile or the memory has changed: only dumps for which this matters are cleaned"
    for dump in state.dumps.of_file(row.id):
        if dump.reject and dump.reject.reason in RETRIED:
            return f"rejected before ({dump.reject.reason}): tried again"
    return "an output file is missing, or a better name for it is free now" if row.finished else "not finished before"


def _has_changed(row: FileRow, item: Item) -> bool:
    try:
        now = files.look(path_from_text(item.path))
    except OSError:
        return True
    is_other = (now.size, now.changed) != (row.state.size, row.state.changed)
    return is_other or (now.version != "" and now.version != row.state.sha256)
