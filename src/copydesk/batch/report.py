"""The summary of a run as a report in Markdown and as rows of a table."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from copydesk.batch.job import Summary
from copydesk.drift.wording import sentence
from copydesk.step_times import BOILERPLATE, METADATA, READ, SPACING, TEASERS, WRITE

Row: TypeAlias = dict[str, str | int | float]
"""A row of a table: its cells by their heads."""


def rows(summary: Summary) -> list[Row]:
    """One row for each count of the run: its kind, what is counted, and the number."""
    counts, made = summary.counts, summary.made
    counted: list[tuple[str, str, int]] = [
        ("result", "written", counts.written),
        ("result", "unchanged", counts.unchanged),
        ("result", "rejected", counts.rejected),
        ("result", "filtered", counts.filtered),
        ("result", "files left out", summary.left_out),
        ("result", "sources that have changed", len(summary.drifts)),
        ("step", "spacing fixed (places)", made.spacing),
        ("step", "boilerplate stripped (lines)", made.boilerplate),
        ("step", "teasers split (records)", made.teasers),
        ("step", "metadata attached (facts)", made.facts),
        *(("change", str(change), count) for change, count in summary.changes.counts.items()),
        *(("label", name, count) for name, count in summary.labels.items()),
        *(("rule", name, count) for name, count in summary.rules.items()),
        *(("reject", name, count) for name, count in summary.reasons.items()),
        *(("filter", name, count) for name, count in summary.limits.items()),
    ]
    return [{"kind": kind, "what": what, "count": count} for kind, what, count in counted]


def text(summary: Summary, output: str) -> str:
    """The report in Markdown: what the run did, step by step, what it has changed, and what the whole output has."""
    before = f" The run before: {summary.before}." if summary.before else " There was no run before."
    parts = [
        f"# {summary.counts} -> {output}",
        "## This run",
        f"{summary.cleaned} dumps were cleaned in {summary.seconds:.1f} s; {summary.skipped} files were skipped,"
        " because nothing has changed. A dump also counts as unchanged if it was cleaned and gave the same output."
        + before,
        "The steps are those of the dumps that were cleaned; the seconds are those of all workers together.",
        _table(("step", "what it did", "seconds"), _steps(summary)),
    ]
    if summary.changes.counts:
        found = ((str(change), str(count)) for change, count in summary.changes.counts.items())
        parts += ["## What has changed in the output", _table(("change", "dumps"), found)]
    if summary.drifts:
        parts += ["## Sources that have changed", drifts(summary)]
    for title, table in (
        ("Rejects by reason", summary.reasons),
        ("Filtered by limit", summary.limits),
        ("Lines by label, of what was cleaned", summary.labels),
        ("Edits by rule, of what was cleaned", summary.rules),
    ):
        if table:
            parts += [f"## {title}", _table(("what", "count"), _pairs(table))]
    if summary.slowest:
        slowest = ((_cell(source), f"{seconds:.2f}") for source, seconds in summary.slowest)
        parts += ["## Slowest dumps", _table(("dump", "seconds"), slowest)]
    if summary.vanished:
        parts += [
            f"## Inputs that are gone: {len(summary.vanished)}",
            "\n".join(f"- {_cell(one)}" for one in summary.vanished[:20]),
        ]
    contents = ((what, str(count)) for what, count in _whole(summary))
    parts += ["## The whole output, with the files of earlier runs", _table(("what", "count"), contents)]
    return "\n\n".join(parts) + "\n"


def drifts(summary: Summary) -> str:
    """The sources that have changed, a line of a list for each."""
    return "\n".join(f"- {_cell(sentence(one))}" for one in summary.drifts)


def whole(summary: Summary) -> list[Row]:
    """One row for each count of the whole output, with the files of earlier runs."""
    return [{"what": what, "count": count} for what, count in _whole(summary)]


def rejects(summary: Summary) -> list[Row]:
    """One row for each of the first rejects: its source, its reason, and a sentence about it."""
    return [{"source": one.source, "reason": one.reason, "detail": one.detail} for one in summary.rejects]


def changes(summary: Summary) -> list[Row]:
    """One row for each of the first dumps of each kind that have changed in the output."""
    return [{"source": source, "change": str(change)} for change, source in summary.changes.listed]


def slowest(summary: Summary) -> list[Row]:
    """One row for each of the slowest dumps of the run."""
    return [{"source": source, "seconds": seconds} for source, seconds in summary.slowest]


def _steps(summary: Summary) -> Iterable[tuple[str, str, str]]:
    """Each step, what it did to the dumps that were cleaned, and how long it took."""
    made = summary.made
    for name, step, what in (
        ("dumps read", READ, f"{summary.cleaned} dumps"),
        ("spacing fixed", SPACING, f"{made.spacing} places ({made.edits} edits in all)"),
        ("boilerplate stripped", BOILERPLATE, f"{made.boilerplate} lines"),
        ("teasers split", TEASERS, f"{made.teasers} records"),
        ("metadata attached", METADATA, f"{made.facts} facts on {made.articles} articles"),
        ("records written", WRITE, f"{made.articles + made.teasers} records"),
    ):
        yield name, what, f"{summary.steps.get(step, 0.0):.1f}"


def _whole(summary: Summary) -> Iterable[tuple[str, int]]:
    files, dumps, counts = summary.whole
    yield from (
        ("files", files),
        ("dumps", dumps),
        ("articles", counts.articles),
        ("records of teasers", counts.teasers),
        ("rejected", counts.rejected),
        ("filtered", counts.filtered),
        ("lines of boilerplate", counts.boilerplate),
        ("places with spacing fixed", counts.spacing),
        ("facts", counts.facts),
    )


def _pairs(counts: Mapping[str, int]) -> Iterable[tuple[str, str]]:
    return ((name, str(count)) for name, count in counts.items())


def _table(head: tuple[str, ...], body: Iterable[tuple[str, ...]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *body))


def _cell(text: str) -> str:
    """A name as a cell of a table: bars, marks and line breaks in it become "_"."""
    return "".join(char if char.isprintable() and char not in "|`<>[]*\\" else "_" for char in text)
