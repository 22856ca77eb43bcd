"""Tables: CSV and TSV in any form, Arrow and Feather, SQLite, and columns of other types."""

import csv
import functools
import gzip
import io
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pyarrow
import pyarrow.feather
import pyarrow.parquet
import pytest

import copydesk
from copydesk import config
from copydesk.document import Reject
from copydesk.dump import Dump
from reading import PAGE, STORY, archive_of, dumps, read, reasons, write

HEADER = ("", "id", "title", "author", "date", "url", "content")
TEXT = STORY.replace("council", 'council, or "the nine" as people call it;').replace("bridge", "Brücke")


def row(number: int, text: str = TEXT) -> tuple[str, ...]:
    address = f"https://example.org/{number}"
    return (str(number), f"r{number}", f"Headline {number}, with a comma", "Jane Doe", "2024-04-25", address, text)


def table(rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER, **form: object) -> str:
    made = io.StringIO(newline="")
    writer = csv.writer(made, **form)  # type: ignore[arg-type]
    writer.writerow(header)
    writer.writerows(rows)
    return made.getvalue()


ROWS = [row(number) for number in range(30)]
ONE_LINE = [row(number, TEXT.replace("\n", " ")) for number in range(30)]
FORMS: dict[str, bytes] = {
    "commas": table(ROWS).encode(),
    "LF": table(ROWS, lineterminator="\n").encode(),
    "semicolons and a mark": table(ROWS, delimiter=";").encode("utf-8-sig"),
    "tabs": table(ROWS, delimiter="\t").encode(),
    "bars": table(ROWS, delimiter="|").encode(),
    "all in quotes": table(ROWS, quoting=csv.QUOTE_ALL).encode(),
    "escaped quotes": table(ROWS, doublequote=False, escapechar="\\", quoting=csv.QUOTE_ALL).encode(),
    "no quotes": table(ONE_LINE, delimiter="\t", quoting=csv.QUOTE_NONE, quotechar=None).encode(),
    "UTF-16": table(ROWS).encode("utf-16"),
    "cp1252": table(ROWS, delimiter=";").encode("cp1252"),
    "CR": table(ONE_LINE, lineterminator="\r").encode(),
    "a line for Excel": b"sep=;\r\n" + table(ROWS, delimiter=";").encode(),
    "capitals": table(ROWS, header=tuple(map(str.upper, HEADER))).encode(),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["rows.csv", "rows.tsv", "rows", "rows.txt"])
def test_a_table_is_read_in_any_form_and_under_any_name(tmp_path: Path, form: str, name: str) -> None:
    found = dumps(read(write(tmp_path / name, FORMS[form])))
    assert [one.source for one in found] == [f"{name}#r{number}" for number in range(30)]
    first = found[0]
    assert first.text == (TEXT.replace("\n", " ") if form in ("no quotes", "CR") else TEXT)
    assert (first.given.title, first.given.date) == ("Headline 0, with a comma", "2024-04-25")
    assert (first.given.url, first.given.authors) == ("https://example.org/0", ("Jane Doe",))
    assert first.given.extra == {"column_1": "0"}


def test_a_table_may_be_compressed_and_in_an_archive(tmp_path: Path) -> None:
    assert len(dumps(read(write(tmp_path / "rows.csv.gz", gzip.compress(FORMS["commas"]))))) == 30
    packed = archive_of({"a/rows.csv": FORMS["commas"]}, as_zip=True)
    assert len(dumps(read(write(tmp_path / "all.zip", packed)))) == 30


def test_a_row_with_other_cells_is_rejected_with_the_number_of_its_line(tmp_path: Path) -> None:
    lines = 'id,title,text\n1,One,"two\nlines, of text"\n2,Two\n\n3,Three,words,more\n4,Four,"more text"\n'
    found = read(write(tmp_path / "rows.csv", lines.encode()))
    assert [one.record for one in found if isinstance(one, Dump)] == ["1", "4"]
    bad = [one for one in found if isinstance(one, Reject)]
    assert [(one.source, one.reason) for one in bad] == [("rows.csv#2", "bad_row"), ("rows.csv#3", "bad_row")]
    assert [one.detail for one in bad] == [
        "line 4: 2 cells, and the header has 3",
        "line 6: 4 cells, and the header has 3",
    ]


def test_a_cell_may_be_longer_than_the_csv_module_allows_by_itself(tmp_path: Path) -> None:
    long = "A sentence of the story, which is long. " * 5_000
    (found,) = dumps(read(write(tmp_path / "rows.csv", table([("1", long)], ("id", "text")).encode())))
    assert found.text == long


def test_bytes_that_are_in_no_encoding_reject_only_their_row(tmp_path: Path) -> None:
    data = table(ROWS).encode() + b"9,r99,Caf\xff\xfe,Jane Doe,2024-04-25,,words\n"
    found = read(write(tmp_path / "rows.csv", data))
    assert sum(isinstance(one, Dump) for one in found) == 30
    assert list(reasons(found).values()) == ["bad_row"]


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("stats.csv", "date,pages,bytes\n2024-04-01,17,99321\n", "no_text"),
        ("empty.csv", "", "empty"),
        ("header.csv", "id,title,text\n", None),
    ],
)
def test_a_table_without_texts_gives_no_article(tmp_path: Path, name: str, text: str, reason: str | None) -> None:
    found = read(write(tmp_path / name, text.encode()))
    assert list(reasons(found).values()) == ([reason] if reason else [])
    assert len(found) == len(reasons(found))


@pytest.mark.parametrize(
    "text",
    [
        "Sport, culture, text\nThe council voted on Monday evening, and nobody was asked.",
        "title,text\nOld bridge,The council voted on Monday evening\n" * 20,
        "id,title,words\n" + "1,Old bridge,The council voted on Monday evening\n" * 20,
        "id,title,text\n" + "1,Old bridge,The council voted\n" * 10 + "and then it went home, late.\n",
    ],
)
def test_a_text_with_commas_is_no_table(tmp_path: Path, text: str) -> None:
    (found,) = dumps(read(write(tmp_path / "story.txt", text.encode())))
    assert found.text == text


def test_a_column_for_text_can_be_named_in_the_settings(tmp_path: Path) -> None:
    settings = config.load(write(tmp_path / "own.toml", b'[fields]\ntext = ["Artikel"]\n'))
    rows = write(tmp_path / "rows", b"nr;titel;artikel\n1;Eins;Ein Satz.\n2;Zwei;Noch ein Satz.\n")
    assert [one.text for one in dumps(read(rows, settings))] == ["Ein Satz.", "Noch ein Satz."]


@functools.cache
def columns() -> "pyarrow.Table":
    """Made when a test asks for it: pyarrow then looks for pandas, which takes a second of each test process."""
    return pyarrow.table({"id": [f"r{n}" for n in range(40)], "Text": [f"{STORY} {n}" for n in range(40)]})


def feather(path: Path, packing: str) -> None:
    pyarrow.feather.write_feather(columns(), path, compression=packing)


@pytest.mark.parametrize("name", ["rows.arrow", "rows.feather", "rows", "rows.txt"])
@pytest.mark.parametrize("form", ["stream", "file", "feather", "feather lz4", "parquet", "plain parquet"])
def test_columns_are_read_under_any_name(tmp_path: Path, name: str, form: str) -> None:
    path = tmp_path / name
    if form in ("stream", "file"):
        make = pyarrow.ipc.new_stream if form == "stream" else pyarrow.ipc.new_file
        with pyarrow.OSFile(str(path), "wb") as sink, make(sink, columns().schema) as writer:
            writer.write_table(columns(), max_chunksize=7)
    elif form.startswith("feather"):
        feather(path, "lz4" if form.endswith("lz4") else "uncompressed")
    else:
        packing = "none" if form.startswith("plain") else "snappy"
        pyarrow.parquet.write_table(columns(), path, compression=packing)
    found = dumps(read(path))
    assert [(one.source, one.text) for one in found] == [(f"{name}#r{n}", f"{STORY} {n}") for n in range(40)]


def test_an_arrow_file_that_breaks_off_is_rejected(tmp_path: Path) -> None:
    feather(tmp_path / "rows.feather", "uncompressed")
    whole = (tmp_path / "rows.feather").read_bytes()
    found = read(write(tmp_path / "cut.feather", whole[: len(whole) // 2]))
    assert list(reasons(found).values()) == ["broken_stream"]


def test_columns_of_other_types_are_read(tmp_path: Path) -> None:
    german = PAGE.replace("Monday evening", "Montagabend im größeren Saal").replace(
        "<head>", "<head><meta charset=cp1252>"
    )
    for name, column in {
        "paragraphs": pyarrow.array([STORY.split("\n\n")] * 2),
        "parts": pyarrow.array([{"body": STORY}] * 2),
        "content": pyarrow.array([[{"type": "p", "text": line} for line in STORY.split("\n\n")]] * 2),
    }.items():
        path = tmp_path / f"{name}.parquet"
        pyarrow.parquet.write_table(pyarrow.table({"text" if name == "parts" else name: column}), path)
        assert [one.text for one in dumps(read(path))] == [STORY, STORY]
    pages = pyarrow.table({"html": pyarrow.array([german.encode("cp1252")], pyarrow.binary())})
    pyarrow.parquet.write_table(pages, tmp_path / "pages.parquet")
    (page,) = dumps(read(tmp_path / "pages.parquet"))
    assert "größeren Saal" in page.text


def database(path: Path, **tables: Sequence[dict[str, object]]) -> Path:
    base = sqlite3.connect(path)
    for name, rows in tables.items():
        columns = list(rows[0])
        base.execute(f"create table {name} ({', '.join(columns)})")
        marks = ", ".join("?" * len(columns))
        base.executemany(f"insert into {name} values ({marks})", [tuple(one.values()) for one in rows])  # noqa: S608
    base.commit()
    base.close()
    return path


def test_a_database_gives_the_rows_of_each_table_with_a_text(tmp_path: Path) -> None:
    page = PAGE.replace("report", "größere report").encode("cp1252")
    path = database(
        tmp_path / "articles.dat",
        news=[{"id": n, "title": f"Headline {n}", "body": f"{STORY} {n}", "score": 0.5} for n in range(5)],
        pages=[{"url": "https://example.org/a", "html": page}],
        visits=[{"day": "2024-01-01", "count": 3}],
    )
    before = path.read_bytes()
    found = dumps(read(path))
    assert [one.source for one in found] == [f"articles.dat#{name}" for name in ("0", "1", "2", "3", "4", "6")]
    assert (found[2].text, found[2].given.title, found[2].given.extra) == (f"{STORY} 2", "Headline 2", {"score": 0.5})
    assert "größere report" in found[5].text
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["articles.dat"]


def test_a_database_that_gives_nothing_says_why(tmp_path: Path) -> None:
    (none,) = read(database(tmp_path / "none.sqlite", visits=[{"day": "2024-01-01", "count": 3}]))
    assert isinstance(none, Reject)
    assert (none.reason, none.detail.endswith("visits: day, count")) == ("no_text", True)
    path = database(tmp_path / "open.sqlite", news=[{"text": STORY}])
    write(tmp_path / "open.sqlite-wal", b"rows that are not in the database yet")
    (left,) = read(path)
    assert isinstance(left, Reject)
    assert (left.reason, "open.sqlite-wal" in left.detail) == ("unreadable", True)
    (inside,) = read(write(tmp_path / "all.tar", archive_of({"a.sqlite": path.read_bytes()}, as_zip=False)))
    assert isinstance(inside, Reject)
    assert inside.reason == "nested"
    (damaged,) = read(write(tmp_path / "cut.sqlite", path.read_bytes()[:100]))
    assert isinstance(damaged, Reject)
    assert damaged.reason == "broken_stream"


def test_a_search_index_does_not_give_its_rows_a_second_time(tmp_path: Path) -> None:
    path = database(tmp_path / "a.sqlite", news=[{"id": 1, "text": STORY}])
    base = sqlite3.connect(path)
    base.execute("create virtual table found using fts5(text)")
    base.execute("insert into found select text from news")
    base.commit()
    base.close()
    assert len(dumps(read(path))) == 1


@pytest.mark.slow
def test_the_limit_of_cells_is_as_before(tmp_path: Path) -> None:
    """The limit is one for the whole program that uses the library."""
    before = csv.field_size_limit()
    (tmp_path / "a.csv").write_text("id,text\n1,The old bridge stays closed for a year.\n", encoding="utf-8")
    found = copydesk.read(tmp_path / "a.csv")
    next(iter(found))
    assert csv.field_size_limit() == before
