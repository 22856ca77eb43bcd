"""Parquet and Arrow files: one record for each row, read a few rows at a time by pyarrow (the extra `parquet`)."""

import io
import json
from collections.abc import Iterable, Iterator
from typing import IO, TYPE_CHECKING, Final

from copydesk.config import Config
from copydesk.document import Json, Reject
from copydesk.dump import Pending
from copydesk.readers import columns, record_fields
from copydesk.readers.compressed import MissingExtraError, RowBudget, broken_off
from copydesk.readers.record_fields import Names

if TYPE_CHECKING:
    from pyarrow import Array, RecordBatch

ARROW_FILE: Final = b"ARROW1"
"""The first bytes of an Arrow file; an Arrow stream has others."""

ROWS: Final = 16
"""Rows in memory at once.  pyarrow also needs memory for one page of each column (1,024 rows by default)."""

BROKEN: Final = (OSError, UnicodeDecodeError, MemoryError)
"""What damaged files raise beside errors of pyarrow: names of columns that are no text, or lengths of any size."""

BUFFER: Final = 1_000_000
"""Bytes of each column that are read ahead.  Without a limit, pyarrow reads the whole row group."""


def read(stream: IO[bytes], source: str, settings: Config) -> Iterator[Pending | Reject]:
    """The rows in their order.  Raises UnreadableError if the file is not Parquet, or breaks off."""
    try:
        import pyarrow
        from pyarrow.parquet import ParquetFile
    except ModuleNotFoundError as error:
        raise MissingExtraError("parquet", "pyarrow") from error
    try:
        file = ParquetFile(stream, buffer_size=BUFFER, pre_buffer=False)
        yield from _rows(file.iter_batches(ROWS), RowBudget(stream), source, settings)
    except (pyarrow.ArrowException, *BROKEN) as error:
        raise broken_off(error) from error


def read_arrow(stream: io.BufferedReader, source: str, settings: Config) -> Iterator[Pending | Reject]:
    """The rows of an Arrow file, a Feather file or an Arrow stream.  Raises UnreadableError as `read` does.

    A batch of rows, as the file has them, is in memory at once.
    """
    try:
        import pyarrow
        from pyarrow import ipc
    except ModuleNotFoundError as error:
        raise MissingExtraError("parquet", "pyarrow") from error
    is_file = stream.peek(len(ARROW_FILE)).startswith(ARROW_FILE)
    try:
        budget = RowBudget(stream)
        if is_file:
            file = ipc.open_file(stream)
            batches = (file.get_batch(number) for number in range(file.num_record_batches))
        else:
            batches = iter(ipc.open_stream(stream))
        yield from _rows(batches, budget, source, settings)
    except (pyarrow.ArrowException, *BROKEN) as error:
        raise broken_off(error) from error


def _values(column: "Array") -> int:
    """The number of values, those in lists and structures included.

    A million nulls may need no byte in the file, but each takes time when Python objects are made of them.
    """
    import pyarrow
    from pyarrow import types

    kind = column.type
    if isinstance(column, pyarrow.ExtensionArray):
        return _values(column.storage)
    if types.is_struct(kind):
        return len(column) + sum(_values(column.field(place)) for place in range(kind.num_fields))
    if types.is_map(kind):
        start, stop = int(column.offsets[0].as_py()), int(column.offsets[-1].as_py())
        return len(column) + stop - start + _values(column.items.slice(start, stop - start))
    lists = (pyarrow.ListArray, pyarrow.LargeListArray, pyarrow.FixedSizeListArray)
    views = (pyarrow.ListViewArray, pyarrow.LargeListViewArray)
    if isinstance(column, lists + views):
        return len(column) + _values(column.flatten())
    return len(column)


def _rows(
    batches: "Iterable[RecordBatch]", budget: RowBudget, source: str, settings: Config
) -> Iterator[Pending | Reject]:
    names = Names(source)
    limit = settings.limits.record_size
    number = 0
    for batch in batches:
        batch.validate(full=True)  # without it, an offset that is wrong lets pyarrow read memory that is not its own
        is_large = sum(map(_values, batch.columns)) > limit
        for place in range(batch.num_rows):
            number += 1
            if is_large and sum(map(_values, batch.slice(place, 1).columns)) > limit:
                budget.take(0)
                detail = f"it has over {limit:,} values, which is limits.record_size"
                yield Reject(names.at(number), "too_large", detail)
                continue
            try:
                (row,) = batch.slice(place, 1).to_pylist()
                held: dict[str, Json] = {}
                for key, value in row.items():
                    found = columns.as_json(value)
                    if found is not None:
                        held[key] = found
            except (ValueError, OverflowError, KeyError) as error:  # a date in the year 200,000, bytes that are no text
                budget.take(0)
                yield Reject(names.at(number), "not_json", f"a value that can't be read: {error}"[:300])
                continue
            raw = json.dumps(held).encode()
            budget.take(len(raw))
            yield record_fields.dump_of(held, raw, number, names, settings)
