"""Copyright notices: "Copyright 2024 NPR. To see more, visit", "© 2026 Example Media Ltd. All rights reserved."."""

import re
from dataclasses import dataclass
from typing import Final

from copydesk.characters import DASHES, SENTENCE_ENDS
from copydesk.document import Copyright
from copydesk.parsing import credits, outlets
from copydesk.parsing.agencies import agencies
from copydesk.parsing.people import is_person
from copydesk.vocabulary import VOCABULARY, hint_words, one_of


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Limits of a copyright notice.

    Used since November 2026; what set them is not recorded.  `python -m bench.thresholds` measures half and twice.
    """

    max_characters: int = 400
    """Characters of a notice: a longer line is running text."""

    max_holder_characters: int = 70
    """Characters of the holder's name."""

    max_words_before: int = 8
    """Words before the sign in a line with a year: more are a caption or a sentence."""

    max_particle: int = 3
    """Characters of a word that needs no capital in a name, such as "of" and "und"."""


THRESHOLDS: Final = Thresholds()

_WORDS: Final = VOCABULARY.copyright
_RESERVED = one_of(_WORDS.reserved)
_SIGN: Final = r"[\N{COPYRIGHT SIGN}\N{CIRCLED LATIN SMALL LETTER C}]"
_YEARS: Final = rf"(?:(?:19|20)\d\d\s?[,{DASHES}-]\s?)?(?:19|20)\d\d(?!\d)"

_MARK = re.compile(rf"{_SIGN}|\(c\)(?=\W|\d)|(?<!\w)copyrights?\b|(?<!\w)@\s?(?=(?:19|20)\d\d)", re.IGNORECASE)
_BEGINS = re.compile(
    rf"(?:copyrights?\W{{0,3}})?(?:{_SIGN}|\(c\)(?=\s[A-Z]))|copyrights?\W{{0,3}}(?:\(c\)|by\s|$)", re.IGNORECASE
)
_WORD_AND_YEAR = re.compile(
    rf"copyrights?\W{{0,5}}(?:\(c\)\W{{0,3}})?(?:19|20)\d\d|copyrights?\W{{0,3}}{_SIGN}", re.IGNORECASE
)
_RIGHTS = re.compile(rf".{{0,200}}?\b{_RESERVED}", re.IGNORECASE)
_STARTS: Final = ("copyright", *hint_words(_WORDS.reserved))
"""Every notice has a word that begins with one of these, the letter c, or the sign."""

_YEAR = re.compile(rf"(?<!\d){_YEARS}")
_LEAD = re.compile(
    rf"(?:[\s,:|@{DASHES}\N{{REGISTERED SIGN}}\N{{SOUND RECORDING COPYRIGHT}}-]+|{_SIGN}|\(c\)|copyrights?\b|by\b"
    r"|(?:19|20)\d\d(?!\d))+",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"^.{0,40}?\d{1,2}:\d\d(?::\d\d)?(?:\s[AaPp]\.?[Mm]\.?)?(?:\s[A-Z]{2,5}(?:[+-]\d{1,2}(?::?\d\d)?)?)?(?:\s(?:19|20)\d\d)?\s"
)
"""The time at which the page was made, in front of the holder's name."""

_END_YEARS = re.compile(rf"(?<![\s,])[\s,]+{_YEARS}(?:\s?{one_of(_WORDS.years)}\.?)?$")
_TAIL = re.compile(
    rf"(?<!\s)\s*(?:[|\N{{MIDDLE DOT}}\N{{BULLET}}\N{{COPYRIGHT SIGN}}\N{{REGISTERED SIGN}}]"
    rf"|(?:\b|(?<=[{outlets.WITHOUT_SPACES}]))(?i:{_RESERVED})|\b(?i:{one_of(_WORDS.behind_holder)})(?!\w)"
    r"|(?<!\bInc)(?<!\bLtd)(?<!\bCo)(?<!\bCorp)(?<!\bSp)(?<!\b[^\W\d_])\.(?:\s|$)"
    rf"|[;,](?=\s)(?!\s(?:{one_of(_WORDS.part_of)}\s|(?i:{one_of(VOCABULARY.outlet.companies_after_comma)})(?!\w)))"
    r"|\s[-\N{EN DASH}\N{EM DASH}]\s).*"
)
_JOINED = re.compile(r"[/|]")
_SENTENCE = re.compile(rf"[{SENTENCE_ENDS}]\s")


def is_hint(word: str) -> bool:
    """Whether the word, folded, may be part of a notice.  Every notice without the sign has such a word."""
    return word == "c" or word.startswith(_STARTS)


def is_notice(line: str) -> bool:
    """Whether the line is a copyright notice: it has a year, or says "rights", or begins with the sign.

    A picture's credit is none: "The bridge on Friday. \N{COPYRIGHT SIGN} Jane Doe / AFP".
    """
    if len(line) > THRESHOLDS.max_characters:
        return False
    if _RIGHTS.match(line):
        return True
    mark = _MARK.search(line)
    if mark is None or agencies(line):
        return mark is not None and _names_agency_as_holder(line, mark)
    begins = _BEGINS.match(line) is not None
    if _YEAR.search(line):
        before = line[: mark.start()].split()
        if not begins and mark[0][0].isalpha() and not _WORD_AND_YEAR.match(line, mark.start()):
            return False
        return begins or len(before) <= THRESHOLDS.max_words_before
    if not begins:
        return False
    holder = read(line).holder
    if holder and holder.split()[-1].islower() and not outlets.is_outlet(holder):
        return False
    return holder is None or (not _JOINED.search(holder) and (not is_person(holder) or outlets.is_outlet(holder)))


def _names_agency_as_holder(line: str, mark: re.Match[str]) -> bool:
    """Whether a line with an agency's name is its notice, "\N{COPYRIGHT SIGN} AFP 2024", and no picture's credit."""
    holder = read(line).holder
    is_whole = holder is not None and credits.is_agency(holder)
    has_year = _YEAR.search(line) is not None
    before = line[: mark.start()]
    return has_year and (is_whole or not _JOINED.search(line)) and not _SENTENCE.search(before)


def read(line: str) -> Copyright:
    """The holder and the year (the last of a range) in a notice; None for what it does not state."""
    mark, year = _MARK.search(line), _YEAR.search(line)
    start = mark.start() if mark else 0
    lead = _LEAD.match(line, start)
    after = _TAIL.sub("", line[lead.end() if lead else start :])
    before = _TAIL.sub("", line[:start].strip(" ,:|-." + DASHES))
    names = (_CLOCK.sub("", _END_YEARS.sub("", name)).strip() for name in (after, before))
    holder = next((name for name in names if _may_hold(name)), None)
    return Copyright(line, holder, int(year[0][-4:]) if year else None)


def _may_hold(name: str) -> bool:
    """Whether the name may be that of a holder: it has capitals, and no sentence is so short of them."""
    if not 1 < len(name) <= THRESHOLDS.max_holder_characters:
        return False
    if outlets.is_address(name) or outlets.says_kind_without_spaces(name):
        return True
    words = [word for word in name.split() if len(word) > THRESHOLDS.max_particle]
    capitals = sum(not word[0].islower() for word in words)
    return any(map(str.isupper, name)) and 2 * capitals >= len(words)
