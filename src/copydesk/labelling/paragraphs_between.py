"""Paragraphs of the story that the model takes for a part of the box above them.

They stand between two other paragraphs, below a box inside the story of which the page has another one, at the end of
the story, or as its first paragraph beside a picture, where only their sentences show what they are.
"""

import re
from dataclasses import dataclass
from functools import partial
from itertools import takewhile
from typing import Final

from copydesk.characters import CLOSING_QUOTES, DOUBLE_QUOTES, SENTENCE_ENDS
from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling import box_signs, line_rules, notice_signs
from copydesk.labelling.line import Line
from copydesk.labelling.model import LABELS, OUTSIDE_PLACES
from copydesk.labelling.state import ENDS, LIKELY, LabelState
from copydesk.parsing.people import is_person
from copydesk.text import fold
from copydesk.vocabulary import level


@dataclass(frozen=True, slots=True)
class BetweenThresholds:
    """When such a line is a paragraph of the story.

    Set in November 2026 with the kit and the hosts: of 67 such lines in 4,000 dumps, 50 are in the gold story.
    """

    max_share: float = 0.5
    """The model's share for the label outside the story that it prefers."""

    min_words: int = 20
    """Words of the line."""

    min_story_share: float = 0.3
    max_sentences: int = 3
    """The same if the model prefers a label that boxes inside a story rarely have (`_RARE`): its share for the story is
    at least the first, and the line has at most so many sentences.

    Set in November 2026 with the same pages: of 11 such lines, 8 are in the gold story.
    """

    to_above: int = 6
    to_below: int = 3
    """Lines to the paragraphs of the story above and below it: a box and its buttons may be above."""

    max_share_at_end: float = 0.45
    min_share_of_bio: float = 0.1
    min_words_at_end: int = 18
    min_sentences: int = 2
    reach_at_end: int = 16
    """The same for a paragraph below which the story does not go on: the share for "bio" if it begins with a name, its
    words and sentences, and the lines to the story.

    Set in November 2026 with the kit and the hosts: of 20 such lines, 15 are in the gold story.
    """

    max_share_of_bio: float = 0.3
    """The share for "bio" of such a paragraph that begins with no name."""

    max_unsure: float = 0.25
    max_unsure_of_one: float = 0.2
    """The share for the label that the model prefers, whatever it is, of a paragraph of several sentences, and of one
    sentence.  With so small a share the model has no opinion.

    Set in November 2026 with the same pages: of 12 such lines, 9 are in the gold story.
    """

    max_share_of_lead: float = 0.6
    min_words_of_lead: int = 18
    to_story: int = 6
    """The same for the first paragraph of the story: the model's share for the label outside the story, its words, and
    the lines from it to the story.

    Set in November 2026 with the kit and the hosts: of 22 such lines, 20 are in the gold story, 17 of one newspaper.
    """

    max_titles: int = 3
    """Lines of a box with other stories that stands inside the story more than once."""

    min_words_below_box: int = 8
    min_words_below_head: int = 15
    """Words of a paragraph below such a box, and below one line like "Read also: ..." that comes only once."""


THRESHOLDS: Final = BetweenThresholds()

BETWEEN = Rule("label.between-paragraphs", "is running text between paragraphs of the story, and the model is not sure")
BELOW_BOX = Rule("label.below-box", "is running text below a box inside the story, like a paragraph above it")
AT_END = Rule("label.paragraph-at-end", "is running text of several sentences below a box, and the model is not sure")
LEAD = Rule("label.lead", "is running text between the headline and the story, and the model is not sure")
RULES: Final = (BETWEEN, BELOW_BOX, AT_END, LEAD)

_FULL_WIDTH: Final = "\N{IDEOGRAPHIC FULL STOP}\N{FULLWIDTH EXCLAMATION MARK}\N{FULLWIDTH QUESTION MARK}"
_SENTENCE_END = re.compile(rf"[{SENTENCE_ENDS}][){CLOSING_QUOTES}]*(?:\s|$)|[{_FULL_WIDTH}]")
_OPENING: Final = DOUBLE_QUOTES + "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}"
_QUOTED = re.compile(f"[{_OPENING}][^{DOUBLE_QUOTES}]{{1,400}}[{DOUBLE_QUOTES}]")
_CUT_OFF: Final = ("...", "\N{HORIZONTAL ELLIPSIS}")

_APPEALS: Final = frozenset(("request", "account", "terms"))
"""Kinds of signs that a line speaks to the reader."""

_HEAD: Final = ""
"""The kind of boxes that are one line: "Read also: ..."."""

_OF_PAGE: Final = _APPEALS | {"page"}
"""The same, or of the page."""

_KNOWN_ELSEWHERE: Final = frozenset((Label.COMMENT, Label.DUPLICATE))
_NOT_LIKELY: Final = _KNOWN_ELSEWHERE | {Label.TEASER}
"""Labels of running text that the model knows better."""

_BOXES: Final = frozenset((Label.PROMO, Label.CONTROL, Label.NOTE))
_OF_PICTURE: Final = frozenset((Label.CAPTION, Label.CONTROL))
_DOUBTED: Final = frozenset((Label.PROMO, Label.BIO))
_RARE: Final = frozenset((Label.CONTROL, Label.TEASER, Label.NOTE))


def find(state: LabelState) -> None:
    """Make such lines paragraphs of the story."""
    running = frozenset(state.running())
    if not running:
        return
    for n in range(min(running) + 1, max(running)):
        if state.verdicts[n] is None and not state.story[n] and _is_paragraph(state, n, running):
            state.set_label(n, Label.PARAGRAPH, BETWEEN)
    _below_boxes(state)
    last = max(state.running())
    authors = _authors(state)
    for n in range(last + 1, min(last + 1 + THRESHOLDS.reach_at_end, len(state.lines))):
        if state.label(n) in ENDS:
            return
        if state.verdicts[n] is None and not state.story[n] and _is_at_end(state, n, authors):
            state.set_label(n, Label.PARAGRAPH, AT_END)


def lead(state: LabelState, head: range) -> None:
    """Make the first paragraph part of the story if the model takes it for a caption or a button of the picture there.

    `head` are the lines below the headline.
    """
    running = [n for n in state.running() if n >= head.start] if head.start else []
    for n in range(max(head.start, running[0] - THRESHOLDS.to_story), running[0]) if running else ():
        if state.verdicts[n] is not None or state.story[n] or not _is_lead(state, n):
            continue
        text = state.lines[n].folded
        if not any(text in state.lines[below].folded for below in running):  # a caption quotes the story
            state.set_label(n, Label.PARAGRAPH, LEAD)


def _is_lead(state: LabelState, n: int) -> bool:
    line = state.lines[n]
    if line.words < THRESHOLDS.min_words_of_lead or line.facts.is_in_picture or not _is_own_text(line, _OF_PAGE):
        return False
    label, share = _outside(state, n)
    return label in _OF_PICTURE and share < THRESHOLDS.max_share_of_lead


def _outside(state: LabelState, n: int) -> tuple[Label, float]:
    """The label outside the story that the model prefers for the line, and its share."""
    place = max(OUTSIDE_PLACES, key=state.shares[n].__getitem__)
    return LABELS[place], state.shares[n][place]


def _authors(state: LabelState) -> frozenset[str]:
    """The given names of the authors whom bylines name, as `fold` gives them: their lines about themselves begin so."""
    bylines = (line for n, line in enumerate(state.lines) if state.label(n) is Label.BYLINE)
    return frozenset(fold(author.name).partition(" ")[0] for line in bylines for author in line.facts.authors)


def _below_boxes(state: LabelState) -> None:
    """Find the paragraphs below boxes with other stories that stand inside the story.

    A box is a line like "Read also: ...", or a heading like "Read also" with some titles below it.  `sizes` has the
    number of these titles for each kind of box below which the story went on.
    """
    sizes: dict[str, int] = {}
    for n in range(1, len(state.lines)):
        kind = _kind_of_box(state, n) if state.is_running(n - 1) else None
        if kind is None:
            continue
        is_known = kind in sizes
        size = sizes.get(kind, 0)
        if is_known or kind == _HEAD:
            paragraphs = takewhile(partial(_may_be_below, state, is_known), range(n + 1 + size, len(state.lines)))
            for below in paragraphs:
                state.set_label(below, Label.PARAGRAPH, BELOW_BOX)
        stop = min(n + 2 + THRESHOLDS.max_titles, len(state.lines))
        below_box = next((m for m in range(n + 1, stop) if state.is_running(m)), None)
        if below_box is not None:
            sizes[kind] = below_box - n - 1


def _kind_of_box(state: LabelState, n: int) -> str | None:
    """What kind of box a line begins: its heading, or _HEAD if the line is a box by itself."""
    verdict = state.verdicts[n]
    if verdict is not None and verdict.label is Label.TEASER and verdict.rule is line_rules.HEAD:
        return _HEAD
    is_heading = verdict is not None and verdict.label is Label.TEASER_HEADING and verdict.rule is line_rules.LINE
    return state.lines[n].folded if is_heading else None


def _may_be_below(state: LabelState, is_known: bool, n: int) -> bool:
    """Whether the line may be a paragraph below a box.  `is_known` says that the story went on below another one."""
    line = state.lines[n]
    if state.verdicts[n] is not None or state.story[n] or not _is_own_text(line, _APPEALS):
        return False
    if is_known:
        return line.words >= THRESHOLDS.min_words_below_box
    return line.words >= THRESHOLDS.min_words_below_head and _sentences(line) >= THRESHOLDS.min_sentences


def _is_at_end(state: LabelState, n: int, authors: frozenset[str]) -> bool:
    line = state.lines[n]
    if line.words < THRESHOLDS.min_words_at_end or line.folded.partition(" ")[0] in authors:
        return False
    if state.times[line.folded] > 1 or not _is_own_text(line, _OF_PAGE):
        return False
    label, share = _outside(state, n)
    if state.share(n, Label.BIO) >= THRESHOLDS.min_share_of_bio and is_person(" ".join(line.text.split()[:2])):
        return False  # "Jane Doe is a writer ..."
    is_open = label not in _KNOWN_ELSEWHERE and state.story_shares[n] < LIKELY  # else a rule took it out
    if is_open and share < THRESHOLDS.max_unsure_of_one:
        return True
    is_doubted = label in _BOXES and share < THRESHOLDS.max_share_at_end
    is_no_bio = label is Label.BIO and share < THRESHOLDS.max_share_of_bio
    is_unsure = is_open and share < THRESHOLDS.max_unsure
    is_likely = label not in _NOT_LIKELY and share < state.story_shares[n]
    return (is_doubted or is_no_bio or is_unsure or is_likely) and _sentences(line) >= THRESHOLDS.min_sentences


def _is_own_text(line: Line, signs: frozenset[str]) -> bool:
    """Whether the line is running text that speaks to no reader, has none of the signs, and is not cut off."""
    if not line.ends or line.text.endswith(_CUT_OFF):
        return False
    text = level(_QUOTED.sub(" ", line.text))
    if box_signs.TO_READER.search(text) or box_signs.OWN_WORK.search(text):
        return False
    return notice_signs.kinds_in(line).isdisjoint(signs)


def _sentences(line: Line) -> int:
    return len(_SENTENCE_END.findall(line.text))


def _is_paragraph(state: LabelState, n: int, running: frozenset[int]) -> bool:
    line = state.lines[n]
    if not (line.is_prose and line.ends) or line.words < THRESHOLDS.min_words:
        return False
    label, share = _outside(state, n)
    is_rare = (
        label in _RARE
        and state.story_shares[n] >= THRESHOLDS.min_story_share
        and _sentences(line) <= THRESHOLDS.max_sentences
        and _is_own_text(line, _OF_PAGE)
    )
    if not (label in _DOUBTED or is_rare) or share >= THRESHOLDS.max_share:
        return False
    above, below = range(n - THRESHOLDS.to_above, n), range(n + 1, n + 1 + THRESHOLDS.to_below)
    if running.isdisjoint(above) or running.isdisjoint(below):
        return False
    return notice_signs.kinds_in(line).isdisjoint(_APPEALS)
