"""Turns scraped text dumps of news and article pages into clean, canonical, traceable records.

>>> cleaned = copydesk.clean(raw, source="page.txt")
>>> cleaned.article.metadata.title, cleaned.article.text, cleaned.teasers
"""

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copydesk.config import Config, ConfigError, load
    from copydesk.desk import clean
    from copydesk.document import Cleaned, Label, Record
    from copydesk.dump import SuppliedMetadata, UnreadableError

__all__ = [
    "Cleaned",
    "Config",
    "ConfigError",
    "Label",
    "Record",
    "SuppliedMetadata",
    "UnreadableError",
    "clean",
    "load",
]
__version__ = version("copydesk")

_HOMES = {
    **dict.fromkeys(("Config", "ConfigError", "load"), "config"),
    **dict.fromkeys(("Cleaned", "Label", "Record"), "document"),
    **dict.fromkeys(("SuppliedMetadata", "UnreadableError"), "dump"),
    "clean": "desk",
}


def __getattr__(name: str) -> object:
    """Import what is asked for when it is: `copydesk --help` needs none of the pipeline."""
    if name in _HOMES:
        return getattr(import_module(f"copydesk.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
