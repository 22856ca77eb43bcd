"""What a run is asked to do, how far it is, and what it has done."""

import hashlib
import importlib.util
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from copydesk import __version__, config, store
from copydesk.batch.counts import Counts
from copydesk.batch.inputs import Plan
from copydesk.batch.messages import Setup
from copydesk.config import Config, ConfigError
from copydesk.store import Format, StoreError

WORK: Final = "work"
"""The folder below the bookkeeping in which workers stage parts."""

RETRIED: Final = (
    *("timeout", "crashed", "out_of_memory", "unreadable", "missing_extra", "name_taken", "unusable_name"),
    "internal_error",
)
"""Reasons for a reject that may have gone by the next run, though the file is the same."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to clean, how, and where to write it.

    `jobs` is the number of workers, by default one for each core; with `prune`, the output of files that are gone is
    removed.
    """

    plan: Plan
    output: Path
    formats: Collection[Format] = field(default=(Format.MD, Format.JSON))
    settings: Config = field(default_factory=config.default)
    shard_size: int | None = None
    jobs: int | None = None
    prune: bool = False

    @property
    def setup(self) -> Setup:
        """How workers clean."""
        work = (self.output / store.BOOKKEEPING / WORK).absolute()
        return Setup(self.settings, tuple(sorted(set(self.formats))), str(work))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: files done, files in all, dumps cleaned, bytes read, and its counts so far.

    `share` (0 to 1) is the share of the files that are done; a large container counts by the bytes read of it.
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

    `skipped`: files that had not changed; `cleaned`: dumps; `labels`, `rules` and `slowest` (source, seconds) are of
    those dumps; `vanished`: sources of files that are gone; `before`: the result of the run before.
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


def cores() -> int:
    """How many of the machine's cores this process may use."""
    return len(os.sched_getaffinity(0))


def check(job: Job) -> None:
    """Raise ConfigError or StoreError, before anything is written, where a worker would.

    Models and names of rules, which take time to check, are checked only if the settings name some.
    """
    if job.shard_size is not None and job.shard_size < 1:
        raise ConfigError(f"shard size: must be at least 1, got {job.shard_size}")
    own = job.settings
    if own.edits.off or own.labels.model or own.labels.page_model:
        from copydesk import desk

        desk.check_settings(job.settings)
    if Format.PARQUET in job.formats and importlib.util.find_spec("pyarrow") is None:
        raise StoreError("format parquet needs pyarrow: pip install 'copydesk[parquet]'")


def run_key(job: Job) -> str:
    """What a file's output depends on beside the file and the profiles: the program, the settings and the formats."""
    return digest((_program(), job.settings.digest(None), sorted(set(job.formats))))


def _program() -> str:
    """SHA-256 of the package's files: a rule may change while the version does not."""
    found = hashlib.sha256(__version__.encode())
    package = Path(store.__file__).parent
    for path in sorted(package.rglob("*")):
        if path.suffix in (".py", ".npz", ".txt", ".json", ".toml") and path.is_file():
            found.update(str(path.relative_to(package)).encode())
            found.update(path.read_bytes())
    return found.hexdigest()


def digest(of: object) -> str:
    """The first 64 bits of the SHA-256 of a value as JSON, in hexadecimal."""
    return hashlib.sha256(msgspec.json.encode(of)).hexdigest()[:16]
