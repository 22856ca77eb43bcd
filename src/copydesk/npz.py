"""Files of numpy arrays, read without pickle."""

import zlib
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

from numpy.lib.npyio import NpzFile
from numpy.typing import NDArray

UNREADABLE: Final = (OSError, ValueError, EOFError, BadZipFile, zlib.error)
"""What `read` raises where a file is missing, cut off or no such file."""


def read(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of the .npz file at `path`, by name."""
    with path.open("rb") as file, NpzFile(file, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}
