"""Writes a file that a user has named: as a whole, or not at all."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def check(path: Path) -> None:
    """Raise OSError if `path` can't be written as a whole: there is no such folder, or no regular file is there.

    A device, a pipe or a folder is not replaced.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "not a regular file: nothing is written here", str(path))
    if not path.parent.is_dir():
        raise OSError(errno.ENOENT, "no such folder", str(path.parent))


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """The path of a new file, which takes the place of `path` when the block ends without an error.

    Raises OSError if `path` can't be written (see `check`).
    """
    check(path)
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)  # who made the folder may have put a link here, which would be written through
    try:
        yield new
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
