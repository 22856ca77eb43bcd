"""From the model's shares to a verdict for every line.

First the lines of the story are chosen.  Then the rules for lines among their neighbours follow, in the order of
`complete`.  Lines that no rule labels get the label that the model prefers.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from copydesk.document import FURNITURE, STORY, Label, PageKind
from copydesk.edits import Rule
from copydesk.labelling import (
    above_headline,
    answers,
    bios,
    boxes,
    captions,
    comments,
    customer_reviews,
    dated_entries,
    deck,
    further_stories,
    head_bylines,
    headline,
    kicker,
    last_headings,
    line_rules,
    linked_headings,
    page_forms,
    page_kinds,
    page_title,
    paragraphs_between,
    posts,
    priced_entries,
    repeated_story,
    rhythm,
    short_entries,
    subheads,
    table_cells,
    tags_and_notes,
    teaser_lists,
)
from copydesk.labelling.captions import DUPLICATE
from copydesk.labelling.features import Floats
from copydesk.labelling.line import Line, is_item
from copydesk.labelling.model import LABELS, STORY_PLACES
from copydesk.labelling.state import LIKELY, PLACE, SURE, LabelState
from copydesk.labelling.verdict import Verdict


@dataclass(frozen=True, slots=True)
class StoryThresholds:
    """The lowest story share of a line that counts as story.  Set with `python -m bench.text`, November 2026.

    The story share of a line is the sum of the model's shares for the labels of the story.
    """

    bare_story_words: float = 0.9
    """Above this share of words in likely lines, the dump is a story without its page: label conservatively."""

    min_share_in_bare_story: float = 0.1
    """A line of such a dump is story from this story share on."""

    bare_story_words_without_page: float = 0.2
    min_share_without_page: float = 0.03
    """The same two thresholds, if neither a line rule nor the model finds furniture or other stories in the dump."""

    min_share_outside: float = 0.2
    """The least story share of a short line above or below all likely lines, if a rule or the model finds anything but
    story."""

    min_words_of_page: float = 0.12
    """Share of words in short lines that the model takes for furniture or other stories: from here on a page."""

    min_words: int = 12
    """Words of likely running text.  In a dump with fewer, half the usual story share is enough."""


THRESHOLDS: Final = StoryThresholds()

MIN_REPEATED_WORDS: Final = 4
"""Words of a line that counts as a duplicate when it comes again: shorter ones are repeated by chance.

Used since November 2026; what set it is not recorded.
"""

MAX_TAG_LINES_ABOVE: Final = 1
MAX_TAG_LINES_BELOW: Final = 25
"""Lines above the headline and below the story that may be its section and tags.  Menus are farther away.

Used since November 2026; what set it is not recorded.
"""

MODEL: Final = Rule("label.model", "the trained model's choice; `share` is its share for the label")
LIST_ITEM = Rule("label.list-item", "begins like the entry of a list, inside the story")

RULES: Final = (
    *page_forms.RULES,
    *linked_headings.RULES,
    *boxes.RULES,
    comments.COMMENTS,
    *customer_reviews.RULES,
    above_headline.ABOVE,
    *repeated_story.RULES,
    *short_entries.RULES,
    *table_cells.RULES,
    *paragraphs_between.RULES,
    *subheads.RULES,
    *captions.RULES,
    *head_bylines.RULES,
    *headline.RULES,
    *further_stories.RULES,
    *deck.RULES,
    *kicker.RULES,
    *bios.RULES,
    *tags_and_notes.RULES,
    *priced_entries.RULES,
    *dated_entries.RULES,
    *teaser_lists.RULES,
    LIST_ITEM,
    MODEL,
)

OTHER_PLACES: Final = [n for n, label in enumerate(LABELS) if label not in STORY and label is not Label.TITLE]
ONCE_PLACES: Final = [n for n in OTHER_PLACES if LABELS[n] is not Label.DUPLICATE]
"""The labels that the model may choose for a line outside the story, and for such a line that repeats nothing."""

BOUND_TO_A_PLACE: Final = frozenset((Label.BYLINE, Label.DECK, Label.TAGS))
"""The labels that a line can have in some places only."""

SIGNS_OF_A_PAGE: Final = FURNITURE | {Label.COPYRIGHT, Label.TEASER_HEADING}
"""The labels of lines that a page has around its story."""

SIGN_PLACES: Final = [n for n, label in enumerate(LABELS) if label in SIGNS_OF_A_PAGE | {Label.TEASER}]
"""The columns of the model for these labels, and for other stories."""

NOT_IN_THE_RECORD: Final = frozenset((
    Label.CREDIT, Label.NAVIGATION, Label.CONTROL, Label.PROMO, Label.COMMENT, Label.DUPLICATE, Label.TEASER,
))  # fmt: skip
"""The labels of lines that the record leaves out: a line that repeats one of them is no duplicate."""


def complete(
    lines: Sequence[Line],
    certain: Sequence[Verdict | None],
    judged: Sequence[Verdict | None],
    shares: Floats,
    language: str | None = None,
    given_title: str | None = None,
) -> list[Verdict]:
    """A verdict for every line: the certain one, else from the one by itself, the model's shares and neighbours."""
    story_shares = shares[:, STORY_PLACES].sum(axis=1).tolist()
    rows = shares.tolist()
    verdicts = [
        sure or (None if verdict and _overrules(line, verdict, share, row) else verdict)
        for line, sure, verdict, share, row in zip(lines, certain, judged, story_shares, rows, strict=True)
    ]
    limits = _min_shares(lines, judged, story_shares, shares)
    story = [
        share >= least and verdict is None for share, least, verdict in zip(story_shares, limits, verdicts, strict=True)
    ]
    state = LabelState(lines, language, rows, story_shares, verdicts, story)
    boxes.find(state)
    is_thread = posts.find(state) or answers.find(state)
    form = None if is_thread else page_kinds.form(lines)
    if form in (None, PageKind.FORUM, PageKind.LIVE_BLOG) and not is_thread:
        is_thread = rhythm.find(state, is_forum=form is PageKind.FORUM)
    if is_thread:
        _furniture_of_thread(state)
    article_title = None if is_thread else page_forms.find(state, form)
    linked_headings.find(state)
    if form is not PageKind.FORUM and not is_thread:
        comments.find(state)
        customer_reviews.find(state)
    own_headline = page_title.question_of_thread(lines) if is_thread else above_headline.find(state)
    repeated_story.find(state)
    if not is_thread:
        short_entries.find(state)
        table_cells.find(state)
        paragraphs_between.find(state)
        subheads.find(state)
        if form is None:
            last_headings.find(state)
    captions.find(state)
    head_bylines.broken_bylines(state)
    title = article_title
    if title is None and posts.shared_link(lines) is None:
        title = headline.title(state, given_title or own_headline)
    headline.open_head(state, title)
    below_title = headline.below(state, title)
    further_stories.find(state, title)
    last = max(state.running(), default=len(lines))
    head_bylines.names(state, below_title)
    head_bylines.with_address(state, last)
    if not is_thread:
        head_bylines.given_names(state, title, last)
    bios.bios(state, last)
    deck.deck(state, below_title)
    if not is_thread:
        paragraphs_between.lead(state, below_title)
    kicker.kicker(state, title)
    tags_and_notes.tags(state, title, last)
    tags_and_notes.notes(state)
    if not is_thread:
        priced_entries.find(state)
        dated_entries.find(state)
    teaser_lists.teasers(state, below_title)
    return teaser_lists.items(state, _repeats(state, _all(state, title, below_title, shares)))


def _furniture_of_thread(state: LabelState) -> None:
    """Days on which members joined date no story, and the number of its pages is no deck."""
    for n, line in enumerate(state.lines):
        joined = state.label(n) is Label.TIMESTAMP and page_kinds.says_member(line)
        if joined or (state.verdicts[n] is None and not line.is_prose and page_kinds.counts_pages(line)):
            state.set_label(n, Label.CONTROL, posts.BETWEEN)


def _min_shares(
    lines: Sequence[Line], judged: Sequence[Verdict | None], story_shares: Sequence[float], shares: Floats
) -> list[float]:
    """The story share from which on each line is story.

    A short line above or below all likely lines needs more: it may be furniture.
    """
    signs = (shares[:, SIGN_PLACES].sum(axis=1) >= LIKELY).tolist()
    least = _min_share(lines, judged, story_shares, signs)
    limits = [least] * len(lines)
    likely = [n for n, share in enumerate(story_shares) if share >= LIKELY]
    if likely and (any(judged) or any(signs)):
        for n in (*range(likely[0]), *range(likely[-1] + 1, len(lines))):
            if not lines[n].is_prose:
                limits[n] = max(least, THRESHOLDS.min_share_outside)
    return limits


def _min_share(
    lines: Sequence[Line], judged: Sequence[Verdict | None], story_shares: Sequence[float], signs: Sequence[bool]
) -> float:
    """The story share from which on a line is story: lower if the dump is hardly anything else, or has hardly any.

    `signs` says which lines the model takes for furniture or other stories.
    """
    likely = [line for line, share in zip(lines, story_shares, strict=True) if share >= LIKELY]
    words_of_bare_story, min_share = THRESHOLDS.bare_story_words, THRESHOLDS.min_share_in_bare_story
    by_rule = any(verdict and verdict.label in SIGNS_OF_A_PAGE for verdict in judged)
    words = sum([line.words for line in lines])
    of_page = sum([line.words for line, is_sign in zip(lines, signs, strict=True) if is_sign and not line.is_prose])
    if not by_rule and of_page < THRESHOLDS.min_words_of_page * words:
        words_of_bare_story, min_share = THRESHOLDS.bare_story_words_without_page, THRESHOLDS.min_share_without_page
    if sum([line.words for line in likely]) >= words_of_bare_story * words:
        return min_share
    has_story = sum([line.words for line in likely if line.is_prose]) >= THRESHOLDS.min_words
    return LIKELY if has_story else LIKELY / 2


def _overrules(line: Line, verdict: Verdict, story_share: float, shares: Sequence[float]) -> bool:
    """Whether the model is surer of a line than the rule that labelled it by itself."""
    if verdict.label in (Label.BYLINE, Label.TIMESTAMP, Label.CREDIT) and shares[PLACE[Label.TEASER]] >= LIKELY:
        return True
    is_byline = verdict.label is Label.BYLINE
    min_share = LIKELY if is_byline else SURE
    return (line.is_prose or is_byline) and story_share >= min_share and verdict.rule not in line_rules.CERTAIN


def _all(state: LabelState, title: int | None, below_title: range, shares: Floats) -> list[Verdict]:
    """The verdicts of the rules, and the model's choice for lines without one."""
    title_line = None if title is None else state.lines[title]
    tagged = _near_story(state, title)
    in_story, other, once = (_best(shares, places) for places in (STORY_PLACES, OTHER_PLACES, ONCE_PLACES))
    verdicts: list[Verdict] = []
    for n, (line, verdict) in enumerate(zip(state.lines, state.verdicts, strict=True)):
        if verdict:
            verdicts.append(verdict)
        elif state.story[n] and is_item(line):
            verdicts.append(Verdict(Label.LIST_ITEM, LIST_ITEM))
        elif state.story[n]:
            label = Label.HEADING if in_story[n] is Label.PARAGRAPH and state.is_heading(n) else in_story[n]
            verdicts.append(_by_model(label, round(100 * state.story_shares[n])))
        else:
            may_repeat = state.times[line.folded] > 1 or _like(title_line, line)
            label = other[n] if may_repeat else once[n]
            if label in BOUND_TO_A_PLACE and _is_misplaced(label, state, n, below_title, tagged):
                label = _best(shares[[n]], [place for place in ONCE_PLACES if LABELS[place] is not label])[0]
            verdicts.append(_by_model(label, round(100 * state.share(n, label))))
    return verdicts


@lru_cache(maxsize=2**12)
def _by_model(label: Label, hundredths: int) -> Verdict:
    """The model's choice with its share.  The same value for the same choice, since most lines have one of a few."""
    return Verdict(label, MODEL, hundredths / 100)


def _near_story(state: LabelState, title: int | None) -> frozenset[int]:
    """The numbers of the lines that may be the story's tags: around the headline, and right below the story.

    All lines of a dump without a story.
    """
    running = state.running()
    if not running:
        return frozenset(range(len(state.lines)))
    first = running[0] if title is None else title
    last = running[-1]
    return frozenset(
        (*range(first - MAX_TAG_LINES_ABOVE, running[0] + 2), *range(last, last + MAX_TAG_LINES_BELOW + 1))
    )


def _is_misplaced(label: Label, state: LabelState, n: int, below_title: Container[int], tagged: Container[int]) -> bool:
    """Whether the line can't have that label: a byline without a name, a deck or tags far from the story."""
    if label is Label.BYLINE:
        facts = state.lines[n].facts
        return not (facts.authors or facts.pen_name or facts.is_single_name)
    if label is Label.DECK:
        return n not in below_title
    return n not in tagged


def _best(shares: Floats, places: Sequence[int]) -> list[Label]:
    """For each line the label with the largest share, of the labels in these columns."""
    return [LABELS[places[best]] for best in shares[:, places].argmax(axis=1)]


def _like(title: Line | None, line: Line) -> bool:
    """Whether one of the two contains the other."""
    return title is not None and (title.folded in line.folded or line.folded in title.folded)


def _repeats(state: LabelState, verdicts: list[Verdict]) -> list[Verdict]:
    """The verdicts, with duplicates: lines that repeat the headline, or a line that is in the record.

    A line that the story itself repeats stays story.
    """
    in_record: set[str] = set()
    titles = {line.folded for line, verdict in zip(state.lines, verdicts, strict=True) if verdict.label is Label.TITLE}
    for n, (line, verdict) in enumerate(zip(state.lines, verdicts, strict=True)):
        is_known = verdict.label is Label.DUPLICATE
        if is_known or state.times[line.folded] < 2 or line.words < MIN_REPEATED_WORDS:
            continue
        is_title_again = line.folded in titles and verdict.label is not Label.TITLE
        is_listed = verdict.label is Label.TAGS and verdict.share is None
        is_again = line.folded in in_record and verdict.label not in (*STORY, Label.TEASER, Label.CREDIT)
        is_again = is_again and not is_listed
        if is_title_again or is_again:
            verdicts[n] = Verdict(Label.DUPLICATE, DUPLICATE)
        elif verdict.label not in NOT_IN_THE_RECORD:
            in_record.add(line.folded)
    return verdicts
