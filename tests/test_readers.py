"""Every container: compressed streams, archives, WARC, Parquet, and the files of other projects, made by those."""

import bz2
import copy
import gzip
import hashlib
import io
import json
import lzma
import random
import subprocess
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet
import pytest
import zstandard
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from conftest import CASES
from copydesk import config, desk, readers
from copydesk.document import Reject
from copydesk.dump import Dump

STORY = (
    "Old bridge to stay closed for a year\n\nThe council voted on Monday evening to close the old bridge to all "
    "traffic until next spring, as engineers had asked it to do.\n\nTwo of the five piers have moved by more than a "
    "hand since the last flood, the report says, and nobody knows who will pay."
)
PAGE = (
    "<!DOCTYPE html><html><head><title>Old bridge to stay closed for a year | Northford News</title></head><body>"
    "<nav><a href='/'>Home</a> <a href='/s'>Sport</a></nav><article>"
    + "".join(f"<p>{line}</p>" if n else f"<h1>{line}</h1>" for n, line in enumerate(STORY.split("\n\n")))
    + "</article></body></html>"
)
NOISE = PAGE.encode() + random.Random(1).randbytes(50_000)
LINES = b"".join(json.dumps({"id": f"r{n}", "text": STORY}).encode() + b"\n" for n in range(3))

PACK: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.ZstdCompressor().compress,
}


def read(path: Path, settings: config.Config | None = None) -> list[Dump | Reject]:
    return list(readers.read(path, path.name, settings or config.default()))


def dumps(found: list[Dump | Reject]) -> list[Dump]:
    assert all(isinstance(one, Dump) for one in found), found
    return [one for one in found if isinstance(one, Dump)]


def reasons(found: list[Dump | Reject]) -> dict[str, str]:
    return {one.source: one.reason for one in found if isinstance(one, Reject)}


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("suffix", PACK)
def test_compressed_files_are_what_is_in_them(tmp_path: Path, suffix: str) -> None:
    packed = read(write(tmp_path / f"crawl.jsonl{suffix}", PACK[suffix](LINES)))
    assert [one.source for one in dumps(packed)] == [f"crawl.jsonl{suffix}#r{n}" for n in range(3)]
    (text,) = dumps(read(write(tmp_path / f"page.txt{suffix}", PACK[suffix](STORY.encode()))))
    assert text.text == STORY
    (page,) = dumps(read(write(tmp_path / f"page.html{suffix}", PACK[suffix](PAGE.encode()))))
    assert page.origins


@pytest.mark.parametrize("suffix", PACK)
def test_a_stream_that_breaks_off_loses_only_its_rest(tmp_path: Path, suffix: str) -> None:
    many = b"".join(json.dumps({"id": f"r{n}", "text": STORY + str(n * 7919)}).encode() + b"\n" for n in range(20_000))
    packed = PACK[suffix](many)
    found = read(write(tmp_path / f"cut.jsonl{suffix}", packed[: len(packed) // 2]))
    broken = [one for one in found if isinstance(one, Reject)]
    assert {one.reason for one in broken} <= {"broken_stream", "not_json"}
    assert len(broken) in (1, 2)
    if suffix != ".bz2":  # of which a block is as large as this file
        assert len(found) > 100


@pytest.mark.parametrize("suffix", PACK)
def test_a_bomb_is_told_by_its_ratio(tmp_path: Path, suffix: str) -> None:
    bomb = PACK[suffix](b" " * 150_000_000)
    (found,) = read(write(tmp_path / f"bomb.jsonl{suffix}", bomb))
    assert isinstance(found, Reject)
    assert found.reason == "bomb"
    (found,) = read(write(tmp_path / f"bomb.txt{suffix}", bomb))
    assert isinstance(found, Reject)
    assert found.reason == "too_large"


def archive_of(files: dict[str, bytes], *, as_zip: bool) -> bytes:
    packed = io.BytesIO()
    if as_zip:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
            for name, data in files.items():
                made.writestr(name, data)
    else:
        with tarfile.open(fileobj=packed, mode="w") as made_tar:
            for name, data in files.items():
                info = tarfile.TarInfo(name)
                info.size = len(data)
                made_tar.addfile(info, io.BytesIO(data))
    return packed.getvalue()


@pytest.mark.parametrize("name", ["all.zip", "all.tar", "all.tar.gz", "all.tgz", "all.tar.zst"])
def test_archives_hold_files_of_any_kind(tmp_path: Path, name: str) -> None:
    files = {
        "a/page.txt": STORY.encode(), "b#1.html": PAGE.encode(), "crawl.jsonl.gz": gzip.compress(LINES),
        "../../out.txt": STORY.encode(), ".hidden": b"x", "inner.zip": archive_of({"x.txt": b"x"}, as_zip=True),
    }  # fmt: skip
    data = archive_of(files, as_zip=name.endswith(".zip"))
    packed = (
        PACK["." + name.rpartition(".")[2].replace("tgz", "gz")](data) if not name.endswith((".zip", ".tar")) else data
    )
    found = read(write(tmp_path / name, packed))
    sources = [one.source for one in found if isinstance(one, Dump)]
    assert sources == [
        *(f"{name}#a/page.txt", f"{name}#b%231.html"),
        *(f"{name}#crawl.jsonl.gz#r{n}" for n in range(3)),
        f"{name}#../../out.txt",
    ]
    assert reasons(found) == {f"{name}#inner.zip": "nested"}


def test_a_name_in_an_archive_that_is_no_text_is_written_out(tmp_path: Path) -> None:
    data = archive_of({"caf\udce9.txt": STORY.encode(), "b.txt": STORY.encode()}, as_zip=False)
    path = tmp_path / "names.tar"
    path.write_bytes(data)
    assert [one.source for one in read(path)] == ["names.tar#caf\\xe9.txt", "names.tar#b.txt"]


def test_records_of_an_arc_are_called_by_their_numbers(tmp_path: Path) -> None:
    """They have no ids of their own."""
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


def test_what_is_no_archive_is_rejected(tmp_path: Path) -> None:
    for name in ("no.zip", "no.tar", "no.parquet", "no.warc.gz"):
        (found,) = read(
            write(tmp_path / name, b"this is no archive at all, and it is longer than a header of a tar file " * 20)
        )
        assert isinstance(found, Reject)
        assert found.reason == "broken_stream"


def warc(records: list[tuple[str, str, bytes, str, list[tuple[str, str]], str]]) -> bytes:
    """A file of (type, address, payload, content type, more HTTP headers, status or "") records."""
    made = io.BytesIO()
    writer = WARCWriter(made, gzip=True)
    for kind, url, payload, content_type, http, status in records:
        headers = (
            StatusAndHeaders(
                status, [*([("Content-Type", content_type)] if content_type else []), *http], protocol="HTTP/1.1"
            )
            if status
            else None
        )
        own = "" if headers else content_type
        with io.BytesIO(payload) as stream:
            writer.write_record(
                writer.create_warc_record(url, kind, payload=stream, http_headers=headers, warc_content_type=own)
            )
    return made.getvalue()


def chunked(data: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (data[:100], data[100:])) + b"0\r\n\r\n"


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
    assert [one.encoding for one in pages] == ["iso8859-1", "utf-8", "utf-8"]
    assert "Gr\xfc\xdfe council" in pages[0].text
    assert pages[1].text.count("council") == 1
    assert pages[2].text == STORY
    assert all("crawled" in one.given.extra for one in pages)
    assert all(one.source == f"crawl.warc.gz#{one.record}" and len(one.record) == 36 for one in pages)
    assert sorted(reasons(found).values()) == ["http_status", "not_text"]


def test_a_warc_file_that_breaks_off_loses_only_its_rest(tmp_path: Path) -> None:
    one: tuple[str, str, bytes, str, list[tuple[str, str]], str] = (
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


def test_a_page_of_a_crawl_that_is_not_whole_is_none(tmp_path: Path) -> None:
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


def bare(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


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
def test_a_packed_page_is_whole_or_rejected(
    body: bytes, packing: str, reason: str | None, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    twice = [("Content-Encoding", packing)] * 2
    data = warc([("response", "https://example.org/a", body, "text/html", twice, "200 OK")])
    (found,) = read(write(tmp_path / "crawl.warc.gz", data))
    assert found.reason == reason if isinstance(found, Reject) else found.text.count("council") == 1
    assert (isinstance(found, Reject), capfd.readouterr().err) == (reason is not None, "")


@pytest.mark.parametrize(("size", "reason"), [(99_000, "read"), (101_000, "too_large")])
def test_a_packed_page_that_packing_made_no_smaller(size: int, reason: str, tmp_path: Path) -> None:
    settings = config.default()
    own = replace(settings.settings, limits=replace(settings.settings.limits, record_size=100_000))
    noise = "".join(chr(0x4E00 + n) for n in random.Random(2).choices(range(20_000), k=size // 3 - 100))
    body = f"<!DOCTYPE html><html><body><p>{noise}</p></body></html>".encode()
    packed = gzip.compress(body, 0)  # not packed, but split into blocks
    data = warc([("response", "https://example.org/a", packed, "text/html", [("Content-Encoding", "gzip")], "200 OK")])
    (found,) = read(write(tmp_path / "crawl.warc.gz", data), replace(settings, settings=own))
    assert getattr(found, "reason", "read") == reason


def test_files_that_overlap_in_a_zip_are_a_bomb(tmp_path: Path) -> None:
    """The same packed bytes under many names (Fifield, "A better zip bomb", 2019); one of them is what they are."""
    path = tmp_path / "in.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.txt", STORY)
        made.filelist += [copy.copy(made.filelist[0]) for _ in range(50)]
        made.writestr("b.txt", STORY)
    found = read(path)
    assert [one.source for one in found if isinstance(one, Dump)] == ["in.zip#a.txt", "in.zip#b.txt"]
    assert [one.reason for one in found if isinstance(one, Reject)] == ["bomb"] * 50


def many(kind: str, path: Path, count: int) -> None:
    """A file of so many documents of 200 kB, no two alike."""

    def text(n: int) -> str:
        return f"{STORY}\n\n" + " ".join(hashlib.sha256(b"%d %d" % (n, m)).hexdigest() for m in range(3_000))

    if kind == "warc.gz":
        with path.open("wb") as stream:
            for n in range(count):
                stream.write(warc([("conversion", f"https://example.org/{n}", text(n).encode(), "text/plain", [], "")]))
    elif kind == "parquet":
        schema = pyarrow.schema([("text", pyarrow.string())])
        with pyarrow.parquet.ParquetWriter(path, schema, write_batch_size=16) as rows:  # a page is held as a whole
            rows.write_table(pyarrow.table({"text": [text(n) for n in range(count)]}), row_group_size=count)
    elif kind == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as files:
            for n in range(count):
                files.writestr(f"{n}.txt", text(n))
    elif kind == "tar.gz":
        with tarfile.open(path, "w:gz", compresslevel=1) as tar:
            for n in range(count):
                info = tarfile.TarInfo(f"{n}.txt")
                info.size = len(text(n))
                tar.addfile(info, io.BytesIO(text(n).encode()))
    else:
        with gzip.open(path, "wt", compresslevel=1) as lines:
            for n in range(count):
                lines.write(json.dumps({"text": text(n)}) + "\n")


PEAK = """
import sys
from pathlib import Path
from copydesk import config, readers
from copydesk.dump import Dump
count = sum(isinstance(one, Dump) for one in readers.read(Path(sys.argv[1]), 'in', config.default()))
status = Path("/proc/self/status").read_text()
print(count, int(status.partition("VmHWM:")[2].split()[0]) // 1000)
"""
"""Not `ru_maxrss`, in which Linux counts what the starter of a process had."""


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["warc.gz", "parquet", "zip", "tar.gz", "jsonl.gz"])
def test_memory_does_not_grow_with_the_file(kind: str, tmp_path: Path) -> None:
    peaks = []
    for count in (20, 400):  # 4 and 80 MB
        path = tmp_path / f"{count}.{kind}"
        many(kind, path, count)
        run = subprocess.run([sys.executable, "-c", PEAK, str(path)], capture_output=True, check=True)
        read, peak = map(int, run.stdout.split())
        assert read == count
        peaks.append(peak)
    assert peaks[1] - peaks[0] < 25, peaks


def test_a_length_that_reaches_into_the_next_record_is_told(tmp_path: Path) -> None:
    """A WARC without compression whose first Content-Length lies: what it swallows is not taken for its text."""
    page = PAGE.encode()
    head = b"WARC/1.0\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:uuid:%d>\r\nContent-Type: text/html\r\n"
    first = head % 1 + b"Content-Length: %d\r\n\r\n" % (len(page) + 250) + page + b"\r\n\r\n"
    second = head % 2 + b"Content-Length: %d\r\n\r\n" % len(page) + page + b"\r\n\r\n"
    found = read(write(tmp_path / "crawl.warc", first + second))
    assert not any(isinstance(one, Dump) for one in found)
    assert set(reasons(found).values()) == {"broken_stream"}


def test_a_page_whose_type_is_not_told_is_known_by_its_beginning(tmp_path: Path) -> None:
    data = warc([
        ("response", "https://example.org/a", PAGE.encode(), "", [], "200 OK"),
        ("response", "https://example.org/b", b"\x89PNG", "", [], "200 OK"),
    ])  # fmt: skip
    found = read(write(tmp_path / "crawl.warc.gz", data))
    assert [one.given.url for one in found if isinstance(one, Dump)] == ["https://example.org/a"]
    assert list(reasons(found).values()) == ["not_text"]


def test_a_json_file_holds_a_record_or_a_list_of_them(tmp_path: Path) -> None:
    one, many = {"id": "a", "text": STORY}, [{"id": "a", "text": STORY}, 7, {"text": STORY}]
    (alone,) = dumps(read(write(tmp_path / "one.json", json.dumps(one).encode())))
    assert (alone.source, alone.record) == ("one.json", "a")
    found = read(write(tmp_path / "many.json", json.dumps(many).encode()))
    assert [one.source for one in found] == ["many.json#a", "many.json#2", "many.json#3"]
    assert reasons(found) == {"many.json#2": "not_an_object"}


def test_a_link_in_a_tar_is_told(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        link = tarfile.TarInfo("link.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    assert reasons(read(tmp_path / "a.tar")) == {"a.tar#link.txt": "unreadable"}


def test_odd_values_in_parquet_cost_a_row_at_most(tmp_path: Path) -> None:
    table = pyarrow.table({
        "text": [STORY] * 3,
        "n": [float("nan"), 1.5, float("inf")],
        "when": pyarrow.array([0, 2**62, 0], pyarrow.timestamp("us")),
        "bytes": [b"abc", b"abc", b"\xff"],
    })  # fmt: skip
    pyarrow.parquet.write_table(table, tmp_path / "odd.parquet")
    found = read(tmp_path / "odd.parquet")
    (sound,) = [one for one in found if isinstance(one, Dump)]
    assert sound.given.extra == {"when": "1970-01-01T00:00:00", "bytes": "abc"}
    assert reasons(found) == {"odd.parquet#2": "not_json", "odd.parquet#3": "not_json"}


def test_a_sparse_file_in_a_tar_is_not_read(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as made:
        info = tarfile.TarInfo("holes.txt")
        info.pax_headers = {"GNU.sparse.map": "1000000000000,0", "GNU.sparse.size": "1000000000000"}
        made.addfile(info, io.BytesIO())
    found = read(write(tmp_path / "sparse.tar", packed.getvalue()))
    assert reasons(found) == {"sparse.tar#holes.txt": "unreadable"}


def test_a_file_with_a_password_is_told(tmp_path: Path) -> None:
    data = bytearray(archive_of({"a.txt": STORY.encode(), "b.txt": STORY.encode()}, as_zip=True))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + flags] |= 1
    found = read(write(tmp_path / "secret.zip", bytes(data)))
    assert reasons(found) == {"secret.zip#a.txt": "unreadable"}
    assert [one.source for one in found if isinstance(one, Dump)] == ["secret.zip#b.txt"]


def test_an_extra_that_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, package in (("a.jsonl.zst", "zstandard"), ("a.warc", "warcio.archiveiterator"), ("a.parquet", "pyarrow")):
        with monkeypatch.context() as patched:
            patched.setitem(sys.modules, package, None)
            (found,) = read(write(tmp_path / name, b"x"))
        assert isinstance(found, Reject)
        assert found.reason == "missing_extra"
        assert "pip install 'copydesk[" in found.detail


def test_patterns_name_files(tmp_path: Path) -> None:
    from copydesk import batch

    for name in ("b.txt", "a.txt", "c.md"):
        write(tmp_path / name, STORY.encode())
    assert [one.source for one in batch.plan([tmp_path / "*.txt"]).inputs] == ["a.txt", "b.txt"]
    with pytest.raises(batch.InputError, match=r"no such file.*\*\.pdf"):
        batch.plan([tmp_path / "*.pdf"])


def test_the_html_of_a_text_gives_its_gaps_and_origins(tmp_path: Path) -> None:
    page = PAGE.replace("Monday evening", "<a href='/x'>Monday</a> evening")
    text = STORY.replace("Monday evening", "Mondayevening").replace("\n\n", "\n")
    row = json.dumps({"id": "x", "text": text, "html": page}).encode()
    (found,) = dumps(read(write(tmp_path / "both.jsonl", row)))
    assert found.text == text
    assert len(found.origins) == found.text.count("\n") + 1
    article = desk.clean_dump(found, config.default()).article
    assert "Monday evening" in article.text
    assert [edit.rules for edit in article.edits] == [("spacing.rendered",)]
    assert article.raw() == text
    other = json.dumps({"id": "x", "text": text, "html": "<p>Something else that was written elsewhere.</p>"}).encode()
    (found,) = dumps(read(write(tmp_path / "other.jsonl", other)))
    assert not found.origins


def test_columns_may_have_other_names(tmp_path: Path) -> None:
    settings = write(tmp_path / "own.toml", b'[fields]\ntext = ["story"]\nurl = ["where"]\n')
    row = json.dumps({"story": STORY, "where": "https://example.org/a", "text": "unused"}).encode()
    (found,) = dumps(read(write(tmp_path / "own.jsonl", row), config.load(settings)))
    assert (found.text, found.given.url, found.given.extra) == (STORY, "https://example.org/a", {"text": "unused"})


# Files of other projects, made by those.


def test_datatrove(tmp_path: Path) -> None:
    from datatrove.data import Document
    from datatrove.pipeline.writers import JsonlWriter

    with JsonlWriter(str(tmp_path), output_filename="${rank}.jsonl.gz") as writer:
        writer.write(Document(text=STORY, id="d1", metadata={"url": "https://example.org/a", "score": 3}))
    (found,) = dumps(read(next(tmp_path.glob("*.jsonl.gz"))))
    assert (found.text, found.record, found.given.url) == (STORY, "d1", "https://example.org/a")
    assert found.given.extra == {"metadata": {"score": 3}}


def test_dolma(tmp_path: Path) -> None:
    """As the documents of Dolma are described: https://github.com/allenai/dolma, docs/data-format.md."""
    row = {
        "id": "d2", "text": STORY, "source": "common-crawl", "added": "2024-01-02T00:00:00.000Z",
        "created": "2023-05-01T00:00:00.000Z", "metadata": {"url": "https://example.org/a"},
    }  # fmt: skip
    (found,) = dumps(read(write(tmp_path / "dolma.jsonl.gz", gzip.compress(json.dumps(row).encode()))))
    assert (found.record, found.given.url, found.given.date) == ("d2", "https://example.org/a", None)
    assert found.given.extra.keys() == {"source", "added", "created"}


def test_hugging_face_datasets(tmp_path: Path) -> None:
    from datasets import Dataset

    rows = [{"text": STORY, "url": f"https://example.org/{n}", "date": "2024-03-01", "n": n} for n in range(200)]
    path = tmp_path / "train.parquet"
    Dataset.from_list(rows).to_parquet(str(path))
    found = dumps(read(path))
    assert [one.source for one in found] == [f"train.parquet#{n}" for n in range(1, 201)]
    assert (found[7].given.url, found[7].given.date, found[7].given.extra) == (
        "https://example.org/7",
        "2024-03-01",
        {"n": 7},
    )


def test_trafilatura(tmp_path: Path) -> None:
    import trafilatura

    page = PAGE.replace("<body>", "<body><p class='author'>By Jane Doe</p>").replace(
        "<head>", "<head><meta name='author' content='Jane Doe'><link rel='canonical' href='https://example.org/a'>"
    )
    made = trafilatura.extract(page, output_format="json", with_metadata=True)
    (found,) = dumps(read(write(tmp_path / "t.json", (made or "").encode())))
    assert "Two of the five piers" in found.text
    assert found.given.authors == ("Jane Doe",)
    assert found.given.url == "https://example.org/a"


def test_newspaper4k() -> None:
    """A file that newspaper4k 0.9.6 wrote, of the page above; with old pip it can't be installed beside trafilatura."""
    (found,) = dumps(read(CASES / "readers" / "newspaper4k-0.9.6.json"))
    assert "Two of the five piers" in found.text
    assert found.given.url == "https://example.org/a"
    assert found.given.authors == ("Jane Doe",)


def test_fundus() -> None:
    """A file that Fundus 0.5.7 wrote, of articles made by hand; with old pip it can't be installed beside the others."""
    one, other = dumps(read(CASES / "readers" / "fundus-0.5.7.json"))
    assert one.text.split("\n\n")[0::2] == ["A year without the old bridge.", "The piers"]
    assert one.text == other.text
    assert (one.source, other.source) == ("fundus-0.5.7.json#1", "fundus-0.5.7.json#2")
    assert (one.given.title, one.given.authors) == ("Old bridge to stay closed for a year", ("Jane Doe",))
    assert (one.given.date or "").startswith("2024-05-01")
    assert one.given.extra == {"publisher": "Northford News", "topics": ["Traffic"], "free_access": True}


@pytest.mark.parametrize(
    ("record", "text"),
    [
        ({"plaintext": STORY, "title": "Old bridge"}, STORY),  # one article, by the attributes that were asked for
        ({"body": {"summary": [], "sections": [{"headline": [], "paragraphs": ["a", "b"]}]}}, "a\n\nb"),
        ({"body": {"summary": None, "sections": [1, {"paragraphs": [2, "a"]}]}}, "a"),
        ({"body": {"sections": []}}, None),
        ({"body": STORY}, None),  # `fields.text` says which strings are texts
        ({"Northford News": [{"text": STORY}, 1]}, None),
        ({"Northford News": []}, None),
    ],
)
def test_an_article_in_parts(record: dict[str, object], text: str | None, tmp_path: Path) -> None:
    (found,) = read(write(tmp_path / "one.json", json.dumps(record).encode()))
    assert (found.text if isinstance(found, Dump) else None) == text
