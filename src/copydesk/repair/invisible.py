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
    Rule("invisible.run", "several invisible characters in a row carry data, not text: no script needs more than one"),
    Rule("invisible.variation", "a variation selector has no function here: it can carry hidden text"),
    Rule("invisible.tag", "a tag character outside the flag of a region carries hidden text"),
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
        re.compile(
            f"[\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\u180e\U0001d173-\U0001d17a]|(?<![{WITHOUT_SPACES}])\u200b|\u200b(?![{WITHOUT_SPACES}])"
        ),
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
_RUN = re.compile("[\u200b-\u200d\u2060-\u2064\u206a-\u206f\ufeff]{2,}")
_REPEATED: Final = 3
"""Times that a writer types the same joiner by mistake; one of them stays."""

_JOINS = re.compile(f"[{JOINING}{WITHOUT_SPACES}]")
_VARIATION = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]+")
_TAKES_STYLE = re.compile(f"[0-9#*\u2190-\u2bff\u3030\u303d{EMOJI}]")
"""Characters that FE0E and FE0F show as text or as emoji."""

_TAKES_VARIANT = re.compile("[\u1000-\u109f\u2200-\u22ff\u3000-\u303f\uff00-\uffef\ua840-\ua877]")
"""Characters that the other first selectors change: mathematical signs, Burmese letters, marks of East Asia."""

_IDEOGRAPH = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_TAGS = re.compile("[\U000e0000-\U000e007f]+")
_REGION_TAGS = re.compile("[\U000e0030-\U000e0039\U000e0061-\U000e007a]{2,6}\U000e007f")
_FLAG: Final = "\N{WAVING BLACK FLAG}"
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_OVERRIDE = re.compile("[\u202d\u202e]")
_RIGHT_TO_LEFT = re.compile(f"[{RIGHT_TO_LEFT}]")
_SUSPECT = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\xa0\xad\u061c\u1680\u180e\u2000-\u200f\u202a-\u202f\u205f-\u206f\ufeff"
    "\ufe00-\ufe0f\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e01ef]"
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
    """The edits of a line that begins at character `at`, unsorted; none overlaps another."""
    runs = list(_runs(line)) if context.has("invisible.run") else []
    for start, before in runs:
        yield Edit(at + start, before, "", ("invisible.run",))
    taken = {place for start, before in runs for place in range(start, start + len(before))}
    for pattern, after, rule in _PATTERNS:
        for match in pattern.finditer(line) if context.has(rule) else ():
            if match.start() not in taken and match.end() not in taken:
                yield Edit(at + match.start(), match[0], after, (rule,))
    needless = _OVERRIDE if _RIGHT_TO_LEFT.search(line) else _DIRECTION
    for match in needless.finditer(line) if context.has("invisible.direction") else ():
        yield Edit(at + match.start(), match[0], "", ("invisible.direction",))
    for match in _VARIATION.finditer(line) if context.has("invisible.variation") else ():
        needed = _needed(line, match.start())
        if needed < len(match[0]):
            yield Edit(at + match.start() + needed, match[0][needed:], "", ("invisible.variation",))
    for match in _TAGS.finditer(line) if context.has("invisible.tag") else ():
        is_region = line[match.start() - 1 : match.start()] == _FLAG and _REGION_TAGS.fullmatch(match[0])
        if not is_region:
            yield Edit(at + match.start(), match[0], "", ("invisible.tag",))


def _runs(line: str) -> Iterator[tuple[int, str]]:
    """(place, characters) of the invisible characters in each run that no script needs."""
    for match in _RUN.finditer(line):
        beside = line[match.start() - 1 : match.start()], line[match.end() : match.end() + 1]
        is_repeated = (
            len(set(match[0])) == 1 and len(match[0]) <= _REPEATED and all(_JOINS.fullmatch(char) for char in beside)
        )
        yield match.start() + is_repeated, match[0][is_repeated:]


def _needed(line: str, place: int) -> int:
    """How many variation selectors the character before this place can have: none or one."""
    before, selector = line[place - 1 : place], line[place]
    if selector in "\ufe0e\ufe0f":
        return int(_TAKES_STYLE.match(before) is not None)
    if selector <= "\ufe0f":
        return int(_TAKES_VARIANT.match(before) is not None or _IDEOGRAPH.match(before) is not None)
    return int(_IDEOGRAPH.match(before) is not None)
