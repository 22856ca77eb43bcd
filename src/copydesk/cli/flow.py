"""`copydesk flow` and `copydesk serve`: the Prefect flow, now or on a schedule."""

import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, TypedDict, TypeVar, cast

import click

from copydesk import files
from copydesk.cli.streams import CommandError, say
from copydesk.exit_codes import ExitCode

Command = TypeVar("Command", bound=Callable[..., Any])

NAME: Final = "copydesk"
"""The name of the deployment that `serve` makes."""


class Parameters(TypedDict):
    """The parameters of the flow (see `copydesk.tasks.clean`)."""

    paths: list[str]
    output: str
    formats: list[str]
    config_path: str | None
    shard_size: int | None
    jobs: int | None
    dask: str | None
    prune: bool
    copies: str | None
    learn: bool
    report: str | None
    report_url: str | None


_OPTIONS: Final = (
    click.argument("paths", nargs=-1, metavar="[PATH...]"),
    click.option("-o", "--output", default="output", show_default=True, help="Where to write."),
    click.option(
        "--format", "formats", default="md,json", show_default=True, help="What to write, separated by commas."
    ),
    click.option(
        "--config",
        "config_path",
        type=click.Path(dir_okay=False, exists=True),
        help="Settings (TOML).  [default: config/copydesk.toml if it exists]",
    ),
    click.option(
        "--shard-size", type=click.IntRange(min=1), metavar="N", help="Articles in each file of many records."
    ),
    click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Workers.  [default: one for each core]"),
    click.option("--dask", metavar="ADDRESS", help="The Dask scheduler to use (extra `dask`)."),
    click.option("--prune", is_flag=True, help="Remove the output of files that are gone."),
    click.option("--copies", metavar="TABLE", help="The table of copies to write at the end."),
    click.option("--learn", is_flag=True, help="Learn the memory of the sources first, and clean with it."),
    click.option("--report", metavar="FILE", help="The page of the report to write at the end."),
    click.option("--report-url", metavar="URL", help="Where others find this page, for the link in Prefect."),
)
"""The parameters of the flow as options."""


def flow_options(command: Command) -> Command:
    """Add the parameters of the flow to a command."""
    for add in reversed(_OPTIONS):
        command = add(command)
    return command


def _parameters(given: Mapping[str, object]) -> Parameters:
    """The parameters that the values of _OPTIONS give."""
    paths = cast("tuple[str, ...]", given["paths"]) or ("seeds",)
    own = {**given, "paths": list(paths), "formats": _names(str(given["formats"]))}
    return cast("Parameters", own)


def _names(formats: str) -> list[str]:
    return [name.strip() for name in formats.split(",")]


@click.command()
@flow_options
def flow(**given: object) -> None:
    """Clean dumps, by default `seeds`, as one run of the Prefect flow.

    It does what `copydesk clean` does, and leaves a report, tables and events in Prefect.  It uses the server that
    PREFECT_API_URL names, else it starts one for the run.

    \b
      copydesk flow dumps -o output --report report.html

    \b
    Exit codes:  0 everything was cleaned   1 something was rejected, or the settings let the flow fail
                 2 wrong use                3 no server answers, another run is writing the output, or it
                                              could not be written completely
    """  # noqa: D301 # click needs the character, not a backslash and a letter
    sys.exit(run_flow(_parameters(given)))


@click.command()
@flow_options
@click.option("--cron", help='When, in the syntax of cron: "0 3 * * *" is every night at three (UTC).')
@click.option("--interval", type=click.FloatRange(min=1), metavar="SECONDS", help="How often, instead of --cron.")
@click.option("--name", default=NAME, show_default=True, help="The name of the deployment.")
def serve(cron: str | None, interval: float | None, name: str, **given: object) -> None:
    """Wait, and clean dumps in the Prefect flow when it is due.  The process stays until it is stopped.

    It needs a Prefect server: PREFECT_API_URL names it.  Paths may be relative: they are those of now.

    \b
      copydesk serve --cron "0 3 * * *" dumps -o output
    """  # noqa: D301 # click needs the character, not a backslash and a letter
    if (cron is None) is (interval is None):
        raise CommandError("serve needs either --cron or --interval")
    parameters = _parameters(given)
    _check_prefect()
    from copydesk import tasks
    from copydesk.batch.errors import RUN_ERRORS, explain_error

    try:
        _check(parameters)
        parameters = _absolute(parameters)
        tasks.check_server(is_needed=True)
        tasks.serve(name, parameters, cron=cron, interval=interval)
    except tasks.NoServerError as error:
        raise CommandError(str(error), ExitCode.NOT_FINISHED) from error
    except RUN_ERRORS as error:
        raise CommandError(*explain_error(error, parameters["output"])) from error


def run_flow(parameters: Parameters) -> ExitCode:
    """Run the flow; returns the exit code.  Raises CommandError if it could not be done."""
    _check_prefect()
    from copydesk import tasks
    from copydesk.batch.errors import RUN_ERRORS, explain_error
    from copydesk.flow_states import SKIPPED, SourcesChangedError, TooManyRejectsError

    try:
        _check(parameters)
        tasks.check_server()
        tasks.end_without_server()
        state = tasks.clean(**parameters, return_state=True)
        counts = state.result()
    except tasks.NoServerError as error:
        raise CommandError(str(error), ExitCode.NOT_FINISHED) from error
    except RUN_ERRORS as error:
        message, code = explain_error(error, parameters["output"])
        tasks.finish(code)
        raise CommandError(message, code) from error
    except (SourcesChangedError, TooManyRejectsError) as error:
        say(str(error))
        code = ExitCode.REJECTED
    else:
        code = ExitCode.REJECTED if counts.get("rejected") else ExitCode.DONE
        if state.name == SKIPPED:
            say(f"Error: {state.message}")
            code = ExitCode.NOT_FINISHED
    tasks.finish(code)
    return code


def _check_prefect() -> None:
    if find_spec("prefect") is None:
        raise CommandError("the flow needs Prefect: pip install 'copydesk[flows]'")


def _check(given: Parameters) -> None:
    from copydesk import tasks

    tasks.check_parameters(given["output"], given["formats"], given["dask"], given["copies"], given["report"])


def _absolute(given: Parameters) -> Parameters:
    """The same parameters for another working directory."""
    return {
        **given,
        "paths": [_absolute_place(path) for path in given["paths"]],
        "output": _absolute_place(given["output"]),
        "config_path": _absolute_path(given["config_path"]),
        "copies": _absolute_path(given["copies"]),
        "report": _absolute_path(given["report"]),
    }


def _absolute_path(text: str | None) -> str | None:
    return str(Path(text).absolute()) if text else None


def _absolute_place(text: str) -> str:
    found = files.place(text)
    return str(found.absolute() if isinstance(found, Path) else found)
