"""The story's F1 on pages of hosts, with and without the memory of each host: `python -m bench.hosts`.

Each host's pages are learned without their gold, from the same kind of dumps.  `--html` reads the pages' HTML,
`--dumps NAME` other dumps of text.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bench import kit
from bench.folds import fold_of, settings_without
from copydesk import desk, dump
from copydesk.dump import Dump
from copydesk.learn import MIN_SOURCES
from copydesk.readers import html
from copydesk.source_memory.frozen import RememberedSource, remembered
from copydesk.source_memory.memory_files import MemoryWriter
from copydesk.source_memory.pages import SourcePages, learned_page, merged, source_pages

HTML: Final = "html"
SIBLINGS: Final = "html_text"
"""The dumps for which the kit has further pages of the hosts."""


@dataclass(frozen=True, slots=True)
class HostPage:
    """A page of a host: its dump, the story as the gold has it, and the fold of the models that did not see it."""

    id: str
    host: str
    fold: int
    language: str
    raw: Dump
    body: str


@cache
def pages(renderer: str) -> tuple[HostPage, ...]:
    """The pages of all hosts, as text dumps or as HTML."""
    gold = {str(row["id"]): row for row in kit.rows("hosts/gold.jsonl.gz")}
    rows = kit.rows("hosts/html.jsonl.gz" if renderer == HTML else f"hosts/dumps/{renderer}.jsonl.gz")
    return tuple(
        HostPage(
            str(row["id"]),
            str(row["host"]),
            fold_of(str(gold[str(row["id"])]["domain"])),
            str(gold[str(row["id"])]["language"]),
            _raw(row, renderer),
            str(gold[str(row["id"])]["body"]),
        )
        for row in rows
    )


def _raw(row: Mapping[str, object], renderer: str) -> Dump:
    source = str(row["id"])
    made = (
        html.render(str(row["html"]).encode(), source) if renderer == HTML else dump.from_text(str(row["text"]), source)
    )
    return replace(made, given=replace(made.given, url=f"http://{row['host']}/{source}"))


@cache
def memories(renderer: str) -> dict[str, RememberedSource]:
    """The memory of each host, from its pages and, for SIBLINGS, its further pages."""
    texts: dict[str, list[str]] = defaultdict(list)
    for page in pages(renderer):
        texts[page.host].append(page.raw.text)
    if renderer == SIBLINGS:
        for row in kit.rows("hosts/siblings.jsonl.gz"):
            texts[str(row["host"])].append(str(row["text"]))
    return {host: remembered(_learned(host, own)) for host, own in texts.items()}


def _learned(host: str, texts: list[str]) -> SourcePages:
    return merged(SourcePages(host, (), {}, {}), source_pages(host, map(learned_page, texts)))


@cache
def elsewhere(renderer: str) -> dict[str, int]:
    """The number of hosts that repeat each line, where MIN_SOURCES do."""
    hosts: dict[str, int] = defaultdict(int)
    for known in memories(renderer).values():
        for line in known.lines:
            hosts[line] += 1
    return {line: count for line, count in hosts.items() if count >= MIN_SOURCES}


def write_memory(renderer: str, path: Path) -> None:
    """Write a file of the hosts' memories."""
    with MemoryWriter(path, "memory") as out:
        for _, known in sorted(memories(renderer).items()):
            out.memory_of(replace(known, name=known.name.removeprefix("www.")))
        out.end(elsewhere(renderer))


def scores(renderer: str, memory: str) -> Iterator[tuple[HostPage, dict[str, float | None]]]:
    """For each page the scores of the kit's scorer; None for the precision of no text.

    No model has seen a page of the domain.  `memory` is the path of a memory, or "".
    """
    score = kit.scorer("score_text").score_page
    gold = {str(row["id"]): row for row in kit.rows("hosts/gold.jsonl.gz")}
    for page in pages(renderer):
        settings = settings_without(page.fold)
        known = replace(settings, sources=replace(settings.sources, memory=memory))
        text = desk.clean_dump(page.raw, known).article.text
        yield page, score(gold[page.id], {"text": text}, True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dumps", default=SIBLINGS)
    parser.add_argument("--html", action="store_true")
    chosen = parser.parse_args()
    renderer = HTML if chosen.html else chosen.dumps
    with TemporaryDirectory() as folder:
        path = Path(folder) / "hosts.memory"
        write_memory(renderer, path)
        for name, memory in (("without", ""), ("with", str(path))):
            rows: dict[str, list[tuple[float, ...]]] = defaultdict(list)
            for page, found in scores(renderer, memory):
                for group in (page.language, "all"):
                    rows[group].append(tuple(found[name] or 0.0 for name in ("precision", "recall", "f1")))
            print(f"{renderer}, {name} a memory\n{'':6}{'pages':>6}{'P':>8}{'R':>8}{'F1':>8}")
            for group, own in sorted(rows.items()):
                means = [sum(column) / len(own) for column in zip(*own, strict=True)]
                print(f"{group:6}{len(own):6}" + "".join(f"{mean:8.4f}" for mean in means))


if __name__ == "__main__":
    main()
