"""Compares the new dumps of each source with its history at the end of a run."""

from collections.abc import Sequence
from typing import Final

from copydesk.batch.manifest_dumps import unpacked
from copydesk.batch.manifest_history import History
from copydesk.batch.state import RunState
from copydesk.drift.compare import changes, new_lines
from copydesk.drift.figures import line_digest
from copydesk.drift.wording import MAX_LINES, Drift
from copydesk.render import record

MAX_READ: Final = 5
"""New dumps that are read for the text of new lines: nearly all of them have each of the lines."""


def compare_sources(state: RunState) -> Sequence[Drift]:
    """The sources that have changed since the last run that finished, the last first.

    A run that died after it had saved what it found is counted with this one.
    """
    history, settings = state.history, state.job.settings.drift
    with state.manifest.transaction():
        for source in history.waiting(settings.min_dumps):
            found = _compare(history, source, state.number, settings.runs_a_month)
            if found:
                history.save_drift(found)
            history.end(source, state.number)
    return history.drifts(state.last_finished)


def _compare(history: History, source: str, run: int, runs_a_month: int) -> Drift | None:
    old = history.old(source)
    if not old:  # these dumps begin its history
        return None
    new = history.new(source)
    found = changes(old, new, runs_a_month)
    return Drift(source, run, found, _texts(history, source, new_lines(old, new))) if found else None


def _texts(history: History, source: str, lines: frozenset[int]) -> tuple[str, ...]:
    """The texts of lines of the new dumps, in the order of the page."""
    found: dict[int, str] = {}
    for _, packed in zip(range(MAX_READ), history.records_of_new(source), strict=False):
        for block in record.from_json(unpacked(packed)[0]).blocks:
            key = line_digest(block.text)
            if key in lines and len(found) < MAX_LINES:
                found.setdefault(key, block.text)
    return tuple(found.values())
