"""HTTP headers that a record of a container holds, in the forms that crawlers write."""

from collections.abc import Iterator, Sequence
from typing import Final

from copydesk.document import Json
from copydesk.readers.record_text import Holder
from copydesk.rights import Right, of_headers

HEADERS: Final = ("headers", "response_headers", "http_headers", "response.headers")
"""The names that crawlers give to the headers of a response."""


def rights_of(record: dict[str, Json], holders: Sequence[Holder]) -> tuple[Right, ...]:
    """The opt-out and licence marks in the headers of a record.  The fields stay where they are."""
    found: dict[str, tuple[Right, ...]] = {}
    for holder in (*holders, Holder(record)):
        for place in holder.places(HEADERS):
            path = f"container:{place.path}."
            found.setdefault(path, tuple(of_headers(_headers(place.value), path)))
    return tuple(right for rights in found.values() for right in rights)


def _headers(value: Json) -> Iterator[tuple[str, str]]:
    """(name, value) of headers in an object, in a list of pairs or of objects (HAR), or in lines of text."""
    if isinstance(value, str):
        for line in value.splitlines():
            name, colon, rest = line.partition(":")
            if colon:
                yield name.strip(), rest
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from ((name, text) for text in _texts(one))
    elif isinstance(value, list):
        for one in value:
            if isinstance(one, dict) and isinstance(one.get("name"), str):
                yield from ((str(one["name"]), text) for text in _texts(one.get("value")))
            elif isinstance(one, list) and len(one) == 2 and isinstance(one[0], str):
                yield from ((one[0], text) for text in _texts(one[1]))
            elif isinstance(one, str):
                yield from _headers(one)


def _texts(value: Json) -> Iterator[str]:
    """The values of a header, which may be there several times."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, (str, int)) and not isinstance(one, bool):
            yield str(one)
