"""Files that a user names as an output or as records: what is there stays, or is replaced as a whole."""

import gzip
import json
import os
import random
from pathlib import Path
from zipfile import ZipFile

import pytest

from conftest import Copydesk
from copydesk.library import read_records
from copydesk.render.record import RecordError
from copydesk.whole_file import replaced
from runs import fill


@pytest.fixture(name="copydesk")
def _in_process(copydesk_here: Copydesk) -> Copydesk:
    return copydesk_here


@pytest.fixture
def records(tmp_path: Path, copydesk: Copydesk) -> Path:
    """An output with three articles, none of which is a copy."""
    fill(tmp_path / "dumps", 3)
    assert copydesk("clean", "dumps", "-o", "out", "--format", "jsonl").returncode == 0
    return tmp_path / "out" / "records.jsonl"


def articles(path: Path) -> list[str]:
    return [json.loads(line)["id"] for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_file_is_replaced_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("before")

    def fail() -> None:
        with replaced(path) as new:
            new.write_text("half")
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        fail()
    assert path.read_text() == "before"
    with replaced(path) as new:
        new.write_text("after")
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("a.txt", "after")]


def test_a_link_in_the_place_of_the_new_file_is_not_written_through(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (tmp_path / ".a.txt.new").symlink_to(victim)
    with replaced(tmp_path / "a.txt") as new:
        new.write_text("after")
    assert (victim.read_text(), (tmp_path / "a.txt").read_text()) == ("mine", "after")


def test_a_pipe_is_not_replaced(tmp_path: Path, copydesk: Copydesk, records: Path) -> None:
    for name in ("pipe", "pipe.jsonl", "pipe.state"):
        os.mkfifo(tmp_path / name)
    (tmp_path / "attributes").mkdir()
    os.mkfifo(tmp_path / "attributes" / "records.jsonl")
    for command in (
        ("learn", "dumps", "-o", "pipe", "--jobs", "1"),
        ("copies", "out", "-o", "pipe.jsonl"),
        ("copies", "out", "-o", "pipe.jsonl", "--keep", "canonical"),
        ("attributes", "out", "-o", "attributes"),
    ):
        run = copydesk(*command)
        assert run.returncode == 3, command
        assert b"not a regular file" in run.stderr
    assert (tmp_path / "pipe").is_fifo()
    assert (tmp_path / "pipe.jsonl").is_fifo()


@pytest.mark.parametrize("keep", [(), ("--keep", "canonical")])
@pytest.mark.parametrize("table", ["out/records.jsonl", "out/../out/records.jsonl", "out/filtered.jsonl"])
def test_a_table_of_copies_does_not_replace_the_records(
    copydesk: Copydesk, records: Path, table: str, keep: tuple[str, ...]
) -> None:
    before = records.read_bytes()
    run = copydesk("copies", "out", "-o", table, *keep)
    assert (run.returncode, b"would replace" in run.stderr) == (2, True)
    assert records.read_bytes() == before
    if "records" in table:
        assert copydesk("copies", "out/records.jsonl", "-o", table, *keep).returncode == 2
        assert records.read_bytes() == before


def test_a_table_of_copies_may_be_in_the_output_folder(copydesk: Copydesk, records: Path) -> None:
    before = records.read_bytes()
    for _ in range(2):
        assert copydesk("copies", "out", "-o", "out/copies.jsonl").returncode == 0
    assert records.read_bytes() == before


def test_an_article_that_a_file_holds_twice_is_written_once(copydesk: Copydesk, tmp_path: Path, records: Path) -> None:
    (tmp_path / "twice.jsonl").write_bytes(records.read_bytes() * 2)
    assert copydesk("copies", "twice.jsonl", "-o", "one.jsonl", "--keep", "canonical").returncode == 0
    assert articles(tmp_path / "one.jsonl") == articles(records)
    for name in ("table.jsonl", "table.sqlite", "table.parquet"):
        assert copydesk("copies", "twice.jsonl", "-o", name).returncode == 0


def test_two_articles_with_one_id_are_an_error_and_nothing_is_lost(
    copydesk: Copydesk, tmp_path: Path, records: Path
) -> None:
    first, second, *_ = map(json.loads, records.read_text(encoding="utf-8").splitlines())
    rows = [first, {**second, "id": first["id"]}]
    (tmp_path / "two.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    run = copydesk("copies", "two.jsonl", "-o", "one.jsonl", "--keep", "canonical")
    assert (run.returncode, first["id"].encode() in run.stderr) == (2, True)
    assert not (tmp_path / "one.jsonl").exists()


def test_a_table_and_attributes_do_not_replace_records_of_another_output(
    copydesk: Copydesk, tmp_path: Path, records: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = tmp_path / "other" / "records.jsonl"
    other.write_bytes(records.read_bytes())
    for command in (("copies", "out", "-o", other), ("attributes", "out", "-o", "other")):
        run = copydesk(*command)
        assert (run.returncode, b"would replace" in run.stderr) == (2, True), command
        assert other.read_bytes() == records.read_bytes()
    assert copydesk("copies", "out", "-o", other, "--keep", "canonical").returncode == 0


@pytest.mark.parametrize("memory", ["dumps/story-0000.txt", "notes.txt", "archive.zip"])
def test_a_memory_does_not_replace_another_file(copydesk: Copydesk, tmp_path: Path, records: Path, memory: str) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with ZipFile(tmp_path / "archive.zip", "w") as archive:
        archive.write(tmp_path / "dumps" / "story-0000.txt", "a.txt")
    before = (tmp_path / memory).read_bytes()
    run = copydesk("learn", "dumps", "archive.zip", "-o", memory, "--jobs", "1")
    assert (run.returncode, b"choose another name" in run.stderr) == (2, True)
    assert (tmp_path / memory).read_bytes() == before


@pytest.mark.slow
def test_a_damaged_memory_is_learned_again(copydesk: Copydesk, tmp_path: Path, records: Path) -> None:
    assert copydesk("learn", "dumps", "-o", "m", "--jobs", "1").returncode == 0
    whole = (tmp_path / "m").read_bytes()
    for damaged in (whole[:50], b""):
        (tmp_path / "m").write_bytes(damaged)
        assert copydesk("learn", "dumps", "-o", "m", "--jobs", "1", "--new").returncode == 0
        assert (tmp_path / "m").read_bytes() == whole


def test_undo_does_not_replace_the_record(copydesk: Copydesk, tmp_path: Path, records: Path) -> None:
    record = tmp_path / "a.jsonl"
    record.write_text(records.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    before = record.read_bytes()
    assert copydesk("undo", "a.jsonl", "-o", "a.jsonl").returncode == 2
    assert record.read_bytes() == before


@pytest.mark.parametrize("command", [("copies", "-o", "c.jsonl"), ("attributes", "-o", "a"), ("undo",), ("explain",)])
def test_a_pipe_in_the_place_of_records_is_not_waited_for(
    copydesk: Copydesk, tmp_path: Path, command: tuple[str, ...]
) -> None:
    (tmp_path / "out").mkdir()
    os.mkfifo(tmp_path / "out" / "records.jsonl")
    name, *options = command
    run = copydesk(name, "out" if name in ("copies", "attributes") else "out/records.jsonl", *options)
    assert run.returncode in (1, 3)
    assert b"not a regular file" in run.stderr


@pytest.mark.parametrize("seed", range(20))
def test_damaged_packed_records_are_an_error_of_the_file(tmp_path: Path, records: Path, seed: int) -> None:
    chance, path = random.Random(seed), tmp_path / "records.jsonl.gz"
    data = bytearray(gzip.compress(records.read_bytes(), mtime=0))
    data[chance.randrange(20, len(data) - 8)] ^= 1 << chance.randrange(8)
    path.write_bytes(data)
    with pytest.raises((RecordError, OSError)):
        list(read_records(path))
