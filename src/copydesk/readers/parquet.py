"""Parquet files: one record for each row, read a few rows at a time by pyarrow (the extra `parquet`)."""

import datetime
import json
import math
from collections.abc import Iterator
from typing import IO, Final

from copydesk.config import Config
from copydesk.document import Json, Reject
from copydesk.dump import Pending
from copydesk.readers import record_fields
from copydesk.readers.compressed import MissingExtraError, broken_off
from copydesk.readers.record_fields import Names

ROWS: Final = 16
"""Rows in memory at once.  pyarrow also needs memory for one page of each column (1,024 rows by default)."""

BUFFER: Final = 1_000_000
"""Bytes of each column that are read ahead.  Without a limit, pyarrow reads the whole row group."""


def read(stream: IO[bytes], source: str, settings: Config) -> Iterator[Pending | Reject]:
    """The rows in their order.  Raises UnreadableError if the file is not Parquet, or breaks off."""
    try:
        import pyarrow
        from pyarrow.parquet import ParquetFile
    except ModuleNotFoundError as error:
        raise MissingExtraError("parquet", "pyarrow") from error
    names = Names(source)
    number = 0
    try:
        for batch in ParquetFile(stream, buffer_size=BUFFER, pre_buffer=False).iter_batches(ROWS):
            for place in range(batch.num_rows):
                number += 1
                try:
                    (row,) = batch.slice(place, 1).to_pylist()
                    held: dict[str, Json] = {}
                    for key, value in row.items():
                        found = _json(value)
                        if found is not None:
                            held[key] = found
                except (
                    ValueError,
                    OverflowError,
                    KeyError,
                ) as error:  # a date in the year 200,000, bytes that are not text
                    yield Reject(names.at(number), "not_json", f"a value that can't be read: {error}"[:300])
                    continue
                yield record_fields.dump_of(held, json.dumps(held).encode(), number, names, settings)
    except (pyarrow.ArrowException, OSError) as error:
        raise broken_off(error) from error


def _json(value: object) -> Json:
    """A column's value as JSON: dates and bytes as text, infinity and NaN as null."""
    if isinstance(value, dict):
        return {str(key): _json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_json(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, bytes):
        return value.decode("utf-8")
    if value is None or isinstance(value, (str, int, bool)):
        return value
    return value.isoformat() if isinstance(value, (datetime.date, datetime.time)) else str(value)
