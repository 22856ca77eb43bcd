"""Pages for a browser that a command writes."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from copydesk.cli.streams import CommandError
from copydesk.exit_codes import ExitCode

if TYPE_CHECKING:
    from copydesk.report.parts import Section

page_type: Final = click.Path(path_type=Path, dir_okay=False)
"""The type of an option that names the page to write."""


def check_page(page: Path) -> None:
    """Raise CommandError if no page can be written there."""
    if page.suffix.lower() not in (".html", ".htm"):
        raise CommandError(f"{page}: the name of a page ends in .html")
    if page.is_dir():
        raise CommandError(f"{page} is a folder: name a file")
    if find_spec("jinja2") is None:
        raise CommandError("a page needs Jinja: pip install 'copydesk[report]'")


def write_page(title: str, sections: "Sequence[Section]", page: Path) -> None:
    """Write a page.  An error becomes a CommandError."""
    from copydesk.report.page import html, write

    try:
        write(html(title, sections), page)
    except OSError as error:
        raise CommandError(f"{error.filename or page}: {error.strerror}", ExitCode.NOT_FINISHED) from error
