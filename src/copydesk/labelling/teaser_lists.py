"""Lists of other stories, below a heading that announces them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from math import log2
from typing import Final

from copydesk.document import STORY, TEASERS, Label
from copydesk.edits import Rule
from copydesk.labelling import line_rules, teaser_items
from copydesk.labelling.state import LIKELY, SURE, LabelState
from copydesk.labelling.teaser_items import ListLine
from copydesk.labelling.teaser_parts import parts_of
from copydesk.labelling.verdict import Role, Verdict


@dataclass(frozen=True, slots=True)
class TeaserListThresholds:
    """When a line below the heading of a list is a teaser.  Set by reading, October 2026 (`python -m bench.labels`)."""

    min_words: int = 4
    """Words of a line that is a teaser by its length."""

    min_share: float = 0.25
    """The model's share for the labels of teasers, from 0 to 1."""

    min_story_above: float = 0.25
    """If this share of the story's words is above "More from Example Media", the list goes to the end of the page."""


THRESHOLDS: Final = TeaserListThresholds()

AFTER_HEADING = Rule("label.after-teaser-heading", "is below the heading of a list of other stories")

ITEM = Rule("label.teaser-item", "belongs to an item of a list of other stories, by the shape of the list")

RULES: Final = (AFTER_HEADING, ITEM)

_IN_LISTS: Final = frozenset((None, Label.CAPTION, Label.CREDIT, Label.TIMESTAMP, Label.BYLINE))
"""Labels of lines that may be part of a list of stories."""


def teasers(state: LabelState, head: range) -> None:
    """Label the lines below the heading of a list of other stories, down to where the story goes on."""
    lines, verdicts = state.lines, state.verdicts
    above = list(
        accumulate([line.words * is_story for line, is_story in zip(lines, state.story, strict=True)], initial=0)
    )
    stop = 0
    for n, verdict in enumerate(verdicts):
        if n < stop or verdict is None or verdict.label is not Label.TEASER_HEADING:
            continue
        is_final = verdict.role is Role.OTHER_SOURCE and above[n] >= above[-1] * THRESHOLDS.min_story_above
        goes_on = (m for m in range(n + 1, len(lines)) if not is_final and _goes_on(state, m, head.start - 1))
        stop = next(goes_on, len(lines))
        for m in range(n + 1, stop):
            known = state.label(m)
            if known in _IN_LISTS and not (known and m in head) and _is_teaser(state, m, n, is_final=is_final):
                state.set_label(m, Label.TEASER, AFTER_HEADING)


def _is_teaser(state: LabelState, n: int, heading: int, *, is_final: bool) -> bool:
    """Whether a line below the heading belongs to its list.

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
    return is_item and (n == heading + 1 or share >= THRESHOLDS.min_share or (is_final and (follows or state.story[n])))


def _goes_on(state: LabelState, n: int, title: int) -> bool:
    """Whether the story begins or continues with the line."""
    return n == title or (state.story[n] and (state.lines[n].is_prose or state.story_shares[n] >= SURE))


NEVER_IN_ITEMS: Final = STORY | {Label.TITLE, Label.DECK, Label.COPYRIGHT, Label.COMMENT}
READ: Final = frozenset((Label.TIMESTAMP, Label.BYLINE, Label.CREDIT, Label.CAPTION, Label.DUPLICATE))
REACH: Final = 6
WEIGHT: Final = 1.0
OUT_HEAD: Final = 0.5
RULE_A = 0.45
RULE_B = 0.55
AGAIN_SHARE = 0.6
READ_SHARE = 0.5
MIN_SHARE: Final = 0.02


MIN_SAME = 4


def _ranks(state, numbers):
    found, run, expected = set(), [], 1
    for n in numbers:
        text = state.lines[n].text.rstrip(".")
        if len(text) <= 2 and text.isdigit():
            if int(text) == expected and (expected > 1 or True):
                run.append(n)
                expected += 1
                continue
            if len(run) >= 3:
                found.update(run)
            run, expected = ([n], 2) if text == "1" else ([], 1)
    if len(run) >= 3:
        found.update(run)
    return found


def _again(state, verdicts):
    """Lines that repeat the headline of a teaser, somewhere else on the page."""
    heads = {line.folded for line, v in zip(state.lines, verdicts) if v.label is Label.TEASER and line.words >= MIN_SAME and state.times[line.folded] > 1 and state.share(0,Label.TEASER) is not None}
    if not heads:
        return frozenset()
    return frozenset(n for n, (line, v) in enumerate(zip(state.lines, verdicts)) if line.folded in heads and v.label is not Label.TEASER and _may_be_inside(v))


def items(state: LabelState, verdicts: list[Verdict]) -> list[Verdict]:
    """The verdicts, with the lists of other stories cut into items."""
    again = _again(state, verdicts)
    lists = _lists(verdicts, again)
    cut = teaser_items.cut([_list_lines(state, verdicts, each, again) for each in lists])
    for numbers, found in zip(lists, cut, strict=True):
        for item in found:
            for place, part in enumerate(item.parts):
                n = numbers[item.start + place]
                verdict = verdicts[n]
                if verdict.label is not Label.TEASER:
                    verdict = Verdict(Label.TEASER, ITEM)
                verdicts[n] = replace(verdict, part=part, begins=place == 0)
    return verdicts


def _lists(verdicts: Sequence[Verdict], again) -> list[range]:
    """The stretches of lines in which items may be: teasers, and a few lines around them."""
    found: list[range] = []
    n = 0
    while n < len(verdicts):
        verdict = verdicts[n]
        if verdict.role is Role.FURTHER_STORY or (verdict.label is not Label.TEASER and n not in again):
            n += 1
            continue
        floor = found[-1].stop if found else 0
        start = n
        while start > floor and n - start < REACH and _may_be_inside(verdicts[start - 1]):
            start -= 1
        stop, last = n + 1, n
        while stop < len(verdicts) and stop - last <= REACH and _may_be_inside(verdicts[stop]):
            if verdicts[stop].label is Label.TEASER or stop in again:
                last = stop
            stop += 1
        found.append(range(start, stop))
        n = stop
    return found


def _may_be_inside(verdict: Verdict) -> bool:
    label = verdict.label
    if verdict.role is Role.FURTHER_STORY or label in NEVER_IN_ITEMS:
        return False
    is_phrase = verdict.rule in (line_rules.LINE, line_rules.OPENING, line_rules.HEAD)
    return label in (Label.CONTROL, Label.TEASER) or not is_phrase


def _list_lines(state: LabelState, verdicts: Sequence[Verdict], numbers: range, again) -> list[ListLine]:
    times = Counter([state.lines[n].folded for n in numbers if not n or state.lines[n].folded != state.lines[n - 1].folded])
    ranks = _ranks(state, numbers)
    return [_list_line(state, verdicts, n, times, again, ranks) for n in numbers]


def _list_line(state: LabelState, verdicts: Sequence[Verdict], n: int, times: Counter[str], again, ranks) -> ListLine:
    line, verdict = state.lines[n], verdicts[n]
    share = state.share(n, Label.TEASER) + state.share(n, Label.TEASER_HEADING)
    if verdict.label is Label.TEASER and verdict.share is None:
        share = RULE_A + RULE_B * share if verdict.rule is AFTER_HEADING else max(share, 0.97)
    elif verdict.label in READ or (verdict.label is Label.CONTROL and verdict.share is None):
        share = max(share, READ_SHARE)
    if n in again:
        share = max(share, AGAIN_SHARE)
    if n in ranks:
        share = max(share, 0.7)
    share = min(max(share, MIN_SHARE), 1 - MIN_SHARE)
    outside = OUT_HEAD if verdict.label is Label.TEASER_HEADING else -WEIGHT * log2(1 - share)
    above = state.lines[n - 1] if n else None
    return ListLine(
        options=parts_of(line, verdict.label, comes_again=times[line.folded] > 1, is_rank=n in ranks),
        apart=line.apart,
        repeats=above is not None and above.folded == line.folded,
        goes_on=above is not None and not above.ends and line.text[0].islower(),
        share=share,
        inside=-WEIGHT * log2(share),
        outside=outside,
    )
