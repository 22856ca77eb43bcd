"""Lines to labels: one label for every line, with the rule that gave it.

In this order: the lines that a person has decided (`decisions`), those that the source's profile knows, the rules for
a line by itself (`line_rules`), the trained model (`features`, `model`), the rules for a line among its neighbours
(`decide` calls them), and the reader of roles (`role_reader`).
"""

from collections.abc import Sequence
from dataclasses import replace

from copydesk.config import LineRule, Profile
from copydesk.decisions import DECISION
from copydesk.document import Label
from copydesk.edits import Rule
from copydesk.labelling import (
    by_memory,
    code,
    decide,
    line_rules,
    no_story,
    posts,
    priced_entries,
    role_reader,
    second_reading,
    structure,
    unsigned_pages,
)
from copydesk.labelling.features import Features, Floats, features
from copydesk.labelling.line import Line
from copydesk.labelling.model import Model
from copydesk.labelling.role_reader import RoleForests
from copydesk.labelling.state import PLACE
from copydesk.labelling.verdict import Role, Verdict
from copydesk.source_memory.evidence import LineEvidence

__all__ = ["NOTHING_LEFT", "RULES", "Line", "Role", "Verdict", "label"]

PROFILE = Rule("label.profile", "a line that the source's profile knows (config/sources)")
NOTHING_LEFT = Rule("label.nothing-left", "the edits took everything visible away: marks, no words")
RULES: tuple[Rule, ...] = (
    DECISION,
    PROFILE,
    *by_memory.RULES,
    *line_rules.RULES,
    *posts.RULES,
    *decide.RULES,
    role_reader.ROLE,
    *unsigned_pages.RULES,
    *code.RULES,
    *structure.RULES,
    *no_story.RULES,
    NOTHING_LEFT,
)


def label(
    lines: Sequence[Line],
    language: str | None,
    model: Model,
    *,
    profile: Profile | None = None,
    title: str | None = None,
    roles: RoleForests | None = None,
    memory: Sequence[LineEvidence] = (),
    decided: Sequence[Label | None] = (),
) -> list[Verdict]:
    """One verdict a line; the lines are in `language`.  `title` is the headline that the container or page names.

    `roles` are the trees of the reader of roles; without them, those of the package.  `memory` has what other pages of
    the source say about each line; it is empty without a memory.  `decided` has the label that a person has given to
    each line, or None; it is empty if there is none.
    """
    if not lines:
        return []
    given = _given(lines, profile, decided)
    seen, shares, verdicts = before_roles(lines, language, model, certain=given, title=title, memory=memory)
    found = role_reader.read(lines, shares, seen.dense, model.columns, verdicts, roles or role_reader.shipped())
    found = unsigned_pages.find(lines, shares, found)
    found = no_story.find(lines, structure.find(lines, code.find(lines, found)))
    found = [_final(*one) for one in zip(verdicts, found, given, strict=True)]
    return _with_one_title(found) if Label.TITLE in decided else found


def before_roles(
    lines: Sequence[Line],
    language: str | None,
    model: Model,
    *,
    certain: Sequence[Verdict | None] = (),
    title: str | None = None,
    memory: Sequence[LineEvidence] = (),
) -> tuple[Features, Floats, list[Verdict]]:
    """What the model sees, the shares that it gives, and the verdicts before the reader of roles looks at them.

    `certain` are verdicts that nothing changes.  Of a label that the models do not know they see a paragraph.
    """
    judged = [line_rules.judge(line) for line in lines]
    seen = features(lines, language, judged, model.rules)
    shares = model.shares(seen)
    known = [_known(one) for one in certain] or [None] * len(lines)
    if memory:
        shares = by_memory.with_memory(lines, shares, memory)
        known = by_memory.furniture(lines, known, judged, shares, memory)
    found = decide.complete(lines, known, judged, shares, language, title)
    is_thread = any(verdict.rule in posts.IN_POST for verdict in found)
    if model.second is None or is_thread or not second_reading.is_unsure(lines, shares, found):
        return seen, shares, found
    again = model.second.shares(seen)
    if memory:
        again = by_memory.with_memory(lines, again, memory)
    known = [
        first if first.rule is priced_entries.PRICED_ENTRY else one for first, one in zip(found, known, strict=True)
    ]
    second = decide.complete(lines, known, judged, again, language, title)
    return (seen, shares, found) if second_reading.is_worse(lines, found, second) else (seen, again, second)


def _given(lines: Sequence[Line], profile: Profile | None, decided: Sequence[Label | None]) -> list[Verdict | None]:
    """The verdicts of people, else of the source's profile; None where neither says anything."""
    known = profile.lines if profile else ()
    given: list[Verdict | None] = [None] * len(lines)
    if known:
        given = [_from_profile(line, known) for line in lines]
    if any(decided):
        given = [Verdict(own, DECISION) if own else other for own, other in zip(decided, given, strict=True)]
    return given


def _known(verdict: Verdict | None) -> Verdict | None:
    return replace(verdict, label=Label.PARAGRAPH) if verdict and verdict.label not in PLACE else verdict


def _final(before: Verdict, after: Verdict, given: Verdict | None) -> Verdict:
    """The verdict on a line, of those before and after the reader of roles, and the given one."""
    if given and (given.rule is DECISION or given.label not in PLACE):
        return before if (before.label, before.rule) == (given.label, given.rule) else given
    return before if before.rule in (PROFILE, by_memory.SOURCE_MEMORY) else after


def _with_one_title(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts if a person has named the headline: another line that would be one repeats it."""
    again = Verdict(Label.DUPLICATE, DECISION)
    return [again if one.label is Label.TITLE and one.rule is not DECISION else one for one in verdicts]


def _from_profile(line: Line, known: Sequence[LineRule]) -> Verdict | None:
    return next((Verdict(rule.label, PROFILE) for rule in known if rule.matches(line.text)), None)
