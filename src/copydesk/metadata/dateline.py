"""The place that opens the story, and the agency that supplied it."""

from dataclasses import dataclass
from typing import Final

from copydesk.document import STORY, Label
from copydesk.labelling.state import SIGNED
from copydesk.metadata.fact import NOTHING, Fact
from copydesk.metadata.page import LabelledLines, Page
from copydesk.parsing import datelines
from copydesk.parsing.people import is_common
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

    max_above_story: int = 5
    """Lines above the first paragraph that may name the place beside a date or an agency."""

    max_words_beside: int = 10
    """Words of such a line."""

    max_agency_words: int = 5
    """Words of a line that names the agency of the story, and perhaps an editor: "abc/dpa"."""


THRESHOLDS: Final = Thresholds()

_BESIDE: Final = frozenset((*SIGNED, Label.CREDIT, Label.TEASER, Label.DUPLICATE, Label.NAVIGATION, Label.CONTROL))
"""Labels of short lines above the story that may name the place."""

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
        if found is not None and (found.is_sure or _is_named(found.place, lines, n)):
            source = (lines.numbers[n],)
            place = Fact(found.place, source) if found.place else NOTHING
            agency = Fact(found.agency, source) if found.agency else NOTHING
            break
    if not place.value and not agency.value:
        place, agency = _beside(lines)
    return place, agency if agency.value else _agency_of(lines)


def _beside(lines: LabelledLines) -> tuple[Fact[str | None], Fact[str | None]]:
    """(place, agency) of a line right above the story that is a date, a byline or a credit and names the place too."""
    paragraphs = lines.places(Label.PARAGRAPH)
    last = paragraphs[0] if paragraphs else 0
    for n in range(max(0, last - THRESHOLDS.max_above_story), last):
        if lines.labels[n] in _BESIDE and lines.facts[n].words <= THRESHOLDS.max_words_beside:
            found = lines.facts[n].dateline_beside
            if found is not None:
                source = (lines.numbers[n],)
                return Fact(found.place, source), Fact(found.agency, source) if found.agency else NOTHING
    return NOTHING, NOTHING


def _beginning(lines: LabelledLines) -> list[int]:
    """The lines that may open with the dateline: from the headline to the second paragraph."""
    paragraphs = lines.places(Label.PARAGRAPH)[: THRESHOLDS.max_paragraphs]
    if not paragraphs:
        return []
    title = lines.first(Label.TITLE)
    start = paragraphs[0] if title is None or title > paragraphs[0] else title + 1
    start = max(start, paragraphs[0] - THRESHOLDS.max_below_title)
    return [n for n in range(start, paragraphs[-1] + 1) if lines.labels[n] in _OPENING]


def _is_named(place: str | None, lines: LabelledLines, opening: int) -> bool:
    """Whether the story or the headline names the place again, and not all its words are common ones."""
    name = f" {fold(place or '')} "
    if is_common(name.strip(), lines.facts[opening].language):
        return False
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
