"""The Prefect flow.  It uses `batch` as the command line does, but in tasks, and makes a report at the end.

This is the only module that imports Prefect, which comes with the extra `flows`.
"""

import multiprocessing
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from prefect import flow, get_run_logger, task
from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State, TaskRun
from prefect.events import emit_event
from prefect.futures import PrefectFuture, as_completed
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from prefect.tasks import Task

from copydesk import batch, config, files
from copydesk.batch import Job, Run, Summary, report
from copydesk.batch.job import cores
from copydesk.batch.messages import Setup, Unit, decode, encode
from copydesk.batch.pool import WorkerError, WorkerPool, read_staged_part
from copydesk.config import ConfigError
from copydesk.copies import report as copies_report
from copydesk.copies import search as copies_search
from copydesk.drift.wording import sentence
from copydesk.learn import learn as learn_dumps
from copydesk.learned_dumps import LearningError
from copydesk.render.record import RecordError
from copydesk.server_watch import ServerWatch
from copydesk.source_memory.memory_files import MemoryFileError
from copydesk.store import Format, Store

if TYPE_CHECKING:
    from uuid import UUID

GROUP_UNITS: Final = 20
"""Units of a task: 15 to 30 seconds of work.  Prefect itself takes 11 to 255 milliseconds for a task, which is little
beside that."""

TASKS_PER_WORKER: Final = 2
"""Tasks for each worker that are started at the same time, so that no worker waits for the next."""

DASK_JOBS: Final = 8
"""Assumed number of workers of a Dask cluster, if `jobs` is not given."""

DASK: Final = ("dask", "distributed", "prefect_dask")
"""The packages of the extra `dask` that the flow uses."""

LEARNED: Final = "learned.memory"
"""The file of the memory if the settings name none."""

DRIFTED: Final = "copydesk.source.drifted"
"""The event for a source that has changed."""

PROGRESS_SECONDS: Final = 2.0
"""Seconds between two reports of progress."""

Runner: TypeAlias = "TaskRunner[Any]"
"""Any of Prefect's task runners, with any type of future."""

_own = threading.local()
_watches = False
_watching: list[ServerWatch] = []


class SourcesChangedError(RuntimeError):
    """Sources have changed, and `[drift] fail_on_drift` lets the flow fail then.  The output is complete."""


@task(name="plan", task_run_name="plan {output}", persist_result=False)
def plan_job(
    paths: list[str],
    output: str,
    formats: list[str],
    config_path: str | None,
    shard_size: int | None,
    prune: bool,
    learns: bool = False,
) -> Job:
    """The job that these parameters describe.  Raises InputError or ConfigError if they can't be used.

    With `learns`, the file of the memory may be missing.
    """
    settings = config.resolve(Path(config_path) if config_path else None, learns=learns)
    found = batch.plan(paths, files.place(output), settings.inputs.exclude, follow_links=settings.inputs.follow_links)
    return Job(found, files.place(output), tuple(map(Format, formats)), settings, shard_size, prune=prune)


@task(name="learn", persist_result=False)
def learn_memory(job: Job, jobs: int | None) -> Job:
    """Learn the memory of the sources from the inputs; returns the job that cleans with it.

    New dumps are added to the file that `[sources] memory` names; without one, to LEARNED beside the manifest.  Raises
    ConfigError if that file can't be used, and WorkerError if a worker died.
    """
    named = job.settings.sources.memory
    memory = Path(named) if named else job.books.absolute() / LEARNED
    try:
        with Store(job.output, job.books) as store:
            store.sweep()
            done = learn_dumps(list(job.plan.inputs), memory, job.settings, jobs=jobs)
    except MemoryFileError as error:
        raise ConfigError(f"sources.memory: {error}") from error
    except LearningError as error:
        raise WorkerError(str(error)) from error
    get_run_logger().info("%d dumps of %d sources learned, %d rejected", done.dumps, done.sources, done.rejected)
    sources = replace(job.settings.sources, memory=str(memory))
    return replace(job, settings=replace(job.settings, sources=sources))


def _is_trouble_with_files(task: "Task[..., list[str]]", run: TaskRun, state: "State[list[str]]") -> bool:
    """Whether a task failed because the output could not be written: a retry may succeed."""
    try:
        state.result()
    except OSError:
        return True
    except Exception:  # noqa: BLE001 - any other error stays one
        return False
    return False


@task(
    name="clean group",
    task_run_name="clean group {number}",
    persist_result=False,
    retries=2,
    retry_delay_seconds=5,
    retry_condition_fn=_is_trouble_with_files,
)
def clean_group(number: int, setup: str, units: list[str]) -> list[str]:
    """Clean a group of units in a child process; returns the names of the folders with the staged parts.

    Units and setup are JSON (see `copydesk.batch.messages`), so a machine of a cluster needs only this package.
    Raises OSError if the output can't be written.
    """
    pool = _pool(setup)
    return [staged.folder.name for staged in pool.clean(decode(unit, Unit) for unit in units)]


def _pool(setup: str) -> WorkerPool:
    """The pool of this thread.  It has one worker, which is used for all tasks of the thread."""
    known: tuple[str, WorkerPool] | None = getattr(_own, "pool", None)
    if known is None or known[0] != setup:
        if known:
            known[1].close()
        known = (setup, WorkerPool(decode(setup, Setup), 1))
        _own.pool = known
    return known[1]


@task(name="report", persist_result=False)
def report_run(summary: Summary, output: str) -> str:
    """Report a run: a table and Markdown as artifacts, a log message, and an event for each source that has changed."""
    text = report.text(summary, output)
    create_table_artifact(key="copydesk-counts", table=report.rows(summary), description=f"counts of {output}")
    create_markdown_artifact(key="copydesk-clean", markdown=text, description=f"{summary.counts} -> {output}")
    get_run_logger().info("\n%s", text)
    if summary.drifts:
        create_markdown_artifact(key="copydesk-drift", markdown=report.drifts(summary), description=output)
    for one in summary.drifts:
        resource = {"prefect.resource.id": f"copydesk.source.{one.source}", "prefect.resource.name": one.source}
        emit_event(DRIFTED, resource, payload={"output": output, "what": sentence(one), "run": one.run})
    return text


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
    if not {Format.JSON, Format.JSONL, Format.JSONL_GZ, Format.PARQUET} & set(formats):
        raise ConfigError("copies: the formats must have json, jsonl, jsonl.gz or parquet: copies are found in records")
    try:
        copies_search.check_name(Path(table))
    except copies_search.TableNameError as error:
        raise ConfigError(f"copies: {error}") from error


@flow(
    name="copydesk-clean", flow_run_name="clean {paths} into {output}", result_serializer="json", persist_result=False
)
def clean(
    paths: list[str] = ["seeds"],  # noqa: B006 - Prefect shows the default; nothing changes it
    output: str = "output",
    formats: list[str] = ["md", "json"],  # noqa: B006
    config_path: str | None = None,
    shard_size: int | None = None,
    jobs: int | None = None,
    dask: str | None = None,
    prune: bool = False,
    copies: str | None = None,
    learn: bool = False,
) -> dict[str, int]:
    """Clean dumps: strip boilerplate, fix spacing, split teasers, attach metadata, write records.

    Dumps that were cleaned before and have not changed are skipped.

    Args:
        paths: files, directories, patterns and addresses; paths are relative to the working directory.
        output: the directory or remote folder to write.
        formats: md, json, jsonl, jsonl.gz, parquet, csv, excel.csv, sqlite, or several.
        config_path: settings (TOML); without it config/copydesk.toml, or the defaults if there is no such file.
        shard_size: articles in each file of many records; without it, all are in one file.
        jobs: number of workers; by default one for each core, with Dask 8.
        dask: the address of a Dask scheduler with workers that see the same files; without it only this machine works.
            It needs the extra `dask`.
        prune: remove the output of files that are gone.
        copies: a table (.jsonl, .parquet or .sqlite) of the articles that have the same story, to write at the end.
        learn: first learn the memory of the sources from the inputs, and clean with it.

    Returns:
        The counts of the run; `rejected` is the number of lines in rejects.jsonl, `filtered` that of records that fall
        below a limit in the settings (`[keep]`), which are in filtered.jsonl.  With `copies` also the number of copies.
    """
    if dask is not None:
        check_dask()
    if copies is not None:
        check_copies(output, copies, formats)
    if _watches or _is_of_prefect():
        _watch_server(output)
    job = plan_job(paths, output, formats, config_path, shard_size, prune, learn)
    if learn:
        job = learn_memory(job, jobs)
    with Run(job) as run, _runner(dask, jobs) as runner:
        at_once = TASKS_PER_WORKER * (jobs or (DASK_JOBS if dask else cores()))
        shown = cast(
            "UUID", create_progress_artifact(0.0, key="copydesk-progress", description=f"files cleaned into {output}")
        )
        for units in run.rounds():
            _clean_all(job, run, runner, units, at_once, shown)
        update_progress_artifact(shown, 100.0)
        summary = run.finish()
    report_run(summary, output)
    counts = asdict(summary.counts)
    if copies is not None:
        counts["copies"] = find_copies(output, copies)
    if summary.drifts and job.settings.drift.fail_on_drift:
        raise SourcesChangedError("; ".join(map(sentence, summary.drifts)))
    return counts


def end_without_server() -> None:
    """Let this process end when its Prefect server has died: for programs that only run this flow."""
    global _watches
    _watches = True


def finish(code: int) -> None:
    """Say that the flow has ended with this exit code, also if its server is gone by now."""
    for watch in _watching:
        watch.finish(code)


def _is_of_prefect() -> bool:
    """Whether Prefect has started this process for one run of a flow."""
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    return (spec is not None and spec.name.startswith("prefect.")) or multiprocessing.parent_process() is not None


def _watch_server(output: str) -> None:
    with get_client(sync_client=True) as client:
        watch = ServerWatch(f"{str(client.api_url).rstrip('/')}/health", output)
    watch.start()
    _watching.append(watch)


def check_dask() -> None:
    """Raise ConfigError if the extra `dask` is not installed."""
    missing = [name for name in DASK if find_spec(name) is None]
    if missing:
        raise ConfigError(f"dask: needs {', '.join(missing)}: pip install 'copydesk[dask]'")


def _runner(dask: str | None, jobs: int | None) -> "Runner":
    """Runs tasks in threads of this machine, each with a child process; with `dask`, on the workers of a cluster."""
    if dask is None:
        return ThreadPoolTaskRunner(max_workers=jobs or cores())
    from prefect_dask.task_runners import DaskTaskRunner

    return DaskTaskRunner(address=dask)


def _clean_all(job: Job, run: Run, runner: "Runner", units: Iterator[Unit], at_once: int, shown: "UUID") -> None:
    """Start tasks for groups of units, `at_once` at the same time, and publish what each has staged."""
    setup = job.setup
    encoded = encode(setup).decode()
    last = 0.0
    waiting: list[PrefectFuture[list[str]]] = []
    groups = enumerate(_groups(units))
    logger = get_run_logger()
    while True:
        for number, group in islice(groups, at_once - len(waiting)):
            waiting.append(runner.submit(clean_group, {"number": number, "setup": encoded, "units": group}))
        if not waiting:
            break
        done = next(as_completed(waiting))
        waiting.remove(done)
        progress = None
        for name in done.result():
            progress = run.publish(read_staged_part(Path(setup.work) / name))
        if progress and (time.monotonic() - last > PROGRESS_SECONDS or not waiting):
            last = time.monotonic()
            update_progress_artifact(shown, min(99.0, 100 * progress.share), description=str(progress.counts))
            logger.info("%d of %d files: %s", progress.files, progress.of, progress.counts)


def _groups(units: Iterator[Unit]) -> Iterator[list[str]]:
    while group := [encode(unit).decode() for unit in islice(units, GROUP_UNITS)]:
        yield group
