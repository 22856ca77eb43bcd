"""Lines that other pages of the source have: the model's shares are revised, and certain furniture gets its label."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from copydesk.document import FURNITURE, Label
from copydesk.edits import Rule
from copydesk.labelling.features import Floats
from copydesk.labelling.line import Line
from copydesk.labelling.model import LABELS, STORY_PLACES
from copydesk.labelling.verdict import Verdict
from copydesk.source_memory.evidence import LineEvidence
from copydesk.source_memory.revision import headings, is_furniture, revised

SOURCE_MEMORY = Rule("label.source-memory", "nearly all other pages of the source have the line")
RULES: Final = (SOURCE_MEMORY,)

FURNITURE_PLACES: Final = [
    place for place, label in enumerate(LABELS) if label in FURNITURE and label is not Label.DUPLICATE
]
"""The columns of the labels of furniture."""


def with_memory(lines: Sequence[Line], shares: Floats, memory: Sequence[LineEvidence]) -> Floats:
    """The shares of the model with the story share of each line as the memory revises it.

    The labels of the story keep their proportions, and so do the other labels.
    """
    story = shares[:, STORY_PLACES].sum(axis=1)
    page = bool(lines[0].origin)
    wanted = np.array(revised(story.tolist(), [line.words for line in lines], memory, page=page))
    found = shares * ((1 - wanted) / np.maximum(1 - story, 1e-4))[:, None]
    found[:, STORY_PLACES] = shares[:, STORY_PLACES] * (wanted / np.maximum(story, 1e-4))[:, None]
    rounded: Floats = np.minimum(np.round(found, 4), 1.0)
    return rounded


def furniture(
    lines: Sequence[Line],
    certain: Sequence[Verdict | None],
    judged: Sequence[Verdict | None],
    shares: Floats,
    memory: Sequence[LineEvidence],
) -> list[Verdict | None]:
    """The certain verdicts, with those for lines that are certainly furniture and that no rule for a line knows.

    `shares` are those that the memory has revised.
    """
    best = shares[:, FURNITURE_PLACES].argmax(axis=1).tolist()
    words = [line.words for line in lines]
    is_heading = headings(shares[:, STORY_PLACES].sum(axis=1).tolist(), words, memory)
    made = zip(certain, judged, best, words, memory, is_heading, strict=True)
    return [
        Verdict(LABELS[FURNITURE_PLACES[place]], SOURCE_MEMORY)
        if verdict is None and by_itself is None and not is_own and is_furniture(one, count)
        else verdict
        for verdict, by_itself, place, count, one, is_own in made
    ]
