"""Lists of other stories, below a heading that announces them."""

from itertools import accumulate
from typing import Final

from copydesk.document import TEASERS, Label
from copydesk.edits import Rule
from copydesk.labelling.state import LIKELY, SURE, Draft
from copydesk.labelling.verdict import Role

LEAST_TEASER_WORDS: Final = 4

POSSIBLE_TEASER: Final = 0.25
"""Share from which a line below the head of a list of other stories is one of them."""

AFTER_HEADING = Rule("label.after-teaser-heading", "stands below the head of a list of other stories")

RULES: Final = (AFTER_HEADING,)

_IN_LISTS: Final = frozenset((None, Label.CAPTION, Label.CREDIT, Label.TIMESTAMP, Label.BYLINE))
"""Labels of lines that may be part of a list of stories."""


def teasers(draft: Draft, head: range) -> None:
    """Label the lines below the heading of a list of other stories, down to where the story goes on."""
    lines, verdicts = draft.lines, draft.verdicts
    above = list(
        accumulate([line.words * is_story for line, is_story in zip(lines, draft.story, strict=True)], initial=0)
    )
    stop = 0
    for n, verdict in enumerate(verdicts):
        if n < stop or verdict is None or verdict.label is not Label.TEASER_HEADING:
            continue
        is_final = verdict.role is Role.OTHER_SOURCE and above[n] >= above[-1] / 4
        goes_on = (m for m in range(n + 1, len(lines)) if not is_final and _goes_on(draft, m, head.start - 1))
        stop = next(goes_on, len(lines))
        for m in range(n + 1, stop):
            known = draft.label(m)
            if known in _IN_LISTS and not (known and m in head) and _is_teaser(draft, m, n, is_final=is_final):
                draft.put(m, Label.TEASER, AFTER_HEADING)


def _is_teaser(draft: Draft, n: int, heading: int, *, is_final: bool) -> bool:
    """Whether a line below the heading belongs to its list.

    Below a final heading, lines that read like a story belong to the list too, unless the line comes from a page: the
    model of pages decides that better.
    """
    line = draft.lines[n]
    if any(line.origin) and draft.told[n] >= LIKELY:
        return False
    follows = draft.label(n - 1) in TEASERS
    if draft.label(n):
        return follows or is_final
    is_item = line.words >= LEAST_TEASER_WORDS or line.text.startswith("- ") or (follows and not line.apart)
    share = sum([draft.share(n, label) for label in TEASERS])
    return is_item and (n == heading + 1 or share >= POSSIBLE_TEASER or (is_final and (follows or draft.story[n])))


def _goes_on(draft: Draft, n: int, title: int) -> bool:
    """Whether the story begins or continues with the line."""
    return n == title or (draft.story[n] and (draft.lines[n].is_prose or draft.told[n] >= SURE))
