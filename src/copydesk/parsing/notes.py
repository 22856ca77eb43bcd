"""Notes about a story: corrections, disclosures, where it first appeared, how it was made."""

from typing import Final

from copydesk.phrase_index import PhraseIndex
from copydesk.vocabulary import VOCABULARY, whole_words

_SAYS: Final = PhraseIndex(VOCABULARY.note.phrases, whole_words)
_DISCLAIMS: Final = PhraseIndex(VOCABULARY.note.disclaimers, whole_words)
_ABOUT_STORY: Final = PhraseIndex(VOCABULARY.note.this_story, whole_words)
_ABOUT_SITE: Final = PhraseIndex(VOCABULARY.note.about_site, whole_words)

MAX_CHARACTERS: Final = 900
"""Characters of a note: a longer line is running text.  Set by reading the kit's dumps, November 2026."""


def says_note(line: str) -> bool:
    """Whether the line has the words of a note: of a correction, a disclosure, a first publication."""
    return len(line) <= MAX_CHARACTERS and _SAYS.search(line) and not _ABOUT_SITE.search(line)


def is_disclaimer(line: str) -> bool:
    """Whether a note says what the text does not promise, or what its author earns."""
    return _DISCLAIMS.search(line)


def is_about_story(line: str) -> bool:
    """Whether the line speaks of the story that it belongs to: "this article", "dieser Text"."""
    return _ABOUT_STORY.search(line)
