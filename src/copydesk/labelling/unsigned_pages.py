"""The text of pages that have no byline and no date: a service, a home page, a manual.

Such a page is made of sections: cards, questions with answers, steps, offers.  The model learned from articles, where
text like that advertises something else.  The markup says what is outside: menus, heads, feet, forms, links.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from copydesk.document import STORY, Label, PageKind
from copydesk.edits import Rule
from copydesk.html_lines import COLUMNS
from copydesk.labelling import page_kinds
from copydesk.labelling.decide import MODEL
from copydesk.labelling.features import Floats
from copydesk.labelling.line import Line, is_item, is_marked_up
from copydesk.labelling.model import STORY_PLACES
from copydesk.labelling.role_reader import ROLE
from copydesk.labelling.state import SIGNED
from copydesk.labelling.verdict import Verdict


@dataclass(frozen=True, slots=True)
class UnsignedThresholds:
    """Which lines of an unsigned page are text.  Set in November 2026 with the kits of kinds and articles."""

    min_share: float = 0.1
    """The model's share for story of a line of text: with less, more articles lose than gain."""

    max_link: int = 200
    """The part of a line in links, in thousandths.  A line with more of them leads to another page."""


THRESHOLDS: Final = UnsignedThresholds()

UNSIGNED = Rule("label.unsigned-page", "is text of a page without a date or byline, and outside of menus and links")
RULES: Final = (UNSIGNED,)

FREED: Final = frozenset((Label.PROMO, Label.TEASER))
"""The labels by which the model takes sections for advertisements of something else."""

OF_MODELS: Final = frozenset((MODEL, ROLE))
"""Only what a model says is doubted: a phrase of an offer or the heading of a list of teasers is evidence."""

KINDS: Final = frozenset((PageKind.STORY, PageKind.LISTING))
"""The kinds of pages that may be such a page: a shop's own page has reviews and other goods, too."""

_FURNITURE: Final = [
    COLUMNS.index(f"around {tag}") for tag in ("nav", "header", "footer", "aside", "form", "button", "article")
]
_ARTICLE: Final = COLUMNS.index("around article")
_LINK_SHARE: Final = COLUMNS.index("link share")
_ITEM: Final = COLUMNS.index("block li")


def find(lines: Sequence[Line], shares: Floats, verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts; on an unsigned page, sections that the model takes for advertisements are story."""
    found = list(verdicts)
    if not _is_unsigned(lines, verdicts):
        return found
    story_shares = shares[:, STORY_PLACES].sum(axis=1).tolist()
    for n, (line, verdict) in enumerate(zip(lines, verdicts, strict=True)):
        is_doubtful = verdict.label in FREED and verdict.rule in OF_MODELS
        if is_doubtful and story_shares[n] >= THRESHOLDS.min_share and _is_text(line):
            found[n] = Verdict(_label(line), UNSIGNED)
    return found


def _is_unsigned(lines: Sequence[Line], verdicts: Sequence[Verdict]) -> bool:
    """Whether the page is HTML, has no date, byline or `<article>` with story, and none of the forms with own rules."""
    if any(verdict.label in SIGNED for verdict in verdicts) or not is_marked_up(lines):
        return False
    if any(
        line.origin and line.origin[_ARTICLE] and verdict.label in STORY
        for line, verdict in zip(lines, verdicts, strict=True)
    ):
        return False
    return page_kinds.of(lines, verdicts) in KINDS


def _is_text(line: Line) -> bool:
    origin = line.origin
    return bool(origin) and origin[_LINK_SHARE] <= THRESHOLDS.max_link and not any(origin[n] for n in _FURNITURE)


def _label(line: Line) -> Label:
    if is_item(line) or line.origin[_ITEM]:
        return Label.LIST_ITEM
    return Label.PARAGRAPH if line.is_prose or line.ends else Label.HEADING
