"""Sums over the dumps in the manifest, and its rows of runs."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Final

import msgspec

from copydesk.batch.counts import Counts
from copydesk.batch.manifest import DamagedRowError, Manifest
from copydesk.batch.manifest_dumps import OF_RUN
from copydesk.batch.run_figures import RunFigures
from copydesk.store import is_busy

_PUBLISHED: Final = "d.reason is null and d.filtered is null"
_REST: Final = "coalesce(sum(reason is not null), 0) as rejected, coalesce(sum(filtered is not null), 0) as filtered"
_RESULTS: Final = f"0 as written, coalesce(sum(reason is null and filtered is null), 0) as unchanged, {_REST}"
_SUMS: Final = ", ".join(
    f"coalesce(sum(iif(filtered is null, {name}, 0)), 0) as {name}"
    for name in ("articles", "teasers", "boilerplate", "edits", "spacing", "facts")
)


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run: `began` and `ended` in seconds since 1970; `state` is running, finished or broken."""

    number: int
    began: float
    ended: float | None
    version: str
    state: str
    result: str

    def current_state(self, books: Path) -> str:
        """The state now: a run that is not finished is `broken` if nothing writes the output of this bookkeeping."""
        return "broken" if self.state == "running" and not is_busy(books) else self.state


class Totals:
    """Sums over dumps, and runs."""

    def __init__(self, manifest: Manifest):
        self._base, self._has_figures = manifest.base, manifest.has_figures

    def of_run(self, run: int) -> Counts:
        """The counts of the files of a run."""
        return self._counts(
            f"select coalesce(sum(d.run = :run and d.written and {_PUBLISHED}), 0) as written,"
            f" coalesce(sum(not (d.run = :run and d.written) and {_PUBLISHED}), 0) as unchanged,"
            f" {_REST}, {_SUMS} {OF_RUN}",
            {"run": run},
        )

    def of_unchanged_file(self, file: int) -> Counts:
        """The counts of a file that was skipped."""
        return self._counts(
            f"select {_RESULTS}, {_SUMS} from documents where input = :file",  # noqa: S608 - our own
            {"file": file},
        )

    def of_all(self) -> tuple[int, int, Counts]:
        """(number of files, number of dumps, their counts)."""
        files, dumps = self._base.execute(
            "select (select count(*) from inputs), (select count(*) from documents)"
        ).fetchone()
        sql = f"select {_RESULTS}, {_SUMS} from documents"  # noqa: S608 - our own
        return files, dumps, self._counts(sql, {})

    def _counts(self, sql: str, values: Mapping[str, int]) -> Counts:
        row = self._base.execute(sql, values).fetchone()
        return Counts(**{one.name: row[one.name] for one in fields(Counts)})

    def slowest(self, run: int, limit: int) -> list[tuple[str, float]]:
        """(source, seconds) of the dumps that took longest in a run."""
        sql = "select source, seconds from documents where run = ? order by seconds desc, source limit ?"
        return list(map(tuple, self._base.execute(sql, (run, limit))))

    def reasons(self, run: int) -> dict[str, int]:
        """How many dumps of the run's files are rejected, by reason."""
        sql = f"select d.reason, count(*) {OF_RUN} and d.reason is not null group by 1"
        return dict(map(tuple, self._base.execute(sql, {"run": run})))

    def all_limits(self) -> dict[str, int]:
        """How many dumps are filtered, by the name of the limit, the most frequent first."""
        sql = "select filtered, count(*) from documents where filtered is not null group by 1 order by 2 desc, 1"
        return dict(map(tuple, self._base.execute(sql)))

    def all_reasons(self) -> dict[str, int]:
        """How many dumps are rejected, by reason, the most frequent first."""
        sql = "select reason, count(*) from documents where reason is not null group by 1 order by 2 desc, 1"
        return dict(map(tuple, self._base.execute(sql)))

    def begin_run(self, version: str) -> int:
        """Save that a run begins; returns its number.  Earlier runs that did not end become `broken`."""
        self._base.execute("update runs set state = 'broken' where state = 'running'")
        found = self._base.execute(
            "insert into runs (began, version, state, result) values (?, ?, 'running', '')", (time.time(), version)
        )
        return int(found.lastrowid or 0)

    def end_run(self, run: int, state: str, result: str) -> None:
        """Save how a run ended."""
        sql = "update runs set ended = ?, state = ?, result = ? where id = ?"
        self._base.execute(sql, (time.time(), state, result, run))

    def runs(self, limit: int) -> list[RunRow]:
        """The last runs, the newest first."""
        rows = self._base.execute(
            "select id, began, ended, version, state, result from runs order by id desc limit ?", (limit,)
        )
        return [RunRow(*row) for row in rows]

    def last_finished(self) -> tuple[int, str]:
        """The number and result of the last run that finished; 0 and "" if there is none."""
        sql = "select id, result from runs where state = 'finished' order by id desc limit 1"
        found = self._base.execute(sql).fetchone()
        return (found["id"], found["result"]) if found else (0, "")

    def save_figures(self, run: int, figures: RunFigures) -> None:
        """Save what a run did."""
        found = msgspec.json.encode(figures).decode()
        self._base.execute("insert or replace into figures (run, found) values (?, ?)", (run, found))

    def figures(self, limit: int) -> list[tuple[float, RunFigures]]:
        """(when it began, what it did) of the last runs that finished, the newest first.

        A manifest of before has none.  Raises DamagedRowError if copydesk did not write them like this.
        """
        if not self._has_figures:
            return []
        sql = (
            "select r.began, f.found from figures f join runs r on r.id = f.run where r.state = 'finished'"
            " order by f.run desc limit ?"
        )
        try:
            return [
                (began, msgspec.json.decode(found, type=RunFigures))
                for began, found in self._base.execute(sql, (limit,))
            ]
        except (msgspec.DecodeError, TypeError) as error:
            raise DamagedRowError(f"the figures of a run: {error}") from error
