"""`copydesk report`."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from copydesk.cli.common import config_option, find_manifest, open_manifest
from copydesk.cli.pages import check_page, page_type, write_page
from copydesk.cli.streams import CommandError, say
from copydesk.cli.summary import plural
from copydesk.exit_codes import ExitCode
from copydesk.place_option import PlaceType
from copydesk.terminal import shown

if TYPE_CHECKING:
    from copydesk.batch.manifest import Manifest
    from copydesk.files import Place
    from copydesk.report.gathering import Gathered
    from copydesk.report.sections import Totals

MAX_RUNS: Final = 10
MAX_SLOWEST: Final = 10
"""Runs and dumps that are shown."""


@click.command()
@click.argument("output", type=PlaceType(exists=True, may_be_file=True))
@click.option("-o", "--output", "page", type=page_type, default="report.html", show_default=True, help="The page.")
@click.option(
    "--copies",
    "table",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The table of `copydesk copies`.  [default: copies.jsonl, .parquet or .sqlite in OUTPUT]",
)
@click.option("-q", "--quiet", is_flag=True, help="Print only errors.")
@config_option
def report(output: "Place", page: Path, table: Path | None, quiet: bool, config_path: Path | None) -> None:
    """Write a page about OUTPUT for a browser: what the runs did, what was left out and why, what may be wrong.

    OUTPUT is an output folder, also of a run that failed, or a file of records.  The page is one file.  It loads
    nothing from the network and runs no script.

    \b
    copydesk clean seeds -o out
    copydesk report out -o report.html
    """  # noqa: D301 # click needs the character, not a backslash and a letter
    from copydesk.report.copies_table import CopiesError, beside
    from copydesk.report.copies_table import read as read_copies
    from copydesk.report.sections import Found, sections

    check_page(page)
    table = table or (beside(output) if isinstance(output, Path) else None)
    gathered, totals = _gathered(output, config_path)
    try:
        copies = read_copies(table) if table else None
    except CopiesError as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"{error.filename or table}: {error.strerror}", ExitCode.NOT_FINISHED) from error
    write_page(f"Report of {output}", sections(Found(gathered, totals, copies)), page)
    if not quiet:
        say(f"{plural(gathered.records, 'record')} of {shown(str(output))} -> {shown(str(page))}")


def _gathered(output: "Place", config_path: Path | None) -> "tuple[Gathered, Totals | None]":
    """What the page shows of the records, and what the manifest says, if there is one."""
    from copydesk.report.gathering import gather
    from copydesk.report.reading import of_files, of_manifest

    books, has_manifest = find_manifest(output, config_path)
    if isinstance(output, Path) and books.is_symlink():
        raise CommandError(f"{books} is a link, which is not followed: remove it, and the files of {output} are read")
    if has_manifest:
        with open_manifest(output, config_path, is_checked=False) as (manifest, _), manifest.snapshot():
            return gather(of_manifest(manifest)), _totals(manifest, books)
    try:
        found = gather(of_files(output))
    except OSError as error:
        raise CommandError(f"{error.filename or output}: {error.strerror}", ExitCode.NOT_FINISHED) from error
    if found.is_empty:
        raise CommandError(f"{output} has no records and no manifest: it is no output of copydesk clean")
    return found, None


def _totals(manifest: "Manifest", books: Path) -> "Totals":
    from copydesk.batch.manifest_totals import Totals as Sums
    from copydesk.report.sections import Totals

    sums = Sums(manifest)
    files, dumps, counts = sums.of_all()
    runs = tuple(replace(run, state=run.current_state(books)) for run in sums.runs(MAX_RUNS))
    slowest = sums.slowest(runs[0].number, MAX_SLOWEST) if runs else ()
    return Totals(files, dumps, counts, runs, tuple(slowest))
