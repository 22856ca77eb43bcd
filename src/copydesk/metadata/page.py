"""A page as labelled lines, and where the head of its story is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from copydesk.config import Profile
from copydesk.document import Label, Link
from copydesk.dump import Picture, SuppliedMetadata
from copydesk.labelling import Line, Verdict
from copydesk.labelling.line_facts import LineFacts
from copydesk.labelling.state import SIGNED
from copydesk.metadata.fact import Fact
from copydesk.source_memory.evidence import LineEvidence, PartEvidence

MAX_HEAD_LINES: Final = 8
"""Lines above the story that are its head if the page has no headline.

Used since November 2026; what set it is not recorded.
"""

MAX_BYLINE_LINES: Final = 3
"""Lines that one byline may take.  Used since November 2026; what set it is not recorded."""


@dataclass(frozen=True, slots=True)
class LabelledLines:
    """The lines of one record, in order.  The three sequences have one item for each line.

    `labels[n]` is the label of line n in this record: in a teaser it says what the line is there.  `verdicts[n]` is
    the decision about the line on the whole page, and `numbers[n]` the number of the line there.
    """

    facts: Sequence[LineFacts]
    labels: Sequence[Label]
    verdicts: Sequence[Verdict]
    numbers: Sequence[int]

    @property
    def texts(self) -> list[str]:
        """The text of each line."""
        return [facts.text for facts in self.facts]

    def with_label(self, *labels: Label) -> Iterator[str]:
        """The texts of the lines with one of the labels."""
        return (facts.text for facts in self.facts_with(*labels))

    def facts_with(self, *labels: Label) -> Iterator[LineFacts]:
        """The facts of the lines with one of the labels."""
        return (facts for facts, label in zip(self.facts, self.labels, strict=True) if label in labels)

    def some(self, numbers: Sequence[int], labels: Sequence[Label]) -> "LabelledLines":
        """The lines with these numbers, under other labels."""
        return LabelledLines(
            [self.facts[n] for n in numbers],
            labels,
            [self.verdicts[n] for n in numbers],
            [self.numbers[n] for n in numbers],
        )

    def places(self, *labels: Label) -> list[int]:
        """The places of the lines with one of the labels, in order."""
        return [n for n, label in enumerate(self.labels) if label in labels]

    def fact(self, n: int) -> Fact[str]:
        """The text of the line at this place, as a fact."""
        return Fact(self.facts[n].text, (self.numbers[n],))

    def first(self, label: Label) -> int | None:
        """The number of the first line with the label."""
        return self.labels.index(label) if label in self.labels else None


@dataclass(frozen=True, slots=True)
class PageMemory:
    """What the memory of the source says: about the parts of the page's title, and, by their numbers, about lines.

    `lines` has only lines that other pages have too.  `title` is there only if other titles end in the same way.  `of`
    is the number of other pages.
    """

    title: Sequence[PartEvidence]
    lines: Mapping[int, LineEvidence]
    of: int


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a dump with their labels.  `labelled.facts[n]` is the same as `lines[n].facts`.

    Of an HTML page, `links` has the links of lines by their number, as the page writes them, and `pictures` its
    pictures, each with the number of the line that follows it; `base` is the address that it states for links.
    `linked` are all links with their places in the raw text, in order, with addresses as the page writes them;
    `linked_words` has the texts of the links in each line with several, by the number of the line.
    `memory` is what the memory of the source says, if there is one.
    """

    source: str
    lines: Sequence[Line]
    labelled: LabelledLines
    language: str | None
    given: SuppliedMetadata
    profile: Profile | None
    links: Mapping[int, str] = field(default_factory=dict)
    pictures: Sequence[tuple[int, Picture]] = ()
    base: str | None = None
    linked: Sequence[Link] = ()
    linked_words: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    memory: PageMemory | None = None


def head_of(lines: LabelledLines) -> range:
    """The lines from the headline to the line below the first paragraph, or to a byline or date a little below that."""
    story = [n for n, label in enumerate(lines.labels) if label is Label.PARAGRAPH] or [len(lines.facts)]
    title = lines.first(Label.TITLE)
    first = next((n for n in story if title is None or n > title), story[0])
    start = max(0, first - MAX_HEAD_LINES) if title is None else title
    below = [n for n in range(first, min(first + 1 + MAX_BYLINE_LINES, len(lines.facts))) if lines.labels[n] in SIGNED]
    return range(start, min(max([first + 2, *(n + 1 for n in below)]), len(lines.facts)))
