"""Publishes parts: moves staged files to their names in the output, and records them in the manifest."""

import hashlib
import logging
import shutil
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Final

import msgspec

from copydesk import keep
from copydesk.batch.changes import change_of
from copydesk.batch.counts import Counts
from copydesk.batch.job import WORK, Progress
from copydesk.batch.manifest import FileRow
from copydesk.batch.manifest_dumps import OTHER_FILE, OTHER_PROFILES, OTHER_SETTINGS, DumpRow, Owner
from copydesk.batch.messages import PART, Entry, FileState, Outcome, sha256_of
from copydesk.batch.pool import StagedPart, read_staged_part
from copydesk.batch.state import STALE, RunState
from copydesk.document import Reject
from copydesk.store import UnusableNameError, is_note, output_names

LOG: Final = logging.getLogger(__name__)

NO_STATE: Final = FileState(-1, 0, 0, "")
"""The state of a file that can't be read."""


class Publisher:
    """Publishes the parts of a run, in any order."""

    def __init__(self, state: RunState):
        self._state = state

    def publish(self, staged: StagedPart) -> Progress:
        """Publish a part.  Returns the progress of the run.

        Raises OSError if the output can't be written.
        """
        self._state.manifest.mark_used(self._enter_part(staged), self._state.number)
        done, of = self._state.done, len(self._state.job.plan.inputs)
        files = min(done.files, of)
        share = (files + sum(read / max(1, size) for read, size in done.partly_read.values())) / max(1, of)
        size = done.size + sum(read for read, _ in done.partly_read.values())
        return Progress(files, of, min(share, 1.0), done.cleaned, size, done.counts)

    def recover(self) -> None:
        """Publish the parts that an earlier run staged and did not publish.  Remove everything else that it left."""
        work = self._state.store.books / WORK
        if work.is_symlink():
            work.unlink()
        parts: list[StagedPart] = []
        for folder in sorted(work.glob("*")):
            if (folder / PART).is_file() and not folder.is_symlink():
                with suppress(msgspec.DecodeError, OSError):
                    parts.append(read_staged_part(folder))
        for staged in sorted(parts, key=lambda one: [entry.start for entry in one.part.entries]):
            if staged.part.key == self._state.key + self._state.profiles:
                try:
                    self._enter_part(staged)
                    continue
                except FileNotFoundError:  # some of its files are gone: its dumps are cleaned again
                    pass
            for entry in staged.part.entries:
                for outcome in entry.outcomes:
                    self._remove_published(outcome, staged.folder)
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True, exist_ok=True)
        self._state.store.sweep()
        self._state.reset()

    def _remove_published(self, outcome: Outcome, folder: Path) -> None:
        """Remove the files of an outcome that a killed run has published, under any of its names.

        If they overwrote a dump's output, clean it again.
        """
        for name in {one.name for one in output_names(outcome.source)}:
            files = {name + suffix: file for suffix, file in outcome.files.items()}
            published = {path for path, file in files.items() if file and self._is_published(folder / file, path)}
            owner = self._state.dumps.owner(name) if published else None
            overwritten = self._state.dumps.get(owner.file, owner.number) if owner else None
            if overwritten and owner:
                published -= overwritten.files.keys()
                self._state.distrust(owner.file, owner.number)
            self._state.store.remove(published)

    def _is_published(self, staged: Path, name: str) -> bool:
        """Whether a killed run has already published the staged file."""
        folder = self._state.store.folder
        if staged.exists() or not folder.has(name):
            return False
        with folder.open(name) as stream:
            return hashlib.sha256(stream.read()).hexdigest() == sha256_of(staged.name)

    def _enter_part(self, staged: StagedPart) -> list[int]:
        """Publish a part, and record it in the manifest; returns the ids of its input files.

        The first transaction marks these files as unfinished and their dumps as stale.  Only then are output files
        changed.  So if the run dies in between, the next run cleans these dumps again, even with other settings.
        """
        entries: list[tuple[int, Entry]] = []
        used: list[int] = []
        with self._state.manifest.transaction():
            for entry in staged.part.entries:
                row = self._state.manifest.file(entry.source, entry.path)
                if row and self._has_changed(row, entry):
                    detail = "it changed while it was read: run again"  # the next run cleans all of it
                    self._state.reject_rest(row, Reject(entry.source, "unreadable", detail))
                    used.append(row.id)
                else:
                    file = self._begin_file(row, entry)
                    entries += [(file, entry)] if file is not None else []
        try:
            with self._state.manifest.transaction():
                for file, entry in entries:
                    self._enter(file, entry, staged.folder)
                self._state.store.settle()
        except BaseException:
            self._state.forget_missing()  # the transaction was undone, so dumps that were counted are missing again
            raise
        (staged.folder / PART).unlink(missing_ok=True)  # first: what is left of a folder without it is no part
        shutil.rmtree(staged.folder, ignore_errors=True)
        return [*used, *(file for file, _ in entries)]

    def _has_changed(self, row: FileRow, entry: Entry) -> bool:
        """Whether the file has changed since this run recorded other dumps of it."""
        return row.run == self._state.number and row.state.sha256 != (entry.state or NO_STATE).sha256

    def _begin_file(self, row: FileRow | None, entry: Entry) -> int | None:
        """Save that a file is being cleaned, and its state; returns its id.

        If the file, the settings or the program have changed, this makes its dumps stale.  Returns None if the entry
        has no outcome and only says where the file ends, but the manifest has no dump of the file in this state.
        """
        state = entry.state or NO_STATE
        now = (state.sha256, self._state.key, self._state.profiles)
        same = row if row and (row.state.sha256, row.key, row.profiles) == now else None
        if not same and entry.start and not entry.outcomes:
            return None
        finished = same is not None and same.finished and not entry.outcomes and entry.count == same.count
        file = self._state.manifest.save_file(
            entry.source, entry.path, state, self._state.key, self._state.profiles, self._state.keep, finished=finished
        )
        if row and not same:
            is_same_file = row.state.sha256 == state.sha256
            is_same_key = row.key == self._state.key
            stale = OTHER_SETTINGS if not is_same_key else OTHER_PROFILES if is_same_file else OTHER_FILE
            self._state.forget_missing(file)
            self._state.dumps.make_stale(file, stale)
            if (
                stale != OTHER_PROFILES
            ):  # the file may have another end now, or the new settings may let a worker read further
                self._state.manifest.clear_count(file)
        return file

    def _enter(self, file: int, entry: Entry, folder: Path) -> None:
        done = self._state.done
        for outcome in entry.outcomes:
            done.counts += self._record_outcome(file, entry, outcome, folder)
        if entry.count is not None:
            self._state.manifest.limit_count(file, entry.count)
        size = max(0, (entry.state or NO_STATE).size)
        whole = self._state.complete_count(file)
        if whole is not None:
            self._state.finish_file(file, whole, entry.source)
            done.partly_read.pop(file, None)
            done.files += 1
            done.size += size
        elif entry.outcomes:
            done.partly_read[file] = (max(entry.read, done.partly_read.get(file, (0, 0))[0]), size)

    def _record_outcome(self, file: int, entry: Entry, outcome: Outcome, folder: Path) -> Counts:
        """Publish the output of a dump, or reject the dump; record it and its change, and return its counts."""
        state = self._state
        old = state.dumps.get(file, outcome.number)
        if outcome.skipped:
            return self._record_skipped(file, outcome.number, old)
        before = self._row_before(outcome, old)
        counts = self._record_cleaned(file, entry, outcome, old, folder)
        if before is None or before.run != state.number:  # else this run has counted the dump already
            now = "rejected" if counts.rejected else "filtered" if counts.filtered else "published"
            change = change_of(_result(before) if before else None, now, is_other=counts.written > 0)
            if change:
                state.changes.add(change, outcome.source)
        return counts

    def _row_before(self, outcome: Outcome, old: DumpRow | None) -> DumpRow | None:
        """The row of the same dump: the one of its number, or that of the dump that has one of its names."""
        if old is None or old.source == outcome.source:
            return old
        for one in output_names(outcome.source):
            owner = self._state.dumps.owner(one.name)
            if owner and owner.dump == outcome.source:
                return self._state.dumps.get(owner.file, owner.number)
        return None

    def _record_cleaned(self, file: int, entry: Entry, outcome: Outcome, old: DumpRow | None, folder: Path) -> Counts:
        self._state.done.cleaned += 1
        if outcome.observed:
            self._state.history.save(outcome.observed, file, outcome.number)
        name = None if outcome.reject else self._choose_name(file, entry, outcome)
        if name is None:
            wanted = output_names(outcome.source)[0].name
            reject = outcome.reject or Reject(outcome.source, "name_taken", wanted)
            return self._reject(file, outcome, old, reject, folder)
        changed = False
        if old and old.name != name:
            self._state.remove_output(file, old)
            changed = bool(old.files)
            old = None
        if keep.falls(outcome.measures, self._state.job.settings.keep):
            return self._record_filtered(file, outcome, name, old, folder)
        try:
            changed |= self._publish_files(outcome, name, old, folder)
        except UnusableNameError as error:
            self._state.save_reject(
                file, outcome.number, Reject(outcome.source, "unusable_name", str(error)), outcome.seconds
            )
            return Counts(rejected=1)
        return self._record_published(file, outcome, name, old, folder, changed=changed)

    def _record_skipped(self, file: int, number: int, old: DumpRow | None) -> Counts:
        owner = self._state.dumps.owner(old.name) if old else None
        if old is None or owner is None or (owner.file, owner.number) != (file, number):
            self._state.distrust(file, number)  # another dump has taken its name: the next round cleans it again
            return Counts()
        self._state.dumps.make_fresh(file, number, self._state.profiles)
        return old.result

    def _reject(self, file: int, outcome: Outcome, old: DumpRow | None, reject: Reject, folder: Path) -> Counts:
        """Record a reject, and remove the output of the dump."""
        self._remove_published(outcome, folder)
        if old:
            self._state.remove_output(file, old)
        self._state.save_reject(file, outcome.number, reject, outcome.seconds)
        LOG.info("%s: rejected: %s: %s", reject.source, reject.reason, reject.detail, extra=asdict(reject))
        return Counts(rejected=1)

    def _publish_files(self, outcome: Outcome, name: str, old: DumpRow | None, folder: Path) -> bool:
        """Publish the files of an outcome under a name; returns whether the output has changed.

        Files that a killed run has published count as a change, unless the old row has the same files.
        """
        left = {
            name + suffix: folder / file if file else None
            for suffix, file in outcome.files.items()
            if file is None or not self._is_published(folder / file, name + suffix)
        }
        changed = self._state.store.publish(left)
        return changed or (len(left) < len(outcome.files) and (old is None or old.files != _digests(outcome, name)))

    def _record_published(
        self, file: int, outcome: Outcome, name: str, old: DumpRow | None, folder: Path, *, changed: bool
    ) -> Counts:
        """Record a dump after its files were published."""
        state = self._state
        paths = {name + suffix for suffix in outcome.files}
        earlier = old.files if old and state.writes_notes else {}
        notes = {path: STALE for path in earlier if path not in paths and is_note(path, name)}
        state.store.remove(path for path in (old.files if old else {}) if path not in (*paths, *notes))  # other formats
        dump = _row(outcome, name, {**_digests(outcome, name), **notes})
        written = self._save(file, dump, outcome, folder, changed=changed)
        LOG.debug("%s: %s", outcome.source, name, extra={"source": outcome.source, "output": name})
        return outcome.counts.counts + (Counts(written=1) if written else Counts(unchanged=1))

    def _record_filtered(self, file: int, outcome: Outcome, name: str, old: DumpRow | None, folder: Path) -> Counts:
        """Record a dump that falls below a limit, and remove its output.  It keeps its name: others don't get it."""
        state = self._state
        self._remove_published(outcome, folder)
        state.store.remove(old.files if old else ())
        first = keep.falls(outcome.measures, state.job.settings.keep)[0]
        self._save(file, _row(outcome, name, {}, first.limit), outcome, folder, changed=False)
        LOG.debug("%s: filtered: %s", outcome.source, first.limit, extra={"source": outcome.source})
        return Counts(filtered=1)

    def _save(self, file: int, dump: DumpRow, outcome: Outcome, folder: Path, *, changed: bool) -> bool:
        """Save a dump with its records; returns whether it counts as written."""
        state, number = self._state, outcome.number
        state.dumps.take_name(dump.name, file, number)
        lines = (folder / outcome.lines).read_bytes() if outcome.lines else None
        before = state.dumps.last_change(file, number, lines)
        is_written_later = state.writes_shards or state.writes_notes
        written = not dump.filtered and (changed or (before is None and is_written_later))
        run = state.number if written or before is None else before
        state.dumps.save(file, dump, lines, run, written=written)
        state.done.made += outcome.counts.counts
        for step, seconds in outcome.steps.items():
            state.done.steps[step] = state.done.steps.get(step, 0.0) + seconds
        state.done.labels.update(outcome.counts.labels)
        state.done.rules.update(outcome.counts.rules)
        state.done.decisions += outcome.counts.decisions
        state.done.outdated += outcome.counts.outdated
        state.done.profiles.update([outcome.counts.profile] if outcome.counts.profile else [])
        return written

    def _choose_name(self, file: int, entry: Entry, outcome: Outcome) -> str | None:
        """The name of a dump (see `RunState.best_name`); None if it can't have one.

        If another dump has the name, it loses it, and is cleaned again to get its next one.
        """
        state = self._state
        for one in output_names(outcome.source):
            owner = state.dumps.owner(one.name)
            if owner is None or (owner.file, owner.number) == (file, outcome.number):
                return one.name
            loser = state.dumps.get(owner.file, owner.number)
            if owner.file == file and loser and loser.stale >= OTHER_FILE:
                state.remove_output(file, loser)  # the file has changed, and its dumps may have other numbers now
                state.distrust(file, owner.number)
                return one.name
            if not state.is_taken(one, entry.source, entry.path, outcome.number):
                if loser:
                    self._take_name_from(owner, loser)
                return one.name
            if owner.dump == outcome.source:
                return None  # a second record with this source would have the same id
        return None

    def _take_name_from(self, owner: Owner, loser: DumpRow) -> None:
        state = self._state
        state.remove_output(owner.file, loser)
        if state.is_input(owner):
            state.distrust(owner.file, owner.number)
        else:
            reject = Reject(loser.source, "name_taken", loser.name)
            state.save_reject(owner.file, owner.number, reject, loser.seconds, loser.stale)


def _result(dump: DumpRow) -> str:
    return "rejected" if dump.reject else "filtered" if dump.filtered else "published"


def _row(outcome: Outcome, name: str, files: dict[str, str], filtered: str | None = None) -> DumpRow:
    return DumpRow(
        number=outcome.number,
        source=outcome.source,
        fingerprint=outcome.fingerprint,
        name=name,
        files=files,
        reject=None,
        counts=outcome.counts.counts,
        seconds=outcome.seconds,
        measures=outcome.measures,
        filtered=filtered,
    )


def _digests(outcome: Outcome, name: str) -> dict[str, str]:
    """The output files of an outcome with this name, with their SHA-256."""
    return {name + suffix: sha256_of(file) for suffix, file in outcome.files.items() if file}
