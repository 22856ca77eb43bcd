"""`copydesk diff`: what is different between two outputs, or what other settings would change."""

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from copydesk.cli.common import config_option, open_manifest, read_settings
from copydesk.cli.outputs import dumps_of, is_output, stored_dump
from copydesk.cli.pages import check_page, page_type, write_page
from copydesk.cli.streams import CommandError, put_line, say
from copydesk.cli.summary import plural
from copydesk.exit_codes import ExitCode
from copydesk.terminal import shown

if TYPE_CHECKING:
    from copydesk.config import Config
    from copydesk.document import Cleaned


@click.command()
@click.argument("old", type=click.Path(path_type=Path, exists=True))
@click.argument("new", required=False, type=click.Path(path_type=Path, exists=True))
@config_option
@click.option(
    "--sample", type=click.IntRange(min=1), metavar="N", help="Without NEW: clean N dumps again.  [default: all]"
)
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Worker processes.  [default: one for each core]")
@click.option("--json", "as_json", is_flag=True, help="Print all differences as one JSON object.")
@click.option("--html", "page", type=page_type, metavar="FILE", help="Write a page for a browser instead.")
@click.option(
    "--fail-over",
    type=click.FloatRange(0, 1),
    metavar="SHARE",
    help="End with exit code 1 if more than this share of the dumps changed (0 to 1).",
)
def diff(
    old: Path,
    new: Path | None,
    config_path: Path | None,
    sample: int | None,
    jobs: int | None,
    as_json: bool,
    page: Path | None,
    fail_over: float | None,
) -> None:
    """Show what is different between the outputs OLD and NEW, dump by dump: labels, edits, facts, confidence.

    Without NEW, the input files of OLD are read again, and cleaned with the settings of --config (or the usual ones)
    and this version of copydesk.  Nothing is written.  OLD and NEW are outputs, or files of records.

    \b
    copydesk diff out --sample 500                     what this version would change
    copydesk diff out --config config/copydesk.toml    what other settings would change
    copydesk diff out --html diff.html                 the same as a page for a browser
    """  # noqa: D301 # click needs the character, not a backslash and a letter
    from copydesk.compare.pairs import pairs
    from copydesk.compare.shown import lines, to_json
    from copydesk.compare.tally import tally

    if as_json and page:
        raise CommandError("--json and --html cannot be combined")
    if page:
        check_page(page)
    if new is not None:
        if config_path or sample or jobs:
            raise CommandError("--config, --sample and --jobs clean OLD again: they cannot be combined with NEW")
        found = tally(pairs(dumps_of(old), dumps_of(new)))
    else:
        if not is_output(old):
            raise CommandError(
                f"{old}: is not an output folder of copydesk clean; name two outputs, or files of records"
            )
        found = tally(_cleaned_again(old, read_settings(config_path), sample, jobs))
    if as_json:
        put_line(to_json(found))
    elif page:
        from copydesk.report.difference import sections

        title = f"{old} and {new}" if new is not None else f"{old} and what it would be now"
        write_page(f"Difference of {title}", sections(found), page)
        say(f"{found.changed:,} of {plural(found.dumps, 'dump')} changed -> {shown(str(page))}")
    else:
        for line in lines(found):
            put_line(line)
    sys.exit(ExitCode.REJECTED if fail_over is not None and found.share_changed > fail_over else ExitCode.DONE)


def _cleaned_again(
    output: Path, settings: "Config", sample: int | None, jobs: int | None
) -> Iterator[tuple["Cleaned | None", "Cleaned | None"]]:
    """(the dump in the output, the dump as it would be) for each dump, or for a sample.

    The sample is the same each time: the dumps with the smallest digests of their sources.
    """
    from copydesk import store
    from copydesk.batch.manifest_dumps import Dumps
    from copydesk.batch.messages import path_from_text
    from copydesk.batch.ordered import OrderedCleaner
    from copydesk.batch.walk import Input
    from copydesk.document import Reject
    from copydesk.render.record import RecordError

    with open_manifest(output, None) as (manifest, _), OrderedCleaner(settings, jobs) as cleaner:
        dumps = Dumps(manifest)
        chosen = [
            (dump.source, file, dump.number, source, path)
            for file, source, path in manifest.files()
            for dump in dumps.to_filter(file, 0)
        ]
        chosen.sort(key=lambda one: hashlib.sha256(one[0].encode()).digest())
        for _, file, number, source, path in sorted(chosen[:sample]):
            try:
                before = stored_dump(dumps.records_of(file, number))
            except RecordError as error:
                raise CommandError(f"{output}: {error}") from error
            now: Cleaned | None = None
            for outcome in cleaner.one(Input(str(path_from_text(path)), source), number):
                if isinstance(outcome, Reject):
                    say(store.reject_line(outcome).rstrip("\n"))
                else:
                    now = outcome
            yield before, now
