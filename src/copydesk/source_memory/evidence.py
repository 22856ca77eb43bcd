"""What the memory of a source says about each line of a dump, as columns of numbers for the trees."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass

import msgspec

from copydesk.source_memory.frozen import Entry, RememberedSource
from copydesk.source_memory.line_keys import LineKey, line_key


@dataclass(frozen=True, slots=True)
class LineEvidence:
    """What other pages say about a line.

    `pages` other pages of the source have the line, `masked` with any numbers in it, of `of` pages.  `elsewhere` is the
    number of other sources that repeat it, and `entry` what is remembered of it, if any.
    """

    pages: int
    masked: int
    of: int
    elsewhere: int
    entry: Entry | None


def evidence(
    lines: Sequence[str], source: RememberedSource, elsewhere: Mapping[str, int], *, is_learned: bool
) -> list[LineEvidence]:
    """The evidence for each line of a dump.  A line that was joined from several has that of its rarest part.

    `is_learned` says that the dump is one of the learned pages, which does not count then.
    """
    found: list[LineEvidence] = []
    for text in lines:
        keys = [key for part in text.splitlines() if (key := line_key(part.strip()))]
        parts = [_of_key(key, source, elsewhere, is_learned=is_learned) for key in keys]
        nothing = LineEvidence(0, 0, max(0, source.pages - is_learned), 0, None)
        found.append(min(parts, key=lambda one: (one.masked, one.pages, one.elsewhere), default=nothing))
    return found


def _of_key(key: LineKey, source: RememberedSource, elsewhere: Mapping[str, int], *, is_learned: bool) -> LineEvidence:
    exact = source.lines.get(key.text)
    masked = source.masked.get(key.masked)
    entry = masked if masked and (exact is None or masked.pages > exact.pages) else exact
    pages = max(0, exact.pages - is_learned) if exact else 0
    return LineEvidence(
        pages=pages,
        masked=max(pages, masked.pages - is_learned if masked else 0),
        of=max(0, source.pages - is_learned),
        elsewhere=elsewhere.get(key.text, 0),
        entry=entry,
    )


def evidence_digest(found: Sequence[LineEvidence]) -> str:
    """The first 64 bits of the SHA-256 of what a memory says about the lines of a dump, in hexadecimal digits."""
    return hashlib.sha256(msgspec.json.encode([astuple(one) for one in found])).hexdigest()[:16]
