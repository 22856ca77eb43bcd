"""What the modules of a run share: the manifest, the progress, and the changes that more than one module makes."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from copydesk.batch.changes import Change, Changes
from copydesk.batch.counts import NOTHING, Counts
from copydesk.batch.job import RETRIED, Job, digest
from copydesk.batch.manifest import FileRow, Manifest
from copydesk.batch.manifest_dumps import REST_OF_FILE, DumpRow, Dumps, Owner
from copydesk.batch.manifest_history import History
from copydesk.batch.manifest_totals import Totals
from copydesk.batch.messages import path_from_text
from copydesk.document import Reject
from copydesk.files import Remote
from copydesk.store import SHARDED, Format, OutputName, Store, name_key, output_names

STALE: Final = ""
"""What the manifest has instead of the SHA-256 of a note, if its dump was cleaned again since it was written."""

PAGE: Final = 1000
"""Rows that are in memory at once: a file may have a million dumps."""


@dataclass(slots=True)
class DoneSoFar:
    """What a run has done so far.

    `made` has the counts of the dumps that were cleaned, `steps` the seconds of each step of cleaning them.  `files`
    files with `size` bytes are done.  `partly_read` has (bytes read, size) of the files that are not, by id.
    """

    counts: Counts
    skipped: int = 0
    cleaned: int = 0
    files: int = 0
    size: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    profiles: Counter[str] = field(default_factory=Counter)
    decisions: int = 0
    outdated: int = 0
    partly_read: dict[int, tuple[int, int]] = field(default_factory=dict)
    made: Counts = NOTHING
    steps: dict[str, float] = field(default_factory=dict)


class RunState:
    """A run that has begun.

    `key` (see `run_key`), `profiles` (see `profiles_key`) and `keep` are digests of what the output depends on apart
    from the files.
    `last_finished` is the number of the last run that finished, and `before` is its result.  `changes` says what this
    run has changed, with what it has published of a run that died.
    """

    def __init__(self, job: Job, store: Store, manifest: Manifest, key: str, profiles: str, version: str):
        self.job, self.store, self.manifest = job, store, manifest
        self.key, self.profiles, self.keep = key, profiles, digest(job.settings.keep)
        self.writes_shards = any(one in SHARDED for one in job.formats)
        self.writes_notes = Format.MD in job.formats and job.settings.output.has_flavour
        self.dumps, self.totals, self.history = Dumps(manifest), Totals(manifest), History(manifest)
        self.last_finished, self.before = self.totals.last_finished()
        self.number = self.totals.begin_run(version)
        self.done = DoneSoFar(Counts())
        self.changes = Changes()
        self._missing: dict[int, int] = {}
        self.reset()

    def reset(self) -> None:
        """Begin to count: nothing is done so far."""
        self.done = DoneSoFar(Counts(rejected=len(self.job.plan.rejects)))
        self._missing.clear()

    def is_input(self, owner: Owner) -> bool:
        """Whether the file of a dump is among the paths of this run."""
        return self.job.plan.inputs.holds(owner.source, str(path_from_text(owner.path)))

    def is_taken(self, name: OutputName, source: str, path: str, number: int) -> bool:
        """Whether a dump of this run has the name, and a better claim to it than dump `number` of this file."""
        owner = self.dumps.owner(name.name)
        if owner is None or (owner.source, owner.path, owner.number) == (source, path, number):
            return False
        key = name_key(name.name)
        rank = next((one.rank for one in output_names(owner.dump) if name_key(one.name) == key), 0)
        is_better = (rank, owner.source, owner.path, owner.number) < (name.rank, source, path, number)
        return is_better and self.is_input(owner)

    def best_name(self, dump: str, source: str, path: str, number: int) -> str | None:
        """The name that the dump with the source `dump` would get now.

        None if all of its names are taken, or one of them by a dump with the same source: a second record with this
        source would have the same id.
        """
        for one in output_names(dump):
            if not self.is_taken(one, source, path, number):
                return one.name
            owner = self.dumps.owner(one.name)
            if owner and owner.dump == dump:
                return None
        return None

    def first_missing(self, file: int) -> int:
        """The number of the first dump of a file that has no current row."""
        self._missing[file] = self.dumps.first_missing(file, self._missing.get(file, 0))
        return self._missing[file]

    def forget_missing(self, file: int | None = None) -> None:
        """Forget where the first missing dump of a file is, or of all files: search from the first dump again."""
        if file is None:
            self._missing.clear()
        else:
            self._missing.pop(file, None)

    def complete_count(self, file: int) -> int | None:
        """The number of dumps of an unfinished file if all of them have current rows; else None."""
        count = self.manifest.count_if_unfinished(file)
        return None if count is None or self.first_missing(file) < count else count

    def finish_file(self, file: int, count: int, source: str) -> None:
        """Save that a file is finished, and remove the output of dumps that it no longer has.

        If the file could not be read to its end, and a retry may succeed, this output stays.
        """
        self.manifest.finish(file)
        self.dumps.delete(file, REST_OF_FILE)
        self.forget_missing(file)
        last = self.dumps.get(file, count - 1)
        may_go_on = last is not None and _is_end(last, source)
        while found := list(islice(self.dumps.of_file(file, count), PAGE)):
            count = found[-1].number + 1
            for old in found:
                if not may_go_on or _is_end(old, source):
                    if self.remove_output(file, old):
                        self.changes.add(Change.GONE, old.source)
                    self.dumps.delete(file, old.number)

    def reject_rest(self, row: FileRow, reject: Reject) -> None:
        """Reject the rest of a file, unless it is rejected already."""
        before = self.dumps.get(row.id, REST_OF_FILE)
        if before and not before.stale:
            return
        self.save_reject(row.id, REST_OF_FILE, reject)
        self.done.counts += Counts(rejected=1)
        self.done.partly_read.pop(row.id, None)
        self.done.files += 1

    def save_reject(self, file: int, number: int, reject: Reject, seconds: float = 0.0, stale: int = 0) -> None:
        """Save that a dump was rejected."""
        self.dumps.save(file, DumpRow.rejected(number, reject, seconds, stale), None, self.number, written=False)

    def distrust(self, file: int, number: int) -> None:
        """Mark a dump so that it is cleaned again, even if nothing has changed."""
        self.dumps.distrust(file, number)
        self.forget_missing(file)

    def remove_output(self, file: int, dump: DumpRow) -> bool:
        """Remove the output of a dump, unless it has none, or another dump has its name now; whether it was removed."""
        has_name = bool(dump.name) and self.dumps.free_name(dump.name, file, dump.number)
        if has_name:
            self.store.remove(dump.files)
        return has_name

    def stats(self, names: Iterable[str], made_of: str) -> dict[str, tuple[int, int, str]]:
        """For each of these files of many records that is there: its size, its time of change, and `made_of`."""
        found: dict[str, tuple[int, int, str]] = {}
        for name in names:
            with suppress(OSError):
                found[name] = (*self.store.folder.stamp(name), made_of)
        return found

    def vanished_files(self) -> Iterator[tuple[int, str]]:
        """(id, source) of the files in the manifest that are gone.

        A file in a store that has no input of this run is not asked for: somebody else may have prepared the manifest.
        """
        inputs = self.job.plan.inputs
        for file, source, path in self.manifest.files():
            own = path_from_text(path)
            is_known = not isinstance(own, Remote) or inputs.has_store(own)
            if is_known and not inputs.holds(source, str(own)) and not own.exists():
                yield file, source


def _is_end(dump: DumpRow, source: str) -> bool:
    """Whether the row is not about a dump, but says why the file could not be read to its end."""
    return dump.reject is not None and dump.source == source and dump.reject.reason in RETRIED
