"""Markdown and JSON are written by short ways: what they give is what the long ways give."""

import json
from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

import copydesk
from copydesk.document import Json, Record
from copydesk.render import markdown, record
from strategies import ODD_PIECES, characters, hostile

PIECES = [
    *(
        "- ",
        "* ",
        "1. ",
        "2) ",
        "# ",
        "## ",
        "###### ",
        "> ",
        "    ",
        "  ",
        "\t",
        "`",
        "```",
        "~~~",
        "<script>",
        "<!--",
    ),
    *("-->", "</script>", "<b>", "&amp;", "& ", "&", "*x*", "_x_", "[a]: b", "[a]", "[a](b)", "![i](u)", "\\", "==="),
    *("---", "***", "- - -", "| a |", "word", "Some words.", "\xa0", "\u2003", "\x0c", "\x1c", "\r", "\0", "+ ", "="),
    *(
        " #",
        "10.",
        "3.5",
        "\n",
        "\n",
        "\n\n",
        "\n\n",
        "\n\n",
        "\n \n",
        "<http://x.y>",
        "http://x.y",
        "é",
        "!",
        "~",
        ")",
    ),
]
bodies = st.lists(st.one_of(st.sampled_from(PIECES), st.sampled_from(ODD_PIECES)), max_size=16).map("".join)


def read_by_commonmark(body: str) -> list[tuple[str, str]] | None:
    """The blocks of a body as the complete parser sees them; None where one is of another kind."""
    found, kind, marker = [], "p", ""
    rows: list[list[str]] = []
    for token in MarkdownIt("commonmark").enable("table").parse(body):
        if token.type == "list_item_open":
            kind, marker = "li", {"-": "", "*": "* "}.get(token.markup, f"{token.info}{token.markup} ")
        elif token.type in ("heading_open", "blockquote_open", "table_open"):
            kind, rows = token.tag, []
        elif token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            children = token.children or []
            if any(child.type not in ("text", "link_open", "link_close") for child in children):
                return None
            text = "".join(child.content for child in children)
            if kind == "table":
                rows[-1].append(text)
            else:
                found.append((kind, marker + text))
        elif (token.type == "fence" and token.markup.startswith("`") and not token.info) or token.type == "code_block":
            found.append(("code", token.content.removesuffix("\n")))
        elif token.type in ("heading_close", "list_item_close", "blockquote_close", "table_close"):
            found += [("table", "\n".join(map("\t".join, rows)))] if kind == "table" else []
            kind, marker = "p", ""
        elif not token.type.startswith(
            ("paragraph_", "bullet_list_", "ordered_list_", "thead_", "tbody_", "tr_", "th_", "td_")
        ):
            return None
    return found


def read(body: str) -> list[tuple[str, str]] | None:
    """The blocks of a body as they are read back before they are written."""
    try:
        return list(markdown.parse(f"{markdown.FENCE}{markdown.FENCE}{body}").blocks)
    except markdown.MarkdownError:
        return None


@given(bodies)
def test_reading_back_gives_what_the_complete_parser_gives(body: str) -> None:
    assert read(body) == read_by_commonmark(body)


def by_the_standard_library(one: Record, indent: int | None) -> str:
    """A record as JSON, as the standard library writes it."""
    fields = msgspec.to_builtins(one)
    for block in fields["blocks"]:
        for name, usual in record.OMITTED.items():
            if block[name] in (usual, ()):
                del block[name]
    separators = (",", ":") if indent is None else (",", ": ")
    text = json.dumps(fields, ensure_ascii=False, indent=indent, separators=separators, allow_nan=False)
    return text.translate({ord(char): f"\\u{ord(char):04x}" for char in "\x85\u2028\u2029"})


numbers = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False))
texts = st.one_of(
    st.text(characters), st.sampled_from(['"gap":"\n"', '","gap":"\\n"', "\x85\u2028\u2029", "\x7f", "gap"])
)
extras = st.dictionaries(
    texts,
    st.recursive(
        st.one_of(st.none(), st.booleans(), numbers, texts),
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
        max_leaves=8,
    ),
    max_size=4,
)


@given(hostile, extras, texts)
@pytest.mark.slow
def test_json_is_that_of_the_standard_library_to_the_byte(text: str, extra: dict[str, Json], title: str) -> None:
    try:
        cleaned = copydesk.clean(text, source="x")
    except copydesk.UnreadableError:
        return
    for one in (cleaned.article, *cleaned.teasers):
        metadata = replace(one.metadata, title=title, extra=extra)
        for each in (one, replace(one, metadata=metadata)):
            for indent in (None, 2):
                assert record.to_json(each, indent) == by_the_standard_library(each, indent)
