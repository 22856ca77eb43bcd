"""The pages to learn from: those of the kit, its hosts in other languages, and its pages that are no articles.

Hosts and kinds are parts of the same kit.  Of the kinds, shop categories and listings are left out: their entries are
teasers here, and text there.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import msgspec
from bench import kit
from bench.kit import Gold

from copydesk.text import fold

ARTICLE: Final = "article"

KINDS: Final = frozenset(("service", "forum", "product", "documentation"))
"""The kinds of pages that are learned."""

MIN_IN_PAGE: Final = 0.9
"""Share of the gold text that the page's dumps have; pages with less are left out."""

RENDERERS: Final = ("html_text", "resiliparse_all", "bs4_newline")
"""The renderers of the dumps of hosts and kinds."""


@dataclass(frozen=True, slots=True)
class _Host:
    """A row of the gold of `hosts`."""

    id: str
    domain: str
    language: str
    body: str
    title: str | None = None
    title_sure: bool = False
    in_page: float = 0.0


@dataclass(frozen=True, slots=True)
class _Kind:
    """A row of the gold of `kinds`."""

    id: str
    kind: str
    domain: str
    language: str
    body: str
    title: str | None = None
    authors: tuple[str, ...] = ()
    in_page: float | None = None


@cache
def golds() -> dict[str, Gold]:
    """Every page by its id; `set` is the name of its part of the kit."""
    return kit.gold() | {gold.id: gold for gold in (*_hosts(), *_kinds())}


@cache
def kind_of(page: str) -> str:
    """The kind of a page: the pages of the kit and of the hosts are articles."""
    return _kind_by_page().get(page, ARTICLE)


def dumps(renderer: str) -> Iterator[tuple[str, str]]:
    """(id, text) of every page as that renderer dumps it."""
    yield from kit.dumps(renderer)
    if renderer in RENDERERS:
        yield from _rows(f"dumps/{renderer}", "text")


def html() -> Iterator[tuple[str, str]]:
    """(id, HTML) of every page of which the kit has it."""
    yield from kit.pages()
    yield from _rows("html", "html")


def _rows(path: str, key: str) -> Iterator[tuple[str, str]]:
    for part in ("hosts", "kinds"):
        for row in kit.rows(f"{part}/{path}.jsonl.gz"):
            if str(row["id"]) in golds():
                yield str(row["id"]), str(row[key])


def _hosts() -> Iterator[Gold]:
    for row in kit.rows("hosts/gold.jsonl.gz"):
        host = msgspec.convert(row, _Host)
        if host.in_page >= MIN_IN_PAGE:
            title = host.title if host.title_sure else None
            yield Gold(host.id, "hosts", host.domain, host.language, host.body, title)


@cache
def _rows_of_kinds() -> tuple[_Kind, ...]:
    return tuple(msgspec.convert(row, _Kind) for row in kit.rows("kinds/gold.jsonl.gz"))


@cache
def _kind_by_page() -> dict[str, str]:
    return {row.id: row.kind for row in _rows_of_kinds()}


def _kinds() -> Iterator[Gold]:
    for row in _rows_of_kinds():
        if row.kind in KINDS and (row.in_page or 0) >= MIN_IN_PAGE:
            gold = Gold(row.id, "kinds", row.domain, row.language, row.body, row.title, row.authors)
            yield replace(gold, body=_without_title(row.body, row.title or ""))


def _without_title(body: str, title: str) -> str:
    """The text without its first line if that is the title, which is no text here."""
    first, _, rest = body.partition("\n")
    return rest.lstrip("\n") if title and fold(first) == fold(title) else body
