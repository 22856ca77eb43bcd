"""The functions of the package `copydesk`: clean one dump, clean many, and read the records of an output."""

import atexit
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from copydesk import config, desk, files, keep
from copydesk.batch.inputs import Plan, plan
from copydesk.batch.ordered import OrderedCleaner
from copydesk.config import Config
from copydesk.document import Cleaned, Record, Reject
from copydesk.dump import NOTHING_GIVEN, SuppliedMetadata, UnreadableError
from copydesk.keep import Fall
from copydesk.raw_dump import Form, RawDump
from copydesk.readers import raw_dumps
from copydesk.stored_records import stored_lines


def clean(
    raw: str | bytes | Path,
    *,
    source: str = "",
    url: str | None = None,
    given: SuppliedMetadata = NOTHING_GIVEN,
    settings: Config | str | Path | None = None,
    seconds: float | None = None,
) -> Cleaned:
    """Clean one dump of a page.

    `raw` is a text, the bytes of a file, or the path of a file.  A string is always a text, never a path.  copydesk
    finds out what it is, as the command does: a text, an HTML page, or a file that holds one record.  `source` is its
    name, from which the record's id is made; for a path this is the name of the file.  `url` is its address, and
    `given` are other facts about it that you know; they have precedence over its own.  `settings` are a Config or the
    path of a settings file; without them, the defaults and the shipped profiles apply.

    Without `seconds`, all work is done in your process and there is no time limit.  With `seconds`, a child process
    does the work, and is killed if it takes longer; the settings `[run] memory` limit its memory.  The child process
    stays for the next call, so only the first call takes the second that it needs to start.

    Raises UnreadableError if the dump can't be cleaned: its `reason` is one of those in `rejects.jsonl`, such as
    `empty`, `binary`, `too_large` or `timeout`.  Raises OSError if there is no such file, ValueError if the file holds
    more than one dump (use `read`), and ConfigError if the settings can't be used.
    """
    return _clean(raw, Form.ANY, source, url, given, settings, seconds)


def clean_html(
    page: str | bytes | Path,
    *,
    source: str = "",
    url: str | None = None,
    given: SuppliedMetadata = NOTHING_GIVEN,
    settings: Config | str | Path | None = None,
    seconds: float | None = None,
) -> Cleaned:
    """Clean one HTML page, or a part of one, also if it does not begin like a page.

    All parameters and errors are those of `clean`.  For bytes and files, the charset is the one that the page states.
    """
    return _clean(page, Form.PAGE, source, url, given, settings, seconds)


def read(
    paths: str | Path | Iterable[str | Path],
    *,
    settings: Config | str | Path | None = None,
    jobs: int | None = None,
) -> Iterator[Cleaned | Reject]:
    """Clean many dumps, and give the outcome of each as soon as it and all before it are done.  Nothing is written.

    `paths` are files, folders and patterns ("dumps/*.jsonl"), as for `copydesk clean`; files come in the order of
    their names, and records in the order of their file.  `jobs` is the number of worker processes; without it, one for
    each core.  Each dump has the limits `[run] seconds` and `memory`.  A dump that can't be cleaned gives a Reject,
    which says why, and the next one is cleaned.

    Raises InputError if a path does not exist or there is no file, and ConfigError if the settings can't be used.
    """
    chosen = [paths] if isinstance(paths, (str, Path)) else paths
    wanted = _settings(settings)
    return _read(
        plan(list(map(Path, chosen)), None, wanted.inputs.exclude, follow_links=wanted.inputs.follow_links),
        wanted,
        jobs,
    )


def read_records(path: str | Path) -> Iterator[Record]:
    """The records that copydesk has written, from a file (.json, .jsonl, .jsonl.gz, .parquet) or an output folder.

    A file may also be `filtered.jsonl`.  In a folder, these are the published records of one format: of
    `records.jsonl`, `.jsonl.gz` or `.parquet` if there is such a file, else those of the `.json` files; each article is
    followed by its teasers, which are in files of their own (`records.teasers.jsonl`).

    Raises RecordError if a file does not hold records, and OSError if it can't be read.
    """
    for line in stored_lines(Path(path)):
        yield from line.records()


def falls_below(cleaned: Cleaned, settings: Config | str | Path | None = None) -> tuple[Fall, ...]:
    """The limits of `[keep]` below which a dump falls, in the order of the settings; empty if it is kept.

    `settings` are a Config or the path of a settings file; the defaults have no limits.  Its teasers go with the
    article.  Raises ConfigError if the settings can't be used.
    """
    return keep.falls(keep.measures(cleaned.article), _settings(settings).keep)


def _clean(
    raw: str | bytes | Path,
    form: Form,
    source: str,
    url: str | None,
    given: SuppliedMetadata,
    settings: Config | str | Path | None,
    seconds: float | None,
) -> Cleaned:
    own = _settings(settings)
    if url is not None:
        given = replace(given, url=url)
    one = _raw_dump(raw, form, source, given)
    if seconds is None:
        return desk.clean_dump(raw_dumps.only(one, own), own)
    if not seconds > 0:
        raise ValueError(f"seconds: must be more than 0, got {seconds}")
    return _LIMITED.clean(one, replace(own, run=replace(own.run, seconds=seconds)))


def _raw_dump(raw: str | bytes | Path, form: Form, source: str, given: SuppliedMetadata) -> RawDump:
    if isinstance(raw, Path):
        with files.open_regular(raw):  # raises OSError as a program expects it
            return RawDump(source or raw.name, file=str(raw.absolute()), form=form, given=given)
    if isinstance(raw, str):
        return RawDump(source, text=raw, form=form, given=given)
    if isinstance(raw, (bytes, bytearray, memoryview)):
        return RawDump(source, data=bytes(raw), form=form, given=given)
    raise TypeError(f"raw: must be a text (str), the bytes of a file, or a Path, not {type(raw).__name__}")


def _settings(settings: Config | str | Path | None) -> Config:
    if settings is None:
        return config.default()
    return settings if isinstance(settings, Config) else config.load(settings)


def _read(found: Plan, settings: Config, jobs: int | None) -> Iterator[Cleaned | Reject]:
    yield from found.rejects
    with OrderedCleaner(settings, jobs) as cleaner:
        yield from cleaner.files(found.inputs)


class _Limited:
    """One child process that cleans dumps for `clean(..., seconds=...)`.  It stays as long as the settings do."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._settings: Config | None = None
        self._cleaner: OrderedCleaner | None = None
        self._process = 0

    def clean(self, raw: RawDump, settings: Config) -> Cleaned:
        """The outcome, as `clean` gives it."""
        with self._lock, self._using(settings) as cleaner:
            found = list(cleaner.raw([raw], raw.source))
        if len(found) > 1:
            raise ValueError(f"{raw.source or 'this file'} has more than one dump: copydesk.read gives all of them")
        if not found:
            raise UnreadableError("empty", "the file has no dump")
        if isinstance(found[0], Reject):
            raise UnreadableError(found[0].reason, found[0].detail)
        return found[0]

    @contextmanager
    def _using(self, settings: Config) -> Iterator[OrderedCleaner]:
        if self._cleaner is None or settings != self._settings or self._process != os.getpid():
            self.close()
            self._cleaner, self._settings = OrderedCleaner(settings, 1).__enter__(), settings
            self._process = os.getpid()
        try:
            yield self._cleaner
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the child process.  A fork of this process leaves it alone."""
        if self._cleaner is not None and self._process == os.getpid():
            self._cleaner.__exit__()
        self._cleaner = None


_LIMITED: Final = _Limited()
atexit.register(_LIMITED.close)
