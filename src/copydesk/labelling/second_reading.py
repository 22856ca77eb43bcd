"""A page of which the first network is unsure is read again, by a second one.

The first network learned from articles, and knows their words.  The second one learned from the beginning from all
kinds of pages, a quarter of them without their words: it reads services, manuals, threads and lists better, and
articles a little worse.
"""

from collections.abc import Sequence
from typing import Final

from copydesk.document import STORY, PageKind
from copydesk.labelling import page_kinds
from copydesk.labelling.features import Floats
from copydesk.labelling.line import Line, is_marked_up
from copydesk.labelling.model import STORY_PLACES
from copydesk.labelling.verdict import Verdict

MAX_SURENESS: Final = 0.8
"""The mean story share of the words of the story, up to which the first reading of a text is unsure.

Set in November 2026 with five folds of articles, hosts and other kinds of pages.  With .9, hosts lose .002; with .96,
every second page is read twice.
"""

MAX_SURENESS_OF_PAGE: Final = 0.9
"""The same for an HTML page: there, the first reading is the mean of three networks.  With .93, hosts lose .001."""

MAX_LOST: Final = 0.3
"""The words of the first reading's story that the second one may leave out, as a part of all of them.

Set in November 2026 with five folds of hosts and other kinds of pages: with .1, kinds lose .002.  Without a limit, a
page of the kit lost its whole story to other lines.
"""


def is_unsure(lines: Sequence[Line], shares: Floats, verdicts: Sequence[Verdict]) -> bool:
    """Whether the model that gave these shares is unsure of the story; also if it finds none.

    It is sure of a list of other stories with little text beside them.
    """
    story_shares: list[float] = shares[:, STORY_PLACES].sum(axis=1).tolist()
    story = [
        (line.words, share)
        for line, share, verdict in zip(lines, story_shares, verdicts, strict=True)
        if verdict.label in STORY
    ]
    is_page = is_marked_up(lines)
    limit = MAX_SURENESS_OF_PAGE if is_page else MAX_SURENESS
    if sum([words * share for words, share in story]) > limit * sum([words for words, _ in story]):
        return False
    if story and is_page and page_kinds.is_product(lines):
        return False  # a shop's page has reviews and other goods around its text, and more text is rarely right
    is_list = page_kinds.count_items(verdicts) >= page_kinds.THRESHOLDS.min_items
    return not is_list or page_kinds.of(lines, verdicts) is not PageKind.LISTING


def is_worse(lines: Sequence[Line], first: Sequence[Verdict], second: Sequence[Verdict]) -> bool:
    """Whether the second reading is worse than the first one, which counts then.

    It is worse if it has fewer words of story, or if it leaves out too many of the lines of the first reading, because
    lost words are worse than junk.  On a page that is a list for the first reading, it is worse if it finds short lines
    only, and better if it finds running text.
    """
    before = after = lost = 0
    has_text = has_text_after = False
    for line, one, other in zip(lines, first, second, strict=True):
        was_story, is_story = one.label in STORY, other.label in STORY
        before += line.words * was_story
        after += line.words * is_story
        lost += line.words * (was_story and not is_story)
        has_text = has_text or (was_story and line.is_prose)
        has_text_after = has_text_after or (is_story and line.is_prose)
    if after and not has_text and page_kinds.count_items(first) >= page_kinds.THRESHOLDS.min_items:
        return not has_text_after
    return after < before or lost > MAX_LOST * before
