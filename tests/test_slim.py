"""Slim records: chosen fields, teasers in files of their own or not at all."""

import json
from pathlib import Path

import pytest
import yaml

from conftest import Copydesk
from copydesk import Record, config, read_records
from copydesk.output_settings import FIELDS, OutputSettings, chosen_fields, from_form, to_form
from copydesk.render.record import RecordError
from runs import fill, story

pytestmark = pytest.mark.usefixtures("in_process_workers")

WHOLE = "jsonl,jsonl.gz,parquet"


@pytest.fixture(name="copydesk")
def _in_process(copydesk_here: Copydesk) -> Copydesk:
    return copydesk_here


@pytest.fixture
def dumps(tmp_path: Path) -> Path:
    return fill(tmp_path / "dumps", 3)


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_teasers_are_in_files_of_their_own(copydesk: Copydesk, dumps: Path) -> None:
    assert copydesk("clean", dumps, "-o", "out", "--format", WHOLE, "--shard-size", "2").returncode == 0
    out = dumps.parent / "out"
    assert sorted(path.name for path in out.iterdir() if path.is_file()) == sorted(
        f"records-0000{number}{part}.{suffix}"
        for number in range(2)
        for part in ("", ".teasers")
        for suffix in ("jsonl", "jsonl.gz", "parquet")
    )
    assert [one["kind"] for one in lines(out / "records-00000.jsonl")] == ["article"] * 2
    assert [one["position"] for one in lines(out / "records-00000.teasers.jsonl")] == [1, 2] * 2
    assert copydesk("verify", "out").returncode == 0


@pytest.mark.parametrize("suffix", ["jsonl", "jsonl.gz", "parquet"])
def test_a_folder_gives_each_article_before_its_teasers(copydesk: Copydesk, dumps: Path, suffix: str) -> None:
    (dumps / "story-0001.txt").write_text(story(1).partition("\n\nMore from")[0], encoding="utf-8")  # it has no teasers
    copydesk("clean", dumps, "-o", "out", "--format", f"json,{suffix}", "--shard-size", "2")
    found = [(one.source, one.position) for one in read_records(dumps.parent / "out")]
    assert found == [
        *(("story-0000.txt", n) for n in (None, 1, 2)),
        ("story-0001.txt", None),
        *(("story-0002.txt", n) for n in (None, 1, 2)),
    ]


def test_no_file_of_teasers_is_there_without_teasers(copydesk: Copydesk, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text(story(1).partition("\n\nMore from")[0], encoding="utf-8")
    copydesk("clean", "one.txt", "-o", "out", "--format", WHOLE)
    assert not list((tmp_path / "out").glob("*teasers*"))
    assert copydesk("verify", "out").returncode == 0


def test_records_have_the_chosen_fields_in_the_order_of_the_record(copydesk: Copydesk, dumps: Path) -> None:
    import duckdb
    import polars

    copydesk("clean", dumps, "-o", "whole", "--format", WHOLE)
    run = copydesk("clean", dumps, "-o", "out", "--format", WHOLE, "--fields", "text, id,metadata,evidence,rights")
    assert run.returncode == 0, run.stderr
    names = ["id", "text", "metadata", "evidence", "rights"]
    for part in ("", ".teasers"):
        wanted = lines(dumps.parent / "whole" / f"records{part}.jsonl")
        found = lines(dumps.parent / "out" / f"records{part}.jsonl")
        assert [list(one) for one in found] == [names] * len(wanted)
        assert found == [{name: one[name] for name in names} for one in wanted]
    table = polars.read_parquet(dumps.parent / "out" / "records.parquet")
    assert table.columns == names
    assert table["text"].to_list() == [one["text"] for one in lines(dumps.parent / "whole" / "records.jsonl")]
    assert duckdb.read_json(str(dumps.parent / "out" / "records.jsonl")).columns == names
    assert copydesk("verify", "out").returncode == 0


def test_other_fields_clean_nothing_again(copydesk: Copydesk, dumps: Path) -> None:
    copydesk("clean", dumps, "-o", "out", "--format", "jsonl")
    for fields in ("id,text", "id"):
        run = copydesk("clean", dumps, "-o", "out", "--format", "jsonl", "--fields", fields)
        assert b"0 dumps cleaned, 3 files skipped" in run.stderr, run.stderr
        assert ",".join(lines(dumps.parent / "out" / "records.jsonl")[0]) == fields
    copydesk("clean", dumps, "-o", "out", "--format", "jsonl")
    assert [one.kind for one in read_records(dumps.parent / "out" / "records.jsonl")] == ["article"] * 3


def test_no_teasers_leaves_them_out_everywhere(copydesk: Copydesk, dumps: Path) -> None:
    import duckdb

    formats = "md,json,jsonl,parquet,csv,sqlite"
    copydesk("clean", dumps, "-o", "out", "--format", formats)
    out = dumps.parent / "out"
    assert list(out.glob("*teasers*"))
    assert copydesk("clean", dumps, "-o", "out", "--format", formats, "--no-teasers").returncode == 0
    assert not list(out.glob("*teasers*"))
    assert [one.kind for one in read_records(out)] == ["article"] * 3
    assert duckdb.read_csv(str(out / "records.csv")).select("teasers").fetchall() == [(2,)] * 3
    assert copydesk("verify", "out").returncode == 0
    assert b"3 written" not in copydesk("clean", dumps, "-o", "out", "--format", formats, "--no-teasers").stderr


def test_the_settings_have_the_same_choices(copydesk: Copydesk, dumps: Path) -> None:
    (dumps.parent / "own.toml").write_text('[output]\nfields = ["id", "text"]\nteasers = false\n', encoding="utf-8")
    copydesk("clean", dumps, "-o", "out", "--format", "jsonl", "--config", "own.toml")
    assert [list(one) for one in lines(dumps.parent / "out" / "records.jsonl")] == [["id", "text"]] * 3
    assert not list((dumps.parent / "out").glob("*teasers*"))


@pytest.mark.slow
def test_the_stream_has_the_chosen_fields(copydesk_process: Copydesk) -> None:
    data = json.dumps({"text": story(1)}).encode() + b"\n"
    run = copydesk_process("clean", "-", "--fields", "id,text", "--no-teasers", "--jobs", "1", stdin=data)
    assert [list(json.loads(line)) for line in run.stdout.splitlines()] == [["id", "text"]], run.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--fields", "id,txt", "--format", "jsonl"), "--fields: unknown field 'txt'; the fields are: id, kind, page"),
        (("--fields", "", "--format", "jsonl"), "--fields: unknown field ''"),
        (("--fields", "id"), "--fields is for jsonl, jsonl.gz, parquet: choose one with --format"),
        (("--fields", "id", "--format", "csv"), "--fields is for jsonl"),
    ],
)
def test_fields_that_cannot_be_written_are_wrong_use(
    copydesk: Copydesk, dumps: Path, options: tuple[str, ...], message: str
) -> None:
    run = copydesk("clean", dumps, "-o", "out", *options)
    assert (run.returncode, message in run.stderr.decode()) == (2, True), run.stderr


def test_an_unknown_field_in_the_settings_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('[output]\nfields = ["id", "body"]\n', encoding="utf-8")
    with pytest.raises(config.ConfigError, match=r"output\.fields: unknown field 'body'; the fields are: id, kind"):
        config.load(tmp_path / "own.toml")


def test_what_needs_whole_records_says_so(copydesk: Copydesk, dumps: Path) -> None:
    copydesk("clean", dumps, "-o", "out", "--format", "jsonl,parquet", "--fields", "id,text,metadata")
    wanted = "it has only the fields id, text, metadata, and this needs whole records: clean without --fields"
    for name in ("records.jsonl", "records.parquet"):
        with pytest.raises(RecordError, match=wanted):
            list(read_records(dumps.parent / "out" / name))
    whole: tuple[tuple[str, ...], ...] = (
        ("undo", "out/records.jsonl"),
        ("attributes", "out", "-o", "attributes"),
        ("copies", "out", "-o", "copies.jsonl"),
    )
    for command in whole:
        run = copydesk(*command)
        assert (run.returncode, wanted in run.stderr.decode()) == (2, True), run.stderr
    stored: tuple[tuple[str, ...], ...] = (("report", "out", "-o", "report.html"), ("diff", "out", "out"))
    for command in stored:
        assert copydesk(*command).returncode == 0  # they read the manifest


@pytest.mark.parametrize("fields", ["id,text,metadata", "id"])
def test_the_card_of_slim_records_names_their_fields(copydesk: Copydesk, dumps: Path, fields: str) -> None:
    import duckdb

    copydesk("clean", dumps, "-o", "out", "--format", "jsonl", "--fields", fields)
    run = copydesk("card", "out")
    assert (run.returncode, b"9 records described" in run.stderr) == (0, True), run.stderr
    out = dumps.parent / "out"
    card = (out / "README.md").read_text(encoding="utf-8")
    head = yaml.safe_load(card.split("---\n")[1])
    assert [[one["name"] for one in each["features"]] for each in head["dataset_info"]] == [fields.split(",")] * 2
    assert "read_records" not in card
    (line,) = [line for line in card.splitlines() if line.startswith("duckdb.")]
    assert len(eval(line.replace("FOLDER", str(out)), {"duckdb": duckdb}).fetchall()) == 3  # noqa: S307 (our own line)
    croissant = json.loads((out / "croissant.json").read_text(encoding="utf-8"))
    columns = {one["source"]["extract"]["column"] for one in croissant["recordSet"][0]["field"]}
    assert columns == set(fields.split(","))


def test_stories_of_slim_records_are_compared(copydesk: Copydesk, dumps: Path) -> None:
    """Copies need no blocks."""
    (dumps / "again.txt").write_text(story(1), encoding="utf-8")
    copydesk("clean", dumps, "-o", "out", "--format", "jsonl", "--fields", "id,kind,source,text,metadata")
    run = copydesk("copies", "out", "-o", "copies.jsonl")
    assert (run.returncode, b"1 cluster" in run.stderr) == (0, True), run.stderr


@pytest.mark.parametrize("name", ["records.jsonl", "records.teasers.jsonl"])
def test_a_slim_record_that_was_changed_is_found(copydesk: Copydesk, dumps: Path, name: str) -> None:
    copydesk("clean", dumps, "-o", "out", "--format", "jsonl", "--fields", "id,text")
    path = dumps.parent / "out" / name
    good = path.read_text(encoding="utf-8")
    for bad in (good.replace('"text":"', '"text":"x', 1), "".join(good.splitlines(keepends=True)[:-1])):
        path.write_text(bad, encoding="utf-8")
        run = copydesk("verify", "out")
        assert (run.returncode, name in (run.stdout + run.stderr).decode()) == (1, True), run.stderr


def test_pruned_dumps_have_no_teasers_left(copydesk: Copydesk, dumps: Path) -> None:
    copydesk("clean", dumps, "-o", "out", "--format", "jsonl")
    for path in sorted(dumps.iterdir())[1:]:
        path.unlink()
    (dumps / "story-0000.txt").write_text(story(1).partition("\n\nMore from")[0], encoding="utf-8")
    copydesk("clean", dumps, "-o", "out", "--format", "jsonl", "--prune")
    assert sorted(path.name for path in (dumps.parent / "out").iterdir() if path.is_file()) == ["records.jsonl"]


def test_a_file_of_articles_is_compared_with_its_teasers(copydesk: Copydesk, dumps: Path) -> None:
    copydesk("clean", dumps, "-o", "old", "--format", "jsonl")
    copydesk("clean", dumps, "-o", "new", "--format", "jsonl.gz")
    run = copydesk("diff", "old/records.jsonl", "new/records.jsonl.gz", "--json")
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["changed"] == 0, run.stdout


def test_the_form_of_an_output_is_a_word_that_reads_back() -> None:
    for settings in (OutputSettings(), OutputSettings(("text", "id"), teasers=False), OutputSettings(FIELDS)):
        found = from_form(to_form(settings))
        assert found is not None
        assert (chosen_fields(found), found.teasers) == (chosen_fields(settings), settings.teasers)
    assert [from_form(text) for text in ("", "id", "id,x/1", "id/2", "../x/1")] == [None] * 5


def test_a_record_says_which_fields_there_are() -> None:
    assert set(FIELDS) == set(Record.__dataclass_fields__)
