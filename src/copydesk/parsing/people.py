"""Names of people, by the shape of the text and the frequency of its words."""

import re
from dataclasses import dataclass
from typing import Final

from copydesk import lexicon
from copydesk.characters import APOSTROPHES
from copydesk.text import SIGNS, base_language
from copydesk.vocabulary import VOCABULARY


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Limits of a person's name.

    Used since November 2026; what set the first three is not recorded, `python -m bench.metadata` set the others.
    `python -m bench.thresholds` measures half and twice.
    """

    max_characters: int = 40
    """Characters of a name."""

    common_word: float = 8e-5
    """Share of all words of the language.  A word with this share or more is more frequent than nearly all names."""

    rare_word: float = 2e-6
    """Share of all words of the language.  Nearly all words with a smaller share are names of people or firms."""

    common_given_name: float = 2.5e-5
    """Share of all words of the language: nearly all given names are less frequent."""

    common_surname: float = 1e-5
    """The same for a surname: "Daisy Carpet Cleaning" is a firm."""


MAX_WORDS_WITHOUT_CASE: Final = 4
"""Words of a name in such a script.  Set with the cases of the tests, November 2026."""

THRESHOLDS: Final = Thresholds()

PARTICLES: Final = frozenset(
    (
        *"al ap bin da dal de del della den der di do dos du el ibn la le ten ter van von zu zum".split(),  # noqa: SIM905
        *(f"{apostrophe}t" for apostrophe in APOSTROPHES),
    )
)
"""Words in lower case that are part of a name."""

_WORD = rf"[^\W\d_](?:[^\W\d_]|[.{APOSTROPHES}-])*"
_AROUND_WORD: Final = f".,{APOSTROPHES}"
_LETTERS_ONLY = re.compile(rf"(?!.*[\d_])[^\W\d_][\w{SIGNS}]*(?:[\s'-][^\W\d_][\w{SIGNS}]*)*")
_WORDS = re.compile(rf"{_WORD}(?:\s[{APOSTROPHES}]?{_WORD}){{1,4}}")


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


_VIETNAMESE_FAMILIES: Final = frozenset(VOCABULARY.by.vietnamese_families)
"""With which Vietnamese names begin.  All parts of these names are words of the language."""


def is_phrase(name: str, language: str | None) -> bool:
    """Whether the name is words of the language: none is a given name, and the first is common: "Home Decor".

    False for a language without a list of words.  Of 1,560 authors of the benchmark kit, some organisations are like
    that ("Marketing Team"), and no person (November 2026).
    """
    if base_language(language) == "vi" and name.istitle() and name.split()[0] in _VIETNAMESE_FAMILIES:
        return False
    known, given = lexicon.words(language), lexicon.given_names()
    words = [word.strip(_AROUND_WORD) for word in name.casefold().split()]
    if not known or not words or not all(known.get(w, 0.0) >= THRESHOLDS.rare_word and w not in given for w in words):
        return False
    is_short = len(words[0]) < lexicon.MIN_LETTERS_OF_NAME and not name.split()[0].isupper()  # "Jo Cox", "Wu Wei"
    return known[words[0]] >= (THRESHOLDS.common_word if is_short else THRESHOLDS.common_surname)


def has_given_name(name: str, language: str | None) -> bool:
    """Whether the name begins with a given name that is no common word: "Jane Doe", but not "Job Search Tips"."""
    first = name.casefold().partition(" ")[0].strip(_AROUND_WORD)
    is_word = lexicon.words(language).get(first, 0.0) >= THRESHOLDS.common_given_name
    return first in lexicon.given_names() and not is_word


def is_full_name(text: str) -> bool:
    """Whether the text is a person's name that begins with a given name, whatever its language."""
    return is_person(text) and has_given_name(text, None)


def may_be_surname(word: str, language: str | None) -> bool:
    """Whether a word behind a given name may be a surname: no common word, and no initial."""
    folded = word.casefold()
    is_word = lexicon.words(language).get(folded, 0.0) >= THRESHOLDS.common_surname
    return len(folded.rstrip(".")) > 1 and (folded in lexicon.given_names() or not is_word)


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
