"""Turns scraped text dumps of news and article pages into clean, canonical, traceable records.

>>> cleaned = copydesk.clean(raw, source="page.txt")                       # a text, HTML, bytes or a Path
>>> cleaned.article.metadata.title, cleaned.article.text, cleaned.teasers
>>> for cleaned in copydesk.read("dumps/", jobs=4): ...                    # many of them
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from copydesk.batch.inputs import InputError
    from copydesk.batch.pool import WorkerError
    from copydesk.config import (
        Config,
        ConfigError,
        EditSettings,
        FieldSettings,
        InputSettings,
        LabelSettings,
        LanguageSettings,
        Limits,
        LineRule,
        Profile,
        RunSettings,
        Settings,
        SourceSettings,
        load,
    )
    from copydesk.decisions import ReviewSettings
    from copydesk.document import (
        Author,
        Block,
        Cleaned,
        Copyright,
        Evidence,
        Image,
        Kind,
        Label,
        Link,
        Metadata,
        PageKind,
        Provenance,
        Quality,
        Record,
        Reject,
        Signals,
        Undecoded,
    )
    from copydesk.drift.settings import DriftSettings
    from copydesk.dump import Stated, SuppliedMetadata, UnreadableError
    from copydesk.edits import Edit
    from copydesk.keep import Fall, KeepSettings, Limit
    from copydesk.library import clean, clean_html, falls_below, read, read_records
    from copydesk.output_settings import Flavour, OutputSettings
    from copydesk.render.markdown import MarkdownError
    from copydesk.render.record import RecordError
    from copydesk.rights import Mark, Reserved, Right

__all__ = [
    "Author",
    "Block",
    "Cleaned",
    "Config",
    "ConfigError",
    "Copyright",
    "DriftSettings",
    "Edit",
    "EditSettings",
    "Evidence",
    "Fall",
    "FieldSettings",
    "Flavour",
    "Image",
    "InputError",
    "InputSettings",
    "KeepSettings",
    "Kind",
    "Label",
    "LabelSettings",
    "LanguageSettings",
    "Limit",
    "Limits",
    "LineRule",
    "Link",
    "Mark",
    "MarkdownError",
    "Metadata",
    "OutputSettings",
    "PageKind",
    "Profile",
    "Provenance",
    "Quality",
    "Record",
    "RecordError",
    "Reject",
    "Reserved",
    "ReviewSettings",
    "Right",
    "RunSettings",
    "Settings",
    "Signals",
    "SourceSettings",
    "Stated",
    "SuppliedMetadata",
    "Undecoded",
    "UnreadableError",
    "WorkerError",
    "clean",
    "clean_html",
    "falls_below",
    "load",
    "read",
    "read_records",
]
__version__ = "0.1.0"

_HOMES: Final = {
    "batch.inputs": ("InputError",),
    "batch.pool": ("WorkerError",),
    "config": (
        *("Config", "ConfigError", "EditSettings", "FieldSettings", "InputSettings", "LabelSettings"),
        *("LanguageSettings", "Limits", "LineRule", "Profile", "RunSettings", "Settings", "SourceSettings", "load"),
    ),
    "decisions": ("ReviewSettings",),
    "document": (
        *(
            "Author",
            "Block",
            "Cleaned",
            "Copyright",
            "Evidence",
            "Image",
            "Kind",
            "Label",
            "Link",
            "Metadata",
            "PageKind",
        ),
        *("Provenance", "Quality", "Record", "Reject", "Signals", "Undecoded"),
    ),
    "dump": ("Stated", "SuppliedMetadata", "UnreadableError"),
    "edits": ("Edit",),
    "drift.settings": ("DriftSettings",),
    "keep": ("Fall", "KeepSettings", "Limit"),
    "library": ("clean", "clean_html", "falls_below", "read", "read_records"),
    "output_settings": ("Flavour", "OutputSettings"),
    "render.markdown": ("MarkdownError",),
    "render.record": ("RecordError",),
    "rights": ("Mark", "Reserved", "Right"),
}
"""The module of each name."""


def __getattr__(name: str) -> object:
    """Import a name when it is used: `import copydesk` and `copydesk --help` need none of the pipeline."""
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"copydesk.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__", "__doc__", "__all__"])
