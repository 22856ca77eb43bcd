"""The lines of a dump while they are labelled: the verdicts so far, and the model's shares."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from operator import and_
from typing import Final

from copydesk.document import STORY, Label
from copydesk.edits import Rule
from copydesk.labelling.line import Line, is_item
from copydesk.labelling.model import LABELS
from copydesk.labelling.verdict import Role, Verdict

PLACE: Final = {label: place for place, label in enumerate(LABELS)}

LIKELY: Final = 0.5
"""From this share on, the model prefers a label (or the labels of the story together): it is half of the whole."""

SURE: Final = 0.9
"""From this share on, the model overrules a rule for single lines, unless the rule is certain.

Used since November 2026; what set it is not recorded.
"""

MIN_SPACED: Final = 0.02
MAX_SPACED: Final = 0.7
"""Blank lines part blocks if the share of lines that follow one is between these.  Set by reading the dumps of the
benchmark kit, autumn 2026."""

BESIDE_TITLE: Final = 12
"""Lines above the headline and below it that may be its byline and date.

Set with `python -m bench.metadata`, November 2026: with 6 lines the dates of .6 % fewer pages are right.
"""

FURNITURE_FROM: Final = 0.8
"""From this share for furniture on, a line is no text of a thread, a recipe or an interview.

Set in November 2026 with the cases of the tests and the kit of kinds.
"""

HEADING_BESIDE_PARAGRAPH: Final = 0.25
"""The model's share for a heading, as a part of that for a paragraph, from which on a short line is a heading.

Set with `python -m bench.labels`, November 2026.
"""

_FURNITURE: Final = (Label.NAVIGATION, Label.CONTROL, Label.PROMO)

ENDS: Final = frozenset((Label.TEASER_HEADING, Label.COPYRIGHT))
"""Labels of lines that end a box, a thread, a recipe or an interview."""

SIGNED: Final = frozenset((Label.BYLINE, Label.TIMESTAMP))

_EMBEDDED = re.compile(r"^\W*[\N{EM DASH}\N{EN DASH}]|\(@")
"""The author of a post that is embedded in the story: "\N{EM DASH} Jane Doe (@janedoe) March 3, 2019"."""


@dataclass(frozen=True, slots=True)
class LabelState:
    """The rules change `verdicts` and `story`, and nothing else.

    `shares` has a row for each line with the model's share of each label.  `story_shares` has the story share of each
    line: the sum over the labels of the story.  `story` says which lines count as story so far.
    """

    lines: Sequence[Line]
    language: str | None
    shares: list[list[float]]
    story_shares: list[float]
    verdicts: list[Verdict | None]
    story: list[bool]
    prose: list[bool] = field(init=False)
    """Which lines are running text."""

    times: Counter[str] = field(init=False)
    """How often each folded text occurs in the dump."""

    is_spaced: bool = field(init=False)
    """Whether blank lines part blocks of lines: some lines follow a blank one, and not nearly all."""

    def __post_init__(self) -> None:
        apart = sum([line.apart for line in self.lines])
        object.__setattr__(self, "is_spaced", MIN_SPACED * len(self.lines) <= apart <= MAX_SPACED * len(self.lines))
        object.__setattr__(self, "prose", [line.is_prose for line in self.lines])
        object.__setattr__(self, "times", Counter([line.folded for line in self.lines]))

    def label(self, n: int) -> Label | None:
        """The label of line n, if it has one yet."""
        verdict = self.verdicts[n]
        return verdict.label if verdict else None

    def set_label(self, n: int, label: Label, rule: Rule, role: Role | None = None) -> None:
        """Give line n a label; it counts as story if the label is one of the story."""
        self.verdicts[n] = Verdict(label, rule, role=role)
        self.story[n] = label in STORY

    def set_text(self, n: int, rule: Rule) -> None:
        """Make line n a paragraph of the story, or an entry of a list if it looks like one."""
        self.set_label(n, Label.LIST_ITEM if is_item(self.lines[n]) else Label.PARAGRAPH, rule)

    def set_part(self, n: int, part: Label, *, begins: bool) -> None:
        """Say what line n is in its teaser item, and whether the item begins with it."""
        verdict = self.verdicts[n]
        if verdict:
            self.verdicts[n] = replace(verdict, part=part, begins=begins)

    def share(self, n: int, label: Label) -> float:
        """The model's share of the label for line n."""
        return self.shares[n][PLACE[label]]

    def furniture(self, n: int) -> float:
        """The model's share for furniture of line n: navigation, controls, appeals."""
        return sum([self.share(n, label) for label in _FURNITURE])

    def is_furniture(self, n: int) -> bool:
        """Whether line n is surely no text, as the model sees it."""
        return self.furniture(n) >= FURNITURE_FROM

    def other_stories(self, n: int) -> float:
        """The model's share for other stories of line n: teasers and the headings of their lists."""
        return self.share(n, Label.TEASER) + self.share(n, Label.TEASER_HEADING)

    def keep(self, n: int) -> None:
        """Count line n as story, if no rule has labelled it."""
        if self.verdicts[n] is None:
            self.story[n] = True

    def is_heading(self, n: int) -> bool:
        """Whether line n, short and without an end, is a heading if it is story.

        Stories alone, of which the model learns, have no markup: their headings count as paragraphs there.
        """
        line = self.lines[n]
        if line.is_prose or line.ends:
            return False
        return self.share(n, Label.HEADING) >= HEADING_BESIDE_PARAGRAPH * self.share(n, Label.PARAGRAPH)

    def is_running(self, n: int) -> bool:
        """Whether line n is running text of the story."""
        return self.story[n] and self.prose[n]

    def running(self) -> list[int]:
        """The lines of running text that the story has now."""
        return [n for n, is_running in enumerate(map(and_, self.story, self.prose)) if is_running]


def is_signature(state: LabelState, n: int) -> bool:
    """Whether the line is a byline or date, and not that of a post in the story."""
    return state.label(n) in SIGNED and not _EMBEDDED.search(state.lines[n].text)
