"""Writes the pages of the review desk with Jinja, which escapes all that comes from dumps.

Before that, characters that act on a terminal or turn the direction of a text are replaced by their names.  No page has
a link to an address of a dump, a picture, or a script or style of its own.
"""

from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from jinja2 import Environment
from markupsafe import Markup, escape

from copydesk.report.page import environment
from copydesk.terminal import shown_lines

FOLDER: Final = Path(__file__).with_name("templates")
STATIC: Final = Path(__file__).with_name("static")


def page(template: str, **values: object) -> str:
    """The page of a template."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    found = environment(FOLDER)
    found.filters["lines"] = _lines
    found.filters["query"] = query_of
    return found


def _lines(text: str) -> Markup:
    """A text that may have line breaks and tabs."""
    return escape(shown_lines(text))


def query_of(values: dict[str, str | int]) -> str:
    """The query of an address, with its question mark; "" for no values."""
    return f"?{urlencode(values)}" if values else ""
