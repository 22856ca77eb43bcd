"""The reader of roles: which lines are captions, credits, decks, notes, topics ... of this story, and not of another.

Rules and the model decide what a line is by itself and among its neighbours.  A caption of a teaser, or a topic in a
menu, is alike by itself; only its place beside the story tells.  Small forests of trees decide that, one for each role.
`python -m training.roles` grows them from labels that people set by reading.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from copydesk import forest
from copydesk.document import STORY, Label
from copydesk.edits import Rule
from copydesk.forest import UNIT, Forests
from copydesk.labelling import page_forms
from copydesk.labelling.features import Floats
from copydesk.labelling.line import Line, is_in_figcaption
from copydesk.labelling.model import LABELS, STORY_PLACES
from copydesk.labelling.role_features import COLUMNS, Ints, role_features
from copydesk.labelling.state import PLACE
from copydesk.labelling.verdict import Role, Verdict
from copydesk.parsing import sections
from copydesk.parsing.byline_forms import names_reporter

SHIPPED: Final = Path(__file__).with_name("roles.npz")

ROLE: Final = Rule("label.role", "the reader of roles: what the line is for this story; `share` is its probability")


@dataclass(frozen=True, slots=True)
class RoleThresholds:
    """When the reader decides about a role.  Probabilities from 0 to 1.

    Set with `python -m bench.facts` and `python -m bench.text`, November 2026, on pages of domains that the trees had
    not seen.
    """

    label: Label
    """The label of lines with the role."""

    take: float
    """A line gets the role from this probability on."""

    take_from_story: float
    """The same for a line that counts as story until then: a wrong decision would lose words of the story."""

    drop: float
    """A line with the label loses it below this probability."""

    drop_of_rule: float | None = None
    """The same for a line that has its label from a rule; None for `drop`."""

    fact: float = 0.0
    """A line with the label gets the role NOT_OF_STORY below this probability: no fact is read from it."""

    role: Role | None = None

    keeps_label: bool = False
    """Whether a line below `drop` keeps its label, with the role NOT_OF_STORY."""

    trusts_rules: bool = False
    """Whether a line that has its label from a rule loses it only if the model agrees."""

    near_title: int = 0
    """Lines below the headline that are candidates too."""

    label_alone: bool = False
    """Whether the role gives and takes the label without saying whether a fact may be read from the line."""

    also: tuple[Label, ...] = ()
    """Lines with these labels are candidates too."""


ROLES: Final[Mapping[str, RoleThresholds]] = {
    "deck": RoleThresholds(Label.DECK, 0.45, 0.7, 0.3, near_title=6),
    "caption": RoleThresholds(Label.CAPTION, 0.3, 0.6, 0.2, fact=0.5, trusts_rules=True, also=(Label.CREDIT,)),
    "credit": RoleThresholds(Label.CREDIT, 0.45, 0.9, 0.12, fact=0.5, trusts_rules=True, also=(Label.CAPTION,)),
    "note": RoleThresholds(Label.NOTE, 0.4, 0.8, 0.2, keeps_label=True, trusts_rules=True),
    "bio": RoleThresholds(Label.BIO, 0.2, 0.6, 0.0),
    "section": RoleThresholds(Label.TAGS, 0.6, 1.0, 0.0, role=Role.SECTION, also=(Label.NAVIGATION,)),
    "tags": RoleThresholds(Label.TAGS, 0.6, 1.0, 0.2, keeps_label=True),
    "any byline": RoleThresholds(Label.BYLINE, 0.5, 0.8, 0.15, 0.08, label_alone=True),
    "any date": RoleThresholds(Label.TIMESTAMP, 0.5, 0.8, 0.15, 0.05, label_alone=True),
    "any tags": RoleThresholds(Label.TAGS, 0.5, 0.8, 0.25, 0.1, label_alone=True),
    "any note": RoleThresholds(Label.NOTE, 0.3, 0.8, 0.25, 0.0, label_alone=True),
}
"""The roles.  If two of them take a line, the one decides that is farther above its threshold.

The roles that begin with "any" decide about the label of a line, and say nothing about facts.
"""

MIN_SHARE: Final = 0.02
"""The model's share of the label from which on a line is a candidate."""

MIN_OTHER: Final = 0.5
"""The share of other stories and furniture from which on a line loses a label that a rule gave it."""

MIN_SHARE_IN_FIGURE: Final = 0.9
"""The model's share of captions and credits from which on a line in a `<figcaption>` between the headline and the end
of the story is one of the story.

Set with `python -m bench.facts`, November 2026: recall of captions .678 after .610, of credits .834 after .807."""

MIN_STORY: Final = 0.2
"""The model's share of the story from which on a line that loses its label may go there.  Less is no opinion."""

_STORY_ALONE: Final = STORY | {Label.TITLE}
"""The labels of a story without its page: nothing in it is of another story."""

NEXT_BEST: Final = tuple(
    PLACE[label]
    for label in (Label.TEASER, Label.NAVIGATION, Label.CONTROL, Label.PROMO, Label.COMMENT)
)  # fmt: skip
"""The labels that a line may have which loses its own: it belongs to other stories or to the page."""


@dataclass(frozen=True, slots=True)
class RoleForests:
    """A forest for each role."""

    forests: Forests

    def probabilities(self, asked: Mapping[str, Ints]) -> dict[str, list[float]]:
        """For each role in `asked` its probability for each row of features."""
        scores = self.forests.scores(asked)
        every = np.array([score for name in asked for score in scores[name]], dtype=np.float64)
        remaining = iter(np.round(1 / (1 + np.exp(-every / UNIT)), 2).tolist())
        return {name: [next(remaining) for _ in rows] for name, rows in asked.items()}


@cache
def shipped() -> RoleForests:
    """The forests that come with the package."""
    return load(SHIPPED)


@cache
def load(path: Path) -> RoleForests:
    """The forests in the file at `path`.  Raises TreesError if it has other columns or is not such a file."""
    remedy = "Use a file of this version, or grow the trees with `python -m training.roles`"
    return RoleForests(forest.load(path, dict.fromkeys(ROLES, COLUMNS), remedy))


def read(
    lines: Sequence[Line],
    shares: Floats,
    dense: Floats,
    seen: tuple[str, ...],
    verdicts: Sequence[Verdict],
    forests: RoleForests,
) -> list[Verdict]:
    """The verdicts, with the roles that the reader gives and takes away.

    `shares` and `dense` are what the model gave and saw, `seen` the names of the columns of `dense`.  Headlines stay as
    they are.
    """
    labels = [verdict.label for verdict in verdicts]
    if _STORY_ALONE.issuperset(labels):
        return list(verdicts)
    rows = role_features(lines, shares, dense, seen, verdicts)
    candidates = candidates_of(shares, verdicts)
    best: dict[int, tuple[float, str, float]] = {}
    section: tuple[int, float] | None = None
    lost: dict[int, str] = {}
    doubtful: list[int] = []
    likely = forests.probabilities({name: rows[places] for name, places in candidates.items() if len(places)})
    for name, found_likely in likely.items():
        limits = ROLES[name]
        asked = zip(candidates[name].tolist(), found_likely, strict=True)
        probabilities = {n: probability for n, probability in asked if verdicts[n].rule is not page_forms.FORM}
        if limits.role is Role.SECTION:
            section = _section(lines, verdicts, probabilities, limits)
            continue
        for n, probability in probabilities.items():
            if limits.label is Label.CAPTION and labels[n] is Label.BYLINE and lines[n].facts.authors:
                continue  # a line with the name of an author is no caption
            above = probability - (limits.take_from_story if labels[n] in STORY else limits.take)
            if above >= 0 and (n not in best or above > best[n][0]):
                best[n] = (above, name, probability)
            is_sure = verdicts[n].share is None and (
                names_reporter(lines[n].text)
                if limits.label is Label.BYLINE
                else limits.trusts_rules and not _is_elsewhere(shares[n])
            )
            if labels[n] is limits.label and not is_sure:
                drop_of_rule = limits.drop_of_rule if verdicts[n].share is None else None
                if probability < (limits.drop if drop_of_rule is None else drop_of_rule):
                    lost[n] = name
                elif probability < limits.fact:
                    doubtful.append(n)
    found = list(verdicts)
    in_story = _figures_in_story(lines, labels, shares)
    for n in doubtful:
        if n in in_story:
            continue
        found[n] = replace(verdicts[n], role=Role.NOT_OF_STORY)
    for n, name in lost.items():
        if n in best or n in in_story:
            continue
        if ROLES[name].keeps_label:
            found[n] = replace(verdicts[n], role=Role.NOT_OF_STORY)
            continue
        found[n] = _next_best(shares[n], labels[n])
    for n, (_, name, probability) in best.items():
        if ROLES[name].label_alone:
            if labels[n] is not ROLES[name].label:
                found[n] = Verdict(ROLES[name].label, ROLE, probability)
            continue
        is_of_story = probability >= ROLES[name].fact or n in in_story
        role = Role.OF_STORY if is_of_story else Role.NOT_OF_STORY
        if labels[n] is not ROLES[name].label:
            found[n] = Verdict(ROLES[name].label, ROLE, probability, role)
        elif verdicts[n].share is not None:
            found[n] = replace(verdicts[n], role=role)
    if section is not None:
        n, probability = section
        found[n] = Verdict(Label.TAGS, ROLE, probability, Role.SECTION)
    return found


def _figures_in_story(lines: Sequence[Line], labels: Sequence[Label], shares: Floats) -> frozenset[int]:
    """The captions of figures between the headline and the end of the story, if the model is sure of them."""
    story = [n for n, label in enumerate(labels) if label is Label.PARAGRAPH]
    if Label.TITLE not in labels or not story:
        return frozenset()
    sure = shares[:, [PLACE[Label.CAPTION], PLACE[Label.CREDIT]]].sum(axis=1)
    return frozenset(
        n
        for n in range(labels.index(Label.TITLE), story[-1])
        if labels[n] in (Label.CAPTION, Label.CREDIT) and is_in_figcaption(lines[n]) and sure[n] >= MIN_SHARE_IN_FIGURE
    )


def _next_best(shares: Floats, lost: Label) -> Verdict:
    """The label of a line that lost its own: of the story if the model prefers it to the rest, else of the rest."""
    story = shares[STORY_PLACES].sum()
    is_story = story >= MIN_STORY and story > shares[list(NEXT_BEST)].sum() and story > shares[PLACE[lost]]
    place = max(STORY_PLACES if is_story else NEXT_BEST, key=lambda place: shares[place])
    return Verdict(LABELS[place], ROLE, round(float(shares[place]), 2))


def _is_elsewhere(shares: Floats) -> bool:
    """Whether the model takes the line for part of another story or of the page."""
    return bool(shares[list(NEXT_BEST)].sum() >= MIN_OTHER)


def _section(
    lines: Sequence[Line], verdicts: Sequence[Verdict], probabilities: Mapping[int, float], limits: RoleThresholds
) -> tuple[int, float] | None:
    """(number, probability) of the line with the section: the likeliest that may name one, if no rule found one."""
    if any(verdict.role is Role.SECTION for verdict in verdicts):
        return None
    likely = {n: probability for n, probability in probabilities.items() if probability >= limits.take}
    if not likely:
        return None
    titles = (line.folded for line, verdict in zip(lines, verdicts, strict=True) if verdict.label is Label.TITLE)
    headline = next(titles, "")
    known = {line.folded for line in lines}
    for n, probability in sorted(likely.items(), key=lambda item: (-item[1], item[0])):
        if sections.name_in(lines[n].text, headline, known):
            return n, probability
    return None


def candidates_of(shares: Floats, verdicts: Sequence[Verdict]) -> dict[str, Ints]:
    """For each role the numbers of the lines that may have it.

    A headline may not, nor a line to which a rule gave a label that does not fit the role, nor a part of a teaser, nor
    the section.
    """
    labels = np.array([PLACE[verdict.label] for verdict in verdicts])
    fixed = np.array([verdict.share is None or verdict.label is Label.TITLE for verdict in verdicts])
    taken = np.array([verdict.part is not None or verdict.role is Role.SECTION for verdict in verdicts])
    is_label = np.equal.outer(range(len(PLACE)), labels)
    titles = np.flatnonzero(is_label[PLACE[Label.TITLE]])
    free, open_to_all = ~taken, ~fixed
    found: dict[str, Ints] = {}
    for name, limits in ROLES.items():
        likely = shares[:, PLACE[limits.label]] >= MIN_SHARE
        for title in titles[:1]:
            likely[title + 1 : title + 1 + limits.near_title] = True
        likely &= open_to_all
        for label in (limits.label, *limits.also):
            likely |= is_label[PLACE[label]]
        likely &= free
        found[name] = np.flatnonzero(likely).astype(np.int32)
    return found
