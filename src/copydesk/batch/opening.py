"""Opens a file of the input, and finds its state.  What is no regular file, or too large, is rejected unread.

A worker opens a file once: it reads it for its SHA-256, then from the beginning again for its dumps.  No program
can put another file in its place in between.
"""

import errno
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from copydesk import files
from copydesk.batch.messages import OPENING, FileState, Item, path_from_text
from copydesk.config import Config
from copydesk.document import Reject
from copydesk.files import Copy, Readable, Remote
from copydesk.readers.kinds import SNIFFED_BYTES

REPORT_SECONDS: Final = 0.2
"""Seconds between two reports while a file is hashed: less than any `run.seconds`."""

OUTSIDE: Final = "a link that leads out of the folder in which it is"


class TooLargeError(OSError):
    """A file with more bytes than `limits.file_size`."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An open file: its state, and what a reader reads.  `file` is None if the reader must fetch it from its store."""

    state: FileState
    file: Readable | None


def open_item(item: Item, settings: Config, report: Callable[[], None], *, hashed: bool = True) -> Opened | Reject:
    """The file of an item, or the reject that says why it can't be read.  `report` is called while it is read.

    With `hashed` false, a local file is only opened, and its state has no digest.
    """
    given = item.rejects.get(OPENING)
    if given:
        return given
    path, limit = path_from_text(item.path), _Limit(settings.limits.file_size, report)
    seen = time.time_ns()
    try:
        if item.copy and isinstance(path, Remote):
            return _hashed(Path(item.copy).open("rb"), path.name, seen, limit)
        if isinstance(path, Remote):
            return _open_remote(path, seen, limit)
        stream = files.open_regular(path, SNIFFED_BYTES)
        within = str(path_from_text(item.within)) if item.within else ""
        if within and not files.is_open_below(stream, path, within):
            stream.close()
            return Reject(item.source, "unreadable", OUTSIDE)
        return _hashed(stream, path.name, seen, limit, hashed=hashed)
    except TooLargeError as error:
        return Reject(item.source, "too_large", str(error.strerror))
    except OSError as error:
        return Reject(item.source, "unreadable", f"{error.strerror or error}")


class _Limit:
    """Raises TooLargeError for too many bytes; reports that bytes were read, now and then."""

    def __init__(self, size: int, report: Callable[[], None]):
        self._size, self._report = size, report
        self._reported = time.monotonic()

    def check(self, size: int) -> None:
        """Check the number of bytes that a file has, or that were read of it."""
        if size > self._size:
            raise TooLargeError(errno.EFBIG, f"over limits.file_size = {self._size:,} bytes")
        now = time.monotonic()
        if now - self._reported > REPORT_SECONDS:
            self._report()
            self._reported = now


def _hashed(stream: IO[bytes], name: str, seen: int, limit: _Limit, *, hashed: bool = True) -> Opened:
    """A local file, from its beginning."""
    try:
        now = os.fstat(stream.fileno())
        limit.check(now.st_size)
        digest = files.digest(stream, limit.check) if hashed else ""
        stream.seek(0)
    except BaseException:
        stream.close()
        raise
    return Opened(FileState(now.st_size, now.st_mtime_ns, seen, digest), Copy(name, stream))


def _open_remote(path: Remote, seen: int, limit: _Limit) -> Opened:
    """A remote file.  If it has a version, it is read from its store.

    Any other is copied, so that it is not fetched twice: once for its SHA-256, and once for its dumps.
    """
    now = path.look()
    limit.check(now.size)
    if now.version and path.scheme not in files.WEB:
        return Opened(FileState(now.size, 0, seen, now.version), None)
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - who reads it closes it
    try:
        with path.open_once() as there:
            digest = files.digest(there, limit.check, copy)
        copy.seek(0)
    except BaseException:
        copy.close()
        raise
    return Opened(FileState(now.size, 0, seen, now.version or digest), Copy(path.name, copy))
