"""Starts the processes of workers.

On Linux one process imports the package and loads the models once, and each worker is a copy of it (`fork`).  The first
worker is ready after .7 seconds, each of the others after 10 ms instead of .6 seconds; it has 4 MB of memory of its own
when it is ready, instead of 57 (November 2026).  Elsewhere each worker is a new process, because a copy of a process is
not safe there (macOS) or not possible (Windows).
"""

import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Final, Protocol, TypeAlias

COMMAND: Final = (sys.executable, "-m", "copydesk.batch.worker_process")

CAN_COPY: Final = sys.platform == "linux" and hasattr(os, "fork")
"""Whether workers are copies of one process."""

OWN_GROUP: Final[int] = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
"""On Windows, the flag for what `process_group=0` means elsewhere: Ctrl-C interrupts the run only, and the run ends its
workers."""

BYTES_OF_NUMBER: Final = 8
"""Bytes of a pid or an exit code, which a process writes for each of its copies."""

DESCRIPTORS: Final = 4
"""Descriptors of the request for a copy: its three standard streams, and the pipe for its pid and its exit code."""

PassOn: TypeAlias = Callable[[IO[bytes]], None]
"""Prints what a process has printed, until the process ends."""


class WorkerProcess(Protocol):
    """A process that can be killed: a `subprocess.Popen`, or a copy of another process."""

    def kill(self) -> None:
        """Kill the process.  May raise ProcessLookupError if it has ended."""

    def wait(self) -> int:
        """Wait for its end; gives its exit code, or the number of the signal that killed it, as a negative number."""


@dataclass(frozen=True, slots=True)
class Started:
    """A worker's process.  It reads `orders` and writes `answers`; the threads of `printing` pass on its errors."""

    process: WorkerProcess
    orders: IO[bytes]
    answers: IO[bytes]
    printing: tuple[threading.Thread, ...]


class WorkerStarter:
    """Starts workers.  What they print goes to `pass_on`, in a thread for each worker.  `close` ends all copies."""

    def __init__(self, pass_on: PassOn) -> None:
        self._pass_on = pass_on
        self._original: _Original | None = None

    def start(self) -> Started:
        """Start a worker."""
        if not CAN_COPY:
            process = _popen(subprocess.PIPE)
            orders, answers, printed = _pipes(process)
            return Started(process, orders, answers, (_thread(self._pass_on, printed),))
        if self._original is None or self._original.process.poll() is not None:
            self.close()
            self._original = _Original(self._pass_on)
        return self._original.copy()

    def close(self) -> None:
        """End the process of which the workers are copies; the kernel then kills the copies."""
        if self._original is not None:
            self._original.close()
            self._original = None


class _Original:
    """The process of which workers are copies.  It ends when this end of its socket is closed."""

    def __init__(self, pass_on: PassOn) -> None:
        self._pass_on = pass_on
        self._socket, theirs = socket.socketpair()
        try:
            with theirs:
                self.process = _popen(subprocess.DEVNULL, theirs.fileno())
        except OSError:
            self._socket.close()
            raise
        if self.process.stderr is None:
            raise OSError("a process was started without a pipe for its errors")
        self._printing = _thread(pass_on, self.process.stderr)

    def copy(self) -> Started:
        """Start a worker.  If this process has ended, the worker's pipes are at their ends."""
        pipes: list[tuple[int, int]] = []
        try:
            pipes += (os.pipe() for _ in range(DESCRIPTORS))
        except OSError:  # too many open files
            for descriptor in (end for pipe in pipes for end in pipe):
                os.close(descriptor)
            raise
        orders, answers, printed, status = pipes
        theirs = (orders[0], answers[1], printed[1], status[1])
        with suppress(BrokenPipeError, ConnectionResetError):
            socket.send_fds(self._socket, [b"\n"], theirs)
        for descriptor in theirs:
            os.close(descriptor)
        process = _Copy(self.process, os.fdopen(status[0], "rb", buffering=0))
        printing = _thread(self._pass_on, os.fdopen(printed[0], "rb"))
        return Started(process, os.fdopen(orders[1], "wb"), os.fdopen(answers[0], "rb"), (printing, self._printing))

    def close(self) -> None:
        self._socket.close()
        self.process.kill()
        self.process.wait()


class _Copy:
    """A worker that is a copy of `original`, which writes the worker's pid and later its exit code to `status`."""

    def __init__(self, original: "subprocess.Popen[bytes]", status: IO[bytes]):
        self._original, self._status = original, status
        self._pid: int | None = None
        self._exit_code: int | None = None

    def kill(self) -> None:
        if self._exit_code is not None:
            return
        if self._pid is None:
            if not self._is_status_new():  # the copy is not made yet
                self._original.kill()
                return
            self._pid = self._next_number()
        if self._pid is not None and not self._is_status_new():  # it has not ended
            os.kill(self._pid, signal.SIGKILL)

    def wait(self) -> int:
        if self._exit_code is None:
            if self._pid is None:
                self._pid = self._next_number()
            code = self._next_number()
            self._exit_code = self._original.wait() if code is None else code
            self._status.close()
        return self._exit_code

    def _is_status_new(self) -> bool:
        """Whether there is a number to read, or the original has ended."""
        poll = select.poll()
        poll.register(self._status, select.POLLIN)
        return bool(poll.poll(0))

    def _next_number(self) -> int | None:
        """The next number, or None if the original has ended."""
        data = self._status.read(BYTES_OF_NUMBER)
        return int.from_bytes(data, sys.byteorder, signed=True) if data else None


def _popen(stream: int, socket_number: int | None = None) -> "subprocess.Popen[bytes]":
    """A worker's process; with the number of a socket, the process of which workers are copies."""
    more = () if socket_number is None else (socket_number,)
    return subprocess.Popen(  # noqa: S603 - our own
        [*COMMAND, *map(str, more)],
        stdin=stream,
        stdout=stream,
        stderr=subprocess.PIPE,
        pass_fds=more,
        process_group=0,
        creationflags=OWN_GROUP,
    )


def _pipes(process: "subprocess.Popen[bytes]") -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
    if process.stdin is None or process.stdout is None or process.stderr is None:
        raise OSError("a worker was started without pipes for its messages")
    return process.stdin, process.stdout, process.stderr


def _thread(work: PassOn, stream: IO[bytes]) -> threading.Thread:
    thread = threading.Thread(target=work, args=(stream,), daemon=True)
    thread.start()
    return thread
