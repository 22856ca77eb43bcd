"""Notes about a story: corrections, disclosures, where it first appeared, how it was made."""

import re
from typing import Final

from copydesk.vocabulary import VOCABULARY, whole_words

_SAYS = re.compile(whole_words(VOCABULARY.note.phrases), re.IGNORECASE)
_DISCLAIMS = re.compile(whole_words(VOCABULARY.note.disclaimers), re.IGNORECASE)
_ABOUT_STORY = re.compile(whole_words(VOCABULARY.note.this_story), re.IGNORECASE)
_ABOUT_SITE = re.compile(whole_words(VOCABULARY.note.about_site), re.IGNORECASE)

MAX_CHARACTERS: Final = 900
"""Characters of a note: a longer line is running text.  Set by reading the kit's dumps, November 2026."""


def says_note(line: str) -> bool:
    """Whether the line has the words of a note: of a correction, a disclosure, a first publication."""
    return len(line) <= MAX_CHARACTERS and _SAYS.search(line) is not None and _ABOUT_SITE.search(line) is None


def is_disclaimer(line: str) -> bool:
    """Whether a note says what the text does not promise, or what its author earns."""
    return _DISCLAIMS.search(line) is not None


def is_about_story(line: str) -> bool:
    """Whether the line speaks of the story that it belongs to: "this article", "dieser Text"."""
    return _ABOUT_STORY.search(line) is not None
