"""The command line: a shell over `batch`.  Each command is a module.

A command imports what it needs when it runs, so that `copydesk --help` answers at once.
"""

import logging

import click

from copydesk import __version__
from copydesk.cli import (
    attributes,
    card,
    clean,
    copies,
    diff,
    explain,
    flow,
    learn,
    profile,
    report,
    review,
    rules,
    schema,
    status,
    undo,
    verify,
)
from copydesk.cli.streams import Shell


@click.group(cls=Shell, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="copydesk")
def main() -> None:
    """Turn scraped text dumps of news pages into clean, canonical, traceable records.

    \b
    copydesk clean seeds -o out                        clean a folder of dumps into out/
    copydesk explain seeds/001_e44f8cae6a5b3f72.txt    see what was done to one of them, and why
    """  # noqa: D301 # click needs the character, not a backslash and a letter
    logging.getLogger("trafilatura").addHandler(logging.NullHandler())  # else it warns on stderr


for command in (
    clean.clean,
    flow.flow,
    flow.serve,
    explain.explain,
    undo.undo,
    status.status,
    verify.verify,
    report.report,
    review.review,
    rules.rules,
    schema.schema,
    attributes.attributes,
    card.card,
    profile.profile,
    learn.learn,
    learn.memory,
    copies.copies,
    diff.diff,
):
    main.add_command(command)
