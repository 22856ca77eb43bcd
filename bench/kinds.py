"""Hosts of other languages and pages that are no articles: `python -m bench.kinds [hosts | kinds] [text | html]`.

Prints the tables of the kit's scorer: hosts by language (F1 of 4-gram shingles, characters for Chinese), kinds by kind
of page (F1 of words).  Texts are the `html_text` dumps.  Each page is read with models that were trained without pages
of its domain.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import copydesk
from bench import folds, kit
from bench.folds import fold_of, settings_without, table

RENDERER: Final = "html_text"
SETS: Final = ("hosts", "kinds")
FORMS: Final = ("text", "html")

LISTS: Final = ("collection", "listing")
"""The kinds of which the entries count as text: here they are teasers."""


@dataclass(frozen=True, slots=True)
class Found:
    """What copydesk reads of a page: the story, its headline, and (title, text) of each teaser."""

    text: str = ""
    title: str = ""
    teasers: tuple[tuple[str, str], ...] = ()
    page: str = ""


@cache
def golds(name: str) -> dict[str, dict[str, object]]:
    """The rows of gold of a set, by id."""
    return {str(row["id"]): row for row in kit.rows(f"{name}/gold.jsonl.gz")}


def pages(name: str, form: str) -> Iterator[tuple[str, str, str]]:
    """(id, domain, content) of the pages of a set, as texts or as HTML."""
    path, key = (f"dumps/{RENDERER}", "text") if form == "text" else ("html", "html")
    for row in kit.rows(f"{name}/{path}.jsonl.gz"):
        yield str(row["id"]), str(golds(name)[str(row["id"])]["domain"]), str(row[key])


def read_text(page: tuple[str, str, str]) -> Found:
    """The story and teasers that copydesk reads in a text."""
    return _read(page, is_html=False)


def read_html(page: tuple[str, str, str]) -> Found:
    """The same for an HTML page."""
    return _read(page, is_html=True)


def _read(page: tuple[str, str, str], *, is_html: bool) -> Found:
    name, domain, content = page
    clean = copydesk.clean_html if is_html else copydesk.clean
    try:
        cleaned = clean(content, source=name, settings=settings_without(fold_of(domain)))
    except copydesk.UnreadableError:
        return Found()
    article = cleaned.article
    teasers = tuple((each.metadata.title or "", each.text) for each in cleaned.teasers)
    return Found(article.text, article.metadata.title or "", teasers, str(article.page))


def scores(name: str, found: Mapping[str, Found]) -> dict[str, float]:
    """The F1 of each page, by id."""
    return {page: _score(name, page, read) for page, read in found.items()}


def _score(name: str, page: str, read: Found) -> float:
    row = golds(name)[page]
    if name == "hosts":
        scored = kit.scorer("score_text").score_page(row, {"text": read.text}, cjk_chars=True)
        return float(scored["f1"])
    record = {"text": read.text, "metadata": {"title": read.title}}
    teasers = [{"text": text, "metadata": {"title": title}} for title, text in read.teasers]
    scored = kit.scorer("score_kinds").kind_page(row, record, teasers)
    return float(scored["F1 +teasers" if row["kind"] in LISTS else "F1"])


def means(name: str, by_page: Mapping[str, float]) -> dict[str, tuple[int, float]]:
    """(pages, mean F1) of each language or kind, and of all."""
    key = "language" if name == "hosts" else "kind"
    groups: dict[str, list[float]] = {}
    for page, score in by_page.items():
        groups.setdefault(str(golds(name)[page][key]), []).append(score)
        groups.setdefault("~all", []).append(score)
    return {group.lstrip("~"): (len(values), sum(values) / len(values)) for group, values in sorted(groups.items())}


def main(arguments: Sequence[str]) -> None:
    """Print the tables."""
    chosen = set(arguments)
    for name in SETS:
        if chosen & set(SETS) and name not in chosen:
            continue
        rows: list[list[str | int | float]] = []
        for form in FORMS:
            if chosen & set(FORMS) and form not in chosen:
                continue
            own = list(pages(name, form))
            read = folds.on_all_cores(read_text if form == "text" else read_html, own)
            by_page = scores(name, {page[0]: each for page, each in zip(own, read, strict=True)})
            rows += [[f"{form}, {group}", *each] for group, each in means(name, by_page).items()]
        print(table((name, "pages", "F1"), rows), end="\n\n")


if __name__ == "__main__":
    main(sys.argv[1:])
