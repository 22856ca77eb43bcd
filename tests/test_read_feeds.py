"""RSS and Atom: each entry is a record."""

from html import escape
from pathlib import Path

import pytest

from copydesk import config, desk
from copydesk.document import Reject
from copydesk.dump import Dump
from growth import grows_linearly
from reading import STORY, dumps, read, reasons, write

PARAGRAPHS = STORY.split("\n\n")[1:]
HTML = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
RSS = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Northford News</title><language>xx</language>
<item><title>Old bridge &amp;amp; &lt;i&gt;new&lt;/i&gt; piers</title><link>https://example.org/a</link>
<guid>tag:1</guid><pubDate>Thu, 25 Apr 2024 07:30:00 +0200</pubDate><dc:creator>Jane Doe</dc:creator>
<category>Traffic</category><category>Bridges</category><description>A short summary.</description>
<content:encoded><![CDATA[{HTML}]]></content:encoded></item>
<item><title>Second</title><link>javascript:alert(1)</link><description>{escape(HTML)}</description></item>
<item><title>Third</title><link>https://example.org/c</link></item>
</channel></rss>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Northford News</title>
<entry><title type="html">One &lt;b&gt;bridge&lt;/b&gt;</title><id>tag:1</id><link href="https://example.org/a"/>
<published>2024-04-25T07:30:00Z</published><updated>2024-04-26T07:30:00Z</updated>
<author><name>Jane Doe</name></author><author><name>John Roe</name></author>
<content type="html">{escape(HTML)}</content></entry>
<entry><title>Two</title><id>tag:2</id><updated>2024-04-26T07:30:00Z</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{HTML}</div></content></entry>
<entry><title>Three</title><id>tag:3</id><summary>{STORY}</summary></entry>
</feed>"""


@pytest.mark.parametrize("name", ["feed.xml", "feed.rss", "index"])
def test_an_item_of_rss_is_a_record(tmp_path: Path, name: str) -> None:
    first, second, third = read(write(tmp_path / name, RSS.encode()))
    assert isinstance(first, Dump)
    assert isinstance(second, Dump)
    assert isinstance(third, Reject)
    assert [one.source for one in (first, second, third)] == [
        f"{name}#tag:1", f"{name}#2", f"{name}#https://example.org/c",
    ]  # fmt: skip
    assert third.reason == "no_text"
    assert first.text.split("\n") == second.text.split("\n") == PARAGRAPHS
    article = desk.clean_dump(first, config.default()).article
    assert article.text.split("\n\n") == PARAGRAPHS
    found, evidence = article.metadata, article.evidence
    assert (found.title, evidence.title) == ("Old bridge & new piers", ("container:title",))
    assert ([author.name for author in found.authors], evidence.authors) == (["Jane Doe"], (("container:author",),))
    assert (found.published, evidence.published) == ("2024-04-25T07:30:00+02:00", ("container:published",))
    assert (found.updated, evidence.updated) == (None, ())
    assert (found.url, evidence.url) == ("https://example.org/a", ("container:link",))
    assert (found.tags, evidence.tags) == (("Traffic", "Bridges"), (("container:category",),) * 2)
    assert found.extra == {"feed": "Northford News"}
    assert second.given.url is None
    assert article.without_evidence() == []


def test_an_entry_of_atom_is_a_record(tmp_path: Path) -> None:
    found = dumps(read(write(tmp_path / "news.atom", ATOM.encode())))
    assert [one.given.title for one in found] == ["One bridge", "Two", "Three"]
    assert [one.text.split("\n") for one in found[:2]] == [PARAGRAPHS] * 2
    assert found[2].text.split() == STORY.split()
    one, two = (desk.clean_dump(each, config.default()).article.metadata for each in found[:2])
    assert [author.name for author in one.authors] == ["Jane Doe", "John Roe"]
    assert (one.published, one.updated) == ("2024-04-25T07:30:00+00:00", "2024-04-26T07:30:00+00:00")
    assert (two.published, two.updated) == (None, "2024-04-26T07:30:00+00:00")


def test_a_feed_that_is_not_well_formed_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    broken = RSS.replace("Second", "Second & third <br>").partition("<item><title>Third")[0]
    found = dumps(read(write(tmp_path / "feed.xml", broken.encode())))
    assert [one.text.split("\n") for one in found] == [PARAGRAPHS] * 2


def test_a_feed_in_another_encoding(tmp_path: Path) -> None:
    feed = RSS.replace("UTF-8", "ISO-8859-1").replace("Jane Doe", "Jan\xe9 D\xf6e")
    first = read(write(tmp_path / "feed.xml", feed.encode("latin-1")))[0]
    assert isinstance(first, Dump)
    assert first.given.authors == ("Jan\xe9 D\xf6e",)


@pytest.mark.parametrize(
    ("feed", "reason"),
    [("<rss version='2.0'><channel><title>x</title></channel></rss>", "empty"), (RSS + " " * 17_000_000, "too_large")],
    ids=["no entries", "too large"],
)
def test_a_feed_without_records_is_rejected(tmp_path: Path, feed: str, reason: str) -> None:
    assert reasons(read(write(tmp_path / "feed.xml", feed.encode()))) == {"feed.xml": reason}


def test_a_feed_opens_no_file(tmp_path: Path) -> None:
    secret = write(tmp_path / "secret.txt", b"secret words")
    feed = RSS.replace(
        "<rss ", f'<!DOCTYPE rss [<!ENTITY file SYSTEM "file://{secret}">]><rss '
    ).replace("A short summary.", "&file;").replace("Second", "&file; x")  # fmt: skip
    assert not any("secret words" in repr(one) for one in read(write(tmp_path / "feed.xml", feed.encode())))


@pytest.mark.slow
@pytest.mark.parametrize("pump", ["&", "<a ", "<item>", "<!", "<![CDATA[", "<content:encoded>"])
def test_a_hostile_feed_takes_linear_time(tmp_path: Path, pump: str) -> None:
    def read_feed(size: int) -> None:
        feed = f"<rss version='2.0'><channel><item><title>{pump * size}"[:size]
        read(write(tmp_path / "feed.xml", feed.encode()))

    assert grows_linearly(read_feed, 10_000, 80_000)


ENTITIES = {
    "ten times ten": "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)),
    "one that is long": f'<!ENTITY a9 "{"A" * 3_000}">',
    "in single quotes": "<!ENTITY a0 'rain'><!ENTITY a9 '&a0;&a0;'>",
    "made by another": "<!ENTITY % p \"<!ENTITY a9 'rain and more rain'>\"> %p;",
    "behind an element in a value": '<!ENTITY z "<b/>"><!ENTITY a0 "rain"><!ENTITY a9 "&a0;&a0;">',
}


@pytest.mark.parametrize("wide", [False, True])
@pytest.mark.parametrize("declared", ENTITIES.values(), ids=ENTITIES)
def test_entities_that_make_a_feed_longer_are_rejected_at_once(tmp_path: Path, declared: str, wide: bool) -> None:
    feed = (
        f'<?xml version="1.0" encoding="{"utf-16" if wide else "utf-8"}"?><!DOCTYPE rss [{declared}]>'
        "<rss><channel><item><title>Rain</title><description>&a9;</description></item></channel></rss>"
    )
    (tmp_path / "a.rss").write_text(feed, encoding="utf-16" if wide else "utf-8")
    (found,) = read(tmp_path / "a.rss")
    assert (found.reason, "ENTITY" in found.detail) == ("bomb", True)  # type: ignore[union-attr]


def test_entities_for_single_characters_are_read(tmp_path: Path) -> None:
    """Old feeds declare those of HTML; a feed without a DOCTYPE may show declarations in its text."""
    declared = '<!ENTITY % HTMLlat1 PUBLIC "-//W3C//ENTITIES Latin 1 for XHTML//EN" "x.ent"><!ENTITY nbsp "&#160;">'
    rest = "<rss><channel><item><title>Rain</title><description>%s</description></item></channel></rss>"
    story = "It rained, said&nbsp;the mayor, and went on to rain all day long for a week and a day."
    shows = f'<![CDATA[{story} The code was <!ENTITY long "{"A" * 99}"> and no more.]]>'
    for number, feed in enumerate((f"<!DOCTYPE rss [{declared}]>{rest % story}", rest % shows)):
        (tmp_path / f"{number}.rss").write_text(f'<?xml version="1.0"?>{feed}', encoding="utf-8")
        (found,) = read(tmp_path / f"{number}.rss")
        assert "the mayor, and went on" in found.text  # type: ignore[union-attr]
