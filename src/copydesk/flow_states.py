"""The states in which a run of the flow ends, as Prefect shows them.

    Completed     everything was cleaned
    WithRejects   something was rejected
    Drift         a source has changed
    Skipped       another run was writing the output, so this one did nothing
    Failed        the run could not be done: wrong use, a full disk, no worker

The first four are of type COMPLETED, so that they set off no alarm meant for failures.  With `[run] fail_over_rejects`
or `[drift] fail_on_drift`, `WithRejects` or `Drift` is of type FAILED.  The output is complete then, too.
"""

from dataclasses import asdict
from typing import Final

from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from copydesk.batch import Counts, Summary
from copydesk.batch.errors import explain_error
from copydesk.config import Config
from copydesk.drift.wording import sentence

WITH_REJECTS: Final = "WithRejects"
DRIFT: Final = "Drift"
SKIPPED: Final = "Skipped"


class SourcesChangedError(RuntimeError):
    """Sources have changed, and `[drift] fail_on_drift` lets the flow fail then.  The output is complete."""


class TooManyRejectsError(RuntimeError):
    """A larger share of the dumps than `[run] fail_over_rejects` was rejected.  The rest of the output is complete."""


def ended(summary: Summary, settings: Config, more: dict[str, int]) -> "State[dict[str, int]]":
    """The state of a run that has finished; its data are the counts, and `more`.

    The data of a state of type FAILED are the error that the caller of the flow gets.
    """
    counts = summary.counts
    said = "; ".join(map(sentence, summary.drifts))
    if summary.drifts and settings.drift.fail_on_drift:
        return Failed(name=DRIFT, message=said, data=SourcesChangedError(said))
    share = rejected_share(counts)
    if share > settings.run.fail_over_rejects:
        limit = settings.run.fail_over_rejects
        over = f"{counts}: {share:.1%} rejected, over run.fail_over_rejects = {limit:.1%}"
        return Failed(name=WITH_REJECTS, message=over, data=TooManyRejectsError(over))
    data = {**asdict(counts), **more}
    if summary.drifts:
        return Completed(name=DRIFT, message=f"{counts}; {said}", data=data)
    if counts.rejected:
        reasons = ", ".join(f"{reason} {count}" for reason, count in summary.reasons.items())
        return Completed(name=WITH_REJECTS, message=f"{counts} ({reasons})", data=data)
    return Completed(message=str(counts), data=data)


def rejected_share(counts: Counts) -> float:
    """The share of the dumps of a run that were rejected (0 to 1)."""
    dumps = counts.written + counts.unchanged + counts.rejected + counts.filtered
    return counts.rejected / dumps if dumps else 0.0


def skipped(error: OSError) -> "State[dict[str, int]]":
    """The state of a run that found another one writing the output; its data are empty."""
    return Completed(name=SKIPPED, message=f"{error.filename}: {error.strerror}; this run did nothing", data={})


def failed(error: BaseException, output: str) -> "State[dict[str, int]]":
    """The state of a run that ended with one of RUN_ERRORS, which its caller gets."""
    return Failed(message=explain_error(error, output)[0], data=error)
