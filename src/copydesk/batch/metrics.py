"""The figures of an output as OpenMetrics text, which Prometheus and many other programs read.

All of them are gauges, so the text is also one that Prometheus' older format allows.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from copydesk.batch.counts import Counts
from copydesk.batch.manifest_totals import RunRow
from copydesk.batch.run_figures import RunFigures

STATES: Final = ("finished", "running", "broken")
"""The states of a run: one of them has the value 1."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What the manifest says of an output.

    `last` is the last run, `finished` (when it began, what it did) the last one that finished.
    """

    files: int
    dumps: int
    counts: Counts
    reasons: Mapping[str, int]
    limits: Mapping[str, int]
    last: RunRow | None
    state: str
    finished: tuple[float, RunFigures] | None


def text(output: str, found: Figures) -> str:
    """The figures, with the output as a label of each."""
    lines = [line for name, about, samples in _families(found) for line in _family(output, name, about, samples)]
    return "\n".join([*lines, "# EOF", ""])


def _families(found: Figures) -> Iterator[tuple[str, str, Iterable[tuple[Mapping[str, str], float]]]]:
    counts = found.counts
    yield "files", "Input files that the output knows.", [({}, found.files)]
    yield "dumps", "Dumps that the output knows.", [({}, found.dumps)]
    yield "records", "Records by kind.", [({"kind": "story"}, counts.articles), ({"kind": "teaser"}, counts.teasers)]
    yield "rejected_dumps", "Dumps without a record, by reason.", _by("reason", found.reasons)
    yield "filtered_dumps", "Records below a limit, by limit.", _by("limit", found.limits)
    if found.last:
        states = [({"state": state}, float(found.state == state)) for state in STATES]
        yield "last_run_state", "The state of the last run is 1.", states
        yield "last_run_start_seconds", "When the last run began, in seconds since 1970.", [({}, found.last.began)]
    if found.finished:
        began, run = found.finished
        results = {name: getattr(run.counts, name) for name in ("written", "unchanged", "rejected", "filtered")}
        yield "finished_run_start_seconds", "When the last run that finished began.", [({}, began)]
        yield "finished_run_duration_seconds", "Seconds that it took.", [({}, run.seconds)]
        yield "finished_run_dumps", "Dumps of its files, by result.", _by("result", results)
        yield "finished_run_cleaned_dumps", "Dumps that it cleaned.", [({}, run.cleaned)]
        yield "finished_run_changes", "Dumps that it has changed in the output, by change.", _by("change", run.changes)
        yield "finished_run_changed_sources", "Sources that have changed (drift).", [({}, run.drifts)]
        yield "finished_run_step_seconds", "Seconds of all workers for each step.", _by("step", run.steps)


def _by(label: str, counts: Mapping[str, float]) -> Iterator[tuple[Mapping[str, str], float]]:
    for name in sorted(counts):
        yield {label: name}, counts[name]


def _family(output: str, name: str, about: str, samples: Iterable[tuple[Mapping[str, str], float]]) -> Iterator[str]:
    yield f"# TYPE copydesk_{name} gauge"
    yield f"# HELP copydesk_{name} {about}"
    for labels, value in samples:
        shown = ",".join(f'{label}="{_escaped(text)}"' for label, text in {"output": output, **labels}.items())
        yield f"copydesk_{name}{{{shown}}} {value}"


def _escaped(text: str) -> str:
    """The value of a label.  A name of a file may have bytes that are no text, and line breaks."""
    return text.encode("utf-8", "replace").decode().replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
