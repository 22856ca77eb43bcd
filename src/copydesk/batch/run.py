"""A run: cleans the dumps that have no current output, writes all outputs, and records them in the manifest.

    with Run(job) as run:
        for units in run.rounds():
            for staged in pool.clean(units):
                run.publish(staged)
        summary = run.finish()

Workers clean dumps and stage the output (`pool`, `worker`).  The run is one process: it decides what is left to clean
(`remaining`), and publishes the staged parts in any order (`publish`).  The output depends only on inputs and settings.
"""

import logging
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import chain, islice
from types import TracebackType
from typing import Final

from copydesk import __version__, store
from copydesk.batch import filtering, notes
from copydesk.batch.changes import Change
from copydesk.batch.drifting import compare_sources
from copydesk.batch.job import MAX_REJECTS, WORK, Job, Progress, Summary, check, cores, profiles_key, run_key
from copydesk.batch.manifest import Manifest, manifest_errors
from copydesk.batch.messages import Unit
from copydesk.batch.pool import StagedPart, WorkerPool
from copydesk.batch.publish import Publisher
from copydesk.batch.remaining import Remaining
from copydesk.batch.state import RunState
from copydesk.output_settings import to_form
from copydesk.shards import Shards
from copydesk.store import SHARDED, Store

LOG: Final = logging.getLogger(__name__)

MAX_SLOWEST: Final = 5
"""How many of the slowest dumps a summary names."""

MAX_ERROR_LENGTH: Final = 300
"""Characters that the manifest stores of an error that ended a run."""


class Run:
    """A run, which locks its output directory.  A context manager.

    Raises StoreError on entering where the output can't be written, BusyError if another run is writing it.
    """

    def __init__(self, job: Job):
        self._job = job
        self._store = Store(job.output, job.books)
        self._began = time.monotonic()
        self._begun: tuple[RunState, Publisher, Remaining] | None = None
        self._vanished: tuple[str, ...] = ()

    def __enter__(self) -> "Run":
        check(self._job)
        self._store.__enter__()
        try:
            with manifest_errors(self._store.books):
                self._begin()
        except BaseException:
            self._store.__exit__(None, None, None)
            raise
        LOG.info("a run begins: %d files into %s", len(self._job.plan.inputs), self._job.output)
        return self

    def _begin(self) -> None:
        manifest = Manifest(self._store.books, rebuild=True)
        try:
            key, profiles = run_key(self._job), profiles_key(self._job)
            state = RunState(self._job, self._store, manifest, key, profiles, __version__)
            publisher = Publisher(state)
            publisher.recover()
            self._vanished = _vanished(state)
            self._begun = state, publisher, Remaining(state)
        except BaseException:
            manifest.close()
            raise

    def _parts(self) -> tuple[RunState, Publisher, Remaining]:
        if self._begun is None:
            raise ValueError("the run has not begun: use it in a with statement")
        return self._begun

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        state, _, _ = self._parts()
        try:
            if kind is not None:
                with suppress(Exception):  # the first error matters more; if the disk is full, this one fails too
                    state.totals.end_run(state.number, "broken", f"{kind.__name__}: {error}"[:MAX_ERROR_LENGTH])
            state.manifest.close()
        finally:
            self._store.__exit__(kind, error, trace)

    def rounds(self) -> Iterator[Iterator[Unit]]:
        """Rounds of units to clean.  Publish each round before you ask for the next."""
        return self._parts()[2].rounds()

    def publish(self, staged: StagedPart) -> Progress:
        """Publish a part, and record it in the manifest; returns the progress of the run.

        Raises OSError if the output can't be written.
        """
        return self._parts()[1].publish(staged)

    def finish(self) -> Summary:
        """Filter again what was filtered by other limits; write shards, filtered records and rejects.

        Returns the summary of the run.
        """
        state, _, _ = self._parts()
        filtering.filter_again(state)
        notes.write_notes(state)
        _write_shards(state)
        filtering.write_filtered(state)
        rejects = chain(self._job.plan.rejects, state.dumps.rejects(state.number))
        first = tuple(islice(rejects, MAX_REJECTS))
        self._store.write(store.REJECTS, map(store.reject_line, chain(first, rejects)))
        found = state.totals.of_run(state.number)
        counts = replace(found, rejected=found.rejected + len(self._job.plan.rejects))
        reasons = Counter(state.totals.reasons(state.number))
        reasons.update(reject.reason for reject in self._job.plan.rejects)
        done = state.done
        summary = Summary(
            counts=counts,
            skipped=done.skipped,
            cleaned=done.cleaned,
            labels=dict(done.labels.most_common()),
            rules=dict(done.rules.most_common()),
            reasons=dict(reasons.most_common()),
            slowest=tuple(state.totals.slowest(state.number, MAX_SLOWEST)) if done.cleaned else (),
            vanished=self._vanished,
            seconds=time.monotonic() - self._began,
            before=state.before,
            profiles=dict(done.profiles.most_common()),
            left_out=len(self._job.plan.left_out),
            limits=state.dumps.limits(state.number),
            decisions=done.decisions,
            outdated=done.outdated,
            drifts=tuple(compare_sources(state)),
            made=done.made,
            steps=dict(done.steps),
            changes=state.changes,
            rejects=first,
            whole=state.totals.of_all(),
        )
        LOG.info("the run has ended: %s", counts, extra=summary.fields)
        state.totals.save_figures(state.number, summary.figures)
        state.totals.end_run(state.number, "finished", str(counts))
        shutil.rmtree(self._store.books / WORK, ignore_errors=True)
        return summary


def _vanished(state: RunState) -> tuple[str, ...]:
    """The sources of input files that are gone.  With `prune`, their output is removed."""
    gone = list(state.vanished_files())
    for file, source in gone:
        if state.manifest.last_run(file) >= state.last_finished:  # else an earlier run has said so, or had other paths
            state.changes.add(Change.GONE, source)
    if state.job.prune:
        for file, _ in gone:
            with state.manifest.transaction():
                for dump in state.dumps.of_file(file):
                    state.remove_output(file, dump)
                state.store.settle()
                state.manifest.delete_file(file)
    return tuple(source for _, source in gone)


def _write_shards(state: RunState) -> None:
    """Write the files of many records if they are not up to date.  Remove those of other formats and sizes."""
    wanted = [one for one in SHARDED if one in state.job.formats]
    form = state.job.settings.output
    parts = (state.dumps.records_digest(state.number), state.job.shard_size, to_form(form), *wanted)
    made_of = " ".join(map(str, parts)) if wanted else ""
    known = state.manifest.shards()
    if known == state.stats(known, made_of) and bool(known) == bool(wanted):
        return
    shards: list[Shards] = []
    try:
        for one in wanted:
            shards.append(Shards(state.store.folder, one.suffix, state.job.shard_size, state.store.temporary, form))
        for lines in state.dumps.records(state.number):
            for each in shards:
                each.add(lines)
    except BaseException:
        for each in shards:
            each.abandon()
        raise
    for each in shards:
        each.commit()
    there = [name for each in shards for name in each.there()]
    state.store.remove(known.keys() - set(there))
    state.store.settle()
    state.manifest.save_shards(state.stats(there, made_of))


def run(job: Job, progress: Callable[[Progress], None] = lambda progress: None) -> Summary:
    """Clean and write everything that is not up to date; `progress` is called after each part.

    Raises ConfigError if the settings can't be used, and WorkerError if no worker can be started.  If the output can't
    be written, raises OSError: a StoreError if this is clear at the beginning, a BusyError if another run is writing.
    """
    with (
        manifest_errors(job.books),
        Run(job) as own,
        WorkerPool(job.setup, job.jobs or cores()) as pool,
    ):
        for units in own.rounds():
            for staged in pool.clean(units):
                now = own.publish(staged)
                LOG.info("%d of %d files: %s", now.files, now.of, now.counts)
                progress(now)
        return own.finish()
