"""Fields of records as other programs write them: texts of other shapes, nested records, dates, and what a reject says."""

import json
from pathlib import Path

import pytest

from copydesk import config, desk
from copydesk.document import Json, Reject
from copydesk.dump import Dump
from reading import PAGE, STORY, dumps, read, write

PARTS = STORY.split("\n\n")
FACTS: dict[str, Json] = {"title": "Old bridge", "url": "https://example.org/a"}


def one(tmp_path: Path, record: dict[str, Json], settings: config.Config | None = None) -> Dump:
    (found,) = dumps(read(write(tmp_path / "one.json", json.dumps(record).encode()), settings))
    return found


@pytest.mark.parametrize(
    "record",
    [
        {"text": STORY},
        {"Text": STORY},
        {"text": PARTS},
        {"text": [{"type": "p", "content": part} for part in PARTS]},
        {"text": [{"type": "image", "src": "a.jpg"}, *({"text": part} for part in PARTS), None, ""]},
        {"text": {"body": STORY}},
        {"paragraphs": PARTS},
        {"body": STORY},
        {"maintext": STORY, "text": None},
        {"article_text": STORY},
        {"body_text": STORY},
        {"articleBody": STORY},
        {"article": {"text": STORY}},
        {"article": {"body": PARTS}},
        {"data": {"attributes": {"content": STORY}}},
        {"_source": {"text": STORY}},
        {"text": "", "content": STORY},
        {"text": " \n", "content": STORY},
        {"text": [], "body": STORY},
        {"text": "Read more", "content": STORY},
        {"content": "The council voted on Monday ... [+230 chars]", "full_text": STORY * 2},
    ],
)
def test_a_text_is_found_in_any_of_these_shapes(tmp_path: Path, record: dict[str, Json]) -> None:
    found = one(tmp_path, {**FACTS, **record})
    assert found.text in (STORY, STORY * 2)
    assert (found.given.title, found.given.url) == ("Old bridge", "https://example.org/a")


@pytest.mark.parametrize(
    "record",
    [
        {"html": PAGE},
        {"text": "", "html": PAGE},
        {"text": None, "html": PAGE},
        {"text": "Read more", "html": PAGE},
        {"content": PAGE},
        {"content": {"rendered": PAGE}},
        {"article": {"html": PAGE}},
        {"content": "".join(f"<p>{part}</p>" for part in PARTS)},
    ],
)
def test_a_page_is_found_in_any_of_these_shapes(tmp_path: Path, record: dict[str, Json]) -> None:
    found = one(tmp_path, record)
    assert found.origins
    assert PARTS[2] in found.text
    assert "<p>" not in found.text


@pytest.mark.parametrize(
    "record",
    [
        {"text": STORY, "raw_text": f"Home\nSport\n{STORY}\nMore stories" * 9},
        {"text": PARTS[1], "content": STORY},
        {"text": STORY, "article": {"text": STORY * 3}},
        {"text": "A < b, and <p> is an element, the teacher said on Monday."},
    ],
)
def test_a_text_that_is_no_stub_stays_the_text(tmp_path: Path, record: dict[str, Json]) -> None:
    assert one(tmp_path, record).text == record["text"]


def test_a_stub_stays_in_extra(tmp_path: Path) -> None:
    assert one(tmp_path, {"text": "Read more", "content": STORY}).given.extra == {"text": "Read more"}


@pytest.mark.parametrize(
    "record",
    [
        {"author": {"content": "She writes about bridges, and has done so for many years."}},
        {"comments": [{"text": "Well said, and about time too."}]},
        {"retweeted": {"text": "A text that somebody else wrote, on another day."}},
        {"text": 7, "title": "Old bridge"},
        {"text": {"length": 3}},
    ],
)
def test_what_is_no_story_is_not_taken_for_one(tmp_path: Path, record: dict[str, Json]) -> None:
    (found,) = read(write(tmp_path / "one.json", json.dumps(record).encode()))
    assert isinstance(found, Reject)
    assert found.reason == "no_text"


def test_a_record_that_is_all_blank_is_empty(tmp_path: Path) -> None:
    (found,) = read(write(tmp_path / "one.json", json.dumps({"text": " ", "html": ""}).encode()))
    assert isinstance(found, Reject)
    assert found.reason == "empty"


def test_a_reject_names_the_fields_with_text_and_the_settings(tmp_path: Path) -> None:
    record = {"id": 1, "headline": "Old bridge", "kicker": "Traffic", "story_full": STORY, "x": {"lead": STORY[:200]}}
    (found,) = read(write(tmp_path / "one.json", json.dumps(record).encode()))
    assert isinstance(found, Reject)
    assert found.detail == (
        "no `text` or `html`: name the field with the text under [fields] in the settings; "
        "text is in 'story_full', 'x.lead'"
    )


def test_settings_take_paths_and_lists_of_names(tmp_path: Path) -> None:
    own = b'[fields]\ntext = ["missing", "x.parts"]\ntitle = ["x.head"]\nurl = ["Where"]\nid = ["x.nr"]\n'
    settings = config.load(write(tmp_path / "own.toml", own))
    record: dict[str, Json] = {
        "x": {"parts": list[Json](PARTS), "head": "Old bridge", "nr": 5, "n": 1},
        "where": "https://a.org/b",
    }
    found = one(tmp_path, record, settings)
    assert (found.text, found.record, found.given.title, found.given.url) == (
        STORY,
        "5",
        "Old bridge",
        "https://a.org/b",
    )
    assert found.given.extra == {"x": {"n": 1}}
    dotted = one(tmp_path, {"x.parts": STORY}, settings)
    assert dotted.text == STORY


def test_a_nested_record_keeps_its_facts_and_evidence_names_the_field(tmp_path: Path) -> None:
    record: dict[str, Json] = {
        "status": "ok", "url": "https://example.org/a", "article": {"title": "Old bridge", "text": STORY, "words": 3}
    }  # fmt: skip
    found = one(tmp_path, record)
    assert (found.given.title, found.given.url) == ("Old bridge", "https://example.org/a")
    assert found.given.extra == {"status": "ok", "article": {"words": 3}}
    article = desk.clean_dump(found, config.default()).article
    assert article.evidence.title[0] == "container:article.title"
    assert article.evidence.url == ("container:url",)
    assert one(tmp_path, {"row": {"text": STORY}}).given.extra == {}


@pytest.mark.parametrize(
    ("field", "value", "date"),
    [
        ("date", 1714003200, "2024-04-25T00:00:00+00:00"),
        ("date", 1714003200.75, "2024-04-25T00:00:00+00:00"),
        ("date", 1714003200000, "2024-04-25T00:00:00+00:00"),
        ("date", "1714003200", "2024-04-25T00:00:00+00:00"),
        ("date", "1714003200000", "2024-04-25T00:00:00+00:00"),
        ("date", 20240425, "2024-04-25"),
        ("date", "20240425", "2024-04-25"),
        ("date", "20240425073000", "2024-04-25T07:30:00"),
        ("date", {"$date": "2024-04-25T07:30:00Z"}, "2024-04-25T07:30:00+00:00"),
        ("date_publish", "2024-04-25 07:30:00", "2024-04-25T07:30:00"),
        ("date_published", "2024-04-25", "2024-04-25"),
        ("publishedAt", "2024-04-25T07:30:00Z", "2024-04-25T07:30:00+00:00"),
        ("pubDate", "Thu, 25 Apr 2024 07:30:00 GMT", "2024-04-25T07:30:00+00:00"),
        ("date", "0000-00-00", None),
        ("date", 20241345, None),
        ("date", 7, None),
        ("date", 10**25, None),
        ("date", True, None),
        ("date", -1714003200, None),
        ("timestamp", "2019-04-25T12:57:54Z", None),
        ("date_download", "2024-04-25", None),
    ],
)
def test_dates_of_publication_are_read_as_others_write_them(
    tmp_path: Path, field: str, value: Json, date: str | None
) -> None:
    found = one(tmp_path, {"text": STORY, field: value})
    assert found.given.date == date
    assert found.given.extra == ({} if date else {field: value})
    assert found.given.sources.get("date") == (f"container:{field}" if date else None)
