"""Standard output and standard error, which may be closed, full, or read by a program that ends early."""

import errno
import os
import re
import sys
from contextlib import suppress
from typing import Any, Final

import click

try:
    import resource
except ModuleNotFoundError:  # Windows
    resource = None  # type: ignore[assignment]

from copydesk import garbage
from copydesk.cli.logs import tame_other_loggers
from copydesk.exit_codes import NO_MEMORY, ExitCode
from copydesk.terminal import shown, shown_lines

_NO_MEMORY = re.compile("failed to map segment|cannot allocate memory|can't start new thread", re.IGNORECASE)
"""What the loader of shared libraries and Python's threads say if there is no memory."""

MIN_MEMORY: Final = 500_000_000
"""Bytes of address space for a process that loads all libraries: with 512 MB each command works, with 450 MB pyarrow
crashes while it is loaded (`ulimit -v`, two cores, November 2026)."""

STANDARD: Final = (0, 1, 2)


class CommandError(click.ClickException):
    """An error that is shown in one line, and its exit code."""

    def __init__(self, message: str, exit_code: int = ExitCode.WRONG_USE):
        super().__init__(shown(message))
        self.exit_code = exit_code  # type: ignore[misc] # click reads it from the instance


class Shell(click.Group):
    """The group of commands.  If standard output can't take what a command prints, the exit code is NOT_FINISHED."""

    def main(self, *arguments: Any, **options: Any) -> Any:
        """Run the command of the arguments."""
        garbage.search_less()
        _open_standard_streams()
        tame_other_loggers()
        return super().main(*arguments, **options)

    def invoke(self, context: click.Context) -> object:
        """Run a command, and print all of its output before it ends."""
        _check_memory()
        try:
            try:
                return super().invoke(context)
            except click.ClickException as error:
                # click quotes arguments as they are, and the shell names files in them
                error.message = shown_lines(error.message)  # type: ignore[misc] # click reads it from the instance
                raise
            finally:
                if sys.stdout is not None:
                    sys.stdout.flush()
        except BrokenPipeError:  # `| head` has read enough
            _discard_output()
            sys.exit(ExitCode.NOT_FINISHED)
        except MemoryError as error:
            raise CommandError(NO_MEMORY, ExitCode.NOT_FINISHED) from error
        except (ImportError, RuntimeError) as error:
            if not _NO_MEMORY.search(str(error)):
                raise
            raise CommandError(f"{NO_MEMORY} ({error})", ExitCode.NOT_FINISHED) from error
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EIO, errno.EDQUOT) or error.filename is not None:
                raise
            _discard_output()
            raise CommandError(f"standard output: {error.strerror}", ExitCode.NOT_FINISHED) from error


def put(text: str | bytes) -> None:
    """Write a text to standard output.  Raises CommandError if it is closed."""
    if sys.stdout is None:
        raise CommandError("standard output is closed", ExitCode.NOT_FINISHED)
    click.echo(text, nl=False)


def put_line(line: str = "") -> None:
    """Write a line to standard output, harmless for a terminal.  Raises CommandError if it is closed."""
    put(shown_lines(line) + "\n")


def say(text: str) -> None:
    """Write a line to standard error, harmless for a terminal.

    If it is closed, there is no one to read it, and the command goes on.
    """
    with suppress(OSError):
        click.echo(shown_lines(text), err=True)


def _open_standard_streams() -> None:
    """Open closed descriptors of standard streams, or the next file would get their number, and what is printed."""
    for number in STANDARD:
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _check_memory() -> None:
    """Raise CommandError if the system allows this process too little memory: C libraries then end it at once."""
    if resource is None:
        return
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit != resource.RLIM_INFINITY and limit < MIN_MEMORY:
        detail = f"it may have {limit // 10**6:,} MB, and needs {MIN_MEMORY // 10**6:,} MB"
        raise CommandError(f"{NO_MEMORY} ({detail})", ExitCode.NOT_FINISHED)


def _discard_output() -> None:
    """Let Python's own flush at the end not fail again."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
