"""Other stories on the page, split into items: headline, blurb, caption, credit and date of one together."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from copydesk.characters import BULLETS, CLOSING_QUOTES, DASHES, SENTENCE_ENDS
from copydesk.document import Label
from copydesk.labelling.hints import AGENCY, BY, FIGURE, PICTURE
from copydesk.labelling.line import Line

MOST_KICKER_WORDS: Final = 3
"""A shorter line without the end of a sentence is the section over a headline rather than a headline."""

SITE_TAIL = re.compile(rf"[|{DASHES}-]\s+(?P<site>[^\W\d_a-z]\S{{0,30}}(?:\s\S{{1,30}}){{0,2}}(?<![.!?]))")
"""A line like "- YouTube": the tail of a page's title whose headline the scraper lost."""

BULLET = re.compile(rf"\A[{BULLETS}{DASHES}|-]\s+")

LEAST_BLURB_WORDS: Final = 12
"""A line of so many words with the end of a sentence inside is a blurb, though it breaks off."""

_SENTENCE_INSIDE = re.compile(rf"[{SENTENCE_ENDS}][{CLOSING_QUOTES}]?\s(?=\S)")

LEADS: Final = frozenset((Label.TIMESTAMP, Label.BYLINE, Label.CREDIT))
"""Parts that open every item of a list whose first line is one; else they belong to the headline above them."""


@dataclass(frozen=True, slots=True)
class Part:
    """The line with this number is the item's headline, text, caption ..."""

    line: int
    label: Label


def split(lines: Sequence[Line], run: Sequence[int]) -> list[tuple[Part, ...]]:
    """The items of a run of teaser lines (their numbers), each as its lines with their parts.

    An item opens with the tail of a page's title, with a caption that has its credit, with a bullet or a date where
    the list begins with one, and with a headline or sentence where the item at hand already has its own.
    """
    items: list[list[Part]] = []
    bulleted = [BULLET.match(lines[number].text) is not None for number in run]
    parts = _parts(lines, run, bulleted)
    held: set[Label] = set()
    for at, (number, label) in enumerate(zip(run, parts, strict=True)):
        tail = label is Label.TAGS and SITE_TAIL.fullmatch(lines[number].text) is not None
        leads = (bulleted[0] and bulleted[at]) or (parts[0] in LEADS and label is parts[0])
        begins = leads and not held.isdisjoint((Label.TITLE, Label.PARAGRAPH))
        if not items or tail or begins or _opens(label, held, lines[number].apart):
            items.append([])
            held = set()
        elif label is Label.TITLE and Label.PARAGRAPH not in held and Label.TITLE in held and not lines[number].apart:
            label = Label.PARAGRAPH  # right below the headline: its blurb
        items[-1].append(Part(number, label))
        held.add(label)
    return [tuple(item) for item in items]


def _parts(lines: Sequence[Line], run: Sequence[int], bulleted: list[bool]) -> list[Label]:
    """What each line is in its item, without regard to the items' borders."""
    parts = [_part(lines[number]) for number in run]
    for at, part in enumerate(parts):
        beside = bulleted[max(at - 1, 0) : at] + bulleted[at + 1 : at + 2]
        if part is Label.TAGS and bulleted[at] and any(beside):
            parts[at] = Label.TITLE  # one of a list, and no tail of a page's title
    for at in range(1, len(run)):
        below_is_credit = parts[at] is Label.CREDIT and not lines[run[at]].apart
        if below_is_credit and parts[at - 1] in (Label.PARAGRAPH, Label.TITLE):
            parts[at - 1] = Label.CAPTION
    return parts


def _part(line: Line) -> Label:
    if SITE_TAIL.fullmatch(line.text):
        return Label.TAGS
    if line.hints & (PICTURE | AGENCY) and line.facts.is_credit:
        return Label.CREDIT
    if line.hints & FIGURE and line.facts.is_timestamp:
        return Label.TIMESTAMP
    if line.hints & BY and line.facts.is_byline:
        return Label.BYLINE
    breaks_off = line.words >= LEAST_BLURB_WORDS and _SENTENCE_INSIDE.search(line.text) is not None
    if (line.is_prose and line.ends) or breaks_off:
        return Label.PARAGRAPH
    return Label.TITLE if line.words > MOST_KICKER_WORDS else Label.TAGS


def _opens(label: Label, held: set[Label], apart: bool) -> bool:
    """Whether a line of this part opens an item, given the parts of the item at hand; `apart`: a blank line before."""
    if label is Label.CAPTION:  # with its credit; right below its headline it belongs there
        return apart or bool(held - {Label.TITLE})
    if label is Label.TITLE:
        return bool(held & {Label.TITLE, Label.PARAGRAPH})
    if label is Label.PARAGRAPH:
        return Label.PARAGRAPH in held and not held & {Label.TITLE, Label.CAPTION}
    return label is Label.TAGS and bool(held & {Label.TITLE, Label.PARAGRAPH})
