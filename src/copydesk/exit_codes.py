"""The exit codes of commands and flows."""

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended."""

    DONE = 0
    REJECTED = 1
    WRONG_USE = 2
    NOT_FINISHED = 3
    INTERRUPTED = 130
