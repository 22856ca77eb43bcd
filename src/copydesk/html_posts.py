"""The posts of a thread in an HTML page, by the names that software for forums gives its elements.

A name is an attribute with one word of its value ("class=postbody"), an element with one word of its classes
("td.post"), or an element that a page defines itself ("tag=shreddit-post").  All figures in it count as 0.
"""

import re
from collections.abc import Iterable, Mapping
from enum import IntEnum
from functools import lru_cache
from typing import Final

from copydesk.vocabulary import VOCABULARY


class PostPart(IntEnum):
    """What the text in an element is to a thread."""

    NONE = 0
    POST = 1
    """Around one or more posts."""
    TEXT = 2
    NAME = 3
    DATE = 4
    LEFT_OUT = 5
    AUTHOR = 6
    """Around the name of a post's author, and often ranks and figures about them."""
    TITLE = 7
    """The title of a post, which may be all that it has."""


ATTRIBUTES: Final = frozenset(
    (
        *("class", "id", "itemprop", "itemtype", "component", "data-role", "slot", "property"),
        *("data-testid", "data-click-id"),
    )
)
"""The attributes with such names."""

MAX_VALUE: Final = 500
"""Characters of a value; a longer one is a list of style rules, and is passed over."""

_FIGURES = re.compile(r"\d+")

_NAMES: Final[Mapping[PostPart, frozenset[str]]] = {
    PostPart.LEFT_OUT: frozenset(VOCABULARY.posts.left_out),
    PostPart.TEXT: frozenset(VOCABULARY.posts.text),
    PostPart.AUTHOR: frozenset(VOCABULARY.posts.author),
    PostPart.POST: frozenset(VOCABULARY.posts.around),
}
_NAMES_IN_POST: Final[Mapping[PostPart, frozenset[str]]] = {
    PostPart.TEXT: frozenset(VOCABULARY.posts.text_inside),
    PostPart.DATE: frozenset(VOCABULARY.posts.date_inside),
    PostPart.NAME: frozenset(VOCABULARY.posts.name_inside),
    PostPart.AUTHOR: frozenset(VOCABULARY.posts.author_inside),
    PostPart.TITLE: frozenset(VOCABULARY.posts.title_inside),
}
"""Names that mean this only in a post."""

_NAMES_OF_AUTHOR: Final = frozenset(VOCABULARY.posts.name_of_author)
_LEFT_OUT_OF_TEXT: Final = frozenset(VOCABULARY.posts.left_out_of_text)

_KNOWN: Final = frozenset().union(*_NAMES.values(), *_NAMES_IN_POST.values(), _NAMES_OF_AUTHOR, _LEFT_OUT_OF_TEXT)
_NOTHING: Final[frozenset[str]] = frozenset()


def part_of(tag: str, attributes: Iterable[tuple[str, str]], parent: PostPart) -> PostPart:
    """What the text in an element is, where `parent` is what the text beside it is."""
    if parent is PostPart.LEFT_OUT:
        return parent
    names = _KNOWN.intersection((f"tag={tag}",)) if "-" in tag else _NOTHING
    for attribute, value in attributes:
        if attribute in ATTRIBUTES and (found := _names(tag, attribute, value)):
            names |= found
    if not names and (tag != "time" or parent is PostPart.NONE):
        return parent
    if names & _NAMES[PostPart.LEFT_OUT] or (parent is PostPart.TEXT and names & _LEFT_OUT_OF_TEXT):
        return PostPart.LEFT_OUT
    if parent is PostPart.TEXT:
        return parent
    part = next((part for part, known in _NAMES.items() if names & known), PostPart.NONE)
    if parent is PostPart.NONE or part not in (PostPart.NONE, PostPart.POST):
        return part
    return _inside(tag, names, part, parent)


def _inside(tag: str, names: frozenset[str], part: PostPart, parent: PostPart) -> PostPart:
    """What the text in an element inside a post is, where `part` is what it is anywhere."""
    if parent is PostPart.AUTHOR and names & _NAMES_OF_AUTHOR:
        return PostPart.NAME
    own = next((part for part, known in _NAMES_IN_POST.items() if names & known), part or parent)
    if own is PostPart.AUTHOR and parent is PostPart.NAME:
        return parent
    return PostPart.DATE if tag == "time" and own is not PostPart.TEXT else own


@lru_cache(maxsize=2**14)
def _names(tag: str, attribute: str, value: str) -> frozenset[str]:
    """The names of a value that the vocabulary has."""
    if len(value) > MAX_VALUE:
        return _NOTHING
    words = _FIGURES.sub("0", value.casefold()).split()
    if attribute == "itemtype":
        words = [word.rpartition("/")[2] for word in words]
    names = [f"{attribute}={word}" for word in words]
    if attribute == "class":
        names += [f"{tag}.{word}" for word in words]
    return _KNOWN.intersection(names)
