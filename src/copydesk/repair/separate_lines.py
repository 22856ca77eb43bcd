"""Lines that are never joined with the next one, however much they look like the beginning of a sentence."""

import re
from collections.abc import Sequence
from typing import Final

from copydesk import lexicon
from copydesk.characters import CLOSING_QUOTES, DASHES, SENTENCE_ENDS
from copydesk.repair import line_ends
from copydesk.repair.line_ends import CLOSING, COLON, DIGIT, LOWER, QUOTE, UPPER, Line

MAX_HEADING: Final = 100
"""Characters of a heading that is above a line with the same subject."""

MIN_SUBJECT: Final = 3
"""Letters of the first word of such a subject.

Both were set with `python -m bench.lines`, November 2026: of ten such line breaks, eight are between a heading and its
text.
"""

MIN_VERSES, MAX_VERSES = 3, 16
"""Lines of a stanza."""

MIN_VERSE, MAX_VERSE = 12, 60
"""Characters of a verse."""

MAX_TIMES_SHORTEST: Final = 2.2
"""The longest verse of a stanza is at most so many times as long as the shortest one."""

MAX_COMMON_ENDS: Final = 0.5
"""The share of a stanza's verses that end with one of the commonest words of the language.

The five were set by hand, November 2026: in the pages of `python -m bench.lines` they hold for no broken paragraph.
"""

COMMONEST: Final = 60
"""The number of such words."""

CLAUSE_END = re.compile(r";(?:\s\w{1,4})?$")
"""The end of an entry of a law: "raise the fine;", "close the road; and"."""

_OPENING: Final = f'"{CLOSING_QUOTES}\N{LEFT DOUBLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}'
_SPEAKER = re.compile(rf"[{_OPENING}]\s*[{DASHES}-]{{1,3}}\s*[^{_OPENING}]{{3,}}$")
"""The end of a quotation and its speaker: '" -- Ada Brown, engineer'."""

_NUMBER = re.compile(r"\d{1,3}[.)]\s")
_NUMBER_ALONE = re.compile(r"\d{1,2}[.)]$")
_WORD = re.compile(r"\w[\w'\N{RIGHT SINGLE QUOTATION MARK}-]*")
_END_INSIDE = re.compile(rf"[{SENTENCE_ENDS}]\s")
_MEMBER = re.compile(r'"[\w@$.-]+":\s')
"""A member of an object in JSON: '"name": "Ada",'."""

_RULE = re.compile(rf"[{DASHES}=*_~#+-]{{4,}}$")
"""A line of signs between two parts of a text: "-----"."""

_HEADING_ENDS: Final = (LOWER, UPPER, DIGIT, CLOSING)


def is_separate(run: Sequence[Line], n: int, language: str | None) -> bool:
    """Whether line n of a run is not continued by the next line."""
    line, following = run[n].text, run[n + 1].text
    return (
        _is_quotation(line, following)
        or _NUMBER_ALONE.match(following) is not None
        or _MEMBER.match(line) is not None
        or _MEMBER.match(following) is not None
        or is_rule(line, following)
        or _is_clause(run, n)
        or _is_heading(line, following, language)
    )


def is_stanza(run: Sequence[Line], language: str | None) -> bool:
    """Whether the lines between two blank lines are verse: short, much alike in length, each with its own end.

    The pieces of a sentence that was broken at tags are of all lengths, and many end with "of the".
    """
    if not MIN_VERSES <= len(run) <= MAX_VERSES:
        return False
    lengths = [len(line.text) for line in run]
    if min(lengths) < MIN_VERSE or max(lengths) > min(MAX_VERSE, MAX_TIMES_SHORTEST * min(lengths)):
        return False
    if any(line_ends.begin_class(line.text) not in (LOWER, UPPER, QUOTE) for line in run):
        return False
    common = lexicon.commonest(language, COMMONEST)
    return sum(line_ends.last_word(line.text) in common for line in run) <= MAX_COMMON_ENDS * len(run)


def is_rule(line: str, following: str) -> bool:
    """Whether one of the two lines is a row of signs."""
    return _RULE.match(line) is not None or _RULE.match(following) is not None


def _is_quotation(line: str, following: str) -> bool:
    """Whether a line ends with the speaker of its quotation, and the next one is a quotation too."""
    return following[0] in _OPENING and line_ends.begin_class(following) != CLOSING and bool(_SPEAKER.search(line))


def _is_clause(run: Sequence[Line], n: int) -> bool:
    """Whether line n ends as a clause does that is an entry of a list, and so does a line beside it, or a colon."""
    if not CLAUSE_END.search(run[n].text):
        return False
    if line_ends.begin_class(run[n + 1].text) == UPPER and n and line_ends.end_class(run[n - 1].text) == COLON:
        return True
    return sum(CLAUSE_END.search(line.text) is not None for line in run[max(0, n - 1) : n + 2]) > 1


def _is_heading(line: str, following: str, language: str | None) -> bool:
    """Whether a line is a heading, and the text below it begins with the same subject.

    "Odoo: best for small shops / Odoo / offers free apps": the second line is a link.  A heading ends with no common
    word, and has no sentence inside.
    """
    if len(line) > MAX_HEADING or line_ends.begin_class(following) not in (UPPER, QUOTE, DIGIT):
        return False
    numbered = _NUMBER.match(line)
    heading = line[numbered.end() :] if numbered else line
    subject = _subject(following)
    return (
        len(subject) >= MIN_SUBJECT
        and heading.startswith(subject)
        and not heading[len(subject) : len(subject) + 1].isalnum()
        and line_ends.end_class(line) in _HEADING_ENDS
        and not _END_INSIDE.search(heading)
        and line_ends.last_word(line) not in lexicon.commonest(language, line_ends.COMMONEST_WORDS)
    )


def _subject(line: str) -> str:
    """The words with capitals that a line begins with."""
    end = 0
    for word in _WORD.finditer(line):
        if not word[0][0].isupper() or word.start() > end + 1:
            break
        end = word.end()
    return line[:end]
