"""Gzip data as one stream of unpacked bytes.  Reading can go on with the next member after a damaged one.

A crawl's file has a gzip member for each of its records.  The gzip module of the standard library can't go on after an
error, so a flipped bit would cost all records behind it.
"""

import re
import zlib
from collections import deque
from gzip import BadGzipFile
from typing import IO, Final

MAGIC: Final = b"\x1f\x8b\x08"
"""The first bytes of a member: gzip, packed with deflate."""

CHUNK_BYTES: Final = 16_384
"""Packed bytes that are read at a time.  zlib copies what follows the end of a member, so chunks are small."""

KEPT_BYTES: Final = 4_000_000
"""Packed bytes of the current member that are stored, to search them for the next member if this one is damaged.
Damaged data can unpack without an error until far behind the end of its member."""

PROBE_BYTES: Final = 1024
"""Packed bytes of a possible member that are unpacked to see how it begins."""

MAX_AGAIN: Final = 2
"""Each packed byte is searched again this number of times on average.  More would not be linear."""


class GzipMembers:
    """The unpacked bytes of a stream of gzip members.

    Reading raises zlib.error, BadGzipFile or EOFError if the data is damaged.  The first `sound` of the bytes that were
    read are then those of members that are complete, or that were damaged before.
    """

    def __init__(self, stream: IO[bytes]):
        self._stream = stream
        self._unpacker: zlib._Decompress | None = None
        self._input = b""
        self._member: deque[bytes] = deque()
        self._member_bytes = 0
        self._read = 0
        self._again = 0
        self._given = 0
        self.sound = 0

    def read1(self, size: int, /) -> bytes:
        """At most `size` unpacked bytes; empty at the end."""
        while True:
            if self._unpacker is None and not self._open():
                return b""
            assert self._unpacker is not None  # noqa: S101 - `_open` has set it
            if not self._input and not self._fill():
                raise EOFError("the gzip data breaks off before its end")
            found = self._unpacker.decompress(self._input, size)
            self._given += len(found)
            self._input = self._unpacker.unconsumed_tail
            if self._unpacker.eof:
                self.sound = self._given
                self._input = self._unpacker.unused_data
                self._unpacker = None
            if found:
                return found

    def resume(self, begins: re.Pattern[bytes]) -> bool:
        """Go to the next member that unpacks to bytes matching `begins`; False if there is none up to the end."""
        data = b"".join(self._member) if self._unpacker else self._input
        if self._again + len(data) > MAX_AGAIN * self._read:
            data = self._input
        self._again += len(data)
        self.sound = self._given
        self._unpacker = None
        self._member.clear()
        at = 1
        while True:
            at = data.find(MAGIC, at)
            if at < 0 or len(data) - at < PROBE_BYTES:
                more = self._stream.read(CHUNK_BYTES)
                self._read += len(more)
                if more:
                    data = data[at if at >= 0 else -len(MAGIC) + 1 :] + more
                    at = 0
                    continue
            if at < 0:
                self._input = b""
                return False
            if begins.match(_beginning(data[at : at + PROBE_BYTES])):
                self._input = data[at:]
                return True
            at += 1

    def _fill(self) -> bool:
        """Read more packed bytes; False at the end."""
        more = self._stream.read(CHUNK_BYTES)
        self._read += len(more)
        self._input += more
        self._store(more)
        return bool(more)

    def _store(self, packed: bytes) -> None:
        self._member.append(packed)
        self._member_bytes += len(packed)
        while self._member_bytes > KEPT_BYTES:
            self._member_bytes -= len(self._member.popleft())

    def _open(self) -> bool:
        """Begin with the next member; False at the end.  Raises BadGzipFile if other bytes are there."""
        self._input = self._input.lstrip(b"\0")  # tapes and some programs fill the rest with zeros
        while len(self._input) < len(MAGIC):
            if not self._fill():
                break
            self._input = self._input.lstrip(b"\0")
        if not self._input:
            return False
        self._member.clear()
        self._member_bytes = 0
        if not self._input.startswith(MAGIC):
            raise BadGzipFile("bytes that are not gzip data")
        self._store(self._input)
        self._unpacker = zlib.decompressobj(zlib.MAX_WBITS + 16)
        return True


def _beginning(packed: bytes) -> bytes:
    """The first unpacked bytes of a possible member; empty if it is not one."""
    try:
        return zlib.decompressobj(zlib.MAX_WBITS + 16).decompress(packed, PROBE_BYTES)
    except zlib.error:
        return b""
