"""Records as rows of a Parquet table, with pyarrow (an extra of its own).

The columns are the record's fields.  `metadata.extra`, which is different for every source, is JSON in a string.
In `evidence` and `rights` the numbers of blocks are texts.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from typing import IO, TYPE_CHECKING

from copydesk.document import LISTED, Evidence, Json
from copydesk.render import record

if TYPE_CHECKING:
    import pyarrow


class MissingPyarrowError(ImportError):
    """The extra `parquet`, which reads and writes Parquet, is not installed."""


def schema(names: Sequence[str] = ()) -> "pyarrow.Schema":
    """The table's columns and their types: those with these names, or all if none is named.

    Raises MissingPyarrowError where pyarrow is not installed.
    """
    try:
        import pyarrow as pa
    except ModuleNotFoundError as error:
        raise MissingPyarrowError("format parquet needs pyarrow: pip install 'copydesk[parquet]'") from error
    text, number = pa.string(), pa.int64()

    def struct(**columns: "pyarrow.DataType") -> "pyarrow.DataType":
        return pa.struct(list(columns.items()))

    metadata = struct(
        title=text, deck=text, authors=pa.list_(struct(name=text, role=text, bio=text)), published=text, updated=text,
        language=text, publisher=text, agency=text, dateline=text, section=text, tags=pa.list_(text),
        copyright=struct(notice=text, holder=text, year=number), extra=text,
        images=pa.list_(struct(caption=text, credit=text, url=text, alt=text)), notes=pa.list_(text), url=text,
    )  # fmt: skip
    sources = pa.list_(text)
    evidence = struct(**{one.name: pa.list_(sources) if one.name in LISTED else sources for one in fields(Evidence)})
    provenance = struct(
        sha256=text, encoding=text, undecoded=pa.list_(struct(offset=number, hex=text, read_as=text)), record=text,
        copydesk=text, config=text, profile=text, renderer=text, declared=text, detected=text, truncated=text,
        memory=text,
    )  # fmt: skip
    signals = struct(
        words=number, story_share=pa.float64(), repeated_lines=pa.float64(), symbols=pa.float64(),
        language_share=pa.float64(),
    )  # fmt: skip
    quality = struct(confidence=pa.float64(), complete=pa.bool_(), reasons=pa.list_(text), signals=signals)
    whole = pa.schema(
        {
            "id": text, "kind": text, "page": text, "quality": quality, "parent": text,
            "position": number, "source": text, "text": text,
            "metadata": metadata, "evidence": evidence,
            "rights": pa.list_(struct(mark=text, value=text, evidence=sources)),
            "provenance": provenance, "lead": text,
            "blocks": pa.list_(
                struct(
                    label=text, start=number, end=number, text=text, why=text, share=pa.float64(), gap=text,
                    links=pa.list_(struct(start=number, end=number, href=text)), picture=text,
                )
            ),
            "edits": pa.list_(struct(start=number, before=text, after=text, rules=pa.list_(text))),
        }
    )  # fmt: skip
    return pa.schema([whole.field(name) for name in names]) if names else whole


def of(lines: Sequence[str], names: Sequence[str] = ()) -> "pyarrow.Table":
    """The table of records, each a line of JSON that has these fields, or all if none is named."""
    import pyarrow as pa

    rows = [json.loads(line) for line in lines]
    for row in rows:
        if "metadata" in row:
            row["metadata"]["extra"] = json.dumps(row["metadata"]["extra"], ensure_ascii=False)
        _change_sources(row, str)
        for block in row.get("blocks", ()):
            for name, usual in record.OMITTED.items():
                block.setdefault(name, usual)
    return pa.Table.from_pylist(rows, schema=schema(names))


def lines(stream: IO[bytes]) -> Iterator[str]:
    """The records of an open Parquet file, each as its line of JSON."""
    from pyarrow.parquet import ParquetFile

    with ParquetFile(stream) as file:
        for batch in file.iter_batches(64):
            for row in batch.to_pylist():
                if "metadata" in row:
                    row["metadata"]["extra"] = json.loads(row["metadata"]["extra"])
                _change_sources(row, _as_source)
                yield record.from_values(row)


def _change_sources(row: dict[str, Json], change: Callable[[Json], Json]) -> None:
    """Change each source in the evidence of a row's facts and rights."""
    evidence, rights = row.get("evidence"), row.get("rights")
    if isinstance(evidence, dict):
        row["evidence"] = {name: _each(sources, change) for name, sources in evidence.items()}
    for right in rights if isinstance(rights, list) else ():
        if isinstance(right, dict):
            right["evidence"] = _each(right["evidence"], change)


def _each(sources: Json, change: Callable[[Json], Json]) -> Json:
    """The sources, in lists of any depth, each changed: a column has texts or numbers, so all are texts there."""
    return [_each(one, change) for one in sources] if isinstance(sources, list) else change(sources)


def _as_source(name: Json) -> Json:
    """The source that a text of the column names: a number of a block, or a name."""
    return int(name) if isinstance(name, str) and name.isdigit() else name
