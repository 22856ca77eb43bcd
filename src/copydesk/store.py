"""Writes the output: the only module that touches output files.

A file is written under a temporary name and then renamed, so a file in the output is always complete.  The folder
`.copydesk/` in the output directory has the manifest and temporary files; it is not part of the output.  The output may
be a remote folder, in which files are whole too; its manifest is on this machine.

    <name>.md  <name>.json                          an article (kind `other` has no Markdown)
    <date>-<headline>.md                            its Markdown in a flavour (see `copydesk.batch.notes`)
    <name>.teasers.md  <name>.teasers.jsonl         its teasers, if it has any and teasers are written
    records.jsonl  records.parquet                  with these formats: all records (see `copydesk.shards`)
    filtered.jsonl                                  if something falls below a limit of `[keep]`
    rejects.jsonl                                   if something was rejected
"""

import errno
import hashlib
import json
import os
import re
import sys
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Final

from filelock import FileLock, Timeout

from copydesk import folders
from copydesk.document import Cleaned, Kind, Reject
from copydesk.files import SCHEMES, Place, Remote
from copydesk.output_settings import OUTPUT_DEFAULTS, OutputSettings
from copydesk.render import markdown, record
from copydesk.terminal import escaped

try:
    import fcntl
except ModuleNotFoundError:  # Windows
    fcntl = None  # type: ignore[assignment]

BOOKKEEPING: Final = ".copydesk"
LOCK: Final = "lock"
LOCK_SECONDS: Final = 0.5
"""How long a run tries to lock the output.  It must be longer than the moment for which `is_busy` has the lock."""

NEW: Final = ".new"
REJECTS: Final = "rejects.jsonl"
FILTERED: Final = "filtered.jsonl"

UNUSABLE_NAME: Final = frozenset({errno.ENAMETOOLONG, errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.EINVAL})
"""Errors that come from the name of one file.  After any other error (a full disk), no file can be written."""

MAX_NAME_BYTES: Final = 120
"""Bytes of a file's name, without its suffixes and its digest.  File systems allow 255 for all of it."""

_NO_FOLDER: Final = frozenset(("", ".", ".."))
DIGEST_DIGITS: Final = 8
"""Hexadecimal digits of the digest in a name."""

_TEXT_SUFFIX = re.compile(r"\.txt$")
_PAGE_SUFFIX = re.compile(r"\.x?html?$", re.IGNORECASE)
_UNSAFE = re.compile(r"[^\w.@=+,() -]|^\.+|(?<![. ])[. ]+$")
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9.-]+")
_OUTPUT_LIKE = re.compile(
    r"\.md$|\.json$|\.teasers\.jsonl$|^(?:records(?:-\d+)?(?:\.teasers|\.ninjs|\.schema\.org)?|rejects|filtered)\.(?:jsonl|jsonl\.gz|parquet|csv|excel\.csv|sqlite)$",
    re.IGNORECASE,
)
_TEASERS_LIKE = re.compile(r"\.teasers$", re.IGNORECASE)
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\xb9\xb2\xb3]) *(?:[.:].*)?", re.IGNORECASE)
"""Names of devices, which Windows does not allow for files, with any suffix (Microsoft, "Naming Files")."""


class Format(StrEnum):
    """A format of the output."""

    MD = "md"
    MD_LINKS = "links.md"
    JSON = "json"
    JSONL = "jsonl"
    JSONL_GZ = "jsonl.gz"
    PARQUET = "parquet"
    CSV = "csv"
    EXCEL = "excel.csv"
    SQLITE = "sqlite"
    NINJS = "ninjs"
    SCHEMA_ORG = "schema.org"

    @property
    def suffix(self) -> str:
        """The suffix of its files of many records."""
        return f".{self}.jsonl" if self in (Format.NINJS, Format.SCHEMA_ORG) else f".{self}"


WHOLE: Final = (Format.JSONL, Format.JSONL_GZ, Format.PARQUET)
"""Formats with many records in a file, each with the fields of a record."""

SHARDED: Final = (*WHOLE, Format.CSV, Format.EXCEL, Format.SQLITE, Format.NINJS, Format.SCHEMA_ORG)
"""Formats with many records in a file."""


class StoreError(OSError):
    """The output can't be written; the message says where and why."""


class BusyError(OSError):
    """Another run is writing the output."""


class UnusableNameError(ValueError):
    """A name that the file system does not allow; the message says which and why."""


class Store:
    """An output directory or remote folder.  Only one run at a time may write to it.  A context manager.

    `books` is the folder for the bookkeeping (see `books_of`).  Raises StoreError on entering where the directory can't
    be written, BusyError if another run is writing it.
    """

    def __init__(self, directory: Place, books: Path | None = None):
        self.directory = directory
        self.books = books or books_of(directory)
        self.folder = folders.folder(directory)
        self._lock = FileLock(self.books / LOCK, thread_local=False)

    def __enter__(self) -> "Store":
        if self.books.is_symlink():
            raise StoreError(f"{self.books} is a link: copydesk writes nothing through it; remove it and run again")
        try:
            self.books.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=LOCK_SECONDS, poll_interval=LOCK_SECONDS / 5)
        except Timeout as error:
            raise BusyError(errno.EAGAIN, "another run is writing here", str(self.directory)) from error
        except OSError as error:
            raise StoreError(f"{self.books.parent}: the output can't be written here: {error.strerror}") from error
        try:
            self.folder.begin()
        except OSError as error:
            self._lock.release()
            raise StoreError(f"{self.directory}: the output can't be written here: {error.strerror}") from error
        except BaseException:
            self._lock.release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.folder.end()
        finally:
            self._lock.release()  # if the process dies, the kernel does this

    def publish(self, files: Mapping[str, Path | None]) -> bool:
        """Give staged files their names; for None, remove the file.  Returns whether anything has changed.

        In a remote folder this begins to send them: call `settle` before you rely on them.

        Raises UnusableNameError, and changes nothing, if the file system does not allow a name, or if the name leads
        out of the output.  Raises OSError if the output can't be written.
        """
        outside = next((name for name in files if not is_inside(name)), None)
        if outside is not None:
            raise UnusableNameError(f"a name that leads out of the output: {outside!r}")
        changed = {name: staged for name, staged in files.items() if not self._is_there(name, staged)}
        try:
            self.folder.prepare(name for name, staged in changed.items() if staged is not None)
        except OSError as error:
            if error.errno not in UNUSABLE_NAME:
                raise
            raise UnusableNameError(f"{error.strerror}: {error.filename}") from error
        for name, staged in changed.items():
            if staged is None:
                self.folder.delete(name)
            else:
                self.folder.put(name, staged)
        return bool(changed)

    def settle(self) -> None:
        """Wait until all files are written.  Raises OSError if one could not be."""
        self.folder.settle()

    def _is_there(self, name: str, staged: Path | None) -> bool:
        if staged is None:
            return not self.folder.has(name)
        try:
            return self.folder.is_same(name, staged)
        except OSError as error:
            if error.errno not in UNUSABLE_NAME:
                raise
            return False

    def remove(self, names: Iterable[str]) -> None:
        """Remove files, and the folders that they leave empty.  What links lead to is not removed."""
        for name in names:
            if is_inside(name):
                self.folder.prune(name)

    def write(self, name: str, lines: Iterable[str]) -> None:
        """Write a file with these lines.  If there are none, remove the file."""
        temporary = self.temporary(name)
        with temporary.open("w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(lines)
        self.publish({name: temporary if temporary.stat().st_size else None})
        self.settle()
        temporary.unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove temporary files of runs that died."""
        for old in self.books.glob(f"*{NEW}"):
            if old.is_symlink() or not old.is_dir():
                old.unlink()

    def temporary(self, name: str) -> Path:
        """The path of a file until it gets its name."""
        return self.books / f"{name}{NEW}"


def is_note(file: str, dump: str) -> bool:
    """Whether a file of the dump with this name is Markdown in a flavour: all others have the name of the dump."""
    return file.removeprefix(dump) not in (".json", ".teasers.jsonl")


def is_of_output(name: str) -> bool:
    """Whether a file of this name in an output folder is one that a run writes."""
    return _OUTPUT_LIKE.search(name) is not None


def is_inside(name: str) -> bool:
    """Whether a name, with "/" between its folders, is that of a file in the output and not of its bookkeeping."""
    folders = name.replace(os.sep, "/").split("/")
    is_plain = _NO_FOLDER.isdisjoint(folders) and "\0" not in name and not os.path.splitdrive(name)[0]
    return is_plain and folders[0] != BOOKKEEPING


def books_of(directory: Place, state: str = "") -> Path:
    """The folder for the bookkeeping of an output: `.copydesk` in a directory.

    For a remote folder it is on this machine: a folder with a name of its own below `state`, the setting `run.state`;
    without one, below the folder where the system has such files.  Raises StoreError if the system has none.
    """
    if not isinstance(directory, Remote):
        return directory / BOOKKEEPING
    if not SCHEMES[directory.scheme].is_writable:
        writable = ", ".join(f"{name}://" for name, scheme in SCHEMES.items() if scheme.is_writable)
        raise StoreError(f"{directory}: {directory.scheme}:// is for inputs only; an output may be {writable} or local")
    url = directory.url.rstrip("/")
    return (
        _states(directory, state)
        / f"{_NOT_PLAIN.sub('-', url)[:MAX_NAME_BYTES]}-{hashlib.sha256(url.encode()).hexdigest()[:8]}"
    )


def _states(directory: Remote, state: str) -> Path:
    """The folder with the bookkeeping of all remote folders."""
    if state:
        return Path(state)
    own = os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_STATE_HOME")
    try:
        return Path(own or Path.home() / ".local" / "state") / "copydesk"
    except RuntimeError as error:
        raise StoreError(
            f"{directory} needs a folder on this machine for its manifest: name one in the settings,"
            ' [run] state = "FOLDER"'
        ) from error


def is_busy(books: Path) -> bool:
    """Whether a run is writing the output.  `books` is its folder `.copydesk`.

    On Unix this only reads the lock, because the user may have no right to write there.  `filelock` can't do that.
    """
    if fcntl is None:
        return _is_locked(books / LOCK)
    try:
        with (books / LOCK).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _is_locked(path: Path) -> bool:
    try:
        with FileLock(path, timeout=0):
            return False
    except Timeout:
        return True
    except OSError:
        return False


def files(
    cleaned: Cleaned, formats: Collection[Format], form: OutputSettings = OUTPUT_DEFAULTS
) -> dict[str, str | None]:
    """The text of each file in the output of a dump, by its suffix; None for a file that must not be there.

    Raises MarkdownError if the Markdown does not read back.
    """
    article, teasers = cleaned.article, cleaned.teasers if form.teasers else ()
    made: dict[str, str | None] = {}
    if Format.MD in formats and form.has_flavour:
        if article.kind is Kind.ARTICLE:
            markdown.article(article)  # only to check it: `copydesk.batch.notes` writes the files
    elif Format.MD in formats or Format.MD_LINKS in formats:
        with_links = Format.MD_LINKS in formats
        made[".md"] = markdown.article(article, with_links=with_links) if article.kind is Kind.ARTICLE else None
        made[".teasers.md"] = markdown.teasers(article, teasers) if teasers else None
    if Format.JSON in formats:
        made[".json"] = record.to_json(article, indent=2) + "\n"
        listed = "".join(record.to_json(teaser) + "\n" for teaser in teasers)
        made[".teasers.jsonl"] = listed or None
    return made


def reject_line(reject: Reject) -> str:
    """The reject as a line of JSON, without characters that could act on a terminal."""
    return escaped(json.dumps(asdict(reject), ensure_ascii=False)) + "\n"


@dataclass(frozen=True, slots=True)
class OutputName:
    """A name that an output may have, below the output directory and without suffix.  Lower `rank`: stronger claim."""

    name: str
    rank: int


def output_names(source: str) -> tuple[OutputName, ...]:
    """The names that the output of a dump may have.  It gets the first one that no other dump has a better claim to.

    These are, in this order: the source without `.txt`, `.html`, `.htm` or `.xhtml`; the whole source; and the source
    with a digest, which makes it unique.  A record of a container is in a folder with the name of the container.  If a
    part of the path is not a safe file name, is too long, or could be the name of another output, it is changed to a
    safe name with a digest.

    Of two dumps that want one name, the one with the lower rank gets it: first the dump with exactly this source, then
    a text, then a page; else the one that comes first in order.
    """
    container, mark, record_name = source.partition("#")
    *folders, last = container.split("/") + ([record_name] if mark else [])
    below = [_safe(folder, _OUTPUT_LIKE) for folder in folders]
    stem, rank = (last, 0) if mark else _stem(last)
    stems = [(stem, rank)] if stem == last else [(stem, rank), (last, 0)]
    digest = hashlib.sha256(source.encode()).hexdigest()[:DIGEST_DIGITS]
    unique = f"{harmless(stem)}-{digest}"
    named = [*((_safe(each, _TEASERS_LIKE), own) for each, own in stems), (unique, 0)]
    return tuple(OutputName("/".join([*below, name]), own) for name, own in named)


def _stem(name: str) -> tuple[str, int]:
    """The name of a file without the suffix of a text or page, and the rank of its claim to this name."""
    for rank, suffix in enumerate((_TEXT_SUFFIX, _PAGE_SUFFIX), 1):
        stem = suffix.sub("", name)
        if stem not in (name, ""):
            return stem, rank
    return name, 0


def name_key(name: str) -> str:
    """The same for names that some file systems take for one: names that differ in case or in Unicode form."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


def _safe(part: str, taken: re.Pattern[str]) -> str:
    safe = harmless(part)
    if safe == part and part and not taken.search(part):
        return part
    return f"{safe}-{hashlib.sha256(part.encode()).hexdigest()[:DIGEST_DIGITS]}"


def harmless(part: str) -> str:
    """A part of a path that every system allows, if something follows it: Windows looks at it up to its first dot."""
    safe = _UNSAFE.sub("_", part).encode()[:MAX_NAME_BYTES].decode(errors="ignore")
    return f"_{safe}" if _RESERVED.fullmatch(safe) else safe
