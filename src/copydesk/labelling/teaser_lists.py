"""Lists of other stories: which lines belong to them, and into which items they are cut."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import Final

from copydesk.document import STORY, TEASERS, Label
from copydesk.edits import Rule
from copydesk.html_lines import COLUMNS
from copydesk.labelling import line_rules, teaser_items
from copydesk.labelling.line import Line
from copydesk.labelling.state import LIKELY, SURE, LabelState
from copydesk.labelling.teaser_items import ListLine
from copydesk.labelling.teaser_parts import above_credit, begins_item, is_credit, is_opening, is_site_tail, parts_of
from copydesk.labelling.verdict import Role, Verdict
from copydesk.text import fold


@dataclass(frozen=True, slots=True)
class TeaserListThresholds:
    """When a line belongs to a list of other stories.

    Set by reading, October 2026 (`python -m bench.labels`), and from `reach` on with `python -m bench.teasers`,
    November 2026.  Shares are from 0 to 1.
    """

    min_words: int = 4
    """Words of a line that is a teaser by its length, or because it is printed again."""

    min_share: float = 0.25
    """The model's share for the labels of teasers."""

    min_story_above: float = 0.25
    """If this share of the story's words is above "More from Example Media", the list goes to the end of the page."""

    max_section: int = 3
    """Words of the section between the heading of a list and its first headline."""

    min_announced: int = 2
    """Lines of a story that begin alike and announce other stories: "READ THIS | headline"."""

    min_words_announced: int = 5
    """Words of such a line."""

    reach: int = 6
    """Lines around a teaser that may belong to its list."""

    least_share: float = 0.01
    """The share of a line for being part of an item is this at least, and at most 1 minus this."""

    share_by_rule: float = 0.99
    """The share of a line that a rule or a profile has labelled as a teaser."""

    share_below_heading: float = 0.45
    """The share of a line below the heading of a list; the model's share is added, multiplied by the rest to 1."""

    share_right_below_heading: float = 0.85
    """The least share of the first line below a heading that a phrase shows: also a list of one item is one."""

    share_of_read: float = 0.5
    """The least share of a date, byline, credit, caption or button: they belong to the items around them, or not."""

    share_of_copy: float = 0.6
    """The least share of a line that is a headline in a list elsewhere on the page."""

    share_of_rank: float = 0.7
    """The least share of a rank, a word like "Next" or the end of a page's title."""

    min_ranks: int = 3
    """Numbers that follow each other from 1 on and are ranks."""

    min_in_block: int = 3
    """Lines of a block below a heading, above one that reads like a story.  Set with the kit's hosts, November 2026."""

    max_in_block: int = 120
    """Words of such a block that read like a story, if there are no more above the heading.  Set like the one above."""

    min_teasers: float = 0.6
    """If at least this share of these lines are teasers, the whole block is a list.  Set like the one above."""


THRESHOLDS: Final = TeaserListThresholds()

AFTER_HEADING = Rule("label.after-teaser-heading", "is below the heading of a list of other stories")
ANNOUNCED = Rule("label.announced-alike", 'begins with the same words and a bar as other lines: "READ THIS | headline"')
ITEM = Rule("label.teaser-item", "belongs to an item of a list of other stories, by the shape of the list")

RULES: Final = (AFTER_HEADING, ANNOUNCED, ITEM)

_IN_LISTS: Final = frozenset((None, Label.CAPTION, Label.CREDIT, Label.TIMESTAMP, Label.BYLINE))
"""Labels of lines that may be part of a list of stories."""

_NEVER_IN_ITEMS: Final = STORY | {Label.TITLE, Label.DECK, Label.COPYRIGHT, Label.COMMENT}
_READ: Final = frozenset((Label.TIMESTAMP, Label.BYLINE, Label.CREDIT, Label.CAPTION, Label.DUPLICATE))
_BY_PHRASE: Final = frozenset((line_rules.LINE, line_rules.OPENING, line_rules.HEAD))

_LINK_ONLY: Final = COLUMNS.index("link only")
_ANNOUNCEMENT = re.compile(r"(?P<head>[^|]{4,40}?)\s\|\s")


def teasers(state: LabelState, head: range) -> None:
    """Label the lines below the heading of a list of other stories, down to where the story goes on."""
    lines, verdicts = state.lines, state.verdicts
    _announced_alike(state)
    above = list(
        accumulate([line.words * is_story for line, is_story in zip(lines, state.story, strict=True)], initial=0)
    )
    stop = 0
    for n, verdict in enumerate(verdicts):
        if n < stop or verdict is None or verdict.label is not Label.TEASER_HEADING:
            continue
        is_final = verdict.role is Role.OTHER_SOURCE and above[n] >= above[-1] * THRESHOLDS.min_story_above
        linked = n + 1 if verdict.share is None and n + 1 < len(lines) and _is_link(lines[n + 1]) else None
        goes_on = (
            m for m in range(n + 1, len(lines)) if m != linked and not is_final and _goes_on(state, m, head.start - 1)
        )
        stop = next(goes_on, len(lines))
        first = n + 2 if n + 2 < stop and _is_section(lines[n + 1]) else n + 1
        for m in range(n + 1, stop):
            known = state.label(m)
            is_teaser = m == linked or _is_teaser(state, m, first, is_final=is_final)
            if known in _IN_LISTS and not (known and m in head) and is_teaser:
                role = Role.OTHER_SOURCE if is_final and (known or lines[m].is_prose) else None
                state.set_label(m, Label.TEASER, AFTER_HEADING, role)
        for m in _block(state, n, stop, above[n]):
            if state.label(m) in _IN_LISTS:
                state.set_label(m, Label.TEASER, AFTER_HEADING)


def _block(state: LabelState, heading: int, stop: int, words_above: int) -> range:
    """The block below the heading of a list, if `stop` is inside and most lines above it are teasers; else nothing.

    A block has no blank line inside: a summary in a list may read like a story.  It is no list if two paragraphs of the
    story follow each other in it, or if more of the story is in it than the `words_above`.
    """
    lines, nothing = state.lines, range(0)
    above = range(heading + 1, stop)
    found = sum(state.label(n) is Label.TEASER for n in above)
    if not state.is_spaced or not lines[heading].apart:
        return nothing
    if len(above) < THRESHOLDS.min_in_block or found < THRESHOLDS.min_teasers * len(above):
        return nothing
    if any(lines[n].apart for n in range(heading + 2, min(stop + 1, len(lines)))):
        return nothing
    end = next((n for n in range(stop, len(lines)) if lines[n].apart), len(lines))
    words = sum([lines[n].words for n in range(stop, end) if state.story[n]])
    goes_on = any(state.is_running(n) and state.is_running(n + 1) for n in range(stop, end - 1))
    return nothing if goes_on or words > max(words_above, THRESHOLDS.max_in_block) else range(heading + 1, end)


def _announced_alike(state: LabelState) -> None:
    """Label lines in and below the story that begin with the same words and a bar, each with another headline."""
    heads = {
        n: fold(found["head"])
        for n, line in enumerate(state.lines)
        if "|" in line.text
        and state.verdicts[n] is None
        and line.words >= THRESHOLDS.min_words_announced
        and (n == 0 or state.is_running(n - 1))
        and (found := _ANNOUNCEMENT.match(line.text))
    }
    times = Counter(heads.values())
    for n, announcement in heads.items():
        says_something = " " in announcement and not any(char.isdigit() for char in announcement)  # no numbers of lines
        if times[announcement] >= THRESHOLDS.min_announced and says_something:
            state.set_label(n, Label.TEASER, ANNOUNCED, Role.ANNOUNCED)


def _is_link(line: Line) -> bool:
    """Whether all of a short line of a page is a link: right below a heading, it is the headline of another story."""
    return bool(line.origin) and bool(line.origin[_LINK_ONLY]) and not line.is_prose


def _is_section(line: Line) -> bool:
    """Whether the line may be a section between the heading of a list and its first headline."""
    return line.words <= THRESHOLDS.max_section and not line.ends


def _is_teaser(state: LabelState, n: int, first: int, *, is_final: bool) -> bool:
    """Whether a line below a heading belongs to its list, of which `first` is the first line.

    Below a final heading, lines that read like a story belong to the list too, unless the line comes from a page: the
    model of pages decides that better.
    """
    line = state.lines[n]
    if any(line.origin) and state.story_shares[n] >= LIKELY:
        return False
    follows = state.label(n - 1) in TEASERS
    if state.label(n):
        return follows or is_final
    is_item = line.words >= THRESHOLDS.min_words or line.text.startswith("- ") or (follows and not line.apart)
    share = sum([state.share(n, label) for label in TEASERS])
    return is_item and (n == first or share >= THRESHOLDS.min_share or (is_final and (follows or state.story[n])))


def _goes_on(state: LabelState, n: int, title: int) -> bool:
    """Whether the story begins or continues with the line."""
    return n == title or (state.story[n] and (state.lines[n].is_prose or state.story_shares[n] >= SURE))


def items(state: LabelState, verdicts: list[Verdict]) -> list[Verdict]:
    """The verdicts, with the lists of other stories cut into items.

    Lines that a list takes in become teasers; a teaser that fits into no item has no `part`, and is in no record.
    """
    copies = _copies(state, verdicts)
    lists = list(_lists(verdicts, copies))
    cut = teaser_items.cut([_list_lines(state, verdicts, numbers, copies) for numbers in lists])
    for numbers, found in zip(lists, cut, strict=True):
        for item in found:
            for n, part in zip(numbers[item.start : item.stop], item.parts, strict=True):
                verdict = verdicts[n] if verdicts[n].label is Label.TEASER else Verdict(Label.TEASER, ITEM)
                verdicts[n] = replace(verdict, part=part, begins=n == numbers[item.start])
    return verdicts


def _copies(state: LabelState, verdicts: Sequence[Verdict]) -> frozenset[int]:
    """The numbers of lines outside the story that repeat a teaser: the page prints a headline in several lists."""
    again = {
        line.folded
        for line, verdict in zip(state.lines, verdicts, strict=True)
        if verdict.label is Label.TEASER and line.words >= THRESHOLDS.min_words and state.times[line.folded] > 1
    }
    if not again:
        return frozenset()
    return frozenset(
        n
        for n, (line, verdict) in enumerate(zip(state.lines, verdicts, strict=True))
        if line.folded in again and verdict.label is not Label.TEASER and _may_be_inside(verdict)
    )


def _lists(verdicts: Sequence[Verdict], copies: Collection[int]) -> Iterator[range]:
    """The stretches of lines in which items may be: teasers, and a few lines around them."""

    def is_teaser(n: int) -> bool:
        is_in_list = verdicts[n].part is None and verdicts[n].label is Label.TEASER
        return is_in_list or n in copies

    stop = 0
    while (first := next(filter(is_teaser, range(stop, len(verdicts))), None)) is not None:
        start = first
        while start > stop and first - start < THRESHOLDS.reach and _may_be_inside(verdicts[start - 1]):
            start -= 1
        last, stop = first, first + 1
        while stop < len(verdicts) and stop - last <= THRESHOLDS.reach and _may_be_inside(verdicts[stop]):
            last = stop if is_teaser(stop) else last
            stop += 1
        yield range(start, stop)


def _may_be_inside(verdict: Verdict) -> bool:
    """Whether a line with this verdict may be part of an item."""
    if verdict.part is not None or verdict.label in _NEVER_IN_ITEMS:  # a rule has cut the item already
        return False
    return verdict.label in (Label.CONTROL, Label.TEASER) or verdict.rule not in _BY_PHRASE


def _list_lines(
    state: LabelState, verdicts: Sequence[Verdict], numbers: range, copies: Collection[int]
) -> list[ListLine]:
    """The lines of a list, for the cut."""
    lines = [state.lines[n] for n in numbers]
    repeats = [False, *(line.folded == above.folded for above, line in pairwise(lines))]
    times = Counter([line.folded for line, is_copy in zip(lines, repeats, strict=True) if not is_copy])
    ranks = _ranks(lines)
    found: list[ListLine] = []
    for at, (n, line) in enumerate(zip(numbers, lines, strict=True)):
        verdict = verdicts[n]
        opens = at in ranks or is_opening(line)
        share = _share(state, verdict, n)
        if opens or is_site_tail(line):
            share = max(share, THRESHOLDS.share_of_rank)
        if _is_right_below_heading(state, verdicts, n):
            share = max(share, THRESHOLDS.share_right_below_heading)
        if n in copies:
            share = max(share, THRESHOLDS.share_of_copy)
        options = parts_of(line, verdict.label, opens=opens, comes_again=times[line.folded] > 1)
        if at + 1 < len(lines) and not lines[at + 1].apart and is_credit(lines[at + 1]):
            options = above_credit(options)
        may_be_title = any(part is Label.TITLE for part, _ in options)
        is_sentence_over = at == 0 or lines[at - 1].ends or line.apart
        found.append(
            ListLine(
                options=options,
                share=min(max(share, THRESHOLDS.least_share), 1 - THRESHOLDS.least_share),
                apart=line.apart,
                repeats=repeats[at],
                goes_on=may_be_title and line.text[0].islower() and not is_sentence_over,
                begins=begins_item(line),
                may_head=verdict.label is Label.TEASER_HEADING,
            )
        )
    return found


def _is_right_below_heading(state: LabelState, verdicts: Sequence[Verdict], n: int) -> bool:
    """Whether a teaser is the first one below the heading of its list, perhaps with its section in between."""
    if verdicts[n].label is not Label.TEASER or n == 0:
        return False
    above = n - 1
    if above and verdicts[above].label is Label.TEASER and _is_section(state.lines[above]):
        above -= 1
    heading = verdicts[above]
    return heading.label is Label.TEASER_HEADING and heading.rule in _BY_PHRASE


def _share(state: LabelState, verdict: Verdict, n: int) -> float:
    """The share of the line for being part of an item, from the model and from the rule that labelled it."""
    share = state.other_stories(n)
    if verdict.label is Label.TEASER and verdict.share is None:
        if verdict.rule is AFTER_HEADING and verdict.role is None:
            return THRESHOLDS.share_below_heading + (1 - THRESHOLDS.share_below_heading) * share
        return max(share, THRESHOLDS.share_by_rule)
    if verdict.label in _READ or (verdict.label is Label.CONTROL and verdict.share is None):
        return max(share, THRESHOLDS.share_of_read)
    return share


def _ranks(lines: Sequence[Line]) -> set[int]:
    """The places of lines that are ranks: the numbers 1, 2, 3 ... with other lines between them."""
    found: set[int] = set()
    run: list[int] = []
    for at, line in enumerate(lines):
        number = line.text.rstrip(".)")
        if len(number) <= 2 and number.isdecimal():
            run = [*run, at] if int(number) == len(run) + 1 else [at] * (int(number) == 1)
            if len(run) >= THRESHOLDS.min_ranks:
                found.update(run)
    return found
