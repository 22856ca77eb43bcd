"""Lines to labels: one label for every line, with the rule that gave it.

In this order: the lines that the source's profile knows, the rules for a line by itself (`line_rules`), the trained
model (`features`, `model`), the rules for a line among its neighbours (`decide` calls them), and the reader of roles
(`role_reader`).
"""

from collections.abc import Sequence

from copydesk.config import LineRule, Profile
from copydesk.edits import Rule
from copydesk.labelling import by_memory, code, decide, line_rules, no_story, role_reader
from copydesk.labelling.features import Features, Floats, features
from copydesk.labelling.line import Line
from copydesk.labelling.model import Model
from copydesk.labelling.role_reader import RoleForests
from copydesk.labelling.verdict import Role, Verdict
from copydesk.source_memory.evidence import LineEvidence

__all__ = ["NOTHING_LEFT", "RULES", "Line", "Role", "Verdict", "label"]

PROFILE = Rule("label.profile", "a line that the source's profile knows (config/sources)")
NOTHING_LEFT = Rule("label.nothing-left", "the edits took everything visible away: marks, no words")
RULES: tuple[Rule, ...] = (
    PROFILE,
    *by_memory.RULES,
    *line_rules.RULES,
    *decide.RULES,
    role_reader.ROLE,
    *code.RULES,
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
) -> list[Verdict]:
    """One verdict a line; the lines are in `language`.  `title` is the headline that the container or page names.

    `roles` are the trees of the reader of roles; without them, those of the package.  `memory` has what other pages of
    the source say about each line; it is empty without a memory.
    """
    if not lines:
        return []
    seen, shares, verdicts = before_roles(lines, language, model, profile=profile, title=title, memory=memory)
    found = role_reader.read(lines, shares, seen.dense, model.columns, verdicts, roles or role_reader.shipped())
    found = no_story.find(lines, code.find(lines, found))
    final = (PROFILE, by_memory.SOURCE_MEMORY)
    return [before if before.rule in final else verdict for before, verdict in zip(verdicts, found, strict=True)]


def before_roles(
    lines: Sequence[Line],
    language: str | None,
    model: Model,
    *,
    profile: Profile | None = None,
    title: str | None = None,
    memory: Sequence[LineEvidence] = (),
) -> tuple[Features, Floats, list[Verdict]]:
    """What the model sees, the shares that it gives, and the verdicts before the reader of roles looks at them."""
    judged = [line_rules.judge(line) for line in lines]
    seen = features(lines, language, judged, model.rules)
    shares = model.shares(seen)
    known = profile.lines if profile else ()
    certain = [_from_profile(line, known) for line in lines] if known else [None] * len(lines)
    if memory:
        shares = by_memory.with_memory(lines, shares, memory)
        certain = by_memory.furniture(lines, certain, judged, shares, memory)
    return seen, shares, decide.complete(lines, certain, judged, shares, language, title)


def _from_profile(line: Line, known: Sequence[LineRule]) -> Verdict | None:
    return next((Verdict(rule.label, PROFILE) for rule in known if rule.matches(line.text)), None)
