"""What the records state of a page, beside what a reader found there: `python -m bench.facts [--html] [--show FIELD]`.

The facts of 120 `html_text` dumps were read by hand (the kit's `facts.jsonl.gz`).  Prints precision, recall and F1 of
each field, as the kit's `score_facts.py` defines them, and the F1 of trafilatura and newspaper4k, which read the same
pages' HTML, for the fields that they have; then the figures of each language and of the pages' other dumps.  Their gold
values are the same, without those that a dump does not hold.  At last the recall of the records of the pages' HTML: a
page states more in its markup than its dump shows, so their precision has to be read.  No page is read with a model
that saw its domain.

`--show FIELD` lists the field's wrong and missing values, with `--html` those of the pages' HTML.  `--sample N` draws N
values that the records of HTML have and those of the dumps have not, for reading.
"""

import argparse
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Final

import msgspec
import trafilatura

from bench import folds, kit
from bench.folds import fold_of, settings_without, table
from bench.metadata import printed_forms
from bench.text import Page
from copydesk.desk import clean_dump
from copydesk.document import Author, Metadata
from copydesk.dump import UnreadableError
from copydesk.readers import html

DUMPS: Final = "html_text"
"""The renderer of the dumps that were read."""

DATES: Final = ("published", "updated")
ALWAYS_HELD: Final = "language"
"""The field that no line states."""

OF_TRAFILATURA: Final = ("title", "deck", "authors", "published", "publisher", "section", "tags")
OF_NEWSPAPER: Final = ("title", "deck", "authors", "published", "publisher", "tags", "language")
"""The fields that the peers have.  Their description is compared with the deck."""

SEED: Final = 18
"""The same sample each time."""


@dataclass(frozen=True, slots=True)
class Tried:
    """The values of one field of one page.

    Each that was given, with whether it is right, and each that is wanted, with whether it was found.
    """

    given: tuple[tuple[str, bool], ...]
    wanted: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Score:
    """Numbers of values, and what they make."""

    given: int
    wanted: int
    right: int
    found: int

    @property
    def precision(self) -> float:
        """The share of the given values that are right."""
        return self.right / self.given if self.given else 0.0

    @property
    def recall(self) -> float:
        """The share of the wanted values that were found."""
        return self.found / self.wanted if self.wanted else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of the two."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def names() -> tuple[str, ...]:
    """The fields that the kit's scorer knows."""
    return tuple(kit.scorer("score_facts").FIELDS)


def ours(page: Page) -> Metadata:
    """What copydesk reads from a dump; nothing if it rejects it."""
    try:
        return folds.clean_unseen(page).article.metadata
    except UnreadableError:
        return Metadata()


def ours_from_html(page: Page) -> Metadata:
    """What copydesk reads from a page's HTML."""
    name, domain, markup = page
    try:
        return clean_dump(html.render_text(markup, name), settings_without(fold_of(domain))).article.metadata
    except UnreadableError:
        return Metadata()


def of_trafilatura(page: Page) -> Metadata:
    """What trafilatura reads from a page's HTML."""
    read = trafilatura.extract_metadata(page[2])
    if read is None:
        return Metadata()
    return Metadata(
        title=read.title,
        deck=read.description,
        authors=tuple(Author(name) for name in (read.author or "").split("; ") if name),
        published=read.date,
        publisher=read.sitename,
        section=next(iter(read.categories or ()), None),
        tags=tuple(read.tags or ()),
    )


def of_newspaper(page: Page) -> Metadata:
    """What newspaper4k reads from a page's HTML."""
    read = import_module("newspaper").Article("https://example.org/", language="en")
    read.download(input_html=page[2])
    read.parse()
    return Metadata(
        title=read.title or None,
        deck=read.meta_description or None,
        authors=tuple(Author(name) for name in read.authors),
        published=read.publish_date.isoformat() if read.publish_date else None,
        publisher=read.meta_site_name or None,
        tags=tuple(sorted(read.tags)),
        language=read.meta_lang or None,
    )


Peers = Mapping[str, tuple[Callable[[Page], Metadata], tuple[str, ...]]]
"""By name: what reads a page's HTML, and the fields that it has."""


def peers() -> Peers:
    """The peers that are installed."""
    known: Peers = {"trafilatura": (of_trafilatura, OF_TRAFILATURA), "newspaper4k": (of_newspaper, OF_NEWSPAPER)}
    return {name: peer for name, peer in known.items() if find_spec("newspaper" if name == "newspaper4k" else name)}


def values(field: str, metadata: Metadata) -> list[str]:
    """The values of a field, as the kit's scorer takes them from a record."""
    _, of_record, _ = kit.scorer("score_facts").FIELDS[field]
    return [value for value in of_record(msgspec.to_builtins(metadata)) if value]


def tried(gold: kit.Facts, metadata: Metadata, dump: str | None = None) -> dict[str, Tried]:
    """The values of each field.  Those that `dump` does not hold, if it is given, are not wanted."""
    found: dict[str, Tried] = {}
    for field, (same, _, of_gold) in kit.scorer("score_facts").FIELDS.items():
        own = values(field, metadata)
        known = [value for value in of_gold(gold.row) if value]
        wanted = [value for value in known if dump is None or _holds(dump, field, value, gold)]
        found[field] = Tried(
            tuple((value, any(same(value, other) for other in known)) for value in own),
            tuple((value, any(same(other, value) for other in own)) for value in wanted),
        )
    return found


def _holds(dump: str, field: str, value: str, gold: kit.Facts) -> bool:
    """Whether a dump holds a value, or the dump that was read does not hold it word for word either."""
    if field == ALWAYS_HELD:
        return True
    if field in DATES:
        forms = printed_forms(value[:10], gold.language)
        return any(form in _lower(dump) for form in forms) or not any(
            form in _lower(_read()[gold.id]) for form in forms
        )
    normal = kit.scorer("score_facts").normal
    return normal(value) in normal(dump) or normal(value) not in normal(_read()[gold.id])


def _lower(text: str) -> str:
    return " ".join(text.casefold().split())


@cache
def _read() -> dict[str, str]:
    """The dumps that were read by hand, by the id of their page."""
    return dict(kit.dumps(DUMPS))


def score(pages: Iterable[Mapping[str, Tried]], fields: Iterable[str]) -> Score:
    """The values of these fields together."""
    counted = [page[field] for page in pages for field in fields]
    return Score(
        sum(len(each.given) for each in counted),
        sum(len(each.wanted) for each in counted),
        sum(is_right for each in counted for _, is_right in each.given),
        sum(is_found for each in counted for _, is_found in each.wanted),
    )


def mean_f1(pages: Sequence[Mapping[str, Tried]]) -> float:
    """The mean F1 of the fields that have a gold value."""
    scores = [score(pages, [field]) for field in names()]
    stated = [each.f1 for each in scores if each.wanted]
    return sum(stated) / max(1, len(stated))


def of_dumps(golds: Sequence[kit.Facts], renderer: str) -> tuple[list[kit.Facts], list[dict[str, Tried]]]:
    """The pages that the renderer has a dump of, and what was tried on each."""
    texts = {name: text for name, text in kit.dumps(renderer) if text.strip()}
    chosen = [gold for gold in golds if gold.id in texts]
    read = folds.on_all_cores(ours, [(gold.id, kit.gold()[gold.id].domain, texts[gold.id]) for gold in chosen])
    held = {} if renderer == DUMPS else texts
    return chosen, [tried(gold, each, held.get(gold.id)) for gold, each in zip(chosen, read, strict=True)]


def whole(golds: Sequence[kit.Facts]) -> list[Page]:
    """(id, domain, HTML) of the pages."""
    wanted = {gold.id for gold in golds}
    markup = {name: markup for name, markup in kit.pages() if name in wanted}
    return [(gold.id, kit.gold()[gold.id].domain, markup[gold.id]) for gold in golds]


def of_html(
    golds: Sequence[kit.Facts], pages: Sequence[Page], read: Callable[[Page], Metadata]
) -> list[dict[str, Tried]]:
    """What was tried on each page's HTML."""
    return [tried(gold, each) for gold, each in zip(golds, folds.on_all_cores(read, pages), strict=True)]


def floors() -> dict[str, float]:
    """The figures that must not fall below a floor."""
    golds = kit.facts()
    _, pages = of_dumps(golds, DUMPS)
    from_html = of_html(golds, whole(golds), ours_from_html)
    figures = {f"facts, F1 of {field}": score(pages, [field]).f1 for field in names()}
    figures["facts, mean F1"] = mean_f1(pages)
    return figures | {"facts, recall from HTML": score(from_html, names()).recall}


def show(field: str, golds: Sequence[kit.Facts], pages: Sequence[Mapping[str, Tried]]) -> None:
    """Print the wrong and missing values of a field."""
    for gold, page in zip(golds, pages, strict=True):
        for value, is_right in page[field].given:
            if not is_right:
                print(f"{gold.id}\twrong\t{value}")
        for value, is_found in page[field].wanted:
            if not is_found:
                print(f"{gold.id}\tmissing\t{value}")


def sample(size: int, golds: Sequence[kit.Facts]) -> None:
    """Print values that the records of HTML have and those of the dumps have not."""
    pages = whole(golds)
    texts = dict(kit.dumps(DUMPS))
    from_html = folds.on_all_cores(ours_from_html, pages)
    from_dumps = folds.on_all_cores(ours, [(name, domain, texts[name]) for name, domain, _ in pages])
    drawn = [
        "\t".join((gold.id, *fact))
        for gold, more, less in zip(golds, from_html, from_dumps, strict=True)
        for fact in sorted(set(_all_values(more)) - set(_all_values(less)))
    ]
    chosen = random.Random(SEED).sample(drawn, min(size, len(drawn)))
    print(f"{len(chosen)} of {len(drawn)} values", *sorted(chosen), sep="\n")


def _all_values(metadata: Metadata) -> Iterator[tuple[str, str]]:
    """(field, value) of everything that a record states; a picture's address with its caption."""
    for field in names():
        yield from ((field, value[:10] if field in DATES else value) for value in values(field, metadata))
    if metadata.url:
        yield "url", metadata.url
    for image in metadata.images:
        if image.url:
            yield "picture", f"{image.url} | {image.alt} | {image.caption}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m bench.facts")
    parser.add_argument("--show", metavar="FIELD", choices=names(), help="list the field's wrong and missing values")
    parser.add_argument("--html", action="store_true", help="with --show: those of the pages' HTML")
    parser.add_argument("--sample", metavar="N", type=int, help="draw N values that only the records of HTML have")
    options = parser.parse_args(arguments)
    golds = kit.facts()
    if options.sample:
        sample(options.sample, golds)
    elif options.show and options.html:
        show(options.show, golds, of_html(golds, whole(golds), ours_from_html))
    elif options.show:
        show(options.show, *of_dumps(golds, DUMPS))
    else:
        _tables(golds)


def _tables(golds: Sequence[kit.Facts]) -> None:
    _, pages = of_dumps(golds, DUMPS)
    markup = whole(golds)
    from_html = of_html(golds, markup, ours_from_html)
    beside = {name: (of_html(golds, markup, read), fields) for name, (read, fields) in peers().items()}
    rows: list[list[str | int | float]] = []
    for field in names():
        own = score(pages, [field])
        others = [score(other, [field]).f1 if field in fields else "" for other, fields in beside.values()]
        rows.append([field, own.given, own.wanted, own.precision, own.recall, own.f1, *others])
    print(table(("field", "given", "gold", "P", "R", "F1", *(f"{name}, from HTML" for name in beside)), rows))
    print(f"mean F1 of {len(names())} fields over {len(pages)} dumps: {mean_f1(pages):.3f}")
    if "newspaper4k" not in beside:
        print("newspaper4k is not installed: it has no column")
    print()
    languages = sorted({gold.language for gold in golds})
    rows = []
    for language in languages:
        inside = [page for gold, page in zip(golds, pages, strict=True) if gold.language == language]
        rows.append([language, len(inside), *_together(inside)])
    print(table(("language", "dumps", "gold", "P", "R", "F1", "mean F1"), rows), end="\n\n")
    rows = []
    for renderer in kit.RENDERERS:
        chosen, tried_there = (golds, pages) if renderer == DUMPS else of_dumps(golds, renderer)
        rows.append([renderer, len(chosen), *_together(tried_there)])
    print(table(("renderer", "dumps", "gold", "P", "R", "F1", "mean F1"), rows), end="\n\n")
    rows = []
    for field in names():
        own = score(from_html, [field])
        others = [score(other, [field]).recall if field in fields else "" for other, fields in beside.values()]
        rows.append([field, own.wanted, score(pages, [field]).recall, own.recall, *others])
    print(table(("recall", "gold", "dump", "HTML", *beside), rows))
    print(f"all fields, from HTML: {score(from_html, names()).recall:.3f}")


def _together(pages: Sequence[Mapping[str, Tried]]) -> tuple[int, float, float, float, float]:
    """(gold values, precision, recall, F1 of all values, mean F1 of the fields)."""
    everything = score(pages, names())
    return everything.wanted, everything.precision, everything.recall, everything.f1, mean_f1(pages)


if __name__ == "__main__":
    main()
