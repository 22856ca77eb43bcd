"""The place that opens the story, and the agency that supplied it."""

from dataclasses import dataclass
from typing import Final

from copydesk.document import STORY, Label
from copydesk.labelling.state import SIGNED
from copydesk.metadata.fact import NOTHING, Fact
from copydesk.metadata.page import LabelledLines, Page
from copydesk.parsing import datelines
from copydesk.text import fold


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where datelines and agencies are.  Set by reading the labelled dumps of the benchmark kit, November 2026."""

    max_paragraphs: int = 2
    """Paragraphs at the beginning of the story that may open with the dateline."""

    max_below_title: int = 14
    """Lines from the headline to the dateline."""

    max_below_story: int = 3
    """Lines from the last paragraph to the line that names the agency."""

    max_agency_words: int = 5
    """Words of a line that names the agency of the story, and perhaps an editor: "abc/dpa"."""


THRESHOLDS: Final = Thresholds()

_OPENING: Final = frozenset((Label.PARAGRAPH, Label.DECK, Label.HEADING, Label.TAGS))
"""Labels of lines that may open with the dateline."""


def dateline_of(page: Page) -> tuple[Fact[str | None], Fact[str | None]]:
    """(place, agency) of the story.

    The agency is the one in the dateline, else that of a byline, of a line like "Source: AFP", or of a line beside the
    story that only names it.  An agency in a picture's credit is not the story's.
    """
    lines = page.labelled
    place: Fact[str | None] = NOTHING
    agency: Fact[str | None] = NOTHING
    for n in _beginning(lines):
        found = lines.facts[n].dateline
        if found is not None and (found.is_sure or _comes_again(found.place, lines, n)):
            source = (lines.numbers[n],)
            place = Fact(found.place, source) if found.place else NOTHING
            agency = Fact(found.agency, source) if found.agency else NOTHING
            break
    return place, agency if agency.value else _agency_of(lines)


def _beginning(lines: LabelledLines) -> list[int]:
    """The lines that may open with the dateline: from the headline to the second paragraph."""
    paragraphs = lines.places(Label.PARAGRAPH)[: THRESHOLDS.max_paragraphs]
    if not paragraphs:
        return []
    title = lines.first(Label.TITLE)
    start = paragraphs[0] if title is None or title > paragraphs[0] else title + 1
    start = max(start, paragraphs[0] - THRESHOLDS.max_below_title)
    return [n for n in range(start, paragraphs[-1] + 1) if lines.labels[n] in _OPENING]


def _comes_again(place: str | None, lines: LabelledLines, opening: int) -> bool:
    """Whether the story or the headline names the place again."""
    name = f" {fold(place or '')} "
    return any(
        name in f" {facts.folded} "
        for n, (facts, label) in enumerate(zip(lines.facts, lines.labels, strict=True))
        if n != opening and (label in STORY or label is Label.TITLE)
    )


def _agency_of(lines: LabelledLines) -> Fact[str | None]:
    """The agency of bylines, of "Source: AFP", or of a line beside the story."""
    paragraphs = lines.places(Label.PARAGRAPH)
    if not paragraphs:
        return NOTHING
    title = lines.first(Label.TITLE)
    first = paragraphs[0] if title is None or title > paragraphs[0] else title
    last = paragraphs[-1] + THRESHOLDS.max_below_story
    for n in range(first, min(last + 1, len(lines.facts))):
        name = _named(lines, n, is_beside=n < paragraphs[0] or n > paragraphs[-1])
        if name:
            return Fact(name, (lines.numbers[n],))
    return NOTHING


def _named(lines: LabelledLines, n: int, *, is_beside: bool) -> str | None:
    """The agency of the story that a line names, or None."""
    facts, label = lines.facts[n], lines.labels[n]
    if label in SIGNED and facts.agency and not facts.is_photographer:
        return datelines.agency_in(facts.agency)
    if not is_beside or label is not Label.CREDIT or facts.words > THRESHOLDS.max_agency_words:
        return None
    return None if n > 0 and lines.labels[n - 1] is Label.CAPTION else facts.story_agency
