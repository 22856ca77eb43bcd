"""Text from dumps, made harmless for a terminal."""

import re

_HARMFUL = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def shown(text: str) -> str:
    """`text` without characters that move a terminal's cursor, change colours or reverse the writing direction."""
    visible = text.replace("\r", "").replace("\n", "\N{DOWNWARDS ARROW WITH CORNER LEFTWARDS}")
    return _HARMFUL.sub(lambda match: f"<U+{ord(match[0]):04X}>", visible)
