"""JSON of every sort: on lines, in lists, one object after the other; in any encoding; with bad values in between."""

import gzip
import json
from pathlib import Path

import pytest

from copydesk import config
from copydesk.dump import Dump
from reading import STORY, dumps, read, reasons, write


def records(count: int, first: int = 0) -> list[dict[str, object]]:
    return [{"id": f"r{n}", "text": f"{STORY} Größe {n}"} for n in range(first, first + count)]


def plain(value: object, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


THREE = records(3)
LINES = "\n".join(map(plain, THREE)) + "\n"
LISTED = "[\n" + ",\n".join(map(plain, THREE)) + "\n]\n"
FORMS = {
    "lines": LINES,
    "lines with CRLF": LINES.replace("\n", "\r\n"),
    "lines with a mark": "\ufeff" + LINES,
    "lines with a mark each": "".join(f"\ufeff{plain(one)}\n" for one in THREE),
    "lines with commas": "".join(f"{plain(one)},\n" for one in THREE),
    "lines with record separators": "".join(f"\x1e{plain(one)}\n" for one in THREE),
    "blank lines": "\n\n" + LINES.replace("\n", "\n\n\n"),
    "two on a line": plain(THREE[0]) + plain(THREE[1]) + "\n" + plain(THREE[2]) + "\n",
    "a list": plain(THREE),
    "a list with lines": LISTED,
    "an indented list": plain(THREE, indent=2),
    "a list with a mark": "\ufeff" + plain(THREE, indent=1),
    "two lists": "[\n" + plain(THREE[0]) + "\n][\n" + ",\n".join(map(plain, THREE[1:])) + "\n]",
    "a list on each line": "".join(plain([one]) + "\n" for one in THREE),
    "indented objects": "\n".join(plain(one, indent=4) for one in THREE),
    "a list under a key": plain({"status": "ok", "total": 3, "articles": THREE}),
    "a list under two keys": plain(
        {"took": 3, "hits": {"total": {"value": 3}, "hits": [{"_source": one} for one in THREE]}}
    ),
    "rows": plain({"rows": [{"row_idx": n, "row": one} for n, one in enumerate(THREE)], "num_rows_total": 3}),
    "pages of an API": plain({"data": THREE[:2]}) + "\n" + plain({"data": THREE[2:]}) + "\n",
    "columns": plain({key: [one[key] for one in THREE] for key in ("id", "text")}),
    "numbered columns": plain({key: {str(n): one[key] for n, one in enumerate(THREE)} for key in ("id", "text")}),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "part-00000"])
def test_the_form_of_json_and_its_name_do_not_matter(tmp_path: Path, form: str, name: str) -> None:
    found = dumps(read(write(tmp_path / name, FORMS[form].encode())))
    assert [(one.record, one.text) for one in found] == [(one["id"], one["text"]) for one in THREE]
    assert [one.source for one in found] == [f"{name}#r{n}" for n in range(3)]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
@pytest.mark.parametrize("form", ["lines", "a list", "indented objects"])
def test_json_in_another_encoding_is_read(tmp_path: Path, form: str, encoding: str) -> None:
    found = dumps(read(write(tmp_path / "a.json", FORMS[form].encode(encoding))))
    assert [one.text for one in found] == [one["text"] for one in THREE]


@pytest.mark.parametrize(
    "suffix",
    [".jl", ".jsonlines", ".ldjson", ".ndjson", ".JSONL", ".json5", ".geojson", ".jsonl.txt", ".json.log", ".part"],
)
def test_json_lines_are_read_under_any_suffix(tmp_path: Path, suffix: str) -> None:
    assert len(dumps(read(write(tmp_path / f"items{suffix}", LINES.encode())))) == 3
    assert len(dumps(read(write(tmp_path / f"items{suffix}.gz", gzip.compress(LINES.encode()))))) == 3


def test_an_object_that_is_alone_has_the_source_of_its_file(tmp_path: Path) -> None:
    for indent in (None, 2):
        one = plain(THREE[0], indent=indent).encode()
        assert dumps(read(write(tmp_path / "one.json", one)))[0].source == "one.json"
        assert dumps(read(write(tmp_path / "one", one)))[0].source == "one"
        assert dumps(read(write(tmp_path / "one.jsonl", one)))[0].source == "one.jsonl#r0"


BROKEN = plain(THREE[1])[:-20]


@pytest.mark.parametrize(
    ("text", "bad"),
    [
        (f"{plain(THREE[0])}\n{BROKEN}\n{plain(THREE[2])}\n", "#2"),
        (f"{plain(THREE[0])}\n{plain(THREE[1])[30:]}\n\n{plain(THREE[2])}\n", "#2"),
        (f"[\n{plain(THREE[0])},\n{BROKEN}\n{plain(THREE[2])}\n]", "#2"),
        (f"[\n  {plain(THREE[0])},\n  {BROKEN},\n  {plain(THREE[2])}\n]", "#2"),
        (f"[{plain(THREE[0])}, {plain(THREE[1]).replace(':', '')}, {plain(THREE[2])}]", "#2"),
        (f"{plain(THREE[0], 2)}\n{plain(THREE[1], 2)[:-30]}\n{plain(THREE[2], 2)}\n", "#2"),
        (f"[{plain(THREE[0])},\nnonsense,\n{plain(THREE[2])}]", "#2"),
    ],
)
def test_a_bad_value_costs_only_itself(tmp_path: Path, text: str, bad: str) -> None:
    found = read(write(tmp_path / "a.json", text.encode()))
    assert [one.record for one in found if isinstance(one, Dump)] == ["r0", "r2"]
    assert reasons(found) == {f"a.json{bad}": "not_json"}


def test_a_value_that_is_no_object_is_rejected(tmp_path: Path) -> None:
    found = read(write(tmp_path / "a.json", plain([THREE[0], 7, "words", THREE[2]]).encode()))
    assert reasons(found) == {"a.json#2": "not_an_object", "a.json#3": "not_an_object"}
    assert len(found) == 4


@pytest.mark.slow
@pytest.mark.parametrize("form", ["list", "lines", "wrapped", "indented", "inside two keys"])
def test_lists_over_the_limit_are_read_item_by_item(tmp_path: Path, form: str) -> None:
    limits = write(tmp_path / "own.toml", b"[limits]\nrecord_size = 20_000\n")
    many = records(1_000)
    text = {
        "list": plain(many),
        "lines": "[\n" + ",\n".join(map(plain, many)) + "\n]",
        "wrapped": plain({"status": "ok", "articles": many, "n": 1_000}),
        "indented": plain({"articles": many}, indent=1),
        "inside two keys": plain({"n": [1, [2]], "response": {"x": "y", "docs": many}}),
    }[form]
    found = dumps(read(write(tmp_path / "big.json", text.encode()), config.load(limits)))
    assert [one.record for one in found] == [one["id"] for one in many]


@pytest.mark.parametrize("between", [",\n", "\n", ", "])
def test_a_value_over_the_limit_costs_only_itself(tmp_path: Path, between: str) -> None:
    limits = write(tmp_path / "own.toml", b"[limits]\nrecord_size = 20_000\n")
    many = [*records(300), {"id": "long", "text": "x" * 900_000}, *records(300, 300)]
    opening, closing = ("[", "]") if "," in between else ("", "")
    text = opening + between.join(map(plain, many)) + closing
    found = read(write(tmp_path / "big.json", text.encode()), config.load(limits))
    assert sum(isinstance(one, Dump) for one in found) == 600
    assert list(reasons(found).values()) == ["too_large"]


@pytest.mark.slow
def test_a_list_that_breaks_off_gives_what_came_before(tmp_path: Path) -> None:
    packed = gzip.compress(plain(records(20_000)).encode())
    found = read(write(tmp_path / "cut.json.gz", packed[: len(packed) // 2]))
    assert sum(isinstance(one, Dump) for one in found) > 1_000
    assert list(reasons(found).values()) == ["broken_stream"]


def test_a_key_that_holds_a_list_is_no_publisher(tmp_path: Path) -> None:
    (wrapped,) = dumps(read(write(tmp_path / "a.json", plain({"articles": [{"text": STORY}]}).encode())))
    assert wrapped.given.extra == {}
    (named,) = dumps(read(write(tmp_path / "b.json", plain({"Northford News": [{"text": STORY}]}).encode())))
    assert named.given.extra == {"publisher": "Northford News"}


def test_a_list_inside_a_record_is_not_taken_for_records(tmp_path: Path) -> None:
    record = {
        "text": STORY,
        "comments": [{"text": "Well said."}, {"text": "No."}],
        "images": [{"url": "https://a.org/b.jpg"}],
    }
    (found,) = dumps(read(write(tmp_path / "a.json", plain(record).encode())))
    assert found.text == STORY
    assert found.given.extra.keys() == {"comments", "images"}


def test_a_number_that_is_none_is_null(tmp_path: Path) -> None:
    (found,) = dumps(read(write(tmp_path / "a.jsonl", f'{{"text": {plain(STORY)}, "score": NaN}}\n'.encode())))
    assert found.given.extra == {"score": None}


def test_one_damaged_line_does_not_change_the_encoding_of_the_file(tmp_path: Path) -> None:
    """Bytes that no encoding gives, in a file that is UTF-8 otherwise, must not become letters."""
    data = LINES.encode() + b'{"text": "caf\xe9 and more words that are no letters"}\n'
    found = read(write(tmp_path / "a.jsonl", data))
    assert reasons(found) == {"a.jsonl#4": "not_json"}
