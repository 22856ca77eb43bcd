"""`copydesk copies`."""

from pathlib import Path

import click

from copydesk.cli.record_files import is_record_file
from copydesk.cli.streams import CommandError, put_line, say
from copydesk.cli.summary import plural
from copydesk.exit_codes import ExitCode
from copydesk.terminal import shown


@click.command()
@click.argument("records", metavar="OUTPUT", type=click.Path(path_type=Path, exists=True))
@click.option("-o", "--output", "table", type=click.Path(path_type=Path, dir_okay=False), help="The table to write.")
@click.option(
    "--keep",
    type=click.Choice(("canonical",)),
    help="Write the records of OUTPUT without the copies, as JSON Lines, instead of the table.",
)
@click.option("--new", is_flag=True, help="Forget what was read and compared before.")
@click.option("--curve", is_flag=True, help="Print how likely two stories are compared, by what they share, and end.")
@click.option("-q", "--quiet", is_flag=True, help="Print only errors.")
def copies(records: Path, table: Path | None, keep: str | None, new: bool, curve: bool, quiet: bool) -> None:
    """Find the articles of OUTPUT that have the same story: copies, excerpts, versions.

    OUTPUT is an output folder or a file of records.  The table has a row for each member of a cluster: the id of the
    canonical record, its own, what it is to the canonical one, and how alike they are.  The name of the table ends in
    .jsonl, .parquet or .sqlite.  No record is changed.

    What was read and compared is remembered in TABLE.state: the next search reads only what is new.  The table is
    the same as without it.

    \b
    copydesk copies out -o copies.jsonl
    copydesk copies out -o articles.jsonl --keep canonical
    """  # noqa: D301 # click needs the character, not a backslash and a letter
    from copydesk.copies.search import TableNameError, search
    from copydesk.render.record import RecordError
    from copydesk.temporary_database import database_errors

    if curve:
        _put_curve()
        return
    if table is None:
        raise CommandError("where to write: -o copies.jsonl, .parquet or .sqlite")
    if _is_of_output(table, records) or (not keep and is_record_file(table)):
        raise CommandError(f"{table}: this would replace records: choose another name")
    try:
        with database_errors():
            found = search(records, table, canonical=keep is not None, new=new)
    except (TableNameError, RecordError) as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"{error.filename or table}: {error.strerror}", ExitCode.NOT_FINISHED) from error
    if found.made_again:
        say(f"the state of {shown(str(table))} was made again: {found.made_again}")
    if not quiet:
        others = sum(len(cluster) - 1 for cluster in found.clusters)
        say(
            f"{plural(found.articles, 'article')} compared, {found.new:,} of them new:"
            f" {plural(len(found.clusters), 'cluster')} with {others:,} copies -> {table}"
        )


def _is_of_output(table: Path, records: Path) -> bool:
    """Whether the table would take the place of the records that are read, or of another file of the output."""
    from copydesk.store import is_of_output

    if not records.is_dir():
        return table.exists() and table.samefile(records)
    return table.resolve().is_relative_to(records.resolve()) and is_of_output(table.name)


def _put_curve() -> None:
    from copydesk.copies.pairs import SHARED, chance

    put_line("shared shingles   compared, of 100, if they are in one stretch   in stretches of six")
    for shared in SHARED:
        put_line(f"{shared:>15}   {100 * chance(shared):>44.1f}   {100 * chance(shared, 6):>20.1f}")
