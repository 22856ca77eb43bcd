"""`copydesk clean --below`: the dumps of which copydesk is not sure, the least sure first, and what lowers it."""

import json
from pathlib import Path

import pytest

import copydesk as library
from conftest import Copydesk
from copydesk.quality import confidence, doubts
from copydesk.text import count_words
from runs import fill

MENU = "Home\nNews\nSport\nSearch\n"
NOTES = (
    "Minutes\n\nwho was there and who was not\n\nThe clerk read a letter about the bins, which no one wanted to answer "
    "at once.\n\nitem two: roads, see below, and lamps\n\nSign in to comment on this page and to read what others "
    "have said of it before\n\nAnd then there was a vote about the lamps in the lane behind the school.\n\nlamps 4 roads 2\n"
)


@pytest.fixture(name="copydesk")
def _in_process(copydesk_here: Copydesk) -> Copydesk:
    return copydesk_here


@pytest.fixture
def dumps(tmp_path: Path) -> Path:
    folder = fill(tmp_path / "dumps", 2)
    (folder / "menu.txt").write_text(MENU, encoding="utf-8")
    (folder / "notes.txt").write_text(NOTES, encoding="utf-8")
    return folder


def test_every_feature_has_words_and_a_usual_value() -> None:
    assert doubts.NAMES.keys() == set(confidence.COLUMNS)
    usual = json.loads(doubts.USUAL.read_text(encoding="utf-8"))
    assert {name: tuple(values) for name, values in usual.items()} == dict.fromkeys(
        ("text", "html"), confidence.COLUMNS
    )


def test_a_usual_page_is_sure_and_each_doubt_explains_a_part_of_what_is_missing() -> None:
    own = confidence.load(confidence.SHIPPED)
    usual = json.loads(doubts.USUAL.read_text(encoding="utf-8"))["text"]
    assert own.of(usual) > 0.9
    article = library.clean(NOTES).article
    found = confidence.features(article, [count_words(block.text) for block in article.blocks])
    reasons = doubts.of(article)
    assert 1 <= len(reasons) <= doubts.MAX_DOUBTS
    (before,) = own.scores([found])
    rises = {text: own.scores([found | {name: usual[name]}])[0] - before for name, text in doubts.NAMES.items()}
    explained = [rises[one.what] for one in reasons]
    assert explained == sorted(rises.values(), reverse=True)[: len(explained)]
    assert min(explained) >= doubts.MIN_RISE


def test_the_list_has_the_least_sure_first_and_nothing_is_written(
    copydesk: Copydesk, dumps: Path, tmp_path: Path
) -> None:
    before = sorted(tmp_path.rglob("*"))
    done = copydesk("clean", dumps, "--below", "1", "--json")
    assert done.returncode == 0
    assert sorted(tmp_path.rglob("*")) == before
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["confidence"] for row in rows] == sorted(row["confidence"] for row in rows)
    assert {row["source"] for row in rows} == {path.name for path in dumps.iterdir()}
    least = rows[0]
    assert (least["source"], least["confidence"], least["page"]) == ("menu.txt", 0.0, "notice")
    assert least["why"] == [{"what": doubts.NO_STORY, "value": None, "usual": None}]
    assert done.stderr.decode().splitlines()[-1] == "below 1: 4 of 4 dumps; nothing was written"


def test_a_line_has_source_confidence_page_reasons_and_headline(copydesk: Copydesk, dumps: Path) -> None:
    (line,) = copydesk("clean", dumps / "story-0001.txt", "--below", "1").stdout.decode().splitlines()
    article = library.clean(dumps / "story-0001.txt").article
    assert article.quality is not None
    source, sure, page, why, title = line.split("\t")
    assert (source, page, title) == ("story-0001.txt", "story", article.metadata.title)
    assert sure == f"{article.quality.confidence:.2f}"
    assert why == "; ".join(map(str, doubts.of(article)))


def test_a_dump_that_reaches_the_limit_exactly_is_not_listed(copydesk: Copydesk, dumps: Path) -> None:
    quality = library.clean(dumps / "story-0001.txt").article.quality
    assert quality is not None
    for limit, count in ((quality.confidence, 0), (quality.confidence + 0.01, 1)):
        done = copydesk("clean", dumps / "story-0001.txt", "--below", f"{limit:.2f}")
        assert len(done.stdout.splitlines()) == count


def test_an_output_and_its_files_are_read_and_not_cleaned_again(
    copydesk: Copydesk, dumps: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own.toml"
    own.write_text("[keep]\nmin_words = 25\n", encoding="utf-8")
    wanted = copydesk("clean", dumps, "--below", "1").stdout
    copydesk("clean", dumps, "-o", "out", "--format", "json,jsonl", "--config", own)
    assert (tmp_path / "out" / "filtered.jsonl").is_file()
    assert copydesk("clean", "out", "--below", "1").stdout == wanted
    parts = [
        copydesk("clean", Path("out") / name, "--below", "1").stdout for name in ("records.jsonl", "filtered.jsonl")
    ]
    assert sorted(b"".join(parts).splitlines()) == sorted(wanted.splitlines())
    (one,) = copydesk("clean", Path("out") / "story-0001.json", "--below", "1").stdout.splitlines()
    assert one in wanted.splitlines()


def test_rejects_are_named_and_change_the_exit_code(copydesk: Copydesk, dumps: Path) -> None:
    (dumps / "empty.txt").write_bytes(b"")
    done = copydesk("clean", dumps, "--below", "0.5")
    assert done.returncode == 1
    assert json.loads(done.stderr.splitlines()[0])["reason"] == "empty"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--below", "0.5", "-o", "out"), ("--below", "0.5", "--dry-run"), ("--below", "0.5", "--prune"),
        ("--below", "80"), ("--json",), ("--below", "0.5", "--shard-size", "3"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_what_does_not_go_together_is_wrong_use(copydesk: Copydesk, dumps: Path, arguments: tuple[str, ...]) -> None:
    assert copydesk("clean", dumps, *arguments).returncode == 2
