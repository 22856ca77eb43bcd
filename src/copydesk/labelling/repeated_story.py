"""A story that the page prints twice: line by line, or as a whole in a single line.

A line or two that a story repeats (a refrain, a pull quote) stay: the writer meant them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling.state import Draft


@dataclass(frozen=True, slots=True)
class RepeatThresholds:
    """When lines are a copy of the story.  Set by reading the dumps of the benchmark kit, October 2026."""

    min_line_words: int = 8
    """Words of a line that is not repeated by chance."""

    min_lines: int = 3
    min_words: int = 60
    """Repeated lines near each other that are a copy of the story, and their words together."""

    min_words_of_whole: int = 100
    """Words of a single line that may contain the whole story."""

    max_lines_between: int = 4
    """Lines of the story from one repeated line to the next: subheads, and lines that were changed."""

    min_share: float = 0.8
    """Share of a long line's words that must be those of whole other lines, one after the other."""

    opening_words: int = 6
    """Words at the beginning of a line by which it is found inside another."""

    max_comparisons: int = 4
    """Words compared without success for each word of a long line; after that it is no copy.  Bounds the time."""


THRESHOLDS: Final = RepeatThresholds()

AGAIN = Rule("label.story-again", "the story again: three lines or more that are above in the same words")
IN_ONE = Rule("label.story-in-one", "holds the lines of the story, one after the other, in a single line")

RULES: Final = (AGAIN, IN_ONE)


def find(draft: Draft) -> None:
    """Label the copies of the story's lines, so that the text has each line once."""
    above: set[str] = set()  # lines of the story above the copy
    at = 0
    for copy in _runs(draft):
        above.update(draft.lines[n].folded for n in range(at, copy[0]) if draft.story[n])
        at = copy[0]
        for n in range(copy[0], copy[-1] + 1):
            if draft.story[n] and draft.lines[n].folded in above:
                draft.put(n, Label.DUPLICATE, AGAIN)
    for n in _in_one(draft):
        draft.put(n, Label.DUPLICATE, IN_ONE)


def _runs(draft: Draft) -> Iterator[list[int]]:
    """Groups of numbers of lines that are above in the same words; lines near each other are one group."""
    seen: set[str] = set()
    run: list[int] = []
    since = 0  # lines of the story since the last one of the group
    for n, line in enumerate(draft.lines):
        if not draft.story[n]:
            continue
        since += 1
        if line.words < THRESHOLDS.min_line_words or not line.folded:
            continue
        if line.folded not in seen:
            seen.add(line.folded)
            continue
        if since > THRESHOLDS.max_lines_between:
            yield from _long(draft, run)
            run = []
        run.append(n)
        since = 0
    yield from _long(draft, run)


def _long(draft: Draft, run: list[int]) -> Iterator[list[int]]:
    if len(run) >= THRESHOLDS.min_lines and sum(draft.lines[n].words for n in run) >= THRESHOLDS.min_words:
        yield run


def _in_one(draft: Draft) -> Iterator[int]:
    """The numbers of lines that consist of other lines of the story."""
    long = [
        n for n, line in enumerate(draft.lines) if draft.story[n] and len(line.kinds) >= THRESHOLDS.min_words_of_whole
    ]
    if not long:
        return
    parts = [n for n, line in enumerate(draft.lines) if draft.story[n] and len(line.kinds) >= THRESHOLDS.min_line_words]
    parts.sort(key=lambda n: -len(draft.lines[n].kinds))  # of lines with the same beginning, the shortest is used
    openings = {draft.lines[n].kinds[: THRESHOLDS.opening_words]: draft.lines[n].kinds for n in parts}
    for n in long:
        if _is_made_of(draft.lines[n].kinds, openings):
            yield n


def _is_made_of(kinds: Sequence[int], openings: Mapping[tuple[int, ...], Sequence[int]]) -> bool:
    """Whether the words are those of whole other lines, one after the other.

    `openings` has the words of each other line by its first words.
    """
    at = found = covered = tried = 0
    while at <= len(kinds) - THRESHOLDS.opening_words and tried <= THRESHOLDS.max_comparisons * len(kinds):
        other = openings.get(tuple(kinds[at : at + THRESHOLDS.opening_words]))
        if other is None or len(other) >= len(kinds):
            at += 1
        elif kinds[at : at + len(other)] == other:
            found, covered, at = found + 1, covered + len(other), at + len(other)
        else:
            tried, at = tried + len(other), at + 1
    return found >= THRESHOLDS.min_lines and covered >= THRESHOLDS.min_share * len(kinds)
