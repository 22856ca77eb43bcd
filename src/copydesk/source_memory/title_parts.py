"""What follows the headline in the title of a page: "Headline | Politics - Example Times" ends with two parts.

A part that most pages of a source have at the end of their titles is the name of the outlet, and one before it that
some have is a section.  Each mark between two parts is taken, as only parts that several pages have count.
"""

import re
from typing import Final

from copydesk.characters import DASHES

MAX_PARTS: Final = 3
"""Parts of a title that are compared, the last ones."""

MAX_CHARACTERS: Final = 48
MAX_WORDS: Final = 6
"""The length of a part: a longer one is of the headline.  The limits are those of the name of an outlet."""

MAX_TITLE: Final = 300
"""Characters of a line that may be a title."""

_EAST_ASIAN = "\u3040-\u30ff\u3400-\u9fff\uff01-\uff60"
_CUT = re.compile(
    rf"(?<!\s)\s+(?:[{DASHES}*\N{{BULLET}}\N{{MIDDLE DOT}}/-]|::?)\s+"
    r"|\s?[|_>\N{FULLWIDTH VERTICAL LINE}\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}]\s?"
    rf"|[{DASHES}]{{2}}|(?<=[{_EAST_ASIAN}])-"
)


def title_parts(line: str) -> tuple[str, ...]:
    """The last parts of a title behind its headline, as they are written; none if the last can't be a name."""
    if len(line) > MAX_TITLE:
        return ()
    parts = [part.strip() for part in _CUT.split(line.strip())][1:][-MAX_PARTS:]
    long = next((n for n in range(len(parts), 0, -1) if not _may_be_name(parts[n - 1])), 0)
    return tuple(parts[long:])


def _may_be_name(part: str) -> bool:
    return 1 < len(part) <= MAX_CHARACTERS and part.count(" ") < MAX_WORDS and any(map(str.isalpha, part))
