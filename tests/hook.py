"""Loaded by every Python process of a run, under the name `sitecustomize` (see the fixture `log` in conftest).

In a worker it notes each dump that is cleaned, and lets dumps with a trap in their text hang or kill the worker: when
the text is cleaned, or already when its record is read, or its page rendered.  In the run itself it can kill the run
while it publishes a dump.  Variables of the environment say what happens:

    HOOK_LOG            the file that gets a line "pid source" for each dump
    HOOK_SLOW           seconds that each dump takes longer
    HOOK_SLOW_DIGEST    seconds that the SHA-256 of a file takes longer; bytes arrive all the time
    HOOK_STUCK          the name of a file that gives no byte
    HOOK_DISARMED       traps do nothing
    HOOK_ONE_READER     a file for the pid of the only worker that can read record r5; others have no memory for it
    HOOK_DIE_AT         the number of the dump at which the run dies
    HOOK_UNIT_BYTES     bytes of a container above which workers share it
    HOOK_DIE_AFTER      "all" where all files of that dump have their names by then, else the first of them has
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import IO


def note(what: str) -> None:
    log = os.open(os.environ["HOOK_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(log, f"{os.getpid()} {what}\n".encode())
    os.close(log)


def take_all_memory() -> None:
    blocks = []
    while True:
        blocks.append(bytearray(10**7))


TRAPS: dict[str, Callable[[], object]] = {
    "TRAP:sleep": lambda: time.sleep(10**6),
    "TRAP:exit": lambda: os._exit(7),
    "TRAP:segv": lambda: os.kill(os.getpid(), signal.SIGSEGV),
    "TRAP:kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "TRAP:memory": take_all_memory,
    "TRAP:nap": lambda: time.sleep(3),
}


def spring(text: str, when: str = "") -> None:
    """Spring the trap in a text, where it has one for this moment."""
    if "HOOK_DISARMED" not in os.environ:
        for marker, act in TRAPS.items():
            if when + marker in text:
                act()


def replace(owner: ModuleType | type, name: str, new: object) -> None:
    setattr(owner, name, new)


def hook_worker() -> None:
    from copydesk import desk, files
    from copydesk.config import Config
    from copydesk.document import Cleaned, Json, Reject
    from copydesk.dump import Dump, Pending
    from copydesk.readers import html, record_fields

    clean_dump, digest = desk.clean_dump, files.digest
    dump_of, render_text = record_fields.dump_of, html.render_text

    def clean(raw: Dump, settings: Config) -> Cleaned:
        note(raw.source)
        time.sleep(float(os.environ.get("HOOK_SLOW", "0")))
        spring(raw.text)
        return clean_dump(raw, settings)

    def read(record: dict[str, Json], *more: object) -> Pending | Reject:
        spring(str(record.get("text")), "READING:")
        if "HOOK_ONE_READER" in os.environ and record.get("id") == "r5":
            path = Path(os.environ["HOOK_ONE_READER"])
            try:
                with path.open("x") as stream:
                    stream.write(str(os.getpid()))
            except FileExistsError:
                if path.read_text() != str(os.getpid()):
                    raise MemoryError from None
        return dump_of(record, *more)  # type: ignore[arg-type]

    def render(markup: str, *more: object) -> object:
        spring(markup, "RENDERING:")
        return render_text(markup, *more)  # type: ignore[arg-type]

    def slow_digest(stream: IO[bytes], report: Callable[[int], None], *more: IO[bytes]) -> str:
        for piece in range(round(10 * float(os.environ.get("HOOK_SLOW_DIGEST", "0")))):
            time.sleep(0.1)
            report(piece)
        if Path(stream.name).name == os.environ.get("HOOK_STUCK"):
            time.sleep(10**6)
        return digest(stream, report, *more)

    replace(desk, "clean_dump", clean)
    replace(files, "digest", slow_digest)
    replace(record_fields, "dump_of", read)
    replace(html, "render_text", render)


def hook_run() -> None:
    from copydesk.store import Store

    publish, left = Store.publish, int(os.environ["HOOK_DIE_AT"])

    def dying(self: Store, files: Mapping[str, Path | None]) -> bool:
        nonlocal left
        left -= 1
        if left:
            return publish(self, files)
        publish(self, files if os.environ["HOOK_DIE_AFTER"] == "all" else dict(list(files.items())[:1]))
        os.kill(os.getpid(), signal.SIGKILL)
        return True

    replace(Store, "publish", dying)


if "copydesk.batch.worker_process" in sys.orig_argv:
    hook_worker()
if "copydesk.cli" in sys.orig_argv and "HOOK_DIE_AT" in os.environ:
    hook_run()
if "copydesk.cli" in sys.orig_argv and "HOOK_UNIT_BYTES" in os.environ:
    from copydesk.batch import ordered, remaining

    for module in (ordered, remaining):
        replace(module, "MAX_UNIT_BYTES", int(os.environ["HOOK_UNIT_BYTES"]))
