"""Small files that hold much: rows that share one value, rows without a value, packed files in packed files."""

import gzip
import sqlite3
from contextlib import closing
from itertools import islice
from pathlib import Path

import pyarrow
import pyarrow.feather
import pyarrow.parquet
import pytest

from copydesk import config, readers
from copydesk.document import Reject
from copydesk.dump import Pending
from copydesk.readers import compressed, parquet
from growth import cpu_seconds, grows_linearly
from reading import PACK, STORY, archive_of, read, reasons, write

MOST_ROWS = 70
"""Rows of a million bytes that may be read of a bomb; 64 MB are always allowed."""

RECORD_BY_BLANK = 20
"""Times what a byte of a record costs more than a byte of a blank line: 30 on an idle machine, 1 in plain Python."""


def shared(rows: int, text: str) -> pyarrow.Table:
    """A table in which all rows share one text."""
    places = pyarrow.array([0] * rows, pyarrow.int32())
    column = pyarrow.DictionaryArray.from_arrays(places, pyarrow.array([text]))
    return pyarrow.table({"id": pyarrow.array([f"r{n}" for n in range(rows)]), "text": column})


def write_shared(path: Path, rows: int, text: str) -> None:
    table = shared(rows, text)
    if path.suffix == ".parquet":
        pyarrow.parquet.write_table(table, path, compression="zstd", dictionary_pagesize_limit=10**9)
    elif path.suffix == ".feather":
        pyarrow.feather.write_feather(table, str(path), compression="zstd")
    else:
        with pyarrow.OSFile(str(path), "wb") as sink, pyarrow.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a.parquet", "a.feather", "a.arrow"])
def test_rows_that_share_one_value_are_a_bomb(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write_shared(path, 3_000, "A story of rain. " * 60_000 if name != "a.arrow" else "A story of rain. " * 6_000)
    size = path.stat().st_size
    found = list(readers.find(path, name, config.default()))
    last = found[-1]
    assert isinstance(last, Reject)
    assert (last.reason, last.source) == ("bomb", name)
    unpacked = sum(len(one.raw) for one in found if isinstance(one, Pending))
    assert unpacked < max(compressed.ALWAYS_ALLOWED, compressed.MAX_RATIO * size)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a.parquet", "a.feather", "a.arrow"])
def test_a_table_that_repeats_itself_is_read(tmp_path: Path, name: str) -> None:
    """The same notice on each of 2,000 pages, and the same text of a column for the site."""
    path = tmp_path / name
    write_shared(path, 2_000, STORY * 10)
    found = list(islice(readers.find(path, name, config.default()), 5_000))
    assert len(found) == 2_000
    assert all(isinstance(one, Pending) for one in found)


@pytest.mark.slow
def test_a_billion_rows_without_a_value_are_a_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compressed, "ALWAYS_ALLOWED", 100_000)
    path = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"text": pyarrow.nulls(1_000_000, pyarrow.string())}), path)
    found = list(islice(readers.find(path, "a.parquet", config.default()), 100_000))
    assert (found[-1].source, getattr(found[-1], "reason", "")) == ("a.parquet", "bomb")
    assert {getattr(one, "reason", "") for one in found[:-1]} == {"no_text"}
    assert len(found) < 20_000


NULLS = 20_000_000
LISTS = ("list", "list in a list", "list in a structure", "list of a fixed size")


def lists_of_nulls() -> dict[str, pyarrow.Array]:
    """A row of each kind that has many values and nearly no bytes."""
    nulls = pyarrow.nulls(NULLS)
    ends = pyarrow.array([0, NULLS], pyarrow.int32())
    inner = pyarrow.ListArray.from_arrays(ends, nulls)
    keys = pyarrow.array([b""] * 1_000, pyarrow.binary(0)).take(pyarrow.array([0] * 1_000))
    return {
        "list": inner,
        "list in a list": pyarrow.ListArray.from_arrays(pyarrow.array([0, 1], pyarrow.int32()), inner),
        "list in a structure": pyarrow.StructArray.from_arrays([inner, keys.slice(0, 1)], ["a", "b"]),
        "list of a fixed size": pyarrow.FixedSizeListArray.from_arrays(nulls, NULLS),
    }


@pytest.mark.parametrize("kind", LISTS)
def test_a_row_of_millions_of_nulls_is_rejected_and_the_next_one_is_read(tmp_path: Path, kind: str) -> None:
    """Each null is an object of Python: a kilobyte took minutes."""
    column = lists_of_nulls()[kind]
    rows = pyarrow.concat_arrays([column, column.slice(0, 0), pyarrow.array([None], column.type)])
    made = pyarrow.table({"id": ["a", "b"], "text": [STORY] * 2, "more": rows})
    with pyarrow.OSFile(str(tmp_path / "a.arrow"), "wb") as sink, pyarrow.ipc.new_stream(sink, made.schema) as writer:
        writer.write_table(made)
    found = list(readers.find(tmp_path / "a.arrow", "a.arrow", config.default()))
    assert [(one.source, getattr(one, "reason", "")) for one in found] == [
        ("a.arrow#1", "too_large"),
        ("a.arrow#b", ""),
    ]


def test_values_of_a_row_are_counted_in_all_columns() -> None:
    """A slice counts what is in it, whichever way the column stores lists."""
    lists = pyarrow.array([[1, 2], [3], None])
    pairs = pyarrow.array([[("a", 1), ("b", 2)], []], pyarrow.map_(pyarrow.string(), pyarrow.int64()))
    things = pyarrow.array([{"a": [1, 2], "b": "x"}, {"a": [], "b": "y"}])
    assert [parquet._values(lists.slice(place, 1)) for place in range(3)] == [3, 2, 1]
    assert [parquet._values(pairs.slice(place, 1)) for place in range(2)] == [5, 1]
    assert [parquet._values(things.slice(place, 1)) for place in range(2)] == [5, 3]


@pytest.mark.slow
@pytest.mark.parametrize("blank", [b"\n", b"\r\n", b" \n"], ids=repr)
def test_blank_lines_of_a_table_cost_little(tmp_path: Path, blank: bytes) -> None:
    """They are counted, so that a reject names the right line; a tab is a cell in a table with tabs."""
    lines = 30_000_000 // len(blank)
    data = b"id,title,text\n1,A headline," + STORY.encode().replace(b"\n", b" ").replace(b",", b";") + b"\n"
    path = tmp_path / "a.csv.gz"
    with gzip.open(path, "wb", compresslevel=1) as stream:
        stream.write(data)
        stream.write(blank * lines)
        stream.write(b"3,A headline\n4,A headline,It rained.\n")
    found = list(readers.find(path, "a.csv.gz", config.default()))
    assert [one.source for one in found] == ["a.csv.gz#1", "a.csv.gz#2", "a.csv.gz#4"]
    assert getattr(found[1], "detail", "").startswith(f"line {lines + 3}: 2 cells")


def test_a_line_break_in_a_cell_is_no_blank_line(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", b'id,title,text\n1,x,"It rained.\n\n\nAnd rained."\n\n \n2,y,"It snowed."\n')
    assert [getattr(one, "text", "") for one in read(path)] == ["It rained.\n\n\nAnd rained.", "It snowed."]


@pytest.mark.slow
def test_a_database_that_computes_its_texts_is_a_bomb(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    with closing(sqlite3.connect(path)) as base, base:
        base.execute("create table pages (text text, more text as (hex(zeroblob(500000))) virtual)")
        base.executemany("insert into pages values (?)", [(f"It rained on day {n}.",) for n in range(2_000)])
    found = list(readers.find(path, "a.sqlite", config.default()))
    assert getattr(found[-1], "reason", "") == "bomb"
    assert len(found) < MOST_ROWS


@pytest.mark.parametrize("inner", PACK)
def test_a_packed_file_in_a_packed_file_in_an_archive_is_rejected(tmp_path: Path, inner: str) -> None:
    twice = PACK[inner](PACK[inner](STORY.encode()))
    for as_zip in (True, False):
        name = "a.zip" if as_zip else "a.tar"
        data = archive_of({f"page.txt{inner}{inner}": twice, "sound.txt": STORY.encode()}, as_zip=as_zip)
        found = read(write(tmp_path / name, data))
        assert reasons(found) == {f"{name}#page.txt{inner}{inner}": "nested"}
        assert len(found) == 2


@pytest.mark.slow
@pytest.mark.parametrize("blank", [b"\n", b"\r\n", b" \n", b",\n", b"\t\n"], ids=repr)
def test_blank_lines_cost_little(tmp_path: Path, blank: bytes) -> None:
    """Each byte of them costs less than a hundredth of what a byte of records costs; the next record has its line."""
    record = b'{"text": "It rained, said the mayor, and went on to rain all day long."}\n'

    def reading(name: str, data: bytes) -> tuple[float, list[str]]:
        path, sources = tmp_path / name, list[str]()
        path.write_bytes(gzip.compress(data, 1))

        def read_all() -> None:
            sources[:] = [one.source for one in readers.find(path, name, config.default())]

        return min(cpu_seconds(read_all) for _ in range(3)) / len(data), sources

    lines = 3_000_000 // len(blank)
    cost, found = reading("a.jsonl.gz", record + blank * lines + record)
    assert found == ["a.jsonl.gz#1", f"a.jsonl.gz#{lines + 2}"]
    assert cost < reading("b.jsonl.gz", record * 2_000)[0] / RECORD_BY_BLANK


@pytest.mark.slow
def test_millions_of_records_without_a_text_are_a_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each costs a reject with its reason: nine kilobytes would give gigabytes of them."""
    monkeypatch.setattr(compressed, "ALWAYS_ALLOWED", 640_000)
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(b"{}\n" * 300_000))
    last, number = None, 0
    for number, last in enumerate(readers.find(tmp_path / "a.jsonl.gz", "a.jsonl.gz", config.default()), 1):
        if number == 1:
            assert getattr(last, "reason", "") == "no_text"
    assert (getattr(last, "reason", ""), number < 100_000) == ("bomb", True)


@pytest.mark.slow
def test_many_small_records_of_other_texts_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compressed, "ALWAYS_ALLOWED", 10_000)
    lines = "".join(f'{{"text": "{number * 7919 % 10**6}"}}\n' for number in range(20_000))
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    found = list(readers.find(tmp_path / "a.jsonl.gz", "a.jsonl.gz", config.default()))
    assert len(found) == 20_000


@pytest.mark.slow
def test_many_declarations_of_a_feed_take_linear_time(tmp_path: Path) -> None:
    feed = "<rss><channel><item><title>x</title><description>It rained.</description></item></channel></rss>"
    for pump in ("<!DOCTYPE ", "<!ENTITY a ", "<!DOCTYPE x><!ENTITY a " + " " * 100):

        def read_feed(times: int, pump: str = pump) -> None:
            (tmp_path / "a.rss").write_text(feed + pump * times)
            assert read(tmp_path / "a.rss")

        assert grows_linearly(read_feed, 10_000, 80_000)
