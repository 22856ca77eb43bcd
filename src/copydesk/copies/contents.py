"""What two stories are compared by: shingles, words and terms of a text, prepared once.

A comparison then reads only the shorter text, and the places of the longer one that have the same shingles.  So a
long story with many excerpts takes no time for each excerpt that depends on its own length.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from copydesk.copies.shingles import SIZE, Shingles, shingle_row
from copydesk.copies.words import Numbers, words_of

TERM: Final = 6
"""Letters of a word that says what a story is about; in Hangul a third."""

SAMPLE: Final = 100
"""Words that show whether a story is in ASCII."""

WORD_BYTES: Final = 250
"""Memory for a different word, with its places in dictionaries and sets: 170 to 230 bytes were measured."""

Places: TypeAlias = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """A text, prepared for comparisons.  A term is a long word or a number; in Chinese and Japanese two characters."""

    shingles: Shingles
    """The different shingles, sorted."""

    starts: Places
    """For each of them where its places begin in `places`; and the end of the last."""

    places: Places
    """The places of the shingles in the text, those of equal shingles together."""

    words: Sequence[str]
    """The different words."""

    row: Places
    """The words in the order of the text, by their places in `words`."""

    terms: dict[str, int]
    """How often each term occurs."""

    known: frozenset[str]
    """All words, and the pairs of characters if the text begins with other characters than ASCII."""

    topics: frozenset[str]
    """The terms that are known: what the text is about."""

    numbers: frozenset[str]
    """The numbers of two digits or more: single digits are the same by chance."""

    has_pairs: bool
    """Whether two characters can be a term."""

    @property
    def size(self) -> int:
        """About how many bytes of memory it takes."""
        arrays = (self.shingles, self.starts, self.places, self.row)
        return sum(array.nbytes for array in arrays) + WORD_BYTES * len(self.known)

    def unchanged(self, shingles: Shingles) -> set[str]:
        """The terms that occur in no other place than in these shingles, all of which the text has."""
        covered = self._covered(shingles)
        words, counts = counted(self.row[covered])
        found = zip(map(self.words.__getitem__, words.tolist()), counts.tolist(), strict=True)
        lost = Counter({word: count for word, count in found if word in self.terms and _is_term(word)})
        if self.has_pairs:
            firsts = np.union1d(covered, covered - 1)
            firsts = firsts[(firsts >= 0) & (firsts < len(self.row) - 1)]
            pairs = zip(self.row[firsts].tolist(), self.row[firsts + 1].tolist(), strict=True)
            lost.update(filter(_is_sign_pair, (self.words[one] + self.words[other] for one, other in pairs)))
        return {term for term, count in lost.items() if self.terms.get(term) == count}

    def _covered(self, shingles: Shingles) -> Places:
        """The places of the words in these shingles."""
        found = np.searchsorted(self.shingles, shingles)
        begins, ends = self.starts[found], self.starts[found + 1]
        lengths = ends - begins
        offsets = np.repeat(ends - np.cumsum(lengths, dtype=np.int32), lengths)
        firsts = self.places[offsets + np.arange(len(offsets), dtype=np.int32)]
        covered = np.minimum(firsts[:, None] + np.arange(SIZE, dtype=np.int32), len(self.row) - 1)
        return counted(covered.ravel())[0]


def counted(numbers: Places) -> tuple[Places, NDArray[np.intp]]:
    """(the different numbers, sorted; how often each occurs).  `np.unique` hashes first, which takes longer."""
    ordered = np.sort(numbers)
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1]))[: len(ordered)])
    return ordered[starts], np.diff(np.append(starts, len(ordered)))


def content_of(folded: str, numbers: Numbers) -> Content:
    """The content of a text in lower case; `numbers` are those of its words."""
    row = shingle_row(numbers)
    places = np.argsort(row, kind="stable").astype(np.int32)
    ordered = row[places]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1]))[: len(ordered)])
    words = words_of(folded)
    counts = Counter(words)
    order = {word: place for place, word in enumerate(counts)}
    has_pairs = not folded.isascii() and any(len(word) == 1 and _is_sign_pair(word * 2) for word in counts)
    pairs = Counter(filter(_is_sign_pair, map("".join, pairwise(words))) if has_pairs else ())
    long = {word for word in counts if len(word) >= TERM}
    others = (word for word in counts.keys() - long if not (word.isascii() and word.isalpha()) and _is_term(word))
    terms = Counter({word: counts[word] for word in long.union(others)})
    known_pairs = frozenset(() if " ".join(words[:SAMPLE]).isascii() else pairs)
    return Content(
        shingles=ordered[starts],
        starts=np.append(starts, len(ordered)).astype(np.int32),
        places=places,
        words=list(counts),
        row=np.fromiter(map(order.__getitem__, words), np.int32, len(words)),
        terms=dict(terms + pairs if has_pairs else terms),
        known=known_pairs.union(counts),
        topics=known_pairs.union(terms),
        numbers=frozenset(word for word in counts if not word.isalpha() and _is_number(word)),
        has_pairs=has_pairs,
    )


def _is_term(word: str) -> bool:
    return len(word) >= (TERM // 3 if "\uac00" <= word[0] <= "\ud7a3" else TERM) or _is_number(word)


def _is_sign_pair(pair: str) -> bool:
    return len(pair) == 2 and min(pair) >= "\u0e00"


def _is_number(word: str) -> bool:
    return not word.isalpha() and len(word) > 1 and any(map(str.isdigit, word))
