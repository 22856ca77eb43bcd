"""Markdown, as programs write it that fetch pages for language models."""

import json
from pathlib import Path

import pytest

import copydesk
from conftest import ROOT
from copydesk import config, desk
from copydesk.document import Label
from copydesk.dump import Dump
from copydesk.readers import markdown, record_fields
from copydesk.render import markdown as rendered
from growth import grows_linearly
from reading import STORY, dumps, read, write

SCRAPED = """---
title: Quarry road closed until the autumn
url: https://www.millbrook-times.example/news/quarry-road
date: 2024-06-03
author: Petra Holm
---

- [Weather](/weather)
- [Traffic](/traffic)

# Quarry road closed until the autumn

**By Petra Holm**
June 3, 2024

![Fence across the road](/fence.jpg)
*A fence across the quarry road on Sunday. Photo: Jan Weber*

The quarry road will stay closed until the autumn, the [district council](https://www.millbrook.example/council) said on
Monday, because the slope above it has moved by *another* two metres since the heavy rain of last week.

> "We can not ask anyone to drive under that slope," the mayor said on Monday evening.

## What happens next

1. Geologists measure the slope **every day** from now on.
2. The bus takes the old mill road until the autumn.

A detour costs half an hour \\[see the map\\] each way, if 5 < 6 &amp; the <Name> of the road is AT&T, the council said.
"""
TITLE = "Quarry road closed until the autumn"
TEXT = [
    "The quarry road will stay closed until the autumn, the district council said on Monday, because the slope above it "
    "has moved by another two metres since the heavy rain of last week.",
    '"We can not ask anyone to drive under that slope," the mayor said on Monday evening.',
    "What happens next",
    "1. Geologists measure the slope every day from now on.",
    "2. The bus takes the old mill road until the autumn.",
    "A detour costs half an hour [see the map] each way, if 5 < 6 & the <Name> of the road is AT&T, the council said.",
]


def cleaned(found: Dump) -> copydesk.Cleaned:
    return desk.clean_dump(found, config.default())


@pytest.mark.parametrize("name", ["page.md", "page.txt", "page"])
@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_the_marks_are_no_part_of_the_words(tmp_path: Path, name: str, line_break: str) -> None:
    (found,) = dumps(read(write(tmp_path / name, SCRAPED.replace("\n", line_break).encode())))
    article = cleaned(found).article
    assert article.text.split("\n\n") == TEXT
    assert article.metadata.title == TITLE
    assert [author.name for author in article.metadata.authors] == ["Petra Holm"]
    assert article.metadata.published == "2024-06-03"
    assert article.metadata.url == "https://www.millbrook-times.example/news/quarry-road"
    (image,) = article.metadata.images
    assert (image.url, image.alt) == ("https://www.millbrook-times.example/fence.jpg", "Fence across the road")
    assert image.caption
    assert image.caption.startswith("A fence across the quarry road on Sunday.")
    assert article.provenance.renderer
    assert "markdown" in article.provenance.renderer


def test_a_mark_is_evidence_for_its_line(tmp_path: Path) -> None:
    """Without front matter: the headline is the line with the mark, not the line above it."""
    body = SCRAPED.partition("---\n\n")[2].replace("- [Weather]", "A line above the headline\n\n- [Weather]")
    (found,) = dumps(read(write(tmp_path / "page.txt", body.encode())))
    article = cleaned(found).article
    assert article.metadata.title == TITLE
    labels = {block.text: block.label for block in article.blocks}
    assert labels["By Petra Holm"] is Label.BYLINE
    assert labels["Weather"] not in (Label.PARAGRAPH, Label.LIST_ITEM)
    assert labels[TEXT[2]] is Label.HEADING
    assert labels[TEXT[3]] is Label.LIST_ITEM


def test_the_laws_hold_for_markdown(tmp_path: Path) -> None:
    """The raw text is the rendered text: it is given back, and each visible character is in a block."""
    (found,) = dumps(read(write(tmp_path / "page.md", SCRAPED.encode())))
    article = cleaned(found).article
    assert article.raw() == found.text
    assert "".join("".join(block.text.split()) for block in article.blocks) == "".join(found.text.split())


def test_the_head_that_jina_reader_writes_is_metadata(tmp_path: Path) -> None:
    text = (
        f"Title: {TITLE}\n\nURL Source: https://example.org/a\n\nPublished Time: 2024-06-03T08:00:00+00:00\n\n"
        f"Markdown Content:\n{TITLE}\n{'=' * len(TITLE)}\n\n{TEXT[0]}\n\n{TEXT[-1]}\n"
    )
    (found,) = dumps(read(write(tmp_path / "page.txt", text.encode())))
    metadata = cleaned(found).article.metadata
    assert (metadata.title, metadata.url) == (TITLE, "https://example.org/a")
    assert metadata.published == "2024-06-03T08:00:00+00:00"
    assert "URL Source" not in found.text


def test_markdown_in_a_record_is_read_without_its_marks(tmp_path: Path) -> None:
    """The fields of the record go before those of the front matter."""
    record = {"id": "a", "markdown": SCRAPED, "title": "Another title"}
    (found,) = dumps(read(write(tmp_path / "pages.jsonl", json.dumps(record).encode())))
    assert found.record == "a"
    assert found.given.title == "Another title"
    assert found.given.authors == ("Petra Holm",)
    assert "**" not in found.text


PLAIN = {
    "a hash": f"# 1 in the list\n\n{STORY}",
    "stars": f"{STORY}\n\n* This line is a note.\n\nShe wrote f***ing and 2 ** 3 ** 4.",
    "hashtags": f"{STORY}\n\n#bridge #council #Northford\n\n#traffic",
    "brackets": f"{STORY} [the mayor](sic) and [others] (all of them)",
    "a list": f"{STORY}\n\n- one\n- two\n\n1. three\n2. four\n\n> five",
    "code": f"{STORY}\n\n# first comment\nx = 2**3\n# second comment\nf(**options)",
    "a rule": f"---\n{STORY}\n---\nAnd the rest of it.",
    "labels": f"Title: {TITLE}\n\n{STORY}",
}


@pytest.mark.parametrize("kind", PLAIN)
def test_a_plain_text_is_left_alone(tmp_path: Path, kind: str) -> None:
    (found,) = dumps(read(write(tmp_path / "page.txt", PLAIN[kind].encode())))
    assert found.text == PLAIN[kind]
    assert found.renderer is None


def test_a_text_called_markdown_without_marks_keeps_its_lines(tmp_path: Path) -> None:
    text = STORY.replace("\n\n", "\n")
    (found,) = dumps(read(write(tmp_path / "page.md", text.encode())))
    assert found.text == text


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("By Jane Doe\nJune 3, 2024", ["By Jane Doe", "June 3, 2024"]),
        (f"{STORY[-59:]}\nand more", [f"{STORY[-59:]} and more"]),
        ("one<br>two", ["one", "two"]),
        ("x<sub>2</sub> and <b>bold</b>", ["x2 and bold"]),
        ("<div>\n\nwords\n\n</div>", ["words"]),
        ("the <Name> of it", ["the <Name> of it"]),
        ("<Name>\n\nof it", ["<Name>", "of it"]),
        ("a <!-- note --> b", ["a b"]),
        ("<script>track()</script>\n\nwords", ["words"]),
        ("    an indented line", ["an indented line"]),
        ("```\nx = 1\n  y = 2\n```", ["x = 1", "  y = 2"]),
        ("| a | b |\n| - | - |\n| c | d |", ["a\tb", "c\td"]),
        ("~~struck~~ \\*word\\* &copy; 2024", ["struck *word* \N{COPYRIGHT SIGN} 2024"]),
        ("[words][1] here\n\n[1]: https://example.org", ["words here"]),
        ("- item\n* item\n+ item", ["item", "item", "item"]),
        ("3. three\n4) four", ["3. three", "4) four"]),
    ],
)
def test_what_markdown_shows(text: str, lines: list[str]) -> None:
    found, _ = markdown.render(f"# Title\n\n{text}\n", "x")
    assert found.text.split("\n")[1:] == lines


@pytest.mark.parametrize(
    "head",
    [
        "title: [not closed",
        "title: 2024-13-45",
        "just words: here\n- a list",
        "a: &a [x, x, x]\nb: &b [*a, *a, *a]\n" + "".join(f"k{n}: *b\n" for n in range(900)),
        "deep: " + "[" * 5_000,
        "title: !!python/object/apply:os.system ['true']",
    ],
    ids=["not yaml", "no day", "a list", "aliases", "deep", "a tag"],
)
def test_front_matter_that_can_not_be_used_costs_no_words(tmp_path: Path, head: str) -> None:
    (found,) = dumps(read(write(tmp_path / "page.md", f"---\n{head}\n---\n\n# {TITLE}\n\n{TEXT[0]}\n".encode())))
    assert TITLE in found.text
    assert TEXT[0] in found.text
    assert len(json.dumps(found.given.extra)) < 100_000


OWN = [*sorted((ROOT / "output").glob("*.md")), *sorted((ROOT / "tests" / "golden" / "output").glob("*.md"))]


@pytest.mark.parametrize(
    "path", [path for path in OWN if not path.name.endswith(".teasers.md")], ids=lambda path: path.name
)
def test_an_article_that_copydesk_wrote_reads_back_with_the_same_title_and_text(path: Path) -> None:
    written = rendered.parse(path.read_text(encoding="utf-8"))
    (found,) = dumps(read(path))
    article = cleaned(found).article
    assert article.metadata.title == written.front_matter["title"]
    assert article.text.split("\n\n") == [text for kind, text in written.blocks if kind != "h1"]


@pytest.mark.parametrize("text", ["* a star and a number", "1. a number, and no list"])
def test_a_mark_that_is_a_part_of_the_words_reads_back(text: str) -> None:
    body = f"---\nid: a1\nsource: a.txt\ntitle: '{TITLE}?'\n---\n\n# {TITLE}?\n\n{TEXT[0]}\n\n{text} with more words\n"
    found = record_fields.from_markdown(body, "x", config.default())
    assert cleaned(found).article.text == f"{TEXT[0]}\n\n{text} with more words"
    assert cleaned(found).article.metadata.title == f"{TITLE}?"


@pytest.mark.slow
@pytest.mark.parametrize(
    "pump", ["[", "![", "*a ", "`a", "[a]\n", "- a\n", "<a ", "> ", "a\n-\n", "~~a", "&#", "|a|b|\n"]
)
def test_markdown_takes_linear_time(pump: str) -> None:
    def text(size: int) -> str:
        return "# a\n\n[b](https://example.org)\n\n" + (pump * size)[:size]

    assert markdown.is_markdown(text(4_000))
    assert grows_linearly(lambda size: markdown.render(text(size), "x"), 4_000, 32_000)
