"""Labels that say whether a line is the caption or the source of a picture: "Image caption, The old bridge".

The pages of the BBC have them in all of its languages, for readers who hear the page.
"""

import re
from typing import Final

from copydesk.vocabulary import VOCABULARY, one_of

_MARK: Final = "\\s?[,:\N{ARABIC COMMA}\N{FULLWIDTH COMMA}\N{FULLWIDTH COLON}]\\s*(?=\\S)"
_CAPTION = re.compile(one_of(VOCABULARY.picture.before_caption) + _MARK, re.IGNORECASE)
_SOURCE = re.compile(one_of(VOCABULARY.picture.before_source) + _MARK, re.IGNORECASE)


def says_caption(line: str) -> bool:
    """Whether the line begins with the label of a caption."""
    return _CAPTION.match(line) is not None


def says_source(line: str) -> bool:
    """Whether the line begins with the label of a picture's source."""
    return _SOURCE.match(line) is not None


def without_label(line: str) -> str:
    """The line without such a label; a line without one stays as it is."""
    found = _CAPTION.match(line) or _SOURCE.match(line)
    return line[found.end() :] if found else line
