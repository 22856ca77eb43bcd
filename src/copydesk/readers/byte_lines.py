"""Streams of bytes, line by line and as UTF-8; a line is never longer than a limit."""

import codecs
import io
import re
from collections.abc import Iterator
from typing import Protocol

from copydesk import decoding
from copydesk.dump import UnreadableError
from copydesk.readers.compressed import Unpacked

_ENCODED_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")
"""Half of a character in a form that UTF-8 forbids.  Only programs that write UTF-8 wrongly write it."""


class ByteLines(Protocol):
    """What a stream of bytes must be able to do."""

    def readline(self, size: int, /) -> bytes:
        """The next line with its end, at most `size` bytes of it; empty at the end."""
        ...


class _Transcoded(io.RawIOBase):
    """The bytes of a stream in another encoding, as UTF-8."""

    def __init__(self, stream: io.BufferedReader, encoding: str):
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        while not self._left:
            data = self._stream.read(io.DEFAULT_BUFFER_SIZE)
            self._left = self._decoder.decode(data, not data).encode("utf-8", "replace")
            if not data:
                break
        given = self._left[: len(buffer)]
        self._left = self._left[len(given) :]
        buffer[: len(given)] = given
        return len(given)


class _LineEnds(io.RawIOBase):
    """The bytes of a stream with LF in place of CR, with which old programs end a line."""

    def __init__(self, stream: io.BufferedReader):
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        data = self._stream.read(len(buffer)).replace(b"\r", b"\n")
        buffer[: len(data)] = data
        return len(data)


def has_only_cr(beginning: bytes) -> bool:
    """Whether the lines of a file end with CR alone, by its first bytes."""
    return b"\r" in beginning and b"\n" not in beginning and not decoding.wide(beginning)


def as_utf8(stream: io.BufferedReader, beginning: bytes) -> io.BufferedReader:
    """The stream as UTF-8, if its first bytes show that it is UTF-16 or UTF-32; else the stream itself.

    Its lines end with LF.
    """
    if has_only_cr(beginning):
        return io.BufferedReader(_LineEnds(stream))
    wide = decoding.wide(beginning)
    return io.BufferedReader(_Transcoded(stream, wide)) if wide else stream


def encoding_of(beginning: bytes) -> str | None:
    """The encoding of lines that are not UTF-8, by the first bytes of the file; None if the file is UTF-8."""
    if decoding.wide(beginning) or _ENCODED_SURROGATE.search(beginning):
        return None
    last = beginning.rfind(b"\n") + 1
    found = decoding.decode(beginning[:last] or beginning)
    return None if found.undecoded or found.encoding == "utf-8" else found.encoding


def lines(stream: ByteLines, limit: int, source: object) -> Iterator[bytes | None]:
    """The lines, and None for each line over the limit.

    If `source`, the stream from which they come, breaks off, its last line is left out.
    """
    while line := stream.readline(limit):
        if line.endswith(b"\n") or (len(line) < limit and not is_broken(source)):
            yield line
            continue
        while len(line) == limit and (more := stream.readline(limit)) and not more.endswith(b"\n"):
            pass
        if not is_broken(source):
            yield None


def skip_blank(stream: ByteLines, blank: bytes) -> int:
    """Skip the lines that have only bytes of `blank`, as far as the stream has them read; returns their number.

    Millions of such lines fit into a small file, and reading them one by one takes a minute.
    """
    skipped = 0
    while isinstance(stream, io.BufferedReader):
        ready = stream.peek()
        found = ready[: ready.rfind(b"\n", 0, len(ready) - len(ready.lstrip(blank))) + 1]
        if not found:
            break
        stream.read(len(found))
        skipped += found.count(b"\n")
    return skipped


def is_broken(stream: object) -> bool:
    """Whether a compressed stream ended before its end."""
    return isinstance(stream, Unpacked) and stream.trouble is not None


def too_large(limit: int, times: int) -> UnreadableError:
    """The error for a record that is longer than a record may be."""
    return UnreadableError("too_large", f"over {limit:,} bytes, which is {times} times limits.record_size")
