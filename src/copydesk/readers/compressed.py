"""Compressed streams, opened: gzip, bzip2, xz and Zstandard, by the end of a file's name.

What comes out is bounded: a stream that unpacks to far more than any text does is a bomb.
"""

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Callable
from typing import IO, Final, Protocol

from copydesk.dump import UnreadableError

SUFFIXES: Final = (".gz", ".bz2", ".xz", ".zst")

MOST_RATIO: Final = 300
FREE: Final = 64_000_000
"""A stream may unpack to so many times its size (text shrinks to a tenth, the same page over and over to a
hundredth), and to so many bytes whatever its size."""


class Readable(Protocol):
    """An open stream of bytes, as far as it is needed here."""

    def read1(self, size: int, /) -> bytes:
        """At most so many bytes, those that are at hand first; none at the end."""
        ...


class MissingExtraError(UnreadableError):
    """A kind of file for which a package is not installed."""

    def __init__(self, extra: str, package: str):
        super().__init__("missing_extra", f"needs {package}: pip install 'copydesk[{extra}]'")


def broken_off(error: Exception) -> UnreadableError:
    """What a container's reader raises where it can't go on."""
    return UnreadableError("broken_stream", f"what follows is lost: {error}")


class _Bounded(io.RawIOBase):
    """A stream that is being unpacked; `packed` says how many bytes of it were taken in so far.

    It ends where it is broken, or where too much comes out; `trouble` then says which.  An error raised while a
    reader asks for more would cost what came before it.
    """

    def __init__(self, stream: Readable, packed: Callable[[], int], broken: tuple[type[Exception], ...]):
        self._stream, self._packed = stream, packed
        self._broken = broken
        self._given = 0
        self.trouble: UnreadableError | None = None

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._given

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        if self.trouble:
            return 0
        try:
            data = self._stream.read1(len(buffer))
        except self._broken as error:
            self.trouble = broken_off(error)
            return 0
        self._given += len(data)
        if self._given > max(FREE, MOST_RATIO * self._packed()):
            detail = f"it unpacks to over {MOST_RATIO} times its size; what follows is not read"
            self.trouble = UnreadableError("bomb", detail)
            return 0
        buffer[: len(data)] = data
        return len(data)


BROKEN: Final = (EOFError, zlib.error, gzip.BadGzipFile, lzma.LZMAError, OSError)


class Unpacked(io.BufferedReader):
    """An unpacked stream.  It ends where it breaks off, and `trouble` says why, once it was read to there."""

    def __init__(self, stream: Readable, packed: Callable[[], int], *broken: type[Exception]):
        self._bounded = _Bounded(stream, packed, (*BROKEN, *broken))
        super().__init__(self._bounded)

    @property
    def trouble(self) -> UnreadableError | None:
        """Why the stream ended before its end; None where it did not."""
        return self._bounded.trouble


def unpack(stream: IO[bytes], name: str) -> tuple[IO[bytes], str]:
    """The stream unpacked, and its name without the suffix that said how it was packed; as they are for none."""
    lower = name.lower()
    if lower.endswith(".gz"):
        return Unpacked(gzip.GzipFile(fileobj=stream), stream.tell), name[: -len(".gz")]
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
