"""The line around a place, and whether it is program code: what is right there would be damage in a story."""

import re
from typing import Final

_CODE = re.compile(r"[{}=<>\\`]|\(\)|(?<!:)//|->|^\s*[$#>] |\s--[a-z]|\w\.\w+\(")

REACH: Final = 200
"""Characters to either side of a place that are looked at."""


def is_code(text: str, place: int) -> bool:
    """Whether the line around a place looks like program code: a miss there costs less than a change."""
    return _CODE.search(line_around(text, place, REACH)) is not None


def line_around(text: str, place: int, reach: int) -> str:
    """What stands around a place in its line, at most `reach` characters to either side."""
    return line_before(text, place, reach) + text[place : place + reach].partition("\n")[0]


def line_before(text: str, place: int, reach: int) -> str:
    """What stands before a place in its line, at most `reach` characters."""
    return text[max(0, place - reach) : place].rpartition("\n")[2]
