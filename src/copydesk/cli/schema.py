"""`copydesk schema`."""

import json

import click


@click.command()
def schema() -> None:
    """Print the JSON Schema of a record."""
    from copydesk.render.record import schema as record_schema

    click.echo(json.dumps(record_schema(), indent=2))
