"""`copydesk clean`."""

import math
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from copydesk.cli import summary
from copydesk.cli.common import config_option, read_settings
from copydesk.cli.doubtful import list_doubtful
from copydesk.cli.logs import set_up
from copydesk.cli.output_options import (
    check_formats,
    fields_option,
    markdown_option,
    names_option,
    no_teasers_option,
    with_options,
)
from copydesk.cli.progress import progress_bar
from copydesk.cli.streams import CommandError, put, put_line, say
from copydesk.exit_codes import ExitCode
from copydesk.place_option import PlaceType
from copydesk.terminal import escaped, shown

if TYPE_CHECKING:
    from copydesk.batch import Job, Progress
    from copydesk.config import Config
    from copydesk.files import Place


def _formats(context: click.Context, parameter: click.Parameter, value: str) -> tuple[str, ...]:
    from copydesk.store import Format

    names = tuple(name.strip() for name in value.split(","))
    for name in names:
        if name not in list(Format):
            raise click.BadParameter(f"{name!r} is not one of {', '.join(Format)}")
    return names


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(allow_dash=True))
@click.option("-o", "--output", type=PlaceType(), help="Where to write.  [default: output]")
@click.option(
    "--format",
    "formats",
    default="md,json",
    show_default=True,
    callback=_formats,
    help="What to write: md, json, jsonl, jsonl.gz, parquet, csv, sqlite, ninjs, schema.org, or several, separated by"
    " commas.",
)
@click.option("--links", is_flag=True, help="With --format md: write the links of pages into the Markdown.")
@click.option("--excel", is_flag=True, help="With --format csv: write records.excel.csv, which Excel opens as it is.")
@click.option(
    "--shard-size",
    type=click.IntRange(min=1),
    metavar="N",
    help="Articles in each file of many records: jsonl, parquet, csv and so on.  [default: all in one]",
)
@fields_option
@no_teasers_option
@markdown_option
@names_option
@config_option
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Worker processes.  [default: one for each core]")
@click.option("--prune", is_flag=True, help="Remove the output of files that are gone.")
@click.option(
    "--dry-run", is_flag=True, help="Show what would be cleaned, skipped and left out, and why; write nothing."
)
@click.option(
    "--below",
    type=click.FloatRange(0, 1),
    metavar="SHARE",
    help="List the dumps with a confidence below this (0 to 1), and what lowers it; write nothing.",
)
@click.option("--json", "as_json", is_flag=True, help="With --below: print a JSON object for each dump.")
@click.option("-v", "--verbose", count=True, help="Print what the run does; -vv: also each dump.")
@click.option("-q", "--quiet", is_flag=True, help="Print only errors.")
@click.option(
    "--log-format",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="json: print what happens, and the summary, as JSON objects.",
)
def clean(
    paths: tuple[str, ...],
    output: "Place | None",
    formats: tuple[str, ...],
    links: bool,
    excel: bool,
    shard_size: int | None,
    fields: str | None,
    no_teasers: bool,
    flavour: str | None,
    names: str | None,
    config_path: Path | None,
    jobs: int | None,
    prune: bool,
    dry_run: bool,
    below: float | None,
    as_json: bool,
    verbose: int,
    quiet: bool,
    log_format: str,
) -> None:
    """Clean dumps: files, directories, patterns ("seeds/*.txt"), or "-".

    A text or HTML file is one dump; .jsonl, .parquet, .warc, .wet, .zip and .tar hold many, and all may be
    compressed (.gz, .bz2, .xz, .zst).  With "-", JSON Lines are read from standard input, records are written to
    standard output, and what is rejected or filtered is named on standard error.

    Dumps that were cleaned before and have not changed are skipped.

    \b
    copydesk clean seeds -o out                        Markdown and JSON for each dump
    copydesk clean "seeds/*.txt" -o web --format jsonl   all records in web/records.jsonl
    copydesk clean seeds -o out --dry-run              what would be cleaned now, and why
    copydesk clean seeds --below 0.8                   dumps of which the text may be wrong, and why

    \b
    Exit codes:  0 everything was cleaned   1 something was rejected (see rejects.jsonl)
                 2 wrong use                3 the output could not be written completely,
                                              or another run is writing it
    """  # noqa: D301 # click needs the character, not a backslash and a letter
    from copydesk import batch, config
    from copydesk.batch.errors import RUN_ERRORS, explain_error
    from copydesk.store import Format

    set_up(0 if quiet else verbose, "text" if quiet else log_format)
    if "-" in paths:
        if len(paths) > 1 or output or not _is_default("formats"):
            raise CommandError('"-" (standard input) cannot be combined with other paths, -o or --format')
        if dry_run or prune or shard_size or links or excel or flavour or names or below is not None:
            raise CommandError(
                '"-" (standard input) cannot be combined with --dry-run, --below, --prune, --links, --excel,'
                " --shard-size, --markdown or --names"
            )
        sys.exit(_clean_stream(with_options(read_settings(config_path), fields, no_teasers=no_teasers), jobs))
    if as_json and below is None:
        raise CommandError("--json needs --below; --log-format json prints the summary of a run as JSON")
    if below is not None and math.isnan(below):
        raise CommandError("--below: must be from 0 to 1, got nan")
    if below is not None and (output or dry_run or prune or shard_size):
        raise CommandError("--below writes nothing: it cannot be combined with -o, --dry-run, --prune or --shard-size")
    if excel and Format.CSV not in formats:
        raise CommandError("--excel needs --format csv")
    check_formats(fields, list(map(Format, formats)))
    if links and Format.MD not in formats:
        raise CommandError("--links needs --format md")
    variants = {Format.CSV: Format.EXCEL} if excel else {}
    variants |= {Format.MD: Format.MD_LINKS} if links else {}
    chosen = [variants.get(Format(name), Format(name)) for name in formats]
    output = output or Path("output")
    try:
        if below is not None:
            sys.exit(list_doubtful(paths, below, read_settings(config_path), jobs, as_json=as_json))
        settings = with_options(
            config.resolve(config_path), fields, no_teasers=no_teasers, flavour=flavour, names=names
        )
        if settings.output.has_flavour and links:
            raise CommandError("--links cannot be combined with --markdown, or output.markdown in the settings")
        if settings.output.has_flavour and _is_default("formats"):
            chosen = [Format.MD]
        plan = batch.plan(paths, output, settings.inputs.exclude, follow_links=settings.inputs.follow_links)
        job = batch.Job(plan, output, tuple(chosen), settings, shard_size, jobs, prune)
        if dry_run:
            _show_preview(job)
            return
        is_silent = quiet or verbose or log_format == "json"
        with nullcontext(_no_progress) if is_silent else progress_bar(job) as progress:
            done = batch.run(job, progress)
    except RUN_ERRORS as error:
        raise CommandError(*explain_error(error, output)) from error
    if not quiet and log_format == "text":
        for line in summary.lines(done, output, prune=prune):
            say(line)
    sys.exit(ExitCode.REJECTED if done.counts.rejected else ExitCode.DONE)


def _is_default(parameter: str) -> bool:
    """Whether an option was not given."""
    return click.get_current_context().get_parameter_source(parameter) is ParameterSource.DEFAULT


def _no_progress(progress: "Progress") -> None:
    """Show nothing."""


def _show_preview(job: "Job") -> None:
    """Print what a run would do with each input: action, source and reason, with tabs between."""
    from collections import Counter

    from copydesk.batch.preview import Action, preview

    counts = Counter[Action]()
    for one in preview(job):
        counts[one.action] += 1
        put_line("\t".join((one.action, shown(one.source), shown(one.why))))
    say(f"nothing was done; a run would {', '.join(f'{action} {counts[action]:,}' for action in Action)}")


def _clean_stream(settings: "Config", jobs: int | None) -> int:
    from copydesk import keep, store
    from copydesk.batch.ordered import OrderedCleaner
    from copydesk.document import Reject
    from copydesk.output_settings import chosen_fields
    from copydesk.render import record
    from copydesk.render.filtered import notice

    if sys.stdin is None:
        raise CommandError("standard input is closed")
    if sys.stdout is None:
        raise CommandError("standard output is closed", ExitCode.NOT_FINISHED)
    rejected = 0
    # A thread reads the stream, so it must not be `sys.stdin`: Python locks that when it exits.
    with OrderedCleaner(settings, jobs) as cleaner, open(0, "rb", closefd=False) as stream:
        for outcome in cleaner.stream(stream, "-"):
            if isinstance(outcome, Reject):
                rejected += 1
                say(store.reject_line(outcome).rstrip("\n"))
            elif falls := keep.falls(keep.measures(outcome.article), settings.keep):
                say(notice(outcome.article, falls))
            else:
                written = (outcome.article, *(outcome.teasers if settings.output.teasers else ()))
                lines = (record.selected(one.to_json(), chosen_fields(settings.output)) for one in written)
                put("".join(escaped(line) + "\n" for line in lines).encode())
    return ExitCode.REJECTED if rejected else ExitCode.DONE
