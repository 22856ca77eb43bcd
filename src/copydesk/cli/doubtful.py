"""`copydesk clean --below`: lists the dumps of which the confidence is low, and writes nothing."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from copydesk.cli.outputs import dumps_of, is_output
from copydesk.cli.record_files import is_record_file
from copydesk.cli.streams import put_line, say
from copydesk.cli.summary import plural
from copydesk.exit_codes import ExitCode
from copydesk.terminal import shown

if TYPE_CHECKING:
    from copydesk.config import Config
    from copydesk.document import Cleaned, Record, Reject
    from copydesk.quality.doubts import Doubt


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A dump with a low confidence, and what lowers it most."""

    source: str
    confidence: float
    page: str
    why: "tuple[Doubt, ...]"
    title: str | None
    id: str

    def line(self) -> str:
        """The line for people: with tabs between the fields."""
        why = "; ".join(map(str, self.why))
        fields = (self.source, f"{self.confidence:.2f}", self.page, why, self.title or "")
        return "\t".join(shown(one.replace("\t", " ")) for one in fields)

    def json(self) -> str:
        """The same as a JSON object."""
        why = [{"what": one.what, "value": one.value, "usual": one.usual} for one in self.why]
        known = {"source": self.source, "confidence": self.confidence, "page": self.page, "why": why}
        return json.dumps({**known, "title": self.title, "id": self.id})


def list_doubtful(
    paths: Sequence[str], limit: float, settings: "Config", jobs: int | None, *, as_json: bool
) -> ExitCode:
    """Print the dumps with a confidence below `limit`, the least sure first; returns the exit code.

    A path is a file or folder of dumps, which are cleaned, or an output or a file of it, which is read as it is.
    """
    from copydesk import store
    from copydesk.document import Reject

    count = rejected = 0
    doubtful: list[Doubtful] = []
    for outcome in _outcomes(paths, settings, jobs):
        count += 1
        if isinstance(outcome, Reject):
            rejected += 1
            say(store.reject_line(outcome).rstrip("\n"))
        elif outcome.article.quality and outcome.article.quality.confidence < limit:
            doubtful.append(_doubtful(outcome.article, outcome.article.quality.confidence))
    for one in sorted(doubtful, key=lambda one: one.confidence):
        put_line(one.json() if as_json else one.line())
    say(f"below {limit:g}: {len(doubtful):,} of {plural(count, 'dump')}; nothing was written")
    return ExitCode.REJECTED if rejected else ExitCode.DONE


def _doubtful(article: "Record", sure: float) -> Doubtful:
    from copydesk.quality import doubts

    return Doubtful(article.source, sure, article.page or "", doubts.of(article), article.metadata.title, article.id)


def _outcomes(paths: Sequence[str], settings: "Config", jobs: int | None) -> "Iterator[Cleaned | Reject]":
    """The outcomes for the dumps of all paths, in order."""
    from copydesk import batch
    from copydesk.batch.ordered import OrderedCleaner

    others: list[str] = []
    for path in paths:
        if is_output(Path(path)) or (Path(path).is_file() and is_record_file(Path(path))):
            yield from dumps_of(Path(path))
        else:
            others.append(path)
    if others:
        plan = batch.plan(others, None, settings.inputs.exclude, follow_links=settings.inputs.follow_links)
        yield from plan.rejects
        with OrderedCleaner(settings, jobs) as cleaner:
            yield from cleaner.files(plan.inputs)
