"""Program code in a story: it has a label of its own, keeps its indentation and blank lines, and no edit changes it."""

import pytest

import copydesk
from copydesk import config
from copydesk.desk import clean_dump
from copydesk.document import Label, Record
from copydesk.dump import Dump
from copydesk.readers import html
from copydesk.render import markdown
from copydesk.render.record import raw_bytes

BEFORE = (
    "The water gauge in the harbour sends a number every minute, and after ten years there are five million of them. "
    "This week I wanted to know how often the water was higher than the old wall, which took less code than I thought:"
)
AFTER = (
    "With the numbers of last year the answer is nine nights, and with those of ten years ago it is two. I would like to "
    "say that I was surprised, but everybody who lives beside the harbour has known it for a long time."
)
PYTHON = """\
def high_nights(rows, wall=310):
    nights = set()

    for row in rows:
        level  =  row["level"]
        if level > wall:
            nights.add(row["day"]) # one,two
    return len(nights)"""
SCRIPT = """\
#!/bin/sh
set -eu
file=$(find /home -type f | shuf -n 1)
restore "$file" /tmp/check
if ! cmp -s "$file" "/tmp/check$file"; then
    echo "differs: $file" >&2
    exit 1
fi"""
SHELL = "$ psql gauge\ngauge=> SELECT count(*) FROM levels;\n5120044\ngauge=> CREATE INDEX by_day ON levels(day);"
HEAD = "How often the harbour is under water\n\nBy Ida Brandt\nMarch 3, 2024\n\n"


def story(code: str) -> str:
    return f"{HEAD}{BEFORE}\n\n{code}\n\n{AFTER}\n\n{AFTER.replace('nine', 'ten')}\n"


def page(code: str) -> Dump:
    escaped = code.replace("&", "&amp;").replace("<", "&lt;")
    body = (
        f"<h1>How often the harbour is under water</h1><p>{BEFORE}</p><pre><code>{escaped}\n</code></pre><p>{AFTER}</p>"
    )
    return html.render(f"<!doctype html><html><body><article>{body}</article></body></html>".encode(), "page.html")


def code_of(article: Record) -> list[str]:
    return [block.text for block in article.blocks if block.label is Label.CODE]


def test_a_shell_script_is_code() -> None:
    article = copydesk.clean(story(SCRIPT)).article
    assert SCRIPT in article.text
    assert code_of(article) == [line.strip() for line in SCRIPT.splitlines()]


@pytest.mark.parametrize("code", [PYTHON, SHELL])
def test_code_in_a_text_keeps_its_form(code: str) -> None:
    article = copydesk.clean(story(code)).article
    assert code in article.text
    assert code_of(article) == [line.strip() for line in code.splitlines() if line.strip()]
    assert f"```\n{code}\n```" in markdown.article(article)
    assert raw_bytes(copydesk.clean(story(code).encode()).article) == story(code).encode()


@pytest.mark.parametrize("code", [PYTHON, SHELL])
def test_code_on_a_page_keeps_its_form(code: str) -> None:
    article = clean_dump(page(code), config.default()).article
    assert code in article.text
    assert f"```\n{code}\n```" in markdown.article(article)


def test_a_fence_is_longer_than_the_backticks_in_its_code() -> None:
    code = 'text = """\n```\nfenced(text)\n```\n"""\nprint(text)'
    article = clean_dump(page(code), config.default()).article
    assert f"````\n{code}\n````" in markdown.article(article)


@pytest.mark.parametrize(
    "lines",
    [
        "The vote was close: nine to four.\nThe mayor (Ida Brandt) said so; nobody else did.",
        "Results\nNorth harbour: 310\nOld town: 204\nHill: 180",
        "return to the harbour\nand the boats are gone,\nfor the night is long",
        "One cup = 240 ml\n2 eggs\n1/2 cup of flour",
        "import duties\nexport duties\nfrom May",
    ],
)
def test_text_that_only_looks_like_code_is_none(lines: str) -> None:
    assert code_of(copydesk.clean(story(lines)).article) == []


def test_no_edit_changes_code_and_edits_of_the_story_stay() -> None:
    article = copydesk.clean(story(PYTHON).replace("This week", "This  week")).article
    assert [edit.before for edit in article.edits] == ["  "]
    assert 'level  =  row["level"]' in article.text


def test_a_date_in_code_on_a_page_is_code() -> None:
    code = "SELECT level\nFROM gauge\nWHERE day\n  BETWEEN '2023-12-01' AND '2024-02-29'"
    article = clean_dump(page(code), config.default()).article
    assert f"```\n{code}\n```" in markdown.article(article)
