"""What the classes and ids of an element say about the text in it."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Final

from copydesk.vocabulary import VOCABULARY, one_of

CLASSES: Final = VOCABULARY.classes
"""Words in classes and ids, by what they say about the text in the element.

The model of pages sees which kinds are near a line (`copydesk.html_lines.NEAR`), and which are anywhere around it."""

NAMED_BY: Final = frozenset(("class", "id", "itemprop", "role", "data-testid", "data-component"))
"""Attributes that often say what is in an element."""

MAX_CLASS_TEXT: Final = 300
"""Characters of the NAMED_BY attributes of an element.  Longer texts are lists of style rules, and are ignored."""

_DIGITS = re.compile("[0-9]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

IS_HIDDEN: Final = 1 << len(CLASSES)
"""The bit for an element that is not shown."""

_INITIAL = re.compile(
    "drop-?_?cap|initial|lettrine|first-?_?letter|capolettera|letra-?capit|capitular|versal", re.IGNORECASE
)
_KICKER = re.compile(
    r"(?<![a-z])(?:kicker|dachzeile|overline|topline|eyebrow|roofline|spitzmarke|surtitre|antet[ií]tulo|cintillo|"
    r"occhiello|sopratitolo|stikord|trompet)(?![a-z])",
    re.IGNORECASE,
)
_LINE_NUMBER = re.compile(r"(?<![a-z])(?:ln|lnt|linenos?|line-?numbers?|hljs-ln-n(?:umbers)?)(?![a-z])", re.IGNORECASE)


def is_initial(attributes: Iterable[tuple[str, str]]) -> bool:
    """Whether the element is the large initial of a paragraph, by its class."""
    return _has_class(attributes, _INITIAL)


def is_kicker(attributes: Iterable[tuple[str, str]]) -> bool:
    """Whether the element is the kicker above a headline, by its class."""
    return _has_class(attributes, _KICKER)


def is_line_number(attributes: Iterable[tuple[str, str]]) -> bool:
    """Whether the element is the number of a line of code, by its class."""
    return _has_class(attributes, _LINE_NUMBER)


def _has_class(attributes: Iterable[tuple[str, str]], pattern: re.Pattern[str]) -> bool:
    return any(name == "class" and pattern.search(value) is not None for name, value in attributes)


def classes_of(attributes: Iterable[tuple[str, str]]) -> int:
    """The CLASSES of an element's attributes, and whether it is hidden, one bit each."""
    names: list[str] = []
    hidden = 0
    for name, value in attributes:
        if name in NAMED_BY:
            names.append(value)
        elif name == "hidden" or (name == "style" and _NOT_SHOWN.search(value)):
            hidden = IS_HIDDEN
    text = " ".join(filter(None, names))
    return hidden | _classes(text) if text and len(text) <= MAX_CLASS_TEXT else hidden


@lru_cache(maxsize=2**14)
def _classes(names: str) -> int:
    """The CLASSES of an element's names, which are separated by spaces, one bit each."""
    found = 0
    for name in _DIGITS.sub("0", names).split():  # the patterns do not depend on the digits, and ids have many
        found |= _classes_of_name(name)
    return found


@lru_cache(maxsize=2**14)
def _classes_of_name(name: str) -> int:
    """The CLASSES of one name, one bit each."""
    apart = _CAMEL.sub("-", name)
    if not _any_class().search(apart):
        return 0
    return sum(1 << n for n, pattern in enumerate(_class_patterns()) if pattern.search(apart))


@cache
def _class_patterns() -> tuple[re.Pattern[str], ...]:
    """A pattern for each of the CLASSES.  Compiled at the first page: that takes 70 ms, and texts need none of them."""
    return tuple(_pattern_of(words) for words in CLASSES.values())


@cache
def _any_class() -> re.Pattern[str]:
    return _pattern_of(word for words in CLASSES.values() for word in words)


def _pattern_of(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z]){one_of(words)}(?![a-z])", re.IGNORECASE)
