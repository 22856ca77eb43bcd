"""WARC, WET and ARC files as records: the headers and the block of each, and what is wrong with it.

warcio reads the headers.  Where a record ends is decided here: if a Content-Length is wrong or a part of the file is
damaged, only that record is affected, and the next one is found by its header.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import IO, TYPE_CHECKING, Final

from copydesk.dump import UnreadableError
from copydesk.readers.compressed import MissingExtraError, Unpacked

if TYPE_CHECKING:
    from warcio.statusandheaders import StatusAndHeaders

READ_BYTES: Final = 65_536

LOOKAHEAD: Final = 8_192
"""Bytes that the header of a record needs to be recognized inside the block of another one."""

MAX_HEADER_BYTES: Final = 65_536
"""Bytes of a record's header.  More are not read as a header."""

BEGINNING: Final = re.compile(rb"WARC/\d\.\d{1,3}\r?\n|[a-z]{2,20}:[^\s]{1,1000} [\d.]{1,15} \d{8,14} ")
"""How a record begins in a WARC and in an ARC file."""

_WARC_HEADER = re.compile(rb"\nWARC/\d\.\d{1,3}\r?\n")
_ARC_HEADER = re.compile(rb"\n[a-z]{2,20}:[^\s]{1,1000} [\d.]{1,15} \d{8,14} ")
_INSIDE = re.compile(rb"\r\n\r\nWARC/[01]\.\d+\r\n(?:[\w-]{1,60}:[^\r\n]{0,2000}\r\n){3}")
_HEADER_LINE = re.compile(rb"(?:^|\n)WARC-[A-Z][A-Za-z-]{1,60}:")
"""A line of the header of another record, of which the first line is damaged."""

_LENGTH = re.compile(r"\s*\d{1,18}\s*")


class Damage(Enum):
    """What is wrong with a record."""

    BREAKS_OFF = "the file is damaged or breaks off in this record"
    OVERLAPS = "its Content-Length reaches into the next record"
    TOO_SHORT = "its Content-Length is too small: more of it follows"
    NO_LENGTH = "it has no valid Content-Length"


@dataclass(frozen=True, slots=True)
class CrawlRecord:
    """A record of a crawl's file.

    `block` has all its bytes, or the first ones if it has more than the reader was asked for.  `rest` are
    bytes between the end of the record and the next one, without white space.
    """

    headers: "StatusAndHeaders"
    block: bytes
    rest: bytes
    damage: Damage | None
    is_arc: bool

    def header(self, name: str) -> str:
        """The value of a header, "" if there is none."""
        return self.headers.get_header(name) or ""


@dataclass(frozen=True, slots=True)
class Garbage:
    """Bytes between two records that belong to neither; `detail` says what they are."""

    detail: str


def read(stream: IO[bytes], max_bytes: int) -> Iterator[CrawlRecord | Garbage]:
    """The records of an unpacked stream, with at most `max_bytes` of each block.

    Raises UnreadableError if the stream is no crawl, or if the package is missing that reads the headers.
    """
    try:
        from warcio.recordloader import ARC2WARCHeadersParser
        from warcio.statusandheaders import StatusAndHeadersParser, StatusAndHeadersParserException
    except ModuleNotFoundError as error:
        raise MissingExtraError("warc", "warcio") from error
    window = _Window(stream)
    before = window.skip_to_header(max_bytes)
    if window.is_empty and not window.is_damaged:
        if before.strip():
            raise UnreadableError("broken_stream", "it has no record of a crawl")
        return
    if before.strip():
        yield Garbage(f"{len(before):,} bytes before the first record that can be found")
    while True:
        if window.is_empty:
            if not window.is_damaged:
                return
            yield Garbage("bytes that can't be unpacked; reading goes on with the next record that can be found")
            if not window.resume():
                return
            window.skip_to_header(max_bytes)
            continue
        window.header_bytes = MAX_HEADER_BYTES
        parser = ARC2WARCHeadersParser() if window.is_arc else StatusAndHeadersParser([], verify=False)
        try:
            headers = parser.parse(window)
        except (StatusAndHeadersParserException, ValueError, EOFError) as error:
            raise UnreadableError("broken_stream", "the rest is lost: it is not the header of a record") from error
        length = _length(headers, is_arc=window.is_arc)
        block, damage = window.block(length or 0, max_bytes)
        end = window.place
        rest = window.skip_to_header(max_bytes)
        is_lost = False
        if window.is_empty and window.is_damaged:
            is_lost = window.sound < end
            rest = rest[: max(0, window.sound - end)]
        rest = rest.strip()
        if length is None:
            other = _HEADER_LINE.search(rest)
            end = other.start() if other else len(rest)
            block, rest, damage = rest[:end], rest[end:], Damage.NO_LENGTH
        elif rest and not damage:
            damage = Damage.TOO_SHORT
        yield CrawlRecord(headers, block, rest, Damage.BREAKS_OFF if is_lost else damage, window.is_arc)
        if is_lost:
            if not window.resume():
                return
            window.skip_to_header(max_bytes)


def _length(headers: "StatusAndHeaders", *, is_arc: bool) -> int | None:
    """The length of a record's block; None if the header is missing or not a number."""
    stated = headers.get_header("Content-Length") or ""
    if not _LENGTH.fullmatch(stated):
        return None
    return max(0, int(stated) - (headers.total_len if is_arc else 0))


class _Window:
    """The bytes of a stream from the place that is reached; more are read when they are needed."""

    def __init__(self, stream: IO[bytes]):
        self._stream = stream
        self._data = b""
        self._at = 0
        self._read = 0
        self.is_arc = False
        self.header_bytes = 0
        """Bytes that `readline` gives before it reports the end."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing follows: the end of the stream, or damage."""
        return self._at == len(self._data) and not self._fill()

    @property
    def is_damaged(self) -> bool:
        """Whether the stream ended because it is damaged."""
        return isinstance(self._stream, Unpacked) and self._stream.trouble is not None

    @property
    def sound(self) -> int:
        """How many bytes of a damaged stream are before the damaged part."""
        return self._stream.sound if isinstance(self._stream, Unpacked) else 0

    @property
    def place(self) -> int:
        """How many bytes of the stream are before the place that is reached."""
        return self._read - len(self._data) + self._at

    def resume(self) -> bool:
        """Go on behind the damage; False if nothing follows."""
        return isinstance(self._stream, Unpacked) and self._stream.resume(BEGINNING)

    def readline(self) -> bytes:
        """The next line of a header."""
        end = self._data.find(b"\n", self._at)
        while end < 0 and len(self._data) - self._at < self.header_bytes and self._fill():
            end = self._data.find(b"\n", self._at)
        stop = min(end + 1 if end >= 0 else len(self._data), self._at + self.header_bytes)
        line = self._data[self._at : stop]
        self._at = stop
        self.header_bytes -= len(line)
        return line

    def block(self, length: int, max_bytes: int) -> tuple[bytes, Damage | None]:
        """(the next `length` bytes, at most `max_bytes` of them; what is wrong with them).

        If another record begins in them, they end before it.
        """
        found = bytearray()
        size = 0
        while size < length:
            left = length - size
            while len(self._data) - self._at < min(left, READ_BYTES) + LOOKAHEAD and self._fill():
                pass
            ready = len(self._data) - self._at
            if not ready:
                return bytes(found), Damage.BREAKS_OFF
            taken = min(left, ready - LOOKAHEAD) if ready > LOOKAHEAD else min(left, ready)
            inside = _INSIDE.search(self._data, self._at, self._at + taken + LOOKAHEAD)
            if inside and inside.start() + len(b"\r\n\r\n") < self._at + taken:
                found += self._data[self._at : inside.start()][: max_bytes - len(found)]
                self._at = inside.start()
                return bytes(found), Damage.OVERLAPS
            found += self._data[self._at : self._at + taken][: max_bytes - len(found)]
            size += taken
            self._at += taken
        return bytes(found), None

    def skip_to_header(self, max_bytes: int) -> bytes:
        """Go to the next header of a record, or to the end.

        The bytes before it, at most `max_bytes`.
        """
        skipped = bytearray()
        pattern = _ARC_HEADER if self.is_arc else _WARC_HEADER
        is_first = not self._data
        while True:
            while len(self._data) - self._at < LOOKAHEAD and self._fill():
                pass
            if is_first:
                self.is_arc = not self._data.startswith(b"WARC/") and bool(BEGINNING.match(self._data))
                pattern = _ARC_HEADER if self.is_arc else _WARC_HEADER
                is_first = False
            if not skipped and BEGINNING.match(self._data, self._at):
                return b""
            found = pattern.search(self._data, self._at)
            stop = found.start() + 1 if found else len(self._data)
            if not found and stop - self._at > LOOKAHEAD:
                stop -= LOOKAHEAD
            if stop == self._at:
                return bytes(skipped)
            skipped += self._data[self._at : stop][: max(0, max_bytes - len(skipped))]
            self._at = stop
            if found:
                return bytes(skipped)

    def _fill(self) -> bool:
        """Read more bytes; False at the end."""
        more = self._stream.read(READ_BYTES)
        self._read += len(more)
        if more:
            self._data = self._data[self._at :] + more
            self._at = 0
        return bool(more)
