"""The registry of all rules: those of edits and those of labels, in the order in which they act."""

from collections.abc import Iterable
from typing import Final

from copydesk import labelling
from copydesk.config import ConfigError
from copydesk.edits import Rule
from copydesk.repair import NEEDED, STAGES

EDITS: Final[tuple[Rule, ...]] = tuple(rule for stage in STAGES for rule in stage.RULES)
LABELS: Final[tuple[Rule, ...]] = labelling.RULES


def check_off(names: Iterable[str]) -> None:
    """Raise ConfigError if one of the names in `edits.off` is not a rule of edits, or is a rule that can't be off."""
    known = {rule.name for rule in EDITS}
    for name in names:
        if name in NEEDED:
            raise ConfigError(f"edits.off: {name!r} can't be off: Markdown must not contain control characters")
        if name not in known:
            raise ConfigError(f"edits.off: no rule {name!r}; the rules are: {', '.join(sorted(known))}")
