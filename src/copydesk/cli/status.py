"""`copydesk status`."""

from datetime import datetime
from pathlib import Path
from typing import Final

import click

from copydesk.cli.common import open_manifest
from copydesk.terminal import shown

MAX_RUNS: Final = 5
"""Runs that `copydesk status` lists."""


@click.command()
@click.argument("output", type=click.Path(path_type=Path, exists=True, file_okay=False))
def status(output: Path) -> None:
    """Show what is in OUTPUT, and how the last runs into it ended."""
    from copydesk.batch.manifest_totals import Totals
    from copydesk.store import BOOKKEEPING, is_busy

    with open_manifest(output) as manifest:
        totals = Totals(manifest)
        files, dumps, counts = totals.of_all()
        click.echo(f"{shown(str(output))}: {dumps:,} dumps of {files:,} files")
        click.echo(f"  {counts.articles:>8,}  records, and {counts.teasers:,} of teasers")
        for reason, count in totals.all_reasons().items():
            click.echo(f"  {count:>8,}  rejected: {reason}")
        click.echo("the last runs:")
        for run in totals.runs(MAX_RUNS):
            began = datetime.fromtimestamp(run.began).astimezone().strftime("%Y-%m-%d %H:%M:%S")
            took = f"{run.ended - run.began:,.1f} s" if run.ended else ""
            state = "broken" if run.state == "running" and not is_busy(output / BOOKKEEPING) else run.state
            result = shown(run.result) or "no result"
            click.echo(f"  {began}  {state:<9}{took:>10}  {result}  (copydesk {run.version})")
