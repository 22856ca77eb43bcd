"""Mojibake: text that was decoded with the wrong encoding, repaired by ftfy."""

import re
from collections.abc import Iterator
from typing import Final

from ftfy import TextFixerConfig, fix_and_explain
from ftfy.badness import is_bad

from copydesk.edits import Edit, Rule
from copydesk.repair.context import Context

RULES = (Rule("encoding.mojibake", "text decoded with the wrong encoding reads as it was written (ftfy)"),)

ONLY_MOJIBAKE: Final = TextFixerConfig(
    unescape_html=False,  # references.py
    remove_terminal_escapes=False,  # invisible.py
    fix_latin_ligatures=False,  # the page's own typography stays, here and below
    fix_character_width=False,
    uncurl_quotes=False,
    fix_line_breaks=False,
    fix_surrogates=False,  # a dump has none
    remove_control_chars=False,  # invisible.py
    normalization=None,
)
ANCHOR: Final = 6
"""So many equal characters in a row put the repaired line back in step with the damaged one."""

REACH: Final = 48
"""How far from a difference the two lines must be in step again; else the rest is one edit."""

_SUSPECT = re.compile(
    "[^\\x00-\\x7f\N{NO-BREAK SPACE}\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}"
    "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}\N{EN DASH}\N{EM DASH}"
    "\N{HORIZONTAL ELLIPSIS}\N{BULLET}\N{MIDDLE DOT}\N{COPYRIGHT SIGN}\N{REGISTERED SIGN}]"
)
"""A character beyond ASCII and the usual punctuation.  Looking for one is cheap, and mojibake of UTF-8 is never made
of the usual ones alone, whatever the encoding that it was read in: each letter gives two characters or more."""


def find(text: str, context: Context) -> Iterator[Edit]:
    """Edits line by line; a line that shows no sign of mojibake costs one search."""
    if text.isascii() or not context.has("encoding.mojibake") or not _SUSPECT.search(text):
        return
    at = 0
    for line in text.splitlines(keepends=True):
        if not line.isascii() and _SUSPECT.search(line) and is_bad(line):
            yield from _mojibake(line, at)
        at += len(line)


def _mojibake(line: str, at: int) -> Iterator[Edit]:
    body = line.rstrip()
    lead = len(body) - len(body.lstrip())
    body = body[lead:]
    fixed, _ = fix_and_explain(body, ONLY_MOJIBAKE)
    for start, before, after in _differences(body, fixed):
        yield Edit(at + lead + start, before, after, ("encoding.mojibake",))


def _differences(old: str, new: str) -> Iterator[tuple[int, str, str]]:
    """(place, old part, new part): word by word where the words correspond, else between anchors."""
    old_words, new_words = old.split(" "), new.split(" ")
    if len(old_words) != len(new_words):
        yield from _between_anchors(old, new)
        return
    at = 0
    for before, after in zip(old_words, new_words, strict=True):
        if before != after:
            same = _shared(before, after)
            tail = _shared(before[same:][::-1], after[same:][::-1])
            yield at + same, before[same : len(before) - tail], after[same : len(after) - tail]
        at += len(before) + 1


def _shared(one: str, other: str) -> int:
    """How many characters both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def _between_anchors(old: str, new: str) -> Iterator[tuple[int, str, str]]:
    """Linear in the lines' length: the search for the next anchor is bounded by REACH."""
    i = j = 0
    while i < len(old) or j < len(new):
        if old[i : i + 1] == new[j : j + 1]:
            i, j = i + 1, j + 1
            continue
        gone, come = next(
            (
                (total - come, come)
                for total in range(1, REACH)
                for come in range(total // 2 + 1)
                if _in_step(old, i + total - come, new, j + come)
            ),
            (len(old) - i, len(new) - j),
        )
        yield i, old[i : i + gone], new[j : j + come]
        i, j = i + gone, j + come


def _in_step(old: str, i: int, new: str, j: int) -> bool:
    return i <= len(old) and j <= len(new) and old[i : i + ANCHOR] == new[j : j + ANCHOR]
