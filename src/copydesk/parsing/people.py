"""Names of people, by the shape of the text and the frequency of its words."""

import re
from dataclasses import dataclass
from typing import Final

from copydesk import lexicon
from copydesk.characters import APOSTROPHES


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Limits of a person's name.

    Used since November 2026; what set them is not recorded.  `python -m bench.thresholds` measures half and twice.
    """

    max_characters: int = 40
    """Characters of a name."""

    common_word: float = 8e-5
    """Share of all words of the language.  A word with this share or more is more frequent than nearly all names."""

    rare_word: float = 2e-6
    """Share of all words of the language.  Nearly all words with a smaller share are names of people or firms."""


MAX_WORDS_WITHOUT_CASE: Final = 4
"""Words of a name in such a script.  Set with the cases of the tests, November 2026."""

THRESHOLDS: Final = Thresholds()

PARTICLES: Final = frozenset(
    "al bin da dal de del della den der di do dos du el ibn la le ten ter van von zu zum".split()  # noqa: SIM905
)
"""Words in lower case that are part of a name."""

_WORD = rf"[^\W\d_](?:[^\W\d_]|[.{APOSTROPHES}-])*"
_LETTERS_ONLY = re.compile(r"[^\W\d_]+(?:[\s'-][^\W\d_]+)*")
_WORDS = re.compile(rf"{_WORD}(?:\s{_WORD}){{1,4}}")


def is_common(name: str, language: str | None, *, all_words: bool = True) -> bool:
    """Whether all words of the name are common ("Save Story"); with `all_words=False`, whether any is ("New Delhi")."""
    known = lexicon.words(language)
    common = [known.get(word, 0.0) >= THRESHOLDS.common_word for word in name.casefold().split()]
    return all(common) if all_words else any(common)


def is_rare(name: str, language: str | None) -> bool:
    """Whether a word of the name is so rare that it must be the name of a person or a firm.

    False for a language without a list of words.
    """
    known = lexicon.words(language)
    words = filter(str.isalpha, name.casefold().split())
    return bool(known) and any(known.get(word, 0.0) < THRESHOLDS.rare_word for word in words)


def is_name_without_case(text: str) -> bool:
    """Whether `text` may be a name in a script that has no capitals: up to four words of letters, and nothing else."""
    words = text.split()
    return (
        len(text) <= THRESHOLDS.max_characters
        and len(words) <= MAX_WORDS_WITHOUT_CASE
        and text.upper() == text.lower()
        and _LETTERS_ONLY.fullmatch(text) is not None
    )


def is_person(text: str) -> bool:
    """Whether `text` may be a person's name: two to five words that begin with a capital, except for particles."""
    words = text.split()
    return (
        len(text) <= THRESHOLDS.max_characters
        and _WORDS.fullmatch(text) is not None
        and text[0].isupper()
        and all(word[0].isupper() or word in PARTICLES for word in words)
    )
