"""The content of an HTTP message: chunks are joined, and packed content is unpacked.

What the bytes are decides, not what the headers say.  Crawlers often store a page without its chunks or unpacked, and
leave the headers of what they received.
"""

import re
import zlib
from dataclasses import dataclass
from typing import Final

from copydesk.dump import UnreadableError
from copydesk.readers.compressed import MissingExtraError

GZIP: Final = b"\x1f\x8b"
ZSTD: Final = b"\x28\xb5\x2f\xfd"

CHUNK_BYTES: Final = 16_384
"""Bytes that are given to zlib at a time.  If the gzip data ends inside a chunk, zlib copies the rest of the chunk, so
chunks are small."""

LAST_CHUNK_BYTES: Final = 4
"""Bytes that may follow the size of the last chunk of an empty content: two line breaks."""

MAX_LAYERS: Final = 3
"""Encodings of one content that are undone.  Two are seen in crawls: by the server, and by its cache."""

SNIFFED_BYTES: Final = 512
"""First bytes that show whether a content is packed.  Packed bytes have a control character in 20 of them or fewer."""

_CHUNK = re.compile(rb"[ \t]*([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")
_LINE_BREAK = re.compile(rb"\r?\n")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_WIDE = (b"\xff\xfe", b"\xfe\xff")  # UTF-16


@dataclass(frozen=True, slots=True)
class Body:
    """The content of a message; `is_cut` if its end is missing."""

    data: bytes
    is_cut: bool = False


def joined(data: bytes, *, is_stated: bool) -> Body:
    """The content without chunk sizes.  Content without chunks is returned as it is.

    `is_stated` means that a header says that there are chunks.  Without it, a whole chunk must be followed by another.
    Raises UnreadableError if there are other bytes among the chunks.
    """
    found: list[bytes] = []
    at = 0
    while head := _CHUNK.match(data, at):
        size, start = int(head[1], 16), head.end()
        end = start + size
        is_certain = is_stated or bool(found)
        if not size:
            return Body(b"".join(found)) if found or len(data) - start <= LAST_CHUNK_BYTES else Body(data)
        if end >= len(data):
            return Body(b"".join([*found, data[start:]]), is_cut=end > len(data)) if is_certain else Body(data)
        after = _LINE_BREAK.match(data, end)
        if not after:
            break
        found.append(data[start:end])
        at = after.end()
    if not found or (len(found) == 1 and not is_stated):
        return Body(data)
    if at < len(data):
        raise UnreadableError("broken_stream", f"byte {at} of its content must be the size of a chunk")
    return Body(b"".join(found))  # only the last chunk, which is empty, is missing


def unpacked(data: bytes, encoding: str, max_bytes: int, *, may_be_cut: bool) -> Body:
    """At most `max_bytes` of the content, unpacked.  `encoding` is the Content-Encoding header.

    With `may_be_cut`, packed content without its end is unpacked as far as possible.  Raises UnreadableError if the
    content is broken, or if its encoding is unknown.
    """
    names = [name for part in encoding.lower().split(",") if (name := part.strip())]
    is_cut = False
    for _ in range(MAX_LAYERS):
        try:
            if data.startswith(GZIP):
                data, ends = _inflated(data, max_bytes, zlib.MAX_WBITS + 16)
            elif data.startswith(ZSTD):
                data, ends = _from_zstd(data, max_bytes)
            elif "deflate" in names and data and not is_plain(data):
                names.remove("deflate")
                data, ends = _inflated(data, max_bytes, zlib.MAX_WBITS if _is_zlib(data) else -zlib.MAX_WBITS)
            elif "br" in names and data and not is_plain(data):
                names.remove("br")
                data, ends = _from_brotli(data, max_bytes)
            else:
                break
        except (zlib.error, ValueError) as error:
            if isinstance(error, UnreadableError):
                raise
            raise UnreadableError("broken_stream", f"its content is broken: {error}") from error
        is_cut = is_cut or not ends
    if is_cut and not may_be_cut:
        raise UnreadableError("broken_stream", "its content is broken: it breaks off before its end")
    unknown = [name for name in names if name not in _KNOWN]
    if unknown and data and not is_plain(data):
        raise UnreadableError("broken_stream", f"its Content-Encoding {unknown[-1][:40]!r} is not known")
    return Body(data[:max_bytes], is_cut)


_KNOWN: Final = frozenset(("identity", "gzip", "x-gzip", "deflate", "br", "zstd"))


def is_plain(data: bytes) -> bool:
    """Whether the content begins like text, so that it is not packed."""
    return data.startswith(_WIDE) or not _CONTROL.search(data[:SNIFFED_BYTES])


def _is_zlib(data: bytes) -> bool:
    """Whether the data has the header of zlib (RFC 1950).  "deflate" can mean data with this header or without it."""
    return data[0] & 15 == zlib.DEFLATED and int.from_bytes(data[:2]) % 31 == 0


def _inflated(data: bytes, max_bytes: int, bits: int) -> tuple[bytes, bool]:
    """(at most `max_bytes` unpacked bytes, whether the end is there or not needed).  Raises zlib.error."""
    found = bytearray()
    at = 0
    while len(found) < max_bytes:
        unpacker = zlib.decompressobj(bits)
        while not unpacker.eof and at < len(data) and len(found) < max_bytes:
            chunk = data[at : at + CHUNK_BYTES]
            found += unpacker.decompress(chunk, max_bytes - len(found))
            at += len(chunk)
        if not unpacker.eof:
            return bytes(found), len(found) >= max_bytes
        at -= len(unpacker.unused_data)
        if not data.startswith(GZIP, at):  # other bytes after the end are not part of the content
            break
    return bytes(found), True


def _from_zstd(data: bytes, max_bytes: int) -> tuple[bytes, bool]:
    try:
        import zstandard
    except ModuleNotFoundError as error:
        raise MissingExtraError("zstd", "zstandard") from error
    try:
        with zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=False) as reader:
            found = reader.read(max_bytes)
    except zstandard.ZstdError as error:
        raise ValueError(str(error)) from error
    expected = zstandard.get_frame_parameters(data).content_size
    return found, len(found) >= max_bytes or expected in (len(found), zstandard.CONTENTSIZE_UNKNOWN)


def _from_brotli(data: bytes, max_bytes: int) -> tuple[bytes, bool]:
    try:
        import brotli
    except ModuleNotFoundError as error:
        raise MissingExtraError("brotli", "brotli") from error
    unpacker = brotli.Decompressor()
    found = bytearray()
    try:
        rest = data
        while len(found) < max_bytes and not unpacker.is_finished():
            piece = unpacker.process(rest, output_buffer_limit=max_bytes - len(found))
            rest = b""
            found += piece
            if not piece:
                break
    except brotli.error as error:
        raise ValueError(f"brotli: {error}") from error
    return bytes(found), len(found) >= max_bytes or unpacker.is_finished()
