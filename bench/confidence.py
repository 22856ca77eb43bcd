"""How well a record knows whether its text is right: `python -m bench.confidence`.

Pages of the kit, of its hosts and of its other kinds are cleaned from text dumps and from HTML.  A page is wrong if the
F1 of its text is below .8.  The table has, for texts and for HTML, the share of wrong pages and the AUC: how often a
right page has more confidence than a wrong one.  The second table is the calibration: the pages by confidence, and the
share of them that is right.  No page is measured by trees that saw a page of its domain or host.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

import numpy as np

import copydesk
from bench import folds, kit
from bench.folds import FOLDS, confidence_of, fold_of, table
from copydesk.document import Cleaned
from copydesk.quality import confidence
from copydesk.text import count_words

RIGHT: Final = 0.8
"""The F1 from which on a text is right."""

STEPS: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 1.01)
"""Borders of the rows of the calibration."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page to clean: its set (`kit`, `hosts`, `kinds`), the domain by which folds are made, its content."""

    id: str
    set: str
    host: str
    content: str
    is_html: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """A cleaned page: the F1 of its text, and what the confidence sees of it."""

    page: Page
    f1: float
    features: dict[str, int]


def pages() -> Iterator[Page]:
    """All pages: each as its `html_text` dump, and as HTML if the kit has it."""
    hosts = {gold.id: gold.domain for gold in kit.gold().values()}
    yield from (Page(name, "kit", hosts[name], text, is_html=False) for name, text in kit.dumps("html_text"))
    yield from (Page(name, "kit", hosts[name], markup, is_html=True) for name, markup in kit.pages())
    for folder in ("hosts", "kinds"):
        hosts = {str(row["id"]): str(row["domain"]) for row in kit.rows(f"{folder}/gold.jsonl.gz")}
        for name, field, is_html in (("dumps/html_text", "text", False), ("html", "html", True)):
            for row in kit.rows(f"{folder}/{name}.jsonl.gz"):
                own = str(row["id"])
                yield Page(own, folder, hosts[own], str(row[field]), is_html=is_html)


def measured() -> list[Measured]:
    """Every page, cleaned and scored."""
    chosen = [page for page in pages() if page.content.strip()]
    with ProcessPoolExecutor() as pool:
        found = list(pool.map(_measure, chosen, chunksize=folds.CHUNK))
    return [one for one in found if one is not None]


def _measure(page: Page) -> Measured | None:
    """A page, cleaned by models that saw no page of the domain.  None if it can't be read."""
    settings = folds.settings_without(fold_of(page.host))
    clean = copydesk.clean_html if page.is_html else copydesk.clean
    try:
        found = clean(page.content, source=page.id, settings=settings)
    except copydesk.UnreadableError:
        return None
    article = found.article
    return Measured(
        page, _f1(page, found), confidence.features(article, [count_words(one.text) for one in article.blocks])
    )


def _f1(page: Page, found: Cleaned) -> float:
    article = found.article
    if page.set == "kinds":
        row = _golds("kinds")[page.id]
        scored = kit.scorer("score_kinds").kind_page(row, {"text": article.text, "metadata": {}}, [
            {"text": teaser.text, "metadata": {"title": teaser.metadata.title}} for teaser in found.teasers
        ])  # fmt: skip
        return float(scored["F1 +teasers" if row["kind"] in ("collection", "listing") else "F1"])
    prediction = {"text": article.text}
    return float(kit.scorer("score_text").score_page(_golds(page.set)[page.id], prediction, page.set == "hosts")["f1"])


@cache
def _golds(name: str) -> dict[str, dict[str, object]]:
    """The rows of gold of a set, by id."""
    path = "gold.jsonl.gz" if name == "kit" else f"{name}/gold.jsonl.gz"
    return {str(row["id"]): row for row in kit.rows(path)}


def auc(scores: Sequence[float], right: Sequence[bool]) -> float:
    """How often a right page has a higher score than a wrong one; equal scores count half."""
    ranked = np.argsort(np.argsort(scores, kind="stable"), kind="stable").astype(np.float64)
    values = np.array(scores)
    for value in np.unique(values):
        ranked[values == value] = ranked[values == value].mean()
    good = np.array(right)
    wanted = good.sum() * (~good).sum()
    return float((ranked[good].sum() - good.sum() * (good.sum() - 1) / 2) / wanted) if wanted else 0.0


def rated(found: Sequence[Measured]) -> list[tuple[Measured, float]]:
    """Each page with its confidence, by the trees that saw no page of its host."""
    own = [confidence.load(confidence_of(fold)) for fold in range(FOLDS)]
    return [(one, own[fold_of(one.page.host)].of(one.features)) for one in found]


def figures() -> dict[str, float]:
    """The figures that have floors."""
    found = rated(measured())
    return {f"confidence, AUC, {name}": auc(*_of(found, is_html=is_html)) for name, is_html in _FORMS}


_FORMS: Final = (("html_text", False), ("HTML", True))


def _of(found: Sequence[tuple[Measured, float]], *, is_html: bool) -> tuple[list[float], list[bool]]:
    chosen = [(sure, one.f1 >= RIGHT) for one, sure in found if one.page.is_html == is_html]
    return [sure for sure, _ in chosen], [is_right for _, is_right in chosen]


def main() -> None:
    """Print the tables."""
    found = rated(measured())
    rows: list[list[str | int | float]] = []
    for name, is_html in _FORMS:
        for part in ("all", "kit", "hosts", "kinds"):
            chosen = [one for one in found if part in ("all", one[0].page.set)]
            scores, right = _of(chosen, is_html=is_html)
            shares = [one.features["mean share"] for one, _ in chosen if one.page.is_html == is_html]
            rows.append(
                [f"{name}, {part}", len(right), 1 - sum(right) / len(right), auc(shares, right), auc(scores, right)]
            )
    print(table(("pages", "number", "wrong", "AUC, mean share", "AUC"), rows), end="\n\n")
    rows = []
    for low, high in pairwise(STEPS):
        inside = [(sure, one.f1 >= RIGHT) for one, sure in found if low <= sure < high]
        if inside:
            mean = sum(sure for sure, _ in inside) / len(inside)
            rows.append(
                [f"{low:.1f} to {min(high, 1):.1f}", len(inside), mean, sum(right for _, right in inside) / len(inside)]
            )
    print(table(("confidence", "pages", "mean", "right"), rows))


if __name__ == "__main__":
    main()
