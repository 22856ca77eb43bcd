"""A file that a worker has open: its state, its dumps range by range, and reports to the run about each."""

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from copydesk import desk
from copydesk.batch.clean_file import Skipped, clean_file
from copydesk.batch.inputs import Input
from copydesk.batch.messages import (
    NO_FINGERPRINT,
    FileState,
    Fingerprint,
    Item,
    Opening,
    WorkerMessage,
    Working,
    path_from_text,
    raw_digest,
)
from copydesk.config import Config
from copydesk.document import Cleaned, Reject
from copydesk.dump import Dump, Pending


class OpenFile:
    """A file that stays open from one of its ranges to the next.

    `count` is the number of dumps up to the file's end, or up to where it can't be read further; None before that.
    """

    def __init__(self, item: Item, settings: Config, send: Callable[[WorkerMessage], None]):
        send(Opening(item.path))
        self._path = path_from_text(item.path)
        self.state = _state(self._path)
        self.hooks = ReportingHooks(item, self.state, settings, send)
        self.count: int | None = None
        self._cleaned = clean_file(Input(str(self._path), item.source), settings, self.hooks)
        self._next = 0
        self._is_broken = False

    def can_give(self, item: Item) -> bool:
        """Whether the item's dumps are still to come, and the file has not changed since it was opened."""
        own = self.hooks.item
        if (item.path, item.source) != (own.path, own.source) or item.start < self._next:
            return False
        if self._is_broken:  # the next attempt may succeed, and this item too needs a reject that says why
            return False
        try:
            now = self._path.stat()
        except OSError:
            return False
        return self.state is not None and (now.st_size, now.st_mtime_ns) == (self.state.size, self.state.changed)

    def outcomes(self, item: Item) -> Iterator[tuple[int, Cleaned | Reject | Skipped, float]]:
        """What the item's dumps give, each with its number and seconds; dumps before them are passed over.

        Where the file can't be read as far as the item, the only outcome is the reject that says why: another worker
        may have got further with the ranges before, and no dump may get lost without a reject.
        """
        self.hooks.item = item
        while self.count is None and (item.stop is None or self._next < item.stop):
            began = time.monotonic()
            number, made = self._next, next(self._cleaned, None)
            seconds = time.monotonic() - began
            if made is None:
                self.count = number
                return
            self._next += 1
            if isinstance(made, Reject) and made.source == item.source:
                self._is_broken = True
                self.count = max(number, item.start) + 1
                yield self.count - 1, made, seconds
            elif number >= item.start:
                yield number, made, seconds


class ReportingHooks:
    """Reports to the run at which dump the worker is; skips dumps that are current, and those that are refused.

    `source`, `raw` and `read` belong to the dump found last: its source, the digest of its bytes, and how many bytes
    of the file were read by then.
    """

    def __init__(self, item: Item, state: FileState | None, settings: Config, send: Callable[[WorkerMessage], None]):
        self.item = item
        self.source = item.source
        self.raw = ""
        self.read = 0
        self._state, self._settings, self._send = state, settings, send
        self._known = NO_FINGERPRINT

    def before_reading(self, number: int) -> Reject | None:
        """Report that dump `number` is read next.  A dump that could not be read before ends the file."""
        refused = self.item.refused.get(number)
        if refused and refused.source == self.item.source:
            return refused
        self._send(Working(self.item.path, self.item.source, number, self.item.source))
        return None

    def before_cleaning(self, number: int, found: Pending) -> Reject | Skipped | None:
        """Report that dump `number` is cleaned next, unless it is current or refused."""
        self.source, self.read = found.source, found.read
        if number < self.item.start:
            return Skipped()
        refused = self.item.refused.get(number)
        if refused:
            return replace(refused, source=found.source)
        self.raw = raw_digest(found.source, found.raw)
        self._known = self._fingerprint(number)
        if self._known.config and self._known.profiles == self.item.profiles:
            return Skipped()
        self._send(Working(self.item.path, self.item.source, number, found.source))
        return None

    def _fingerprint(self, number: int) -> Fingerprint:
        """The fingerprint of the dump's records in the output; none where they were made from another dump."""
        place = number - self.item.start
        known = self.item.known[place] if place < len(self.item.known) else NO_FINGERPRINT
        is_same_file = self._state is not None and self._state.sha256 == self.item.sha256
        return known if known.raw == self.raw and (self.raw or is_same_file) else NO_FINGERPRINT

    def is_current(self, dump: Dump) -> bool:
        """Whether the dump's records in the output were made with the same settings."""
        known = self._known.config
        return known != "" and known == self._settings.digest(desk.profile_of(dump, self._settings))


def _state(path: Path) -> FileState | None:
    """The file as it is now; None where it can't be read."""
    seen = time.time_ns()
    try:
        with path.open("rb") as stream:
            now = os.fstat(stream.fileno())
            return FileState(now.st_size, now.st_mtime_ns, seen, hashlib.file_digest(stream, "sha256").hexdigest())
    except OSError:
        return None
