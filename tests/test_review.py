"""The review desk: its queue, and what becomes of decisions."""

import hashlib
import json
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from conftest import Copydesk
from copydesk import config, decisions
from copydesk.batch.manifest import Manifest
from copydesk.decisions import Decision, DecisionKind
from copydesk.document import Label
from copydesk.review import choices, export, index, queue
from copydesk.review.queue import Filter, search_of
from deciding import cleaned
from desks import APPEAL, STORIES, Desk, desk_of, label_of, line_of, make, run, write_pages

PAGES = 6
IN_PROFILE = "Readers like you pay for our work, and we thank all \\\\d+ of them for it\\\\."


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bookkeeping of an output that no test changes."""
    return make(tmp_path_factory.mktemp("made"), PAGES)


@pytest.fixture
def desk(books: Path, tmp_path: Path) -> Desk:
    return desk_of(books, tmp_path)


# The queue


def rows(desk: Desk, **wanted: str) -> list[queue.QueueRow]:
    with desk.desk.opened() as (_, found):
        return found.page(Filter(**wanted))


def test_the_most_doubtful_record_comes_first(desk: Desk) -> None:
    found = rows(desk)
    assert [row.place for row in found] == list(range(1, PAGES + 2))
    doubts = [1 - (row.confidence or 0) + index.NO_TITLE * ("no title" in row.reasons) for row in found]
    assert doubts == sorted(doubts, reverse=True)


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({"site": "paper.example"}, PAGES),
        ({"site": "(corpus)"}, 1),
        ({"kind": "article"}, PAGES + 1),
        ({"kind": "teaser"}, 0),
        ({"language": "en"}, PAGES + 1),
        ({"label": "byline"}, PAGES),
        ({"label": "byline", "site": "(corpus)"}, 0),
        ({"label": "byline", "rule": "label.model"}, PAGES),
        ({"label": "nonsense"}, 0),
        ({"rule": "label.nonsense"}, 0),
        ({"words": "library"}, 2),
        ({"words": "LIBRARY easterby"}, 2),
        ({"words": '"two years of work"'}, 2),
        ({"words": '"years two of work"'}, 0),
        ({"words": "libr"}, 2),
        ({"words": "paper.example"}, PAGES),
        ({"words": "plain.txt"}, 1),
        ({"words": "library", "label": "byline", "site": "paper.example"}, 2),
        ({"words": '"*" NOT ('}, 0),
        ({"words": "library OR bridge"}, 0),
        ({"words": "!!"}, 0),
    ],
)  # fmt: skip
def test_a_filter_finds_the_records(desk: Desk, wanted: dict[str, str], count: int) -> None:
    assert len(rows(desk, **wanted)) == count


@pytest.mark.slow
@given(some.text(max_size=30))
def test_no_search_is_an_error(words: str) -> None:
    with closing(sqlite3.connect(":memory:")) as base:
        base.execute("create virtual table words using fts5 (title)")
        base.execute("insert into words values ('library')")
        if query := search_of(words):
            base.execute("select * from words where words match ?", (query,)).fetchall()


def test_the_pages_of_the_queue_have_each_record_once(books: Path, desk: Desk) -> None:
    with desk.desk.opened(), queue.opened(books) as found:
        for wanted in (Filter(), Filter(label="byline"), Filter(words="the")):
            every = found.page(wanted)
            after, seen = 0, []
            while page := found.page(wanted, after, rows=2):
                seen += page
                after = page[-1].place
            assert seen == every
            assert [found.before(wanted, row.place) for row in every] == [None, *every[:-1]]


def test_the_index_is_made_again_after_a_run(tmp_path: Path) -> None:
    desk = desk_of(make(tmp_path, 2), tmp_path)
    assert len(rows(desk)) == 3
    stamp = (desk.desk.books / index.NAME).stat().st_mtime_ns
    assert len(rows(desk)) == 3
    assert (desk.desk.books / index.NAME).stat().st_mtime_ns == stamp
    write_pages(tmp_path / "dumps" / "pages.jsonl", 4)
    run(tmp_path)
    assert len(rows(desk)) == 5
    (desk.desk.books / index.NAME).write_bytes(b"damaged")
    assert len(rows(desk)) == 5
    assert not list(desk.desk.books.glob("*.new"))


def test_a_record_that_is_damaged_is_named_and_left_out(tmp_path: Path) -> None:
    books = make(tmp_path, 2)
    from copydesk.batch.messages import pack_records

    with closing(Manifest(books)) as manifest:
        manifest.base.execute("update documents set lines = ? where number = 1", (pack_records(["[]"]),))
        (problem,) = index.build(books, manifest)
    assert problem.source == "pages.jsonl#p1"
    assert len(rows(desk_of(books, tmp_path))) == 2


@pytest.mark.parametrize(
    ("record", "doubt", "reasons"),
    [
        ({}, 0.4, ()),
        ({"metadata": {"title": None}}, 0.7, ("no title",)),
        ({"metadata": {"title": None}, "kind": "other"}, 0.4, ()),
        ({"quality": {"confidence": 0.6, "complete": False}}, 0.5, ("cut off",)),
        ({"quality": {"confidence": 0.6, "complete": None}}, 0.4, ()),
        ({"quality": None}, 1.0, ()),
        ({"metadata": {"title": "t", "url": "https://www.paper.example/1"}}, 0.6, ("its source has changed",)),
        ({"metadata": {"title": "t", "url": "https://other.example/1"}}, 0.4, ()),
    ],
)
def test_what_makes_a_record_doubtful(record: dict[str, object], doubt: float, reasons: tuple[str, ...]) -> None:
    usual = {"id": "1", "kind": "article", "source": "a", "text": "", "metadata": {"title": "t"}}
    seen = index.read_line(json.dumps({**usual, "quality": {"confidence": 0.6}, **record}))
    assert index.doubt_of(seen, {"paper.example"}) == (doubt, reasons)


@pytest.mark.parametrize(
    ("url", "source", "site"),
    [
        ("https://www.paper.example/1", "a/b.txt", "paper.example"),
        (None, "a/b/c.txt", "a/b"),
        (None, "b.txt", "(corpus)"),
        (None, "box.jsonl#a/b", "box.jsonl"),
        (None, "a/box.jsonl#b", "a"),
    ],
)
def test_the_source_of_a_record_is_its_host_or_its_folder(url: str | None, source: str, site: str) -> None:
    assert index.site_of(url, source) == site


# Decisions


def test_a_line_gets_its_label_and_the_record_shows_it(desk: Desk) -> None:
    address = desk.record(STORIES[1][0])
    before = desk.get(address)
    assert "Readers like you" in before.xpath("string(//article)")
    now = desk.decide(address, "Readers like", "label:promo")
    line = line_of(now, "Readers like")
    assert label_of(line) == "promo"
    assert line.xpath("string(.//span[@class='was'])") == "was paragraph"
    assert "decision" in line.xpath("string(./span[@class='why'])")
    assert "Readers like you" not in now.xpath("string(//article)")
    (one,) = desk.decided()
    assert (one.kind, one.label, one.by) == (DecisionKind.LABEL, Label.PROMO, "anna")
    assert desk.get("/").xpath("string(//span[@class='decided'])") == "1 decision"
    back = desk.post(address, act="take_back")
    assert label_of(line_of(back, "Readers like")) == "paragraph"
    assert [one.kind for one in desk.decided()] == [DecisionKind.LABEL, DecisionKind.TAKE_BACK]


def test_several_lines_are_decided_and_taken_back_at_once(desk: Desk) -> None:
    address = desk.record(STORIES[1][0])
    chosen = [line_of(desk.get(address), text).get("data-span") for text in ("part 0", "part 1")]
    desk.post(address, act="label:promo", lines=line_of(desk.get(address), "Readers like").get("data-span"), line="0")
    now = desk.post(address, act="label:comment", lines=",".join(chosen), line="0")
    assert [label_of(line_of(now, text)) for text in ("part 0", "part 1", "Readers like")] == [
        "comment",
        "comment",
        "promo",
    ]
    now = desk.post(address, act="take_back")
    assert [label_of(line_of(now, text)) for text in ("part 0", "part 1", "Readers like")] == [
        "paragraph",
        "paragraph",
        "promo",
    ]
    (first, *_) = desk.decided()
    now = desk.post(address, act="take_back", decision=first.id)
    assert label_of(line_of(now, "Readers like")) == "paragraph"
    assert now.xpath("string(//section[@aria-labelledby='decisions']/p)") == "None yet."


def test_the_headline_is_decided(desk: Desk) -> None:
    address = desk.record(STORIES[2][0])
    now = desk.decide(address, "Readers like", "label:headline")
    assert "Readers like you" in now.xpath("string(//h1)")
    assert now.xpath("//dt[text()='title']/following-sibling::dd/small/a/@href") == [
        f"#{line_of(now, 'Readers like').get('id')}"
    ]


def test_a_wrong_edit_is_not_made(desk: Desk) -> None:
    address = desk.record(STORIES[0][0])
    line = line_of(desk.get(address), "the mayor said")
    assert line.xpath("string(.//ins)") == "\N{OPEN BOX}"
    now = desk.decide(address, "the mayor said", "wrong_edit", edit="0")
    assert not line_of(now, "the mayor said").xpath(".//ins")
    assert "Monday,and" in now.xpath("string(//article)")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"act": "label:nonsense"}, "no such decision"),
        ({"act": ""}, "no such decision"),
        ({"act": "label:promo", "lines": ""}, "choose a line first"),
        ({"act": "label:promo", "lines": "0:4:0123456789abcdef"}, "has changed since it was shown"),
        ({"act": "label:promo", "lines": "x"}, "has changed since it was shown"),
        ({"act": "wrong_edit"}, "this line has no edit"),
        ({"act": "wrong_edit", "edit": "9" * 30}, "this line has no edit"),
        ({"act": "take_back"}, "there is no decision to take back"),
    ],
)
def test_a_form_that_the_page_does_not_offer_is_refused(desk: Desk, form: dict[str, str], said: str) -> None:
    address = desk.record(STORIES[1][0])
    span = line_of(desk.get(address), "Readers like").get("data-span")
    answer = desk.send(address, **{"lines": span, **form})
    assert answer.status_code == 409
    assert said in answer.text
    assert not desk.decided()


def test_a_record_that_is_not_there_is_not_found(desk: Desk) -> None:
    assert desk.client.get("/record/none").status_code == 404
    assert desk.client.get("/record/none/rules").status_code == 404
    assert desk.client.get("/nothing").status_code == 404


def test_a_dump_that_is_gone_is_cleaned_from_its_record(tmp_path: Path) -> None:
    desk = desk_of(make(tmp_path, 2), tmp_path)
    address = desk.record(STORIES[1][0])
    (tmp_path / "dumps" / "pages.jsonl").unlink()
    now = desk.decide(address, "Readers like", "label:promo")
    assert "its file is not there any more" in now.xpath("string(//p[@class='note'])")
    assert label_of(line_of(now, "Readers like")) == "promo"
    assert STORIES[1][0] in now.xpath("string(//h1)")


def test_a_dump_that_has_changed_is_named_and_its_decisions_are_outdated(tmp_path: Path) -> None:
    desk = desk_of(make(tmp_path, 2), tmp_path)
    address = desk.record(STORIES[1][0])
    desk.decide(address, "Readers like", "label:promo")
    path = tmp_path / "dumps" / "pages.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("Readers like you", "People like you"), encoding="utf-8")
    now = desk.get(address)
    assert "the dump has changed since the run" in now.xpath("string(//p[@class='note'])")
    assert label_of(line_of(now, "People like")) == "paragraph"
    assert "does not fit" in now.xpath("string(//li[@class='outdated'])")


# Rules for the source


def test_a_decided_line_becomes_a_rule_of_the_profile(desk: Desk) -> None:
    address = desk.record(STORIES[1][0])
    now = desk.decide(address, "Readers like", "label:promo")
    offer = now.xpath("//p[@class='offer']")[0]
    assert f"This line is on {PAGES} of {PAGES} pages of paper.example" in " ".join(offer.text_content().split())
    proposed = desk.get(offer.xpath("./a/@href")[0])
    assert f"{PAGES - 1} of {PAGES} pages with a line of these would change" in proposed.text_content()
    assert proposed.text_content().count("leaves the story") == PAGES - 1
    path = desk.desk.profiles / "paper.example.toml"
    assert not path.exists()
    form = {one.get("name"): one.get("value") for one in proposed.xpath("//form//input") if one.get("name") != "token"}
    written = desk.post(proposed.xpath("//form/@action")[0], **form)
    assert "The profile paper.example has the rules" in written.xpath("string(//p[@class='offer'])")
    text = path.read_text(encoding="utf-8")
    assert f'pattern = "{IN_PROFILE}"' in text
    assert f"on {PAGES} of {PAGES} pages; decided on" in text
    profile = config.load_profile(path)
    assert profile.hosts == ("paper.example",)
    sibling = desk.get(desk.record(STORIES[2][0]))
    assert label_of(line_of(sibling, "Readers like")) == "promo"
    # The same form again finds that the file has changed.
    assert desk.send(proposed.xpath("//form/@action")[0], **form).status_code == 409
    assert path.read_text(encoding="utf-8") == text


def test_more_rules_are_added_at_the_end_of_the_profile(desk: Desk) -> None:
    desk.desk.profiles.mkdir()
    path = desk.desk.profiles / "paper.toml"
    own = 'evidence = "read by hand"\nhosts = ["paper.example"]\n\n[[lines]]\npattern = "Home"\nlabel = "control"'
    path.write_text(own, encoding="utf-8")
    address = desk.record(STORIES[1][0])
    offer = desk.decide(address, "Readers like", "label:promo").xpath("//p[@class='offer']/a/@href")[0]
    proposed = desk.get(offer)
    assert "At the end of" in proposed.text_content()
    form = {one.get("name"): one.get("value") for one in proposed.xpath("//form//input") if one.get("name") != "token"}
    desk.post(proposed.xpath("//form/@action")[0], **form)
    assert path.read_text(encoding="utf-8").startswith(own)
    assert [rule.label for rule in config.load_profile(path).lines] == [Label.CONTROL, Label.PROMO]


def test_a_line_of_one_page_is_no_rule(desk: Desk) -> None:
    address = desk.record(STORIES[1][0])
    now = desk.decide(address, "By Anna Miller", "label:headline")
    assert not now.xpath("//p[@class='offer']")
    (one,) = desk.decided()
    answer = desk.client.get(f"{address}/rules?line=0&decided={one.stroke}")
    assert answer.status_code == 409
    assert "no rule of a profile can say the same" in answer.text


def test_a_source_without_an_address_has_no_new_profile(tmp_path: Path) -> None:
    (tmp_path / "dumps").mkdir()
    for number in range(3):
        text = f"{STORIES[number][0]}\n\n{STORIES[number][1]}\n\n{APPEAL.format(number=number)}\n"
        (tmp_path / "dumps" / f"{number}.txt").write_text(text, encoding="utf-8")
    desk = desk_of(run(tmp_path), tmp_path)
    address = desk.record(STORIES[1][0])
    offer = desk.decide(address, "Readers like", "label:promo").xpath("//p[@class='offer']/a/@href")[0]
    answer = desk.client.get(offer)
    assert answer.status_code == 409
    assert "the pages of this source have no address" in answer.text


IMPRINT = "Northford Gazette, {number} Bridge Street"


def write_papers(folder: Path, imprints: dict[str, str]) -> None:
    """Three pages as plain text for each paper, without an address; its imprint is on each of them."""
    for paper, imprint in imprints.items():
        (folder / "dumps" / paper).mkdir(parents=True)
        for number, (headline, lead) in enumerate(STORIES):
            lines = (f"{headline} in {paper}", lead, APPEAL.format(number=number), imprint.format(number=number))
            (folder / "dumps" / paper / f"{number}.txt").write_text("\n\n".join(lines) + "\n", encoding="utf-8")


def test_a_new_profile_recognises_pages_without_an_address_by_a_line_that_only_they_have(tmp_path: Path) -> None:
    write_papers(tmp_path, {"gazette": IMPRINT, "echo": "The Easterby Echo since 1901"})
    desk = desk_of(run(tmp_path), tmp_path)
    address = desk.record(f"{STORIES[1][0]} in gazette")
    offer = desk.decide(address, "Readers like", "label:promo").xpath("//p[@class='offer']/a/@href")[0]
    proposed = desk.get(offer)
    assert "It is on all pages of gazette" in proposed.text_content()
    form = {one.get("name"): one.get("value") for one in proposed.xpath("//form//input") if one.get("name") != "token"}
    desk.post(proposed.xpath("//form/@action")[0], **form)
    profile = config.load_profile(desk.desk.profiles / "gazette.toml")
    assert profile.markers == (r"Northford Gazette, \d+ Bridge Street",)
    sibling = desk.get(desk.record(f"{STORIES[2][0]} in gazette"))
    assert label_of(line_of(sibling, "Readers like")) == "promo"
    assert "profile gazette" in sibling.text_content()
    assert "profile gazette" not in desk.get(desk.record(f"{STORIES[2][0]} in echo")).text_content()


def test_a_profile_that_does_not_know_its_pages_gets_no_rules(tmp_path: Path) -> None:
    write_papers(tmp_path, {"gazette": IMPRINT, "echo": "The Easterby Echo since 1901"})
    desk = desk_of(run(tmp_path), tmp_path)
    desk.desk.profiles.mkdir()
    own = 'evidence = "read by hand"\nmarkers = ["Another imprint"]\n'
    (desk.desk.profiles / "gazette.toml").write_text(own, encoding="utf-8")
    address = desk.record(f"{STORIES[1][0]} in gazette")
    offer = desk.decide(address, "Readers like", "label:promo").xpath("//p[@class='offer']/a/@href")[0]
    answer = desk.client.get(offer)
    assert answer.status_code == 409
    assert "does not recognise this page" in answer.text


def test_a_line_of_two_sources_is_no_marker(tmp_path: Path) -> None:
    write_papers(tmp_path, {"gazette": IMPRINT, "echo": IMPRINT})
    desk = desk_of(run(tmp_path), tmp_path)
    address = desk.record(f"{STORIES[1][0]} in gazette")
    offer = desk.decide(address, "Readers like", "label:promo").xpath("//p[@class='offer']/a/@href")[0]
    assert "no line is on all of them and on no page of another source" in desk.client.get(offer).text


# Labels for training


def test_decided_pages_are_labels_for_training(desk: Desk, books: Path, tmp_path: Path) -> None:
    address = desk.record(STORIES[1][0])
    desk.decide(address, "Readers like", "label:promo")
    assert export.write(books, desk.desk.settings(), tmp_path / "labels.jsonl") == (1, 0)
    (row,) = map(json.loads, (tmp_path / "labels.jsonl").read_text(encoding="utf-8").splitlines())
    with desk.desk.opened() as (manifest, found):
        from copydesk.review import current

        shown = found.of_source(row["page"])
        assert shown is not None
        raw = current.stored(manifest, shown).article.raw()
    assert row["digest"] == hashlib.sha256(raw.encode()).hexdigest()[:16]
    lines = [line for line in map(str.strip, raw.split("\n")) if line]
    assert len(lines) == len(row["labels"])
    assert row["labels"][next(n for n, line in enumerate(lines) if "Readers like" in line)] == "P"


def test_the_letters_are_those_of_all_lines() -> None:
    article = cleaned()
    assert [export.LETTERS[letter] for letter in export.labelled(article).labels] == [
        one.label for one in article.blocks
    ]
    text = "A title of the page\n\n\u200b\u200d\n\nA line\nof code\n"
    assert len(export.labelled(cleaned(text)).labels) == len([line for line in text.split("\n") if line.strip()])


def test_each_label_has_a_key_of_its_own_and_a_button() -> None:
    found = choices.choices()
    keys = [one.key for one in found]
    assert {one.label for one in found} == set(Label)
    assert all(keys)
    assert len(set(keys)) == len(keys)
    assert not set(keys) & set("jkenxzNY+/")


# The command


def test_the_command_names_what_is_wrong(copydesk_here: Copydesk, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = copydesk_here("review", "empty")
    assert done.returncode == 2
    assert b"empty has no manifest" in done.stderr
    make(tmp_path, 1)
    (tmp_path / "decisions.jsonl").write_text("nonsense\n", encoding="utf-8")
    done = copydesk_here("review", "out")
    assert done.returncode == 2
    assert b"line 1 is no decision" in done.stderr


def test_the_command_exports(copydesk_here: Copydesk, tmp_path: Path) -> None:
    desk = desk_of(make(tmp_path, 2), tmp_path)
    desk.decide(desk.record(STORIES[1][0]), "Readers like", "label:promo")
    other = Decision("1-0", "", "ben", DecisionKind.LABEL, "none", "none.txt", 0, 4, "x", Label.PROMO)
    decisions.append(desk.desk.decisions, [other])
    done = copydesk_here("review", "out", "--export", "labels.jsonl")
    assert done.returncode == 0, done.stderr
    assert b"1 page -> labels.jsonl" in done.stderr
    assert b"1 decided page left out" in done.stderr
    assert copydesk_here("review", "out", "--export", "no/labels.jsonl").returncode == 3


@pytest.mark.slow
def test_a_desk_answers_until_it_is_ended(books: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "copydesk.cli", "review", str(books.parent), "--no-browser"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?token=[\w-]{32}", address)
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        assert b"Review of" in opener.open(address, timeout=60).read()
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.build_opener().open(address.partition("?")[0], timeout=60)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1]
    assert process.returncode == 0
    assert "the desk is closed" in said
    assert "Traceback" not in said
    assert f'[review]\ndecisions = "{tmp_path / "decisions.jsonl"}"\n' in said


def test_a_port_that_is_taken_is_named(copydesk_here: Copydesk, tmp_path: Path) -> None:
    make(tmp_path, 1)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = copydesk_here("review", "out", "--port", str(port), "--no-browser")
    assert done.returncode == 3
    assert f"port {port}: address already in use; name another with --port".encode() in done.stderr


def test_a_missing_extra_is_named(copydesk_here: Copydesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, 1)
    monkeypatch.setattr("copydesk.cli.review.NEEDED", ("no_such_package",))
    done = copydesk_here("review", "out")
    assert done.returncode == 2
    assert b"the desk needs no_such_package: pip install 'copydesk[review]'" in done.stderr
