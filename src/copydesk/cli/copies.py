"""`copydesk copies`."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from copydesk.cli.record_files import is_record_file
from copydesk.cli.streams import CommandError, put_line, say
from copydesk.cli.summary import plural
from copydesk.exit_codes import ExitCode

if TYPE_CHECKING:
    from copydesk.copies.find import Copy
    from copydesk.document import Record

SUFFIXES: Final = (".jsonl", ".parquet", ".sqlite")


@click.command()
@click.argument("records", metavar="OUTPUT", type=click.Path(path_type=Path, exists=True))
@click.option("-o", "--output", "table", type=click.Path(path_type=Path, dir_okay=False), help="The table to write.")
@click.option(
    "--keep",
    type=click.Choice(("canonical",)),
    help="Write the records of OUTPUT without the copies, as JSON Lines, instead of the table.",
)
@click.option("--curve", is_flag=True, help="Print how likely two stories are compared, by what they share, and end.")
@click.option("-q", "--quiet", is_flag=True, help="Print only errors.")
def copies(records: Path, table: Path | None, keep: str | None, curve: bool, quiet: bool) -> None:
    """Find the articles of OUTPUT that have the same story: copies, excerpts, versions.

    OUTPUT is an output folder or a file of records.  The table has a row for each member of a cluster: the id of the
    canonical record, its own, what it is to the canonical one, and how alike they are.  The name of the table ends in
    .jsonl, .parquet or .sqlite.  No record is changed.

    \b
    copydesk copies out -o copies.jsonl
    copydesk copies out -o articles.jsonl --keep canonical
    """  # noqa: D301 # click needs the character, not a backslash and a letter
    from copydesk.copies.find import find
    from copydesk.copies.pairs import chance
    from copydesk.copies.table import write
    from copydesk.library import read_records
    from copydesk.render.record import RecordError
    from copydesk.temporary_database import database_errors

    if curve:
        for shared in (1, 5, 10, 20, 30, 50, 100):
            put_line(f"{shared:>4} shingles in common: compared in {100 * chance(shared):5.1f} of 100 cases")
        return
    if table is None:
        raise CommandError("where to write: -o copies.jsonl, .parquet or .sqlite")
    if table.suffix not in SUFFIXES or (keep and table.suffix != ".jsonl"):
        raise CommandError(f"{table}: the name must end in {'.jsonl' if keep else '.jsonl, .parquet or .sqlite'}")
    if _is_of_output(table, records) or (not keep and is_record_file(table)):
        raise CommandError(f"{table}: this would replace records: choose another name")
    try:
        with database_errors():
            count, clusters = find(_once(read_records(records)) if keep else read_records(records))
        if keep:
            _write_canonical(records, clusters, table)
        else:
            write(clusters, table)
    except RecordError as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"{error.filename or table}: {error.strerror}", ExitCode.NOT_FINISHED) from error
    if not quiet:
        others = sum(len(cluster) - 1 for cluster in clusters)
        say(
            f"{plural(count, 'article')} compared: {plural(len(clusters), 'cluster')} with {others:,} copies -> {table}"
        )


def _is_of_output(table: Path, records: Path) -> bool:
    """Whether the table would take the place of the records that are read, or of another file of the output."""
    from copydesk.store import is_of_output

    if not records.is_dir():
        return table.exists() and table.samefile(records)
    return table.resolve().is_relative_to(records.resolve()) and is_of_output(table.name)


def _write_canonical(output: Path, clusters: "list[list[Copy]]", path: Path) -> None:
    """Write the records without copies, and without the teasers of copies."""
    from copydesk.library import read_records
    from copydesk.whole_file import replaced

    copied = {copy.id for _, *others in clusters for copy in others}
    with replaced(path) as new, new.open("w", encoding="utf-8", newline="\n") as file:
        for record in _once(read_records(output)):
            if record.id not in copied and record.parent not in copied:
                file.write(record.to_json() + "\n")


def _once(records: Iterable["Record"]) -> Iterator["Record"]:
    """Each record once, if a file holds it twice.  Raises CommandError for two records with one id."""
    from copydesk.text import digest

    known: dict[str, int] = {}
    for record in records:
        own = digest(record.text)
        if record.id not in known:
            known[record.id] = own
            yield record
        elif known[record.id] != own:
            raise CommandError(
                f"two records with different texts have the id {record.id}: clean their dumps in one run, "
                "so that each record has its own"
            )
