"""Stores: inputs that are read from them, outputs that are written to them.

`memory://` needs no server: only this process sees it, so runs are made in this process.  The slow tests have servers
of their own on this machine, and run the command as users do.
"""

import http.server
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

import fsspec
import pytest

from conftest import Copydesk
from copydesk import batch, config, files, store
from copydesk.batch import Job, Summary
from copydesk.config import Config, RunSettings
from copydesk.files import PlaceError, Remote
from copydesk.store import Format, StoreError
from runs import container, fill, story, tree

FORMATS = (Format.MD, Format.JSON, Format.JSONL)


@pytest.fixture(name="copydesk")
def _in_process(copydesk_here: Copydesk) -> Copydesk:
    return copydesk_here


@pytest.fixture
def memory(tmp_path: Path) -> Iterator["fsspec.AbstractFileSystem"]:
    """The store of this process, with a folder `memory://news` of five dumps and a container."""
    own = fsspec.filesystem("memory")
    own.store.clear()
    fill_store(own, "/news", tmp_path)
    yield own
    own.store.clear()


def fill_store(system: "fsspec.AbstractFileSystem", folder: str, tmp_path: Path) -> Path:
    """Put dumps into a folder of a store; returns a local folder with the same dumps."""
    local = fill(tmp_path / "news", 4)
    (local / "sub").mkdir()
    (local / "sub" / "a #1.txt").write_text(story(20), encoding="utf-8")
    (local / "empty.txt").write_bytes(b"")
    container(local / "box.jsonl", [story(number) for number in range(40, 43)])
    for path in local.rglob("*"):
        if path.is_file():
            system.pipe_file(f"{folder}/{path.relative_to(local).as_posix()}", path.read_bytes())
    system.pipe_file(f"{folder}/.hidden/x.txt", story(99).encode())
    return local


def settings(tmp_path: Path) -> Config:
    return Config(run=RunSettings(state=str(tmp_path / "state")), profiles=config.default().profiles)


def run(tmp_path: Path, path: str | Path, output: str, *, prune: bool = False) -> Summary:
    where = files.place(output)
    plan = batch.plan([path], where)
    return batch.run(Job(plan, where, FORMATS, settings(tmp_path), jobs=2, prune=prune))


def stored(system: "fsspec.AbstractFileSystem", folder: str) -> dict[str, bytes]:
    """The files below a folder of a store."""
    found = system.find(folder)
    return {path.removeprefix(f"{folder}/"): system.cat_file(path) for path in found}


@pytest.mark.slow
def test_memory_in_and_out_gives_what_folders_give(memory: "fsspec.AbstractFileSystem", tmp_path: Path) -> None:
    first = run(tmp_path, "memory://news", "memory://clean")
    assert (first.counts.written, first.counts.rejected) == (8, 1)
    batch.run(Job(batch.plan([tmp_path / "news"]), tmp_path / "local", FORMATS))
    assert stored(memory, "/clean") == tree(tmp_path / "local")
    again = run(tmp_path, "memory://news", "memory://clean")
    assert (again.counts.written, again.cleaned, again.skipped) == (0, 0, 7)

    memory.pipe_file("/news/story-0001.txt", story(500).encode())
    memory.rm_file("/news/story-0002.txt")
    changed = run(tmp_path, "memory://news", "memory://clean")
    assert (changed.counts.written, changed.vanished) == (1, ("story-0002.txt",))
    assert b"number 500" in memory.cat_file("/clean/story-0001.md")
    assert memory.exists("/clean/story-0002.md")
    run(tmp_path, "memory://news", "memory://clean", prune=True)
    assert not memory.exists("/clean/story-0002.md")

    memory.rm_file("/clean/story-0000.json")
    run(tmp_path, "memory://news", "memory://clean")
    assert memory.exists("/clean/story-0000.json")


@pytest.mark.slow
def test_a_remote_input_and_a_local_output_are_one_run_too(memory: "fsspec.AbstractFileSystem", tmp_path: Path) -> None:
    found = run(tmp_path, "memory://news/box.jsonl", str(tmp_path / "out"))
    assert found.counts.written == 3
    assert (tmp_path / "out" / ".copydesk" / "manifest.sqlite").is_file()
    assert (tmp_path / "out" / "box.jsonl" / "r0.md").is_file()
    assert not (tmp_path / "state").exists()


def sources(path: str, output: str | None = None) -> list[str]:
    plan = batch.plan([path], files.place(output) if output else None)
    return [one.source for one in plan.inputs]


def test_an_address_names_a_file_a_folder_or_a_pattern(memory: "fsspec.AbstractFileSystem") -> None:
    every = ["box.jsonl", "empty.txt", *(f"story-{n:04}.txt" for n in range(4)), "sub/a %231.txt"]
    assert sources("memory://news") == sources("memory://news/") == every
    assert sources("memory://news/box.jsonl") == ["box.jsonl"]
    assert sources("memory://news/story-*.txt") == every[2:6]
    memory.pipe_file("/news/x[1].txt", b"x")
    assert sources("memory://news/x[1].txt") == ["x[1].txt"]
    assert sources("memory://news", "memory://news/sub") == sorted(["x[1].txt", *every[:-1]])
    with pytest.raises(batch.InputError, match="its own output would be cleaned"):
        sources("memory://news", "memory://news/")
    with pytest.raises(batch.InputError, match="no such file or folder: memory://news/none"):
        sources("memory://news/none")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("s3://bucket/a b/c#1.txt", Remote("s3://bucket/a b/c#1.txt")),
        ("S3://bucket/x", Remote("s3://bucket/x")),
        (Path("s3://bucket/x"), Remote("s3://bucket/x")),
        ("https://example.org/a?b=1", Remote("https://example.org/a?b=1")),
        ("file:///data/a%20b.txt", Path("/data/a b.txt")),
        ("file:/data/x.txt", Path("/data/x.txt")),
        ("file://localhost/data/x.txt", Path("/data/x.txt")),
        ("C:\\dumps", Path("C:\\dumps")),
        ("c:/dumps", Path("c:/dumps")),
        ("notes: 1/2", Path("notes: 1/2")),
        ("story:/x", Path("story:/x")),
        ("dumps", Path("dumps")),
    ],
)
def test_a_text_is_an_address_or_a_path(text: str | Path, found: Path | Remote) -> None:
    assert files.place(text) == found


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ftp://host/x", "ftp:// is not one of s3://, gs://, az://"),
        ("s3:/bucket/x", "an address has two slashes: s3://bucket/x"),
        ("s3://", "names no bucket or host"),
        ("file://other/x", "another machine"),
    ],
)
def test_an_address_that_can_not_be_used_says_why(text: str, says: str, copydesk: Copydesk, tmp_path: Path) -> None:
    with pytest.raises(PlaceError, match=says):
        files.place(text)
    fill(tmp_path / "dumps", 1)
    for arguments in (("dumps", "-o", text), (text, "-o", "out")):
        found = copydesk("clean", *arguments)
        assert (found.returncode, says in found.stderr.decode()) == (2, True)
    assert {path.name for path in tmp_path.iterdir()} == {"dumps"}


@pytest.mark.parametrize("url", ["https://example.org/x", "hf://datasets/a/b"])
def test_an_output_where_nothing_can_be_written_is_refused(url: str) -> None:
    with pytest.raises(
        StoreError, match=r"is for inputs only; an output may be s3://, gs://, az://, memory:// or local"
    ):
        store.books_of(files.place(url))


def test_the_manifest_of_a_remote_output_has_a_folder_of_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    one, other = Remote("s3://bucket/a-b"), Remote("s3://bucket/a/b")
    assert store.books_of(one, "/state") == store.books_of(Remote("s3://bucket/a-b/"), "/state")
    assert store.books_of(one, "/state") != store.books_of(other, "/state")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert store.books_of(one).parent == tmp_path / "copydesk"
    (tmp_path / "own.toml").write_text('[run]\nstate = "books"\n', encoding="utf-8")
    assert config.load(tmp_path / "own.toml").run.state == str(tmp_path / "books")
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setattr(Path, "home", lambda: (_ for _ in ()).throw(RuntimeError("no home")))
    with pytest.raises(StoreError, match=r"\[run\] state"):
        store.books_of(one)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("url", "missing", "hint"),
    [
        ("s3://bucket/x", "fsspec", "s3:// needs fsspec and s3fs: pip install 'copydesk[remote]'"),
        ("s3://bucket/x", "s3fs", "s3:// needs fsspec and s3fs: pip install 'copydesk[remote]'"),
        ("gs://bucket/x", "gcsfs", "gs:// needs fsspec and gcsfs: pip install 'copydesk[remote,gs]'"),
        ("az://bucket/x", "adlfs", "az:// needs fsspec and adlfs: pip install 'copydesk[remote,az]'"),
        ("https://host/x", "aiohttp", "https:// needs fsspec and aiohttp: pip install 'copydesk[remote]'"),
        ("hf://datasets/a/b", "huggingface_hub", "hf:// needs fsspec and huggingface_hub"),
    ],
)
def test_without_the_extra_the_error_names_it(url: str, missing: str, hint: str, tmp_path: Path) -> None:
    (tmp_path / "dumps").mkdir()
    (tmp_path / "dumps" / "a.txt").write_text(story(1), encoding="utf-8")
    (tmp_path / "hook").mkdir()
    (tmp_path / "hook" / "sitecustomize.py").write_text(f"import sys\nsys.modules[{missing!r}] = None\n")
    paths = os.pathsep.join([str(tmp_path / "hook"), os.environ.get("PYTHONPATH", "")])
    for arguments in ((url, "-o", "out"), ("dumps", "-o", url)):
        if arguments[0] == "dumps" and url.startswith(("https", "hf")):
            continue
        command = [sys.executable, "-m", "copydesk.cli", "clean", *arguments]
        environment = {**os.environ, "PYTHONPATH": paths, "XDG_STATE_HOME": str(tmp_path / "state")}
        found = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert (found.returncode, hint in found.stderr) == (2, True), found.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"dumps", "hook"}


def test_an_error_of_a_store_is_an_error_that_names_the_file() -> None:
    with pytest.raises(OSError, match="no credentials") as caught, files.store_errors("s3://b/x"):
        raise LookupError("no credentials")
    assert caught.value.filename == "s3://b/x"
    with pytest.raises(FileNotFoundError, match="no such file: 's3://b/x'"), files.store_errors("s3://b/x"):
        raise FileNotFoundError("b/x")


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A server of files that says nothing, and can't send a part of a file.  One of its folders is not for all."""

    def log_message(self, *arguments: object) -> None: ...

    def send_head(self) -> "io.BytesIO | BinaryIO | None":
        if self.path.startswith("/forbidden/"):
            self.send_error(403)
            return None
        return super().send_head()


@pytest.fixture
def web(tmp_path: Path) -> Iterator[str]:
    """The address of a server of the files in `tmp_path / "web"`."""
    (tmp_path / "web").mkdir()
    handler = partial(Quiet, directory=str(tmp_path / "web"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.slow
def test_files_of_a_web_server_are_inputs(web: str, copydesk: Copydesk, tmp_path: Path) -> None:
    import pyarrow.parquet

    page = f"<html><body><article><p>{story(1)}</p></article></body></html>"
    (tmp_path / "web" / "page").write_text(page, encoding="utf-8")
    table = pyarrow.Table.from_pylist([{"id": f"r{n}", "text": story(n)} for n in range(3)])
    pyarrow.parquet.write_table(table, tmp_path / "web" / "box.parquet")
    clean = ("clean", f"{web}/page?id=1", f"{web}/box.parquet", "-o", "out")
    first = copydesk(*clean)
    assert "4 written, 0 unchanged, 0 rejected -> out\n" in first.stderr.decode()
    record = json.loads((tmp_path / "out" / "box.parquet" / "r1.json").read_bytes())
    assert record["source"] == "box.parquet#r1"
    again = copydesk(*clean)
    assert "0 written, 4 unchanged, 0 rejected -> out\n" in again.stderr.decode()
    (tmp_path / "web" / "page").write_text(page.replace("council", "committee of the council"), encoding="utf-8")
    changed = copydesk(*clean)
    assert "1 written, 3 unchanged, 0 rejected -> out\n" in changed.stderr.decode()
    gone = copydesk("clean", f"{web}/none.txt", "-o", "out")
    assert (gone.returncode, "no such file or folder" in gone.stderr.decode()) == (2, True)


@pytest.mark.slow
def test_a_server_that_does_not_answer_is_no_missing_file(web: str, copydesk: Copydesk) -> None:
    """Else `--prune` would remove the output of its files."""
    for url in ("http://127.0.0.1:9/x.txt", f"{web}/forbidden/x.txt"):
        with pytest.raises(OSError, match=r"Cannot connect|403") as caught:
            files.place(url).exists()
        assert not isinstance(caught.value, FileNotFoundError)
        found = copydesk("clean", url, "-o", "out")
        message = found.stderr.decode()
        assert (found.returncode, "Traceback" in message) == (3, False)
        assert f"{url}: " in message
