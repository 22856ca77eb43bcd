"""Small files of every kind that copydesk reads, with hostile texts and names in them, and damage done to their bytes.

`make` gives a file by its number, the same one each time.  Each text in it has a word of its own (its mark), so
`bench.fuzz` sees whether a text was lost.
"""

import bz2
import csv
import gzip
import html
import io
import json
import lzma
import quopri
import random
import re
import sqlite3
import tarfile
import warnings
import zipfile
from base64 import encodebytes
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

import pyarrow
from pyarrow import feather, ipc, parquet

ROOT: Final = Path(__file__).parents[1]
CORPUS: Final = (ROOT / "tests" / "golden" / "dumps", ROOT / "seeds")

MAX_PIECE: Final = 900
MAX_PIECE_INSIDE: Final = 160
"""Characters of a piece of the corpus, in a file that is one text and in others.  Short inputs find as many faults, and
more of them can be run."""

TOKENS: Final = (
    *("\x00", "\x1b[31m", "\u202e", "\u200b", "\u00ad", "\ufeff", "\u2028", "\x85", "\r", "\r\n", "\t", "\f", "\x1c"),
    *("---\n", "...\n", "```\n", "<script>alert(1)</script>", "[x](javascript:y)", "&amp;lt;", "&#0;", "&#xD800;"),
    *("<div>", "</div>", "<p>", "<a href='x'>", "</a>", "<pre>\n", "<table><td>", "<title>", "</html>", "<plaintext>"),
    *("<!--", "\N{COPYRIGHT SIGN} 2024 ", "By ", "Photo: ", "More from ", "Read more: ", "12.03.2024", "Oct.7"),
    *("end.Next", " ,", "\N{BULLET} ", "1. ", "- ", "(", ")", "\N{LEFT DOUBLE QUOTATION MARK}", "\U0001f600"),
    "e\u0301",
    *("\u0915\u094d\u0937", "\u05e9\u05b8", "\u4e00\u4e01\u3002", "\ufb01", "\u00c3\u00a9", "\u00e2\u20ac\u2122"),
    *('{"text": "', '"}\n', "\\ud800", "[[[[", '{"a":' * 30, "\n" * 30, " " * 90, "a" * 300, "a." * 100, "( " * 60),
    *("<img src=x onerror=alert(1)>", "&lt;script&gt;alert(1)&lt;/script&gt;", "http://a.example/?q=<script>x</script>"),
    *("<javascript:alert(1)>", "[a]: javascript:alert(1)\n", "\\<iframe src=x>", "![i](http://a.example/p.png)"),
    *("{{ x }}", "{% include 'x' %}", "{: onclick=alert(1)}", "<% x %>", "%%x%%", "--8<-- x", "]]>", "<![CDATA["),
    *("<a href=' javascript:alert(1)'>x</a>", "| a | b |\n| - | - |\n", "    indented\n", "> quoted\n", "# Heading\n"),
    *("<svg onload=alert(1)>", "<style>", "<base href='javascript:'>", "<!DOCTYPE x [<!ENTITY e 'e'>]>", "&#8238;"),
    *("<?php", "::: x", "&e;"),
)  # fmt: skip

NAMES: Final = (
    *("a.txt", "b.txt", "b.txt", "c.html", "d.md", "e.jsonl", "../up.txt", "/root.txt", "a/../../b.txt", "x\x00y.txt"),
    *("new\nline.txt", "\x1b]0;x\x07.txt", "\u202etxt.a", "-rf", "con", "LPT1.txt", "records.jsonl", "n" * 300, "a//b"),
    *("#", "a#b.txt", "a.teasers", ".copydesk/manifest.sqlite", "\u00e9.txt", "e\u0301.txt", "A.TXT", " ", ".."),
    "a.txt/",
)  # fmt: skip

URLS: Final = (
    *("https://news.example/2024/a", "https://news.example/2024/a", "http://[::1", "javascript:alert(1)", "data:x", ""),
    *("http://a b/", "http://x\u2028y/", "http://x/\x1b[2J", "http://\u2100.example/", "http://x:99999/", "//x", "<http://x>"),
)  # fmt: skip

_NUMBER = re.compile(rb"\d{1,9}")


def _gzip(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def _xz(data: bytes) -> bytes:
    return lzma.compress(data, preset=0)  # others take a hundred times as long to begin


PACK: Final[dict[str, Callable[[bytes], bytes]]] = {
    "": bytes, ".gz": _gzip, ".bz2": bz2.compress, ".xz": _xz,
}  # fmt: skip
ENCODINGS: Final = ("utf-8", "utf-8", "utf-8", "utf-16", "latin-1", "cp1251", "shift_jis")


@dataclass(frozen=True, slots=True)
class Story:
    """A hostile text with its mark in it, and what a container says of it."""

    mark: str
    text: str
    name: str
    title: str
    url: str

    @property
    def page(self) -> str:
        """The text as an HTML page."""
        lines = "".join(f"<p>{line}</p>" for line in self.text.split("\n"))
        return f"<html><head><title>{self.title}</title></head><body>{lines}</body></html>"


@dataclass(frozen=True, slots=True)
class File:
    """A file; `marks` are those of the texts in it, `is_whole` says that nothing has damaged its bytes."""

    name: str
    data: bytes
    marks: tuple[str, ...]
    is_whole: bool

    @property
    def is_container(self) -> bool:
        """Whether damage can hide a text only by hiding a whole member, not by a tag that swallows it."""
        return self.name in ("input.warc", "input.wet", "input.tar", "input.zip", "input.csv")


class Maker:
    """Makes files.  `texts` are those of which the pieces are taken."""

    def __init__(self, texts: Sequence[str], number: int):
        self.chance = random.Random(number)
        self.kind = self.chance.choice(KINDS)
        self._most = MAX_PIECE if self.kind in TEXTS else MAX_PIECE_INSIDE
        self._texts = texts
        self._number = number

    def piece(self) -> str:
        """A piece of a text."""
        text = self.chance.choice(self._texts)
        at = self.chance.randint(0, max(0, len(text) - 200))
        return text[at : at + self.chance.randint(1, self._most)]

    def hostile(self) -> str:
        """A text that was cut, doubled and mixed, and has hostile pieces."""
        text, chance = self.piece(), self.chance
        for _ in range(chance.randint(0, 12 if self.kind in TEXTS else 3)):
            at, end = sorted((chance.randint(0, len(text)), chance.randint(0, len(text))))
            match chance.randint(0, 5):
                case 0:
                    text = text[:at] + text[min(end, at + 80) :]
                case 1:
                    text = text[:at] + text[at : min(end, at + 200)] * 2 + text[end:]
                case 2:
                    text = text[:at] + self.piece()[:200] + text[at:]
                case _:
                    text = text[:at] + chance.choice(TOKENS) + text[at:]
        return text

    def stories(self) -> list[Story]:
        """One to three stories."""
        made = []
        for place in range(1 if self.kind in SINGLE else self.chance.choice((1, 1, 2, 2, 3))):
            mark = f"mark{self._number}x{place}"
            head = f"The mayor said on Monday that {mark} would close."
            text = f"{head}\n\n{self.hostile()}\n\nIt was the {mark} that had closed."
            title = self.chance.choice(("", "A headline of note", self.chance.choice(TOKENS)))
            made.append(Story(mark, text, self.chance.choice(NAMES), title, self.chance.choice(URLS)))
        return made


def corpus() -> list[str]:
    """The texts from which the inputs are made."""
    paths = sorted(chain.from_iterable(folder.iterdir() for folder in CORPUS))
    return [path.read_text(encoding="utf-8") for path in paths]


def make(number: int, texts: Sequence[str]) -> File:
    """The file with this number."""
    maker = Maker(texts, number)
    chance = maker.chance
    kind, stories = maker.kind, maker.stories()
    data = BUILDERS[kind](stories, chance)
    is_whole = chance.random() < 0.4
    if not is_whole:
        data = damaged(data, chance)
    suffix = chance.choice(("", "", "", "", "", *PACK))
    data = PACK[suffix](data)
    if suffix and chance.random() < 0.3:
        data, is_whole = damaged(data, chance), False
    is_whole = is_whole and not (suffix and kind in NEED_FILE)
    return File(f"input{kind}{suffix}", data, tuple(story.mark for story in stories), is_whole)


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The bytes with one to three kinds of damage."""
    for _ in range(chance.choice((1, 1, 2, 3))):
        at = chance.randint(0, len(data))
        end = min(len(data), at + chance.choice((1, 4, 40, 400)))
        match chance.randint(0, 7):
            case 0:
                data = data[:at]
            case 1:
                data = data[:at] + data[end:]
            case 2:
                data = data[:end] + data[at:]
            case 3:
                data = data[:at] + chance.randbytes(chance.randint(1, 6)) + data[end if chance.random() < 0.5 else at :]
            case 4:
                data = data[:at] + chance.choice(TOKENS).encode("utf-8", "replace") + data[at:]
            case 5:  # a length, a size, a status or a date that is wrong
                numbers = list(_NUMBER.finditer(data[:100_000]))
                if numbers:
                    found = chance.choice(numbers)
                    other = str(chance.choice((0, 1, 7, 404, 99_999, int(found[0]) + chance.choice((-1, 1, 40)))))
                    data = data[: found.start()] + other.encode() + data[found.end() :]
            case _:
                flipped = bytearray(data)
                for _ in range(chance.choice((1, 1, 4, 16)) if data else 0):
                    flipped[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
                data = bytes(flipped)
    return data


def _encoded(text: str, chance: random.Random) -> bytes:
    return text.encode(chance.choice(ENCODINGS), "replace" if chance.random() < 0.9 else "backslashreplace")


def _text(stories: Sequence[Story], chance: random.Random) -> bytes:
    return _encoded(stories[0].text, chance)


def _html(stories: Sequence[Story], chance: random.Random) -> bytes:
    return _encoded(stories[0].page, chance)


def _row(story: Story, chance: random.Random) -> dict[str, str]:
    row = {"id": story.name, "title": story.title, "url": story.url, "text": story.text}
    return row | ({"html": story.page} if chance.random() < 0.3 else {})


def _jsonl(stories: Sequence[Story], chance: random.Random) -> bytes:
    rows = [json.dumps(_row(story, chance), ensure_ascii=chance.random() < 0.5) for story in stories]
    return "\n".join(rows).encode("utf-8", "replace")


def _json(stories: Sequence[Story], chance: random.Random) -> bytes:
    rows = [_row(story, chance) for story in stories]
    return json.dumps({"articles": rows} if chance.random() < 0.5 else rows, indent=chance.choice((None, 2))).encode()


def _columns(stories: Sequence[Story]) -> "pyarrow.Table":
    safe = [{name: value.encode("utf-8", "replace").decode() for name, value in _plain(one).items()} for one in stories]
    return pyarrow.Table.from_pylist(safe)


def _plain(story: Story) -> dict[str, str]:
    return {"id": story.name, "title": story.title, "url": story.url, "text": story.text}


def _parquet(stories: Sequence[Story], chance: random.Random) -> bytes:
    stream = io.BytesIO()
    parquet.write_table(_columns(stories), stream, compression=chance.choice(("none", "snappy", "zstd", "gzip")))
    return stream.getvalue()


def _arrow(stories: Sequence[Story], chance: random.Random) -> bytes:
    table, stream = _columns(stories), io.BytesIO()
    match chance.randint(0, 2):
        case 0:
            feather.write_feather(table, stream, compression=chance.choice(("lz4", "zstd", "uncompressed")))
        case 1:
            with ipc.new_file(stream, table.schema) as writer:
                writer.write_table(table)
        case _:
            with ipc.new_stream(stream, table.schema) as writer:
                writer.write_table(table)
    return stream.getvalue()


def _sqlite(stories: Sequence[Story], chance: random.Random) -> bytes:
    with closing(sqlite3.connect(":memory:")) as base:
        base.execute(f"pragma page_size = {chance.choice((512, 1024, 4096))}")
        base.execute("create table pages (id text, title text, url text, text text)")
        rows = [tuple(value.encode("utf-8", "replace").decode() for value in _plain(one).values()) for one in stories]
        base.executemany("insert into pages values (?, ?, ?, ?)", rows)
        base.commit()
        return bytes(base.serialize())


def _csv(stories: Sequence[Story], chance: random.Random) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(
        stream, delimiter=chance.choice(",;\t|"), quoting=chance.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    )
    writer.writerow(("id", "title", "url", "text"))
    writer.writerows(tuple(_plain(story).values()) for story in stories)
    return stream.getvalue().replace("\x00", "").encode("utf-8", "replace")


def _xml(text: str) -> str:
    return html.escape("".join(char for char in text if char >= " " or char in "\n\t"))


def _feed(stories: Sequence[Story], chance: random.Random) -> bytes:
    if chance.random() < 0.5:
        items = "".join(
            f"<item><guid>{_xml(one.name)}</guid><title>{_xml(one.title)}</title><link>{_xml(one.url)}</link>"
            f"<pubDate>Mon, 04 Mar 2024 10:00:00 GMT</pubDate><description>{_xml(one.page)}</description></item>"
            for one in stories
        )
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>'.encode()
    items = "".join(
        f'<entry><id>{_xml(one.name)}</id><title>{_xml(one.title)}</title><link href="{_xml(one.url)}"/>'
        f'<updated>2024-03-04T10:00:00Z</updated><content type="{chance.choice(("html", "text"))}">'
        f"{_xml(one.page)}</content></entry>"
        for one in stories
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>{items}</feed>'.encode()


def _mail(stories: Sequence[Story], chance: random.Random) -> bytes:
    story = stories[0]
    is_page = chance.random() < 0.5
    body = (story.page if is_page else story.text).encode("utf-8", "replace")
    coding, coded = chance.choice((("quoted-printable", quopri.encodestring), ("base64", encodebytes), ("8bit", bytes)))
    title = " ".join(story.title.split())
    head = (
        f"From: news@news.example\r\nSubject: {title}\r\nDate: Mon, 04 Mar 2024 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
    )
    part = (
        f"Content-Type: text/{'html' if is_page else 'plain'}; charset=utf-8\r\nContent-Transfer-Encoding: {coding}\r\n"
    )
    if chance.random() < 0.5:
        return (head + part + "\r\n").encode("utf-8", "replace") + coded(body)
    place = f"Content-Location: {' '.join(story.url.split())}\r\n"
    outer = 'Content-Type: multipart/related; boundary="cut"\r\n\r\n--cut\r\n'
    return (head + outer + part + place + "\r\n").encode("utf-8", "replace") + coded(body) + b"\r\n--cut--\r\n"


def _warc(stories: Sequence[Story], chance: random.Random) -> bytes:
    return _crawl(stories, chance, "response")


def _wet(stories: Sequence[Story], chance: random.Random) -> bytes:
    return _crawl(stories, chance, "conversion")


def _crawl(stories: Sequence[Story], chance: random.Random, kind: str) -> bytes:
    records = []
    for number, story in enumerate(stories):
        is_page = kind == "response"
        body = (story.page if is_page else story.text).encode("utf-8", "replace")
        if is_page:
            http = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
            if chance.random() < 0.2:
                body, http = _gzip(body), f"{http}Content-Encoding: gzip\r\n"
            if chance.random() < 0.2:
                body, http = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body), f"{http}Transfer-Encoding: chunked\r\n"
            body = http.encode() + b"\r\n" + body
        url = " ".join(story.url.split())
        head = (
            f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{number}-{chance.randint(0, 3)}>\r\n"
            f"WARC-Date: 2024-03-04T10:00:00Z\r\nWARC-Target-URI: {url}\r\n"
            f"Content-Type: {'application/http; msgtype=response' if is_page else 'text/plain'}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        records.append(head.encode("utf-8", "replace") + body + b"\r\n\r\n")
    return b"".join(map(_gzip, records)) if chance.random() < 0.4 else b"".join(records)


def _member(story: Story, chance: random.Random) -> tuple[str, bytes]:
    """(name, bytes) of a file in an archive; the bytes are those of a text or a page, any name may be on them."""
    return story.name, (story.page if chance.random() < 0.5 else story.text).encode("utf-8", "replace")


def _zip(stories: Sequence[Story], chance: random.Random) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        for story in stories:
            name, data = _member(story, chance)
            with warnings.catch_warnings(action="ignore"):  # of two members with the same name
                archive.writestr(zipfile.ZipInfo(name, (2024, 3, 4, 10, 0, 0)), data)
    return stream.getvalue()


def _tar(stories: Sequence[Story], chance: random.Random) -> bytes:
    stream = io.BytesIO()
    form = chance.choice((tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT))
    with tarfile.open(fileobj=stream, mode="w", format=form) as archive:
        for story in stories:
            name, data = _member(story, chance)
            info = tarfile.TarInfo(name)
            info.size = len(data)
            if form == tarfile.USTAR_FORMAT:
                info.name = name[:90]  # as long as this form allows
            archive.addfile(info, io.BytesIO(data))
    return stream.getvalue()


TEXTS: Final = (".txt", ".html", ".md")
SINGLE: Final = (".txt", ".html", ".md", ".eml", ".mhtml")
NEED_FILE: Final = (".zip", ".parquet", ".arrow", ".sqlite")

BUILDERS: Final[dict[str, Callable[[Sequence[Story], random.Random], bytes]]] = {
    ".txt": _text,
    ".html": _html,
    ".md": _text,
    ".jsonl": _jsonl,
    ".json": _json,
    ".parquet": _parquet,
    ".arrow": _arrow,
    ".sqlite": _sqlite,
    ".csv": _csv,
    ".rss": _feed,
    ".eml": _mail,
    ".mhtml": _mail,
    ".warc": _warc,
    ".wet": _wet,
    ".zip": _zip,
    ".tar": _tar,
}
KINDS: Final = (*BUILDERS, ".txt", ".html", ".warc", ".zip")
