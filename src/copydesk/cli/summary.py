"""The lines that `clean` prints when a run has ended."""

from typing import TYPE_CHECKING

from copydesk.terminal import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from copydesk.batch import Summary
    from copydesk.drift.wording import Drift
    from copydesk.files import Place


def plural(count: int, one: str, more: str = "") -> str:
    """A number with its noun: "1 file", "2 files"."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def drift_lines(drifts: "Sequence[Drift]") -> list[str]:
    """A line for each source that has changed, with a hint."""
    if not drifts:
        return []
    from copydesk.drift.wording import sentence

    what = (
        "has changed: read some of its new records"
        if len(drifts) == 1
        else "have changed: read some of their new records"
    )
    return [f"{plural(len(drifts), 'source')} {what}", *(f"  {shown(sentence(one))}" for one in drifts)]


def lines(summary: "Summary", output: "Place", *, prune: bool) -> list[str]:
    """What is written, what is rejected and why, and what the run did."""
    from copydesk.store import FILTERED, REJECTS

    counts, place = summary.counts, shown(str(output))
    found = []
    if summary.vanished:
        what = "were removed" if prune else "are still there; --prune removes them"
        verb = "is" if len(summary.vanished) == 1 else "are"
        found.append(f"{plural(len(summary.vanished), 'input')} {verb} gone: the outputs {what}")
    found.append(f"{counts} -> {place}")
    if counts.rejected:
        reasons = ", ".join(f"{reason} {count}" for reason, count in summary.reasons.items())
        found.append(f"{counts.rejected} rejected ({reasons}): see {shown(str(output / REJECTS))}")
    if counts.filtered:
        limits = ", ".join(f"{limit} {count}" for limit, count in summary.limits.items())
        found.append(f"{counts.filtered} filtered ({limits}): see {shown(str(output / FILTERED))}")
    if summary.outdated:
        what = "does not fit its dump" if summary.outdated == 1 else "do not fit their dumps"
        found.append(f"{plural(summary.outdated, 'decision')} {what} any more: `copydesk review` lists them")
    found += drift_lines(summary.drifts)
    parts = [f"{plural(summary.cleaned, 'dump')} cleaned", f"{plural(summary.skipped, 'file')} skipped"]
    parts += [plural(counts.teasers, "teaser")] if counts.teasers else []
    parts += [f"{plural(summary.left_out, 'file')} left out"] if summary.left_out else []
    parts += [f"{plural(summary.decisions, 'decision')} applied"] if summary.decisions else []
    if summary.profiles:
        applied = ", ".join(f"{shown(name)} {count}" for name, count in summary.profiles.items())
        parts.append(f"source profiles: {applied}")
    found.append(f"{', '.join(parts)}; {summary.seconds:.1f} s")
    return found
