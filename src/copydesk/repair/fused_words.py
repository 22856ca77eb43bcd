"""Words that may be two, fused letter to letter: "Netanyahurejected", "toBrandon", "theNews"."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from copydesk import lexicon
from copydesk.program_code import is_code
from copydesk.repair.candidates import (
    LONGEST,
    MANNER_COLUMNS,
    NOTHING,
    WORD,
    Kind,
    Place,
    Surroundings,
    is_machines,
    shape,
    side,
    token,
)

MIN_LETTERS: Final = 3
"""Letters of a word that may be two."""

MAX_REMEMBERED: Final = 2**17
"""Words of a language that are remembered with their splits: about 20 MB."""

KNOWN: Final = 600
"""Rank up to which a word is one, whatever its parts are: one in a million."""

COMMON_LETTER: Final = 330
"""Rank up to which a single letter is a word, as "a" and "I" are."""

COMMON_PART: Final = 650
"""Rank of a part beside which an unknown one may stand that the text has elsewhere."""

SHIFT: Final = 250
SEEN: Final = 40
"""What a small letter before a capital is worth, and each time (up to three) that the text has a part elsewhere, in
hundredths of a power of ten."""

SEEN_UNKNOWN: Final = lexicon.MISSING - COMMON_PART
"""What it is worth that the text has an unknown part elsewhere: it counts as a word of rank COMMON_PART."""

MOST_RARE: Final = 1100
"""The ranks of both parts together, less what speaks for them, beyond which no two words were ever found fused."""

MOST_LESS: Final = 350
"""How much rarer the parts together may be than a whole that no list holds; one that a list holds must be rarer."""

SHORTEST_NAME: Final = 4
COMMON_WORD: Final = 500
"""Letters of a name, and the rank of a word that is common: one in a hundred thousand."""

GRAMMAR: Final = 300
"""The rank of a word of grammar: one in a thousand."""

LEAST_CHAIN: Final = 8
"""Letters of a word that may be three."""

FEW: Final = 100
"""Words that are looked for one by one, which is faster than to look at all words of a text again."""

COLUMNS: Final = (
    *("rank", "first rank", "second rank", "parts less whole", "chain", "first length", "second length"),
    *("first shape", "second shape", "turn", "first times", "second times", "first times folded"),
    *("second times folded", "margin", "splits", "stem rank", "before rank", "behind rank", "side before"),
    *("side behind", "second side before", "second side behind", "before capital", "behind capital", "rank anywhere"),
    *("first rank anywhere", "second rank anywhere", "shape", "times folded", "shifts", "openings", "apart times"),
    *("signs near", "pair before first", "pair", "pair second behind", "pair word behind", "pair before word"),
    *("beginnings", "endings"),
    *MANNER_COLUMNS,
)
"""The names of a place's features, in their order.  The forest of letters stores them."""

_FOREIGN: Final = frozenset("@#/\\_=&")
"""Characters beside which a word is part of a handle, a path or code."""


class _Split(NamedTuple):
    """A word in two: how rare the parts are, less what speaks for them; where; and the ranks of both.

    `chain` is how rare the two words are of which an unknown part is made; 0 where both parts are known.
    """

    cost: int
    at: int
    first: int
    second: int
    chain: int


class _Possible(NamedTuple):
    """What the list of words alone gives for a word: its rank, and each split.

    A split is (its place, the ranks of both parts, whether a capital is there behind a small letter).
    """

    rank: int
    splits: Sequence[tuple[int, int, int, bool]]


class _Splits(dict[str, _Possible | None]):
    """The possible splits by word, found when first asked for; None for a word that is not to be split.

    The same words come again in many texts, so they are remembered from one text to the next.
    """

    def __init__(self, ranks: Mapping[str, int]) -> None:
        super().__init__()
        self._ranks = ranks

    def __missing__(self, word: str) -> _Possible | None:
        found = _possible(word, self._ranks) if MIN_LETTERS <= len(word) <= LONGEST else None
        if len(self) >= MAX_REMEMBERED:
            self.clear()
        self[word] = found
        return found


_SPLITS: Final[dict[int, _Splits]] = {}
"""For each list of words (by its identity; the lists are never freed) what was found of its words."""


def _splits_by(ranks: Mapping[str, int]) -> _Splits:
    found = _SPLITS.get(id(ranks))
    if found is None or found._ranks is not ranks:
        found = _SPLITS[id(ranks)] = _Splits(ranks)
    return found


def _possible(word: str, ranks: Mapping[str, int]) -> _Possible | None:
    """The word's rank and splits; None where no text can make two words of it.

    That is so where the word is no rarer than KNOWN, its script has only one case, or its parts are too rare together
    even if the text had all of them elsewhere.
    """
    missing = lexicon.MISSING
    small = word.lower()
    rank = ranks.get(small, missing)
    if rank <= KNOWN or len(small) != len(word) or small == word.upper():
        return None
    get, is_ascii, is_small = ranks.get, small.isascii(), small == word
    max_cost = _max_cost(rank)
    splits: list[tuple[int, int, int, bool]] = []
    unknown: list[tuple[int, int, int]] = []  # splits with one known part
    may_do = False
    for at in range(1, len(word)):
        a, b = small[:at], small[at:]
        first = get(a if is_ascii else a.casefold(), missing)
        second = get(b if is_ascii else b.casefold(), missing)
        if first == second == missing:
            continue
        if (at == 1 and first > COMMON_LETTER) or (at == len(word) - 1 and second > COMMON_LETTER):
            continue
        shifts = not is_small and _shifts(word, at)
        splits.append((at, first, second, shifts))
        has_unknown = missing in (first, second)
        if has_unknown and not shifts:
            unknown.append((at, first, second))
        least = first + second - SHIFT * shifts - (SEEN_UNKNOWN if has_unknown else 0)
        may_do = may_do or least <= max_cost
    if not may_do and len(word) >= LEAST_CHAIN:
        may_do = next(_chained(small, unknown, ranks), None) is not None
    return _Possible(rank, splits) if may_do else None


def _max_cost(rank: int) -> int:
    """How rare the parts of a word of that rank may be together."""
    return min(MOST_RARE, rank + (MOST_LESS if rank == lexicon.MISSING else 0))


def find(around: Surroundings) -> Iterator[Place]:
    """The best split of each word that is rarer than KNOWN and occurs once: what occurs twice is a word of the text."""
    if not around.ranks:
        return
    possible = _splits_by(around.ranks)
    splits = {
        word: split
        for word, times in around.words.items()
        if times == 1
        and (known := possible[word]) is not None
        and word not in around.own
        and (split := _best(word, known, around))
    }
    if not splits:
        return
    text = around.text
    for word, start in _found(text, splits):
        if not _is_foreign(text, start, start + len(word)):
            yield _place(around, word, start, *splits[word])


def _found(text: str, words: Collection[str]) -> Iterator[tuple[str, int]]:
    """Where each of the words stands, whole; each stands once."""
    if len(words) > FEW:
        yield from ((match[0], match.start()) for match in WORD.finditer(text) if match[0] in words)
        return
    for word in words:
        start = text.find(word)
        end = start + len(word)
        while WORD.search(text, start - 1, start) or WORD.match(text, end, end + 1):  # inside a longer one
            start = text.find(word, start + 1)
            end = start + len(word)
        yield word, start


def _best(word: str, possible: _Possible, around: Surroundings) -> tuple[_Split, int, int] | None:
    """The likeliest split, by how much it is likelier than the next, and how many there are; None for none."""
    words, missing = around.words, lexicon.MISSING
    has = around.has
    splits: list[_Split] = []
    half: list[tuple[int, int, int]] = []  # splits with one known part
    for at, first, second, shifts in possible.splits:
        if not shifts and missing in (first, second):
            seen = (first <= COMMON_PART and has(word[at:])) or (second <= COMMON_PART and has(word[:at]))
            if not seen:
                half.append((at, first, second))
                continue
        seen_parts = min(3, words.get(word[:at], 0)) + min(3, words.get(word[at:], 0))
        splits.append(_Split(first + second - SHIFT * shifts - SEEN * seen_parts, at, first, second, 0))
    if not splits and len(word) >= LEAST_CHAIN:
        splits = list(_chained(word.lower(), half, around.ranks))
    if not splits:
        return None
    splits.sort()
    best = splits[0]
    cost = best.first + best.second - SHIFT * _shifts(word, best.at)
    unknown = word[: best.at] if best.first == missing else word[best.at :] if best.second == missing else ""
    if unknown and has(unknown):
        cost -= SEEN_UNKNOWN
    if not best.chain and cost > _max_cost(possible.rank):
        return None
    margin = splits[1].cost - best.cost if len(splits) > 1 else NOTHING
    return best, margin, len(splits)


def _shifts(word: str, at: int) -> bool:
    """Whether a capital stands there behind a small letter."""
    return word[at].isupper() and word[at - 1].islower()


def _chained(word: str, half: Sequence[tuple[int, int, int]], ranks: Mapping[str, int]) -> Iterator[_Split]:
    """The splits into a known word and a part that falls into two more, where all three are common enough."""
    for at, first, second in half:
        chain = _chain(word[at:] if first < second else word[:at], ranks)
        known = min(first, second)
        if known + chain <= MOST_RARE:
            yield _Split(known + chain, at, first, second, chain)


def _chain(part: str, ranks: Mapping[str, int]) -> int:
    """How rare two words are, together, into which a part falls; NOTHING * 2 where there are none."""
    missing = lexicon.MISSING
    return min(
        (
            ranks.get(part[:at], missing) + ranks.get(part[at:], missing)
            for at in range(2, len(part) - 1)
            if part[:at] in ranks and part[at:] in ranks
        ),
        default=2 * NOTHING,
    )


def _is_foreign(text: str, start: int, end: int) -> bool:
    """Whether the word is part of an address, a name of a host or file, or code."""
    if text[start - 1 : start] in _FOREIGN and start:
        return True
    if text[end : end + 1] and text[end] in _FOREIGN:
        return True
    low, high = token(text, start, end)
    return (high - low > end - start and is_machines(text[low:high])) or is_code(text, start)


def _kind(around: Surroundings, first: str, second: str, split: _Split) -> Kind:
    """What the two words are to the text and the language."""
    has, is_grammar = around.has, split.first <= GRAMMAR
    if not first[-1].islower():
        return Kind.CAPITALS
    if second[0].isupper():
        if not first.islower():
            return Kind.CAPITAL
        if has(second):
            return Kind.CAPITAL_SEEN
        if not is_grammar:
            return Kind.CAPITAL
        is_known = split.second < lexicon.MISSING and second[1:].islower()
        return Kind.CAPITAL_KNOWN if is_known else Kind.CAPITAL_NAME
    is_name = has(first) and first[0].isupper() and len(first) >= SHORTEST_NAME
    if is_name and len(second) >= MIN_LETTERS and split.second <= COMMON_WORD:
        return Kind.NAME
    if has(first) and has(second):
        return Kind.SEEN
    is_second_grammar = split.second <= GRAMMAR and has(second)
    return Kind.GRAMMAR if (is_grammar and has(first)) or is_second_grammar else Kind.WORDS


def _place(around: Surroundings, word: str, start: int, split: _Split, margin: int, count: int) -> Place:
    text, end, at = around.text, start + len(word), split.at
    first, second = word[:at], word[at:]
    before, behind = around.word_before(start), around.word_behind(end)
    rank, anywhere = around.rank(word), around.rank_anywhere(word)
    stems = [around.rank_anywhere(word[:-less]) for less in range(1, 5) if len(word) - less >= 4]
    left, right = word[at - 1], word[at]
    turn = 1 if _shifts(word, at) else 0 if left.islower() else 2 if right.islower() else 3
    return Place(
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
            shape(first),
            shape(second),
            turn,
            around.times(first),
            around.times(second),
            around.times_folded(first),
            around.times_folded(second),
            margin,
            count,
            min([anywhere, *stems]),
            around.rank(before),
            around.rank(behind),
            side(text, start - 1),
            side(text, end),
            side(text, start - 2),
            side(text, end + 1),
            int(before[:1].isupper()),
            int(behind[:1].isupper()),
            anywhere,
            around.rank_anywhere(first),
            around.rank_anywhere(second),
            shape(word),
            around.times_folded(word),
            sum(_shifts(word, n) for n in range(1, len(word))),
            around.openings[first],
            min(3, text.count(f"{first} {second}")) if first in around.words and second in around.words else 0,
            around.signs_near(start),
            around.pair(before, first),
            around.pair(first, second),
            around.pair(second, behind),
            around.pair(word, behind),
            around.pair(before, word),
            *lexicon.affixes(around.base, first.lower(), second.lower()),
            *around.manner,
        ),
    )
