"""Writes the clusters of copies as JSON Lines, Parquet or SQLite: one row for each member."""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

import msgspec

from copydesk.copies.find import Copy
from copydesk.document import Record
from copydesk.terminal import escaped
from copydesk.whole_file import replaced

COLUMNS: Final = ("cluster", "id", "source", "relation", "likeness", "contained", "reason")


SUFFIXES: Final = (".jsonl", ".parquet", ".sqlite")
"""The ends of the names of tables."""


def write(clusters: Sequence[Sequence[Copy]], path: Path) -> None:
    """Write the rows; the end of the name says in which form.  An existing file is replaced when the new one is whole.

    Raises OSError if it can't be written.
    """
    rows = [copy for cluster in clusters for copy in cluster]
    with replaced(path) as new:
        {".jsonl": _write_lines, ".parquet": _write_parquet, ".sqlite": _write_sqlite}[path.suffix](rows, new)


def write_canonical(clusters: Sequence[Sequence[Copy]], records: Iterable[Record], path: Path) -> None:
    """Write the records without copies, and without the teasers of copies, as JSON Lines.

    Raises OSError if they can't be written.
    """
    copied = {copy.id for cluster in clusters for copy in cluster[1:]} - {cluster[0].id for cluster in clusters}
    with replaced(path) as new, new.open("w", encoding="utf-8", newline="\n") as file:
        for record in records:
            if record.id not in copied and record.parent not in copied:
                file.write(record.to_json() + "\n")


def _values(row: Copy) -> dict[str, str | float | None]:
    return {name: getattr(row, name) for name in COLUMNS}


def _write_lines(rows: Sequence[Copy], path: Path) -> None:
    lines = [escaped(msgspec.json.encode(_values(row)).decode()) + "\n" for row in rows]
    path.write_text("".join(lines), encoding="utf-8", newline="\n")


def _write_parquet(rows: Sequence[Copy], path: Path) -> None:
    import pyarrow
    import pyarrow.parquet

    text, number = pyarrow.string(), pyarrow.float64()
    kinds = {name: number if name in ("likeness", "contained") else text for name in COLUMNS}
    table = pyarrow.Table.from_pylist(list(map(_values, rows)), pyarrow.schema(list(kinds.items())))
    pyarrow.parquet.write_table(table, path)


def _write_sqlite(rows: Sequence[Copy], path: Path) -> None:
    with closing(sqlite3.connect(path)) as base, base:
        base.execute(
            "create table copies (cluster text not null, id text not null, source text not null,"
            " relation text not null, likeness real not null, contained real not null, reason text)"
        )
        base.execute("create index clusters on copies (cluster)")
        base.execute("create index ids on copies (id)")
        base.executemany(
            "insert into copies values (?, ?, ?, ?, ?, ?, ?)", [tuple(_values(row).values()) for row in rows]
        )
