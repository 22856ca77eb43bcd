"""Writes the output: the only module that touches output files.

Every file appears whole or not at all: written under a temporary name, then renamed.  Bookkeeping lies in
`.copydesk/` below the output directory and is no part of the output.

    <name>.md  <name>.json                          an article (kind `other` has no Markdown)
    <name>.teasers.md  <name>.teasers.jsonl         its teasers, where it has any
    records.jsonl  records.parquet                  with these formats: all records (see `copydesk.shards`)
    rejects.jsonl                                   where something was rejected
"""

import errno
import fcntl
import hashlib
import json
import os
import re
import time
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import IO, Final

from copydesk.document import Cleaned, Kind, Reject
from copydesk.render import markdown, record

BOOKKEEPING: Final = ".copydesk"
LOCK: Final = "lock"
LOCK_TRIES: Final = 5
LOCK_PAUSE: Final = 0.1
"""Seconds."""

NEW: Final = ".new"
REJECTS: Final = "rejects.jsonl"

UNUSABLE_NAME: Final = frozenset({errno.ENAMETOOLONG, errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.EINVAL})
"""Errors that one output's name is to blame for; after others (a full disk) no output can be written."""

LONGEST_NAME: Final = 120
"""Bytes of a file's name, before its suffix; file systems allow 255."""

_UNSAFE = re.compile(r"[^\w.@=+,() -]|^\.+|(?<![. ])[. ]+$")
_OUTPUT_LIKE = re.compile(
    r"\.md$|\.json$|\.teasers\.jsonl$|^(?:records(?:-\d+)?|rejects)\.(?:jsonl|jsonl\.gz|parquet)$", re.IGNORECASE
)
_TEASERS_LIKE = re.compile(r"\.teasers$", re.IGNORECASE)
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


class Format(StrEnum):
    """What is written."""

    MD = "md"
    JSON = "json"
    JSONL = "jsonl"
    JSONL_GZ = "jsonl.gz"
    PARQUET = "parquet"


SHARDED: Final = (Format.JSONL, Format.JSONL_GZ, Format.PARQUET)
"""Formats of which a file holds many records."""


class StoreError(OSError):
    """The output can't be written; the message says where and why."""


class BusyError(OSError):
    """Another run writes the output."""


class UnusableNameError(ValueError):
    """No file can have a name; the message says which and why."""


class Store:
    """An output directory, which one run at a time may write.  A context manager.

    Raises StoreError on entering where the directory can't be written, BusyError where another run writes it.
    """

    def __init__(self, directory: Path):
        self.directory = directory
        self.books = directory / BOOKKEEPING
        self._lock: IO[bytes] | None = None

    def __enter__(self) -> "Store":
        try:
            self.books.mkdir(parents=True, exist_ok=True)
            self._lock = (self.books / LOCK).open("ab")
            _lock(self._lock)
        except BlockingIOError as error:
            self._close()
            raise BusyError(errno.EAGAIN, "another run is writing here", str(self.directory)) from error
        except OSError as error:
            self._close()
            raise StoreError(f"{self.directory}: the output can't be written here: {error.strerror}") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _close(self) -> None:
        if self._lock:
            self._lock.close()  # and with it the lock, as when the process dies
        self._lock = None

    def publish(self, files: Mapping[str, Path | None]) -> bool:
        """Bring staged files to their names (None: there shall be none); whether anything had to be changed.

        Raises UnusableNameError, and leaves all as it is, where a name can be no file's; OSError where the output
        can't be written.
        """
        changed = {name: staged for name, staged in files.items() if not self._is_there(name, staged)}
        try:
            for name, staged in changed.items():
                path = self.directory / name
                if staged is not None:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    if path.is_dir():
                        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        except OSError as error:
            if error.errno not in UNUSABLE_NAME:
                raise
            raise UnusableNameError(f"{error.strerror}: {error.filename}") from error
        for name, staged in changed.items():
            if staged is None:
                (self.directory / name).unlink(missing_ok=True)
            else:
                staged.replace(self.directory / name)
        return bool(changed)

    def _is_there(self, name: str, staged: Path | None) -> bool:
        path = self.directory / name
        if staged is None:
            return not path.is_file()
        try:
            return path.stat().st_size == staged.stat().st_size and path.read_bytes() == staged.read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return False
        except OSError as error:
            if error.errno not in UNUSABLE_NAME:
                raise
            return False

    def remove(self, names: Iterable[str]) -> None:
        """Take files away, and the folders that they leave empty."""
        for name in names:
            path = self.directory / name
            with suppress(FileNotFoundError, NotADirectoryError):
                path.unlink()
            for folder in path.relative_to(self.directory).parents[:-1]:
                with suppress(OSError):  # something else lies in it
                    (self.directory / folder).rmdir()

    def write(self, name: str, lines: Iterable[str]) -> None:
        """Bring a file to hold these lines, or take it away where there are none; at once or not at all."""
        temporary = self.temporary(name)
        with temporary.open("w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(lines)
        self.publish({name: temporary if temporary.stat().st_size else None})
        temporary.unlink(missing_ok=True)

    def sweep(self) -> None:
        """Take away what never got its name: whoever wrote it is dead."""
        for old in self.books.glob(f"*{NEW}"):
            old.unlink()

    def temporary(self, name: str) -> Path:
        """Where a file lies before it has its name."""
        return self.books / f"{name}{NEW}"


def _lock(file: IO[bytes]) -> None:
    """Lock it.  Raises BlockingIOError where another holds it; one who only looks, holds it for a moment."""
    for _ in range(LOCK_TRIES):
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        time.sleep(LOCK_PAUSE)
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def is_busy(books: Path) -> bool:
    """Whether a run writes the output whose bookkeeping lies in this folder."""
    try:
        with (books / LOCK).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def files(name: str, cleaned: Cleaned, formats: Collection[Format]) -> dict[str, str | None]:
    """The files of a dump's output by their names, and what each holds; None for a file that must not be there.

    Raises MarkdownError where the Markdown does not read back.
    """
    article, teasers = cleaned.article, cleaned.teasers
    made: dict[str, str | None] = {}
    if Format.MD in formats:
        made[f"{name}.md"] = markdown.article(article) if article.kind is Kind.ARTICLE else None
        made[f"{name}.teasers.md"] = markdown.teasers(article, teasers) if teasers else None
    if Format.JSON in formats:
        made[f"{name}.json"] = record.to_json(article, indent=2) + "\n"
        listed = "".join(record.to_json(teaser) + "\n" for teaser in teasers)
        made[f"{name}.teasers.jsonl"] = listed or None
    return made


def reject_line(reject: Reject) -> str:
    """The reject as a line of JSON."""
    return json.dumps(asdict(reject), ensure_ascii=False) + "\n"


def output_name(source: str) -> str:
    """The path of a dump's output below the output directory, without suffix.

    It is the source without `.txt`; a record of a container lies in a folder of the container's name.  A part
    that is no safe file name, is too long for one, or would take the name of another output, is made safe, with
    a digest that keeps it apart.
    """
    container, mark, record_name = source.partition("#")
    *folders, last = container.removesuffix(".txt").split("/") + ([record_name] if mark else [])
    return "/".join([*(_safe(folder, _OUTPUT_LIKE) for folder in folders), _safe(last, _TEASERS_LIKE)])


def _safe(part: str, taken: re.Pattern[str]) -> str:
    safe = _UNSAFE.sub("_", part).encode()[:LONGEST_NAME].decode(errors="ignore")
    if safe == part and part and not _RESERVED.fullmatch(part) and not taken.search(part):
        return part
    return f"{safe}-{hashlib.sha256(part.encode()).hexdigest()[:8]}"
