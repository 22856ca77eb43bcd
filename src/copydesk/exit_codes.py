"""The exit codes of commands and flows."""

from enum import IntEnum
from typing import Final

NO_MEMORY: Final = (
    "there is not enough memory for this process; allow it more (ulimit -v, the container), and run again"
)
"""The message for NOT_FINISHED because of memory."""


class ExitCode(IntEnum):
    """How a command ended."""

    DONE = 0
    REJECTED = 1
    WRONG_USE = 2
    NOT_FINISHED = 3
    INTERRUPTED = 130
