"""`copydesk undo`."""

from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from copydesk.cli.common import CommandError
from copydesk.exit_codes import ExitCode

if TYPE_CHECKING:
    from copydesk.document import Record


@click.command()
@click.argument("record_file", metavar="RECORD", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--id", "record_id", help="The record of a .jsonl file to undo.")
@click.option("-o", "--output", type=click.File("wb"), default="-", help="Where to write.  [default: standard output]")
def undo(record_file: Path, record_id: str | None, output: IO[bytes]) -> None:
    """Write the raw text from which RECORD was made.  For a text file, these are its bytes."""
    from copydesk.render.record import RecordError, raw_bytes

    try:
        raw = raw_bytes(_chosen(record_file, record_id))
    except RecordError as error:
        raise CommandError(f"{record_file}: {error}") from error
    try:
        output.write(raw)
        output.flush()
    except OSError as error:
        raise CommandError(f"{output.name}: {error.strerror}", ExitCode.NOT_FINISHED) from error


def _chosen(path: Path, record_id: str | None) -> "Record":
    """The record in a .json file; in a .jsonl file the one with the id, or the only article."""
    from copydesk.document import Kind
    from copydesk.render.record import RecordError, from_json

    if path.suffix != ".jsonl":
        return from_json(path.read_bytes())
    chosen: Record | None = None
    with path.open("rb") as lines:
        for line in filter(bytes.strip, lines):
            record = from_json(line)
            if record.id == record_id:
                return record
            if record_id is None and record.kind is not Kind.TEASER:
                if chosen:
                    raise RecordError("it has more than one article: name one with --id")
                chosen = record
    if chosen is None:
        raise RecordError(f"it has no record with id {record_id!r}" if record_id else "it has no article")
    return chosen
