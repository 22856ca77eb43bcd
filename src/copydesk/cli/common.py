"""What the commands share: the option for settings, and the manifest of an output."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from copydesk.cli.streams import CommandError
from copydesk.exit_codes import ExitCode

if TYPE_CHECKING:
    from copydesk.batch.manifest import Manifest
    from copydesk.config import Config
    from copydesk.files import Place


config_option = click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Settings (TOML).  [default: config/copydesk.toml if it exists]",
)


def read_settings(path: Path | None) -> "Config":
    """The settings of a command.  Raises CommandError if they can't be used."""
    from copydesk import config, desk

    try:
        settings = config.resolve(path)
        desk.check_settings(settings)
    except config.ConfigError as error:
        raise CommandError(str(error)) from error
    return settings


def find_manifest(output: "Place", config_path: Path | None) -> tuple[Path, bool]:
    """The folder where the manifest of an output is, and whether there is one.  An error becomes a CommandError."""
    from copydesk import config, files
    from copydesk.batch.manifest import NAME
    from copydesk.store import StoreError, books_of

    try:
        files.check(output)
        is_remote = isinstance(output, files.Remote)
        books = books_of(output, config.resolve(config_path).run.state if is_remote else "")
    except (config.ConfigError, files.PlaceError, StoreError) as error:
        raise CommandError(str(error)) from error
    return books, os.path.lexists(books / NAME)


@contextmanager
def open_manifest(
    output: "Place", config_path: Path | None, *, is_checked: bool = True
) -> Iterator[tuple["Manifest", Path]]:
    """The manifest of an output, and the folder where it is.  An error in it becomes a CommandError.

    With `is_checked`, values of another type are an error.
    """
    from copydesk.batch.manifest import Manifest, manifest_errors

    books, is_there = find_manifest(output, config_path)
    if not is_there:
        where = "" if isinstance(output, Path) else f" in {books}"
        raise CommandError(f"{output} has no manifest{where}: it is not an output folder of copydesk clean")
    try:
        with manifest_errors(books), closing(Manifest(books)) as manifest:
            if is_checked:
                manifest.check_types()
            yield manifest, books
    except OSError as error:
        raise CommandError(f"{error.filename}: {error.strerror}", ExitCode.NOT_FINISHED) from error
