"""Compressed streams: gzip, bzip2, xz, Zstandard."""

import json
import sys
from pathlib import Path

import pytest

from copydesk.document import Reject
from reading import PACK, PAGE, STORY, dumps, read, write

LINES = b"".join(json.dumps({"id": f"r{n}", "text": STORY}).encode() + b"\n" for n in range(3))


@pytest.mark.parametrize("suffix", PACK)
def test_compressed_files_are_read_by_the_name_inside(tmp_path: Path, suffix: str) -> None:
    packed = read(write(tmp_path / f"crawl.jsonl{suffix}", PACK[suffix](LINES)))
    assert [one.source for one in dumps(packed)] == [f"crawl.jsonl{suffix}#r{n}" for n in range(3)]
    (text,) = dumps(read(write(tmp_path / f"page.txt{suffix}", PACK[suffix](STORY.encode()))))
    assert text.text == STORY
    (page,) = dumps(read(write(tmp_path / f"page.html{suffix}", PACK[suffix](PAGE.encode()))))
    assert page.origins


@pytest.mark.parametrize("suffix", PACK)
@pytest.mark.slow
def test_a_stream_that_breaks_off_loses_only_the_rest(tmp_path: Path, suffix: str) -> None:
    many = b"".join(json.dumps({"id": f"r{n}", "text": STORY + str(n * 7919)}).encode() + b"\n" for n in range(6_000))
    packed = PACK[suffix](many)
    found = read(write(tmp_path / f"cut.jsonl{suffix}", packed[: len(packed) // 2]))
    broken = [one for one in found if isinstance(one, Reject)]
    assert {one.reason for one in broken} <= {"broken_stream", "not_json"}
    assert len(broken) in (1, 2)
    if suffix != ".bz2":  # of which a block is as large as this file
        assert len(found) > 100


@pytest.mark.parametrize("suffix", PACK)
@pytest.mark.slow
def test_a_bomb_is_recognized_by_its_ratio(tmp_path: Path, suffix: str) -> None:
    bomb = PACK[suffix](b" " * 150_000_000)
    (found,) = read(write(tmp_path / f"bomb.jsonl{suffix}", bomb))
    assert isinstance(found, Reject)
    assert found.reason == "bomb"
    (found,) = read(write(tmp_path / f"bomb.txt{suffix}", bomb))
    assert isinstance(found, Reject)
    assert found.reason == "too_large"


def test_a_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, package in (("a.jsonl.zst", "zstandard"), ("a.warc", "warcio.recordloader"), ("a.parquet", "pyarrow")):
        with monkeypatch.context() as patched:
            patched.setitem(sys.modules, package, None)
            (found,) = read(write(tmp_path / name, b"x"))
        assert isinstance(found, Reject)
        assert found.reason == "missing_extra"
        assert "pip install 'copydesk[" in found.detail
