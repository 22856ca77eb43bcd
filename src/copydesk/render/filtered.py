"""Lines of `filtered.jsonl`: each a dump that falls below a limit of `[keep]`, the limit, and the records."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from copydesk.document import Cleaned, Record
from copydesk.keep import Fall, Limit, Value
from copydesk.render.record import RecordError
from copydesk.terminal import escaped

_BEGINNING = re.compile(r'\{"id":"[0-9a-f]{20}","limit":"')


@dataclass(frozen=True, slots=True)
class _Identified:
    """The only field of a record that a line repeats."""

    id: str


@dataclass(frozen=True, slots=True)
class Filtered:
    """A filtered dump: the first limit below which it falls, its value, what is wanted, and the records.

    `also` has the other limits below which it falls.
    """

    id: str
    limit: Limit
    value: Value
    wanted: bool | float | str | tuple[str, ...]
    also: tuple[Fall, ...]
    source: str
    record: Record
    teasers: tuple[Record, ...]

    @property
    def cleaned(self) -> Cleaned:
        """The records as cleaning gave them."""
        return Cleaned(self.record, self.teasers)


def line(source: str, falls: Sequence[Fall], records: Sequence[str]) -> str:
    """The line of a filtered dump, from its records as lines of JSON: the article, then its teasers."""
    article, *teasers = records
    start = _start(msgspec.json.decode(article, type=_Identified).id, source, falls)
    return f'{start},"record":{article},"teasers":[{",".join(teasers)}]}}\n'


def notice(article: Record, falls: Sequence[Fall]) -> str:
    """A line of JSON that names a filtered dump and its limits, without its records and without a line break."""
    return f"{_start(article.id, article.source, falls)}}}"


def _start(own: str, source: str, falls: Sequence[Fall]) -> str:
    """The beginning of a line: its fields without the records and without the last brace."""
    first, *others = falls
    head = {
        "id": own,
        "limit": first.limit,
        "value": first.value,
        "wanted": first.wanted,
        "also": others,
        "source": source,
    }
    return escaped(json.dumps(msgspec.to_builtins(head), ensure_ascii=False, separators=(",", ":")))[:-1]


def is_line(text: str) -> bool:
    """Whether a line is one of `filtered.jsonl`."""
    return _BEGINNING.match(text) is not None


def from_line(data: bytes | str) -> Filtered:
    """The filtered dump in a line.  Raises RecordError if it is not one."""
    try:
        return msgspec.json.decode(data, type=Filtered)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RecordError(f"not a filtered record: {error}") from error
