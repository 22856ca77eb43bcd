"""Rows of buttons in a line of their own, like "Print | Share | Text size"."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from copydesk.text import fold
from copydesk.vocabulary import VOCABULARY

MAX_WORDS: Final = 24
"""Words of a row, or half of its Chinese characters.  Bounds the time; set with the tests' cases, November 2026."""

MIN_BUTTONS: Final = 2
"""Different buttons of a row.  One alone is a phrase of the vocabulary, or may be a heading."""

MAX_FUSED: Final = 200
"""Characters of a row in which buttons are fused.  Bounds the time."""

_FUSED = re.compile(r"(?<=[a-zà-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])")
"""The place where a small letter is fused with a capital."""

_WITHOUT_SPACES: Final = "\N{HIRAGANA LETTER SMALL A}"
"""From this character on, scripts write a word without a space after the one before."""

_SENTENCE_ENDS: Final = (".", "!", "?")


def is_row(text: str, folded: str) -> bool:
    """Whether a line has nothing but buttons: two that do something, one that shares, or the size of the text.

    `folded` is the line as `fold` gives it.  Numbers count shares or comments.  Buttons may be fused: "PrintJump to
    recipe".
    """
    if _has_only_buttons(text, folded):
        return True
    is_fused = len(text) <= MAX_FUSED and _FUSED.search(text) is not None
    return is_fused and _has_only_buttons(text, fold(_FUSED.sub(" ", text)))


def _has_only_buttons(text: str, folded: str) -> bool:
    words = folded.split(maxsplit=MAX_WORDS)  # long lines are paragraphs: most end here
    if not words or len(words) > MAX_WORDS or text.endswith(_SENTENCE_ENDS):
        return False
    if words[0] not in _first_words() and not words[0].isdecimal() and words[0] < _WITHOUT_SPACES:
        return False
    buttons = _buttons(words)
    if len(buttons) < MIN_BUTTONS:
        return False
    shares = not buttons.isdisjoint(_share()) and buttons <= _share() | _networks()
    return shares or len(buttons & _actions()) >= MIN_BUTTONS or not buttons.isdisjoint(_text_size())


def has_buttons(folded: str) -> bool:
    """Whether two different words of a short line, as `fold` gives it, are buttons: then it names no person."""
    words = folded.split(maxsplit=MAX_WORDS)
    return len(words) <= MAX_WORDS and len(_all().intersection(words)) >= MIN_BUTTONS


def is_line(folded: str) -> bool:
    """Whether a line, as `fold` gives it, says only what a button says."""
    return folded.rstrip("0123456789 ") in _lines()


def _buttons(words: Sequence[str]) -> set[str]:
    """The buttons of which the words consist, but for numbers; empty if anything else is among them."""
    buttons: set[str] = set()
    at = 0
    while at < len(words):
        length = next((n for n in range(_longest(), 0, -1) if " ".join(words[at : at + n]) in _all()), 0)
        found = [" ".join(words[at : at + length])] if length else _inside(words[at])
        if not found and not words[at].isdecimal():
            return set()
        buttons.update(found)
        at += max(length, 1)
    return buttons


def _inside(word: str) -> list[str]:
    """The buttons that a word without spaces is made of; none if it is another word."""
    found: list[str] = []
    at = 0
    while word >= _WITHOUT_SPACES and at < len(word):
        length = next((n for n in range(min(_longest_word(), len(word) - at), 1, -1) if word[at : at + n] in _all()), 0)
        if not length:
            return []
        found.append(word[at : at + length])
        at += length
    return found


@cache
def _share() -> frozenset[str]:
    return frozenset(map(fold, VOCABULARY.buttons.share))


@cache
def _actions() -> frozenset[str]:
    return _share() | frozenset(map(fold, VOCABULARY.buttons.actions))


@cache
def _text_size() -> frozenset[str]:
    return frozenset(map(fold, VOCABULARY.buttons.text_size))


@cache
def _networks() -> frozenset[str]:
    return frozenset(map(fold, VOCABULARY.buttons.networks))


@cache
def _all() -> frozenset[str]:
    return _actions() | _text_size() | _networks() | frozenset(map(fold, VOCABULARY.buttons.sizes))


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
