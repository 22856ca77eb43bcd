"""What the memory of a source says about each line of a dump, as columns of numbers for the trees."""

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from copydesk.source_memory.frozen import NO_PART, Entry, RememberedSource
from copydesk.source_memory.line_keys import LineKey, line_key
from copydesk.source_memory.pages import first_line
from copydesk.source_memory.title_parts import title_parts
from copydesk.text import fold


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


@dataclass(frozen=True, slots=True)
class PartEvidence:
    """What other pages say about a part of the page's title, which is `text` there.

    `pages` other pages of the source have it behind the headline, and `last` of them at the end, of `of` pages.
    """

    text: str
    pages: int
    last: int
    of: int


@dataclass(frozen=True, slots=True)
class DumpEvidence:
    """What a memory says about the lines of a raw text that have a letter or a digit.

    `starts` and `ends` are the places of these lines in the text, and `found` has the evidence of each.  `nothing` is
    the evidence of any other line.  `title` has the parts of the page's title, if other pages have the last.
    """

    starts: Sequence[int]
    ends: Sequence[int]
    found: Sequence[LineEvidence]
    nothing: LineEvidence
    title: Sequence[PartEvidence] = ()

    def between(self, start: int, end: int) -> LineEvidence:
        """The evidence of a stretch of the text: that of the rarest line of which it has a part."""
        lines = self.found[bisect_right(self.ends, start) : bisect_left(self.starts, end)]
        return min(lines, key=_rarity, default=self.nothing)

    @property
    def digest(self) -> str:
        """The first 64 bits of the SHA-256 of what the memory says about the lines that it met, in hexadecimal digits.

        Only these lines, of their entries only what `revision` reads, and the parts of the title can change a record:
        with the same digest, the dump gives the same record.
        """
        met: list[tuple[int | str, ...]] = [
            (place, one.pages, one.masked, one.of, one.elsewhere, one.entry.repeated if one.entry else 0)
            for place, one in enumerate(self.found)
            if one.masked
        ]
        met += [(part.text, part.pages, part.last, part.of) for part in self.title]
        return hashlib.sha256(msgspec.json.encode(met)).hexdigest()[:16]


def dump_evidence(
    text: str, source: RememberedSource, elsewhere: Mapping[str, int], *, is_learned: bool
) -> DumpEvidence:
    """The evidence for the lines of a raw text.

    `is_learned` says that the text is one of the learned pages, which does not count then.
    """
    starts: list[int] = []
    ends: list[int] = []
    found: list[LineEvidence] = []
    at = 0
    for line in text.splitlines(keepends=True):
        key = line_key(line.strip())
        if key:
            starts.append(at)
            ends.append(at + len(line))
            found.append(_of_key(key, source, elsewhere, is_learned=is_learned))
        at += len(line)
    nothing = LineEvidence(0, 0, max(0, source.pages - is_learned), 0, None)
    is_title = bool(found) and not found[0].pages
    title = _title(text, source, is_learned=is_learned) if is_title and source.parts else ()
    return DumpEvidence(starts, ends, found, nothing, title)


def _title(text: str, source: RememberedSource, *, is_learned: bool) -> tuple[PartEvidence, ...]:
    """The parts of the title, if other pages have the last one."""
    parts = title_parts(first_line(text))
    of = max(0, source.pages - is_learned)
    found: list[PartEvidence] = []
    for place, part in enumerate(parts, 1):
        known = source.parts.get(fold(part), NO_PART)
        last = known.last - (is_learned and place == len(parts))
        found.append(PartEvidence(part, max(0, known.pages - is_learned), max(0, last), of))
    return tuple(found) if found and found[-1].last else ()


def _rarity(one: LineEvidence) -> tuple[int, int, int]:
    return one.masked, one.pages, one.elsewhere


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
