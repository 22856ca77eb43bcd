"""Spaces that a scraper lost or left over: fused words, lost spaces at punctuation, stray spaces.

A false change is worse than ten misses: each rule wants evidence on both sides of the place.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Final

from babel import Locale, UnknownLocaleError

from copydesk.characters import CLOSING_QUOTES
from copydesk.edits import Edit, Rule
from copydesk.lexicon import words

RULES = (
    Rule("spacing.month-day", "a space stands between the short name of a month and the day"),
    Rule("spacing.sentence-joint", "a space stands between two sentences"),
    Rule("spacing.comma", "a space stands after a comma between two words"),
    Rule("spacing.fused-words", "a name of the text and a common word, fused where a link ended, are two words"),
    Rule("spacing.doubled", "one space stands between two words, and no tab"),
    Rule("spacing.stray", "no space stands before a comma or full stop"),
)

COMPOUNDING: Final = frozenset(
    {"af", "da", "de", "et", "fi", "fo", "hu", "is", "lb", "nb", "nl", "nn", "no", "sv", "tr"}
)
"""Languages that write compounds as one word: there, a name and a common word in one are nothing odd."""

COMMON: Final = 1e-5
"""Share of all words.  From here on, a word is common enough to stand after any name, and too common for one."""

LONGEST_WORD: Final = 40
"""Letters."""

SHORTEST_NAME: Final = 6
SHORTEST_WORD: Final = 6
"""Letters.  Shorter parts make words and names of their own: "Cyberattacks", "Trumpworld", "Facebook"."""

# Each pattern begins with the character that it is about, to which a search can skip, and looks back from there.
_DOUBLED = re.compile(r"(?: (?<=\S )[ \t]+|\t(?<=\S\t)[ \t]*)(?=\S)")
_STRAY = re.compile(r" (?=[,.](?:[ \n]|$))(?<=\w )(?!\. \.)")
_IN_WORD = re.compile(r"\w")
_TOKEN = re.compile(r"\S+")
# Both begin at the punctuation: a search for the word before it would try every letter of a long run.
_JOINT = re.compile(rf"[.!?](?<=[^\W\d_A-Z][^\W\d_A-Z].)[){CLOSING_QUOTES}]?(?P<right>[A-Z][^\W\d_]{{1,40}})(?![\w(])")
_COMMA = re.compile(r",(?<=[^\W\d_][^\W\d_],)(?P<right>[^\W\d_]{2,40})")
_DAY = re.compile(r"\.(?<=[^\W\d]\.)\d")
"""What a short month's name without its space ends with; looking for it first is cheap."""

_WORD_AT_END = re.compile(r"[^\W\d_]+$")
_NAME = re.compile(r"[A-Z](?<![\w.@#/-].)[^\W\d_A-Z]{9,40}(?![\w@/-])")
_MACHINE = re.compile(
    r"[@/\\_=<>{}|]|www\.|\.\w+\.\w|\w,\w+\.\w|\w\.\w+,\w"
    r"|\.(?:com|org|net|edu|gov|info|io|co|ai|tv|app|dev|uk|de|fr|eu|us|js|ts|py|rb|md|pdf|html?|php|jpe?g|png|docx?|txt)\b",
    re.IGNORECASE,
)
"""What machines read: addresses, hosts, file names, code."""

_CODE = re.compile(r"[{};=<>\\]|\w\(|\(\)|//|\w\[\w|->")
"""What lines of program code hold and lines of a story hardly ever do; a miss there costs less than a change here."""

LONGEST_LINE: Final = 200
"""Characters to either side of a place that are looked at for code."""

_WORD = re.compile(r"[^\W\d_]+")


def find(text: str, language: str | None) -> Iterator[Edit]:
    """All edits, sorted by place; where two want the same place, the first rule has it."""
    found = [*_doubled(text), *_at_punctuation(text, language), *_fused(text, language)]
    found.sort(key=lambda edit: edit.start)
    end = -1
    for edit in found:
        if edit.start > end:
            yield edit
            end = edit.end


def _doubled(text: str) -> Iterator[Edit]:
    if "  " in text or "\t" in text:
        for match in _DOUBLED.finditer(text):
            yield Edit(match.start(), match[0], " ", ("spacing.doubled",))
    if " ," in text or " ." in text:
        for match in _STRAY.finditer(text):
            yield Edit(match.start(), " ", "", ("spacing.stray",))


def _insertion(place: int, rule: str) -> Edit:
    return Edit(place, "", " ", (rule,))


def _at_punctuation(text: str, language: str | None) -> Iterator[Edit]:
    month_day = _month_day(language) if _DAY.search(text) else None
    if month_day:
        for match in month_day.finditer(text):
            inside_word = match.start() and _IN_WORD.match(text, match.start() - 1)
            if inside_word or _is_machines(text, match.start()):
                continue
            yield _insertion(match.start(1), "spacing.month-day")
    for pattern, rule in ((_JOINT, "spacing.sentence-joint"), (_COMMA, "spacing.comma")):
        for match in pattern.finditer(text):
            left = _WORD_AT_END.search(text[max(match.start() - LONGEST_WORD, 0) : match.start()])
            known = words(language)
            if (
                left
                and left[0].casefold() in known
                and match["right"].casefold() in known
                and not _is_machines(text, match.start())
            ):
                yield _insertion(match.start("right"), rule)


def _is_machines(text: str, place: int) -> bool:
    """Whether the token at `place` is an address, a file name or the like, or its line is program code."""
    start = max(text.rfind("\n", 0, place) + 1, place - LONGEST_LINE)
    line = text[start:place] + text[place : place + LONGEST_LINE].partition("\n")[0]
    return _MACHINE.search(_token_at(text, place)) is not None or _CODE.search(line) is not None


def _token_at(text: str, place: int) -> str:
    """The run of characters without white space around `place`, at most 100 to either side."""
    left = re.search(r"\S{0,100}$", text[max(place - 100, 0) : place])
    right = _TOKEN.match(text[place : place + 100])
    return (left[0] if left else "") + (right[0] if right else "")


@cache
def _month_day(language: str | None) -> re.Pattern[str] | None:
    """A short month's name with its full stop and a day: "Oct.7"."""
    try:
        locale = Locale.parse(language or "", sep="-")
    except (UnknownLocaleError, ValueError):
        return None
    names = {name.rstrip(".") for name in locale.months["format"]["abbreviated"].values()}
    letters = [re.escape(name) for name in sorted(names) if name.isalpha()]
    return re.compile(rf"(?:{'|'.join(letters)})\.((?:[12][0-9]|3[01]|0?[1-9])\b(?![.:/,]\d))") if letters else None


def _fused(text: str, language: str | None) -> Iterator[Edit]:
    if language is None or language.partition("-")[0] in COMPOUNDING:
        return
    candidates = list(_NAME.finditer(text))
    if not candidates:
        return
    known = words(language)
    own: Counter[str] | None = None
    for match in candidates:
        token = match[0]
        if not known or token.casefold() in known:
            continue
        for place in range(SHORTEST_NAME, len(token) - SHORTEST_WORD + 1):
            name, word = token[:place], token[place:]
            if known.get(name.casefold(), 0.0) < COMMON <= known.get(word, 0.0):
                own = Counter(_WORD.findall(text)) if own is None else own
                if own[name] and own[token] == 1:
                    yield _insertion(match.start() + place, "spacing.fused-words")
                    break
