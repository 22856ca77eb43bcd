"""`copydesk attributes`."""

from contextlib import closing
from pathlib import Path
from typing import Final

import click

from copydesk.cli.record_files import is_record_file
from copydesk.cli.streams import CommandError, say
from copydesk.cli.summary import plural
from copydesk.exit_codes import ExitCode
from copydesk.terminal import shown

DOCUMENTS: Final = "documents"
"""The name of the folder that Dolma replaces by `attributes/NAME` to find the attributes."""


@click.command()
@click.argument("output", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--name", default="copydesk", show_default=True, help="The name of the attributes, and of their folder.")
@click.option(
    "-o",
    "--output",
    "where",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where to write.  [default: attributes/NAME beside OUTPUT, if that is a folder `documents`]",
)
def attributes(output: Path, name: str, where: Path | None) -> None:
    """Write the attributes of the records in OUTPUT for Dolma: quality, signals, labels and edits.

    For each records*.jsonl and .jsonl.gz in OUTPUT there is a file with the same name, row for row.

    \b
    copydesk clean seeds -o corpus/documents --format jsonl.gz
    copydesk attributes corpus/documents               writes corpus/attributes/copydesk/records.jsonl.gz
    """  # noqa: D301 # click needs the character, not a backslash and a letter
    from copydesk import shards
    from copydesk.render.attributes import EXPERIMENT

    if not EXPERIMENT.fullmatch(name):
        raise CommandError(f"--name: letters and digits, with single _ between them, not {name!r}")
    if where is None and output.absolute().name != DOCUMENTS:
        raise CommandError(
            f"{output} is no folder `{DOCUMENTS}`, beside which Dolma looks for attributes: say with -o where to write"
        )
    folder = where or output.absolute().parent / "attributes" / name
    files = [*shards.paths(output, ".jsonl"), *shards.paths(output, shards.JSONL_GZ)]
    if not files:
        raise CommandError(f"{output}: no records*.jsonl here: run clean with --format jsonl or jsonl.gz")
    if any(is_record_file(folder / one.name) for one in files):
        raise CommandError(f"{folder}: the attributes would replace the records: choose another folder")
    rows = sum(_write(one, folder / one.name, name) for one in files)
    say(f"{plural(rows, 'row')} in {plural(len(files), 'file')} -> {shown(str(folder))}")


def _write(records: Path, path: Path, name: str) -> int:
    """Write the attributes of a file of records; returns the number of rows.  The file is whole or not there."""
    from copydesk import shards
    from copydesk.library import read_records
    from copydesk.render.attributes import row
    from copydesk.render.record import RecordError
    from copydesk.whole_file import replaced

    packed = path.name.endswith(shards.JSONL_GZ)
    count = 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replaced(path) as new, closing(shards.Lines(new, packed=packed)) as lines:
            for count, one in enumerate(read_records(records), 1):  # noqa: B007 - the last number counts
                lines.write([row(one, name)])
    except RecordError as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"{error.filename or path}: {error.strerror or error}", ExitCode.NOT_FINISHED) from error
    return count
