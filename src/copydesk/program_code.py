"""Program code inside a text: spacing that would be damage in a story is correct there."""

import re
from typing import Final

_CODE = re.compile(r"[{}=<>\\`]|\(\)|(?<!:)//|->|^\s*[$#>] |\s--[a-z]|\w\.\w+\(|\b(?:else|except|finally|try):[a-z]")

REACH: Final = 200
"""Characters before and after a place that are examined."""


def is_code(text: str, place: int) -> bool:
    """Whether the line around a place looks like program code; in doubt yes, because changed code does more harm."""
    return _CODE.search(line_around(text, place, REACH)) is not None


def line_around(text: str, place: int, reach: int) -> str:
    """The line around a place, at most `reach` characters before and after it."""
    return line_before(text, place, reach) + text[place : place + reach].partition("\n")[0]


def line_before(text: str, place: int, reach: int) -> str:
    """The line before a place, at most `reach` characters."""
    return text[max(0, place - reach) : place].rpartition("\n")[2]
