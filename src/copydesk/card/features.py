"""The fields of a record and their types, as the package `datasets` names them in the YAML of a card.

With them, all shards load with the same types, also if a field is null in all records of one shard.  Fields that hold
values of any type (`metadata.extra`, and each `evidence`, with sources that are numbers or names) have the type `json`.
"""

import types
from collections.abc import Collection, Mapping
from dataclasses import is_dataclass
from enum import StrEnum
from typing import Final, TypeAlias, Union, get_args, get_origin, get_type_hints

from copydesk import document, edits, rights
from copydesk.document import Evidence, Json, Record

Feature: TypeAlias = dict[str, Json]

MIXED: Final = tuple[int | str, ...]
"""Sources: numbers of lines and names of statements."""

_PLAIN: Final[Mapping[type, str]] = {str: "string", int: "int64", float: "float64", bool: "bool"}


def features(names: Collection[str] = ()) -> list[Feature]:
    """The fields of a record: those with these names, or all if none is named."""
    return [one for one in _fields(Record) if not names or one["name"] in names]


def _fields(kind: type) -> list[Feature]:
    names = {**vars(document), **vars(edits), **vars(rights)}  # the types that annotations name
    return [{"name": name, **_type(hint)} for name, hint in get_type_hints(kind, names).items()]


def _type(hint: object) -> Feature:
    if get_origin(hint) in (Union, types.UnionType):
        (hint,) = [one for one in get_args(hint) if one is not type(None)]
    if get_origin(hint) is tuple and hint != MIXED:
        inner = _type(get_args(hint)[0])
        return {"list": inner["dtype"] if "dtype" in inner else inner["struct"]}
    if hint in (Evidence, MIXED) or get_origin(hint) is Mapping:
        return {"dtype": "json"}
    if isinstance(hint, type):
        if issubclass(hint, StrEnum):
            return {"dtype": "string"}
        if is_dataclass(hint):
            return {"struct": [*_fields(hint)]}
        return {"dtype": _PLAIN[hint]}
    raise TypeError(f"no type of datasets for {hint}")
