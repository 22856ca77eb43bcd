"""What an HTML page states of itself, by name: `<meta>`, JSON-LD, microdata, `rel`, `<title>` and `<link>`."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import unescape
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from copydesk.dump import Stated
from copydesk.parsing.byline_forms import is_placeholder
from copydesk.text import fold

if TYPE_CHECKING:
    from lxml.etree import XPath
    from lxml.html import HtmlElement

NAMED_BY: Final = ("property", "name", "itemprop")
"""Attributes that hold the name of a `<meta>` element."""

STORIES: Final = frozenset((
    "BlogPosting", "DiscussionForumPosting", "HowTo", "LiveBlogPosting", "Recipe", "Report", "Review",
    "SocialMediaPosting",
))  # fmt: skip
"""Types of schema.org that are the story, besides all that end in "Article".  Types that end in "Page" are used after
these."""

HOLDERS: Final = ("@graph", "mainEntity")
"""Keys in JSON-LD that hold objects about the page itself; other keys hold things that it only mentions."""

TRAIL: Final = "BreadcrumbList"
"""The type of schema.org for the sections above a page."""

MAX_MARKED: Final = 300
"""Characters of an element with `rel` or `itemprop` that is a statement: a longer one is a part of the page."""

MAX_SCOPES: Final = 4
"""Elements around an `itemprop` that may have the type of its thing."""

_LINKS: Final = frozenset(("tag", "author"))
"""Values of `rel` that say what the linked text is."""

_PROPERTIES: Final = frozenset(("articlesection", "keywords", "author", "name"))
"""Values of `itemprop`, in lower case, of elements that show their value."""

_LAST_COMMA = re.compile(r",\s{0,100}([}\]])")
"""A comma behind the last entry, which JSON does not allow and many pages have."""

_NAME_PARTS: Final = ("givenName", "additionalName", "familyName")

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Statements:
    """The statements of a page.

    `named` has all (name, value) pairs in the order of the page: those of `<meta>` by their name in lower case
    (`og:title`), then those of JSON-LD (`json-ld:headline`, `json-ld:author.name`), `title`, `canonical`, and those of
    elements that show their value (`rel=tag`, `rel=category tag`, `itemprop=articleSection`).
    """

    named: tuple[tuple[str, str], ...]
    metas: tuple["HtmlElement", ...]
    things: tuple[Mapping[str, object], ...]
    """The objects of the JSON-LD that are about the page."""
    trails: tuple[tuple[str, ...], ...]
    """The names of the sections above the page, the outermost first, without the home page; several if it is in
    several places of the site."""
    base: str | None
    """The address against which the page's links are resolved, if it states one."""

    def of(self, *names: str) -> tuple[Stated, ...]:
        """What the page states under these names, those of the first name first, without markup and repetitions."""
        found: dict[str, Stated] = {}
        for wanted in names:
            for name, value in self.named:
                if name == wanted and (plain := plain_text(value)):
                    found.setdefault(plain, Stated(plain, f"page:{name}"))
        return tuple(found.values())

    def of_story(self, *keys: str) -> tuple[Stated, ...]:
        """What the JSON-LD of the story states under these keys: texts, or names of things."""
        found: dict[str, Stated] = {}
        known = _by_id(self.things)
        for story in self.stories[:1]:
            for key in keys:
                for name, value in _named_values(key, story.get(key), known):
                    if plain := plain_text(value):
                        found.setdefault(plain, Stated(plain, f"page:{name}"))
        return tuple(found.values())

    def authors(self) -> tuple[Stated, ...]:
        """The names of the authors that the JSON-LD of the story, or else that of the page, states."""
        people = _by_id(self.things)
        found: dict[str, Stated] = {}
        for thing in (*self.stories[:1], *self.pages):
            for name in _names_of(thing.get("author"), people):
                if plain := plain_text(name):
                    found.setdefault(plain, Stated(plain, "page:json-ld:author.name"))
            if found:
                break
        return tuple(found.values())

    @property
    def stories(self) -> list[Mapping[str, object]]:
        """The objects of the JSON-LD that are a story, the one with the page's own headline first."""
        titles = {fold(value) for name, value in self.named if name in ("og:title", "title")}

        def is_other(story: Mapping[str, object]) -> bool:
            headline = story.get("headline")
            own = fold(unescape(headline)) if isinstance(headline, str) else ""
            return not own or not any(title.startswith(own) for title in titles)

        return sorted((thing for thing in self.things if any(map(is_story, kinds(thing.get("@type"))))), key=is_other)

    @property
    def pages(self) -> list[Mapping[str, object]]:
        """The objects of the JSON-LD that are the page."""
        return [thing for thing in self.things if any(kind.endswith("Page") for kind in kinds(thing.get("@type")))]


def read(root: "HtmlElement") -> Statements:
    """All statements of a page."""
    metas: list[HtmlElement] = []
    things: list[Mapping[str, object]] = []
    in_meta: list[tuple[str, str]] = []
    titles: list[tuple[str, str]] = []
    addresses: list[tuple[str, str]] = []
    base = None
    for element in root.iter("meta", "script", "title", "link", "base"):
        tag = element.tag
        if tag == "meta":
            metas.append(element)
            name = next((name for by in NAMED_BY if (name := (element.get(by) or "").strip().lower())), "")
            if name and (content := element.get("content")):
                in_meta.append((name, content))
        elif tag == "script":
            if "ld+json" in (element.get("type") or "").lower():
                things += _things(element.text or "")
        elif tag == "title":
            titles.append(("title", element.text_content()))
        elif href := element.get("href"):
            if tag == "base":
                base = base or href
            elif (element.get("rel") or "").lower() == "canonical":
                addresses.append(("canonical", href))
    known = _by_id(things)
    in_json = [pair for thing in things for key, value in thing.items() for pair in _named_values(key, value, known)]
    marked = list(_marked(root))
    trails = [*_trails(things), tuple(value for name, value in marked if name == TRAIL)]
    return Statements(
        (*in_meta, *in_json, *titles, *addresses, *((name, value) for name, value in marked if name != TRAIL)),
        tuple(metas),
        tuple(things),
        tuple(dict.fromkeys(trail for trail in trails if trail)),
        base,
    )


def is_story(kind: str) -> bool:
    """Whether a type of schema.org is that of a story."""
    return kind in STORIES or kind.endswith("Article")


def kinds(types: object) -> list[str]:
    """The names of types, without the address before them."""
    listed = types if isinstance(types, list) else types.split() if isinstance(types, str) else []
    return [kind.rpartition("/")[2] for kind in listed if isinstance(kind, str)]


def plain_text(value: str) -> str:
    """A stated value without character references and repeated spaces."""
    return _SPACE.sub(" ", unescape(value)).strip()


def _by_id(things: Iterable[Mapping[str, object]]) -> dict[str, Mapping[str, object]]:
    """The objects of JSON-LD with a name, by their `@id`.  Programs often write only the `@id` where one is named."""
    return {id_: thing for thing in things if "name" in thing and isinstance(id_ := thing.get("@id"), str)}


def _organisation(one: Mapping[str, object], known: Mapping[str, Mapping[str, object]]) -> Mapping[str, object]:
    """The organisation to which an object without a name of its own refers; empty if it refers to anything else.

    A site of one writer is a person and an organisation; its name may be that of an account ("admin").
    """
    found = _known(one, known)
    is_organisation = any(kind.endswith("Organization") for kind in kinds(found.get("@type")))
    return found if is_organisation and not is_placeholder(str(found.get("name"))) else {}


def _known(one: Mapping[str, object], known: Mapping[str, Mapping[str, object]]) -> Mapping[str, object]:
    """The object to which an object without a name of its own refers; empty if there is none."""
    id_ = one.get("@id")
    return known.get(id_, {}) if isinstance(id_, str) else {}


def _named_values(key: str, value: object, known: Mapping[str, Mapping[str, object]]) -> Iterator[tuple[str, str]]:
    """The name and value of each text, or name of a thing, that an object of JSON-LD has under a key."""
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str):
            yield f"json-ld:{key}", one
        elif isinstance(one, Mapping):
            name = one.get("name") or _organisation(one, known).get("name")
            if isinstance(name, str):
                yield f"json-ld:{key}.name", name


def _names_of(author: object, people: Mapping[str, Mapping[str, object]]) -> Iterator[str]:
    """The names of one author or several, as JSON-LD writes them: a text, or an object with a name or its parts."""
    for one in author if isinstance(author, list) else [author]:
        if isinstance(one, str):
            yield one
        elif isinstance(one, Mapping):
            parts = [part for key in _NAME_PARTS if isinstance(part := one.get(key), str)]
            names = one.get("name") or _known(one, people).get("name") or " ".join(parts)
            yield from (name for name in (names if isinstance(names, list) else [names]) if isinstance(name, str))


def _marked(root: "HtmlElement") -> Iterator[tuple[str, str]]:
    """What elements with `rel` or `itemprop` show; under TRAIL the names in a breadcrumb."""
    for element in _selection()(root):
        rel = element.get("rel", "").lower().split()
        name = element.get("itemprop", "").strip()
        if not _LINKS.isdisjoint(rel):
            yield f"rel={' '.join(rel)}", _shown(element)
        elif name.lower() == "name":
            if _is_in_trail(element):
                yield TRAIL, _shown(element)
        elif name.lower() in _PROPERTIES:
            yield f"itemprop={name}", _shown(element)


@cache
def _selection() -> "XPath":
    from lxml.etree import XPath

    return XPath("//a[@rel]|//*[@itemprop and not(self::meta)]")


def _shown(element: "HtmlElement") -> str:
    """The text of an element with single spaces; empty if it is longer than a value."""
    text = element.get("content") or "".join(element.itertext())
    return plain_text(text) if len(text) <= MAX_MARKED else ""


def _is_in_trail(element: "HtmlElement") -> bool:
    """Whether the microdata around an element is that of a breadcrumb."""
    at: HtmlElement | None = element
    for _ in range(MAX_SCOPES):
        at = at.getparent() if at is not None else None
        if at is None:
            return False
        if TRAIL in kinds(at.get("itemtype")):
            return True
    return False


def _trails(things: Iterable[Mapping[str, object]]) -> Iterator[tuple[str, ...]]:
    """The breadcrumbs among the objects, and those of pages."""
    for thing in things:
        inner = thing.get("breadcrumb")
        for trail in (thing, *(inner if isinstance(inner, list) else [inner])):
            if isinstance(trail, Mapping) and TRAIL in kinds(trail.get("@type")):
                yield tuple(_steps(trail.get("itemListElement")))


def _steps(items: object) -> Iterator[str]:
    """The names of a breadcrumb, without the home page."""
    for item in items if isinstance(items, list) else [items]:
        if not isinstance(item, Mapping):
            continue
        page = item.get("item")
        inner = page if isinstance(page, Mapping) else {}
        name = item.get("name") or inner.get("name")
        address = page if isinstance(page, str) else inner.get("@id") or inner.get("url")
        if isinstance(name, str) and not _is_home(address):
            yield plain_text(name)


def _is_home(address: object) -> bool:
    """Whether an address is that of the first page of a site."""
    try:
        parts = urlsplit(address) if isinstance(address, str) else None
    except ValueError:
        return False
    return parts is not None and bool(parts.netloc) and parts.path in ("", "/")


def _things(text: str) -> Sequence[Mapping[str, object]]:
    """The objects of a script of JSON-LD that are about the page itself; none if it is no JSON."""
    waiting: list[object] = [_parsed(_bare(text))]
    found: list[Mapping[str, object]] = []
    for thing in waiting:
        if isinstance(thing, list):
            waiting.extend(thing)
        elif isinstance(thing, Mapping):
            found.append(thing)
            waiting.extend(thing[holder] for holder in HOLDERS if holder in thing)
    return found


def _parsed(text: str) -> object:
    """What a text of JSON holds; None if it is no JSON.  Commas behind last entries are taken out only if need be."""
    try:
        return json.loads(text, strict=False)  # strings on real pages hold line breaks
    except (ValueError, RecursionError):
        pass
    try:
        return json.loads(_LAST_COMMA.sub(r"\1", text), strict=False)
    except (ValueError, RecursionError):
        return None


def _bare(text: str) -> str:
    """JSON without the CDATA section around it in old pages, and without a semicolon at the end."""
    inner = text.strip().removeprefix("//").lstrip().removeprefix("<![CDATA[")
    return inner.removesuffix("]]>").rstrip().removesuffix("//").rstrip().removesuffix(";")
