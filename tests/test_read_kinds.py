"""The kind of a file: its first bytes decide, its name helps; what is known and not read says what to do."""

import gzip
import io
import json
import pickle
import random
import struct
import zipfile
from pathlib import Path

import pytest

from conftest import ROOT
from copydesk import config, readers
from copydesk.document import Reject
from copydesk.dump import Dump
from copydesk.readers import holds_many, kinds
from growth import grows_linearly
from reading import PACK, PAGE, STORY, archive_of, dumps, read, warc, write

LINE = json.dumps({"id": "a", "text": STORY}).encode()
LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"4d" * 32 + b"\nsize 12345\n"
SITEMAP = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<!-- made by hand -->\n'
    b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://example.org/a</loc></url></urlset>'
)
WAT = (
    b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 8\r\n\r\na: crawl\r\n\r\n"
    b'WARC/1.0\r\nWARC-Type: metadata\r\nContent-Length: 30\r\n\r\n{"Envelope":{"Format":"WARC"}}\r\n\r\n'
)


def office(*names: str, mimetype: bytes = b"") -> bytes:
    files = {"mimetype": mimetype} if mimetype else {}
    return archive_of({**files, **dict.fromkeys(names, b"<p>Words</p>")}, as_zip=True)


def npz() -> bytes:
    return archive_of({"a.npy": b"\x93NUMPY\x01\x00", "b.npy": b"\x93NUMPY\x01\x00"}, as_zip=True)


NOT_READ = {
    "PDF": b"%PDF-1.4\n" + b"1 0 obj\n(The council voted on Monday evening) Tj\n" * 40,
    "RTF": b"{\\rtf1\\ansi{\\fonttbl{\\f0 Times;}}\\f0 The council voted on Monday evening.\\par}",
    "PostScript": b"%!PS-Adobe-3.0\n(The council voted) show\n",
    "an office file (OLE)": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500,
    "an office file (DOCX, XLSX, PPTX)": office("[Content_Types].xml", "word/document.xml"),
    "an OpenDocument file (ODT, ODS, ODP)": office("content.xml", mimetype=b"application/vnd.oasis.opendocument.text"),
    "EPUB": office("OEBPS/one.xhtml", mimetype=b"application/epub+zip"),
    "a program (JAR, APK)": office("META-INF/MANIFEST.MF", "One.class"),
    "a PyTorch file": office("archive/data.pkl", "archive/version"),
    "NumPy arrays (NPZ)": npz(),
    "a Git LFS pointer": LFS,
    "a sitemap": SITEMAP,
    "an image (SVG)": b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "a" "b"><svg><text>Words</text></svg>',
    "XML (<nitf>)": b'<?xml version="1.0"?>\n<nitf><body><p>The council voted.</p></body></nitf>',
    "WAT": WAT,
    "a list of addresses": b"".join(b"https://example.org/news/%d\n" % n for n in range(30)),
    "a CDX index of a crawl": b" CDX N b a m s k r M S V g\norg,example)/ 20240425073000 https://example.org/ text/html\n",
    "an image": b"\x89PNG\r\n\x1a\n" + b"words and words " * 50,
    "sound or video": b"ID3\x03\x00" + b"words and words " * 50,
    "lz4": b"\x04\x22\x4d\x18" + b"words and words " * 50,
    "7z": b"7z\xbc\xaf\x27\x1c" + b"words and words " * 50,
    "Avro": b"Obj\x01" + b"words and words " * 50,
    "HDF5": b"\x89HDF\r\n\x1a\n" + b"words and words " * 50,
    "Feather (version 1)": b"FEA1" + b"words and words " * 50,
    "a program": b"\x7fELF\x02\x01" + b"words and words " * 50,
}


@pytest.mark.parametrize("kind", NOT_READ)
@pytest.mark.parametrize("name", ["story.txt", "unnamed"])
def test_a_kind_that_is_not_read_is_rejected_under_any_name(tmp_path: Path, kind: str, name: str) -> None:
    (found,) = read(write(tmp_path / name, NOT_READ[kind]))
    assert isinstance(found, Reject)
    assert found.reason == "unknown_kind"
    said, _, advice = found.detail.partition(": ")
    assert said == kind
    assert len(advice) > 5


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("value", [[{"text": STORY}], {"text": STORY}])
def test_a_pickle_of_any_protocol_is_not_read(tmp_path: Path, protocol: int, value: object) -> None:
    (found,) = read(write(tmp_path / "rows.dat", pickle.dumps(value, protocol)))
    assert isinstance(found, Reject)
    assert found.detail.startswith("a Python pickle: ")


@pytest.mark.parametrize(
    "text",
    [
        "city\nhall\npolice said on Monday that the old bridge will stay closed for a year.",
        "PARENTS of the old school said on Monday that the gates will stay closed for a year.",
        "ORC\nThe sea mammals came back to the bay on Monday, and hundreds of people went to see them.",
        "MZ Media said on Monday that it will close the paper, which has been printed for a century.",
        "BM said on Monday that it will close the shop, which has been open for a century and more.",
        "PDF files say nothing of it, the council said on Monday. %PDF-1.4 is only a name.",
        "https://example.org/one\nThe council voted on Monday evening to close the old bridge to all traffic.",
        "Received: that is what the letter says, and the council has not answered it for more than a year.",
        "[Music] The council voted on Monday evening to close the old bridge, and nobody was asked.",
        "{\n The council voted on Monday evening to close the old bridge, and nobody was asked. }",
        "Home, News, Text\n\nThe council voted on Monday evening to close the old bridge, and nobody was asked.",
        "The <rss> and <urlset> elements are what machines read, the council was informed on Monday evening.",
    ],
)
def test_a_text_that_begins_like_something_else_is_a_text(tmp_path: Path, text: str) -> None:
    (found,) = dumps(read(write(tmp_path / "story.txt", text.encode())))
    assert found.text == text


def test_the_content_decides_and_not_the_name(tmp_path: Path) -> None:
    def sources(name: str, data: bytes) -> list[str]:
        return [one.source for one in dumps(read(write(tmp_path / name, data)))]

    assert sources("part-00000", LINE + b"\n" + LINE.replace(b'"a"', b'"b"')) == ["part-00000#a", "part-00000#b"]
    assert sources("crawl.tmp", gzip.compress(LINE + b"\n")) == ["crawl.tmp#a"]
    assert sources("plain.jsonl.gz", LINE + b"\n") == ["plain.jsonl.gz#a"]
    assert sources("archive", archive_of({"one.txt": STORY.encode()}, as_zip=False)) == ["archive#one.txt"]
    assert sources("archive.dat", archive_of({"one.txt": STORY.encode()}, as_zip=True)) == ["archive.dat#one.txt"]
    crawl = warc([("response", "https://example.org/a", PAGE.encode(), "text/html", [], "200 OK")])
    assert len(sources("crawl", crawl)) == 1
    (page,) = dumps(read(write(tmp_path / "page.txt", b"\xef\xbb\xbf\n<!-- saved -->" + PAGE.encode())))
    assert page.origins
    (wide,) = dumps(read(write(tmp_path / "wide", PAGE.encode("utf-16"))))
    assert wide.origins


@pytest.mark.parametrize("inner", PACK)
@pytest.mark.parametrize("outer", PACK)
def test_a_compressed_file_in_a_compressed_file_is_rejected(tmp_path: Path, inner: str, outer: str) -> None:
    (found,) = read(write(tmp_path / "twice", PACK[outer](PACK[inner](LINE))))
    assert isinstance(found, Reject)
    assert found.reason == "nested"


@pytest.mark.parametrize("name", ["rows", "rows.txt"])
def test_data_of_a_program_with_long_texts_is_no_text(tmp_path: Path, name: str) -> None:
    chance = random.Random(7)
    packed = b"".join(
        struct.pack("<IIHB", chance.randrange(2**20), len(STORY), n, 3) + STORY.encode() + b"\x01\x00\x02\x05"
        for n in range(50)
    )
    (found,) = read(write(tmp_path / name, packed))
    assert isinstance(found, Reject)
    assert found.reason == "binary"


def test_a_damaged_text_is_still_a_text(tmp_path: Path) -> None:
    damaged = STORY.replace(" ", "\x00", 3).replace("piers", "\x0cpiers")
    (found,) = dumps(read(write(tmp_path / "story.txt", damaged.encode())))
    assert found.text == damaged


def test_an_ordinary_archive_with_a_file_called_mimetype_is_read(tmp_path: Path) -> None:
    found = read(
        write(tmp_path / "all.zip", archive_of({"mimetype": b"text/plain", "a.txt": STORY.encode()}, as_zip=True))
    )
    assert [one.text for one in found if isinstance(one, Dump)][-1] == STORY


def test_a_file_that_holds_many_is_seen_by_its_content(tmp_path: Path) -> None:
    assert holds_many(write(tmp_path / "part-00000", LINE + b"\n"))
    assert holds_many(write(tmp_path / "part-00001", gzip.compress(LINE)))
    assert holds_many(write(tmp_path / "rows", b"id,title,text\n" + b"1,a,b\n" * 30))
    assert not holds_many(write(tmp_path / "story.txt", STORY.encode()))
    assert not holds_many(tmp_path / "missing")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-32"])
def test_wide_text_is_text(tmp_path: Path, encoding: str) -> None:
    """Chinese in UTF-16 has few zeros, and control characters as single bytes, as program data has."""
    story = (
        "\u6c5f\u57ce\u51b3\u5b9a\u91cd\u5efa\u65e7\u6865\n\n"
        "\u5e02\u957f\u5728\u661f\u671f\u4e00\u7684\u4f1a\u8bae\u4e0a\u8bf4\uff0c\u8fd9\u5ea7"
        "\u6865\u5df2\u7ecf\u6709\u4e00\u767e\u5e74\u7684\u5386\u53f2\uff0c\u9700\u8981\u56db"
        "\u5e74\u65f6\u95f4\u624d\u80fd\u5efa\u597d\u3002\n"
    ) * 6
    path = write(tmp_path / "story.txt", story.encode(encoding))
    (found,) = readers.read(path, "story.txt", config.default())
    assert isinstance(found, Dump)
    assert found.text.removeprefix("\ufeff") == story


def test_each_kind_is_documented() -> None:
    page = " ".join((ROOT / "docs" / "inputs.md").read_text(encoding="utf-8").split())
    archives = (
        kinds.OFFICE_ZIP,
        kinds.OPEN_DOCUMENT,
        kinds.EPUB,
        kinds.PROGRAM_ZIP,
        kinds.PICKLE_ZIP,
        kinds.ARRAYS_ZIP,
    )
    for kind in (*kinds.KINDS, *archives):
        assert kind.name in page, kind.name
        if not kind.advice:
            assert all(f"`{suffix}`" in page for suffix in kind.suffixes), kind.name


@pytest.mark.parametrize(
    "hostile",
    [
        b"<!--" * 60_000, b"<?" * 120_000, b"<!doctype [" * 20_000, b"a-b:" * 60_000, b"From: a\r\n " * 25_000,
        b"[" * 250_000, b"WARC/1.0\r\n" + b"\r\n\r\n" * 60_000, b"https://a " * 25_000, b'{"' + b"\\" * 250_000,
        b"a:b\r\n" * 50_000, b"x" * 250_000, b" " * 250_000, b'{"a' * 80_000, b"text," * 50_000, b'"text;' * 40_000,
    ],
)  # fmt: skip
def test_the_kind_is_found_in_linear_time(hostile: bytes) -> None:
    from copydesk.readers import tables

    def find(size: int) -> None:
        kinds.of(hostile[:size], "x")
        tables.is_table(hostile[:size], config.default())

    assert grows_linearly(find, len(hostile) // 8, len(hostile))


def test_a_zip_in_memory_is_read_without_a_file(tmp_path: Path) -> None:
    """A stream that is not a file on the disk, as the fuzzing of `bench` gives it."""
    from copydesk import readers

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("a.txt", STORY)
    packed.seek(0)
    found = [readers.make(one) for one in readers.find_in(packed, "all.zip", "all.zip", config.default())]
    assert [one.source for one in found] == ["all.zip#a.txt"]
