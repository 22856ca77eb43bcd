"""What an HTML page states of itself: JSON-LD, Open Graph, `<meta>`, `<time>`."""

import datetime
import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from copydesk.characters import SEPARATORS
from copydesk.dump import Given
from copydesk.text import fold

if TYPE_CHECKING:
    from lxml.html import HtmlElement

LONGEST_TITLE: Final = 300
"""Characters."""

LONGEST_STATED: Final = 1000
"""Characters of a stated title; a longer one is none."""

LEAST_SPACES: Final = 1
"""Of a title that is looked for among the lines: one word may be the site's name as well."""

PUBLISHED: Final = frozenset(("article:published_time", "og:published_time", "datepublished"))
UPDATED: Final = frozenset(("article:modified_time", "og:modified_time", "og:updated_time", "datemodified"))
"""Names, in lower case, under which pages have dates in `<meta>`: Open Graph's (ogp.me) and others that begin with
"og:", which it does not know; schema.org's as `itemprop`."""

NAMED_BY: Final = ("property", "name", "itemprop")
"""Attributes that name what `<meta>` says."""

NO_DATE: Final = "1970-01-01"
"""What programs write that know no date."""

NEW_YEAR: Final = "-01-01"
"""The end of a date that htmldate makes of a year alone, mostly that of a copyright."""

STORIES: Final = frozenset((
    "BlogPosting", "DiscussionForumPosting", "HowTo", "LiveBlogPosting", "Recipe", "Report", "Review",
    "SocialMediaPosting",
))  # fmt: skip
"""Types of schema.org whose dates are the story's, beside all that end in "Article"; those that end in "Page" come
after them."""

HOLDERS: Final = ("@graph", "mainEntity")
"""What holds the page's own objects in JSON-LD; others hold what it only mentions."""

_KEYS: Final = ("datePublished", "dateModified")
_SITE = re.compile(rf"\s[*{SEPARATORS}-]\s")
"""What stands between a headline and the site's name."""

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DATE = re.compile(
    r"\s*((?:1[5-9]|20)[0-9]{2}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9:.]{5,15}\s?(?:Z|[+-][0-9]{2}:?[0-9]{2})?))?"
)


def of(root: "HtmlElement", text: str) -> Given:
    """What the page states, as trafilatura reads it but for the dates; `text` is what the page shows."""
    from htmldate import find_date
    from trafilatura.metadata import extract_metadata

    published, updated = _dates(root)
    try:
        found = extract_metadata(root, extensive=False)
    except ValueError:  # htmldate moves texts about in the tree, and lxml takes no control characters from it
        _drop_controls(root)
        found = extract_metadata(root, extensive=False)
    guessed = found.date
    if not published and not guessed:  # a search of the whole text, which takes long
        guessed = find_date(root, original_date=True, extensive_search=True, url=found.url)
        guessed = None if guessed and guessed.endswith(NEW_YEAR) else guessed
    shown = _shown(found.title or "", text)
    return Given(
        title=shown,
        url=found.url or None,
        publisher=found.sitename or None,
        stated_title=None if shown else _SITE.split(found.title or "")[0].strip() or None,
        stated_date=published,
        stated_update=updated,
        guessed_date=guessed,
        stated_authors=tuple(name.strip() for name in (found.author or "").split(";") if name.strip()),
    )


def _drop_controls(root: "HtmlElement") -> None:
    """Take out what the parser takes from a page and XML does not know."""
    for each in root.iter():
        if each.text and _NO_XML.search(each.text):
            each.text = _NO_XML.sub("", each.text)
        if each.tail and _NO_XML.search(each.tail):
            each.tail = _NO_XML.sub("", each.tail)


def _shown(title: str, text: str) -> str | None:
    """The line of the text that a stated title is, alone or with the site's name behind it."""
    lines = {fold(line): line for line in text.splitlines() if len(line) <= LONGEST_TITLE}
    if len(title) > LONGEST_STATED:
        return None
    ends = [len(title), *(match.start() for match in reversed(list(_SITE.finditer(title))))]
    heads = (fold(title[:end]) for end in ends)
    return next((lines[head] for head in heads if head in lines and head.count(" ") >= LEAST_SPACES), None)


def _dates(root: "HtmlElement") -> tuple[str | None, str | None]:
    """(published, updated) as ISO 8601: the first that `<meta>`, a story's or the page's JSON-LD states."""
    things = list(_things(root))
    stories = [thing for thing in things if any(_is_story(kind) for kind in _kinds(thing.get("@type")))]
    pages = [thing for thing in things if any(kind.endswith("Page") for kind in _kinds(thing.get("@type")))]
    stated = [*_meta(root), *((key, thing.get(key)) for thing in (*stories, *pages) for key in _KEYS)]
    published = (_iso(value) for key, value in stated if key == "datePublished")
    updated = (_iso(value) for key, value in stated if key == "dateModified")
    return next(filter(None, published), None), next(filter(None, updated), None)


def _meta(root: "HtmlElement") -> Iterator[tuple[str, object]]:
    """The dates in `<meta>`, by schema.org's names."""
    for meta in root.iter("meta"):
        names = {(meta.get(name) or "").strip().lower() for name in NAMED_BY}
        for key, known in zip(_KEYS, (PUBLISHED, UPDATED), strict=True):
            if not known.isdisjoint(names) and _is_of_story(meta):
                yield key, meta.get("content")


def _is_of_story(meta: "HtmlElement") -> bool:
    """Whether the microdata around the element, where there is any, are a story's or the page's."""
    scope = next((each for each in meta.iterancestors() if each.get("itemscope") is not None), None)
    kinds = _kinds(scope.get("itemtype")) if scope is not None else []
    return not kinds or any(_is_story(kind) or kind.endswith("Page") for kind in kinds)


def _is_story(kind: str) -> bool:
    return kind in STORIES or kind.endswith("Article")


def _kinds(types: object) -> list[str]:
    """The names of types, without the address that may stand before them."""
    listed = types if isinstance(types, list) else types.split() if isinstance(types, str) else []
    return [kind.rpartition("/")[2] for kind in listed if isinstance(kind, str)]


def _iso(value: object) -> str | None:
    """The date, with its time where one is stated; None for what is none."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, Mapping):
        value = value.get("@value")
    found = _DATE.match(value) if isinstance(value, str) else None
    if found is None or found[1] == NO_DATE:
        return None
    try:
        datetime.date.fromisoformat(found[1])
    except ValueError:
        return None
    try:
        return datetime.datetime.fromisoformat(f"{found[1]}T{(found[2] or '').replace(' ', '')}").isoformat(
            timespec="seconds"
        )
    except ValueError:  # no time, or none that is sound
        return found[1]


def _bare(text: str) -> str:
    """JSON without what wraps it in old pages, and without the semicolon of a script."""
    inner = text.strip().removeprefix("//").lstrip().removeprefix("<![CDATA[")
    return inner.removesuffix("]]>").rstrip().removesuffix("//").rstrip().removesuffix(";")


def _things(root: "HtmlElement") -> Iterator[Mapping[str, object]]:
    """The objects of the page's JSON-LD that are its own; what is no JSON holds none."""
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        try:
            waiting: list[object] = [json.loads(_bare(script.text or ""), strict=False)]  # strings hold line breaks
        except (ValueError, RecursionError):
            continue
        for thing in waiting:
            if isinstance(thing, list):
                waiting.extend(thing)
            elif isinstance(thing, Mapping):
                yield thing
                waiting.extend(thing[holder] for holder in HOLDERS if holder in thing)
