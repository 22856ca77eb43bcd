"""Rows of buttons in a line of their own, like "Print | Share | Text size"."""

from functools import cache
from typing import Final

from copydesk.text import fold
from copydesk.vocabulary import VOCABULARY

MAX_WORDS: Final = 24
"""Words of a row, or a third of its Chinese characters.  Bounds the time; set with the tests' cases, November 2026."""

MIN_BUTTONS: Final = 2
"""Buttons of a row.  One alone is a phrase of the vocabulary, or may be a heading."""

_WITHOUT_SPACES: Final = "\N{HIRAGANA LETTER SMALL A}"
"""From this character on, scripts write a word without a space after the one before."""


def is_row(folded: str) -> bool:
    """Whether a line, as `fold` gives it, has nothing but buttons, and one that does something.

    Numbers count shares or comments.
    """
    words = folded.split(maxsplit=MAX_WORDS)
    if not words or len(words) > MAX_WORDS:
        return False
    if words[0] not in _first_words() and not words[0].isdecimal() and words[0] < _WITHOUT_SPACES:
        return False
    buttons = acts = at = 0
    while at < len(words):
        if words[at].isdecimal():
            at += 1
            continue
        length = next((n for n in range(_longest(), 0, -1) if " ".join(words[at : at + n]) in _all()), 0)
        if length:
            buttons, acts = buttons + 1, acts + (" ".join(words[at : at + length]) in _actions())
            at += length
            continue
        found = _inside(words[at])
        if found is None:
            return False
        buttons, acts, at = buttons + found[0], acts + found[1], at + 1
    return buttons >= MIN_BUTTONS and acts > 0


def is_line(folded: str) -> bool:
    """Whether a line, as `fold` gives it, says only what a button says."""
    return folded.rstrip("0123456789 ") in _lines()


def _inside(word: str) -> tuple[int, int] | None:
    """(buttons, those that do something) of a word that is several buttons in a row; None if it is another word."""
    if word < _WITHOUT_SPACES:
        return None
    buttons = acts = at = 0
    while at < len(word):
        length = next((n for n in range(min(_longest_word(), len(word) - at), 0, -1) if word[at : at + n] in _all()), 0)
        if not length:
            return None
        buttons, acts, at = buttons + 1, acts + (word[at : at + length] in _actions()), at + length
    return buttons, acts


@cache
def _actions() -> frozenset[str]:
    return frozenset(map(fold, VOCABULARY.buttons.actions))


@cache
def _all() -> frozenset[str]:
    return _actions() | frozenset(map(fold, VOCABULARY.buttons.beside))


@cache
def _lines() -> frozenset[str]:
    return frozenset(map(fold, VOCABULARY.buttons.lines))


@cache
def _first_words() -> frozenset[str]:
    return frozenset(phrase.split()[0] for phrase in _all())


@cache
def _longest() -> int:
    """Words of the longest phrase."""
    return max(len(phrase.split()) for phrase in _all())


@cache
def _longest_word() -> int:
    """Characters of the longest phrase in a script without spaces."""
    return max(len(phrase) for phrase in _all() if phrase >= _WITHOUT_SPACES)
