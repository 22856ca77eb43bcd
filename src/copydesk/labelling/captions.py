"""What pictures leave behind: captions, told by their credits or by being printed twice, and photographers' names."""

from collections.abc import Sequence
from typing import Final

from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling.hints import AGENCY, PICTURE
from copydesk.labelling.line import Line
from copydesk.labelling.state import LIKELY, SURE, Draft

MOSTLY: Final = 0.7
"""Share of lines with a blank line above from which blank lines tell nothing."""

MOST_CAPTION_WORDS: Final = 60
LEAST_CAPTION_WORDS: Final = 3
LEAST_TWICE_WORDS: Final = 5
TWICE_REACH: Final = 4
"""Lines from a caption to its copy, at most."""

CAPTION_OWN_CREDIT = Rule("label.caption-own-credit", 'ends with its picture\'s credit: "... Photo: Jane Doe"')
CAPTION = Rule("label.caption-with-credit", "a line right above a picture's credit")
CAPTION_TWICE = Rule(
    "label.caption-twice", "a sentence printed twice within a few lines: a picture's alternative text and caption"
)
PHOTOGRAPHER = Rule("label.photographer", "a person's name between a caption and an agency")
DUPLICATE = Rule("label.repeated", "repeats a line that is kept")

RULES: Final = (CAPTION_OWN_CREDIT, CAPTION, CAPTION_TWICE, PHOTOGRAPHER, DUPLICATE)


def find(draft: Draft) -> None:
    """Label what belongs to pictures."""
    _own_credits(draft)
    _above_credits(draft)
    _twice(draft)


def _own_credits(draft: Draft) -> None:
    for n, line in enumerate(draft.lines):
        may = line.hints & (PICTURE | AGENCY) and draft.verdicts[n] is None and line.words <= MOST_CAPTION_WORDS
        if may and line.facts.ends_with_credit:
            draft.put(n, Label.CAPTION, CAPTION_OWN_CREDIT)


def _above_credits(draft: Draft) -> None:
    """Captions right above a credit, and the photographer's name between them."""
    lines, verdicts = draft.lines, draft.verdicts
    spaced = any(line.apart for line in lines[1:])
    all_apart = sum([line.apart for line in lines]) > MOSTLY * len(lines)
    for n in range(1, len(lines)):
        if verdicts[n] is None or draft.label(n) is not Label.CREDIT or (lines[n].apart and not all_apart):
            continue
        above, likely = n - 1, LIKELY if lines[n].apart else SURE
        if above and verdicts[above] is None and lines[above].facts.is_person and not lines[above].apart:
            draft.put(above, Label.CREDIT, PHOTOGRAPHER)
            above -= 1
        if (
            verdicts[above] is None
            and spaced
            and LEAST_CAPTION_WORDS <= lines[above].words <= MOST_CAPTION_WORDS
            and draft.told[above] < likely
        ):
            draft.put(above, Label.CAPTION, CAPTION)


def _twice(draft: Draft) -> None:
    """Captions printed twice, unless the page doubles its paragraphs too."""
    twice = _printed_twice(draft.lines)
    if not twice:
        return
    others = sum(line.is_prose and verdict is None for line, verdict in zip(draft.lines, draft.verdicts, strict=True))
    if len(twice) * 3 > others:  # each counts twice among the others
        return
    for before, again in twice:
        unsure = min(draft.told[before], draft.told[again]) < SURE
        if draft.verdicts[before] is None and (again == before + 1 or unsure):
            draft.put(before, Label.CAPTION, CAPTION_TWICE)
        if draft.label(before) is Label.CAPTION:
            draft.put(again, Label.DUPLICATE, DUPLICATE)


def _printed_twice(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """Sentences that stand again within a few lines: the number of the line, and of the line that repeats it."""
    twice: list[tuple[int, int]] = []
    seen: dict[str, int] = {}
    for n, line in enumerate(lines):
        if line.words < LEAST_TWICE_WORDS:
            continue
        before = seen.get(line.folded)
        if before is not None and n - before <= TWICE_REACH and line.ends:
            twice.append((before, n))
        seen[line.folded] = n
    return twice
