"""The queue of the review desk: rows of the index, filtered, page by page.

A page begins after a place, so the last page takes no longer than the first.
"""

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

from copydesk.article import record_id
from copydesk.review.index import NAME

PAGE_ROWS: Final = 50
"""Rows of a page of the queue."""

MAX_WORDS: Final = 20
"""Words of a search that are looked for."""

_TERM = re.compile(r'"([^"]+)"|([^\s"]+)')


@dataclass(frozen=True, slots=True)
class Filter:
    """Which records are wanted; "" is any.  `words` are searched in titles, sources and stories."""

    site: str = ""
    label: str = ""
    rule: str = ""
    language: str = ""
    kind: str = ""
    words: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Filter":
        """The filter in the query of an address."""
        return cls(**{one.name: given.get(one.name, "").strip() for one in fields(cls)})

    def given(self) -> dict[str, str]:
        """What is not any."""
        return {one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name)}


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A record in the queue.  `file` and `number` say where its dump is in the manifest."""

    place: int
    id: str
    file: int
    number: int
    source: str
    title: str | None
    site: str
    language: str
    kind: str
    page: str | None
    confidence: float | None
    reason_lines: str

    @property
    def reasons(self) -> list[str]:
        """Why it is doubtful, beside its confidence."""
        return self.reason_lines.splitlines()


class Queue:
    """The open index of an output.  A connection of SQLite: it is used in one thread."""

    def __init__(self, base: sqlite3.Connection):
        self._base = base

    @property
    def records(self) -> int:
        """The number of all records."""
        return int(self._base.execute("select records from about").fetchone()[0])

    def facets(self) -> dict[str, list[tuple[str, int]]]:
        """For each filter its values with the number of their records, the commonest first."""
        found: dict[str, list[tuple[str, int]]] = {}
        for facet, value, records in self._base.execute("select facet, value, records from facets order by records desc, value"):  # fmt: skip  # noqa: E501
            found.setdefault(facet, []).append((value, records))
        return found

    def page(self, wanted: Filter, after: int = 0, rows: int = PAGE_ROWS) -> list[QueueRow]:
        """The first records of a filter after a place, in the order of the queue."""
        return self._select(wanted, "> ?", "asc", after, rows)

    def before(self, wanted: Filter, place: int) -> QueueRow | None:
        """The record before a place."""
        return next(iter(self._select(wanted, "< ?", "desc", place, 1)), None)

    def find(self, record: str) -> QueueRow | None:
        """The record with this id."""
        found = self._base.execute("select * from queue where id = ?", (record,)).fetchone()
        return QueueRow(*found) if found else None

    def of_source(self, source: str) -> QueueRow | None:
        """The record of the dump with this source."""
        return self.find(record_id(source))

    def of_site(self, site: str, limit: int) -> list[QueueRow]:
        """Some records of a source: spread over its queue, the same ones each time."""
        return self._spread_over("site = ?", site, limit)

    def of_other_sites(self, site: str, limit: int) -> list[QueueRow]:
        """Some records of all other sources, spread in the same way."""
        return self._spread_over("site <> ?", site, limit)

    def _spread_over(self, which: str, site: str, limit: int) -> list[QueueRow]:
        sql = f"select count(*) from queue where {which}"  # noqa: S608 - our own
        (count,) = self._base.execute(sql, (site,)).fetchone()
        step = max(1, count // limit)
        sql = (
            f"select * from (select *, row_number() over (order by place) as n from queue where {which})"  # noqa: S608 - our own
            " where n % ? = 0 limit ?"
        )
        return [QueueRow(*found[:-1]) for found in self._base.execute(sql, (site, step, limit))]

    def _select(self, wanted: Filter, after: str, order: str, place: int, rows: int) -> list[QueueRow]:
        """Rows of a filter.  The rarest way to find them leads: words, then a label or rule, then the columns."""
        query = search_of(wanted.words)
        if wanted.words and not query:
            return []
        marks = [f"{kind}:{value}" for kind, value in (("label", wanted.label), ("rule", wanted.rule)) if value]
        values: list[str | int] = []
        conditions: list[str] = []
        if query:
            source, at = "words w cross join queue q on q.place = w.rowid", "w.rowid"
            conditions.append("words match ?")
            values.append(query)
        elif marks:
            source, at = "marks m cross join queue q on q.place = m.place", "m.place"
            conditions.append("m.mark = (select id from names where name = ?)")
            values.append(marks.pop(0))
        else:
            source, at = "queue q", "q.place"
        for mark in marks:
            conditions.append(
                "exists (select 1 from marks where mark = (select id from names where name = ?) and place = q.place)"
            )
            values.append(mark)
        for column in ("site", "language", "kind"):
            if value := getattr(wanted, column):
                conditions.append(f"q.{column} = ?")
                values.append(value)
        where = " and ".join([*conditions, f"{at} {after}"])
        sql = f"select q.* from {source} where {where} order by {at} {order} limit ?"  # noqa: S608 - our own
        return [QueueRow(*found) for found in self._base.execute(sql, (*values, place, rows))]


def search_of(words: str) -> str:
    """The query of the full-text search for what a person typed: all words, and phrases in quotation marks.

    The last word may be the beginning of one.  Nothing in it acts: each word is quoted.
    """
    terms = [phrase or word for phrase, word in _TERM.findall(words.replace("\0", " "))][:MAX_WORDS]
    quoted = [f'"{term}"' for term in terms if any(map(str.isalnum, term))]
    return " ".join(quoted) + ("*" if quoted and not words.rstrip().endswith('"') else "")


@contextmanager
def opened(folder: Path) -> Iterator[Queue]:
    """The index in a folder, to read."""
    with closing(sqlite3.connect(f"{(folder / NAME).absolute().as_uri()}?mode=ro", uri=True)) as base:
        yield Queue(base)
