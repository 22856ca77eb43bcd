"""`copydesk diff`: what is different between two outputs, and what other settings would change."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import lxml.html
import pytest

from conftest import Copydesk
from copydesk import Cleaned, Label, clean
from copydesk.batch import manifest_sums
from copydesk.batch.messages import pack_records
from copydesk.compare.changes import compare
from copydesk.compare.pairs import pairs
from copydesk.compare.tally import tally
from copydesk.document import Json
from copydesk.report.difference import MAX_ROWS, sections
from copydesk.report.page import html
from growth import grows_linearly
from runs import container, fill, story, tree

pytestmark = pytest.mark.usefixtures("in_process_workers")

FUSED = story(1).replace("on Monday evening to", "on Monday evening,after midnight, to")


@pytest.fixture(name="copydesk")
def _in_process(copydesk_here: Copydesk) -> Copydesk:
    return copydesk_here


@pytest.fixture
def output(copydesk: Copydesk, tmp_path: Path) -> Path:
    """An output of a folder and of a container; one dump has an edit."""
    fill(tmp_path / "dumps", 3)
    (tmp_path / "dumps" / "fused.txt").write_text(FUSED, encoding="utf-8")
    container(tmp_path / "dumps" / "box.jsonl", [story(number) for number in range(20, 26)])
    assert copydesk("clean", "dumps", "-o", "out").returncode == 0
    return tmp_path / "out"


@pytest.fixture
def other_settings(tmp_path: Path) -> Path:
    path = tmp_path / "other.toml"
    path.write_text('[edits]\noff = ["spacing.comma"]\n', encoding="utf-8")
    return path


def found(copydesk: Copydesk, *arguments: str | Path) -> dict[str, Json]:
    run = copydesk("diff", *arguments, "--json")
    assert run.returncode == 0, run.stderr
    whole: dict[str, Json] = json.loads(run.stdout)
    return whole


def test_the_same_settings_change_nothing(copydesk: Copydesk, output: Path) -> None:
    before = tree(output)
    whole = found(copydesk, "out")
    assert (whole["dumps"], whole["changed"], whole["only_old"], whole["only_new"]) == (10, 0, [], [])
    assert tree(output) == before


def test_a_rule_that_is_off_is_seen_before_anything_is_written(
    copydesk: Copydesk, output: Path, other_settings: Path
) -> None:
    before = tree(output)
    whole = found(copydesk, "out", "--config", other_settings)
    assert whole["changed"] == 1
    assert whole["edits_new"] == []
    assert whole["edits_gone"] == [
        {
            "rule": "spacing.comma",
            "times": 1,
            "dumps": 1,
            "examples": [
                {
                    "source": "fused.txt",
                    "old": " Monday evening,after midnight, ",
                    "new": " Monday evening, after midnight, ",
                }
            ],
        }
    ]
    assert tree(output) == before


def test_two_outputs_differ_as_their_settings_would(copydesk: Copydesk, output: Path, other_settings: Path) -> None:
    assert copydesk("clean", "dumps", "-o", "new", "--config", other_settings).returncode == 0
    assert found(copydesk, output, "new") == found(copydesk, output, "--config", other_settings)


def test_the_formats_of_an_output_do_not_matter(copydesk: Copydesk, output: Path) -> None:
    assert copydesk("clean", "dumps", "-o", "lines", "--format", "jsonl").returncode == 0
    assert found(copydesk, output, "lines")["changed"] == 0
    assert found(copydesk, output, "lines/records.jsonl")["changed"] == 0


def test_dumps_that_only_one_output_has_are_named(copydesk: Copydesk, output: Path) -> None:
    (output.parent / "dumps" / "fused.txt").rename(output.parent / "dumps" / "moved.txt")
    assert copydesk("clean", "dumps", "-o", "new").returncode == 0
    whole = found(copydesk, output, "new")
    assert (whole["dumps"], whole["only_old"], whole["only_new"]) == (9, ["fused.txt"], ["moved.txt"])


def test_a_dump_that_has_changed_is_another_dump(copydesk: Copydesk, output: Path) -> None:
    (output.parent / "dumps" / "fused.txt").write_text(story(99), encoding="utf-8")
    whole = found(copydesk, "out")
    assert (whole["changed"], whole["other_dumps"], whole["labels"], whole["edits_gone"]) == (1, 1, [], [])
    facts = whole["facts"]
    assert isinstance(facts, list)
    assert {str(one["field"]) for one in facts if isinstance(one, dict)} >= {"title"}


def test_a_dump_that_is_gone_is_named_and_the_others_are_compared(copydesk: Copydesk, output: Path) -> None:
    (output.parent / "dumps" / "fused.txt").unlink()
    run = copydesk("diff", "out", "--json")
    whole = json.loads(run.stdout)
    assert (whole["dumps"], whole["changed"], whole["only_old"]) == (9, 0, ["fused.txt"])
    assert b'"source": "fused.txt"' in run.stderr


def test_a_sample_is_the_same_each_time(copydesk: Copydesk, output: Path) -> None:
    wholes = [found(copydesk, "out", "--sample", "4") for _ in range(2)]
    assert wholes[0] == wholes[1]
    assert wholes[0]["dumps"] == 4


def test_the_exit_code_says_that_too_much_changed(copydesk: Copydesk, output: Path, other_settings: Path) -> None:
    again = ("diff", "out", "--config", other_settings)
    assert copydesk(*again).returncode == 0
    assert copydesk(*again, "--fail-over", "0.1").returncode == 0
    assert copydesk(*again, "--fail-over", "0.09").returncode == 1


def test_the_report_for_people(copydesk: Copydesk, output: Path, other_settings: Path) -> None:
    lines = copydesk("diff", "out", "--config", other_settings).stdout.decode().splitlines()
    assert lines[0] == "1 of 10 dumps changed (10.0%); 0 only before, 0 only now"
    assert lines[1:4] == [
        "edits that are gone",
        "       1  spacing.comma  (1 dump)",
        "          fused.txt: ' Monday evening,after midnight, ' -> ' Monday evening, after midnight, '",
    ]


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("dumps",), "is not an output folder"),
        (("out", "dumps"), "neither an output folder"),
        (("out", "out", "--sample", "3"), "cannot be combined with NEW"),
    ],
)
def test_wrong_use(copydesk: Copydesk, output: Path, arguments: tuple[str, ...], what: str) -> None:
    run = copydesk("diff", *arguments)
    assert (run.returncode, what in run.stderr.decode()) == (2, True)


def labelled(cleaned: Cleaned, number: int, label: Label, *, confidence: float | None = None) -> Cleaned:
    """The dump with another label for one of its lines."""
    blocks = list(cleaned.article.blocks)
    blocks[number] = replace(blocks[number], label=label, why="label.test")
    quality = cleaned.article.quality
    if quality and confidence is not None:
        quality = replace(quality, confidence=confidence)
    article = replace(cleaned.article, blocks=tuple(blocks), quality=quality)
    return Cleaned(article, cleaned.teasers)


def test_a_line_that_leaves_the_story_and_a_confidence_that_falls() -> None:
    old = clean(story(5), url="https://www.example.org/5")
    number = next(n for n, block in enumerate(old.article.blocks) if block.label is Label.PARAGRAPH)
    change = compare(old, labelled(old, number, Label.PROMO, confidence=0.1))
    assert change is not None
    (move,) = change.moves
    assert (move.old, move.new, move.new_why) == ("paragraph", "promo", "label.test")
    assert (move.leaves_story, move.joins_story) == (True, False)
    assert change.regressed
    result = tally([(old, labelled(old, number, Label.PROMO, confidence=0.1))])
    assert result.sources["example.org"].lost == 1
    assert [source for _, source, _ in result.regressed] == [old.article.source]
    assert not result.by_rule.keys() - {(old.article.blocks[number].why, "label.test")}


def test_shares_alone_are_no_difference() -> None:
    old = clean(story(5))
    blocks = tuple(replace(block, share=0.5) for block in old.article.blocks)
    assert compare(old, Cleaned(replace(old.article, blocks=blocks), old.teasers)) is None


def test_pairs_come_in_the_order_of_the_new_output() -> None:
    one, two, three = (clean(story(number), source=f"{number}.txt") for number in (1, 2, 3))
    order = [(old and old.article.source, new and new.article.source) for old, new in pairs([one, two], [three, two])]
    assert order == [(None, "3.txt"), ("2.txt", "2.txt"), ("1.txt", None)]


def stranger(blocks: int, *, overlap: bool) -> Cleaned:
    """A record with many lines; with `overlap`, each goes to the end."""
    made = clean(FUSED)
    assert isinstance(made, Cleaned)
    line = made.article.blocks[0]
    own = [
        replace(line, start=0 if overlap else number, end=10**9 if overlap else number + 1, label=Label.NAVIGATION)
        for number in range(blocks)
    ]
    return Cleaned(replace(made.article, blocks=tuple(own), edits=()), ())


@pytest.mark.parametrize("overlap", [False, True])
def test_lines_are_compared_in_linear_time(overlap: bool) -> None:
    dumps = {size: stranger(size, overlap=overlap) for size in (8_000, 64_000)}
    assert grows_linearly(lambda size: compare(dumps[size], dumps[size]), 8_000, 64_000)
    change = compare(dumps[8_000], dumps[8_000])
    assert (change is not None and change.is_other_dump) is overlap


def test_a_record_of_somebody_else_is_compared(copydesk: Copydesk, output: Path) -> None:
    """An edit outside its lines, a rule that looks like more lines, and one that acts on the terminal."""
    stored = (output / "fused.json").read_text(encoding="utf-8")
    whole = json.loads(stored)
    whole["edits"][0] |= {"start": 10**6, "rules": ["x\n9 of 9 dumps changed\x1b[2J\N{RIGHT-TO-LEFT OVERRIDE}"]}
    other = output.parent / "other.json"
    other.write_text(json.dumps(whole), encoding="utf-8")
    run = copydesk("diff", output / "fused.json", other)
    assert run.returncode == 0, run.stderr
    assert b"\n9 of 9" not in run.stdout
    assert b"\x1b" not in run.stdout
    assert b"\xe2\x80\xae" not in run.stdout


def test_records_that_are_none_end_diff_with_a_message(copydesk: Copydesk, output: Path) -> None:
    with closing(sqlite3.connect(output / ".copydesk" / "manifest.sqlite")) as base, base:
        manifest_sums.connect(base)
        base.execute("update documents set lines = ? where number = 0", (pack_records(["{}"]),))
    for arguments in (("out",), ("out", "out")):
        run = copydesk("diff", *arguments)
        assert (run.returncode, b"not a copydesk record" in run.stderr) == (2, True)


def test_the_page_shows_what_json_says(copydesk: Copydesk, output: Path, other_settings: Path) -> None:
    hostile = output.parent / "dumps" / "a<script>b.txt"
    hostile.write_text(FUSED, encoding="utf-8")
    assert copydesk("clean", "dumps", "-o", "out").returncode == 0
    fewer = output.parent / "fewer"
    fewer.mkdir()
    (fewer / hostile.name).write_bytes(hostile.read_bytes())
    (fewer / "only.txt").write_text(story(77), encoding="utf-8")
    assert copydesk("clean", "fewer", "-o", "new", "--config", other_settings).returncode == 0
    run = copydesk("diff", "out", "new", "--html", "page.html", "--fail-over", "0.5")
    assert (run.returncode, run.stdout) == (1, b"")
    assert b"1 of 1 dump changed" in run.stderr
    page = lxml.html.document_fromstring((output.parent / "page.html").read_text(encoding="utf-8"))
    texts = {
        section.get("id"): [[" ".join(cell.text_content().split()) for cell in row] for row in section.iter("tr")]
        for section in page.iter("section")
    }
    assert ["changed", "1"] in texts["summary"]
    assert ["only.txt"] in texts["summary"]
    assert ["fused.txt"] in texts["summary"]
    (edit,) = (row for row in texts["edits"] if row[0] == "spacing.comma")
    assert edit[1:3] == ["1", "1"]
    assert "evening,after midnight" in edit[3]
    assert "<script>" in edit[3]
    assert page.xpath("//script | //img | //a[starts-with(@href, 'http')]") == []


def test_a_page_of_a_line_that_left_the_story(tmp_path: Path) -> None:
    old = clean(story(5), url="https://www.example.org/5")
    number = next(n for n, block in enumerate(old.article.blocks) if block.label is Label.PARAGRAPH)
    found = tally([(old, labelled(old, number, Label.PROMO, confidence=0.1))])
    names = [section.name for section in sections(found)]
    assert names == ["summary", "lines", "sources", "regressed"]
    page = lxml.html.document_fromstring(html("x", sections(found)))
    assert {cell.text for cell in page.xpath("//section[@id='lines']//span[@class='label story']")} == {"paragraph"}


def test_long_lists_of_a_page_end_with_their_number() -> None:
    one = clean(story(1))
    found = tally([(Cleaned(replace(one.article, id=f"{n:020}"), ()), None) for n in range(MAX_ROWS + 7)])
    table = sections(found)[0].tables[1]
    assert len(table.rows) == MAX_ROWS + 1
    assert table.rows[-1][0] == "and 7 more: `--json` has all"


@pytest.mark.parametrize(
    ("arguments", "what"),
    [(("--json", "--html", "a.html"), "cannot be combined"), (("--html", "a.txt"), "ends in .html")],
)
def test_wrong_use_of_the_page(copydesk: Copydesk, output: Path, arguments: tuple[str, ...], what: str) -> None:
    run = copydesk("diff", "out", *arguments)
    assert (run.returncode, what in run.stderr.decode()) == (2, True)
