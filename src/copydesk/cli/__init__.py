"""The command line: a shell over `batch`.  Each command is a module.

A command imports what it needs when it runs, so that `copydesk --help` answers at once.
"""

import logging

import click

from copydesk import __version__
from copydesk.cli import clean, explain, rules, schema, status, undo, verify


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="copydesk")
def main() -> None:
    """Turn scraped text dumps of news pages into clean, canonical, traceable records.

    \b
    copydesk clean dumps/               clean a folder of dumps into output/
    copydesk explain dumps/page.txt     see what was done to one of them, and why
    """  # noqa: D301 # click needs the character, not a backslash and a letter
    logging.getLogger("trafilatura").addHandler(logging.NullHandler())  # else it warns on stderr


for command in (
    clean.clean,
    explain.explain,
    undo.undo,
    status.status,
    verify.verify,
    rules.rules,
    schema.schema,
):
    main.add_command(command)
