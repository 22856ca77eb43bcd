"""`copydesk rules`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from copydesk.cli.common import config_option, open_manifest, read_settings
from copydesk.cli.streams import CommandError, put_line, say
from copydesk.place_option import PlaceType
from copydesk.terminal import shown

if TYPE_CHECKING:
    from collections import Counter

    from copydesk.files import Place


@click.command()
@click.argument("output", required=False, type=PlaceType(exists=True))
@config_option
def rules(output: "Place | None", config_path: Path | None) -> None:
    """List every rule, whether it is on, and its reason.  With OUTPUT, also show how often it acted there.

    For an edit rule this is the number of places that it changed; for a label rule, the number of lines.
    """
    from copydesk import rules as registry

    groups = (("edit", registry.EDITS), ("label", registry.LABELS))
    off = read_settings(config_path).edits.off
    acted = _acted(output, config_path) if output else None
    for title, listed in groups:
        put_line(title)
        for rule in listed:
            count = "" if acted is None else f"{acted[rule.name]:>9,}  "
            put_line(f"  {rule.name:<32}{'off' if rule.name in off else 'on':<5}{count}{rule.reason}")
    known = {rule.name for _, listed in groups for rule in listed}
    for name, times in sorted((acted or {}).items()):
        if name not in known:
            put_line(f"  {shown(name):<37}{times:>9,}  (a rule of a source profile or of another version)")


def _acted(output: "Place", config_path: Path | None) -> "Counter[str]":
    """How often each rule acted in an output."""
    from copydesk.batch.rule_counts import count_rules
    from copydesk.render.record import RecordError

    with open_manifest(output, config_path) as (manifest, _):
        try:
            found = count_rules(output, manifest)
        except RecordError as error:
            raise CommandError(f"{output}: {error}") from error
    say(f"{shown(str(output))}: {found.dumps:,} dumps")
    return found.edits + found.labels
