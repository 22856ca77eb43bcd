"""Reads a TOML file into frozen dataclasses.  An error names the file, the key, and what would be correct."""

import tomllib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Final, TypeVar, get_args

import msgspec

from copydesk import files
from copydesk.document import Label, PageKind
from copydesk.output_settings import Flavour
from copydesk.rights import Reserved

MAX_SETTINGS_BYTES: Final = 4_000_000
"""Bytes of a file of settings or a profile.  A profile of thousands of lines is smaller."""

_KNOWN: Final = (
    ("`$.keep.pages", "kinds of pages", PageKind),
    ("`$.keep.rights", "rights", Reserved),
    ("`$.output.markdown", "flavours of Markdown", Flavour),
    ("`$", "labels", Label),
)
"""What a message lists if a value is not one of a fixed set: the first place with which its own place begins."""

Table = TypeVar("Table")


class ConfigError(ValueError):
    """A setting that can't be used.  The message names the file, the key, and what would be correct."""


def read(path: Path) -> dict[str, object]:
    """The tables of the file at `path`.  Raises ConfigError if it can't be read."""
    try:
        return tomllib.loads(files.read_limited(path, MAX_SETTINGS_BYTES).decode("utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except RecursionError as error:
        raise ConfigError(f"{path}: not a file of settings: its values are nested too deeply") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error


def convert(table: Mapping[str, object], kind: type[Table], path: Path) -> Table:
    """`table` as the dataclass `kind`.  Raises ConfigError for an unknown key or a wrong type."""
    _check_keys(table, kind, f"{path}: ")
    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as error:
        known = ""
        if str(error).startswith("Invalid enum value"):
            what, values = next((what, values) for place, what, values in _KNOWN if place in str(error))
            known = f"; the {what} are: {', '.join(values)}"
        raise ConfigError(f"{path}: {error}{known}") from error


def _check_keys(table: Mapping[str, object], kind: type, where: str) -> None:
    known = {field.name: field.type for field in fields(kind)}
    for key, value in table.items():
        if key not in known:
            raise ConfigError(f"{where}unknown key {key!r}; the keys here are: {', '.join(known)}")
        inner = known[key]
        listed = next((kind for kind in get_args(inner) if is_dataclass(kind)), None)
        for item in value if listed and isinstance(value, list) else [value]:
            table_kind = listed or inner
            if isinstance(item, Mapping) and isinstance(table_kind, type) and is_dataclass(table_kind):
                _check_keys(item, table_kind, f"{where}{key}: ")
