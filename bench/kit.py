"""The benchmark kit: pages with gold, and their text dumps, beside the checkout (never part of it)."""

import gzip
import hashlib
import importlib.util
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Final

import msgspec

from copydesk.document import Record
from copydesk.render import record

KIT: Final = Path(__file__).resolve().parents[2] / "shared" / "bench"

RENDERERS: Final = (
    *("html_text", "resiliparse_all", "inscriptis", "bs4_newline", "resiliparse_main", "newspaper4k"),
    "trafilatura_recall",
)


@dataclass(frozen=True, slots=True)
class Gold:
    """What a page is known to say; `date` begins with an ISO date."""

    id: str
    set: str
    domain: str
    language: str
    body: str
    title: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a page as an extractor left it, or damaged on purpose, and as it should read.

    `kind` is `real`, `link`, `punct` or `clean`; `sub` says more.
    """

    id: str
    language: str
    kind: str
    text: str
    gold: str
    sub: str | None = None
    domain: str | None = None


@dataclass(frozen=True, slots=True)
class Labelled:
    """A dump whose lines were labelled by reading; `labels` has one for each line with anything on it."""

    id: str
    renderer: str
    language: str
    text: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StatedImage:
    """A picture of the story, and the numbers of the lines about it."""

    caption: str | None = None
    credit: str | None = None
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class LabelledTeasers:
    """A dump in which a person labelled the items of lists.  `row` is the kit's row, for its scorer."""

    id: str
    renderer: str
    row: dict[str, object]

    @property
    def key(self) -> str:
        """The name by which the kit's scorer knows the dump."""
        return f"{self.id}@{self.renderer}"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a page's `html_text` dump states, as a person read it.

    `row` is the kit's row, for its scorer.  `lines` has for each field the numbers of its lines, from 0.
    """

    id: str
    language: str
    row: dict[str, object]
    images: tuple[StatedImage, ...] = ()
    lines: dict[str, int | list[int]] = field(default_factory=dict)


@cache
def gold() -> dict[str, Gold]:
    """Every page by its id."""
    return {row.id: row for row in (msgspec.convert(row, Gold) for row in rows("gold.jsonl.gz"))}


@cache
def windows() -> tuple[Window, ...]:
    """Every window of the spacing cases."""
    return tuple(msgspec.convert(row, Window) for row in rows("spacing.jsonl.gz"))


def dumps(renderer: str) -> Iterator[tuple[str, str]]:
    """(id, text) of every page as that renderer dumps it.  Exits, saying so, where the kit is missing."""
    return ((str(row["id"]), str(row["text"])) for row in rows(f"dumps/{renderer}.jsonl.gz"))


def pages() -> Iterator[tuple[str, str]]:
    """(id, HTML) of every page."""
    return ((str(row["id"]), str(row["html"])) for row in rows("html.jsonl.gz"))


def labelled() -> list[Labelled]:
    """The dumps that were labelled by reading."""
    return [msgspec.convert(row, Labelled) for row in rows("labels.jsonl.gz")]


def teasers() -> list[LabelledTeasers]:
    """The dumps in which a person labelled the teasers."""
    return [LabelledTeasers(str(row["id"]), str(row["renderer"]), row) for row in rows("teasers.jsonl.gz")]


@cache
def facts() -> list[Facts]:
    """What a person read in 120 dumps of `html_text`."""
    return [msgspec.convert({**row, "row": row}, Facts) for row in rows("facts.jsonl.gz")]


def write_records(records: Iterable[Record], path: Path) -> None:
    """Write records for a scorer of the kit.

    A scorer looks a dump up by `provenance.record`; here the record's `source` names the dump.
    """
    named = (replace(each, provenance=replace(each.provenance, record=each.source)) for each in records)
    path.write_text("\n".join(map(record.to_json, named)), encoding="utf-8")


@cache
def scorer(name: str) -> ModuleType:
    """One of the kit's scoring programs, as a module."""
    spec = importlib.util.spec_from_file_location(name, _path(f"{name}.py"))
    if spec is None or spec.loader is None:
        sys.exit(f"the benchmark kit's {name}.py can't be loaded")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def digest() -> str:
    """SHA-256 over gold, pages, labels, spacing cases and all dumps: figures on other data can't be compared."""
    found = hashlib.sha256()
    for name in (
        *("gold.jsonl.gz", "html.jsonl.gz", "labels.jsonl.gz", "spacing.jsonl.gz"),
        *(f"dumps/{renderer}.jsonl.gz" for renderer in RENDERERS),
    ):
        found.update(_path(name).read_bytes())
    return found.hexdigest()


def rows(name: str) -> Iterator[dict[str, object]]:
    """The rows of a gzipped file of the kit, each a JSON object.  Exits, saying so, where the file is missing."""
    with gzip.open(_path(name), "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _path(name: str) -> Path:
    path = KIT / name
    if not path.is_file():
        sys.exit(f"the benchmark kit is missing: no {path}")
    return path
