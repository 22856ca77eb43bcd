"""The process of a worker, or of which workers are copies: `python -m copydesk.batch.worker_process [SOCKET]`."""

import gc
import os
import signal
import socket
import sys
from contextlib import suppress
from typing import Final

from copydesk import garbage

ONE_THREAD: Final = "OPENBLAS_NUM_THREADS"
"""With 1, numpy's library for matrices starts no threads: a process with threads can't be copied safely."""


def main(requests: str = "") -> None:
    """Import the worker and run it.  The imports make most of a worker's objects, and no cycles that nothing uses.

    With the number of a socket, wait for requests on it, and run the worker in a copy of this process for each.
    """
    garbage.search_less()
    if requests:
        os.environ.setdefault(ONE_THREAD, "1")
    from copydesk.batch import worker

    if requests:
        worker.die_with_parent()
        parent = os.getpid()
        _make_copies(socket.socket(fileno=int(requests)))
        worker.die_with_parent(parent)
    worker.main()


def _make_copies(requests: socket.socket) -> None:
    """Make a copy of this process for each request.  Returns in the copies; here the end of the socket ends all.

    A request has the descriptors of the copy's standard streams and of the pipe for its pid and its exit code.
    """
    from copydesk import config, desk
    from copydesk.batch.worker_starter import BYTES_OF_NUMBER, DESCRIPTORS

    copies: dict[int, int] = {}

    def report(status: int, number: int) -> None:
        with suppress(BrokenPipeError):  # the run is not interested any more
            os.write(status, number.to_bytes(BYTES_OF_NUMBER, sys.byteorder, signed=True))

    def report_ended(*_: object) -> None:
        with suppress(ChildProcessError):  # there is no copy
            while ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                status = copies.pop(ended.si_pid)
                is_code = ended.si_code == os.CLD_EXITED
                report(status, ended.si_status if is_code else -ended.si_status)
                os.close(status)
                os.waitpid(ended.si_pid, 0)  # from here on its pid may be that of another process

    desk.check_settings(config.default())  # loads the models
    gc.collect()
    gc.freeze()  # a search would write to all memory that the copies share
    signal.signal(signal.SIGCHLD, report_ended)
    while True:
        _, descriptors, _, _ = socket.recv_fds(requests, 1, DESCRIPTORS)
        if len(descriptors) != DESCRIPTORS:
            sys.exit(bool(descriptors))  # 0 if the run has closed the socket; 1 if this process can't open more files
        *streams, status = descriptors
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})  # a copy may end before it is in `copies`
        pid = os.fork()
        if pid:
            copies[pid] = status
            report(status, pid)
        else:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            requests.close()
            for other in (*copies.values(), status):
                os.close(other)
            for number, stream in enumerate(streams):
                os.dup2(stream, number)
        for stream in streams:
            os.close(stream)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        if not pid:
            return


if __name__ == "__main__":
    main(*sys.argv[1:])
