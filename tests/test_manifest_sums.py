"""Damaged rows of the manifest: each has a checksum, so a run cleans again what a row described that does not match."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from conftest import Copydesk
from copydesk import batch
from copydesk.batch import Job, manifest, manifest_sums
from runs import fill, story, tree

FORMATS = ("--format", "md,json,jsonl")

DAMAGES = {
    "a number of dumps that is too small": "update inputs set count = 1 where source = 'box.jsonl'",
    "the path of a file": "update inputs set path = 'x' where source = 'box.jsonl'",
    "the source of a file": "update inputs set source = 'bax.jsonl' where source = 'box.jsonl'",
    "the run of a file": "update inputs set run = run + 64",
    "a number of a dump that became text": "update documents set number = '{' where number = 1",
    "the number of a dump": "update documents set number = number + 512 where number = 2",
    "the records of a dump": "update documents set lines = substr(lines, 1, 40) || x'00' where number = 1",
    "records that became text": "update documents set lines = cast(lines as text) where number = 1",
    "records that are gone": "update documents set lines = null where number = 0",
    "the files of a dump": """update documents set files = replace(files, 'r1', 'r2') where number = 1""",
    "a name of an output": "update documents set name = 'box.jsonl/r9' where number = 1",
    "a dump that seems to be rejected": "update documents set reason = 'empty' where number = 2",
    "a fingerprint": "update documents set raw = '' where number = 2",
    "a source of a dump": "update documents set source = 'box.jsonl#r7' where number = 2",
    "a name that belongs to another dump": "update names set number = number + 1",
    "a name": "update names set name = 'q' || name",
    "a shard": "update shards set made_of = 'x'",
    "a run": "update runs set state = 'running', id = 77",
    "all counts": "update documents set articles = 9, teasers = 9, edits = 9",
}


@pytest.fixture(name="copydesk")
def _in_process(copydesk_here: Copydesk) -> Copydesk:
    return copydesk_here


@pytest.fixture
def dumps(tmp_path: Path) -> Path:
    folder = fill(tmp_path / "dumps", 2)
    rows = [f'{{"id": "r{number}", "text": {story(100 + number)!r}}}'.replace("'", '"') for number in range(4)]
    (folder / "box.jsonl").write_text("\n".join(rows), encoding="utf-8")
    (folder / "none.txt").touch()
    return folder


@contextmanager
def opened(output: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(output / ".copydesk" / manifest.NAME)) as base, base:
        manifest_sums.connect(base)
        yield base


def damage(output: Path, sql: str) -> None:
    """Change rows, not their checksums, as a disk does."""
    with opened(output) as base:
        triggers = base.execute("select name, sql from sqlite_master where type = 'trigger'").fetchall()
        for name, _ in triggers:
            base.execute(f"drop trigger {name}")
        assert base.execute(sql).rowcount > 0
        for _, made in triggers:
            base.execute(made)


@pytest.mark.parametrize("name", DAMAGES)
def test_what_a_damaged_row_described_is_cleaned_again(
    copydesk: Copydesk, tmp_path: Path, dumps: Path, name: str
) -> None:
    assert copydesk("clean", dumps, "-o", "out", *FORMATS).returncode == 1  # one file is empty
    wanted = tree(tmp_path / "out")
    damage(tmp_path / "out", DAMAGES[name])
    assert copydesk("verify", "out").returncode == 3
    for gone in ("records.jsonl", "rejects.jsonl", "story-0000.json", "box.jsonl/r2.md"):
        (tmp_path / "out" / gone).unlink()
    run = copydesk("clean", dumps, "-o", "out", *FORMATS)
    assert run.returncode == 1, run.stderr
    assert b"rows of the manifest were damaged" in run.stderr
    assert tree(tmp_path / "out") == wanted
    again = copydesk("clean", dumps, "-o", "out", *FORMATS)
    assert b"damaged" not in again.stderr
    assert b"0 written, 6 unchanged, 1 rejected" in again.stderr
    assert copydesk("verify", "out").returncode == 0


def test_only_the_dumps_of_damaged_rows_are_cleaned(copydesk: Copydesk, tmp_path: Path, dumps: Path) -> None:
    copydesk("clean", dumps, "-o", "out", *FORMATS)
    damage(tmp_path / "out", "update documents set edits = edits + 1 where source like 'story-0001%'")
    run = copydesk("clean", dumps, "-o", "out", *FORMATS)
    assert b"1 rows of the manifest were damaged (in documents)" in run.stderr
    assert b"1 dump cleaned" in run.stderr


def test_a_preview_does_not_believe_a_damaged_row(copydesk: Copydesk, tmp_path: Path, dumps: Path) -> None:
    copydesk("clean", dumps, "-o", "out", *FORMATS)
    damage(tmp_path / "out", "update inputs set seen = seen + 1 where source = 'story-0001.txt'")
    run = copydesk("clean", dumps, "-o", "out", "--dry-run", *FORMATS)
    assert [line for line in run.stdout.decode().splitlines() if line.startswith("clean")] == [
        line for line in run.stdout.decode().splitlines() if "story-0001.txt" in line
    ]


def test_each_column_has_a_part_in_the_checksum(tmp_path: Path) -> None:
    with closing(manifest.Manifest(tmp_path, rebuild=True)) as made:
        for table, columns in manifest_sums.COLUMNS.items():
            there = [row["name"] for row in made.base.execute(f"pragma table_info({table})")]
            assert set(there) == {
                *columns,
                "sum",
                *([manifest_sums.LARGE[table]] if table in manifest_sums.LARGE else []),
            }


def test_every_statement_of_a_run_saves_the_checksum(copydesk: Copydesk, tmp_path: Path, dumps: Path) -> None:
    """Other settings, a changed and a vanished file, a lost name, a killed part."""
    copydesk("clean", dumps, "-o", "out", *FORMATS)
    (dumps / "story-0000.txt").write_text(story(50), encoding="utf-8")
    (dumps / "story-0001.txt").unlink()
    (dumps / "box.jsonl").write_text('{"id": "r3", "text": "It rained all week, the mayor said on Monday."}\n')
    (dumps / "none.html").write_text("<p>It rained all week in the north, the mayor said on Monday evening.</p>")
    for arguments in (FORMATS, ("--prune", *FORMATS), ("--format", "md")):
        copydesk("clean", dumps, "-o", "out", *arguments)
        with opened(tmp_path / "out") as base:
            assert manifest_sums.find(base) == {}
            assert base.execute("select count(*) from documents").fetchone()[0]


def test_a_manifest_of_another_version_is_written_again_and_the_output_stays(
    copydesk: Copydesk, tmp_path: Path, dumps: Path
) -> None:
    copydesk("clean", dumps, "-o", "out", *FORMATS)
    wanted = tree(tmp_path / "out")
    with closing(sqlite3.connect(tmp_path / "out" / ".copydesk" / manifest.NAME)) as base:
        base.execute(f"pragma user_version = {manifest.SCHEMA_VERSION - 1}")
    assert b"not a manifest that this version" in copydesk("verify", "out").stderr
    assert b"7 dumps cleaned" in copydesk("clean", dumps, "-o", "out", *FORMATS).stderr
    assert tree(tmp_path / "out") == wanted
    with opened(tmp_path / "out") as base:
        assert manifest_sums.find(base) == {}
        assert base.execute("pragma user_version").fetchone() == (manifest.SCHEMA_VERSION,)


def test_an_index_that_does_not_agree_ends_the_run_with_a_message(
    copydesk: Copydesk, tmp_path: Path, dumps: Path
) -> None:
    """A checksum can't show a row that is not found, so the structure is checked too."""
    copydesk("clean", dumps, "-o", "out", *FORMATS)
    path = tmp_path / "out" / ".copydesk" / manifest.NAME
    with opened(tmp_path / "out") as base:
        ((size,),) = base.execute("pragma page_size").fetchall()
        ((page,),) = base.execute("select rootpage from sqlite_master where name = 'sqlite_autoindex_names_1'")
    data = bytearray(path.read_bytes())
    at = data.index(b"story-0001", (page - 1) * size)
    data[at + 9] ^= 8
    path.write_bytes(data)
    for command in (("clean", dumps, "-o", "out", *FORMATS), ("verify", "out")):
        run = copydesk(*command)
        assert run.returncode == 3
        assert b"the manifest is damaged" in run.stderr
        assert b"delete it" in run.stderr


@pytest.mark.parametrize("kind", ["fifo", "folder", "link", "link to nothing"])
def test_a_manifest_that_is_no_file_has_the_same_exit_code_in_all_commands(
    copydesk: Copydesk, tmp_path: Path, dumps: Path, kind: str
) -> None:
    path = tmp_path / "out" / ".copydesk" / manifest.NAME
    path.parent.mkdir(parents=True)
    other = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(other)) as base:
        base.execute("create table mine (a)")
    before = other.read_bytes()
    if kind == "fifo":
        os.mkfifo(path)
    elif kind.startswith("link"):
        path.symlink_to(other if kind == "link" else tmp_path / "none.sqlite")
    else:
        path.mkdir()
    for command in (("clean", dumps, "-o", "out"), ("verify", "out"), ("status", "out"), ("rules", "out")):
        run = copydesk(*command)
        assert run.returncode == 3, command
        assert run.stderr.count(b"\n") == 1
        assert b"manifest.sqlite: not a file: delete it" in run.stderr
    assert other.read_bytes() == before
    assert not (tmp_path / "none.sqlite").exists()


@pytest.mark.slow
def test_the_number_of_a_run_never_returns(tmp_path: Path, dumps: Path) -> None:
    """The rows of dumps say in which run they were written."""
    job = Job(batch.plan([dumps]), tmp_path / "out")
    batch.run(job)
    batch.run(job)
    damage(tmp_path / "out", "update runs set version = 'x'")
    batch.run(job)
    with opened(tmp_path / "out") as base:
        assert base.execute("select max(id) from runs").fetchone()[0] > 2
