"""A text file is one dump."""

from pathlib import Path

from copydesk import dump
from copydesk.config import Config
from copydesk.desk import check_size
from copydesk.document import Reject
from copydesk.dump import Dump, UnreadableError


def read(path: Path, source: str, settings: Config) -> Dump | Reject:
    """The file's dump, or why there is none.  Raises OSError where the file can't be read."""
    try:
        check_size(path.stat().st_size, settings)
        return dump.from_bytes(path.read_bytes(), source)
    except UnreadableError as error:
        return Reject(source, error.reason, error.detail)
