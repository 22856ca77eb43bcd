"""Invisible characters: unusual spaces, marks inside words, control characters.

Characters that a script needs stay: joiners in Arabic, Indic scripts and emoji, word separators in South-East Asian
scripts, directional marks in lines with right-to-left letters.
"""

import re
from collections.abc import Iterator
from typing import Final

from copydesk.edits import Edit, Rule
from copydesk.repair.context import Context

RULES = (
    Rule("invisible.odd-space", "a no-break, thin, em or other typographic space is a space"),
    Rule("invisible.zero-width", "a zero-width space, word joiner or byte order mark splits words that are one"),
    Rule("invisible.soft-hyphen", "a soft hyphen is a place to break a line, not a character of the word"),
    Rule("invisible.joiner", "a zero-width joiner has no function between letters that do not join"),
    Rule("invisible.direction", "a directional mark has no function in a line without right-to-left letters"),
    Rule("invisible.control", "a control character or terminal escape is not text"),
)

# Scripts by Unicode block, each as the body of a character class.
JOINING: Final = "\u0600-\u08ff\ufb50-\ufdff\ufe70-\ufefc\u0900-\u0dff\u1000-\u109f\u1780-\u17ff\u1800-\u18af"
WITHOUT_SPACES: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
EMOJI: Final = "\u00a9\u00ae\u203c-\u3299\ufe0f\U0001f000-\U0001faff\U000e0020-\U000e007f"
RIGHT_TO_LEFT: Final = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001eeff"

_PATTERNS: Final = (
    (re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f]"), " ", "invisible.odd-space"),
    (
        re.compile(f"[\u2060\ufeff\u180e]|(?<![{WITHOUT_SPACES}])\u200b|\u200b(?![{WITHOUT_SPACES}])"),
        "",
        "invisible.zero-width",
    ),
    (re.compile("\u00ad+"), "", "invisible.soft-hyphen"),
    (
        re.compile(f"(?<![{JOINING}{EMOJI}])[\u200c\u200d]|[\u200c\u200d](?![{JOINING}{EMOJI}])"),
        "",
        "invisible.joiner",
    ),
    (re.compile("\x1b\\[[0-9;?]{0,32}[@-~]|[\x00-\x08\x0e-\x1b\x7f\x80-\x84\x86-\x9f]"), "", "invisible.control"),
)
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_OVERRIDE = re.compile("[\u202d\u202e]")
_RIGHT_TO_LEFT = re.compile(f"[{RIGHT_TO_LEFT}]")
_SUSPECT = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\xa0\xad\u061c\u1680\u180e\u2000-\u200f\u202a-\u202f\u205f-\u2069\ufeff]"
)


def find(text: str, context: Context) -> Iterator[Edit]:
    """The edits, line by line.  A line without a suspicious character costs one search."""
    if not _SUSPECT.search(text):
        return
    at = 0
    for line in text.splitlines(keepends=True):
        if _SUSPECT.search(line):
            yield from sorted(_in_line(line, at, context), key=lambda edit: edit.start)
        at += len(line)


def _in_line(line: str, at: int, context: Context) -> Iterator[Edit]:
    """The edits of a line that begins at character `at`, unsorted."""
    for pattern, after, rule in _PATTERNS:
        for match in pattern.finditer(line) if context.has(rule) else ():
            yield Edit(at + match.start(), match[0], after, (rule,))
    needless = _OVERRIDE if _RIGHT_TO_LEFT.search(line) else _DIRECTION
    for match in needless.finditer(line) if context.has("invisible.direction") else ():
        yield Edit(at + match.start(), match[0], "", ("invisible.direction",))
