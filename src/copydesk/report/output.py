"""All that a page shows of an output, read from its manifest or its files."""

from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from copydesk.batch.manifest import DamagedRowError, Manifest, manifest_errors
from copydesk.batch.manifest_history import History
from copydesk.batch.manifest_totals import Totals as Sums
from copydesk.files import Place
from copydesk.report import copies_table
from copydesk.report.gathering import Gathered, gather
from copydesk.report.reading import of_files, of_manifest
from copydesk.report.runs import Totals
from copydesk.report.sections import Found

MAX_RUNS: Final = 10
MAX_SLOWEST: Final = 10
MAX_DRIFTS: Final = 50
"""Runs, dumps and sources that are shown."""


def find(output: Place, books: Path, table: Path | None, *, has_manifest: bool) -> Found:
    """What the page of an output shows.  `table` is a table of copies; None for the one in the output, if there is one.

    Raises OSError if the manifest, the folder or the table can't be read, and CopiesError if the table is none.
    """
    table = table or (copies_table.beside(output) if isinstance(output, Path) else None)
    gathered, totals = _of_manifest(books) if has_manifest else (gather(of_files(output)), None)
    return Found(gathered, totals, copies_table.read(table) if table else None)


def _of_manifest(books: Path) -> tuple[Gathered, Totals]:
    with manifest_errors(books), closing(Manifest(books)) as manifest, manifest.snapshot():
        return gather(of_manifest(manifest)), _totals(manifest, books)


def _totals(manifest: Manifest, books: Path) -> Totals:
    sums = Sums(manifest)
    files, dumps, counts = sums.of_all()
    runs = tuple(replace(run, state=run.current_state(books)) for run in sums.runs(MAX_RUNS))
    slowest = sums.slowest(runs[0].number, MAX_SLOWEST) if runs else ()
    found = Totals(files, dumps, counts, runs, tuple(slowest))
    with suppress(DamagedRowError):  # the rest of a damaged or prepared manifest is shown
        found = replace(found, figures=tuple(sums.figures(2)))
    with suppress(DamagedRowError):
        found = replace(found, drifts=tuple(History(manifest).drifts(0, MAX_DRIFTS)))
    return found
