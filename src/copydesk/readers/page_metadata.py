"""The metadata that an HTML page states: JSON-LD, Open Graph, `<meta>`."""

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from html import unescape
from itertools import islice
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from lxml import etree

from copydesk.characters import SITE_SEPARATOR
from copydesk.dump import Stated, SuppliedMetadata
from copydesk.readers import page_authors, page_publisher, page_topics
from copydesk.readers.page_statements import NAMED_BY, Statements, is_story, kinds
from copydesk.text import fold

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_TITLE_LINE: Final = 300
"""Characters of a line that may be the title."""

MAX_SITE_LINE: Final = 60
"""Characters of a line that may be the name of the site."""

MAX_STATED_TITLE: Final = 1000
"""Characters of a stated title.  The lines are not searched for a longer one."""

MIN_SPACES: Final = 1
"""Spaces in a title for which the lines are searched: a single word may be the name of the site."""

PUBLISHED: Final = frozenset(
    (
        *("article:published_time", "og:published_time", "datepublished"),
        *("citation_publication_date", "citation_online_date"),
    )
)
UPDATED: Final = frozenset(("article:modified_time", "og:modified_time", "og:updated_time", "datemodified"))
"""Names, in lower case, of dates in `<meta>`: those of Open Graph (ogp.me), others that pages write with "og:", those
of schema.org (as `itemprop`), and those of papers (guidelines of Google Scholar), with slashes: "2025/02/03"."""

NO_DATE: Final = "1970-01-01"
"""What programs write when they have no date."""

MAX_GUESSED_DATE: Final = "2100-01-01"
"""The latest date that htmldate may find.  Its own limit is today, so the result would depend on the day of the run."""

DATED_TAGS: Final = frozenset(("head", "title", "h1", "time", "abbr"))
"""Elements in which htmldate looks for a date whatever their classes are."""

MAX_DATE_TEXT: Final = 100
"""Characters of an element that is marked as a date; the limit of htmldate."""

MAX_DATE_PIECES: Final = 50
"""Pieces of text in such an element.  An element with more is a container, and its text is not read to the end."""

_DATE_NAME = re.compile("date|time|publi|posted|stamp|datum|fecha|дата", re.IGNORECASE)
"""Parts of names for dates."""

MAX_VALUE: Final = 10_000
"""Characters of a value; the limit of trafilatura."""

_TITLES: Final = ("og:title", "title", "json-ld:headline")
"""Statements of the headline; some have the name of the site after it."""

_SITES: Final = ("og:site_name", "application-name", "json-ld:publisher.name")

_KEYS: Final = ("datePublished", "dateModified")
_SITE = re.compile(SITE_SEPARATOR)

_BEHIND_BLOG: Final = ": "
"""Between the name of a blog and the headline of a post, in the `<title>` of pages of Blogger."""

_BEFORE_SITE: Final = " :|-\N{EN DASH}\N{EM DASH}"

_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TAGS = re.compile(r"<[^<>]{0,1000}>")
"""Markup inside the value of a `<meta>`."""

_DATE = re.compile(
    r"\s*((?:1[5-9]|20)[0-9]{2}[-/][0-9]{2}[-/][0-9]{2})(?:[T ]([0-9:.]{5,15}\s?(?:Z|[+-][0-9]{2}:?[0-9]{2})?))?"
)


def of(root: "HtmlElement", page: Statements, markup: str, text: str) -> SuppliedMetadata:
    """The metadata that the page states.  Title and address are read as trafilatura reads them.

    `page` has the statements of the page, `markup` is its HTML, and `text` its visible text.  If the page states no
    date, the result has a `guess_date`, which searches for a date when it is called.  The search is slow, and most
    pages do not need it because a line shows the date.
    """
    published, updated = _dates(page)
    published_value, published_name = published
    updated_value, updated_name = updated
    try:
        found = _stated(root, page)
    except ValueError:  # trafilatura moves texts inside the tree, and lxml does not accept control characters
        _drop_controls(root)
        found = _stated(root, page)
    title = _of_story(found.title, root, text)
    shown = _shown(title, text)
    statements = page.named
    publisher = page_publisher.publisher_of(page, found.url, text)
    names = _names(page, publisher, found.host)
    titles = {fold(value) for name, value in page.named if name in _TITLES} | {fold(title)}
    title_source = _source(title, statements, "title")
    site = publisher.value if publisher else found.host
    return SuppliedMetadata(
        title=shown,
        url=found.url,
        publisher=site,
        stated_title=None if shown else _without_site(title, site, text) or None,
        stated_date=published_value,
        stated_update=updated_value,
        guess_date=None if published_value else partial(_guessed_date, markup, found.url),
        stated_authors=page_authors.authors_of(page, root),
        stated_sections=page_topics.sections(page, titles, names),
        stated_tags=page_topics.tags(page, names),
        stated_keywords=page_topics.keywords(page, names),
        is_free=_is_free(page),
        sources={
            "title": title_source,
            "stated_title": title_source,
            "url": _source(found.url or "", statements, "canonical"),
            "publisher": publisher.source if publisher else page_publisher.ADDRESS,
            "stated_date": f"page:{published_name}",
            "stated_update": f"page:{updated_name}",
        },
    )


def _is_free(page: Statements) -> bool | None:
    """What the JSON-LD of the story or the page states under `isAccessibleForFree`: a boolean, or a word for one."""
    for thing in (*page.stories, *page.pages):
        stated = str(thing.get("isAccessibleForFree", "")).rpartition("/")[2].casefold()
        if stated in ("true", "false"):
            return stated == "true"
    return None


def _names(page: Statements, publisher: Stated | None, host: str | None) -> set[str]:
    """The names of the site and its address, folded."""
    stated = [value for name, value in page.named if name in _SITES]
    names = (*stated, publisher.value if publisher else "", host or "", (host or "").removeprefix("www."))
    return {fold(name) for name in names if fold(name)}


def _source(value: str, statements: Sequence[tuple[str, str]], otherwise: str) -> str:
    """The source of a value: the first statement of the page that has it, or `page:` and the name in `otherwise`."""
    wanted = fold(value)
    name = next((name for name, stated in statements if wanted and fold(stated).startswith(wanted)), otherwise)
    return f"page:{name}"


@dataclass(frozen=True, slots=True)
class _Stated:
    """The fields that trafilatura reads from a page, empty or None if it finds nothing."""

    title: str
    url: str | None
    host: str | None
    """The host of the address."""


def _stated(root: "HtmlElement", page: Statements) -> _Stated:
    """The title and the address, as `trafilatura.extract_metadata` reads them.

    The other fields (authors, date, categories, tags, licence) take most of its time.
    """
    from trafilatura import metadata

    in_meta, url_in_meta = _in_meta(page)
    headline = page.stories[0].get("headline") if page.stories else None
    in_json = headline if isinstance(headline, str) else None
    title = in_meta or in_json or metadata.extract_title(root)
    url = url_in_meta or metadata.extract_url(root)
    host = metadata.META_URL.match(url) if url else None
    return _Stated(_cleaned(title) or "", _cleaned(url), host[1] if host else None)


def _in_meta(page: Statements) -> tuple[str | None, str | None]:
    """(title, address) as `trafilatura.metadata.examine_meta` reads them from `<meta>` in the head of the page.

    That function takes quadratic time for a page that states many authors.
    """
    from courlan import is_valid_url
    from trafilatura.metadata import METANAME_TITLE

    og_title = og_url = ""
    titles: list[str] = []
    addresses: list[str] = []
    for element in page.metas:
        parent, content = element.getparent(), element.get("content", "")
        if parent is None or parent.tag != "head" or not content.strip():
            continue
        name, label = element.get("name"), element.get("property")
        is_headline = name is None and element.get("itemprop", "").lower() == "headline"
        if label is not None:
            og_title = content if label == "og:title" else og_title
            og_url = content if label == "og:url" and is_valid_url(content) else og_url
        elif is_headline or (name or "").lower() in METANAME_TITLE:
            titles.append(_TAGS.sub("", content).strip())
        elif (name or "").lower() == "twitter:url" and is_valid_url(content):
            addresses.append(content)
    return og_title or next(filter(None, titles), None), og_url or next(iter(addresses), None)


def _cleaned(value: object) -> str | None:
    """Text as `trafilatura.extract_metadata` returns it: without entities, control characters and repeated spaces."""
    from trafilatura.utils import line_processing

    if not isinstance(value, str):
        return None
    cut = value if len(value) <= MAX_VALUE else f"{value[: MAX_VALUE - 1]}\N{HORIZONTAL ELLIPSIS}"
    cleaned: str | None = line_processing(unescape(cut))
    return cleaned or None


def _guessed_date(markup: str, url: str | None) -> str | None:
    """The date that htmldate finds in the page's address, its statements, and elements that are marked as dates.

    The free text is not searched: most dates found there are wrong (see `docs/fields.md`), and a page names the dates
    of coming events there.
    """
    from htmldate import find_date

    from copydesk import html_lines

    root = html_lines.parse(markup)
    if root is None:
        return None
    _drop_free_text(root)
    search = partial(find_date, root, original_date=True, extensive_search=False, url=url, max_date=MAX_GUESSED_DATE)
    try:
        found: str | None = search()
    except ValueError:  # htmldate moves texts inside the tree, and lxml does not accept control characters
        _drop_controls(root)
        found = search()
    return found


def _drop_free_text(root: "HtmlElement") -> None:
    """Remove all text that is neither in the head of the page nor in an element that is marked as a date."""
    marked: set[HtmlElement] = set()
    for each in root.iter(etree.Element):
        parent = each.getparent()
        if each.tag in DATED_TAGS or parent in marked or _is_marked_as_date(each):
            marked.add(each)
        elif each.tag not in ("script", "style"):
            each.text = None
        if parent not in marked:
            each.tail = None


def _is_marked_as_date(element: "HtmlElement") -> bool:
    """Whether a short element has a class, an id or an `itemprop` that names a date."""
    names = " ".join(filter(None, (element.get("class"), element.get("id"), element.get("itemprop"))))
    if not _DATE_NAME.search(names):
        return False
    text = "".join(islice(element.itertext(), MAX_DATE_PIECES))
    return len(text.strip()) <= MAX_DATE_TEXT


def _drop_controls(root: "HtmlElement") -> None:
    """Remove characters that the HTML parser accepts and XML does not allow."""
    for each in root.iter():
        if each.text and _NO_XML.search(each.text):
            each.text = _NO_XML.sub("", each.text)
        if each.tail and _NO_XML.search(each.tail):
            each.tail = _NO_XML.sub("", each.tail)


def _of_story(title: str, root: "HtmlElement", text: str) -> str:
    """The title, or the page's `<title>` if the title is only the name of the site.

    It is that at the beginning or end of the `<title>`, or if it has no word of a `<title>` that the text shows.  What
    the text shows may also be the `<title>` without the title at its end, or without the name of a blog in front of a
    colon.
    """
    element = next(root.iter("title"), None)
    whole = (element.text_content() if element is not None else "").strip()
    name, folded = fold(title), fold(whole)
    pieces = [fold(piece) for piece in _SITE.split(whole)]
    is_site = len(pieces) > 1 and name in (pieces[0], pieces[-1]) and len(name) < len(folded) / 2
    is_other = folded.count(" ") >= MIN_SPACES and set(name.split()).isdisjoint(folded.split()) and folded in fold(text)
    if is_site or is_other:
        return whole
    head = whole[: -len(title)].rstrip(_BEFORE_SITE) if whole.casefold().endswith(title.casefold()) else ""
    if head.count(" ") >= MIN_SPACES and title != "" and len(title) < len(whole) / 2 and fold(head) in fold(text):
        return head
    blog, colon, story = whole.partition(_BEHIND_BLOG)
    is_blog = colon != "" and fold(blog) == name and len(blog) < len(story) and story.count(" ") >= MIN_SPACES
    return story if is_blog and _shown(story, text) and _links_home(root, name) else title


def _links_home(root: "HtmlElement", name: str) -> bool:
    """Whether an `<h1>` has only this name, with a link to the home page: it is the name of the site."""
    return any(
        urlsplit(link.get("href") or "x").path in ("", "/") and fold(heading.text_content()) == name
        for heading in root.iter("h1")
        for link in heading.iter("a")
    )


def _without_site(title: str, publisher: str | None, text: str) -> str:
    """The title without the site's name at its end: the publisher, or words that the page prints as a line."""
    marks = list(_SITE.finditer(title))
    if not marks:
        return title
    tail = fold(title[marks[-1].end() :])
    is_site = tail == fold(publisher or "") or any(
        fold(line) == tail for line in text.splitlines() if len(line) <= MAX_SITE_LINE
    )
    return title[: marks[-1].start()].strip() if is_site else title


def _shown(title: str, text: str) -> str | None:
    """The line of the text that equals the stated title, with or without the name of the site before or after it."""
    if len(title) > MAX_STATED_TITLE:
        return None
    marks = list(_SITE.finditer(title))
    ends = [len(title), *(match.start() for match in reversed(marks))]
    heads = [fold(title[:end]) for end in ends] + [fold(title[match.end() :]) for match in marks]
    heads = sorted((head for head in heads if head.count(" ") >= MIN_SPACES), key=len, reverse=True)
    if not heads:
        return None
    first = {head.split(" ", 1)[0] for head in heads}
    near = (
        line
        for line in text.splitlines()
        if len(line) <= MAX_TITLE_LINE and any(word in line.casefold() for word in first)
    )
    lines = {fold(line): line for line in near}
    return next((lines[head].strip() for head in heads if head in lines), None)


def _dates(page: Statements) -> tuple[tuple[str | None, str], tuple[str | None, str]]:
    """(published, updated), each with the name of its statement; None and "" if there is none.

    In ISO 8601: the first that `<meta>`, the JSON-LD of a story or that of the page states.
    """
    in_json = ((key, thing.get(key), f"json-ld:{key}") for thing in (*page.stories, *page.pages) for key in _KEYS)
    stated = [*_meta(page), *in_json]
    published, updated = (
        next(((date, name) for key, value, name in stated if key == wanted and (date := _iso(value))), (None, ""))
        for wanted in _KEYS
    )
    return published, updated


def _meta(page: Statements) -> Iterator[tuple[str, object, str]]:
    """The dates in `<meta>`: the name that schema.org has for it, the value, and the name on the page."""
    for meta in page.metas:
        names = {(meta.get(name) or "").strip().lower() for name in NAMED_BY}
        for key, known in zip(_KEYS, (PUBLISHED, UPDATED), strict=True):
            if not known.isdisjoint(names) and _is_of_story(meta):
                yield key, meta.get("content"), min(known & names)


def _is_of_story(meta: "HtmlElement") -> bool:
    """Whether the microdata around the element is about a story or the page; true if there is none."""
    scope = next((each for each in meta.iterancestors() if each.get("itemscope") is not None), None)
    around = kinds(scope.get("itemtype")) if scope is not None else []
    return not around or any(is_story(kind) or kind.endswith("Page") for kind in around)


def _iso(value: object) -> str | None:
    """The date, with its time if there is one; None if the value is not a date."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, Mapping):
        value = value.get("@value")
    found = _DATE.match(value) if isinstance(value, str) else None
    day = found[1].replace("/", "-") if found else NO_DATE
    if found is None or day == NO_DATE:
        return None
    try:
        datetime.date.fromisoformat(day)
    except ValueError:
        return None
    try:
        return datetime.datetime.fromisoformat(f"{day}T{(found[2] or '').replace(' ', '')}").isoformat(
            timespec="seconds"
        )
    except ValueError:  # no time, or an invalid one
        return day
