"""Quotations and tables of the story: what the markup of a page says beyond the words.

These labels come after the model: a line that is story is a quotation if it is in `<blockquote>`, and a row if it is in
a table of data.  In a text, lines with tabs between their words are rows.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final

from copydesk.document import STORY, Label
from copydesk.edits import Rule
from copydesk.labelling.line import Line
from copydesk.labelling.verdict import Verdict
from copydesk.tab_rows import is_cell

QUOTE = Rule("label.quote", "a line of the story that the page marks as a quotation (<blockquote>)")
TABLE_ROW = Rule("label.table-row", "a row of a table of data, in the story")
RULES: Final = (QUOTE, TABLE_ROW)

MAX_QUOTATION: Final = 0.5
MAX_QUOTED: Final = 0.9
"""Share of the story's words in one quotation, and in all.  With more, the page uses the element to indent its text.

Set with `python -m bench.structure`, November 2026: a page of quotations has 47 of them in 75 % of its words.
"""

MIN_OF_TABLE: Final = 0.5
"""Share of the words of a table that the model takes for story: from here on, all of its rows are.

Set with `python -m bench.structure`, November 2026.
"""

_CHANGED: Final = frozenset((Label.PARAGRAPH, Label.HEADING, Label.LIST_ITEM))
"""The labels of the story that these labels replace."""

_OF_PICTURES: Final = frozenset((Label.CAPTION, Label.CREDIT))


def find(lines: Sequence[Line], verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts, with the labels of quotations and rows."""
    found = list(verdicts)
    _quotations(lines, found)
    _tables(lines, found)
    return found


def _quotations(lines: Sequence[Line], found: list[Verdict]) -> None:
    quoted = [n for n, line in enumerate(lines) if line.quotation and found[n].label in _CHANGED]
    story = sum([line.words for line, verdict in zip(lines, found, strict=True) if verdict.label in STORY])
    words = Counter[int]()
    for n in quoted:
        words[lines[n].quotation] += lines[n].words
    if words.total() <= MAX_QUOTED * story:
        for n in quoted:
            if words[lines[n].quotation] <= MAX_QUOTATION * story:
                found[n] = replace(found[n], label=Label.QUOTE, rule=QUOTE)


def _tables(lines: Sequence[Line], found: list[Verdict]) -> None:
    for table, numbers in groupby(range(len(lines)), key=lambda n: lines[n].table):
        rows = [n for n in numbers if all(map(is_cell, lines[n].text.split("\t")))] if table else []
        if not rows:
            continue
        story = [n for n in rows if found[n].label in _CHANGED]
        is_most = sum([lines[n].words for n in story]) >= MIN_OF_TABLE * sum([lines[n].words for n in rows])
        is_story = (story and is_most) or (lines[rows[0]].origin and _is_inside_story(rows, found))
        for n in rows if is_story else story:
            found[n] = replace(found[n], label=Label.TABLE_ROW, rule=TABLE_ROW)


def _is_inside_story(rows: Sequence[int], found: Sequence[Verdict]) -> bool:
    """Whether the lines right above and below a table are story, without captions between."""
    above, below = rows[0] - 1, rows[-1] + 1
    while above >= 0 and found[above].label in _OF_PICTURES:
        above -= 1
    while below < len(found) and found[below].label in _OF_PICTURES:
        below += 1
    return above >= 0 and below < len(found) and found[above].label in STORY and found[below].label in STORY
