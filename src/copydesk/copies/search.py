"""The search for copies as the command and the flow do it: from an output to a table, with the state beside it."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from copydesk.copies.find import Found, find_again
from copydesk.copies.state import forget
from copydesk.copies.table import SUFFIXES, write, write_canonical
from copydesk.document import Record
from copydesk.render.record import RecordError
from copydesk.stored_records import stored_lines
from copydesk.text import digest

STATE_SUFFIX: Final = ".state"
"""A state has the name of its table and this."""


class TableNameError(ValueError):
    """The name of a table does not say its form; the message says which names do."""


def check_name(table: Path, *, canonical: bool = False) -> None:
    """Raise TableNameError if a table, or with `canonical` a file of records, can't have this name."""
    allowed = SUFFIXES[:1] if canonical else SUFFIXES
    if table.suffix not in allowed:
        raise TableNameError(f"{table}: the name must end in {' or '.join(allowed)}")


def search(
    output: Path,
    table: Path,
    *,
    canonical: bool = False,
    new: bool = False,
    report: Callable[[int], None] = lambda count: None,
) -> Found:
    """Find the copies among the records of an output folder or file, and write the table.

    With `canonical`, write the records without copies instead, each once.  With `new`, forget the state.  `report` gets
    the number of new articles so far.  Raises TableNameError; RecordError if something is no record; and OSError, which
    may be a StateError, if a file can't be read or written.
    """
    check_name(table, canonical=canonical)
    state = table.with_name(table.name + STATE_SUFFIX)
    if new:
        forget(state)
    found = find_again(lambda: stored_lines(output), state, report)
    if canonical:
        records = (record for line in stored_lines(output) for record in line.records())
        write_canonical(found.clusters, _once(records), table)
    else:
        write(found.clusters, table)
    return found


def _once(records: Iterable[Record]) -> Iterator[Record]:
    """Each record once, if a file holds it twice.  Raises RecordError for two records with one id."""
    known: dict[str, int] = {}
    for record in records:
        own = digest(record.text)
        if record.id not in known:
            known[record.id] = own
            yield record
        elif known[record.id] != own:
            raise RecordError(
                f"two records with different texts have the id {record.id}: clean their dumps in one run, "
                "so that each record has its own"
            )
