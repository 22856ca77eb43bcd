"""The options of `copydesk clean` that are also settings of `[output]`: what is given here counts instead of these."""

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from copydesk.cli.streams import CommandError

if TYPE_CHECKING:
    from copydesk.config import Config
    from copydesk.store import Format


fields_option = click.option(
    "--fields",
    metavar="NAMES",
    help="Write only these fields of each record, separated by commas: for jsonl, jsonl.gz and parquet.",
)
markdown_option = click.option(
    "--markdown",
    "flavour",
    type=click.Choice(("commonmark", "obsidian", "hugo", "pandoc")),
    help="For which program Markdown is written; --format is then md by default.  [default: commonmark]",
)
names_option = click.option(
    "--names",
    metavar="TEMPLATE",
    help="Names of the files of --markdown, without .md: {date}, {slug}, {title}, {publisher}, {section} and so on."
    "  [default: {date}-{slug}]",
)
no_teasers_option = click.option("--no-teasers", is_flag=True, help="Write no teasers.")


def with_options(
    settings: "Config",
    fields: str | None,
    *,
    no_teasers: bool,
    flavour: str | None = None,
    names: str | None = None,
) -> "Config":
    """The settings with what was given as options.  Raises CommandError if it can't be used."""
    from copydesk import output_settings

    own = settings.output
    if flavour is not None:
        own = replace(own, markdown=output_settings.Flavour(flavour))
    if names is not None:
        own = replace(own, names=names)
        if not own.has_flavour:
            raise CommandError("--names is for --markdown obsidian, hugo or pandoc")
    if fields is not None:
        own = replace(own, fields=tuple(name.strip() for name in fields.split(",")))
    if no_teasers:
        own = replace(own, teasers=False)
    wrong = output_settings.problem(own)
    if wrong:
        raise CommandError(f"--{wrong.removeprefix('output.')}")
    return replace(settings, output=own)


def check_formats(fields: str | None, formats: "Collection[Format]") -> None:
    """Raise CommandError if fields are chosen, but no format has records in which they can be."""
    from copydesk.store import WHOLE

    if fields is not None and not set(WHOLE) & set(formats):
        raise CommandError(f"--fields is for {', '.join(WHOLE)}: choose one with --format")
