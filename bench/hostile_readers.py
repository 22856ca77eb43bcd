"""Reads Markdown as a careless site does, and names what could run in the HTML: for `bench.fuzz`.

The readers are Python-Markdown and markdown-it-py, both with raw HTML allowed; those from npm, if a folder is given in
which they are installed (`npm install` with `tests/node/package.json`).
"""

import json
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import markdown as python_markdown
from lxml import etree, html
from markdown_it import MarkdownIt

HARMLESS: Final = frozenset((
    *("html", "body", "div", "span", "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "a", "br", "hr", "em"),
    *("strong", "del", "s", "code", "pre", "blockquote", "table", "thead", "tbody", "tr", "th", "td"),
))  # fmt: skip
ATTRIBUTES: Final = frozenset(("href", "id", "title", "class", "start", "align", "style"))
_CELL_STYLE = re.compile(r"text-align: ?(?:left|right|center);?")
_SAFE_ADDRESS = re.compile(r"(?:https?://|//|mailto:|#)", re.IGNORECASE)

_ALL_ON = MarkdownIt("commonmark", {"html": True}).enable("table")


def live(text: str) -> Iterator[str]:
    """What could run or load something in a piece of HTML."""
    try:
        root = html.fromstring(f"<div>{text}</div>")
    except etree.ParserError:
        return
    for each in root.iter():
        if not isinstance(each.tag, str):
            yield "a comment or an instruction"
        elif each.tag not in HARMLESS:
            yield f"<{each.tag}>"
        for name, value in each.attrib.items():
            if name not in ATTRIBUTES or (name == "style" and not _CELL_STYLE.fullmatch(value)):
                yield f"the attribute {name}"
            elif name == "href" and not _SAFE_ADDRESS.match(value):
                yield f"the address {value[:30]!r}"


def in_process(body: str) -> Iterator[str]:
    """What the Python readers find in the body of a Markdown file."""
    for one in live(python_markdown.markdown(body)):
        yield f"Python-Markdown: {one}"
    for one in live(_ALL_ON.render(body)):
        yield f"markdown-it-py: {one}"


def from_npm(folder: Path, bodies: Sequence[str]) -> Iterator[tuple[int, str]]:
    """(place of the body, what a reader from npm finds in it)."""
    documents = json.dumps([{"front": "a: b\n", "body": body} for body in bodies])
    command = ("node", "read.cjs")
    read = subprocess.run(command, cwd=folder, input=documents, capture_output=True, text=True, check=True)  # noqa: S603
    for place, result in enumerate(json.loads(read.stdout)):
        for reader, text in result["html"].items():
            for one in live(text):
                yield place, f"{reader}: {one}"
