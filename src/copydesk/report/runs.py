"""Sections about the runs of an output: the last ones, the last beside the one before it, sources that have changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from copydesk.batch.counts import Counts
from copydesk.batch.manifest_totals import RunRow
from copydesk.batch.run_figures import RunFigures
from copydesk.drift.wording import Drift, sentence
from copydesk.report.parts import Cell, Quoted, Section, Small, Table, cut

MAX_ROWS: Final = 50
"""Rows of reasons, limits and changes that are compared; of each there are about twenty."""

MAX_NAME: Final = 120
MAX_TEXT: Final = 240
"""Characters of a name and of a text."""

MAX_SENTENCE: Final = 1_000
"""Characters of what is said of a source that has changed: it quotes up to three lines, and names a dozen figures."""

COMPARED: Final = (
    ("written", "written"),
    ("unchanged", "unchanged"),
    ("rejected", "rejected"),
    ("filtered", "filtered"),
    ("articles", "articles"),
    ("records of teasers", "teasers"),
    ("lines of boilerplate", "boilerplate"),
    ("edits", "edits"),
    ("facts", "facts"),
)
"""The counts of a run that are compared with those of the run before: their name in the page, and in `Counts`."""


@dataclass(frozen=True, slots=True)
class Totals:
    """What the manifest says of an output: numbers of files and dumps, counts, and the last runs, the newest first.

    `slowest` has the source and the seconds of the dumps of the last run that took longest.  `figures` has (when it
    began, what it did) for the last run that finished and the one before it, `drifts` the last sources that have
    changed.
    """

    files: int
    dumps: int
    counts: Counts
    runs: tuple[RunRow, ...]
    slowest: tuple[tuple[str, float], ...] = ()
    figures: tuple[tuple[float, RunFigures], ...] = ()
    drifts: tuple[Drift, ...] = ()


def last_runs(totals: Totals) -> Section | None:
    """The last runs, and the slowest dumps of the last one; None if there was none."""
    if not totals.runs:
        return None
    rows = tuple(
        (
            (_time(run.began), Small(cut(f"{run.state}{_took(run)}", MAX_NAME))),
            (cut(str(run.result), MAX_TEXT) or "no result", Small(f"copydesk {cut(str(run.version), MAX_NAME)}")),
        )
        for run in totals.runs
    )
    last = totals.runs[0]
    text = {
        "finished": "The last run finished.",
        "running": "A run is writing the output now: the report shows what it had done.",
    }.get(last.state, "The last run did not finish: the report shows what it had done. Run it again.")
    heads = ("began (UTC)", "result")
    tables = [Table("The last runs", heads, rows)]
    slowest = tuple((Quoted(cut(str(source), MAX_NAME)), _seconds(seconds)) for source, seconds in totals.slowest)
    if slowest:
        tables.append(Table("The slowest dumps of the last run", ("dump", "seconds"), slowest, frozenset((1,))))
    return Section("runs", "The last runs", text, tuple(tables))


def before(totals: Totals) -> Section | None:
    """The last run that finished beside the one before it; None if there was only one."""
    if len(totals.figures) < 2:
        return None
    (began, now), (began_before, old) = totals.figures[:2]
    rows: list[tuple[Cell, ...]] = [
        (name, now_count, count, f"{now_count - count:+,}" if now_count != count else "0")
        for name, now_count, count in _compared(now, old)
    ]
    times = (now.seconds, old.seconds)
    rows.append(("seconds", *(f"{one:,.1f}" for one in times), f"{times[0] - times[1]:+,.1f}"))
    heads = ("what", "last run", "run before", "difference")
    text = (
        f"The run of {_time(began)} beside that of {_time(began_before)} (UTC). The counts are those of the files that"
        " each run had."
    )
    table = Table("The last run and the run before", heads, tuple(rows), frozenset((1, 2, 3)))
    return Section("before", "The last run and the run before", text, (table,))


def _compared(now: RunFigures, old: RunFigures) -> Iterable[tuple[str, int, int]]:
    """(name, number of the last run, number of the run before): first counts, then those by reason and by change."""
    one, other = now.counts, old.counts
    for name, attribute in COMPARED:
        yield name, getattr(one, attribute), getattr(other, attribute)
    yield "dumps cleaned", now.cleaned, old.cleaned
    yield "files skipped", now.skipped, old.skipped
    yield "sources that have changed", now.drifts, old.drifts
    for kind, tables in (
        ("rejected", (now.reasons, old.reasons)),
        ("filtered", (now.limits, old.limits)),
        ("change", (now.changes, old.changes)),
    ):
        for key in sorted(tables[0].keys() | tables[1].keys())[:MAX_ROWS]:
            yield f"{kind}: {cut(key, MAX_NAME)}", tables[0].get(key, 0), tables[1].get(key, 0)


def changed_sources(totals: Totals) -> Section | None:
    """The last sources that have changed; None if none has."""
    if not totals.drifts:
        return None
    rows = tuple(
        (Quoted(cut(one.source, MAX_NAME)), Quoted(cut(_said(one), MAX_SENTENCE)), one.run) for one in totals.drifts
    )
    text = "Sources of which the new dumps differed from their history, the last first. Read some of their new records."
    table = Table("Sources that have changed", ("source", "what has changed", "run"), rows, frozenset((2,)))
    return Section("drift", "Sources that have changed", text, (table,))


def _said(drift: Drift) -> str:
    """What has changed, without the source."""
    return sentence(drift).removeprefix(f"{drift.source}: ")


def _took(run: RunRow) -> str:
    return f", {run.ended - run.began:,.1f} s" if isinstance(run.ended, float) and isinstance(run.began, float) else ""


def _seconds(seconds: float) -> str:
    return f"{seconds:.2f}" if isinstance(seconds, float) else "not known"


def _time(seconds: float) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")
    except (TypeError, ValueError, OverflowError, OSError):  # a prepared manifest may have any number
        return "not known"
