"""The posts of a thread, where the markup of the page shows them: they are the story, and nothing else is."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.html_posts import PostPart
from copydesk.labelling.line import is_item
from copydesk.labelling.state import LIKELY, LabelState


@dataclass(frozen=True, slots=True)
class PostThresholds:
    """When a page with posts is a thread.  Set in November 2026 with the threads of the kit of kinds."""

    min_words: int = 20
    """Words in posts."""

    max_outside: int = 40
    """Words of likely story above the last post and outside of posts.  With more words, and more than those of likely
    story in posts, the page is an article, and its posts are comments."""


THRESHOLDS: Final = PostThresholds()

POST = Rule("label.post", "is in a post of a thread, or names or dates one, by the markup of the page")

OUTSIDE = Rule("label.outside-posts", "is on the page of a thread, but in no post: a signature, a notice of the forum")
RULES: Final = (POST, OUTSIDE)


def find(state: LabelState) -> bool:
    """Make the posts the story, with the names and dates above the second and later ones.  Whether there are any."""
    lines = state.lines
    texts = [n for n, line in enumerate(lines) if line.post == PostPart.TEXT]
    if not _is_thread(state, texts):
        return False
    for n in texts:
        if state.label(n) is not Label.CONTROL or lines[n].is_prose:
            state.set_label(n, Label.LIST_ITEM if is_item(lines[n]) else Label.PARAGRAPH, POST)
    signatures = set(_signatures(state, texts))
    for n in signatures:
        state.set_label(n, Label.PARAGRAPH, POST)
    for n, line in enumerate(lines):
        if line.post != PostPart.TEXT and n not in signatures and _may_be_story(state, n):
            is_free = state.verdicts[n] is None and state.share(n, Label.TITLE) < LIKELY
            if is_free or line.post == PostPart.LEFT_OUT:
                state.set_label(n, Label.PROMO if line.is_prose else Label.CONTROL, OUTSIDE)
            state.story[n] = False
    return True


def _may_be_story(state: LabelState, n: int) -> bool:
    line = state.lines[n]
    return state.story[n] or line.is_prose or line.post == PostPart.LEFT_OUT


def _is_thread(state: LabelState, texts: list[int]) -> bool:
    inside = sum(state.lines[n].words for n in texts)
    if inside < THRESHOLDS.min_words:
        return False
    likely = [n for n in range(texts[-1]) if state.story_shares[n] >= LIKELY and state.prose[n]]
    in_posts = sum(state.lines[n].words for n in likely if state.lines[n].post == PostPart.TEXT)
    outside = sum(state.lines[n].words for n in likely) - in_posts
    return outside <= max(THRESHOLDS.max_outside, in_posts)


def _signatures(state: LabelState, texts: list[int]) -> Iterator[int]:
    """The lines with the name and the date of each post but the first: the nearest ones above its text."""
    lines = state.lines
    for above, first in itertools.pairwise(texts):
        for part in (PostPart.NAME, PostPart.DATE):
            found = (n for n in range(first - 1, above, -1) if lines[n].post == part)
            yield from (n for n in (next(found, None),) if n is not None)
