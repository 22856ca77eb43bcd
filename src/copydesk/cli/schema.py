"""`copydesk schema`."""

import json

import click

from copydesk.cli.streams import put_line


@click.command()
def schema() -> None:
    """Print the JSON Schema of a record."""
    from copydesk.render.record import schema as record_schema

    put_line(json.dumps(record_schema(), indent=2))
