"""`copydesk undo`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from copydesk.cli.record_files import is_markdown_file, json_beside
from copydesk.cli.streams import CommandError, put
from copydesk.exit_codes import ExitCode
from copydesk.terminal import shown_lines

if TYPE_CHECKING:
    from copydesk.document import Record


@click.command()
@click.argument("record_file", metavar="RECORD", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--id", "record_id", help="The record to undo, in a file with more than one.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write.  [default: standard output]",
)
def undo(record_file: Path, record_id: str | None, output: Path | None) -> None:
    """Write the raw text from which RECORD was made.  For a text file, these are its bytes.

    On a terminal, control characters are shown by their names.

    RECORD is a .json file of an output, or a .jsonl file and --id.

    \b
    copydesk undo output/001_e44f8cae6a5b3f72.json
    """  # noqa: D301 # click needs the character, not a backslash and a letter
    from copydesk.render.record import RecordError, raw_bytes

    if is_markdown_file(record_file) or record_file.name.endswith(".teasers.jsonl"):
        what = (
            "it has no article" if record_file.suffix == ".jsonl" else "it is Markdown, which does not have all lines"
        )
        beside = json_beside(record_file)
        where = f"give {beside}" if beside.is_file() else "clean with --format json, and give the .json file"
        raise CommandError(f"{record_file}: {what}: {where}")
    try:
        raw = raw_bytes(_chosen(record_file, record_id))
    except RecordError as error:
        raise CommandError(f"{record_file}: {error}") from error
    except OSError as error:
        raise CommandError(f"{record_file}: {error.strerror or error}", ExitCode.NOT_FINISHED) from error
    if output is not None and output.exists() and output.samefile(record_file):
        raise CommandError(f"{output}: this would replace the record: choose another name")
    if output is None or str(output) == "-":
        is_terminal = sys.stdout is not None and sys.stdout.isatty()
        put(shown_lines(raw.decode("utf-8", "replace")) if is_terminal else raw)
        return
    try:
        output.write_bytes(raw)
    except OSError as error:
        raise CommandError(f"{output}: {error.strerror}", ExitCode.NOT_FINISHED) from error


def _chosen(path: Path, record_id: str | None) -> "Record":
    """The record with the id; without an id, the only article in the file."""
    from copydesk.document import Kind
    from copydesk.files import open_regular
    from copydesk.library import read_records
    from copydesk.render.record import RecordError, from_json

    if not path.name.endswith((".jsonl", ".jsonl.gz", ".parquet")):
        with open_regular(path) as stream:
            return from_json(stream.read())
    chosen: Record | None = None
    for record in read_records(path):
        if record.id == record_id:
            return record
        if record_id is None and record.kind is not Kind.TEASER:
            if chosen:
                raise RecordError("it has more than one article: name one with --id")
            chosen = record
    if chosen is None:
        raise RecordError(f"it has no record with id {record_id!r}" if record_id else "it has no article")
    return chosen
