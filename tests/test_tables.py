"""The output as tables for people: CSV for spreadsheets, and SQLite."""

import csv
import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import Copydesk
from copydesk import Record, clean, read_records
from copydesk.render import sheet
from runs import fill, story

pytestmark = pytest.mark.usefixtures("in_process_workers")

PAGE = """Old bridge to stay closed until spring

By Jane Doe and John Roe

May 2, 2024

The council voted on Monday evening to keep the old bridge closed until spring, as many people had asked it to do.

"It is not safe," said the engineer; the repair takes months, and no one knows how many.

More from Example News

Flood of the century leaves town without a road
"""


@pytest.fixture(name="copydesk")
def _in_process(copydesk_here: Copydesk) -> Copydesk:
    return copydesk_here


@pytest.fixture
def dumps(tmp_path: Path) -> Path:
    folder = fill(tmp_path / "dumps", 3)
    (folder / "page.txt").write_text(PAGE, encoding="utf-8")
    (folder / "act.txt").write_text(PAGE.replace("Old bridge", "=SUM(1;2) bridge"), encoding="utf-8")
    (folder / "blocked.txt").write_text("403 Forbidden\n\nYou don't have permission to access this page.\n", "utf-8")
    return folder


def sheet_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def records_of(output: Path) -> list[Record]:
    return list(read_records(output))


def rows(base: Path, sql: str, *values: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(base)) as database:
        return database.execute(sql, values).fetchall()


def test_a_sheet_has_a_row_for_each_dump_and_the_values_of_its_record(copydesk: Copydesk, dumps: Path) -> None:
    assert copydesk("clean", dumps, "-o", "out", "--format", "csv,jsonl").returncode == 0
    output = dumps.parent / "out"
    cells = {row["source"]: row for row in sheet_of(output / "records.csv")}
    records = [one for one in records_of(output) if one.kind != "teaser"]
    assert list(cells) == [one.source for one in records]
    assert [cells[one.source]["text"] for one in records] == [one.text for one in records]
    page = cells["page.txt"]
    assert page["authors"] == "Jane Doe; John Roe"
    assert (page["published"], page["kind"], page["teasers"], page["url"]) == ("2024-05-02", "article", "1", "")
    assert (cells["blocked.txt"]["kind"], cells["blocked.txt"]["page"]) == ("other", "notice")
    assert page["complete"] in ("true", "false", "")


def test_other_programs_read_the_sheet(copydesk: Copydesk, dumps: Path) -> None:
    import duckdb
    import polars

    copydesk("clean", dumps, "-o", "out", "--format", "csv")
    path = dumps.parent / "out" / "records.csv"
    wanted = [row["text"] for row in sheet_of(path)]
    assert polars.read_csv(path)["text"].to_list() == [text or None for text in wanted]
    found = duckdb.read_csv(str(path), header=True, all_varchar=True).select("text").fetchall()
    assert [text or "" for (text,) in found] == wanted


def test_excel_gets_its_mark_and_no_cell_that_it_would_calculate(copydesk: Copydesk, dumps: Path) -> None:
    copydesk("clean", dumps, "-o", "out", "--format", "csv", "--excel")
    output = dumps.parent / "out"
    assert not (output / "records.csv").exists()
    data = (output / "records.excel.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfid,")
    titles = {row["source"]: row["title"] for row in sheet_of(output / "records.excel.csv")}
    assert titles["act.txt"] == "'=SUM(1;2) bridge to stay closed until spring"
    assert titles["page.txt"] == "Old bridge to stay closed until spring"


def test_excel_is_for_sheets_only(copydesk: Copydesk, dumps: Path) -> None:
    run = copydesk("clean", dumps, "-o", "out", "--format", "jsonl", "--excel")
    assert (run.returncode, b"--excel needs --format csv" in run.stderr) == (2, True)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\tx", "\rx"])
def test_what_a_spreadsheet_would_calculate_stays_text(text: str, tmp_path: Path) -> None:
    article = replace(clean(PAGE).article, source=text)
    for excel, wanted in ((True, f"'{text}"), (False, text)):
        path = tmp_path / "sheet.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            sheet.begin(file, excel=excel)
            sheet.write(file, [article], excel=excel)
        assert [row["source"] for row in sheet_of(path)] == [wanted]


LIVE = '=HYPERLINK("http://x.example")'
CELLS = [
    (f"a;{LIVE}", f"a;'{LIVE}"),
    (f"a; {LIVE}", f"a;' {LIVE}"),
    (f'a;"{LIVE}', f"a;'\"{LIVE}"),
    (f"one\n\n{LIVE}", f"one\n\n'{LIVE}"),
    ("\N{FULLWIDTH EQUALS SIGN}1+1", "'\N{FULLWIDTH EQUALS SIGN}1+1"),
    ("one\n\ntwo", "one\n\ntwo"),
    ("2+2=4; x-y, a@b.example", "2+2=4; x-y, a@b.example"),
    ("Jane; John", "Jane; John"),
    ("one,-1", "one,-1"),  # a comma separates where cells are quoted
]


@pytest.mark.parametrize(("text", "wanted"), CELLS)
def test_no_cell_is_calculated_where_semicolons_separate(text: str, wanted: str, tmp_path: Path) -> None:
    article = replace(clean(PAGE).article, source=text)
    with (tmp_path / "sheet.csv").open("w", encoding="utf-8", newline="") as file:
        sheet.begin(file, excel=True)
        sheet.write(file, [article], excel=True)
    (row,) = sheet_of(tmp_path / "sheet.csv")
    assert row["source"] == wanted
    assert not re.search(r"(?:^|[;\t\r\n])[\" ]*[=+@-]", row["source"])


def test_a_database_has_the_records_and_their_keys(copydesk: Copydesk, dumps: Path) -> None:
    copydesk("clean", dumps, "-o", "out", "--format", "sqlite,jsonl")
    output = dumps.parent / "out"
    base, records = output / "records.sqlite", records_of(output)
    articles = [one for one in records if one.kind != "teaser"]
    assert rows(base, "pragma foreign_key_check") == []
    assert rows(base, "select id, text from articles") == [(one.id, one.text) for one in articles]
    teasers = [(one.id, one.parent, one.position, one.text) for one in records if one.kind == "teaser"]
    assert rows(base, "select id, article, position, text from teasers") == teasers
    (page,) = [one for one in articles if one.source == "page.txt"]
    authors = "select name from authors where article = ? order by position"
    assert rows(base, authors, page.id) == [("Jane Doe",), ("John Roe",)]
    blocks = [(str(one.label), one.start, one.end, one.text) for one in page.blocks]
    lines = 'select label, "start", "end", text from blocks where article = ? order by position'
    assert rows(base, lines, page.id) == blocks
    edits = [(one.id, one.edits[0].before) for one in articles if one.edits]
    assert rows(base, 'select article, "before" from edits where position = 0') == edits


def test_a_database_is_searched_by_words(copydesk: Copydesk, dumps: Path) -> None:
    copydesk("clean", dumps, "-o", "out", "--format", "sqlite")
    base = dumps.parent / "out" / "records.sqlite"
    sql = "select a.source from search join articles a on a.rowid = search.rowid where search match 'engineer'"
    assert sorted(rows(base, sql)) == [("act.txt",), ("page.txt",)]


@pytest.mark.slow
def test_datasette_shows_the_database_and_searches_it(copydesk: Copydesk, dumps: Path) -> None:
    copydesk("clean", dumps, "-o", "out", "--format", "sqlite")
    page = "/records/articles.json?_shape=array&_search=engineer"
    command = [sys.executable, "-m", "datasette", str(dumps.parent / "out" / "records.sqlite"), "--get", page]
    shown = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert sorted(row["source"] for row in shown) == ["act.txt", "page.txt"]


@pytest.mark.parametrize("formats", ["csv", "sqlite"])
def test_order_and_workers_change_no_row(copydesk: Copydesk, dumps: Path, formats: str) -> None:
    files = sorted(dumps.iterdir())
    made: list[object] = []
    for number, (order, jobs) in enumerate(((files, "1"), (files[::-1], "2"))):
        assert copydesk("clean", *order, "-o", f"out{number}", "--format", formats, "--jobs", jobs).returncode == 0
        made.append(content(dumps.parent / f"out{number}" / f"records.{formats}"))
    assert made[0] == made[1]


def content(path: Path) -> object:
    """The bytes of a sheet, the rows of a database."""
    if path.suffix == ".csv":
        return path.read_bytes()
    with closing(sqlite3.connect(path)) as database:
        return list(database.iterdump())


@pytest.mark.parametrize("formats", ["csv", "sqlite"])
def test_a_second_run_changes_what_changed_and_no_more(copydesk: Copydesk, dumps: Path, formats: str) -> None:
    path = dumps.parent / "out" / f"records.{formats}"
    arguments = ("clean", dumps, "-o", "out", "--format", formats)
    copydesk(*arguments)
    before, stamp = content(path), path.stat().st_mtime_ns
    copydesk(*arguments)
    assert path.stat().st_mtime_ns == stamp
    (dumps / "story-0001.txt").write_text(story(77), encoding="utf-8")
    (dumps / "page.txt").unlink()
    copydesk(*arguments, "--prune")
    assert content(path) != before
    copydesk("clean", dumps, "-o", "fresh", "--format", formats)
    assert content(path) == content(dumps.parent / "fresh" / path.name)


def test_shards_have_a_number_of_articles_each(copydesk: Copydesk, dumps: Path) -> None:
    copydesk("clean", dumps, "-o", "out", "--format", "csv,sqlite", "--shard-size", "4")
    output = dumps.parent / "out"
    assert [len(sheet_of(output / f"records-0000{n}.csv")) for n in range(2)] == [4, 2]
    counts = [rows(output / f"records-0000{n}.sqlite", "select count(*) from articles") for n in range(2)]
    assert counts == [[(4,)], [(2,)]]
    assert copydesk("verify", "out").returncode == 0


def change_a_cell(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"Jane Doe", b"Jane Dee"))


def change_a_row(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("update authors set name = 'Jane Dee'")
        database.commit()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize(
    ("formats", "harm"),
    [
        ("csv", change_a_cell),
        ("csv", cut),
        ("csv", Path.unlink),
        ("sqlite", change_a_row),
        ("sqlite", cut),
        ("sqlite", Path.unlink),
    ],
)
def test_verify_finds_a_table_that_is_not_what_was_written(
    copydesk: Copydesk, dumps: Path, formats: str, harm: Callable[[Path], object]
) -> None:
    copydesk("clean", dumps, "-o", "out", "--format", formats)
    assert copydesk("verify", "out").returncode == 0
    harm(dumps.parent / "out" / f"records.{formats}")
    run = copydesk("verify", "out")
    assert run.returncode == 1
    assert f"records.{formats}".encode() in run.stdout + run.stderr
    copydesk("clean", dumps, "-o", "out", "--format", formats)
    assert copydesk("verify", "out").returncode == 0


def test_values_that_json_has_and_a_table_has_not(copydesk: Copydesk, tmp_path: Path) -> None:
    record = {"text": PAGE, "big": 10**30, "deep": {"a": [1, None]}, "title": 'A "quoted", title\nin two lines'}
    (tmp_path / "box.jsonl").write_text(json.dumps(record) + "\n", encoding="utf-8")
    assert copydesk("clean", "box.jsonl", "-o", "out", "--format", "csv,sqlite").returncode == 0
    (extra,) = rows(tmp_path / "out" / "records.sqlite", "select extra from articles")
    assert json.loads(str(extra[0]))["big"] == 10**30
    assert sheet_of(tmp_path / "out" / "records.csv")[0]["title"].startswith('A "quoted", title')
