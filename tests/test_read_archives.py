"""ZIP and tar archives."""

import copy
import gzip
import io
import json
import tarfile
import zipfile
from pathlib import Path

import pytest

from copydesk.document import Reject
from copydesk.dump import Dump
from reading import PACK, PAGE, STORY, archive_of, read, reasons, write

LINES = b"".join(json.dumps({"id": f"r{n}", "text": STORY}).encode() + b"\n" for n in range(3))


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


def test_a_name_in_an_archive_that_is_not_utf_8_is_escaped(tmp_path: Path) -> None:
    data = archive_of({"caf\udce9.txt": STORY.encode(), "b.txt": STORY.encode()}, as_zip=False)
    path = tmp_path / "names.tar"
    path.write_bytes(data)
    assert [one.source for one in read(path)] == ["names.tar#caf\\xe9.txt", "names.tar#b.txt"]


def test_a_file_that_is_not_an_archive_is_rejected(tmp_path: Path) -> None:
    for name in ("no.zip", "no.tar", "no.parquet", "no.warc.gz"):
        (found,) = read(
            write(tmp_path / name, b"this is no archive at all, and it is longer than a header of a tar file " * 20)
        )
        assert isinstance(found, Reject)
        assert found.reason == "broken_stream"


def test_entries_of_a_zip_that_overlap_are_a_bomb(tmp_path: Path) -> None:
    """The same packed bytes under many names (Fifield, "A better zip bomb", 2019); one of them is read."""
    path = tmp_path / "in.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.txt", STORY)
        made.filelist += [copy.copy(made.filelist[0]) for _ in range(50)]
        made.writestr("b.txt", STORY)
    found = read(path)
    assert [one.source for one in found if isinstance(one, Dump)] == ["in.zip#a.txt", "in.zip#b.txt"]
    assert [one.reason for one in found if isinstance(one, Reject)] == ["bomb"] * 50


def test_a_link_in_a_tar_is_rejected(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        link = tarfile.TarInfo("link.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    assert reasons(read(tmp_path / "a.tar")) == {"a.tar#link.txt": "unreadable"}


def test_a_sparse_file_in_a_tar_is_rejected(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as made:
        info = tarfile.TarInfo("holes.txt")
        info.pax_headers = {"GNU.sparse.map": "1000000000000,0", "GNU.sparse.size": "1000000000000"}
        made.addfile(info, io.BytesIO())
    found = read(write(tmp_path / "sparse.tar", packed.getvalue()))
    assert reasons(found) == {"sparse.tar#holes.txt": "unreadable"}


def test_a_file_with_a_password_is_rejected(tmp_path: Path) -> None:
    data = bytearray(archive_of({"a.txt": STORY.encode(), "b.txt": STORY.encode()}, as_zip=True))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + flags] |= 1
    found = read(write(tmp_path / "secret.zip", bytes(data)))
    assert reasons(found) == {"secret.zip#a.txt": "unreadable"}
    assert [one.source for one in found if isinstance(one, Dump)] == ["secret.zip#b.txt"]


@pytest.mark.parametrize("lost", [1, 2])
def test_a_file_that_the_list_of_a_zip_does_not_have_is_rejected(tmp_path: Path, lost: int) -> None:
    """The comment of an entry in the list is as long as its length says, so one bit can hide the next entries."""
    texts = {f"{name}.txt": STORY.encode() for name in "abc"}
    data = bytearray(archive_of(texts, as_zip=True))
    entry = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 1) if lost == 1 else data.index(b"PK\x01\x02")
    data[entry + 32 : entry + 34] = (lost * (46 + len("a.txt"))).to_bytes(2, "little")
    found = read(write(tmp_path / "a.zip", bytes(data)))
    names = [f"a.zip#{name}" for name in texts]
    assert [one.source for one in found] == names[: 3 - lost] + names[3 - lost : 4 - lost]
    assert reasons(found) == {names[3 - lost]: "broken_stream"}


def test_a_zip_that_lacks_its_first_bytes_is_rejected_file_by_file(tmp_path: Path) -> None:
    """The list of the archive then says that files begin before the archive does."""
    data = archive_of({"a.txt": STORY.encode(), "b.txt": STORY.encode()}, as_zip=True)
    found = read(write(tmp_path / "a.zip", data[5:]))
    assert reasons(found) == {"a.zip#a.txt": "unreadable"}
    assert [one.source for one in found if isinstance(one, Dump)] == ["a.zip#b.txt"]


@pytest.mark.parametrize("before", [b"", b"#!/bin/sh\nexec unzip $0\n" + b"PK, said the mayor. " * 9])
def test_bytes_that_belong_to_no_file_of_a_zip_are_no_reject(tmp_path: Path, before: bytes) -> None:
    """Self-extracting archives have a program before the first file, and streamed ones the sizes behind each file."""

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: object) -> int:
            raise OSError

        def tell(self) -> int:
            raise OSError

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as made:
        for name in "ab":
            made.writestr(f"{name}.txt", STORY)
    found = read(write(tmp_path / "a.zip", before + pipe.getvalue()))
    assert [one.source for one in found] == ["a.zip#a.txt", "a.zip#b.txt"]
    assert reasons(found) == {}


@pytest.mark.parametrize("as_zip", [True, False])
def test_patterns_of_names_do_not_act_in_archives(tmp_path: Path, as_zip: bool) -> None:
    """A text in an archive does not disappear because of its name; hidden files are left out."""
    names = ("readme.txt", "a/notice", "urls.txt", ".hidden.txt", "__MACOSX/x.txt")
    data = archive_of({name: STORY.encode() for name in names}, as_zip=as_zip)
    found = read(write(tmp_path / "in.bin", data))
    assert [one.source for one in found] == ["in.bin#readme.txt", "in.bin#a/notice", "in.bin#urls.txt"]
