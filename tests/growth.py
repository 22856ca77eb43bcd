"""Whether work takes time in proportion to its input, however busy the machine is."""

import time
from collections.abc import Callable

from copydesk import garbage

MAX_TRIES = 8
"""Measurements before the answer is no. Each size has the least time of all tries: other work only adds time."""

SLOWER = 4.0
"""Times what a straight line would give. Quadratic work at eight times the size takes eight times the straight line."""

MATTERS = 0.25
"""CPU seconds below which nothing is compared: a test would measure the machine."""

ENDLESS = 180.0
"""Seconds after which a command is stopped because it would not end by itself; a busy machine needs a tenth of them."""


def cpu_seconds(work: Callable[[], object]) -> float:
    """CPU seconds of this process that the work takes."""
    with garbage.paused():  # a search would take time for all that other tests have left in memory
        start = time.process_time()
        work()
        return time.process_time() - start


def grows_linearly(work: Callable[[int], object], small: int, large: int, slower: float = SLOWER) -> bool:
    """Whether `work(large)` takes at most `slower` times what `work(small)` promises, in CPU time.

    True after the first try that shows it; false only if no try of `MAX_TRIES` does.
    """
    first = whole = float("inf")
    for _ in range(MAX_TRIES):
        first = min(first, cpu_seconds(lambda: work(small)))
        whole = min(whole, cpu_seconds(lambda: work(large)))
        if whole < max(MATTERS, slower * first * large / small):
            return True
    return False
