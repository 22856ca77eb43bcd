"""Writes a file that a user has named: as a whole, or not at all."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """The path of a new file, which takes the place of `path` when the block ends without an error.

    Raises OSError if something else than a regular file is there: a device, a pipe or a folder is not replaced.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "not a regular file: nothing is written here", str(path))
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)  # who made the folder may have put a link here, which would be written through
    try:
        yield new
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
