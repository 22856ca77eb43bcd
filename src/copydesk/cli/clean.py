"""`copydesk clean`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from copydesk.cli.common import CommandError, config_option, read_settings
from copydesk.cli.progress import progress_bar
from copydesk.exit_codes import ExitCode
from copydesk.terminal import shown

if TYPE_CHECKING:
    from copydesk.config import Config


def _formats(context: click.Context, parameter: click.Parameter, value: str) -> tuple[str, ...]:
    from copydesk.store import Format

    names = tuple(name.strip() for name in value.split(","))
    for name in names:
        if name not in list(Format):
            raise click.BadParameter(f"{name!r} is not one of {', '.join(Format)}")
    return names


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(allow_dash=True))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, file_okay=False), help="Where to write.  [default: output]"
)
@click.option(
    "--format",
    "formats",
    default="md,json",
    show_default=True,
    callback=_formats,
    help="What to write: md, json, jsonl, jsonl.gz, parquet, or several, separated by commas.",
)
@click.option(
    "--shard-size",
    type=click.IntRange(min=1),
    metavar="N",
    help="Articles in each file of jsonl, jsonl.gz and parquet.  [default: all in one]",
)
@config_option
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Worker processes.  [default: one for each core]")
@click.option("--prune", is_flag=True, help="Remove the output of files that are gone.")
def clean(
    paths: tuple[str, ...],
    output: Path | None,
    formats: tuple[str, ...],
    shard_size: int | None,
    config_path: Path | None,
    jobs: int | None,
    prune: bool,
) -> None:
    """Clean dumps: files, directories, patterns ("dumps/*.jsonl"), or "-".

    A text or HTML file is one dump; .jsonl, .parquet, .warc, .wet, .zip and .tar hold many, and all may be
    compressed (.gz, .bz2, .xz, .zst).  With "-", JSON Lines are read from standard input, records are written to
    standard output, and rejects to standard error.

    Dumps that were cleaned before and have not changed are skipped.

    \b
    Exit codes:  0 everything was cleaned   1 something was rejected (see rejects.jsonl)
                 2 wrong use                3 the output could not be written completely,
                                              or another run is writing it
    """  # noqa: D301 # click needs the character, not a backslash and a letter
    from copydesk import batch, config
    from copydesk.batch.errors import RUN_ERRORS, explain_error
    from copydesk.store import Format

    if "-" in paths:
        source = click.get_current_context().get_parameter_source("formats")
        if len(paths) > 1 or output or source is not ParameterSource.DEFAULT:
            raise CommandError('"-" (standard input) cannot be combined with other paths, -o or --format')
        try:
            sys.exit(_clean_stream(read_settings(config_path), jobs))
        except BrokenPipeError:
            raise
        except OSError as error:
            raise CommandError(f"standard output: {error.strerror}", ExitCode.NOT_FINISHED) from error
    output = output or Path("output")
    try:
        settings = config.resolve(config_path)
        plan = batch.plan(list(map(Path, paths)), output)
        job = batch.Job(plan, output, tuple(map(Format, formats)), settings, shard_size, jobs, prune)
        with progress_bar(job) as progress:
            summary = batch.run(job, progress)
    except RUN_ERRORS as error:
        raise CommandError(*explain_error(error, output)) from error
    if summary.vanished:
        what = "were removed" if prune else "are still there; --prune removes them"
        click.echo(f"{len(summary.vanished)} inputs are gone: their outputs {what}", err=True)
    click.echo(f"{summary.counts} -> {shown(str(output))}", err=True)
    sys.exit(ExitCode.REJECTED if summary.counts.rejected else ExitCode.DONE)


def _clean_stream(settings: "Config", jobs: int | None) -> int:
    from copydesk import store
    from copydesk.batch.ordered import OrderedCleaner
    from copydesk.document import Reject

    if sys.stdin is None:
        raise CommandError("standard input is closed")
    rejected = 0
    # A thread reads the stream, so it must not be `sys.stdin`: Python locks that when it exits.
    with OrderedCleaner(settings, jobs) as cleaner, open(0, "rb", closefd=False) as stream:
        for outcome in cleaner.stream(stream, "-"):
            if isinstance(outcome, Reject):
                rejected += 1
                click.echo(store.reject_line(outcome), nl=False, err=True)
            else:
                lines = "".join(one.to_json() + "\n" for one in (outcome.article, *outcome.teasers))
                click.echo(lines.encode(), nl=False)
    return ExitCode.REJECTED if rejected else ExitCode.DONE
