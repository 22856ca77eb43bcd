"""How often each rule acted in an output, from its records."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from copydesk.batch.manifest import Manifest
from copydesk.batch.manifest_dumps import Dumps
from copydesk.document import Kind, Record
from copydesk.render.record import RecordError, from_json
from copydesk.shards import lines as shard_lines


@dataclass(frozen=True, slots=True)
class RuleCounts:
    """For a number of dumps: places that each rule of edits changed, lines that each rule of labels labelled."""

    dumps: int
    edits: Counter[str]
    labels: Counter[str]


def count_rules(output: Path, manifest: Manifest) -> RuleCounts:
    """Count over all records of an output but teasers, which repeat lines of their articles.

    Raises OSError where a file can't be read, RecordError where it is not a record, or where the output has no records
    because it was written as Markdown only.
    """
    dumps = 0
    edits, labels = Counter[str](), Counter[str]()
    for one in _records(output, manifest):
        dumps += 1
        edits.update(rule for edit in one.edits for rule in edit.rules)
        labels.update(block.why.partition(" ")[0] for block in one.blocks)
    if not dumps and any(manifest.files()):
        raise RecordError("no records here: clean with --format json, jsonl, jsonl.gz or parquet")
    return RuleCounts(dumps, edits, labels)


def _records(output: Path, manifest: Manifest) -> Iterator[Record]:
    """The records of articles and dumps without a story: from the shards where there are some, else from JSON files."""
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
