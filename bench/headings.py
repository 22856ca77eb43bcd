"""Headings and phrases that a source repeats inside its stories, with a memory: `python -m bench.headings`.

`headings.json` names lines of the kit's pages that were read and judged to be of the story ("Conclusion", "Here's the
latest:", the name below a column), by the page and the digest of the line: no text of others is here.  For each page
a source is made: its frame around the stories of other pages, which have its headings between their paragraphs, all of
them or some.  The page is cleaned with and without the memory of this source, by a model that saw nothing of its
domain.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

import msgspec

from bench import kit
from bench.folds import fold_of, settings_without, table
from copydesk import desk, dump
from copydesk.document import STORY
from copydesk.learn import MIN_SOURCES
from copydesk.source_memory.frozen import remembered
from copydesk.source_memory.line_keys import line_key
from copydesk.source_memory.memory_files import MemoryWriter
from copydesk.source_memory.pages import SourcePages, learned_page, merged, source_pages

LIST: Final = Path(__file__).with_name("headings.json")

PAGES: Final = 20
"""Other pages of a source."""

SHARES: Final = (0.2, 1.0)
"""Shares of the other pages that have a heading."""

MAX_PARAGRAPHS: Final = 60
"""Paragraphs of a story that are used."""

SEED: Final = 1

HOST: Final = "example.org"


@dataclass(frozen=True, slots=True)
class Heading:
    """A line of a story.  `page` is the id of a page of the kit, `digest` that of the line as a memory compares it."""

    page: str
    digest: str


@dataclass(frozen=True, slots=True)
class StoryPage:
    """A page of the kit: the lines of its dump, and those of its story as the gold has them."""

    domain: str
    language: str
    lines: tuple[str, ...]
    story: tuple[str, ...]


@cache
def headings() -> tuple[Heading, ...]:
    """The lines that were judged to be of the story."""
    return tuple(
        Heading(page, line) for page, line in msgspec.json.decode(LIST.read_bytes(), type=list[tuple[str, str]])
    )


def line_digest(line: str) -> str:
    """The digest by which the list names a line; "" if it has no letter and no digit."""
    key = line_key(line.strip())
    return f"{key.digest:016x}" if key else ""


@cache
def pages() -> dict[str, StoryPage]:
    """The pages of the kit and of its hosts, by their ids."""
    texts = dict(kit.dumps("html_text"))
    texts |= {str(row["id"]): str(row["text"]) for row in kit.rows("hosts/dumps/html_text.jsonl.gz")}
    golds = [*kit.rows("gold.jsonl.gz"), *kit.rows("hosts/gold.jsonl.gz")]
    return {
        str(row["id"]): StoryPage(
            str(row["domain"]), str(row["language"]), _lines(texts[str(row["id"])]), _lines(str(row["body"]))
        )
        for row in golds
        if str(row["id"]) in texts
    }


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line_digest(line))


def source(name: str, share: float) -> list[str]:
    """The texts of a page and of PAGES made ones: its frame around other stories, with its headings between them."""
    page = pages()[name]
    found = set(map(line_digest, page.story))
    inside = [n for n, line in enumerate(page.lines) if line_digest(line) in found]
    above, below = page.lines[: inside[0]], page.lines[inside[-1] + 1 :]
    random = Random(f"{SEED} {name} {share}")
    wanted = {one.digest for one in headings() if one.page == name}
    own = [line for line in dict.fromkeys(page.story) if line_digest(line) in wanted]
    made = ["\n".join((*above, *_with(_story(other), own, page, random, share), *below)) for other in _others(name)]
    return ["\n".join(page.lines), *made]


def _others(name: str) -> list[StoryPage]:
    """Pages of other domains, if there are so many in the same language."""
    page = pages()[name]
    others = [one for one in pages().values() if one.domain != page.domain]
    same = [one for one in others if one.language == page.language]
    return Random(f"{SEED} {name}").sample(same if len(same) >= PAGES else others, PAGES)


def _story(page: StoryPage) -> list[str]:
    """The paragraphs of a story, without the lines that this bench puts into others."""
    known = {one.digest for one in headings()}
    return [line for line in page.story if line_digest(line) not in known][:MAX_PARAGRAPHS]


def _with(story: Sequence[str], lines: Sequence[str], page: StoryPage, random: Random, share: float) -> list[str]:
    """A story with some of the lines, in their order: what is first or last in its own story stays so."""
    places: dict[int, list[str]] = defaultdict(list)
    chosen = [line for line in lines if random.random() < share]
    between = iter(sorted(random.randrange(1, max(2, len(story))) for _ in chosen))
    for line in chosen:
        at = next(between)
        places[0 if line == page.story[0] else len(story) if line == page.story[-1] else at].append(line)
    return [line for n in range(len(story) + 1) for line in (*places[n], *story[n : n + 1])]


def kept(names: Sequence[str], share: float | None) -> Iterator[bool]:
    """Whether each heading of the pages is in the story; `share` of the other pages have it, None is no memory."""
    elsewhere = _elsewhere()
    for name in names:
        page = pages()[name]
        settings = settings_without(fold_of(page.domain))
        raw = dump.from_text("\n".join(page.lines), name)
        raw = replace(raw, given=replace(raw.given, url=f"https://{HOST}/{name}"))
        with TemporaryDirectory() as folder:
            path = Path(folder) / "one.memory"
            if share is not None:
                _write(path, source(name, share), elsewhere)
            known = replace(settings, sources=replace(settings.sources, memory=str(path) if share is not None else ""))
            blocks = desk.clean_dump(raw, known).article.blocks
        story = Counter(line_digest(block.text) for block in blocks if block.label in STORY)
        yield from (story[one.digest] > 0 for one in headings() if one.page == name)


def _elsewhere() -> Mapping[str, int]:
    """The number of the made sources that repeat each heading."""
    counts = Counter(one.digest for one in headings())
    texts = {line_digest(line): line for page in pages().values() for line in page.story}
    keys = {digest: line_key(texts[digest]) for digest in counts}
    return {key.text: counts[digest] for digest, key in keys.items() if key and counts[digest] >= MIN_SOURCES}


def _write(path: Path, texts: Sequence[str], elsewhere: Mapping[str, int]) -> None:
    found = merged(SourcePages(HOST, (), {}, {}), source_pages(HOST, map(learned_page, texts)))
    with MemoryWriter(path, "memory") as out:
        out.memory_of(remembered(found))
        out.end(elsewhere)


def main() -> None:
    """Print how many headings are story without a memory, and how many of them with one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lost", action="store_true", help="print the lines that a memory cuts")
    chosen = parser.parse_args()
    names = sorted({one.page for one in headings()})
    before = list(kept(names, None))
    rows: list[list[str | int | float]] = [["without a memory", sum(before), sum(before) / len(before), ""]]
    ordered = [one for name in names for one in headings() if one.page == name]
    for share in SHARES:
        after = list(kept(names, share))
        stayed = sum(map(min, before, after))
        rows.append([f"on {share:.0%} of the other pages", sum(after), sum(after) / len(after), stayed / sum(before)])
        if chosen.lost:
            texts = {line_digest(line): line for page in pages().values() for line in page.story}
            for one, was, is_now in zip(ordered, before, after, strict=True):
                if was and not is_now:
                    print(f"{share:.0%} {one.page}: {texts[one.digest]}")
    print(table((f"{len(before)} headings", "story", "share", "of those without"), rows))


if __name__ == "__main__":
    main()
