"""The card of an output: read by the packages that read cards, and safe with what pages say."""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest
import yaml
from absl.logging import get_absl_handler

from conftest import Copydesk
from copydesk import Record, Reject, clean, read_records
from copydesk.card import contents, croissant, page
from copydesk.card.features import features
from runs import fill, story

pytestmark = pytest.mark.usefixtures("in_process_workers")

get_absl_handler().python_handler.setStream(sys.__stderr__)
"""mlcroissant logs with absl, which takes the stream that pytest captures.  Prefect, where it is imported later, closes
all handlers that it finds, and absl closes its stream then, unless it is Python's own."""


@pytest.fixture(name="copydesk")
def _in_process(copydesk_here: Copydesk) -> Copydesk:
    return copydesk_here


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datasets.config.HF_HUB_OFFLINE", True)


ROWS: tuple[dict[str, object], ...] = (
    {"text": story(1)},
    {"text": story(2), "score": 3, "tags": ["a"], "deep": {"x": [1, None, {"y": "z"}]}},
    {
        "text": story(3),
        "score": "three",
        "url": "https://www.example.org/3",
        "author": "Jane Doe",
        "date": "2024-05-02",
    },
    {"text": story(4), "score": None, "deep": []},
)
"""Records with fields that one shard lacks, and that have another type in the next."""


@pytest.fixture
def output(copydesk: Copydesk, tmp_path: Path) -> Path:
    lines = [json.dumps({"id": f"r{number}", **row}) for number, row in enumerate(ROWS)]
    (tmp_path / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    run = copydesk("clean", "in.jsonl", "-o", "out", "--format", "jsonl", "--shard-size", "1")
    assert run.returncode == 0
    assert copydesk("card", "out", "--name", "Rivers and bridges").returncode == 0
    return tmp_path / "out"


def records(output: Path, files: str = "records-*[0-9].jsonl") -> list[Record]:
    """The articles; the files of teasers have another name."""
    lines = "".join(path.read_text(encoding="utf-8") for path in sorted(output.glob(files))).splitlines()
    return [Record.from_json(line) for line in lines]


def front(output: Path) -> dict[str, object]:
    text = (output / "README.md").read_text(encoding="utf-8")
    found: dict[str, object] = yaml.safe_load(text.split("---\n")[1])
    return found


def test_datasets_loads_shards_of_different_kinds_with_the_card(output: Path, tmp_path: Path) -> None:
    from datasets import load_dataset

    loaded = load_dataset(str(output), split="train", cache_dir=str(tmp_path / "cache"))
    wanted = records(output)
    assert loaded["text"][:] == [one.text for one in wanted]
    articles = list(loaded)
    teasers = load_dataset(str(output), "teasers", split="train", cache_dir=str(tmp_path / "cache"))
    assert teasers["id"][:] == [one.id for one in records(output, "records-*.teasers.jsonl")]
    assert [row["metadata"]["extra"].get("score") for row in articles] == [None, 3, "three", None]
    assert articles[1]["metadata"]["extra"]["deep"] == {"x": [1, None, {"y": "z"}]}
    assert articles[2]["metadata"]["authors"] == [{"name": "Jane Doe", "role": None, "bio": None}]


def test_the_features_are_the_fields_of_a_record(output: Path) -> None:
    from datasets import Features

    parsed = Features._from_yaml_list(features())
    whole = json.loads(records(output)[0].to_json())
    assert list(parsed) == list(whole)
    assert list(parsed["metadata"]) == list(whole["metadata"])
    assert list(parsed["provenance"]) == list(whole["provenance"])
    assert parsed.encode_example(whole)["text"] == whole["text"]


def test_the_hub_reads_the_card(output: Path) -> None:
    from huggingface_hub import DatasetCard

    card = DatasetCard.load(output / "README.md")
    assert card.data.pretty_name == "Rivers and bridges"
    assert card.data.language == ["en"]
    assert card.data.size_categories == ["n<1K"]
    assert "4 articles" in card.text


@pytest.mark.slow
def test_croissant_reads_its_file(output: Path) -> None:
    import mlcroissant

    dataset = mlcroissant.Dataset(output / "croissant.json")
    assert not dataset.metadata.issues.errors
    assert len(dataset.metadata.record_sets) == 8
    wanted = records(output)
    rows = [row for number in range(4) for row in dataset.records(f"records-0000{number}")]
    assert [row_text(row, "text") for row in rows] == [one.text for one in wanted]
    assert [row_text(row, "title") for row in rows] == [one.metadata.title for one in wanted]
    teasers = [row for number in range(4) for row in dataset.records(f"records-0000{number}-teasers")]
    wanted = records(output, "records-*.teasers.jsonl")
    assert [row_text(row, "id") for row in teasers] == [one.id for one in wanted]


def row_text(row: dict[str, object], name: str) -> str | None:
    value = next(value for key, value in row.items() if key.endswith(f"/{name}"))
    return value.decode() if isinstance(value, bytes) else None


@pytest.mark.slow
def test_croissant_reads_parquet(copydesk: Copydesk, output: Path) -> None:
    import mlcroissant

    copydesk("clean", "in.jsonl", "-o", "table", "--format", "parquet")
    assert copydesk("card", "table").returncode == 0
    table = output.parent / "table"
    rows = list(mlcroissant.Dataset(table / "croissant.json").records("records"))
    assert [row_text(row, "text") for row in rows] == [one.text for one in records(output)]
    assert "dataset_info" not in front(table)


def test_the_line_for_duckdb_gives_the_articles(output: Path) -> None:
    import duckdb

    text = (output / "README.md").read_text(encoding="utf-8")
    (line,) = [line for line in text.splitlines() if line.startswith("duckdb.")]
    found = eval(line.replace("FOLDER", str(output)), {"duckdb": duckdb}).fetchall()  # noqa: S307 (our own line)
    assert len(found) == 4


def test_a_second_card_is_the_same_and_the_output_is_still_right(copydesk: Copydesk, output: Path) -> None:
    before = {path.name: path.read_bytes() for path in output.glob("[!.]*")}
    assert copydesk("card", "out", "--name", "Rivers and bridges").returncode == 0
    assert before == {path.name: path.read_bytes() for path in output.glob("[!.]*")}
    assert copydesk("verify", "out").returncode == 0


def test_what_was_rejected_and_filtered_is_counted(copydesk: Copydesk, tmp_path: Path) -> None:
    fill(tmp_path / "dumps", 2)
    (tmp_path / "dumps" / "empty.txt").write_bytes(b"")
    (tmp_path / "own.toml").write_text("[keep]\nmin_words = 100000\n", encoding="utf-8")
    copydesk("clean", "dumps", "-o", "out", "--format", "jsonl", "--config", "own.toml")
    assert copydesk("card", "out").returncode == 0
    text = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert "2 records fell below limits of `[keep]`, and 1 dumps were rejected." in text
    assert "| empty | 1 |" in text


def test_an_output_without_files_of_many_records_has_a_card_too(copydesk: Copydesk, tmp_path: Path) -> None:
    import mlcroissant

    fill(tmp_path / "dumps", 2)
    copydesk("clean", "dumps", "-o", "out")
    assert copydesk("card", "out").returncode == 0
    assert "configs" not in front(tmp_path / "out")
    assert not mlcroissant.Dataset(tmp_path / "out" / "croissant.json").metadata.issues.errors


def test_the_record_of_a_dump_is_not_replaced(copydesk: Copydesk, tmp_path: Path) -> None:
    fill(tmp_path / "dumps", 1)
    (tmp_path / "dumps" / "croissant.txt").write_text(story(5), encoding="utf-8")
    copydesk("clean", "dumps", "-o", "out")
    before = (tmp_path / "out" / "croissant.json").read_bytes()
    run = copydesk("card", "out")
    assert (run.returncode, b"croissant.json is not a card" in run.stderr) == (3, True)
    assert (tmp_path / "out" / "croissant.json").read_bytes() == before
    assert not (tmp_path / "out" / "README.md").exists()


def test_a_card_is_not_written_through_a_link(copydesk: Copydesk, output: Path) -> None:
    (output / "README.md").unlink()
    (output / "README.md").symlink_to(output.parent / "elsewhere")
    assert copydesk("card", "out").returncode == 3
    assert not (output.parent / "elsewhere").exists()


def test_names_in_a_card_do_not_act(copydesk: Copydesk, tmp_path: Path) -> None:
    row = {"text": story(1), "publisher": "a | b <script>alert(1)</script> [x](javascript:y)\n# head"}
    (tmp_path / "in.jsonl").write_text(json.dumps(row), encoding="utf-8")
    copydesk("clean", "in.jsonl", "-o", "out", "--format", "jsonl")
    assert copydesk("card", "out", "--name", "x: {{ y }}\n<b>").returncode == 0
    text = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert "<script" not in text  # also not after a backslash, which Python-Markdown does not know
    assert "{{" not in text.split("---\n", 2)[2]
    assert "](javascript" not in text
    assert front(tmp_path / "out")["pretty_name"] == "x: {{ y }}\n<b>"


def test_a_card_is_no_record(copydesk: Copydesk, tmp_path: Path) -> None:
    fill(tmp_path / "dumps", 2)
    (tmp_path / "dumps" / "croissant.txt").write_text(story(8), encoding="utf-8")
    assert copydesk("clean", "dumps", "-o", "out").returncode == 0
    (tmp_path / "out" / "croissant.json").rename(tmp_path / "out" / "other.json")
    assert copydesk("card", "out").returncode == 0
    (tmp_path / "out" / "below").mkdir()
    (tmp_path / "out" / "other.json").rename(tmp_path / "out" / "below" / "croissant.json")
    assert sum(one.kind == "article" for one in read_records(tmp_path / "out")) == 3
    assert copydesk("card", "out").returncode == 0
    assert copydesk("copies", "out", "-o", "copies.jsonl").returncode == 0
    shutil.rmtree(tmp_path / "out" / ".copydesk")  # without the manifest, the report reads the files
    assert copydesk("report", "out").returncode == 0
    page_text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "not a copydesk record" not in page_text


def test_a_dump_takes_the_name_of_a_card_and_no_card_takes_that_of_a_dump(copydesk: Copydesk, tmp_path: Path) -> None:
    fill(tmp_path / "dumps", 1)
    copydesk("clean", "dumps", "-o", "out")
    copydesk("card", "out")
    for name in ("README.txt", "croissant.txt"):
        (tmp_path / "dumps" / name).write_text(story(9), encoding="utf-8")
    assert copydesk("clean", "dumps", "-o", "out").returncode == 0
    assert copydesk("verify", "out").returncode == 0
    run = copydesk("card", "out")
    assert (run.returncode, b"is not a card" in run.stderr) == (3, True)


@pytest.mark.parametrize("name", ["records.jsonl", "a.json"])
def test_a_link_that_leads_out_of_an_output_is_not_read(copydesk: Copydesk, tmp_path: Path, name: str) -> None:
    fill(tmp_path / "dumps", 1)
    copydesk("clean", "dumps", "-o", "out", "--format", "md")
    copydesk("clean", "dumps", "-o", "other", "--format", "jsonl,json")
    (tmp_path / "out" / name).symlink_to(next((tmp_path / "other").glob(f"*{name[-5:]}")))
    run = copydesk("card", "out")
    assert (run.returncode, b"leads out of the folder" in run.stderr) == (2, True)
    (tmp_path / "out" / name).unlink()
    (tmp_path / "out" / "own").mkdir()
    (tmp_path / "other" / "records.jsonl").rename(tmp_path / "out" / "own" / "r.jsonl")
    (tmp_path / "out" / "records.jsonl").symlink_to(tmp_path / "out" / "own" / "r.jsonl")
    assert sum(one.kind == "article" for one in read_records(tmp_path / "out")) == 1


def hostile_record() -> Record:
    """A record as a stranger could have written it: names that act, dates and languages that are none, long names."""
    made = json.loads(Record.to_json(clean_text(story(5))))
    made["metadata"] |= {
        "published": "<img src=x",
        "language": "en\N{RIGHT-TO-LEFT OVERRIDE}\x1b[2J",
        "publisher": "{% raw %} <b>" + "x" * 9_000,
    }
    made["provenance"] |= {"copydesk": "<img src=y onerror=z>", "profile": "{{ 7*7 }}"}
    return Record.from_json(json.dumps(made))


def clean_text(text: str) -> Record:
    made = clean(text)
    assert not isinstance(made, Reject)
    return made.article


def test_a_card_of_prepared_records_is_harmless_and_short() -> None:
    found = contents.of([hostile_record()])
    for text in (page.write("n", found, [], {"<i>": 1}, 0), croissant.write("n\N{RIGHT-TO-LEFT OVERRIDE}", found, [])):
        assert not any(one in text for one in ("<img", "<b>", "<i>", "{{", "{%", "\x1b", "\N{RIGHT-TO-LEFT OVERRIDE}"))
        assert len(text) < 10_000
    assert found.first is None


@pytest.mark.slow
def test_a_folder_of_bytes_that_are_no_text_has_a_card(
    copydesk: Copydesk, copydesk_process: Copydesk, tmp_path: Path
) -> None:
    fill(tmp_path / "dumps", 1)
    copydesk("clean", "dumps", "-o", "out", "--format", "jsonl")
    strange = tmp_path / os.fsdecode(b"out-\xff")
    (tmp_path / "out").rename(strange)
    assert copydesk_process("card", strange).returncode == 0
    assert front(strange)["pretty_name"] == "out-\\udcff"


def test_a_card_that_can_not_be_written_whole_leaves_the_old_one(copydesk: Copydesk, output: Path) -> None:
    before = (output / "README.md").read_bytes()
    (output / ".README.md.new").mkdir()
    assert copydesk("card", "out", "--name", "Other").returncode == 3
    assert (output / "README.md").read_bytes() == before
