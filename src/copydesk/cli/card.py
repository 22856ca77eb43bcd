"""`copydesk card`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from copydesk.cli.common import open_manifest
from copydesk.cli.streams import CommandError, say
from copydesk.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from copydesk.card.contents import Contents


@click.command()
@click.argument("output", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--name", help="The name of the data set.  [default: that of the folder]")
def card(output: Path, name: str | None) -> None:
    """Write the card of the data set in OUTPUT: README.md for the Hugging Face hub, and croissant.json.

    The card says what is in the records, how they were cleaned and what was left out.  It names the type of each field,
    so that `datasets` loads all shards alike.

    \b
    copydesk clean seeds -o out --format jsonl
    copydesk card out
    """  # noqa: D301 # click needs the character, not a backslash and a letter
    from copydesk.card import contents, croissant, page
    from copydesk.card_files import CROISSANT, PAGE
    from copydesk.render.record import RecordError
    from copydesk.whole_file import replaced

    name = (name or output.resolve().name).encode(errors="backslashreplace").decode()  # names may have other bytes
    rejects, filtered = _left_out(output)
    try:
        found = _contents(output)
        files = contents.data_files(output)
        texts = {
            PAGE: page.write(name, found, files, rejects, filtered),
            CROISSANT: croissant.write(name, found, files),
        }
        for file in texts:
            _check(output / file)
        for file, text in texts.items():
            with replaced(output / file) as new, new.open("x", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
    except RecordError as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"{error.filename}: {error.strerror}", ExitCode.NOT_FINISHED) from error
    say(f"{found.records:,} records described in {output / PAGE} and {output / CROISSANT}")


def _contents(output: Path) -> "Contents":
    """What the records of an output hold.  If its files have only some fields, the manifest has the whole records."""
    from copydesk.batch.check import made_of
    from copydesk.batch.manifest_dumps import Dumps
    from copydesk.batch.manifest_totals import Totals
    from copydesk.card import contents
    from copydesk.library import read_records
    from copydesk.output_settings import chosen_fields
    from copydesk.render.record import from_json

    files = contents.data_files(output)
    with open_manifest(output, None) as (manifest, _):
        form = made_of(manifest, files[0].name)[1] if files and files[0].name in manifest.shards() else None
        last = Totals(manifest).runs(1)
        if form and chosen_fields(form) and last:
            dumps = Dumps(manifest).records(last[0].number)
            lines = (line for one in dumps for line in (one if form.teasers else one[:1]))
            return contents.of(map(from_json, lines), chosen_fields(form))
    return contents.of(read_records(output))


def _left_out(output: Path) -> "tuple[Mapping[str, int], int]":
    """(rejects by reason, number of filtered dumps) of an output."""
    from copydesk.batch.manifest_totals import Totals

    with open_manifest(output, None) as (manifest, _):
        totals = Totals(manifest)
        return totals.all_reasons(), sum(totals.all_limits().values())


def _check(path: Path) -> None:
    """Raise CommandError if the file is there and is no card: it may be the output of a dump."""
    from copydesk.card_files import is_card

    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise CommandError(f"{path} is no file: remove it, or move it", ExitCode.NOT_FINISHED)
    if path.exists() and not is_card(path):
        raise CommandError(f"{path} is not a card: move it, and run again", ExitCode.NOT_FINISHED)
