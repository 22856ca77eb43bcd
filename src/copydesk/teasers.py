"""Splits a list of teasers into items: the headline, blurb, caption, credit and date of one story together."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from copydesk.characters import BULLETS, CLOSING_QUOTES, DASHES, SENTENCE_ENDS
from copydesk.document import Label
from copydesk.labelling.hints import AGENCY, BY, FIGURE, PICTURE
from copydesk.labelling.line import Line


@dataclass(frozen=True, slots=True)
class TeaserThresholds:
    """The thresholds of this module, in words.

    Used since November 2026; what set them is not recorded.  `python -m bench.thresholds` measures half and twice.
    """

    max_kicker: int = 3
    """A line up to this length that does not end a sentence is the section above a headline, not a headline."""

    min_blurb: int = 12
    """A line from this length on with the end of a sentence inside is a blurb, even if it breaks off."""


WORDS: Final = TeaserThresholds()

SITE_TAIL = re.compile(rf"[|{DASHES}-]\s+(?P<site>[^\W\d_a-z]\S{{0,30}}(?:\s\S{{1,30}}){{0,2}}(?<![.!?]))")
"""Matches a line like "- YouTube": the end of a page's title, of which the scraper lost the headline."""

BULLET = re.compile(rf"\A[{BULLETS}{DASHES}|-]\s+")
"""Matches the bullet at the beginning of an item."""

_SENTENCE_INSIDE = re.compile(rf"[{SENTENCE_ENDS}][{CLOSING_QUOTES}]?\s(?=\S)")

FIRST_LINES: Final = frozenset((Label.TIMESTAMP, Label.BYLINE, Label.CREDIT))
"""If the first line of a list has one of these labels, each item begins with such a line.

In other lists such a line belongs to the headline above it.
"""


@dataclass(frozen=True, slots=True)
class ItemLine:
    """A line of an item: its number on the page, and its label in the item (title, paragraph, caption ...)."""

    number: int
    label: Label


def split(lines: Sequence[Line], run: Sequence[int]) -> list[tuple[ItemLine, ...]]:
    """The items of a run of teaser lines, each as its lines.  `run` are the numbers of the lines.

    These lines begin a new item: the end of a page's title; a caption with its credit; a bullet or a date, if the list
    begins with one; a headline or a sentence, if the current item already has its own.
    """
    items: list[list[ItemLine]] = []
    has_bullet = [BULLET.match(lines[number].text) is not None for number in run]
    labels = _labels(lines, run, has_bullet)
    item_labels: set[Label] = set()
    for at, (number, label) in enumerate(zip(run, labels, strict=True)):
        is_site_tail = label is Label.TAGS and SITE_TAIL.fullmatch(lines[number].text) is not None
        is_first_line = (has_bullet[0] and has_bullet[at]) or (labels[0] in FIRST_LINES and label is labels[0])
        begins = is_first_line and not item_labels.isdisjoint((Label.TITLE, Label.PARAGRAPH))
        is_apart = lines[number].apart
        if not items or is_site_tail or begins or _begins_item(label, item_labels, is_apart=is_apart):
            items.append([])
            item_labels = set()
        elif (
            label is Label.TITLE and Label.TITLE in item_labels and Label.PARAGRAPH not in item_labels and not is_apart
        ):
            label = Label.PARAGRAPH  # right below the headline: its blurb
        items[-1].append(ItemLine(number, label))
        item_labels.add(label)
    return [tuple(item) for item in items]


def _labels(lines: Sequence[Line], run: Sequence[int], has_bullet: list[bool]) -> list[Label]:
    """The label of each line in its item, as far as the line and its neighbours give it."""
    labels = [_label(lines[number]) for number in run]
    for at, label in enumerate(labels):
        beside = has_bullet[max(at - 1, 0) : at] + has_bullet[at + 1 : at + 2]
        if label is Label.TAGS and has_bullet[at] and any(beside):
            labels[at] = Label.TITLE  # an item of a bullet list, not the end of a page's title
    for at in range(1, len(run)):
        is_credit_below = labels[at] is Label.CREDIT and not lines[run[at]].apart
        if is_credit_below and labels[at - 1] in (Label.PARAGRAPH, Label.TITLE):
            labels[at - 1] = Label.CAPTION
    return labels


def _label(line: Line) -> Label:
    """The label of a line by itself."""
    if SITE_TAIL.fullmatch(line.text):
        return Label.TAGS
    if line.hints & (PICTURE | AGENCY) and line.facts.is_credit:
        return Label.CREDIT
    if line.hints & FIGURE and line.facts.is_timestamp:
        return Label.TIMESTAMP
    if line.hints & BY and line.facts.is_byline:
        return Label.BYLINE
    breaks_off = line.words >= WORDS.min_blurb and _SENTENCE_INSIDE.search(line.text) is not None
    if (line.is_prose and line.ends) or breaks_off:
        return Label.PARAGRAPH
    return Label.TITLE if line.words > WORDS.max_kicker else Label.TAGS


def _begins_item(label: Label, item_labels: set[Label], *, is_apart: bool) -> bool:
    """Whether a line with this label begins a new item.

    `item_labels` are the labels of the current item so far; `is_apart` says whether a blank line is before the line.
    """
    if label is Label.CAPTION:  # it has its credit; right below a headline it belongs to that
        return is_apart or bool(item_labels - {Label.TITLE})
    if label is Label.TITLE:
        return bool(item_labels & {Label.TITLE, Label.PARAGRAPH})
    if label is Label.PARAGRAPH:
        return Label.PARAGRAPH in item_labels and not item_labels & {Label.TITLE, Label.CAPTION}
    return label is Label.TAGS and bool(item_labels & {Label.TITLE, Label.PARAGRAPH})
