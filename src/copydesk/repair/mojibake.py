"""Reads damaged lines as they were written.  The package ftfy repairs them; the edits say what is different."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Set
from typing import Final

from ftfy import TextFixerConfig, fix_and_explain
from ftfy.badness import is_bad

from copydesk.edits import Edit

ONLY_MOJIBAKE: Final = TextFixerConfig(
    unescape_html=False,  # references.py
    remove_terminal_escapes=False,  # invisible.py
    fix_latin_ligatures=False,  # the typography of the page stays, as in the next three lines
    fix_character_width=False,
    uncurl_quotes=False,
    fix_line_breaks=False,
    fix_surrogates=False,  # a dump has no surrogates
    remove_control_chars=False,  # invisible.py
    normalization=None,
)
MIN_ANCHOR: Final = 6
"""Characters in a row that must be equal for the damaged and the repaired line to correspond again.

Used since November 2026; what set it is not recorded.
"""

MAX_DIFFERENCE: Final = 48
"""Characters, of both lines together, within which the lines must correspond again; else the rest is one edit.

Used since November 2026; what set it is not recorded.
"""

MIN_LINES_OF_ENCODING: Final = 3
"""Lines that were read with the same wrong encoding: the page was, and its other lines are damaged in the same way.

Set with the tests' cases, November 2026.
"""

SAME_ENCODING: Final = {"latin-1": "sloppy-windows-1252"}
"""Encodings that are part of another one: ftfy names the smallest one that explains a line."""

_RARE_LETTER = re.compile("[\u0180-\u036f\u0250-\u02ff]")
"""Letters of phonetics and of few languages, and marks: two sound characters may look like one of them."""

_TWO_FOR_ONE = re.compile(
    "[\u00c2\u00c3][\u0080-\u00bf\u20ac\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u017d]"
)
"""The two characters that a letter of Western Europe becomes."""


def find(lines: Iterable[tuple[int, str]]) -> list[Edit]:
    """The edits of the lines, in their order.  A line has the place of its first character and its text.

    ftfy does not repair a short line with a single damaged letter, because the line may be correct: "rzekÄ™".  If other
    lines of the page were read with one wrong encoding, such a line is read back with it too.  All words of the line
    that are not ASCII must be damaged, and a single one must have letters that the repaired lines have.
    """
    found: dict[int, list[Edit]] = {}
    encodings: Counter[str] = Counter()
    others: list[tuple[int, str]] = []
    letters: set[str] = set()
    for at, line in lines:
        body = line.strip()
        at += len(line) - len(line.lstrip())
        if not is_bad(body):
            others.append((at, body))
            continue
        fixed, encoding = _repaired(body)
        encodings[SAME_ENCODING.get(encoding, encoding)] += 1
        letters.update(fixed)
        found[at] = list(_edits(at, body, fixed))
    del encodings[""]
    encoding, count = next(iter(encodings.most_common(1)), ("", 0))
    if count >= MIN_LINES_OF_ENCODING:
        found |= {at: list(_edits(at, body, _read_back(body, encoding, letters))) for at, body in others}
    return [edit for _, edits in sorted(found.items()) for edit in edits]


def _edits(at: int, body: str, fixed: str) -> Iterator[Edit]:
    """The edits that make `fixed` of a text that begins at character `at`."""
    for start, before, after in _differences(body, fixed):
        yield Edit(at + start, before, after, ("encoding.mojibake",))


def _repaired(body: str) -> tuple[str, str]:
    """The damaged text as it was written, and the wrong encoding that explains all of it; else an empty name."""
    fixed, steps = fix_and_explain(body, ONLY_MOJIBAKE)
    if not is_bad(fixed):
        is_one = steps is not None and [step.action for step in steps] == ["encode", "decode"]
        return fixed, steps[0].parameter if steps and is_one else ""
    words = body.split(" ")  # sound letters beside damaged ones: each word is read by itself
    return " ".join(map(_word, words)) if any(map(_is_damaged, words)) else body, ""


def _read_back(body: str, encoding: str, letters: Set[str]) -> str:
    """The text as it was written, if all its words that are not ASCII were read with the wrong encoding."""
    words = body.split(" ")
    read = {word: _with_encoding(word, encoding) for word in words if not word.isascii()}
    if any(word == other or _RARE_LETTER.search(other) for word, other in read.items()):
        return body
    new = {char for other in read.values() for char in other if not char.isascii()}
    is_sure = len(read) > 1 or new <= letters
    return " ".join(read.get(word, word) for word in words) if is_sure else body


def _with_encoding(word: str, encoding: str) -> str:
    """The word as UTF-8, if the encoding gives bytes that are UTF-8; else as it is."""
    try:
        return word.encode(encoding).decode("utf-8")
    except UnicodeError:
        return word


def _is_damaged(word: str) -> bool:
    """Whether a word is damaged beyond doubt.  A damaged letter became two characters or more."""
    return sum(not char.isascii() for char in word) > 1 and is_bad(word)


def _word(word: str) -> str:
    """The word as it was written, beside a damaged one: "Ã¥r" alone might be sound, and ftfy leaves it."""
    if _is_damaged(word):
        return fix_and_explain(word, ONLY_MOJIBAKE)[0]
    return _with_encoding(word, "cp1252") if _TWO_FOR_ONE.search(word) else word


def _differences(old: str, new: str) -> Iterator[tuple[int, str, str]]:
    """(place, old part, new part) of each difference.

    Compares word by word if both have the same number of words, else the text between anchors.
    """
    old_words, new_words = old.split(" "), new.split(" ")
    if len(old_words) != len(new_words):
        yield from _between_anchors(old, new)
        return
    at = 0
    for before, after in zip(old_words, new_words, strict=True):
        if before != after:
            same = _common_prefix(before, after)
            tail = _common_prefix(before[same:][::-1], after[same:][::-1])
            yield at + same, before[same : len(before) - tail], after[same : len(after) - tail]
        at += len(before) + 1


def _common_prefix(one: str, other: str) -> int:
    """The length of the beginning that both have in common."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def _between_anchors(old: str, new: str) -> Iterator[tuple[int, str, str]]:
    """The differences between anchors.  Linear in the length: MAX_DIFFERENCE limits each search for an anchor."""
    i = j = 0
    while i < len(old) or j < len(new):
        if old[i : i + 1] == new[j : j + 1]:
            i, j = i + 1, j + 1
            continue
        removed, added = next(
            (
                (total - added, added)
                for total in range(1, MAX_DIFFERENCE)
                for added in range(total // 2 + 1)
                if _is_anchor(old, i + total - added, new, j + added)
            ),
            (len(old) - i, len(new) - j),
        )
        yield i, old[i : i + removed], new[j : j + added]
        i, j = i + removed, j + added


def _is_anchor(old: str, i: int, new: str, j: int) -> bool:
    """Whether both lines have the same MIN_ANCHOR characters at these places."""
    return i <= len(old) and j <= len(new) and old[i : i + MIN_ANCHOR] == new[j : j + MIN_ANCHOR]
