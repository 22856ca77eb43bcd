"""The words that rules look for, read once from `vocabulary.toml`, and what rules make of them.

A rule author writes a word once, in that file.  Rules get their regular expressions (`one_of`) and their hints
(`hint_words`) from the same list, so a rule can't look for a word that its hint does not know.
"""

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Final, TypeAlias

import msgspec

from copydesk.text import folded_words
from copydesk.vocabulary_tables import Vocabulary

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_WITHOUT_SPACES = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
"""Kana, Han and Hangul, in which a word may be inside another."""

MAX_BETWEEN: Final = 60
"""Characters that "..." in an entry matches at most.  Used since November 2026; what set it is not recorded."""


def spelled_out(entry: str) -> list[str]:
    """All phrases that an entry of the file means: one for each combination of its choices in square brackets."""
    if "[" not in entry:
        return [entry]
    parts = _CHOICE.split(entry)
    return ["".join(chosen) for chosen in product(*(part.split("|") for part in parts))]


def plain(word: str) -> str:
    """A folded word, with the same letter for both Turkish letters for i: the form that hints compare."""
    return word.replace("\N{LATIN SMALL LETTER DOTLESS I}", "i").replace("\N{COMBINING DOT ABOVE}", "")


def one_of(phrases: Iterable[str]) -> str:
    """A group of a regular expression that matches each of the phrases, the longest first.

    Phrases with the same beginning share it, because a search tries every branch at every character: with the 400
    phrases of notes it takes a tenth of the time.
    """
    tree: _Tree = {}
    for phrase in sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase)):
        branch = tree
        for part in _parts(phrase):
            branch = branch.setdefault(part, {})
        branch[_END] = {}
    return f"(?:{_expression(tree)})"


def whole_words(phrases: Collection[str]) -> str:
    """Like `one_of`, for whole words only.  A phrase in Kana, Han or Hangul may be inside another word."""
    anywhere = [phrase for phrase in phrases if _WITHOUT_SPACES.search(phrase)]
    bounded = rf"\b{one_of(phrase for phrase in phrases if phrase not in anywhere)}\b"
    return f"{bounded}|{one_of(anywhere)}" if anywhere else bounded


def inside_lines(phrases: Collection[str]) -> str:
    """Like `whole_words`, for phrases in any script, in lines as `level` gives them.

    Only in Latin, Greek and Cyrillic must no letter follow or go before: other scripts write without spaces, or write
    short words together with the next one.
    """
    levelled = sorted({level(phrase) for phrase in phrases})
    bounded = [phrase for phrase in levelled if is_bounded(phrase)]
    anywhere = [phrase for phrase in levelled if not is_bounded(phrase)]
    parts = [rf"(?<!\w){one_of(bounded)}(?!\w)"] * bool(bounded) + [one_of(anywhere)] * bool(anywhere)
    return "|".join(parts)


def is_bounded(phrase: str) -> bool:
    """Whether the phrase is in a script in which a match must begin and end with a whole word."""
    return phrase.strip("* ")[0] < _FIRST_OTHER_SCRIPT


def level(text: str) -> str:
    """The text with straight apostrophes and plain spaces: pages write both, the file has one of them."""
    return text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").replace("\N{NO-BREAK SPACE}", " ")


_FIRST_OTHER_SCRIPT: Final = "\N{HEBREW ACCENT ETNAHTA}"
"""The characters before it are Latin, Greek, Cyrillic and Armenian."""

_Tree: TypeAlias = dict[str, "_Tree"]
"""The parts that may come first, each with what may follow."""

_END: Final = ""
"""In a tree: a phrase may end here."""

_PARTS: Final = {"\0": rf"\b.{{0,{MAX_BETWEEN}}}\b", " ": r"\s", "*": r"\w*"}
"""What matches a character of an entry that does not stand for itself."""


def _parts(phrase: str) -> Iterator[str]:
    """The regular expression for each character of a phrase."""
    return map(_part, phrase.replace(" ... ", "\0"))


@cache
def _part(char: str) -> str:
    """The regular expression for one character.  Remembered, because a process asks 30,000 times when it starts."""
    return _PARTS.get(char) or re.escape(char)


def _expression(tree: _Tree) -> str:
    """The regular expression for the phrases of a tree; a longer phrase goes before one that it begins with."""
    branches = [part + _expression(rest) for part, rest in tree.items() if part != _END]
    whole = branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})" if branches else ""
    return f"(?:{whole})?" if whole and _END in tree else whole


def hint_words(phrases: Iterable[str]) -> frozenset[str]:
    """The longest word of each phrase, folded.  A line with the phrase has this word, or a word that begins with it."""
    return frozenset(max(map(plain, words), key=len) for phrase in phrases if (words := list(folded_words(phrase))))


def _tables(value: object) -> object:
    """The file's content with every list of entries spelled out."""
    if isinstance(value, dict):
        return {key: _tables(each) for key, each in value.items()}
    return [phrase for entry in value for phrase in spelled_out(entry)] if isinstance(value, list) else value


def read(content: str) -> Vocabulary:
    """The vocabulary in a TOML text; raises msgspec.ValidationError for a key that is unknown, missing or no list."""
    return msgspec.convert(_tables(tomllib.loads(content)), Vocabulary)


def content() -> str:
    """The file `vocabulary.toml`."""
    return files("copydesk").joinpath("vocabulary.toml").read_text(encoding="utf-8")


VOCABULARY: Final = read(content())
