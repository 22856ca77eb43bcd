"""Copyright notices: "Copyright 2024 NPR. To see more, visit", "© 2026 Example Media Ltd. All rights reserved."."""

import re
from dataclasses import dataclass
from typing import Final

from copydesk.characters import DASHES
from copydesk.document import Copyright
from copydesk.vocabulary import VOCABULARY, hint_words, one_of


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Limits of a copyright notice.

    Used since November 2026; what set them is not recorded.  `python -m bench.thresholds` measures half and twice.
    """

    max_characters: int = 400
    """Characters of a notice: a longer line is running text."""

    max_holder_characters: int = 60
    """Characters of the holder's name."""


THRESHOLDS: Final = Thresholds()

_RESERVED = one_of(VOCABULARY.copyright.reserved)
_NOTICE = re.compile(
    r"\N{COPYRIGHT SIGN}|\(c\)\s?(?:19|20)\d\d|\(c\)\s(?-i:[A-Z])"
    r"|copyright\W{0,3}(?:\N{COPYRIGHT SIGN}|\(c\)|(?:19|20)\d\d|by\s|(?-i:[A-Z])|$)"
    r"|.{0,200}?(?:\N{COPYRIGHT SIGN}\s?(?:(?:19|20)\d\d|(?-i:[A-Z]))|\(c\)\s?(?:19|20)\d\d"
    r"|\bcopyright\W{0,3}(?:19|20)\d\d)"
    rf"|.{{0,200}}?\b{_RESERVED}",
    re.IGNORECASE,
)
_STARTS: Final = ("copyright", *hint_words(VOCABULARY.copyright.reserved))
"""Each notice has a word that begins with one of these, or the letter c as a word, or the copyright sign."""

_MARK = re.compile(r"\N{COPYRIGHT SIGN}|\(c\)|\bcopyright\b", re.IGNORECASE)
_YEAR = re.compile(rf"(?<!\d)(?:(?:19|20)\d\d\s?[,{DASHES}-]\s?)?((?:19|20)\d\d)(?!\d)")
_LEAD = re.compile(
    rf"(?:[\s,:|@{DASHES}-]+|\N{{COPYRIGHT SIGN}}|\(c\)|copyright\b|by\b|(?:19|20)\d\d(?!\d))+", re.IGNORECASE
)
_END_YEARS = re.compile(rf"(?<![\s,])[\s,]+(?:19|20)\d\d(?:\s?[{DASHES}-]\s?(?:19|20)\d\d)?$")
_TAIL = re.compile(
    rf"(?<!\s)\s*(?:[|\N{{MIDDLE DOT}}\N{{BULLET}}\N{{COPYRIGHT SIGN}}]|\b(?i:{_RESERVED})"
    r"|(?<!\bInc)(?<!\bLtd)(?<!\bCo)(?<!\bCorp)\.(?:\s|$)|[;,](?=\s)|\s[-\N{EN DASH}\N{EM DASH}]\s).*"
)


def is_hint(word: str) -> bool:
    """Whether the word, folded, may be part of a notice.  Every notice without the sign has such a word."""
    return word == "c" or word.startswith(_STARTS)


def is_notice(line: str) -> bool:
    """Whether the line is a copyright notice."""
    return len(line) <= THRESHOLDS.max_characters and _NOTICE.match(line) is not None


def read(line: str) -> Copyright:
    """The holder and the year (the last of a range) in a notice; None for what it does not state."""
    mark, year = _MARK.search(line), _YEAR.search(line)
    start = mark.start() if mark else 0
    lead = _LEAD.match(line, start)
    after = _TAIL.sub("", line[lead.end() if lead else start :])
    before = line[:start].strip(" ,:|-" + DASHES)
    names = (_END_YEARS.sub("", name).strip() for name in (after, before))
    holder = next((name for name in names if _may_hold(name)), None)
    return Copyright(line, holder, int(year[1]) if year else None)


def _may_hold(name: str) -> bool:
    """Whether the text may be the name of a holder."""
    return 1 < len(name) <= THRESHOLDS.max_holder_characters and any(map(str.isupper, name))
