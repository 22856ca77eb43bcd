"""A text file is one dump."""

from functools import partial
from typing import IO

from copydesk import dump
from copydesk.config import Config
from copydesk.dump import Pending, check_size


def read(stream: IO[bytes], source: str, settings: Config) -> Pending:
    """The stream's dump.  Raises OSError if the stream can't be read, UnreadableError if it is too large."""
    data = stream.read(settings.limits.record_size + 1)
    check_size(len(data), settings)
    return Pending(source, partial(dump.from_bytes, data, source), data)
