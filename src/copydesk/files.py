"""Files on this machine, and files in stores that fsspec reaches (the extra `remote`).

A place is a `Path`, or a `Remote` with an address such as `s3://bucket/key`.  A `Remote` has those methods of a path
that copydesk needs, so most code does not ask which of the two it has.  fsspec is imported when it is first needed.
"""

import errno
import hashlib
import io
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Literal, Protocol, TypeAlias
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem


@dataclass(frozen=True, slots=True)
class Scheme:
    """What is needed for the addresses of a store: the packages, and the extras that install them."""

    packages: str
    extras: str
    is_writable: bool = True


SCHEMES: Final[Mapping[str, Scheme]] = {
    "s3": Scheme("fsspec and s3fs", "remote"),
    "gs": Scheme("fsspec and gcsfs", "remote,gs"),
    "az": Scheme("fsspec and adlfs", "remote,az"),
    "memory": Scheme("fsspec", "remote"),
    "https": Scheme("fsspec and aiohttp", "remote", is_writable=False),
    "http": Scheme("fsspec and aiohttp", "remote", is_writable=False),
    "hf": Scheme("fsspec and huggingface_hub", "remote,hf", is_writable=False),
}

WEB: Final = frozenset(("http", "https"))
"""Addresses of single files, which are read from their beginning: many servers can't send a part of a file."""

GONE: Final = frozenset((404, 410))
"""The statuses of a web server that say that there is no such file.  Any other error says nothing about the file."""

OF_THIS_PROCESS: Final = frozenset(("memory",))
"""Stores that other processes do not see."""

VERSIONS: Final = (
    *("ETag", "etag", "generation", "md5Hash", "Content-MD5", "content_md5", "blob_id"),
    *("Last-Modified", "LastModified", "last_modified", "updated"),
)
"""What stores say of a file that changes when the file does; the first one that a store gives is used."""

MD5_FIELDS: Final = ("ETag", "etag")
"""Where S3 states the MD5 of an object that was written in one part."""

BLOCK_BYTES: Final = 2**22
"""Bytes of a remote file that are read ahead: few requests for a large file, little memory in each worker."""

HASHED_BYTES: Final = 2**20
"""Bytes that are hashed at a time.  A disk of 17 kB/s gives them within the default of `run.seconds`."""

NO_WAITING: Final[int] = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
"""Flags with which opening a pipe or a device does not wait.  They change nothing for a regular file."""

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]{1,20}):/(/?)", re.IGNORECASE)
_MD5 = re.compile(r'"?([0-9a-f]{32})"?')


class PlaceError(ValueError):
    """An address that can't be used; the message says why, and what can."""


@dataclass(frozen=True, slots=True)
class Look:
    """What can be known of a file without reading it.

    `size` is in bytes, `changed` the time of the last change in nanoseconds (0 for a remote file).  `version` is a
    digest that changes when a remote file does, or "" if its store does not say whether it has changed.
    """

    size: int
    changed: int = 0
    version: str = ""
    md5: str = ""


class Readable(Protocol):
    """What a reader needs of a file."""

    @property
    def name(self) -> str:
        """The last part of the path."""
        ...

    def open(self, mode: Literal["rb"], /) -> IO[bytes]:
        """The bytes of the file."""
        ...


@dataclass(frozen=True, slots=True)
class Remote:
    """A file or folder in a store.  Its methods raise OSError, which names it, for any error of the store."""

    url: str

    def __str__(self) -> str:
        return self.url

    def __truediv__(self, name: str) -> "Remote":
        return Remote(f"{self.url.rstrip('/')}/{name}")

    @property
    def scheme(self) -> str:
        """The part of the address before "://"."""
        return self.url.partition(":")[0]

    @property
    def name(self) -> str:
        """The last part of the address, without a query."""
        path = urlsplit(self.url).path if self.scheme in WEB else self.url.partition("://")[2]
        return path.rstrip("/").rpartition("/")[2] or urlsplit(self.url).netloc

    @property
    def is_of_this_process(self) -> bool:
        """Whether other processes do not see the file."""
        return self.scheme in OF_THIS_PROCESS

    def look(self) -> Look:
        """Size and version.  Raises FileNotFoundError if there is no such file."""
        return _look(self.info())

    def info(self) -> Mapping[str, object]:
        """What the store says of the file or folder."""
        with store_errors(self.url):
            found: Mapping[str, object] = self.system().info(self.path())
        return found

    def exists(self) -> bool:
        """Whether there is such a file."""
        try:
            self.info()
        except FileNotFoundError:
            return False
        return True

    def find(self) -> Iterator[tuple[str, Look]]:
        """(path below this folder, what is known of it) for each file in the folder and its folders."""
        own = self.path().rstrip("/") + "/"
        with store_errors(self.url):
            found: Mapping[str, Mapping[str, object]] = self.system().find(own, detail=True)
        for path, info in sorted(found.items()):
            below = path.removeprefix(own)
            if below != path and below:
                yield below, _look(info)

    def glob(self) -> list["Remote"]:
        """The files and folders that match the address as a pattern, in order."""
        with store_errors(self.url):
            return [self.at(path) for path in sorted(self.system().glob(self.path()))]

    def at(self, path: str) -> "Remote":
        """Another place in the same store, from fsspec's name for it."""
        return Remote(path if self.scheme in WEB else f"{self.scheme}://{path.lstrip('/')}")

    def open(self, mode: Literal["rb"], /) -> IO[bytes]:
        """The bytes of the file, which are read as they are needed.

        A file of a web server is first copied to a temporary file, because not every server can send a part of it.
        """
        if self.scheme in WEB:
            copy = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
            with self.open_once() as stream:
                shutil.copyfileobj(stream, copy, BLOCK_BYTES)
            copy.seek(0)
            return copy
        return self.open_once()

    def open_once(self) -> IO[bytes]:
        """The bytes of the file, which can be read once, from the beginning; those of a web server without a copy."""
        with store_errors(self.url):
            block = 0 if self.scheme in WEB else BLOCK_BYTES
            opened = self.system().open(self.path(), "rb", block_size=block)
        return io.BufferedReader(_Stream(opened, self.url), BLOCK_BYTES // 16)

    def read_bytes(self) -> bytes:
        """All bytes of the file, fetched at once."""
        with store_errors(self.url):
            data: bytes = self.system().cat_file(self.path())
        return data

    def write(self, path: Path) -> None:
        """Write the bytes of a local file.  They are there as a whole or not at all."""
        with store_errors(self.url):
            self.system().put_file(str(path), self.path())

    def delete(self) -> None:
        """Remove the file, if it is there."""
        try:
            with store_errors(self.url):
                self.system().rm_file(self.path())
        except FileNotFoundError:
            pass

    def system(self) -> "AbstractFileSystem":
        """The store, as fsspec's file system."""
        return _system(self.scheme)

    def path(self) -> str:
        """Fsspec's name for the place."""
        path: str = self.system()._strip_protocol(self.url)
        return path


Place: TypeAlias = Path | Remote
"""Where a file or folder is."""


def place(text: str | Path) -> Place:
    """The place that a text or a path names: an address, a `file://` address, or a path.

    Raises PlaceError for the address of a store that copydesk does not know.  A `Path` that was made of an address has
    lost one of its slashes; it is taken for the address.
    """
    found = _SCHEME.match(str(text))
    if not found:
        return Path(text)
    scheme, rest = found[1].lower(), str(text)[found.end() :]
    if isinstance(text, str) and not found[2] and scheme in SCHEMES:
        raise PlaceError(f"{text}: an address has two slashes: {scheme}://{rest}")
    if scheme == "file":
        address = urlsplit(str(text))
        if address.netloc not in ("", "localhost"):
            raise PlaceError(f"{text}: a file:// address of another machine; three slashes name a file of this one")
        from urllib.request import url2pathname  # takes 15 ms with the clients of HTTP, and few places are file://

        return Path(url2pathname(address.path))
    if scheme in SCHEMES:
        if not rest.strip("/") or (scheme not in OF_THIS_PROCESS and rest.startswith("/")):
            raise PlaceError(f"{text}: names no bucket or host")
        return Remote(f"{scheme}://{rest}")
    if isinstance(text, Path) or not found[2]:
        return Path(text)
    raise PlaceError(f"{text}: {scheme}:// is not one of {', '.join(f'{name}://' for name in SCHEMES)}, file://")


@cache
def _system(scheme: str) -> "AbstractFileSystem":
    try:
        import fsspec

        return fsspec.filesystem(scheme, use_listings_cache=False)
    except ImportError as error:
        needed = SCHEMES[scheme]
        hint = f"{scheme}:// needs {needed.packages}: pip install 'copydesk[{needed.extras}]'"
        raise PlaceError(hint) from error


def check(where: Place) -> None:
    """Raise PlaceError if the packages for a place are not installed."""
    if isinstance(where, Remote):
        where.system()


def look(where: Place) -> Look:
    """What can be known of a file without reading it.  Raises OSError if there is none."""
    if isinstance(where, Remote):
        return where.look()
    now = os.stat(where)  # noqa: PTH116 - for speed
    return Look(now.st_size, now.st_mtime_ns)


def open_regular(path: Path, buffering: int = -1) -> IO[bytes]:
    """The bytes of a regular file.  Raises OSError for anything else, without waiting: a pipe, a device, a socket.

    Another program may have put one of these in the place of a file since its folder was read.
    """
    _check_regular(os.stat(path), path)  # noqa: PTH116 - only opening a device can already do something
    stream = open(path, "rb", buffering, opener=_open_without_waiting)  # noqa: SIM115 - the caller closes it
    try:
        _check_regular(os.fstat(stream.fileno()), path)
    except BaseException:
        stream.close()
        raise
    return stream


def open_readable(file: Readable) -> IO[bytes]:
    """The bytes of a file in a store, or of a regular file on this machine (see `open_regular`)."""
    return open_regular(file) if isinstance(file, Path) else file.open("rb")


def read_limited(path: Path, limit: int) -> bytes:
    """All bytes of a small regular file.  Raises OSError if it has more than `limit`, or is not regular."""
    with open_regular(path) as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise OSError(errno.EFBIG, f"it has more than {limit:,} bytes", str(path))
    return data


def _check_regular(found: os.stat_result, path: Path) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "not a regular file", str(path))


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | NO_WAITING)


def is_below(path: str, folder: str) -> bool:
    """Whether a path is that of a folder, or of something in it; both are without links."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def is_open_below(stream: IO[bytes], path: Path, folder: str) -> bool:
    """Whether an open file is in this folder, which is without links.  The path of the file may lead through links."""
    real = os.path.realpath(path)
    return is_below(real, folder) and os.path.samestat(os.stat(real), os.fstat(stream.fileno()))  # noqa: PTH116 - the path is a text


def digest(stream: IO[bytes], report: Callable[[int], None], copy: IO[bytes] | None = None) -> str:
    """The SHA-256 of the rest of a stream, which is also written to `copy` if there is one.

    `report` is called with the number of bytes after each piece, and may raise an error to stop.
    """
    found, read = hashlib.sha256(), 0
    while data := stream.read(HASHED_BYTES):
        found.update(data)
        if copy:
            copy.write(data)
        read += len(data)
        report(read)
    return found.hexdigest()


def _look(info: Mapping[str, object]) -> Look:
    size = info.get("size")
    own = size if isinstance(size, int) else 0
    known = next((f"{key} {info[key]}" for key in VERSIONS if info.get(key)), "")
    version = hashlib.sha256(f"{known} {own}".encode()).hexdigest() if known else ""
    stated = (_MD5.fullmatch(str(info.get(key, ""))) for key in MD5_FIELDS)
    return Look(own, 0, version, next((found[1] for found in stated if found), ""))


@contextmanager
def store_errors(url: str) -> Iterator[None]:
    """Turn every error of a store into an OSError with a number, a message and the address."""
    try:
        yield
    except PlaceError:
        raise
    except FileNotFoundError as error:
        cause = error.__cause__
        if not isinstance(cause, Exception) or not _is_of_the_web(cause) or getattr(cause, "status", 0) in GONE:
            raise FileNotFoundError(errno.ENOENT, "no such file", url) from error
        raise OSError(errno.EIO, str(cause) or type(cause).__name__, url) from error
    except Exception as error:  # each store has errors of its own, which have no common base
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error) or type(error).__name__
        number = error.errno if isinstance(error, OSError) and error.errno else errno.EIO
        raise OSError(number, said, url) from error


def _is_of_the_web(cause: Exception) -> bool:
    """Whether fsspec's web file system raised FileNotFoundError because of this error: it does so for any error."""
    return type(cause).__module__.startswith("aiohttp")


class _Stream(io.RawIOBase):
    """A remote file that is being read: its errors are OSErrors that name it."""

    def __init__(self, stream: IO[bytes], url: str):
        self._stream, self._url = stream, url

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._stream.seekable()

    def tell(self) -> int:
        return self._stream.tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._stream.seek(offset, whence)

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        with store_errors(self._url):
            data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()


class Copy:
    """A remote file that was copied here, under the name that it has there."""

    def __init__(self, name: str, stream: IO[bytes]):
        self.name, self._stream = name, stream

    def open(self, mode: Literal["rb"], /) -> IO[bytes]:
        """The bytes of the copy, from its beginning.  It is gone when this is closed."""
        self._stream.seek(0)
        return self._stream

    def close(self) -> None:
        """Close the copy, whether it was read or not."""
        self._stream.close()
