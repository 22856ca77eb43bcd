"""The Prefect flow.  It uses `batch` as the command line does, but in tasks, and makes a report at the end.

`flow_states` and `flow_report` have the states in which a run ends, and what it leaves in Prefect.  Prefect comes with
the extra `flows`.
"""

import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")  # the default, 20, is too short
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")  # nothing may call out
os.environ.setdefault("DO_NOT_TRACK", "1")

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy, State, TaskRun
from prefect.futures import PrefectFuture, as_completed
from prefect.runtime import flow_run
from prefect.settings import PREFECT_API_URL
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from prefect.tasks import Task

from copydesk import batch, config, files
from copydesk.batch import Job, Run
from copydesk.batch.errors import RUN_ERRORS
from copydesk.batch.job import cores
from copydesk.batch.messages import Setup, Unit, decode, encode
from copydesk.batch.pool import WorkerError, WorkerPool, read_staged_part
from copydesk.config import ConfigError
from copydesk.flow_report import announce, check_copies, check_page, find_copies, report_run, write_page
from copydesk.flow_states import ended, failed, skipped
from copydesk.learn import learn as learn_dumps
from copydesk.learned_dumps import LearningError
from copydesk.server_watch import ServerWatch
from copydesk.source_memory.memory_files import MemoryFileError
from copydesk.store import BusyError, Format, Store

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

PROGRESS_SECONDS: Final = 2.0
"""Seconds between two reports of progress."""

Runner: TypeAlias = "TaskRunner[Any]"
"""Any of Prefect's task runners, with any type of future."""

_own = threading.local()
_watches = False
_watching: list[ServerWatch] = []


@task(name="plan", task_run_name="plan {output}", persist_result=False)
def plan_job(
    paths: list[str],
    output: str,
    formats: list[str],
    config_path: str | None,
    shard_size: int | None,
    prune: bool,
    learns: bool = False,
) -> Job | Exception:
    """The job that these parameters describe; an InputError or ConfigError if they can't be used.

    With `learns`, the file of the memory may be missing.  An error is returned, not raised: Prefect prints a traceback
    for each task that raises one, and these errors need none.
    """
    try:
        settings = config.resolve(Path(config_path) if config_path else None, learns=learns)
        place, inputs = files.place(output), settings.inputs
        found = batch.plan(paths, place, inputs.exclude, follow_links=inputs.follow_links)
        return Job(found, place, tuple(map(Format, formats)), settings, shard_size, prune=prune)
    except (batch.InputError, ConfigError) as error:
        return error


@task(name="learn", persist_result=False)
def learn_memory(job: Job, jobs: int | None) -> Job | Exception:
    """Learn the memory of the sources from the inputs; returns the job that cleans with it.

    New dumps are added to the file that `[sources] memory` names; without one, to LEARNED beside the manifest.  Returns
    a ConfigError if that file can't be used, a WorkerError if a worker died, and an OSError if another run is writing
    the output, or if it can't be written (see `plan_job`).
    """
    named = job.settings.sources.memory
    memory = Path(named) if named else job.books.absolute() / LEARNED
    try:
        with Store(job.output, job.books) as store:
            store.sweep()
            done = learn_dumps(job.plan.inputs, memory, job.settings, jobs=jobs)
    except MemoryFileError as error:
        return ConfigError(f"sources.memory: {error}")
    except LearningError as error:
        return WorkerError(str(error))
    except OSError as error:
        return error
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


def run_name() -> str:
    """The name of a run of the flow: "clean dumps and 2 more into output"."""
    given = flow_run.parameters
    first, *others = given.get("paths") or ["nothing"]
    more = f" and {len(others)} more" if others else ""
    return f"clean {first}{more} into {given.get('output')}"


@flow(name="copydesk-clean", flow_run_name=run_name, result_serializer="json", persist_result=False)
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
    report: str | None = None,
    report_url: str | None = None,
) -> dict[str, int]:
    """Clean dumps: strip boilerplate, fix spacing, split teasers, attach metadata, write records.

    Dumps that were cleaned before and have not changed are skipped.

    Args:
        paths: files, directories, patterns and addresses; paths are relative to the working directory.
        output: the directory or remote folder to write.
        formats: md, links.md, json, jsonl, jsonl.gz, parquet, csv, excel.csv, sqlite, or several.
        config_path: settings (TOML); without it config/copydesk.toml, or the defaults if there is no such file.
        shard_size: articles in each file of many records; without it, all are in one file.
        jobs: number of workers; by default one for each core, with Dask 8.
        dask: the address of a Dask scheduler with workers that see the same files; without it only this machine works.
            It needs the extra `dask`.
        prune: remove the output of files that are gone.
        copies: a table (.jsonl, .parquet or .sqlite) of the articles that have the same story, to write at the end.
        learn: first learn the memory of the sources from the inputs, and clean with it.
        report: a page (.html) about the output, to write at the end.
        report_url: the address at which others find this page, for the link; without it, the link names the file.

    Returns:
        The counts of the run; `rejected` is the number of lines in rejects.jsonl, `filtered` that of records that fall
        below a limit in the settings (`[keep]`), which are in filtered.jsonl.  With `copies` also the number of copies.
        Nothing if another run is writing the output: the run ends as `Skipped`.  `copydesk.flow_states` lists the
        states; with one of type FAILED, the caller gets the error.
    """
    try:
        check_parameters(output, formats, dask, copies, report)
        if _watches or _is_of_prefect():
            _watch_server(output)
        job = _or_raise(plan_job(paths, output, formats, config_path, shard_size, prune, learn))
        if learn:
            job = _or_raise(learn_memory(job, jobs))
        state = _run(job, output, jobs, dask, copies, report, report_url)
    except KeyboardInterrupt:
        raise
    except RUN_ERRORS as error:
        state = skipped(error) if isinstance(error, BusyError) else failed(error, output)
        announce(output, state)
    return cast("dict[str, int]", state)  # Prefect ends the run in this state, and gives its data to the caller


def check_parameters(output: str, formats: list[str], dask: str | None, copies: str | None, report: str | None) -> None:
    """Raise ConfigError, or PlaceError, if these parameters can't be used: before a server is started."""
    files.place(output)
    unknown = [name for name in formats if name not in list(Format)]
    if unknown:
        raise ConfigError(f"format: {unknown[0]!r} is not one of {', '.join(Format)}")
    if dask is not None:
        check_dask()
    if copies is not None:
        check_copies(output, copies, formats)
    if report is not None:
        check_page(report)


def _or_raise(found: Job | Exception) -> Job:
    if isinstance(found, Exception):
        raise found
    return found


def _run(
    job: Job,
    output: str,
    jobs: int | None,
    dask: str | None,
    copies: str | None,
    report: str | None,
    report_url: str | None,
) -> "State[dict[str, int]]":
    """Clean, report, find copies and write the page; the state in which the run of the flow ends."""
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
    more = {} if copies is None else {"copies": find_copies(output, copies)}
    if report is not None:
        write_page(job, report, report_url)
    state = ended(summary, job.settings, more)
    announce(output, state, summary)
    return state


class NoServerError(RuntimeError):
    """No Prefect server answers; the message says where, and what to do."""


def check_server(*, is_needed: bool = False) -> None:
    """Check that the Prefect server answers that PREFECT_API_URL, or Prefect's own settings, name.

    Without one, runs start an embedded server, unless one `is_needed`: then this raises ConfigError.  Raises
    NoServerError if the server does not answer.
    """
    address = PREFECT_API_URL.value()
    if not address:
        if is_needed:
            raise ConfigError(
                "PREFECT_API_URL does not name a server: start one (prefect server start), and set it, for example to"
                " http://127.0.0.1:4200/api"
            )
        return
    with get_client(sync_client=True) as client:
        problem = client.api_healthcheck()
    if problem is not None:
        raise NoServerError(f"no Prefect server answers at {address} ({problem}): start it (prefect server start)")


def serve(name: str, parameters: Mapping[str, object], *, cron: str | None, interval: float | None) -> None:
    """Wait, and start the flow when it is due, until the process is stopped.

    While a run works, the server cancels the next one: two runs can't write one output.
    """
    clean.serve(
        name=name,
        cron=cron,
        interval=interval,
        parameters=dict(parameters),
        global_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
    )


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
