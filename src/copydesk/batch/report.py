"""The summary of a run as a report in Markdown and as rows of a table."""

from collections.abc import Iterable, Mapping

from copydesk.batch.job import Summary
from copydesk.drift.wording import sentence


def rows(summary: Summary) -> list[dict[str, str | int]]:
    """One row for each count: its kind, what is counted, and the number."""
    counts = summary.counts
    counted: list[tuple[str, str, int]] = [
        ("result", "written", counts.written),
        ("result", "unchanged", counts.unchanged),
        ("result", "rejected", counts.rejected),
        ("result", "filtered", counts.filtered),
        ("result", "files left out", summary.left_out),
        ("result", "sources that have changed", len(summary.drifts)),
        ("step", "boilerplate stripped (lines)", counts.boilerplate),
        ("step", "spacing fixed (places)", counts.spacing),
        ("step", "teasers split (records)", counts.teasers),
        ("step", "metadata attached (facts)", counts.facts),
        *(("label", name, count) for name, count in summary.labels.items()),
        *(("rule", name, count) for name, count in summary.rules.items()),
        *(("reject", name, count) for name, count in summary.reasons.items()),
        *(("filter", name, count) for name, count in summary.limits.items()),
    ]
    return [{"kind": kind, "what": what, "count": count} for kind, what, count in counted]


def text(summary: Summary, output: str) -> str:
    """The report in Markdown: results, the four steps with their counts, rejects, labels, rules, and slowest dumps."""
    counts = summary.counts
    before = f" The run before: {summary.before}." if summary.before else " There was no run before."
    parts = [
        f"# {counts} -> {output}",
        f"{summary.cleaned} dumps were cleaned in {summary.seconds:.1f} s; {summary.skipped} files were skipped,"
        " because nothing has changed. A dump also counts as unchanged if it was cleaned and gave the same output."
        + before,
        _table(
            ("step", "count"),
            (
                ("boilerplate stripped", f"{counts.boilerplate} lines"),
                ("spacing fixed", f"{counts.spacing} places ({counts.edits} edits in all)"),
                ("teasers split", f"{counts.teasers} records"),
                ("metadata attached", f"{counts.facts} facts on {counts.articles} articles"),
            ),
        ),
    ]
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
    return "\n\n".join(parts) + "\n"


def drifts(summary: Summary) -> str:
    """The sources that have changed, a line of a list for each."""
    return "\n".join(f"- {_cell(sentence(one))}" for one in summary.drifts)


def _pairs(counts: Mapping[str, int]) -> Iterable[tuple[str, str]]:
    return ((name, str(count)) for name, count in counts.items())


def _table(head: tuple[str, str], body: Iterable[tuple[str, str]]) -> str:
    lines = (f"| {left} | {right} |" for left, right in (head, ("---", "---"), *body))
    return "\n".join(lines)


def _cell(text: str) -> str:
    """A name as a cell of a table: bars, marks and line breaks in it become "_"."""
    return "".join(char if char.isprintable() and char not in "|`<>[]*\\" else "_" for char in text)
