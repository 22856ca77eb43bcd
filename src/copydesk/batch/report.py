"""What a run did, as a report in Markdown and as rows of a table."""

from collections.abc import Iterable, Mapping

from copydesk.batch.run import Summary


def rows(summary: Summary) -> list[dict[str, str | int]]:
    """A row for each count: what it counts, and how many."""
    tally = summary.tally
    counted: list[tuple[str, str, int]] = [
        ("result", "written", tally.written),
        ("result", "unchanged", tally.unchanged),
        ("result", "rejected", tally.rejected),
        ("step", "boilerplate stripped (lines)", tally.boilerplate),
        ("step", "spacing fixed (places)", tally.spacing),
        ("step", "teasers split (records)", tally.teasers),
        ("step", "metadata attached (facts)", tally.facts),
        *(("label", name, count) for name, count in summary.labels.items()),
        *(("rule", name, count) for name, count in summary.rules.items()),
        *(("reject", name, count) for name, count in summary.reasons.items()),
    ]
    return [{"kind": kind, "what": what, "count": count} for kind, what, count in counted]


def text(summary: Summary, output: str) -> str:
    """The report in Markdown: what became of the inputs, the four steps with their counts, and what stands out."""
    tally = summary.tally
    before = f" The run before: {summary.before}." if summary.before else " There was no run before."
    parts = [
        f"# {tally} -> {output}",
        f"{summary.cleaned} dumps were cleaned in {summary.seconds:.1f} s; {summary.skipped} files had not changed."
        + before,
        _table(
            ("step", "count"),
            (
                ("boilerplate stripped", f"{tally.boilerplate} lines"),
                ("spacing fixed", f"{tally.spacing} places ({tally.edits} edits in all)"),
                ("teasers split", f"{tally.teasers} records"),
                ("metadata attached", f"{tally.facts} facts on {tally.articles} articles"),
            ),
        ),
    ]
    for title, counts in (
        ("Rejects by reason", summary.reasons),
        ("Lines by label, of what was cleaned", summary.labels),
        ("Edits by rule, of what was cleaned", summary.rules),
    ):
        if counts:
            parts += [f"## {title}", _table(("what", "count"), _pairs(counts))]
    if summary.slowest:
        slowest = ((_cell(source), f"{seconds:.2f}") for source, seconds in summary.slowest)
        parts += ["## Slowest dumps", _table(("dump", "seconds"), slowest)]
    if summary.vanished:
        parts += [
            f"## {len(summary.vanished)} inputs are gone",
            "\n".join(f"- {_cell(one)}" for one in summary.vanished[:20]),
        ]
    return "\n\n".join(parts) + "\n"


def _pairs(counts: Mapping[str, int]) -> Iterable[tuple[str, str]]:
    return ((name, str(count)) for name, count in counts.items())


def _table(head: tuple[str, str], body: Iterable[tuple[str, str]]) -> str:
    lines = (f"| {left} | {right} |" for left, right in (head, ("---", "---"), *body))
    return "\n".join(lines)


def _cell(text: str) -> str:
    """A name as it may stand in a table: no bars, marks or breaks of its own."""
    return "".join(char if char.isprintable() and char not in "|`<>[]*\\" else "_" for char in text)
