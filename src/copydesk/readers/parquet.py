"""Parquet files: a row a record, read a few rows at a time.  Reading is pyarrow's, an extra of its own."""

from collections.abc import Iterator
from typing import IO, Final

import msgspec

from copydesk.config import Config
from copydesk.document import Json, Reject
from copydesk.dump import Dump, UnreadableError
from copydesk.readers import fields
from copydesk.readers.compressed import MissingExtraError
from copydesk.readers.fields import Names

SUFFIX: Final = ".parquet"
ROWS: Final = 64
"""Rows that are held at once."""


def read(stream: IO[bytes], source: str, settings: Config) -> Iterator[Dump | Reject]:
    """The rows in their order.  Raises UnreadableError where the file is no Parquet, or breaks off."""
    try:
        import pyarrow
        from pyarrow.parquet import ParquetFile
    except ModuleNotFoundError as error:
        raise MissingExtraError("parquet", "pyarrow") from error
    names = Names(source)
    try:
        rows = (row for batch in ParquetFile(stream).iter_batches(ROWS) for row in batch.to_pylist())
        for number, row in enumerate(rows, 1):
            held: dict[str, Json] = msgspec.to_builtins(row, enc_hook=str)
            yield fields.dump_of(
                {key: value for key, value in held.items() if value is not None}, number, names, settings
            )
    except (pyarrow.ArrowException, OSError) as error:
        raise UnreadableError("broken_stream", f"what follows is lost: {error}") from error
