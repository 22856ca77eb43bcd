"""What two stories are compared by: shingles, words and terms of a text, prepared once.

All are sorted arrays of numbers.  A comparison then reads only the shorter text, and the places of the longer one that
have the same shingles.  So a long story with many excerpts takes no time for each excerpt that depends on its length.
"""

from dataclasses import dataclass, fields
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from copydesk.copies.shingles import SIZE, Number, Shingles, distinct, first_places, shingle_row
from copydesk.copies.words import NUMBER, OTHER, SIGN, TERM, Flags, Numbers, Words, pair_numbers

SAMPLE: Final = 100
"""Words that show whether a story is in ASCII."""

Places: TypeAlias = NDArray[np.int32]
Counts: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """A text, prepared for comparisons.  A term is a long word or a number; in Chinese and Japanese two characters."""

    shingles: Shingles
    """The different shingles, sorted."""

    starts: Places
    """For each of them where its places begin in `places`; and the end of the last."""

    places: Places
    """The places of the shingles in the text, those of equal shingles together."""

    words: Numbers
    """The different words, sorted."""

    row: Places
    """The words in the order of the text, by their places in `words`."""

    is_term: Flags
    """Whether each of the different words is a term."""

    signs: Numbers
    """The words that may be half of a term, in the order of the text; 0 for others.  Empty if there are none."""

    terms: Numbers
    """The different terms, sorted."""

    counts: Places
    """How often each of them occurs."""

    known: Numbers
    """All words, and the pairs of characters if the text begins with other characters than ASCII; sorted."""

    topics: Numbers
    """The terms that are known, sorted: what the text is about."""

    numbers: Numbers
    """The numbers of two digits or more, sorted."""

    @property
    def size(self) -> int:
        """How many bytes of memory it takes."""
        return sum(getattr(self, field.name).nbytes for field in fields(self))

    def unchanged(self, shingles: Shingles) -> Numbers:
        """The terms that occur in no other place than in these shingles, all of which the text has; sorted."""
        covered = self._covered(shingles)
        words, counts = counted(self.row[covered])
        is_term = self.is_term[words]
        lost, counts = self.words[words[is_term]], counts[is_term]
        if len(self.signs):
            firsts = np.union1d(covered, covered - 1)
            firsts = firsts[(firsts >= 0) & (firsts < len(self.row) - 1)]
            lost, counts = _with_pairs(lost, counts, _pairs(self.signs, firsts))
        is_all = self.counts[np.searchsorted(self.terms, lost)] == counts
        found: Numbers = lost[is_all]
        return found

    def _covered(self, shingles: Shingles) -> Places:
        """The places of the words in these shingles."""
        found = np.searchsorted(self.shingles, shingles)
        begins, ends = self.starts[found], self.starts[found + 1]
        lengths = ends - begins
        offsets = np.repeat(ends - np.cumsum(lengths, dtype=np.int32), lengths)
        firsts = self.places[offsets + np.arange(len(offsets), dtype=np.int32)]
        covered = np.minimum(firsts[:, None] + np.arange(SIZE, dtype=np.int32), len(self.row) - 1)
        return distinct(covered.ravel())


def content_of(words: Words) -> Content:
    """The content of a text."""
    shingles, starts, places = _grouped(shingle_row(words.numbers))
    different, firsts, order = _grouped(words.numbers)
    counts = np.diff(firsts).astype(np.int64)
    row = np.empty(len(words), np.int32)
    row[order] = np.repeat(np.arange(len(different), dtype=np.int32), counts)
    kinds = words.kinds[order[firsts[:-1]]]
    is_term = (kinds & TERM).astype(bool)
    signs = words.codes * (words.kinds & SIGN).astype(bool) if (kinds & SIGN).any() else words.codes[:0]
    pairs = _pairs(signs, np.arange(max(0, len(signs) - 1)))
    own = different[is_term]
    terms, term_counts = _with_pairs(own, counts[is_term], pairs) if len(pairs) else (own, counts[is_term])
    known_pairs = pairs if (words.kinds[:SAMPLE] & OTHER).any() else pairs[:0]
    return Content(
        shingles=shingles,
        starts=starts,
        places=places,
        words=different,
        row=row,
        is_term=is_term,
        signs=signs,
        terms=terms,
        counts=term_counts.astype(np.int32),
        known=_union(different, known_pairs),
        topics=_union(own, known_pairs),
        numbers=different[(kinds & NUMBER).astype(bool)],
    )


def counted(numbers: NDArray[Number]) -> tuple[NDArray[Number], Counts]:
    """(the different numbers, sorted; how often each occurs).  `np.unique` hashes first, which takes longer."""
    ordered = np.sort(numbers)
    starts = first_places(ordered)
    return ordered[starts], np.diff(np.append(starts, len(ordered)))


def _grouped(row: Numbers) -> tuple[Numbers, Places, Places]:
    """(the different numbers, sorted; where the places of each begin, and the end; the places in `row`)."""
    places = np.argsort(row, kind="stable").astype(np.int32)
    ordered = row[places]
    starts = first_places(ordered)
    return ordered[starts], np.append(starts, len(ordered)).astype(np.int32), places


def _pairs(signs: Numbers, firsts: Counts | Places) -> Numbers:
    """The pairs of two characters that begin at these places."""
    first, second = signs[firsts], signs[firsts + 1]
    are_both = (first > 0) & (second > 0)
    return pair_numbers(first[are_both], second[are_both])


def _with_pairs(terms: Numbers, counts: Counts, pairs: Numbers) -> tuple[Numbers, Counts]:
    """(the terms and the pairs, sorted; how often each occurs).  A pair may be a term, too."""
    return counted(np.concatenate((np.repeat(terms, counts), pairs)))


def _union(numbers: Numbers, pairs: Numbers) -> Numbers:
    return distinct(np.concatenate((numbers, pairs))) if len(pairs) else numbers
