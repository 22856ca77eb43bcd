"""Words with a space inside them: drop caps, letter-spaced headings, ligatures, hyphens, spaces between Han characters.

Each of these has an innocent look-alike: "A ferry", "A B C", "off ice".  So a word is joined only if the list of words
has the whole, and does not have its parts.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from copydesk import lexicon
from copydesk.edits import Edit, Rule
from copydesk.program_code import is_code
from copydesk.repair import from_page
from copydesk.repair.context import Context
from copydesk.repair.line_joints import CONJUNCTIONS
from copydesk.text import base_language

RULES = (
    Rule("words.letter-spaced", "a word with a space after each letter is one word"),
    Rule("words.drop-cap", "the large first letter of a paragraph belongs to the word after it"),
    Rule("words.ligature", "a ligature (ff, fi, fl) with a space beside it is part of a word"),
    Rule("words.divided", "a word divided by a hyphen and a space is one word: a line ended there before"),
    Rule("words.han-space", "Chinese and Japanese prose has no space between two of its characters"),
)


@dataclass(frozen=True, slots=True)
class SplitWordThresholds:
    """The thresholds of the `words` rules.

    Set with the cases of the tests and with `python -m bench.spacing`, of which no clean text may change: November
    2026.
    """

    min_letters: int = 5
    """Letters of a letter-spaced line."""

    min_letters_in_line: int = 4
    """Letters of a letter-spaced word inside a line."""

    min_known_share: float = 0.5
    """The share of the words of a letter-spaced line that the lists have."""

    min_line: int = 40
    """Characters.  A paragraph with a drop cap has at least this many in its first line."""

    max_gap: int = 4
    """Characters of white space between a drop cap and its word: a line break, perhaps a blank line."""

    max_letter_rank: int = 330
    """A single letter up to this rank is a word, as "A" and "I" are."""

    max_rarer: int = 60
    """By how much the whole may be rarer than the part without its first letter: "The" and "he", but not "Cis"."""

    min_ligatures: int = 2
    """Ligatures with a space beside them, as letters, that a text with this damage has at least."""

    max_word_rank: int = 600
    """A part of a word up to this rank is a word of its own."""

    max_whole_rank: int = 500
    """A divided word up to this rank is one word though both of its parts are words: "commit- tee"."""

    min_divided: int = 2
    """Words divided beyond doubt in a text in which other words are divided too."""

    many_divided: int = 3
    """Words divided beyond doubt beside a word of which both parts and the whole are common: "under- stand"."""

    max_divided_rank: int = 550
    """Such a word is up to this rank: "drainage", but not "post-war", which lists have as one word too."""

    max_common_rank: int = 400
    """One of its parts is rarer than this: "well-being" and "start-up" have common parts, and often a hyphen."""

    min_above_whole: int = 80
    """By how much one of these parts is rarer than the whole, at least."""

    min_han: int = 20
    """Chinese or Japanese characters of a line of prose."""

    min_share_apart: float = 0.4
    """The share of the characters of a Japanese line that have a space behind them."""


SPLIT_WORDS: Final = SplitWordThresholds()

_PARTICLES: Final = frozenset(("up", "down", "in", "out", "off", "over", "on", "away", "back", "one"))
"""The second parts of words that many write with a hyphen: "set-up"."""

LANGUAGES_WITH_CONSONANTS_AS_WORDS: Final = frozenset(("pl", "cs", "sk", "sl", "hr", "sr", "bs", "sh"))
"""Languages with prepositions of one consonant: "w Krakowie", "v Praze"."""

_SPACED_LINE = re.compile(r"^[ \t]*(\S(?: {1,4}\S){4,})[ \t]*$", re.MULTILINE)
_LETTERS_APART = re.compile(r" [^\W_] [^\W_](?: |$)", re.MULTILINE)
_SPACED_WORDS = re.compile(r"(?<!\S)[^\W\d_](?: {1,4}[^\W\d_]){2,}(?=[.,;:!?]?(?:\s|$))")
"""Words inside a line with one space after each letter, and more between the words.  In quotation marks, and in English
beside a mark, somebody spells: other languages emphasize so."""

_WORD_GAP = re.compile(r" {2,}")
_DROP_CAP = re.compile(
    "^(?P<before>[ \\t]*[\"'\N{LEFT DOUBLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}"
    "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}]?)(?P<letter>[^\\W\\d_])(?P<gap>[ \\t]|[ \\t]*\\n\\s{0,3})"
    "(?P<rest>[^\\W\\d_]{1,40})",
    re.MULTILINE,
)
_LIGATURES: Final = "\N{LATIN SMALL LIGATURE FF}-\N{LATIN SMALL LIGATURE FFL}"
_LIGATURE = re.compile(
    rf"(?<![^\W\d_])(?:(?P<first>[^\W\d_]{{1,12}}) )??(?P<middle>[^\W\d_]{{0,12}}(?:ff[il]?|f[il]|[{_LIGATURES}])) "
    r"(?P<last>[^\W\d_A-Z]{1,20})(?![^\W\d_])"
)
_HAS_LIGATURE = re.compile(rf"(?:f[fil]|[{_LIGATURES}]) (?=[^\W\d_A-Z])")
MAX_BEFORE, MAX_BEHIND = 28, 24
"""Characters before and behind a ligature in which the parts of its word are."""

_IS_LIGATURE = re.compile(rf"ff[il]?|f[il]|[{_LIGATURES}]")
_ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz"
_HAN: Final = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_DIVIDED = re.compile(r"(?<![\w-])(?P<first>[^\W\d_]{2,20})- (?P<rest>[^\W\d_A-Z]{2,20})(?![\w-])")
_DIVISION = re.compile("(?<=[^\\W\\d_])- (?=[^\\W\\d_A-Z])")
"""A hyphen and a space between two letters.  A search for them first is cheap."""

_HAN_SPACE = re.compile(
    rf"(?<=[{_HAN}]) (?=[{_HAN}\u3001\u3002\uff0c\uff1b\uff1a\uff01\uff1f])"
    rf"|(?<=[\u3001\u3002\uff0c\uff1b]) (?=[{_HAN}])"
)
_HAN_CHARACTER = re.compile(f"[{_HAN}]")
_NAME_LIST = re.compile("\u3001.{1,3} .{1,3}\u3001")
_FULL_STOP = re.compile("\u3002")


def find(text: str, context: Context) -> Iterator[Edit]:
    """The edits, sorted by place.  If the page gives the gaps (`from_page`), nothing is found here."""
    if from_page.gives_gaps(context):
        return
    finders = (
        ("words.letter-spaced", _letter_spaced),
        ("words.drop-cap", _drop_caps),
        ("words.ligature", _ligatures),
        ("words.divided", _divided),
        ("words.han-space", _han_spaces),
    )
    found = [edit for rule, finder in finders if context.has(rule) for edit in finder(text, context.language)]
    end = 0
    for edit in sorted(found, key=lambda edit: edit.start):
        if edit.start >= end:
            yield edit
            end = edit.end


def _rank(word: str, language: str | None) -> int:
    """How rare the word is in the language or in English, where names and headings often come from."""
    small = unicodedata.normalize("NFKC", word).casefold()
    ranks = lexicon.ranks(language)
    return ranks.get(small, lexicon.MISSING)


def _is_known(word: str, language: str | None) -> bool:
    return _rank(word, language) < lexicon.MISSING


def _letter_spaced(text: str, language: str | None) -> Iterator[Edit]:
    """Edits of lines, and of words in a line, that have a space after each letter."""
    if not _LETTERS_APART.search(text):
        return
    for match in _SPACED_LINE.finditer(text):
        words = [word.replace(" ", "") for word in _WORD_GAP.split(match[1])]
        letters = sum(map(str.isalpha, match[1]))
        known = sum(_is_known(word.strip(".,:;!?&'-"), language) for word in words)
        if letters >= SPLIT_WORDS.min_letters and known >= len(words) * SPLIT_WORDS.min_known_share:
            yield from _without_spaces(text, match.start(1), match.end(1), words)
    for match in _SPACED_WORDS.finditer(text):
        is_spelled = text[match.end() : match.end() + 1].strip() and base_language(language) == "en"
        words = [] if is_spelled else _spaced_words(match[0], language)
        if words and not is_code(text, match.start()):
            yield Edit(match.start(), match[0], " ".join(words), ("words.letter-spaced",))


def _spaced_words(letters: str, language: str | None) -> list[str]:
    """The words of a part of a line with a space after each letter; none if they are letters of their own.

    Words of one letter may stand beside them: "the lock c a n n o t", "a n e w start" has "a" and "new".
    """
    words = [word.replace(" ", "") for word in _WORD_GAP.split(letters)]
    one = words[0]
    ways = [words] if len(words) > 1 else [words, [one[0], one[1:]], [one[:-1], one[-1]]]
    return next((way for way in ways if _are_spaced_words(way, language)), [])


def _are_spaced_words(words: list[str], language: str | None) -> bool:
    """Whether all are words of the list, one of them is long, and none is letters in the order of the alphabet."""
    return len(max(words, key=len)) >= SPLIT_WORDS.min_letters_in_line and all(
        _rank(word, language) <= SPLIT_WORDS.max_letter_rank
        if len(word) == 1
        else _rank(word, language) <= SPLIT_WORDS.max_word_rank
        and (word.islower() or (word == words[0] and word.istitle()))
        and word.casefold() not in _ALPHABET
        for word in words
    )


def _without_spaces(text: str, start: int, end: int, words: list[str]) -> Iterator[Edit]:
    """One edit for a letter-spaced line, unless it is single letters far from each other."""
    if len(words) * 2 <= sum(map(len, words)) and not is_code(text, start):
        yield Edit(start, text[start:end], " ".join(words), ("words.letter-spaced",))


def _drop_caps(text: str, language: str | None) -> Iterator[Edit]:
    """Edits that join the first letter of a paragraph with its word."""
    for match in _DROP_CAP.finditer(text):
        letter, rest, gap = match["letter"], match["rest"], match["gap"]
        line_end = text.find("\n", match.end())
        length = (line_end if line_end >= 0 else len(text)) - match.start("rest")
        if not letter.isupper() or not (rest.islower() or (rest.isupper() and len(rest) > 1)):
            continue
        if length < SPLIT_WORDS.min_line or is_code(text, match.start("rest")):
            continue
        whole, alone, part = (_rank(word, language) for word in (letter + rest, letter, rest))
        is_word = alone <= SPLIT_WORDS.max_letter_rank and _may_be_word(letter, language)
        if len(rest) == 1 and not _may_be_word(rest, language):
            part = lexicon.MISSING
        is_broken = "\n" in gap
        if whole < lexicon.MISSING and (
            part == lexicon.MISSING or ((is_broken or not is_word) and whole <= part + SPLIT_WORDS.max_rarer)
        ):
            yield Edit(match.start("gap"), gap, "", ("words.drop-cap",))
        elif is_word and is_broken and part < whole == lexicon.MISSING and rest.islower():
            yield Edit(match.start("gap"), gap, " ", ("words.drop-cap",))


def _may_be_word(letter: str, language: str | None) -> bool:
    """Whether a single letter can be a word.

    The lists count "l" and "d" as words because of "l'eau" and "d'or".
    """
    return (
        not letter.isascii()
        or letter.upper() in "AEIOUY"
        or base_language(language) in LANGUAGES_WITH_CONSONANTS_AS_WORDS
    )


def _ligatures(text: str, language: str | None) -> Iterator[Edit]:
    """Edits that join a ligature with the rest of its word, in a text that has several of them."""
    found: list[Edit] = []
    has_character = False
    end = 0
    for near in _HAS_LIGATURE.finditer(text):
        start = text.rfind(" ", 0, max(0, text.rfind(" ", 0, near.start()))) + 1
        match = _LIGATURE.search(text, max(end, start, near.start() - MAX_BEFORE), near.end() + MAX_BEHIND)
        edit = _ligature(match, language) if match else None
        if edit:
            end = edit.end
            found.append(edit)
            has_character = has_character or not edit.before.isascii()
    if len(found) >= SPLIT_WORDS.min_ligatures or has_character:
        yield from found


def _ligature(match: re.Match[str], language: str | None) -> Edit | None:
    """The edit that makes one word of the parts around a ligature; None if they are words of their own."""
    first, middle, last = match["first"] or "", match["middle"], match["last"]
    for start, parts in ((match.start(), (first, middle, last)), (match.start("middle"), (middle, last))):
        word = unicodedata.normalize("NFKC", "".join(parts))
        are_words = all(
            _rank(part, language) <= SPLIT_WORDS.max_word_rank and not _IS_LIGATURE.fullmatch(part)
            for part in parts
            if part
        )
        if _is_known(word, language) and not are_words:
            end = match.end("last")
            return Edit(start, match.string[start:end], word, ("words.ligature",))
    return None


def _divided(text: str, language: str | None) -> Iterator[Edit]:
    """Edits that join a word that is divided by a hyphen and a space: "capabili- ties", but not "pre- and post-war".

    If the text has several words that are divided beyond doubt, a word of which both parts are words is one of them.
    """
    found: list[tuple[int, int]] = []  # each with the number of sure ones that the text must have beside it
    for near in _DIVISION.finditer(text):
        start = max(text.rfind(" ", 0, near.start()), text.rfind("\n", 0, near.start())) + 1
        match = _DIVIDED.search(text, max(start, near.start() - MAX_BEFORE), near.end() + MAX_BEHIND)
        if not match or match["rest"].casefold() in CONJUNCTIONS or is_code(text, match.start()):
            continue
        whole, *parts = (
            _rank(word, language) for word in (match["first"] + match["rest"], match["first"], match["rest"])
        )
        has_no_word = max(parts) > SPLIT_WORDS.max_word_rank >= whole
        is_common = max(parts) >= whole + SPLIT_WORDS.min_above_whole and whole <= SPLIT_WORDS.max_whole_rank
        is_rare = max(parts) > SPLIT_WORDS.max_common_rank and whole <= SPLIT_WORDS.max_divided_rank
        may_have_hyphen = match["first"].casefold() == "re" or match["rest"] in _PARTICLES  # "re- cover", "set- up"
        if has_no_word or is_common:
            found.append((match.end("first"), 0))
        elif is_rare:
            found.append((match.end("first"), SPLIT_WORDS.min_divided))
        elif whole <= SPLIT_WORDS.max_whole_rank and not may_have_hyphen:
            found.append((match.end("first"), SPLIT_WORDS.many_divided))
    sure = sum(needed == 0 for _, needed in found)
    yield from (Edit(at, "- ", "", ("words.divided",)) for at, needed in found if sure >= needed)


def _han_spaces(text: str, language: str | None) -> Iterator[Edit]:
    """Edits that remove the spaces between the characters of a line of Chinese or Japanese prose.

    Japanese headlines and captions have a space between two clauses, so there all characters must be apart.
    """
    base = base_language(language)
    if base not in ("zh", "ja") or " " not in text:
        return
    at = 0
    for line in text.splitlines(keepends=True):
        characters = len(_HAN_CHARACTER.findall(line)) if " " in line and _FULL_STOP.search(line) else 0
        if characters >= SPLIT_WORDS.min_han and not _NAME_LIST.search(line):
            found = list(_HAN_SPACE.finditer(line))
            if base == "zh" or len(found) >= characters * SPLIT_WORDS.min_share_apart:
                for match in found:
                    yield Edit(at + match.start(), " ", "", ("words.han-space",))
        at += len(line)
