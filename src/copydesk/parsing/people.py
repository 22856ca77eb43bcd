"""Names of people, as far as their shape tells."""

import re
from typing import Final

from copydesk import lexicon
from copydesk.characters import APOSTROPHES

PARTICLES: Final = frozenset(
    "al bin da dal de del della den der di do dos du el ibn la le ten ter van von zu zum".split()  # noqa: SIM905
)
"""Words in lower case that stand inside names."""

LONGEST: Final = 40
"""Characters."""

_WORD = rf"[^\W\d_](?:[^\W\d_]|[.{APOSTROPHES}-])*"
_WORDS = re.compile(rf"{_WORD}(?:\s{_WORD}){{1,4}}")


COMMON_WORD: Final = 8e-5
"""Share of all words from which a word is commoner than nearly all names."""


def is_common(name: str, language: str | None, *, all_words: bool = True) -> bool:
    """Whether all of its words are common ("Save Story", "Learn More"), or any: "New Delhi", "Real Estate"."""
    known = lexicon.words(language)
    common = [known.get(word, 0.0) >= COMMON_WORD for word in name.casefold().split()]
    return all(common) if all_words else any(common)


RARE_WORD: Final = 2e-6
"""Share of all words below which a word is hardly any but a name."""


def is_rare(name: str, language: str | None) -> bool:
    """Whether one of its words is so rare that hardly anything but a person, or a firm, is called so.

    Where no list of words is at hand, none is.
    """
    known = lexicon.words(language)
    return bool(known) and any(known.get(word, 0.0) < RARE_WORD for word in name.casefold().split() if word.isalpha())


def is_person(text: str) -> bool:
    """Whether `text` may be a person's name: two to five words, each but the particles with a capital."""
    words = text.split()
    return (
        len(text) <= LONGEST
        and _WORDS.fullmatch(text) is not None
        and text[0].isupper()
        and all(word[0].isupper() or word in PARTICLES for word in words)
    )
