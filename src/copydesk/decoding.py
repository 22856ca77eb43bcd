"""Bytes to text.  The encoding, and the bytes that could not be decoded, are recorded.

If the text is encoded again, and these bytes are put back, the result is the same bytes.  `decode` makes sure of it.
"""

import codecs
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from copydesk.document import Undecoded
from copydesk.plausible_text import LANGUAGES, SAME_LETTERS, share_in_words

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
CODE_PAGES: Final = (WESTERN, "cp1250", "cp1251", "cp1253", "cp1254", "cp1257")
"""The code pages of Europe, in which a part of a text in UTF-8 may be written."""

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

MIN_CHARACTERS: Final = 4
"""Characters outside ASCII.  Fewer show nothing about the encoding."""

MIN_SHARE: Final = 0.4
"""The share of these characters that are in known words in the right encoding; in wrong ones it is under 0.3.

Set with `python -m bench.bytes`, November 2026, like MIN_LEAD and MIN_WIDE_SHARE."""

SURE_SHARE: Final = (0.55, 0.9)
"""The share from which on encodings for other letters are not tried: in alphabets, and in the three languages above."""

MIN_LEAD: Final = 0.08
"""The lead that another encoding needs over the declared one."""

MIN_WIDE_SHARE: Final = (0.5, 0.85)
"""The same share for UTF-16 without a mark: in alphabets, and in Chinese, Japanese and Korean."""

MAX_CONTROL_SHARE: Final = 0.05
"""The share of control characters in a text.  From here on it may be UTF-16."""

EAST_ASIAN: Final = frozenset(("gb18030", "big5", "cp932", "euc_jp", "cp949"))

ALL_ENCODINGS: Final = (
    *("cp1252", "cp1251", "koi8-r", "cp1250", "iso8859-2", "iso8859-5", "cp1254", "cp1253", "cp932", "euc_jp"),
    *("gb18030", "big5", "cp949", "cp866", "cp1256", "cp1255", "cp1257", "koi8-u", "iso8859-7"),
)
"""Encodings that are tried if the declared one gives no words."""

SUPERSETS: Final[Mapping[str, str]] = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030",
    "euc_kr": "cp949", "shift_jis": "cp932", "iso8859-11": "cp874", "tis-620": "cp874",
}  # fmt: skip
"""Encodings that are read as a larger one, as the WHATWG Encoding Standard says."""

_FAMILIES: Final[Mapping[str, tuple[str, ...]]] = {
    family: tuple(name for name in ALL_ENCODINGS if SAME_LETTERS.get(name, name) == family) for family in LANGUAGES
}
_ESCAPED = re.compile("[\udc80-\udcff]+")
_NOT_ASCII_BYTES = re.compile(rb"[\x80-\xff]+")
_CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0e-\x1f]")
_SPACES = re.compile("[\n \u3000-\u3002\uff0c]")
_LETTER_NOT_ASCII = re.compile("[^\x00-\xbf\ud800-\U0010ffff]")
_RARE_LETTERS: Final = "\u00d0\u00de\u00fe\u00f0\u0192\u00aa\u00ba\u00b5\u02c6"
_LETTERS_ALONE: Final = "\u00c0\u00c8\u00c9\u00c5\u00d6\u00d3\u00e0\u00e8\u00e9\u00e5\u00f6\u00f3\u00e1"
"""Letters that are words of one letter, such as the French "à"."""

_LAST_LATIN: Final = "\N{LATIN SMALL LETTER Z WITH SWASH TAIL}"
"""Letters behind it are Greek and Cyrillic, which have many words of one letter."""

_WESTERN_MARKS: Final = (
    "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT DOUBLE QUOTATION MARK}"
    "\N{RIGHT DOUBLE QUOTATION MARK}\N{SINGLE LOW-9 QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}\N{EN DASH}"
    "\N{EM DASH}\N{HORIZONTAL ELLIPSIS}\N{BULLET}\N{NO-BREAK SPACE}\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}"
    "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}\N{INVERTED QUESTION MARK}\N{INVERTED EXCLAMATION MARK}"
)
"""Marks that Windows-1252 has, and that make sense anywhere."""

_WESTERN_SIGNS: Final = (
    "\N{EURO SIGN}\N{POUND SIGN}\N{SECTION SIGN}\N{COPYRIGHT SIGN}\N{REGISTERED SIGN}\N{DEGREE SIGN}"
    "\N{TRADE MARK SIGN}\N{MIDDLE DOT}\N{VULGAR FRACTION ONE HALF}\N{VULGAR FRACTION ONE QUARTER}"
)
"""Signs that it has, and that make sense beside a digit or a space."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text made from bytes, and how.  From these, `encode` makes the bytes again."""

    text: str
    encoding: str
    """The encoding that was taken."""
    undecoded: tuple[Undecoded, ...] = ()
    detected: str | None = None
    """The encoding that the bytes themselves show, by a mark, by their form or by words; None if they show none."""


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """The text of the bytes.

    The encoding is the first that fits: that of a byte order mark (which stays in the text as U+FEFF), UTF-16 with its
    zeros, UTF-8, damaged UTF-8, UTF-16 that has words, the `declared` encoding or another one in which the text has
    more words, those that charset-normalizer finds, UTF-8 with any damage.
    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            whole = len(data) - len(data) % 2 if encoding.startswith("utf-16") else len(data)
            found = _decode_strictly(data[:whole], encoding)
            if found is None:
                return _decode_utf8(data)
            if whole == len(data):
                return Decoded(found, encoding, (), encoding)
            rest = Undecoded(len(found), data[whole:].hex())
            return Decoded(f"{found}\N{REPLACEMENT CHARACTER}", encoding, (rest,), encoding)
    for form in (_wide(data), "utf-8"):
        found = _decode_strictly(data, form) if form else None
        if found is not None and form:
            # In UTF-16, Cyrillic letters look like ASCII between control characters.
            is_odd = len(_CONTROL_CHARACTERS.findall(found)) > len(found) * MAX_CONTROL_SHARE
            return (_wide_with_words(data) if is_odd else None) or Decoded(found, form, (), form)
    as_utf8 = _decode_utf8(data)
    lost = sum(len(run.hex) // 2 for run in as_utf8.undecoded)
    not_ascii = len(data) - len(_NOT_ASCII_BYTES.sub(b"", data))
    if not_ascii - lost > not_ascii * MIN_UTF8_SHARE:
        return as_utf8
    return _wide_with_words(data) or _by_words(data, declared) or _guessed(data) or as_utf8


def _wide_with_words(data: bytes) -> Decoded | None:
    """The text as UTF-16 without a mark, in a script in which no byte of a character is zero."""
    beginning = data[: DETECTION_BYTES // 8 * 2]
    if len(data) % 2:
        return None
    for encoding in ("utf-16-le", "utf-16-be"):
        sample = _decode_strictly(beginning, encoding)
        if sample is None or not _SPACES.search(sample):
            continue
        for family in ("gb18030", "cp932", "cp949", "cp1251", "cp1253", "cp1256", "cp1255"):
            share, total = share_in_words(sample, family)
            if share >= MIN_WIDE_SHARE[family in EAST_ASIAN] and total * 2 > len(sample):
                found = _decode_strictly(data, encoding)
                return Decoded(found, encoding, (), encoding) if found is not None else None
    return None


def _by_words(data: bytes, declared: str | None) -> Decoded | None:
    """The text in the declared encoding, or in the encoding that gives it more words; None if neither fits."""
    names = _names_of(declared) if declared else []
    first = next((name for name in names if _decode_strictly(data, name) is not None), None)
    sample = _not_ascii_lines(data)
    best: tuple[float, str] = (0.0, "")
    if first:
        share, total = _share(sample, first)
        if total < MIN_CHARACTERS:
            return _strictly(data, first)
        best = (share, first)
    for family in (_FAMILIES.get(_family(first), ()) if first else (), ALL_ENCODINGS):
        for name in family:
            if name != first and _decode_strictly(sample, name) is not None:
                share, total = _share(sample, name)
                if share > best[0] + MIN_LEAD * (best[1] == first and first is not None) and total >= MIN_CHARACTERS:
                    best = (share, name)
        if best[1] and best[0] >= SURE_SHARE[_family(best[1]) in EAST_ASIAN]:
            break
    share, name = best
    if share >= MIN_SHARE and (found := _decode_strictly(data, name)) is not None:
        return Decoded(found, codecs.lookup(name).name, (), codecs.lookup(name).name)
    return _strictly(data, first) if first else None


def _strictly(data: bytes, name: str) -> Decoded | None:
    """The text in an encoding of which the bytes show nothing."""
    found = _decode_strictly(data, name)
    return None if found is None else Decoded(found, codecs.lookup(name).name)


def _share(sample: bytes, name: str) -> tuple[float, int]:
    """What `share_in_words` says about the sample in an encoding."""
    return share_in_words(sample.decode(name, "replace"), codecs.lookup(name).name)


def _names_of(declared: str) -> list[str]:
    """The encodings that a declared name stands for, as browsers read it: "iso-8859-1" is Windows-1252."""
    try:
        name = codecs.lookup(declared.strip()).name
    except LookupError:
        return []
    return [SUPERSETS[name], name] if name in SUPERSETS else [name]


def _family(name: str) -> str:
    """The encoding that stands for all with the same letters."""
    name = codecs.lookup(name).name
    return SAME_LETTERS.get(name, SAME_LETTERS.get(name.replace("_", "-"), name))


def _not_ascii_lines(data: bytes) -> bytes:
    """The first lines that are not plain ASCII, at most DETECTION_BYTES of them, without a line that is cut off."""
    lines: list[bytes] = []
    size = 0
    for line in data.splitlines():
        if not line.isascii():
            lines.append(line)
            size += len(line)
            if size > DETECTION_BYTES:
                break
    return b"\n".join(lines)


def _guessed(data: bytes) -> Decoded | None:
    """The text in the first likely encoding that fits."""
    for encoding in _detect(_not_ascii_lines(data)[:DETECTION_BYTES]):
        found = _decode_strictly(data, encoding)
        if found is not None:
            return Decoded(found, encoding.replace("_", "-"), (), encoding.replace("_", "-"))
    return None


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
    return b"".join(_pieces(text, encoding, undecoded))


def in_bytes(text: str, encoding: str, undecoded: Sequence[Undecoded]) -> tuple[Undecoded, ...]:
    """The undecoded bytes with their places in the bytes that `decode` made the text from, not in the text."""
    places: list[Undecoded] = []
    size = 0
    for number, piece in enumerate(_pieces(text, encoding, undecoded)):
        if number % 2:
            places.append(replace(undecoded[number // 2], offset=size))
        size += len(piece)
    return tuple(places)


def _pieces(text: str, encoding: str, undecoded: Sequence[Undecoded]) -> Iterator[bytes]:
    """The bytes of the text before each undecoded place, then the bytes at that place, in turn; at last the rest."""
    at = 0
    for lost in undecoded:
        yield text[at : lost.offset].encode(encoding)
        yield bytes.fromhex(lost.hex)
        at = lost.offset + lost.length
    yield text[at:].encode(encoding)


def _decode_strictly(data: bytes, encoding: str) -> str | None:
    """The text; None if the encoding is unknown or does not fit, or does not give the same bytes for the text."""
    try:
        text = data.decode(encoding)
        return text if text.encode(encoding) == data else None
    except (LookupError, UnicodeError):
        return None


def _decode_utf8(data: bytes) -> Decoded:
    """UTF-8 with damage: each run of invalid bytes is recorded.

    A run that makes sense there in the code page of the text's language is read so, most often Windows-1252: programs
    that join texts mix the two.  Any other run becomes one U+FFFD.
    """
    escaped = data.decode("utf-8", "surrogateescape")
    undecoded: list[Undecoded] = []
    pieces: list[str] = []
    at = size = 0
    code_page = _code_page(escaped)
    for run in _ESCAPED.finditer(escaped):
        pieces.append(escaped[at : run.start()])
        size += run.start() - at
        raw = run[0].encode("utf-8", "surrogateescape")
        before, behind = escaped[max(0, run.start() - 1) : run.start()], escaped[run.end() : run.end() + 1]
        read = _in_code_page(raw, code_page, before, behind) if code_page else None
        undecoded.append(Undecoded(size, raw.hex(), code_page if read else None))
        pieces.append(read or "\N{REPLACEMENT CHARACTER}")
        size += len(pieces[-1])
        at = run.end()
    return Decoded("".join((*pieces, escaped[at:])), "utf-8", tuple(undecoded), "utf-8")


def _code_page(text: str) -> str | None:
    """The code page that has most of the letters outside ASCII in the text; None if each lacks more than half of them.

    Of pages that have equally many, that one counts in which more of the invalid bytes are characters, and then the
    first one: German can be written with Windows-1252 and Windows-1250.
    """
    letters = Counter(_LETTER_NOT_ASCII.findall(text))
    counts = {page: sum([count for letter, count in letters.items() if _has(page, letter)]) for page in CODE_PAGES}
    runs = [run.encode("utf-8", "surrogateescape") for run in _ESCAPED.findall(text)]

    def fits(page: str) -> tuple[int, int]:
        return counts[page], sum([_decode_strictly(run, page) is not None for run in runs])

    best = max(CODE_PAGES, key=fits)
    return best if 2 * counts[best] >= letters.total() else None


def _has(code_page: str, letter: str) -> bool:
    try:
        letter.encode(code_page)
    except UnicodeEncodeError:
        return False
    return True


def _in_code_page(raw: bytes, code_page: str, before: str, behind: str) -> str | None:
    """The characters of a run of bytes in a code page; None where they make no sense between their neighbours."""
    text = _decode_strictly(raw, code_page)
    if text is None:
        return None
    around = f"{before}{text}{behind}"
    for place, char in enumerate(text, len(before)):
        left, right = around[place - 1 : place] if place else "", around[place + 1 : place + 2]
        if char.isalpha():
            makes_sense = char.islower() or not left.islower()
            is_inside = left.isalpha() or right.isalpha() or char in _LETTERS_ALONE or char > _LAST_LATIN
            makes_sense = makes_sense and char not in _RARE_LETTERS and is_inside
        else:
            beside = {left.isdigit() or left.isspace(), right.isdigit() or right.isspace()}
            makes_sense = char in _WESTERN_MARKS or (char in _WESTERN_SIGNS and True in beside)
        if not makes_sense:
            return None
    return text
