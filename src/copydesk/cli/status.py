"""`copydesk status`."""

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from copydesk.cli.common import config_option, open_manifest
from copydesk.cli.streams import CommandError, put, put_line
from copydesk.place_option import PlaceType
from copydesk.terminal import shown

if TYPE_CHECKING:
    from copydesk.batch.manifest import Manifest
    from copydesk.batch.manifest_totals import RunRow
    from copydesk.files import Place


MAX_DRIFTS: Final = 20
"""Sources that have changed that are shown, the last first."""


@click.command()
@click.argument("output", type=PlaceType(exists=True))
@click.option("--runs", "runs", type=click.IntRange(min=0), default=5, show_default=True, help="How many runs to show.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--metrics", is_flag=True, help="Print the figures as OpenMetrics text, for Prometheus and others.")
@config_option
def status(output: "Place", runs: int, as_json: bool, metrics: bool, config_path: Path | None) -> None:
    """Show what is in OUTPUT, and how the last runs into it ended.

    \b
    copydesk clean seeds -o out
    copydesk status out --json --runs 20
    copydesk status out --metrics > copydesk.prom
    """  # noqa: D301 # click needs the character, not a backslash and a letter
    from copydesk.batch.manifest_history import History
    from copydesk.batch.manifest_totals import Totals
    from copydesk.drift.wording import sentence

    if as_json and metrics:
        raise CommandError("--json and --metrics cannot be combined")
    if metrics:
        put(_metrics(output, config_path))
        return
    with open_manifest(output, config_path) as (manifest, books):
        totals = Totals(manifest)
        files, dumps, counts = totals.of_all()
        gone, reasons, limits = _gone(manifest), totals.all_reasons(), totals.all_limits()
        found = totals.runs(runs)
        drifts = History(manifest).drifts(0, MAX_DRIFTS)
    if as_json:
        shown_runs = [_run(one, books) for one in found]
        numbers = {"files": files, "gone": gone, "dumps": dumps, "records": counts.articles, "teasers": counts.teasers}
        changed = [{"source": one.source, "run": one.run, "what": sentence(one)} for one in drifts]
        lists = {"rejects": reasons, "filtered": limits, "drifts": changed, "runs": shown_runs}
        put_line(json.dumps({"output": str(output), **numbers, **lists}))
        return
    put_line(f"{shown(str(output))}: {dumps:,} dumps of {files:,} files")
    put_line(f"  {counts.articles:>8,}  records, and {counts.teasers:,} of teasers")
    if gone:
        put_line(f"  {gone:>8,}  of the files are gone: clean --prune removes their output")
    for reason, count in reasons.items():
        put_line(f"  {count:>8,}  rejected: {shown(reason)}")
    for limit, count in limits.items():
        put_line(f"  {count:>8,}  filtered: {shown(limit)}")
    if drifts:
        put_line("sources that have changed, the last first:")
    for one in drifts:
        put_line(f"  {shown(sentence(one))}")
    put_line("the last runs:")
    for run in found:
        moment = _moment(run.began)
        began = moment.strftime("%Y-%m-%d %H:%M:%S") if moment else "(no date)"
        took = f"{run.ended - run.began:,.1f} s" if run.ended else ""
        result = shown(run.result) or "no result"
        put_line(f"  {began}  {run.current_state(books):<9}{took:>10}  {result}  (copydesk {shown(run.version)})")


def _metrics(output: "Place", config_path: Path | None) -> str:
    from copydesk.batch.manifest_totals import Totals
    from copydesk.batch.metrics import Figures, text

    with open_manifest(output, config_path) as (manifest, books):
        totals = Totals(manifest)
        last, finished = totals.runs(1), totals.figures(1)
        found = Figures(
            *totals.of_all(),
            totals.all_reasons(),
            totals.all_limits(),
            last=last[0] if last else None,
            state=last[0].current_state(books) if last else "",
            finished=finished[0] if finished else None,
        )
    return text(str(output), found)


def _gone(manifest: "Manifest") -> int:
    """The number of input files of this machine that are not there any more.

    Files in stores are not asked for: somebody else may have prepared the manifest.
    """
    from copydesk.batch.messages import path_from_text
    from copydesk.files import Remote

    paths = (path_from_text(path) for _, _, path in manifest.files())
    return sum(not path.exists() for path in paths if not isinstance(path, Remote))


def _moment(seconds: float | None) -> datetime | None:
    """A time of the manifest; None if there is none, or no calendar has it: somebody else may have written it."""
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds).astimezone()
    except (ValueError, OverflowError, OSError):
        return None


def _run(run: "RunRow", books: Path) -> dict[str, object]:
    """A run as a JSON object; times are in ISO 8601."""
    began, ended = _moment(run.began), _moment(run.ended or None)
    return {
        "number": run.number,
        "began": began.isoformat(timespec="seconds") if began else None,
        "ended": ended.isoformat(timespec="seconds") if ended else None,
        "seconds": round(run.ended - run.began, 1) if run.ended else None,
        "state": run.current_state(books),
        "result": run.result,
        "copydesk": run.version,
    }
