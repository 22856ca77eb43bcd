"""Compressed streams: gzip, bzip2, xz and Zstandard, recognized by the suffix of a file's name.

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
from copydesk.readers.gzip_members import GzipMembers

SUFFIXES: Final = (".gz", ".bz2", ".xz", ".zst")

MAX_RATIO: Final = 300
"""Unpacked bytes for each packed byte.  Text has about 10; the same page repeated many times has about 100."""

ALWAYS_ALLOWED: Final = 64_000_000
"""Unpacked bytes that are always allowed, with any ratio."""


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
    return UnreadableError("broken_stream", f"the rest is lost: {error}")


class _Bounded(io.RawIOBase):
    """A stream that is being unpacked; `packed` gives the number of packed bytes read so far.

    If the stream is damaged or unpacks to too much, it ends there, and `trouble` has the reason.  It raises no error:
    a reader would then lose what it has read before.
    """

    def __init__(self, stream: Readable, packed: Callable[[], int], broken: tuple[type[Exception], ...]):
        self._stream, self._packed = stream, packed
        self._broken = broken
        self._unpacked = 0
        self.trouble: UnreadableError | None = None

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._unpacked

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        if self.trouble:
            return 0
        try:
            data = self._stream.read1(len(buffer))
        except self._broken as error:
            self.trouble = broken_off(error)
            return 0
        self._unpacked += len(data)
        if self._unpacked > max(ALWAYS_ALLOWED, MAX_RATIO * self._packed()):
            detail = f"it unpacks to over {MAX_RATIO} times its size; the rest is not read"
            self.trouble = UnreadableError(BOMB, detail)
            return 0
        buffer[: len(data)] = data
        return len(data)

    @property
    def is_between(self) -> bool:
        """Whether the damage is behind the end of a gzip member: the damaged one has given no byte."""
        return isinstance(self._stream, GzipMembers) and self._stream.is_between

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
        super().__init__(self._bounded)

    @property
    def trouble(self) -> UnreadableError | None:
        """Why the stream ended early; None if it did not."""
        return self._bounded.trouble

    @property
    def is_between(self) -> bool:
        """Whether the damage is behind the end of a gzip member: the damaged one has given no byte."""
        return self._bounded.is_between

    def resume(self, begins: re.Pattern[bytes]) -> bool:
        """Go on behind the damage, with the next gzip member that unpacks to bytes matching `begins`.

        `trouble` is None again.  False if there is no such member, if the stream is not gzip, or if it is a bomb.
        """
        return self._bounded.resume(begins)


def unpack(stream: IO[bytes], name: str) -> tuple[IO[bytes], str]:
    """(the unpacked stream, its name without the suffix), or both unchanged if the stream is not compressed."""
    lower = name.lower()
    if lower.endswith(".gz"):
        return Unpacked(GzipMembers(stream), stream.tell), name[: -len(".gz")]
    if lower.endswith(".bz2"):
        return Unpacked(bz2.BZ2File(stream), stream.tell), name[: -len(".bz2")]
    if lower.endswith(".xz"):
        return Unpacked(lzma.LZMAFile(stream), stream.tell), name[: -len(".xz")]
    if lower.endswith(".zst"):
        try:
            import zstandard
        except ModuleNotFoundError as error:
            raise MissingExtraError("zstd", "zstandard") from error
        reader = zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True)
        return Unpacked(reader, stream.tell, zstandard.ZstdError), name[: -len(".zst")]
    return stream, name
