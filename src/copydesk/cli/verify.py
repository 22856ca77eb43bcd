"""`copydesk verify`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from copydesk.cli.common import config_option, open_manifest
from copydesk.cli.streams import put_line, say
from copydesk.exit_codes import ExitCode
from copydesk.place_option import PlaceType
from copydesk.terminal import shown

if TYPE_CHECKING:
    from copydesk.files import Place


@click.command()
@click.argument("output", type=PlaceType(exists=True))
@config_option
def verify(output: "Place", config_path: Path | None) -> None:
    """Check each record of OUTPUT: its schema, its hash, that it can be undone, and that no record is missing.

    \b
    Exit codes:  0 no problems      1 problems found, one per line
                 2 wrong use        3 the manifest can't be read
    """  # noqa: D301 # click needs the character, not a backslash and a letter
    from copydesk.batch.check import Fault, check_output

    records = faults = 0
    with open_manifest(output, config_path) as (manifest, _):
        manifest.check()
        for found in check_output(output, manifest):
            if isinstance(found, Fault):
                faults += 1
                put_line(shown(f"{found.file}: {found.what}"))
            else:
                records += found
    say(f"{records:,} records checked, {faults:,} faults")
    sys.exit(ExitCode.REJECTED if faults else ExitCode.DONE)
