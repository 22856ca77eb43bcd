"""The settings of `[output]`: fields of records, teasers, flavours of Markdown and the names of its files.

They change no record.  For other fields and names, nothing is cleaned again.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final

from copydesk.document import Record

FIELDS: Final = tuple(one.name for one in fields(Record))
"""The fields of a record, in its order."""


class Flavour(StrEnum):
    """For which program Markdown is written.  COMMONMARK is the default: it reads back as the record."""

    COMMONMARK = "commonmark"
    OBSIDIAN = "obsidian"
    HUGO = "hugo"
    PANDOC = "pandoc"


PLACES: Final = ("date", "year", "month", "slug", "title", "id", "publisher", "section", "language")
"""What a template of names can have in braces."""


@dataclass(frozen=True, slots=True)
class OutputSettings:
    """`fields`: the fields that JSON Lines and Parquet have; all if it is empty.  `teasers`: whether they are written.

    The fields are in the order of the record, in whichever order they are named.  `markdown` is the flavour, and
    `names` the template of the names of its files (see PLACES); the default Markdown has the names of the dumps.
    """

    fields: tuple[str, ...] = ()
    teasers: bool = True
    markdown: Flavour = Flavour.COMMONMARK
    names: str = "{date}-{slug}"

    @property
    def has_flavour(self) -> bool:
        """Whether Markdown is written for another program than a reader of CommonMark."""
        return self.markdown is not Flavour.COMMONMARK


OUTPUT_DEFAULTS: Final = OutputSettings()

_PLACE: Final = re.compile(r"\{(\w*)\}")
_BRACE = re.compile(r"[{}\\\0]")
_FORM = re.compile(r"([a-z_,]*)/([01])", re.ASCII)


def problem(settings: OutputSettings) -> str | None:
    """What is wrong with the settings, with the name of the setting; None if they can be used."""
    unknown = next((name for name in settings.fields if name not in FIELDS), None)
    if unknown is not None:
        return f"output.fields: unknown field {unknown!r}; the fields are: {', '.join(FIELDS)}"
    places = _PLACE.findall(settings.names)
    wrong = next((name for name in places if name not in PLACES), None)
    if wrong is not None or not places or _BRACE.search(_PLACE.sub("", settings.names)):
        known = ", ".join(f"{{{name}}}" for name in PLACES)
        return f"output.names: a template such as {OUTPUT_DEFAULTS.names!r} with {known}; got {settings.names!r}"
    return None


def filled(template: str, values: Mapping[str, str]) -> str:
    """The template with a value for each of its places."""
    return _PLACE.sub(lambda place: values[place[1]], template)


def chosen_fields(settings: OutputSettings) -> tuple[str, ...]:
    """The fields of each record, in its order; empty if these are all."""
    chosen = tuple(name for name in FIELDS if name in settings.fields)
    return () if chosen == FIELDS else chosen


def to_form(settings: OutputSettings) -> str:
    """What the files of many records depend on, as a word for the manifest."""
    return f"{','.join(chosen_fields(settings))}/{settings.teasers:d}"


def from_form(text: str) -> OutputSettings | None:
    """The settings that gave this word; None if it is not one."""
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    names = tuple(filter(None, found[1].split(",")))
    return OutputSettings(names, found[2] == "1") if all(name in FIELDS for name in names) else None
