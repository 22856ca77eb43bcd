"""How long each step of cleaning takes, for the report of a run.

The steps are in modules that know nothing of runs, and a dump goes through all of them in one process.  So the process
adds up here, and `take` gives the sum since the last call.  No record depends on it.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

READ: Final = "read"
SPACING: Final = "fix spacing"
BOILERPLATE: Final = "strip boilerplate"
TEASERS: Final = "split teasers"
METADATA: Final = "attach metadata"
WRITE: Final = "write"

STEPS: Final = (READ, SPACING, BOILERPLATE, TEASERS, METADATA, WRITE)
"""All steps, in their order.  The flow `copydesk-trace` has a task for each."""

DIGITS: Final = 5
"""Digits of a second that are sent to the run: a step of a short dump takes less than a millisecond."""

_seconds: Final[dict[str, float]] = {}


@contextmanager
def step(name: str) -> Iterator[None]:
    """Add the time of the block to this step."""
    began = time.perf_counter()
    try:
        yield
    finally:
        _seconds[name] = _seconds.get(name, 0.0) + time.perf_counter() - began


def take() -> dict[str, float]:
    """The seconds of each step since the last call."""
    found = {name: round(seconds, DIGITS) for name, seconds in _seconds.items()}
    _seconds.clear()
    return found
