"""A draft of a source profile, from pages of the source that are cleaned with a memory.  A person reads it first."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from copydesk import library
from copydesk.config import Config
from copydesk.document import Label, Reject
from copydesk.labelling.by_memory import SOURCE_MEMORY
from copydesk.source_memory.sources import host_of
from copydesk.terminal import escaped

MIN_PAGES: Final = 2
"""Pages with a line from which on it comes into a draft."""

MIN_SHARE: Final = 0.5
"""Share of the pages that must state a publisher for the draft to name it."""

_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class ProfileDraft:
    """What the pages of a source show: `lines` has pairs of a pattern and a label, with the number of pages."""

    source: str
    pages: int
    publisher: str | None
    lines: tuple[tuple[str, Label, int], ...]

    def to_toml(self) -> str:
        """The profile as a file; comments say what a person must look at."""
        rows = [
            f"# A draft by `copydesk profile new`, from {self.pages} pages.  Delete what is not so.",
            f"evidence = {quoted(f'{self.pages} pages of {self.source}; lines that nearly all pages have')}",
            f"hosts = [{quoted(self.source)}]",
        ]
        if self.publisher:
            rows.append(f"publisher = {quoted(self.publisher)}")
        for pattern, label, pages in self.lines:
            rows += ["", f"[[lines]]  # on {pages} of the pages", f"pattern = {quoted(pattern)}", f'label = "{label}"']
        return "\n".join(rows) + "\n"


def draft(source: str, paths: Sequence[Path], settings: Config, jobs: int | None = None) -> ProfileDraft:
    """The draft for a source (a host) from its pages among the dumps at `paths`, cleaned with the settings' memory."""
    pages = 0
    publishers: Counter[str] = Counter()
    on_pages: Counter[str] = Counter()
    labels: dict[str, Counter[Label]] = defaultdict(Counter)
    for found in library.read(list(paths), settings=settings, jobs=jobs):
        if isinstance(found, Reject) or host_of(found.article.metadata.url) != source:
            continue
        pages += 1
        publishers.update(filter(None, [found.article.metadata.publisher]))
        lines = {block.text: block.label for block in found.article.blocks if block.why == SOURCE_MEMORY.name}
        patterns = {pattern_of(text): label for text, label in lines.items() if "\n" not in text}
        on_pages.update(list(patterns))
        for pattern, label in patterns.items():
            labels[pattern][label] += 1
    publisher, times = publishers.most_common(1)[0] if publishers else (None, 0)
    chosen = sorted((-count, pattern) for pattern, count in on_pages.items() if count >= MIN_PAGES)
    return ProfileDraft(
        source,
        pages,
        publisher if times >= MIN_SHARE * pages else None,
        tuple((pattern, labels[pattern].most_common(1)[0][0], -count) for count, pattern in chosen),
    )


def pattern_of(text: str) -> str:
    """A regular expression that matches the line with any numbers."""
    return _NUMBER.sub(lambda _: r"\d+", re.escape(text).replace("\\ ", " "))


def quoted(text: str) -> str:
    """A text as a string of TOML on one line, harmless for a terminal."""
    return escaped(json.dumps(text, ensure_ascii=False))
