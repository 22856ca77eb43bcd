"""A text file is one dump."""

from typing import IO

from copydesk import dump
from copydesk.config import Config
from copydesk.desk import check_size
from copydesk.document import Reject
from copydesk.dump import Dump, UnreadableError


def read(stream: IO[bytes], source: str, settings: Config) -> Dump | Reject:
    """The stream's dump, or why there is none.  Raises OSError where it can't be read."""
    try:
        data = stream.read(settings.settings.limits.record_size + 1)
        check_size(len(data), settings)
        return dump.from_bytes(data, source)
    except UnreadableError as error:
        return Reject(source, error.reason, error.detail)
