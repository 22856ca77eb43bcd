"""The rows of the history of sources in the manifest: the figures of each dump, and what has changed.

A dump is observed in the transaction that records its output.  It waits until a run compares it with the history of its
source, and then belongs to that run.  The same dump has one row, however often it is cleaned.  If it is cleaned again,
its figures are those of the program that cleaned it last, and it stays in its run.  A dump that is gone stays in the
history.
"""

import json
import sqlite3
from collections.abc import Iterator
from itertools import islice
from typing import Final

import msgspec

from copydesk.batch.manifest import DamagedRowError, Manifest
from copydesk.drift.compare import MAX_HISTORY, MAX_HISTORY_LINES, MAX_NEW, MAX_OF_RUN, Seen
from copydesk.drift.figures import Figures, Observed, unpacked_lines
from copydesk.drift.wording import Drift, sentence

_SAVE: Final = (
    "insert into observed (id, source, input, number, figures, lines) values (?, ?, ?, ?, ?, ?) on conflict (id) do"
    " update set source = excluded.source, input = excluded.input, number = excluded.number,"
    " figures = excluded.figures, lines = excluded.lines"
)
_NEW: Final = "select run, figures, lines from observed where source = ? and run is null order by id limit ?"
_OF_RUN: Final = "select id, run, figures, lines from observed where source = ? and run = ? order by id limit ?"


class History:
    """The figures of the dumps of each source."""

    def __init__(self, manifest: Manifest):
        self._base, self._is_there = manifest.base, manifest.has_history

    def save(self, observed: Observed, file: int, number: int) -> None:
        """Save the figures of dump `number` of a file."""
        figures = msgspec.json.encode(observed.figures).decode()
        own = (observed.id, observed.source, file, number, figures, observed.lines or None)
        self._base.execute(_SAVE, own)

    def waiting(self, count: int) -> list[str]:
        """The sources with at least so many dumps that were not compared yet, in order."""
        sql = "select source from observed where run is null group by source having count(*) >= ? order by source"
        return [source for (source,) in self._base.execute(sql, (count,))]

    def new(self, source: str) -> list[Seen]:
        """The dumps of a source that were not compared yet, in a fixed order; of more than MAX_NEW a sample."""
        return [_seen(row) for row in self._base.execute(_NEW, (source, MAX_NEW))]

    def old(self, source: str) -> list[Seen]:
        """The dumps with which new ones of a source are compared, in the order of the runs.

        They are those of the last runs since the source has changed last, of each run at most MAX_OF_RUN and together
        at most MAX_HISTORY.
        """
        sql = "select coalesce(max(run), 0) from drifts where source = ?"
        (since,) = self._base.execute(sql, (source,)).fetchone()
        rows = islice(self._last(source, since), MAX_HISTORY)
        found = [
            _seen((run, figures, lines if n < MAX_HISTORY_LINES else None))
            for n, (_, run, figures, lines) in enumerate(rows)
        ]
        return found[::-1]

    def _last(self, source: str, since: int = 0) -> Iterator[tuple[str, int, str, bytes | None]]:
        """(id, run, figures, lines) of dumps of a source, the last runs first, of each run a sample by the ids."""
        run = None
        while True:
            sql = "select max(run) from observed where source = ? and run < coalesce(?, run + 1)"
            (run,) = self._base.execute(sql, (source, run)).fetchone()
            if run is None or run < since:
                return
            yield from map(tuple, self._base.execute(_OF_RUN, (source, run, MAX_OF_RUN)))

    def records_of_new(self, source: str) -> Iterator[bytes]:
        """The packed records of the dumps of a source that were not compared yet, in the order of `new`."""
        sql = (
            "select d.lines from observed o join documents d on d.input = o.input and d.number = o.number"
            " where o.source = ? and o.run is null and d.lines is not null order by o.id"
        )
        for (lines,) in self._base.execute(sql, (source,)):
            yield lines

    def end(self, source: str, run: int) -> None:
        """Save that all dumps of a source were compared, now or in earlier runs.

        The lines of dumps that are too old to be compared are deleted.
        """
        self._base.execute("update observed set run = ? where source = ? and run is null", (run, source))
        stay = json.dumps([row[0] for row in islice(self._last(source), MAX_HISTORY_LINES)])
        self._base.execute(
            "update observed set lines = null where source = ? and lines is not null"
            " and id not in (select value from json_each(?))",
            (source, stay),
        )

    def save_drift(self, drift: Drift) -> None:
        """Save that a source has changed."""
        found = msgspec.json.encode(drift).decode()
        self._base.execute(
            "insert or replace into drifts (source, run, found) values (?, ?, ?)", (drift.source, drift.run, found)
        )

    def drifts(self, after: int, limit: int = -1) -> list[Drift]:
        """The sources that have changed in runs after this one, the last runs first; none in a manifest of before."""
        if not self._is_there:
            return []
        sql = "select found from drifts where run > ? order by run desc, source limit ?"
        return [_drift(found) for (found,) in self._base.execute(sql, (after, limit))]


def _seen(row: "sqlite3.Row | tuple[int | None, str, bytes | None]") -> Seen:
    run, figures, lines = row
    try:
        own = msgspec.json.decode(figures, type=Figures)
        return Seen(run or 0, own, None if lines is None else unpacked_lines(lines))
    except (msgspec.DecodeError, TypeError, ValueError) as error:
        raise DamagedRowError(f"the figures of a dump: {error}") from error


def _drift(found: str) -> Drift:
    try:
        drift = msgspec.json.decode(found, type=Drift)
        sentence(drift)  # raises KeyError for a figure that there is not
        return drift
    except (msgspec.DecodeError, TypeError, KeyError) as error:
        raise DamagedRowError(f"a source that has changed: {error}") from error
