"""Lines to labels: one label for every line, with the rule that gave it.

In this order: what the source's profile knows, what a line by itself leaves no doubt of (`patterns`), what its
neighbours tell (`structure`).  A later step never overrules an earlier one, but for repeated lines.
"""

from collections.abc import Sequence

from copydesk.config import Profile
from copydesk.edits import Rule
from copydesk.labelling import patterns, structure
from copydesk.labelling.line import Line, Verdict

__all__ = ["RULES", "Line", "Verdict", "label"]

PROFILE = Rule("label.profile", "a line that the source's profile knows (config/sources)")
RULES: tuple[Rule, ...] = (
    PROFILE,
    *patterns.RULES,
    *structure.RULES,
)


def label(
    lines: Sequence[Line], language: str | None, profile: Profile | None = None, title: str | None = None
) -> list[Verdict]:
    """One verdict a line.  `title` is the headline where the container or page names it."""
    known = [_from_profile(line, profile) or patterns.judge(line, language) for line in lines]
    return structure.complete(lines, known, title)


def _from_profile(line: Line, profile: Profile | None) -> Verdict | None:
    known = profile.lines if profile else ()
    return next((Verdict(rule.label, PROFILE.name) for rule in known if rule.matches(line.text)), None)
