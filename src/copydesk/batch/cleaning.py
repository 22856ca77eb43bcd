"""Dumps to records, one after the other; a fault of ours costs one dump, not the batch."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from copydesk import desk, readers
from copydesk.batch.inputs import Input
from copydesk.config import Config
from copydesk.document import Cleaned, Reject
from copydesk.dump import Dump, Pending, UnreadableError
from copydesk.readers import jsonl


@dataclass(frozen=True, slots=True)
class Kept:
    """A dump that was not cleaned, since that is not wanted now, or its records are in the output already."""


class Watch(Protocol):
    """Is told before each step of what comes next, and may say that a dump shall not be cleaned, and why."""

    def reading(self, number: int) -> Reject | None:
        """Dump `number` (from 0) of the file is to be read; a reject ends the file."""
        ...

    def cleaning(self, number: int, found: Pending) -> Reject | Kept | None:
        """It was found, and is to be made and cleaned, unless this says otherwise."""
        ...

    def is_known(self, dump: Dump) -> bool:
        """Whether the records that it would give, now that it is made, are there."""
        ...


class Nobody:
    """Watches nothing."""

    def reading(self, number: int) -> Reject | None:
        """Go on."""
        return None

    def cleaning(self, number: int, found: Pending) -> Reject | Kept | None:
        """Go on."""
        return None

    def is_known(self, dump: Dump) -> bool:
        """It is not."""
        return False


class Only(Nobody):
    """Has only those records of a container cleaned whose id this is, or whose place among them, from 1 on."""

    def __init__(self, name: str):
        self._name = name

    def cleaning(self, number: int, found: Pending) -> Kept | None:
        """Go on where it is one of these."""
        return None if self._name in (found.source.partition("#")[2], str(number + 1)) else Kept()


NOBODY: Final = Nobody()


def clean_input(one: Input, settings: Config, watch: Watch = NOBODY) -> Iterator[Cleaned | Reject | Kept]:
    """What each dump in a file gives, in the file's order."""
    return _cleaned(readers.find(one.path, one.source, settings), settings, one.source, watch)


def clean_stream(stream: jsonl.ByteLines, settings: Config) -> Iterator[Cleaned | Reject]:
    """The same for an open stream of JSON Lines; its source is "-"."""
    for outcome in _cleaned(jsonl.read(stream, "-", settings), settings, "-", NOBODY):
        if not isinstance(outcome, Kept):
            yield outcome


def _cleaned(
    dumps: Iterator[Pending | Reject], settings: Config, source: str, watch: Watch
) -> Iterator[Cleaned | Reject | Kept]:
    """What each dump gives.  A fault in reading costs the rest of its file."""
    number = 0
    while True:
        stopped = watch.reading(number)
        if stopped:
            yield stopped
            return
        try:
            found = next(dumps)
        except StopIteration:
            return
        except Exception as error:  # noqa: BLE001
            yield fault(source, error)
            return
        yield _outcome(number, found, settings, watch)
        number += 1


def _outcome(number: int, found: Pending | Reject, settings: Config, watch: Watch) -> Cleaned | Reject | Kept:
    if isinstance(found, Reject):
        return found
    stopped = watch.cleaning(number, found)
    if stopped:
        return stopped
    try:
        dump = found.make()
        return Kept() if watch.is_known(dump) else desk.clean_dump(dump, settings)
    except UnreadableError as error:
        return Reject(found.source, error.reason, error.detail)
    except Exception as error:  # noqa: BLE001
        return fault(found.source, error)


def fault(source: str, error: Exception) -> Reject:
    """The reject for an error that none of the readers and stages should have raised."""
    if isinstance(error, MemoryError):
        return Reject(source, "out_of_memory", "it needs more than run.memory allows")
    return Reject(source, "internal_error", f"{type(error).__name__}: {error}"[:300])
