"""From shares to labels: which lines are the story, and what rules know of lines among their neighbours.

The model says for each line how much speaks for each label.  Here is decided which lines are the story; rules for
pictures, the story's head and its foot follow, in this order, and what they leave open is the model's choice.
"""

from collections.abc import Container, Sequence
from functools import lru_cache
from typing import Final

from copydesk.document import FURNITURE, STORY, Label
from copydesk.edits import Rule
from copydesk.labelling import (
    bios,
    captions,
    deck,
    head_bylines,
    headline,
    line_rules,
    repeated_story,
    tags_and_notes,
    teaser_lists,
)
from copydesk.labelling.captions import DUPLICATE
from copydesk.labelling.features import Floats
from copydesk.labelling.line import Line, is_item
from copydesk.labelling.model import LABELS, STORY_PLACES
from copydesk.labelling.state import LIKELY, PLACE, SURE, Draft
from copydesk.labelling.verdict import Verdict

NEARLY_ALL: Final = 0.9
"""Share of a dump's words in likely lines from which it is a story without its page: there, do little."""

UNLIKELY: Final = 0.1
"""Share of the story labels from which a line of such a dump is story."""

NEARLY_ALL_BARE: Final = 0.2
UNLIKELY_BARE: Final = 0.03
"""The same for a dump in which no line by itself is a button, a notice or the head of a list: no page around it."""

LEAST_STORY: Final = 12
"""Words of likely running text.  A dump with less holds no story, unless the model finds some at half the share."""

LEAST_REPEATED_WORDS: Final = 4

TAGS_ABOVE: Final = 1
TAGS_BELOW: Final = 25
"""Lines above the headline and below the story among which its section and tags stand; menus stand farther up."""

MODEL: Final = Rule("label.model", "the trained model's choice; the number says how much spoke for it")
LIST_ITEM = Rule("label.list-item", "begins like the entry of a list, inside the story")

RULES: Final = (
    *repeated_story.RULES,
    *captions.RULES,
    *head_bylines.RULES,
    *headline.RULES,
    *deck.RULES,
    *bios.RULES,
    *tags_and_notes.RULES,
    *teaser_lists.RULES,
    LIST_ITEM,
    MODEL,
)

OTHER_PLACES: Final = [n for n, label in enumerate(LABELS) if label not in STORY and label is not Label.TITLE]
ONCE_PLACES: Final = [n for n in OTHER_PLACES if LABELS[n] is not Label.DUPLICATE]
"""The labels among which the model chooses for a line outside the story, and for one that repeats nothing."""

SOMEWHERE: Final = frozenset((Label.BYLINE, Label.DECK, Label.TAGS))
"""Labels of lines that stand in some places only."""

AROUND: Final = FURNITURE | {Label.COPYRIGHT, Label.TEASER_HEADING}
"""Labels of lines that tell of a page around the story."""

NOT_KEPT: Final = frozenset((
    Label.CREDIT, Label.NAVIGATION, Label.CONTROL, Label.PROMO, Label.COMMENT, Label.DUPLICATE, Label.TEASER,
))  # fmt: skip
"""What repeats one of these is no duplicate of anything that is kept."""


def complete(
    lines: Sequence[Line],
    certain: Sequence[Verdict | None],
    judged: Sequence[Verdict | None],
    shares: Floats,
    language: str | None = None,
    given_title: str | None = None,
) -> list[Verdict]:
    """A verdict for every line: the certain one, else from the one by itself, the model's shares and neighbours."""
    told = shares[:, STORY_PLACES].sum(axis=1).tolist()
    rows = shares.tolist()
    verdicts = [
        sure or (None if verdict and _outdoes(line, verdict, share, row) else verdict)
        for line, sure, verdict, share, row in zip(lines, certain, judged, told, rows, strict=True)
    ]
    least = _least(lines, judged, told)
    story = [share >= least and verdict is None for share, verdict in zip(told, verdicts, strict=True)]
    draft = Draft(lines, language, rows, told, verdicts, story)
    repeated_story.find(draft)
    captions.find(draft)
    head_bylines.broken_bylines(draft)
    title = headline.title(draft, given_title)
    headline.open_head(draft, title)
    below_title = headline.below(draft, title)
    last = max(draft.running(), default=len(lines))
    head_bylines.names(draft, below_title)
    bios.bios(draft, last)
    deck.deck(draft, below_title)
    deck.kicker(draft, below_title)
    tags_and_notes.tags(draft, last)
    tags_and_notes.notes(draft)
    teaser_lists.teasers(draft, below_title)
    return _repeats(draft, _all(draft, title, below_title, shares))


def _least(lines: Sequence[Line], judged: Sequence[Verdict | None], told: Sequence[float]) -> float:
    """From which share on a line is story: less where there is hardly any, and where there is hardly anything else."""
    likely = [line for line, share in zip(lines, told, strict=True) if share >= LIKELY]
    has_page = any(verdict and verdict.label in AROUND for verdict in judged)
    nearly_all, unlikely = (NEARLY_ALL, UNLIKELY) if has_page else (NEARLY_ALL_BARE, UNLIKELY_BARE)
    if sum([line.words for line in likely]) >= nearly_all * sum([line.words for line in lines]):
        return unlikely
    return LIKELY if sum([line.words for line in likely if line.is_prose]) >= LEAST_STORY else LIKELY / 2


def _outdoes(line: Line, verdict: Verdict, told: float, shares: Sequence[float]) -> bool:
    """Whether the model is surer of a line than the rule that knows it by itself."""
    if verdict.label in (Label.BYLINE, Label.TIMESTAMP, Label.CREDIT) and shares[PLACE[Label.TEASER]] >= LIKELY:
        return True
    is_byline = verdict.label is Label.BYLINE
    least = LIKELY if is_byline else SURE
    return (line.is_prose or is_byline) and told >= least and verdict.rule not in line_rules.CERTAIN


def _all(draft: Draft, title: int | None, below_title: range, shares: Floats) -> list[Verdict]:
    """The verdicts, and the model's where there is none."""
    title_line = None if title is None else draft.lines[title]
    tagged = _near_story(draft, title)
    in_story, other, once = (_best(shares, places) for places in (STORY_PLACES, OTHER_PLACES, ONCE_PLACES))
    verdicts: list[Verdict] = []
    for n, (line, verdict) in enumerate(zip(draft.lines, draft.verdicts, strict=True)):
        if verdict:
            verdicts.append(verdict)
        elif draft.story[n] and is_item(line):
            verdicts.append(Verdict(Label.LIST_ITEM, LIST_ITEM))
        elif draft.story[n]:
            verdicts.append(_by_model(in_story[n], round(100 * draft.told[n])))
        else:
            may_repeat = draft.times[line.folded] > 1 or _like(title_line, line)
            label = other[n] if may_repeat else once[n]
            if label in SOMEWHERE and _is_misplaced(label, draft, n, below_title, tagged):
                label = _best(shares[[n]], [place for place in ONCE_PLACES if LABELS[place] is not label])[0]
            verdicts.append(_by_model(label, round(100 * draft.share(n, label))))
    return verdicts


@lru_cache(maxsize=2**12)
def _by_model(label: Label, hundredths: int) -> Verdict:
    """The model's choice, with the share that spoke for it."""
    return Verdict(label, MODEL, hundredths / 100)


def _near_story(draft: Draft, title: int | None) -> frozenset[int]:
    """The lines around the headline and right below the story, where its tags stand; all of them without a story."""
    running = draft.running()
    if not running:
        return frozenset(range(len(draft.lines)))
    first = running[0] if title is None else title
    last = running[-1]
    return frozenset((*range(first - TAGS_ABOVE, running[0] + 2), *range(last, last + TAGS_BELOW + 1)))


def _is_misplaced(label: Label, draft: Draft, n: int, below_title: Container[int], tagged: Container[int]) -> bool:
    """Whether the line can't be what the model takes it for: a byline without a name, a deck or tags far away."""
    if label is Label.BYLINE:
        facts = draft.lines[n].facts
        return not (facts.authors or facts.pen_name or facts.is_single_name)
    if label is Label.DECK:
        return n not in below_title
    return n not in tagged


def _best(shares: Floats, places: Sequence[int]) -> list[Label]:
    """For each line the likeliest of the labels in these places."""
    return [LABELS[places[best]] for best in shares[:, places].argmax(axis=1)]


def _like(title: Line | None, line: Line) -> bool:
    """Whether one of the two says all that the other says."""
    return title is not None and (title.folded in line.folded or line.folded in title.folded)


def _repeats(draft: Draft, verdicts: list[Verdict]) -> list[Verdict]:
    """A line that repeats one that is kept is a duplicate; so is what repeats the headline above it.

    What the story itself says twice, it says twice.
    """
    kept: set[str] = set()
    titles = {line.folded for line, verdict in zip(draft.lines, verdicts, strict=True) if verdict.label is Label.TITLE}
    for n, (line, verdict) in enumerate(zip(draft.lines, verdicts, strict=True)):
        known = verdict.label is Label.DUPLICATE
        if known or draft.times[line.folded] < 2 or line.words < LEAST_REPEATED_WORDS:
            continue
        is_title_again = line.folded in titles and verdict.label is not Label.TITLE
        is_again = line.folded in kept and verdict.label not in (*STORY, Label.TEASER, Label.CREDIT)
        if is_title_again or is_again:
            verdicts[n] = Verdict(Label.DUPLICATE, DUPLICATE)
        elif verdict.label not in NOT_KEPT:
            kept.add(line.folded)
    return verdicts
