"""The items of lists of other stories, as a page's verdicts name them, and what each of them states.

`labelling.teaser_lists` cuts the lists: a verdict says what its line is inside an item, and whether an item begins.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from copydesk.document import Evidence, Label, Metadata, Sources
from copydesk.labelling import Role, Verdict, line_rules
from copydesk.labelling.state import SIGNED
from copydesk.labelling.teaser_parts import BULLET, SITE_TAIL
from copydesk.metadata.addresses import link_of, with_pictures
from copydesk.metadata.authors import authors_in
from copydesk.metadata.fact import NOTHING, Fact
from copydesk.metadata.images import PICTURED, images_of
from copydesk.metadata.page import LabelledLines, Page
from copydesk.metadata.published import first_date


@dataclass(frozen=True, slots=True)
class ItemLine:
    """A line of an item: its number on the page, and its label in the item (title, paragraph, caption ...)."""

    number: int
    label: Label


@dataclass(frozen=True, slots=True)
class Teaser:
    """What an item states: its text, and its metadata with their sources."""

    text: str
    metadata: Metadata
    evidence: Evidence


def items(verdicts: Sequence[Verdict]) -> Iterator[tuple[ItemLine, ...]]:
    """The items of a page, each as its lines, in reading order."""
    lines: list[ItemLine] = []
    for number, verdict in enumerate(verdicts):
        if verdict.begins and lines:
            yield tuple(lines)
            lines = []
        if verdict.part is not None:
            lines.append(ItemLine(number, verdict.part))
    if lines:
        yield tuple(lines)


def read(page: Page, item: Sequence[ItemLine], language: Sources) -> Teaser:
    """The text and the facts of an item; `language` are the sources of the page's language."""
    lines = page.labelled.some([line.number for line in item], [line.label for line in item])
    labels = set(lines.labels)  # most items are only a headline, so most fields need no look
    tagged = [lines.fact(n) for n in lines.places(Label.TAGS)] if Label.TAGS in labels else []
    title, title_sources = _title(lines)
    sites = [Fact(site["site"], tag.sources) for tag in tagged if (site := SITE_TAIL.fullmatch(tag.value))]
    publisher = next(iter(sites), NOTHING)
    tags = [tag for tag in tagged if not SITE_TAIL.fullmatch(tag.value)]
    authors = authors_in(lines) if labels & SIGNED else ()
    published = first_date(lines) if Label.TIMESTAMP in labels else NOTHING
    images = with_pictures(page, lines, images_of(lines)) if labels & PICTURED else ()
    link = link_of(page, lines)
    metadata = Metadata(
        title=title,
        authors=tuple([author.value for author in authors]),
        published=published.value,
        language=page.language,
        publisher=publisher.value,
        tags=tuple([tag.value for tag in tags]),
        images=tuple([image.value for image in images]),
        url=link.value,
    )
    evidence = Evidence(
        title=title_sources,
        authors=tuple([author.sources for author in authors]),
        published=published.sources,
        language=language,
        publisher=publisher.sources,
        tags=tuple([tag.sources for tag in tags]),
        images=tuple([image.sources for image in images]),
        url=link.sources,
    )
    return Teaser("\n\n".join(lines.with_label(Label.PARAGRAPH)), metadata, evidence)


def _title(lines: LabelledLines) -> tuple[str | None, Sources]:
    """The headline, of all lines over which it goes, and the numbers of these lines."""
    places = [n for n, label in enumerate(lines.labels) if label is Label.TITLE]
    title = " ".join([lines.facts[n].text for n in places])
    if lines.verdicts[0].role is Role.ANNOUNCED:
        title = line_rules.without_head(title)
    title = BULLET.sub("", title)
    return (title, tuple([lines.numbers[n] for n in places])) if title else (None, ())
