"""Why the confidence of a record is low: the features that lower it most, against those of a usual right page.

Each feature is set to its usual value, one at a time: the more the score of the trees rises, the more the feature
lowers the confidence.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from copydesk.document import Kind, PageKind, Record
from copydesk.forest import UNIT
from copydesk.quality import confidence
from copydesk.quality.confidence import COLUMNS, COUNTED, UNSURE
from copydesk.text import count_words

USUAL: Final = Path(__file__).with_name("usual.json")
"""The medians of all features over the right pages of the benchmark, for texts and for HTML pages
(`python -m training.quality usual`, November 2026)."""

MAX_DOUBTS: Final = 3
"""Features that are named: those after the third hardly count."""

MIN_RISE: Final = UNIT // 10
"""A feature counts if its usual value raises the score by this: a confidence of .50 would be .525."""

NO_STORY: Final = "no line is story"

NAMES: Final[Mapping[str, str]] = {
    "mean share": "mean probability of the labels of the story's lines",
    "lowest share": "lowest probability of a long line of the story",
    "share of page": "share of the words of the page in the story",
    "others inside": "words of other lines inside the story, for each word of it",
    "teasers": "share of the words of the page in teasers",
    "furniture": "share of the words of the page in furniture",
    "comments": "share of the words of the page in comments",
    "strays": "share of the words of the page in long lines outside the story",
    "unsure others": "words of unsure lines outside the story, for each word of it",
    "unsure strays": "words of unsure long lines outside the story, for each word of it",
    "mean share of others": "mean probability of the labels of the lines outside the story",
    "mean share of strays": "mean probability of the labels of the long lines outside the story",
    "short lines": "part of the story's lines that are short",
    "long lines": "part of the story's words in long lines",
    "whole sentences": "part of the story's lines that end like a sentence",
    "headings": "part of the story's lines that are headings",
    "entries": "part of the story's lines that are entries of lists",
    "by rule": "part of the story's words in lines that a rule labelled",
    "repeated": "part of the story's lines that repeat another one",
    "spread": "spread of the probabilities of the story's long lines",
    "place of first": "place of the first line of the story in the page",
    "place of last": "place of the last line of the story in the page",
    "changes": "changes between story and other lines, for each line of the page",
    "changes by line of story": "changes between story and other lines, for each line of the story",
    "words a line": "hundreds of words in a line of the story",
    **{f"below {limit}": f"part of the story's words in lines with a probability below {limit}" for limit in UNSURE},
    "words": "words of the story",
    "words of page": "words of the page",
    "lines": "lines of the page",
    "lines of story": "lines of the story",
    "titles": "lines of titles",
    "bylines": "lines of bylines",
    "dates": "lines of dates",
    "captions": "lines of captions",
    "notes": "lines of notes",
    "duplicates": "lines that repeat another one",
    "has title": "headline found",
    "has author": "author found",
    "has date": "date found",
    "is HTML": "read from HTML",
    **{f"is {kind}": f"the page is a {kind.replace('_', ' ')}" for kind in PageKind},
}
"""What each feature says, in words."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A feature that lowers the confidence, in words; its value, and the usual one (both None for `NO_STORY`)."""

    what: str
    value: float | None = None
    usual: float | None = None

    def __str__(self) -> str:
        return self.what if self.value is None else f"{self.what}: {self.value:g} (usual: {self.usual:g})"


def of(article: Record) -> tuple[Doubt, ...]:
    """What lowers the confidence of an article most, the strongest first."""
    if article.kind is not Kind.ARTICLE:
        return (Doubt(NO_STORY),)
    found = confidence.features(article, [count_words(block.text) for block in article.blocks])
    usual = _usual()["html" if found["is HTML"] else "text"]
    others = [name for name in COLUMNS if found[name] != usual[name]]
    own, *scores = confidence.load(confidence.SHIPPED).scores(
        [found, *(found | {name: usual[name]} for name in others)]
    )
    rises = sorted(((score - own, name) for score, name in zip(scores, others, strict=True)), key=lambda one: -one[0])
    return tuple(
        Doubt(NAMES[name], _shown(name, found[name]), _shown(name, usual[name]))
        for rise, name in rises[:MAX_DOUBTS]
        if rise >= MIN_RISE
    )


def _shown(name: str, value: int) -> float:
    """The value of a feature: a number, or a share from thousandths."""
    return value if name in COUNTED else value / 1000


@cache
def _usual() -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = json.loads(USUAL.read_text(encoding="utf-8"))
    return found
