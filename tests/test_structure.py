"""Quotations, tables and links: from the markup of a page, or the tabs of a text, to the story and its Markdown."""

import json
import sqlite3
from collections import defaultdict
from contextlib import closing
from dataclasses import astuple, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

import copydesk
from conftest import CASES, Copydesk
from copydesk import html_lines, tab_rows
from copydesk.document import Cleaned, Label, Link, Record
from copydesk.edits import has_visible
from copydesk.html_links import MAX_ADDRESS
from copydesk.labelling import structure
from copydesk.metadata import links as metadata_links
from copydesk.render import markdown, markdown_inline, record
from copydesk.render import table as table_of_records
from copydesk.story import story_parts, text_links
from growth import grows_linearly

pytestmark = pytest.mark.usefixtures("in_process_workers")

TABLE = json.loads((CASES / "structure.json").read_text(encoding="utf-8"))

TITLE = "Old bridge to stay closed for a year"
STORY = (
    "The council voted on Monday to close the old bridge to all traffic until next spring, and to build a ferry for the "
    "summer.",
    "Two of the five piers have moved by more than a hand since the last flood, the report of the engineers says.",
    "Nobody knows yet who will pay for all of this, said the mayor after the meeting in the town hall on Monday "
    "evening.",
    "The ferry that was given up ten years ago will run again from June on, with room for ten cars and forty people.",
)


def page_with(html: str, inside: str = "div", head: str = "") -> str:
    first, second, third, fourth = (f"<p>{text}</p>" for text in STORY)
    return (
        f"<html><head><title>{TITLE}</title>{head}</head><body><nav><a href=/>Home</a> <a href=/n>News</a></nav><article>"
        f"<h1>{TITLE}</h1><{inside}>{first}{second}{html}{third}{fourth}</{inside}></article>"
        "<footer><p>Imprint</p></footer></body></html>"
    )


def cleaned(html: str, inside: str = "div", head: str = "") -> Record:
    return copydesk.clean_html(page_with(html, inside, head), source="x").article


def between(text: str) -> str:
    """What is between the second and the third paragraph of the story."""
    return text[text.index(STORY[1]) + len(STORY[1]) : text.index(STORY[2])].strip("\n")


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case["name"])
def test_case(case: dict[str, str]) -> None:
    if "html" in case:
        found = cleaned(case["html"], case.get("inside", "div"))
    else:
        text = "\n\n".join((TITLE, *STORY[:2], case["text"], *STORY[2:]))
        found = copydesk.clean(text, source="x").article
        assert found.raw() == text
    assert between(found.text) == case["story"]
    assert between(markdown.article(found)) == case["markdown"]
    rules = {block.why for block in found.blocks}
    assert (case["rule"] in rules) == (case["kind"] == "fixes")


def test_every_rule_has_all_three_kinds_of_cases() -> None:
    kinds = defaultdict(set)
    for case in TABLE:
        kinds[case["rule"]].add(case["kind"])
    assert dict(kinds) == {rule.name: {"fixes", "leaves", "tempting"} for rule in structure.RULES}


@pytest.mark.parametrize("case", [case for case in TABLE if case["kind"] == "fixes"], ids=lambda case: case["name"])
def test_the_text_of_a_record_is_read_as_the_same_story(case: dict[str, str]) -> None:
    if "html" not in case or case["rule"] == "label.quote":
        return
    found = cleaned(case["html"])
    again = copydesk.clean(f"{TITLE}\n\n{found.text}", source="x").article
    assert (again.text, again.edits) == (found.text, ())


@pytest.mark.parametrize("case", [case for case in TABLE if case["kind"] == "fixes"], ids=lambda case: case["name"])
def test_markdown_is_read_as_the_same_story(case: dict[str, str], tmp_path: Path) -> None:
    if "html" not in case:
        return
    found = cleaned(case["html"])
    (tmp_path / "page.md").write_text(found.to_markdown(links=True), encoding="utf-8")
    (again,) = copydesk.read(tmp_path / "page.md")
    assert isinstance(again, Cleaned)
    assert again.article.text == found.text
    assert case["rule"] in {block.why for block in again.article.blocks}


LINKS = """
<p>The <a href="/report#piers"> report on  the piers </a> is <b><a href="https://example.org/a b">public</a></b>, and so are
<a href="notes?a=1&amp;b=2">the notes</a>.</p>
"""


def links(found: Record) -> list[tuple[str, str]]:
    """(words, address) of the links of a record, by their places in the raw text."""
    raw = found.raw()
    return [(raw[link.start : link.end], link.href) for block in found.blocks for link in block.links]


def test_links_are_at_their_words() -> None:
    found = cleaned(LINKS, head='<link rel=canonical href="https://news.example/town/bridge">')
    assert links(found) == [
        ("report on the piers", "https://news.example/report#piers"),
        ("public", "https://example.org/a%20b"),
        ("the notes", "https://news.example/town/notes?a=1&b=2"),
    ]
    assert record.from_json(found.to_json()) == found
    assert between(markdown.article(found)) == "The report on the piers is public, and so are the notes."
    assert between(markdown.article(found, with_links=True)) == (
        "The [report on the piers](https://news.example/report#piers) is [public](https://example.org/a%20b), and so are "
        "[the notes](https://news.example/town/notes?a=1&b=2)."
    )


def test_links_are_relative_if_nothing_says_where_the_page_is() -> None:
    assert [href for _, href in links(cleaned(LINKS))] == [
        "/report#piers",
        "https://example.org/a%20b",
        "notes?a=1&b=2",
    ]
    based = cleaned(LINKS, head="<base href=https://example.net/x/>")
    assert links(based)[2] == ("the notes", "https://example.net/x/notes?a=1&b=2")


@pytest.mark.parametrize(
    "href",
    [
        *("javascript:alert(1)", " java\nscript:alert(1)", "&#1;javascript:alert(1)", "JavaScript&colon;alert(1)"),
        *("data:text/html,x", "vbscript:x", "file:///etc/passwd", "mailto:a@example.org", "tel:110", "blob:x", "#note"),
        *("", " ", "http://[::1", "https://example.org/" + "x" * MAX_ADDRESS),
    ],
)
def test_addresses_that_act_or_lead_nowhere_are_no_links(href: str) -> None:
    for head in ("", "<base href=https://example.net/x/>"):
        found = cleaned(
            f'<p>The <a href="{href}">report on the piers</a> is public from today on, she said.</p>', head=head
        )
        assert [(words, to) for words, to in links(found) if not to.startswith("https://example.net/x/%01")] == []
        assert "report on the piers" in found.text


def test_links_of_menus_and_other_stories_are_left_out() -> None:
    found = cleaned(LINKS)
    assert {block.label for block in found.blocks if block.links} == {Label.PARAGRAPH}


def test_a_link_keeps_its_words_if_its_line_is_edited() -> None:
    found = cleaned(
        "<p>It is&#8203; <a href=/1>next&#8203; spring</a>&#8203;, <a href=/2>&#8203;she</a> said to us all.</p>"
    )
    assert len(found.edits) == 4
    text = [(found.text[link.start : link.end], link.href) for link in text_links(found)]
    assert text == [("next spring", "/1"), ("she", "/2")]
    assert "It is [next spring](/1), [she](/2) said to us all." in markdown.article(found, with_links=True)


@pytest.mark.parametrize(
    ("html", "written"),
    [
        ("<p>See <a href='/a_(b)'>note [1] and *2*]</a>(here)</p>", r"See [note \[1\] and \*2\*\]](/a_%28b%29)(here)"),
        ("<p><a href='/a&amp;lt;b'>^1</a> and one <a href='/{{x}}'>template</a></p>", r"[\^1](/a&amp;lt;b) and one [template](/%7B%7Bx%7D%7D)"),
        ("<p>See <a href=/a><div>one</div> <div>two</div></a></p>", "See\n\n[one](/a)\n\n[two](/a)"),
        ("<p>See <a href=/a><img src=/p.jpg></a> <a href=/b> </a>it</p>", "See it"),
        (
            "<table><tr><th>A|B</th><th><a href='/x|y'>C</a></th></tr><tr><td><a href=/d>D</a> d</td><td>E</td></tr></table>",
            "| A&#124;B | [C](/x%7Cy) |\n| --- | --- |\n| [D](/d) d | E |",
        ),
        ("<blockquote>It <a href=/a>moves</a>, she said of it.</blockquote>", "> It [moves](/a), she said of it."),
        ("<pre>x = <a href=/a>pier</a>(1)\nprint(x)</pre>", "```\nx = pier(1)\nprint(x)\n```"),
    ],
)  # fmt: skip
def test_links_in_markdown(html: str, written: str) -> None:
    found = replace_labels(cleaned(html))
    assert written in markdown.article(found, with_links=True)


def test_an_exclamation_mark_makes_no_picture_of_a_link() -> None:
    assert markdown_inline.inline("Look!here it is", [Link(5, 9, "/a")], 0, 15) == "Look\\![here](/a) it is"


def replace_labels(found: Record) -> Record:
    """The record, in which all lines between the paragraphs are of the story."""
    blocks = tuple(
        replace(block, label=Label.PARAGRAPH)
        if not block.label.name.startswith(("CODE", "QUOTE", "TABLE", "TITLE"))
        else block
        for block in found.blocks
    )
    parts = [text for _, text in story_parts(found.lead or "", blocks)]
    return replace(found, blocks=blocks, text="\n\n".join(parts))


CELLS = ("", "| 8,100", "a b", "|", "a|b", "\\", "\\|", "`", "*x*", "-", "---", "1.", "#", "> q", "[x](y)", "<b>", "&amp;", "{{x}}",
         "\u200b", "\xa0", "x\u200b", "\u2028", "\x85", "=", ":-:", "Jane Doe", "\x1c")  # fmt: skip
rows = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(st.sampled_from(CELLS), min_size=width, max_size=width), min_size=1, max_size=5)
)


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def keeps_the_laws(found: Cleaned, raw: str | None = None) -> None:
    """Undo, account, and Markdown that reads back, with its links and without."""
    article = found.article
    assert raw is None or article.raw() == raw
    covered = {place for block in article.blocks for place in range(block.start, block.end)}
    assert all(place in covered or not has_visible(char) for place, char in enumerate(article.raw()))
    for with_links in (False, True):
        text = markdown.article(article, with_links=with_links)
        tables = [one for one in MarkdownIt("commonmark").enable("table").parse(text) if one.type == "table_open"]
        assert len(tables) == article_tables(article)
    assert record.from_json(article.to_json()) == article


def article_tables(article: Record) -> int:
    return sum(label is Label.TABLE_ROW for label, _ in story_parts(article.lead or "", article.blocks))


@given(rows, st.booleans())
@pytest.mark.slow
def test_tables_of_pages_keep_the_laws(cells: list[list[str]], has_heads: bool) -> None:
    tag = "th" if has_heads else "td"
    html = "".join(f"<tr>{''.join(f'<{tag}>{escaped(cell)}</{tag}>' for cell in row)}</tr>" for row in cells)
    linked = html.replace(">Jane Doe<", "><a href='/d|(e)'>Jane Doe</a><")
    keeps_the_laws(copydesk.clean_html(page_with(f"<table>{linked}</table>"), source="x"))


@pytest.mark.slow
@given(rows, st.sampled_from(["\t", "\t\t"]))
def test_tables_of_texts_keep_the_laws(cells: list[list[str]], tabs: str) -> None:
    text = "\n".join(tabs.join(row) for row in cells)
    raw = "\n\n".join((TITLE, *STORY[:2], text, *STORY[2:]))
    keeps_the_laws(copydesk.clean(raw, source="x"), raw)


def test_rows_are_as_long_as_their_table_is_wide() -> None:
    found = html_lines.parse(
        "<table><tr><th>a<th colspan=9>b<tr><td rowspan=3>c<td>d<td>e<tr><td>f<tr><td>g<td>h<td>i</table>"
    )
    assert found is not None
    assert html_lines.render(found).text.split("\n") == ["a\tb\t\t", "c\td\te\t", "\tf\t\t", "\tg\th\ti"]


@pytest.mark.parametrize(
    "table",
    [
        "<tr><th colspan=1000>a<tr><td>b",
        "<tr><th>a<th>b<tr><td>c<td>d<table><tr><th>x<th>y<tr><td>1<td>2</table>",
        "<tr><th>a<th>b</tr>text<tr><td>c<td>d",
        "<tr><th>a<th>b<tr><td>c<td><form>d</form>",
        f"<tr><th>a<th>b<tr><td>c<td>{'d ' * tab_rows.MAX_CELL}",
    ],
)
def test_what_is_no_table_of_data_stays_lines(table: str) -> None:
    found = html_lines.parse(f"<table>{table}</table>")
    assert found is not None
    shown = html_lines.render(found)
    assert not any("a" in line and "\t" in line for line in shown.text.split("\n"))


def test_pictures_of_a_table_are_before_their_row() -> None:
    cells = [f"<tr><td><img src=/{n}.jpg><td>name {n}<td>{n}</tr>" for n in range(3)]
    found = html_lines.parse(f"<p>x<table><tr><th>p<th>n<th>c</tr>{''.join(cells)}</table><p>y<img src=/z.jpg>")
    assert found is not None
    shown = html_lines.render(found)
    rest = [shown.text[picture.start :].split("\n")[0] for picture in shown.pictures]
    assert rest == ["\tname 0\t0", "\tname 1\t1", "\tname 2\t2", "y"]


def test_many_links_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata_links, "MAX_LINKS", 2)
    assert [words for words, _ in links(cleaned(LINKS))] == ["report on the piers", "public"]


@pytest.mark.parametrize(
    "html",
    [
        "<a href=/x>y</a> ",
        "<p><a href=/x>y</a></p>",
        "<table><tr><th>a<th>b<tr><td>c<td>d</table>",
        "<table><tr><td>",
        "<tr><td>a<td>b",
        "<blockquote>a",
        "<td rowspan=9999 colspan=9>a",
    ],
)
@pytest.mark.slow
def test_the_lines_of_hostile_pages_take_time_in_proportion(html: str) -> None:
    def render(count: int) -> None:
        markup = f"<body><table>{html * count}"
        root = html_lines.parse(markup)
        if root is None:
            html_lines.render_deep(markup)
        else:
            html_lines.render(root)

    assert grows_linearly(render, 2_000, 16_000)


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["a\tb\n", "\t", "a\t", "\t\n", "a\tb\n\n"])
def test_the_rows_of_hostile_texts_take_time_in_proportion(piece: str) -> None:
    assert grows_linearly(lambda count: list(tab_rows.find(piece * count)), 40_000, 320_000)


def test_a_caption_has_the_address_of_its_picture() -> None:
    figure = "<figure><img src=/bridge.jpg alt=bridge><figcaption>The old bridge on Sunday (Photo: Jane Doe)</figcaption></figure>"
    found = cleaned(figure, head="<base href=https://example.net/>")
    assert [(block.label, block.picture) for block in found.blocks if block.picture] == [
        (Label.CAPTION, "https://example.net/bridge.jpg")
    ]


def test_every_output_has_the_links(copydesk_here: Copydesk, tmp_path: Path) -> None:
    table = "<table><tr><th>Pier</th><th>Year</th></tr><tr><td><a href=/1>First</a></td><td>1911</td></tr></table>"
    page = page_with(LINKS + table, head="<base href=https://news.example/>")
    (tmp_path / "dumps").mkdir()
    (tmp_path / "dumps" / "page.html").write_text(page, encoding="utf-8")
    run = copydesk_here("clean", tmp_path / "dumps", "-o", "out", "--format", "md,jsonl,sqlite,parquet", "--links")
    assert run.returncode == 0, run.stderr
    output = tmp_path / "out"
    assert "| [First](https://news.example/1) | 1911 |" in (output / "page.md").read_text(encoding="utf-8")
    found = record.from_json((output / "records.jsonl").read_text(encoding="utf-8"))
    with (output / "records.parquet").open("rb") as file:
        assert [record.from_json(line) for line in table_of_records.lines(file)] == [found]
    with closing(sqlite3.connect(output / "records.sqlite")) as base:
        rows = base.execute('select block, "start", "end", href from links order by position').fetchall()
    assert rows == [(n, *astuple(link)) for n, block in enumerate(found.blocks) for link in block.links]
    assert len(rows) == 4
    again = copydesk_here("clean", tmp_path / "dumps", "-o", "out", "--format", "md,jsonl,sqlite,parquet")
    assert again.returncode == 0
    assert "| First | 1911 |" in (output / "page.md").read_text(encoding="utf-8")


def test_links_are_for_markdown_only(copydesk_here: Copydesk, tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("Some text of a page.", encoding="utf-8")
    run = copydesk_here("clean", tmp_path / "page.txt", "-o", "out", "--format", "jsonl", "--links")
    assert (run.returncode, b"--links needs --format md" in run.stderr) == (2, True)
