"""How often each rule acted in an output, from its records."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from copydesk.batch.manifest import Manifest
from copydesk.batch.manifest_dumps import Dumps
from copydesk.batch.manifest_totals import Totals
from copydesk.document import Kind, Record
from copydesk.files import Place
from copydesk.render.record import RecordError, from_json
from copydesk.shards import lines as shard_lines


@dataclass(frozen=True, slots=True)
class RuleCounts:
    """How many places each edit rule changed, and how many lines each label rule labelled, in this number of dumps."""

    dumps: int
    edits: Counter[str]
    labels: Counter[str]


def count_rules(output: Place, manifest: Manifest) -> RuleCounts:
    """Count in all published records of an output, without teasers: their lines are lines of their articles.

    Raises OSError if a file can't be read.  Raises RecordError if a file does not hold records, or if the output has
    none because only Markdown was written.
    """
    dumps = 0
    edits, labels = Counter[str](), Counter[str]()
    for one in _records(output, manifest):
        dumps += 1
        edits.update(rule for edit in one.edits for rule in edit.rules)
        labels.update(block.why.partition(" ")[0] for block in one.blocks)
    if not dumps and any(manifest.files()) and not Totals(manifest).all_limits():
        raise RecordError("no records here: run clean with --format json, jsonl, jsonl.gz or parquet")
    return RuleCounts(dumps, edits, labels)


def _records(output: Place, manifest: Manifest) -> Iterator[Record]:
    """All records except teasers: from the shards if there are any, else from the JSON files."""
    shards = sorted(manifest.shards())
    if shards:
        suffix = shards[0].partition(".")[2]
        for name in shards:
            if name.partition(".")[2] == suffix:
                for line in shard_lines(output / name):
                    record = from_json(line.encode())
                    if record.kind is not Kind.TEASER:
                        yield record
        return
    for file, _, _ in manifest.files():
        for dump in Dumps(manifest).of_file(file):
            for name in dump.files:
                if name.endswith(".json"):
                    yield from_json((output / name).read_bytes())
