"""The type of an option or argument of the command that is a folder, on this machine or in a store."""

from pathlib import Path

import click

from copydesk import files
from copydesk.files import Place, PlaceError, Remote


class PlaceType(click.ParamType):  # type: ignore[type-arg] # older versions of click have no arguments here
    """A folder on this machine or in a store.  With `exists`, a local one must exist; it `may_be_file` instead."""

    name = "directory"

    def __init__(self, *, exists: bool = False, may_be_file: bool = False):
        self._local = click.Path(path_type=Path, file_okay=may_be_file, exists=exists)

    def convert(self, value: str | Place, param: click.Parameter | None, ctx: click.Context | None) -> Place:
        """The place that the value names."""
        try:
            found = value if isinstance(value, Remote) else files.place(value)
        except PlaceError as error:
            self.fail(str(error), param, ctx)
        if isinstance(found, Remote):
            return found
        path: Path = self._local.convert(str(found), param, ctx)
        return path
