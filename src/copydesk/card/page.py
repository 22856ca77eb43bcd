"""The card as `README.md`: YAML that the Hugging Face hub and `datasets` read, and a page for people."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import yaml

from copydesk import shards
from copydesk.card.contents import MIN_SURE, Contents, DataFile
from copydesk.card.features import features
from copydesk.document import Json
from copydesk.render.markdown_table import cell

MAX_ROWS: Final = 20
"""Rows of each table: the most frequent."""

SIZES: Final = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
    (100_000_000, "10M<n<100M"),
    (1_000_000_000, "100M<n<1B"),
)
"""The names that the hub has for numbers of records (its specification of data set cards)."""

_OF_ARTICLES: Final = '.filter(lambda one: one["kind"] == "article")'
_LANGUAGE = re.compile(r"[a-z]{2,8}")
"""What the hub takes for a language."""


def write(name: str, found: Contents, files: Sequence[DataFile], rejects: Mapping[str, int], filtered: int) -> str:
    """The text of the card.  `rejects` are numbers by reason, `filtered` is the number of filtered records."""
    front = yaml.safe_dump(_front(name, found, files), allow_unicode=True, sort_keys=False, width=1000)
    return f"---\n{front}---\n\n" + "\n".join(_lines(name, found, files, rejects, filtered)) + "\n"


def _front(name: str, found: Contents, files: Sequence[DataFile]) -> dict[str, Json]:
    languages = sorted(set(filter(_LANGUAGE.fullmatch, (tag.partition("-")[0] for tag in found.languages))))
    front: dict[str, Json] = {
        "pretty_name": name,
        "language": [*languages],
        "annotations_creators": ["machine-generated"],
        "size_categories": [next((size for most, size in SIZES if found.records < most), "n>1T")],
        "task_categories": ["text-generation"],
        "tags": ["news", "copydesk"],
    }
    if files:
        suffix = shards.suffix_of(files[0].name)
        patterns = _patterns(files, suffix)
        front["configs"] = [
            {"config_name": name, "data_files": [{"split": "train", "path": pattern}]}
            for name, pattern in patterns.items()
        ]
        if suffix != shards.PARQUET:  # Parquet has its types inside
            described: list[Json] = [{"config_name": name, "features": [*features(found.fields)]} for name in patterns]
            front["dataset_info"] = described if len(described) > 1 else described[0]
    return front


def _patterns(files: Sequence[DataFile], suffix: str) -> dict[str, str]:
    """The files of each configuration: of the articles and, if there are any, of the teasers."""
    stem = shards.STEM if any(one.name == f"{shards.STEM}{suffix}" for one in files) else f"{shards.STEM}-*[0-9]"
    found = {"default": f"{stem}{suffix}"}
    if any(shards.TEASERS in one.name for one in files):
        found["teasers"] = f"{shards.STEM}*{shards.TEASERS}{suffix}"
    return found


def _lines(
    name: str, found: Contents, files: Sequence[DataFile], rejects: Mapping[str, int], filtered: int
) -> Iterator[str]:
    others = found.records - found.articles
    dates = f", published from {found.first} to {found.last}" if found.first else ""
    versions = ", ".join(map(cell, sorted(found.versions)))
    yield f"# {cell(name)}"
    yield ""
    yield (
        f"{found.articles:,} articles of {len(found.sources):,} sources with {found.words:,} words{dates}, and "
        f"{others:,} other records (teasers, and pages without a story). Made from pages with copydesk "
        f"{versions}: boilerplate is left out, spacing is repaired, other stories are records "
        "of their own. No word was added, translated or shortened; each change is in the record and can be undone."
    )
    yield ""
    yield "## Load it"
    yield ""
    if files:
        suffix = shards.suffix_of(files[0].name)
        reader = "read_parquet" if suffix == shards.PARQUET else "read_json"
        pattern = _patterns(files, suffix)["default"]
        yield "```python"
        has_kind = found.has("kind")
        yield 'datasets.load_dataset("FOLDER", split="train")' + (_OF_ARTICLES if has_kind else "")
        chosen = "text, metadata.title" if found.has("text", "metadata") else "*"
        only = ".filter(\"kind = 'article'\")" if has_kind else ""
        yield f"duckdb.{reader}('FOLDER/{pattern}'){only}.select('{chosen}')"
        if not found.fields:
            yield 'for record in copydesk.read_records("FOLDER"): print(record.kind, record.text)'
        yield "```"
    else:
        yield 'Each record is a file of JSON: `copydesk.read_records("FOLDER")` gives them one after the other.'
    yield ""
    yield "## Contents"
    yield ""
    yield from _table(("kind", "records"), found.kinds.most_common())
    yield from _table(("kind of page", "dumps"), found.pages.most_common())
    yield from _table(("language", "articles"), [(tag or "not known", n) for tag, n in found.languages.most_common()])
    yield from _table(("source", "articles"), found.sources.most_common())
    known = [(field, f"{n:,} ({n / max(1, found.articles):.0%})") for field, n in found.facts.most_common()]
    yield from _table(("fact", "articles that have it"), known)
    yield "## How it was cleaned"
    yield ""
    yield f"{found.unsure:,} articles have a confidence below {MIN_SURE:g} (`quality.confidence`)."
    yield ""
    yield from _table(("edit rule", "edits"), found.edits.most_common())
    if found.profiles:
        yield from _table(("source profile", "dumps"), found.profiles.most_common())
    yield "## What was left out"
    yield ""
    yield f"{filtered:,} records fell below limits of `[keep]`, and {sum(rejects.values()):,} dumps were rejected."
    yield ""
    yield from _table(("lines that are in no story", "lines"), list(found.left_out.items()))
    if rejects:
        yield from _table(("reason of a reject", "dumps"), Counter(rejects).most_common())
    yield "## Rights"
    yield ""
    yield "The texts belong to their publishers and authors. copydesk states no licence: add the one that you have."


def _table(names: tuple[str, str], rows: Sequence[tuple[str, int | str]]) -> Iterator[str]:
    if not rows:
        return
    yield f"| {names[0]} | {names[1]} |"
    yield "| --- | ---: |"
    for name, count in rows[:MAX_ROWS]:
        yield f"| {cell(name)} | {count if isinstance(count, str) else format(count, ',')} |"
    if len(rows) > MAX_ROWS:
        yield f"| and {len(rows) - MAX_ROWS:,} more | |"
    yield ""
