"""Files of crawlers: WARC, WET and ARC."""

import gzip
import json
import random
import sys
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import brotli
import pytest
import zstandard

from copydesk import config, desk
from copydesk.document import Reject
from copydesk.dump import Dump
from growth import grows_linearly
from reading import PAGE, STORY, WarcRecord, archive_of, chunked, crawl_record, http, read, reasons, warc, write

NOISE = PAGE.encode() + random.Random(1).randbytes(50_000)


def bare(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def test_warc_files_hold_pages_and_texts(tmp_path: Path) -> None:
    page = PAGE.replace("council", "Gr\xfc\xdfe council").encode("latin-1")
    data = warc([
        ("response", "https://example.org/a", page, "text/html; charset=ISO-8859-1", [], "200 OK"),
        ("response", "https://example.org/b", chunked(gzip.compress(PAGE.encode())), "text/html",
         [("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")], "200 OK"),
        ("response", "https://example.org/c", PAGE.encode(), "text/html", [], "404 Not Found"),
        ("response", "https://example.org/d", b"\x89PNG", "image/png", [], "200 OK"),
        ("metadata", "https://example.org/a", b"outlink: x", "application/warc-fields", [], ""),
        ("conversion", "https://example.org/e", STORY.encode(), "text/plain", [], ""),
    ])  # fmt: skip
    found = read(write(tmp_path / "crawl.warc.gz", data))
    pages = [one for one in found if isinstance(one, Dump)]
    assert [one.given.url for one in pages] == [f"https://example.org/{name}" for name in "abe"]
    assert [one.encoding for one in pages] == ["cp1252", "utf-8", "utf-8"]
    assert "Gr\xfc\xdfe council" in pages[0].text
    assert pages[1].text.count("council") == 1
    assert pages[2].text == STORY
    assert all("crawled" in one.given.extra for one in pages)
    assert all(one.source == f"crawl.warc.gz#{one.record}" and len(one.record) == 36 for one in pages)
    assert sorted(reasons(found).values()) == ["http_status", "not_text"]


def test_records_of_an_arc_are_named_by_number(tmp_path: Path) -> None:
    """They have no ids."""
    page = b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n" + STORY.encode()
    version = b"1 0 test\nURL IP-address Archive-date Content-type Archive-length\n\n"
    lines = [b"filedesc://x.arc 0.0.0.0 20240501000000 text/plain %d\n%b" % (len(version) - 1, version)]
    lines += [
        b"http://papers.example/%d 127.0.0.1 20240501000000 text/plain %d\n%b\n" % (number, len(page), page)
        for number in range(2)
    ]
    path = tmp_path / "old.arc"
    path.write_bytes(b"".join(lines))
    assert [one.source for one in read(path)] == ["old.arc#2", "old.arc#3"]


def test_a_warc_file_that_breaks_off_loses_only_the_rest(tmp_path: Path) -> None:
    one: WarcRecord = (
        "response",
        "https://example.org/a",
        PAGE.encode(),
        "text/html",
        [],
        "200 OK",
    )
    data = warc([one] * 4)
    found = read(write(tmp_path / "cut.warc.gz", data[: len(data) - 150]))
    assert len([each for each in found if isinstance(each, Dump)]) >= 3
    assert set(reasons(found).values()) <= {"broken_stream", "empty"}


def test_an_incomplete_page_of_a_crawl_is_rejected(tmp_path: Path) -> None:
    packed = gzip.compress(PAGE.encode())
    headers = [("Content-Encoding", "gzip")]
    data = warc([
        ("response", "https://example.org/a", packed[:-40], "text/html", headers, "200 OK"),
        ("response", "https://example.org/b", b"\x8b\x05\x00" * 900, "text/html", [("Content-Encoding", "br")], "200 OK"),
        ("response", "https://example.org/c", packed, "text/html", headers, "200 OK"),
    ])  # fmt: skip
    found = read(write(tmp_path / "crawl.warc.gz", data))
    assert [one.given.url for one in found if isinstance(one, Dump)] == ["https://example.org/c"]
    assert set(reasons(found).values()) == {"broken_stream"}


@pytest.mark.parametrize(
    ("body", "packing", "reason"),
    [
        (gzip.compress(PAGE.encode()), "gzip", None),
        (zlib.compress(PAGE.encode()), "deflate", None),
        (bare(PAGE.encode()), "deflate", None),
        (PAGE.encode(), "gzip", None),  # the crawler unpacked it and left the header
        (PAGE.encode(), "deflate", None),
        (gzip.compress(PAGE.encode()[:300]) + gzip.compress(PAGE.encode()[300:]), "gzip", None),
        (gzip.compress(PAGE.encode()) + b"\r\n", "gzip", None),
        (b"", "deflate", "empty"),
        (gzip.compress(PAGE.encode())[:40] + b"?" * 40 + gzip.compress(PAGE.encode())[80:], "gzip", "broken_stream"),
        (gzip.compress(NOISE)[:30_000] + b"?" * 40 + gzip.compress(NOISE)[30_040:], "gzip", "broken_stream"),
        (gzip.compress(NOISE)[:-9], "x-gzip", "broken_stream"),
        (zlib.compress(NOISE)[:-9], "deflate", "broken_stream"),
    ],
    ids=[
        *("gzip", "zlib", "bare", "not packed", "not packed either", "two members", "a tail", "nothing"),
        *("broken early", "broken late", "cut", "cut zlib"),
    ],
)
def test_a_packed_page_is_complete_or_rejected(
    body: bytes, packing: str, reason: str | None, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    twice = [("Content-Encoding", packing)] * 2
    data = warc([("response", "https://example.org/a", body, "text/html", twice, "200 OK")])
    (found,) = read(write(tmp_path / "crawl.warc.gz", data))
    assert found.reason == reason if isinstance(found, Reject) else found.text.count("council") == 1
    assert (isinstance(found, Reject), capfd.readouterr().err) == (reason is not None, "")


@pytest.mark.parametrize(("size", "reason"), [(99_000, "read"), (101_000, "too_large")])
def test_the_size_limit_of_an_incompressible_page_is_that_of_its_content(
    size: int, reason: str, tmp_path: Path
) -> None:
    settings = config.default()
    own = replace(settings, limits=replace(settings.limits, record_size=100_000))
    noise = "".join(chr(0x4E00 + n) for n in random.Random(2).choices(range(20_000), k=size // 3 - 100))
    body = f"<!DOCTYPE html><html><body><p>{noise}</p></body></html>".encode()
    packed = gzip.compress(body, 0)  # not packed, but split into blocks
    data = warc([("response", "https://example.org/a", packed, "text/html", [("Content-Encoding", "gzip")], "200 OK")])
    (found,) = read(write(tmp_path / "crawl.warc.gz", data), own)
    assert getattr(found, "reason", "read") == reason


def test_a_page_without_a_content_type_is_recognized_by_its_beginning(tmp_path: Path) -> None:
    data = warc([
        ("response", "https://example.org/a", PAGE.encode(), "", [], "200 OK"),
        ("response", "https://example.org/b", b"\x89PNG", "", [], "200 OK"),
    ])  # fmt: skip
    found = read(write(tmp_path / "crawl.warc.gz", data))
    assert [one.given.url for one in found if isinstance(one, Dump)] == ["https://example.org/a"]
    assert list(reasons(found).values()) == ["not_text"]


CUT = PAGE[: PAGE.index("engineers") + 5].encode()
"""A page that ends inside a word."""

PAGES = [crawl_record(http(PAGE.encode()), number) for number in range(3)]


def names(found: list[Dump | Reject]) -> list[str]:
    return [one.record for one in found if isinstance(one, Dump)]


def lines_of(found: list[Dump | Reject]) -> set[str]:
    return {one.text.replace("Home Sport\n", "").replace("\n", "\n\n") for one in found if isinstance(one, Dump)}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("more", [-60, 250, -1_000_000])
def test_a_wrong_content_length_costs_only_its_own_record(tmp_path: Path, more: int, packed: bool) -> None:
    """Too short, too long, or missing: the page ends inside a word, or what follows is not its own."""
    page = PAGE.encode() if more == -60 else CUT
    block = http(page)
    wrong = crawl_record(block, 7, length=max(-1, len(block) + more))
    data = [PAGES[0], wrong, PAGES[1]]
    path = write(tmp_path / "crawl.warc", b"".join(map(gzip.compress, data) if packed else data))
    found = read(path)
    assert names(found) == ["0", "1"]
    assert reasons(found) == {"crawl.warc#7": "broken_stream"}


@pytest.mark.parametrize("more", [-60, 250])
def test_a_page_with_a_wrong_record_length_is_read_if_something_shows_that_it_is_complete(
    tmp_path: Path, more: int
) -> None:
    """The server's length, or the end of its markup."""
    stated = http(PAGE.encode(), f"Content-Length: {len(PAGE)}")
    found = read(write(tmp_path / "crawl.warc", crawl_record(stated, 7, length=len(stated) + more) + PAGES[1]))
    assert names(found) == ["7", "1"]
    assert lines_of(found) == {STORY}


def test_a_server_length_that_is_wrong_does_not_cut_a_page(tmp_path: Path) -> None:
    blocks = [http(PAGE.encode(), f"Content-Length: {length}") for length in (10, 99_999)]
    found = read(write(tmp_path / "crawl.warc", b"".join(map(crawl_record, blocks, range(2)))))
    assert lines_of(found) == {STORY}
    assert [one.truncated for one in found if isinstance(one, Dump)] == [None, None]


@pytest.mark.parametrize(
    ("block", "more", "truncated"),
    [
        (http(CUT), "WARC-Truncated: length\r\n", "length"),
        (http(CUT), "WARC-Truncated: Time\r\n", "time"),
        (http(CUT), "WARC-Truncated: \x1b[31m no word\r\n", "unspecified"),
        (http(CUT), "WARC-Segment-Number: 1\r\n", "segment"),
        (http(gzip.compress(PAGE.encode())[:-30], "Content-Encoding: gzip"), "WARC-Truncated: length\r\n", "length"),
        (http(CUT, f"Content-Length: {len(PAGE)}"), "", "body"),
        (http(b"%x\r\n%b" % (len(PAGE), CUT), "Transfer-Encoding: chunked"), "", "body"),
        (http(PAGE.encode()), "", None),
        (http(gzip.compress(PAGE.encode()), "Content-Encoding: gzip", "Content-Length: 99999"), "", None),
    ],
    ids=["length", "time", "no word", "segment", "packed", "server", "chunk", "complete", "complete and packed"],
)
def test_why_a_page_is_cut_is_in_its_provenance(tmp_path: Path, block: bytes, more: str, truncated: str | None) -> None:
    (found,) = read(write(tmp_path / "crawl.warc", crawl_record(block, more=more)))
    assert isinstance(found, Dump)
    assert found.truncated == truncated
    assert desk.clean_dump(found, config.default()).article.provenance.truncated == truncated


@pytest.mark.parametrize("name", ["br", "zstd", "utf-8", "none", "gzip", "deflate", "identity, gzip", "x-unknown"])
def test_a_page_that_is_not_packed_is_read_under_any_content_encoding(tmp_path: Path, name: str) -> None:
    (found,) = read(write(tmp_path / "crawl.warc", crawl_record(http(PAGE.encode(), f"Content-Encoding: {name}"))))
    assert lines_of([found]) == {STORY}


@pytest.mark.parametrize(
    ("body", "encoding", "reason"),
    [
        (brotli.compress(PAGE.encode()), "br", None),
        (zstandard.ZstdCompressor().compress(PAGE.encode()), "zstd", None),
        (gzip.compress(gzip.compress(PAGE.encode())), "gzip, gzip", None),
        (gzip.compress(PAGE.encode()), "gzip, gzip", None),
        (gzip.compress(PAGE.encode()), "utf-8", None),
        (gzip.compress(brotli.compress(PAGE.encode())), "br, gzip", None),
        (brotli.compress(PAGE.encode())[:-30], "br", "broken_stream"),
        (zstandard.ZstdCompressor().compress(NOISE)[:-30], "zstd", "broken_stream"),
        (b"\x1b\x10\x05\x00" + NOISE[-900:], "br", "broken_stream"),
        (NOISE[-900:], "sdch", "broken_stream"),
        (brotli.compress(bytes(50_000_000), quality=1), "br", "too_large"),
    ],
    ids=["br", "zstd", "twice", "once", "other name", "both", "cut br", "cut zstd", "noise", "unknown", "bomb"],
)
def test_a_packed_page_is_unpacked_by_what_it_is(
    tmp_path: Path, body: bytes, encoding: str, reason: str | None
) -> None:
    (found,) = read(write(tmp_path / "crawl.warc", crawl_record(http(body, f"Content-Encoding: {encoding}"))))
    assert (found.reason if isinstance(found, Reject) else None) == reason
    assert isinstance(found, Reject) or lines_of([found]) == {STORY}


def test_brotli_is_an_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "brotli", None)
    block = http(brotli.compress(PAGE.encode()), "Content-Encoding: br")
    (found,) = read(write(tmp_path / "crawl.warc", crawl_record(block)))
    assert isinstance(found, Reject)
    assert (found.reason, "copydesk[brotli]" in found.detail) == ("missing_extra", True)


SIZES = b"".join(
    b"%x\r\n%b\r\n" % (len(part), part) for part in (PAGE[n : n + 64].encode() for n in range(0, len(PAGE), 64))
)


@pytest.mark.parametrize(
    ("body", "header"),
    [
        (SIZES + b"0\r\n\r\n", "chunked"),
        (SIZES + b"0\r\n\r\n", "Chunked"),
        (SIZES + b"0\r\n\r\n", ""),  # the crawler dropped the header, and left the chunks
        (SIZES.replace(b"\r\n", b";name=value\r\n", 1) + b"0\r\nTrailer: x\r\n\r\n", "chunked"),
        (SIZES, "chunked"),
        (SIZES, ""),
        (PAGE.encode(), "chunked"),  # the crawler joined the chunks, and left the header
    ],
    ids=["header", "capital", "no header", "extension", "no last chunk", "neither", "no chunks"],
)
def test_a_chunk_size_is_never_in_the_text(tmp_path: Path, body: bytes, header: str) -> None:
    headers = [f"Transfer-Encoding: {header}"] if header else []
    (found,) = read(write(tmp_path / "crawl.warc", crawl_record(http(body, *headers))))
    assert lines_of([found]) == {STORY}


def test_chunks_with_something_else_among_them_are_rejected(tmp_path: Path) -> None:
    block = http(SIZES.replace(b"\r\n40\r\n", b"\r\n??\r\n", 1), "Transfer-Encoding: chunked")
    assert list(reasons(read(write(tmp_path / "crawl.warc", crawl_record(block)))).values()) == ["broken_stream"]


def test_a_text_of_short_lines_is_not_taken_for_chunks(tmp_path: Path) -> None:
    text = b"3\r\nacb\r\nThe council voted on Monday evening to close the bridge.\r\n"
    (found,) = read(write(tmp_path / "crawl.warc", crawl_record(http(text, content_type="text/plain"))))
    assert isinstance(found, Dump)
    assert found.text == text.decode()


@pytest.mark.parametrize(
    "content_type",
    [
        *("text/plain", "text/html, text/html", "application/octet-stream", "html", "*/*", "unknown/unknown", ""),
        *("application/xml", "text/css", "image/png"),
    ],
)
def test_a_page_is_read_under_any_content_type(tmp_path: Path, content_type: str) -> None:
    (found,) = read(write(tmp_path / "crawl.warc", crawl_record(http(PAGE.encode(), content_type=content_type))))
    assert lines_of([found]) == {STORY}
    assert isinstance(found, Dump)
    assert found.renderer


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"body { color: red }\n.nav { margin: 0 }\n" * 9, "text/css", "not_text"),
        (b"function menu(){ return document.querySelector('nav'); }\n" * 9, "text/javascript", "not_text"),
        (b"function menu(){ return 1; }\n" * 9, "application/javascript", "not_text"),
        (b'{"views": 12, "html": "<p>no page</p>"}', "text/html", "not_text"),
        (
            b"<?xml version='1.0'?><urlset><url><loc>https://example.org/a</loc></url></urlset>",
            "text/xml",
            "unknown_kind",
        ),
        (b"%PDF-1.4\n%some words of a paper", "text/html", "unknown_kind"),
    ],
    ids=["css", "javascript", "application", "json", "sitemap", "pdf"],
)
def test_what_is_no_article_is_rejected(tmp_path: Path, body: bytes, content_type: str, reason: str) -> None:
    (found,) = read(write(tmp_path / "crawl.warc", crawl_record(http(body, content_type=content_type))))
    assert isinstance(found, Reject)
    assert found.reason == reason


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        (http(PAGE.encode(), status="HTTP/2 200"), None),
        (http(PAGE.encode(), status="200 OK"), None),
        (http(PAGE.encode(), status="h2 200"), None),
        (PAGE.encode(), None),  # without headers
        (http(PAGE.encode(), status="HTTP/1.1 503 Service Unavailable"), "http_status"),
        (b"192.0.2.1|GET /a.jpg|200\n" * 9, "http_status"),
    ],
)
def test_the_status_of_a_server_is_read_in_any_form(tmp_path: Path, block: bytes, reason: str | None) -> None:
    (found,) = read(write(tmp_path / "crawl.warc", crawl_record(block)))
    assert (found.reason if isinstance(found, Reject) else None) == reason


def test_robots_txt_is_no_article(tmp_path: Path) -> None:
    block = http(b"User-agent: *\nDisallow: /search\n", content_type="text/plain")
    record = crawl_record(block, url="https://example.org/robots.txt")
    assert list(reasons(read(write(tmp_path / "crawl.warc", record))).values()) == ["not_text"]


def test_a_feed_in_a_crawl_is_read_as_its_entries(tmp_path: Path) -> None:
    items = "".join(
        f"<item><title>Story {n}</title><link>https://example.org/{n}</link><description>{STORY}</description></item>"
        for n in range(2)
    )
    feed = f"<rss version='2.0'><channel><title>Northford News</title>{items}</channel></rss>".encode()
    for body, headers in ((feed, ()), (gzip.compress(feed), ("Content-Encoding: gzip",))):
        block = http(body, *headers, content_type="text/xml")
        found = read(write(tmp_path / "crawl.warc", PAGES[0] + crawl_record(block, 8) + PAGES[1]))
        assert [one.source.partition("#")[2] for one in found] == [
            "0", "8#https://example.org/0", "8#https://example.org/1", "1",
        ]  # fmt: skip


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "flipped bytes": lambda packed: packed[:150] + bytes(byte ^ 0xFF for byte in packed[150:170]) + packed[170:],
    "wrong checksum": lambda packed: packed[:-8] + b"????" + packed[-4:],
    "cut": lambda packed: packed[: len(packed) // 2],
    "cut in the header": lambda packed: packed[:12],
    "zeros": lambda packed: bytes(len(packed)),
    "bytes between": lambda packed: b"a crawler that died here \x1f\x8b\x08 and more",
}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("place", [0, 1, 3])
def test_a_damaged_gzip_member_costs_only_itself(tmp_path: Path, damage: str, place: int) -> None:
    members = [gzip.compress(crawl_record(http(PAGE.encode() + b"%d" % n), n)) for n in range(4)]
    sound = [str(n) for n in range(4) if n != place]
    members[place] = DAMAGE[damage](members[place])
    found = read(write(tmp_path / "crawl.warc.gz", b"".join(members)))
    assert names(found) == sound
    assert set(reasons(found).values()) == (set() if damage == "zeros" else {"broken_stream"})
    assert len(found) == len(sound) + (damage != "zeros")


def test_many_damaged_gzip_members_take_linear_time(tmp_path: Path) -> None:
    """Each looks like the beginning of a member, and unpacks to data in which the next one is."""
    piece = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x00\xff\xff\x00\x00"

    def read_damaged(size: int) -> None:
        data = gzip.compress(PAGES[0]) + piece * (size // len(piece)) + gzip.compress(PAGES[1])
        found = read(write(tmp_path / "crawl.warc.gz", data))
        assert names(found) == ["0", "1"]
        assert set(reasons(found).values()) == {"broken_stream"}

    assert grows_linearly(read_damaged, 50_000, 400_000)


def test_nothing_is_printed_about_a_damaged_crawl(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """warcio printed what followed a record: the source of a page, and its escape sequences."""
    block = http(PAGE.encode() + b"\x1b[31m")
    wrong = [
        crawl_record(block, 1, length=300),
        crawl_record(block, 2, url="https://example.org/a b\x1b[31m"),
        crawl_record(block, 3, length=99_999),
        b"\x1b[31m no header\r\n",
        *PAGES,
    ]
    assert read(write(tmp_path / "crawl.warc", b"".join(wrong)))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("url", "carried"),
    [
        ("https://example.org/news?id=1", "https://example.org/news?id=1"),
        ("<https://example.org/a>", "https://example.org/a"),  # Wget 1.19
        ("https://example.org/a b", "https://example.org/a%20b"),
        ("http://[::1", None),
        ("http://[bad]/", None),
        ("javascript:alert(1)//https://example.org", None),
        ("data:text/html,<p>x</p>", None),
        ("http://example.org:port/", None),
        ("http://\u2100.org/", None),
        ("https://example.org/\x1b[31m", None),
        ("https://example.org/<script>", None),
        ("urn:pageinfo:https://example.org/", None),
    ],
)
@pytest.mark.parametrize("kind", ["response", "conversion"])
def test_only_the_address_of_a_page_is_carried(tmp_path: Path, url: str, carried: str | None, kind: str) -> None:
    block = http(PAGE.encode()) if kind == "response" else STORY.encode()
    record = crawl_record(block, kind=kind, url=url, content_type="text/plain")
    (found,) = read(write(tmp_path / "crawl.warc", record))
    assert isinstance(found, Dump)
    assert found.given.url == carried
    assert desk.clean_dump(found, config.default()).article.metadata.url == carried


def test_a_wat_file_is_known_and_not_read(tmp_path: Path) -> None:
    block = b'{"Container": {"Filename": "x.warc.gz"}, "Envelope": {}}'
    record = crawl_record(block, kind="metadata", content_type="application/json")
    (found,) = read(write(tmp_path / "crawl.warc.wat.gz", gzip.compress(record) * 3))
    assert isinstance(found, Reject)
    assert found.reason == "unknown_kind"


def test_a_wacz_is_read_as_its_crawls(tmp_path: Path) -> None:
    """Not as the lists of its pages, which have their texts again."""
    listed = json.dumps({"url": "https://example.org/a", "text": STORY}).encode()
    data = archive_of(
        {
            "archive/data.warc.gz": b"".join(map(gzip.compress, PAGES)),
            "pages/pages.jsonl": listed,
            "indexes/index.cdx": b"org,example)/a 20240501 x",
            "datapackage.json": b"{}",
        },
        as_zip=True,
    )
    found = read(write(tmp_path / "crawl.wacz", data))
    assert [one.source for one in found] == [f"crawl.wacz#archive/data.warc.gz#{n}" for n in range(3)]


def test_a_zip_with_a_folder_called_archive_is_no_wacz(tmp_path: Path) -> None:
    data = archive_of({"archive/one.txt": STORY.encode(), "two.txt": STORY.encode()}, as_zip=True)
    assert len(read(write(tmp_path / "stories.zip", data))) == 2
