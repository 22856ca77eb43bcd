"""Settings, models and surroundings that can't be used: one line that says why, an exit code, and no traceback."""

import http.server
import io
import os
import struct
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from conftest import Copydesk
from copydesk import ConfigError, config, npz, server_watch
from copydesk.batch.errors import RUN_ERRORS, explain_error
from copydesk.exit_codes import ExitCode
from copydesk.labelling import model
from copydesk.server_watch import ServerWatch

STORY = "A headline of some length\n\nThe council voted on Monday to close the bridge, which has stood for a century.\n"
PROFILE = 'evidence = "x"\nmarkers = ["A headline of note"]\n'


def npy_with_shape(shape: tuple[int, ...]) -> bytes:
    """An array that says that it has this shape, and has no data."""
    head = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head


def model_of(path: Path, array: bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("columns.npy", array)


@pytest.fixture(scope="module")
def bomb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model with an array of 300 MB: packing it takes a second."""
    path, array = tmp_path_factory.mktemp("models") / "bomb.npz", io.BytesIO()
    np.save(array, np.zeros(10))
    model_of(path, array.getvalue() + bytes(300_000_000))
    return path


SETTINGS: dict[str, tuple[str, str]] = {
    "deep lists": (f"a = {'[' * 3_000}", "nested too deeply"),
    "deep tables": (f"a = {'{b = ' * 3_000}", "nested too deeply"),
    "endless words": ('[edits]\nwords = "/dev/zero"', "not a regular file"),
    "words in a folder": ('[edits]\nwords = "."', "not a regular file"),
    "a model that is a device": ('[labels]\nmodel = "/dev/zero"', "no such file"),
    "a model of holes": ('[labels]\nmodel = "holes.npz"', "not a model"),
    "a model that unpacks to much": ('[labels]\nmodel = "bomb.npz"', "300,000,2"),
    "a model that says that it is large": ('[labels]\npage_model = "shape.npz"', "too large"),
    "roles that unpack to much": ('[labels]\nroles = "bomb.npz"', "300,000,2"),
}


@pytest.mark.parametrize(("settings", "said"), SETTINGS.values(), ids=SETTINGS)
@pytest.mark.slow
def test_settings_that_cannot_be_read_are_an_error_in_one_line(
    copydesk: Copydesk, tmp_path: Path, bomb: Path, settings: str, said: str
) -> None:
    with (tmp_path / "holes.npz").open("wb") as stream:
        stream.truncate(300_000_000)
    (tmp_path / "bomb.npz").symlink_to(bomb)
    model_of(tmp_path / "shape.npz", npy_with_shape((10**13,)))
    (tmp_path / "a.txt").write_text(STORY)
    (tmp_path / "own.toml").write_text(settings)
    run = copydesk("clean", "a.txt", "-o", "out", "--config", "own.toml")
    printed = run.stderr.decode()
    assert (run.returncode, printed.count("\n"), said in printed) == (2, 1, True), printed[-1_000:]
    assert printed.startswith("Error: ")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "pattern", ["(" * 3_000, "(" * 3_000 + ")" * 3_000, "(?:a{65535}){65535}" * 9, "a{99999999999}", "("]
)
def test_a_pattern_that_cannot_be_compiled_names_its_profile(tmp_path: Path, pattern: str) -> None:
    path = tmp_path / "example.toml"
    path.write_text(f"{PROFILE}[[lines]]\npattern = '{pattern}'\nlabel = 'control'\n")
    try:
        config.load_profile(path)
    except ConfigError as error:
        assert str(error).startswith(f"{path}: ")
        assert "is not a regular expression" in str(error)
        assert len(str(error)) < 500
    else:
        assert pattern.startswith("(?:a")  # such a pattern may be compiled, and costs a dump its time at most


def test_the_limits_of_files_leave_those_of_use_alone(tmp_path: Path) -> None:
    for path in (model.SHIPPED, model.SHIPPED_FOR_PAGES):
        assert sum(array.nbytes for array in npz.read(path).values()) < npz.MAX_BYTES / 10
    (tmp_path / "words.txt").write_text("".join(f"word{number}\n" for number in range(200_000)))
    (tmp_path / "own.toml").write_text('[edits]\nwords = "words.txt"')
    assert len(config.own_words(config.load(tmp_path / "own.toml").edits.words)) == 200_000


# Memory


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the address space")
@pytest.mark.parametrize("megabytes", [100, 300, 480])
def test_too_little_memory_is_exit_code_3_with_a_message(tmp_path: Path, megabytes: int) -> None:
    (tmp_path / "a.txt").write_text(STORY)
    limited = f"ulimit -v {megabytes * 1000}; exec {sys.executable} -m copydesk.cli clean a.txt --format md,parquet"
    run = subprocess.run(["bash", "-c", limited], cwd=tmp_path, capture_output=True, check=False, timeout=180)
    printed = run.stderr.decode()
    assert (run.returncode, printed.count("\n")) == (3, 1), printed
    assert "not enough memory" in printed


def test_memory_that_ends_in_a_run_is_exit_code_3() -> None:
    assert MemoryError in RUN_ERRORS
    message, code = explain_error(MemoryError(), Path("out"))
    assert ("not enough memory" in message, code) == (True, ExitCode.NOT_FINISHED)


@pytest.mark.slow
@pytest.mark.parametrize(
    "error", ["MemoryError()", 'RuntimeError("can\'t start new thread")', "ImportError('x.so: failed to map segment')"]
)
def test_memory_that_ends_in_a_command_is_exit_code_3(tmp_path: Path, error: str) -> None:
    script = (
        "from copydesk.cli import main\nfrom copydesk import config\n"
        f"def fail(path):\n    raise {error}\nconfig.resolve = fail\n"
        "import sys\nsys.argv = ['copydesk', 'explain', 'a.txt']\nmain()\n"
    )
    (tmp_path / "a.txt").write_text(STORY)
    run = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, check=False, timeout=180)
    printed = run.stderr.decode()
    assert (run.returncode, printed.count("\n"), "not enough memory" in printed) == (3, 1, True), printed


# A server that dies


@contextmanager
def server() -> Iterator[tuple[str, Callable[[], None]]]:
    """The address of a server that answers every request, and what lets it die."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(404 if "odd" in self.path else 200)
            self.end_headers()

        def log_message(self, *arguments: object) -> None: ...

    own = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=own.serve_forever, daemon=True).start()
    dead: list[bool] = []

    def die() -> None:
        dead.append(True)
        own.shutdown()
        own.server_close()

    yield f"http://127.0.0.1:{own.server_address[1]}/health", die
    if not dead:
        die()


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_watch, "CHECK_SECONDS", 0.05)
    monkeypatch.setattr(server_watch, "GONE_SECONDS", 0.4)


@pytest.mark.slow
@pytest.mark.usefixtures("fast")
def test_the_process_of_a_flow_ends_when_its_server_has_died() -> None:
    ended: list[tuple[str, int]] = []
    with server() as (address, die):
        ServerWatch(address, "records", lambda said, code: ended.append((said, code))).start()
        time.sleep(1)
        assert ended == []
        die()
        end = time.monotonic() + 120
        while not ended and time.monotonic() < end:
            time.sleep(0.05)
    ((said, code),) = ended
    assert code == ExitCode.NOT_FINISHED
    assert address in said
    assert "safe in records" in said


@pytest.mark.usefixtures("fast")
def test_a_flow_that_has_ended_keeps_its_exit_code_when_the_server_goes() -> None:
    ended: list[tuple[str, int]] = []
    with server() as (address, die):
        watch = ServerWatch(address, "records", lambda said, code: ended.append((said, code)))
        watch.start()
        time.sleep(0.5)
        watch.finish(ExitCode.REJECTED)
        die()
        end = time.monotonic() + 120
        while not ended and time.monotonic() < end:
            time.sleep(0.05)
    assert ended == [("", ExitCode.REJECTED)]


@pytest.mark.slow
@pytest.mark.usefixtures("fast")
def test_a_server_that_the_watch_cannot_reach_is_not_watched() -> None:
    """It may be behind a proxy, through which only Prefect knows the way.  An answer with an error is an answer."""
    ended: list[tuple[str, int]] = []
    watches = [ServerWatch("http://127.0.0.1:9/health", "x", lambda said, code: ended.append((said, code)))]
    with server() as (address, _):
        watches.append(ServerWatch(f"{address}/odd", "x", lambda said, code: ended.append((said, code))))
        for watch in watches:
            watch.start()
        time.sleep(1.5)
        assert ended == []


def test_the_end_of_a_process_prints_its_message(tmp_path: Path) -> None:
    script = "from copydesk.server_watch import end_process\nimport atexit, time\natexit.register(time.sleep, 99)\nend_process('gone', 3)"
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, check=False, timeout=180, env={**os.environ}
    )
    assert (run.returncode, run.stderr) == (3, b"gone\n")
