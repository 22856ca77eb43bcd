"""Real runs of the command on servers that speak as S3, Google Cloud Storage and Azure Blob Storage do.

moto and gcp-storage-emulator come with the extra `dev`.  Azurite is a package of npm: its test is skipped where the
program `azurite-blob` is not on the path (`npm install -g azurite`).
"""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from ports import free_port
from runs import container, fill, story, tree, wait_until

AZURITE_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
"""The key that Azurite's documentation names: it is the same everywhere, and no secret."""


CLIENT = """
import contextlib, fsspec, io, json, sys, traceback
fs = fsspec.filesystem(sys.argv[1], use_listings_cache=False)
for line in sys.stdin:
    code, sys.argv[1:] = json.loads(line)
    printed, error = io.StringIO(), None
    with contextlib.redirect_stdout(printed):
        try:
            exec(code, {"fs": fs, "sys": sys})
        except Exception:
            error = traceback.format_exc()
    print(json.dumps([printed.getvalue().splitlines(), error]), flush=True)
"""
"""A program that runs pieces of code with `fs`, the file system of a store: its libraries take a second to import."""


@dataclass(frozen=True)
class Server:
    """A store on this machine: the scheme of its addresses, and the environment in which programs find it."""

    scheme: str
    environment: dict[str, str]
    folder: Path
    client: "subprocess.Popen[str]"

    def do(self, code: str, *arguments: str) -> list[str]:
        """Run code with `fs`, the file system of the store, in another process; returns the lines that it prints."""
        assert self.client.stdin is not None
        assert self.client.stdout is not None
        print(json.dumps([code, arguments]), file=self.client.stdin, flush=True)
        lines, error = json.loads(self.client.stdout.readline())
        assert error is None, error[-3000:]
        return [str(line) for line in lines]

    def send(self, local: Path, remote: str) -> None:
        """Put the files of a folder into one of the store."""
        code = (
            "import pathlib; own = pathlib.Path(sys.argv[1])\n"
            "for path in own.rglob('*'):\n"
            "    if path.is_file(): fs.pipe_file(sys.argv[2] + '/' + path.relative_to(own).as_posix(), path.read_bytes())"
        )
        self.do(code, str(local), remote)

    def tree(self, remote: str) -> dict[str, bytes]:
        """The files below a folder of the store."""
        code = (
            "for path in sorted(fs.find(sys.argv[1])):\n"
            "    print(path.removeprefix(sys.argv[1] + '/'), fs.cat_file(path).hex(), sep='\\t')"
        )
        rows = (line.split("\t") for line in self.do(code, remote))
        return {name: bytes.fromhex(data) for name, data in rows}

    def command(self, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
        """Run copydesk."""
        command = [sys.executable, "-m", "copydesk.cli", *map(str, arguments)]
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False, timeout=300
        )

    def clean(self, *more: str) -> str:
        """Clean the dumps of the store into the store; returns the line with the counts."""
        addresses = (f"{self.scheme}://news/dumps", "-o", f"{self.scheme}://clean/out")
        done = self.command("clean", *addresses, "--format", "md,json,jsonl", *more)
        assert "Traceback" not in done.stderr
        counts = next(line for line in done.stderr.splitlines() if "unchanged" in line)
        return counts.partition(" -> ")[0]


@contextmanager
def started(command: Sequence[str], port: int, log: Path) -> Iterator[None]:
    """A server, once it listens."""
    with log.open("wb") as stream:
        server = subprocess.Popen(command, cwd=log.parent, stdout=stream, stderr=stream, start_new_session=True)
    try:
        for _ in range(300):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            assert server.poll() is None, log.read_text(errors="replace")
            time.sleep(0.2)
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


@pytest.fixture(params=["s3", "gs", "az"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    port = free_port()
    scheme = str(request.param)
    address = f"http://127.0.0.1:{port}"
    match scheme:
        case "s3":
            command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
            more = {"AWS_ENDPOINT_URL": address, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
            more["AWS_DEFAULT_REGION"] = "us-east-1"
        case "gs":
            command = [sys.executable, "-m", "gcp_storage_emulator", "start", "--host", "127.0.0.1"]
            command += ["--port", str(port), "--in-memory"]
            more = {"STORAGE_EMULATOR_HOST": address}
        case _:
            program = shutil.which("azurite-blob")
            if program is None:
                pytest.skip("azurite-blob is not installed (npm install -g azurite)")
            command = [program, "--location", str(tmp_path / "azurite"), "--blobHost", "127.0.0.1"]
            command += ["--blobPort", str(port), "--skipApiVersionCheck", "--disableTelemetry"]
            account = f"AccountName=devstoreaccount1;AccountKey={AZURITE_KEY};BlobEndpoint={address}/devstoreaccount1;"
            more = {"AZURE_STORAGE_CONNECTION_STRING": f"DefaultEndpointsProtocol=http;{account}"}
    environment = {**os.environ, **more, "XDG_STATE_HOME": str(tmp_path / "state")}
    client_command = [sys.executable, "-c", CLIENT, scheme]
    with (
        started(command, port, tmp_path / "server.log"),
        subprocess.Popen(
            client_command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as client,
    ):
        own = Server(scheme, environment, tmp_path, client)
        own.do("for name in ('news', 'clean'): fs.mkdir(name)")
        yield own


@pytest.mark.slow
def test_runs_from_a_store_into_a_store_are_as_runs_in_folders(server: Server, tmp_path: Path) -> None:
    local = fill(tmp_path / "local" / "sub", 4).parent
    (local / "odd name #1.txt").write_text(story(20), encoding="utf-8")
    (local / "empty.txt").write_bytes(b"")
    container(local / "box.jsonl", [story(number) for number in range(40, 52)])
    server.send(local, "news/dumps")

    assert server.clean() == "17 written, 0 unchanged, 1 rejected"
    assert not [path.name for path in tmp_path.iterdir() if ":" in path.name]

    listed = "for path in sorted(fs.find('clean')): print(path, fs.info(path))"
    before = server.do(listed)
    assert server.clean() == "0 written, 17 unchanged, 1 rejected"
    assert server.do(listed) == before  # no object was written again

    (local / "sub" / "story-0001.txt").write_text(story(500), encoding="utf-8")
    server.send(local / "sub", "news/dumps/sub")
    server.do("fs.rm_file('news/dumps/sub/story-0002.txt')")
    assert server.clean("--prune") == "1 written, 15 unchanged, 1 rejected"
    (local / "sub" / "story-0002.txt").unlink()
    server.command("clean", local, "-o", "plain", "--format", "md,json,jsonl", "--prune")
    assert server.tree("clean/out") == tree(tmp_path / "plain")

    output = f"{server.scheme}://clean/out"
    assert "0 faults" in server.command("verify", output).stderr
    if server.scheme == "s3":  # the same code for all stores
        assert "1 written, 15 unchanged, 1 rejected" in server.command("status", output).stdout
        server.do("fs.pipe_file('clean/out/sub/story-0000.json', b'{}')")
        assert server.command("verify", output).returncode == 1


def has_published(books: Path) -> bool:
    """Whether the manifest below this folder has a dump."""
    for path in books.glob("*/manifest.sqlite"):
        with suppress(sqlite3.OperationalError), closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as base:
            return bool(base.execute("select count(*) from documents where stale = 0").fetchone()[0])
    return False


@pytest.mark.slow
@pytest.mark.parametrize("server", ["s3"], indirect=True)
def test_a_run_into_a_store_that_is_killed_goes_on_as_one_in_a_folder(server: Server, tmp_path: Path) -> None:
    local = fill(tmp_path / "local", 60)
    server.send(local, "news/dumps")
    command = [sys.executable, "-m", "copydesk.cli", "clean", "s3://news/dumps", "-o", "s3://clean/out"]
    run = subprocess.Popen([*command, "--format", "md,json,jsonl"], env=server.environment, start_new_session=True)
    books = tmp_path / "state" / "copydesk"
    wait_until(lambda: has_published(books), 180, "the run publishes")
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    assert server.clean().endswith("0 rejected")
    server.command("clean", local, "-o", "plain", "--format", "md,json,jsonl")
    assert server.tree("clean/out") == tree(tmp_path / "plain")
    status = server.command("status", "s3://clean/out").stdout
    assert status.count("broken") + status.count("finished") == 2


@pytest.mark.slow
@pytest.mark.parametrize("server", ["s3"], indirect=True)
def test_what_can_not_be_written_or_read_in_a_store_ends_the_run_with_its_reason(
    server: Server, tmp_path: Path
) -> None:
    fill(tmp_path / "dumps", 1)
    lost = server.command("clean", "dumps", "-o", "s3://no-such-bucket/out")
    assert (lost.returncode, "Traceback" in lost.stderr, "s3://no-such-bucket/out" in lost.stderr) == (3, False, True)
    missing = server.command("clean", "s3://news/none", "-o", "out")
    assert (missing.returncode, "no such file or folder: s3://news/none" in missing.stderr) == (2, True)
    rows = [json.dumps({"id": f"r{n}", "text": story(n)}) + "\n" for n in range(3)]
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "box.jsonl").write_text("".join(rows), encoding="utf-8")
    server.send(tmp_path / "more", "news/more")
    found = server.command("explain", "s3://news/more/box.jsonl", "--record", "r1")
    assert found.returncode == 2  # explain reads files of this machine
