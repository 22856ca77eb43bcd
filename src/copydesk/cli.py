"""The command line: a shell over `batch`."""

import json
import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import click
from click.core import ParameterSource

from copydesk import __version__
from copydesk.exit_codes import ExitCode
from copydesk.place_option import PlaceType
from copydesk.terminal import shown

if TYPE_CHECKING:
    from collections import Counter

    from copydesk.batch import Input, Job, Progress
    from copydesk.batch.manifest import Manifest
    from copydesk.config import Config
    from copydesk.document import Record
    from copydesk.files import Place

# A command imports what it needs when it runs, so that `copydesk --help` answers at once.

MAX_RUNS: Final = 5
"""Runs that `copydesk status` lists."""

MIN_BAR_FILES: Final = 5
MIN_BAR_BYTES: Final = 5_000_000
"""With fewer files and bytes than these, cleaning takes a second or two, and no progress bar is shown."""


class CommandError(click.ClickException):
    """An error that is shown in one line, and its exit code."""

    def __init__(self, message: str, exit_code: int = ExitCode.WRONG_USE):
        super().__init__(shown(message))
        self.exit_code = exit_code  # type: ignore[misc] # click reads it from the instance


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="copydesk")
def main() -> None:
    """Turn scraped text dumps of news pages into clean, canonical, traceable records.

    \b
    copydesk clean dumps/               clean a folder of dumps into output/
    copydesk explain dumps/page.txt     see what was done to one of them, and why
    """  # noqa: D301 # click needs the character, not a backslash and a letter
    logging.getLogger("trafilatura").addHandler(logging.NullHandler())  # else it warns on stderr


def _formats(context: click.Context, parameter: click.Parameter, value: str) -> tuple[str, ...]:
    from copydesk.store import Format

    names = tuple(name.strip() for name in value.split(","))
    for name in names:
        if name not in list(Format):
            raise click.BadParameter(f"{name!r} is not one of {', '.join(Format)}")
    return names


config_option = click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Settings (TOML).  [default: config/copydesk.toml if it exists]",
)


@main.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(allow_dash=True))
@click.option("-o", "--output", type=PlaceType(), help="Where to write.  [default: output]")
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
    output: "Place | None",
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
            sys.exit(_clean_stream(_settings(config_path)))
        except BrokenPipeError:
            raise
        except OSError as error:
            raise CommandError(f"standard output: {error.strerror}", ExitCode.NOT_FINISHED) from error
    output = output or Path("output")
    try:
        settings = config.resolve(config_path)
        plan = batch.plan(paths, output)
        job = batch.Job(plan, output, tuple(map(Format, formats)), settings, shard_size, jobs, prune)
        with _progress(job) as progress:
            summary = batch.run(job, progress)
    except RUN_ERRORS as error:
        raise CommandError(*explain_error(error, output)) from error
    if summary.vanished:
        what = "were removed" if prune else "are still there; --prune removes them"
        click.echo(f"{len(summary.vanished)} inputs are gone: their outputs {what}", err=True)
    click.echo(f"{summary.counts} -> {shown(str(output))}", err=True)
    sys.exit(ExitCode.REJECTED if summary.counts.rejected else ExitCode.DONE)


def _settings(path: Path | None) -> "Config":
    from copydesk import config, desk

    try:
        settings = config.resolve(path)
        desk.check_settings(settings)
    except config.ConfigError as error:
        raise CommandError(str(error)) from error
    return settings


def _clean_stream(settings: "Config") -> int:
    from copydesk import store
    from copydesk.batch.clean_file import clean_stream
    from copydesk.document import Reject
    from copydesk.render import record

    if sys.stdin is None:
        raise CommandError("standard input is closed")
    rejected = 0
    for outcome in clean_stream(sys.stdin.buffer, settings):
        if isinstance(outcome, Reject):
            rejected += 1
            click.echo(store.reject_line(outcome), nl=False, err=True)
        else:
            for one in (outcome.article, *outcome.teasers):
                click.echo((record.to_json(one) + "\n").encode(), nl=False)
    return ExitCode.REJECTED if rejected else ExitCode.DONE


@contextmanager
def _progress(job: "Job") -> Iterator[Callable[["Progress"], None]]:
    """A progress bar on standard error, if that is a terminal and the run takes more than a moment."""
    inputs = job.plan.inputs
    if not sys.stderr.isatty() or (len(inputs) < MIN_BAR_FILES and sum(map(_size, inputs)) < MIN_BAR_BYTES):
        yield lambda progress: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(), TaskProgressColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
    began = time.monotonic()
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"0 of {len(inputs):,} files", total=1.0)

        def show(progress: "Progress") -> None:
            spent = max(1e-3, time.monotonic() - began)
            files = f"{progress.files:,} of {progress.of:,} files"
            pace = f"{progress.dumps / spent:.0f} dumps/s, {progress.size / spent / 1e6:.1f} MB/s"
            description = f"{files}, {pace}, {progress.counts.rejected} rejected"
            bar.update(task, completed=progress.share, description=description)

        yield show


def _size(one: "Input") -> int:
    from copydesk import files

    try:
        return (one.seen or files.look(one.path)).size
    except OSError:
        return 0


@main.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--record", "name", help="Which record of a container to show: its id or its number.")
@config_option
def explain(file: Path, name: str | None, config_path: Path | None) -> None:
    """Show what is done to a dump: the label of each line, each edit, and the rules that made them."""
    from copydesk.batch import Input
    from copydesk.batch.clean_file import NO_HOOKS, OnlyRecord, Skipped, clean_file
    from copydesk.document import Reject
    from copydesk.explain import show

    chosen = None
    hooks = NO_HOOKS if name is None else OnlyRecord(name)
    for number, outcome in enumerate(clean_file(Input(str(file), file.name), _settings(config_path), hooks), 1):
        if isinstance(outcome, Skipped):
            continue
        source = outcome.source if isinstance(outcome, Reject) else outcome.article.source
        if name is None and chosen is not None:
            raise CommandError(f"{file} has more than one dump: name one with --record (its id or its number)")
        if name is None or source.partition("#")[2] == name or (chosen is None and str(number) == name):
            chosen = outcome
    if chosen is None:
        raise CommandError(f"{file} has no record {name!r}" if name else f"{file} has no dump")
    if isinstance(chosen, Reject):
        raise CommandError(f"{chosen.source}: {chosen.reason}: {chosen.detail}", ExitCode.REJECTED)
    show(chosen)


@main.command()
@click.argument("record_file", metavar="RECORD", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--id", "record_id", help="The record of a .jsonl file to undo.")
@click.option("-o", "--output", type=click.File("wb"), default="-", help="Where to write.  [default: standard output]")
def undo(record_file: Path, record_id: str | None, output: IO[bytes]) -> None:
    """Write the raw text from which RECORD was made.  For a text file, these are its bytes."""
    from copydesk.render.record import RecordError, raw_bytes

    try:
        raw = raw_bytes(_chosen(record_file, record_id))
    except RecordError as error:
        raise CommandError(f"{record_file}: {error}") from error
    try:
        output.write(raw)
        output.flush()
    except OSError as error:
        raise CommandError(f"{output.name}: {error.strerror}", ExitCode.NOT_FINISHED) from error


def _chosen(path: Path, record_id: str | None) -> "Record":
    """The record in a .json file; in a .jsonl file the one with the id, or the only article."""
    from copydesk.document import Kind
    from copydesk.render.record import RecordError, from_json

    if path.suffix != ".jsonl":
        return from_json(path.read_bytes())
    chosen: Record | None = None
    with path.open("rb") as lines:
        for line in filter(bytes.strip, lines):
            record = from_json(line)
            if record.id == record_id:
                return record
            if record_id is None and record.kind is not Kind.TEASER:
                if chosen:
                    raise RecordError("it has more than one article: name one with --id")
                chosen = record
    if chosen is None:
        raise RecordError(f"it has no record with id {record_id!r}" if record_id else "it has no article")
    return chosen


@main.command()
@click.argument("output", type=PlaceType(exists=True))
@config_option
def status(output: "Place", config_path: Path | None) -> None:
    """Show what is in OUTPUT, and how the last runs into it ended."""
    from copydesk.batch.manifest_totals import Totals
    from copydesk.store import is_busy

    with _manifest(output, config_path) as (manifest, books):
        totals = Totals(manifest)
        files, dumps, counts = totals.of_all()
        click.echo(f"{shown(str(output))}: {dumps:,} dumps of {files:,} files")
        click.echo(f"  {counts.articles:>8,}  records, and {counts.teasers:,} of teasers")
        for reason, count in totals.all_reasons().items():
            click.echo(f"  {count:>8,}  rejected: {reason}")
        click.echo("the last runs:")
        for run in totals.runs(MAX_RUNS):
            began = datetime.fromtimestamp(run.began).astimezone().strftime("%Y-%m-%d %H:%M:%S")
            took = f"{run.ended - run.began:,.1f} s" if run.ended else ""
            state = "broken" if run.state == "running" and not is_busy(books) else run.state
            result = shown(run.result) or "no result"
            click.echo(f"  {began}  {state:<9}{took:>10}  {result}  (copydesk {run.version})")


@contextmanager
def _manifest(output: "Place", config_path: Path | None) -> Iterator[tuple["Manifest", Path]]:
    """The manifest of an output, and the folder where it is.  An error in it becomes a CommandError."""
    from copydesk import config, files
    from copydesk.batch.manifest import NAME, Manifest, manifest_errors
    from copydesk.store import StoreError, books_of

    try:
        files.check(output)
        is_remote = isinstance(output, files.Remote)
        books = books_of(output, config.resolve(config_path).run.state if is_remote else "")
    except (config.ConfigError, files.PlaceError, StoreError) as error:
        raise CommandError(str(error)) from error
    if not (books / NAME).is_file():
        raise CommandError(f"{output} has no manifest in {books}: it is not an output folder of copydesk clean")
    try:
        with manifest_errors(books), closing(Manifest(books)) as manifest:
            yield manifest, books
    except OSError as error:
        raise CommandError(f"{error.filename}: {error.strerror}", ExitCode.NOT_FINISHED) from error


@main.command()
@click.argument("output", type=PlaceType(exists=True))
@config_option
def verify(output: "Place", config_path: Path | None) -> None:
    """Check each record of OUTPUT: its schema, its hash, that it can be undone, and that no record is missing.

    \b
    Exit codes:  0 no problems      1 problems found, one per line
                 2 wrong use        3 the manifest can't be read
    """  # noqa: D301 # click needs the character, not a backslash and a letter
    from copydesk.batch.check import Fault, check_output

    records = faults = 0
    with _manifest(output, config_path) as (manifest, _):
        for found in check_output(output, manifest):
            if isinstance(found, Fault):
                faults += 1
                click.echo(shown(f"{found.file}: {found.what}"))
            else:
                records += found
    click.echo(f"{records:,} records checked, {faults:,} faults", err=True)
    sys.exit(ExitCode.REJECTED if faults else ExitCode.DONE)


@main.command()
@click.argument("output", required=False, type=PlaceType(exists=True))
@config_option
def rules(output: "Place | None", config_path: Path | None) -> None:
    """List every rule, whether it is on, and its reason.  With OUTPUT, also show how often it acted there.

    For an edit rule this is the number of places that it changed; for a label rule, the number of lines.
    """
    from copydesk import rules as registry

    groups = (("edit", registry.EDITS), ("label", registry.LABELS))
    off = _settings(config_path).edits.off
    acted = _acted(output, config_path) if output else None
    for title, listed in groups:
        click.secho(title, bold=True)
        for rule in listed:
            count = "" if acted is None else f"{acted[rule.name]:>9,}  "
            click.echo(f"  {rule.name:<32}{'off' if rule.name in off else 'on':<5}{count}{rule.reason}")
    known = {rule.name for _, listed in groups for rule in listed}
    for name, times in sorted((acted or {}).items()):
        if name not in known:
            click.echo(f"  {shown(name):<37}{times:>9,}  (a rule of a source profile or of another version)")


def _acted(output: "Place", config_path: Path | None) -> "Counter[str]":
    """How often each rule acted in an output."""
    from copydesk.batch.rule_counts import count_rules
    from copydesk.render.record import RecordError

    with _manifest(output, config_path) as (manifest, _):
        try:
            found = count_rules(output, manifest)
        except RecordError as error:
            raise CommandError(f"{output}: {error}") from error
    click.echo(f"{shown(str(output))}: {found.dumps:,} dumps", err=True)
    return found.edits + found.labels


@main.command()
def schema() -> None:
    """Print the JSON Schema of a record."""
    from copydesk.render.record import schema as record_schema

    click.echo(json.dumps(record_schema(), indent=2))


if __name__ == "__main__":
    main()
