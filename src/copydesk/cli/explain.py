"""`copydesk explain`."""

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from copydesk.cli.common import config_option, read_settings
from copydesk.cli.pages import check_page, page_type, write_page
from copydesk.cli.record_files import cleaned_dumps, is_markdown_file, is_record_file, json_beside
from copydesk.cli.streams import CommandError, put_line
from copydesk.exit_codes import ExitCode

if TYPE_CHECKING:
    from copydesk.config import Config
    from copydesk.document import Cleaned

PARTS = ("removed", "story", "edits", "facts", "teasers")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--record", "name", help="Which record of a container to show: its id or its number.")
@click.option(
    "--only", type=click.Choice(PARTS), help="Show only these lines; removed: those that are in no article and teaser."
)
@click.option("--html", "page", type=page_type, help="Write a page for a browser with all of it instead.")
@config_option
def explain(file: Path, name: str | None, only: str | None, page: Path | None, config_path: Path | None) -> None:
    """Show what is done to a dump: the label of each line, each edit, and the rules that made them.

    \b
    copydesk explain seeds/001_e44f8cae6a5b3f72.txt                    all lines
    copydesk explain seeds/001_e44f8cae6a5b3f72.txt --only removed     what was left out, and why
    copydesk explain seeds/001_e44f8cae6a5b3f72.txt --html page.html   all as a page for a browser

    FILE may also be a .json, .jsonl or .md file of an output: then its record is shown as it was stored.
    """  # noqa: D301 # click needs the character, not a backslash and a letter
    from copydesk.explain import show, wide_console

    if page and only:
        raise CommandError("--only and --html: the page has all parts")
    if page:
        check_page(page)
    stored = file
    if is_markdown_file(file):
        stored = json_beside(file)
        if not stored.is_file():
            detail = f"it is Markdown of copydesk, and there is no {stored.name} beside it; explain the dump itself"
            raise CommandError(f"{file}: {detail}")
    cleaned = _stored(stored, name) if is_record_file(stored) else _cleaned(file, name, read_settings(config_path))
    if page:
        from copydesk.report.dump_page import sections

        article = cleaned.article
        write_page(article.metadata.title or article.source, sections(cleaned), page)
        return
    console = wide_console()
    with console.capture() as shown:
        show(cleaned, console, only)
    _print(shown.get())


def _print(text: str) -> None:
    """Print a text; on a terminal with fewer lines, in a pager."""
    if sys.stdout is not None and sys.stdout.isatty() and text.count("\n") >= shutil.get_terminal_size().lines:
        click.echo_via_pager(text, color=True)
    else:
        put_line(text.rstrip("\n"))


def _stored(file: Path, name: str | None) -> "Cleaned":
    """The records in a file of an output.  Raises CommandError if there is not exactly one with this name."""
    chosen: Cleaned | None = None
    for number, one in enumerate(cleaned_dumps(file), 1):
        article = one.article
        if name is not None and name not in (article.id, article.source.partition("#")[2], str(number)):
            continue
        if chosen is not None and name is None:
            raise CommandError(f"{file} has more than one article: name one with --record (its id or its number)")
        chosen = chosen or one
    if chosen is None and name is None:
        article_file = json_beside(file)
        detail = f": give {article_file}" if article_file != file and article_file.is_file() else ""
        raise CommandError(f"{file} has no article, only teasers{detail}")
    if chosen is None:
        raise CommandError(f"{file} has no record {name!r}")
    return chosen


def _cleaned(file: Path, name: str | None, settings: "Config") -> "Cleaned":
    """The records of a dump, which a child process cleans.  Raises CommandError if it is rejected."""
    from copydesk.batch import Input
    from copydesk.batch.ordered import OrderedCleaner
    from copydesk.document import Reject

    one = Input(str(file.absolute()), file.name)
    with OrderedCleaner(settings, 1) as cleaner:
        outcome = next(cleaner.one(one, _number(file, name, settings)), None)
    if outcome is None:
        raise CommandError(f"{file} has no dump")
    if isinstance(outcome, Reject):
        raise CommandError(f"{outcome.source}: {outcome.reason}: {outcome.detail}", ExitCode.REJECTED)
    return outcome


def _number(file: Path, name: str | None, settings: "Config") -> int:
    """The number (from 0) of the dump with this id or number (from 1).  Raises CommandError if there is none."""
    from copydesk import readers

    by_number: int | None = None
    for number, found in enumerate(readers.find(file, file.name, settings)):
        if name is None and number:
            raise CommandError(f"{file} has more than one dump: name one with --record (its id or its number)")
        if name is not None and found.source.partition("#")[2] == name:
            return number
        if str(number + 1) == name:
            by_number = number
    if name is not None and by_number is None:
        raise CommandError(f"{file} has no record {name!r}")
    return by_number or 0
