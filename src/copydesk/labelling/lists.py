"""How entries of lists begin."""

import re

from copydesk.characters import BULLETS
from copydesk.labelling.line import Line

_ITEM = re.compile(rf"[{BULLETS}-]\s|\d{{1,3}}[.)]\s")


def is_item(line: Line) -> bool:
    """Whether the line begins like the entry of a list: with a bullet, or a number and a full stop."""
    return not line.text[0].isalpha() and _ITEM.match(line.text) is not None
