"""The parts of a story: its blocks, of which lines of code and rows of a table that follow each other are one part."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from copydesk.document import STORY, Block, Label, Link, Record
from copydesk.edits import Edit, inside

_SPACE = re.compile(r"\s*")


def story_parts(lead: str, blocks: Sequence[Block]) -> Iterator[tuple[Label, str]]:
    """(label, text) of each part of the story, in reading order.

    A part is a block; but blocks of code that follow each other are one part, with the line breaks and the indentation
    between them, and so are the rows of a table, with the tabs of empty cells at their ends.  `lead` is the text before
    the first block.
    """
    before, label, part = lead, Label.PARAGRAPH, ""
    for block in blocks:
        if block.label is Label.CODE:
            text, breaks = _indentation(before) + block.text, _breaks(before)
        elif block.label is Label.TABLE_ROW:
            text, breaks = row_text(before, block), 1
        else:
            text, breaks = block.text, 0
        goes_on = block.label is label and part and breaks and (label is Label.CODE or _is_next_row(part, before, text))
        if goes_on:
            part += "\n" * breaks + text
        else:
            if part:
                yield label, part
            label, part = block.label, text if block.label in STORY else ""
        before = block.gap
    if part:
        yield label, part


def row_text(before: str, row: Block) -> str:
    """The cells of a row with tabs between them.  `before` is the gap above it, which may end with empty cells."""
    return "\t" * _tabs_at_end(before) + row.text + "\t" * _tabs_at_end(row.gap[::-1])


def _tabs_at_end(gap: str) -> int:
    """The number of tabs, which are empty cells."""
    return len(gap) - len(gap.rstrip("\t"))


def _is_next_row(table: str, gap: str, row: str) -> bool:
    """Whether a row is in the line below a table's, and has as many cells as its last row."""
    return _breaks(gap) == 1 and row.count("\t") == table.count("\t", table.rfind("\n") + 1)


def _breaks(gap: str) -> int:
    """The number of line breaks in a gap; at least 1."""
    return max(1, len(f"|{gap}|".splitlines()) - 1)


def _indentation(gap: str) -> str:
    """The spaces and tabs at the end of a gap, before the first character of a line."""
    line = f"|{gap}".splitlines()[-1].removeprefix("|") if gap else ""
    return line if not line.strip(" \t") else ""


def text_links(record: Record) -> Iterator[Link]:
    """The links of an article's story, in order, with places in its `text` instead of the raw text."""
    at = 0
    for block in record.blocks:
        if block.label not in STORY:
            continue
        space = _SPACE.match(record.text, at)  # only white space is between two blocks of the story
        at = space.end() if space else at
        if block.links:
            yield from _moved(block, inside(record.edits, block.start, block.end), at - block.start)
        at += len(block.text)


def _moved(block: Block, edits: Sequence[Edit], distance: int) -> Iterator[Link]:
    """The links of a block of which the text begins `distance` characters after its place in the raw text."""
    starts, ends = [edit.start for edit in edits], [edit.end for edit in edits]
    growth = [0, *accumulate([edit.growth for edit in edits])]
    for link in block.links:
        first = bisect_right(ends, link.start)  # edits in front of the link; what one inserts there is not in it
        last = min(bisect_left(starts, link.end), bisect_right(ends, link.end))
        cut = edits[last] if last < len(edits) and edits[last].start < link.end else None
        start = min(link.start, starts[first]) if first < len(edits) else link.start
        end = max(link.end, cut.end) + cut.growth if cut else link.end
        yield Link(start + growth[first] + distance, end + growth[last] + distance, link.href)
