"""Saved pages (MHTML) and mails (EML)."""

import base64
import quopri
from pathlib import Path

import pytest

from copydesk import config, desk
from copydesk.dump import Dump
from reading import PAGE, STORY, dumps, read, reasons, write

PICTURE = base64.encodebytes(bytes(range(256)) * 40).replace(b"\n", b"\r\n")


def part(body: bytes, *headers: str) -> bytes:
    return "\r\n".join([*headers, "", ""]).encode() + body


def multipart(kind: str, head: list[str], *parts: bytes) -> bytes:
    typed = [*head, "MIME-Version: 1.0", f'Content-Type: multipart/{kind}; boundary="--x1"']
    body = b"".join(b"----x1\r\n" + one + b"\r\n" for one in parts)
    return "\r\n".join([*typed, "", ""]).encode() + body + b"----x1--\r\n"


STYLE = part(b".nav { color: red =\r\n}", "Content-Type: text/css", "Content-Transfer-Encoding: quoted-printable")
IMAGE = part(PICTURE, "Content-Type: image/png", "Content-Transfer-Encoding: base64")
WORDS = PAGE.replace("council", "Gr\xfc\xdfe council")


def saved(*head: str, location: str = "https://example.org/news/1") -> bytes:
    """A page as Chrome saves it."""
    packed = quopri.encodestring(WORDS.encode()).replace(b"\n", b"\r\n")
    where = [f"Content-Location: {location}"] if location else []
    root = part(packed, "Content-Type: text/html", "Content-Transfer-Encoding: quoted-printable", *where)
    head = head or ("From: <Saved by Blink>", "Snapshot-Content-Location: https://example.org/snapshot")
    return multipart("related", list(head), root, STYLE, IMAGE)


@pytest.mark.parametrize("name", ["page.mhtml", "page.mht", "saved"])
def test_a_saved_page_is_its_root_part(tmp_path: Path, name: str) -> None:
    (found,) = dumps(read(write(tmp_path / name, saved())))
    assert found.source == name
    assert found.renderer
    article = desk.clean_dump(found, config.default()).article
    assert article.text.split("\n\n") == STORY.replace("council", "Gr\xfc\xdfe council").split("\n\n")[1:]
    assert article.metadata.url == "https://example.org/news/1"
    assert article.evidence.url == ("container:Content-Location",)
    assert article.metadata.authors == ()
    assert not any("color" in block.text or "AAEC" in block.text for block in article.blocks)


def test_the_address_of_a_saved_page_may_be_in_its_head(tmp_path: Path) -> None:
    (found,) = dumps(read(write(tmp_path / "page.mhtml", saved(location=""))))
    assert found.given.url == "https://example.org/snapshot"
    (found,) = dumps(read(write(tmp_path / "page.mhtml", saved(location="cid:frame-1@mhtml.blink"))))
    assert found.given.url is None


HEAD = [
    "Received: from mx.example.org",
    "From: =?utf-8?q?Northford_News?= <post@example.org>",
    "Subject: =?utf-8?q?Old_bridge=3A?=\r\n =?utf-8?b?IHRvIHN0YXkgY2xvc2Vk?=",
    "Date: Thu, 25 Apr 2024 07:30:00 +0200",
]
TEXT = part(STORY.encode(), "Content-Type: text/plain; charset=utf-8")
PACKED = base64.encodebytes(WORDS.encode("latin-1"))
MARKUP = part(PACKED, "Content-Type: text/html; charset=iso-8859-1", "Content-Transfer-Encoding: base64")
ATTACHED = part(PAGE.replace("bridge", "tunnel").encode(), "Content-Type: text/html", "Content-Disposition: attachment")


@pytest.mark.parametrize(
    ("parts", "is_page"), [((TEXT, MARKUP), True), ((ATTACHED, TEXT, IMAGE), False), ((IMAGE, MARKUP, ATTACHED), True)]
)
def test_a_mail_is_its_page_or_its_text(tmp_path: Path, parts: tuple[bytes, ...], is_page: bool) -> None:
    (found,) = dumps(read(write(tmp_path / "letter.eml", multipart("mixed", HEAD, *parts))))
    assert (found.renderer is not None) is is_page
    assert "tunnel" not in found.text
    assert ("Gr\xfc\xdfe council" in found.text) is is_page
    article = desk.clean_dump(found, config.default()).article
    assert (article.metadata.title, article.evidence.title[0]) == ("Old bridge: to stay closed", "container:Subject")
    assert (article.metadata.published, article.evidence.published) == (
        "2024-04-25T07:30:00+02:00", ("container:Date",),
    )  # fmt: skip
    assert article.metadata.extra == {"from": "Northford News <post@example.org>"}
    assert article.metadata.authors == ()


def test_a_mail_of_one_part(tmp_path: Path) -> None:
    data = "\r\n".join([*HEAD, "MIME-Version: 1.0", "Content-Type: text/plain", "", STORY]).encode()
    (found,) = dumps(read(write(tmp_path / "letter", data)))
    assert found.text == STORY


def nested(levels: int) -> bytes:
    data = TEXT
    for level in range(levels):
        head = f'Content-Type: multipart/mixed; boundary="b{level}"\r\n\r\n--b{level}\r\n'
        data = head.encode() + data + f"\r\n--b{level}--\r\n".encode()
    return b"MIME-Version: 1.0\r\n" + data


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (multipart("mixed", HEAD, IMAGE), "no_text"),
        (multipart("mixed", HEAD, part(b"", "Content-Type: text/html")), "no_text"),
        (multipart("mixed", HEAD, TEXT) + bytes(33_000_000), "too_large"),
        (multipart("mixed", HEAD, part(STORY.encode() * 20_000, "Content-Type: text/plain")), "too_large"),
    ],
    ids=["a picture", "empty", "too large", "too large a part"],
)
def test_a_mail_without_words_is_rejected(tmp_path: Path, data: bytes, reason: str) -> None:
    assert reasons(read(write(tmp_path / "letter.eml", data))) == {"letter.eml": reason}


@pytest.mark.parametrize(
    "data",
    [
        nested(3_000),
        multipart("mixed", ["Subject: =?no-charset?q?x=FF?= =?utf-8?b?broken!?="], TEXT),
        multipart("mixed", HEAD, part(STORY.encode(), "Content-Type: text/plain; charset=no-charset")),
        multipart("mixed", HEAD, part(b"=FF=", "Content-Type: text/plain", "Content-Transfer-Encoding: base64")),
        b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed\r\n\r\n" + STORY.encode(),
        b"MIME-Version: 1.0\r\n" + b"Subject: x\r\n" * 50_000 + b"\r\n" + STORY.encode(),
    ],
    ids=["nested", "odd subject", "odd charset", "odd base64", "no boundary", "many headers"],
)
def test_an_odd_mail_is_a_dump_or_a_reject(tmp_path: Path, data: bytes) -> None:
    (found,) = read(write(tmp_path / "letter.eml", data))
    assert isinstance(found, Dump) or found.reason in ("no_text", "broken_stream", "empty", "binary")
