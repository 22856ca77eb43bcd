"""Bytes to text.  The encoding, and the bytes that could not be decoded, are recorded.

If the text is encoded again, and these bytes are put back, the result is the same bytes.  `decode` makes sure of it.
"""

import codecs
import re
from collections.abc import Sequence
from typing import Final

from copydesk.document import Undecoded

BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, because this mark begins with that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
DETECTION_BYTES: Final = 65_536
"""Bytes from which an encoding is detected.  They are taken from the lines that are not plain ASCII."""

MIN_UTF8_SHARE: Final = 0.5
"""Of the bytes over 0x7F in a file, the share that must be valid UTF-8 for the file to count as damaged UTF-8.

In files with another encoding, only a few per cent of these bytes look like valid UTF-8, by chance."""

WESTERN: Final = "cp1252"
WEB_ENCODINGS: Final = (
    *(WESTERN, "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp866", "cp874"),
    *("iso8859_2", "iso8859_5", "iso8859_7", "iso8859_15", "koi8_r", "koi8_u", "gb18030", "big5", "cp932", "euc_jp"),
    *("cp949", "iso2022_jp"),
)
"""The encodings that can be detected: those of the WHATWG Encoding Standard that are used on real pages.

Code pages of Mac and DOS are not among them: short texts often look like one by chance, and very few are one."""

MIN_ZERO_SHARE: Final = 0.4
"""Bytes are UTF-16 if this share of their pairs have a zero at one place, always the same, and few have it at the
other."""

_ESCAPED = re.compile("[\udc80-\udcff]+")


def decode(data: bytes, declared: str | None = None) -> tuple[str, str, tuple[Undecoded, ...]]:
    """(text, encoding, undecoded bytes).  From these, `encode` makes `data` again.

    The encoding is the first that fits: that of a byte order mark (which stays in the text as U+FEFF), UTF-16 with its
    zeros, UTF-8, the `declared` encoding, damaged UTF-8, those that charset-normalizer finds, UTF-8 with any damage.
    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            whole = len(data) - len(data) % 2 if encoding.startswith("utf-16") else len(data)
            found = _decode_strictly(data[:whole], encoding)
            if found is None:
                return _decode_utf8(data)
            if whole == len(data):
                return found, encoding, ()
            return f"{found}\N{REPLACEMENT CHARACTER}", encoding, (Undecoded(len(found), data[whole:].hex()),)
    for named in (_wide(data), "utf-8", declared):
        found = _decode_strictly(data, named) if named else None
        if found is not None and named:
            return found, codecs.lookup(named).name, ()
    text, _, undecoded = as_utf8 = _decode_utf8(data)
    lost = sum(len(run.hex) // 2 for run in undecoded)
    sound = len("".join(re.findall(r"[^\x00-\x7f\ufffd]+", text)).encode())
    if sound > (sound + lost) * MIN_UTF8_SHARE:
        return as_utf8
    not_ascii = b"\n".join(line for line in data.splitlines() if not line.isascii())
    for encoding in _detect(not_ascii[:DETECTION_BYTES]):
        found = _decode_strictly(data, encoding)
        if found is not None:
            return found, encoding.replace("_", "-"), ()
    return as_utf8


def _wide(data: bytes) -> str | None:
    """The kind of UTF-16 without a byte order mark, in which ASCII characters have a zero as one of their two bytes."""
    zeros = data[:DETECTION_BYTES:2].count(0), data[1:DETECTION_BYTES:2].count(0)
    enough = len(data[:DETECTION_BYTES]) * MIN_ZERO_SHARE / 2
    if max(zeros) < max(enough, 1) or min(zeros) * 10 > max(zeros):
        return None
    return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"


def wide(data: bytes) -> str | None:
    """The encoding of a text in UTF-16 or UTF-32 by its first bytes; None if they are in neither."""
    marked = next((encoding for mark, encoding in BYTE_ORDER_MARKS if data.startswith(mark)), None)
    return _wide(data) if marked is None else marked if marked != "utf-8" else None


def _detect(data: bytes) -> list[str]:
    """Likely encodings, the most likely first."""
    from charset_normalizer import from_bytes  # importing it takes 60 ms, and most dumps are UTF-8

    matches = list(from_bytes(data, cp_isolation=list(WEB_ENCODINGS)))
    # Short Western text also fits the Central European code page of Windows; the Western one is far more common.
    as_good = [
        match for match in matches if match.chaos <= matches[0].chaos and match.coherence >= matches[0].coherence
    ]
    western = [WESTERN for match in as_good if WESTERN in match.could_be_from_charset]
    return [*western, *(match.encoding for match in matches)]


def encode(text: str, encoding: str, undecoded: Sequence[Undecoded]) -> bytes:
    """The bytes from which `decode` made `text`.

    Raises UnicodeEncodeError for a text that `decode` can't have made.
    """
    pieces: list[bytes] = []
    at = 0
    for lost in undecoded:
        pieces += text[at : lost.offset].encode(encoding), bytes.fromhex(lost.hex)
        at = lost.offset + 1
    pieces.append(text[at:].encode(encoding))
    return b"".join(pieces)


def _decode_strictly(data: bytes, encoding: str) -> str | None:
    """The text; None if the encoding is unknown or does not fit, or does not give the same bytes for the text."""
    try:
        text = data.decode(encoding)
        return text if text.encode(encoding) == data else None
    except (LookupError, UnicodeError):
        return None


def _decode_utf8(data: bytes) -> tuple[str, str, tuple[Undecoded, ...]]:
    """The same as `decode` for UTF-8: each run of invalid bytes becomes one U+FFFD and is recorded."""
    escaped = data.decode("utf-8", "surrogateescape")
    undecoded: list[Undecoded] = []
    shrunk = 0
    for run in _ESCAPED.finditer(escaped):
        undecoded.append(Undecoded(run.start() - shrunk, run[0].encode("utf-8", "surrogateescape").hex()))
        shrunk += len(run[0]) - 1
    return _ESCAPED.sub("\N{REPLACEMENT CHARACTER}", escaped), "utf-8", tuple(undecoded)
