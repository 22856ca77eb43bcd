"""Text from dumps, made harmless for a terminal."""

import re
from typing import Final

HARMFUL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Control characters, line separators, and marks that turn the direction of the text."""

_ACTING: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""HARMFUL without tabs and line feeds."""


def shown(text: str) -> str:
    """`text` without characters that move a terminal's cursor, change colours or reverse the writing direction."""
    visible = text.replace("\r", "").replace("\n", "\N{DOWNWARDS ARROW WITH CORNER LEFTWARDS}")
    return HARMFUL.sub(_named, visible)


def shown_lines(text: str) -> str:
    """The same for a text that may have line breaks and tabs."""
    return _ACTING.sub(_named, text)


def escaped(line: str) -> str:
    """A line of JSON with these characters escaped; its values are the same."""
    return HARMFUL.sub(lambda one: f"\\u{ord(one[0]):04x}", line)


def _named(character: re.Match[str]) -> str:
    return f"<U+{ord(character[0]):04X}>"
