"""The posts of a thread, where the markup of the page shows them: they are the story, and nothing else is."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.html_posts import PostPart
from copydesk.labelling.line import Line
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

RHYTHM = Rule("label.post-rhythm", "is in a post of a thread, names or dates one, by the rhythm of the lines")
BETWEEN = Rule("label.between-posts", "is between the posts of such a thread, or around them: a rank, a button")
ANSWER = Rule("label.answer", "is in a question or an answer, above the button with which readers improve it")
RULES: Final = (POST, OUTSIDE, RHYTHM, BETWEEN, ANSWER)

IN_POST: Final = frozenset((POST, RHYTHM, ANSWER))
"""The rules for what is in posts."""


def find(state: LabelState) -> bool:
    """Make the posts the story, with the names and dates above the second and later ones.  Whether there are any."""
    lines = state.lines
    shared = shared_link(lines)
    texts = _texts(state) if shared is None else [shared]
    if shared is None and not _is_thread(state, texts):
        return False
    for n in texts:
        if state.label(n) is not Label.CONTROL or lines[n].is_prose:
            state.set_text(n, POST)
    signatures = set(_signatures(state, texts))
    for n in signatures:
        state.set_label(n, Label.PARAGRAPH, POST)
    of_posts = signatures.union(texts)
    for n, line in enumerate(lines):
        if n not in of_posts and _may_be_story(state, n):
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


def shared_link(lines: Sequence[Line]) -> int | None:
    """The line with the title of the only post of a page, if that post has no text because it shares a link."""
    if any(line.post == PostPart.TEXT for line in lines):
        return None
    titles = [n for n, line in enumerate(lines) if line.post == PostPart.TITLE]
    return titles[0] if len(titles) == 1 else None


def _texts(state: LabelState) -> list[int]:
    """The lines of text in posts, down to the heading of other threads: more than half of the text is above it."""
    texts = [n for n, line in enumerate(state.lines) if line.post == PostPart.TEXT]
    words = list(itertools.accumulate([state.lines[n].words for n in texts], initial=0))
    below = zip(texts, texts[1:], words[1:], strict=False)
    for at, (above, text, read) in enumerate(below, 1):
        if 2 * read >= words[-1] and any(_ends_thread(state, n) for n in range(above + 1, text)):
            return texts[:at]
    return texts


def _ends_thread(state: LabelState, n: int) -> bool:
    return state.label(n) is Label.TEASER_HEADING and state.lines[n].post == PostPart.NONE


def _signatures(state: LabelState, texts: list[int]) -> Iterator[int]:
    """The lines with the name and the date of each post but the first: the nearest ones above its text.

    What is around a name begins with it: ranks and figures follow.
    """
    lines = state.lines
    for above, first in itertools.pairwise(texts):
        between = range(first - 1, above, -1)
        dates = [n for n in between if lines[n].post == PostPart.DATE or _is_dated_name(lines[n])]
        names = [n for n in between if lines[n].post == PostPart.NAME and n not in dates]
        names = names or [n for n in reversed(between) if _is_name(lines[n])]
        yield from dates[:1]
        if names and not (dates and lines[names[0]].folded in lines[dates[0]].folded):
            yield names[0]


def _is_dated_name(line: Line) -> bool:
    """Whether the line has both, or only a date where others have both: "by oat_mill on 3 May 2024"."""
    return line.post == PostPart.NAME and bool(line.facts.dates)


def _is_name(line: Line) -> bool:
    """Whether the line may be the name of an author: the letter of a picture is none."""
    return line.post == PostPart.AUTHOR and len(line.text) > 1
