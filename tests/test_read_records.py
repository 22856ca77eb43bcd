"""Records in JSON and Parquet, and the files of other projects, written by those projects."""

import gzip
import json
from pathlib import Path

import pyarrow.parquet
import pytest

from conftest import CASES
from copydesk import config, desk
from copydesk.dump import Dump
from reading import PAGE, STORY, dumps, read, reasons, write


def test_a_json_file_holds_a_record_or_a_list_of_them(tmp_path: Path) -> None:
    one, many = {"id": "a", "text": STORY}, [{"id": "a", "text": STORY}, 7, {"text": STORY}]
    (alone,) = dumps(read(write(tmp_path / "one.json", json.dumps(one).encode())))
    assert (alone.source, alone.record) == ("one.json", "a")
    found = read(write(tmp_path / "many.json", json.dumps(many).encode()))
    assert [one.source for one in found] == ["many.json#a", "many.json#2", "many.json#3"]
    assert reasons(found) == {"many.json#2": "not_an_object"}


def test_an_unreadable_value_in_parquet_rejects_only_its_row(tmp_path: Path) -> None:
    table = pyarrow.table({
        "text": [STORY] * 3,
        "n": [float("nan"), 1.5, float("inf")],
        "when": pyarrow.array([0, 2**62, 0], pyarrow.timestamp("us")),
        "bytes": [b"abc", b"abc", b"\xff"],
    })  # fmt: skip
    pyarrow.parquet.write_table(table, tmp_path / "odd.parquet")
    found = read(tmp_path / "odd.parquet")
    (sound,) = [one for one in found if isinstance(one, Dump)]
    assert sound.given.extra == {"when": "1970-01-01T00:00:00", "bytes": "abc"}
    assert reasons(found) == {"odd.parquet#2": "not_json", "odd.parquet#3": "not_json"}


def test_the_html_of_a_text_gives_its_spaces_and_origins(tmp_path: Path) -> None:
    page = PAGE.replace("Monday evening", "<a href='/x'>Monday</a> evening")
    text = STORY.replace("Monday evening", "Mondayevening").replace("\n\n", "\n")
    row = json.dumps({"id": "x", "text": text, "html": page}).encode()
    (found,) = dumps(read(write(tmp_path / "both.jsonl", row)))
    assert found.text == text
    assert len(found.origins) == found.text.count("\n") + 1
    article = desk.clean_dump(found, config.default()).article
    assert "Monday evening" in article.text
    assert [edit.rules for edit in article.edits] == [("spacing.rendered",)]
    assert article.raw() == text
    other = json.dumps({"id": "x", "text": text, "html": "<p>Something else that was written elsewhere.</p>"}).encode()
    (found,) = dumps(read(write(tmp_path / "other.jsonl", other)))
    assert not found.origins


def test_settings_give_fields_other_names(tmp_path: Path) -> None:
    settings = write(tmp_path / "own.toml", b'[fields]\ntext = ["story"]\nurl = ["where"]\n')
    row = json.dumps({"story": STORY, "where": "https://example.org/a", "text": "unused"}).encode()
    (found,) = dumps(read(write(tmp_path / "own.jsonl", row), config.load(settings)))
    assert (found.text, found.given.url, found.given.extra) == (STORY, "https://example.org/a", {"text": "unused"})


def test_a_file_that_datatrove_wrote(tmp_path: Path) -> None:
    from datatrove.data import Document
    from datatrove.pipeline.writers import JsonlWriter

    with JsonlWriter(str(tmp_path), output_filename="${rank}.jsonl.gz") as writer:
        writer.write(Document(text=STORY, id="d1", metadata={"url": "https://example.org/a", "score": 3}))
    (found,) = dumps(read(next(tmp_path.glob("*.jsonl.gz"))))
    assert (found.text, found.record, found.given.url) == (STORY, "d1", "https://example.org/a")
    assert found.given.extra == {"metadata": {"score": 3}}


def test_a_file_in_the_format_of_dolma(tmp_path: Path) -> None:
    """As the documents of Dolma are described: https://github.com/allenai/dolma, docs/data-format.md."""
    row = {
        "id": "d2", "text": STORY, "source": "common-crawl", "added": "2024-01-02T00:00:00.000Z",
        "created": "2023-05-01T00:00:00.000Z", "metadata": {"url": "https://example.org/a"},
    }  # fmt: skip
    (found,) = dumps(read(write(tmp_path / "dolma.jsonl.gz", gzip.compress(json.dumps(row).encode()))))
    assert (found.record, found.given.url, found.given.date) == ("d2", "https://example.org/a", None)
    assert found.given.extra.keys() == {"source", "added", "created"}


def test_a_file_that_datasets_wrote(tmp_path: Path) -> None:
    from datasets import Dataset

    rows = [{"text": STORY, "url": f"https://example.org/{n}", "date": "2024-03-01", "n": n} for n in range(200)]
    path = tmp_path / "train.parquet"
    Dataset.from_list(rows).to_parquet(str(path))
    found = dumps(read(path))
    assert [one.source for one in found] == [f"train.parquet#{n}" for n in range(1, 201)]
    assert (found[7].given.url, found[7].given.date, found[7].given.extra) == (
        "https://example.org/7",
        "2024-03-01",
        {"n": 7},
    )


def test_a_file_that_trafilatura_wrote(tmp_path: Path) -> None:
    import trafilatura

    page = PAGE.replace("<body>", "<body><p class='author'>By Jane Doe</p>").replace(
        "<head>", "<head><meta name='author' content='Jane Doe'><link rel='canonical' href='https://example.org/a'>"
    )
    made = trafilatura.extract(page, output_format="json", with_metadata=True)
    (found,) = dumps(read(write(tmp_path / "t.json", (made or "").encode())))
    assert "Two of the five piers" in found.text
    assert found.given.authors == ("Jane Doe",)
    assert found.given.url == "https://example.org/a"


def test_a_file_that_newspaper4k_wrote() -> None:
    """A file that newspaper4k 0.9.6 wrote, of the page above; with old pip it can't be installed beside trafilatura."""
    (found,) = dumps(read(CASES / "readers" / "newspaper4k-0.9.6.json"))
    assert "Two of the five piers" in found.text
    assert found.given.url == "https://example.org/a"
    assert found.given.authors == ("Jane Doe",)


def test_a_file_that_fundus_wrote() -> None:
    """A file that Fundus 0.5.7 wrote, of articles made by hand; with old pip it can't be installed beside the others."""
    one, other = dumps(read(CASES / "readers" / "fundus-0.5.7.json"))
    assert one.text.split("\n\n")[0::2] == ["A year without the old bridge.", "The piers"]
    assert one.text == other.text
    assert (one.source, other.source) == ("fundus-0.5.7.json#1", "fundus-0.5.7.json#2")
    assert (one.given.title, one.given.authors) == ("Old bridge to stay closed for a year", ("Jane Doe",))
    assert (one.given.date or "").startswith("2024-05-01")
    assert one.given.extra == {"publisher": "Northford News", "topics": ["Traffic"], "free_access": True}


@pytest.mark.parametrize(
    ("record", "text"),
    [
        ({"plaintext": STORY, "title": "Old bridge"}, STORY),  # one article, by the attributes that were asked for
        ({"body": {"summary": [], "sections": [{"headline": [], "paragraphs": ["a", "b"]}]}}, "a\n\nb"),
        ({"body": {"summary": None, "sections": [1, {"paragraphs": [2, "a"]}]}}, "a"),
        ({"body": {"sections": []}}, None),
        ({"lead": STORY}, None),  # `fields.text` says which strings are texts
        ({"Northford News": [1, 2]}, None),
        ({"Northford News": []}, None),
    ],
)
def test_a_fundus_article_is_joined_from_its_parts(record: dict[str, object], text: str | None, tmp_path: Path) -> None:
    (found,) = read(write(tmp_path / "one.json", json.dumps(record).encode()))
    assert (found.text if isinstance(found, Dump) else None) == text
