"""Text from dumps, made harmless for a terminal."""

import re
from typing import Final

HARMFUL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Control characters, line separators, and marks that turn the direction of the text."""


def shown(text: str) -> str:
    """`text` without characters that move a terminal's cursor, change colours or reverse the writing direction."""
    visible = text.replace("\r", "").replace("\n", "\N{DOWNWARDS ARROW WITH CORNER LEFTWARDS}")
    return HARMFUL.sub(lambda match: f"<U+{ord(match[0]):04X}>", visible)
