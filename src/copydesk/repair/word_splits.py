"""Where a word may be two words: the splits of a word, and what each of them costs.

The finder `fused_words` makes its candidates from them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from copydesk import lexicon
from copydesk.memory import Memory
from copydesk.repair.candidates import MAX_WORD, NO_WORD, TextContext


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

    seen_name_bonus: int = 150
    """Subtracted from the cost of a name that the text has elsewhere, for the limits below."""

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

_SIGMA, _FINAL_SIGMA = "\N{GREEK SMALL LETTER SIGMA}", "\N{GREEK SMALL LETTER FINAL SIGMA}"
"""The Greek letter inside a word, and the same letter at the end of a word: the lists have only the first.

They have "ss" for the German sharp s too.  Such words are looked up as they are written, because the trees learned so:
with the other form, they find .15 % fewer lost spaces in German."""

MAX_REMEMBERED: Final = 2**17
"""Words of a language for which the splits are remembered: about 20 MB.

Used since November 2026; what set it is not recorded.
"""


class Split(NamedTuple):
    """A word split in two before letter `at`.

    `cost` is the sum of both ranks less the bonuses; the lowest is best.  `chain` is the sum of the ranks of the two
    words that an unknown part consists of; 0 if both parts are known.
    """

    cost: int
    at: int
    first: int
    second: int
    chain: int


class PossibleSplits(NamedTuple):
    """The rank of a word and its splits, which depend only on the list of words, not on the text.

    A split is (place, rank of the first part, rank of the second part, whether a small letter comes before a capital).
    """

    rank: int
    splits: Sequence[tuple[int, int, int, bool]]


@lru_cache(maxsize=64)
def splits_in(language: str | None) -> Memory[PossibleSplits | None]:
    """The possible splits of words of a language; None for a word that is not to be split."""
    ranks = lexicon.ranks(language)
    return Memory(lambda word: _possible_splits(word, ranks), MAX_REMEMBERED)


def _possible_splits(word: str, ranks: Mapping[str, int]) -> PossibleSplits | None:
    """The word's rank and splits; None if no text can make two words of it.

    That is so if the word is common, if its script has only one case, or if its parts are too rare together even in a
    text that has all of them elsewhere.
    """
    missing = lexicon.MISSING
    if not SPLIT.min_letters <= len(word) <= MAX_WORD:
        return None
    small = word.lower()
    rank = ranks.get(small.replace(_FINAL_SIGMA, _SIGMA), missing)
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
        if first == second == missing or a[-1] == _SIGMA or b[0] == _FINAL_SIGMA:
            continue
        if (at == 1 and first > max_letter_rank) or (at == len(word) - 1 and second > max_letter_rank):
            continue
        at_capital = not is_small and is_at_capital(word, at)
        splits.append((at, first, second, at_capital))
        has_unknown = missing in (first, second)
        if has_unknown and not at_capital:
            with_unknown.append((at, first, second))
            is_possible = is_possible or _is_beside_unknown(len(word), at, first, second)
        min_cost = first + second - SPLIT.capital_bonus * at_capital - (UNKNOWN_SEEN_BONUS if has_unknown else 0)
        is_possible = is_possible or min_cost <= max_cost
    if not is_possible and len(word) >= SPLIT.min_chain_letters:
        is_possible = next(_chained(small, with_unknown, ranks), None) is not None
    return PossibleSplits(rank, splits) if is_possible else None


def _is_beside_unknown(letters: int, at: int, first: int, second: int) -> bool:
    """Whether a known part is common enough, and the unknown one long enough, for a word of so many letters."""
    known, known_letters = (first, at) if first < second else (second, letters - at)
    of_short = SPLIT.max_beside_unknown_ranks
    max_rank = of_short[known_letters] if known_letters < len(of_short) else SPLIT.max_beside_unknown_rank
    return known <= max_rank and letters - known_letters >= SPLIT.min_unknown_letters


def _max_cost(rank: int) -> int:
    """The highest cost of a split of a word that has this rank."""
    return min(SPLIT.max_cost, rank + (SPLIT.max_above_whole if rank == lexicon.MISSING else 0))


def likely_splits(word: str, possible: PossibleSplits, around: TextContext) -> Iterator[tuple[Split, int, int]]:
    """(split, cost of the next less its cost, number of splits) of the likely splits of a word, at most two.

    The second one divides a word with a capital inside into an unknown word and a common one: "Open|AIsays".
    """
    words, missing = around.words, lexicon.MISSING
    has = around.has
    max_common, capital_bonus, seen_bonus = SPLIT.max_common_rank, SPLIT.capital_bonus, SPLIT.seen_bonus
    splits: list[Split] = []
    with_unknown: list[tuple[int, int, int]] = []  # splits with one known part
    for at, first, second, at_capital in possible.splits:
        if not at_capital and missing in (first, second):
            is_seen = (first <= max_common and has(word[at:])) or (second <= max_common and has(word[:at]))
            if not is_seen:
                with_unknown.append((at, first, second))
                continue
        seen_parts = min(3, words.get(word[:at], 0)) + min(3, words.get(word[at:], 0))
        cost = first + second - capital_bonus * at_capital - seen_bonus * seen_parts
        splits.append(Split(cost, at, first, second, 0))
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


def _with_margin(splits: Sequence[Split]) -> tuple[Split, int, int]:
    """The first of the sorted splits, by how much the second costs more, and their number."""
    return splits[0], splits[1].cost - splits[0].cost if len(splits) > 1 else NO_WORD, len(splits)


def _is_cheap(word: str, best: Split, rank: int, around: TextContext) -> bool:
    """Whether a split costs little enough for a word of this rank."""
    if best.chain:
        return True
    missing = lexicon.MISSING
    cost = best.first + best.second - SPLIT.capital_bonus * is_at_capital(word, best.at)
    unknown = word[: best.at] if best.first == missing else word[best.at :] if best.second == missing else ""
    if unknown and around.has(unknown):
        cost -= UNKNOWN_SEEN_BONUS
    elif _is_seen_name(word[: best.at], around):
        cost -= SPLIT.seen_name_bonus
    return cost <= _max_cost(rank)


def _is_seen_name(first: str, around: TextContext) -> bool:
    """Whether the text has the first part elsewhere, and it begins with a capital."""
    return len(first) >= SPLIT.min_name_letters and first[0].isupper() and first[1:].islower() and around.has(first)


def _beside_unknown(word: str, with_unknown: Sequence[tuple[int, int, int]]) -> Iterator[Split]:
    """The splits into a common word and an unknown one; of two common words, the longer one costs less."""
    for at, first, second in with_unknown:
        if _is_beside_unknown(len(word), at, first, second):
            unknown = len(word) - at if first < second else at
            yield Split(min(first, second) + SPLIT.letter_cost * unknown, at, first, second, 0)


def is_at_capital(word: str, at: int) -> bool:
    """Whether a small letter comes before a capital there."""
    return word[at].isupper() and word[at - 1].islower()


def _chained(word: str, with_unknown: Sequence[tuple[int, int, int]], ranks: Mapping[str, int]) -> Iterator[Split]:
    """The splits into a known word and a part that consists of two more words, if all three are common enough."""
    for at, first, second in with_unknown:
        chain = _chain_rank(word[at:] if first < second else word[:at], ranks)
        known = min(first, second)
        if known + chain <= SPLIT.max_cost:
            yield Split(known + chain, at, first, second, chain)


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
