"""The form of a line of a byline: words for "by", a name with its job, a role, an account, an entry of a list."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from copydesk import lexicon
from copydesk.characters import BULLETS, DASHES
from copydesk.parsing.agencies import is_news_agency
from copydesk.parsing.people import PARTICLES, is_person
from copydesk.vocabulary import VOCABULARY, hint_words, one_of, whole_words


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
_BY: Final = VOCABULARY.by
_NOUNS: Final = (*VOCABULARY.author.nouns, *VOCABULARY.author.other_nouns)
_INTERVIEWS: Final = VOCABULARY.author.interviews
_NOUNS_WITH_COLON: Final = (*VOCABULARY.author.nouns_with_colon, *_INTERVIEWS)
_AND_WORDS: Final = one_of(VOCABULARY.and_.words)


def between_authors(language: str | None) -> str:
    """An expression for the words between two authors, also "with": those of all languages and those of this one."""
    return one_of((*VOCABULARY.and_.words, *VOCABULARY.and_.inside, *VOCABULARY.and_.in_language(language)))


_TWO_CAPITALS: Final = rf"(?!{_AND_WORDS}\s)(?-i:[^\W\d_a-z]\S+\s(?:{one_of(PARTICLES)}\s){{0,2}}[^\W\d_a-z])"

_LIKE_A_NAME: Final = rf"(?-i:[^\W\d_a-z]\S{{0,30}}(?:\s(?:{one_of(PARTICLES)}|[^\W\d_a-z]\S{{0,30}})){{1,4}})"
"""Two to five words like those of a name."""

_AUTHOR_NOUNS: Final = VOCABULARY.author.nouns
SINGLE_WORDS: Final = tuple(word for word in (*_BY.everywhere, *_BY.in_language(None)) if " " not in word)
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


def _only_a_name(language: str | None) -> str:
    """Words like those of a name; then the end of the line, a date, a mark, or "and" with another name."""
    words = one_of((*VOCABULARY.and_.words, *VOCABULARY.and_.in_language(language)))
    behind = rf"(?:\s?$|\s{{0,3}}[\d,;|/&({BULLETS}{DASHES}-]|\s{words}\s(?-i:[^\W\d_a-z]))"
    return _LIKE_A_NAME + behind


@lru_cache(maxsize=256)
def beginning(language: str | None) -> re.Pattern[str]:
    """The beginning of a byline: words for "by", or a noun that a colon or a person's name follows."""
    return re.compile(
        rf"(?:{one_of(_before_name(language))}(?:\s?:)?|{one_of(_NOUNS)}(?:\s?:|(?=\s{_TWO_CAPITALS}))|"
        rf"{one_of(_NOUNS_WITH_COLON)}\s?:(?=\s{{1,3}}(?:by\s)?{_only_a_name(language)}))"
        r"\s{1,3}(?:by\s)?",
        re.IGNORECASE,
    )


@lru_cache(maxsize=256)
def _opening(language: str | None) -> re.Pattern[str]:
    """A line that has only words for "by", or only a noun like "Author"."""
    words = one_of((*_before_name(language), *_NOUNS))
    return re.compile(rf"{words}\s?:?|{one_of(_NOUNS_WITH_COLON)}\s?:", re.IGNORECASE)


_UNKNOWN = re.compile(
    rf"(?:[^\W\d_]+\s){{0,2}}[^\W\d_]+(?:\s?:|\s{one_of(SINGLE_WORDS)})\s(?P<name>[^:]+)", re.IGNORECASE
)
_NEWSROOM = re.compile(
    rf"{one_of(_BY.newsrooms)}"
    rf"(?:\s?[,/&]\s?|\s{between_authors(None)}\s)(?P<agency>\S.{{1,60}})",
    re.IGNORECASE,
)
_INTERVIEW = re.compile(rf"{one_of(_INTERVIEWS)}\s?:", re.IGNORECASE)
_BARE_BY = re.compile(rf"{one_of(_BY.bare)}\s?:?", re.IGNORECASE)
_SECOND_HAND = re.compile(rf"{one_of((*_BY.second_hand, *_BY.checked))}\b", re.IGNORECASE)
OUTLET = re.compile(whole_words(_BY.outlets), re.IGNORECASE)
ROLE = re.compile(whole_words((*VOCABULARY.jobs.everywhere, *VOCABULARY.jobs.in_bylines)), re.IGNORECASE)
_DEGREE_AND_SUBJECT = re.compile(r"(?:^|,\s)(?:[BM]\.?(?:A|Sc|Ed)\.?|Ph\.?\s?D\.?|MBA|MFA)\s(?:in\s)?[A-Z][a-z]{3,}")

_STAFF = re.compile(
    r"(?!(?i:senior|junior|chief|managing|news|our)\s)(?:[Tt]he\s)?[^\W\d_a-z]\S*\s(?:\S+\s)?(?i:staff|team|editors)"
)
"""The staff of a publisher as the author: "Example Staff", but not a role like "Senior Staff"."""

_HAN_CHARACTERS: Final = "\N{CJK UNIFIED IDEOGRAPH-4E00}-\N{CJK UNIFIED IDEOGRAPH-9FFF}"
_HAN: Final = f"[{_HAN_CHARACTERS}]"
_HIRAGANA: Final = "[\N{HIRAGANA LETTER A}-\N{HIRAGANA LETTER N}]"
_HAN_AND_KANA: Final = (
    f"{_HAN_CHARACTERS}\N{HIRAGANA LETTER A}-\N{HIRAGANA LETTER N}\N{KATAKANA LETTER A}-\N{KATAKANA LETTER N}"
)
"""The characters of a Japanese given name."""

REPORTER = re.compile(
    r"(?<!\w)(?P<name>[\N{HANGUL SYLLABLE GA}-\N{HANGUL SYLLABLE HIH}]{2,4})(?<!전문)\s?(?P<job>기자)(?!\w)"
    r"|(?:(?:記者|记者)\s?[:\N{FULLWIDTH COLON}]?"
    r"|(?<!\w)(?:取材・文|文・写真|撰文|作者|文)\s?[:/=\N{FULLWIDTH COLON}\N{FULLWIDTH SOLIDUS}"
    r"\N{FULLWIDTH EQUALS SIGN}\N{KATAKANA MIDDLE DOT}])\s?(?!写真|構成|編集)"
    rf"(?P<other>{_HAN}{{1,3}}"
    r"[ \N{IDEOGRAPHIC SPACE}]"
    r"(?!支局|大学|編集|新聞|取材|字号|字體|字体|来源|來源|编辑|編輯|责任|責任|发布|發布|发表|發表|更新|日期|时间|時間|点击|點擊|浏览|瀏覽|阅读|閱讀|分享|打印)"
    rf"[{_HAN_AND_KANA}]{{1,4}}|{_HAN}{{2,4}}|{_HAN}{{1,3}}{_HIRAGANA}{{2,3}})(?!\w)"
)
"""Korean, Chinese and Japanese bylines: a name before or after the word for reporter or author."""

_BRACKETS: Final = (
    "()[] \N{FULLWIDTH LEFT PARENTHESIS}\N{FULLWIDTH RIGHT PARENTHESIS}"
    "\N{LEFT BLACK LENTICULAR BRACKET}\N{RIGHT BLACK LENTICULAR BRACKET}"
)
ENTRY_END = re.compile(rf"\s{_AND_WORDS}$")

_AROUND_ENTRY: Final = f"{BULLETS} -,;&\N{HORIZONTAL ELLIPSIS}0123456789"
"""Characters before and after a name in a list: bullets, commas, the number of a footnote."""

_AGENCY = re.compile(rf"{one_of(_BY.agencies)}\s", re.IGNORECASE)

_PLACEHOLDER = re.compile(
    rf"{one_of(_BY.placeholders)}|(?:[\w.-]{{1,20}}[\s_.]){{1,3}}{one_of(_BY.site_accounts)}", re.IGNORECASE
)
"""What a program writes as the author, alone or behind the name of the site: "undefined", "Example admin"."""

NO_NAME = re.compile(rf"{one_of((*_BY.no_name, *_BY.agencies))}\b", re.IGNORECASE)


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
    name = ENTRY_END.sub("", line.strip(_AROUND_ENTRY)).strip(_AROUND_ENTRY)
    return is_person(name) and not NO_NAME.match(name)


def is_signed(line: str, language: str | None = None) -> bool:
    """Whether the line begins with "By", or with other words before a name."""
    return beginning(language).match(line) is not None


def names_reporter(line: str) -> bool:
    """Whether the line has a Chinese, Japanese or Korean name with the word for reporter or author."""
    return REPORTER.search(line) is not None


def is_newsroom(line: str) -> bool:
    """Whether the line has only the newsroom and an agency, in the place of an author."""
    found = _NEWSROOM.fullmatch(line)
    return found is not None and is_news_agency(found["agency"].rstrip("."))


def is_reporter_alone(line: str) -> bool:
    """Whether the line has only a Chinese or Korean name and the word for reporter or author, perhaps in brackets."""
    return len(line) <= THRESHOLDS.max_single_name and REPORTER.fullmatch(line.strip(_BRACKETS)) is not None


def is_reporter(line: str) -> bool:
    """Whether the line is a reporter with an address, below a story: "Seoul, 김 ... name@example.com"."""
    is_short = len(line.split()) <= THRESHOLDS.max_words_of_reporter
    return is_short and "@" in line and _REPORTER_NOUN in line.split() and REPORTER.search(line) is not None


def unknown_byline(line: str) -> str | None:
    """The name in a line that looks like a byline, but has words that are not in the vocabulary.

    Such a line ("Zapsala: Marta Kowal") has up to three words and a colon, or up to three words and a fourth that means
    "by" in some language.  After them comes a person's name, and nothing else.
    """
    found = _UNKNOWN.fullmatch(line)
    name = found["name"] if found else ""
    return name if is_person(name) and not NO_NAME.match(name) else None


def is_role(line: str) -> bool:
    """Whether the line names a job ("Staff Writer") or begins a part with a degree ("M.A. Journalism")."""
    return (ROLE.search(line) is not None or _DEGREE_AND_SUBJECT.search(line) is not None) and not line.endswith(
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
