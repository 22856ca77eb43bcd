"""Counts of dumps, records, labels and edits, which can be added."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Final

from copydesk.document import FURNITURE, Cleaned, Metadata


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of a run, a file or a dump.  They can be added.

    `unchanged` counts dumps that were skipped or gave the same output, `filtered` those that fall below a limit of
    `[keep]`; the counts of records, lines, edits and facts are without these.  `boilerplate` counts lines that are not
    in the story (menus, buttons and the like), `edits` places where text was changed, `spacing` those of them that
    rules for spaces and line breaks changed, `facts` fields of the metadata that have a value.
    """

    written: int = 0
    unchanged: int = 0
    rejected: int = 0
    articles: int = 0
    teasers: int = 0
    boilerplate: int = 0
    edits: int = 0
    spacing: int = 0
    facts: int = 0
    filtered: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Counts)))

    def __str__(self) -> str:
        filtered = f", {self.filtered} filtered" if self.filtered else ""
        return f"{self.written} written, {self.unchanged} unchanged, {self.rejected} rejected{filtered}"


NOTHING: Final = Counts()


@dataclass(frozen=True, slots=True)
class DumpCounts:
    """The counts of one dump: its records, its lines by label, its edits by rule; and the profile that applied.

    `decisions` of people were applied to it; the `outdated` ones do not fit it any more.
    """

    counts: Counts = NOTHING
    labels: Mapping[str, int] = field(default_factory=dict)
    rules: Mapping[str, int] = field(default_factory=dict)
    profile: str | None = None
    decisions: int = 0
    outdated: int = 0


NO_COUNTS: Final = DumpCounts()


def count(cleaned: Cleaned) -> DumpCounts:
    """The counts of one dump, from its records."""
    article = cleaned.article
    counts = Counts(
        articles=1,
        teasers=len(cleaned.teasers),
        boilerplate=sum(block.label in FURNITURE for block in article.blocks),
        edits=len(article.edits),
        spacing=sum(any(rule.startswith(("spacing.", "lines.")) for rule in edit.rules) for edit in article.edits),
        facts=sum(bool(getattr(article.metadata, one.name)) for one in fields(Metadata)),
    )
    labels = Counter(str(block.label) for block in article.blocks)
    rules = Counter(rule for edit in article.edits for rule in edit.rules)
    return DumpCounts(counts, labels, rules, article.provenance.profile)
