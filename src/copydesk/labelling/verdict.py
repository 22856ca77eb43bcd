"""A decision about one line, as a value: label, rule, share, role.

Rules, metadata and teasers read these fields.  The record's `why` and `share` are written from them last, and no code
reads those back.
"""

from dataclasses import dataclass
from enum import StrEnum

from copydesk.document import Label
from copydesk.edits import Rule


class Role(StrEnum):
    """What a line does beyond its label, where one label covers several things."""

    SECTION = "section"
    """A line of tags that is the section or topic above the headline."""

    JOB = "job"
    """A line of a byline that says what the person above it does: "Staff Writer"."""

    BIO_NAME = "bio name"
    """A line of a bio that is only the person's name."""

    ANNOUNCED = "announced"
    """A teaser in one line with the phrase that announces it: "Read more: headline"."""

    OF_STORY = "of the story"
    """A line that the reader of roles takes for one of this story, though only the model gave the label."""

    NOT_OF_STORY = "not of the story"
    """A note, a bio or a list of topics that says nothing about this story: no fact is read from it."""

    OTHER_SOURCE = "other source"
    """The heading of a list that names a source: "More from Example Media".  The story does not go on below it.

    Also a line of such a list that reads like a story.
    """

    FURTHER_STORY = "further story"
    """A line of another whole story below the first one."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The label of a line and the rule that gave it.

    `share` is the model's share for the label (0 to 1, rounded to hundredths), and None where a rule decided.  `part`
    is the label of a teaser's line inside its item (headline, blurb, kicker ...); None for lines of no item.
    `begins` says whether an item begins with the line.
    """

    label: Label
    rule: Rule
    share: float | None = None
    role: Role | None = None
    part: Label | None = None
    begins: bool = False

    @property
    def certainty(self) -> float:
        """The model's share; 1 where a rule decided."""
        return 1.0 if self.share is None else self.share
