"""The metadata of an article: from the container, the page's markup, and the labelled lines."""

import re

from copydesk.document import Label, Metadata
from copydesk.labelling import Role
from copydesk.metadata.authors import authors_of, with_supplied
from copydesk.metadata.dateline import dateline_of
from copydesk.metadata.images import images_of
from copydesk.metadata.page import Page, head_of
from copydesk.metadata.published import dates_of, with_stated
from copydesk.metadata.publisher import publisher_of
from copydesk.metadata.title import title_of


def read(page: Page) -> Metadata:
    """The metadata.  The container goes first; the module of each field decides between the lines and the markup."""
    lines, given = page.labelled, page.given
    head = head_of(lines)
    updated, published, says_published = dates_of(page, head)
    notes = (facts.first_published for facts in lines.facts_with(Label.NOTE))
    earlier = next((first for first in notes if first and first < (published or "9")), None)
    if earlier:
        updated, published, says_published = updated or published, earlier, True
    updated, published = with_stated(given, updated, published, says_published=says_published)
    place, agency = dateline_of(page)
    headline = next(lines.with_label(Label.TITLE), None)
    is_section = [verdict.role is Role.SECTION for verdict in lines.verdicts]
    sections = (text for text, is_one in zip(lines.texts, is_section, strict=True) if is_one)
    tagged = [lines.facts[n].text for n, label in enumerate(lines.labels) if label is Label.TAGS and not is_section[n]]
    notice = next((facts.copyright for facts in lines.facts_with(Label.COPYRIGHT)), None)
    return Metadata(
        title=given.title or title_of(headline, page),
        deck=" ".join(lines.with_label(Label.DECK)) or None,
        authors=with_supplied(given, authors_of(page, head)),
        published=given.date or published,
        updated=updated,
        language=page.language,
        publisher=publisher_of(page, notice.holder if notice else None),
        agency=agency,
        dateline=place,
        section=next(sections, None),
        tags=tuple(dict.fromkeys(tag for text in tagged for tag in _tags(text))),
        copyright=notice,
        images=images_of(lines),
        notes=tuple(lines.with_label(Label.NOTE)),
        url=given.url,
        extra=given.extra,
    )


_BEFORE_TAGS = re.compile(r"[^:]{2,20}:\s*|(?:filed under|posted in)\s+", re.IGNORECASE)
"""The words in front of a list of tags: "Tags: ", "Filed under "."""


def _tags(line: str) -> list[str]:
    before = _BEFORE_TAGS.match(line)
    rest = line[before.end() :] if before else line
    tags = (tag.strip(" #*-") for tag in re.split(r"[,;|\N{BULLET}\N{MIDDLE DOT}/]", rest))
    return [tag for tag in tags if tag]
