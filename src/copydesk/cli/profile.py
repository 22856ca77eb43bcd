"""`copydesk profile`."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from copydesk.cli.common import config_option, read_settings
from copydesk.cli.streams import CommandError, put, put_line
from copydesk.cli.summary import plural
from copydesk.exit_codes import ExitCode
from copydesk.terminal import shown

if TYPE_CHECKING:
    from copydesk.profile_check import Hits, ProfileCheck

MAX_EXAMPLE_LENGTH: Final = 80
"""Characters of an example that are shown."""


@click.group()
def profile() -> None:
    """Work on a source profile: the rules for the pages of one publisher."""


@profile.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("paths", nargs=-1, required=True, metavar="DUMPS...", type=click.Path(path_type=Path))
@config_option
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Worker processes.  [default: one for each core]")
def check(file: Path, paths: tuple[Path, ...], config_path: Path | None, jobs: int | None) -> None:
    """Clean DUMPS with and without the profile in FILE, and show what it does.

    These are the pages that it recognises, the lines that each pattern matches, patterns that match nothing, and the
    lines that get another label.

    \b
    copydesk profile check config/sources/npr.toml seeds
    """  # noqa: D301 # click needs the character, not a backslash and a letter
    from copydesk.batch import InputError
    from copydesk.config import ConfigError, load_profile
    from copydesk.profile_check import check_profile

    try:
        one = load_profile(file)
        found = check_profile(one, paths, read_settings(config_path), jobs)
    except (ConfigError, InputError) as error:
        raise CommandError(str(error)) from error
    put_line(f"{shown(one.name)}: recognises {found.recognised:,} of {plural(found.pages, 'page')}")
    if found.rejected:
        put_line(f"{plural(found.rejected, 'dump')} could not be cleaned: `copydesk clean` says why")
    _show(found)


@profile.command()
@click.argument("source")
@click.argument("paths", nargs=-1, required=True, metavar="DUMPS...", type=click.Path(path_type=Path))
@config_option
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="The file to write.")
@click.option(
    "--memory",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A memory of the sources.  [default: that of the settings]",
)
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Worker processes.  [default: one for each core]")
def new(
    source: str,
    paths: tuple[Path, ...],
    config_path: Path | None,
    output: Path | None,
    memory: Path | None,
    jobs: int | None,
) -> None:
    """Write the draft of a profile for SOURCE (a host), from its pages among DUMPS.

    It needs a memory of the source (`copydesk learn`).  The draft has the lines that nearly all pages of the source
    repeat, with their labels, and the publisher.  Read it before you use it.
    """
    from copydesk.batch import InputError
    from copydesk.config import ConfigError
    from copydesk.desk import check_settings
    from copydesk.profile_draft import draft

    settings = read_settings(config_path)
    if memory:
        settings = replace(settings, sources=replace(settings.sources, memory=str(memory.absolute())))
    if not settings.sources.memory:
        raise CommandError("no memory of the sources: make one with `copydesk learn`, and name it with --memory")
    try:
        check_settings(settings)
        found = draft(source, paths, settings, jobs)
    except (ConfigError, InputError) as error:
        raise CommandError(str(error)) from error
    if not found.pages:
        raise CommandError(f"no page of {source!r} among these dumps: the source of a page is the host of its URL")
    if output is None:
        put(found.to_toml())
        return
    try:
        with output.open("x", encoding="utf-8") as file:
            file.write(found.to_toml())
    except FileExistsError as error:
        raise CommandError(f"{output} exists: choose another name, or remove it") from error
    except OSError as error:
        raise CommandError(f"{output}: {error.strerror}", ExitCode.NOT_FINISHED) from error


def _show(found: "ProfileCheck") -> None:
    for marker, pages in found.markers.items():
        put_line(f"marker   {shown(marker)}: {_matches(pages, 'page')}")
    for pattern, hits in found.hits.items():
        on = f" on {plural(hits.pages, 'page')}" if hits.pages else ""
        put_line(f"pattern  {shown(pattern)}: {_matches(hits.lines, 'line')}{on}")
        _show_examples(hits)
    for (before, after), hits in sorted(found.changes.items(), key=lambda one: -one[1].lines):
        put_line(f"changed  {before} -> {after}: {plural(hits.lines, 'line')} on {plural(hits.pages, 'page')}")
        _show_examples(hits)
    if found.recognised and not found.changes:
        put_line("changed  no line: without the profile every line has the same label")


def _matches(count: int, what: str) -> str:
    return plural(count, what) if count else f"MATCHES NO {what.upper()}"


def _show_examples(hits: "Hits") -> None:
    for source, text in hits.examples:
        cut = text if len(text) <= MAX_EXAMPLE_LENGTH else text[: MAX_EXAMPLE_LENGTH - 3] + "..."
        put_line(f"           {shown(source)}: {shown(cut)}")
