"""Files of numpy arrays, read without pickle."""

import zlib
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile, ZipFile

from numpy.lib.npyio import NpzFile
from numpy.typing import NDArray

from copydesk.files import open_regular

UNREADABLE: Final = (OSError, ValueError, EOFError, BadZipFile, zlib.error)
"""Errors that `read` raises if a file is missing, incomplete, or not an .npz file."""


MAX_BYTES: Final = 100_000_000
"""Bytes that the arrays of a file may have, unpacked.  The largest shipped file has less than a tenth of it."""


def read(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of the .npz file at `path`, by name.  Raises ValueError if they have more than MAX_BYTES."""
    with open_regular(path) as file:
        with ZipFile(file) as archive:
            size = sum(info.file_size for info in archive.infolist())
        if size > MAX_BYTES:
            raise ValueError(f"its arrays have {size:,} bytes, and {MAX_BYTES:,} are allowed")
        file.seek(0)
        try:
            with NpzFile(file, allow_pickle=False) as arrays:
                return {name: arrays[name] for name in arrays.files}
        except MemoryError as error:  # an array that says that it is much larger than its bytes
            raise ValueError(f"an array is too large: {error}") from error
