"""Collects what the report shows of the records.  Its memory does not grow with their number."""

import heapq
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, TypeVar

from copydesk.document import FURNITURE, Kind, Label, Reject
from copydesk.edits import Edit, inside, segments
from copydesk.keep import UNKNOWN_LANGUAGE
from copydesk.report.fields import Seen
from copydesk.report.reading import Filtered, Item, Problem, Published, Teaser
from copydesk.report.tally import Tally
from copydesk.source_memory.sources import CORPUS, host_of

BINS: Final = 20
"""Bars of the histogram of confidence: most records are above .9, and a tenth would be one bar."""

WORDS: Final = (0, 1, 50, 100, 200, 400, 800, 1_600, 3_200)
"""Where each range of lengths begins, in words of the story."""

MAX_SOURCES: Final = 5_000
"""Sources that are counted apart; the rest are counted together."""

MAX_KINDS: Final = 2_000
"""Different names of rules, languages, months, reasons and the like that are counted."""

MAX_LEFT_OUT: Final = 100_000
"""Different lines of page furniture that are counted at the same time."""

MAX_LINE: Final = 200
"""Characters of a line of page furniture that are compared with other lines."""

MAX_DETAIL: Final = 500
"""Characters of the detail of a reject."""

LEAST_SURE: Final = 50
"""Records that are shown one by one."""

MAX_HELD: Final = 1_000_000
"""Bytes of the JSON of such a record; of a longer one the lines and the doubts are not shown."""

EXAMPLES: Final = 3
"""Examples of an edit rule, of a reason for rejects, and of a limit."""

MAX_TRIED: Final = 20
"""Edits of a record that are looked at for examples: those of one line are often alike."""

AROUND: Final = 30
"""Characters before and after an edit in an example."""

DIGEST_DIGITS: Final = 16
"""Digits of the digest of the settings that are shown: enough to tell two settings apart."""

OTHERS: Final = "(all other sources)"

LABELS: Final = frozenset(map(str, Label))
UNKNOWN_LABEL: Final = "(unknown label)"
"""Stands for the labels that this version does not know: a file that copydesk has not written may have any."""

T = TypeVar("T")

_MONTH = re.compile(r"[12]\d{3}-\d\d")


@dataclass(slots=True)
class SourceFigures:
    """What is counted of a source."""

    records: int = 0
    sureness: float = 0.0
    rated: int = 0
    labels: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class EditExample:
    """An edit, and the text around it."""

    left: str
    before: str
    after: str
    right: str


@dataclass(frozen=True, slots=True, order=True)
class Doubted:
    """A record with a low confidence.  `order` is its place among the records; `line` is empty if it is too long."""

    confidence: float
    order: int
    record_id: str = field(compare=False)
    source: str = field(compare=False)
    title: str = field(compare=False)
    line: str | bytes = field(compare=False)


class Gathered:
    """What was collected; `add` takes the next item of an output."""

    def __init__(self) -> None:
        self.records = self.teasers = self.rated = 0
        self.kinds, self.pages, self.languages = Tally(MAX_KINDS), Tally(MAX_KINDS), Tally(MAX_KINDS)
        self.months, self.facts, self.cut_off = Tally(MAX_KINDS), Tally(MAX_KINDS), Tally(MAX_KINDS)
        self.versions, self.settings, self.profiles = Tally(MAX_KINDS), Tally(MAX_KINDS), Tally(MAX_KINDS)
        self.rules, self.left_out = Tally(MAX_KINDS), Tally(MAX_LEFT_OUT)
        self.edits = 0
        self.confidence, self.lengths = [0] * BINS, [0] * len(WORDS)
        self.sources: dict[str, SourceFigures] = {}
        self.edit_examples: dict[str, list[EditExample]] = {}
        self.rejects, self.limits = Tally(MAX_KINDS), Tally(MAX_KINDS)
        self.reject_examples: dict[str, list[Reject]] = {}
        self.filtered_examples: dict[str, list[Filtered]] = {}
        self.problems: list[Problem] = []
        self.problem_count = 0
        self._doubted: list[tuple[float, int, Doubted]] = []
        self._well_shown: set[str] = set()

    @property
    def least_sure(self) -> list[Doubted]:
        """The records with the lowest confidence, the least sure first."""
        return sorted(one for _, _, one in self._doubted)

    @property
    def is_empty(self) -> bool:
        """Whether there was nothing that copydesk has written."""
        return not (self.records or self.teasers or len(self.rejects) or len(self.limits))

    @property
    def labels(self) -> Counter[str]:
        """The number of lines by label."""
        found = Counter[str]()
        for one in self.sources.values():
            found.update(one.labels)
        return found

    def add(self, item: Item) -> None:
        """Count an item."""
        match item:
            case Published():
                self.teasers += item.teasers
                self._add_record(item.record, item.line)
            case Teaser():
                self.teasers += 1
            case Reject():
                reject = Reject(item.source[:MAX_LINE], item.reason[:MAX_LINE], item.detail[:MAX_DETAIL])
                self.rejects.add([reject.reason])
                _remember(self.reject_examples, reject.reason, reject)
            case Filtered():
                value = item.value[:MAX_LINE] if isinstance(item.value, str) else item.value
                filtered = Filtered(item.source[:MAX_LINE], item.limit[:MAX_LINE], value)
                self.limits.add([filtered.limit])
                _remember(self.filtered_examples, filtered.limit, filtered)
            case Problem():
                self.problem_count += 1
                if self.problem_count <= LEAST_SURE:
                    self.problems.append(item)

    def _add_record(self, record: Seen, line: str | bytes) -> None:
        self.records += 1
        facts, origin = record.metadata, record.provenance
        self.kinds.add([record.kind])
        self.pages.add([record.page or "not known"])
        self.languages.add([facts.language or UNKNOWN_LANGUAGE])
        month = _MONTH.match(facts.published or "")
        self.months.add([month[0] if month else ""])
        found = {"title": facts.title, "authors": facts.authors, "published": facts.published}
        self.facts.add(name for name, value in {**found, "publisher": facts.publisher}.items() if value)
        self.versions.add([origin.copydesk])
        self.settings.add([origin.config[:DIGEST_DIGITS]])
        self.profiles.add([origin.profile] if origin.profile else [])
        self.left_out.add([f"{one.label}\t{one.text[:MAX_LINE]}" for one in record.blocks if one.label in FURNITURE])
        own = self._source(record)
        own.records += 1
        own.labels.update([one.label if one.label in LABELS else UNKNOWN_LABEL for one in record.blocks])
        self._add_quality(record, own, line)
        self._add_edits(record)

    def _source(self, record: Seen) -> SourceFigures:
        name = source_name(record)
        if name not in self.sources and len(self.sources) >= MAX_SOURCES:
            name = OTHERS
        return self.sources.setdefault(name, SourceFigures())

    def _add_quality(self, record: Seen, source: SourceFigures, line: str | bytes) -> None:
        quality = record.quality
        if quality is None or record.kind != Kind.ARTICLE:
            return
        source.rated += 1
        source.sureness += quality.confidence
        self.rated += 1
        self.confidence[max(0, min(BINS - 1, int(quality.confidence * BINS)))] += 1
        self.lengths[max(0, bisect_right(WORDS, quality.signals.words) - 1)] += 1
        self.cut_off.add(quality.reasons)
        place = (-quality.confidence, -self.records)
        if len(self._doubted) < LEAST_SURE or place > self._doubted[0][:2]:
            held = line if len(line) <= MAX_HELD else ""
            title = (record.metadata.title or "")[:MAX_LINE]
            one = Doubted(quality.confidence, self.records, record.id[:MAX_LINE], record.source[:MAX_LINE], title, held)
            act = heapq.heappush if len(self._doubted) < LEAST_SURE else heapq.heappushpop
            act(self._doubted, (*place, one))

    def _add_edits(self, record: Seen) -> None:
        rules = [rule[:MAX_LINE] for change in record.edits for rule in change.rules]
        self.edits += len(record.edits)
        self.rules.add(rules)
        wanted = set(rules) - self._well_shown
        if not wanted or len(self.edit_examples) >= MAX_KINDS:
            return
        edits = [Edit(one.start, one.before, one.after, one.rules) for one in record.edits]
        tried = (edit for edit in edits if not wanted.isdisjoint(edit.rules))
        for edit in islice(tried, MAX_TRIED):
            example = _example(record, edits, edit)
            if example:
                for rule in wanted.intersection(edit.rules):
                    self._add_example(rule, example, wanted)

    def _add_example(self, rule: str, example: EditExample, wanted: set[str]) -> None:
        shown = self.edit_examples.setdefault(rule, [])
        if example not in shown:
            wanted.discard(rule)  # of one record one example: others show more
            shown.append(example)
        if len(shown) >= EXAMPLES:
            self._well_shown.add(rule)


def source_name(record: Seen) -> str:
    """The source of a record: its host; else the file that holds many records; else its folder."""
    host = host_of(record.metadata.url)
    if host:
        return host[:MAX_LINE]
    container, mark, _ = record.source.partition("#")
    return (container if mark else record.source.rpartition("/")[0])[:MAX_LINE] or CORPUS


def _remember(examples: dict[str, list[T]], name: str, item: T) -> None:
    if name in examples or len(examples) < MAX_KINDS:
        own = examples.setdefault(name, [])
        if len(own) < EXAMPLES:
            own.append(item)


def _example(record: Seen, edits: Sequence[Edit], edit: Edit) -> EditExample | None:
    """An edit with the text around it; None if no block has it."""
    place = bisect_right(record.blocks, edit.start, key=lambda block: block.start) - 1
    block = record.blocks[place] if place >= 0 else None
    if block is None or edit.end > block.end:
        return None
    left = ""
    parts = segments(block.text, block.start, inside(edits, block.start, block.end))
    for same, found in parts:
        if found == edit:
            right = next(parts, ("", None))[0]
            return EditExample(
                (left + same)[-AROUND:],
                edit.before[:MAX_LINE],
                edit.after[:MAX_LINE],
                right[:AROUND],
            )
        left = same + (found.after if found else "")
    return None


def gather(items: Iterable[Item]) -> Gathered:
    """What the report shows of an output."""
    found = Gathered()
    for item in items:
        found.add(item)
    return found
