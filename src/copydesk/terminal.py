"""Text from dumps, made harmless for a terminal."""

import re
from typing import Final

from copydesk import characters

HARMFUL: Final = re.compile(f"[{characters.HARMFUL}]")
"""Control characters, line separators, and marks that turn the direction of the text."""

_ACTING: Final = re.compile(f"(?![\t\n])[{characters.HARMFUL}]")
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
