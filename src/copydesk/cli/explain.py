"""`copydesk explain`."""

from pathlib import Path

import click

from copydesk.cli.common import CommandError, config_option, read_settings
from copydesk.exit_codes import ExitCode


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--record", "name", help="Which record of a container to show: its id or its number.")
@config_option
def explain(file: Path, name: str | None, config_path: Path | None) -> None:
    """Show what is done to a dump: the label of each line, each edit, and the rules that made them."""
    from copydesk.batch import Input
    from copydesk.batch.clean_file import NO_HOOKS, OnlyRecord, Skipped, clean_file
    from copydesk.document import Reject
    from copydesk.explain import show

    chosen = None
    hooks = NO_HOOKS if name is None else OnlyRecord(name)
    for number, outcome in enumerate(clean_file(Input(str(file), file.name), read_settings(config_path), hooks), 1):
        if isinstance(outcome, Skipped):
            continue
        source = outcome.source if isinstance(outcome, Reject) else outcome.article.source
        if name is None and chosen is not None:
            raise CommandError(f"{file} has more than one dump: name one with --record (its id or its number)")
        if name is None or source.partition("#")[2] == name or (chosen is None and str(number) == name):
            chosen = outcome
    if chosen is None:
        raise CommandError(f"{file} has no record {name!r}" if name else f"{file} has no dump")
    if isinstance(chosen, Reject):
        raise CommandError(f"{chosen.source}: {chosen.reason}: {chosen.detail}", ExitCode.REJECTED)
    show(chosen)
