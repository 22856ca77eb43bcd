"""The files that `copydesk card` writes into an output folder: what reads records passes over them."""

from typing import Final

from copydesk.files import Readable, open_readable

PAGE: Final = "README.md"
CROISSANT: Final = "croissant.json"

_BEGINNINGS: Final = {PAGE: b"---\npretty_name:", CROISSANT: b'{\n  "@context":'}
"""How the files begin.  A dump may have an output of the same name, which begins otherwise."""


def is_card(file: Readable) -> bool:
    """Whether a file is a card, by its name and how it begins.  False if it can't be read."""
    beginning = _BEGINNINGS.get(file.name)
    if beginning is None:
        return False
    try:
        with open_readable(file) as stream:
            return stream.read(len(beginning)) == beginning
    except OSError:
        return False  # who reads the file says why that can't be done
