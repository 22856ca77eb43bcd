"""Inputs that the fuzzer found (`python -m bench.fuzz`): nothing disappears without a reject, and nothing is live."""

import io
import lzma
import sqlite3
import tarfile
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import markdown as python_markdown
import pyarrow
import pyarrow.parquet
import pytest
from bench import fuzz, fuzz_files, hostile_readers
from markdown_it import MarkdownIt
from pyarrow import ipc

from copydesk import config, desk
from copydesk.document import Reject
from copydesk.dump import Dump
from copydesk.readers import html, record_fields
from copydesk.render import markdown
from copydesk.terminal import HARMFUL
from reading import PAGE, STORY, archive_of, crawl_record, http, read, reasons, write

FIRST, SECOND = crawl_record(http(PAGE.encode()), 1), crawl_record(http(PAGE.encode()), 2)

LIVE_CODE = (
    "<script>alert(1)</script>\nx = 1\n\n    y = 2",
    "[x](javascript:alert(1))\nprint(x)",
    "[x]: javascript:alert(1)\nprint(x)",
    "a &lt;script&gt; b\nprint(x)",
    "print(x)\n```\n<iframe src=x>\n```\nprint(x)",
)

LISTS = (
    "<ul><li>The first thing to know</li><li>The second thing to know</li></ul>",
    "<ol><li>The first thing to know</li><li>The second thing to know</li></ol>",
    "<p>1234. The first thing to know</p><p>1235. The second thing to know</p>",
)


def article_with(code: str, before: str) -> str:
    """The Markdown of a page with this code after a paragraph or a list."""
    escaped = code.replace("&", "&amp;").replace("<", "&lt;")
    story = "<p>The river was higher than the old wall on nine days of this year, the engineers of the town wrote.</p>"
    page = f"<html><body><article><h1>How high it was</h1>{story * 2}{before}<pre><code>{escaped}\n</code></pre>{story}"
    made = html.render(f"{page}</article></body></html>".encode(), "page.html")
    return markdown.article(desk.clean_dump(made, config.default()).article)


@pytest.mark.parametrize("code", LIVE_CODE)
@pytest.mark.parametrize("before", ["", *LISTS])
def test_code_is_not_live_for_a_reader_that_knows_no_fences(code: str, before: str) -> None:
    written = article_with(code, before)
    body = written.removeprefix(markdown.FENCE).split(f"\n{markdown.FENCE}", 1)[1]
    assert ("code", code) in markdown.parse(written).blocks
    assert list(hostile_readers.in_process(body)) == []
    assert "<pre><code>" in MarkdownIt("commonmark").render(body)
    assert "<pre><code>" in python_markdown.markdown(body)


def test_two_pieces_of_code_stay_two() -> None:
    written = article_with("if a < b:\n    c()", "<pre><code>if x &lt; y:\n    z()</code></pre><p>And then:</p>")
    assert [text for kind, text in markdown.parse(written).blocks if kind == "code"] == [
        "if x < y:\n    z()",
        "if a < b:\n    c()",
    ]


def test_code_after_other_code_of_a_list_is_not_live() -> None:
    code = "if a < b:\n    <script>c()</script>"
    for first in (code, "x = 1"):
        blocks = (("li", "The first thing"), ("code", first), ("code", code), ("p", "The end."))
        body = markdown._body(blocks)
        assert markdown.parse(f"{markdown.FENCE}{markdown.FENCE}\n{body}").blocks == blocks
        assert list(hostile_readers.in_process(body)) == []


def test_code_without_markup_is_fenced() -> None:
    assert "```\nx = 1\nprint(x)\n```" in article_with("x = 1\nprint(x)", "")


@pytest.mark.parametrize(
    ("data", "read_records"),
    [
        (FIRST + SECOND.replace(b"WARC-Type: response", b"WARC-Type: tespo~se"), ["1"]),
        (FIRST + SECOND.replace(b"WARC-Type: response\r\n", b""), ["1"]),
        (b"\x00garbage " + FIRST + SECOND, ["2"]),
        (FIRST + SECOND.replace(b"WARC/1.0", b"WARC/1.{x}0"), ["1"]),
        (FIRST + b"<html><body>a page without a header</body></html>\r\n\r\n" + SECOND, ["1", "2"]),
        (FIRST + b"\r\n\r\n" + SECOND + b"\r\n\r\n", ["1", "2"]),
        (crawl_record(b"a: b\r\n", 3, kind="warcinfo") + FIRST + crawl_record(b"x", 4, kind="request"), ["1"]),
    ],
    ids=["unknown type", "no type", "before", "first line", "between", "empty lines", "other types"],
)
def test_a_record_of_a_crawl_never_disappears(
    tmp_path: Path, data: bytes, read_records: list[str], request: pytest.FixtureRequest
) -> None:
    """What is no record is rejected; empty lines and records of the other types are not."""
    found = read(write(tmp_path / "crawl.warc", data))
    assert [one.record for one in found if isinstance(one, Dump)] == read_records
    is_sound = request.node.callspec.id in ("empty lines", "other types")
    assert set(reasons(found).values()) == (set() if is_sound else {"broken_stream"})


@pytest.mark.parametrize("name", ["a.txt/", "..", "folder/..", "."])
def test_a_member_with_bytes_is_read_under_any_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / "in.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(zipfile.ZipInfo("folder/"), b"")
        made.writestr(zipfile.ZipInfo(name), STORY)
    assert [one.source for one in read(path)] == [f"in.zip#{name}"]
    if name != "a.txt/":  # in a tar, only its type makes a member a folder
        assert [
            one.source for one in read(write(tmp_path / "in.tar", archive_of({name: STORY.encode()}, as_zip=False)))
        ]


def test_a_damaged_header_of_a_tar_is_not_its_end(tmp_path: Path) -> None:
    data = bytearray(archive_of({"a.txt": STORY.encode(), "b.txt": STORY.encode()}, as_zip=False))
    data[data.index(b"b.txt")] ^= 1
    found = read(write(tmp_path / "in.tar", bytes(data)))
    assert [one.source for one in found if isinstance(one, Dump)] == ["in.tar#a.txt"]
    assert reasons(found) == {"in.tar": "broken_stream"}


def test_a_tar_without_blocks_at_its_end_is_read(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as made:
        info = tarfile.TarInfo("a.txt")
        info.size = len(STORY.encode())
        made.addfile(info, io.BytesIO(STORY.encode()))
        end = packed.tell()
    assert [one.source for one in read(write(tmp_path / "in.tar", packed.getvalue()[:end]))] == ["in.tar#a.txt"]


def test_a_wrong_offset_in_an_arrow_file_is_rejected(tmp_path: Path) -> None:
    """pyarrow does not check offsets by itself, and reads memory that is not its own."""
    stream = io.BytesIO()
    batch = pyarrow.record_batch({"text": [STORY, STORY]})
    with ipc.new_file(stream, batch.schema) as writer:
        writer.write_batch(batch)
    size = len(STORY.encode())
    offsets = b"".join(number.to_bytes(4, "little") for number in (0, size, 2 * size))
    assert stream.getvalue().count(offsets) == 1
    wrong = stream.getvalue().replace(offsets, offsets[:4] + (2**31 - 9).to_bytes(4, "little") + offsets[8:])
    (found,) = read(write(tmp_path / "in.arrow", wrong))
    assert isinstance(found, Reject)
    assert found.reason == "broken_stream"


def test_the_fuzzer_makes_every_kind_of_file_and_the_same_one_each_time() -> None:
    texts = fuzz_files.corpus()
    files = [fuzz_files.make(number, texts) for number in range(200)]
    assert files == [fuzz_files.make(number, texts) for number in range(200)]
    assert {kind for kind in fuzz_files.BUILDERS if any(kind in file.name for file in files)} == set(
        fuzz_files.BUILDERS
    )
    assert {file.is_whole for file in files} == {True, False}


@pytest.mark.slow
def test_a_few_inputs_of_the_fuzzer_have_no_faults() -> None:
    texts = fuzz_files.corpus()
    for number in range(60):
        assert fuzz.check(fuzz_files.make(number, texts)).faults == [], number


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a <script>alert(1)</script>", ["<script>"]),
        ("<p onclick=x>a</p>", ["the attribute onclick"]),
        ("<a href=javascript:x>a</a>", ["the address 'javascript:x'"]),
        ("<!-- a -->", ["a comment or an instruction"]),
        ('<p>a <a href="https://news.example/">b</a> <a href="//news.example/">c</a></p>', []),
    ],
)
def test_what_could_run_is_found(text: str, found: list[str]) -> None:
    assert list(hostile_readers.live(text)) == found


def test_a_text_that_is_lost_is_a_find() -> None:
    """The checks are not blind: a reader that loses a record is found, and so is one that raises."""
    file = fuzz_files.File("input.txt", STORY.encode(), ("mark1x0",), is_whole=True)
    assert fuzz.check(file).faults == ["a text was lost silently"]


def test_reading_without_cleaning_finds_what_is_lost_too() -> None:
    """With `whole=False` the same faults of readers are found; a tag of damage may swallow a text."""
    file = fuzz_files.File("input.txt", STORY.encode(), ("mark1x0",), is_whole=True)
    assert fuzz.check(file, whole=False).faults == ["a text was lost silently"]
    assert fuzz.check(file, whole=False).bodies == []
    swallowed = crawl_record(http(b"<html><p>A story<style>mark1x0"), 1)
    damaged = fuzz_files.File("input.warc", swallowed, ("mark1x0",), is_whole=False)
    assert fuzz.check(damaged).faults == []
    assert fuzz.check(replace(damaged, is_whole=True)).faults == ["a text was lost silently"]


def test_the_id_of_a_record_of_a_crawl_has_no_control_characters(tmp_path: Path) -> None:
    record = FIRST.replace(b"<urn:uuid:", b"<urn:uuid:\x17\x1b[2J\xc2\x9b\xe2\x80\xae")
    (found,) = read(write(tmp_path / "a.warc", record))
    assert not HARMFUL.search(found.source)
    assert "[2J" in found.source


@pytest.mark.parametrize("before", ["", *LISTS])
def test_indented_code_is_read_back_as_it_was(tmp_path: Path, before: str) -> None:
    """By copydesk itself, as a dump."""
    written = article_with("if a < b:\n    c = [x]\n\nprint(c)\nreturn c", before)
    (found,) = read(write(tmp_path / "page.md", written.encode()))
    assert isinstance(found, Dump)
    again = desk.clean_dump(found, config.default()).article
    assert again.text == "\n\n".join(text for kind, text in markdown.parse(written).blocks if kind != "h1")


@pytest.mark.parametrize("reference", ["&#xD800;", "&#55296;", "&#x110000;", "&#999999999;", "&#xDFFF"])
def test_a_feed_with_a_reference_to_no_character_is_read(tmp_path: Path, reference: str) -> None:
    """feedparser fails on one in a feed that is not well-formed; other references stay."""
    item = f"<item><title>A headline</title><description>{STORY} {reference} &#xE9;t&#233;</description></item>"
    for end in ("</channel></rss>", "</b>"):
        feed = f'<rss version="2.0"><channel><title>News</title>{item}{end}'
        (found,) = read(write(tmp_path / "news.rss", feed.encode()))
        assert isinstance(found, Dump)
        assert "\N{REPLACEMENT CHARACTER} \xe9t\xe9" in found.text


def test_a_database_with_a_damaged_name_is_rejected(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "in.sqlite")) as base:
        base.execute("create table pages (id text, text text)")
        base.commit()
    damaged = (tmp_path / "in.sqlite").read_bytes().replace(b"CREATE TABLE pages", b"CREATE TABLE p\xb0ges")
    damaged = damaged.replace(b"tablepagespages", b"tablep\xb0gesp\xb0ges").replace(b"(id text", b"(id te(t")
    path = write(tmp_path / "bad.sqlite", damaged)
    assert reasons(read(path)) == {"bad.sqlite": "broken_stream"}


@pytest.mark.parametrize("name", ["in.parquet", "in.arrow"])
def test_a_column_name_that_is_no_text_rejects_the_file(tmp_path: Path, name: str) -> None:
    """pyarrow gives the error of a program, not one of its own."""
    column = "t\N{LATIN SMALL LETTER E WITH GRAVE}xt"
    table, packed = pyarrow.table({column: [STORY] * 3}), io.BytesIO()
    if name.endswith("parquet"):
        pyarrow.parquet.write_table(table, packed)
    else:
        with ipc.new_stream(packed, table.schema) as sink:
            sink.write_table(table)
    damaged = packed.getvalue().replace(column.encode(), b"t\xff\xfext")
    (found,) = read(write(tmp_path / name, damaged))
    assert (found.source, found.reason) == (name, "broken_stream")  # type: ignore[union-attr]


def test_an_arrow_file_that_needs_too_much_memory_is_rejected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A damaged length may ask for any number of bytes: pyarrow raises MemoryError, which is no error of its own."""

    def open_stream(_: object) -> object:
        raise MemoryError("malloc of size 4611686018427387904 failed")

    packed = io.BytesIO()
    with ipc.new_stream(packed, pyarrow.schema([("text", pyarrow.string())])):
        pass
    monkeypatch.setattr(ipc, "open_stream", open_stream)
    (found,) = read(write(tmp_path / "in.arrow", packed.getvalue()))
    assert (found.source, found.reason) == ("in.arrow", "broken_stream")  # type: ignore[union-attr]


@pytest.mark.parametrize("keep", [9, 18, 40])
def test_a_packed_table_that_breaks_off_in_its_header_is_rejected(tmp_path: Path, keep: int) -> None:
    whole = lzma.compress(b"title,text\n" + b"A headline of note,It rained all day\n" * 40)
    found = read(write(tmp_path / "rows.csv.xz", whole[: len(whole) * keep // 100]))
    assert len(reasons(found)) == 1


def test_a_table_that_has_swallowed_its_rows_is_rejected(tmp_path: Path) -> None:
    data = b'"id","title","text\n1,a,' + b"It rained all day, said the mayor. " * 9 + b'"\n'
    (reject,) = read(write(tmp_path / "rows.csv", data))
    assert isinstance(reject, Reject)
    assert reject.reason in ("empty", "no_text")


def test_a_swallowed_row_beside_a_column_for_text_is_rejected(tmp_path: Path) -> None:
    data = b'"id"\t"text"\t"' + b"It rained all day, said the mayor. " * 9 + b'"\n'
    (reject,) = read(write(tmp_path / "rows.csv", data))
    assert isinstance(reject, Reject)
    assert (reject.reason, reject.detail) == ("empty", "it has no rows, and a text in the place of its header")


def test_a_file_without_a_name_in_a_zip_is_rejected(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as made:
        made.writestr(zipfile.ZipInfo(""), STORY)
        made.writestr(zipfile.ZipInfo("a.txt"), STORY)
    found = read(tmp_path / "in.zip")
    assert reasons(found) == {"in.zip#(no name)": "unreadable"}
    assert [one.source for one in found if isinstance(one, Dump)] == ["in.zip#a.txt"]


@pytest.mark.parametrize("address", ["http://\x87w", "http://\u202ea.example", "http:///a", "https://\x7f"])
def test_an_address_has_no_control_characters_at_its_beginning(address: str) -> None:
    assert not record_fields.is_url(address)


@pytest.mark.parametrize("address", ["http://a", "https://a.example/b?c=d", "http://[::1]/x"])
def test_a_plain_address_is_one(address: str) -> None:
    assert record_fields.is_url(address)
