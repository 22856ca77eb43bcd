"""What a run of the flow leaves in Prefect: artifacts, events, log messages, and the page of the report."""

from dataclasses import asdict
from pathlib import Path
from typing import Final

from prefect import get_run_logger, task
from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact
from prefect.client.schemas.objects import State
from prefect.events import emit_event

from copydesk import batch, files
from copydesk.batch import Job, Summary, report
from copydesk.batch.manifest import NAME
from copydesk.config import ConfigError
from copydesk.copies import report as copies_report
from copydesk.copies import search as copies_search
from copydesk.document import Json
from copydesk.drift.wording import sentence
from copydesk.render.record import RecordError
from copydesk.report import output as report_output
from copydesk.report import page
from copydesk.report.sections import sections
from copydesk.store import WHOLE, Format
from copydesk.terminal import shown

DRIFTED: Final = "copydesk.source.drifted"
"""The event for a source that has changed."""

ENDED: Final = "copydesk.run.finished"
"""The event for a run that has ended, in any of the states of `flow_states`."""

PAGES: Final = (".html", ".htm")
"""The ends of the name of a page."""


@task(name="report", persist_result=False)
def report_run(summary: Summary, output: str) -> str:
    """Report a run: tables and Markdown as artifacts, a log message, and an event for each source that has changed."""
    text = report.text(summary, output)
    for key, table in (
        ("counts", report.rows(summary)),
        ("output", report.whole(summary)),
        ("rejects", report.rejects(summary)),
        ("changes", report.changes(summary)),
        ("slowest", report.slowest(summary)),
    ):
        create_table_artifact(
            key=f"copydesk-{key}", table=list(map(_harmless, table)), description=f"{key} of {output}"
        )
    create_markdown_artifact(key="copydesk-clean", markdown=text, description=f"{summary.counts} -> {output}")
    get_run_logger().info("\n%s", text)
    if summary.drifts:
        create_markdown_artifact(key="copydesk-drift", markdown=report.drifts(summary), description=output)
    for one in summary.drifts:
        resource = {"prefect.resource.id": f"copydesk.source.{one.source}", "prefect.resource.name": one.source}
        emit_event(DRIFTED, resource, payload={"output": output, "what": sentence(one), "run": one.run})
    return text


def _harmless(row: "report.Row") -> "report.Row":
    """The row with texts that no browser and no JSON stumbles over: a name of a file may have any bytes."""
    return {name: shown(value) if isinstance(value, str) else value for name, value in row.items()}


def announce(output: str, state: "State[dict[str, int]]", summary: Summary | None = None) -> None:
    """Emit the event that a run has ended, in which state, and, if it has finished, what it did.

    The state is a label of the event's resource, because an automation can choose by labels and not by the payload.
    """
    name = state.name or ""
    resource = {
        "prefect.resource.id": f"copydesk.output.{output}",
        "prefect.resource.name": output,
        "copydesk.state": name,
    }
    emit_event(ENDED, resource, payload={"output": output, "state": name, "result": state.message, **_facts(summary)})


def _facts(summary: Summary | None) -> dict[str, Json]:
    """What a run did, for the payload of an event; empty if it did nothing."""
    if summary is None:
        return {}
    return {
        "counts": asdict(summary.counts),
        "reasons": dict(summary.reasons),
        "changes": {str(change): count for change, count in summary.changes.counts.items()},
        "drifts": len(summary.drifts),
        "seconds": round(summary.seconds, 1),
    }


@task(name="copies", task_run_name="copies {table}", persist_result=False)
def find_copies(output: str, table: str) -> int:
    """Find the copies among all records of the output, and write the table; the number of copies.

    Reports what was found: a table and Markdown as artifacts, and a log message.  Raises InputError if something in the
    output is no record, and OSError if the table or its state can't be read or written.
    """
    try:
        found = copies_search.search(Path(output), Path(table))
    except RecordError as error:
        raise batch.InputError(str(error)) from error
    counts = copies_report.counts(found)
    text = copies_report.text(found, table)
    rows = [{"what": what, "count": count} for what, count in counts.items()]
    create_table_artifact(key="copydesk-copies-counts", table=rows, description=f"copies in {output}")
    create_markdown_artifact(key="copydesk-copies", markdown=text, description=f"copies in {output}")
    get_run_logger().info("\n%s", text)
    return sum(len(cluster) - 1 for cluster in found.clusters)


def check_copies(output: str, table: str, formats: list[str]) -> None:
    """Raise ConfigError if copies can't be found in this output, or not be written to this table."""
    if not isinstance(files.place(output), Path):
        raise ConfigError(f"copies: the output must be a folder of this machine, not {output}")
    if not {Format.JSON, *WHOLE} & set(formats):
        raise ConfigError("copies: the formats must have json, jsonl, jsonl.gz or parquet: copies are found in records")
    try:
        copies_search.check_name(Path(table))
    except copies_search.TableNameError as error:
        raise ConfigError(f"copies: {error}") from error


@task(name="page", task_run_name="page {path}", persist_result=False)
def write_page(job: Job, path: str, address: str | None) -> None:
    """Write the page of the report (see `copydesk report`), with a link to it as an artifact.

    The link is `address`; without one it is that of the file.  Raises OSError if the page can't be written.
    """
    target = Path(path).absolute()
    found = report_output.find(job.output, job.books, None, has_manifest=(job.books / NAME).exists())
    page.write(page.html(f"Report of {job.output}", sections(found)), target)
    create_link_artifact(address or target.as_uri(), "the report", key="copydesk-report", description=str(target))


def check_page(path: str) -> None:
    """Raise ConfigError if no page can be written there."""
    if not path.lower().endswith(PAGES):
        raise ConfigError(f"report: the name of a page ends in .html, got {path}")
    if not Path(path).absolute().parent.is_dir():
        raise ConfigError(f"report: no such folder: {Path(path).parent}")
    if Path(path).is_dir():
        raise ConfigError(f"report: {path} is a folder: name a file")
