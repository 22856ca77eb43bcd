"""A story that the page prints twice: line by line once more, or as a whole in a single line.

What a story says again in a line or two (a refrain, a pull quote) stays: it is the writer's.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling.state import Draft

TELLING: Final = 8
"""Words of a line from which on it stands twice by no chance."""

LEAST_LINES: Final = 3
LEAST_WORDS: Final = 60
"""Of such lines, one near the other, that are a copy of the story."""

LONG: Final = 100
"""Words of a line that may hold a story."""

NEAR: Final = 4
"""Lines of the story from one of them to the next: subheads, and what was changed."""

LEAST_SHARE: Final = 0.8
"""Of a line's words that are those of other lines, whole, one after the other: then it is a copy of them all."""

OPENING: Final = 6
"""Words by which a line is looked for inside another."""

MOST_TRIED: Final = 4
"""Words that are compared in vain for each of a long line's own; then it is no copy."""

AGAIN = Rule("label.story-again", "the story once more: three lines or more that stand above it in the same words")
IN_ONE = Rule("label.story-in-one", "holds the lines of the story, one after the other, in a single line")

RULES: Final = (AGAIN, IN_ONE)


def find(draft: Draft) -> None:
    """Label the copies of the story's lines, so that it is told once."""
    told: set[str] = set()  # above the copy at hand
    at = 0
    for copy in _runs(draft):
        told.update(draft.lines[n].folded for n in range(at, copy[0]) if draft.story[n])
        at = copy[0]
        for n in range(copy[0], copy[-1] + 1):
            if draft.story[n] and draft.lines[n].folded in told:
                draft.put(n, Label.DUPLICATE, AGAIN)
    for n in _in_one(draft):
        draft.put(n, Label.DUPLICATE, IN_ONE)


def _runs(draft: Draft) -> Iterator[list[int]]:
    """The numbers of lines that stand above in the same words, those near each other together."""
    seen: set[str] = set()
    run: list[int] = []
    since = 0  # lines of the story since the run's last
    for n, line in enumerate(draft.lines):
        if not draft.story[n]:
            continue
        since += 1
        if line.words < TELLING or not line.folded:
            continue
        if line.folded not in seen:
            seen.add(line.folded)
            continue
        if since > NEAR:
            yield from _long(draft, run)
            run = []
        run.append(n)
        since = 0
    yield from _long(draft, run)


def _long(draft: Draft, run: list[int]) -> Iterator[list[int]]:
    if len(run) >= LEAST_LINES and sum(draft.lines[n].words for n in run) >= LEAST_WORDS:
        yield run


def _in_one(draft: Draft) -> Iterator[int]:
    """The numbers of lines that are made of other lines of the story."""
    long = [n for n, line in enumerate(draft.lines) if draft.story[n] and len(line.kinds) >= LONG]
    if not long:
        return
    telling = [n for n, line in enumerate(draft.lines) if draft.story[n] and len(line.kinds) >= TELLING]
    telling.sort(key=lambda n: -len(draft.lines[n].kinds))  # of lines that begin alike, the shortest counts
    openings = {draft.lines[n].kinds[:OPENING]: draft.lines[n].kinds for n in telling}
    for n in long:
        if _is_made_of(draft.lines[n].kinds, openings):
            yield n


def _is_made_of(kinds: Sequence[int], openings: Mapping[tuple[int, ...], Sequence[int]]) -> bool:
    """Whether the words are those of other lines, whole, one after the other; `openings` holds lines by their first."""
    at = found = covered = tried = 0
    while at <= len(kinds) - OPENING and tried <= MOST_TRIED * len(kinds):
        other = openings.get(tuple(kinds[at : at + OPENING]))
        if other is None or len(other) >= len(kinds):
            at += 1
        elif kinds[at : at + len(other)] == other:
            found, covered, at = found + 1, covered + len(other), at + len(other)
        else:
            tried, at = tried + len(other), at + 1
    return found >= LEAST_LINES and covered >= LEAST_SHARE * len(kinds)
