"""The Prefect flow `copydesk-trace`: a few dumps, and a task for each step, to see what it does.

The flow `copydesk-clean` does the same steps in worker processes, which is faster and has limits of time and memory.
"""

from itertools import islice
from pathlib import Path
from typing import Final

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact

from copydesk import batch, config, desk, files, readers, store, trace
from copydesk.config import Config
from copydesk.desk import EditedDump, LabelledDump
from copydesk.document import Cleaned, Json, Reject
from copydesk.dump import Dump
from copydesk.store import Format
from copydesk.whole_file import replaced

STEPS: Final = ("read", "fix spacing", "strip boilerplate", "split teasers", "attach metadata", "write")
"""The names of the tasks, in their order."""


@task(name="read", task_run_name="read {source}", persist_result=False)
def read_dump(source: str, raw: Dump) -> Dump:
    """Show the dump as it was read: its text was decoded, or its page rendered."""
    _show("read", source, trace.read(raw))
    return raw


@task(name="fix spacing", task_run_name="fix spacing {source}", persist_result=False)
def fix_spacing(source: str, raw: Dump, settings: Config) -> EditedDump:
    """Repair spaces, line breaks, encoding and invisible characters; each change is an edit that can be undone."""
    edited = desk.edit_dump(raw, settings)
    _show("spacing", source, trace.spacing(raw, edited))
    return edited


@task(name="strip boilerplate", task_run_name="strip boilerplate {source}", persist_result=False)
def strip_boilerplate(source: str, raw: Dump, edited: EditedDump, settings: Config) -> LabelledDump:
    """Give each line its label."""
    labelled = desk.label_dump(raw, edited, settings)
    _show("boilerplate", source, trace.boilerplate(labelled))
    return labelled


@task(name="split teasers", task_run_name="split teasers {source}", persist_result=False)
def split_teasers(source: str, raw: Dump, labelled: LabelledDump, settings: Config) -> Cleaned:
    """Make the records: the article, and each other story of the page."""
    cleaned = desk.make_records(raw, labelled, settings)
    _show("teasers", source, trace.teasers(cleaned))
    return cleaned


@task(name="attach metadata", task_run_name="attach metadata {source}", persist_result=False)
def attach_metadata(source: str, cleaned: Cleaned) -> Cleaned:
    """Show the facts of the article, with the lines that they come from."""
    _show("metadata", source, trace.metadata(cleaned.article))
    return cleaned


@task(name="write", task_run_name="write {source}", persist_result=False)
def write_records(source: str, cleaned: Cleaned, output: str) -> list[str]:
    """Write the files of a dump, as a run does; returns their names."""
    stem = store.output_names(source)[0].name
    made = store.files(cleaned, (Format.MD, Format.JSON))
    texts = {stem + suffix: text for suffix, text in made.items() if text is not None}
    for name, text in texts.items():
        path = Path(output) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with replaced(path) as new:
            new.write_text(text, encoding="utf-8", newline="\n")
    _show("write", source, trace.written(list(texts)))
    return list(texts)


@flow(name="copydesk-trace", flow_run_name="trace {paths}", result_serializer="json", persist_result=False)
def trace_dumps(
    paths: list[str] = ["seeds"],  # noqa: B006 - Prefect shows the default; nothing changes it
    output: str = "trace",
    config_path: str | None = None,
    count: int = 5,
) -> dict[str, Json]:
    """Clean a few dumps, each step in a task of its own with an artifact that shows what it did.

    Args:
        paths: files, directories and patterns, relative to the working directory.
        output: the directory to write.
        config_path: settings (TOML); without it config/copydesk.toml, or the defaults if there is no such file.
        count: the number of dumps, in the order of the inputs.

    Returns:
        `written` has the files of each dump by its source, `rejected` the reason of each dump that can't be cleaned.
    """
    settings = config.resolve(Path(config_path) if config_path else None)
    desk.check_settings(settings)
    place = files.place(output)
    if not isinstance(place, Path):
        raise config.ConfigError(f"output: must be a folder of this machine, not {output}")
    plan = batch.plan(paths, place, settings.inputs.exclude, follow_links=settings.inputs.follow_links)
    dumps = (found for one in plan.inputs for found in readers.read(one.path, one.source, settings))
    written: dict[str, Json] = {}
    rejected: dict[str, Json] = {one.source: one.reason for one in plan.rejects}
    for found in islice(dumps, count):
        if isinstance(found, Reject):
            rejected[found.source] = f"{found.reason}: {found.detail}"
            get_run_logger().warning("%s: rejected: %s: %s", found.source, found.reason, found.detail)
            continue
        raw = read_dump(found.source, found)
        edited = fix_spacing(raw.source, raw, settings)
        labelled = strip_boilerplate(raw.source, raw, edited, settings)
        cleaned = attach_metadata(raw.source, split_teasers(raw.source, raw, labelled, settings))
        written[raw.source] = [*write_records(raw.source, cleaned, output)]
    return {"written": written, "rejected": rejected}


def _show(step: str, source: str, markdown: str) -> None:
    """An artifact of the step; `source` is its description."""
    create_markdown_artifact(key=f"copydesk-trace-{step}", markdown=markdown, description=source)
