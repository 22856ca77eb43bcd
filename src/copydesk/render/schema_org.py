"""Articles as JSON-LD of schema.org.  Only what the record has evidence for is written."""

from collections.abc import Mapping
from typing import Final

from copydesk.document import Author, Image, Json, PageKind, Record
from copydesk.rights import Mark

CONTEXT: Final = "https://schema.org"
TYPES: Final[Mapping[PageKind | None, str]] = {
    PageKind.STORY: "NewsArticle",
    PageKind.LIVE_BLOG: "LiveBlogPosting",
    PageKind.FORUM: "DiscussionForumPosting",
}
"""The types of pages; all others are an Article."""

NOT_FREE: Final = "not_free"
"""The reason of `quality` that says: the page states that not anybody may read all of it."""


def thing(record: Record) -> dict[str, Json]:
    """The JSON-LD of an article."""
    facts, notice = record.metadata, record.metadata.copyright
    kind = TYPES.get(record.page, "Article")
    made: dict[str, Json] = {
        "@context": CONTEXT,
        "@type": kind,
        "identifier": record.id,
        "url": facts.url,
        "headline": facts.title,
        "description": facts.deck,
        "author": [*map(_person, facts.authors)],
        "datePublished": facts.published,
        "dateModified": facts.updated,
        "inLanguage": facts.language,
        "publisher": _organization(facts.publisher),
        "sourceOrganization": _organization(facts.agency),
        "dateline": facts.dateline if kind == "NewsArticle" else None,
        "articleSection": facts.section,
        "keywords": [*facts.tags],
        "copyrightNotice": notice.notice if notice else None,
        "copyrightYear": notice.year if notice else None,
        "license": _values(record, Mark.LICENSE, Mark.RSL),
        "usageInfo": _values(record, Mark.TDM_POLICY),
        "isAccessibleForFree": False if record.quality and NOT_FREE in record.quality.reasons else None,
        "image": [*map(_picture, facts.images)],
        "wordCount": record.quality.signals.words if record.quality else None,
        "articleBody": record.text,
    }
    return _present(made)


def _person(author: Author) -> Json:
    return _present({"@type": "Person", "name": author.name, "jobTitle": author.role, "description": author.bio})


def _organization(name: str | None) -> Json:
    return {"@type": "Organization", "name": name} if name else None


def _picture(image: Image) -> Json:
    made: dict[str, Json] = {"@type": "ImageObject", "contentUrl": image.url, "caption": image.caption}
    return _present({**made, "creditText": image.credit, "description": image.alt})


def _values(record: Record, *marks: Mark) -> list[Json]:
    return [right.value for right in record.rights if right.mark in marks]


def _present(made: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in made.items() if value is not None and value not in ("", [])}
