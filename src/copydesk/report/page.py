"""Writes a page: one HTML file that loads nothing, runs nothing, and escapes all that comes from dumps.

Jinja (0.15 MB with MarkupSafe; the extra `report`) escapes each value.  Before that, characters that act on a terminal
or turn the direction of a text are replaced by their names.  The page has no script, no link to another page and no
picture, and its security policy allows only its own style, by the digest of it.
"""

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from copydesk import __version__
from copydesk.report.parts import GROUPS, Section
from copydesk.terminal import shown
from copydesk.whole_file import replaced

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER: Final = Path(__file__).with_name("templates")

POLICY: Final = "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


class MissingJinjaError(ImportError):
    """The extra `report` is not installed."""


def html(title: str, sections: Sequence[Section]) -> str:
    """The page with these sections.  Raises MissingJinjaError where Jinja is not installed."""
    style = (FOLDER / "page.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    template = environment(FOLDER).get_template("page.html")
    return template.render(
        title=title,
        sections=sections,
        policy=POLICY.format(digest=digest),
        style=style,
        groups=GROUPS,
        version=__version__,
    )


@cache
def environment(folder: Path) -> "Environment":
    """The templates of a folder, as Jinja reads them: with each value escaped, and nothing missing without an error.

    Raises MissingJinjaError where Jinja is not installed.
    """
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
    except ModuleNotFoundError as error:
        raise MissingJinjaError("a page needs Jinja: pip install 'copydesk[report]'") from error
    return Environment(
        autoescape=True,
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _harmless(value: object) -> object:
    """A text without characters that act; what the template itself has written stays as it is."""
    return shown(value) if type(value) is str else value


def write(page: str, path: Path) -> None:
    """Write a page.  An existing file is replaced when the new one is whole; a link is replaced, not followed.

    Raises OSError if it can't be written, or if something that is no regular file is there.
    """
    # The name of a file may have bytes that are no text.
    with replaced(path) as new, new.open("x", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        file.write(page)
