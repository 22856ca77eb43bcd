"""What the tests share: the command, hostile text, the benchmark kit beside the checkout."""

import difflib
import functools
import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from copydesk.config import Config
    from copydesk.document import Cleaned
    from copydesk.dump import Dump

ROOT = Path(__file__).parents[1]
CASES = ROOT / "tests" / "cases"

BOUND: tuple[str, ...] = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search") if os.geteuid() == 0 else ()
"""Before a command: what nobody but root may write, root may not write either."""

MAX_DIFF = 200
MAX_DIFF_WIDTH = 200
"""Lines of a diff of golden files that are shown, and characters of each."""

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
"""The tests start a thousand processes.  Without bytecode each of them would compile the whole source again."""

EVERY_CHECK = list(HealthCheck)
settings.register_profile(
    "default", max_examples=100, deadline=None, derandomize=True, suppress_health_check=EVERY_CHECK
)
settings.register_profile("deep", max_examples=300, deadline=None, derandomize=True, suppress_health_check=EVERY_CHECK)
settings.register_profile("explore", max_examples=2_000, deadline=None, suppress_health_check=EVERY_CHECK)
settings.load_profile("default")
"""Only `--hypothesis-profile=explore` is random: what it finds by chance must not let a correct change fail."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-golden` writes the golden files as the code writes them now."""
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew, and fail with the diff")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put a part of the slow tests before each part of the others, one part for each process of pytest-xdist.

    A process begins with its own part of all tests.  A slow test that begins last would run while the others wait.
    """
    count = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    slow = [item for item in items if item.get_closest_marker("slow")]
    others = [item for item in items if not item.get_closest_marker("slow")]
    size = -(-len(others) // count)
    items[:] = [
        item for part in range(count) for item in (*slow[part::count], *others[part * size : (part + 1) * size])
    ]


def pytest_collection_finish() -> None:
    """Leave what is loaded now, thousands of tests among it, out of Python's searches for cycles of objects.

    Each search took a third of a second: a fifth of the time of the tests in this process (November 2026).
    """
    from copydesk import garbage

    gc.collect()
    gc.freeze()
    garbage.search_less()


@pytest.fixture(scope="session", autouse=True)
def _one_program() -> Iterator[None]:
    """Compute the digest of the package once in this process: each of a thousand runs would read all its files."""
    from copydesk.batch import job

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(job, "_program", functools.cache(job._program))
        yield


class Golden(Protocol):
    """Compares a folder that the code wrote with the committed one."""

    def __call__(self, fresh: Path, committed: Path) -> None: ...


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Fails with a diff of lines where the folders differ; with `--update-golden` it also takes the fresh files."""

    def compare(fresh: Path, committed: Path) -> None:
        old, new = (
            {path.name: path for path in folder.glob("[!.]*") if path.is_file()} for folder in (committed, fresh)
        )
        differences: list[str] = []
        for name in sorted(old | new):
            before = old[name].read_text(encoding="utf-8") if name in old else ""
            after = new[name].read_text(encoding="utf-8") if name in new else ""
            if before == after and (name in old) == (name in new):
                continue
            rows = difflib.unified_diff(
                before.splitlines(), after.splitlines(), f"committed/{name}", f"fresh/{name}", n=1, lineterm=""
            )
            differences += [row[:MAX_DIFF_WIDTH] for row in rows]
            if request.config.getoption("--update-golden"):
                if name in new:
                    (committed / name).write_text(after, encoding="utf-8")
                else:
                    old[name].unlink()
        if differences:
            more = f"\n... and {len(differences) - MAX_DIFF:,} more lines" if len(differences) > MAX_DIFF else ""
            pytest.fail("\n".join(differences[:MAX_DIFF]) + more, pytrace=False)

    return compare


class Copydesk(Protocol):
    """Runs the command in an empty working directory."""

    def __call__(self, *arguments: str | Path, stdin: bytes = b"") -> "subprocess.CompletedProcess[bytes]": ...


@pytest.fixture
def copydesk_process(tmp_path: Path) -> Copydesk:
    """The command as a process."""

    def run(*arguments: str | Path, stdin: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
        command: Sequence[str] = [sys.executable, "-m", "copydesk.cli", *map(str, arguments)]
        return subprocess.run(command, cwd=tmp_path, input=stdin, capture_output=True, check=False, timeout=180)

    return run


@pytest.fixture
def copydesk_here(tmp_path: Path, copydesk_process: Copydesk) -> Copydesk:
    """The command in this process, without the start of a process (see `in_process`); but standard input needs one."""
    from in_process import command

    def run(*arguments: str | Path, stdin: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
        return copydesk_process(*arguments, stdin=stdin) if "-" in arguments else command(tmp_path, *arguments)

    return run


@pytest.fixture
def copydesk(copydesk_process: Copydesk) -> Copydesk:
    """The command; test modules of which the subject is no process take `copydesk_here` instead."""
    return copydesk_process


@pytest.fixture
def bound() -> Sequence[str]:
    """The beginning of a command that must have no more rights than its user."""
    if BOUND and subprocess.run([*BOUND, "true"], capture_output=True, check=False).returncode:
        pytest.skip("root may write everywhere, and gives nothing of that up")
    return BOUND


def _common(factory: pytest.TempPathFactory) -> Path:
    """The temporary folder of all test processes."""
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder of all test processes, which the first of them that needs it has filled."""
    base = _common(factory)
    with FileLock(base / f"{name}.lock"):
        if not (base / name).is_dir():
            new = base / f"{name}.new"
            new.mkdir(exist_ok=True)
            make(new)
            new.rename(base / name)
    return base / name


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this project, which is built once: that takes seconds."""

    def build(folder: Path) -> None:
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)

    (built,) = made_once(tmp_path_factory, "wheel", build).glob("*.whl")
    return built


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a Prefect server that all processes of the tests share."""
    from prefect_servers import shared_server

    with shared_server(_common(tmp_path_factory) / "prefect") as environment:
        yield environment


@pytest.fixture
def dumps(tmp_path: Path) -> Callable[..., Path]:
    """Writes files into a folder `dumps` and gives the folder."""

    def write(**files: str | bytes) -> Path:
        folder = tmp_path / "dumps"
        folder.mkdir(exist_ok=True)
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            (folder / f"{name.replace('__', '.')}").write_bytes(data)
        return folder

    return write


@pytest.fixture
def in_process_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs in this process clean in it, too."""
    from in_process import use_in_process_workers

    use_in_process_workers(monkeypatch)


@pytest.fixture
def log_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_process_workers: None) -> Path:
    """The same as `log` for runs that clean in this process."""
    from copydesk import desk

    clean, log = desk.clean_dump, tmp_path / "log"

    def noted(raw: "Dump", settings: "Config") -> "Cleaned":
        with log.open("a", encoding="utf-8") as stream:
            stream.write(f"{os.getpid()} {raw.source}\n")
        return clean(raw, settings)

    monkeypatch.setattr(desk, "clean_dump", noted)
    log.touch()
    return log


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Sets the hook (`hook.py`); gives the file where it notes "pid source" for each dump that is cleaned."""
    (tmp_path / "hook").mkdir()
    shutil.copy(ROOT / "tests" / "hook.py", tmp_path / "hook" / "sitecustomize.py")
    paths = [str(tmp_path / "hook"), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, paths)))
    monkeypatch.setenv("HOOK_LOG", str(tmp_path / "log"))
    (tmp_path / "log").touch()
    return tmp_path / "log"
