"""Finds words that may be two words without the space between them: "Netanyahurejected", "toBrandon", "theNews"."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from copydesk import lexicon
from copydesk.memory import Memory
from copydesk.program_code import is_code
from copydesk.repair.candidates import (
    MAX_WORD,
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


@dataclass(frozen=True, slots=True)
class SplitThresholds:
    """Which splits of a word become candidates.

    Ranks are hundredths of a power of ten: rank 600 is one word in a million.  The trees decide afterwards, so the
    limits let nearly every real case pass.  `python -m bench.spacing` shows how many are found.  The trees learned from
    these candidates (November 2026): after a change, run `python -m training.spacing` again.
    """

    min_letters: int = 3
    """Letters of a word that may be two."""

    max_whole_rank: int = 600
    """A word up to this rank is one word, and its parts do not matter."""

    max_letter_rank: int = 330
    """A single letter up to this rank is a word, as "a" and "I" are."""

    max_common_rank: int = 650
    """Beside a part up to this rank, the other part may be an unknown word if the text has it elsewhere too."""

    capital_bonus: int = 250
    """Subtracted from the cost of a split where a small letter comes before a capital."""

    seen_bonus: int = 40
    """Subtracted from the cost for each time that the text has a part elsewhere, up to three times for each part."""

    max_cost: int = 1100
    """The highest cost of a split: the ranks of both parts less the bonuses.  No words fused in the kit cost more."""

    max_above_whole: int = 350
    """How much higher than its rank the cost may be for a whole that no list has; for others the rank is the limit."""

    min_name_letters: int = 4
    """Letters of a name."""

    max_common_word_rank: int = 500
    """A word up to this rank is common enough to follow a name: one in a hundred thousand."""

    max_grammar_rank: int = 300
    """A word up to this rank is a word of grammar: one in a thousand."""

    min_chain_letters: int = 8
    """Letters of a word that may be three."""

    max_times: int = 3
    """How many times a text has two words fused in the same way, at most.  What it has more often is a word."""

    min_unknown_letters: int = 4
    """Letters of an unknown part that the text does not have elsewhere: a name, or several words."""

    max_beside_unknown_ranks: tuple[int, ...] = (0, 0, 300, 450, 450)
    """Beside such a part, the other part is a word up to this rank, by its number of letters."""

    max_beside_unknown_rank: int = 560
    """The same for longer words."""

    letter_cost: int = 100
    """Added to the cost of a split for each letter of an unknown part: of two words, the longer one is likely."""

    max_likely_cost: int = 1000
    """The highest cost of a split that counts as a sign that the text lost spaces."""

    max_clitic_rank: int = 600
    """The highest rank of a word fused with the end of a short form: "don'tunderstand"."""


SPLIT: Final = SplitThresholds()

UNKNOWN_SEEN_BONUS: Final = lexicon.MISSING - SPLIT.max_common_rank
"""Subtracted from the cost if the text has the unknown part elsewhere: the part costs as much as a common one."""

MAX_REMEMBERED: Final = 2**17
"""Words of a language whose splits are remembered: about 20 MB.

Used since November 2026; what set it is not recorded.
"""

MAX_SEARCHES: Final = 100
"""Words.  Up to this number, one search for each is faster than a look at all words of the text.

Used since November 2026; what set it is not recorded.
"""

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

_CODE_CHARACTERS: Final = frozenset("@#/\\_=&")
"""A word beside one of these characters is part of a handle, a path or code."""


class _Split(NamedTuple):
    """A word split in two before letter `at`.

    `cost` is the sum of both ranks less the bonuses; the lowest is best.  `chain` is the sum of the ranks of the two
    words that an unknown part consists of; 0 if both parts are known.
    """

    cost: int
    at: int
    first: int
    second: int
    chain: int


class _PossibleSplits(NamedTuple):
    """The rank of a word and its splits, which depend only on the list of words, not on the text.

    A split is (place, rank of the first part, rank of the second part, whether a small letter comes before a capital).
    """

    rank: int
    splits: Sequence[tuple[int, int, int, bool]]


@lru_cache(maxsize=64)
def _splits_in(language: str | None) -> Memory[_PossibleSplits | None]:
    """The possible splits of words of a language; None for a word that is not to be split."""
    ranks = lexicon.ranks(language)
    return Memory(lambda word: _possible_splits(word, ranks), MAX_REMEMBERED)


def _possible_splits(word: str, ranks: Mapping[str, int]) -> _PossibleSplits | None:
    """The word's rank and splits; None if no text can make two words of it.

    That is so if the word is common, if its script has only one case, or if its parts are too rare together even in a
    text that has all of them elsewhere.
    """
    missing = lexicon.MISSING
    if not SPLIT.min_letters <= len(word) <= MAX_WORD:
        return None
    small = word.lower()
    rank = ranks.get(small, missing)
    if rank <= SPLIT.max_whole_rank or len(small) != len(word) or small == word.upper():
        return None
    get, is_ascii, is_small = ranks.get, small.isascii(), small == word
    max_cost, max_letter_rank = _max_cost(rank), SPLIT.max_letter_rank
    splits: list[tuple[int, int, int, bool]] = []
    with_unknown: list[tuple[int, int, int]] = []  # splits with one known part
    is_possible = False
    for at in range(1, len(word)):
        a, b = small[:at], small[at:]
        first = get(a if is_ascii else a.casefold(), missing)
        second = get(b if is_ascii else b.casefold(), missing)
        if first == second == missing:
            continue
        if (at == 1 and first > max_letter_rank) or (at == len(word) - 1 and second > max_letter_rank):
            continue
        at_capital = not is_small and _is_at_capital(word, at)
        splits.append((at, first, second, at_capital))
        has_unknown = missing in (first, second)
        if has_unknown and not at_capital:
            with_unknown.append((at, first, second))
            is_possible = is_possible or _is_beside_unknown(len(word), at, first, second)
        min_cost = first + second - SPLIT.capital_bonus * at_capital - (UNKNOWN_SEEN_BONUS if has_unknown else 0)
        is_possible = is_possible or min_cost <= max_cost
    if not is_possible and len(word) >= SPLIT.min_chain_letters:
        is_possible = next(_chained(small, with_unknown, ranks), None) is not None
    return _PossibleSplits(rank, splits) if is_possible else None


def _is_beside_unknown(letters: int, at: int, first: int, second: int) -> bool:
    """Whether a known part is common enough, and the unknown one long enough, for a word of so many letters."""
    known, known_letters = (first, at) if first < second else (second, letters - at)
    of_short = SPLIT.max_beside_unknown_ranks
    max_rank = of_short[known_letters] if known_letters < len(of_short) else SPLIT.max_beside_unknown_rank
    return known <= max_rank and letters - known_letters >= SPLIT.min_unknown_letters


def _max_cost(rank: int) -> int:
    """The highest cost of a split of a word that has this rank."""
    return min(SPLIT.max_cost, rank + (SPLIT.max_above_whole if rank == lexicon.MISSING else 0))


def find(around: TextContext) -> Iterator[Candidate]:
    """The best split of each rare word that the text has seldom.  What it has often is a word of its own."""
    if not around.ranks:
        return
    possible = _splits_in(around.base_language)
    is_german = around.base_language == "de"
    splits = {
        word: some
        for word, count in around.words.items()
        if count <= SPLIT.max_times
        and (known := possible[word]) is not None
        and word not in around.own_words
        and not (is_german and _GERMAN_GENDER.search(word))
        and (some := list(_likely_splits(word, known, around)))
    }
    text = around.text
    likely = sum(1 for some in splits.values() if some[0][0].cost <= SPLIT.max_likely_cost)
    signs = min(20, likely), min(100, 1000 * likely // max(1, around.words.total()))
    behind_short_forms = set()
    for word, start, split in _behind_short_forms(around):
        behind_short_forms.add(start)
        yield _candidate(around, word, start, (split, NO_WORD, 1), signs)
    for word, start in positions(text, splits):
        if start not in behind_short_forms and not _is_machine_word(text, start, start + len(word)):
            for found in splits[word]:
                yield _candidate(around, word, start, found, signs)


def _behind_short_forms(around: TextContext) -> Iterator[tuple[str, int, _Split]]:
    """(word, start, split) of words fused with the end of an English short form: "don'tunderstand"."""
    text = around.text
    for match in _SHORT_FORM.finditer(text) if around.is_english else ():
        end, word = match["end"], match["end"] + match["word"]
        rank, first, second = around.rank(word), around.rank(end), around.rank(match["word"])
        if rank > SPLIT.max_whole_rank and second <= SPLIT.max_clitic_rank:
            split = _Split(first + second, len(end), first, second, 0)
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


def _likely_splits(word: str, possible: _PossibleSplits, around: TextContext) -> Iterator[tuple[_Split, int, int]]:
    """(split, cost of the next less its cost, number of splits) of the likely splits of a word, at most two.

    The second one divides a word with a capital inside into an unknown word and a common one: "Open|AIsays".
    """
    words, missing = around.words, lexicon.MISSING
    has = around.has
    max_common, capital_bonus, seen_bonus = SPLIT.max_common_rank, SPLIT.capital_bonus, SPLIT.seen_bonus
    splits: list[_Split] = []
    with_unknown: list[tuple[int, int, int]] = []  # splits with one known part
    for at, first, second, at_capital in possible.splits:
        if not at_capital and missing in (first, second):
            is_seen = (first <= max_common and has(word[at:])) or (second <= max_common and has(word[:at]))
            if not is_seen:
                with_unknown.append((at, first, second))
                continue
        seen_parts = min(3, words.get(word[:at], 0)) + min(3, words.get(word[at:], 0))
        cost = first + second - capital_bonus * at_capital - seen_bonus * seen_parts
        splits.append(_Split(cost, at, first, second, 0))
    if not splits and len(word) >= SPLIT.min_chain_letters:
        splits = list(_chained(word.lower(), with_unknown, around.ranks))
    if splits:
        splits.sort()
        if _is_cheap(word, splits[0], possible.rank, around):
            yield _with_margin(splits)
    if not splits or not (word.islower() or word[1:].islower()):
        others = sorted(_beside_unknown(word, with_unknown))
        if others:
            yield _with_margin(others)


def _with_margin(splits: Sequence[_Split]) -> tuple[_Split, int, int]:
    """The first of the sorted splits, by how much the second costs more, and their number."""
    return splits[0], splits[1].cost - splits[0].cost if len(splits) > 1 else NO_WORD, len(splits)


def _is_cheap(word: str, best: _Split, rank: int, around: TextContext) -> bool:
    """Whether a split costs little enough for a word of this rank."""
    if best.chain:
        return True
    missing = lexicon.MISSING
    cost = best.first + best.second - SPLIT.capital_bonus * _is_at_capital(word, best.at)
    unknown = word[: best.at] if best.first == missing else word[best.at :] if best.second == missing else ""
    if unknown and around.has(unknown):
        cost -= UNKNOWN_SEEN_BONUS
    return cost <= _max_cost(rank)


def _beside_unknown(word: str, with_unknown: Sequence[tuple[int, int, int]]) -> Iterator[_Split]:
    """The splits into a common word and an unknown one; of two common words, the longer one costs less."""
    for at, first, second in with_unknown:
        if _is_beside_unknown(len(word), at, first, second):
            unknown = len(word) - at if first < second else at
            yield _Split(min(first, second) + SPLIT.letter_cost * unknown, at, first, second, 0)


def _is_at_capital(word: str, at: int) -> bool:
    """Whether a small letter comes before a capital there."""
    return word[at].isupper() and word[at - 1].islower()


def _chained(word: str, with_unknown: Sequence[tuple[int, int, int]], ranks: Mapping[str, int]) -> Iterator[_Split]:
    """The splits into a known word and a part that consists of two more words, if all three are common enough."""
    for at, first, second in with_unknown:
        chain = _chain_rank(word[at:] if first < second else word[:at], ranks)
        known = min(first, second)
        if known + chain <= SPLIT.max_cost:
            yield _Split(known + chain, at, first, second, chain)


def _chain_rank(part: str, ranks: Mapping[str, int]) -> int:
    """The lowest sum of the ranks of two words that the part consists of; NO_WORD * 2 if there are none."""
    missing = lexicon.MISSING
    return min(
        (
            ranks.get(part[:at], missing) + ranks.get(part[at:], missing)
            for at in range(2, len(part) - 1)
            if part[:at] in ranks and part[at:] in ranks
        ),
        default=2 * NO_WORD,
    )


def _is_machine_word(text: str, start: int, end: int) -> bool:
    """Whether the word is part of an address, the name of a host or file, or code."""
    if text[start - 1 : start] in _CODE_CHARACTERS and start:
        return True
    if text[end : end + 1] and text[end] in _CODE_CHARACTERS:
        return True
    low, high = token_around(text, start, end)
    return (high - low > end - start and is_machine_text(text[low:high])) or is_code(text, start)


def _kind(around: TextContext, first: str, second: str, split: _Split) -> Kind:
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
    around: TextContext, word: str, start: int, found: tuple[_Split, int, int], signs: tuple[int, int]
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
    turn = 1 if _is_at_capital(word, at) else 0 if left.islower() else 2 if right.islower() else 3
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
            sum(_is_at_capital(word, n) for n in range(1, len(word))),
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
