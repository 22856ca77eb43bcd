"""Turns an error that ends a run into one line and an exit code, for the command and for the flow."""

from typing import Final

from copydesk.batch.inputs import InputError
from copydesk.batch.pool import WorkerError
from copydesk.config import ConfigError
from copydesk.exit_codes import NO_MEMORY, ExitCode
from copydesk.files import Place, PlaceError
from copydesk.store import StoreError

_CODES: Final[tuple[tuple[type[BaseException], ExitCode], ...]] = (
    (InputError, ExitCode.WRONG_USE),
    (ConfigError, ExitCode.WRONG_USE),
    (StoreError, ExitCode.WRONG_USE),
    (PlaceError, ExitCode.WRONG_USE),
    (WorkerError, ExitCode.NOT_FINISHED),
    (OSError, ExitCode.NOT_FINISHED),
    (MemoryError, ExitCode.NOT_FINISHED),
    (KeyboardInterrupt, ExitCode.INTERRUPTED),
)
"""The first kind that fits is used, because a StoreError is an OSError too."""

RUN_ERRORS: Final = tuple(kind for kind, _ in _CODES)
"""The errors that `explain_error` knows."""


def explain_error(error: BaseException, output: Place | str) -> tuple[str, ExitCode]:
    """The message and the exit code for one of RUN_ERRORS."""
    kind, code = next(one for one in _CODES if isinstance(error, one[0]))
    if kind is KeyboardInterrupt:
        return "interrupted; run again to continue", code
    if kind is MemoryError:
        return NO_MEMORY, code
    if kind is OSError and isinstance(error, OSError):
        return f"{error.filename or output}: {error.strerror}; fix this and run again", code
    return str(error), code
