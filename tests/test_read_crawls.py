"""Files of crawlers: WARC, WET and ARC."""

import gzip
import random
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from copydesk import config
from copydesk.document import Reject
from copydesk.dump import Dump
from reading import PAGE, STORY, WarcRecord, chunked, read, reasons, warc, write

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
        ("response", "https://example.org/b", PAGE.encode(), "text/html", [("Content-Encoding", "br")], "200 OK"),
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


def test_a_content_length_that_overlaps_the_next_record_is_rejected(tmp_path: Path) -> None:
    """A WARC without compression and with a wrong first Content-Length: the next record does not become its text."""
    page = PAGE.encode()
    head = b"WARC/1.0\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:uuid:%d>\r\nContent-Type: text/html\r\n"
    first = head % 1 + b"Content-Length: %d\r\n\r\n" % (len(page) + 250) + page + b"\r\n\r\n"
    second = head % 2 + b"Content-Length: %d\r\n\r\n" % len(page) + page + b"\r\n\r\n"
    found = read(write(tmp_path / "crawl.warc", first + second))
    assert not any(isinstance(one, Dump) for one in found)
    assert set(reasons(found).values()) == {"broken_stream"}


def test_a_page_without_a_content_type_is_recognized_by_its_beginning(tmp_path: Path) -> None:
    data = warc([
        ("response", "https://example.org/a", PAGE.encode(), "", [], "200 OK"),
        ("response", "https://example.org/b", b"\x89PNG", "", [], "200 OK"),
    ])  # fmt: skip
    found = read(write(tmp_path / "crawl.warc.gz", data))
    assert [one.given.url for one in found if isinstance(one, Dump)] == ["https://example.org/a"]
    assert list(reasons(found).values()) == ["not_text"]
