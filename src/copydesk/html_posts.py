"""The posts of a thread in an HTML page, by the names that software for forums gives its elements.

A name is an attribute with one word of its value: "class=postbody".  All figures in it count as 0.
"""

import re
from collections.abc import Iterable, Mapping
from enum import IntEnum
from functools import lru_cache
from typing import Final

from copydesk.vocabulary import VOCABULARY


class PostPart(IntEnum):
    """What the text in an element is to a thread.  `POST` is an element around one or more posts."""

    NONE = 0
    POST = 1
    TEXT = 2
    NAME = 3
    DATE = 4
    LEFT_OUT = 5


ATTRIBUTES: Final = frozenset(("class", "id", "itemprop", "itemtype", "component", "data-role", "slot", "property"))
"""The attributes with such names."""

MAX_VALUE: Final = 500
"""Characters of a value; a longer one is a list of style rules, and is passed over."""

_FIGURES = re.compile(r"\d+")

_NAMES: Final[Mapping[PostPart, frozenset[str]]] = {
    PostPart.LEFT_OUT: frozenset(VOCABULARY.posts.left_out),
    PostPart.TEXT: frozenset(VOCABULARY.posts.text),
    PostPart.POST: frozenset(VOCABULARY.posts.around),
}
_NAMES_IN_POST: Final[Mapping[PostPart, frozenset[str]]] = {
    PostPart.TEXT: frozenset(VOCABULARY.posts.text_inside),
    PostPart.DATE: frozenset(VOCABULARY.posts.date_inside),
    PostPart.NAME: frozenset(VOCABULARY.posts.name_inside),
}
"""Names that mean this only in a post."""

_KNOWN: Final = frozenset().union(*_NAMES.values(), *_NAMES_IN_POST.values())
_NOTHING: Final[frozenset[str]] = frozenset()


def part_of(tag: str, attributes: Iterable[tuple[str, str]], parent: PostPart) -> PostPart:
    """What the text in an element is, where `parent` is what the text beside it is."""
    if parent is PostPart.LEFT_OUT:
        return parent
    names = _NOTHING
    for attribute, value in attributes:
        if attribute in ATTRIBUTES and (found := _names(attribute, value)):
            names |= found
    if not names and (tag != "time" or parent is PostPart.NONE):
        return parent
    if names & _NAMES[PostPart.LEFT_OUT]:
        return PostPart.LEFT_OUT
    if parent is PostPart.TEXT:
        return parent
    part = next((part for part, known in _NAMES.items() if names & known), PostPart.NONE)
    if parent is not PostPart.NONE and part in (PostPart.NONE, PostPart.POST):
        own = next((part for part, known in _NAMES_IN_POST.items() if names & known), part or parent)
        return PostPart.DATE if tag == "time" and own is not PostPart.TEXT else own
    return part


@lru_cache(maxsize=2**14)
def _names(attribute: str, value: str) -> frozenset[str]:
    """The names of a value that the vocabulary has."""
    if len(value) > MAX_VALUE:
        return _NOTHING
    words = _FIGURES.sub("0", value.casefold()).split()
    if attribute == "itemtype":
        words = [word.rpartition("/")[2] for word in words]
    return _KNOWN.intersection(f"{attribute}={word}" for word in words)
