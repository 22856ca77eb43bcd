"""`copydesk report`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from copydesk.cli.common import config_option, find_manifest
from copydesk.cli.pages import check_page, page_type, write_page
from copydesk.cli.streams import CommandError, say
from copydesk.cli.summary import plural
from copydesk.exit_codes import ExitCode
from copydesk.place_option import PlaceType
from copydesk.terminal import shown

if TYPE_CHECKING:
    from copydesk.files import Place
    from copydesk.report.sections import Found


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
    from copydesk.report.sections import sections

    check_page(page)
    found = _found(output, table, config_path)
    write_page(f"Report of {output}", sections(found), page)
    if not quiet:
        say(f"{plural(found.gathered.records, 'record')} of {shown(str(output))} -> {shown(str(page))}")


def _found(output: "Place", table: Path | None, config_path: Path | None) -> "Found":
    """What the page shows.  An error becomes a CommandError."""
    from copydesk.report.copies_table import CopiesError
    from copydesk.report.output import find

    books, has_manifest = find_manifest(output, config_path)
    if isinstance(output, Path) and books.is_symlink():
        raise CommandError(f"{books} is a link, which is not followed: remove it, and the files of {output} are read")
    try:
        found = find(output, books, table, has_manifest=has_manifest)
    except CopiesError as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"{error.filename or output}: {error.strerror}", ExitCode.NOT_FINISHED) from error
    if not has_manifest and found.gathered.is_empty:
        raise CommandError(f"{output} has no records and no manifest: it is no output of copydesk clean")
    return found
