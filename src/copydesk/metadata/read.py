"""The metadata of an article with their evidence: from its labelled lines, and from what page and container state.

Each field has a function, in the module of its subject, that gives the value with its sources.
"""

import re
from dataclasses import replace

from copydesk.document import Evidence, Label, Metadata
from copydesk.metadata import stated
from copydesk.metadata.addresses import with_pictures
from copydesk.metadata.authors import authors_of, without_publisher
from copydesk.metadata.dateline import dateline_of
from copydesk.metadata.fact import NOTHING, Fact
from copydesk.metadata.from_memory import title_section
from copydesk.metadata.images import images_of
from copydesk.metadata.notes import notes_of
from copydesk.metadata.notice import notice_of
from copydesk.metadata.page import LabelledLines, Page, head_of
from copydesk.metadata.published import dates_of
from copydesk.metadata.publisher import publisher_of
from copydesk.metadata.sections import section_of
from copydesk.metadata.tags import tags_of, without_people
from copydesk.metadata.title import title_of
from copydesk.text import as_field, fold

_IS_MENU = re.compile("(?:[\u3400-\u9fff]{1,8}[^\u3400-\u9fff\N{IDEOGRAPHIC COMMA}\N{FULLWIDTH COMMA}\\w]{1,3}){5}")
"""Short Chinese words with spaces or marks between them, as in menus, and no sentence."""


def read(page: Page) -> tuple[Metadata, Evidence]:
    """The metadata and their evidence: what the container supplies first, then what lines and page state."""
    lines, given = page.labelled, page.given
    head = head_of(lines)
    title, deck = title_of(page), _deck_of(lines)
    authors, dates = authors_of(page, head), dates_of(page, head)
    dateline, agency = dateline_of(page)
    notice = notice_of(lines)
    publisher = publisher_of(page, notice)
    authors = without_publisher(authors, publisher.value)
    section, tags = stated.section_of(page, section_of(lines)), stated.tags_of(page, tags_of(lines, page.linked_words))
    section = section if section.value and fold(section.value) != fold(publisher.value or "") else title_section(page)
    tags = without_people(tags, [author.value.name for author in authors])
    images = with_pictures(page, lines, images_of(lines))
    notes = notes_of(lines)
    metadata = Metadata(
        title=_field(title.value),
        deck=_field(deck.value),
        authors=tuple(replace(author.value, name=as_field(author.value.name)) for author in authors),
        published=dates.published.value,
        updated=dates.updated.value,
        language=page.language,
        publisher=_field(publisher.value),
        agency=agency.value,
        dateline=dateline.value,
        section=_field(section.value),
        tags=tuple(as_field(tag.value) for tag in tags),
        copyright=notice.value,
        images=tuple(image.value for image in images),
        notes=tuple(note.value for note in notes),
        url=given.url,
        extra=given.extra,
    )
    evidence = Evidence(
        title=title.sources,
        deck=deck.sources,
        authors=tuple(author.sources for author in authors),
        published=dates.published.sources,
        updated=dates.updated.sources,
        language=() if page.language is None else (given.source_of("language") if given.language else "text",),
        publisher=publisher.sources,
        agency=agency.sources,
        dateline=dateline.sources,
        section=section.sources,
        tags=tuple(tag.sources for tag in tags),
        copyright=notice.sources,
        images=tuple(image.sources for image in images),
        notes=tuple(source for note in notes for source in note.sources),
        url=(given.source_of("url"),) if given.url else (),
        extra=tuple(f"container:{name}" for name in given.extra),
    )
    return metadata, evidence


def _field(value: str | None) -> str | None:
    """The value without marks that could turn what follows it; a line of Arabic or Hebrew may have some."""
    return as_field(value) if value else value


def _deck_of(lines: LabelledLines) -> Fact[str | None]:
    """The first lines of the deck that follow one another, as one text: a line farther below is of something else."""
    places = [
        n
        for n in lines.places(Label.DECK)
        if not lines.facts[n].is_opening and not _IS_MENU.search(lines.facts[n].text)
    ]
    if not places:
        return NOTHING
    places = [n for count, n in enumerate(places) if n == places[0] + count]
    return Fact(" ".join(lines.facts[n].text for n in places), tuple(lines.numbers[n] for n in places))
