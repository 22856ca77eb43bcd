"""A line by which the pages of a source can be recognised, if they have no address: a marker for its profile."""

import re
from collections import Counter
from typing import Final

import msgspec

from copydesk.batch.manifest import Manifest
from copydesk.batch.manifest_dumps import Dumps
from copydesk.profile_draft import pattern_of
from copydesk.review.queue import Queue, QueueRow

MAX_PAGES: Final = 200
"""Pages of the source, and pages of others, that are read for it: a second.  Chosen, not measured."""

MIN_PAGES: Final = 3
"""Pages that a source must have: what two pages share may be chance."""

LENGTHS: Final = range(12, 301)
"""Characters of a marker: a shorter line may be on the pages of any source, a longer one is text."""

_PRINTED: Final = "copyright"
"""The label of lines that name the publisher: the best markers."""

_LETTER = re.compile(r"[^\W\d_]")


class StoredLine(msgspec.Struct, frozen=True):
    """A line of a record in the output, with its place in the raw text."""

    text: str
    label: str
    start: int
    end: int

    @property
    def can_mark(self) -> bool:
        """Whether it is a line of the raw text, as it is there, that says something."""
        is_raw = "\n" not in self.text and len(self.text) == self.end - self.start
        return is_raw and len(self.text) in LENGTHS and _LETTER.search(self.text) is not None


class _Lines(msgspec.Struct, frozen=True):
    blocks: tuple[StoredLine, ...] = ()


_LINES: Final = msgspec.json.Decoder(_Lines)


def marker_of(queue: Queue, manifest: Manifest, row: QueueRow) -> str | None:
    """A pattern for a line that all pages of a record's source have, with any numbers in it, and no page of another.

    None if there is no such line, if the source has fewer than MIN_PAGES pages, or if the output has no other source.
    """
    own, others = queue.of_site(row.site, MAX_PAGES), queue.of_other_sites(row.site, MAX_PAGES)
    if len(own) < MIN_PAGES or not others:
        return None
    dumps = Dumps(manifest)
    pages: Counter[str] = Counter()
    printed: set[str] = set()
    for one in own:
        lines = {pattern_of(line.text): line.label for line in lines_of(dumps, one) if line.can_mark}
        pages.update(lines.keys())
        printed |= {pattern for pattern, label in lines.items() if label == _PRINTED}
    left = {pattern for pattern, count in pages.items() if count == len(own)}
    for one in others:
        left -= {pattern_of(line.text) for line in lines_of(dumps, one)}
    return max(left, key=lambda pattern: (pattern in printed, len(pattern), pattern), default=None)


def lines_of(dumps: Dumps, row: QueueRow) -> tuple[StoredLine, ...]:
    """The lines of a record; none if a run has changed it since."""
    try:
        return _LINES.decode(dumps.records_of(row.file, row.number)[0]).blocks
    except (TypeError, msgspec.DecodeError):
        return ()
