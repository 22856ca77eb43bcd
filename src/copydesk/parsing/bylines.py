"""Bylines: the authors that a line names, their roles, and the agency."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from typing import Final, NamedTuple

from copydesk import lexicon
from copydesk.characters import BULLETS, DASHES
from copydesk.document import Author
from copydesk.parsing import credits
from copydesk.parsing.dates import Stated, without_weekday
from copydesk.parsing.people import PARTICLES, is_common, is_person, is_phrase
from copydesk.text import SIGNS
from copydesk.vocabulary import VOCABULARY, hint_words, level, one_of, whole_words


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Limits of a byline.

    Used since November 2026; what set them is not recorded.  `python -m bench.thresholds` measures half and twice.
    """

    max_words: int = 24
    """Words of a byline: a longer line that begins with "By" is a sentence."""

    max_single_name: int = 20
    """Characters of a name of one word."""

    max_entry: int = 80
    """Characters of an entry in a list of names: twice those of a name."""

    max_words_of_reporter: int = 7
    """Words of a line with a reporter's name and mail address."""

    common_name: float = 2.5e-5
    """Share of all words of the language: nearly all given names are less frequent."""

    words_before_role: int = 2
    """Words of a name that its role follows without a comma: "Jane Doe Parliamentary editor"."""


THRESHOLDS: Final = Thresholds()

UNMISTAKABLE: Final = frozenset(("Reuters", "Bloomberg", "Xinhua", "Anadolu", "Kyodo", "Yonhap", "dpa", "ddp"))
"""Agencies with a name of one word that is not a surname."""

_BY: Final = VOCABULARY.by
_NOUNS: Final = (*VOCABULARY.author.nouns, *VOCABULARY.author.other_nouns)
_INTERVIEWS: Final = VOCABULARY.author.interviews
_NOUNS_WITH_COLON: Final = (*VOCABULARY.author.nouns_with_colon, *_INTERVIEWS)
_AND_WORDS: Final = one_of(VOCABULARY.and_.words)
_TWO_CAPITALS: Final = rf"(?!{_AND_WORDS}\s)(?-i:[^\W\d_a-z]\S+\s(?:{one_of(PARTICLES)}\s){{0,2}}[^\W\d_a-z])"
_ONLY_A_NAME: Final = (
    rf"(?-i:[^\W\d_a-z]\S{{0,30}}(?:\s(?:{one_of(PARTICLES)}|[^\W\d_a-z]\S{{0,30}})){{1,4}})"
    rf"(?:\s?$|\s{{0,3}}[\d,;|/&({BULLETS}{DASHES}-]|\s{_AND_WORDS}\s(?-i:[^\W\d_a-z]))"
)
"""Two to five words like those of a name; then the end of the line, a date, a mark, or "and" with another name."""

_AUTHOR_NOUNS: Final = VOCABULARY.author.nouns
_DATES: Final = VOCABULARY.dates
_SINGLE_WORDS: Final = tuple(word for word in (*_BY.everywhere, *_BY.in_language(None)) if " " not in word)
_IN_FRONT: Final = frozenset((*_SINGLE_WORDS, *PARTICLES))
"""Words in lower case that come before a name and are not part of it."""

_WITH: Final = frozenset(_BY.in_front)
MAX_WORDS_OF_BARE_NAME: Final = 2
"""A name of so many words has no such word in front of it: "With Care" is none."""

_REPORTER_NOUN: Final = "\N{HANGUL SYLLABLE GI}\N{HANGUL SYLLABLE JA}"
HINT_WORDS: Final = hint_words((
    *(*_BY.everywhere, *_BY.second_hand, *_BY.in_language(None), *_NOUNS, *_NOUNS_WITH_COLON, _REPORTER_NOUN),
))  # fmt: skip
"""Folded words.  Each line for which `is_signed`, `is_opening` or `is_reporter` is true has one of them."""


def _before_name(language: str | None) -> tuple[str, ...]:
    """The words for "by" in English and in the language; in all languages if it is not known."""
    return (*_BY.everywhere, *_BY.second_hand, *_BY.in_language(language))


@lru_cache(maxsize=256)
def _by(language: str | None) -> re.Pattern[str]:
    """The beginning of a byline: words for "by", or a noun that a colon or a person's name follows."""
    return re.compile(
        rf"(?:{one_of(_before_name(language))}(?:\s?:)?|{one_of(_NOUNS)}(?:\s?:|(?=\s{_TWO_CAPITALS}))|"
        rf"{one_of(_NOUNS_WITH_COLON)}\s?:(?=\s{{1,3}}(?:by\s)?{_ONLY_A_NAME}))"
        r"\s{1,3}(?:by\s)?",
        re.IGNORECASE,
    )


@lru_cache(maxsize=256)
def _opening(language: str | None) -> re.Pattern[str]:
    """A line that has only words for "by", or only a noun like "Author"."""
    return re.compile(rf"{one_of((*_before_name(language), *_NOUNS))}\s?:?", re.IGNORECASE)


_BY_INSIDE = re.compile(rf"(?:^|[\s|/]){one_of(_BY.inside)}:?\s+(?=[^\W\d_a-z]|[\w.-]{{3,20}}\s*$)")
_UNKNOWN = re.compile(
    rf"(?:[^\W\d_]+\s){{0,2}}[^\W\d_]+(?:\s?:|\s{one_of(_SINGLE_WORDS)})\s(?P<name>[^:]+)", re.IGNORECASE
)
_INTERVIEW = re.compile(rf"{one_of(_INTERVIEWS)}\s?:", re.IGNORECASE)
_BARE_BY = re.compile(rf"{one_of(_BY.bare)}\s?:?", re.IGNORECASE)
_SECOND_HAND = re.compile(rf"{one_of((*_BY.second_hand, *_BY.checked))}\b", re.IGNORECASE)
_AROUND_DATES = re.compile(
    rf"\b(?:last\s)?(?:{one_of((*_DATES.updated, *_DATES.published, *_DATES.beside_name))}|"
    r"(?:Eastern|Central|Mountain|Pacific)\s(?:Daylight|Standard)\sTime|(?-i:EST|EDT|ET|PT|GMT|IST|UTC)|"
    r"a\.?m\.?|p\.?m\.?)(?!\w)[\s:]*|\d{1,2}[:.]\d\d(?!\d)|"
    r"(?<!\d)\d+\s?(?:min(?:ute)?s?|hours?|days?|months?|years?|comments?|views?|shares?)\b(?:\s(?:read|ago|lesezeit))?",
    re.IGNORECASE,
)
AND: Final = "&"
"""The sign that replaces each word like "and" between the parts of a byline."""

AND_WORDS: Final = frozenset((*VOCABULARY.and_.words, *VOCABULARY.and_.inside))
"""Words between two authors, which may have a line of their own."""

_AND = re.compile(rf"\s{{0,3}}&\s{{0,3}}|\s{one_of((*VOCABULARY.and_.words, *VOCABULARY.and_.inside))}\s")
_SPLIT = re.compile(rf"[,;/()\[\]{BULLETS}\N{{BLACK CIRCLE}}]|\s[{DASHES}-]+\s|[{DASHES}]")
_AFTER_DATE = re.compile(rf"\|[\s|{BULLETS}\N{{BLACK CIRCLE}}{DASHES},/-]{{0,8}}")
_PICTURES_BY = re.compile(rf"\s{one_of((*VOCABULARY.picture.words, *VOCABULARY.picture.nouns))}\s?:.*$", re.IGNORECASE)
"""Behind the author, who took the pictures: "Text: Jane Doe Photo: Max Muster"."""

_PLACE = re.compile(r"\s(?:[Ii]n|on|at|to)(?:\s.*|$)")
"""A section or a place follows."""

_ONE_PLACE = re.compile(rf"\s[Ii]n(?:\s[^\W\d_a-z][\w'-]{{1,30}}){{1,3}}(?=,|{_AND.pattern}|$)")
"""A place that another author may follow: "Jane Doe in Paris and Max Muster in Rome"."""

_EMPLOYER = re.compile(
    r"\s(?:for|For|FOR|of|OF|f\N{LATIN SMALL LETTER U WITH DIAERESIS}r|pour|para)(?:\s.*|$)|\s(?:Special|SPECIAL)$"
)
"""An employer follows, or followed: "Special to The Courier"."""

_AT_EMPLOYER = re.compile(r"\s(?:at|of|for|bei|chez|en|di|van)(?:\s[^\W\d_a-z][\w.&-]{1,30}){1,3}$")
"""The employer at the end of a line, behind the role."""

_OUTLET = re.compile(whole_words(_BY.outlets), re.IGNORECASE)
_HANDLE = re.compile(r"(?:\s|^)\(?@\w{2,30}\)?(?!\S)")
"""The name of an account: "@janedoe"."""

_ADDRESS = re.compile(
    r"(?:\s|^)[\w.+-]{1,64}@[\w-]{1,60}\.[\w.-]{2,60}(?!\S)|"
    r"\s(?:ORCID:?\s)?(?:https?://)?orcid\.org/[\dX-]{16,20}"
)
"""A mail address behind a name, or the number of a scientist (orcid.org)."""

_BEFORE_DATE = re.compile(r"(?<=\w)\s(?:op|den|le|el|il|em|på|dnia|dne|la)\s?$")
"""A word between a name and a date: "Door Jane Doe op 11 februari"."""

_NAME_FIRST = re.compile(rf"\s\(?{one_of(_BY.after_name)}\)?$", re.IGNORECASE)
"""What says behind a name that the text is by this person: "Jane Doe text"."""

_NICKNAME = re.compile(r"^([^\W\d_a-z][\w'-]{1,20})\s\([^\W\d_a-z][\w'-]{1,20}\)(?=\s[^\W\d_a-z])")
"""A given name and another one in brackets, before the surname: "Paramita (Guha) Ghosh"."""

_FOOTNOTE = re.compile(r"\s\d{1,3}$")
_INITIAL = re.compile(r"\s(?:Jr|Sr|[^\W\d_a-z])\.$")
"""The end of a name that keeps its full stop."""

_LIST_OF_OTHERS = re.compile(r"\)\s?:\s")
"""In a line that lists the people in a picture: "The board (from left): Jane Doe, Max Muster"."""

_GERESH: Final = r"(?:(?<=[\u05d0-\u05ea])['\N{HEBREW PUNCTUATION GERESH}])?"
"""The mark at the end of Hebrew names of other languages."""

_MARKED_WORD: Final = rf"[^\W\d_][\w{SIGNS}\N{{ZERO WIDTH NON-JOINER}}]*{_GERESH}"
_MARKED_NAME = re.compile(rf"{_MARKED_WORD}(?:\s{_MARKED_WORD}){{0,3}}")

_FOLLOW = re.compile(rf"(?:\s\+?{one_of(_BY.follow)})+(?=\s*(?:$|\||[^\W\d_]{{2,20}}\s?:))", re.IGNORECASE)
"""The text of a button after a name, at the end or before a bar or a date: "Jane Doe Follow Published: |"."""

_ROLE = re.compile(whole_words((*VOCABULARY.jobs.everywhere, *VOCABULARY.jobs.in_bylines)), re.IGNORECASE)
_DEGREE = re.compile(
    r"(?:[A-Z]{1,4}\.?){1,4}\N{REGISTERED SIGN}?|(?:Ph|Psy|Ed|M|Pharm)\.?\s?D\.?|Jr\.?|Sr\.?|[BM]\.?[AS]c?\.?"
)
_DEGREE_AND_SUBJECT = re.compile(r"(?:^|,\s)(?:[BM]\.?(?:A|Sc|Ed)\.?|Ph\.?\s?D\.?|MBA|MFA)\s(?:in\s)?[A-Z][a-z]{3,}")
_STAFF = re.compile(
    r"(?!(?i:senior|junior|chief|managing|news|our)\s)(?:[Tt]he\s)?[^\W\d_a-z]\S*\s(?:\S+\s)?(?i:staff|team|editors)"
)
"""The staff of a publisher as the author: "Example Staff", but not a role like "Senior Staff"."""

_HAN: Final = r"[\N{CJK UNIFIED IDEOGRAPH-4E00}-\N{CJK UNIFIED IDEOGRAPH-9FFF}]"
_REPORTER = re.compile(
    r"(?<!\w)(?P<name>[\N{HANGUL SYLLABLE GA}-\N{HANGUL SYLLABLE HIH}]{2,4})(?<!전문)\s?(?P<job>기자)(?!\w)"
    r"|(?:(?:記者|记者)\s?[:\N{FULLWIDTH COLON}]?"
    r"|(?<!\w)(?:取材・文|文・写真|撰文|作者|文)\s?[:/=\N{FULLWIDTH COLON}\N{FULLWIDTH SOLIDUS}"
    r"\N{FULLWIDTH EQUALS SIGN}\N{KATAKANA MIDDLE DOT}])\s?(?!写真|構成|編集)"
    rf"(?P<other>{_HAN}{{1,3}}"
    r"[ \N{IDEOGRAPHIC SPACE}]"
    r"(?!支局|大学|編集|新聞|取材)"
    rf"{_HAN}{{1,3}}|{_HAN}{{2,4}})(?!\w)"
)
"""Korean and Chinese bylines: a name before or after the word for reporter."""

_BRACKETS: Final = (
    "()[] \N{FULLWIDTH LEFT PARENTHESIS}\N{FULLWIDTH RIGHT PARENTHESIS}"
    "\N{LEFT BLACK LENTICULAR BRACKET}\N{RIGHT BLACK LENTICULAR BRACKET}"
)
_ENTRY_END = re.compile(rf"\s{_AND_WORDS}$")
_AROUND_ENTRY: Final = f"{BULLETS} -,;&\N{HORIZONTAL ELLIPSIS}0123456789"
"""Characters before and after a name in a list: bullets, commas, the number of a footnote."""

_LEADING_THE = re.compile(r"\bThe\s*$")
_AGENCY = re.compile(rf"{one_of(_BY.agencies)}\s", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    rf"{one_of(_BY.placeholders)}|(?:[\w.-]{{1,20}}[\s_.]){{1,3}}{one_of(_BY.site_accounts)}", re.IGNORECASE
)
"""What a program writes as the author, alone or behind the name of the site: "undefined", "Example admin"."""

_NO_NAME = re.compile(rf"{one_of((*_BY.no_name, *_BY.agencies))}\b", re.IGNORECASE)


def is_agency(name: str) -> bool:
    """Whether the name begins with a word for an agency: "Agência Lusa"."""
    return _AGENCY.match(name) is not None


def is_staff(name: str) -> bool:
    """Whether the name is that of a publisher's staff: "Example Staff", "the Example Team"."""
    return _STAFF.fullmatch(name) is not None


def without_front(line: str) -> str:
    """The line without a word like "With" in front of two words or more."""
    words = line.split(maxsplit=2)
    is_in_front = len(words) > MAX_WORDS_OF_BARE_NAME and words[0].casefold() in _WITH
    return line[len(words[0]) :].lstrip() if is_in_front else line


def is_placeholder(name: str) -> bool:
    """Whether a program wrote the name because the page names no author: "admin", "undefined"."""
    return _PLACEHOLDER.fullmatch(name) is not None


def is_opening(line: str, language: str | None = None) -> bool:
    """Whether the line has only words for "by".  The names may be in the lines below it."""
    return _opening(language).fullmatch(line) is not None


def is_interview(line: str) -> bool:
    """Whether the line begins with "Interview:": it names who asked, or as a headline who was asked."""
    return _INTERVIEW.match(line) is not None


def is_bare_by(line: str) -> bool:
    """Whether the line is only "By" or "Written by": a name must follow."""
    return _BARE_BY.fullmatch(line) is not None


def says_author(line: str) -> bool:
    """Whether an opening says "Author" or ends with a colon.  Without a colon, "Text" may be the text of a button."""
    return line.endswith(":") or line.casefold().startswith(_AUTHOR_NOUNS)


def is_word(name: str, language: str | None) -> bool:
    """Whether a word after "By" is more frequent than nearly all given names: "By Topic", "By Email"."""
    return lexicon.words(language).get(name.casefold(), 0.0) >= THRESHOLDS.common_name


def is_entry(line: str) -> bool:
    """Whether the line is a name in a list of names: "Jane Doe,", "- Jane Doe", "Jane Doe and"."""
    if len(line) > THRESHOLDS.max_entry:
        return False
    name = _ENTRY_END.sub("", line.strip(_AROUND_ENTRY)).strip(_AROUND_ENTRY)
    return is_person(name) and not _NO_NAME.match(name)


def is_signed(line: str, language: str | None = None) -> bool:
    """Whether the line begins with "By", or with other words before a name."""
    return _by(language).match(line) is not None


def is_reporter_alone(line: str) -> bool:
    """Whether the line has only a Chinese or Korean name and the word for reporter or author, perhaps in brackets."""
    return len(line) <= THRESHOLDS.max_single_name and _REPORTER.fullmatch(line.strip(_BRACKETS)) is not None


def is_reporter(line: str) -> bool:
    """Whether the line is a reporter with an address, below a story: "Seoul, 김 ... name@example.com"."""
    is_short = len(line.split()) <= THRESHOLDS.max_words_of_reporter
    return is_short and "@" in line and _REPORTER_NOUN in line.split() and _REPORTER.search(line) is not None


def unknown_byline(line: str) -> str | None:
    """The name in a line that looks like a byline, but has words that are not in the vocabulary.

    Such a line ("Zapsala: Marta Kowal") has up to three words and a colon, or up to three words and a fourth that means
    "by" in some language.  After them comes a person's name, and nothing else.
    """
    found = _UNKNOWN.fullmatch(line)
    name = found["name"] if found else ""
    return name if is_person(name) and not _NO_NAME.match(name) else None


def is_role(line: str) -> bool:
    """Whether the line names a job ("Staff Writer") or begins a part with a degree ("M.A. Journalism")."""
    return (_ROLE.search(line) is not None or _DEGREE_AND_SUBJECT.search(line) is not None) and not line.endswith(
        (".", ":", "!", "?")
    )


def is_second_hand(line: str) -> bool:
    """Whether the line names a person who checked or edited the text, not its author."""
    return _SECOND_HAND.match(line) is not None


def is_single_name(line: str) -> bool:
    """Whether the line is one word that may be a pen name or a given name."""
    return (
        2 <= len(line) <= THRESHOLDS.max_single_name
        and line.replace("-", "").isalnum()
        and not line.isdigit()
        and not is_opening(line)
    )


def pen_name(line: str, language: str | None = None) -> str | None:
    """The pen name in a line like "by janedoe"; None for another line, or if the word is common."""
    by, _, name = line.rpartition(" ")
    may_be_name = is_bare_by(by) and is_single_name(name) and any(map(str.isalpha, name)) and not name[0].isdigit()
    return name if may_be_name and not is_word(name, language) else None


class Segments(NamedTuple):
    """A line, divided to find names in it: the text after its "By", or the whole line if it has no "By".

    `says_by` and `has_date` say whether the line has a "By" and a date.  Bars and dates divide the text into segments;
    `parts` has a tuple for each of them.  Commas and similar marks divide a segment into the parts in its tuple.
    """

    says_by: bool
    has_date: bool
    parts: tuple[tuple[str, ...], ...]


def read(line: str, language: str | None, cut: Segments) -> tuple[Author, ...]:
    """The authors that the line names, without agencies.

    `cut` has the segments of the line (see `segments`).
    """
    if is_opening(line, language) or line.endswith(":"):
        return ()
    reporters = tuple(
        Author(found["name"], found["job"]) if found["name"] else Author(found["other"])
        for found in _REPORTER.finditer(line)
    )
    if reporters:
        return reporters
    says_by, has_date, parts = cut
    if not says_by and _LIST_OF_OTHERS.search(line):
        return ()
    side_by_side = () if says_by or has_date else _side_by_side(parts, language)
    if side_by_side:
        return side_by_side
    for segment, following in zip_longest(parts, parts[1:], fillvalue=()):
        people = _with_employer(line, _people(segment, language, says_by=says_by, has_date=has_date))
        if people and people[-1].role is None and following and is_role(following[0]):
            return (*people[:-1], Author(people[-1].name, following[0]))
        if people:
            return people
    return ()


def _with_employer(line: str, people: tuple[Author, ...]) -> tuple[Author, ...]:
    """The people; a role that ends with the employer in the line is given whole: "Founder at Example"."""
    if len(people) != 1 or not people[0].role:
        return people
    found = _AT_EMPLOYER.match(line, line.find(people[0].role) + len(people[0].role))
    return (Author(people[0].name, people[0].role + found[0]),) if found else people


def _side_by_side(parts: Sequence[Sequence[str]], language: str | None) -> tuple[Author, ...]:
    """The names in a line that has nothing but names between bars: "Jane Doe | Max Muster"."""
    names = [segment[0] for segment in parts if len(segment) == 1]
    is_list = 1 < len(names) == len(parts) and all(
        is_person(name)
        and not _ROLE.search(name)
        and not _OUTLET.search(name)
        and not is_common(name, language, all_words=False)
        for name in names
    )
    return tuple(Author(name) for name in dict.fromkeys(names)) if is_list else ()


def _people(parts: Sequence[str], language: str | None, *, says_by: bool, has_date: bool) -> tuple[Author, ...]:
    """The names in the parts of a segment.  A part after a role and a comma is an employer, not a name."""
    people: dict[str, Author] = {}
    is_employer = False  # the part is after a role and a comma
    is_titled = False  # a role was named
    for part in parts:
        agencies = list(_agencies(part))
        name = _once(_LEADING_THE.sub("", part[: agencies[0][0]]).strip() if agencies else part)
        words = name.split()
        role = _ROLE.search(name)
        if role and not is_staff(name):
            first = " ".join(words[: THRESHOLDS.words_before_role])
            last = next(reversed(people.values()), None)
            if last:
                people[last.name] = Author(last.name, last.role or _once(name, min_words=1))
            elif (
                len(words) > THRESHOLDS.words_before_role
                and is_person(first)
                and not _ROLE.search(first)
                and (says_by or not is_common(first, language))
            ):
                people[first] = Author(first, " ".join(words[THRESHOLDS.words_before_role :]))
            elif says_by and is_person(name):
                people[name] = Author(name)
            if people:
                is_employer = is_titled = True
        elif part == AND:
            is_employer = False
        elif is_employer or (people and _OUTLET.search(name)):
            continue
        elif is_titled and is_phrase(name, language):
            continue  # the rest of a role: "Head of Marketing and Community Development"
        elif _is_name(name, language, alone=says_by and not people, has_date=has_date):
            people.setdefault(name, Author(name))
        elif people and name and not _DEGREE.fullmatch(name) and name.casefold() not in _BY.shifts:
            break  # a section or a place comes after the names
    return tuple(people.values())


def agency(cut: Segments) -> str | None:
    """The agency that a line names in the place of the author; None if it names none."""
    parts = [part for parts in cut.parts for part in parts]
    return next((part[start:end] for part in parts for start, end in _agencies(part)), None)


def _agencies(part: str) -> Iterator[tuple[int, int]]:
    """The agencies in part of a byline, as (start, end); "Jane Pool" and "Max Zuma" are people."""
    for start, end in credits.agencies(part):
        name = part[start:end]
        if start == 0 or " " in name or name.isupper() or name in UNMISTAKABLE:
            yield start, end


def _once(line: str, min_words: int = 2) -> str:
    """The text, but only its first half if the second half is the same: "Jane Doe Jane Doe"."""
    words = line.split()
    half = len(words) // 2
    return " ".join(words[:half]) if half >= min_words and words[:half] == words[half:] else line


def _is_name(part: str, language: str | None, *, alone: bool, has_date: bool) -> bool:
    """Whether the part may be a name.

    Right after "By" (`alone`), one word is enough; with a date, also in lower case.
    """
    if is_opening(part, language):
        return False
    if alone and part.casefold() in _BY.no_author:
        return False
    if alone and language and not part.isascii() and part == part.swapcase():
        return _MARKED_NAME.fullmatch(part) is not None
    if not alone and _OUTLET.search(part):
        return False
    if alone and is_staff(part):
        return True
    if is_person(part):
        return not _NO_NAME.match(level(part)) or (alone and has_date)
    is_one = alone and len(part) > 2 and part.isalnum() and (part[0].isupper() or has_date)
    return is_one and (has_date or not is_word(part, language))


def segments(line: str, language: str | None, stated: Sequence[Stated]) -> Segments:
    """The segments of the line; `stated` are the dates in it."""
    bare = line
    for date in reversed(stated):
        above = _BEFORE_DATE.sub("", without_weekday(bare[: date.start], language))
        bare = f"{above} | {bare[date.end :]}"
    named = _by(language).match(bare) or _BY_INSIDE.search(bare)
    named = named or (_by_after_date(bare, language) if stated else None)
    bare = _PICTURES_BY.sub("", bare[named.end() :]) if named else bare
    bare = _NICKNAME.sub(r"\1", bare)
    behind = _NAME_FIRST.search(bare) if named is None and not stated else None
    bare = bare[: behind.start()] if behind else bare
    rest = _AROUND_DATES.sub(" | ", _HANDLE.sub(" ", _ADDRESS.sub(" | ", _FOLLOW.sub(" | ", bare))))
    parts = (tuple(_cleaned(segment)) for segment in rest.split("|"))
    return Segments((named or behind) is not None, bool(stated), tuple(part for part in parts if part))


def _by_after_date(bare: str, language: str | None) -> re.Match[str] | None:
    """The words for "by" right behind the first date, which a bar replaces: "Published on | - Written by Jane Doe"."""
    found = _AFTER_DATE.search(bare)
    return _by(language).match(bare, found.end()) if found else None


def _cleaned(text: str) -> Iterator[str]:
    """The parts of a segment, each without the words and marks around it."""
    without_places, count = _ONE_PLACE.subn("", text)
    text = without_places if count > 1 else text
    for part in _SPLIT.split(_AND.sub(f",{AND},", _PLACE.sub("", text))):
        if part == AND:
            yield AND
            continue
        bare = " ".join(part.split()).strip(" :@-" + DASHES)
        bare = bare if _ROLE.search(bare) else _EMPLOYER.sub("", bare)
        bare = _FOOTNOTE.sub("", _ENTRY_END.sub("", bare).lstrip("."))
        bare = bare if _INITIAL.search(bare) else bare.rstrip(".")
        words = bare.split()
        while words and not words[0][0].isupper() and words[0].casefold() in _IN_FRONT:
            words = words[1:]
        words = without_front(" ".join(words)).split()
        if words:
            yield " ".join(words)
