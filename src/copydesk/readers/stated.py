"""What an HTML page states of itself: JSON-LD, Open Graph, `<meta>`, `<time>`."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from copydesk.characters import SEPARATORS
from copydesk.dump import Given
from copydesk.labelling.line import fold

if TYPE_CHECKING:
    from lxml.html import HtmlElement

LONGEST_TITLE: Final = 300
"""Characters."""

LONGEST_STATED: Final = 1000
"""Characters of a stated title; a longer one is none."""

LEAST_SPACES: Final = 1
"""Of a title that is looked for among the lines: one word may be the site's name as well."""

NEW_YEAR: Final = "-01-01"
"""The end of a date that htmldate makes of a year alone, mostly that of a copyright."""

PUBLISHED: Final = frozenset(("article:published_time", "og:published_time", "datepublished"))
UPDATED: Final = frozenset(("article:modified_time", "og:modified_time", "og:updated_time", "datemodified"))
"""Names, in lower case, under which `<meta>` has dates: Open Graph's (ogp.me), and schema.org's as `itemprop`."""

_SITE = re.compile(rf"\s[*{SEPARATORS}-]\s")
"""What stands between a headline and the site's name."""

_DATE = re.compile(r"\s*((?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))(?!\d)")
_STORY = re.compile("Article|Posting|Report|Recipe|Review|Guide|HowTo", re.IGNORECASE)
_PAGE = re.compile("WebPage|CreativeWork", re.IGNORECASE)
"""Types of schema.org whose dates are the story's; those of a page come after."""


def of(root: "HtmlElement", text: str) -> Given:
    """What the page states, as trafilatura reads it but for the dates; `text` is what the page shows."""
    from trafilatura.metadata import extract_metadata

    published, updated = _dates(root)
    found = extract_metadata(root, extensive=published is None)
    shown = _shown(found.title or "", text)
    return Given(
        title=shown,
        url=found.url or None,
        publisher=found.sitename or None,
        stated_title=None if shown else _SITE.split(found.title or "")[0].strip() or None,
        stated_date=published,
        stated_update=updated,
        guessed_date=None if (found.date or "").endswith(NEW_YEAR) else found.date,
        stated_authors=tuple(name.strip() for name in (found.author or "").split(";") if name.strip()),
    )


def _shown(title: str, text: str) -> str | None:
    """The line of the text that a stated title is, alone or with the site's name behind it."""
    lines = {fold(line): line for line in text.splitlines() if len(line) <= LONGEST_TITLE}
    if len(title) > LONGEST_STATED:
        return None
    ends = [len(title), *(match.start() for match in reversed(list(_SITE.finditer(title))))]
    heads = (fold(title[:end]) for end in ends)
    return next((lines[head] for head in heads if head in lines and head.count(" ") >= LEAST_SPACES), None)


def _dates(root: "HtmlElement") -> tuple[str | None, str | None]:
    """(published, updated), days as ISO 8601: the first that `<meta>`, an article's or the page's JSON-LD states."""
    named = [
        ((meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower(), meta.get("content") or "")
        for meta in root.iter("meta")
    ]
    objects = list(_objects(root))

    def first(names: Iterable[str], key: str) -> str | None:
        in_meta = (content for name, content in named if name in names)
        in_json = (
            str(thing.get(key)) for kind in (_STORY, _PAGE) for thing in objects if kind.search(str(thing.get("@type")))
        )
        days = (_DATE.match(date) for dates in (in_meta, in_json) for date in dates)
        return next((day[1] for day in days if day), None)

    return first(PUBLISHED, "datePublished"), first(UPDATED, "dateModified")


def _objects(root: "HtmlElement") -> Iterator[Mapping[str, object]]:
    """The objects of the page's JSON-LD, outer ones first; what is no JSON holds none."""
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or ""):
            continue
        try:
            waiting: list[object] = [json.loads(script.text or "", strict=False)]  # pages break lines in strings
        except (ValueError, RecursionError):
            continue
        for thing in waiting:
            if isinstance(thing, Mapping):
                yield thing
                waiting.extend(thing.values())
            elif isinstance(thing, list):
                waiting.extend(thing)
