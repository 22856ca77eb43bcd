"""Cleans the dumps of a file, one after the other.  An error in this program rejects one dump, not the whole batch."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final, Protocol

from copydesk import desk, readers
from copydesk.batch.walk import Input
from copydesk.config import Config
from copydesk.document import Cleaned, Reject
from copydesk.dump import Dump, Pending, UnreadableError
from copydesk.files import Readable
from copydesk.raw_dump import RawDump
from copydesk.readers import raw_dumps
from copydesk.step_times import READ, step

MAX_ERROR_LENGTH: Final = 300
"""Characters of an unexpected error's message that a reject quotes."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A dump that was not cleaned: it was not requested, or its records in the output are current."""


class Hooks(Protocol):
    """Called before each step; may skip or reject a dump."""

    def before_reading(self, number: int) -> Reject | None:
        """Called before dump `number` (from 0) is read.  A reject ends the file."""
        ...

    def before_cleaning(self, number: int, found: Pending) -> Reject | Skipped | None:
        """Called before dump `number` is cleaned.  If this returns a reject or Skipped, that is the outcome."""
        ...

    def is_current(self, dump: Dump) -> bool:
        """Whether the output already has the records that this dump would give."""
        ...


class NoHooks:
    """Hooks that do nothing: each dump is cleaned."""

    def before_reading(self, number: int) -> Reject | None:
        """Do nothing."""
        return None

    def before_cleaning(self, number: int, found: Pending) -> Reject | Skipped | None:
        """Do nothing."""
        return None

    def is_current(self, dump: Dump) -> bool:
        """Always false."""
        return False


NO_HOOKS: Final = NoHooks()


def clean_file(
    one: Input, settings: Config, hooks: Hooks = NO_HOOKS, copy: Readable | None = None
) -> Iterator[Cleaned | Reject | Skipped]:
    """The outcome for each dump of a file, in the order of the file.  If there is a copy of it, that is read."""
    return _clean(readers.find(copy or one.path, one.source, settings), settings, one.source, hooks)


def clean_raw(
    dumps: Iterable[RawDump], source: str, settings: Config, hooks: Hooks
) -> Iterator[Cleaned | Reject | Skipped]:
    """The outcome for each raw dump.  `source` is named in a reject after which no dump follows."""
    found = chain.from_iterable(raw_dumps.find(one, settings) for one in dumps)
    return _clean(found, settings, source, hooks)


def _clean(
    dumps: Iterator[Pending | Reject], settings: Config, source: str, hooks: Hooks
) -> Iterator[Cleaned | Reject | Skipped]:
    """The outcome for each dump.  After an error in reading, the rest of the file is lost."""
    number = 0
    while True:
        reject = hooks.before_reading(number)
        if reject:
            yield reject
            return
        try:
            found = next(dumps)
        except StopIteration:
            return
        except Exception as error:  # noqa: BLE001
            yield unexpected(source, error)
            return
        yield _clean_one(number, found, settings, hooks)
        number += 1


def _clean_one(number: int, found: Pending | Reject, settings: Config, hooks: Hooks) -> Cleaned | Reject | Skipped:
    if isinstance(found, Reject):
        return found
    instead = hooks.before_cleaning(number, found)
    if instead:
        return instead
    try:
        with step(READ):
            dump = found.make()
        return Skipped() if hooks.is_current(dump) else desk.clean_dump(dump, settings)
    except UnreadableError as error:
        return Reject(found.source, error.reason, error.detail)
    except Exception as error:  # noqa: BLE001
        return unexpected(found.source, error)


def unexpected(source: str, error: Exception) -> Reject:
    """The reject for an error that readers and stages should never raise."""
    if isinstance(error, MemoryError):
        return Reject(source, "out_of_memory", "it needs more than run.memory allows")
    return Reject(source, "internal_error", f"{type(error).__name__}: {error}"[:MAX_ERROR_LENGTH])
