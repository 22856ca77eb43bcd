"""A file that a worker has open.  Its dumps are read range by range, and each is reported to the run."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from copydesk import desk, files
from copydesk.batch.clean_file import Skipped, clean_file, clean_raw
from copydesk.batch.messages import (
    NO_FINGERPRINT,
    FileState,
    Fingerprint,
    Item,
    Opening,
    WorkerMessage,
    Working,
    made_with,
    path_from_text,
    raw_digest,
    unpack_raw_dumps,
)
from copydesk.batch.opening import Opened, open_item
from copydesk.batch.walk import Input
from copydesk.config import Config
from copydesk.document import Cleaned, Reject
from copydesk.dump import Dump, Pending
from copydesk.files import Copy


class OpenFile:
    """A file that stays open between two of its ranges.

    `count` is the number of dumps in the file, or up to the place where it can't be read further.  It is None until
    one of these is reached.
    """

    def __init__(self, item: Item, settings: Config, send: Callable[[WorkerMessage], None]):
        opening = Opening(item.path, item.source)
        send(opening)
        self._path = path_from_text(item.path)
        opened = open_item(item, settings, lambda: send(opening))
        self.state = opened.state if isinstance(opened, Opened) else None
        self._file = opened.file if isinstance(opened, Opened) else None
        self.hooks = ReportingHooks(item, self.state, settings, send)
        self.count: int | None = None
        self._cleaned = self._begin(item, settings, opened)
        self._next = 0
        self._is_broken = False

    def _begin(self, item: Item, settings: Config, opened: Opened | Reject) -> Iterator[Cleaned | Reject | Skipped]:
        if isinstance(opened, Reject):
            return iter([opened])
        if item.holds_raw_dumps:
            return clean_raw(unpack_raw_dumps(self._path.read_bytes()), item.source, settings, self.hooks)
        return clean_file(Input(str(self._path), item.source), settings, self.hooks, opened.file)

    def close(self) -> None:
        """Close the file, also if none of its dumps was read."""
        if isinstance(self._file, Copy):
            self._file.close()

    def can_give(self, item: Item) -> bool:
        """Whether the dumps of the item were not read yet, and the file has not changed since it was opened."""
        own = self.hooks.item
        if (item.path, item.source) != (own.path, own.source) or item.start < self._next:
            return False
        if self._is_broken:  # reading it again may succeed; if not, this item needs its own reject
            return False
        if item.copy:
            return self.state is not None
        try:
            now = files.look(self._path)
        except OSError:
            return False
        is_same = self.state is not None and (now.size, now.changed) == (self.state.size, self.state.changed)
        return is_same and (not now.version or now.version == (self.state and self.state.sha256))

    def outcomes(self, item: Item) -> Iterator[tuple[int, Cleaned | Reject | Skipped, float]]:
        """(number, outcome, seconds) for each dump of the item.  Dumps before the item are skipped.

        If the file can't be read up to the item, the only outcome is the reject that says why.  It is needed even if
        another worker could read the file further: no dump may be missing without a reject.
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
    """Reports to the run which dump the worker reads or cleans.  Skips current dumps, and those that it has rejected.

    Four attributes are about the last dump that was found: `source` is its source, `raw` the digest of its bytes,
    `dump` is what the reader made of it, if it could, and `read` the number of bytes of the file that were read by
    then.
    """

    def __init__(self, item: Item, state: FileState | None, settings: Config, send: Callable[[WorkerMessage], None]):
        self.item = item
        self.source = item.source
        self.raw = ""
        self.dump: Dump | None = None
        self.read = 0
        self._state, self._settings, self._send = state, settings, send
        self._known = NO_FINGERPRINT

    def before_reading(self, number: int) -> Reject | None:
        """Report that dump `number` is read next.

        If reading it was rejected before, the file ends with this reject.
        """
        self.raw, self.dump = "", None
        reject = self.item.rejects.get(number)
        if reject and reject.source == self.item.source:
            return reject
        self._send(Working(self.item.path, self.item.source, number, self.item.source))
        return None

    def before_cleaning(self, number: int, found: Pending) -> Reject | Skipped | None:
        """Report that dump `number` is cleaned next, unless it is skipped or rejected."""
        self.source, self.read = found.source, found.read
        if number < self.item.start:
            return Skipped()
        reject = self.item.rejects.get(number)
        if reject:
            return replace(reject, source=found.source)
        self.raw = raw_digest(found.source, found.raw)
        self._known = self._fingerprint(number)
        if self._known.config and self._known.profiles == self.item.profiles:
            return Skipped()
        self._send(Working(self.item.path, self.item.source, number, found.source))
        return None

    def _fingerprint(self, number: int) -> Fingerprint:
        """The fingerprint of the dump's output; NO_FINGERPRINT if that was made from another raw dump."""
        place = number - self.item.start
        known = self.item.known[place] if place < len(self.item.known) else NO_FINGERPRINT
        is_same_file = self._state is not None and self._state.sha256 == self.item.sha256
        return known if known.raw == self.raw and (self.raw or is_same_file) else NO_FINGERPRINT

    def is_current(self, dump: Dump) -> bool:
        """Whether the dump's records in the output were made with the same settings, profile, memory and decisions."""
        self.dump = dump
        known = self._known.config
        if not known:
            return False
        profile = desk.profile_of(dump, self._settings)
        config = desk.settings_digest(dump.source, self._settings, profile)
        return known == made_with(config, desk.memory_digest(dump, self._settings, profile))
