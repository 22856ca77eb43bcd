"""Files that a stranger put in the place of what commands read: pipes, links, databases that compute, long lines."""

import gzip
import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from conftest import Copydesk
from copydesk import shards
from copydesk.batch import manifest_sums
from copydesk.batch.messages import pack_records
from copydesk.copies.find import find_again
from copydesk.copies.state import MADE_BY, MARK, State
from copydesk.edits import Edit, segments
from copydesk.report import copies_table
from runs import fill

pytestmark = pytest.mark.usefixtures("in_process_workers")

ENDLESS = "with recursive n (i) as (select 1 union all select i + 1 from n) select 'c', 's', 'copy' from n"


@pytest.fixture(name="copydesk")
def _in_process(copydesk_here: Copydesk) -> Copydesk:
    return copydesk_here


@pytest.fixture
def output(copydesk: Copydesk, tmp_path: Path) -> Path:
    """An output with a file of each kind."""
    fill(tmp_path / "dumps", 2)
    formats = "md,json,jsonl,jsonl.gz,parquet,csv,sqlite"
    assert copydesk("clean", "dumps", "-o", "out", "--format", formats).returncode == 0
    assert copydesk("verify", "out").returncode == 0
    return tmp_path / "out"


def pipe(path: Path) -> None:
    os.mkfifo(path)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def long_file(path: Path) -> None:
    """Eight terabytes that take no room."""
    path.touch()
    os.truncate(path, 2**43)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["records.jsonl", "records.csv", "records.sqlite", "story-0000.md", "story-0000.json"])
@pytest.mark.parametrize("put", [pipe, device])
def test_verify_waits_for_no_pipe_and_reads_no_device(
    copydesk: Copydesk, output: Path, name: str, put: Callable[[Path], None]
) -> None:
    (output / name).unlink()
    put(output / name)
    run = copydesk("verify", "out")
    assert (run.returncode, f"{name}: can't be read".encode() in run.stdout + run.stderr) == (1, True)


@pytest.mark.parametrize("name", ["records.jsonl", "records.csv", "records.sqlite"])
def test_verify_ends_on_a_file_without_end(
    copydesk: Copydesk, output: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shards, "MAX_LINE_BYTES", 10_000_000)
    (output / name).unlink()
    long_file(output / name)
    run = copydesk("verify", "out")
    assert (run.returncode, name.encode() in run.stdout + run.stderr) == (1, True)


HOSTILE_TABLES = {
    "a view": f"drop table tags; create view tags as {ENDLESS};",
    "a trigger": "create trigger t after insert on tags begin delete from tags; end;",
    "a computed column": "drop table tags; create table tags (a, b as (hex(zeroblob(400000000)))); insert into tags values (1);",
    "a table of a view": f"drop table tags; create view v as {ENDLESS};"
    "create virtual table tags using fts5(article, position, tag, content='v');",
    "a long value": "update articles set text = zeroblob(90000000);",
    "other bytes": "update articles set text = cast(x'ff' as text);",
    "no tables": "pragma writable_schema = on; delete from sqlite_master;",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE_TABLES)
def test_verify_computes_nothing_for_a_prepared_database(copydesk: Copydesk, output: Path, name: str) -> None:
    with closing(sqlite3.connect(output / "records.sqlite")) as base:
        base.executescript(HOSTILE_TABLES[name])
    run = copydesk("verify", "out")
    assert (run.returncode, b"records.sqlite: " in run.stdout + run.stderr) == (1, True)


@pytest.mark.parametrize(
    "made_of", ["", "x", "x 0 csv", "x -1 csv", "x \N{SUPERSCRIPT TWO} csv", f"x {'9' * 5000} csv"]
)
def test_a_prepared_manifest_of_tables_ends_with_a_message(copydesk: Copydesk, output: Path, made_of: str) -> None:
    with closing(sqlite3.connect(output / ".copydesk" / "manifest.sqlite")) as base, base:
        manifest_sums.connect(base)
        base.execute("update shards set made_of = ?", (made_of,))
    run = copydesk("verify", "out")
    assert (run.returncode, b"the manifest is damaged" in run.stderr) == (3, True)


def test_a_manifest_without_runs_is_verified(copydesk: Copydesk, output: Path) -> None:
    with closing(sqlite3.connect(output / ".copydesk" / "manifest.sqlite")) as base, base:
        base.execute("delete from runs")
    assert copydesk("verify", "out").returncode == 0


COPIES = "create table copies (cluster text, id text, source text, relation text);"
LONG_ROW = "insert into copies (cluster) values (hex(zeroblob(60000)));"
NO_TABLES_OF_COPIES = {
    "a view": f"create view copies (cluster, source, relation) as {ENDLESS};",
    "a table of a view": f"create view v (cluster, source, relation) as {ENDLESS};"
    "create virtual table copies using fts5(cluster, source, relation, content='v');",
    "a computed column": "create table copies (cluster, source as (hex(zeroblob(400000000))), relation);"
    "insert into copies (cluster) values ('c');",
    "a long value": COPIES + LONG_ROW,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", NO_TABLES_OF_COPIES)
def test_a_prepared_table_of_copies_computes_nothing(tmp_path: Path, name: str) -> None:
    with closing(sqlite3.connect(tmp_path / "copies.sqlite")) as base:
        base.executescript(NO_TABLES_OF_COPIES[name])
        base.commit()
    with pytest.raises(copies_table.CopiesError, match="not a table of copies"):
        copies_table.read(tmp_path / "copies.sqlite")


def test_a_table_of_copies_is_read(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "copies.sqlite")) as base:
        base.executescript(COPIES)
        rows = [("a", "a", "s", "canonical"), ("a", "b", "s", "copy"), ("c", "c", "s", "canonical")]
        base.executemany("insert into copies values (?, ?, ?, ?)", rows)
        base.commit()
    found = copies_table.read(tmp_path / "copies.sqlite")
    assert (found.clusters, found.largest[0].copies, dict(found.relations)) == (2, 1, {"canonical": 2, "copy": 1})


PREPARED_STATES = {
    "a trigger": "create trigger t after insert on lines begin insert into lines select hex(i), 1, 1 from"
    " (with recursive n (i) as (select 1 union all select i + 1 from n) select i from n); end;",
    "a view": f"drop table compared; create view compared (one, other, likeness) as {ENDLESS};",
    "another table": "create table other (x);",
}


@pytest.mark.parametrize("name", PREPARED_STATES)
def test_a_prepared_state_is_made_again(tmp_path: Path, name: str) -> None:
    State(tmp_path / "state").close()
    with closing(State(tmp_path / "state")) as state:
        state.commit()
    with closing(sqlite3.connect(tmp_path / "state")) as base:
        assert base.execute("select name from made_by").fetchall() == [(MADE_BY,)]
        assert base.execute("pragma application_id").fetchone() == (MARK,)
        base.executescript(PREPARED_STATES[name])
    assert find_again(list, tmp_path / "state").made_again == "it has other tables"
    assert find_again(list, tmp_path / "state").made_again is None


def manifest(output: Path) -> sqlite3.Connection:
    base = sqlite3.connect(output / ".copydesk" / "manifest.sqlite")
    manifest_sums.connect(base)
    return base


WRONG_VALUES = [
    "update runs set began = '[]'",
    "update runs set ended = x'ff'",
    "update runs set state = x'ff'",
    "update documents set seconds = 'long', source = x'ff'",
    'insert into drifts values (\'s\', 1, \'{"source":"s","run":1,"changes":[{"figure":"none","count":1,"of":1,'
    '"count_before":1,"of_before":1,"probability":1}]}\', 0)',
    "update runs set began = 1e308",
    "update runs set began = 9e999, ended = -9e999",
]


@pytest.mark.parametrize("sql", WRONG_VALUES)
def test_wrong_values_in_a_manifest_end_no_command_in_an_error_of_python(
    copydesk: Copydesk, output: Path, sql: str
) -> None:
    with closing(manifest(output)) as base, base:
        base.execute(sql)
    for arguments in (("status",), ("status", "--json"), ("report",), ("card",), ("verify",), ("diff", "out")):
        run = copydesk(arguments[0], "out", *arguments[1:])
        assert run.returncode in (0, 3), run.stderr
        assert run.returncode == 0 or b"the manifest is damaged" in run.stderr


WRONG_RECORDS = [
    (("provenance", "memory"), 2**63),
    (("blocks", 0, "end"), -(2**70)),
    (("blocks", 0, "share"), -(2**70)),
]


@pytest.mark.parametrize(("place", "value"), WRONG_RECORDS)
def test_wrong_records_in_a_manifest_end_no_command_in_an_error_of_python(
    copydesk: Copydesk, output: Path, place: tuple[str | int, ...], value: int
) -> None:
    whole = json.loads((output / "story-0000.json").read_text(encoding="utf-8"))
    inner = whole
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    with closing(manifest(output)) as base, base:
        base.execute("update documents set lines = ? where rowid = 1", (pack_records([json.dumps(whole)]),))
        base.execute("update shards set changed = 0")
    for arguments in (("verify",), ("report",), ("card",), ("diff", "out")):
        run = copydesk(arguments[0], "out", *arguments[1:])
        assert run.returncode in (0, 1, 2, 3), run.stderr
        assert b"Traceback" not in run.stderr
    run = copydesk("clean", "dumps", "-o", "out", "--format", "csv,sqlite")  # writes the tables from the manifest
    assert run.returncode in (0, 3), run.stderr


@pytest.mark.slow
def test_a_bomb_in_a_manifest_is_not_unpacked(copydesk: Copydesk, output: Path) -> None:
    with closing(manifest(output)) as base, base:
        base.execute("update documents set lines = ?", (gzip.compress(bytes(2**30), 1),))
    for command in (("report",), ("diff", "out")):
        run = copydesk(command[0], "out", *command[1:])
        assert (run.returncode, b"they do not end within" in run.stderr) == (3, True)


def test_edits_that_go_back_give_a_text_once() -> None:
    text = "x" * 1_000
    edits = [Edit(start, "", "", ("r",)) for start in (900, 0) * 500]
    assert sum(len(same) for same, _ in segments(text, 0, edits)) <= len(text)
