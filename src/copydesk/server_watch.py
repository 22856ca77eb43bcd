"""Ends a process if its Prefect server has died.

Prefect repeats each request to a server that is gone, for minutes, and again when the process ends.  A run may be ended
at any moment, so the process is: the next run continues with what this one has staged.
"""

import os
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Final

from copydesk.exit_codes import ExitCode

CHECK_SECONDS: Final = 2.0
"""Seconds between two requests."""

ANSWER_SECONDS: Final = 10.0
"""Seconds for which one request waits."""

GONE_SECONDS: Final = 15.0
"""Seconds after which a server is gone that refuses connections.  The process then ends within 30 seconds, and a server
that is only started again has the time for that."""

STUCK_SECONDS: Final = 300.0
"""Seconds after which a server is gone that takes requests and does not answer.  A busy one can need a minute."""


class ServerWatch:
    """Asks a server from time to time whether it is there, in a thread.  If it is gone, the process ends.

    If the server does not answer the first request, nothing is watched: it may be reached in another way.  `end` gets
    the message and the exit code.
    """

    def __init__(self, address: str, output: str, end: "Callable[[str, int], None] | None" = None):
        self._address, self._output = address, output
        self._end = end or end_process
        self._code: int | None = None

    def start(self) -> None:
        """Begin to watch, until the process ends."""
        threading.Thread(target=self._watch, daemon=True).start()

    def finish(self, code: int) -> None:
        """Say that the work is done.  If the server is gone now, the process ends with this code and no message."""
        self._code = code

    def _watch(self) -> None:
        if self._failure() is not None:
            return
        answered = time.monotonic()
        while True:
            time.sleep(CHECK_SECONDS)
            failure = self._failure()
            now = time.monotonic()
            if failure is None:
                answered = now
            elif now - answered > failure:
                self._end(*self._last_words(now - answered))
                return

    def _failure(self) -> float | None:
        """None if the server answers; else the seconds after which this failure means that it is gone."""
        try:
            with urllib.request.urlopen(self._address, timeout=ANSWER_SECONDS):  # noqa: S310 - Prefect's own address
                return None
        except urllib.error.HTTPError:  # an answer too
            return None
        except (OSError, ValueError) as error:
            reason = error.reason if isinstance(error, urllib.error.URLError) else error
            return STUCK_SECONDS if isinstance(reason, TimeoutError) else GONE_SECONDS

    def _last_words(self, seconds: float) -> tuple[str, int]:
        if self._code is not None:
            return "", self._code
        said = f"the Prefect server at {self._address} has not answered for {seconds:.0f} seconds"
        rest = f"what was cleaned is safe in {self._output}; start the server and run again to continue"
        return f"Error: {said}: the flow ends; {rest}", ExitCode.NOT_FINISHED


def end_process(message: str, code: int) -> None:
    """End this process at once, without what Prefect would do at its end."""
    if message and sys.stderr is not None:
        print(message, file=sys.stderr, flush=True)
    os._exit(code)
