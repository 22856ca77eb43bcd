"""Lines of program code: what is right in them would be damage in a story."""

import re
from typing import Final

_CODE = re.compile(r"[{}=<>\\`]|\(\)|(?<!:)//|->|^\s*[$#>] |\s--[a-z]|\w\.\w+\(")

REACH: Final = 200
"""Characters to either side of a place that are looked at."""


def is_code(text: str, place: int) -> bool:
    """Whether the line around a place looks like program code: a miss there costs less than a change."""
    start = max(text.rfind("\n", max(0, place - REACH), place) + 1, place - REACH, 0)
    line = text[start:place] + text[place : place + REACH].partition("\n")[0]
    return _CODE.search(line) is not None
