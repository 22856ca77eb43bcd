"""Files of numpy arrays, read without pickle."""

import zlib
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

from numpy.lib.npyio import NpzFile
from numpy.typing import NDArray

UNREADABLE: Final = (OSError, ValueError, EOFError, BadZipFile, zlib.error)
"""Errors that `read` raises if a file is missing, incomplete, or not an .npz file."""


def read(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of the .npz file at `path`, by name."""
    with path.open("rb") as file, NpzFile(file, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}
