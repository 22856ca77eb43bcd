"""Words that lost a ligature: "con rmed".  Some programs that read PDF files write a space for fi, fl, ff, ffi or ffl.

The damage is in the whole text: where the program lost fi once, it lost it everywhere.  So a ligature is put back only
into a text that has it nowhere, in several words, and only where the list of words has one word with a ligature there.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from copydesk import lexicon
from copydesk.edits import Edit, Rule
from copydesk.program_code import is_code
from copydesk.repair import from_page
from copydesk.repair.context import Context

RULES = (Rule("words.lost-ligature", "a space stands where the word had a ligature (ff, fi, fl, ffi or ffl)"),)

LIGATURES: Final = ("fi", "fl", "ff", "ffi", "ffl")


@dataclass(frozen=True, slots=True)
class LostLigatureThresholds:
    """The thresholds of the rule, set with its cases: November 2026."""

    min_found: int = 3
    """Different words in a text with this damage that have a part which is hardly a word."""

    max_word_rank: int = 600
    """A rarer part is hardly a word: less than one in a million."""

    max_whole_rank: int = 600
    """The word with its ligature is at most this rare: one in a million."""

    min_above_whole: int = 40
    """By how much the rarer part is rarer than the whole, at least."""


LOST_LIGATURES: Final = LostLigatureThresholds()

_PARTS = re.compile(r"(?<![\w'-])(?=(?P<first>[^\W\d_]{1,20})(?P<gap> {1,2})(?P<last>[^\W\d_A-Z]{1,20})(?!\w))")
"""Two words beside each other.  It matches at the first one, so that each word may be in two pairs."""


def find(text: str, context: Context) -> Iterator[Edit]:
    """The edits, sorted by place.  If the page gives the gaps (`from_page`), nothing is found here."""
    lost = tuple(ligature for ligature in LIGATURES if ligature not in text)
    if "fi" not in lost or from_page.gives_gaps(context) or not context.has(RULES[0].name):
        return
    ranks = lexicon.ranks(context.language)
    if ranks:
        found = list(_edits(text, lost, ranks))
        if len({edit.after.strip() for edit, is_sure in found if is_sure}) >= LOST_LIGATURES.min_found:
            yield from (edit for edit, _ in found)


def _edits(text: str, lost: Sequence[str], ranks: Mapping[str, int]) -> Iterator[tuple[Edit, bool]]:
    """An edit for each pair of words that is one word with a ligature, or of which the second began with one.

    The boolean says whether one of the two is hardly a word.  A second word without its ligature must be none, or stand
    behind two spaces: "aske" is a word, and so is "flaske".
    """
    end = 0
    for match in _PARTS.finditer(text):
        first, last, start = match["first"], match["last"], match.start()
        if start < end:
            continue
        rank, last_rank = (ranks.get(part.casefold(), lexicon.MISSING) for part in (first, last))
        rarest = max(rank, last_rank)
        is_wide = match["gap"] != " "
        whole = None if is_wide else _word(first, last, lost, ranks, rarest)
        if whole is None and (is_wide or last_rank == lexicon.MISSING):
            repaired = _word("", last, lost, ranks, last_rank)
            whole, start = repaired and f" {repaired}", match.start("gap")
        if whole and not is_code(text, start):
            end = match.end("last")
            yield Edit(start, text[start:end], whole, (RULES[0].name,)), rarest > LOST_LIGATURES.max_word_rank


def _word(first: str, last: str, lost: Sequence[str], ranks: Mapping[str, int], rank: int) -> str | None:
    """The only word that is `first`, a ligature and `last`, and that is more common than `rank`."""
    max_rank = min(LOST_LIGATURES.max_whole_rank, rank - LOST_LIGATURES.min_above_whole)
    words = [first + ligature + last for ligature in lost]
    known = [word for word in words if ranks.get(word.casefold(), lexicon.MISSING) <= max_rank]
    return known[0] if len(known) == 1 else None
