"""Opt-out and licence marks: each is carried to the record as it is stated, with its evidence."""

import csv
import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

import copydesk
from conftest import CASES, Copydesk
from copydesk import config
from copydesk.document import Json
from copydesk.keep import Fall, KeepSettings, Limit
from copydesk.rights import Mark, Reserved, Right, merged, of_headers, reserved
from growth import grows_linearly
from reading import PAGE, STORY, warc

pytestmark = pytest.mark.usefixtures("in_process_workers")

RIGHTS: list[dict[str, Json]] = json.loads((CASES / "rights.json").read_text(encoding="utf-8"))


def cleaned(case: dict[str, Json], tmp_path: Path) -> copydesk.Cleaned:
    """The dump of a case: a page, a record with headers, or a text."""
    if "text" in case:
        return copydesk.clean(f"{STORY}\n\n{case['text']}\n")
    page = PAGE.replace("</head>", f"{case.get('head', '')}</head>").replace(
        "</article>", f"{case.get('body', '')}</article>"
    )
    if "headers" not in case:
        return copydesk.clean(page)
    path = tmp_path / "one.json"
    path.write_text(json.dumps({"html": page, "headers": case["headers"]}), encoding="utf-8")
    return copydesk.clean(path)


@pytest.mark.parametrize("case", RIGHTS, ids=lambda case: str(case.get("head") or case.get("body") or case)[:50])
def test_a_mark_is_carried_as_it_is_stated(case: dict[str, Json], tmp_path: Path) -> None:
    found = cleaned(case, tmp_path)
    assert [[one.mark, one.value, list(one.evidence)] for one in found.article.rights] == case["rights"]
    assert all(one.rights == found.article.rights for one in found.teasers)


def test_there_are_cases_of_each_kind() -> None:
    assert {str(case["kind"]) for case in RIGHTS} == {"fixes", "leaves", "tempting"}


def test_headers_of_a_crawl_are_read(tmp_path: Path) -> None:
    headers = [("X-Robots-Tag", "noai"), ("X-Robots-Tag", "noindex"), ("tdm-reservation", "1")]
    page = PAGE.replace("</head>", "<meta name='robots' content='noai'></head>")
    (tmp_path / "crawl.warc.gz").write_bytes(
        warc([("response", "https://example.org/a", page.encode(), "text/html", headers, "200 OK")])
    )
    (found,) = copydesk.read(tmp_path / "crawl.warc.gz", jobs=1)
    assert isinstance(found, copydesk.Cleaned)
    assert found.article.rights == (
        Right(Mark.ROBOTS, "noai", ("container:X-Robots-Tag", "page:robots")),
        Right(Mark.TDM_RESERVATION, "1", ("container:tdm-reservation",)),
    )


def test_a_page_beside_a_text_gives_its_marks(tmp_path: Path) -> None:
    page = PAGE.replace("</head>", "<meta name='tdm-reservation' content='1'></head>")
    path = tmp_path / "one.json"
    path.write_text(json.dumps({"text": STORY, "html": page, "headers": {"X-Robots-Tag": "noai"}}), encoding="utf-8")
    assert [one.value for one in copydesk.clean(path).article.rights] == ["noai", "1"]


def test_the_values_of_a_mark_do_not_act_and_have_a_limit() -> None:
    assert [one.value for one in of_headers([("x-robots-tag", " noai,\x1b[2J \u202e x ")], "")] == ["noai, [2J x"]
    assert not list(of_headers([("tdm-policy", "x" * 2_001)], ""))


@pytest.mark.parametrize("name", ["link", "x-robots-tag"])
def test_a_hostile_header_is_read_in_linear_time(name: str) -> None:
    def read(size: int) -> object:
        texts = ("<", "<a>;b=", "noai:", "<a;a=", "<a> ", "<a>; ;", "<a>" + " " * 99)
        return [list(of_headers([(name, text * (size // len(text)))], "")) for text in texts]

    assert grows_linearly(read, 20_000, 320_000)


def test_the_same_mark_from_two_places_is_one() -> None:
    twice = (
        Right(Mark.LICENSE, "x", ("page:a",)),
        Right(Mark.LICENSE, "x", ("page:a",)),
        Right(Mark.LICENSE, "x", (4,)),
    )
    assert merged(twice) == (Right(Mark.LICENSE, "x", ("page:a", 4)),)


@pytest.mark.parametrize(
    ("mark", "value", "words"),
    [
        (Mark.ROBOTS, "otherbot: NOAI, noimageai", ["noai", "noimageai"]),
        (Mark.ROBOTS, "tdm-reservation", ["tdm-reservation"]),
        (Mark.TDM_RESERVATION, "1", ["tdm-reservation"]),
        (Mark.TDM_RESERVATION, "0", []),
        (Mark.LICENSE, "/terms", ["license"]),
        (Mark.RSL, "/license.xml", ["rsl"]),
    ],
)
def test_what_is_reserved_is_what_is_written(mark: Mark, value: str, words: list[str]) -> None:
    assert reserved([Right(mark, value, ("page:x",))]) == tuple(map(Reserved, words))


def test_keep_sends_what_is_reserved_to_the_filtered(copydesk_here: Copydesk, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('[keep]\nrights = ["noai", "rsl"]\n', encoding="utf-8")
    folder = tmp_path / "dumps"
    folder.mkdir()
    (folder / "free.html").write_text(PAGE, encoding="utf-8")
    (folder / "noai.html").write_text(PAGE.replace("</head>", "<meta name='robots' content='noai'></head>"), "utf-8")
    run = copydesk_here("clean", folder, "-o", "out", "--format", "jsonl", "--config", "own.toml")
    assert run.returncode == 0, run.stderr
    (line,) = (tmp_path / "out" / "filtered.jsonl").read_text(encoding="utf-8").splitlines()
    found = json.loads(line)
    assert (found["source"], found["limit"], found["value"], found["wanted"]) == (
        *("noai.html", "rights", "noai", ["noai", "rsl"]),
    )
    assert b"noai.html" not in (tmp_path / "out" / "records.jsonl").read_bytes()
    assert copydesk_here("verify", "out").returncode == 0


def test_the_library_names_the_marks_below_which_a_dump_falls() -> None:
    found = copydesk.clean(PAGE.replace("</head>", "<meta name='robots' content='noai, noml'></head>"))
    settings = replace(config.default(), keep=KeepSettings(rights=(Reserved.NOAI, Reserved.NOML, Reserved.RSL)))
    assert copydesk.falls_below(found, settings) == (
        Fall(Limit.RIGHTS, "noai, noml", (Reserved.NOAI, Reserved.NOML, Reserved.RSL)),
    )
    assert not copydesk.falls_below(found, replace(settings, keep=KeepSettings(rights=(Reserved.TDM_POLICY,))))


def test_an_unknown_right_is_an_error_that_lists_them(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('[keep]\nrights = ["no_ai"]\n', encoding="utf-8")
    with pytest.raises(config.ConfigError, match="the rights are: noai, noimageai, noml, tdm-reservation"):
        config.load(tmp_path / "own.toml")


def test_every_format_has_the_marks(copydesk_here: Copydesk, tmp_path: Path) -> None:
    folder = tmp_path / "dumps"
    folder.mkdir()
    head = "<meta name='robots' content='noai'><link rel='license' href='/terms'>"
    (folder / "page.html").write_text(PAGE.replace("</head>", f"{head}</head>"), encoding="utf-8")
    (folder / "text.txt").write_text(f"{STORY}\n\nUnder https://creativecommons.org/licenses/by/4.0/\n", "utf-8")
    run = copydesk_here("clean", folder, "-o", "out", "--format", "jsonl,parquet,csv,sqlite")
    assert run.returncode == 0, run.stderr
    out = tmp_path / "out"
    records = list(copydesk.read_records(out / "records.jsonl"))
    assert records == list(copydesk.read_records(out / "records.parquet"))
    assert {one.source: [right.value for right in one.rights] for one in records if one.parent is None} == {
        "page.html": ["noai", "/terms"],
        "text.txt": ["https://creativecommons.org/licenses/by/4.0/"],
    }
    with (out / "records.csv").open(encoding="utf-8", newline="") as file:
        assert next(row["rights"] for row in csv.DictReader(file)) == "robots: noai; license: /terms"
    with closing(sqlite3.connect(out / "records.sqlite")) as base:
        assert base.execute("select mark, value, evidence from rights order by value").fetchall() == [
            ("license", "/terms", "page:rel=license"),
            ("license", "https://creativecommons.org/licenses/by/4.0/", "3"),
            ("robots", "noai", "page:robots"),
        ]
