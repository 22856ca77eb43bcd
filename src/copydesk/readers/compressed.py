"""Compressed streams: gzip, bzip2, xz and Zstandard.

The unpacked size is limited.  A stream that unpacks to much more than a text of its size would is called a bomb.
"""

import bz2
import gzip
import io
import lzma
import re
import zlib
from collections.abc import Callable
from typing import IO, Final, Protocol

from copydesk.dump import UnreadableError
from copydesk.readers import kinds
from copydesk.readers.gzip_members import GzipMembers
from copydesk.readers.kinds import SNIFFED_BYTES, Kind

SHORT: Final = {".tgz": ".tar", ".tbz2": ".tar", ".txz": ".tar", ".tzst": ".tar"}
"""Suffixes of compressed tar files, and what they are without the compression."""

MAX_RATIO: Final = 300
"""Unpacked bytes for each packed byte.  Text has about 10; the same page repeated many times has about 100."""

ALWAYS_ALLOWED: Final = 64_000_000
"""Unpacked bytes that are always allowed, with any ratio."""

ROW_BYTES: Final = 64
"""Bytes for which each row counts in addition to those of its values: a file of a few bytes can have a billion rows
without a value.  Tables with a million rows have more than a bit for each."""

BOMB: Final = "bomb"


class Readable(Protocol):
    """What a stream of bytes must be able to do."""

    def read1(self, size: int, /) -> bytes:
        """At most `size` bytes, without waiting for more than are available; empty at the end."""
        ...


class MissingExtraError(UnreadableError):
    """A file that needs a package that is not installed."""

    def __init__(self, extra: str, package: str):
        super().__init__("missing_extra", f"needs {package}: pip install 'copydesk[{extra}]'")


def broken_off(error: Exception) -> UnreadableError:
    """The error for a container that can't be read further."""
    return UnreadableError(
        "broken_stream", f"the rest is lost: {str(error) or 'it asks for more memory than there is'}"
    )


class RowBudget:
    """Counts the bytes of the rows of a file, which may be stored once and used in many rows.

    `file` is the file; its size is what the rows are compared with.
    """

    def __init__(self, file: IO[bytes]):
        here = file.tell()
        self._packed = file.seek(0, io.SEEK_END)
        file.seek(here)
        self._unpacked = 0

    def take(self, size: int) -> None:
        """Count a row of this many bytes.  Raises UnreadableError if the rows have too many for a file of this size."""
        self._unpacked += size + ROW_BYTES
        if self._unpacked > max(ALWAYS_ALLOWED, MAX_RATIO * self._packed):
            raise UnreadableError(BOMB, f"its rows have over {MAX_RATIO} times its size; the rest is not read")


class _Bounded(io.RawIOBase):
    """A stream that is being unpacked; `packed` gives the number of packed bytes read so far.

    If the stream is damaged or unpacks to too much, it ends there, and `trouble` has the reason.  It raises no error:
    a reader would then lose what it has read before.
    """

    def __init__(self, stream: Readable, packed: Callable[[], int], broken: tuple[type[Exception], ...]):
        self._stream, self._packed = stream, packed
        self._broken = broken
        self._unpacked = self._rows = 0
        self.trouble: UnreadableError | None = None

    def count_row(self) -> None:
        """Count a record that was read: small ones cost more than their bytes."""
        self._rows += 1

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._unpacked

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """Fill the buffer as far as the stream goes: the first bytes, which are peeked at, should be many."""
        filled = 0
        while filled < len(buffer) and (data := self._next(len(buffer) - filled)):
            buffer[filled : filled + len(data)] = data
            filled += len(data)
        return filled

    def _next(self, size: int) -> bytes:
        """At most `size` bytes; none at the end."""
        if self.trouble:
            return b""
        try:
            data = self._stream.read1(size)
        except self._broken as error:
            self.trouble = broken_off(error)
            return b""
        self._unpacked += len(data)
        if self._unpacked + self._rows * ROW_BYTES > max(ALWAYS_ALLOWED, MAX_RATIO * self._packed()):
            detail = f"it unpacks to over {MAX_RATIO} times its size; the rest is not read"
            self.trouble = UnreadableError(BOMB, detail)
            return b""
        return data

    @property
    def sound(self) -> int:
        """How many of the bytes are those of gzip members without the one that is damaged."""
        return self._stream.sound if isinstance(self._stream, GzipMembers) else 0

    def resume(self, begins: re.Pattern[bytes]) -> bool:
        """Go on behind the damage (see `Unpacked.resume`)."""
        if not isinstance(self._stream, GzipMembers) or self.trouble is None or self.trouble.reason == BOMB:
            return False
        self.trouble = None
        return self._stream.resume(begins)


BROKEN: Final = (EOFError, zlib.error, gzip.BadGzipFile, lzma.LZMAError, OSError)


class Unpacked(io.BufferedReader):
    """An unpacked stream.  If it is damaged, it ends there, and `trouble` then has the reason."""

    def __init__(self, stream: Readable, packed: Callable[[], int], *broken: type[Exception]):
        self._bounded = _Bounded(stream, packed, (*BROKEN, *broken))
        super().__init__(self._bounded, SNIFFED_BYTES)

    @property
    def trouble(self) -> UnreadableError | None:
        """Why the stream ended early; None if it did not."""
        return self._bounded.trouble

    def count_row(self) -> None:
        """Count a record of the stream for its limit, in addition to its bytes."""
        self._bounded.count_row()

    @property
    def sound(self) -> int:
        """How many of the bytes that were read are before a damaged gzip member; 0 for other streams."""
        return self._bounded.sound

    def resume(self, begins: re.Pattern[bytes]) -> bool:
        """Go on behind the damage, with the next gzip member that unpacks to bytes matching `begins`.

        `trouble` is None again.  False if there is no such member, if the stream is not gzip, or if it is a bomb.
        """
        return self._bounded.resume(begins)


def peekable(stream: IO[bytes]) -> io.BufferedReader:
    """The stream, so that its first SNIFFED_BYTES can be peeked at."""
    if isinstance(stream, Unpacked) or (isinstance(stream, io.BufferedReader) and isinstance(stream.raw, io.FileIO)):
        return stream  # these were opened with such a buffer
    return io.BufferedReader(stream, SNIFFED_BYTES)  # type: ignore[arg-type]  # IO has no readinto


def unpack(stream: io.BufferedReader, name: str, kind: Kind) -> tuple[io.BufferedReader, str]:
    """(the unpacked stream of this kind, its name without the suffix of the compression)."""
    name = inner(name)
    if kind is kinds.GZIP:
        return Unpacked(GzipMembers(stream), stream.tell), name
    if kind is kinds.BZIP2:
        return Unpacked(bz2.BZ2File(stream), stream.tell), name
    if kind is kinds.XZ:
        return Unpacked(lzma.LZMAFile(stream), stream.tell), name
    try:
        import zstandard
    except ModuleNotFoundError as error:
        raise MissingExtraError("zstd", "zstandard") from error
    reader = zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True)
    return Unpacked(reader, stream.tell, zstandard.ZstdError), name


def inner(name: str) -> str:
    """The name of a compressed file without the suffix of the compression; any other name unchanged."""
    lower = name.lower()
    for short, long in SHORT.items():
        if lower.endswith(short):
            return name[: -len(short)] + long
    suffix = next((suffix for kind in kinds.PACKED for suffix in kind.suffixes if lower.endswith(suffix)), "")
    return name.removesuffix(name[len(name) - len(suffix) :])
