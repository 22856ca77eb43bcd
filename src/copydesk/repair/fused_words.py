"""Finds words that may be two words without the space between them: "Netanyahurejected", "toBrandon", "theNews"."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from copydesk import lexicon
from copydesk.characters import APOSTROPHES, DOUBLE_QUOTES
from copydesk.program_code import is_code
from copydesk.repair.candidates import (
    NO_WORD,
    TEXT_COLUMNS,
    WORD,
    Candidate,
    Kind,
    TextContext,
    is_machine_text,
    side_class,
    token_around,
    word_shape,
)
from copydesk.repair.word_splits import SPLIT, Split, is_at_capital, likely_splits, splits_in
from copydesk.vocabulary import VOCABULARY

MAX_SEARCHES: Final = 100
"""Words.  Up to this number, one search for each is faster than a look at all words of the text.

Used since November 2026; what set it is not recorded.
"""

MAX_BEFORE_SURNAME: Final = 3
"""Letters that a split may not take off the word behind a given name: hardly any surname is so short.  Set with the
tests' cases, November 2026."""

MAX_COMMONEST: Final = 100
"""Words of the language that are no end of a surname.  Set with the tests' cases, November 2026."""

MAX_WORDS_OF_NAME: Final = 4
"""Words of a line that may be a name and nothing else."""

COLUMNS: Final = (
    *("rank", "first rank", "second rank", "parts less whole", "chain", "first length", "second length"),
    *("first shape", "second shape", "turn", "first times", "second times", "first times folded"),
    *("second times folded", "margin", "splits", "stem rank", "before rank", "behind rank", "side before"),
    *("side behind", "second side before", "second side behind", "before capital", "behind capital", "rank anywhere"),
    *("first rank anywhere", "second rank anywhere", "shape", "times folded", "shifts", "openings", "apart times"),
    *("signs near", "pair before first", "pair", "pair second behind", "pair word behind", "pair before word"),
    *("beginnings", "endings", "before first times", "second behind times", "line start", "likely", "likely share"),
    *TEXT_COLUMNS,
)
"""The names of a candidate's features, in their order, as the files of trees have them."""

_SHORT_FORM = re.compile(
    "['\N{RIGHT SINGLE QUOTATION MARK}](?<=[^\\W\\d_].)"
    r"(?P<end>s|t|re|ve|ll|d|m)(?P<word>[a-z]{2,20}|[A-Z][a-z]{2,20})(?![^\W_])"
)
"""The end of an English short form or genitive, and the letters beside it."""

_GERMAN_GENDER = re.compile(r"[a-zäöüß]In(?:nen)?$")
"""The ending of a German noun for all genders: "LehrerInnen"."""

IDENTIFIER_STARTS: Final = frozenset(("on", "is", "has", "get", "set"))
"""Small letters that the names of functions begin with: "onOpen", "onClose"."""

_SINGULAR: Final = frozenset(("a", "an", "this", "that", "each", "every", "another", "one"))
"""Words before a noun in the singular."""

_AGENT = re.compile(r"[A-Z]\w*tor$")
"""A name that is built of a word as names of agents are: "Elementor" is not "Element or"."""

_QUERY_WORDS: Final = frozenset(
    ("BY", "FROM", "INDEX", "INTO", "JOIN", "SELECT", "SET", "TABLE", "UPDATE", "VALUES", "WHERE")
)
"""Words of queries of data bases.  Behind one in capitals, a word in small letters is the name of a column or table."""

_ONE_WORD: Final = frozenset(VOCABULARY.one_word.english)

APOSTROPHE_IN_WORDS: Final = frozenset(("uk", "be"))
"""Languages in which an apostrophe is written inside words, before a vowel: Ukrainian "p'iat" ("five")."""

_VERB_PREFIXES: Final[Mapping[str, frozenset[str]]] = {
    language: frozenset(prefixes.split())
    for languages, prefixes in (
        ("hr bs sr", "od do na po pre pri pro raz sa uz za iz is ob nad pod"),
        ("sl", "od do na po pre pri pro raz za iz ob nad pod"),
        ("sk", "od do na po pre pri pro raz roz za vy ob nad pod"),
        ("bg", "във на над об от по под пре при про раз съ за из до"),  # noqa: RUF001
        ("hu", "be ki le fel meg el át rá ide oda össze vissza"),
        ("lt", "at ap iš nu pa par per pri su už"),
    )
    for language in languages.split()
}
"""Words that are the beginnings of verbs too, in languages without a list of rare words: there, an unknown word is more
often the form of a verb ("odsvirali") than two words without a space, some of which stay fused because of it."""

_LONG_PREFIXES: Final[Mapping[str, tuple[str, ...]]] = {
    "ru": ("воз", "вос", "вы", "из", "ис", "об", "от", "со"),  # noqa: RUF001
    "uk": ("ви", "від", "із", "об", "спів"),  # noqa: RUF001
    "bg": ("въз", "из", "об", "от", "съ"),  # noqa: RUF001
}
"""Prefixes of two letters or more.  The first letter of each is a word too, but no word ends there: "и|списанных"."""

_PRONOUNS_IN_WORDS: Final = {"es": frozenset(("me", "te", "se", "le", "la", "lo", "nos", "os", "les", "las", "los"))}
_VERB_ENDINGS: Final = ("ar", "er", "ir", "\N{LATIN SMALL LETTER I WITH ACUTE}r")
_NO_VERBS: Final = frozenset(
    (
        *("ayer", "bar", "familiar", "hogar", "lugar", "mar", "militar", "mujer", "nuclear", "par", "particular"),
        *("popular", "primer", "similar", "tercer"),
    )
)
"""Pronouns that Spanish writes at the end of an infinitive ("multiplicarla"), the endings of infinitives, and words
with these endings that are no verbs: an article may be fused with them ("mujer|la")."""

_ACCOUNT = re.compile(r"(?<![^\n])[^\W\d_A-Z]+\d+[ \t]*$", re.MULTILINE)
"""A line that is only the name of an account: "janedoe88"."""

_APOSTROPHES: Final = frozenset(APOSTROPHES)

_CODE_CHARACTERS: Final = frozenset("@#/\\_=&")
"""A word beside one of these characters is part of a handle, a path or code."""


def find(around: TextContext) -> Iterator[Candidate]:
    """The best split of each rare word that the text has seldom.  What it has often is a word of its own."""
    if not around.ranks:
        return
    possible = splits_in(around.base_language)
    is_german = around.base_language == "de"
    has_apostrophes = around.base_language in APOSTROPHE_IN_WORDS
    prefixes = _VERB_PREFIXES.get(around.base_language, frozenset())
    long_prefixes = _LONG_PREFIXES.get(around.base_language, ())
    pronouns = _PRONOUNS_IN_WORDS.get(around.base_language, frozenset())
    splits = {
        word: some
        for word, count in around.words.items()
        if count <= SPLIT.max_times
        and (known := possible[word]) is not None
        and word not in around.own_words
        and not (is_german and _GERMAN_GENDER.search(word))
        and not (around.is_english and word.lower() in _ONE_WORD)
        and (some := list(likely_splits(word, known, around)))
        and not (around.is_english and word.lower() in lexicon.dictionary())
    }
    text = around.text
    likely = sum(1 for some in splits.values() if some[0][0].cost <= SPLIT.max_likely_cost)
    signs = min(20, likely), min(100, 1000 * likely // max(1, around.words.total()))
    behind_short_forms = set()
    for word, start, split in _behind_short_forms(around):
        behind_short_forms.add(start)
        yield _candidate(around, word, start, (split, NO_WORD, 1), signs)
    for word, start in positions(text, splits):
        if start in behind_short_forms or (has_apostrophes and _is_beside_apostrophe(text, start, start + len(word))):
            continue
        if not _is_machine_word(text, start, start + len(word)):
            for chosen, margin, count in splits[word]:
                split = _in_singular(word, start, chosen, around)
                first = word[: split.at]
                if first in IDENTIFIER_STARTS and around.capital_starts[first] > 1:
                    continue
                is_in_prefix = split.at == 1 and word.startswith(long_prefixes)
                if word.islower() and (first in prefixes or is_in_prefix):
                    continue
                if split.second == lexicon.MISSING and _is_quoted(text, start, start + len(word)):
                    continue
                if _is_inside_name(word, split.at, around) or _is_surname(word, split.at, start, around):
                    continue
                if word[split.at :] in pronouns and first.endswith(_VERB_ENDINGS) and first.lower() not in _NO_VERBS:
                    continue
                if word[split.at :] == "or" and split.first <= SPLIT.max_common_word_rank and _AGENT.match(word):
                    continue
                yield _candidate(around, word, start, (split, margin, count), signs)


def _in_singular(word: str, start: int, split: Split, around: TextContext) -> Split:
    """The split before an "s" instead of behind it, if an English singular shows it: "this newspaper|show"."""
    at = split.at - 1
    if not around.is_english or at < SPLIT.min_letters or word[at] != "s":
        return split
    if around.word_before(start).lower() not in _SINGULAR:
        return split
    first, second = around.rank(word[:at]), around.rank(word[at:])
    if lexicon.MISSING in (first, second):
        return split
    return Split(first + second, at, first, second, 0)


def _is_inside_name(word: str, at: int, around: TextContext) -> bool:
    """Whether the place is inside a known word with a capital, behind the place where it is fused: "saidTo|mas"."""
    start = next((n for n in range(1, at) if is_at_capital(word, n)), None)
    return start is not None and around.rank(word[start:]) < lexicon.MISSING


def _is_surname(word: str, at: int, start: int, around: TextContext) -> bool:
    """Whether the split takes only a short word off a surname: "Grażyna To|polska".

    A surname is behind a given name, or in a line that has nothing but a few words with capitals.
    """
    if at > MAX_BEFORE_SURNAME or not word[0].isupper():
        return False
    text, before = around.text, around.word_before(start)
    is_behind_word = start > 1 and text[start - 1] == " " and text[start - 2].isalpha()
    if not is_behind_word or not before[:1].isupper():
        return False
    if word[at:] in lexicon.commonest(around.base_language, MAX_COMMONEST):
        return False  # "In|the"
    end = text.find("\n", start)
    line = text[text.rfind("\n", 0, start) + 1 : end if end >= 0 else len(text)].split(maxsplit=MAX_WORDS_OF_NAME)
    is_name = len(line) <= MAX_WORDS_OF_NAME and all(each[0].isupper() for each in line)
    return is_name or before.casefold() in lexicon.given_names()


def _behind_short_forms(around: TextContext) -> Iterator[tuple[str, int, Split]]:
    """(word, start, split) of words fused with the end of an English short form: "don'tunderstand"."""
    text = around.text
    for match in _SHORT_FORM.finditer(text) if around.is_english else ():
        end, word = match["end"], match["end"] + match["word"]
        rank, first, second = around.rank(word), around.rank(end), around.rank(match["word"])
        if rank > SPLIT.max_whole_rank and second <= SPLIT.max_clitic_rank:
            split = Split(first + second, len(end), first, second, 0)
            if not _is_machine_word(text, match.start("end"), match.end()):
                yield word, match.start("end"), split


def positions(text: str, words: Collection[str]) -> Iterator[tuple[str, int]]:
    """(word, start) of each of the words wherever it is a whole word, not inside a longer one."""
    if len(words) > MAX_SEARCHES:
        yield from ((match[0], match.start()) for match in WORD.finditer(text) if match[0] in words)
        return
    for word in words:
        start = text.find(word)
        while start >= 0:
            end = start + len(word)
            inside = (start and WORD.match(text, start - 1, start)) or WORD.match(text, end, end + 1)
            if not inside:
                yield word, start
            start = text.find(word, end)


def _is_beside_apostrophe(text: str, start: int, end: int) -> bool:
    """Whether an apostrophe joins the letters with others: they are a part of a word."""
    before, behind = text[max(0, start - 2) : start], text[end : end + 2]
    is_behind = before[-1:] in _APOSTROPHES and before[:1].isalpha()
    return is_behind or (behind[:1] in _APOSTROPHES and behind[1:].isalpha())


def _is_machine_word(text: str, start: int, end: int) -> bool:
    """Whether the word is part of an address, the name of a host or file, or code."""
    if text[start - 1 : start] in _CODE_CHARACTERS and start:
        return True
    if text[end : end + 1] and text[end] in _CODE_CHARACTERS:
        return True
    if _ACCOUNT.match(text, start):
        return True
    if _is_identifier(text, start, end) or _is_column(text, start, end):
        return True
    low, high = token_around(text, start, end)
    return (high - low > end - start and is_machine_text(text[low:high])) or is_code(text, start)


def _is_identifier(text: str, start: int, end: int) -> bool:
    """Whether a word with a capital inside is called ("setTimer("), or is behind a full stop ("page.innerText")."""
    word = text[start:end]
    if word.islower() or word[1:].islower():
        return False
    follows_stop = word[0].islower() and text[start - 1 : start] == "." and text[max(0, start - 2)].isalnum()
    return text[end : end + 1] == "(" or (follows_stop and start > 1)


def _is_quoted(text: str, start: int, end: int) -> bool:
    """Whether the word is alone in quotation marks: if its second part is no word, it is a name ("notTonyagain")."""
    return 0 < start < end < len(text) and text[start - 1] in DOUBLE_QUOTES and text[end] in DOUBLE_QUOTES


def _is_column(text: str, start: int, end: int) -> bool:
    """Whether a word is the name of a column or a table in a query: "ORDER BY mycolumn"."""
    if not text[start:end].islower() or text[max(0, start - 1) : start] != " ":
        return False
    return text[max(0, start - 8) : start - 1].rpartition(" ")[2] in _QUERY_WORDS


def _kind(around: TextContext, first: str, second: str, split: Split) -> Kind:
    """The kind of the candidate between the two words."""
    has, is_grammar = around.has, split.first <= SPLIT.max_grammar_rank
    if not first[-1].islower():
        return Kind.CAPITALS
    if second[0].isupper():
        if not first.islower():
            return Kind.CAPITAL_START if is_grammar and first[1:].islower() else Kind.CAPITAL
        if has(second):
            return Kind.CAPITAL_SEEN
        if not is_grammar:
            return Kind.CAPITAL
        is_known = split.second < lexicon.MISSING and second[1:].islower()
        return Kind.CAPITAL_KNOWN if is_known else Kind.CAPITAL_NAME
    is_name = has(first) and first[0].isupper() and len(first) >= SPLIT.min_name_letters
    if is_name and len(second) >= SPLIT.min_letters and split.second <= SPLIT.max_common_word_rank:
        return Kind.NAME
    if has(first) and has(second):
        return Kind.SEEN
    is_second_grammar = split.second <= SPLIT.max_grammar_rank and has(second)
    return Kind.GRAMMAR if (is_grammar and has(first)) or is_second_grammar else Kind.WORDS


def _times(text: str, words: str) -> int:
    """How many times the text has these characters, at most three times."""
    return min(3, text.count(words))


def _candidate(
    around: TextContext, word: str, start: int, found: tuple[Split, int, int], signs: tuple[int, int]
) -> Candidate:
    """The candidate with its features in the order of COLUMNS.

    `found` is (split, cost of the next less its cost, number of splits); `signs` counts likely splits in the text.
    """
    split, margin, count = found
    text, end, at = around.text, start + len(word), split.at
    first, second = word[:at], word[at:]
    before, behind = around.word_before(start), around.word_behind(end)
    rank, lowest_rank = around.rank(word), around.lowest_rank(word)
    stems = [around.lowest_rank(word[:-less]) for less in range(1, 5) if len(word) - less >= 4]
    left, right = word[at - 1], word[at]
    turn = 1 if is_at_capital(word, at) else 0 if left.islower() else 2 if right.islower() else 3
    return Candidate(
        start + at,
        _kind(around, first, second, split),
        (
            rank,
            split.first,
            split.second,
            split.first + split.second - rank,
            split.chain,
            at,
            len(word) - at,
            word_shape(first),
            word_shape(second),
            turn,
            around.count(first),
            around.count(second),
            around.count_any_case(first),
            around.count_any_case(second),
            margin,
            count,
            min([lowest_rank, *stems]),
            around.rank(before),
            around.rank(behind),
            side_class(text, start - 1),
            side_class(text, end),
            side_class(text, start - 2),
            side_class(text, end + 1),
            int(before[:1].isupper()),
            int(behind[:1].isupper()),
            lowest_rank,
            around.lowest_rank(first),
            around.lowest_rank(second),
            word_shape(word),
            around.count_any_case(word),
            sum(is_at_capital(word, n) for n in range(1, len(word))),
            around.capital_starts[first],
            min(3, text.count(f"{first} {second}")) if first in around.words and second in around.words else 0,
            around.code_signs_near(start),
            around.pair_frequency(before, first),
            around.pair_frequency(first, second),
            around.pair_frequency(second, behind),
            around.pair_frequency(word, behind),
            around.pair_frequency(before, word),
            *lexicon.affixes(around.base_language, first.lower(), second.lower()),
            _times(text, f"{before} {first}") if before and first in around.words else 0,
            _times(text, f"{second} {behind}") if behind and second in around.words else 0,
            int(not start or text[start - 1] == "\n"),
            *signs,
            *around.text_features,
        ),
    )
