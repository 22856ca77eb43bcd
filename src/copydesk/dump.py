"""The dump: raw text, decoded once, and where it comes from.

Encoding that again, with `undecoded` put back, gives the bytes; `decode` makes sure of it.
"""

import codecs
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Final

from copydesk.document import Json, Undecoded
from copydesk.edits import has_visible

BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with the mark of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
BINARY_SHARE: Final = 0.1
"""Over this share of control characters and undecodable bytes, a file is no text.  Text dumps with stray
NULs or a few bad bytes stay far below it; images, archives and programs lie at 0.2 and more."""

DETECTION_BYTES: Final = 65_536
"""How much of a file the detection of its encoding reads, of the lines that are not plain ASCII."""

DAMAGED_UTF8_SHARE: Final = 0.5
"""From this share of well-formed sequences among the bytes over 0x7F, bytes are damaged UTF-8 rather than
another encoding: in legacy encodings such sequences come about by chance only, a few in a hundred."""

WESTERN: Final = "cp1252"
WEB_ENCODINGS: Final = (
    *(WESTERN, "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "cp866", "cp874"),
    *("iso8859_2", "iso8859_5", "iso8859_7", "iso8859_15", "koi8_r", "koi8_u", "gb18030", "big5", "cp932", "euc_jp"),
    *("cp949", "iso2022_jp"),
)
"""Among these an encoding is looked for: those of the WHATWG Encoding Standard that pages really have.  Of
others, such as the Mac's and the DOS code pages, short texts look like one far oftener than they are in one."""

WIDE_SHARE: Final = 0.4
"""From this share of zeros on one side of the byte pairs, and few on the other, bytes are UTF-16."""

_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")  # without white space and ESC, which terminals leave
_ESCAPED = re.compile("[\udc80-\udcff]+")
_SURROGATE = re.compile("[\ud800-\udfff]")


class UnreadableError(ValueError):
    """A dump that can't be cleaned: `reason` is a word to count by, `detail` a sentence for people."""

    def __init__(self, reason: str, detail: str):
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Given:
    """What the container or the page itself states about the story.

    `stated_title`, `stated_authors`, `stated_date` and `stated_update` are what a page's markup says that its visible
    lines do not bear out: they count where those lines say nothing.  `guess_date`, where it is there, looks for the
    date that the page may mean; it counts last, and takes as long as the rest of the page's reading.
    """

    title: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None
    language: str | None = None
    url: str | None = None
    publisher: str | None = None
    stated_title: str | None = None
    stated_authors: tuple[str, ...] = ()
    stated_date: str | None = None
    stated_update: str | None = None
    guess_date: Callable[[], str | None] | None = field(default=None, repr=False, compare=False)
    extra: Mapping[str, Json] = field(default_factory=dict)

    @property
    def guessed_date(self) -> str | None:
        """What `guess_date` finds, at each call anew."""
        return self.guess_date() if self.guess_date else None

    def or_else(self, other: "Given") -> "Given":
        """What is given here, and for what is not, what `other` gives; the `extra` is that of this one."""
        both = {one.name: getattr(self, one.name) or getattr(other, one.name) for one in fields(Given)}
        return replace(self, **(both | {"extra": self.extra}))


NOTHING_GIVEN: Final = Given()


@dataclass(frozen=True, slots=True)
class Origin:
    """What the markup says of the line that starts at character `start`, in whole numbers (see `copydesk.page`).

    `inside` has the numbers of the blocks that hold the line, the innermost first: lines with a number in common
    stand in one block.
    """

    start: int
    evidence: tuple[int, ...]
    inside: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Dump:
    """A raw text and where it comes from.  `source` and `record` as in the record's fields.

    `origins` has one for each line that is not blank where the text is known to be a page's, and none elsewhere;
    `rendered` is the text of that page as it is seen, where the dump is another text of it.
    """

    text: str
    source: str
    record: str
    sha256: str
    encoding: str = "utf-8"
    undecoded: tuple[Undecoded, ...] = ()
    renderer: str | None = None
    given: Given = NOTHING_GIVEN
    origins: tuple[Origin, ...] = ()
    rendered: str = ""


@dataclass(frozen=True, slots=True)
class Pending:
    """A dump that was found and is not made yet: who skips it is spared decoding and rendering.

    `make` gives it, and raises UnreadableError where it is none.  It holds until the next one is looked for.  `raw` is
    all that it is made of beside its source and the settings, empty where that is not at hand; `read` says how many
    bytes of its file were read by then.
    """

    source: str
    make: Callable[[], Dump]
    raw: bytes = b""
    read: int = 0


def from_text(text: str, source: str, record: str | None = None, given: Given = NOTHING_GIVEN) -> Dump:
    """The dump that a string is.  Raises UnreadableError where it is no text at all."""
    surrogate = _SURROGATE.search(text)
    if surrogate:
        raise UnreadableError(
            "lone_surrogate",
            f"character {surrogate.start()} is the lone surrogate U+{ord(surrogate[0]):04X}; "
            "no encoding has it: the text was cut inside a character",
        )
    _check(text, undecoded=0)
    name = source.rpartition("/")[2] if record is None else record
    return Dump(text, source, name, hashlib.sha256(text.encode()).hexdigest(), given=given)


def from_bytes(data: bytes, source: str, declared: str | None = None) -> Dump:
    """The dump that a file's bytes are.  Raises UnreadableError where they are no text at all."""
    text, encoding, undecoded = decode(data, declared)
    _check(text, sum(len(lost.hex) // 2 for lost in undecoded))
    name = source.rpartition("/")[2]
    return Dump(text, source, name, hashlib.sha256(data).hexdigest(), encoding, undecoded)


def decode(data: bytes, declared: str | None = None) -> tuple[str, str, tuple[Undecoded, ...]]:
    """(text, encoding, what did not decode), such that `encode` gives `data` back.

    In this order: a byte order mark (which stays in the text as U+FEFF), UTF-16 by its zeros, UTF-8, the
    `declared` encoding, damaged UTF-8, what charset-normalizer finds; at last UTF-8 whatever the damage.
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
    if sound > (sound + lost) * DAMAGED_UTF8_SHARE:
        return as_utf8
    telling = b"\n".join(line for line in data.splitlines() if not line.isascii())
    for encoding in _detect(telling[:DETECTION_BYTES]):
        found = _decode_strictly(data, encoding)
        if found is not None:
            return found, encoding.replace("_", "-"), ()
    return as_utf8


def _wide(data: bytes) -> str | None:
    """UTF-16 without a byte order mark, told by the zero in every other byte of its ASCII."""
    zeros = data[:DETECTION_BYTES:2].count(0), data[1:DETECTION_BYTES:2].count(0)
    enough = len(data[:DETECTION_BYTES]) * WIDE_SHARE / 2
    if max(zeros) < max(enough, 1) or min(zeros) * 10 > max(zeros):
        return None
    return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"


def _detect(data: bytes) -> list[str]:
    """Likely encodings, the likeliest first."""
    from charset_normalizer import from_bytes  # 60 ms, and most dumps are UTF-8

    matches = list(from_bytes(data, cp_isolation=list(WEB_ENCODINGS)))
    # Short Western text fits Windows' Central European page as well; then the far commoner one is meant.
    as_good = [
        match for match in matches if match.chaos <= matches[0].chaos and match.coherence >= matches[0].coherence
    ]
    western = [WESTERN for match in as_good if WESTERN in match.could_be_from_charset]
    return [*western, *(match.encoding for match in matches)]


def encode(text: str, encoding: str, undecoded: Sequence[Undecoded]) -> bytes:
    """The bytes from which `decode` made `text`.  Raises UnicodeEncodeError where it did not."""
    pieces: list[bytes] = []
    at = 0
    for lost in undecoded:
        pieces += text[at : lost.offset].encode(encoding), bytes.fromhex(lost.hex)
        at = lost.offset + 1
    pieces.append(text[at:].encode(encoding))
    return b"".join(pieces)


def _decode_strictly(data: bytes, encoding: str) -> str | None:
    """The text, or None unless `encoding` is known, fits, and gives the same bytes back."""
    try:
        text = data.decode(encoding)
        return text if text.encode(encoding) == data else None
    except (LookupError, UnicodeError):
        return None


def _decode_utf8(data: bytes) -> tuple[str, str, tuple[Undecoded, ...]]:
    """UTF-8 with one U+FFFD, recorded, for each run of bytes that is none."""
    escaped = data.decode("utf-8", "surrogateescape")
    undecoded: list[Undecoded] = []
    shrunk = 0
    for run in _ESCAPED.finditer(escaped):
        undecoded.append(Undecoded(run.start() - shrunk, run[0].encode("utf-8", "surrogateescape").hex()))
        shrunk += len(run[0]) - 1
    return _ESCAPED.sub("\N{REPLACEMENT CHARACTER}", escaped), "utf-8", tuple(undecoded)


def _check(text: str, undecoded: int) -> None:
    if not has_visible(text):
        detail = "it holds white space and invisible characters only" if text else "it holds nothing"
        raise UnreadableError("empty", detail)
    odd = len(_CONTROL.findall(text)) + undecoded
    if odd > BINARY_SHARE * len(text):
        raise UnreadableError(
            "binary", f"{odd} of {len(text)} characters are control characters or undecodable bytes: not text"
        )
