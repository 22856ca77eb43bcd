"""The differences of many dumps, added up by rule, label, fact and source, with examples."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from copydesk.compare.changes import Change, compare
from copydesk.document import Cleaned, Record
from copydesk.edits import Edit
from copydesk.source_memory.sources import CORPUS, folder_of, host_of

Key = TypeVar("Key", str, tuple[str, str])

MAX_EXAMPLES: Final = 3
"""Examples of each kind of difference."""

AROUND: Final = 16
"""Characters of the raw text on each side of an edit in an example."""

MAX_LISTED: Final = 1000
"""The most records that are listed as perhaps worse.  The confidence of these fell most."""


@dataclass(frozen=True, slots=True)
class Example:
    """One difference: the source of its dump, and what stands before and now."""

    source: str
    old: str
    new: str


@dataclass(slots=True)
class Count:
    """How often a difference occurs, on how many dumps, with examples."""

    times: int = 0
    dumps: int = 0
    examples: list[Example] = field(default_factory=list)

    def add(self, examples: list[Example]) -> None:
        """Add the differences of one dump."""
        self.times += len(examples)
        self.dumps += bool(examples)
        self.examples += examples[: MAX_EXAMPLES - len(self.examples)]


@dataclass(slots=True)
class SourceCount:
    """A source: its dumps, and how many of them changed, lost or gained story lines, or may be worse."""

    dumps: int = 0
    changed: int = 0
    lost: int = 0
    gained: int = 0
    regressed: int = 0


@dataclass(slots=True)
class Tally:
    """All differences.

    `same` and `changed` are dumps of both; `only_old` and `only_new` have the sources of the others.  `moves` counts
    lines by (label before, label now), `by_rule` by (what decided before, what decides now), `edits_gone` and
    `edits_new` edits by rule, `facts` by field.  In `regressed` the confidence fell; the
    largest fall comes first.
    """

    same: int = 0
    changed: int = 0
    other_dumps: int = 0
    only_old: list[str] = field(default_factory=list)
    only_new: list[str] = field(default_factory=list)
    moves: dict[tuple[str, str], Count] = field(default_factory=dict)
    by_rule: dict[tuple[str, str], Count] = field(default_factory=dict)
    edits_gone: dict[str, Count] = field(default_factory=dict)
    edits_new: dict[str, Count] = field(default_factory=dict)
    facts: dict[str, Count] = field(default_factory=dict)
    sources: dict[str, SourceCount] = field(default_factory=dict)
    regressed: list[tuple[float, str, str]] = field(default_factory=list)

    @property
    def dumps(self) -> int:
        """Dumps that both have."""
        return self.same + self.changed

    @property
    def share_changed(self) -> float:
        """The share of the dumps of both that changed (0 to 1)."""
        return self.changed / self.dumps if self.dumps else 0.0

    def finish(self) -> None:
        """Bring all lists into their order: the most frequent first."""
        self.moves, self.by_rule = _in_order(self.moves), _in_order(self.by_rule)
        self.edits_gone, self.edits_new = _in_order(self.edits_gone), _in_order(self.edits_new)
        self.facts = _in_order(self.facts)
        self.sources = dict(sorted(self.sources.items(), key=lambda pair: (-pair[1].changed, pair[0])))
        self.regressed = sorted(self.regressed, key=lambda one: (-one[0], one[1]))[:MAX_LISTED]


def tally(found: Iterable[tuple[Cleaned | None, Cleaned | None]]) -> Tally:
    """Compare each pair of dumps, and add up."""
    result = Tally()
    for old, new in found:
        if old is None or new is None:
            if old is not None:
                result.only_old.append(old.article.source)
            if new is not None:
                result.only_new.append(new.article.source)
            continue
        source = result.sources.setdefault(_source(new.article), SourceCount())
        source.dumps += 1
        change = compare(old, new)
        if change is None:
            result.same += 1
        else:
            _add(result, source, change)
    result.finish()
    return result


def _add(result: Tally, source: SourceCount, change: Change) -> None:
    name = change.new.source
    result.changed += 1
    result.other_dumps += change.is_other_dump
    source.changed += 1
    source.lost += sum(move.leaves_story for move in change.moves)
    source.gained += sum(move.joins_story for move in change.moves)
    moves: dict[tuple[str, str], list[Example]] = {}
    rules: dict[tuple[str, str], list[Example]] = {}
    for move in change.moves:
        example = Example(name, move.text, "")
        moves.setdefault((move.old, move.new), []).append(example)
        rules.setdefault((move.old_why, move.new_why), []).append(example)
    _count(result.moves, moves)
    _count(result.by_rule, rules)
    raw = _raw(change.new) if change.edits_gone or change.edits_new else ""
    for table, edits in ((result.edits_gone, change.edits_gone), (result.edits_new, change.edits_new)):
        by_rule: dict[str, list[Example]] = {}
        for edit in edits:
            for rule in edit.rules:
                by_rule.setdefault(rule, []).append(_around(name, raw, edit))
        _count(table, by_rule)
    _count(result.facts, {one.name: [Example(name, one.old or "", one.new or "")] for one in change.facts})
    if change.regressed:
        source.regressed += 1
        result.regressed.append((change.fall, name, change.new.id))


def _raw(record: Record) -> str:
    """The raw text; none if a record that copydesk has not written does not give it."""
    try:
        return record.raw()
    except ValueError:
        return ""


def _around(source: str, raw: str, edit: Edit) -> Example:
    """An edit with the characters around it."""
    left = raw[max(0, edit.start - AROUND) : edit.start]
    right = raw[edit.end : edit.end + AROUND]
    return Example(source, f"{left}{edit.before}{right}", f"{left}{edit.after}{right}")


def _count(table: dict[Key, Count], examples: dict[Key, list[Example]]) -> None:
    for key, each in examples.items():
        table.setdefault(key, Count()).add(each)


def _in_order(table: dict[Key, Count]) -> dict[Key, Count]:
    """The most frequent first."""
    return dict(sorted(table.items(), key=lambda pair: (-pair[1].times, str(pair[0]))))


def _source(record: Record) -> str:
    """The host of the record, else the folder of its dump."""
    return host_of(record.metadata.url) or folder_of(record.source) or CORPUS
