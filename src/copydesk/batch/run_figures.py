"""The figures of a run that the manifest keeps, so that a run can be compared with the one before it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from copydesk.batch.counts import Counts


@dataclass(frozen=True, slots=True)
class RunFigures:
    """What a run did.

    `counts` are those of all files of the run; `cleaned` is the number of dumps that were cleaned, `skipped` that of
    files that had not changed, `drifts` that of sources that have changed.  `changes` counts dumps by what has happened
    to them since the run before.  `steps` has the seconds that all workers together needed for each step.
    """

    counts: Counts
    cleaned: int = 0
    skipped: int = 0
    left_out: int = 0
    drifts: int = 0
    seconds: float = 0.0
    reasons: Mapping[str, int] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)
    changes: Mapping[str, int] = field(default_factory=dict)
    steps: Mapping[str, float] = field(default_factory=dict)
