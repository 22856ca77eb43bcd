"""Other systems: runs without the modules and functions that macOS or Windows do not have.

This is no proof that copydesk works there, because it was never run there.  It shows that nothing it does needs what
these systems lack, and that each guard for it works.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from conftest import ROOT
from copydesk import store
from copydesk.batch import worker
from copydesk.batch.job import cores
from runs import clean_once, container, fill, limits, rejects, story, trap, tree

LACKING = """
import os, pathlib, signal, sys

MODULES = set({modules!r})

class Missing:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name in MODULES:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Missing)
for module in MODULES:
    sys.modules.pop(module, None)
for owner, names in ((os, {os_names!r}), (signal, {signal_names!r})):
    for name in names:
        if hasattr(owner, name):
            delattr(owner, name)

read_text = pathlib.Path.read_text

def without_proc(self, *more, **named):
    if str(self).startswith("/proc"):
        raise FileNotFoundError(2, "No such file or directory", str(self))
    return read_text(self, *more, **named)

pathlib.Path.read_text = without_proc
"""

MACOS = LACKING.format(modules=(), os_names=("sched_getaffinity", "process_cpu_count"), signal_names=())
WINDOWS = LACKING.format(
    modules=("fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "syslog"),
    os_names=(
        *("sched_getaffinity", "process_cpu_count", "fork", "forkpty", "getuid", "geteuid", "getgid", "getegid"),
        *("getgroups", "setsid", "getpgid", "killpg", "mkfifo", "chown", "chroot", "nice", "O_CLOEXEC"),
        *("O_NONBLOCK", "O_NOFOLLOW", "O_DIRECTORY", "statvfs"),
    ),
    signal_names=("alarm", "setitimer", "SIGALRM", "SIGHUP", "SIGPIPE", "SIGUSR1", "SIGUSR2"),
)


@pytest.fixture(params=[MACOS, WINDOWS], ids=["macos", "windows"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """The environment of a Python that lacks what the system lacks.  Traps in stories work in it (see `hook.py`)."""
    (tmp_path / "elsewhere").mkdir()
    hook = (ROOT / "tests" / "hook.py").read_text(encoding="utf-8")
    (tmp_path / "elsewhere" / "sitecustomize.py").write_text(request.param + hook, encoding="utf-8")
    (tmp_path / "log").touch()
    paths = [str(tmp_path / "elsewhere"), os.environ.get("PYTHONPATH", "")]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "HOOK_LOG": str(tmp_path / "log"),
    }


def run(environment: dict[str, str], *arguments: str | Path, cwd: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "copydesk.cli", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=180)


@pytest.mark.slow
def test_a_batch_elsewhere_gives_what_it_gives_here(elsewhere: dict[str, str], tmp_path: Path) -> None:
    folder = fill(tmp_path / "dumps", 8)
    container(folder / "box.jsonl", [story(number) for number in range(40, 46)])
    (folder / "hangs.txt").write_text(story(50, trap("sleep")), encoding="utf-8")
    (folder / "dies.txt").write_text(story(51, trap("exit")), encoding="utf-8")
    options = ("--jobs", "2", "--format", "md,json,jsonl", "--config", limits(tmp_path, seconds=6))
    first = run(elsewhere, "clean", folder, "-o", "there", *options, cwd=tmp_path)
    assert first.returncode == 1, first.stderr
    assert "Traceback" not in first.stderr
    assert rejects(tmp_path / "there") == {"hangs.txt": "timeout", "dies.txt": "crashed"}
    (folder / "hangs.txt").unlink()
    (folder / "dies.txt").unlink()
    second = run(elsewhere, "clean", folder, "-o", "there", "--prune", *options, cwd=tmp_path)
    assert "0 written, 14 unchanged, 0 rejected" in second.stderr
    assert "finished" in run(elsewhere, "status", "there", cwd=tmp_path).stdout
    assert "0 faults" in run(elsewhere, "verify", "there", cwd=tmp_path).stderr
    assert tree(tmp_path / "there") == clean_once(folder, tmp_path / "here")


@pytest.mark.slow
def test_elsewhere_too_one_run_at_a_time_writes_an_output(elsewhere: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "out" / store.BOOKKEEPING).mkdir(parents=True)
    script = (
        "import sys; from pathlib import Path; from copydesk.store import Store, is_busy\n"
        "with Store(Path('out')):\n"
        "    print(is_busy(Path('out/.copydesk')), flush=True); sys.stdin.read()\n"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=elsewhere,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    with holder.stdin, holder.stdout:
        assert holder.stdout.readline() == "True\n"
        second = run(elsewhere, "clean", fill(tmp_path / "dumps", 1), "-o", "out", cwd=tmp_path)
        assert (second.returncode, "another run is writing here" in second.stderr) == (3, True)
        holder.stdin.close()
        assert holder.wait(180) == 0
    ask = "from pathlib import Path; from copydesk.store import is_busy; print(is_busy(Path('out/.copydesk')))"
    free = subprocess.run(
        [sys.executable, "-c", ask], cwd=tmp_path, env=elsewhere, capture_output=True, text=True, check=True
    )
    assert free.stdout == "False\n"


def test_the_number_of_cores_needs_no_affinity(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    assert cores() == 6
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert cores() == 1


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_only_linux_is_asked_to_end_a_worker_with_its_parent(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise AssertionError("prctl was called")

    monkeypatch.setattr(worker, "sys", SimpleNamespace(platform=platform))
    monkeypatch.setattr(worker, "ctypes", SimpleNamespace(CDLL=fail))
    worker.die_with_parent()
    monkeypatch.setattr(worker, "sys", SimpleNamespace(platform="linux"))
    with pytest.raises(AssertionError):
        worker.die_with_parent()


DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9\xb9\xb2\xb3]|lpt[0-9\xb9\xb2\xb3]) *", re.IGNORECASE)


@pytest.mark.parametrize(
    ("source", "is_changed"),
    [
        *((name, True) for name in ("con.txt", "AUX", "nul.html", "com1.tar.gz", "lpt\xb2", "PRN .txt", "CONIN$")),
        *((name, True) for name in ("nul.txt.html", "box.jsonl#com1 .txt", "aux.a#b")),
        *((name, True) for name in ("a:b.txt", "why?.txt", "x|y", 'say "hi"', "back\\slash", "end.", "end ", "a<b>")),
        *((name, False) for name in ("console.txt", "com10", "null", "a.con", "auxiliary/page", "Über uns.html")),
    ],
)
def test_output_names_are_names_on_windows_too(source: str, is_changed: bool) -> None:
    names = [one.name for one in store.output_names(source)]
    for part in (part for each in names for part in each.split("/")):
        assert not DEVICE.fullmatch(part.partition(".")[0])
        assert not re.search(r'[<>:"\\|?*\x00-\x1f]|[. ]$', part)
    name = names[0]
    assert (name != source.removesuffix(".txt").removesuffix(".html")) is is_changed


def test_the_code_uses_no_module_of_one_system_without_a_guard() -> None:
    """An import of such a module at the start of a line ends the program elsewhere."""
    modules = "fcntl|resource|pwd|grp|termios|tty|pty|msvcrt|winreg|syslog"
    for path in (ROOT / "src").rglob("*.py"):
        found = re.findall(rf"^(?:import|from) (?:{modules})\b.*", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert not found, f"{path}: {found}"
