"""The section and the topics that a page states for its story: which statements are candidates, in which order."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from copydesk.dump import BREADCRUMB, Stated
from copydesk.readers.page_statements import Statements
from copydesk.text import count_words, fold
from copydesk.vocabulary import VOCABULARY

NEVER: Final = frozenset(map(fold, VOCABULARY.stated_section.never))
"""Names of the front page and of kinds of pages, folded."""

MIN_SPACES: Final = 3
"""Spaces in a name that is a part of the headline if the headline has it: "Bridges" may be both."""

MAX_WORDS: Final = 6
"""Words of a section or a topic; longer ones are headlines."""

MAX_KEYWORDS: Final = 25
"""Keywords of a page; a longer list is for search engines alone."""

_SECTIONS: Final = (
    *("article:section", "rel=category tag", "itemprop=articleSection", "articlesection", "og:section", "section"),
    *("dcterms.subject", "parsely-section"),
)
_TAGS: Final = ("rel=tag", "article:tag")
_KEYWORDS: Final = ("news_keywords", "keywords", "parsely-tags", "sailthru.tags")

_MACHINE = re.compile(r"[:/_=<>{}|@]|\w{8}-\w{4}-|\d{5}|\.(?:com|org|net|html?)\b", re.IGNORECASE)
"""Found in words for machines: "content-type: Feature", "topic/fire", identifiers, addresses."""

_COMMA = re.compile("[,;\N{FULLWIDTH COMMA}\N{IDEOGRAPHIC COMMA}\N{ARABIC COMMA}]")


def sections(page: Statements, titles: Collection[str], names: Collection[str]) -> tuple[Stated, ...]:
    """The sections that a page states: those at the ends of its breadcrumbs first.

    `titles` are its headlines and `names` the names of the site, folded: they end and begin breadcrumbs.
    """
    ends = (_last(trail, titles, names) for trail in page.trails)
    crumbs = (Stated(end, BREADCRUMB) for end in ends if end)
    stated = _apart((*page.of_story("articleSection"), *page.of(*_SECTIONS)))
    return _distinct(
        one for one in (*crumbs, *stated) if _is_topic(one.value) and not _is_page(fold(one.value), titles, names)
    )


def tags(page: Statements, names: Collection[str]) -> tuple[Stated, ...]:
    """The topics that a page states in links or as `article:tag`; `names` are those of the site, folded."""
    return _distinct(one for one in _apart(page.of(*_TAGS)) if _is_topic(one.value) and fold(one.value) not in names)


def keywords(page: Statements, names: Collection[str]) -> tuple[Stated, ...]:
    """The keywords of a page: the first list that is short enough, without the words for machines."""
    for stated in (page.of_story("keywords"), *(page.of(name) for name in _KEYWORDS)):
        found = _distinct(one for one in _apart(stated) if _is_topic(one.value) and fold(one.value) not in names)
        if 0 < len(found) <= MAX_KEYWORDS:
            return found
    return ()


def _last(trail: Sequence[str], titles: Collection[str], names: Collection[str]) -> str | None:
    """The last name of a breadcrumb that is neither the page nor the site."""
    return next((name for name in reversed(trail) if not _is_page(fold(name), titles, names)), None)


def _is_page(name: str, titles: Collection[str], names: Collection[str]) -> bool:
    """Whether a folded name is the headline, or a part of it that is no single word, the site or the front page."""
    if name in NEVER or name in names or name in titles:
        return True
    return name.count(" ") >= MIN_SPACES and any(name in title or title in name for title in titles if title)


def _apart(stated: Iterable[Stated]) -> Iterator[Stated]:
    """The parts of lists that are separated by commas."""
    return (Stated(part.strip(" #"), one.source) for one in stated for part in _COMMA.split(one.value))


def _is_topic(value: str) -> bool:
    return bool(value) and count_words(value) <= MAX_WORDS and not _MACHINE.search(value) and fold(value) != ""


def _distinct(stated: Iterable[Stated]) -> tuple[Stated, ...]:
    """The values without repetitions."""
    found: dict[str, Stated] = {}
    for one in stated:
        found.setdefault(fold(one.value), one)
    return tuple(found.values())
