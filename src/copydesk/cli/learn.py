"""`copydesk learn` and `copydesk memory`."""

import signal
import sys
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from copydesk.cli.common import config_option, read_settings
from copydesk.cli.streams import CommandError, put_line, say
from copydesk.cli.summary import plural
from copydesk.exit_codes import ExitCode
from copydesk.terminal import shown

if TYPE_CHECKING:
    from copydesk.source_memory.frozen import Entry


class _Interrupted(KeyboardInterrupt):
    """A signal asked the command to end.

    A class of its own, since `python -m` forgets its exit code if a KeyboardInterrupt itself was raised while the code
    of a string ran, as dataclasses do when they are made (CPython 3.11, `run_eval_code_obj` in pythonrun.c).
    """


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise _Interrupted


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path())
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="MEMORY",
    help="The file to write; MEMORY.state beside it has what the next update needs.",
)
@config_option
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Worker processes.  [default: one for each core]")
@click.option("--new", is_flag=True, help="Forget what MEMORY.state has, and learn only these dumps.")
@click.option("-q", "--quiet", is_flag=True, help="Print only errors.")
def learn(
    paths: tuple[str, ...], output: Path, config_path: Path | None, jobs: int | None, new: bool, quiet: bool
) -> None:
    """Learn which lines the pages of each source repeat, from raw dumps.

    PATHS are those of `copydesk clean`.  Nothing is cleaned.  Then `[sources] memory = "MEMORY"` in the settings lets
    cleaning use the file.  Dumps that MEMORY has already are learned once.

    \b
    copydesk learn seeds -o corpus.memory              run it again to add new dumps
    copydesk memory show corpus.memory                 the sources that it knows

    \b
    Exit codes:  0 every dump was learned   1 some could not be read   2 wrong use   3 or 130 nothing was written
    """  # noqa: D301 # click needs the character, not a backslash and a letter
    from copydesk import batch
    from copydesk.files import PlaceError
    from copydesk.learn import learn as learn_dumps
    from copydesk.learned_dumps import LearningError
    from copydesk.source_memory.memory_files import MemoryFileError

    settings = read_settings(config_path)
    for one in (signal.SIGTERM, signal.SIGINT):  # the temporary databases may have gigabytes, and are to be deleted
        signal.signal(one, _interrupt)
    try:
        plan = batch.plan(paths, None, settings.inputs.exclude, follow_links=settings.inputs.follow_links)
        done = learn_dumps(plan.inputs, output, settings, jobs=jobs, update=not new)
    except (batch.InputError, PlaceError, MemoryFileError) as error:
        raise CommandError(str(error)) from error
    except LearningError as error:
        raise CommandError(str(error), ExitCode.NOT_FINISHED) from error
    except KeyboardInterrupt as error:
        raise CommandError("interrupted; nothing was written", ExitCode.INTERRUPTED) from error
    except OSError as error:
        raise CommandError(f"{error.filename or output}: {error.strerror}", ExitCode.NOT_FINISHED) from error
    rejects = (*plan.rejects, *done.rejects)
    for reject in rejects:
        say(f"{shown(reject.source)}: {reject.reason}: {shown(reject.detail)}")
    rejected = done.rejected + len(plan.rejects)
    if rejected > len(rejects):
        say(f"... and {rejected - len(rejects):,} more: `copydesk clean` lists all")
    if not quiet:
        say(
            f"{plural(done.dumps, 'dump')} learned, {rejected:,} rejected; {plural(done.sources, 'source')} "
            f"with {plural(done.pages, 'page')} -> {output}"
        )
    sys.exit(ExitCode.REJECTED if rejected else ExitCode.DONE)


@click.group()
def memory() -> None:
    """Look into a memory that `copydesk learn` made."""


@memory.command()
@click.argument("file", metavar="MEMORY", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("source", required=False)
@click.option("--lines", type=click.IntRange(min=1), default=50, show_default=True, help="Lines to show.")
def show(file: Path, source: str | None, lines: int) -> None:
    """Show what MEMORY knows of SOURCE: its lines, on how many pages they are, and their labels.

    Numbers are shown as 0 where pages differ in them.  The label is "?" for a line that only a model can label.
    Without SOURCE, the sources are listed.
    """
    from copydesk.labelling import Line, line_rules
    from copydesk.source_memory.memory_files import MemoryFileError, load

    try:
        known = load(file)
        if source is None:
            for name in known.names():
                put_line(f"{known.source(name).pages:>7,}  {shown(name)}")
            return
        found = known.source(source)
    except MemoryFileError as error:
        raise CommandError(str(error)) from error
    if not found.pages:
        raise CommandError(f"{file} has no source {source!r}: `copydesk memory show {file}` lists the sources")
    put_line(f"{shown(source)}: {plural(found.pages, 'page')} with different stories")
    entries = {**found.lines, **found.masked}
    for text, entry in sorted(entries.items(), key=_most_frequent)[:lines]:
        verdict = line_rules.judge(Line(text, apart=False))
        put_line(f"{entry.pages:>7,}  {verdict.label if verdict else '?':<14}  {shown(text)}")


def _most_frequent(one: tuple[str, "Entry"]) -> tuple[int, int, str]:
    text, entry = one
    return -entry.pages, entry.place, text
