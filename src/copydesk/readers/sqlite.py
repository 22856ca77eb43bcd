"""SQLite databases: one record for each row of each table that has a column for text.

The database is opened so that nothing is written, and no other program needs to be asked.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

from copydesk.config import Config
from copydesk.document import Json, Reject
from copydesk.dump import Pending, UnreadableError
from copydesk.readers import columns, record_fields
from copydesk.readers.compressed import RowBudget, broken_off
from copydesk.readers.record_fields import Names

TABLES: Final = """
    select name from sqlite_master
    where type = 'table' and name not like 'sqlite_%' and sql not like 'create virtual %' order by name
"""
COLUMNS: Final = "select name from pragma_table_info(?)"


def read(path: Path, source: str, settings: Config) -> Iterator[Pending | Reject]:
    """The rows of all tables with a text.  Raises UnreadableError if there is none, or if the file is damaged."""
    log = path.with_name(f"{path.name}-wal")
    if log.is_file() and log.stat().st_size:
        detail = f"rows may be only in {log.name}: close the program that writes it, or run `pragma wal_checkpoint`"
        raise UnreadableError("unreadable", detail)
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as base:
            base.execute("pragma trusted_schema = off")
            base.text_factory = bytes
            with path.open("rb") as file:
                budget = RowBudget(file)
            yield from _tables(base, budget, source, settings)
    except (sqlite3.Error, UnicodeDecodeError) as error:  # the second for a damaged name of a table in a message
        raise broken_off(error) from error


def _tables(base: sqlite3.Connection, budget: RowBudget, source: str, settings: Config) -> Iterator[Pending | Reject]:
    called = {name.lower() for name in (*settings.fields.text, *settings.fields.html)}
    tables = [_name(row) for row in base.execute(TABLES)]
    headers = {table: [_name(row) for row in base.execute(COLUMNS, (table,))] for table in tables}
    read = [table for table, header in headers.items() if called & {name.lower() for name in header}]
    if not read:
        said = "; ".join(f"{table}: {', '.join(header)}" for table, header in headers.items()) or "none"
        raise UnreadableError(
            "no_text", f"no column for text; name it under [fields] in the settings; the tables are: {said}"[:300]
        )
    names = Names(source)
    number = 0
    for table in read:
        quoted = table.replace('"', '""')
        rows = base.execute(f'select * from "{quoted}"')  # noqa: S608 - the name is that of a table, and quoted
        header = [column[0] for column in rows.description]
        for row in rows:
            number += 1
            budget.take(sum(len(value) for value in row if isinstance(value, bytes)))
            yield _record(dict(zip(header, row, strict=True)), number, names, settings)


def _name(row: tuple[bytes]) -> str:
    return row[0].decode("utf-8", "replace")


def _record(row: dict[str, object], number: int, names: Names, settings: Config) -> Pending | Reject:
    held: dict[str, Json] = {}
    try:
        for name, value in row.items():
            found = columns.as_json(value)
            if found is not None:
                held[name] = found
    except UnicodeDecodeError as error:
        return Reject(names.at(number), "not_json", f"a value that can't be read: {error}"[:300])
    return record_fields.dump_of(held, json.dumps(held).encode(), number, names, settings)
