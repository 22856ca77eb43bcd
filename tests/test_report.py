"""The report: its numbers are those of the records, and nothing that a dump or an output holds acts in it."""

import base64
import gzip
import hashlib
import json
import os
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import fsspec
import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as some

import copydesk as package
from conftest import CASES, Copydesk
from copydesk import batch, config
from copydesk.batch import Job, manifest_sums
from copydesk.batch.counts import Counts
from copydesk.batch.manifest import Manifest
from copydesk.batch.manifest_totals import RunRow
from copydesk.batch.manifest_totals import Totals as ManifestTotals
from copydesk.config import Config, RunSettings
from copydesk.document import FURNITURE, STORY, Author, Kind, Label, Record, Reject
from copydesk.edits import Edit
from copydesk.files import Remote
from copydesk.quality import doubts
from copydesk.report import dump_page, gathering
from copydesk.report.copies_table import Cluster, Copies
from copydesk.report.fields import SEEN
from copydesk.report.gathering import Gathered, gather
from copydesk.report.page import html
from copydesk.report.parts import Bar, Part, cut, marked
from copydesk.report.reading import Filtered, Item, Problem, Published, of_manifest
from copydesk.report.runs import Totals
from copydesk.report.sections import Found, sections
from copydesk.report.tally import Tally
from copydesk.store import Format
from copydesk.terminal import HARMFUL
from growth import grows_linearly
from runs import container, fill, story

HOSTILE: dict[str, str] = json.loads((CASES / "report" / "hostile.json").read_text(encoding="utf-8"))
ACTING = ("script", "iframe", "object", "embed", "img", "link", "base", "form", "input", "a[@href]", "audio", "video")
MAX_PAGE = 5_000_000


@pytest.fixture(name="copydesk")
def _in_process(copydesk_here: Copydesk) -> Copydesk:
    return copydesk_here


@pytest.fixture
def output(copydesk: Copydesk, tmp_path: Path) -> Path:
    """An output of six stories, a record of another host, and a reject, in the formats of the whole."""
    folder = fill(tmp_path / "dumps", 6)
    (folder / "empty.txt").write_bytes(b"")
    rows = [{"id": "a", "url": "https://www.paper.example/1", "text": story(90, "It rained,said the mayor.")}]
    (folder / "box.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert copydesk("clean", folder, "-o", "out", "--format", "md,json,jsonl").returncode == 1
    return tmp_path / "out"


def page_of(copydesk: Copydesk, tmp_path: Path, output: str | Path, *more: str | Path) -> lxml.html.HtmlElement:
    """The report of an output, parsed."""
    done = copydesk("report", output, "-o", "page.html", *more)
    assert done.returncode == 0, done.stderr
    return parsed((tmp_path / "page.html").read_bytes())


def parsed(page: bytes) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(page.decode())


def table(page: lxml.html.HtmlElement, caption: str) -> dict[str, str]:
    """The second cell of each row of a table, by the first one."""
    (found,) = (one for one in page.iter("table") if one.findtext("caption") == caption)
    rows = found.xpath("./tbody/tr")
    return {" ".join(row[0].text_content().split()): row[1].text_content().strip() for row in rows}


def numbers(page: lxml.html.HtmlElement, caption: str) -> dict[str, int]:
    return {name: int(value.replace(",", "")) for name, value in table(page, caption).items()}


def articles(output: Path) -> list[Record]:
    return [one for one in package.read_records(output) if one.kind is not Kind.TEASER]


def acting(page: lxml.html.HtmlElement) -> list[str]:
    """What acts in a page: elements, attributes, and links that lead out of it."""
    found = [one for name in ACTING[:9] for one in page.xpath(f"//{name}")]
    names = [str(one.tag) for one in found]
    for one in page.iter():
        if isinstance(one.tag, str):
            names += [name for name in one.attrib if name.startswith("on") or name in ("style", "src", "srcdoc")]
            names += [
                value for name, value in one.attrib.items() if name.endswith("href") and not value.startswith("#")
            ]
            names += ["refresh"] if one.get("http-equiv", "").lower() == "refresh" else []
    return names


@pytest.mark.parametrize("attack", HOSTILE.values(), ids=HOSTILE)
def test_nothing_of_a_dump_acts(copydesk: Copydesk, tmp_path: Path, attack: str) -> None:
    rows: list[dict[str, object]] = [
        {"id": attack, "url": f"https://{attack}/", "title": attack, "authors": [attack], "text": f"{attack}\n\n{body}"}
        for body in (story(1, attack), f"{attack} {attack}\n\n" * 30)
    ]
    rows.append({"id": f"rejected {attack}", "text": ""})
    rows.append({"id": f"rejected {attack}", "text": [{}, attack]})
    (tmp_path / "box.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert copydesk("clean", "box.jsonl", "-o", "out", "--format", "jsonl").returncode in (0, 1)
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "records.jsonl").write_bytes((tmp_path / "out" / "records.jsonl").read_bytes())
    for place in ("out", "again"):
        page = page_of(copydesk, tmp_path, place)
        assert acting(page) == []
        assert len(page.xpath("//h1")) == 1
        assert not harmful((tmp_path / "page.html").read_text(encoding="utf-8"))
    assert copydesk("explain", "out/records.jsonl", "--record", "1", "--html", "one.html").returncode == 0
    assert acting(parsed((tmp_path / "one.html").read_bytes())) == []


def harmful(text: str) -> list[str]:
    """The characters of a page that act on a terminal or turn the direction of a text."""
    return HARMFUL.findall(text.replace("\n", ""))


@pytest.mark.parametrize("attack", HOSTILE.values(), ids=HOSTILE)
def test_nothing_of_a_prepared_record_acts(attack: str) -> None:
    """Nothing has made these records harmless, as cleaning does: all of their texts are attacks."""
    article = package.clean(story(1, "It rained,said the mayor.")).article
    edits = tuple(replace(one, before=attack, after="", rules=(attack,)) for one in article.edits)
    blocks = tuple(replace(one, text=attack, why=attack, label=attack) for one in article.blocks)  # type: ignore[arg-type]
    metadata = replace(article.metadata, title=attack, url=attack, language=attack, authors=(Author(attack),))
    origin = replace(article.provenance, profile=attack, copydesk=attack, config=attack)
    left_out = (replace(article.blocks[0], text=attack, label=Label.PROMO), *article.blocks[1:])
    own = replace(article, source=f"{attack}#1", metadata=metadata, blocks=left_out, edits=edits)
    records = [replace(own, blocks=blocks, provenance=origin), own]
    items: list[Item] = [*map(seen, records), Reject(attack, attack, attack), Filtered(attack, attack, attack)]
    runs = (RunRow(1, 0.0, 1.0, attack, attack, attack),)
    copies = Copies(((attack, 1),), 1, (Cluster(attack, attack, 1),))
    found = Found(gather([*items, Problem(attack, attack)]), Totals(1, 2, Counts(), runs), copies)
    text = html(attack, sections(found))
    page = parsed(text.encode())
    assert acting(page) == []
    assert len(page.xpath("//h1")) == 1
    assert len(page.xpath("//h2")) == len(sections(found)) == 11
    assert not harmful(text)
    for section in page.iter("section"):
        if section.get("id") not in ("contents", "summary", "edits"):
            text = attack.partition("#")[0] if section.get("id") == "sources" else attack
            shown = " ".join(cut(text, 200).split())
            assert shown in " ".join(section.text_content().split()), section.get("id")
    one = html(attack, dump_page.sections(package.Cleaned(own, (replace(own, position=1),))))
    assert acting(parsed(one.encode())) == []
    assert not harmful(one)


def test_the_policy_allows_only_the_style_of_the_page(copydesk: Copydesk, tmp_path: Path, output: Path) -> None:
    page = page_of(copydesk, tmp_path, output)
    (style,) = page.iter("style")
    digest = base64.b64encode(hashlib.sha256((style.text or "").encode()).digest()).decode()
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules == {
        "default-src": "'none'",
        "style-src": f"'sha256-{digest}'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert page.xpath("//meta[@http-equiv]/preceding::style") == []
    assert "url(" not in (style.text or "")
    assert "@import" not in (style.text or "")


FORMS = ("md", "json", "jsonl", "jsonl.gz", "parquet", "md,json,jsonl,parquet")


@pytest.mark.parametrize("form", FORMS)
def test_the_numbers_are_those_of_the_records_in_every_format(copydesk: Copydesk, tmp_path: Path, form: str) -> None:
    folder = fill(tmp_path / "dumps", 5)
    (folder / "empty.txt").write_bytes(b"")
    whole = ("--format", "json")
    assert copydesk("clean", folder, "-o", "whole", *whole).returncode == 1
    assert copydesk("clean", folder, "-o", "out", "--format", form, "--shard-size", "2").returncode == 1
    records = articles(tmp_path / "whole")
    labels = Counter(str(block.label) for one in records for block in one.blocks)
    places = ["out"]
    if form != "md":
        (tmp_path / "out" / ".copydesk").rename(tmp_path / "books")
        places.append("out without its manifest")
        (tmp_path / "out").rename(tmp_path / places[1])
        places = places[1:]
    for place in places:
        page = page_of(copydesk, tmp_path, place)
        counted = numbers(page, "What the output has")
        assert counted["records"] == len(records) == 5
        assert counted["records of teasers"] == len(list(package.read_records(tmp_path / "whole"))) - 5
        assert counted["rejected dumps"] == 1
        assert numbers(page, "All lines by label") == labels
        assert sum(numbers(page, "Articles by confidence").values()) == 5


@pytest.mark.parametrize("has_manifest", [True, False])
def test_the_numbers_are_those_of_the_records(
    copydesk: Copydesk, tmp_path: Path, output: Path, has_manifest: bool
) -> None:
    records = articles(output)
    if not has_manifest:
        (output / ".copydesk").rename(tmp_path / "books")
    page = page_of(copydesk, tmp_path, output)
    counted = numbers(page, "What the output has")
    assert counted["records"] == len(records) == 7
    assert counted["edits"] == sum(len(one.edits) for one in records)
    assert counted["lines"] == sum(len(one.blocks) for one in records)
    assert numbers(page, "Languages") == Counter(one.metadata.language for one in records)
    assert numbers(page, "Kinds of pages") == Counter(str(one.page) for one in records)
    assert numbers(page, "Edits") == Counter(rule for one in records for edit in one.edits for rule in edit.rules)
    assert numbers(page, "Rejects") == {"empty": 1}
    left_out = Counter(block.text for one in records for block in one.blocks if block.label in FURNITURE)
    if left_out:
        assert numbers(page, "Lines left out most often") == left_out
    (found,) = page.xpath("//table[caption='Sources, those with most records first']")
    by_source = {
        row.findtext(".//bdi"): (int(row[1].text_content()), row.findtext(".//small/bdi"))
        for row in found.xpath("./tbody/tr")
    }
    for name, own in (("paper.example", records[:1]), ("(corpus)", records[1:])):
        lines = [block.label for one in own for block in one.blocks]
        story_lines, left = (sum(one in group for one in lines) for group in (STORY, FURNITURE))
        assert by_source[name] == (len(own), f"{story_lines} lines of the story, {left} left out")
    least = min(one.quality.confidence for one in records if one.quality)
    shown = list(table(page, f"The {len(records)} least sure articles").values())
    assert shown == sorted(shown)
    assert shown[0] == f"{least:.2f}"


def test_edits_are_shown_with_what_was_before_and_after(copydesk: Copydesk, tmp_path: Path, output: Path) -> None:
    page = page_of(copydesk, tmp_path, output)
    example, *_ = page.xpath("//section[@id='edits']//span[contains(., 'rained,')]")
    assert example.text_content().endswith("rained,\N{OPEN BOX}said the mayor.")
    assert [one.text for one in example.iter("ins")] == ["\N{OPEN BOX}"]
    assert list(example.iter("del")) == []


def test_a_removed_character_without_a_shape_is_named() -> None:
    article = package.clean("A headline of note\n\n" + story(3).replace("council", "coun\N{SOFT HYPHEN}cil")).article
    block = next(one for one in article.blocks if any(edit.before == "\N{SOFT HYPHEN}" for edit in article.edits))
    block = next(one for one in article.blocks if "The council" in one.text)
    edits = [edit for edit in article.edits if block.start <= edit.start < block.end]
    pieces = marked(block.text, block.start, edits, 500).pieces
    assert [(one.text, one.mark) for one in pieces if one.mark] == [("<U+00AD>", "del")]
    assert "".join(one.text for one in pieces if one.mark != "del") == block.text


def test_filtered_records_are_shown_apart(copydesk: Copydesk, tmp_path: Path) -> None:
    folder = fill(tmp_path / "dumps", 4)
    (tmp_path / "limits.toml").write_text("[keep]\nmin_words = 9999\n", encoding="utf-8")
    assert copydesk("clean", folder, "-o", "out", "--config", "limits.toml", "--format", "jsonl").returncode == 0
    for _ in range(2):
        page = page_of(copydesk, tmp_path, "out")
        assert numbers(page, "Filtered records") == {"min_words": 4}
        assert numbers(page, "What the output has")["records"] == 0
        assert "story-0000.txt" in page.xpath("//section[@id='filtered']")[0].text_content()
        if (tmp_path / "out" / ".copydesk").exists():
            (tmp_path / "out" / ".copydesk").rename(tmp_path / "books")


def test_an_output_without_records_has_a_page(copydesk: Copydesk, tmp_path: Path) -> None:
    (tmp_path / "dumps").mkdir()
    (tmp_path / "dumps" / "empty.txt").write_bytes(b"")
    assert copydesk("clean", "dumps", "-o", "out").returncode == 1
    page = page_of(copydesk, tmp_path, "out")
    assert numbers(page, "What the output has")["records"] == 0
    assert numbers(page, "Rejects") == {"empty": 1}
    assert page.xpath("//section[@id='sources']") == []


def change(output: Path, *commands: str) -> None:
    """Change the manifest, with the right checksums."""
    with closing(sqlite3.connect(output / ".copydesk" / "manifest.sqlite")) as base:
        manifest_sums.connect(base)
        for command in commands:
            base.execute(command)
        base.commit()


def test_a_run_that_was_killed_has_a_report_of_what_it_had_done(
    copydesk: Copydesk, tmp_path: Path, output: Path
) -> None:
    before = "insert into runs (began, ended, version, state, result) values (9e99, null, '0', 'running', '')"
    change(output, before, "delete from documents where source = 'story-0005.txt'")
    (output / "records.jsonl").unlink()
    page = page_of(copydesk, tmp_path, output)
    assert numbers(page, "What the output has")["records"] == 6
    text = page.xpath("//section[@id='runs']")[0].text_content()
    assert "The last run did not finish" in text
    assert "broken" in text
    assert "7 written, 0 unchanged, 1 rejected" in text


def test_what_is_read_of_a_manifest_is_of_one_moment(output: Path) -> None:
    with closing(Manifest(output / ".copydesk")) as manifest:
        with manifest.snapshot():
            before = ManifestTotals(manifest).of_all()
            change(output, "delete from documents")
            assert ManifestTotals(manifest).of_all() == before
            assert gather(of_manifest(manifest)).records == 7
        assert ManifestTotals(manifest).of_all() != before


def test_values_of_a_wrong_type_in_the_manifest_do_not_end_the_report(
    copydesk: Copydesk, tmp_path: Path, output: Path
) -> None:
    change(
        output,
        "update runs set began = 'then', ended = x'ff', result = x'00', version = 7",
        "update documents set reason = 5, detail = x'00' where reason is not null",
    )
    page = page_of(copydesk, tmp_path, output)
    assert numbers(page, "Rejects") == {"5": 1}
    assert "not known" in page.xpath("//section[@id='runs']")[0].text_content()


def test_a_name_with_bytes_that_are_no_text_is_shown(copydesk: Copydesk, tmp_path: Path, output: Path) -> None:
    named = output.with_name(os.fsdecode(b"out-\xff<b>"))
    output.rename(named)
    page = page_of(copydesk, tmp_path, named, "-q")
    assert page.findtext(".//h1/bdi").endswith("out-\\udcff<b>")


def test_the_runs_before_are_shown(copydesk: Copydesk, tmp_path: Path, output: Path) -> None:
    (tmp_path / "dumps" / "more.txt").write_text(story(70), encoding="utf-8")
    assert copydesk("clean", "dumps", "-o", "out", "--format", "md,json,jsonl").returncode == 1
    page = page_of(copydesk, tmp_path, output)
    rows = page.xpath("//section[@id='runs']//tbody/tr")
    results = [row[1].text_content() for row in rows]
    assert ["1 written" in results[0], "7 written" in results[1]] == [True, True]


def test_damaged_records_are_named_and_the_rest_is_counted(copydesk: Copydesk, tmp_path: Path, output: Path) -> None:
    lines = (output / "records.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "records.jsonl").write_bytes(b"".join([b"{<script>}\n", b"\xff\n", b"[]\n", *lines]))
    page = page_of(copydesk, tmp_path, "copy")
    assert numbers(page, "What the output has")["records"] == 7
    assert len(page.xpath("//section[@id='problems']//tbody/tr")) == 3
    packed = gzip.compress(b"".join(lines))
    (tmp_path / "copy" / "records.jsonl").unlink()
    (tmp_path / "copy" / "records.jsonl.gz").write_bytes(packed[:-10])
    page = page_of(copydesk, tmp_path, "copy")
    assert "can't be read to its end" in page.xpath("//section[@id='problems']")[0].text_content()


def test_a_file_of_records_has_a_report(copydesk: Copydesk, tmp_path: Path, output: Path) -> None:
    page = page_of(copydesk, tmp_path, output / "records.jsonl")
    assert numbers(page, "What the output has")["records"] == 7
    assert page.xpath("//section[@id='runs']") == []


def test_a_folder_that_is_no_output_is_an_error(copydesk: Copydesk, tmp_path: Path) -> None:
    done = copydesk("report", fill(tmp_path / "dumps", 1), "-o", "page.html")
    assert done.returncode == 2
    assert b"no records and no manifest" in done.stderr
    assert not (tmp_path / "page.html").exists()


def test_links_in_an_output_are_not_followed(copydesk: Copydesk, tmp_path: Path, output: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (output / ".copydesk").rename(secret / "books")
    for path in output.glob("story-000[01]*"):
        path.rename(secret / path.name)
    (output / "records.jsonl").rename(secret / "records.jsonl")
    (output / "records.jsonl").symlink_to(secret / "records.jsonl")
    (output / "linked").symlink_to(secret, target_is_directory=True)
    (output / "story-0000.json").symlink_to(secret / "story-0000.json")
    (output / "rejects.jsonl").unlink()
    (output / "rejects.jsonl").symlink_to(secret / "records.jsonl")
    (output / "copies.jsonl").symlink_to(secret / "records.jsonl")
    os.mkfifo(output / "pipe.json")
    page = page_of(copydesk, tmp_path, output)
    assert numbers(page, "What the output has")["records"] == 5
    assert numbers(page, "What the output has")["rejected dumps"] == 0
    (output / ".copydesk").symlink_to(secret / "books", target_is_directory=True)
    done = copydesk("report", output, "-o", "other.html")
    assert done.returncode == 2
    assert b"is a link" in done.stderr


def test_the_page_is_written_as_a_whole_and_over_no_folder(copydesk: Copydesk, tmp_path: Path, output: Path) -> None:
    (tmp_path / "folder.html").mkdir()
    assert copydesk("report", output, "-o", "folder.html").returncode == 2
    assert list((tmp_path / "folder.html").iterdir()) == []
    assert copydesk("report", output, "-o", "missing/page.html").returncode == 3
    assert copydesk("report", output, "-o", output / "records.jsonl").returncode == 2
    assert len(articles(output)) == 7
    victim = tmp_path / "victim.txt"
    victim.write_text("mine", encoding="utf-8")
    (tmp_path / "page.html").symlink_to(victim)
    (tmp_path / ".page.html.new").symlink_to(victim)
    page_of(copydesk, tmp_path, output)
    assert victim.read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "page.html").is_symlink()
    assert not os.path.lexists(tmp_path / ".page.html.new")


def test_the_same_output_gives_the_same_page(copydesk: Copydesk, tmp_path: Path, output: Path) -> None:
    page_of(copydesk, tmp_path, output)
    first = (tmp_path / "page.html").read_bytes()
    page_of(copydesk, tmp_path, output)
    assert (tmp_path / "page.html").read_bytes() == first


def test_without_jinja_the_message_names_the_extra(
    copydesk: Copydesk, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copydesk.cli.pages.find_spec", lambda name: None)
    done = copydesk("report", output, "-o", "page.html")
    assert done.returncode == 2
    assert b"copydesk[report]" in done.stderr


@pytest.mark.parametrize("suffix", [".jsonl", ".parquet", ".sqlite"])
def test_copies_are_shown_if_there_is_a_table_of_them(copydesk: Copydesk, tmp_path: Path, suffix: str) -> None:
    container(tmp_path / "box.jsonl", [story(1), story(2), story(1), story(3), story(1)])
    assert copydesk("clean", "box.jsonl", "-o", "out", "--format", "jsonl").returncode == 0
    assert page_of(copydesk, tmp_path, "out").xpath("//section[@id='copies']") == []
    assert copydesk("copies", "out", "-o", f"out/copies{suffix}").returncode == 0
    page = page_of(copydesk, tmp_path, "out")
    assert numbers(page, "Members of clusters by relation") == {"canonical": 1, "exact": 2}
    assert list(numbers(page, "The largest clusters").values()) == [2]


def test_a_file_that_is_no_table_of_copies_is_an_error(copydesk: Copydesk, tmp_path: Path, output: Path) -> None:
    endless = "with recursive n(x) as (select 1 union all select x + 1 from n)"
    with closing(sqlite3.connect(tmp_path / "view.sqlite")) as base:
        base.execute(f"create view copies as {endless} select x as cluster, x as source, x as relation from n")  # noqa: S608
    (tmp_path / "text.sqlite").write_text("no database", encoding="utf-8")
    (tmp_path / "text.jsonl").write_text("no JSON", encoding="utf-8")
    (tmp_path / "text.parquet").write_text("no table", encoding="utf-8")
    for name in ("view.sqlite", "text.sqlite", "text.jsonl", "text.parquet", "page.txt"):
        (tmp_path / name).touch()
        done = copydesk("report", output, "-o", "page.html", "--copies", name)
        assert done.returncode == 2, name
        assert name.encode() in done.stderr


def test_explain_shows_a_dump_as_a_page(copydesk: Copydesk, tmp_path: Path, output: Path) -> None:
    (stored,) = (one for one in articles(output) if one.metadata.url)
    (tmp_path / "dump.txt").write_text(story(90, "It rained,said the mayor."), encoding="utf-8")
    for arguments in (("dump.txt",), ("out/records.jsonl", "--record", "a"), ("out/box.jsonl/a.md",)):
        assert copydesk("explain", *arguments, "--html", "one.html").returncode == 0
        page = parsed((tmp_path / "one.html").read_bytes())
        assert page.findtext(".//h1/bdi") == stored.metadata.title
        rows = page.xpath("//section[@id='lines']//tbody/tr")
        labels = [row[1].xpath(".//span")[0].text for row in rows]
        assert labels == [str(block.label) for block in stored.blocks]
        texts = ["".join(row[2].xpath(".//text()[not(parent::del)]")).strip() for row in rows]
        assert [text.replace("\N{OPEN BOX}", " ") for text in texts] == [block.text for block in stored.blocks]
        assert acting(page) == []
    assert copydesk("explain", "dump.txt", "--html", "one.html", "--only", "story").returncode == 2


def seen(record: Record) -> Published:
    line = record.to_json()
    return Published(SEEN.decode(line), line)


def rated(record: Record, number: int, confidence: float) -> Record:
    assert record.quality
    return replace(record, id=f"{number:020x}", quality=replace(record.quality, confidence=confidence))


def test_the_least_sure_records_are_those_with_the_lowest_confidence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "LEAST_SURE", 4)
    article = package.clean(story(1)).article
    shares = [0.5, 0.9, 0.1, 0.5, 0.7, 0.5, 0.3, 1.0, 0.0, 0.5]
    found = gather(seen(rated(article, number, share)) for number, share in enumerate(shares))
    shown = [(one.confidence, int(one.record_id, 16)) for one in found.least_sure]
    assert shown == sorted((share, number) for number, share in enumerate(shares))[:4]
    assert sum(found.confidence) == len(shares)
    assert found.confidence[0] == 1
    assert found.confidence[-1] == 1


def test_the_lines_of_a_record_are_shown_from_its_story_on(copydesk: Copydesk, tmp_path: Path) -> None:
    menu = "\n\n".join(f"Menu entry {number}" for number in range(80))
    (tmp_path / "page.txt").write_text(f"{menu}\n\n{story(1)}", encoding="utf-8")
    assert copydesk("clean", "page.txt", "-o", "out", "--format", "jsonl").returncode == 0
    (record,) = articles(tmp_path / "out")
    first = next(n for n, one in enumerate(record.blocks) if one.label in STORY or one.label is Label.TITLE)
    page = page_of(copydesk, tmp_path, "out")
    (shown,) = page.xpath("//details[summary='its lines']/table")
    rows = shown.xpath("./tbody/tr")
    assert [int(row[0].text_content()) for row in rows] == list(range(len(record.blocks)))[max(0, first - 5) :][:40]
    for row in rows:
        assert row[1].xpath(".//span")[0].text == record.blocks[int(row[0].text_content())].label


@pytest.mark.parametrize("character", ['"', "<", "\N{RIGHT-TO-LEFT OVERRIDE}", "\N{GRINNING FACE}", "'"])
@pytest.mark.slow
def test_a_page_of_hostile_records_is_at_most_five_megabytes(character: str) -> None:
    article = package.clean(story(1)).article
    long = character * 2_000
    blocks = tuple(replace(article.blocks[n % 3], text=long, why=long) for n in range(60))
    found = Gathered()
    for number in range(80):
        url = f"https://{number}.example/"
        labels = tuple(replace(one, label=f"{number}{long}") for one in blocks)  # type: ignore[arg-type]
        record = rated(
            replace(article, blocks=blocks, source=long, metadata=replace(article.metadata, url=url)), number, 0.1
        )
        found.add(seen(record))
        found.add(seen(replace(record, blocks=labels[:40], edits=())))
        found.add(Reject(long, f"{number}{long}", long))
    assert len(html(long[:200], sections(Found(found))).encode()) < MAX_PAGE


def test_records_that_break_their_own_laws_do_not_end_the_report() -> None:
    article = package.clean(story(1)).article
    broken = [
        replace(article, blocks=()),
        replace(article, blocks=article.blocks[::-1]),
        replace(article, blocks=tuple(replace(one, text="", share=None) for one in article.blocks)),
        replace(article, edits=tuple(replace(one, start=10**12) for one in article.edits)),
        rated(article, 1, -5.0),
        rated(article, 2, 1e300),
    ]
    page = html("broken", sections(Found(gather(map(seen, broken)))))
    assert numbers(parsed(page.encode()), "What the output has")["records"] == len(broken)


@given(some.lists(some.sampled_from("abcdefghij"), max_size=200), some.integers(1, 12))
def test_counts_in_bounded_memory_are_at_most_too_low_by_what_was_lost(names: Sequence[str], limit: int) -> None:
    tally = Tally(limit)
    for name in names:
        tally.add([name])
        assert len(tally) <= limit
    for name, count in Counter(names).items():
        assert count - tally.lost <= tally[name] <= count
    if len(set(names)) <= limit:
        assert tally.lost == 0


def test_the_parts_of_a_bar_fill_no_more_than_its_width() -> None:
    bar = Bar(tuple(Part(str(number), count) for number, count in enumerate([1] * 900 + [10**6, 0])), 10**6)
    ends = [one.x + one.width for one in bar.rectangles]
    assert ends == sorted(ends)
    assert ends[-1] == 1000
    assert list(Bar((Part("none", 0),), 0).rectangles) == []


@pytest.mark.parametrize("has_manifest", [True, False])
@pytest.mark.slow
def test_an_output_in_a_store_has_a_report(copydesk: Copydesk, tmp_path: Path, has_manifest: bool) -> None:
    own = fsspec.filesystem("memory")
    own.store.clear()
    settings = Config(run=RunSettings(state=str(tmp_path / "state")), profiles=config.default().profiles)
    plan = batch.plan([fill(tmp_path / "dumps", 3)])
    batch.run(Job(plan, Remote("memory://out"), (Format.JSONL,), settings, jobs=1))
    (tmp_path / "state.toml").write_text(f'[run]\nstate = "{tmp_path}/state"\n', encoding="utf-8")
    if not has_manifest:
        (tmp_path / "state").rename(tmp_path / "elsewhere")
    page = page_of(copydesk, tmp_path, "memory://out", "--config", "state.toml")
    assert numbers(page, "What the output has")["records"] == 3
    assert (page.xpath("//section[@id='runs']") != []) is has_manifest
    own.store.clear()


def test_each_doubt_of_a_record_is_shown(copydesk: Copydesk, tmp_path: Path, output: Path) -> None:
    page = page_of(copydesk, tmp_path, output)
    text = page.xpath("//section[@id='confidence']")[0].text_content()
    found = [doubt for one in articles(output) for doubt in doubts.of(one)]
    assert found
    for doubt in found:
        assert str(doubt) in text


def test_a_line_with_very_many_edits_takes_time_in_proportion() -> None:
    article = package.clean(story(1)).article
    block = article.blocks[2]

    def read(count: int) -> Gathered:
        line = replace(block, start=0, end=count, text="  " * count, label=Label.PARAGRAPH)
        edits = tuple(Edit(place, "x", "  ", ("alike",)) for place in range(count))
        return gather([seen(replace(article, blocks=(line,), edits=edits))])

    assert read(100).edits == 100
    assert grows_linearly(read, 4_000, 32_000)
