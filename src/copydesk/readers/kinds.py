"""The kinds of files.  The first bytes of a file decide what it is; its name decides only where they do not.

`KINDS` has them in the order in which they are tried.  A kind with `advice` is known but not read: such a file is
rejected as `unknown_kind`, and the advice says what to do.
"""

import codecs
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from copydesk import decoding
from copydesk.dump import UnreadableError

SNIFFED_BYTES: Final = 262_144
"""First bytes of a file that decide what it is.  Twenty rows of a table of articles are usually shorter."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file, and how it is recognized.

    `magic` matches the first bytes as they are, `begins` those of a text as UTF-8, without byte order mark and white
    space.  `suffixes` are endings of names, in lower case.  `holds_many`: if such a file breaks off, the dumps before
    that place are used.  `needs_file`: it can be read only from a file on the disk, because it is not read in order.
    """

    name: str
    magic: re.Pattern[bytes] | None = None
    begins: re.Pattern[bytes] | None = None
    suffixes: tuple[str, ...] = ()
    holds_many: bool = False
    needs_file: bool = False
    advice: str = ""


def _bytes(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern, re.DOTALL)


def _text(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern, re.DOTALL | re.IGNORECASE)


_PROLOG: Final = (
    rb"(?:<\?[^>]{0,500}>\s*+|<!--.{0,2000}?-->\s*+|<!doctype\s[^>\[]{0,500}(?:\[.{0,5000}?\]\s*)?>\s*+){0,9}"
)
"""What may stand before the first element of an XML file."""


def _root(names: bytes) -> re.Pattern[bytes]:
    """An XML file of which the first element has one of these names."""
    return _text(_PROLOG + rb"<(?:[\w.-]{1,40}:)?(?:" + names + rb")[\s>/]")


_ROOT = _text(_PROLOG + rb"<([\w.:-]{1,60})")

UNPACK: Final = "unpack it first"
CONVERT: Final = "convert it to text or HTML first, for example with pandoc"
OFFICE: Final = "convert it to text or HTML first, for example with LibreOffice or pandoc"

GZIP: Final = Kind("gzip", _bytes(rb"\x1f\x8b\x08"), suffixes=(".gz",))
BZIP2: Final = Kind("bzip2", _bytes(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"), suffixes=(".bz2",))
XZ: Final = Kind("xz", _bytes(rb"\xfd7zXZ\x00|\x5d\x00\x00[\x00-\xff]{2}\xff{8}"), suffixes=(".xz",))
ZSTD: Final = Kind("Zstandard", _bytes(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18"), suffixes=(".zst",))
PACKED: Final = (GZIP, BZIP2, XZ, ZSTD)

ZIP: Final = Kind(
    "ZIP", _bytes(rb"PK(?:\x03\x04|\x05\x06)"), suffixes=(".zip", ".wacz"), holds_many=True, needs_file=True
)
TAR: Final = Kind("tar", _bytes(rb".{257}ustar[\x00 ]"), suffixes=(".tar",), holds_many=True)
PARQUET: Final = Kind(
    "Parquet", _bytes(rb"PAR1(?![ -~])"), suffixes=(".parquet", ".pq"), holds_many=True, needs_file=True
)
ARROW: Final = Kind(
    "Arrow",
    _bytes(rb"ARROW1\x00\x00|\xff{4}[^\xff]"),
    suffixes=(".arrow", ".feather"),
    holds_many=True,
    needs_file=True,
)
SQLITE: Final = Kind(
    "SQLite",
    _bytes(rb"SQLite format 3\x00"),
    suffixes=(".sqlite", ".sqlite3"),
    holds_many=True,
    needs_file=True,
)
WAT: Final = Kind(
    "WAT",
    begins=_text(rb'WARC/[01]\.\d+\r?\n.{0,20000}?\r?\n\r?\n\{"(?:Container|Envelope)":'),
    suffixes=(".wat",),
    advice="it has only data about pages: take the WARC or WET file of the same crawl",
)
WARC: Final = Kind("WARC", begins=_text(rb"WARC/[01]\.\d+\r?\n"), suffixes=(".warc", ".wet"), holds_many=True)
ARC: Final = Kind("ARC", begins=_text(rb"filedesc://\S"), suffixes=(".arc",), holds_many=True)

MARKUP: Final = (
    Kind(
        "a sitemap",
        begins=_root(rb"urlset|sitemapindex"),
        advice="it has only addresses: fetch the pages that it lists",
    ),
    Kind("an image (SVG)", begins=_root(rb"svg"), advice="there is no text in it"),
)
FEED: Final = Kind(
    "a feed",
    begins=_root(rb"rss|feed|rdf"),
    suffixes=(".rss", ".atom"),
    holds_many=True,
)
HTML: Final = Kind("HTML", begins=_root(rb"html|!doctype html"), suffixes=(".html", ".htm", ".xhtml"))
XML: Final = Kind("XML", begins=_text(rb"<\?xml\s"), advice="convert it to text or HTML first")
MAIL: Final = Kind(
    "a mail or a saved page (MIME)",
    begins=_text(
        rb"(?:From [^\r\n]{1,200}\r?\n)?(?=[\w-]{1,60}:[^\r\n]{0,2000}\r?\n(?:[ \t]|[\w-]{1,60}:))"
        rb"(?=(?:[\w-]{1,60}:[^\r\n]{0,2000}\r?\n(?:[ \t][^\r\n]{0,2000}\r?\n){0,50}){0,100}?"
        rb"(?:MIME-Version|Snapshot-Content-Location|Received|Message-ID|Return-Path):)[\w-]{1,60}:"
    ),
    suffixes=(".mhtml", ".mht", ".eml"),
)
JSON: Final = Kind(
    "JSON",
    begins=_text(rb'\x1e?(?:\[\s*+){0,2}\{\s*+(?:"(?:[^"\\]|\\.){0,500}"\s*+:|\}\s*+(?:[,\]]|\Z))|\[\s*+\]\s*+\Z'),
    suffixes=(".json", ".jsonl", ".ndjson", ".jl", ".jsonlines", ".ldjson", ".geojson", ".json5"),
    holds_many=True,
)
LISTS: Final = (
    Kind(
        "a list of addresses",
        begins=_text(rb"(?:https?://[^\s<>]{1,2000}\s++){2,}+(?:\S{1,2000}\s*+)?\Z"),
        advice="fetch the pages, and give copydesk what was fetched",
    ),
    Kind(
        "a CDX index of a crawl",
        begins=_text(rb'CDX(?: [a-z-]){3,}\s|\S{3,2000} \d{14} (?:\{"url":|\S{1,2000} [\w.+-]{1,60}/[\w.+-]{1,80} )'),
        advice="it has only places of records: take the WARC files of the crawl",
    ),
)
TABLE: Final = Kind("a table (CSV, TSV)", suffixes=(".csv", ".tsv", ".tab"), holds_many=True)
TEXT: Final = Kind("text", suffixes=(".txt", ".text", ".md"))

NOT_READ: Final = (
    Kind("PDF", begins=_text(rb"%PDF-"), advice="convert it to text first, for example with pdftotext"),
    Kind("PostScript", begins=_text(rb"%!PS"), advice="convert it to text first, for example with ps2ascii"),
    Kind("RTF", begins=_text(rb"\{\\rtf"), advice=OFFICE),
    Kind("an office file (OLE)", _bytes(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), advice=OFFICE),
    Kind(
        "a Git LFS pointer",
        begins=_text(rb"version https://git-lfs\.github\.com/"),
        advice="the file itself was not downloaded: run `git lfs pull`",
    ),
    Kind(
        "a Python pickle",
        _bytes(rb"\x80[\x02-\x05][\x00-\xff]|[\]}]q\x00|\([dl]p[01]\r?\n|c[\w.]{1,80}\r?\n\w{1,80}\r?\np\d{1,4}\r?\n"),
        suffixes=(".pkl", ".pickle"),
        advice="it could run any program when it is read: write its records as JSON Lines",
    ),
    Kind(
        "an image",
        _bytes(
            rb"\x89PNG\r\n|\xff\xd8\xff|GIF8[79]a|RIFF.{4}WEBP|II\*\x00|MM\x00\*|\x00\x00[\x01\x02]\x00|BM.{4}\x00{4}"
        ),
        advice="there is no text in it that copydesk reads; an OCR program can read it",
    ),
    Kind(
        "sound or video",
        _bytes(
            rb"ID3[\x02-\x04]\x00|OggS\x00|fLaC|RIFF.{4}(?:WAVE|AVI )|\x00\x00.{2}ftyp|\x1aE\xdf\xa3|\xff[\xfb\xf3\xf2]"
        ),
        advice="there is no text in it",
    ),
    Kind("a font", _bytes(rb"wOF[F2]|OTTO\x00|\x00\x01\x00\x00\x00.\x00"), advice="there is no text in it"),
    Kind("lz4", _bytes(rb"\x04\x22\x4d\x18|\x02\x21\x4c\x18"), suffixes=(".lz4",), advice=UNPACK),
    Kind("7z", _bytes(rb"7z\xbc\xaf\x27\x1c"), suffixes=(".7z",), advice=UNPACK),
    Kind("RAR", _bytes(rb"Rar!\x1a\x07"), suffixes=(".rar",), advice=UNPACK),
    Kind("compress (.Z)", _bytes(rb"\x1f[\x9d\xa0]"), suffixes=(".z",), advice=UNPACK),
    Kind("Snappy", _bytes(rb"\xff\x06\x00\x00sNaPpY"), suffixes=(".sz",), advice=UNPACK),
    Kind("Avro", _bytes(rb"Obj\x01"), suffixes=(".avro",), advice="write its records as Parquet or JSON Lines"),
    Kind("ORC", _bytes(rb"ORC[\x00-\x08]"), suffixes=(".orc",), advice="write its rows as Parquet"),
    Kind("Feather (version 1)", _bytes(rb"FEA1"), advice="write its rows as Parquet, or as Feather version 2 (Arrow)"),
    Kind("HDF5", _bytes(rb"\x89HDF\r\n\x1a\n"), advice="write its rows as Parquet or JSON Lines"),
    Kind("a NumPy array", _bytes(rb"\x93NUMPY"), advice="write its rows as Parquet or JSON Lines"),
    Kind("DuckDB", _bytes(rb".{8}DUCK.\x00{7}"), advice="write its rows as Parquet or JSON Lines"),
    Kind("a program", _bytes(rb"\x7fELF|MZ.{0,254}\x00\x00\x00|\xca\xfe\xba\xbe|\xcf\xfa\xed\xfe"), advice="not text"),
)

KINDS: Final = (
    *(*PACKED, ZIP, PARQUET, ARROW, SQLITE, WAT, WARC, ARC, *NOT_READ, TAR),
    *(*MARKUP, FEED, HTML, XML, JSON, MAIL, *LISTS, TABLE, TEXT),
)


OFFICE_ZIP: Final = Kind("an office file (DOCX, XLSX, PPTX)", advice=OFFICE)
OPEN_DOCUMENT: Final = Kind("an OpenDocument file (ODT, ODS, ODP)", advice=OFFICE)
EPUB: Final = Kind("EPUB", advice=CONVERT)
PROGRAM_ZIP: Final = Kind("a program (JAR, APK)", advice="there is no text in it")
PICKLE_ZIP: Final = Kind("a PyTorch file", advice="it could run any program when it is read: write JSON Lines")
ARRAYS_ZIP: Final = Kind("NumPy arrays (NPZ)", advice="write their rows as Parquet or JSON Lines")


def of_archive(names: Collection[str], mimetype: bytes) -> Kind | None:
    """The kind of a file that is a ZIP archive by its form only; None if it is an archive of files.

    `names` are the files in it, `mimetype` is the beginning of the file with that name.
    """
    if "[Content_Types].xml" in names:
        return OFFICE_ZIP
    if mimetype.startswith(b"application/epub"):
        return EPUB
    if mimetype.startswith(b"application/vnd.oasis.opendocument"):
        return OPEN_DOCUMENT
    if "META-INF/MANIFEST.MF" in names or "AndroidManifest.xml" in names:
        return PROGRAM_ZIP
    if any(name.endswith("/data.pkl") for name in names):
        return PICKLE_ZIP
    return ARRAYS_ZIP if names and all(name.endswith(".npy") for name in names) else None


def unknown(kind: Kind, what: str = "") -> UnreadableError:
    """The error for a file of a kind that is known but not read; `what` says more about the file."""
    return UnreadableError("unknown_kind", f"{kind.name}{what}: {kind.advice}")


def root(beginning: bytes) -> str:
    """The name of the first element of an XML file; "" if there is none."""
    found = _ROOT.match(as_utf8(beginning).lstrip())
    return found[1].decode("utf-8", "replace") if found else ""


def of(beginning: bytes, name: str) -> Kind:
    """The kind of a file with these first bytes and this name: TEXT if it is none of the others."""
    return by_content(beginning) or by_name(name) or TEXT


def by_content(beginning: bytes) -> Kind | None:
    """The kind that the first bytes of a file show; None if they could be those of several kinds."""
    text = as_utf8(beginning).lstrip()
    for kind in KINDS:
        if (kind.magic and kind.magic.match(beginning)) or (kind.begins and kind.begins.match(text)):
            return kind
    return None


def by_name(name: str) -> Kind | None:
    """The kind that the end of a file's name says; None if it says none."""
    lower = name.lower()
    return next((kind for kind in KINDS if lower.endswith(kind.suffixes)), None)


def as_utf8(beginning: bytes) -> bytes:
    """The first bytes of a text as UTF-8, without byte order mark; unchanged if they are not UTF-16 or UTF-32."""
    encoding = decoding.wide(beginning)
    if encoding:
        beginning = codecs.decode(beginning, encoding, "ignore").encode("utf-8", "ignore")
    return beginning.removeprefix(codecs.BOM_UTF8)
