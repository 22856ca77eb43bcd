"""The job of a run, its progress, and its summary."""

import hashlib
import importlib.util
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from copydesk import __version__, config, files, store
from copydesk.batch.changes import Changes
from copydesk.batch.counts import NOTHING, Counts
from copydesk.batch.inputs import Plan
from copydesk.batch.messages import Setup
from copydesk.batch.run_figures import RunFigures
from copydesk.config import Config, ConfigError, LabelSettings, SourceSettings
from copydesk.decisions import NOT_NAMED
from copydesk.document import Reject
from copydesk.drift.wording import Drift, sentence
from copydesk.files import Place
from copydesk.store import Format, StoreError

WORK: Final = "work"
"""The folder below the bookkeeping in which workers stage parts."""

MAX_REJECTS: Final = 500
"""Rejects that a summary names; `rejects.jsonl` has all of them."""

RETRIED: Final = (
    *("timeout", "crashed", "out_of_memory", "unreadable", "missing_extra", "name_taken", "unusable_name"),
    "internal_error",
)
"""Reasons after which the next run tries again: the cause may be gone, although the file is the same."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to clean, with which settings, and where to write the output.

    `jobs` is the number of workers; None means one for each core.  `shard_size` is the number of articles in each file
    of many records; None means all in one file.  With `prune`, the output of input files that are gone is removed.
    """

    plan: Plan
    output: Place
    formats: Collection[Format] = field(default=(Format.MD, Format.JSON))
    settings: Config = field(default_factory=config.default)
    shard_size: int | None = None
    jobs: int | None = None
    prune: bool = False

    @property
    def setup(self) -> Setup:
        """The setup of the workers."""
        return Setup(self.settings, tuple(sorted(set(self.formats))), str((self.books / WORK).absolute()))

    @property
    def books(self) -> Path:
        """The folder with the manifest.  Raises StoreError if a remote output has none."""
        return store.books_of(self.output, self.settings.run.state)


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a run.

    `files` of `of` files are done, `dumps` dumps are cleaned, `size` bytes are read.  `share` (0 to 1) is the part of
    the work that is done: a container that is not finished counts by the part of its bytes that was read.
    """

    files: int
    of: int
    share: float
    dumps: int
    size: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did.

    `skipped` is the number of files that had not changed, `cleaned` the number of dumps that were cleaned.  `labels`
    (lines by label), `rules` (edits by rule) and `slowest` (source, seconds) are about the cleaned dumps.  `reasons`
    has the rejects by reason, `vanished` the sources of files that are gone, `before` the result of the run before.
    `profiles` has the number of cleaned dumps by source profile, `left_out` the number of files that the plan left out,
    `limits` the filtered dumps by the limit of `[keep]` below which they fall, `drifts` the sources that have changed.
    `decisions` of people were applied to the cleaned dumps; the `outdated` ones do not fit their dumps any more.

    `made` has the counts of the cleaned dumps alone, `steps` the seconds that all workers together needed for each step
    of cleaning them.  `changes` says what is different in the output.  `rejects` are the first MAX_REJECTS.  `whole`
    has the number of files, that of dumps, and the counts of the whole output, with the files of other runs.
    """

    counts: Counts
    skipped: int
    cleaned: int
    labels: Mapping[str, int]
    rules: Mapping[str, int]
    reasons: Mapping[str, int]
    slowest: tuple[tuple[str, float], ...]
    vanished: tuple[str, ...]
    seconds: float
    before: str
    profiles: Mapping[str, int] = field(default_factory=dict)
    left_out: int = 0
    limits: Mapping[str, int] = field(default_factory=dict)
    decisions: int = 0
    outdated: int = 0
    drifts: tuple[Drift, ...] = ()
    made: Counts = NOTHING
    steps: Mapping[str, float] = field(default_factory=dict)
    changes: Changes = field(default_factory=Changes)
    rejects: tuple[Reject, ...] = ()
    whole: tuple[int, int, Counts] = (0, 0, NOTHING)

    @property
    def figures(self) -> RunFigures:
        """The numbers of the summary that the manifest keeps."""
        return RunFigures(
            counts=self.counts,
            cleaned=self.cleaned,
            skipped=self.skipped,
            left_out=self.left_out,
            drifts=len(self.drifts),
            seconds=round(self.seconds, 1),
            reasons=self.reasons,
            limits=self.limits,
            changes={str(change): count for change, count in self.changes.counts.items()},
            steps={name: round(seconds, 3) for name, seconds in self.steps.items()},
        )

    @property
    def fields(self) -> dict[str, object]:
        """The summary as fields of a log entry."""
        return {
            "written": self.counts.written,
            "unchanged": self.counts.unchanged,
            "rejected": self.counts.rejected,
            "filtered": self.counts.filtered,
            "cleaned": self.cleaned,
            "skipped": self.skipped,
            "teasers": self.counts.teasers,
            "left_out": self.left_out,
            "gone": len(self.vanished),
            "reasons": dict(self.reasons),
            "limits": dict(self.limits),
            "decisions": self.decisions,
            "outdated_decisions": self.outdated,
            "drifts": list(map(sentence, self.drifts)),
            "profiles": dict(self.profiles),
            "changes": {str(change): count for change, count in self.changes.counts.items()},
            "seconds": round(self.seconds, 1),
        }


def cores() -> int:
    """The number of cores that this process may use; on systems that do not say this, the number of all cores."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def check(job: Job) -> None:
    """Check a job before anything is written.  Raises ConfigError, StoreError or PlaceError.

    Checking models and names of rules takes time, so it is done only if the settings name any.
    """
    if job.shard_size is not None and job.shard_size < 1:
        raise ConfigError(f"shard size: must be at least 1, got {job.shard_size}")
    own = job.settings
    is_usual = own.labels == LabelSettings() and own.sources == SourceSettings() and own.review == NOT_NAMED
    if own.edits.off or not is_usual:
        from copydesk import desk

        desk.check_settings(job.settings)
    files.check(job.output)
    if Format.PARQUET in job.formats and importlib.util.find_spec("pyarrow") is None:
        raise StoreError("format parquet needs pyarrow: pip install 'copydesk[parquet]'")


def run_key(job: Job) -> str:
    """A digest of what all outputs depend on: the program, the settings and the formats.

    Profiles, the memory and decisions are not part of it (see `profiles_key`), nor are the limits of `[keep]`: other
    limits need no cleaning.  Of the settings of `[output]`, only those count that change the files of single dumps.
    """
    form = job.settings.output
    own = (form.teasers, form.markdown) if {Format.MD, Format.MD_LINKS, Format.JSON} & set(job.formats) else ()
    return digest((_program(), job.settings.digest(None), sorted(set(job.formats)), own))


def profiles_key(job: Job) -> str:
    """A digest of what only some outputs depend on: the source profiles, the content of the memory, and decisions.

    If only this has changed, workers read each dump and clean those to which the change matters.
    """
    own = job.settings
    return digest((own.profiles, own.memory_digest, own.review.digest))


def _program() -> str:
    """SHA-256 of the files of the package.

    The version is not enough: a rule can change and the version stay the same.
    """
    found = hashlib.sha256(__version__.encode())
    package = Path(store.__file__).parent
    for path in sorted(package.rglob("*")):
        if path.suffix in (".py", ".npz", ".txt", ".json", ".toml") and path.is_file():
            found.update(str(path.relative_to(package)).encode())
            found.update(path.read_bytes())
    return found.hexdigest()


def digest(of: object) -> str:
    """The first 64 bits of the SHA-256 of a value, written as JSON; in hexadecimal digits."""
    return hashlib.sha256(msgspec.json.encode(of)).hexdigest()[:16]
