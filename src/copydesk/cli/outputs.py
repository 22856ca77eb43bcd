"""Outputs and files of records that a user gives to `clean --below` or `diff`."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.cli.common import open_manifest
from copydesk.cli.record_files import cleaned_dumps, is_record_file
from copydesk.cli.streams import CommandError

if TYPE_CHECKING:
    from copydesk.document import Cleaned


def is_output(path: Path) -> bool:
    """Whether the folder is the output of a run."""
    from copydesk.batch.manifest import NAME
    from copydesk.store import BOOKKEEPING

    return (path / BOOKKEEPING / NAME).is_file()


def dumps_of(path: Path) -> Iterator["Cleaned"]:
    """All dumps of an output, published and filtered, or of a file of records.

    Raises CommandError if the path is neither.
    """
    if is_output(path):
        yield from _of_output(path)
    elif path.is_file() and is_record_file(path):
        yield from cleaned_dumps(path)
    else:
        raise CommandError(f"{path}: neither an output folder of copydesk clean nor a file of records")


def stored_dump(lines: Sequence[str]) -> "Cleaned":
    """The records of a dump in a manifest.  Raises RecordError if they are none."""
    from copydesk.document import Cleaned
    from copydesk.render.record import from_json

    article, *teasers = map(from_json, lines)  # there is always one, since no text has no lines
    return Cleaned(article, tuple(teasers))


def _of_output(output: Path) -> Iterator["Cleaned"]:
    from copydesk.batch.manifest_dumps import Dumps
    from copydesk.render.record import RecordError

    with open_manifest(output, None) as (manifest, _):
        dumps = Dumps(manifest)
        for file, _, _ in manifest.files():
            for dump in dumps.to_filter(file, 0):
                try:
                    yield stored_dump(dumps.records_of(file, dump.number))
                except RecordError as error:
                    raise CommandError(f"{output}: {error}") from error
